import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.claims import doubts
from extractor.documents.calibrated import calibrate, field_group
from extractor.documents.kinds import catalogue, kind_of
from extractor.model import Document
from models.calibration import IDENTITY, Calibration, Curve
from tests.claims.claims_build import OTHER, count, field, figure, insured, iso, patent, report, verify

HALF = Calibration(
    version="half",
    curves={
        "all": Curve(knots=((0.0, 0.0), (1.0, 0.5))),
        "figure.checked": Curve(knots=((0.0, 0.9), (1.0, 0.99))),
    },
)


def package():
    return [
        report({"revenue": {"2020": 81_813_200.0, "2019": 70_000_000.0}}, parent={"revenue": {"2020": 5.0}}),
        patent(id="p1"),
        patent(id="p2", owners=(OTHER,)),
        iso(),
        insured(52, 52),
    ]


FIGURES = (
    figure("revenue", 8181.32),
    figure("revenue", 7000.0, period="2019"),
    figure("net_profit", 1.0),
    figure("revenue_growth", 16.88, "%"),
    count("invention_patents", 1),
    count("management_system_certs", 2),
    figure("employees", 52, "人", "now"),
)


def test_the_identity_gives_the_same_documents():
    before = package()
    assert list(calibrate(before, IDENTITY)) == before
    line = Calibration(version="line", curves={"all": Curve(knots=((0.0, 0.0), (1.0, 1.0)))})
    assert list(calibrate(before, line)) == before


def test_confidences_become_probabilities_and_nothing_else_changes():
    before = package()
    after = calibrate(before, HALF)
    for old, new in zip(before, after, strict=True):
        assert new.confidence == old.confidence
        for key, read in old.fields.items():
            made = new.fields[key]
            assert doubts.reading(made) == read.confidence
            assert made.model_dump(exclude={"confidence", "periods"}) == read.model_dump(exclude={"confidence", "periods"})
    owner = after[1].fields["patentees"]
    assert owner.confidence == pytest.approx(0.49)


def test_each_period_of_a_row_goes_by_its_own_gate():
    row = field({"2020": 2.0, "2019": 1.0}, gate="ok", confidence=0.8, periods={
        "2020": field(2.0, gate="ok", confidence=0.8),
        "2019": field(1.0, gate="unchecked", confidence=0.9),
    })  # fmt: skip
    made = calibrate([report({}, extra={"revenue": row})], HALF)[0].fields["revenue"]
    assert made.periods is not None
    assert made.periods["2020"].confidence == pytest.approx(0.972)
    assert made.periods["2019"].confidence == pytest.approx(0.45)
    # The row is as sure as its least sure period.
    assert made.confidence == made.periods["2019"].confidence


def test_the_parent_companys_rows_are_calibrated_too():
    made = calibrate(package(), HALF)[0].secondary["revenue"]
    assert made.confidence == pytest.approx(0.9882)


def test_twice_is_the_same_as_once():
    once = calibrate(package(), HALF)
    assert calibrate(once, HALF) == once


def test_the_reading_is_no_part_of_the_result():
    made = calibrate(package(), HALF)[0]
    text = made.model_dump_json()
    assert '"reading"' not in text
    assert Document.model_validate_json(text).fields["entity"].confidence == made.fields["entity"].confidence
    assert set(json.loads(text)["fields"]["entity"]) == set(json.loads(package()[0].model_dump_json())["fields"]["entity"])


@settings(max_examples=30, deadline=None)
@given(
    st.sampled_from(["figure", "figure.checked", "company", "identifier", "date", "count", "enum"]),
    st.lists(st.floats(0, 1), min_size=2, max_size=5).map(sorted),
    st.sampled_from([0.3, 0.62, 0.7, 0.84, 0.86, 0.97]),
)
def test_a_curve_alone_changes_no_verdict(group, values, confidence):
    raw = [d.model_copy(update={"fields": {k: _read(f, confidence) for k, f in d.fields.items()}}) for d in package()]
    curve = Curve(knots=tuple((i / (len(values) - 1), v) for i, v in enumerate(values)))
    after = calibrate(raw, Calibration(version="t", curves={group: curve}))
    assert [f.verdict for f in verify(after, *FIGURES)] == [f.verdict for f in verify(raw, *FIGURES)]


def _read(one, confidence):
    periods = {p: _read(f, confidence) for p, f in one.periods.items()} if one.periods else None
    return one.model_copy(update={"confidence": confidence, "periods": periods})


def test_a_calibrated_field_remembers_its_reading():
    made = calibrate([patent()], HALF)[0].fields["grant_date"]
    assert made.reading == patent().fields["grant_date"].confidence
    assert doubts.text_doubts(made, "日期") == []
    assert doubts.text_doubts(made.model_copy(update={"reading": 0.6}), "日期") != []


def test_every_field_of_the_catalogue_has_a_group_of_its_kind():
    groups = {field_group(kind, key) for kind, fields in catalogue().items() for key in fields or {}}
    assert {"figure", "money", "date", "period", "company", "person", "count", "enum", "text", "rows"} <= groups
    assert {"identifier.plain", "identifier.checked"} <= groups
    assert kind_of("financial_statements", "revenue").rows
    assert field_group("no such paper", "no such field") == "text"
