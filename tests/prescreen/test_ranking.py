"""The ranked line of a package: order, score, risk, reasons."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.model import Check, PageRef, Verdict
from extractor.prescreen.ranking import not_read, rank, screen, with_repeats
from extractor.prescreen.reading_time import Pace, hours_saved
from extractor.prescreen.repeats import Repeat, RepeatPlace
from tests.prescreen.builders import OTHER, OWN, document, finding, result

REFUTED = {Verdict.CONTRADICTED, Verdict.EXPIRED, Verdict.WRONG_ENTITY}


def verdict_of(verdicts: list[Verdict]) -> str:
    return "fail" if REFUTED & set(verdicts) else "review" if set(verdicts) - {Verdict.SUPPORTED} else "pass"


def screened(verdicts: list[Verdict], name: str = "甲", **more):
    return screen(result(name=name, verdict=verdict_of(verdicts), findings=[finding(v) for v in verdicts], **more))


lists = st.lists(st.sampled_from(list(Verdict)), min_size=1, max_size=12)


@settings(deadline=None)
@given(lists)
def test_the_score_is_the_sum_of_its_parts_and_within_bounds(verdicts):
    row = screened(verdicts)
    assert 0 <= row.score <= 100
    assert abs(row.score - sum(p.points for p in row.parts)) < 0.06
    assert abs(sum(p.full for p in row.parts) - 100) < 0.05
    assert all(0 <= p.points <= p.full for p in row.parts)


@settings(deadline=None)
@given(lists, st.sampled_from(sorted(set(Verdict) - {Verdict.SUPPORTED})))
def test_one_more_problem_never_lowers_the_risk(verdicts, worse):
    assert screened([*verdicts, worse]).risk >= screened(verdicts).risk


@settings(deadline=None)
@given(st.lists(lists, max_size=8))
def test_ranking_keeps_every_package_and_puts_better_verdicts_first(packages):
    rows = [screened(v, f"包{i}") for i, v in enumerate(packages)] + [not_read("坏包", "压缩包损坏，请重新压缩")]
    order = ["pass", "review", "fail", "error"]
    ranked = rank(rows)
    assert sorted(r.package for r in ranked) == sorted(r.package for r in rows)
    assert [order.index(r.verdict) for r in ranked] == sorted(order.index(r.verdict) for r in ranked)


def test_a_clean_package_has_full_score_and_no_risk():
    row = screened([Verdict.SUPPORTED] * 3)
    assert (row.score, row.risk, row.reasons) == (100.0, 0.0, ())


def test_what_needs_a_person_most_has_the_highest_risk():
    rows = [screened([Verdict.SUPPORTED], "好"), screened([Verdict.CONTRADICTED], "假"), not_read("坏", "损坏"),
            screened([Verdict.MISSING], "缺")]  # fmt: skip
    assert [r.package for r in sorted(rows, key=lambda r: -r.risk)] == ["坏", "假", "缺", "好"]


def test_reasons_tell_refuted_figures_before_open_ones():
    row = screened([Verdict.MISSING, Verdict.UNSURE, Verdict.SUPPORTED, Verdict.CONTRADICTED])
    assert [r.split("：")[0] for r in row.reasons] == ["不符", "待核", "缺证据"]
    assert row.findings == {"contradicted": 1, "unsure": 1, "missing": 1, "supported": 1}


def test_unreadable_files_failed_checks_and_policies_are_reasons():
    check = Check(check="x", document="d1", status="failed", reason="资产不等于负债加权益")
    policy = {"id": "p", "name": "小巨人", "status": "not_met", "tier": "a"}
    row = screen(result(verdict="fail", errors=(None, "文件有密码，请取消"), checks=[check], policies=[policy]))
    text = "\n".join(row.reasons)
    assert "小巨人" in text
    assert "f1.pdf" in text
    assert "资产不等于" in text
    assert (row.files, row.unread_files, row.policies[0].tier) == (2, 1, "a")
    assert row.score < 20
    assert row.risk > 0.5


def test_missing_materials_come_from_the_policies_else_from_the_findings():
    asked = finding(Verdict.MISSING, reason="材料中没有能证明研发人员的内容；请补交研发人员名单")
    checked = result(verdict="review", findings=[asked])
    assert screen(checked).missing == ("研发人员名单",)
    materials = [
        {"name": "审计报告", "state": "missing", "missing_years": [2019]},
        {"name": "营业执照", "state": "present"},
        {"name": "体系证书", "state": "expired"},
    ]
    assert screen(checked, materials=materials).missing == ("缺：审计报告（2019 年）", "已过期：体系证书")


def test_without_declaration_the_line_says_that_nothing_was_checked():
    assert "没有核对" in screen(result(verdict="review")).reasons[0]


def alarm(severity: str = "alarm") -> Repeat:
    places = tuple(RepeatPlace(package=p, enterprise=e, file="f.pdf", page=2) for p, e in (("甲", OWN), ("乙", OTHER)))
    return Repeat(kind="patent_no", value="x", label="专利号 x", severity=severity, reason="…", places=places)


def test_a_repeated_paper_takes_a_pass_away():
    rows = [screened([Verdict.SUPPORTED], n) for n in ("甲", "乙", "丙")]
    first, second, third = with_repeats(rows, [alarm()])
    assert (first.verdict, third.verdict) == ("review", "pass")
    assert OTHER in first.reasons[0]
    assert OWN in second.reasons[0]
    assert first.risk > 0.5
    assert third.risk == 0


def test_a_note_changes_nothing_and_an_error_stays_an_error():
    rows = [screened([Verdict.SUPPORTED]), not_read("乙", "损坏")]
    assert with_repeats(rows, [alarm("note")]) == rows
    assert with_repeats(rows, [alarm()])[1].verdict == "error"


def test_hours_saved_follow_the_pace_and_are_never_negative():
    report = document("audit_report", pages=tuple(PageRef(file=0, page=p) for p in range(1, 101)))
    pace = Pace(minutes={"audit_report": 0.6}, other=0.0, open_point=6.0)
    assert hours_saved(result(documents=[report]), pace) == 1.0
    assert hours_saved(result(documents=[report], findings=[finding(Verdict.UNSURE)]), pace) == 0.9
    assert hours_saved(result(findings=[finding(Verdict.MISSING)]), pace) == 0.0
