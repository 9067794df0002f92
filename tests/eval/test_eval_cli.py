"""``zuozheng eval`` as users call it; what is read is given."""

import json

import pytest
from records_build import field, finding, page
from typer.testing import CliRunner

from corpora.format import CorpusInfo, Label, save
from eval import run as evaluation
from eval.records import DocumentRecord, PackageRecord, Records
from extractor.cli_eval import app

runner = CliRunner()
OLD_KEYS = {"type_accuracy", "field_accuracy", "types", "fields", "misses", "verdicts", "wrong_supported", "failed"}


@pytest.fixture
def corpus(tmp_path, monkeypatch):
    """A corpus of one file, and records in place of reading it."""
    root = tmp_path / "corpus"
    save(root, CorpusInfo(name="t"), [Label(file="files/a.pdf", documents=[])])
    here = {"package": "files/a.pdf", "file": "a.pdf"}

    def given(corpus, session, progress, *, run, limit):
        return Records(
            run=run,
            pages=[page(**here)],
            documents=[
                DocumentRecord(**here, expected="iso_certificate", got="iso_certificate", right=True),
                DocumentRecord(**here, expected=None, got="patent_certificate", title="专利", right=False),
            ],
            fields=[field(type="iso_certificate", **here), field(type="iso_certificate", got=None, confidence=0.0, **here)],
            findings=[finding("missing", "supported", reason="原因", **here), finding(**here)],
            packages=[PackageRecord(package="files/a.pdf", pages=1, seconds=0.5), PackageRecord(package="b", failed="坏了")],
        )

    monkeypatch.setattr(evaluation, "observe", given)
    return root


def test_a_corpus_alone_is_evaluated(corpus):
    done = runner.invoke(app, [str(corpus)])
    assert done.exit_code == 0, done.output
    for text in ("字段完全一致率", "iso_certificate", "wrong supported: 1", "failed b: 坏了", "miss files/a.pdf"):
        assert text in done.stdout


@pytest.mark.parametrize("words", [["run"], []])
def test_options_may_come_first(corpus, words):
    assert runner.invoke(app, [*words, "--json", str(corpus)]).exit_code == 0


def test_json_keeps_its_keys_and_adds_the_metrics(corpus):
    found = json.loads(runner.invoke(app, [str(corpus), "--json"]).stdout)
    assert set(found) >= OLD_KEYS
    assert found["types"] == {"iso_certificate": [1, 1], "patent_certificate": [0, 1]}
    assert (found["type_accuracy"], found["field_accuracy"]) == (0.5, 0.5)
    assert found["fields"] == {"iso_certificate": [1, 2]}
    assert {tuple(sorted(m)) for m in found["misses"]} == {("confidence", "expected", "field", "file", "read", "type")}
    assert found["verdicts"] == [
        {"label": "missing", "given": "supported", "count": 1},
        {"label": "supported", "given": "supported", "count": 1},
    ]
    assert len(found["wrong_supported"]) == 1
    assert found["metrics"]["schema"] == "zuozheng.metrics/1"


def test_results_are_written_and_can_be_compared(corpus, tmp_path):
    for name in ("a", "b"):
        done = runner.invoke(app, [str(corpus), "--out", str(tmp_path / name), "--split", "test"])
        assert done.exit_code == 0, done.output
        assert {p.name for p in (tmp_path / name).iterdir()} == {"metrics.json", "report.html", "observations.jsonl"}
    metrics = json.loads((tmp_path / "a" / "metrics.json").read_text(encoding="utf-8"))
    assert (metrics["run"]["split"], metrics["run"]["engine"]) == ("test", "openvino")
    assert metrics["run"]["version"]
    shown = runner.invoke(app, ["compare", str(tmp_path / "a"), str(tmp_path / "b")])
    assert shown.exit_code == 0
    assert "无变化" in shown.stdout
    found = json.loads(runner.invoke(app, ["compare", str(tmp_path / "a"), str(tmp_path / "b"), "--json"]).stdout)
    assert {c["direction"] for c in found["changes"]} == {"same"}


def test_foreseen_failures_are_one_line(tmp_path, corpus):
    (tmp_path / "file").write_text("")
    for words in (
        [str(tmp_path / "none")],
        ["compare", str(tmp_path), str(tmp_path)],
        [str(corpus), "--out", str(tmp_path / "file")],
        [str(corpus), "--calibration", str(tmp_path / "none.json")],
    ):
        done = runner.invoke(app, words)
        assert done.exit_code == 2, words
        assert done.stdout == ""
        assert len([x for x in done.stderr.splitlines() if x.startswith("zuozheng: ")]) == 1


def test_help_names_every_command_and_no_words_show_help():
    text = runner.invoke(app, ["--help"]).stdout
    assert "例：" in text
    for command in ("run", "compare", "ocr", "calibrate"):
        assert command in text
        assert "例：" in runner.invoke(app, [command, "--help"]).stdout
    assert "compare" in runner.invoke(app, []).output
