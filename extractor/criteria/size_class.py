"""Size of an enterprise by 工信部联企业〔2011〕300号: which classes the known figures leave open.

A class needs both of its floors (headcount and revenue, or assets); whoever misses one falls a class.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

CLASSES = ("大型", "中型", "小型", "微型")


@dataclass(frozen=True, slots=True)
class Range:
    """What is known of a figure; None: no bound."""

    low: Fraction | None = None
    high: Fraction | None = None


Floor = tuple[int | None, int | None, int | None]
"""Least headcount, revenue and total assets (万元); None: not asked."""

_TABLE: dict[str, tuple[Floor, Floor, Floor]] = {
    "农林牧渔业": ((None, 20000, None), (None, 500, None), (None, 50, None)),
    "工业": ((1000, 40000, None), (300, 2000, None), (20, 300, None)),
    "建筑业": ((None, 80000, 80000), (None, 6000, 5000), (None, 300, 300)),
    "批发业": ((200, 40000, None), (20, 5000, None), (5, 1000, None)),
    "零售业": ((300, 20000, None), (50, 500, None), (10, 100, None)),
    "交通运输业": ((1000, 30000, None), (300, 3000, None), (20, 200, None)),
    "仓储业": ((200, 30000, None), (100, 1000, None), (20, 100, None)),
    "邮政业": ((1000, 30000, None), (300, 2000, None), (20, 100, None)),
    "住宿和餐饮业": ((300, 10000, None), (100, 2000, None), (10, 100, None)),
    "信息传输业": ((2000, 100000, None), (100, 1000, None), (10, 100, None)),
    "软件和信息技术服务业": ((300, 10000, None), (100, 1000, None), (10, 50, None)),
    "房地产开发经营": ((None, 200000, 10000), (None, 1000, 5000), (None, 100, 2000)),
    "物业管理": ((1000, 5000, None), (300, 1000, None), (100, 500, None)),
    "租赁和商务服务业": ((300, None, 120000), (100, None, 8000), (10, None, 100)),
    "其他未列明行业": ((300, None, None), (100, None, None), (10, None, None)),
}
_OF_TAG = {
    "工业": ("工业",),
    "信息传输业": ("信息传输业",),
    "软件和信息技术服务业": ("软件和信息技术服务业",),
    "信息传输、软件和信息技术服务业": ("信息传输业", "软件和信息技术服务业"),
    "科学研究和技术服务业": ("其他未列明行业",),
    "第二产业": ("工业", "建筑业"),
}


def sectors_of(tags: Iterable[str]) -> tuple[str, ...]:
    """The rows of the table that industry tags (all that are carried) leave open; all rows where they say nothing."""
    rows = [_OF_TAG[tag] for tag in tags if tag in _OF_TAG]
    return min(rows, key=len) if rows else tuple(_TABLE)


def possible_classes(sectors: Iterable[str], employees: Range, revenue: Range, assets: Range) -> frozenset[str]:
    """The classes that the enterprise may be in.

    >>> sorted(possible_classes(["工业"], Range(), Range(high=Fraction(39999)), Range()))
    ['中型', '小型', '微型']
    """
    found: set[str] = set()
    for sector in sectors:
        found.update(_classes(_TABLE[sector], (employees, revenue, assets)))
    return frozenset(found)


def _classes(floors: tuple[Floor, Floor, Floor], known: tuple[Range, Range, Range]) -> Iterable[str]:
    """From the largest class down: those that cannot be excluded."""
    for name, floor in zip(CLASSES, floors, strict=False):
        reached = [_reaches(r, least) for r, least in zip(known, floor, strict=True) if least is not None]
        if False not in reached:
            yield name
        if all(r is True for r in reached):
            return
    yield "微型"


def _reaches(known: Range, least: int) -> bool | None:
    """Whether a figure is at least so large."""
    if known.low is not None and known.low >= least:
        return True
    if known.high is not None and known.high < least:
        return False
    return None
