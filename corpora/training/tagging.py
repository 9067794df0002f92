"""What of a text is the value: the same for drawn pages and for pages of corpora."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from corpora.catalogue import FieldSpec
from extractor.model import Tag

_TERM = re.compile(r"[一二三四五六七八九十壹贰叁肆伍陆柒捌玖拾\d\s]{1,4}年")
_SYSTEM = re.compile(r"[\u4e00-\u9fff]*?体系|[A-Za-z&,\- ]*?management systems?", re.IGNORECASE)


def squeezed(text: str) -> str:
    """The text without blanks, in small letters."""
    return "".join(text.split()).lower()


def value_spans(spec: FieldSpec, value: Any, said: str) -> list[tuple[int, int]]:
    """(start, end) of the values in the text of one place.

    Values of a list stand one by one where they are printed as labelled; of a title only the name of the system
    counts; a term (三年) is no date.
    """
    whole = [(0, len(said))]
    if spec.kind == "date" and _TERM.fullmatch(said):
        return []
    if spec.many:
        items = value if isinstance(value, list) else [value]
        return [span for item in dict.fromkeys(map(str, items)) for span in find(said, item)] or whole
    if spec.key == "system":
        return [m.span() for m in _SYSTEM.finditer(said)][:1] or whole
    return whole


def find(said: str, item: str) -> list[tuple[int, int]]:
    """Where ``item`` stands in ``said``, blanks aside: at most once."""
    at = [n for n, c in enumerate(said) if not c.isspace()]
    start = squeezed(said).find(squeezed(item))
    length = len(squeezed(item))
    return [(at[start], at[start + length - 1] + 1)] if start >= 0 and length else []


def without_overlap(tags: Sequence[Tag]) -> list[Tag]:
    """Tags in order, none on another: a single month is tagged as the end of the period."""
    kept: list[Tag] = []
    for tag in sorted(tags, key=lambda t: t.key != "period_to"):
        if not any(tag.line == other.line and tag.start < other.end and other.start < tag.end for other in kept):
            kept.append(tag)
    return sorted(kept, key=lambda t: (t.line, t.start))
