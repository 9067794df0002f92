"""What got better or worse between two runs, and whether that may be chance."""

import io

from records_build import field, finding, page
from rich.console import Console

from eval.compare_runs import as_json, compare_runs, print_comparison
from eval.records import PackageRecord, Records, RunInfo


def run(wrong, *, confidence=0.9, corpus="t", packages=40, each=10):
    """Fields of 40 enterprises; ``wrong(enterprise, field)`` says which are misread."""
    fields = [
        field(got="乙" if wrong(e, i) else "甲", package=f"p{e}", field=f"f{i}", confidence=confidence, difficulty="scan")
        for e in range(packages)
        for i in range(each)
    ]
    return Records(run=RunInfo(corpus=corpus), fields=fields, packages=[PackageRecord(package=f"p{e}") for e in range(packages)])


def change(found, measure="fields.exact_match", where=""):
    return next(c for c in found.changes if c.measure == measure and c.slice == where)


def test_a_clear_gain_is_better_and_its_reverse_worse():
    before, after = run(lambda e, i: i < 2), run(lambda e, i: i < 1)
    assert change(compare_runs(before, after)).direction == "better"
    assert change(compare_runs(before, after)).difference.value > 0.09
    assert change(compare_runs(after, before)).direction == "worse"
    assert change(compare_runs(before, after), where="difficulty=scan").direction == "better"


def test_one_field_more_or_less_may_be_chance():
    found = compare_runs(run(lambda e, i: i == 0), run(lambda e, i: i == 0 and e != 3))
    assert change(found).direction == "unclear"
    assert [(t.where, t.what) for t in found.now_right] == [("p3", "patent_certificate.f0")]
    assert found.now_wrong == ()


def test_the_same_run_is_the_same():
    found = compare_runs(run(lambda e, i: i == e % 10), run(lambda e, i: i == e % 10))
    assert {c.direction for c in found.changes} == {"same"}


def test_less_is_better_for_errors():
    before = run(lambda e, i: False, confidence=0.5)
    after = run(lambda e, i: False, confidence=0.99)
    assert change(compare_runs(before, after), "calibration.ece").direction == "better"


def test_findings_and_pages_that_turned_are_listed_first_things_first():
    a = Records(findings=[finding("missing", "missing")], pages=[page(got="none")])
    b = Records(findings=[finding("missing", "supported")], pages=[page()])
    found = compare_runs(a, b)
    assert [(t.what, t.expected, t.a, t.b) for t in found.now_wrong] == [("revenue 2020", "missing", "missing", "supported")]
    assert [t.what for t in found.now_right] == ["page 1"]


def test_other_corpora_and_left_out_enterprises_are_remarked():
    found = compare_runs(run(lambda e, i: False), run(lambda e, i: False, corpus="u", packages=39))
    assert any("语料不同" in r for r in found.remarks)
    assert any("仅甲有 1" in r for r in found.remarks)
    assert change(found).clusters == 39


def test_shown_in_words():
    found = compare_runs(run(lambda e, i: i < 2), run(lambda e, i: i < 1))
    out = io.StringIO()
    print_comparison(found, Console(file=out, width=160))
    assert "变好（显著）" in out.getvalue()
    assert "由错变对：40" in out.getvalue()
    assert as_json(found)["schema"] == "zuozheng.comparison/1"
