"""A pale mark across the page hides no line."""

import numpy as np
import pytest

from extractor.reading.watermarks import pale_level, uncovered, without_pale


def level_quad(left, top, right, bottom):
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float32)


def test_pale_ink_is_taken_away_and_dark_ink_stays():
    image = np.full((10, 10, 3), 255, np.uint8)
    image[2] = 190
    image[5] = 20
    clean = without_pale(image)
    assert clean[2].min() == 255
    assert clean[5].max() == 0


@pytest.mark.parametrize(("mark", "least", "most"), [(215, 190, 210), (190, 165, 185), (120, 150, 150)])
def test_the_level_follows_the_ink_of_the_mark(mark, least, most):
    image = np.full((200, 200, 3), 255, np.uint8)
    image[40:80:4, 20:120] = mark
    assert least <= pale_level(image, [(0.1, 0.1, 0.7, 0.5)]) <= most


def test_a_page_without_ink_has_the_usual_level():
    assert pale_level(np.full((20, 20, 3), 255, np.uint8), [(0.0, 0.0, 1.0, 1.0)]) == 150
    assert pale_level(np.full((20, 20, 3), 255, np.uint8), []) == 150


def test_only_what_stands_between_known_lines_is_new():
    found = level_quad(100, 50, 900, 80)
    assert [q.tolist() for q in uncovered(found, [])] == [found.tolist()]
    above = level_quad(100, 10, 900, 55)
    known = [level_quad(95, 52, 300, 78), level_quad(600, 50, 905, 80), above]
    (piece,) = uncovered(found, known)
    assert piece[0].tolist() == pytest.approx([300, 50])
    assert piece[2].tolist() == pytest.approx([600, 80])
    assert uncovered(found, [level_quad(90, 50, 500, 80), level_quad(520, 50, 910, 80)]) == []
