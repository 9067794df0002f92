"""Numbers as people read them: enough decimals that a figure never looks like the bound it misses."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from extractor.criteria.nodes import Kind

_MOST_DECIMALS = 8


def plain_number(value: Fraction, decimals: int = 2) -> str:
    """A number with at most so many decimals, thousands separated.

    >>> plain_number(Fraction(80008, 10))
    '8,000.8'
    """
    whole = f"{Decimal(_rounded(value, decimals) * 10**decimals // 1).scaleb(-decimals):,.{decimals}f}"
    return whole.rstrip("0").rstrip(".") if "." in whole else whole


def beside(value: Fraction, bound: Fraction) -> str:
    """A number with enough decimals to stand on its side of ``bound``.

    >>> beside(Fraction("69.9996"), Fraction(70))
    '69.9996'
    """
    for decimals in range(2, _MOST_DECIMALS):
        shown = _rounded(value, decimals)
        if (shown > bound) == (value > bound) and (shown < bound) == (value < bound):
            return plain_number(value, decimals)
    return plain_number(value, _MOST_DECIMALS)


def shortfall(value: Fraction, decimals: int = 2) -> str:
    """An amount that is missing, rounded up: never shown as nothing."""
    scale = 10**decimals
    return plain_number(Fraction(ceil(value * scale), scale), decimals)


def in_kind(value: Fraction, kind: Kind, unit: str, bound: Fraction | None = None) -> str:
    """A value with its unit: a date, yes or no, or a number."""
    if kind == "date":
        return date.fromordinal(int(value)).isoformat()
    if kind == "flag":
        return "是" if value else "否"
    number = plain_number(value) if bound is None else beside(value, bound)
    return with_unit(number, unit)


def with_unit(number: str, unit: str) -> str:
    """``70%``, ``320 万元``, ``第3名``."""
    if unit == "%":
        return f"{number}%"
    return f"第{number}名" if unit == "名" else f"{number} {unit}"


def json_number(value: Fraction | None) -> float | int | None:
    """A number for JSON."""
    if value is None:
        return None
    return int(value) if value.denominator == 1 else float(value)


def _rounded(value: Fraction, decimals: int) -> Fraction:
    """Half up, away from zero."""
    scale = 10**decimals
    size = Fraction(floor(abs(value) * scale + Fraction(1, 2)), scale)
    return -size if value < 0 else size
