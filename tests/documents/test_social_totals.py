"""Printed numbers of persons: in words, in rows by month or insurance, in columns by insurance."""

from __future__ import annotations

import pytest

from extractor.documents.social_rows import read_people
from extractor.documents.social_totals import headcount, totals_of
from extractor.model import Field
from tests.documents.conftest import Row, make_page

KINDS = ("养老保险", "医疗保险", "工伤保险", "失业保险", "生育保险")


def across(*rows: tuple[str, ...], top: float = 0.3) -> list[Row]:
    """Rows of cells at the same columns."""
    return [(cell, 0.1 + 0.14 * c, top + 0.03 * r) for r, cells in enumerate(rows) for c, cell in enumerate(cells) if cell]


def read(*rows: Row) -> Field | None:
    page = make_page(("单位参保情况证明", 0.35, 0.05, 0.022), *rows)
    return headcount([page], read_people([page]))


@pytest.mark.parametrize("count", [2, 3, 5])
@pytest.mark.parametrize("label", ["参保人数", "人数", "缴费人数", "参保职工人数"])
@pytest.mark.parametrize("number", ["8", "38", "385", "1,204人"])
def test_one_number_for_every_insurance_on_a_row(count: int, label: str, number: str) -> None:
    found = read(*across(("险种", *KINDS[:count]), (label, *[number] * count), ("欠费", *["无"] * count)))
    assert found is not None
    assert found.value == int(number.replace(",", "").rstrip("人"))
    assert found.confidence > 0.9


def test_a_sum_over_the_insurances_counts_nobody() -> None:
    found = read(*across(("险种", *KINDS[:3], "合计"), ("参保人数", "38", "38", "38", "114")))
    assert found is not None
    assert found.value == 38


def test_numbers_that_differ_by_insurance_are_not_sure() -> None:
    found = read(*across(("险种", *KINDS[:3]), ("参保人数", "38", "35", "38")))
    assert found is not None
    assert (found.value, found.confidence <= 0.5) == (38, True)


@pytest.mark.parametrize("months", [("2022.01", "2022.02", "2022.03"), ("202201", "202202", "202203"), ("1月", "2月", "3月")])
@pytest.mark.parametrize("numbers", [("32", "32", "36"), ("36", "35", "32"), ("8", "9", "12")])
def test_of_numbers_by_month_the_last_counts(months: tuple[str, ...], numbers: tuple[str, ...]) -> None:
    body = [("姓名", *months), ("陈明远", "7208", "7208", "10586"), ("林小雨", "202207", "—", "4842"), ("人数", *numbers)]
    found = read(*across(*body))
    assert found is not None
    assert found.value == int(numbers[-1])
    assert found.confidence > 0.9


def test_a_sum_over_the_months_counts_nobody() -> None:
    found = read(*across(("姓名", "1月", "2月", "合计"), ("人数", "32", "36", "68")))
    assert found is not None
    assert found.value == 36


def test_the_sentence_and_the_row_by_month_agree() -> None:
    rows = across(("姓名", "2022.01", "2022.02"), ("人数", "32", "36"))
    found = read(*rows, ("截至2022年2月在保人数36人", 0.1, 0.5))
    assert found is not None
    assert (found.value, found.confidence > 0.9) == (36, True)


@pytest.mark.parametrize("header", ["当月缴费人数", "参保人数(人)", "缴费人数", "在保人数", "人数"])
def test_a_column_of_numbers_by_insurance(header: str) -> None:
    body = [(kind, "参保缴费", "108", "0") for kind in KINDS[:4]]
    found = read(*across(("参保险种", "参保状态", header, "欠费月数"), *body))
    assert found is not None
    assert found.value == 108


@pytest.mark.parametrize("header", ["欠费人数", "退休人数", "新增人数", "平均人数"])
def test_a_column_of_other_numbers_is_no_total(header: str) -> None:
    assert totals_of(make_page(*across(("险种", header), ("养老保险", "12"), ("工伤保险", "12")))) == []


def test_numbers_far_below_a_column_do_not_belong_to_it() -> None:
    rows = across(("险种", "参保人数"), ("养老保险", "38"))
    found = read(*rows, ("350001", 0.25, 0.8))
    assert found is not None
    assert found.value == 38
