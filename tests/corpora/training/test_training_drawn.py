"""Drawn pages and pages of corpora: only seen layouts, tags that hold the labelled values."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest

from corpora.catalogue import FieldSpec, spec_of
from corpora.field_values import ValueTextError, from_text
from corpora.format import CorpusError
from corpora.synth import engine, names
from corpora.training import drawn, examples, show
from corpora.training.drawn import labelled
from corpora.training.from_corpus import corpus_pages
from corpora.training.tagging import squeezed
from extractor.model import LabelledPage

SAMPLE = Path(__file__).parents[3] / "corpora" / "samples" / "gate"
font = pytest.mark.skipif(not engine.has_chinese_font(), reason="没有中文字体；安装 fonts-noto-cjk 后此测试会运行")


@font
@pytest.mark.parametrize("number", range(len(drawn.MAKERS)))
def test_tags_hold_the_labelled_values(number: int) -> None:
    """Every tag's text contains the value or parses to it; translations stand in Latin letters."""
    maker, _ = drawn.MAKERS[number]
    document = None
    for seed in range(9):
        rng = Random(f"{number}/{seed}")
        document = maker(rng, names.enterprise(rng))
        if not document.held_out:
            break
    assert document is not None
    assert not document.held_out
    pages = list(labelled(document, engine.lay_out(document)))
    assert [page.starts for page in pages if page.type != "blank"][:1] in ([True], [])
    for page in pages:
        assert page.layout == document.layout
        assert not page.held_out
        for key, text in _values(page):
            spec = spec_of(document.type, key)
            assert spec is not None
            assert _holds(spec, document.fields[key], text), (key, text, document.fields[key], show(page))


def _values(page: LabelledPage) -> list[tuple[str, str]]:
    made: list[tuple[str, str]] = []
    for key in dict.fromkeys(tag.key for tag in page.tags):
        for tag in (tag for tag in page.tags if tag.key == key):
            text = page.page.lines[tag.line].text[tag.start : tag.end]
            if tag.part:
                made[-1] = (key, made[-1][1] + text)
            else:
                made.append((key, text))
    return made


def _holds(spec: FieldSpec, value: Any, text: str) -> bool:
    if spec.kind in ("enum", "boolean", "period") or (
        spec.kind in ("text", "company", "person") and re.search("[A-Za-z]{3}", text)
    ):
        return bool(text)
    values = list(value.values()) if spec.rows else value if isinstance(value, list) else [value]
    if any(squeezed(str(item)) in squeezed(text) or squeezed(text) == squeezed(str(item)) for item in values):
        return True
    if spec.kind in ("money", "integer"):
        return bool(re.search(r"\d|[壹贰叁肆伍陆柒捌玖]", text))  # units stand elsewhere on the page
    try:
        return from_text(spec, text) in values
    except ValueTextError:
        return False


@font
def test_no_held_out_layout_is_ever_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """All makers are asked for seen layouts, and what is held out all the same is drawn again."""
    asked: list[Any] = []

    def made(rng: Random, owner: names.Enterprise) -> engine.SynthDocument:
        asked.append(owner)
        return engine.SynthDocument("other", "#page[甲]", {}, layout="x", held_out=len(asked) < 3)

    monkeypatch.setattr(drawn, "MAKERS", ((made, 1),))
    pages = drawn.drawn_pages(Random(1))
    assert len(asked) == 3
    assert [page.layout for page in pages] == ["x"]


@font
def test_drawn_pages_come_into_the_stream() -> None:
    first, again = (list(examples(11, 6, drawn=0.5)) for _ in range(2))
    assert first == again
    assert 0 < sum(not page.layout.startswith("free-") for page in first) < 6
    assert not any(page.held_out for page in first)


def test_pages_of_a_corpus_are_tagged_where_their_fields_are_found() -> None:
    pages = list(corpus_pages(SAMPLE))
    assert pages
    assert sum(page.tagged for page in pages) > len(pages) / 2
    found = Counter(tag.key for page in pages for tag in page.tags)
    assert len(found) > 10
    for page in pages:
        assert page.tagged or not page.tags
        for tag in page.tags:
            spec, text = spec_of(page.type, tag.key), page.page.lines[tag.line].text[tag.start : tag.end]
            assert spec is not None
            assert text == text.strip() != ""
            if spec.kind == "date":
                assert from_text(spec, text)
            if spec.kind in ("money", "integer"):
                assert re.fullmatch(r"[-(（]?[\d,.]+[)）]?", text)


def test_pages_of_a_corpus_come_into_the_stream() -> None:
    own = {page.page.text for page in corpus_pages(SAMPLE)}
    made = list(examples(2, 60, corpora=[SAMPLE], drawn=0.0))
    assert made == list(examples(2, 60, corpora=[SAMPLE], drawn=0.0))
    assert 3 < sum(page.page.text in own for page in made) < 24


def test_a_missing_corpus_is_reported(tmp_path: Path) -> None:
    with pytest.raises(CorpusError):
        next(examples(1, 3, corpora=[tmp_path]))
