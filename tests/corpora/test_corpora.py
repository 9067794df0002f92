"""The corpus format, whole packages with expected verdicts, and the sample that ships."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpora import format as corpus_format
from corpora import sample
from corpora.format import CorpusError, CorpusInfo, Label, LabelledDocument
from corpora.synth import engine
from extractor.model import Verdict
from extractor.values.checkdigits import uscc_is_valid

needs_font = pytest.mark.skipif(not engine.has_chinese_font(), reason="没有中文字体；安装 fonts-noto-cjk 后此测试会运行")


def test_labels_survive_saving(tmp_path: Path) -> None:
    """``None`` in fields means "not there" and must not be lost; absent stays absent."""
    label = Label(
        file="files/a.jpg",
        documents=[LabelledDocument(type="patent_certificate", pages=[1], fields={"grant_no": None, "kind": "utility"})],
    )
    corpus_format.save(tmp_path, CorpusInfo(name="t", seed=3), [label])
    loaded = corpus_format.load(tmp_path)
    assert loaded.info.seed == 3
    assert loaded.files[0].documents is not None
    assert loaded.files[0].documents[0].fields == {"grant_no": None, "kind": "utility"}
    assert loaded.packages == []


@pytest.mark.parametrize(
    "line",
    ["{}", "not json", '{"file": "a", "package": "b"}', '{"package": "p", "findings": [{"metric": "x"}]}'],
)
def test_bad_lines_are_named(tmp_path: Path, line: str) -> None:
    """A bad line is refused with its number."""
    (tmp_path / "corpus.json").write_text('{"name": "t"}', encoding="utf-8")
    (tmp_path / "labels.jsonl").write_text("\n" + line + "\n", encoding="utf-8")
    with pytest.raises(CorpusError, match="第 2 行"):
        corpus_format.load(tmp_path)


def test_missing_folder_is_an_error(tmp_path: Path) -> None:
    """No corpus there: one clear error."""
    with pytest.raises(CorpusError, match=r"corpus\.json"):
        corpus_format.load(tmp_path / "none")


def test_sample_is_small_and_shows_every_verdict() -> None:
    """The shipped package: at most 4 MB, every verdict, one expectation per declared figure."""
    files = [path for path in sample.HERE.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= 4 * 1024 * 1024
    declared = json.loads((sample.HERE / "declared.json").read_text(encoding="utf-8"))
    expected = json.loads((sample.HERE / "expected.json").read_text(encoding="utf-8"))
    assert {row["verdict"] for row in expected} == {verdict.value for verdict in Verdict}
    assert [(r["metric"], r["period"]) for r in expected] == [(r["metric"], r["period"]) for r in declared["declared"]]
    assert uscc_is_valid(declared["enterprise"]["uscc"])
