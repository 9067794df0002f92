"""Policies on a checked package: what evidence decides, notes, the enterprise, decisions; what an answer says."""

from __future__ import annotations

import json
from datetime import date

import pytest
from criteria_build import BOOK, judged, one

from extractor.criteria.decisions import load_decisions
from extractor.criteria.package import choose, judge_package, version_note
from extractor.model import (
    Claim,
    Declaration,
    Declared,
    DeclaredValue,
    Document,
    Evidence,
    Field,
    Finding,
    PackageInfo,
    Result,
    Summary,
    Verdict,
)

POLICY = "cn-2021-little-giant-batch3"
NAME, CODE = "福建甲机械有限公司", "91350100M000100Y43"
BOX = Evidence(file=0, page=1, box=(0.1, 0.1, 0.2, 0.2), text="8,000")


def result(claims=(), findings=(), documents=(), day="2021-05-06"):
    """A checked package."""
    summary = Summary(verdict="review", findings={}, pages=1, pages_ocr=0, seconds=0)
    return Result(
        package=PackageInfo(name="材料", as_of=day),
        files=(),
        documents=documents,
        claims=claims,
        findings=findings,
        summary=summary,
    )


def licence(name=NAME, code=CODE, confidence=0.99):
    """A business licence."""
    fields = {
        key: Field(value=value, raw=value, confidence=confidence, evidence=(BOX,))
        for key, value in (("name", name), ("uscc", code), ("address", "福建省福州市"), ("entity_type", "有限责任公司"))
    }
    return Document(id="d1", type="business_license", confidence=confidence, title="营业执照", pages=(), fields=fields)


def revenue(subject=NAME):
    """A claim on revenue."""
    return Claim(
        id="c1", metric="revenue", period="2020", value=80_000_000.0, unit="元", subject=subject, document="d0",
        confidence=0.99, method="statement_row", evidence=(BOX,), scope="consolidated", gate="ok",
    )  # fmt: skip


def declaration(value=8000):
    """A declaration of revenue."""
    return Declaration(
        name=NAME, uscc=CODE, as_of="2021-05-06", declared=(Declared(metric="revenue", period="2020", value=value, unit="万元"),)
    )


def finding(verdict):
    """The finding on it."""
    return Finding(
        metric="revenue", period="2020", declared=DeclaredValue(value=8000, unit="万元"), verdict=verdict, claims=("c1",),
        confidence=0.99, reason="…", evidenced=8000.0,
    )  # fmt: skip


def judge_one(res, declared, policy=POLICY, decisions=None):
    """The one policy's dictionary."""
    (found,) = judge_package(res, declared, choose([policy, policy], decisions), supported_at=0.9)
    json.dumps(found)
    return found


def leaf(found, text):
    """The one leaf whose text holds ``text``."""

    def walk(node):
        yield node
        for child in node.get("children", ()):
            yield from walk(child)

    (node,) = [n for n in walk(found["conditions"]) if text in n["text"] and "children" not in n]
    return node


def test_nothing_is_loaded_without_ids():
    assert choose([]).book is None
    assert judge_package(result(), declaration(), choose([]), supported_at=0.9) == ()


@pytest.mark.parametrize(
    ("verdict", "status", "basis"),
    [(Verdict.SUPPORTED, "met", "evidenced"), (Verdict.UNSURE, "undetermined", "declared")],
)
def test_evidence_decides_and_declared_figures_do_not(verdict, status, basis):
    found = judge_one(result([revenue()], [finding(verdict)]), declaration())
    node = leaf(found, "b类：含5000万元")
    assert (node["status"], node["basis"]) == (status, basis)
    assert found["in_force"] is True
    assert found["notes"] == []


def test_without_a_declaration_the_licence_says_whose_evidence_it_is():
    found = judge_one(result([revenue()], documents=(licence(),)), None)
    assert leaf(found, "b类：含5000万元")["status"] == "met"
    assert leaf(found, "境内工商注册")["status"] == "met"
    assert NAME in found["notes"][0]


@pytest.mark.parametrize(
    "documents",
    [
        (),
        (licence(confidence=0.5),),
        (licence(), licence("福建乙机械有限公司", "91350100M000100Y51")),
    ],
)
def test_without_a_sure_licence_nothing_is_proven(documents):
    found = judge_one(result([revenue()], documents=documents), None)
    assert leaf(found, "b类：含5000万元")["status"] == "undetermined"
    assert "不知道是哪家企业" in found["notes"][0]


def test_evidence_of_another_enterprise_proves_nothing_without_a_declaration():
    found = judge_one(result([revenue("福建乙机械有限公司")], documents=(licence(),)), None)
    assert leaf(found, "b类：含5000万元")["status"] == "undetermined"


@pytest.mark.parametrize(
    ("policy", "day", "words"),
    [
        (POLICY, date(2021, 5, 6), ()),
        ("cn-2026-little-giant", date(2021, 5, 6), ("尚未施行", POLICY)),
        (POLICY, date(2026, 5, 6), ("新申请已停用", "cn-2026-little-giant")),
        ("cn-2026-little-giant", date(2026, 5, 6), ()),
        ("cn-2024-development-score", date(2026, 5, 6), ("计分方法",)),
    ],
)
def test_rules_that_do_not_apply_on_the_day_are_named(policy, day, words):
    note = version_note(BOOK.get(policy), BOOK, day)
    assert bool(note) == bool(words)
    assert all(w in note for w in words)


def test_decisions_of_persons_decide(tmp_path):
    path = tmp_path / "decisions.json"
    key = f"{POLICY}#conditions.all[0].all[5]"
    entry = {"status": "符合", "who": "张三", "when": "2021-05-10", "why": "见配套协议"}
    path.write_text(json.dumps({key: entry, f"{POLICY}#vetoes[0]": {**entry, "status": "met"}}), "utf-8")
    assert load_decisions(path, BOOK)[key].status == "met"
    found = judge_one(result(), declaration(), decisions=path)
    node = leaf(found, "长期深耕产业链")
    assert (node["status"], node["basis"], node["decision"]["who"]) == ("met", "person", "张三")
    assert found["status"] == "not_met", "a veto holds"


# --- what an answer says of itself


def test_a_declared_figure_on_the_bound_is_not_short():
    answer = one(judged(POLICY, {("trademarks", "now"): 1}, basis="declared"), "拥有自主品牌")
    assert answer.status == "undetermined"
    assert answer.declared_met
    assert answer.gap is None
    short = one(judged(POLICY, {("trademarks", "now"): 0}, basis="declared"), "拥有自主品牌")
    assert short.gap.text == "还差 1 项"


def test_the_size_class_asks_for_sector_and_headcount():
    answer = one(judged(POLICY, {("revenue", 2020): 8000}), "按2011年300号划型")
    assert answer.status == "undetermined"
    assert "所属行业" in answer.material
    assert "2020年末从业人数" in answer.material
