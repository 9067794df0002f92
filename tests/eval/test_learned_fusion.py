"""Rules, tagger and both on the same pages: who is right, how sure, and what is written about it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from corpora.format import CorpusInfo, ExpectedFinding, Label, LabelledDocument, load, save
from eval import learned, learned_report
from eval.learned import FUSED, MODEL, RULES
from eval.records import FieldRecord
from extractor.conclude import conclude
from extractor.intake import SourceFile
from models.calibration import IDENTITY, load_calibration
from tests.documents.conftest import make_page
from tests.documents.fusion_stub import Says
from tests.documents.iso_layouts import CODE, LAYOUTS, H

ROWS, TRUTH = LAYOUTS["classic"]
BARE = [r for r in ROWS if "有效期至" not in (r if isinstance(r, str) else r[0])]
"""Without its last day, which then stands under words that no rule knows."""
LONE = ("长期 2025年03月07日", 0.55, 0.7)
LABEL = LabelledDocument(type="iso_certificate", pages=[1], fields=dict(TRUTH), layout="classic", held_out=True)


class GivenSession:
    """Concludes the pages it was given, as a session that hears no tagger."""

    def __init__(self, pages):
        self.pages = pages

    def check(self, path, declaration, *, seen, **rest):
        for page in self.pages:
            seen(page)
        names = ["证书.jpg"]
        files = [SourceFile(i, n, "0" * 64, "image/jpeg", 1, None, None, Path(n)) for i, n in enumerate(names)]
        return conclude(
            name=path.name, files=files, pages=self.pages, declaration=declaration, day=date(2023, 5, 6),
            calibration=load_calibration(),
        )  # fmt: skip

    def peak_rss(self):
        return 0


@pytest.fixture
def corpus(tmp_path):
    declared = {"enterprise": {"name": H, "uscc": CODE}, "as_of": "2023-05-06", "declared": [
        {"metric": "management_system_certs", "period": "now", "value": 1, "unit": "项"}]}  # fmt: skip
    (tmp_path / "declared.json").write_text(json.dumps(declared, ensure_ascii=False), "utf-8")
    (tmp_path / "p").mkdir()
    finding = ExpectedFinding(metric="management_system_certs", period="now", verdict="supported")
    labels = [
        Label(package="p", enterprise=H, declared="declared.json", findings=[finding]),
        Label(file="p/证书.jpg", enterprise=H, documents=[LABEL]),
    ]
    save(tmp_path, CorpusInfo(name="t"), labels)
    return load(tmp_path)


SAID = (
    ("valid_until", "2025年03月07日", 0.995), ("holder", H, 0.9), ("uscc", CODE, 0.9), ("certificate_no", "20722Q10234R1M", 0.9),
    ("scope", "精密齿轮的设计、生产和销售", 0.4),
)  # fmt: skip


def observed(corpus, *said, rows=BARE, more=(LONE,)):
    pages = [make_page(*rows, *more)]
    return learned.observe(corpus, GivenSession(pages), Says(said or SAID), {RULES: load_calibration()})


def by_field(made, way):
    return {f.field: f for f in made.ways[way].fields}


def test_each_way_reads_for_itself(corpus):
    made = observed(corpus)
    rules, model, fused = (by_field(made, way) for way in (RULES, MODEL, FUSED))
    assert (rules["valid_until"].present, fused["valid_until"].exact, model["valid_until"].exact) == (False, True, True)
    assert rules["issuer"].exact
    assert fused["issuer"].exact
    assert not model["issuer"].present
    assert not model["scope"].present, "a tag below 0.5 makes no field, even where the tagger is alone"
    assert fused["holder"].method == f"{rules['holder'].method}+tagger"


def test_findings_of_each_way(corpus):
    made = observed(corpus)
    assert {way: made.ways[way].findings[0].got for way in (RULES, FUSED)} == {RULES: "unsure", FUSED: "supported"}


def test_the_page_is_tagged_once_for_all_ways(corpus):
    says = Says(SAID)
    made = learned.observe(corpus, GivenSession([make_page(*BARE, LONE)]), says, {RULES: IDENTITY})
    assert len(says.asked) == len(made.seconds) == 1


def test_the_report_tells_the_gain_and_what_changed(corpus):
    report = learned.compare(observed(corpus))
    held = report["groups"]["held_out"]
    n = len(TRUTH)
    assert held[RULES]["micro"]["labelled"] == n
    assert held[FUSED]["micro"]["right"] == held[RULES]["micro"]["right"] + 1
    assert held["gain"]["value"] == pytest.approx(held[FUSED]["micro"]["f1"] - held[RULES]["micro"]["f1"])
    assert held[FUSED]["by_field"]["iso_certificate.valid_until"]["f1"] == 1.0
    assert report["groups"]["seen"][RULES]["micro"]["labelled"] == 0
    assert len(report["changed"]["better"]) == 1
    assert report["changed"]["worse"] == []
    assert report["tagging"]["pages"] == 1


def test_wrong_supported_are_counted_and_named(corpus):
    expired = ExpectedFinding(metric="management_system_certs", period="now", verdict="expired")
    package = corpus.labels[0].model_copy(update={"findings": [expired]})
    wrong = corpus.model_copy(update={"labels": [package, corpus.labels[1]]})
    found = learned.compare(observed(wrong))["groups"]["all"]
    assert found[RULES]["findings"]["false_supported"] == 0
    assert found[FUSED]["findings"]["false_supported"] == 1
    assert "management_system_certs" in found[FUSED]["findings"]["wrong"][0]


def record(confidence, exact, *, expected="x", got="x", **more):
    base = {"package": "p", "type": "iso_certificate", "field": "holder", "expected": expected, "got": got}
    return FieldRecord(**base, confidence=confidence, exact=exact, present=got is not None, **more)


def test_scores_and_coverage():
    fields = [record(0.99, True), record(0.98, True), record(0.9, False), record(0.0, False, got=None)]
    assert learned.scores(fields) == {
        "right": 2, "given": 3, "labelled": 4, "precision": 2 / 3, "recall": 0.5, "f1": 4 / 7,
    }  # fmt: skip
    assert learned.coverage(fields, 0.005) == 0.5
    assert learned.coverage(fields, 0.4) == 0.5
    assert learned.coverage([], 0.005) is None
    tied = [record(0.99, True), record(0.99, False)]
    assert learned.coverage(tied, 0.005) == 0.0
    nothing = [record(0.9, False, expected=None)]
    assert learned.scores(nothing)["f1"] == 0.0


def test_the_report_is_written_as_text_json_and_picture(corpus, tmp_path):
    report = learned.compare(observed(corpus)) | {"tagger": "field_tagger stub"}
    out = tmp_path / "out"
    learned_report.write(report, out)
    assert json.loads((out / "learned.json").read_text("utf-8"))["tagger"] == "field_tagger stub"
    text = (out / "learned.md").read_text("utf-8")
    assert "## 留出版式" in text
    assert "## 已知版式" not in text
    assert "| iso_certificate.valid_until | 1 | 0.0 | 100.0 | 100.0 | +100.0 |" in text
    assert "融合后变对（1）" in text
    assert (out / "risk_coverage.png").read_bytes().startswith(b"\x89PNG")


def test_a_package_that_cannot_be_read_is_no_field_of_any_way(corpus):
    from extractor.intake import BrokenFile

    class Broken(GivenSession):
        def check(self, path, declaration, **rest):
            raise BrokenFile("文件已损坏，请重新上传")

    made = learned.observe(corpus, Broken([]), Says(SAID), {RULES: IDENTITY})
    for way in learned.WAYS:
        assert [p.failed is not None for p in made.ways[way].packages] == [True]
        assert not any(f.present for f in made.ways[way].fields)
    learned_report.as_text(learned.compare(made))
