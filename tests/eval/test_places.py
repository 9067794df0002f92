"""True places reach the frame of the page as read, and a hit is what the rule says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora.format import Place
from eval.places import flat_size, iou, is_hit, on_page, score
from extractor.model import Evidence, Page
from extractor.reading.straighten import as_read
from extractor.reading.upright import skew_matrix

WARP = (0.02, -0.015, 0.01, 0.0, 0.005, -0.01, 0.0, 0.002, 0.02, -0.01, 0.005, 0.0)


def page(rotation=0, skew=0.0, stored=(800, 1000), warp=()):
    """The page of a stored picture (width, height), as reading would describe it."""
    width, height = stored if rotation % 180 == 0 else stored[::-1]
    _, h, w = skew_matrix(height, width, skew)
    return Page(file=0, page=1, width=w, height=h, source="ocr", rotation=rotation, skew=skew, warp=warp)


def stored_picture(quad, size=(800, 1000)):
    """A white picture with a black patch inside the four corners."""
    import cv2

    image = np.full((size[1], size[0], 3), 255, np.uint8)
    cv2.fillConvexPoly(image, np.round(np.asarray(quad) * size).astype(np.int32), (0, 0, 0))
    return image


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("skew", [0.0, 4.0, -3.0])
@pytest.mark.parametrize("warp", [(), WARP])
def test_corners_land_where_the_patch_is_on_the_upright_picture(rotation, skew, warp):
    quad = ((0.2, 0.3), (0.5, 0.3), (0.5, 0.35), (0.2, 0.35))
    upright = as_read(stored_picture(quad), rotation, skew, warp)
    ys, xs = np.nonzero(upright[:, :, 0] < 128)
    h, w = upright.shape[:2]
    seen = (xs.min() / w, ys.min() / h, (xs.max() + 1) / w, (ys.max() + 1) / h)
    place = Place(page=1, box=(0, 0, 1, 1), quad=quad)
    assert on_page(place, page(rotation, skew, warp=warp)) == pytest.approx(seen, abs=0.004)


def test_a_box_of_a_leaning_line_is_levelled():
    # A line of 400 by 20 pixels, leaning 4 degrees down to the right on a page of 800 by 1000, centred.
    lean = np.radians(4)
    w, h = 400 * np.cos(lean) + 20 * np.sin(lean), 400 * np.sin(lean) + 20 * np.cos(lean)
    box = (0.5 - w / 1600, 0.5 - h / 2000, 0.5 + w / 1600, 0.5 + h / 2000)
    leaning = page(skew=-4.0)
    left, top, right, bottom = on_page(Place(page=1, box=box), leaning)
    assert (right - left) * leaning.width == pytest.approx(400, abs=3)
    assert (bottom - top) * leaning.height == pytest.approx(20, abs=3)


def test_a_box_of_a_line_on_a_tilted_page_is_straightened():
    # A line 16 pixels high that rises by 20 from end to end, on a page of 800 by 1000.
    slope = (0.02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    left, top, right, bottom = on_page(Place(page=1, box=(0.1, 0.2, 0.6, 0.236)), page(warp=slope))
    assert (bottom - top) * 1000 == pytest.approx(16, abs=2)
    assert right - left == pytest.approx(0.5, abs=0.01)


@given(st.integers(200, 3000), st.integers(200, 3000), st.floats(-14, 14))
def test_the_size_before_deskewing_is_found_again(width, height, skew):
    _, h, w = skew_matrix(height, width, skew)
    back = flat_size(Page(file=0, page=1, width=w, height=h, source="ocr", skew=skew))
    assert back == pytest.approx((width, height), abs=3)


BOX = (0.2, 0.2, 0.4, 0.24)


@pytest.mark.parametrize(
    ("found", "hit"),
    [
        (BOX, True),
        ((0.21, 0.2, 0.42, 0.24), True),
        ((0.05, 0.195, 0.42, 0.245), True),  # the whole printed line, label included
        ((0.0, 0.1, 1.0, 0.3), False),  # a third of the page shows nothing in particular
        ((0.2, 0.26, 0.4, 0.3), False),  # the next line
        ((0.2, 0.2, 0.25, 0.24), False),  # a scrap of it
    ],
)
def test_a_hit(found, hit):
    assert is_hit(BOX, found) is hit


boxes = st.tuples(st.floats(0, 0.5), st.floats(0, 0.5), st.floats(0.51, 1), st.floats(0.51, 1))


@given(boxes, boxes)
def test_overlap_is_a_symmetric_share(a, b):
    assert 0.0 <= iou(a, b) <= 1.0
    assert iou(a, b) == pytest.approx(iou(b, a))
    assert iou(a, a) == pytest.approx(1.0)


def evidence(*boxes, page=1):
    return [Evidence(file=0, page=page, box=b, text="") for b in boxes]


def test_a_value_on_two_lines_is_one_place():
    pages = {(0, 1): page()}
    places = [Place(page=1, box=(0.2, 0.2, 0.6, 0.22)), Place(page=1, box=(0.2, 0.23, 0.5, 0.25))]
    both = score(places, evidence((0.2, 0.2, 0.6, 0.25)), pages, 0)
    apart = score(places, evidence((0.2, 0.2, 0.6, 0.22), (0.2, 0.23, 0.5, 0.25)), pages, 0)
    assert both.hit
    assert both.best_iou == pytest.approx(1.0)
    assert apart.hit
    assert apart.best_iou == pytest.approx(1.0)


def test_evidence_elsewhere_misses_and_unlabelled_places_are_not_judged():
    pages = {(0, 1): page(), (0, 2): page()}
    missed = score([Place(page=1, box=BOX)], evidence(BOX, page=2), pages, 0)
    assert (missed.hit, missed.best_iou) == (False, 0.0)
    assert score([Place(page=1, box=BOX)], [], pages, 0).hit is False
    assert score([], evidence(BOX), pages, 0) is None
    assert score([Place(page=7, box=BOX)], evidence(BOX), pages, 0) is None
