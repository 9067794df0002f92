"""What the certificate modules share: weighing cues, and parsers for names, dates and texts after labels."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import TypeVar

from extractor.documents.finders import Value, field_of, find_pattern, first_parsed
from extractor.documents.rows import Run, join_texts, page_text, rows
from extractor.documents.titles import TitleHit, find_title
from extractor.model import Field, Page
from extractor.values.chinese import DIGITS, squeeze
from extractor.values.dates import find_dates, parse_date
from extractor.values.names import clean_company, is_fragment, looks_like_company

T = TypeVar("T")

LISTING = re.compile(r"清单|一览|目录|汇总|明细表|列表|统计表|登记表|情况表|序号")
"""Words of lists about certificates, which are none."""

_LIST_SPLIT = re.compile(r"[;；、,，:：|/]")
_SPACES = re.compile(r"\s+")
_ENDS_NAME = re.compile(r"(?:公司|厂|所|院|学|中心|集团|社|合伙\)|合伙）)$")
_PURE_DATE = re.compile(r"[\d年月日号./\-〇零○oO一二三四五六七八九十廿卅]{8,16}")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_TORN_YEAR = re.compile(r"^[^年月日\d]{0,2}?(?P<y>[二2][^年月日]{2,3})年(?P<rest>[^年月日]{1,3}月[^年月日]{1,4}[日号])$")
_PERSON_NOISE = re.compile(r"^(?:等|共同|及|和|以及)$|[\d#@]")


def weigh(
    page: Page, names: Iterable[str], supports: Iterable[str], *, need: int = 2, alone: int = 4
) -> tuple[float, TitleHit | None]:
    """How surely a page is a paper called one of ``names``, 0..1, and the title found.

    ``supports``: patterns (on rows without blanks) that such a paper shows. ``need`` of them make a title
    sure, ``alone`` of them stand in for a lost title (0.7). A title without any support says nothing (0).
    """
    text = page_text(page)
    shown = sum(1 for pattern in supports if re.search(pattern, text))
    if not shown:
        return 0.0, None
    hit = find_title(page, names)
    if hit is None:
        return (0.7 if shown >= alone else 0.0), None
    if shown >= need:
        return min(0.99, 0.55 + 0.45 * hit.score), hit
    return min(0.8, 0.9 * hit.score), hit


def is_listing(page: Page) -> bool:
    """Whether a page lists papers (a table with 序号, a 清单) instead of being one."""
    head = [row.key for row in rows(page)[:6]]
    return any(LISTING.search(text) and len(text) < 40 for text in head)


def text_of(value: str) -> str | None:
    """A text value without stray marks at its ends; None when nothing is left."""
    text = _SPACES.sub(" ", value).strip(" :：;；。,，.·|")
    return text if re.search(r"\w", text) else None


def day_of(value: str) -> date | None:
    """The one date of a value; with further dates or digits around, the one it begins with."""
    day = parse_date(value)
    if day is not None:
        return day
    hits = find_dates(value)
    return hits[0].value if hits and not hits[0].ambiguous and not re.search(r"\d", value[: hits[0].start]) else None


def iso_day(value: str) -> str | None:
    """``day_of`` as an ISO date."""
    day = day_of(value)
    return day.isoformat() if day else None


def day_in_year(value: str, year: int) -> date | None:
    """A day whose year in Chinese numerals lost one character, where ``year`` is known from elsewhere.

    What is left of the year must fit it: one character missing, or one that is no numeral.

    >>> day_in_year("二○二年十一月四日", 2020)
    datetime.date(2020, 11, 4)
    """
    match = _TORN_YEAR.search(squeeze(value))
    if match is None:
        return None
    wanted = str(year)
    shown = "".join(str(DIGITS[c]) if c in DIGITS else "0" if c in "Oo0" else "?" for c in match["y"])
    if len(shown) == len(wanted):
        fits = shown.count("?") == 1 and all(a in ("?", b) for a, b in zip(shown, wanted, strict=True))
    else:
        fits = shown in {wanted[:k] + wanted[k + 1 :] for k in range(len(wanted))}
    return parse_date(f"{year}年{match['rest']}") if fits else None


def companies_of(value: str) -> list[str] | None:
    """Holders of a right, split at ; 、 and blanks between names; None for an empty value.

    A bracketed part is kept; ``clean_company`` gives the form to show.
    """
    parts = [part for chunk in _LIST_SPLIT.split(value) for part in _split_spaced(chunk)]
    names = [name for part in parts if (name := clean_company(part)) and re.search(r"\w", name)]
    return list(dict.fromkeys(names)) or None


def holders_of(value: Value) -> list[str] | None:
    """``companies_of`` for a value of several lines: a line that is a whole name is a new holder."""
    text = ""
    for run in value.runs:
        whole = bool(text) and looks_like_company(run.text) and not run.text.endswith("分公司")
        text = f"{text};{run.text}" if whole and _ENDS_NAME.search(text) else join_texts([text, run.text])
    return companies_of(text)


def _split_spaced(chunk: str) -> list[str]:
    """Split at blanks where both sides are whole Chinese names (a company's ends in 公司, 厂, 所, …)."""
    parts = [p for p in _SPACES.split(chunk.strip()) if p]
    if len(parts) > 1 and all(_ENDS_NAME.search(p) for p in parts):
        return parts
    return [chunk.strip()]


def people_of(value: str) -> list[str] | None:
    """Persons, split at ; 、 and blanks; None for an empty value. Latin names keep their blanks.

    The separator ；is often read as ：, so that splits as well.
    """
    out: list[str] = []
    for chunk in _LIST_SPLIT.split(value):
        parts = _SPACES.split(chunk.strip()) if _HAN.search(chunk) else [_SPACES.sub(" ", chunk.strip())]
        if len(parts) > 1 and any(len(p) == 1 for p in parts):
            parts = ["".join(parts)]  # letter-spaced name
        out += [p.strip("。.·;") for p in parts if p]
    names = [n for n in out if n and not _PERSON_NOISE.search(n)]
    return list(dict.fromkeys(names)) or None


def titled(hit: TitleHit, value: object, note: str | None = None) -> Field:
    """A field that the title itself says (the kind of patent)."""
    return Field(
        value=value,
        raw=hit.title.text,
        confidence=round(min(r.confidence for r in hit.title.runs) * hit.score, 3),
        evidence=tuple(run.evidence() for run in hit.title.runs),
        method="title",
        note=note,
    )


def foot_dates(pages: Sequence[Page], depth: float = 0.55) -> list[tuple[date, Value]]:
    """Dates in the lower part of a page without words around them (beside a seal), as printed rows.

    Split readings (``2021``, ``年``, ``09``, ``月``, ``14日``) are joined.
    """
    out = []
    for page in pages:
        for row in rows(page):
            if row.box[1] < depth:
                continue
            for part in row.segments(6.0):
                day = next((d for text in _readings(part) if _PURE_DATE.fullmatch(text) and (d := parse_date(text))), None)
                if day is not None:
                    out.append((day, Value("", (part,), 0.9, "pattern")))
    return out


def _readings(part: Run) -> list[str]:
    """What a stretch shows, without stray brackets; then its reading without the seal, where it is one line."""
    texts = [part.key]
    if len(part.lines) == 1 and part.lines[0].alt:
        texts.append(squeeze(part.lines[0].alt))
    return [re.sub(r"[()'`]", "", text) for text in texts]


def labelled(values: Sequence[Value], parse: Callable[[str], T | None], what: str) -> Field | None:
    """The best labelled field; where sure places differ, the first, at most 0.6 sure, with a note."""
    hits = [(hit[0], hit[1]) for v in values if (hit := first_parsed([v], parse)) is not None]
    return _first_of(hits, what)


def labelled_holders(values: Sequence[Value], what: str) -> Field | None:
    """As ``labelled``, for companies (``holders_of``)."""
    hits = [(names, v) for v in values if v.where != "empty" and (names := holders_of(_native(v)))]
    whole = [hit for hit in hits if not any(is_fragment(name) for name in hit[0])]
    return _first_of(whole, what) or torn(_first_of(hits, what), what)


def torn(field: Field | None, what: str) -> Field | None:
    """A name of which evidently a part is missing: never sure."""
    note = f"{what}只读到一部分，请核对原件"
    return None if field is None else field.model_copy(update={"confidence": min(field.confidence, 0.4), "note": note})


def _native(value: Value) -> Value:
    """A name in Chinese without the lines of its foreign twin below it."""
    own = [bool(_HAN.search(run.text)) for run in value.runs]
    return value.head(own.index(False)) if own[0] and False in own else value


def _first_of(hits: Sequence[tuple[T, Value]], what: str) -> Field | None:
    """The field of the first hit; doubtful where a hit as sure as it says something else."""
    if not hits:
        return None
    parsed, value = hits[0]
    field = field_of(value, parsed)
    if any(p != parsed and v.sure >= value.sure - 0.06 and v.where == value.where for p, v in hits[1:]):
        note = f"{what}在文中有不同写法，请核对"
        return field.model_copy(update={"confidence": min(field.confidence, 0.6), "note": note})
    return field


def checked(value: Value, number: str, *, at_least: float = 0.95) -> Field:
    """A number whose check digits are right: they vouch for it more than the line's confidence does."""
    field = field_of(value, number, method="check_digit")
    return field.model_copy(update={"confidence": max(field.confidence, at_least), "note": None})


def put(fields: dict[str, Field], key: str, field: Field | None) -> None:
    """Keep a field that is there."""
    if field is not None:
        fields[key] = field


def unreadable(values: Sequence[Value], what: str) -> Field | None:
    """A field without value where the label is there and nothing readable; None where there is no label."""
    if not values:
        return None
    seen = values[0]
    return Field(
        value=None,
        raw=seen.text,
        confidence=0.0,
        evidence=tuple(r.evidence() for r in seen.runs),
        method="label",
        note=f"找到{what}的标签但其内容无法辨认，请人工查看",
    )


def by_pattern(pages: Sequence[Page], pattern: str, parse: Callable[[str], T | None], *, sure: float = 0.95) -> Field | None:
    """The one value of a pattern on the pages; where several differ, the first at 0.5 with a note."""
    found = [(parsed, value) for _, value in find_pattern(pages, pattern) if (parsed := parse(value.text)) is not None]
    if not found:
        return None
    parsed, value = max(found, key=lambda f: f[1].confidence)
    several = len({squeeze(str(p)) for p, _ in found}) > 1
    field = field_of(value, parsed, sure=sure)
    if several:
        return field.model_copy(update={"confidence": min(field.confidence, 0.5), "note": "页面上有多个不同的号码，请核对"})
    return field
