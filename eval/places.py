"""True places against the product's evidence boxes, in the frame of the page as the product levelled it.

Labels give corners in fractions of the page as stored in the file, or a box after the quarter turn only;
the product's boxes are fractions of the page after quarter turn, deskewing and straightening.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpora.format import Place
from eval.text_errors import levelled
from extractor.model import Box, Evidence, Page, union
from extractor.reading.upright import skew_matrix
from extractor.values.warp import warped

GOOD_IOU = 0.5
COVERED = 0.8
LARGEST = 3.0
MOST_JOINED = 4
"""Lines of one value that are tried as one place."""


@dataclass(frozen=True, slots=True)
class BoxScore:
    """The best IoU of any evidence box with any true place, whether the evidence is a hit, and the best true box."""

    best_iou: float
    hit: bool
    page: int
    truth: Box


def flat_size(page: Page) -> tuple[float, float]:
    """(width, height) of the page before it was deskewed, in the units of ``page.width``."""
    if not page.skew:
        return float(page.width), float(page.height)
    angle = math.radians(abs(page.skew))
    cos, sin = math.cos(angle), math.sin(angle)
    # Deskewing made the canvas (w cos + h sin, h cos + w sin); skew stays far below 45 degrees.
    determinant = cos * cos - sin * sin
    width = (page.width * cos - page.height * sin) / determinant
    height = (page.height * cos - page.width * sin) / determinant
    return width, height


def on_page(place: Place, page: Page) -> Box:
    """The true place in fractions of the page as the product levelled it."""
    if place.quad is None:
        return level_box(place.box, page)
    points = np.asarray(place.quad, np.float64)
    x, y = points[:, 0], points[:, 1]
    match page.rotation % 360:
        case 90:
            points = np.stack([1 - y, x], axis=1)
        case 180:
            points = np.stack([1 - x, 1 - y], axis=1)
        case 270:
            points = np.stack([y, 1 - x], axis=1)
    return _around(warped(_deskewed(points, page), page.warp))


def level_box(box: Box, page: Page) -> Box:
    """A box around a straight line of the page before deskewing as its box on the levelled page."""
    return _straightened(_deskewed_box(box, page), page) if page.warp else _deskewed_box(box, page)


def _straightened(box: Box, page: Page) -> Box:
    """The box of a line that slopes with the page; what the slope added to its height is taken off."""
    left, top, right, bottom = box
    middle = (top + bottom) / 2
    ends = warped(np.array([(left, middle), (right, middle), ((left + right) / 2, middle)]), page.warp)
    # Before the page was straightened the line rose or fell by so much from end to end.
    slope = abs(float(ends[1, 1] - ends[0, 1]))
    half = max((bottom - top - slope) / 2, 0.15 * (bottom - top))
    return float(ends[0, 0]), float(ends[2, 1]) - half, float(ends[1, 0]), float(ends[2, 1]) + half


def _deskewed_box(box: Box, page: Page) -> Box:
    if not page.skew:
        return box
    width, height = flat_size(page)
    left, top, right, bottom = levelled(box, width, height, page.skew)
    # ``levelled`` keeps the size of the page as it was; the levelled page is a larger canvas about the same centre.
    sx, sy = width / page.width, height / page.height
    return ((left - 0.5) * sx + 0.5, (top - 0.5) * sy + 0.5, (right - 0.5) * sx + 0.5, (bottom - 0.5) * sy + 0.5)


def _deskewed(points: NDArray[np.float64], page: Page) -> NDArray[np.float64]:
    if not page.skew:
        return points
    width, height = (round(v) for v in flat_size(page))
    matrix, new_h, new_w = skew_matrix(height, width, page.skew)
    pixels = points * (width, height) @ matrix[:, :2].T + matrix[:, 2]
    return np.asarray(pixels / (new_w, new_h), np.float64)


def _around(points: NDArray[np.float64]) -> Box:
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    return float(left), float(top), float(right), float(bottom)


def area(box: Box) -> float:
    """The area of a box, 0 for an empty one."""
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def shared(a: Box, b: Box) -> float:
    """The area that two boxes have in common."""
    return area((max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])))


def iou(a: Box, b: Box) -> float:
    """Intersection over union (Jaccard index), 0..1."""
    common = shared(a, b)
    total = area(a) + area(b) - common
    return common / total if total > 0 else 0.0


def is_hit(truth: Box, found: Box) -> bool:
    """Whether ``found`` shows the value at ``truth``.

    IoU of at least ``GOOD_IOU``; or ``found`` covers ``COVERED`` of the truth and is at most ``LARGEST`` times
    as large, since the evidence may be the whole printed line, its label included.
    """
    if iou(truth, found) >= GOOD_IOU:
        return True
    size = area(truth)
    return size > 0 and shared(truth, found) >= COVERED * size and area(found) <= LARGEST * size


def score(
    places: Sequence[Place], evidence: Sequence[Evidence], pages: dict[tuple[int, int], Page], file: int
) -> BoxScore | None:
    """Hold a value's evidence in ``file`` against its true places; None where there is no true place to hold it against.

    Every evidence box, and all of one page together, is tried with every true line, every run of up to
    ``MOST_JOINED`` lines that follow one another, and all of one page together.
    """
    truths: dict[int, list[Box]] = {}
    for place in places:
        if (page := pages.get((file, place.page))) is not None:
            truths.setdefault(place.page, []).append(on_page(place, page))
    if not truths:
        return None
    found: dict[int, list[Box]] = {}
    for e in evidence:
        if e.file == file:
            found.setdefault(e.page, []).append(e.box)
    number, boxes = next(iter(truths.items()))
    best = BoxScore(0.0, False, number, boxes[0])
    for number, boxes in truths.items():
        given = found.get(number, [])
        tried = [*given, union(given)] if len(given) > 1 else given
        for truth in _runs(boxes):
            for box in tried:
                one = BoxScore(iou(truth, box), is_hit(truth, box), number, truth)
                if (one.hit, one.best_iou) > (best.hit, best.best_iou):
                    best = one
    return best


def _runs(boxes: Sequence[Box]) -> list[Box]:
    runs = [union(boxes[i:j]) for i in range(len(boxes)) for j in range(i + 1, min(i + MOST_JOINED, len(boxes)) + 1)]
    return [*runs, union(boxes)] if len(boxes) > MOST_JOINED else runs
