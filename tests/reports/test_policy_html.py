"""Policies in ``report.html``: a readable tree with links, marked by words and shapes, harmless whatever it holds."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from extractor.criteria.evaluate import evaluate
from extractor.criteria.facts import facts_from_declaration
from extractor.criteria.load import load_policies
from extractor.model import Declaration, Result
from extractor.reports.html_report import render_html
from extractor.reports.policy_html import points
from tests.reports.policy_dicts import policy_dict
from tests.reports.test_html_report import _assert_self_contained, _read

PageImage = Callable[[int, int], bytes | None]


def _html(result: Result, page_image: PageImage, *policies: dict[str, Any]) -> str:
    return render_html(result.model_copy(update={"policies": policies}), page_image)


def _row(html: str, text: str) -> str:
    """The row of one condition."""
    rows = re.findall(r'<div class="row">.*?(?=<div class="row">|</details>|<details)', html, re.DOTALL)
    return next(r for r in rows if text in r)


def test_without_policies_nothing_is_said_about_them(result: Result, page_image: PageImage) -> None:
    html = _html(result, page_image)
    assert "政策条件" not in html
    assert "条件结论的含义" not in html


def test_the_headline_names_what_a_reviewer_looks_for(result: Result, page_image: PageImage) -> None:
    reader = _read(_html(result, page_image, policy_dict()))
    _assert_self_contained(reader)
    for text in ("示例“小巨人”企业", "示例〔2021〕1号", "未达标", "12 条已判定，3 条待人工", "不是现行政策", "中", "24.99–92 分",
                 "满分 100 分，合格线 60 分", "制造强国十大产业", "近三年重大安全事故"):  # fmt: skip
        assert text in reader.text
    assert "在 2021-05-06 不是现行政策" in reader.text


def test_a_condition_shows_its_figures_gap_and_proof(result: Result, page_image: PageImage) -> None:
    row = _row(_html(result, page_image, policy_dict()), "上年度营业收入1亿元以上")
    for text in (
        "✗",
        "未达标",
        "不低于 10,000 万元",
        "2020年",
        "8,123.45 万元",
        "还差 1,876.55 万元",
        "有证据",
        "审计报告.pdf 第6页",
    ):
        assert text in row


def test_declared_figures_are_visibly_not_counted(result: Result, page_image: PageImage) -> None:
    row = _row(_html(result, page_image, policy_dict()), "研发费用占比")
    assert "仅申报，未计入" in row
    assert "达标</span>" not in row
    assert "请提供研发费用专项审计报告（2019年）" in row
    assert "刚好等于" not in row


def test_all_links_lead_to_something_on_the_page(result: Result, page_image: PageImage) -> None:
    html = _html(result, page_image, policy_dict(), policy_dict(name="第二个"))
    reader = _read(html)
    ids = [value for _, name, value in reader.attributes if name == "id"]
    links = [value[1:] for tag, name, value in reader.attributes if tag == "a" and name == "href"]
    assert len(ids) == len(set(ids))
    assert set(links) <= set(ids)
    card = re.search(r'id="(f\d+)">(?:(?!<article).)*?营业收入', html, re.DOTALL)
    assert card is not None
    row = _row(html, "上年度营业收入1亿元以上")
    assert f'href="#{card[1]}"' in row
    assert re.search(rf'href="#{card[1]}-\d+"', row)  # its own crop


def test_evidence_that_no_finding_shows_gets_its_own_crop(result: Result, page_image: PageImage) -> None:
    html = _html(result, page_image, policy_dict())
    assert "条件另外依据的证据" in html
    assert 'id="e1"' in html
    assert 'href="#e1"' in _row(html, "福建企业")
    assert "福建省福州市" in html


def test_a_manual_condition_names_the_documents_at_hand(result: Result, page_image: PageImage) -> None:
    html = _html(result, page_image, policy_dict())
    row = _row(html, "有自主品牌")
    assert "待人工" in row
    assert 'href="#d2"' in row  # the patent certificate
    assert "张三 2021-05-01 判定：已查目录" in _row(html, "产品不属淘汰类")


def test_what_a_met_choice_does_not_need_is_not_asked_for(result: Result, page_image: PageImage) -> None:
    html = _html(result, page_image, policy_dict())
    assert "请提供荣誉证书（多余）" not in html
    assert "本组已由其他条件达标" in _row(html, "已有称号")


def test_a_veto_that_holds_is_bad_and_an_uncounted_one_says_so(result: Result, page_image: PageImage) -> None:
    vetoes = [{"text": "严重失信", "status": "met", "counted": True}, {"text": "造假", "status": "met", "counted": False}]
    html = _html(result, page_image, policy_dict(vetoes=vetoes))
    assert re.search(r"触及</span>.*?严重失信", html, re.DOTALL)
    assert html.count("不计入本结论") == 1


def test_a_self_test_is_not_taken_for_a_check(result: Result, page_image: PageImage) -> None:
    assert "未经材料证明，不能作为审核结论" in _html(result, page_image, policy_dict(self_test=True))


def test_scores_are_never_rounded_up() -> None:
    assert points(59.996, 60) == "59.99–60"
    assert points(4.1, 4.1) == "4.1"
    assert points(None, 3) == "—"


def test_hostile_texts_stay_texts(result: Result, page_image: PageImage, hostile_texts: tuple[str, ...]) -> None:
    children = [
        {
            "kind": "leaf", "text": t, "status": t, "basis": t, "metric_label": t, "period": t, "required": {"text": t},
            "actual": {"text": t, "parts": [{"name": t, "text": t, "basis": t}]}, "gap": {"text": t}, "material": t,
            "note": t, "needs": [t], "decision": {"who": t, "when": t, "why": t}, "key": t,
            "evidence": [{"file": 0, "page": 1, "box": [0.1, 0.1, 0.5, 0.12], "text": t}],
        }
        for t in hostile_texts
    ]  # fmt: skip
    policies = [
        policy_dict(
            id=t, name=t, doc_no=t, tier=t, summary=t, confidence=t, notes=[t], missing=[{"text": t}],
            conditions={"kind": "all", "text": t, "children": children},
            vetoes=[{"text": t, "effect": t, "stage": t, "evidence": [t]}],
            score={"low": 1, "high": 2, "note": t, "items": [{"dimension": t, "indicator": t, "by": t, "band": t}]},
        )
        for t in hostile_texts
    ]  # fmt: skip
    reader = _read(_html(result, page_image, *policies))
    _assert_self_contained(reader)
    assert not {"img", "script"} & set(reader.tags)
    assert not re.search("[\x00-\x08\x1b\u202a-\u202e\u2066-\u2069]", reader.text)


@pytest.mark.parametrize("self_test", [False, True])
def test_every_policy_can_be_shown(result: Result, self_test: bool) -> None:
    book = load_policies()
    facts = facts_from_declaration(Declaration(name="示例公司", as_of="2026-06-30"), book.metrics)
    policies = [evaluate(p, facts, book, self_test=self_test).to_dict() for p in book]
    html = _html(result, lambda file, page: None, *policies)
    reader = _read(html)
    _assert_self_contained(reader)
    assert html.count('<section class="policy') == len(policies)
