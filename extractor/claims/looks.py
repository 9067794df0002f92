"""What a wrong declared figure looks like: unit, year, parent company, digits.

Hints for the reason of ``contradicted`` only; they never decide a verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from extractor.values.numbers import agrees

# With fewer digits almost any two numbers look like a slip of each other.
_MIN_DIGITS = 3

_SCALES: tuple[tuple[int, str], ...] = (
    (4, "单位相差一万倍（元与万元混用）"),
    (-4, "单位相差一万倍（元与万元混用）"),
    (3, "单位相差一千倍（元与千元混用）"),
    (-3, "单位相差一千倍（元与千元混用）"),
    (8, "单位相差一亿倍（元与亿元混用）"),
    (-8, "单位相差一亿倍（元与亿元混用）"),
    (1, "小数点错一位（相差十倍）"),
    (-1, "小数点错一位（相差十倍）"),
    (2, "小数点错两位（相差一百倍）"),
    (-2, "小数点错两位（相差一百倍）"),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The declared number as written: ``decimals`` digits after the point, in its own unit."""

    value: Decimal
    decimals: int

    def equals(self, evidence: Decimal) -> bool:
        """Whether the evidence (in the declared unit) rounds or truncates to it."""
        return agrees(self.value, self.decimals, evidence)


def digits(value: Decimal, decimals: int) -> str:
    """All digits without sign, point and leading zeros."""
    whole = abs(value).scaleb(decimals).quantize(Decimal(1), ROUND_HALF_UP)
    return str(int(whole))


def scale(wanted: Wanted, evidence: Decimal) -> str | None:
    """A slip of the unit or the decimal point."""
    if evidence == 0 or wanted.value == 0:
        return None
    telling = len(digits(wanted.value, wanted.decimals).rstrip("0")) >= _MIN_DIGITS
    for power, text in _SCALES:
        shifted = evidence.scaleb(power)
        if wanted.value == shifted or (telling and wanted.equals(shifted)):
            return text
    return None


def sign(wanted: Wanted, evidence: Decimal) -> str | None:
    """Minus dropped or added."""
    return "正负号相反" if wanted.value and wanted.equals(-evidence) else None


def slip(wanted: Wanted, evidence: Decimal) -> str | None:
    """Two neighbouring digits swapped; one digit changed, dropped or added."""
    said = digits(wanted.value, wanted.decimals)
    if len(said) < _MIN_DIGITS:
        return None
    for rounding in (ROUND_HALF_UP, ROUND_DOWN):
        step = Decimal(1).scaleb(-wanted.decimals)
        shown = digits(evidence.quantize(step, rounding), wanted.decimals)
        if (found := digit_slip(said, shown)) is not None:
            return found
    return None


def digit_slip(said: str, shown: str) -> str | None:
    """How ``said`` came from ``shown`` by one slip of the pen, or None.

    >>> digit_slip("8132", "8123"), digit_slip("812", "8123"), digit_slip("8123", "8173")
    ('数字错位（相邻两位颠倒）', '漏写一位数字', '有一位数字写错')
    """
    if len(said) == len(shown):
        places = [i for i, (a, b) in enumerate(zip(said, shown, strict=True)) if a != b]
        if len(places) == 1:
            return "有一位数字写错"
        if len(places) == 2 and places[1] == places[0] + 1:
            i, j = places
            return "数字错位（相邻两位颠倒）" if said[i] == shown[j] and said[j] == shown[i] else None
        return None
    if len(said) + 1 == len(shown) and _without_one(shown, said):
        return "漏写一位数字"
    if len(said) == len(shown) + 1 and _without_one(said, shown):
        return "多写一位数字"
    return None


def first(wanted: Wanted, evidence: Decimal, others: Sequence[tuple[str, Decimal]], *, scales: bool = True) -> str | None:
    """The first thing it looks like. ``others``: what else it may be (text, value in declared unit)."""
    checks: list[Callable[[], str | None]] = [
        lambda: scale(wanted, evidence) if scales else None,
        lambda: next((text for text, value in others if wanted.equals(value)), None),
        lambda: sign(wanted, evidence),
        lambda: slip(wanted, evidence),
    ]
    return next((found for check in checks if (found := check())), None)


def _without_one(long: str, short: str) -> bool:
    """Whether leaving out one character of ``long`` gives ``short``."""
    return any(long[:i] + long[i + 1 :] == short for i in range(len(long)))
