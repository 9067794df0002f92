"""Observations survive writing, and what is no observation is refused with its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from records_build import claim, document, field, finding, page

from eval.records import FILE_NAME, ObservationsError, PackageRecord, Records, RunInfo, Spot, dump, load
from extractor.model import Line

ALL = [
    page(hidden=(Line(text="x", box=(0, 0, 1, 1), person="hidden"),)),
    document(),
    field(spot=Spot(file="a", page=1, box=(0, 0, 1, 1))),
    claim(),
    finding(),
    PackageRecord(package="p1", pages=3),
]


def test_every_kind_of_record_survives(tmp_path):
    records = Records(run=RunInfo(corpus="t", seed=3))
    records.extend(ALL)
    (tmp_path / FILE_NAME).write_text(dump(records), encoding="utf-8")
    assert load(tmp_path) == records
    assert load(tmp_path / FILE_NAME) == records
    assert list(records) == ALL


@given(text=st.text(), number=st.floats(allow_nan=False, allow_infinity=False))
def test_any_value_survives(tmp_path_factory, text, number):
    records = Records(fields=[field(expected=text, got=[text, number]), field(expected=None, got=number)])
    path = tmp_path_factory.mktemp("o") / FILE_NAME
    path.write_text(dump(records), encoding="utf-8")
    assert load(path) == records


@pytest.mark.parametrize("line", ["{}", "[]", '{"record": "page"}', "x"])
def test_a_line_that_is_no_record_is_named(tmp_path, line):
    (tmp_path / FILE_NAME).write_text(dump(Records()) + line + "\n", encoding="utf-8")
    with pytest.raises(ObservationsError, match="第 2 行"):
        load(tmp_path)


def test_a_folder_without_observations(tmp_path):
    with pytest.raises(ObservationsError, match="--out"):
        load(tmp_path)
