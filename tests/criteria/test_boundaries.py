"""Boundaries of each family of policies: exactly at the line, just below, just above."""

from datetime import date
from fractions import Fraction

import pytest
from criteria_build import BOOK, facts, group, judged, one, status_of

from extractor.criteria.evaluate import Decision, evaluate
from extractor.criteria.nodes import Group, Leaf
from extractor.criteria.nodes import walk as nodes

BATCH3 = "cn-2021-little-giant-batch3"
MET, NOT, OPEN = "met", "not_met", "undetermined"


TWO_PATENTS = [
    p.id
    for p in BOOK
    if p.kind == "key_support"
    and [n.period for n in nodes(p.conditions) if isinstance(n, Leaf) and n.metrics == ("invention_patents",)] == ["now"]
][:6]


def years(metric, **values):
    """``y2020=…`` to facts."""
    return {(metric, y.removeprefix("y")): v for y, v in values.items()}


# --- classes by revenue: 5000 and 10000 万元


@pytest.mark.parametrize(
    ("revenue", "tier", "statuses"),
    [
        (4999.99, "", (NOT, NOT, NOT)),
        (5000, "b", (NOT, MET, NOT)),
        (9999.99, "b", (NOT, MET, NOT)),
        (10000, "a", (MET, NOT, NOT)),
        (10000.01, "a", (MET, NOT, NOT)),
    ],
)
@pytest.mark.parametrize("policy", [BATCH3, "cn-2021-little-giant-batch3-precheck"])
def test_class_edges(policy, revenue, tier, statuses):
    rows = years("revenue", y2019=6000, y2020=revenue) | years("rd_expense", y2019=600, y2020=1000)
    answer = judged(policy, rows)
    assert tuple(group(answer, c).status for c in "abc") == statuses
    assert answer.tier == tier


@pytest.mark.parametrize(("revenue", "status"), [(4999.999, NOT), (5000, MET), (5000.001, MET)])
def test_2026_and_fujian_revenue(revenue, status):
    rows = years("revenue", y2020=revenue)
    assert status_of(judged("cn-2026-little-giant", rows), "上年度营业收入5000万元以上") == status
    assert status_of(judged("cn-fujian-2021-zjtx", rows), "上年度营业收入≥5000万元") == status


# --- debt ratio: 70 % exactly


@pytest.mark.parametrize(
    ("liabilities", "status", "shown", "gap"),
    [
        (7000, MET, "70%", None),
        (6999.99, MET, "69.9999%", None),
        (7000.01, NOT, "70.0001%", "超出 0.01 个百分点"),
        (7100, NOT, "71%", "超出 1 个百分点"),
    ],
)
@pytest.mark.parametrize("policy", [BATCH3, "cn-2022-little-giant", "cn-tianjin-2021-zjtx"])
def test_debt_at_seventy(policy, liabilities, status, shown, gap):
    rows = years("total_liabilities", y2020=liabilities) | years("total_assets", y2020=10000)
    found = one(judged(policy, rows), "资产负债率")
    assert (found.status, found.actual.text) == (status, shown)
    assert (found.gap.text if found.gap else None) == gap


def test_debt_2026():
    for liabilities, status in ((7500, MET), (7500.01, NOT)):
        rows = years("total_liabilities", y2020=liabilities) | years("total_assets", y2020=10000)
        assert status_of(judged("cn-2026-little-giant", rows), "资产负债率不超过75%") == status


# --- R&D share: each year against the average, inclusive against strict


@pytest.mark.parametrize(
    ("first", "last", "status"),
    [(300, 300, MET), (299.99, 400, NOT), (400, 299.99, NOT), (300, 299.99, NOT), (None, 400, OPEN), (None, 200, NOT)],
)
def test_three_percent_each_year(first, last, status):
    rows = years("revenue", y2019=10000, y2020=10000) | years("rd_expense", y2020=last)
    rows |= years("rd_expense", y2019=first) if first is not None else {}
    assert one(judged("cn-2026-zjtx", rows), "近两年每年占营收不低于3%").status == status


@pytest.mark.parametrize(("share", "status"), [(3, NOT), (3.0001, MET), (2.9, NOT)])
def test_more_than_three_percent_is_strict(share, status):
    rows = years("revenue", y2019=10000, y2020=10000) | years("rd_expense", y2019=share * 100, y2020=share * 100)
    found = one(judged("cn-fujian-2021-zjtx", rows), "近2年研发费占营收超过3%")
    assert found.status == status
    if share == 3:
        assert found.gap.text == "刚好等于界线，须高于"


@pytest.mark.parametrize(("first", "last", "status"), [(900, 1100, MET), (899.99, 1100, NOT), (2000, None, OPEN)])
def test_average_of_two_years(first, last, status):
    rows = years("rd_expense", y2019=first) | (years("rd_expense", y2020=last) if last else {})
    assert status_of(judged("cn-2022-zjtx", rows), "近两年研发费用均值1000万元以上") == status


@pytest.mark.parametrize(
    ("first", "last", "status"), [(600, 600, MET), (600, 599.99, NOT), (1200, None, MET), (1199, None, OPEN)]
)
def test_sum_of_two_years(first, last, status):
    rows = years("rd_expense", y2019=first) | (years("rd_expense", y2020=last) if last else {})
    assert status_of(judged("cn-2026-little-giant", rows), "近两年研发费用合计不低于1200万元") == status


# --- growth


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ((100, 105, 110.25), MET),
        ((100, 100, 110), MET),
        ((100, 110, 110), MET),
        ((100, 104, 110.2), NOT),
        ((0, 105, 110.25), OPEN),
        ((-5, 105, 110.25), OPEN),
        ((None, 105, 110.25), OPEN),
    ],
)
def test_average_growth_needs_the_year_before(values, status):
    rows = {("main_revenue", 2018 + i): v for i, v in enumerate(values) if v is not None}
    found = one(judged(BATCH3, rows), "近2年主营收入年均增速")
    assert found.status == status
    assert bool(found.note) == (values[0] in (0, -5))


@pytest.mark.parametrize(
    ("before", "after", "status"),
    [(100, 110.25, MET), (100, 110.2499, NOT), (0, 110, OPEN), (-3, 110, OPEN), (100, 0, NOT), (300, 330.75, MET)],
)
def test_compound_growth_over_the_right_years(before, after, status):
    rows = {("revenue", 2018): before, ("revenue", 2020): after, ("revenue", 2019): 1}
    assert status_of(judged("cn-2026-little-giant", rows), "复合增长率不低于5%") == status


@pytest.mark.parametrize(("after", "status"), [(172.8, MET), (172.79, NOT)])
def test_compound_growth_over_three_years(after, status):
    rows = {("main_revenue", 2017): 100, ("main_revenue", 2020): after}
    policy = next(p for p in BOOK if any("前三年主营收入复合增长率≥20%" in a.text for a in walk(p)))
    assert status_of(evaluate(policy, facts(rows), BOOK), "前三年主营收入复合增长率≥20%") == status


def walk(policy):
    """All answers of a policy without facts."""
    return evaluate(policy, facts({}), BOOK).conditions.walk()


def test_growth_from_a_loss_can_come_by_another_way():
    rows = {("net_profit", 2018): -10, ("net_profit", 2019): 10, ("net_profit", 2020): 20}
    rows |= {("main_revenue", y): 100 * 1.06 ** (y - 2018) for y in (2018, 2019, 2020)}
    rows = {k: round(v, 4) for k, v in rows.items()}
    assert group(judged(BATCH3, rows), "增长").status == MET


# --- counts: patents 1, 2, 3; sums


@pytest.mark.parametrize(("inventions", "status"), [(0, NOT), (1, NOT), (2, MET), (3, MET)])
@pytest.mark.parametrize("policy", TWO_PATENTS)
def test_invention_patents(policy, inventions, status):
    answer = judged(policy, {("invention_patents", "now"): inventions})
    found = [a for a in answer.conditions.walk() if a.metric == "invention_patents"]
    assert [a.status for a in found] == [status]
    assert [a.gap.text if a.gap else None for a in found] == [None if status == MET else f"还差 {2 - inventions} 项"]


@pytest.mark.parametrize(
    ("counts", "status"),
    [
        ({"invention_patents": 2}, MET),
        ({"invention_patents": 1}, OPEN),
        ({"invention_patents": 1, "ic_layout_designs": 1}, MET),
        ({"invention_patents": 1, "ic_layout_designs": 0}, NOT),
        ({"ic_layout_designs": 2}, MET),
        ({}, OPEN),
    ],
)
def test_sum_of_counts_with_an_unknown_part(counts, status):
    rows = {(m, "now"): n for m, n in counts.items()}
    assert status_of(judged(BATCH3, rows), "有效发明，含集成电路布图设计") == status


@pytest.mark.parametrize(("counts", "status"), [((5, 0, 0), MET), ((2, 2, 1), MET), ((2, 2, 0), NOT), ((4, None, None), OPEN)])
def test_five_other_rights(counts, status):
    names = ("utility_patents", "design_patents", "software_copyrights")
    rows = {(m, "now"): n for m, n in zip(names, counts, strict=True) if n is not None}
    assert status_of(judged(BATCH3, rows), "实用新型+外观+软著合计") == status


def test_scope_must_be_confirmed():
    answer = judged(
        "cn-2026-little-giant",
        {
            (m, "now"): n
            for m, n in {"invention_patents": 9, "ic_layout_designs": 0, "plant_variety_rights": 0, "other_class1_ip": 0}.items()
        },
    )
    found = one(answer, "4项以上与主导产品相关")
    assert found.status == OPEN
    assert "须确认其中哪些属于" in found.material
    few = judged(
        "cn-2026-little-giant",
        {
            (m, "now"): n
            for m, n in {"invention_patents": 3, "ic_layout_designs": 0, "plant_variety_rights": 0, "other_class1_ip": 0}.items()
        },
    )
    assert status_of(few, "4项以上与主导产品相关") == NOT


@pytest.mark.parametrize(("rank", "status"), [(1, MET), (3, MET), (4, NOT)])
def test_rank_among_the_first_three(rank, status):
    found = one(judged(BATCH3, {("market_rank_province", 2020): rank}), "主导产品细分市场占有率全省排名")
    assert (found.status, found.required.text) == (status, "前3名")


# --- at least 4 of 12 (天津)

SEED = "cn-tianjin-2021-seed-batch1"


TWELVE = next(n for n in nodes(BOOK.get(SEED).conditions) if isinstance(n, Group) and n.how == "at_least")


def tianjin(met, not_met):
    """The group of twelve with so many decided by persons."""
    decided = {}
    for i, child in enumerate(TWELVE.children):
        status = MET if i < met else NOT if i < met + not_met else None
        if status is not None:
            decided |= {n.key: Decision(status, "王", "2021-05-06") for n in nodes(child) if not isinstance(n, Group)}
    answer = evaluate(BOOK.get(SEED), facts({}), BOOK, decisions=decided)
    return next(a for a in answer.conditions.walk() if a.kind == "at_least")


@pytest.mark.parametrize(
    ("met", "not_met", "status"),
    [(4, 0, MET), (4, 8, MET), (3, 0, OPEN), (3, 8, OPEN), (3, 9, NOT), (0, 8, OPEN), (0, 9, NOT), (12, 0, MET), (0, 0, OPEN)],
)
def test_at_least_four_of_twelve(met, not_met, status):
    assert (TWELVE.need, len(TWELVE.children)) == (4, 12)
    assert tianjin(met, not_met).status == status


def test_since_2018_counts_by_grant_dates():
    rows = {("invention_patents", "granted_2019"): 1}
    answer = judged(SEED, rows)
    found = next(a for a in answer.conditions.walk() if a.metric == "utility_patents+design_patents+software_copyrights")
    assert found.status == OPEN
    rows = {
        ("utility_patents", "granted_2018"): 2,
        ("software_copyrights", "granted_2021"): 1,
        ("design_patents", "granted_2017"): 9,
    }
    answer = judged(SEED, rows)
    found = next(a for a in answer.conditions.walk() if a.metric == "utility_patents+design_patents+software_copyrights")
    assert (found.status, found.actual.low) == (MET, Fraction(3))


# --- dates, years, tags


@pytest.mark.parametrize(("born", "status"), [("2019-12-31", MET), ("2020-01-01", NOT)])
def test_registered_by_a_day(born, status):
    assert status_of(judged(SEED, {("registration_date", "now"): born}), "2019年12月31日前登记注册") == status


@pytest.mark.parametrize(("born", "status"), [("2018-05-06", MET), ("2018-05-07", NOT), ("2016-02-29", MET)])
def test_three_whole_years(born, status):
    assert status_of(judged(BATCH3, {("registration_date", "now"): born}), "连续经营满3年") == status


@pytest.mark.parametrize(("born", "years"), [("2020-01-01", 1), ("2019-06-01", 1), ("2020-01-02", 0), ("2018-01-01", 3)])
def test_full_fiscal_years(born, years):
    answer = judged(SEED, {("registration_date", "now"): born})
    found = next(a for a in answer.conditions.walk() if a.metric == "full_fiscal_years")
    assert found.actual.low == years


@pytest.mark.parametrize(("now", "status"), [(4, MET), (3, OPEN), (2, NOT)])
def test_years_at_the_end_of_last_year_from_those_at_the_day(now, status):
    assert status_of(judged(BATCH3, {("years_in_segment", "now"): now}), "从事特定细分市场年限") == status


@pytest.mark.parametrize(
    ("region", "policy", "status"),
    [
        ("福建", "cn-fujian-2021-zjtx", MET),
        ("厦门", "cn-fujian-2021-zjtx", MET),
        ("中国境内", "cn-fujian-2021-zjtx", OPEN),
        ("江西", "cn-fujian-2021-zjtx", NOT),
        ("福建", "cn-sanming-2022-pool", OPEN),
        ("福建、三明", "cn-sanming-2022-pool", MET),
        ("福建、厦门", "cn-sanming-2022-pool", NOT),
        ("江西", BATCH3, MET),
    ],
)
def test_regions(region, policy, status):
    answer = judged(policy, {("region_tag", "now"): region})
    assert next(a for a in answer.conditions.walk() if a.metric == "region_tag").status == status


@pytest.mark.parametrize(
    ("rows", "status"),
    [
        ({("revenue", 2020): 39999}, OPEN),
        ({("revenue", 2020): 39999, ("industry_tag", "now"): "制造业"}, MET),
        ({("revenue", 2020): 40000, ("industry_tag", "now"): "制造业"}, OPEN),
        ({("employees", 2020): 999, ("industry_tag", "now"): "工业"}, MET),
        ({("employees", 2020): 1000, ("revenue", 2020): 40000, ("industry_tag", "now"): "制造业"}, NOT),
        ({("employees", 2020): 299, ("revenue", 2020): 9999}, MET),
        ({("employees", 2020): 300, ("revenue", 2020): 10000, ("industry_tag", "now"): "软件和信息技术服务业"}, NOT),
        ({("employees", 2020): 300, ("industry_tag", "now"): "科学研究和技术服务业"}, NOT),
        ({}, OPEN),
    ],
)
def test_size_class(rows, status):
    rows = dict(rows)
    if ("employees", 2020) in rows and len(rows) == 2 and ("revenue", 2020) in rows:
        rows[("total_assets", 2020)] = 9999
    assert status_of(judged(BATCH3, rows), "按2011年300号划型标准") == status


def test_other_rounds_ask_for_other_years():
    rows = {("revenue", 2020): 9000, ("revenue", 2025): 100}
    assert status_of(judged("cn-2026-little-giant", rows), "上年度营业收入5000万元以上") == MET
    later = judged("cn-2026-little-giant", rows, day=date(2026, 5, 1))
    assert status_of(later, "上年度营业收入5000万元以上") == NOT


def test_figures_for_now_say_nothing_on_another_day():
    rows = {("invention_patents", "now"): 5, ("revenue", 2020): 6000}
    answer = judged(BATCH3, rows, as_of=date(2021, 9, 1))
    assert status_of(answer, "有效发明，含集成电路布图设计") == OPEN
    assert status_of(answer, "b类：含5000万元") == MET
