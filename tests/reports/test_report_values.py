"""Numbers and values as a reviewer reads them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.reports.values import field_text, number_text, value_text


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (81234500.0, "元", "81,234,500.00 元"),
        (-1234.5, "元", "-1,234.50 元"),
        (8123.45, "万元", "8,123.45 万元"),
        (8123.0, "万元", "8,123 万元"),
        (0.1 + 0.2, "万元", "0.3 万元"),
        (8123.450001, "万元", "8,123.450001 万元"),
        (3, "项", "3 项"),
        (12.5, "%", "12.5%"),
        (7, "年", "7 年"),
        (2020, "年", "2020 年"),
        ("2023-05-06", "date", "2023-05-06"),
        (None, "元", "—"),
        (float("nan"), "元", "非数值 元"),
        (1e22, "元", "10,000,000,000,000,000,000,000.00 元"),
        (-1e-9, "%", "0%"),
    ],
)
def test_value_text(value: float | str | None, unit: str, shown: str) -> None:
    assert value_text(value, unit) == shown


@pytest.mark.parametrize(("value", "shown"), [(1, "是"), (0, "否"), (True, "是"), (2, "2")])
def test_flags_read_yes_and_no(value: int, shown: str) -> None:
    assert value_text(value, "0/1", "high_tech_enterprise") == shown


@given(st.decimals(min_value=-(10**11), max_value=10**11, places=2))
def test_every_cent_is_shown(amount: Decimal) -> None:
    assert Decimal(number_text(float(amount), decimals=2).replace(",", "")) == amount


@given(st.decimals(min_value=-(10**7), max_value=10**7, places=6))
def test_figures_in_ten_thousands_lose_nothing(amount: Decimal) -> None:
    assert Decimal(number_text(float(amount)).replace(",", "")) == amount


@pytest.mark.parametrize(
    ("key", "value", "shown"),
    [
        ("opinion", "unqualified", "无保留意见"),
        ("opinion", "something else", "something else"),
        ("consolidated", True, "是"),
        (
            "revenue",
            {"2020": 81234500.0, "2019": None},
            "2020年 81,234,500.00 元；2019年 未读出",
        ),
        ("registered_capital", 50000000, "50,000,000.00 元"),
        ("nice_class", 7, "7"),
        ("patentees", ["甲公司", "乙研究所"], "甲公司、乙研究所"),
        (
            "persons",
            [{"name": "张三", "id_masked": "3501**********1234", "to": None}],
            "张三 3501**********1234",
        ),
        ("title", None, "未读出"),
    ],
)
def test_field_text(key: str, value: object, shown: str) -> None:
    assert field_text(key, value) == shown


def test_long_lists_say_how_many_there_are() -> None:
    assert field_text("inventors", [f"人{i}" for i in range(30)], most=2) == "人0、人1 等 30 项"
