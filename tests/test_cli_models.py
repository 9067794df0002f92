"""``zuozheng models``: what it lists, what it refuses, and what its help teaches."""

from __future__ import annotations

import builtins
import json

import pytest
from typer.testing import CliRunner

from extractor import cli_models_train
from extractor.cli import app
from models.ocr import weights
from models.registry import TRAINED
from models.sequence import folder as model_folder

RUN = CliRunner()


def run(*args, env=None):
    return RUN.invoke(app, list(map(str, args)), env={"ZUOZHENG_TAGGER": "", **(env or {})})


@pytest.fixture
def damaged(tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "model.onnx").write_bytes(b"weights")
    model_folder.write_record(folder, {}, ["model.onnx"])
    (folder / "model.onnx").write_bytes(b"weightS")
    return folder


@pytest.mark.parametrize("command", ["list", "verify", "train", "eval"])
def test_help_teaches_with_an_example(command):
    shown = run("models", command, "--help")
    assert shown.exit_code == 0
    assert f"zuozheng models {command}" in "".join(shown.output.split("\n"))


def test_list_names_every_model():
    shown = run("models", "list", "--json")
    assert shown.exit_code == 0
    rows = {row["name"]: row for row in json.loads(shown.stdout)}
    assert set(TRAINED) <= set(rows)
    assert rows["PP-OCRv6_rec_small"]["sha256"] == weights.SHA256[weights.RECOGNISER]
    assert not rows["field_tagger"]["used"]
    table = run("models", "list").output
    for head in ("名称", "版本", "大小", "SHA-256", "在用", "许可"):
        assert head in table


def test_verify_is_silent_about_what_does_not_ship():
    shown = run("models", "verify")
    assert shown.exit_code == 0
    assert "全部在用的模型完好" in shown.output


def test_verify_tells_a_damaged_model(damaged):
    for args in (("--tagger", damaged), ()):
        shown = run("models", "verify", *args, env={"ZUOZHENG_TAGGER": str(damaged)})
        assert shown.exit_code == 1
        assert "重新训练" in shown.output
    told = json.loads(run("models", "verify", "--json", "--tagger", damaged).stdout)
    assert told["ok"] is False


def test_verify_misses_a_model_that_is_used(tmp_path):
    shown = run("models", "verify", "--tagger", tmp_path / "none")
    assert shown.exit_code == 1
    assert "没有模型" in shown.output


def test_verify_tells_damaged_weights(monkeypatch, tmp_path):
    for name in weights.SHA256:
        (tmp_path / name).write_bytes(b"other")
    monkeypatch.setattr(weights, "weights_folder", lambda: tmp_path)
    shown = run("models", "verify")
    assert shown.exit_code == 1
    assert "rapidocr" in shown.output


@pytest.mark.parametrize("command", ["check", "read"])
def test_a_damaged_model_stops_a_check(command, damaged, tmp_path):
    shown = run(command, tmp_path, "--tagger", damaged)
    assert shown.exit_code == 2
    assert "SHA-256" in shown.output
    assert "重新训练" in shown.output


# --- train -----------------------------------------------------------------


def test_an_unknown_model_cannot_be_trained(tmp_path):
    shown = run("models", "train", "ocr", "--out", tmp_path)
    assert shown.exit_code == 2
    assert "field_tagger、page_classifier、names" in shown.output


def test_options_of_the_tagger_are_its_own(tmp_path):
    for option in (["--resume"], ["--minutes", "1"], ["--encoder", str(tmp_path)]):
        shown = run("models", "train", "names", "--out", tmp_path, *option)
        assert shown.exit_code == 2
        assert "只用于 field_tagger" in shown.output


def test_an_encoder_must_be_there(tmp_path):
    shown = run("models", "train", "field_tagger", "--out", tmp_path, "--encoder", tmp_path / "none")
    assert shown.exit_code == 2
    assert "Hugging Face" in shown.output


def without(monkeypatch, *names):
    """As on a machine where these libraries are not installed."""
    real = builtins.__import__

    def load(name, *args, **kw):
        if name.split(".")[0] in names:
            raise ImportError(f"No module named {name!r}", name=name)
        return real(name, *args, **kw)

    monkeypatch.setattr(builtins, "__import__", load)


def test_without_torch_training_says_what_to_install(monkeypatch, tmp_path):
    for module in [m for m in __import__("sys").modules if m.startswith("models.field_tagger.loop")]:
        monkeypatch.delitem(__import__("sys").modules, module)
    without(monkeypatch, "torch")
    shown = run("models", "train", "field_tagger", "--out", tmp_path / "model")
    assert shown.exit_code == 2
    assert "zuozheng[train]" in shown.output


def test_without_spacy_training_says_what_to_install(monkeypatch, tmp_path):
    without(monkeypatch, "spacy")
    shown = run("models", "train", "names", "--out", tmp_path / "model", "--pages", 20)
    assert shown.exit_code == 2
    assert "zuozheng[spacy]" in shown.output


def test_training_is_told_what_was_chosen(monkeypatch, tmp_path):
    seen = []
    monkeypatch.setitem(cli_models_train._TRAININGS, "field_tagger", lambda chosen, told: seen.append(chosen) or ["好了"])
    shown = run(
        "models", "train", "field_tagger", "--out", tmp_path, "--pages", 50, "--epochs", 2, "--seed", 7,
        "--corpus", "a", "--corpus", "b", "--minutes", 3, "--threads", 1, "--resume",
    )  # fmt: skip
    assert shown.exit_code == 0, shown.output
    assert "好了" in shown.output
    (chosen,) = seen
    assert (chosen.pages, chosen.epochs, chosen.seed, chosen.minutes, chosen.threads, chosen.resume) == (50, 2, 7, 3.0, 1, True)
    assert [p.name for p in chosen.corpora] == ["a", "b"]


# --- eval ------------------------------------------------------------------


def test_eval_without_a_model_says_how_to_get_one(monkeypatch, tmp_path):
    monkeypatch.setattr("models.registry.default_folder", lambda name: tmp_path / name)
    shown = run("models", "eval", tmp_path)
    assert shown.exit_code == 2
    assert "zuozheng models train" in shown.output


def test_eval_of_no_corpus(monkeypatch, tmp_path):
    class Found:
        name = "x"

        def tag(self, page):
            return ()

    monkeypatch.setattr("extractor.cli_models.open_tagger", lambda setting: Found())
    shown = run("models", "eval", tmp_path / "none")
    assert shown.exit_code == 2
    assert "corpus.json" in shown.output
    assert run("models", "eval", tmp_path, "--split", "half").exit_code == 2
    for wrong in ("0.5", "0.5,0.9,0.9,1.2", "a,b,c,d"):
        shown = run("models", "eval", tmp_path, "--thresholds", wrong)
        assert shown.exit_code == 2
        assert "四个" in shown.output
