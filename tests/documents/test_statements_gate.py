"""The arithmetic gate: what confirms a figure, what fails it, what it leaves open."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.documents.statements.catalogue import name_of
from extractor.documents.statements.gate import UNPROVEN, Line, check
from extractor.documents.statements.misplaced import OFF


def sheet(**rows: str | None) -> list[Line]:
    return [Line(name_of(label), None if value is None else Decimal(value)) for label, value in rows.items()]


BALANCE = {
    "流动资产合计": "600.00",
    "非流动资产合计": "400.00",
    "资产总计": "1000.00",
    "流动负债合计": "250.00",
    "非流动负债合计": "50.00",
    "负债合计": "300.00",
    "所有者权益合计": "700.00",
    "负债和所有者权益总计": "1000.00",
}
INCOME = {
    "营业利润": "100.00",
    "营业外收入": "10.00",
    "营业外支出": "5.00",
    "利润总额": "105.00",
    "所得税费用": "15.75",
    "净利润": "89.25",
}


def test_consistent_sheets_are_ok() -> None:
    verdicts = check(sheet(**BALANCE, **INCOME), exact=True)
    assert {v.status for v in verdicts.values()} == {"ok"}


def test_a_wrong_total_fails_and_its_neighbours_stay() -> None:
    verdicts = check(sheet(**(BALANCE | {"负债合计": "308.00"})), exact=True)
    assert verdicts["total_liabilities"].status == "failed"
    assert "负债" in (verdicts["total_liabilities"].note or "")
    assert verdicts["total_assets"].status == "ok"
    assert verdicts["current_assets"].status == "ok"


def test_the_one_digit_that_would_fit_is_named_not_taken() -> None:
    note = check(sheet(**(BALANCE | {"负债合计": "308.00"})), exact=True)["total_liabilities"].note or ""
    assert "300.00" in note
    assert "请核对原件" in note


def test_blank_tax_counts_as_nil() -> None:
    verdicts = check(sheet(利润总额="105.00", 所得税费用=None, 净利润="105.00"))
    assert verdicts["net_profit"].status == "ok"


def test_nothing_to_compare_is_unchecked() -> None:
    assert check(sheet(资产总计="1000.00"))["total_assets"].status == "unchecked"


def test_zeros_confirm_nothing() -> None:
    verdicts = check(sheet(资产总计="0.00", 负债合计="0.00", 所有者权益合计="0.00"))
    assert verdicts["total_assets"].status == "unchecked"


def test_rounded_units_may_be_off_by_half_a_unit_per_term() -> None:
    lines = [Line(name_of(n), Decimal(v), 0) for n, v in (("资产总计", "1001"), ("负债合计", "300"), ("所有者权益合计", "700"))]
    assert check(lines)["total_assets"].status == "ok"
    assert check(lines, exact=True)["total_assets"].status == "unchecked"


def test_costs_and_gains_confirm_revenue() -> None:
    rows = {
        "营业收入": "1000.00",
        "营业成本": "600.00",
        "税金及附加": "10.00",
        "销售费用": "50.00",
        "管理费用": "60.00",
        "研发费用": "70.00",
        "财务费用": "-5.00",
        "其他收益": "3.00",
        "信用减值损失": "-8.00",
        "营业利润": "210.00",
    }
    verdicts = check(sheet(**rows), exact=True)
    assert verdicts["revenue"].status == verdicts["rd_expense"].status == "ok"
    shaky = check(sheet(**(rows | {"营业收入": "1900.00"})), exact=True)["revenue"]
    assert shaky.status == "unchecked"
    assert shaky.note


def test_impairment_is_subtracted_in_the_older_format() -> None:
    rows = {
        "营业收入": "1000.00",
        "营业成本": "600.00",
        "管理费用": "60.00",
        "财务费用": "40.00",
        "资产减值损失": "8.00",
        "营业利润": "292.00",
    }
    assert check(sheet(**rows), exact=True)["revenue"].status == "ok"


@given(st.integers(1, 10**12), st.integers(0, 10**12), st.integers(0, 15), st.integers(1, 9), st.sampled_from(sorted(BALANCE)))
def test_one_misread_digit_is_never_ok(liabilities: int, equity: int, place: int, step: int, row: str) -> None:
    """Whatever the figures: change one digit of one total, and that total is not called ok."""
    half = liabilities // 2
    values = {
        "流动资产合计": liabilities,
        "非流动资产合计": equity,
        "资产总计": liabilities + equity,
        "流动负债合计": half,
        "非流动负债合计": liabilities - half,
        "负债合计": liabilities,
        "所有者权益合计": equity,
        "负债和所有者权益总计": liabilities + equity,
    }
    digits = list(str(values[row]))
    k = place % len(digits)
    digits[k] = str((int(digits[k]) + step) % 10)
    values[row] = int("".join(digits))
    lines = [Line(name_of(n), Decimal(v).scaleb(-2)) for n, v in values.items()]
    assert check(lines, exact=True)[name_of(row).key].status != "ok" if not name_of(row).key.startswith("_") else True


def unread(lines: list[Line], *names: str) -> list[Line]:
    """The rows with something unreadable in those of ``names``."""
    return [Line(l.name, None, 0, seen=True) if l.name.name in names else l for l in lines]


@pytest.mark.parametrize("lost", ["所得税费用", "利润总额"])
@pytest.mark.parametrize("net", ["89.25", "98.00"])
def test_a_figure_whose_sum_needs_an_unreadable_row_is_unproven(lost: str, net: str) -> None:
    verdict = check(unread(sheet(**(INCOME | {"净利润": net})), lost), exact=True)["net_profit"]
    assert verdict.status == "unchecked"
    assert (verdict.note or "").startswith((UNPROVEN, OFF))


def test_a_blank_row_is_no_unreadable_one() -> None:
    assert check(sheet(流动资产合计="600.00", 资产总计="1000.00"), exact=True)["current_assets"].note is None


@pytest.mark.parametrize(("net", "status"), [("89.25", "ok"), ("98.00", "unchecked")])
@pytest.mark.parametrize(
    "parts",
    [
        {"持续经营净利润": "89.25", "终止经营净利润": None},
        {"持续经营净利润": "80.25", "终止经营净利润": "9.00"},
        {"归属于母公司股东的净利润": "80.00", "少数股东损益": "9.25"},
        {"归属于母公司所有者的净利润": "89.25", "少数股东损益": None},
    ],
)
def test_the_breakdown_of_the_net_profit_confirms_it(parts: dict[str, str | None], net: str, status: str) -> None:
    lines = unread(sheet(**(INCOME | {"净利润": net} | parts)), "所得税费用")
    assert check(lines, exact=True)["net_profit"].status == status


def test_a_total_altered_in_two_places_fails_though_both_agree() -> None:
    forged = BALANCE | {"资产总计": "1500.00", "负债和所有者权益总计": "1500.00"}
    for lost in ((), ("流动资产合计",), ("所有者权益合计",), ("非流动资产合计", "流动资产合计")):
        verdict = check(unread(sheet(**forged), *lost), exact=True)["total_assets"]
        assert verdict.status == "failed", lost


def test_a_net_profit_altered_with_its_repetition_fails() -> None:
    forged = INCOME | {"净利润": "98.00", "持续经营净利润": "98.00"}
    assert check(sheet(**forged), exact=True)["net_profit"].status == "failed"


def test_one_misread_neighbour_does_not_fail_a_total_that_real_sums_confirm() -> None:
    verdicts = check(sheet(**(BALANCE | {"所有者权益合计": "708.00"})), exact=True)
    assert verdicts["total_assets"].status == "ok"
    assert verdicts["total_liabilities"].status == "ok"
    assert verdicts["owners_equity"].status == "failed"
