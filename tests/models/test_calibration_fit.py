import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.calibration import Calibration, CalibrationError, probability_on
from models.calibration.curves import MAX_KNOTS
from models.calibration.fit import MIN_GROUP, fit, fit_curve
from models.calibration.measure import ece
from models.calibration.threshold import FLOOR, choose_threshold, risk_at, upper_bound

pytest.importorskip("sklearn")


def sample(n, truth, seed, raws=None):
    """Readings whose probability of being right is ``truth(raw)``."""
    rng = np.random.default_rng(seed)
    raw = rng.beta(6, 1.2, n) if raws is None else rng.choice(raws, n)
    return [(float(r), bool(rng.random() < truth(r))) for r in raw]


def cubed(raw):
    return raw**3


def stepped(raw):
    return 0.35 if raw < 0.8 else 0.97


def too_modest(raw):
    return 1 - (1 - raw) ** 2.5


@pytest.mark.parametrize("method", ["isotonic", "platt", "auto"])
@pytest.mark.parametrize("truth", [cubed, too_modest])
def test_miscalibrated_confidences_become_probabilities(truth, method):
    curve = fit_curve(sample(4000, truth, 1), method)
    fresh = sample(20_000, truth, 2)
    right = [good for _, good in fresh]
    before = ece([raw for raw, _ in fresh], right)
    after = ece([probability_on(curve.knots, raw) for raw, _ in fresh], right)
    assert before > 0.05
    assert after < 0.03


def test_auto_sees_that_a_step_is_no_sigmoid():
    pairs = sample(4000, stepped, 3)
    curve = fit_curve(pairs, "auto")
    fresh = sample(20_000, stepped, 4)
    assert curve.method == "isotonic"
    assert ece([probability_on(curve.knots, raw) for raw, _ in fresh], [good for _, good in fresh]) < 0.03


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 100).map(lambda i: i / 100), st.booleans()), min_size=1, max_size=200),
    st.sampled_from(["isotonic", "platt", "auto"]),
)
def test_any_readings_give_a_short_monotone_curve_without_certainty(pairs, method):
    curve = fit_curve(pairs, method)
    values = [value for _, value in curve.knots]
    assert len(curve.knots) <= MAX_KNOTS
    assert values == sorted(values)
    assert curve.knots[0][0] == 0.0
    assert curve.knots[-1][0] == 1.0
    # n right out of n are worth at most (n + 1) / (n + 2).
    assert max(values) <= (len(pairs) + 1) / (len(pairs) + 2) + 1e-6
    assert curve == fit_curve(pairs[::-1], method)


@pytest.mark.parametrize("method", ["isotonic", "platt", "auto"])
def test_fifty_right_answers_are_no_certainty(method):
    curve = fit_curve([(0.9 + i / 1000, True) for i in range(50)], method)
    best = probability_on(curve.knots, 1.0)
    assert 0.9 < best < 0.99


@pytest.mark.parametrize("method", ["isotonic", "platt"])
def test_confidences_that_all_are_equal_give_the_share_of_right_ones(method):
    curve = fit_curve([(1.0, i % 10 != 0) for i in range(300)], method)
    assert probability_on(curve.knots, 1.0) == pytest.approx(0.9, abs=0.01)


def test_confidences_that_mislead_give_the_share_of_right_ones():
    curve = fit_curve([(0.5, True)] * 80 + [(0.95, i % 2 == 0) for i in range(80)], "platt")
    assert probability_on(curve.knots, 0.5) == probability_on(curve.knots, 0.95) == pytest.approx(0.75, abs=0.02)


def test_small_groups_take_the_pooled_curve():
    pairs = {
        "date": sample(500, cubed, 5),
        "figure.checked": sample(MIN_GROUP - 1, cubed, 6),
        "figure.failed": sample(10, cubed, 7),
    }
    curves = fit(pairs)
    made = Calibration(version="t", curves=curves)
    assert set(curves) == {"all", "date", "figure"}
    assert curves["all"].n == 500 + MIN_GROUP + 9
    assert curves["figure"].n == MIN_GROUP + 9
    assert made.probability(0.8, "figure.checked") == made.probability(0.8, "figure.failed")


def test_too_few_readings_are_no_ground_for_a_fit():
    with pytest.raises(CalibrationError, match="更大的语料"):
        fit({"date": [(0.9, True)] * (MIN_GROUP - 1)})


# --- threshold -------------------------------------------------------------


def test_no_errors_still_leave_the_floor():
    choice = choose_threshold([(0.5 + i / 200, True) for i in range(100)])
    assert choice.threshold == FLOOR
    assert choice.rule == "share"
    assert (choice.risk.n, choice.risk.kept, choice.risk.wrong) == (100, 80, 0)
    assert choice.risk.coverage == 0.8
    # Rule of three: 80 findings prove no more than about 3.7 %.
    assert choice.risk.upper == pytest.approx(0.0368, abs=0.0005)


def test_the_threshold_lies_just_above_the_errors():
    findings = [(0.7, False), (0.75, True), (0.8, False), *[(0.9 + i / 10_000, True) for i in range(400)]]
    choice = choose_threshold(findings)
    assert choice.threshold == 0.9
    assert choice.risk.wrong == 0
    assert choice.risk.coverage == 400 / 403


def test_many_findings_can_prove_the_bound():
    findings = [(0.65, i > 3) for i in range(20)] + [(0.9, True)] * 2000
    choice = choose_threshold(findings)
    assert choice.rule == "bound"
    assert choice.threshold == 0.9
    assert choice.risk.upper <= 0.002
    # The share alone would have kept four wrong ones.
    assert 4 / 2020 <= 0.002


def test_certainty_about_the_bound_may_not_cost_the_coverage():
    findings = [(0.8, i > 1) for i in range(1000)] + [(0.9, True)] * 1600
    choice = choose_threshold(findings)
    assert (choice.rule, choice.threshold, choice.risk.coverage) == ("share", FLOOR, 1.0)


def test_errors_at_the_top_mean_that_no_threshold_helps():
    choice = choose_threshold([(1.0, False)] + [(0.9, True)] * 50)
    assert (choice.rule, choice.threshold) == ("none", 1.0)
    assert choice.risk.risk == 1.0


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 20).map(lambda i: i / 20), st.booleans()), min_size=1, max_size=60),
    st.sampled_from([0.002, 0.05, 0.3]),
)
def test_no_smaller_threshold_would_do(findings, target):
    choice = choose_threshold(findings, target)
    assert choice.threshold >= FLOOR
    assert choice.risk == risk_at(findings, choice.threshold)
    if choice.rule == "share":
        assert choice.risk.risk <= target
        smaller = {FLOOR, *(c for c, _ in findings if c > FLOOR)}
        assert all(risk_at(findings, t).risk > target for t in smaller if t < choice.threshold)
    if choice.rule == "bound":
        assert choice.risk.upper <= target


def test_without_findings_there_is_no_threshold():
    with pytest.raises(CalibrationError, match="package"):
        choose_threshold([])
    with pytest.raises(ValueError, match="target_risk"):
        choose_threshold([(0.9, True)], 0.0)


def test_the_bound_is_the_rule_of_three():
    assert upper_bound(1497, 0) <= 0.002 < upper_bound(1496, 0)
    assert upper_bound(0, 0) == upper_bound(5, 5) == 1.0
