"""Characters, windows and labels: nothing gets lost on the way to numbers and back."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.model import Line, Page, Tag
from models.field_tagger.confidence import Scale, calibration_error, fit_scale, least_probability
from models.field_tagger.labels import OUTSIDE, Labels, best, encode, spans, to_tags
from models.sequence.characters import characters
from models.sequence.vocabulary import Vocabulary, fold, folded
from models.sequence.windows import windows

QUICK = settings(deadline=None, max_examples=60)
LABELS = Labels(("certificate_no", "holder", "scope"))


def page_of(texts, **more):
    lines = tuple(Line(text=t, box=(0.1, min(i / 50, 0.97), 0.9, min(i / 50, 0.97) + 0.02), **more) for i, t in enumerate(texts))
    return Page(file=0, page=1, width=100, height=140, source="ocr", lines=lines)


@st.composite
def tagged_pages(draw):
    """Lines of text, and tags that do not overlap: at most one a line, some of them going on on the next."""
    texts = draw(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=60), max_size=40))
    tags, part, key = [], 0, ""
    for i, text in enumerate(texts):
        if draw(st.booleans()):
            start = draw(st.integers(0, len(text) - 1))
            end = draw(st.integers(start + 1, len(text)))
            goes_on = bool(tags) and tags[-1].key == key and draw(st.booleans())
            key, part = (key, part + 1) if goes_on else (draw(st.sampled_from(LABELS.keys)), 0)
            tags.append(Tag(line=i, start=start, end=end, key=key, part=part))
    return page_of(texts), tuple(tags)


def values_of(labels):
    return np.eye(len(LABELS), dtype=np.float32)[labels] * 20


@QUICK
@given(tagged_pages())
def test_every_tag_survives_labels_and_back(case):
    page, tags = case
    chars = characters(page, limit=10**6)
    found = best(values_of(encode(tags, chars, LABELS)), chars.first)
    stretches = list(spans(found, chars.first))
    back = to_tags(stretches, [1.0] * len(stretches), chars, LABELS)
    assert back == tags


@QUICK
@given(st.lists(st.integers(1, 80), max_size=60), st.integers(20, 200), st.integers(0, 9))
def test_windows_own_every_character_once_and_see_what_they_own(lengths, size, overlap):
    first = np.zeros(sum(lengths), np.int64)
    first[np.cumsum([0, *lengths])[:-1]] = 1
    cuts = windows(first, size, overlap)
    owned = [i for w in cuts for i in range(w.own_start, w.own_end)]
    assert owned == list(range(len(first)))
    assert all(w.start <= w.own_start <= w.own_end <= w.end and 0 < w.end - w.start <= size for w in cuts)
    longest = max(lengths, default=0)
    if longest + overlap < size:
        assert all(first[w.start] for w in cuts), "lines stay whole"


@QUICK
@given(st.text())
def test_folding_keeps_offsets(text):
    assert len(folded(text)) == len(text)


def test_folding():
    assert folded("（ＧＲ２０２０）\u3000：㎡") == "(GR2020) :㎡"
    assert fold("营") == "营"


def test_characters_have_boxes_in_order_and_slanted_lines_are_left_out():
    lines = (
        Line(text="证书", box=(0.1, 0.1, 0.3, 0.12), spans=((0.1, 0.15), (0.2, 0.3))),
        Line(text="样本", box=(0.1, 0.1, 0.9, 0.9), slant=30.0),
        Line(text="编号", box=(0.5, 0.2, 0.7, 0.22)),
    )
    chars = characters(Page(file=0, page=1, width=10, height=10, source="ocr", lines=lines))
    assert chars.text == "证书编号"
    assert chars.line.tolist() == [0, 0, 2, 2]
    assert chars.box.tolist() == [[100, 100, 150, 120], [200, 100, 300, 120], [500, 200, 600, 220], [600, 200, 700, 220]]


def test_of_a_long_page_head_and_foot_stay():
    chars = characters(page_of([f"{i:04}" * 5 for i in range(100)]), limit=400)
    assert len(chars) <= 400
    assert set(chars.line.tolist()) == {*range(15), *range(95, 100)}


def test_an_empty_page_gives_nothing():
    chars = characters(page_of([]))
    assert len(chars) == 0
    assert windows(chars.first, 100, 10) == []
    assert list(spans(np.zeros(0, np.int64), chars.first)) == []


def test_unknown_characters_share_a_number():
    vocabulary = Vocabulary({"[PAD]": 0, "[UNK]": 1, "证": 2})
    assert vocabulary.encode("证书号").tolist() == [2, 1, 1]


def test_a_value_never_goes_on_as_another_key():
    # B-holder, then I-certificate_no is a little more likely than I-holder.
    values = np.zeros((3, len(LABELS)), np.float32)
    values[0, 3], values[1, 2], values[1, 4], values[2, 4] = 9, 5, 4.5, 9
    found = best(values, np.array([1, 0, 0]))
    assert found.tolist() == [3, 4, 4]


@QUICK
@given(st.integers(0, 10**6))
def test_best_obeys_whatever_the_values(seed):
    chance = np.random.default_rng(seed)
    values = chance.normal(size=(30, len(LABELS))).astype(np.float32)
    first = (chance.random(30) < 0.2).astype(np.int64)
    first[0] = 1
    found = best(values, first)
    for a, b, start in zip(found, found[1:], first[1:], strict=False):
        if b > 0 and b % 2 == 0 and not start and a != OUTSIDE:
            assert (a - 1) // 2 == (b - 1) // 2


def test_tags_of_unknown_keys_and_beyond_a_line_are_ignored():
    chars = characters(page_of(["abc", "def"]))
    tags = [
        Tag(line=0, start=0, end=2, key="no_such"),
        Tag(line=0, start=1, end=5, key="holder"),
        Tag(line=7, start=0, end=1, key="holder"),
    ]
    assert not encode(tags, chars, LABELS).any()


def test_how_sure_a_span_is():
    chars = characters(page_of(["abcd"]))
    values = values_of(np.array([0, 3, 4, 0]))
    values[3, 4] = 19.0  # it might well go on
    found = best(values, chars.first)
    (least,) = least_probability(values, found, chars.first, list(spans(found, chars.first)))
    assert least == pytest.approx(1 / (1 + np.exp(-1)), abs=1e-3)


def test_the_scale_makes_confidences_probabilities():
    chance = np.random.default_rng(0)
    true = chance.uniform(0.5, 0.999, 20_000)
    right = chance.random(20_000) < true
    boasting = 1 / (1 + np.exp(-2.5 * np.log(true / (1 - true)) - 1))
    scale = fit_scale(boasting, right)
    assert calibration_error(scale(boasting), right) < 0.01 < calibration_error(boasting, right)
    assert fit_scale(boasting[:10], right[:10]) == Scale()
