"""English column headers of statements (``Closing balance``, ``Prior year``, ``Note``)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

_KIND = Literal["item", "line", "note", "figure", "other"]
_WHEN = Literal["current", "prior", "month", "unknown"]
_OF = r"(?:(?:of|in|for|at|as?at|asof)?(?:the)?)"
_SPAN = r"(?:year|period)(?:'?s)?"
_SUM = r"(?:balances?|amounts?|figures?|totals?)?"
_CLAIMS = r"(?:total)?liabilit(?:y|ies)(?:(?:and|&)(?:(?:owners?|shareholders?|stockholders?)'?s?'?)?(?:equity|netassets?))?"
_HEADS: tuple[tuple[str, _KIND, _WHEN], ...] = (
    (rf"items?|accounts?|description|particulars|assets|{_CLAIMS}", "item", "unknown"),
    (r"(?:line|row|serial)(?:no|nos|number|numbers|s)?|no|nos", "line", "unknown"),
    (r"notes?(?:no|nos|number|ref)?", "note", "unknown"),
    (r".*(?:change|variance|increase|decrease|budget|forecast|proportion|percentage|ratio|%).*", "other", "unknown"),
    (rf"(?:{_SUM}{_OF})?(?:this|current)month{_SUM}|monthtodate", "figure", "month"),
    (
        rf"(?:closing|ending){_SUM}|(?:year|period)-?end{_SUM}|{_SUM}{_OF}(?:closing|end|ending)(?:{_OF}{_SPAN})?"
        rf"|{_SUM}{_OF}(?:current|this|reporting){_SPAN}-?(?:end)?{_SUM}|(?:accumulated|cumulative)?yeartodate{_SUM}"
        rf"|(?:accumulated|cumulative){_SUM}{_OF}(?:this|current){_SPAN}",
        "figure",
        "current",
    ),
    (
        rf"(?:opening|beginning){_SUM}|{_SUM}{_OF}(?:opening|begin|beginning)(?:{_OF}{_SPAN})?"
        rf"|{_SUM}{_OF}(?:prior|previous|last|preceding){_SPAN}-?(?:end)?{_SUM}|(?:year|period)-?beginning{_SUM}"
        rf"|{_SUM}{_OF}sameperiod{_OF}(?:prior|previous|last){_SPAN}",
        "figure",
        "prior",
    ),
)
_PATTERNS = tuple((re.compile(pattern), kind, when) for pattern, kind, when in _HEADS)
_SCOPES: dict[str, Literal["consolidated", "parent"]] = {
    "group": "consolidated",
    "thegroup": "consolidated",
    "consolidated": "consolidated",
    "company": "parent",
    "thecompany": "parent",
    "parent": "parent",
    "parentcompany": "parent",
}
_PREPOSITION = re.compile(r"^(?:asat|asof|at|on)(?=[a-z0-9])", re.I)


@dataclass(frozen=True)
class EnglishHeader:
    """What an English header says; ``scope`` for the heads of consolidated and company columns."""

    kind: _KIND
    when: _WHEN
    scope: Literal["consolidated", "parent"] | None = None


def parse_english(plain: str) -> EnglishHeader | None:
    """What a header without blanks says, or None; dates and years are not looked at."""
    words = re.sub(r"\(?(?:un|re)?(?:audited|stated)\)?|\(?rmb(?:yuan)?\)?|[.,:()]", "", plain.lower())
    if not re.search(r"[a-z%]{2}|%", words):
        return None
    if words in _SCOPES:
        return EnglishHeader("figure", "unknown", _SCOPES[words])
    for pattern, kind, when in _PATTERNS:
        if pattern.fullmatch(words):
            return EnglishHeader(kind, when)
    return None


def without_preposition(plain: str) -> str:
    """``AsatDecember31,2021`` as ``December31,2021``."""
    return _PREPOSITION.sub("", plain)
