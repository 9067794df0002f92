"""Months and spans of months."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.values.months import find_months, month_span


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("2022年8月", ["2022-08"]), ("202208", ["2022-08"]), ("2022.08", ["2022-08"]), ("2022-08-15", ["2022-08"]),
        ("2022年08月15日", ["2022-08"]),
        ("202201-202212", ["2022-01", "2022-12"]), ("2022年1月至2022年12月", ["2022-01", "2022-12"]), ("2022年1-6月",
        ["2022-01", "2022-06"]),
        ("2022-01~2022-03", ["2022-01", "2022-03"]), ("2022/1—2022/3", ["2022-01", "2022-03"]), ("202213", []),
        ("9135010058073021XA", []), ("5000.00", []), ("20220815", ["2022-08"]),
    ],
)  # fmt: skip
def test_notations(text: str, months: list[str]) -> None:
    assert find_months(text) == months


def test_a_reversed_span_is_none() -> None:
    assert month_span("202212至202201") is None
    assert month_span("无") is None
    assert month_span("202201至202212") == ("2022-01", "2022-12")


@given(
    st.integers(1990, 2099),
    st.integers(1, 12),
    st.sampled_from(["{y}年{m}月", "{y}{m:02d}", "{y}-{m:02d}", "{y}.{m:02d}", "所属期：{y}年{m:02d}月份"]),
)
def test_every_month_is_read_back(year: int, month: int, form: str) -> None:
    assert find_months(form.format(y=year, m=month)) == [f"{year}-{month:02d}"]
