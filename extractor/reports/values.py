"""Writing values the way a reviewer reads them: 8,123.45 万元, 是, 2021-05-06."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from extractor.model import Claim, Finding
from extractor.reports import labels

NOT_READ = "未读出"
"""Shown where a label stands on the page and its value could not be read."""

# 1e-6 of 万元 is 0.01 元: enough to show every cent, short enough to hide binary noise.
_MOST_DECIMALS = 6


def number_text(value: float, *, decimals: int | None = None) -> str:
    """A number with thousands separators; ``decimals`` fixed, or as many as it has (at most 6).

    >>> number_text(81234500.0, decimals=2)
    '81,234,500.00'
    >>> number_text(8123.45)
    '8,123.45'
    """
    if not math.isfinite(value):
        return "非数值"
    if decimals is not None:
        return f"{Decimal(repr(value)):,.{decimals}f}"
    text = f"{Decimal(repr(value)):,.{_MOST_DECIMALS}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def value_text(value: Any, unit: str = "", metric: str = "") -> str:
    """A declared, evidenced or claimed value with its unit; None shows as a dash."""
    if value is None:
        return "—"
    if metric in labels.FLAG_METRICS and value in (0, 1):
        return "是" if value else "否"
    shown_unit = labels.UNITS.get(unit, unit)
    if isinstance(value, bool):
        return "是" if value else "否"
    if not isinstance(value, int | float):
        text = str(value)
    elif unit == "元":
        text = number_text(value, decimals=2)
    elif unit == "年" and float(value).is_integer():
        text = str(int(value))
    else:
        text = number_text(value)
    # 12.5% is written together, 8,123.45 万元 with a space.
    return f"{text}{'' if shown_unit in ('', '%') else ' '}{shown_unit}"


def declared_text(finding: Finding) -> str:
    """What the enterprise declared."""
    return value_text(finding.declared.value, finding.declared.unit, finding.metric)


def evidenced_text(finding: Finding) -> str:
    """What the evidence says, in the declared unit, or a dash."""
    return value_text(finding.evidenced, finding.declared.unit, finding.metric)


def claim_text(claim: Claim) -> str:
    """What one claim says."""
    return value_text(claim.value, claim.unit, claim.metric)


def field_text(key: str, value: Any, *, most: int = 12) -> str:
    """A field's normalised value on one line; lists longer than ``most`` are cut, saying so."""
    if value is None:
        return NOT_READ
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Mapping):
        return _mapping_text(key, value)
    if isinstance(value, list | tuple):
        shown = [field_text(key, item) for item in value[:most]]
        rest = f" 等 {len(value)} 项" if len(value) > most else ""
        return "、".join(shown) + rest
    if isinstance(value, int | float):
        return _field_number(key, value)
    return labels.ENUM_VALUES.get(key, {}).get(str(value), str(value))


def _mapping_text(key: str, value: Mapping[Any, Any]) -> str:
    """``{period: number}`` of statement rows, or the columns of a list row."""
    if key in labels.MONEY_FIELDS:
        return "；".join(f"{labels.period_label(str(k))} {field_text(key, v)}" for k, v in value.items())
    return " ".join(field_text(key, v) for v in value.values() if v not in (None, ""))


def _field_number(key: str, value: float) -> str:
    """Money fields are yuan; other numbers (counts, classes, years) stand as they are."""
    if key in labels.MONEY_FIELDS:
        return f"{number_text(value, decimals=2)} 元"
    return number_text(value) if abs(value) >= 10_000 else number_text(value).replace(",", "")
