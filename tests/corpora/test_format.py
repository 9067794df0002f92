import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora.catalogue import ATTACHMENTS
from corpora.format import (
    CorpusError,
    CorpusInfo,
    ExpectedFinding,
    Label,
    LabelledDocument,
    Place,
    TextLine,
    load,
    merged,
    save,
)

INFO = CorpusInfo(name="t", licence="CC0-1.0", origin="real")
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
FRACTION = st.floats(0, 1, allow_nan=False)
PLACE = st.builds(Place, page=st.integers(1, 9), box=st.tuples(*[FRACTION] * 4))
DOCUMENT = st.builds(
    LabelledDocument,
    type=TEXT,
    pages=st.none() | st.lists(st.integers(1, 9), max_size=3),
    fields=st.dictionaries(TEXT, st.none() | TEXT | st.integers() | st.lists(TEXT, max_size=2), max_size=3),
    boxes=st.dictionaries(TEXT, st.lists(PLACE, min_size=1, max_size=2), max_size=2),
    excluded=st.booleans(),
    layout=TEXT,
    held_out=st.booleans(),
)
LABEL = st.builds(
    Label,
    file=TEXT.map(lambda name: f"files/{name}"),
    enterprise=st.none() | TEXT,
    difficulty=st.none() | st.sampled_from(["clean", "scan", "photo", "hard"]),
    documents=st.none() | st.lists(DOCUMENT, max_size=2),
)


@given(labels=st.lists(LABEL, max_size=4))
def test_what_is_saved_is_loaded(labels, tmp_path_factory):
    root = tmp_path_factory.mktemp("c")
    save(root, INFO, labels)
    assert load(root).labels == labels
    assert load(root).info == INFO


def test_null_fields_stay_and_notes_are_kept(tmp_path):
    document = LabelledDocument(type="patent_certificate", fields={"legal_status": None, "title": "一\u2028种"})
    finding = ExpectedFinding(metric="revenue", period="2020", verdict="missing")
    save(
        tmp_path,
        INFO,
        [
            Label.model_validate({"file": "files/a.pdf", "documents": [document], "remark": "手写"}),
            Label(package="files/p", findings=[finding]),
        ],
    )
    written = (tmp_path / "labels.jsonl").read_text(encoding="utf-8")
    assert '"legal_status": null' in written
    assert "planted" not in written
    corpus = load(tmp_path)
    assert corpus.files[0].model_extra == {"remark": "手写"}
    assert corpus.files[0].documents == [document]
    assert [label.package for label in corpus.packages] == ["files/p"]


def test_labels_of_the_same_file_are_replaced_in_place():
    old = [Label(file="files/a", level=1), Label(package="files/p"), Label(file="files/b")]
    new = [Label(file="files/c"), Label(file="files/a", level=2)]
    assert merged(old, new) == [new[1], old[1], old[2], new[0]]


@pytest.mark.parametrize("line", ["{", '{"file": "a", "package": "b"}', "{}", '{"file": 5}'])
def test_a_bad_line_is_named(tmp_path, line):
    save(tmp_path, INFO, [Label(file="files/a")])
    with (tmp_path / "labels.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(line)
    with pytest.raises(CorpusError, match="第 2 行"):
        load(tmp_path)


def test_what_is_no_corpus(tmp_path):
    with pytest.raises(CorpusError):
        load(tmp_path)
    save(tmp_path, INFO, [])
    (tmp_path / "corpus.json").write_bytes(b"\xff")
    with pytest.raises(CorpusError):
        load(tmp_path)


def test_the_documentation_names_every_key_and_attachment_type():
    text = (Path(__file__).parents[2] / "docs" / "corpora.md").read_text(encoding="utf-8")
    models = (CorpusInfo, Label, LabelledDocument, Place, TextLine, ExpectedFinding)
    assert [key for model in models for key in model.model_fields if not re.search(rf"`{key}(\[\])?`", text)] == []
    assert [kind for kind in ATTACHMENTS if f"`{kind}`" not in text] == []
