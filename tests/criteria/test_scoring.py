"""Scores: a lower and an upper bound, minimums, pass lines, tables that extend others."""

from fractions import Fraction

import pytest
from criteria_build import BOOK, facts, judged, one

from extractor.criteria.evaluate import Decision, evaluate
from extractor.criteria.formulas import FormulaError, Undefined, parse_formula

INNOVATIVE, ZJTX, TECH = "cn-2022-innovative-sme", "cn-2022-zjtx", "cn-2017-tech-sme"

GOOD = {
    ("revenue", 2020): 10000,
    ("main_revenue", 2020): 9000,
    ("main_revenue", 2019): 8000,
    ("rd_expense", 2020): 400,
    ("total_assets", 2020): 10000,
    ("total_liabilities", 2020): 6000,
}


def points(answer, indicator):
    """Bounds of one indicator."""
    item = next(i for i in answer.score.items if indicator in i.item.indicator)
    return item.low, item.high


def test_nothing_known_leaves_everything_open():
    score = judged(INNOVATIVE, {}).score
    assert (score.low, score.high, score.total, score.status) == (5, 100, 100, "undetermined")


def test_first_band_that_holds():
    answer = judged(INNOVATIVE, GOOD)
    assert points(answer, "研发费用占营业收入") == (15, 15)
    assert points(answer, "主营业务收入增长率") == (15, 15)
    assert points(answer, "资产负债率") == (5, 5)
    assert points(answer, "主营业务收入占营业收入") == (20, 20)
    assert points(answer, "知识产权") == (0, 20)
    assert points(answer, "所属领域") == (5, 10)
    assert (answer.score.low, answer.score.high) == (60, 85)


def test_minimum_of_a_part_keeps_the_line_open():
    answer = judged(INNOVATIVE, GOOD)
    assert {p.name: p.status for p in answer.score.parts} == {"创新能力": "undetermined", "成长性": "met", "专业化": "met"}
    assert one(answer, "总分60分及以上").status == "met"
    assert one(answer, "创新能力不低于20分").status == "undetermined"
    assert answer.score.status == "undetermined"


def test_part_too_low_whatever_happens():
    answer = judged(INNOVATIVE, GOOD | {("total_liabilities", 2020): 8000, ("main_revenue", 2019): 9000})
    assert one(answer, "成长性不低于15分").status == "not_met"
    assert answer.score.status == "not_met"


@pytest.mark.parametrize(("growth", "expected"), [(15, 20), ("14.99", 15), (10, 15), (5, 10), (0, 5), ("-0.01", 0)])
def test_band_edges_go_to_the_higher(growth, expected):
    rows = {("main_revenue", 2019): 10000, ("main_revenue", 2020): float(10000 + 100 * Fraction(growth))}
    assert points(judged(INNOVATIVE, rows), "主营业务收入增长率") == (expected, expected)


def test_direct_route_needs_no_score():
    answer = judged(INNOVATIVE, {("high_tech_enterprise", "now"): True})
    assert next(a for a in answer.conditions.walk() if a.label == "评分或直通").status == "met"


def test_a_person_decides_a_band():
    policy = BOOK.get(INNOVATIVE)
    band = next(i for i in policy.scoring.items if "所属领域" in i.indicator).bands[0]
    decided = {band.when.key: Decision("met", "王", "2021-05-06")}
    answer = evaluate(policy, facts(GOOD), BOOK, decisions=decided)
    assert points(answer, "所属领域") == (10, 10)
    assert (answer.score.low, answer.score.high) == (65, 85)
    again = evaluate(policy, facts(GOOD), BOOK)
    assert points(again, "所属领域") == (5, 10)


@pytest.mark.parametrize(("years", "expected"), [(1, 0), (2, 1), (3, 1), (9, 4), (10, 5), (30, 5)])
def test_formula_with_floor_and_cap(years, expected):
    assert points(judged(ZJTX, {("years_in_segment", 2020): years}), "从事特定细分市场年限") == (expected, expected)


def test_years_known_within_one():
    assert points(judged(ZJTX, {("years_in_segment", "now"): 4}), "从事特定细分市场年限") == (1, 2)


def test_summed_bands_are_capped():
    rows = {("trademarks", "now"): 1}
    assert points(judged(ZJTX, rows), "质量管理水平") == (3, 5)
    rows |= {("standards_led_or_joined", "cumulative"): 1}
    assert points(judged(ZJTX, rows), "质量管理水平") == (5, 5)
    none = {
        ("trademarks", "now"): 0,
        ("standards_led_or_joined", "cumulative"): 0,
        ("quality_awards", "now"): 0,
        ("management_system_certs", "now"): 0,
    }
    assert points(judged(ZJTX, none), "质量管理水平") == (0, 0)


@pytest.mark.parametrize("policy", ["cn-fujian-2024-zjtx", "cn-guangdong-2024-zjtx"])
def test_extended_table(policy):
    scoring = BOOK.get(policy).scoring
    assert sum(i.points for i in scoring.all_items) == 100
    assert [i.indicator for i in scoring.all_items if i.dimension == "特色化"] == [i.indicator for i in scoring.items]
    score = judged(policy, {}).score
    assert next(p for p in score.parts if p.name == "特色化").high == 15


def test_the_platforms_score_is_never_estimated():
    answer = judged("cn-2024-development-score", GOOD)
    assert answer.score.status is None
    assert not answer.score.computable
    assert answer.status == "undetermined"
    assert judged("cn-2024-development-score", {("development_score", "2021"): 50}).conditions.status == "met"


def test_two_years_of_the_platforms_score_include_the_running_one():
    for year, status in ((2021, "met"), (2020, "met"), (2019, "undetermined")):
        answer = judged("cn-2026-zjtx-recheck", {("development_score", str(year)): 50})
        assert one(answer, "发展评价得分近两年任一年50分以上").status == status


def test_points_by_number_of_standards():
    policy = "cn-zhejiang-2021-hidden-champion"
    for count, expected in ((0, 0), (1, 8), (3, 10), (9, 10)):
        rows = {("standards_led[levels=国际]", "cumulative"): count}
        rows |= {(f"standards_led_or_joined[levels={x}]", "cumulative"): 0 for x in ("国际", "国家,行业")}
        rows |= {("standards_led[levels=国家,行业]", "cumulative"): 0}
        assert points(judged(policy, rows), "产品标准制定") == (expected, expected)


def test_tech_sme_route_by_score():
    rows = {("tech_staff", 2020): 30, ("employees", 2020): 100, ("rd_expense", 2020): 600, ("revenue", 2020): 10000}
    answer = judged(TECH, rows)
    assert (answer.score.low, answer.score.high) == (70, 100)
    assert next(a for a in answer.conditions.walk() if a.label == "评分路径").status == "met"


@pytest.mark.parametrize(
    "text", ["__import__('os')", "n.real", "n ** 9", "[n]", "lambda: n", "n if n else 1", "floor", "'a'", "", "n" * 999 + "+"]
)
def test_formulas_that_are_refused(text):
    if text in ("floor",):
        assert parse_formula(text).names == (("floor", 0),)
        return
    with pytest.raises(FormulaError):
        parse_formula(text)


def test_formula_values():
    n = Fraction(7)
    assert parse_formula("floor(n / 2) + 1 - -n * 0.2").value(lambda name, back: n) == Fraction("5.4")
    with pytest.raises(Undefined):
        parse_formula("1 / (n - 7)").value(lambda name, back: n)
