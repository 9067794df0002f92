"""Intervals hold the value, widen with few enterprises, and pair runs by enterprise."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.bootstrap import difference, estimate, ratio, tally, wilson


def rate(rights, units):
    return tally(units, [(float(r), 1.0) for r in rights], ratio, rate=True)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 9)), min_size=1, max_size=80))
def test_the_interval_holds_the_value_and_stays_a_share(pairs):
    found = estimate(rate([r for r, _ in pairs], [f"e{u}" for _, u in pairs]))
    assert found.n == len(pairs)
    assert 0.0 <= found.low <= found.value <= found.high <= 1.0


def test_records_of_one_enterprise_are_not_independent():
    rights = [True] * 100 + [False] * 100
    alone = estimate(rate(rights, [f"e{i}" for i in range(200)]))
    together = estimate(rate(rights, [f"e{i // 20}" for i in range(200)]))
    assert together.high - together.low > 2 * (alone.high - alone.low)


def test_the_width_is_that_of_the_binomial():
    rng = np.random.default_rng(1)
    rights = rng.random(400) < 0.8
    found = estimate(rate(rights, [f"e{i}" for i in range(400)]))
    low, high = wilson(int(rights.sum()), 400)
    assert found.low == pytest.approx(low, abs=0.01)
    assert found.high == pytest.approx(high, abs=0.01)


def test_no_error_seen_does_not_mean_none_is_possible():
    found = estimate(rate([False] * 100, [f"e{i}" for i in range(100)]))
    assert (found.value, found.low, found.interval) == (0.0, 0.0, "wilson")
    assert 0.03 < found.high < 0.04


def test_one_enterprise_gives_no_bootstrap_interval():
    found = estimate(tally(["e"] * 4, [(1.0, 2.0)] * 4, ratio))
    assert (found.value, found.low, found.high, found.interval) == (0.5, None, None, "none")


def test_the_same_seed_gives_the_same_interval():
    counted = rate([True, False, True, True, False] * 4, [f"e{i}" for i in range(20)])
    assert estimate(counted) == estimate(counted)


def test_pairing_sees_what_separate_intervals_cannot():
    rng = np.random.default_rng(2)
    hard = rng.random((60, 1)) * 0.8
    a = rng.random((60, 40)) > hard
    b = a | (rng.random((60, 40)) < 0.05)
    units = [f"e{i}" for i in range(60) for _ in range(40)]
    before, after = rate(a.ravel(), units), rate(b.ravel(), units)
    found, shared = difference(before, after)
    assert shared == 60
    assert found.low > 0
    assert estimate(before).high > estimate(after).low


def test_only_enterprises_of_both_runs_are_compared():
    found, shared = difference(rate([True, False], ["a", "b"]), rate([True, True, False], ["b", "c", "c"]))
    assert shared == 1
    assert found.value == 1.0
    assert difference(rate([True], ["a"]), rate([True], ["b"])) == (estimate(tally([], np.zeros((0, 2)), ratio)), 0)
