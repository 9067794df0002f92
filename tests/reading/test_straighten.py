"""Rows and columns of photographed, curled and folded pages are set straight; straight pages stay as they are."""

import math

import cv2
import numpy as np
import pytest

from extractor.reading.straighten import as_read, find_warp, straighten, straighten_quad
from extractor.values.warp import warped

W, H = 1600, 2260
TEXT = 24
STARTS = (170, 620, 800, 1180)
WIDTHS = (220, 30, 170, 170)


def perspective(shifts):
    """A camera's view: the corners move by ``shifts`` (fractions of the page)."""
    corners = np.array([(0, 0), (W, 0), (W, H), (0, H)], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, (corners + np.array(shifts) * (W, H)).astype(np.float32))
    return lambda points: cv2.perspectiveTransform(np.asarray(points, np.float64).reshape(-1, 1, 2), matrix).reshape(-1, 2)


def curl(height, waves, phase=0.2):
    return lambda p: p + np.stack([0 * p[:, 0], height * H * np.sin(math.pi * (waves * p[:, 0] / W + phase))], axis=1)


def fold(slope):
    """The right half leans away from the crease down the middle."""
    return lambda p: p + np.stack([0 * p[:, 0], slope * np.maximum(p[:, 0] - W / 2, 0)], axis=1)


def quads_of(way, rng=None, rows=40, pitch=44):
    """Quads of a statement's cells as a detector gives them (smallest rectangles), and their rows and columns."""
    quads, cells = [], []
    lengths = np.random.default_rng(11).integers(3, 11, rows)
    for row in range(rows):
        for column, (left, width) in enumerate(zip(STARTS, WIDTHS, strict=True)):
            if column > 1 and row % 7 == 3:
                continue  # a heading without figures
            wide = TEXT * lengths[row] if column == 0 else width
            xs = np.linspace(left, left + wide, 9)
            top = 200 + row * pitch
            edge = np.concatenate([np.stack([xs, np.full(9, top)], 1), np.stack([xs, np.full(9, top + TEXT)], 1)])
            seen = way(edge)
            if rng is not None:
                seen = seen + rng.normal(0, 0.7, seen.shape)
            box = cv2.boxPoints(cv2.minAreaRect(seen.astype(np.float32)))
            box = box[np.argsort(box[:, 0])]
            (a, d), (b, c) = sorted(box[:2], key=lambda p: p[1]), sorted(box[2:], key=lambda p: p[1])
            quads.append(np.array([a, b, c, d], np.float32))
            cells.append((row, column))
    return quads, cells


def row_spread(quads, cells):
    """How far the middles of the worst row lie apart, in heights of a line."""
    rows = {}
    for quad, (row, _) in zip(quads, cells, strict=True):
        rows.setdefault(row, []).append(quad[:, 1].mean())
    return max(np.ptp(v) for v in rows.values()) / TEXT


def column_spread(quads, cells):
    """How far the right edges of the last column lie apart, in heights of a line."""
    edges = [(q[1, 0] + q[2, 0]) / 2 for q, (_, column) in zip(quads, cells, strict=True) if column == 3]
    return np.ptp(edges) / TEXT


BENT = {
    "tilted": perspective([(0, 0.03), (-0.03, -0.02), (0.02, 0.03), (0.01, -0.02)]),
    "steep": perspective([(0.05, 0.05), (-0.03, -0.03), (0.01, 0.02), (-0.05, -0.04)]),
    "curl": curl(0.007, 1.2),
    "waves": curl(0.005, 1.6, 0.7),
    "fold": fold(0.025),
    "all": lambda p: perspective([(0, 0.03), (0.02, -0.02), (-0.02, 0.02), (0.01, -0.01)])(curl(0.005, 1.0)(p)),
}


@pytest.mark.parametrize("how", BENT)
@pytest.mark.parametrize("seed", [0, 1])
def test_rows_and_columns_of_bent_pages_are_straight_again(how, seed):
    quads, cells = quads_of(BENT[how], np.random.default_rng(seed))
    warp = find_warp(quads, H, W)
    straight = [straighten_quad(q, warp, H, W) for q in quads]
    assert row_spread(quads, cells) > 0.4
    assert row_spread(straight, cells) < 0.2
    assert column_spread(straight, cells) < 1.0


@pytest.mark.parametrize("seed", range(6))
def test_perspectives_of_any_kind_are_straightened(seed):
    rng = np.random.default_rng(seed)
    quads, cells = quads_of(perspective(rng.uniform(-0.04, 0.04, (4, 2))), rng)
    warp = find_warp(quads, H, W)
    straight = [straighten_quad(q, warp, H, W) for q in quads]
    assert row_spread(straight, cells) < max(0.3, 0.25 * row_spread(quads, cells))


@pytest.mark.parametrize("seed", range(5))
def test_a_level_page_is_left_alone(seed):
    quads, _ = quads_of(lambda p: p, np.random.default_rng(seed))
    assert find_warp(quads, H, W) == ()


def test_a_leaning_watermark_and_a_seal_change_nothing():
    rng = np.random.default_rng(3)
    quads, cells = quads_of(BENT["tilted"], rng)
    plain = find_warp(quads, H, W)
    strange = []
    for degrees, x, y in [(12, 500, 700), (13, 800, 1200), (-14, 300, 1500), (25, 800, 900), (12, 600, 300)]:
        across = np.array([math.cos(math.radians(degrees)), math.sin(math.radians(degrees))])
        down = np.array([-across[1], across[0]]) * 40
        start = np.array([x, y])
        strange.append(np.array([start, start + 400 * across, start + 400 * across + down, start + down], np.float32))
    warp = find_warp([*quads, *strange], H, W)
    straight = [straighten_quad(q, warp, H, W) for q in quads]
    assert plain
    assert row_spread(straight, cells) < 0.2


def test_few_lines_say_nothing():
    quads, _ = quads_of(BENT["steep"], rows=1)
    assert find_warp(quads, H, W) == ()


def test_lines_without_any_order_say_nothing():
    rng = np.random.default_rng(0)
    quads = []
    for _ in range(40):
        start, a = rng.uniform((100, 100), (1200, 2000)), math.radians(rng.uniform(-14, 14))
        across, down = 300 * np.array([math.cos(a), math.sin(a)]), TEXT * np.array([-math.sin(a), math.cos(a)])
        quads.append(np.array([start, start + across, start + across + down, start + down], np.float32))
    assert find_warp(quads, H, W) == ()


@pytest.mark.parametrize("how", ["steep", "all"])
def test_the_picture_shows_things_where_their_boxes_are(how):
    quads, _ = quads_of(BENT[how])
    warp = find_warp(quads, H, W)
    dots = np.array([(x, y) for x in (200, 800, 1400) for y in (300, 1100, 2000)], np.float64)
    image = np.full((H, W, 3), 255, np.uint8)
    for x, y in dots:
        cv2.circle(image, (int(x), int(y)), 9, (0, 0, 0), -1)
    picture = straighten(image, warp)
    assert picture.shape == image.shape
    _, _, _, centres = cv2.connectedComponentsWithStats((picture[..., 0] < 128).astype(np.uint8))
    there = warped((dots + 0.5) / (W, H), warp) * (W, H) - 0.5
    for x, y in there:
        assert np.min(np.hypot(*(centres[1:] - (x, y)).T)) < 1.5


def test_without_a_warp_the_picture_is_only_turned():
    image = np.random.default_rng(0).integers(0, 255, (60, 40, 3)).astype(np.uint8)
    assert np.array_equal(as_read(image, 90, 0.0), np.rot90(image, -1))
