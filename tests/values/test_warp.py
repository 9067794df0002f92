"""A warp moves points and can be undone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.values.warp import COLUMNS, ROWS, STEEPEST, steepness, unwarped, warped

small = st.floats(-0.04, 0.04)
warps = st.tuples(*[small] * ROWS, *[small] * COLUMNS).filter(lambda w: steepness(w) <= STEEPEST)
points = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=20)


@given(warps, points)
def test_a_warp_can_be_undone(warp, given_points):
    page = np.array(given_points)
    assert unwarped(warped(page, warp), warp) == pytest.approx(page, abs=1e-6)


@given(warps, points)
def test_nothing_falls_off_the_picture(warp, given_points):
    there = warped(np.array(given_points), warp)
    assert there.min() >= -1e-3
    assert there.max() <= 1 + 1e-3


def test_no_warp_moves_nothing():
    page = np.array([(0.1, 0.2), (0.9, 1.0)])
    assert np.array_equal(warped(page, ()), page)
    assert np.array_equal(unwarped(page, ()), page)


def test_a_warp_of_another_length_is_refused():
    with pytest.raises(ValueError, match="coefficients"):
        warped(np.array([(0.5, 0.5)]), (0.1, 0.2))
