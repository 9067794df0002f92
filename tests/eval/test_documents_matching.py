"""Which read document is which labelled one, and what counts as evidence."""

import pytest

from corpora.format import LabelledDocument
from eval.documents import is_evidence, match, paper_class
from extractor.model import Document, Field, PageRef


def read(kind, pages, ident="d1", excluded=None, **fields):
    return Document(
        id=ident, type=kind, confidence=0.9, pages=tuple(PageRef(file=0, page=p) for p in pages), excluded=excluded,
        fields={k: Field(value=v, raw="", confidence=0.9) for k, v in fields.items()},
    )  # fmt: skip


def label(kind, pages=None, **fields):
    return LabelledDocument(type=kind, pages=pages, fields=fields)


@pytest.mark.parametrize(
    ("kind", "excluded", "expected"),
    [
        ("patent_certificate", None, "patent_certificate"),
        ("patent_certificate", "样本", "not_evidence"),
        ("patent_certificate", True, "not_evidence"),
        ("award_certificate", None, "not_evidence"),
        ("other", None, "not_evidence"),
    ],
)
def test_all_that_proves_nothing_is_one_class(kind, excluded, expected):
    assert paper_class(kind, excluded) == expected


def test_each_label_takes_the_document_on_its_own_pages():
    found, left = match(
        [label("patent_certificate", [1]), label("patent_certificate", [2])],
        [read("patent_certificate", [2], "b"), read("patent_certificate", [1], "a"), read("iso_certificate", [3], "c")],
    )
    assert [d.id for d in found] == ["a", "b"]
    assert [d.id for d in left] == ["c"]


def test_a_document_on_other_pages_is_not_taken():
    found, left = match([label("patent_certificate", [1])], [read("patent_certificate", [2])])
    assert found == [None]
    assert len(left) == 1


def test_without_pages_the_fields_decide():
    labels = [label("patent_certificate", patent_no="ZL1"), label("patent_certificate", patent_no="ZL2")]
    documents = [read("patent_certificate", [1], "b", patent_no="ZL2"), read("patent_certificate", [2], "a", patent_no="ZL1")]
    assert [d.id for d in match(labels, documents)[0]] == ["a", "b"]


def test_an_attachment_may_be_called_otherwise_but_not_evidence():
    contract = label("contract", [1])
    assert match([contract], [read("other", [1])])[0][0] is not None
    assert match([contract], [read("iso_certificate", [1], excluded="样本")])[0][0] is not None
    assert match([contract], [read("iso_certificate", [1])])[0] == [None]
    assert is_evidence(read("iso_certificate", [1]))
