"""The tagger at work, with a network made of rules: no torch, no weights."""

import json

import numpy as np
import pytest

from extractor.model import Line, Page, Tag
from models.field_tagger import runtime
from models.field_tagger.labels import Labels, write_labels
from models.field_tagger.settings import Shape
from models.sequence.errors import ModelDamaged, ModelMissing
from models.sequence.folder import read_record, write_record

FILES = (runtime.MODEL, runtime.VOCABULARY, runtime.LABELS)
CHARACTERS = "0123456789编号证书"
DIGITS = range(2, 12)


class Rules:
    """Digits are a certificate's number."""

    def __init__(self, *_, **__):
        pass

    def __call__(self, sample):
        values = np.zeros((len(sample), 3), np.float32)
        before = False
        for i, (number, first) in enumerate(zip(sample.ids, sample.first, strict=True)):
            digit = number in DIGITS
            values[i, (2 if before and not first else 1) if digit else 0] = 4.0
            before = digit
        return values


@pytest.fixture
def folder(tmp_path):
    numbers = {"[PAD]": 0, "[UNK]": 1} | {c: i for i, c in enumerate(CHARACTERS, 2)}
    (tmp_path / runtime.VOCABULARY).write_text(json.dumps({"model": {"vocab": numbers}}), encoding="utf-8")
    write_labels(Labels(("certificate_no",)), tmp_path / runtime.LABELS)
    (tmp_path / runtime.MODEL).write_bytes(b"no network")
    shape = Shape(window=24, overlap=8).model_dump()
    write_record(tmp_path, {"shape": shape, "scale": {"slope": 1.0, "shift": 0.0}}, FILES)
    return tmp_path


def page(*texts):
    lines = tuple(Line(text=t, box=(0.1, i / 30, 0.9, i / 30 + 0.02)) for i, t in enumerate(texts))
    return Page(file=0, page=1, width=10, height=14, source="ocr", lines=lines)


def test_it_tags_what_the_network_says_over_all_windows(folder, monkeypatch):
    monkeypatch.setattr(runtime, "Network", Rules)
    tagger = runtime.FieldTagger(folder)
    texts = [f"证书编号{i}２{i}。" for i in range(10)]
    tags = tagger.tag(page(*texts))
    assert [(t.line, t.start, t.end, t.key, t.part) for t in tags] == [(i, 4, 7, "certificate_no", 0) for i in range(10)]
    assert all(t.confidence == pytest.approx(0.9647, abs=1e-3) for t in tags)
    assert isinstance(tags[0], Tag)


def test_unsure_spans_can_be_left_out(folder, monkeypatch):
    monkeypatch.setattr(runtime, "Network", Rules)
    assert runtime.FieldTagger(folder, least=0.99).tag(page("编号123")) == ()


def test_a_page_without_text_has_no_tags(folder, monkeypatch):
    monkeypatch.setattr(runtime, "Network", Rules)
    assert runtime.FieldTagger(folder).tag(page()) == ()


def test_no_model_is_told_with_a_remedy(tmp_path):
    with pytest.raises(ModelMissing, match="没有模型"):
        runtime.FieldTagger(tmp_path)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_or_changed_file_is_told(folder, name):
    runtime.verify(folder)
    (folder / name).write_bytes(b"other")
    with pytest.raises(ModelDamaged, match="SHA-256"):
        runtime.verify(folder)
    (folder / name).unlink()
    with pytest.raises(ModelMissing, match=name):
        runtime.verify(folder)


def test_a_record_that_is_none_is_told(folder):
    (folder / "record.json").write_text("[]", encoding="utf-8")
    with pytest.raises(ModelDamaged, match="不合格式"):
        read_record(folder)


def test_a_file_that_is_no_network_is_told(folder):
    with pytest.raises(ModelDamaged, match="无法载入"):
        runtime.FieldTagger(folder).tag(page("编号123"))
