"""Documents to claims; arithmetic and continuity checks; the package's verdict and exit code."""

from __future__ import annotations

import pytest
from claims_build import (
    AS_OF,
    OTHER,
    OWN,
    declare,
    document,
    field,
    high_tech,
    insured,
    iso,
    licence,
    patent,
    report,
)

from extractor.claims.checks import run_checks
from extractor.claims.derive import derive_claims
from extractor.claims.summary import count_verdicts, exit_code, summarise
from extractor.model import Check, DeclaredValue, Finding, Verdict

BALANCED = {
    "total_assets": {"2020": 100.0, "2019": 80.0},
    "total_liabilities": {"2020": 40.0, "2019": 30.0},
    "owners_equity": {"2020": 60.0, "2019": 50.0},
    "total_profit": {"2020": 10.0},
    "income_tax": {"2020": 2.5},
    "net_profit": {"2020": 7.5},
    "revenue": {"2020": 50.0, "2019": 40.0},
}


def claims(*documents):
    """The claims, by metric and period."""
    return {(c.metric, c.period): c for c in derive_claims(documents, declare(), AS_OF)}


def test_statement_rows_become_claims_with_evidence():
    found = claims(report(BALANCED))
    claim = found["revenue", "2020"]
    assert (claim.value, claim.unit, claim.subject, claim.document) == (50.0, "元", OWN, "d1")
    assert claim.evidence[0].page == 6
    assert ("revenue", "2019") in found


def test_ids_are_unique_and_in_order():
    found = derive_claims([report(BALANCED), patent(), licence()], declare(), AS_OF)
    assert [c.id for c in found] == [f"c{i}" for i in range(1, len(found) + 1)]


def test_parent_rows_keep_their_scope():
    made = derive_claims([report({"revenue": {"2020": 9.0}}, parent={"revenue": {"2020": 5.0}})], None, AS_OF)
    assert {(c.scope, c.value) for c in made} == {("consolidated", 9.0), ("parent", 5.0)}


@pytest.mark.parametrize("kind", ["application_form", "contract", "standard_document", "other"])
def test_papers_that_never_claim(kind):
    assert not derive_claims([report(BALANCED, kind=kind)], None, AS_OF)


def test_excluded_documents_claim_nothing():
    assert not derive_claims([patent(excluded="受理通知书"), report(BALANCED, excluded="草稿")], None, AS_OF)


def test_patent_claim():
    claim = claims(patent(owners=(OWN, OTHER)))["invention_patents", "now"]
    assert (claim.subject, claim.co_subjects) == (OWN, (OTHER,))
    assert (claim.valid_from, claim.valid_until) == ("2020-02-11", "2038-02-28")
    assert claim.doubt is None


def test_terms_of_certificates_are_claims():
    found = claims(iso(), high_tech(), patent())
    assert found["certificate_valid_until:01921Q10001R0M", "now"].value == "2023-01-09"
    assert found["certificate_valid_until:GR201935000123", "now"].value == "2022-12-02"
    assert found["management_system_certs", "now"].valid_from == "2020-01-10"


def test_people_and_years():
    found = claims(insured(126, 126), licence())
    assert found["employees", "2021-04"].value == 126
    assert found["registered_years", "now"].value == 12
    assert found["registration_date", "now"].value == "2009-05-06"


def test_ratios_carry_the_evidence_and_doubts_of_their_parts():
    sound = claims(report(BALANCED))["debt_ratio", "2020"]
    assert sound.value == pytest.approx(40)
    assert len(sound.evidence) == 2
    assert sound.doubt is None
    assert sound.gate == "ok"
    growth = claims(report(BALANCED))["revenue_growth", "2020"]
    assert growth.value == pytest.approx(25)
    unaudited = claims(report(BALANCED, kind="financial_statements"))["debt_ratio", "2020"]
    assert "未经审计" in unaudited.doubt


def test_no_growth_from_zero():
    assert ("revenue_growth", "2020") not in claims(report({"revenue": {"2020": 5.0, "2019": 0.0}}))


def test_ratios_of_different_enterprises_are_not_mixed():
    mine = report({"total_assets": {"2020": 100.0}})
    theirs = report({"total_liabilities": {"2020": 40.0}}, entity=OTHER, id="d2")
    assert ("debt_ratio", "2020") not in claims(mine, theirs)


def statuses(*documents):
    """Check names with their statuses."""
    return {(c.check, c.status) for c in run_checks(documents)}


def test_identities_hold():
    found = statuses(report(BALANCED))
    assert ("balance_sheet_identity", "ok") in found
    assert ("profit_identity", "ok") in found
    assert not any(s == "failed" for _, s in found)


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        ({"total_assets": {"2020": 101.0}}, "balance_sheet_identity"),
        ({"net_profit": {"2020": 7.4}}, "profit_identity"),
        ({"main_revenue": {"2020": 51.0}}, "main_revenue_within_revenue"),
        ({"current_assets": {"2020": 101.0}}, "current_assets_within_total"),
        ({"total_liabilities": {"2020": 140.0}}, "debt_ratio_range"),
    ],
)
def test_broken_identities_fail(changes, check):
    assert (check, "failed") in statuses(report({**BALANCED, **changes}))


def test_a_missing_part_is_skipped():
    rows = {k: v for k, v in BALANCED.items() if k != "owners_equity"}
    assert ("balance_sheet_identity", "skipped") in statuses(report(rows))


def test_statements_in_ten_thousand_yuan_may_be_off_by_a_step():
    rows = {
        "total_assets": {"2020": 1_000_100.0},
        "total_liabilities": {"2020": 400_000.0},
        "owners_equity": {"2020": 600_000.0},
    }
    assert ("balance_sheet_identity", "failed") in statuses(report(rows))
    assert ("balance_sheet_identity", "ok") in statuses(report(rows, extra={"statement_unit": field("ten_thousand_yuan")}))


def test_continuity_between_years():
    earlier = report({"revenue": {"2019": 40.0}}, year="2019", id="d0")
    assert ("prior_year_continuity", "ok") in statuses(earlier, report(BALANCED))
    changed = report({"revenue": {"2019": 41.0}}, year="2019", id="d0")
    failed = [c for c in run_checks([changed, report(BALANCED)]) if c.status == "failed"]
    assert [c.check for c in failed] == ["prior_year_continuity"]
    assert "41.00 元" in failed[0].reason
    theirs = report({"revenue": {"2019": 41.0}}, year="2019", id="d0", entity=OTHER)
    assert not any(c == "prior_year_continuity" for c, _ in statuses(theirs, report(BALANCED)))


def test_headcount_rows():
    assert ("headcount_rows", "failed") in statuses(insured(10, 9))
    assert ("headcount_rows", "ok") in statuses(insured(10, 10))
    assert ("headcount_rows", "skipped") in statuses(insured(10, None))


def test_other_papers_have_no_checks():
    assert not run_checks([patent(), document("other", {})])


def finding(verdict):
    """A finding with this verdict."""
    return Finding(
        metric="m",
        period="now",
        declared=DeclaredValue(value=1, unit=""),
        verdict=verdict,
        confidence=1.0,
        reason="",
    )


FAILED = Check(check="c", document="d", status="failed", reason="")


@pytest.mark.parametrize(
    ("verdicts", "checks", "expected", "code"),
    [
        (["supported", "supported"], [], "pass", 0),
        (["supported"], [FAILED], "review", 1),
        (["supported", "missing"], [], "review", 1),
        (["supported", "unsure"], [], "review", 1),
        (["contradicted", "unsure"], [], "fail", 1),
        (["expired"], [], "fail", 1),
        (["wrong_entity"], [], "fail", 1),
        ([], [], "review", 0),
    ],
)
def test_summary(verdicts, checks, expected, code):
    findings = [finding(Verdict(v)) for v in verdicts]
    assert summarise(findings, checks) == expected
    assert exit_code(findings, checks) == code


@pytest.mark.parametrize(
    ("verdicts", "policies", "expected", "code"),
    [
        (["supported"], ["met"], "pass", 0),
        (["supported"], ["met", "undetermined"], "review", 1),
        (["supported"], ["met", "not_met"], "fail", 1),
        (["unsure"], ["met"], "review", 1),
        (["contradicted"], ["met"], "fail", 1),
        ([], ["met"], "pass", 0),
        ([], ["undetermined"], "review", 1),
        (["supported"], ["old"], "review", 1),
        (["supported"], [], "pass", 0),
    ],
)
def test_policies_count(verdicts, policies, expected, code):
    findings = [finding(Verdict(v)) for v in verdicts]
    judged = [{"status": "met" if p == "old" else p, "in_force": p != "old"} for p in policies]
    assert summarise(findings, (), judged) == expected
    assert exit_code(findings, (), judged) == code


def test_all_verdicts_are_counted():
    counts = count_verdicts([finding(Verdict.SUPPORTED)])
    assert counts["supported"] == 1
    assert set(counts) == {v.value for v in Verdict}
