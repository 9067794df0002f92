"""Dates and periods in Chinese and English notation, as printed and as scanned.

All searches keep positions: the text is only ever changed character by character.
Years outside 1949..2100 are no dates. Impossible days (2021年2月30日) are never bent into possible ones.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from typing import NamedTuple

from extractor.values.chinese import DIGITS, digits_to_int, numeral_to_int, squeeze, to_halfwidth

FIRST_YEAR, LAST_YEAR = 1949, 2100
_NEAR = 24
"""How many characters beside a match are looked at."""


class DateHit(NamedTuple):
    """A date in running text; ``ambiguous`` where day and month could be swapped (03/04/2022)."""

    value: dt.date
    start: int
    end: int
    ambiguous: bool


_DASH = dict.fromkeys("—–‐‑‒―−─━﹣ー", "-")
_PLAIN = str.maketrans(_DASH | dict.fromkeys("◯○Ｏ", "〇") | {"曰": "日", "・": ".", "·": "."})

# a Chinese component: digits of either kind; scans show 一 as a dash and 〇 as 口, O, 0
_CN = "".join(DIGITS) + "十拾廿卅"
_D = r"[0-9OoIl]"
_YEAR_CN = rf"[{''.join(DIGITS)}0-9Oo口囗ロ□-](?:\s?[{''.join(DIGITS)}0-9Oo口囗ロ□-]){{3}}"
_NUM_CN = rf"(?:[{_CN}O〇-](?:\s?[{_CN}O-]){{0,3}}|{_D}(?:\s?{_D})?)"
_CHINESE = re.compile(
    rf"(?<![0-9])(?P<y>{_YEAR_CN})\s*年\s*(?P<m>{_NUM_CN})\s*月\s*(?P<d>{_NUM_CN})(?:\s*[日号](?!均)|(?<=月[0-3][0-9])(?=\s*$))"
)
"""The 日 may be lost at the very end (a seal lies on it) where the day has its two digits."""
_ISO = re.compile(
    r"(?<![0-9A-Za-z])(?P<y>\d{4})(?P<s>\s?[-./]\s?)(?P<m>\d{1,2})\s?[-./]\s?(?P<d>\d{1,2})"
    r"(?![0-9A-SU-Za-z年月]|T(?!\d))"
)
_NUMERIC = re.compile(r"(?<![0-9A-Za-z])(?P<a>\d{1,2})\s?(?P<s>[-./])\s?(?P<b>\d{1,2})\s?(?P=s)\s?(?P<y>\d{4})(?![0-9A-Za-z年])")
_COMPACT = re.compile(r"(?<![0-9A-Za-z.])(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)(?![0-9A-Za-z]|\.\d)")
_COMPACT_BEFORE = re.compile(r"(?:日期?|期|间|时间|自|从|于|至|起|到|date|from|to|on|until|\d{8}\s?[-~])[::]?\s*$", re.I)
_COMPACT_AFTER = re.compile(r"\s?(?:[-~至]\s?\d{8}(?!\d)|[起止])")
_MONTHS = {name[:3].lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTH = (
    r"(?P<m>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
_DAY = r"(?P<d>\d{1,2})\s?(?:st|nd|rd|th)?"
_GAP = r"[\s.,/-]{0,3}"
_ENGLISH = [
    re.compile(rf"(?<![0-9A-Za-z]){_DAY}(?:\s?day)?(?:\s?of)?{_GAP}{_MONTH}{_GAP}(?P<y>\d{{4}})(?!\d)", re.I),
    re.compile(rf"(?<![A-Za-z]){_MONTH}{_GAP}{_DAY}{_GAP}(?<!\d)(?P<y>\d{{4}})(?!\d)", re.I),
    re.compile(rf"(?<![0-9A-Za-z])(?P<y>\d{{4}}){_GAP}{_MONTH}{_GAP}{_DAY}(?![0-9A-Za-z])", re.I),
]


def _date(year: int | None, month: int | None, day: int | None) -> dt.date | None:
    """Build a date within the accepted years; None for an impossible one."""
    if year is None or month is None or day is None or not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _year(text: str) -> int | None:
    """Read a year digit by digit; a dash is 一 and a square 〇 only beside Chinese digits."""
    text = squeeze(text)
    if any(char in DIGITS for char in text):
        text = re.sub(r"[口囗ロ□]", "〇", text).replace("-", "一")
    return digits_to_int(text)


def _component(text: str, *, dashes: bool = False) -> int | None:
    """Read a month or day: 03, 3, O3, 三, 十二, 廿一, 壹拾贰, 零叁; with ``dashes`` a dash is 一."""
    text = squeeze(text)
    if dashes:
        text = text.replace("-", "一")
    if re.fullmatch(_D + "{1,2}", text):
        return int(text.translate(str.maketrans("OoIl", "0011"))) if re.search(r"[0-9]", text) else None
    text = re.sub(r"^[〇零O]", "", text)
    if text == "拾" or re.fullmatch(rf"拾[{''.join(DIGITS)}]", text):
        text = "十" + text[1:]
    if len(text) == 2 and all(char in DIGITS for char in text):
        # 三〇日, 一二月: place by place
        return digits_to_int(text)
    return numeral_to_int(text)


def _hits(plain: str, *, compact_anywhere: bool) -> list[DateHit]:
    """Collect all readings, possibly overlapping."""
    hits: list[DateHit] = []
    for match in _CHINESE.finditer(plain):
        year = match["y"]
        chinese = any(char in DIGITS for char in year)
        month, day = _component(match["m"], dashes=chinese), _component(match["d"], dashes=chinese)
        _add(hits, match, _year(year), month, day)
    for match in _ISO.finditer(plain):
        if not _inside_longer(plain, match):
            _add(hits, match, int(match["y"]), int(match["m"]), int(match["d"]))
    for match in _NUMERIC.finditer(plain):
        if not _inside_longer(plain, match):
            _add_numeric(hits, match)
    for match in _COMPACT.finditer(plain):
        if compact_anywhere or _time_beside(plain, match):
            _add(hits, match, int(match["y"]), int(match["m"]), int(match["d"]))
    for pattern in _ENGLISH:
        for match in pattern.finditer(plain):
            _add(hits, match, int(match["y"]), _MONTHS[match["m"][:3].lower()], int(match["d"]))
    return hits


def _add(hits: list[DateHit], match: re.Match[str], year: int | None, month: int | None, day: int | None) -> None:
    """Add a date where it is possible."""
    value = _date(year, month, day)
    if value:
        hits.append(DateHit(value, match.start(), match.end(), False))


def _time_beside(plain: str, match: re.Match[str]) -> bool:
    """Say whether a word or sign of time stands beside eight digits."""
    before = _COMPACT_BEFORE.search(plain[max(0, match.start() - _NEAR) : match.start()])
    return bool(before or _COMPACT_AFTER.match(plain, match.end()))


def _add_numeric(hits: list[DateHit], match: re.Match[str]) -> None:
    """Add a date whose year comes last: day first, unless only month first is possible."""
    first, second, year = int(match["a"]), int(match["b"]), int(match["y"])
    day_first, month_first = _date(year, second, first), _date(year, first, second)
    value = day_first or month_first
    if value:
        both = day_first is not None and month_first is not None and day_first != month_first
        hits.append(DateHit(value, match.start(), match.end(), both and match["s"] == "/"))


def _inside_longer(plain: str, match: re.Match[str]) -> bool:
    """Say whether the match is part of a longer dashed or dotted number (a certificate number)."""
    separator = match["s"].strip()
    after = re.match(rf"{re.escape(separator)}(\d+)({re.escape(separator)}\d)?", plain[match.end() : match.end() + _NEAR])
    if after and not (len(after[1]) in (2, 4) and after[2]):
        return True
    before = plain[max(0, match.start() - _NEAR) : match.start()]
    glued = re.search(rf"\d{re.escape(separator)}$", before)
    return bool(glued) and not re.search(r"\d+\s?[-./]\s?\d+\s?[-./]\s?\d+[-./]$", before)


def find_dates(text: str) -> list[DateHit]:
    """Find all dates in running text, left to right, not overlapping.

    Eight digits in a row count only beside a word or sign of time (日期, 至, from, …), since they
    are mostly numbers of papers. Where the year comes last, '-' and '.' mean day first.
    """
    return _first_longest(_hits(to_halfwidth(text).translate(_PLAIN), compact_anywhere=False))


def _first_longest(hits: list[DateHit]) -> list[DateHit]:
    """Keep the leftmost, then longest, of overlapping hits."""
    kept: list[DateHit] = []
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
    return kept


_TIME = re.compile(r"T?\s?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?")


def parse_date(text: str) -> dt.date | None:
    """Read the one date that the text holds; None for none, several, or an ambiguous one.

    Words around it are allowed, further digits (other than a time of day) are not.
    """
    plain = to_halfwidth(text).translate(_PLAIN)
    if len(plain) > 400:
        return None
    alone = re.fullmatch(r"\D{0,2}\d{8}\D{0,2}", plain.strip()) is not None
    hits = _first_longest(_hits(plain, compact_anywhere=alone))
    if not hits or any(hit.ambiguous or hit.value != hits[0].value for hit in hits):
        return None
    rest = list(plain)
    for hit in hits:
        rest[hit.start : hit.end] = " " * (hit.end - hit.start)
    return None if re.search(r"\d", _TIME.sub("", "".join(rest))) else hits[0].value


_Y = rf"(?P<y>(?:19|20)\d{{2}}|[{''.join(DIGITS)}Oo]{{4}})"
_FULL_YEAR = re.compile(rf"(?:FY|Year)?{_Y}(?:年?(?:度|会计年度|年度)?|年?\(?0?1月?[-~至到]12月\)?|年?\.1-12月?)", re.I)
_WHOLE_RANGE = re.compile(rf"(?:自|从)?{_Y}[年./-]0?1[月./-]0?1日?[-~至到]+(?P<y2>\d{{4}})[年./-]12[月./-]31日?(?:止|期间)?")
_YEAR_ENDED = re.compile(r"(?:for\s*the\s*)?(?:financial\s*|fiscal\s*)?years?\s*ended\s*(.*)", re.I)
_YEAR_MONTH = re.compile(rf"{_Y}(?:年(?P<m>\d{{1,2}}|[一二三四五六七八九十]{{1,2}})月份?|[-./](?P<m2>\d{{1,2}})|(?P<m3>\d\d))")
_PART_YEAR = re.compile(r"(?P<y>(?:19|20)\d{2})年0?1月?[-~至到](?P<m>\d{1,2})月(?:份|止)?")


def parse_period(text: str) -> str | None:
    """Read a period: a whole year as ``YYYY``, a month as ``YYYY-MM``; None for anything else.

    Whole years: 2022年度, 2022年1-12月, 2022年1月1日至2022年12月31日, year ended 31 December 2022.
    A single day, a half-year, a quarter or a span of years is no such period.
    """
    plain = squeeze(text).translate(_PLAIN).strip(":,.;()")
    if match := _FULL_YEAR.fullmatch(plain):
        return _year_text(match["y"])
    if match := _WHOLE_RANGE.fullmatch(plain):
        return _year_text(match["y"]) if match["y"] == match["y2"] else None
    if match := _YEAR_ENDED.fullmatch(plain):
        end = parse_date(match[1])
        return str(end.year) if end and (end.month, end.day) == (12, 31) else None
    if match := _YEAR_MONTH.fullmatch(plain):
        month = _component(match["m"] or match["m2"] or match["m3"])
        year = _year_text(match["y"])
        return f"{year}-{month:02d}" if year and month and 1 <= month <= 12 else None
    return None


def _year_text(text: str) -> str | None:
    year = digits_to_int(text)
    return str(year) if year and FIRST_YEAR <= year <= LAST_YEAR else None


def period_end(text: str) -> dt.date | None:
    """Return the last day that a period or day text describes.

    2022年12月31日 and 截至2022年12月31日 are that day; 2022年度 ends on 31 December, 2022年6月 and
    2022年1-6月 on 30 June; of a range of two days it is the later one. None otherwise.
    """
    if period := parse_period(text):
        year, _, month = period.partition("-")
        return _month_end(int(year), int(month or 12))
    if match := _PART_YEAR.fullmatch(squeeze(text).translate(_PLAIN)):
        return _month_end(int(match["y"]), int(match["m"]))
    if day := parse_date(text):
        return day
    hits = find_dates(text)
    if len(hits) == 2 and not any(hit.ambiguous for hit in hits) and hits[0].value < hits[1].value:
        return hits[1].value
    return None


def _month_end(year: int, month: int) -> dt.date | None:
    if not 1 <= month <= 12:
        return None
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def add_years(day: dt.date, years: int) -> dt.date:
    """Return the same day ``years`` later; 29 February becomes 28 where there is none.

    《民法典》第二百零二条: without a corresponding day, the last day of the month.
    """
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
