import io

import numpy as np
import pytest
from rich.console import Console

from corpora.format import CorpusError, CorpusInfo, Label, LabelledDocument, load, save
from eval.calibrate import Halves, calibrate_from, observer, outcomes, pairs_by_group, print_report
from eval.records import FieldRecord, FindingRecord, Records, RunInfo
from extractor.intake import NothingReadable
from models.calibration import IDENTITY, FittedOn

pytest.importorskip("sklearn")

ABOUT = FittedOn(corpus="made", date="2025-06-01", seed=7)
TYPES = [("audit_report", "revenue", "ok"), ("audit_report", "revenue", "unchecked"), ("patent_certificate", "grant_date", None)]


def read(confidence, exact, *, type="patent_certificate", field="grant_date", gate=None, cluster="a", present=True):
    return FieldRecord(
        package=cluster, cluster=cluster, type=type, field=field, period="2020" if gate else "", gate=gate,
        expected=1, got=1 if present else None, confidence=confidence, exact=exact, present=present,
    )  # fmt: skip


def finding(confidence, expected, got="supported", cluster="a"):
    return FindingRecord(
        package=cluster, cluster=cluster, metric="revenue", period="2020", expected=expected, got=got, confidence=confidence
    )


def made(seed, n=900, wrong_at=0.7):
    """Readings that are right far less often than they say, and findings wrong only at a low confidence."""
    rng = np.random.default_rng(seed)
    records = Records(run=RunInfo(version="1.2.3"))
    for i in range(n):
        kind, key, gate = TYPES[i % 3]
        raw = float(rng.beta(8, 1.5))
        cluster = f"e{i % 40}"
        records.add(read(raw, bool(rng.random() < raw**3), type=kind, field=key, gate=gate, cluster=cluster))
    for i in range(300):
        records.add(finding(0.9 + i / 10_000, "supported", cluster=f"e{i % 40}"))
    records.add(finding(wrong_at, "contradicted"))
    records.add(finding(0.65, "unsure"))
    return records


def test_curves_are_fitted_on_train_and_measured_on_test():
    calibration, report = calibrate_from(Halves(made(1), made(2)), ABOUT)
    assert calibration.fitted_on is not None
    assert calibration.fitted_on.fields == 900
    assert calibration.fitted_on.product == "1.2.3"
    assert calibration.supported_at == 0.0
    assert calibration.version.startswith("2025-06-01-")
    everything = report["groups"]["all"]
    assert (everything["train"], everything["test"]) == (900, 900)
    assert everything["ece_raw"] > 0.1
    assert everything["ece"] < everything["ece_raw"] / 2
    assert everything["brier"] < everything["brier_raw"]
    assert report["groups"]["figure.checked"]["curve"] == "figure.checked"
    assert report["threshold"] is None


def test_the_threshold_is_chosen_on_train_with_the_fitted_curves():
    seen = []

    def again(calibration):
        seen.append(calibration)
        return Halves(made(1), made(2, wrong_at=0.95))

    calibration, report = calibrate_from(Halves(made(1), made(2)), ABOUT, again=again)
    assert seen[0].curves == calibration.curves
    assert seen[0].supported_at == 0.0
    assert calibration.supported_at == pytest.approx(0.9)
    about = calibration.fitted_on
    assert about is not None
    assert about.train is not None
    assert about.test is not None
    assert (about.train.n, about.train.wrong, about.test.wrong) == (302, 0, 1)
    assert report["threshold"]["supported_at"] == calibration.supported_at
    assert report["threshold"]["others"][0]["train"]["kept"] == 302
    assert calibration.version != seen[0].version


def test_the_same_records_give_the_same_calibration():
    first, _ = calibrate_from(Halves(made(1, 300), made(2, 300)), ABOUT)
    second, _ = calibrate_from(Halves(made(1, 300), made(2, 300)), ABOUT)
    assert first == second


def test_what_was_not_read_is_not_fitted_on():
    pairs = pairs_by_group([read(0.0, False, present=False), read(0.9, False), read(0.8, True)])
    assert pairs == {"date": [(0.9, False), (0.8, True)]}


def test_a_figure_goes_by_its_gate():
    pairs = pairs_by_group([read(0.9, True, type="audit_report", field="revenue", gate="failed")])
    assert list(pairs) == ["figure.failed"]


def test_only_supported_findings_have_an_outcome():
    records = [finding(0.9, "supported"), finding(0.8, "missing"), finding(0.7, "supported", got="unsure")]
    assert outcomes(records) == [(0.9, True), (0.8, False)]


class Silent:
    """A session that reads nothing; every check fails."""

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        return None

    def check(self, path, declaration, **more):
        raise NothingReadable(path.name)

    def peak_rss(self):
        return 0


def corpus(tmp_path, enterprises):
    labels = [
        Label(file=f"files/{n}.png", enterprise=f"虚构第{n}号有限公司", documents=[LabelledDocument(type="business_license")])
        for n in range(enterprises)
    ]
    save(tmp_path, CorpusInfo(name="made"), labels)
    return load(tmp_path)


def test_train_and_test_share_no_enterprise(tmp_path):
    used = []

    def open_session(calibration):
        used.append(calibration)
        return Silent()

    found = observer(corpus(tmp_path, 40), open_session)(IDENTITY)
    train, test = ({r.unit for r in half.packages} for half in (found.train, found.test))
    assert used == [IDENTITY]
    assert train
    assert test
    assert not train & test


def test_a_second_corpus_leaves_the_first_for_fitting(tmp_path):
    first, second = corpus(tmp_path / "a", 3), corpus(tmp_path / "b", 5)
    others = second.model_copy(update={"labels": [x.model_copy(update={"enterprise": f"另一{x.file}"}) for x in second.labels]})
    found = observer(first, lambda calibration: Silent(), test=others)(IDENTITY)
    assert (len(found.train.packages), len(found.test.packages)) == (3, 5)
    with pytest.raises(CorpusError, match="同时出现"):
        observer(first, lambda calibration: Silent(), test=second)


def test_a_corpus_of_one_enterprise_cannot_be_split(tmp_path):
    with pytest.raises(CorpusError, match="企业太少"):
        observer(corpus(tmp_path, 1), lambda calibration: Silent())


def test_the_report_can_be_printed():
    calibration, report = calibrate_from(Halves(made(1), made(2)), ABOUT, again=lambda c: Halves(made(1), made(2)))
    console = Console(width=160, file=io.StringIO())
    print_report(calibration, report, console)
    shown = console.file.getvalue()
    assert calibration.version in shown
    assert "figure.checked" in shown
    assert "0.2" in shown
