"""Which rules apply when, where an enterprise stands, and what the next step needs."""

from datetime import date

import pytest
from criteria_build import BOOK, facts

from extractor.criteria.evaluate import Decision, evaluate
from extractor.criteria.nodes import Manual, walk
from extractor.criteria.tiers import FOCUS_NOTE, place_by_share, place_in_pool, place_on_ladder
from extractor.criteria.versions import applicable, ends, in_force, starts, state

ZJTX21, BATCH3 = "cn-fujian-2021-zjtx", "cn-2021-little-giant-batch3"


# --- versions


@pytest.mark.parametrize(
    ("day", "jurisdiction", "tier", "policy"),
    [
        ("2021-05-06", "福建", "小巨人", BATCH3),
        ("2022-07-31", "福建", "小巨人", BATCH3),
        ("2022-08-01", "福建", "小巨人", "cn-2022-little-giant"),
        ("2026-03-31", "福建", "小巨人", "cn-2022-little-giant"),
        ("2026-04-01", "福建", "小巨人", "cn-2026-little-giant"),
        ("2021-06-01", "福建", "专精特新中小企业", ZJTX21),
        ("2023-06-01", "三明", "专精特新中小企业", "cn-2022-zjtx"),
        ("2025-06-01", "厦门", "专精特新中小企业", "cn-fujian-2024-zjtx"),
        ("2026-05-01", "福建", "专精特新中小企业", "cn-fujian-2026-zjtx"),
        ("2026-05-01", "江西", "专精特新中小企业", "cn-2026-zjtx"),
        ("2026-05-01", "国家", "小巨人·复核", "cn-2026-little-giant-recheck"),
        ("2027-01-01", "国家", "小巨人·复核", "cn-2027-little-giant-recheck"),
        ("2020-01-01", "福建", "小巨人", None),
    ],
)
def test_the_rule_of_the_day(day, jurisdiction, tier, policy):
    found = applicable(BOOK, date.fromisoformat(day), jurisdiction, tier)
    assert (found.id if found else None) == policy


def test_every_policy_has_a_span():
    for policy in BOOK:
        assert starts(policy) <= ends(policy, BOOK), policy.id


def test_methods_gate_nothing_and_rounds_end():
    day = date(2026, 5, 1)
    ids = {p.id for p in in_force(BOOK, day)}
    assert "cn-2024-development-score" not in ids
    assert "cn-2021-key-little-giant-batch1" not in ids
    assert {p.jurisdiction for p in in_force(BOOK, day, "福建")} == {"福建", "国家"}


@pytest.mark.parametrize(
    ("policy", "day", "words"),
    [
        ("cn-2026-little-giant", "2026-05-01", "现行（2026-04-01 起）"),
        ("cn-2026-little-giant", "2025-05-01", "尚未施行（2026-04-01 起）"),
        ("cn-2022-zjtx", "2026-05-01", "新申请已停用（至 2026-03-31），改用 cn-2026-zjtx"),
        ("cn-2022-zjtx", "2025-05-01", "现行（2022-08-01 起，至 2026-03-31）"),
        ("cn-2024-development-score", "2026-05-01", "计分方法，不作门槛"),
    ],
)
def test_state_in_words(policy, day, words):
    assert state(BOOK.get(policy), BOOK, date.fromisoformat(day)) == words


# --- placement


def confirmed(*policies):
    """Every manual condition of these policies confirmed."""
    nodes = [n for p in policies for n in walk(BOOK.get(p).conditions)]
    return {n.key: Decision("met", "王", "2021-05-06", "看过") for n in nodes if isinstance(n, Manual)}


ALL_MET = {
    ("region_tag", "now"): "福建",
    ("registration_date", "now"): "2010-01-01",
    ("independent_legal_person", "now"): True,
    ("industry_tag", "now"): "制造业",
    ("existing_title", "now"): "福建省专精特新培育库入库企业",
    ("revenue", 2020): 8000,
    ("revenue", 2019): 7000,
    ("rd_expense", 2020): 500,
    ("rd_expense", 2019): 500,
    ("net_profit", 2020): 800,
    ("net_profit", 2019): 700,
    ("years_in_segment", "now"): 9,
    ("main_product_revenue", 2020): 7000,
    ("market_rank_province", 2020): 2,
    ("rd_institution_count", "now"): 1,
    ("rd_staff", 2020): 30,
    ("employees", 2020): 200,
    ("utility_patents", "now"): 6,
    ("design_patents", "now"): 0,
    ("management_system_certs[systems=quality]", "now"): 1,
    ("trademarks", "now"): 1,
}


def pool(rows, **more):
    """The placement by the provincial self-test."""
    placements = place_in_pool(BOOK, facts(rows), jurisdiction="福建", **more)
    assert [p.name for p in placements] == [BOOK.get(ZJTX21).name, BOOK.get(BATCH3).name]
    return placements[0]


def test_top_layer_needs_every_condition():
    placed = pool(ALL_MET, decisions=confirmed(ZJTX21))
    assert (placed.placed, placed.possible, placed.next, placed.missing) == ("精选层", ("精选层",), "", ())


def test_open_conditions_leave_the_layer_open():
    placed = pool(ALL_MET)
    assert (placed.placed, placed.possible, placed.next) == ("", ("创新层", "精选层"), "精选层")
    assert all(s.status == "undetermined" for s in placed.missing)


def test_middle_layer_and_what_is_missing_by_how_much():
    placed = pool(ALL_MET | {("revenue", 2020): 4680}, decisions=confirmed(ZJTX21))
    assert (placed.placed, placed.next) == ("创新层", "精选层")
    assert [s.text for s in placed.missing] == ["营业收入 还差 320 万元"]


def test_missing_patent_named_by_the_nearest_way():
    rows = ALL_MET | {("utility_patents", "now"): 4, ("invention_patents[scope=与主要产品相关]", "now"): 0}
    placed = pool(rows, decisions=confirmed(ZJTX21))
    (missing,) = placed.missing
    assert missing.choice
    assert missing.text in ("实用新型专利数＋外观设计专利数 还差 1 项", "发明专利数 还差 1 项")


def test_lowest_layer():
    rows = ALL_MET | {
        ("rd_institution_count", "now"): 0,
        ("rd_expense", 2020): 10,
        ("rd_staff", 2020): 1,
        ("utility_patents", "now"): 0,
        ("invention_patents", "now"): 0,
        ("standards_led_or_joined", "last_3_years_sum"): 0,
    }
    placed = pool(rows)
    assert (placed.placed, placed.next) == ("基础层", "创新层")


def test_pool_policies_come_out_the_same():
    answer = evaluate(BOOK.get("cn-fujian-2022-pool-select"), facts(ALL_MET), BOOK, decisions=confirmed(ZJTX21))
    assert answer.conditions.status == "met"
    assert [c.status for c in answer.conditions.children] == ["met", "undetermined"]


def test_nothing_known_places_nowhere():
    placed = pool({})
    assert placed.placed == ""
    assert set(placed.possible) == {"基础层", "创新层", "精选层"}


def test_sanming_classes():
    decided = confirmed(ZJTX21)
    for rows, tier in ((ALL_MET, "重点推荐"), (ALL_MET | {("revenue", 2020): 4680}, "重点提升")):
        placed = place_by_share(BOOK, facts(rows), ZJTX21, decisions=decided)
        assert (placed.placed, placed.note) == (tier, FOCUS_NOTE)
    bad = {
        ("region_tag", "now"): "天津",
        ("revenue", 2020): 10,
        ("net_profit", 2020): -1,
        ("independent_legal_person", "now"): False,
        ("existing_title", "now"): "科技型中小企业",
        ("registration_date", "now"): "2021-01-01",
        ("trademarks", "now"): 0,
        ("rd_institution_count", "now"): 0,
        ("rd_expense", 2020): 0,
        ("main_product_revenue", 2020): 1,
        ("years_in_segment", "now"): 0,
        ("management_system_certs", "now"): 0,
    }
    assert place_by_share(BOOK, facts(bad), ZJTX21).placed == "重点关注"
    assert place_by_share(BOOK, facts({}), ZJTX21).placed == ""


def test_ladder_by_titles_held():
    rows = ALL_MET | {("existing_title", "now"): "福建省专精特新培育库入库企业、省级专精特新中小企业"}
    placed = place_on_ladder(BOOK, facts(rows), jurisdiction="福建")
    assert (placed.placed, placed.next) == ("专精特新", "小巨人")
    assert any(s.text.startswith("主营业务收入占营业收入比重") or "70%" in s.text for s in placed.missing)


def test_ladder_of_2026_says_by_how_much():
    day = date(2026, 5, 6)
    rows = {
        ("existing_title", "now"): "省级专精特新中小企业",
        ("revenue", 2025): 4680,
        ("revenue", 2023): 4000,
        ("rd_expense", 2025): 600,
        ("rd_expense", 2024): 500,
    }
    placed = place_on_ladder(BOOK, facts(rows, day=day))
    assert [t.name for t in placed.tiers] == ["创新型", "专精特新", "小巨人"]
    assert (placed.placed, placed.next) == ("专精特新", "小巨人")
    texts = [s.text for s in placed.missing]
    assert "营业收入 还差 320 万元" in texts
    assert "研发费用 还差 100 万元" in texts


def test_ladder_without_titles_counts_what_is_met():
    rows = ALL_MET | {("high_tech_enterprise", "now"): True}
    decided = confirmed("cn-2022-innovative-sme")
    placed = place_on_ladder(
        BOOK,
        facts({k: v for k, v in rows.items() if k[0] != "existing_title"}, day=date(2021, 5, 6)),
        as_of=date(2021, 5, 6),
        decisions=decided,
    )
    assert placed.placed == ""
    assert placed.next == "小巨人"


# --- vetoes, decisions, versions in one


def test_vetoes_keep_a_policy_from_being_met_until_looked_at():
    policy = BOOK.get(ZJTX21)
    decided = confirmed(ZJTX21)
    answer = evaluate(policy, facts(ALL_MET), BOOK, decisions=decided)
    assert (answer.conditions.status, answer.status) == ("met", "undetermined")
    clear = {v.key: Decision("not_met", "王", "2021-05-06") for v in policy.vetoes}
    assert evaluate(policy, facts(ALL_MET), BOOK, decisions=decided | clear).status == "met"
    holds = clear | {policy.vetoes[0].key: Decision("met", "王", "2021-05-06", "查到记录")}
    assert evaluate(policy, facts(ALL_MET), BOOK, decisions=decided | holds).status == "not_met"


def test_veto_with_a_test():
    policy = BOOK.get("cn-2026-little-giant")
    held = evaluate(policy, facts({("existing_title", "now"): "国家级制造业单项冠军、省级专精特新中小企业"}), BOOK)
    assert held.status == "not_met"
    assert [v.status for v in held.vetoes if v.test] == ["met"]


def test_vetoes_of_other_stages_are_only_shown():
    policy = BOOK.get("cn-2022-innovative-sme")
    later = [v for v in policy.vetoes if v.stage == "validity"]
    decided = {v.key: Decision("met", "王", "2021-05-06") for v in later}
    answer = evaluate(policy, facts({}), BOOK, decisions=decided)
    assert answer.status == "undetermined"
    assert [v.counted for v in answer.vetoes] == [v.stage == "filing" for v in policy.vetoes]


def test_counts_in_words_and_json():
    answer = evaluate(BOOK.get(ZJTX21), facts(ALL_MET), BOOK)
    assert answer.counts.text == "16 条已判定，4 条待人工，3 条缺材料"
    tree = answer.to_dict()
    assert (tree["id"], tree["status"], tree["conditions"]["kind"]) == (ZJTX21, "undetermined", "all")
    leaf = tree["conditions"]["children"][0]["children"][0]
    assert leaf["actual"]["tags"] == ["福建"]
    assert leaf["key"] == f"{ZJTX21}#conditions.all[0].all[0]"


def test_decisions_are_shown():
    decided = confirmed(ZJTX21)
    answer = evaluate(BOOK.get(ZJTX21), facts({}), BOOK, decisions=decided)
    manual = next(a for a in answer.conditions.walk() if a.kind == "manual")
    assert (manual.status, manual.basis, manual.decision.who, manual.decision.why) == ("met", "person", "王", "看过")


def test_waived_conditions_are_shown_and_decide_nothing():
    answer = evaluate(BOOK.get(ZJTX21), facts(ALL_MET), BOOK)
    (waived,) = answer.advisory
    assert waived.advisory.kind == "waived"
    assert waived.answer.children
