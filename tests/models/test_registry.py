"""Which models there are, their hashes, and the tagger that a setting asks for."""

from __future__ import annotations

import json
import threading

import pytest

from extractor.model import Page
from models import registry
from models.ocr import weights
from models.registry import AUTO, DEFAULT_TAGGER, OFF, ModelDamaged, ModelMissing
from models.sequence import folder as model_folder

PAGE = Page(file=0, page=1, width=10, height=10, source="ocr")


@pytest.fixture
def model(tmp_path):
    """A folder with a record and two files, as a training writes it."""
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "model.onnx").write_bytes(b"weights")
    (folder / "labels.json").write_text("{}", "utf-8")
    model_folder.write_record(folder, {"date": "2026-01-02"}, ["model.onnx", "labels.json"])
    return folder


class FakeTagger:
    def __init__(self, folder):
        self.record = model_folder.verify(folder)

    def tag(self, page):
        return ()


@pytest.fixture
def loads(monkeypatch):
    """The runtime loads anything whose hashes are right."""
    monkeypatch.setattr("models.field_tagger.runtime.FieldTagger", FakeTagger)
    registry._opened.cache_clear()
    yield
    registry._opened.cache_clear()


def test_no_tagger_is_heard_by_default(monkeypatch):
    monkeypatch.delenv("ZUOZHENG_TAGGER", raising=False)
    assert DEFAULT_TAGGER == OFF
    assert registry.tagger_setting() == OFF
    assert registry.open_tagger(registry.tagger_setting()) is None
    monkeypatch.setenv("ZUOZHENG_TAGGER", " auto ")
    assert registry.tagger_setting() == AUTO


def test_auto_without_a_model_hears_none(monkeypatch, tmp_path):
    monkeypatch.setattr(registry, "default_folder", lambda name: tmp_path / name)
    assert registry.open_tagger(AUTO) is None
    assert registry.tagger_name(AUTO) == ""
    registry.check_tagger(AUTO)


def test_a_tagger_is_opened_once_and_named_by_its_hash(model, loads):
    opened = registry.open_tagger(str(model))
    assert opened is not None
    assert opened is registry.open_tagger(str(model))
    assert opened.name == registry.tagger_name(str(model))
    assert opened.tag(PAGE) == ()
    (model / "labels.json").write_text('{"other": 1}', "utf-8")
    model_folder.write_record(model, {}, ["model.onnx", "labels.json"])
    assert registry.tagger_name(str(model)) != opened.name


def test_a_damaged_model_is_refused_with_a_remedy(model, loads):
    (model / "model.onnx").write_bytes(b"weightS")
    for ask in (registry.open_tagger, registry.check_tagger):
        with pytest.raises(ModelDamaged, match="请重新安装或重新训练"):
            ask(str(model))


def test_a_folder_without_a_model_is_refused(tmp_path, loads):
    for ask in (registry.open_tagger, registry.check_tagger, registry.tagger_name):
        with pytest.raises(ModelMissing, match="请"):
            ask(str(tmp_path / "none"))


def test_one_page_at_a_time():
    """The network is not made for several threads."""
    inside, most = [], []

    class Slow:
        def tag(self, page):
            inside.append(1)
            most.append(len(inside))
            threading.Event().wait(0.005)
            inside.pop()
            return ()

    opened = registry.OpenTagger(Slow(), "slow")
    threads = [threading.Thread(target=opened.tag, args=(PAGE,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == 1


def test_every_model_that_ships_is_whole():
    found = registry.models(OFF)
    assert {m.name for m in found} >= {"PP-OCRv6_det_small", "PP-OCRv6_rec_small", "calibration", *registry.TRAINED}
    for m in found:
        assert m.state != "damaged", m.problem
        assert m.state == "ok" or not m.used
        assert m.licence
        assert (len(m.sha256), m.size > 0) == (64, True) if m.state == "ok" else not m.sha256


def test_the_tagger_of_the_setting_is_listed_as_used(model, monkeypatch):
    monkeypatch.setattr("models.field_tagger.runtime.verify", model_folder.verify)
    (chosen,) = [m for m in registry.models(str(model)) if m.folder == model]
    assert (chosen.name, chosen.used, chosen.version, chosen.state) == ("field_tagger", True, "2026-01-02", "ok")
    assert chosen.size == len(b"weights{}")
    assert set(chosen.files) == {"model.onnx", "labels.json"}
    (model / "model.onnx").write_bytes(b"other")
    (chosen,) = [m for m in registry.models(str(model)) if m.folder == model]
    assert (chosen.state, chosen.used) == ("damaged", True)
    assert "SHA-256" in chosen.problem


def test_other_weights_than_the_tested_ones_are_told(monkeypatch, tmp_path):
    for name in weights.SHA256:
        (tmp_path / name).write_bytes(b"other")
    (tmp_path / weights.RECOGNISER).unlink()
    monkeypatch.setattr(weights, "weights_folder", lambda: tmp_path)
    states = {m.name: m.state for m in registry.models(OFF)}
    assert states["PP-OCRv6_det_small"] == "damaged"
    assert states["PP-OCRv6_rec_small"] == "missing"


def test_a_model_of_one_file_has_that_files_hash():
    assert registry.whole_hash({"a": "1" * 64}) == "1" * 64
    both = registry.whole_hash({"a": "1" * 64, "b": "2" * 64})
    assert both == registry.whole_hash(dict(reversed(list({"a": "1" * 64, "b": "2" * 64}.items()))))
    assert both != registry.whole_hash({"a": "2" * 64, "b": "1" * 64})


def test_a_record_that_is_none_is_damaged(model):
    (model / "record.json").write_text(json.dumps([]), "utf-8")
    with pytest.raises(ModelDamaged):
        registry.tagger_name(str(model))
