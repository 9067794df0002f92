"""Geometry of turning pages, without an engine."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.reading.upright import estimate_skew, lies_sideways, move_quad, skew_matrix, turn, upside_down


def line_quad(x, y, w, h, degrees=0.0):
    a = np.deg2rad(degrees)
    along, down = np.array([np.cos(a), np.sin(a)]) * w, np.array([-np.sin(a), np.cos(a)]) * h
    p = np.array([x, y], float)
    return np.array([p, p + along, p + along + down, p + down], np.float32)


@given(st.floats(-12, 12).filter(lambda d: abs(d) > 0.5))
def test_skew_is_found_and_undone(degrees):
    quads = [line_quad(200, 100 + 60 * i, 700, 24, degrees) for i in range(12)]
    found = estimate_skew(quads)
    assert found == pytest.approx(-degrees, abs=0.05)
    matrix, _, _ = skew_matrix(1200, 1000, found)
    levelled = move_quad(quads[3], matrix)
    assert abs(levelled[0][1] - levelled[1][1]) < 1.0


def test_a_slanted_watermark_does_not_skew_the_page():
    quads = [line_quad(100, 100 + 60 * i, 700, 24) for i in range(12)] + [
        line_quad(100, 300 + 200 * i, 500, 40, 14) for i in range(3)
    ]
    assert estimate_skew(quads) == 0.0


def test_few_lines_say_nothing():
    assert estimate_skew([line_quad(0, 0, 300, 20, 5)]) == 0.0


def test_sideways_page():
    tall = [np.array([[x, 0], [x + 20, 0], [x + 20, 400], [x, 400]], np.float32) for x in range(0, 200, 40)]
    assert lies_sideways(tall)
    assert not lies_sideways([*tall[:1], *[line_quad(0, 40 * i, 500, 20) for i in range(4)]])


@pytest.mark.parametrize("tilt", [-8, -5, 5, 8])
def test_a_sideways_page_may_be_tilted_too(tilt):
    """The corners of a tall tilted box come in another order (a real miss on phone photos)."""
    upright = [line_quad(200, 100 + 60 * i, 1200, 38, 90 + tilt) for i in range(8)]
    assert lies_sideways([np.roll(q, 1, axis=0) for q in upright])
    assert lies_sideways(upright)


def test_four_quarter_turns_are_none():
    image = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
    assert (turn(turn(turn(turn(image, 90), 90), 90), 90) == image).all()
    assert turn(image, 90).shape == (3, 2, 3)


def test_recogniser_overrules_the_classifier():
    crops = [np.full((10, 60, 3), i, np.uint8) for i in range(5)]
    crops[0][0, 0] = 255
    upright = lambda images: [1.0 if im[0, 0, 0] == 255 else 0.0 for im in images]  # noqa: E731
    assert not upside_down(crops, lambda c: [0.9] * len(c), upright)
    assert upside_down(crops, lambda c: [0.9] * len(c), lambda images: [1.0 - s for s in upright(images)])
    assert not upside_down([], lambda c: [], upright)


def test_long_lines_are_judged_by_their_middle():
    seen = []

    def score(images):
        seen.extend(im.shape[1] for im in images)
        return [1.0] * len(images)

    upside_down([np.zeros((10, 900, 3), np.uint8)] * 3, lambda c: [0.9] * len(c), score)
    assert seen
    assert max(seen) <= 100
