"""The typed view of policy answers: what it says, and what it makes of missing or odd entries."""

from __future__ import annotations

from typing import Any

import pytest

from extractor.reports import policy_view as pv
from tests.reports.policy_dicts import policy_dict


def _policy(**changes: Any) -> pv.Policy:
    return pv.policy_views((policy_dict(**changes),))[0]


def test_a_condition_met_by_declared_figures_alone_is_not_counted() -> None:
    ratio, patents = _policy().conditions.children[1], _policy().conditions.children[5]
    assert ratio.status == pv.OPEN
    assert ratio.warning == "仅申报，未计入"
    assert ratio.lacks == ""  # nothing is missing but the proof
    assert patents.warning == "加上申报值可达标，未计入"
    assert patents.lacks == "按已证实的还差 4 项"


def test_in_a_self_test_the_decided_condition_is_marked_as_declared() -> None:
    node = {"kind": "leaf", "text": "营业收入", "status": "met", "basis": "declared"}
    assert _policy(conditions=node).conditions.warning == "仅申报"


def test_a_figure_that_only_lists_its_years_is_not_said_twice() -> None:
    ratio, patents = _policy().conditions.children[1], _policy().conditions.children[5]
    assert (ratio.figure, ratio.years) == ("", ("2019年 5.2%", "2020年 5.55%"))
    assert patents.figure == "至少 1 项"
    assert patents.years == ("实用新型专利数 1 项", "软件著作权数 3 项（仅申报）", "外观设计专利数 缺")


def test_of_a_met_choice_the_others_need_nothing_more() -> None:
    tree = _policy().conditions
    choice = tree.children[2]
    assert [choice.spares(c, False) for c in choice.children] == [False, True]
    assert not any(tree.spares(c, False) for c in tree.children)


@pytest.mark.parametrize(
    ("changes", "remark"),
    [
        ({}, "有必须满足的条件已判定不达标"),
        ({"status": "undetermined"}, "不能下结论"),
        ({"status": "undetermined", "declared_met": True}, "未计入"),
        ({"status": "undetermined", "conditions": {"kind": "leaf", "status": "met"}}, "1 条否决情形须由人工排除"),
        ({"vetoes": [{"text": "失信", "status": "met", "counted": True}]}, "触及 1 条否决情形"),
        ({"status": "met", "vetoes": []}, "全部必要条件均有证据或人工判定"),
        ({"status": "met", "vetoes": [], "self_test": True}, "未经材料证明"),
    ],
)
def test_the_status_is_explained(changes: dict[str, Any], remark: str) -> None:
    assert remark in _policy(**changes).remark


def test_a_class_and_a_tier_read_differently() -> None:
    assert _policy(tier="a").level == "a 类"
    assert _policy().level == "小巨人"


@pytest.mark.parametrize("odd", [None, 3, "x", [], [None, 3, "x"], {"status": 5}, {"text": ["x"]}, {"children": "x"}])
@pytest.mark.parametrize(
    "key", ["id", "name", "status", "conditions", "vetoes", "advisory", "score", "counts", "notes", "missing", "in_force"]
)
def test_odd_entries_leave_their_place_empty(key: str, odd: Any) -> None:
    policy = _policy(**{key: odd})
    assert policy.name
    assert all(n.status in pv.STATUS for n in policy.conditions.walk())


def test_odd_figures_and_places_are_left_out() -> None:
    node = {"status": "ok", "findings": [True, "1", 0], "evidence": [{"file": 0}, "x"], "basis": "hearsay"}
    found = _policy(conditions=node).conditions
    assert (found.status, found.findings, found.evidence, found.basis) == (pv.OPEN, (0,), (), "none")
    score = _policy(score={"low": float("nan"), "high": "9", "total": True}).score
    assert score is not None
    assert (score.low, score.high, score.total) == (None, None, None)


def test_an_empty_answer_and_endless_nesting_are_read() -> None:
    (empty,) = pv.policy_views(({},))
    assert (empty.name, empty.status, empty.score, empty.in_force) == ("未命名政策", pv.OPEN, None, None)
    node: dict[str, Any] = {}
    for _ in range(5000):
        node = {"kind": "all", "children": [node]}
    assert len(list(_policy(conditions=node).conditions.walk())) < 100
