"""Every measure on records whose answers are known by counting on one's fingers."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from records_build import claim, document, field, finding, page

from eval.metrics import MEASURES, compute, risk_coverage, scores
from eval.records import PackageRecord, Records, RunInfo
from models.calibration.measure import ece


def value(records, name):
    return scores(records, [name])[name].value


def test_page_types_and_macro_f1():
    pages = [
        page(),
        page(),
        page(got="none"),
        page(expected="iso_certificate", got="audit_report"),
        page(expected=None, got=None),
    ]
    records = Records(pages=pages)
    assert value(records, "page_type.accuracy") == pytest.approx(2 / 4)
    # audit_report: 2 right of 3 labelled, 3 given -> 2/3; iso_certificate: 0.
    assert value(records, "page_type.macro_f1") == pytest.approx((2 / 3 + 0) / 2)


def test_boundaries_with_and_without_first_pages():
    pages = [
        page(1, starts=(1, 1)),
        page(2, starts=(0, 1)),
        page(3, starts=(1, 0)),
        page(4, starts=(1, 1)),
        page(5, starts=(2, 1)),
    ]
    records = Records(pages=pages)
    # 5 labelled, 4 given, 3 right.
    assert value(records, "boundary.f1") == pytest.approx(2 * 3 / (5 + 4))
    assert value(records, "boundary.inner_f1") == pytest.approx(2 * 2 / (4 + 3))


def test_fields_missing_wrong_and_not_to_be_there():
    fields = [
        field(), field(), field(),
        field(got=None, confidence=0.0),
        field(got="乙", key=True),
        field(expected=None, got="丙"),
        field(expected=None, got=None, confidence=0.0, key=True),
    ]  # fmt: skip
    records = Records(fields=fields)
    assert value(records, "fields.exact_match") == pytest.approx(4 / 7)
    assert value(records, "fields.precision") == pytest.approx(3 / 5)
    assert value(records, "fields.recall") == pytest.approx(3 / 5)
    assert value(records, "fields.f1") == pytest.approx(3 / 5)
    assert value(records, "key_fields.exact_match") == pytest.approx(1 / 2)


def test_statement_claims():
    claims = [claim(), claim(got=None), claim(got=2.0), claim(expected=None, got=3.0)]
    records = Records(claims=claims)
    assert value(records, "statement_claims.precision") == pytest.approx(1 / 3)
    assert value(records, "statement_claims.recall") == pytest.approx(1 / 3)


def test_boxes_count_only_where_a_true_place_is_known():
    fields = [field(best_iou=0.9, box_hit=True), field(best_iou=0.3, box_hit=True), field(best_iou=0.0, box_hit=False), field()]
    records = Records(fields=fields)
    assert value(records, "boxes.hit_rate") == pytest.approx(2 / 3)
    assert value(records, "boxes.iou_hit_rate") == pytest.approx(1 / 3)


def test_character_errors_are_weighted_by_characters():
    pages = [
        page(edits=1, chars=10, source="ocr"),
        page(edits=0, chars=90, source="ocr"),
        page(edits=50, chars=100, source="text"),
        page(),
    ]
    assert value(Records(pages=pages), "ocr.cer") == pytest.approx(0.01)
    assert value(Records(pages=pages), "ocr.cer_all_pages") == pytest.approx(51 / 200)


def test_findings_name_both_denominators():
    findings = [
        *[finding() for _ in range(6)],
        finding(got="unsure"), finding(got="absent"),
        finding(expected="contradicted", got="supported"),
        finding(expected="contradicted", got="contradicted"),
        finding(expected="missing", got="missing"),
        finding(expected="expired", got="unsure"),
    ]  # fmt: skip
    records = Records(findings=findings)
    assert value(records, "findings.accuracy") == pytest.approx(8 / 12)
    assert value(records, "findings.false_supported_rate") == pytest.approx(1 / 7)
    assert value(records, "findings.false_supported_share_of_unsupported") == pytest.approx(1 / 4)
    assert value(records, "findings.coverage") == pytest.approx(6 / 8)


def test_coverage_stops_before_the_risk_is_too_high():
    findings = [finding(confidence=0.9) for _ in range(8)]
    findings += [finding(expected="contradicted", confidence=0.5), *[finding(confidence=0.4) for _ in range(2)]]
    records = Records(findings=findings)
    assert value(records, "findings.coverage_at_0.5pct_risk") == pytest.approx(8 / 10)
    assert value(records, "findings.coverage") == 1.0
    points = risk_coverage(findings)
    assert [(p.kept, p.wrong) for p in points] == [(8, 0), (9, 1), (11, 1)]
    assert points[-1].risk == pytest.approx(1 / 11)


def test_a_wrong_one_among_the_surest_leaves_no_coverage():
    findings = [finding(expected="missing", confidence=0.99), *[finding(confidence=0.5) for _ in range(20)]]
    assert value(Records(findings=findings), "findings.coverage_at_0.5pct_risk") == 0.0


def test_nothing_called_supported_covers_nothing_and_has_no_rate():
    records = Records(findings=[finding(got="unsure") for _ in range(3)])
    assert value(records, "findings.coverage_at_0.5pct_risk") == 0.0
    assert value(records, "findings.coverage") == 0.0
    assert value(records, "findings.false_supported_rate") is None


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60))
def test_calibration_error_agrees_with_its_definition(pairs):
    records = Records(fields=[field(got="甲" if right else "乙", confidence=c) for c, right in pairs])
    found = value(records, "calibration.ece")
    assert 0.0 <= found <= 1.0
    assert found == pytest.approx(ece([c for c, _ in pairs], [r for _, r in pairs]), abs=1e-6)


@given(st.lists(st.sampled_from(["audit_report", "iso_certificate", "not_evidence"]), min_size=2, max_size=30))
def test_a_perfect_run_scores_one_and_errs_never(types):
    records = Records(
        pages=[page(i, t, t, starts=(1, 1), edits=0, chars=9, source="ocr") for i, t in enumerate(types, 1)],
        documents=[document(t, t) for t in types],
        fields=[field(confidence=1.0, key=True, best_iou=1.0, box_hit=True) for _ in types],
        claims=[claim() for _ in types],
        findings=[finding(confidence=1.0), finding("missing", "missing")],
    )
    for name, found in scores(records, [n for n in MEASURES if not n.startswith("speed.")]).items():
        assert found.value == pytest.approx(1.0 if MEASURES[name].higher_is_better else 0.0), name


def test_speed_is_unknown_when_pages_may_come_from_a_cache():
    packages = [
        PackageRecord(package="p1", pages=10, seconds=5.0),
        PackageRecord(package="p2", pages=0, seconds=1.0, failed="坏"),
    ]
    assert value(Records(packages=packages), "speed.seconds_per_page") == pytest.approx(0.5)
    assert value(Records(packages=packages, run=RunInfo(cached=True)), "speed.seconds_per_page") is None


def test_slices_and_json_shape():
    records = Records(
        pages=[page(difficulty="photo", layout="a"), page(difficulty="clean", layout="b", held_out=True, got="none")],
        fields=[field(difficulty="photo", layout="a"), field(got=None, difficulty="clean", layout="b", held_out=True)],
        findings=[finding(planted="unit", expected="contradicted", got="contradicted", difficulty="photo")],
        packages=[PackageRecord(package="p9", failed="文件损坏")],
    )
    metrics = compute(records)
    made = json.loads(json.dumps(metrics.to_json(), allow_nan=False))
    assert made["schema"] == "zuozheng.metrics/1"
    assert made["page_type"]["accuracy"]["value"] == 0.5
    assert set(made["page_type"]["accuracy"]) == {"value", "low", "high", "n", "interval"}
    assert made["by_difficulty"]["clean"]["fields"]["exact_match"]["value"] == 0.0
    assert made["by_layout_group"]["seen"]["fields"]["exact_match"]["value"] == 1.0
    assert made["by_type"]["patent_certificate"]["fields"]["exact_match"]["n"] == 2
    assert made["by_field"]["patent_certificate.title"]["fields"]["recall"]["value"] == 0.5
    assert made["by_planted"]["unit"]["findings"]["accuracy"]["value"] == 1.0
    assert made["findings"]["confusion"] == [{"expected": "contradicted", "got": "contradicted", "count": 1}]
    assert made["failed"] == ["p9: 文件损坏"]


def test_an_empty_run_has_no_values_and_no_errors():
    metrics = compute(Records())
    assert all(found.value is None for found in metrics.scores.values())
    assert metrics.to_json()["findings"]["risk_coverage"] == []


def test_the_page_explains_every_measure_and_no_other():
    text = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z_0-9.]+)` \|", text, re.MULTILINE)
    assert rows == list(MEASURES)
