"""The rows of the form: everything that decides a condition is asked for, once."""

from datetime import date

import pytest
from criteria_build import BOOK

from extractor.criteria.form_rows import form_rows
from extractor.criteria.form_sections import _SECTION_OF, SECTIONS, may_be_negative, section_of

DAY = date(2021, 5, 6)


def asked(*policies, day=DAY):
    """The rows by metric and period."""
    return {(r.metric, r.period): r for r in form_rows([BOOK.get(p) for p in policies], BOOK, day)}


def test_growth_asks_for_the_year_before_the_first():
    rows = asked("cn-2021-little-giant-batch3")
    assert {p for m, p in rows if m == "main_revenue_growth"} == {"2019", "2020"}
    assert {p for m, p in rows if m == "main_revenue"} == {"2018", "2019", "2020"}
    assert {p for m, p in rows if m == "net_profit"} == {"2018", "2019", "2020"}


def test_years_follow_the_deadline():
    rows = asked("cn-2021-little-giant-batch3", day=date(2022, 3, 1))
    assert {p for m, p in rows if m == "main_revenue"} == {"2019", "2020", "2021"}


def test_a_ratio_or_its_parts():
    rows = asked("cn-2021-little-giant-batch3")
    assert rows["debt_ratio", "2020"].parts == ("负债总额", "资产总额")
    assert "资产负债率" in rows["total_assets", "2020"].instead_of
    assert rows["main_revenue_growth", "2020"].parts == ("主营业务收入", "上年主营业务收入")
    assert not rows["total_liabilities", "2020"].demands


def test_the_policys_bound_is_shown():
    rows = asked("cn-2021-little-giant-batch3")
    assert any("70%" in d for d in rows["debt_ratio", "2020"].demands)
    assert any("不低于 10,000 万元" in d for d in rows["revenue", "2020"].demands)


def test_years_since_establishment_ask_for_the_day():
    rows = asked("cn-2021-little-giant-batch3")
    assert ("registration_date", "now") in rows
    assert not any(m == "registered_years" for m, _ in rows)


def test_all_parts_of_a_sum_are_asked():
    rows = asked("cn-2021-little-giant-batch3")
    assert {"utility_patents", "design_patents", "software_copyrights"} <= {m for m, p in rows if p == "now"}


def test_several_policies_ask_once_and_say_which():
    one, two = asked("cn-2021-little-giant-batch3"), asked("cn-2026-little-giant")
    both = form_rows([BOOK.get("cn-2021-little-giant-batch3"), BOOK.get("cn-2026-little-giant")], BOOK, DAY)
    keys = [(r.metric, r.period, r.unit) for r in both]
    assert len(keys) == len(set(keys))
    assert {k[:2] for k in keys} == one.keys() | two.keys()
    assert all(d.startswith("【") for r in both for d in r.demands)


@pytest.mark.parametrize("pid", list(BOOK.policies))
def test_rows_are_unique_and_complete(pid):
    rows = form_rows([BOOK.get(pid)], BOOK, DAY)
    keys = [(r.metric, r.period, r.unit) for r in rows]
    assert rows
    assert len(keys) == len(set(keys))
    assert [SECTIONS.index(r.section) for r in rows] == sorted(SECTIONS.index(r.section) for r in rows)
    for row in rows:
        assert row.unit
        assert row.definition
        assert row.evidence
        assert row.demands or row.instead_of
        assert row.options or row.kind != "tag"


def test_sections_name_only_metrics_that_there_are():
    assert set(_SECTION_OF) <= set(BOOK.metrics)
    assert section_of("loan_amount") == "其他"


@pytest.mark.parametrize(
    ("metric", "negative"),
    [
        ("revenue", False),
        ("net_profit", True),
        ("net_assets", True),
        ("debt_ratio", False),
        ("rd_expense_ratio", False),
        ("net_profit_margin", True),
        ("operating_profit_margin", True),
        ("revenue_growth", True),
        ("revenue_growth_to_city_gdp_growth", True),
        ("sales_profit_margin_change", True),
        ("supporting_sales_increase", True),
        ("rd_expense_ratio_to_industry_avg", False),
        ("invention_patents", False),
        ("market_share_national", False),
    ],
)
def test_which_figures_may_be_negative(metric, negative):
    assert may_be_negative(BOOK.metrics[metric], BOOK.metrics) is negative
