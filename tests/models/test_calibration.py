import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from models.calibration import (
    IDENTITY,
    Calibration,
    CalibrationError,
    Curve,
    group_of,
    load_calibration,
    probability_on,
    save_calibration,
)
from models.calibration.groups import ancestry
from models.calibration.measure import brier, ece, reliability

shares = st.floats(0, 1)


@st.composite
def knots(draw):
    raw = draw(st.lists(st.integers(0, 1000), min_size=2, max_size=12, unique=True))
    values = sorted(draw(st.lists(shares, min_size=len(raw), max_size=len(raw))))
    return tuple(zip((r / 1000 for r in sorted(raw)), values, strict=True))


@given(knots(), shares, shares)
def test_probabilities_are_monotone_and_stay_between_the_knots(curve, a, b):
    low, high = sorted((a, b))
    first, second = probability_on(curve, low), probability_on(curve, high)
    assert curve[0][1] <= first <= second <= curve[-1][1]


@given(knots())
def test_a_curve_goes_through_its_knots(curve):
    assert [probability_on(curve, raw) for raw, _ in curve] == pytest.approx([value for _, value in curve])


@given(st.floats(-1, 2))
def test_beyond_the_outermost_knots_a_curve_is_constant(raw):
    assert 0.2 <= probability_on(((0.3, 0.2), (0.6, 0.9)), raw) <= 0.9


@given(shares)
def test_without_curves_probabilities_are_the_same_numbers(raw):
    line = Calibration(version="line", curves={"all": Curve(knots=((0, 0), (1, 1)))})
    assert IDENTITY.probability(raw, "date") == raw
    assert line.probability(raw, "figure.checked") == raw


@pytest.mark.parametrize(
    "bad",
    [
        ((0.0, 0.5), (1.0, 0.4)),
        ((0.5, 0.1), (0.5, 0.2)),
        ((0.0, 0.0), (1.0, 1.1)),
        ((0.0, 0.0),),
        tuple((i / 20, i / 20) for i in range(13)),
    ],
)
def test_curves_that_fall_or_leave_the_range_are_refused(bad):
    with pytest.raises(ValidationError):
        Curve(knots=bad)


def test_a_group_without_a_curve_takes_the_more_general_one():
    def flat(value):
        return Curve(knots=((0.0, value), (1.0, value)))

    made = Calibration(version="t", curves={"all": flat(0.1), "figure": flat(0.2), "figure.checked": flat(0.3)})
    assert made.probability(0.9, "figure.checked") == 0.3
    assert made.probability(0.9, "figure.failed") == 0.2
    assert made.probability(0.9, "identifier.plain") == 0.1
    assert made.probability(0.9) == 0.1
    assert list(ancestry("all")) == ["all"]


@pytest.mark.parametrize(
    ("key", "kind", "rows", "gate", "group"),
    [
        ("revenue", "money", True, "ok", "figure.checked"),
        ("revenue", "money", True, "failed", "figure.failed"),
        ("revenue", "money", True, None, "figure"),
        ("registered_capital", "money", False, "unchecked", "money"),
        ("patent_no", "patent_no", False, None, "identifier.checked"),
        ("certificate_no", "text", False, None, "identifier.plain"),
        ("title", "text", False, None, "text"),
        ("opinion", "enum(unqualified,qualified)", False, None, "enum"),
        ("persons", "row(name,id_masked,from,to)", False, None, "rows"),
        ("headcount", "integer", False, None, "count"),
        ("anything", "a kind of tomorrow", False, None, "text"),
    ],
)
def test_groups_by_kind(key, kind, rows, gate, group):
    assert group_of(key, kind, rows=rows, gate=gate) == group


def test_the_calibration_that_comes_with_the_product_can_be_loaded():
    shipped = load_calibration()
    assert shipped.version
    assert 0.0 <= shipped.supported_at <= 1.0


def test_a_calibration_survives_saving(tmp_path):
    made = Calibration(version="v1", curves={"all": Curve(knots=((0, 0.1), (1, 0.9)), n=7, method="platt")}, supported_at=0.8)
    path = tmp_path / "deep" / "calibration.json"
    save_calibration(made, path)
    assert load_calibration(path) == made
    assert json.loads(path.read_text(encoding="utf-8"))["schema"] == "zuozheng.calibration/1"


@pytest.mark.parametrize(
    "text", ["", "{}", '{"version": "x", "supported_at": 2}', '{"version": "x", "curves": {"all": {"knots": []}}}']
)
def test_a_broken_calibration_file_is_named_with_a_remedy(tmp_path, text):
    path = tmp_path / "c.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CalibrationError, match="zuozheng eval calibrate"):
        load_calibration(path)


def test_a_missing_calibration_file_is_named(tmp_path):
    with pytest.raises(CalibrationError, match=r"gone\.json"):
        load_calibration(tmp_path / "gone.json")
    with pytest.raises(CalibrationError, match="写入"):
        save_calibration(IDENTITY, tmp_path)


# --- measures --------------------------------------------------------------


def test_ece_of_known_answers():
    # 0.95 said, 0.5 right; 0.55 said, 1 right.
    assert ece([0.95, 0.95, 0.55, 0.55], [True, False, True, True]) == pytest.approx(0.45)
    assert ece([], []) == 0.0
    assert ece([1.0, 0.0], [True, False]) == 0.0


def test_reliability_bins_hold_every_answer_once():
    found = reliability([0.0, 0.1, 0.1001, 1.0], [False, True, True, True])
    assert [(b.n, b.low) for b in found] == [(2, 0.0), (1, pytest.approx(0.1)), (1, pytest.approx(0.9))]
    assert found[0].right == 0.5


@given(st.lists(st.tuples(shares, st.booleans()), min_size=1), st.integers(1, 30))
def test_measures_lie_between_0_and_1(pairs, bins):
    raw, right = zip(*pairs, strict=True)
    assert 0.0 <= ece(raw, right, bins) <= 1.0
    assert 0.0 <= brier(raw, right) <= 1.0
    assert sum(b.n for b in reliability(raw, right, bins)) == len(pairs)


def test_unequal_lengths_are_refused():
    with pytest.raises(ValueError, match="as many"):
        ece([0.5], [])
    with pytest.raises(ValueError, match="bins"):
        reliability([0.5], [True], 0)
