"""What must hold for every policy and every set of facts."""

from datetime import date
from fractions import Fraction
from itertools import combinations

import pytest
from criteria_build import BOOK, DAY, fact, facts
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extractor.criteria.evaluate import Decision, evaluate
from extractor.criteria.facts import Fact, Facts
from extractor.criteria.judge import compare, judge
from extractor.criteria.known import Known, Lookup
from extractor.criteria.nodes import Leaf, Manual, Ref, walk
from extractor.criteria.periods import span_of

POLICIES = list(BOOK.policies)
LEAVES = {n.ident: n for p in BOOK for n in walk(p.conditions) if isinstance(n, Leaf) and not n.ladders}
COUNTED = [n for n in LEAVES.values() if n.kind == "count" and n.op == ">="]
SETTINGS = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])

YEARS = [str(y) for y in range(2017, 2021)]
MONEY = ["revenue", "main_revenue", "total_assets", "total_liabilities", "rd_expense", "equity_financing"]
COUNTS = [
    "invention_patents",
    "utility_patents",
    "design_patents",
    "software_copyrights",
    "trademarks",
    "management_system_certs",
    "rd_institution_count",
    "ic_layout_designs",
    "product_certs",
    "standards_led_or_joined",
]

money = st.tuples(st.sampled_from(MONEY), st.sampled_from(YEARS), st.integers(0, 12000))
profit = st.tuples(st.just("net_profit"), st.sampled_from(YEARS), st.integers(-900, 3000))
count = st.tuples(st.sampled_from(COUNTS), st.sampled_from(["now", "cumulative", "granted_2019"]), st.integers(0, 6))
other = st.sampled_from(
    [
        ("region_tag", "now", "福建、三明"),
        ("region_tag", "now", "天津"),
        ("industry_tag", "now", "制造业"),
        ("independent_legal_person", "now", True),
        ("registration_date", "now", "2012-03-01"),
        ("existing_title", "now", "国家级专精特新小巨人"),
        ("employees", "2020", 120),
        ("rd_staff", "2020", 30),
        ("market_rank_province", "2020", 2),
        ("years_in_segment", "now", 8),
        ("listed_on_excluded_board", "now", False),
        ("high_tech_enterprise", "now", True),
    ]
)
rows = st.lists(st.one_of(money, profit, count, other), max_size=25).map(lambda found: {(m, at): v for m, at, v in found})


@pytest.mark.parametrize("self_test", [False, True])
@pytest.mark.parametrize("day", [DAY, date(2026, 5, 1)])
def test_nothing_is_met_without_evidence(day, self_test):
    for policy in BOOK:
        answer = evaluate(policy, Facts(day), BOOK, self_test=self_test)
        assert answer.status == answer.conditions.status == "undetermined", policy.id
        assert all(a.status == "undetermined" for a in answer.conditions.walk())
        assert not answer.declared_met


@given(rows)
@SETTINGS
def test_declared_figures_alone_meet_nothing(found):
    said = facts(found, basis="declared")
    for policy in BOOK:
        answer = evaluate(policy, said, BOOK)
        assert {a.status for a in answer.conditions.walk()} == {"undetermined"}


@given(rows)
@SETTINGS
def test_self_test_by_declared_figures_is_the_same_logic(found):
    """Declared figures in a self-test decide exactly as the same figures would as evidence."""
    said, proven = facts(found, basis="declared"), facts(found)
    for policy in list(BOOK)[::7]:
        one = evaluate(policy, said, BOOK, self_test=True).conditions
        two = evaluate(policy, proven, BOOK).conditions
        assert [a.status for a in one.walk()] == [a.status for a in two.walk()]
        assert all(a.basis in ("declared", "none") for a in one.walk())
        assert all(a.basis in ("evidenced", "none") for a in two.walk())


@given(rows, st.data())
@SETTINGS
def test_removing_evidence_makes_nothing_met(found, data):
    gone = data.draw(st.sets(st.sampled_from(sorted(found)), max_size=len(found)) if found else st.just(set()))
    fewer = {k: v for k, v in found.items() if k not in gone}
    before, after = Lookup.of(facts(found), BOOK.metrics, DAY), Lookup.of(facts(fewer), BOOK.metrics, DAY)
    for leaf in LEAVES.values():
        if judge(before, leaf, strict=True).status != "met":
            assert judge(after, leaf, strict=True).status != "met", (leaf.key, gone)


@given(rows, st.data())
@SETTINGS
def test_more_papers_never_undo_a_count(found, data):
    """Adding a counted paper, or one more of what is counted, keeps every "at least" that was met."""
    name = data.draw(st.sampled_from(COUNTS))
    more = dict(found)
    more[name, "now"] = found.get((name, "now"), 0) + data.draw(st.integers(0, 3))
    before, after = Lookup.of(facts(found), BOOK.metrics, DAY), Lookup.of(facts(more), BOOK.metrics, DAY)
    for leaf in COUNTED:
        if judge(before, leaf, strict=True).status == "met":
            assert judge(after, leaf, strict=True).status == "met", leaf.key


@given(rows, st.data())
@SETTINGS
def test_larger_figures_keep_what_is_at_least(found, data):
    """A larger figure of a single metric never undoes "at least" on it."""
    if not found:
        return
    key = data.draw(st.sampled_from(sorted(found)))
    if isinstance(found[key], bool | str):
        return
    more = found | {key: found[key] + data.draw(st.integers(0, 5000))}
    before, after = Lookup.of(facts(found), BOOK.metrics, DAY), Lookup.of(facts(more), BOOK.metrics, DAY)
    for leaf in LEAVES.values():
        if leaf.op in (">=", ">") and key[0] in leaf.metrics and judge(before, leaf, strict=True).status == "met":
            assert judge(after, leaf, strict=True).status == "met", leaf.key


@given(rows, st.sets(st.sampled_from(["福建", "三明", "天津", "中国境内", "厦门"]), min_size=1))
@SETTINGS
def test_more_tags_keep_what_is_in(found, tags):
    made = {k: v for k, v in found.items() if k[0] != "region_tag"}
    few, many = facts(made), facts(made)
    few.add(fact("region_tag", "now", frozenset(tags)))
    many.add(fact("region_tag", "now", frozenset(tags | {"江西"})))
    before, after = Lookup.of(few, BOOK.metrics, DAY), Lookup.of(many, BOOK.metrics, DAY)
    for leaf in LEAVES.values():
        if leaf.metrics == ("region_tag",) and judge(before, leaf, strict=True).status == "met":
            assert judge(after, leaf, strict=True).status == "met"


@given(rows, rows)
@SETTINGS
def test_declared_figures_never_change_what_evidence_decides(proven, said):
    mixed = facts(proven)
    for (metric, at), value in said.items():
        mixed.add(fact(metric, at, value, "declared"))
    alone, beside = Lookup.of(facts(proven), BOOK.metrics, DAY), Lookup.of(mixed, BOOK.metrics, DAY)
    for leaf in LEAVES.values():
        assert judge(alone, leaf, strict=True).status == judge(beside, leaf, strict=True).status
        decided = judge(alone, leaf, strict=True).status
        if decided != "undetermined":
            assert judge(beside, leaf, strict=False).status == decided, leaf.key


# --- every policy can be met


def witness(leaves):
    """A value that fits every leaf asked of one figure, or None."""
    if leaves[0].op == "in":
        common = set(leaves[0].value).intersection(*(leaf.value for leaf in leaves[1:]))
        return frozenset({sorted(common)[0]}) if common else frozenset(v for leaf in leaves for v in leaf.value)
    ends = {b for leaf in leaves for b in leaf.bounds}
    tries = sorted({b + d for b in ends for d in (Fraction(0), Fraction(1), Fraction(-1), Fraction(1, 1000))}, reverse=True)
    if leaves[0].kind == "date":
        tries.reverse()
    return next((v for v in tries if all(compare(leaf, Known(v, v, "evidenced")) == "met" for leaf in leaves)), None)


def satisfy(todo, asked):
    """What to ask of which figure so that every node is met (persons confirm theirs), or None."""
    if not todo:
        return asked
    node, *rest = todo
    if isinstance(node, Manual):
        return satisfy(rest, asked)
    if isinstance(node, Ref):
        return satisfy([BOOK.get(node.policy).conditions, *rest], asked)
    if isinstance(node, Leaf):
        if node.ladders:
            return None
        names = node.metrics if node.bounds[0] == 0 else node.metrics[:1]
        more = asked | {(n, node.period, node.quals): (*asked.get((n, node.period, node.quals), ()), node) for n in names}
        return satisfy(rest, more) if all(witness(found) is not None for found in more.values()) else None
    picks = combinations(node.children, node.need)
    return next((found for pick in picks if (found := satisfy([*pick, *rest], asked)) is not None), None)


def as_fact(key, leaves):
    """The fact that answers the leaves."""
    metric, period, quals = key
    value = witness(leaves)
    if leaves[0].kind == "flag":
        value = bool(value)
    elif leaves[0].kind == "date":
        value = date.fromordinal(int(value)).isoformat()
    at = span_of(period, DAY.year, metric).at
    return Fact(metric, at, value, leaves[0].unit, "evidenced", quals)


@pytest.mark.parametrize("pid", [p for p in POLICIES if not p.startswith(("cn-fujian-2022-pool-i", "cn-fujian-2022-pool-b"))])
def test_every_policy_can_be_met(pid):
    policy = BOOK.get(pid)
    found = satisfy([policy.conditions], {})
    if found is None:
        leaves = [n for n in walk(policy.conditions) if isinstance(n, Leaf)]
        assert any(n.ladders for n in leaves) or any(isinstance(n, Ref) for n in walk(policy.conditions))
        return
    made = Facts(DAY)
    for key, leaves in found.items():
        made.add(as_fact(key, leaves))
    persons = {n.key: Decision("met", "王", "2021-05-06") for p in BOOK for n in walk(p.conditions) if isinstance(n, Manual)}
    answer = evaluate(policy, made, BOOK, decisions=persons)
    assert answer.conditions.status == "met", [(a.text, a.status) for a in answer.conditions.walk() if a.status != "met"]
