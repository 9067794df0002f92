"""Ratios, growth, headcount, years, and metrics that nothing proves."""

from __future__ import annotations

import pytest
from claims_build import OTHER, field, figure, insured, licence, report, verdict, verify

ROWS = {
    "revenue": {"2020": 80_000_000.0, "2019": 64_000_000.0},
    "main_revenue": {"2020": 76_000_000.0, "2019": 60_000_000.0},
    "net_profit": {"2020": 6_000_000.0, "2019": -2_000_000.0},
    "total_assets": {"2020": 100_000_000.0, "2019": 90_000_000.0},
    "total_liabilities": {"2020": 45_675_000.0, "2019": 40_000_000.0},
    "owners_equity": {"2020": 54_325_000.0, "2019": 50_000_000.0},
    "rd_expense": {"2020": 4_440_000.0, "2019": 3_000_000.0},
}


def percent(metric, value, period="2020", unit="%", decimals=None):
    """A declared ratio."""
    return figure(metric, value, unit, period, decimals)


@pytest.mark.parametrize(
    ("metric", "value"),
    [
        ("main_revenue_ratio", 95),
        ("debt_ratio", 45.68),
        ("debt_ratio", 45.67),
        ("debt_ratio", 45.7),
        ("rd_expense_ratio", 5.55),
        ("revenue_growth", 25),
        ("main_revenue_growth", 26.67),
        ("main_revenue_growth", 26.66),
        ("rd_expense_growth", 48),
        ("net_profit_margin", 7.5),
    ],
)
def test_ratios_follow_their_parts(metric, value):
    found = verify([report(ROWS)], percent(metric, value))[0]
    assert found.verdict == "supported"
    assert "第6页" in found.reason


@pytest.mark.parametrize(
    ("metric", "value", "hint"),
    [
        ("rd_expense_ratio", 5.84, "分母错误（除以了主营业务收入）"),
        ("rd_expense_ratio", 4.44, "分母错误（除以了资产总额）"),
        ("debt_ratio", 84.08, "分母错误（除以了所有者权益）"),
        ("revenue_growth", 20, "分母错误（除以了本年数"),
        ("revenue_growth", 125, "没有减去基数"),
        ("rd_expense_ratio", 0.0555, "一百"),
        ("rd_expense_ratio", 4.69, "另一年度（2019年）"),
        ("debt_ratio", 45.86, "数字错位"),
    ],
)
def test_a_wrong_ratio_names_what_it_looks_like(metric, value, hint):
    found = verify([report(ROWS)], percent(metric, value))[0]
    assert found.verdict == "contradicted"
    assert hint in found.reason


UNPROVEN = {"gate": "unchecked", "confidence": 0.85, "note": "未能由报表验证：净利润=利润总额-所得税费用，相差5.00"}
PARTS = {"total_liabilities": {"2020": 30_000_000.0}, "total_assets": {"2020": 90_000_000.0}}


@pytest.mark.parametrize(
    ("value", "expected"), [(33.33, "unsure"), (45.0, "unsure"), (0.3333, "contradicted"), (300, "contradicted")]
)
def test_parts_whose_own_sums_do_not_come_out_prove_nothing_and_refute_only_their_own_slips(value, expected):
    assert verdict([report(PARTS, reading=UNPROVEN)], figure("debt_ratio", value, "%")) == expected
    assert verdict([report(PARTS)], figure("debt_ratio", 45.0, "%")) == "contradicted"


def test_no_ratio_is_worked_out_for_figures_of_unknown_year():
    paper = report({k: {"unknown": v["2020"]} for k, v in PARTS.items()}, kind="tax_return")
    assert verdict([paper], figure("debt_ratio", 33.33, "%")) != "supported"


def test_growth_from_a_loss_or_zero_is_unsure():
    assert verdict([report(ROWS)], percent("net_profit_growth", 400)) == "unsure"
    nothing = {"revenue": {"2020": 1.0, "2019": 0.0}}
    assert verdict([report(nothing)], percent("revenue_growth", 100)) == "unsure"


def test_growth_without_the_base_is_missing():
    found = verify([report(ROWS)], percent("revenue_growth", 10, "2019"))[0]
    assert found.verdict == "missing"
    assert "2018年营业收入" in found.reason


def test_base_from_another_years_report():
    reports = [
        report({"revenue": {"2020": 8e7}}),
        report({"revenue": {"2019": 6.4e7}}, year="2019", id="d2"),
    ]
    assert verdict(reports, percent("revenue_growth", 25)) == "supported"


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ([report(ROWS, kind="financial_statements")], "unsure"),
        ([report(ROWS, entity=OTHER)], "wrong_entity"),
        ([report(ROWS, extra={"opinion": field("adverse")})], "unsure"),
        ([report(ROWS), report({"revenue": {"2020": 7e7}}, kind="tax_return", id="d2")], "unsure"),
        ([report({"revenue": {"2020": 8e7}})], "missing"),
    ],
)
def test_ratios_are_no_surer_than_their_parts(documents, expected):
    assert verdict(documents, percent("rd_expense_ratio", 5.55)) == expected


def test_parts_of_different_scope_are_unsure():
    group = report({"revenue": {"2020": 8e7}}, parent={"revenue": {"2020": 5e7}})
    rd = report({"rd_expense": {"2020": 4_440_000.0}}, kind="rd_audit_report", id="d2")
    assert verdict([group, rd], percent("rd_expense_ratio", 5.55)) == "unsure"
    assert verdict([report({"revenue": {"2020": 8e7}}), rd], percent("rd_expense_ratio", 5.55)) == "supported"


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (5.55, "", "supported"),
        (0.0555, "", "unsure"),
        (0.0555, "小数", "supported"),
        (55.5, "‰", "supported"),
        (5.55, "万元", "unsure"),
    ],
)
def test_units_of_ratios(value, unit, expected):
    assert verdict([report(ROWS)], percent("rd_expense_ratio", value, unit=unit)) == expected


def people(value, period="now"):
    """Declared employees."""
    return figure("employees", value, "人", period)


@pytest.mark.parametrize(
    ("documents", "value", "expected"),
    [
        ([insured(126, 126)], 126, "supported"),
        ([insured(126, 126)], 130, "contradicted"),
        ([insured(126, 126)], 120, "contradicted"),
        ([insured(126, 120)], 126, "unsure"),
        ([insured(126, 120)], 120, "unsure"),
        ([insured(126, 126, organization=OTHER)], 126, "wrong_entity"),
        ([insured(126, 126, to=None)], 126, "unsure"),
        ([insured(126, 126, to="2019-12")], 126, "expired"),
        ([insured(126, 126, to="2021-06")], 126, "expired"),
        ([insured(126, 126), insured(99, 99, to="2020-08", id="s2")], 126, "supported"),
        ([insured(126, 126), insured(99, 99, id="s2")], 126, "unsure"),
        ([insured(None, None)], 126, "unsure"),
        ([insured(126, None)], 126, "supported"),
        ([insured(None, 126)], 126, "unsure"),
        ([], 126, "missing"),
    ],
)
def test_headcount(documents, value, expected):
    assert verdict(documents, people(value)) == expected


def test_headcount_of_a_year():
    lists = [insured(126, 126, to="2020-12"), insured(140, 140, to="2021-04", id="s2")]
    assert verdict(lists, people(126, "2020")) == "supported"
    assert verdict(lists, people(140, "2020")) == "contradicted"
    assert verdict(lists, people(126, "2018")) == "missing"


@pytest.mark.parametrize("metric", ["rd_staff", "rd_staff_ratio"])
def test_a_social_security_list_does_not_prove_rd_staff(metric):
    found = verify([insured(126, 126)], figure(metric, 30, "人", "now"))[0]
    assert found.verdict == "missing"
    assert "研发人员花名册" in found.reason


@pytest.mark.parametrize(
    ("value", "expected", "as_of"),
    [
        (12, "supported", "2021-05-06"),
        (11, "supported", "2021-05-05"),
        (12, "contradicted", "2021-05-05"),
        (11.9, "supported", "2021-05-05"),
        (13, "contradicted", "2021-12-31"),
    ],
)
def test_years_are_whole_years(value, expected, as_of):
    assert verdict([licence()], figure("registered_years", value, "年", "now"), as_of=as_of) == expected


def test_years_need_the_own_licence():
    declared = figure("registered_years", 12, "年", "now")
    assert verdict([licence(name=OTHER, uscc="91440300MA5ABCDE5X")], declared) == "wrong_entity"
    assert verdict([licence(None)], declared) == "unsure"
    assert verdict([licence(), licence("2010-01-01", id="l2")], declared) == "unsure"
    assert verdict([licence(), licence(None, id="l2")], declared) == "supported"


def test_registration_date():
    assert verdict([licence()], figure("registration_date", "2009年5月6日", "date", "now")) == "supported"
    assert verdict([licence()], figure("registration_date", "2008-05-06", "date", "now")) == "contradicted"


def test_unknown_metrics_are_missing_with_a_hint():
    found = verify([], figure("营业收人", 1))[0]
    assert found.verdict == "missing"
    assert "营业收入" in found.reason
    assert verdict([], figure("market_rank_national", 3, "名")) == "missing"
