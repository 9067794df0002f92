"""What persons confirmed or corrected becomes labels that corpora read; the rest is not labelled."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from review_build import REVENUE, at, declaration, figure, package_pages, result, revision

from corpora.format import Label
from extractor.documents.kinds import catalogue
from extractor.review.errors import RevisionError
from extractor.review.fields import editable_fields, known_types, value_of
from extractor.review.labels import Confirmed, labels_of
from extractor.review.revisions import Place, revisions_of

DECLARED = declaration(("revenue", "2022", round(REVENUE / 1e4, 2), "万元"))


def labels(*made, **more):
    found = result(package_pages(), DECLARED, *made)
    lines = labels_of(found, revisions_of(made), **more)
    for line in lines:
        Label.model_validate_json(json.dumps(line, ensure_ascii=False))
    return lines


def test_what_nobody_looked_at_is_not_labelled():
    assert [set(line) for line in labels()] == [{"package", "enterprise"}]


def test_corrected_and_confirmed_fields_are_labelled_and_no_others():
    confirmed = Confirmed(place=Place(**at(2)), fields=(("patent_no", None), ("revenue", "1999")))
    _, line = labels(figure("revenue", 5.0), figure("opinion", None, period=None, number=2), confirmed=[confirmed])
    assert line["file"] == "files/材料.pdf"
    assert line["partial"]
    patent, report = line["documents"]
    assert (patent["type"], patent["pages"], set(patent["fields"])) == ("patent_certificate", [2], {"patent_no", "revenue"})
    assert report["fields"] == {"revenue": {"2022": 5.0}, "opinion": None}
    assert report["pages"] == [3, 4, 5]


def test_types_and_exclusions_are_labels_too():
    _, line = labels(revision("document_type", 3, 1, document_type="other"), revision("exclusion", 6, 2, reason="样本"))
    assert [(d["type"], d.get("excluded", False)) for d in line["documents"]] == [
        ("other", False),
        ("high_tech_certificate", True),
    ]


def test_accepted_findings_are_labelled():
    package, *_ = labels(findings={("revenue", "2022")})
    assert package["findings"] == [{"metric": "revenue", "period": "2022", "verdict": "supported"}]


def test_the_forms_know_every_type_and_field():
    for kind in known_types():
        for field in editable_fields(kind):
            assert field.label
            assert (field.kind == "enum") == bool(field.options)
            assert all(word != value for value, word in field.options)
    assert {f.key for f in editable_fields("financial_statements")} >= {"revenue", "entity"}
    assert set(known_types()) >= set(catalogue())
    assert known_types()[-1] == "other"


@given(
    st.sampled_from([(t, f) for t in known_types() for f in editable_fields(t)]),
    st.text(max_size=30) | st.integers() | st.floats(),
)
def test_whatever_is_typed_is_a_value_or_refused_in_plain_words(which, typed):
    _, field = which
    try:
        value = value_of(field, typed)
    except RevisionError as error:
        said = error.message
        value = None
    assert value_of(field, value) == value if value is not None else field.label in said


@pytest.mark.parametrize("document_type", ["contract", "no_such_type"])
def test_attachments_have_no_fields(document_type):
    assert editable_fields(document_type) == ()
