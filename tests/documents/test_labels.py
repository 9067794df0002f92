"""Labels are found as a search through all of them would find them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from extractor.documents.labels import LabelIndex, label_index
from extractor.documents.rows import fold

LABELS = {
    "number": ("证书编号", "编号", "certificateno"),
    "holder": ("企业名称", "单位名称", "名称"),
    "until": ("有效期截止日期", "有效期至", "有效期"),
    "issued": ("发证日期", "发证时间"),
}
INDEX = LabelIndex(LABELS)
ALL = [(fold(text), key) for key, texts in LABELS.items() for text in texts]
TEXTS = st.lists(
    st.one_of(st.sampled_from([text for text, _ in ALL]), st.text("证书编号企业单位名称有效期至certi：0 ", max_size=5)),
    max_size=4,
)


@given(TEXTS, st.integers(0, 30))
def test_the_longest_label_at_a_place(parts: list[str], pos: int) -> None:
    text = "".join(parts)
    fitting = [(key, len(label)) for label, key in ALL if text[pos:].startswith(label)]
    assert INDEX.at(text, pos) == max(fitting, key=lambda hit: hit[1], default=None)


@given(TEXTS, st.integers(0, 30))
def test_a_label_with_a_slip_is_near_what_is_printed(parts: list[str], pos: int) -> None:
    text = "".join(parts)
    hit = INDEX.nearly_at(text, pos)
    if hit is not None:
        printed = text[pos : pos + hit[1]]
        assert min(Levenshtein.distance(printed, label) for label, key in ALL if key == hit[0]) <= 2


@given(st.sampled_from([text for text, _ in ALL if len(text) >= 4]), st.data())
def test_one_wrong_character_inside_is_forgiven(label: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(1, len(label) - 2))
    text = label[:place] + "□" + label[place + 1 :]
    hit = INDEX.nearly_at(text, 0)
    assert hit is not None
    assert hit[0] == dict(ALL)[label]


def test_one_index_for_one_set_of_labels() -> None:
    assert label_index(LABELS) is label_index(dict(LABELS))
