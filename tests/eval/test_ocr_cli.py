import json

import cv2
import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from corpora.format import CorpusInfo, Label, save
from eval.source_version import product_commit, product_version
from extractor import cli_eval_more
from models.ocr import EngineError


@pytest.fixture
def run():
    app = typer.Typer()
    cli_eval_more.register(app)
    return lambda *words: CliRunner().invoke(app, [str(w) for w in words])


@pytest.fixture
def corpus(tmp_path):
    cv2.imwrite(str(tmp_path / "1.png"), np.full((300, 200, 3), 255, np.uint8))
    (tmp_path / "1.json").write_text(json.dumps([{"page": 1, "text": "合计", "box": [0.1, 0.1, 0.3, 0.2]}]), encoding="utf-8")
    save(tmp_path, CorpusInfo(name="one page"), [Label(file="1.png", text="1.json", difficulty="scan")])
    return tmp_path


class Blind:
    name = "blind"
    version = "blind-1"

    def detect(self, image):
        return []

    def recognise(self, crops):
        return []

    def turn_votes(self, crops):
        return []


def test_engines_are_listed_with_their_error_rates(run, corpus, monkeypatch):
    monkeypatch.setattr("eval.ocr.create_engine", lambda name, threads=None: Blind())
    shown = run("ocr", corpus, "--engines", "openvino")
    assert shown.exit_code == 0
    assert "blind-1" in shown.output
    assert "100.00 %" in shown.output
    as_json = run("ocr", corpus, "--json")
    scores = json.loads(as_json.stdout)["scores"]
    assert (scores[0]["difficulty"], scores[0]["cer"], scores[0]["pages"]) == ("scan", 1.0, 1)


def test_an_engine_that_is_not_installed_names_the_extra(run, corpus, monkeypatch):
    def missing(name, threads=None):
        raise EngineError("未安装 paddleocr：请执行 pip install 'zuozheng[paddle]'")

    monkeypatch.setattr("eval.ocr.create_engine", missing)
    shown = run("ocr", corpus, "--engines", "paddleocr")
    assert shown.exit_code == 2
    assert "zuozheng[paddle]" in shown.output


@pytest.mark.parametrize("words", [("--engines", ","), ("--engines", "tesseract")])
def test_names_of_engines_that_are_none(run, corpus, words):
    shown = run("ocr", corpus, *words)
    assert shown.exit_code == 2
    assert "引擎" in shown.output


def test_a_corpus_without_true_lines_or_none_at_all(run, tmp_path):
    assert "corpus.json" in run("ocr", tmp_path).output
    save(tmp_path, CorpusInfo(name="empty"), [])
    shown = run("ocr", tmp_path)
    assert shown.exit_code == 2
    assert "没有标注文字" in shown.output


def test_a_corpus_too_small_for_a_fit(run, corpus):
    shown = run("calibrate", corpus, "--out", corpus / "out.json")
    assert shown.exit_code == 2
    assert "企业太少" in shown.output
    assert not (corpus / "out.json").exists()


def test_measurements_name_their_product():
    commit = product_commit()
    assert product_version()
    assert commit is None or len(commit.rstrip("+")) == 12
