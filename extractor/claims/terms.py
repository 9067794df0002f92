"""Terms of rights: how long a patent runs, how many whole years have passed. Sources beside each rule."""

from __future__ import annotations

import re
from datetime import date, timedelta

from extractor.values import dates

_PATENT_YEARS = {"invention": 20, "utility": 10}
_DESIGN_YEARS_OLD, _DESIGN_YEARS = 10, 15
_DESIGN_CHANGE = date(2021, 6, 1)

DIVISIONAL_MARGIN_YEARS = 5
"""A divisional keeps the parent's filing date but gets a number of its own year (审查指南 第五部分
第三章): its filing date may be some years older than the number says. Five covers the usual case."""


def patent_last_day(kind: str, filed: date) -> date:
    """The last day on which a patent filed on ``filed`` is in force, fees paid.

    专利法 第四十二条: invention 20, utility model 10, design 15 years from the filing date; designs
    filed before 2021-06-01 run 10 (国家知识产权局公告第423号). The day before the anniversary is the
    last one: 审查指南 第五部分第九章 gives filing 1999-09-06, in force until 2009-09-05.

    >>> patent_last_day("utility", date(1999, 9, 6)).isoformat()
    '2009-09-05'
    """
    design = _DESIGN_YEARS if filed >= _DESIGN_CHANGE else _DESIGN_YEARS_OLD
    years = {**_PATENT_YEARS, "design": design}[kind]
    return dates.add_years(filed, years) - timedelta(days=1)


def leading_year(number: str | None) -> int | None:
    """The year a registration number begins with (``2017SR359615``), or None."""
    match = re.match(r"(19[89]\d|20\d\d)(?=SR)", number or "")
    return int(match[1]) if match else None


def anniversary(start: date, years: int) -> date:
    """The day ``years`` years after ``start``."""
    return dates.add_years(start, years)


def full_years(start: date, end: date) -> int:
    """Whole years from ``start`` to ``end``; 0 before the first anniversary and before ``start``."""
    if end < start:
        return 0
    years = end.year - start.year
    if dates.add_years(start, years) > end:
        years -= 1
    return years
