"""Noise keeps tags on their text; what was measured is drawn from; pages are stored and read back."""

from __future__ import annotations

import gzip
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.training import noisy
from corpora.training.confusions import ReadingsError, as_data, main, measure, readings
from corpora.training.free import free_page
from corpora.training.misreadings import confusions
from corpora.training.store import StoreError, load, save
from extractor.model import LabelledPage


@settings(max_examples=150, deadline=None)
@given(page_seed=st.integers(0, 400), seed=st.integers(0, 2**32))
def test_tags_stay_inside_their_lines_and_in_order(page_seed: int, seed: int) -> None:
    page = free_page(Random(page_seed))
    made = noisy(page, Random(seed))
    for tag in made.tags:
        text = made.page.lines[tag.line].text
        assert 0 <= tag.start < tag.end <= len(text)
        assert text[tag.start : tag.end].strip()
    for a, b in pairwise(made.tags):
        assert a.line < b.line or (a.line == b.line and a.end <= b.start)
    for line in made.page.lines:
        left, top, right, bottom = line.box
        assert 0 <= left < right <= 1
        assert 0 <= top < bottom <= 1
        assert line.text == line.text.strip() != ""
    keys = {tag.key for tag in page.tags}
    assert {tag.key for tag in made.tags} <= keys
    assert (made.type, made.starts, made.layout) == (page.type, page.starts, page.layout)


def test_the_same_seed_gives_the_same_noise() -> None:
    page = free_page(Random(3))
    assert noisy(page, Random(9)) == noisy(page, Random(9))
    assert any(noisy(page, Random(9)) != noisy(page, Random(k)) for k in range(3))


def test_most_values_survive() -> None:
    """Noise is what reading does, not destruction: nearly all values are still there, most of them unchanged."""
    kept = same = total = 0
    for seed in range(120):
        page = free_page(Random(seed))
        made = noisy(page, Random(seed))
        before = _texts(page)
        after = _texts(made)
        total += len(before)
        kept += len(made.tags)
        same += sum(text in after for text in before)
    assert kept > 0.95 * total
    assert 0.8 * total < same < 0.999 * total


def _texts(page: LabelledPage) -> list[str]:
    return [page.page.lines[t.line].text[t.start : t.end] for t in page.tags]


def test_errors_are_counted_line_by_line() -> None:
    box, other = [0.1, 0.1, 0.5, 0.12], [0.1, 0.2, 0.5, 0.22]
    pages = [
        {
            "true": [{"text": "登记日期 2020", "box": box}, {"text": "第一行第二行", "box": other}],
            "read": [
                {"text": "登己日期202O", "box": box, "confidence": 0.5},
                {"text": "第一行", "box": [0.1, 0.2, 0.3, 0.22]},
                {"text": "第二行", "box": [0.3, 0.2, 0.5, 0.22]},
            ],
        }
    ]
    counts = measure(pages)
    assert (counts.lines, counts.characters, counts.substitutions, counts.insertions, counts.deletions) == (1, 8, 2, 0, 0)
    assert counts.pairs == {("记", "己"): 0.5, ("0", "O"): 0.5}
    assert as_data(counts)["substitution"] == 0.25


def test_the_measured_confusions_are_there_and_are_drawn_from() -> None:
    known = confusions()
    assert 0.0005 < known.rate < 0.05
    rng = Random(1)
    sign = next(iter(known.taken))
    assert {known.other(rng, sign) for _ in range(30)} & set(known.taken[sign].signs)
    assert {known.kind(rng, "一") for _ in range(400)} == {"substitution", "insertion", "deletion"}


def test_measuring_writes_the_data_file(tmp_path: Path) -> None:
    source, out = tmp_path / "readings.jsonl", tmp_path / "out.json"
    source.write_text('{"true": [{"text": "甲乙丙", "box": [0, 0, 1, 1]}], "read": [{"text": "甲已丙", "box": [0, 0, 1, 1]}]}\n')
    main([str(source), str(out)])
    assert '["乙", "已", 1.0]' in out.read_text(encoding="utf-8")
    source.write_text("nothing")
    with pytest.raises(ReadingsError, match="JSON"):
        readings(source)


def test_pages_are_stored_with_the_same_bytes_and_read_back(tmp_path: Path) -> None:
    pages = [noisy(free_page(Random(k)), Random(k)) for k in range(20)]
    first, second = tmp_path / "a.jsonl.gz", tmp_path / "b.jsonl.gz"
    assert save(first, pages) == save(second, iter(pages)) == 20
    assert first.read_bytes() == second.read_bytes()
    assert list(load(first)) == pages


def test_a_damaged_store_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    save(path, [free_page(Random(1))])
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(StoreError, match="重新生成"):
        list(load(path))
    path.write_bytes(gzip.compress(b'{"no": "page"}\n'))
    with pytest.raises(StoreError, match="第 1 行"):
        list(load(path))
