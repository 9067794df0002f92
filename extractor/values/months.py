"""Months and spans of months in Chinese lists: 2022年8月, 202208, 2022.08, 2022-08 至 2022-12."""

from __future__ import annotations

import re

from extractor.values.chinese import to_halfwidth

_MONTH = re.compile(
    r"(?<![0-9A-Za-z.])(?P<y>(?:19|20)\d{2})\s?(?:年\s?(?P<m1>\d{1,2})\s?月份?|[-./](?P<m2>\d{1,2})(?![0-9A-Za-z])"
    r"|(?P<m3>\d{2})(?:0[1-9]|[12]\d|3[01])?(?![0-9A-Za-z.]))"
    r"(?:\s?[-./]\s?\d{1,2}(?!\d)|\s?\d{1,2}\s?[日号])?"
)
_SAME_YEAR = re.compile(r"(?P<y>(?:19|20)\d{2})\s?年?度?\s?(?P<a>\d{1,2})\s?月?\s?[-~至到—–－]+\s?(?P<b>\d{1,2})\s?月")
_DASHES = str.maketrans(dict.fromkeys("—–‐‑‒―−─━﹣ー", "-"))


def find_months(text: str) -> list[str]:
    """All months in ``text`` as ``YYYY-MM``, left to right; the month of a full date counts, too.

    >>> find_months("费款所属期：202201-202212")
    ['2022-01', '2022-12']
    """
    plain = to_halfwidth(text).translate(_DASHES)
    if match := _SAME_YEAR.search(plain):
        return [m for m in (_month(match["y"], match["a"]), _month(match["y"], match["b"])) if m]
    found = []
    for match in _MONTH.finditer(re.sub(r"(?<=\d{6})-(?=\d{6})", " - ", plain)):
        month = _month(match["y"], match["m1"] or match["m2"] or match["m3"])
        if month:
            found.append(month)
    return found


def _month(year: str, month: str) -> str | None:
    return f"{year}-{int(month):02d}" if 1 <= int(month) <= 12 else None


def month_span(text: str) -> tuple[str, str] | None:
    """First and last month of a text that names one or two; None for none, more, or a reversed span."""
    months = find_months(text)
    if not 1 <= len(months) <= 2 or months[0] > months[-1]:
        return None
    return months[0], months[-1]
