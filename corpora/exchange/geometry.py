"""From a region on the levelled page, as the product shows it, to a ``Place`` of the corpus format."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from corpora.format import Place, Point
from extractor.model import Box
from extractor.values.warp import unwarped

_PLACES = 5


def rectangle(x: float, y: float, width: float, height: float, degrees: float = 0.0) -> list[Point]:
    """Four corners, clockwise from the top left, of a rectangle turned clockwise about its top left corner.

    All in pixels (turning is not right in fractions of a page that is no square).
    """
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return [(x + u * cos - v * sin, y + u * sin + v * cos) for u, v in ((0, 0), (width, 0), (width, height), (0, height))]


def corners(box: Box) -> list[Point]:
    """The corners of a box, clockwise from the top left, in the unit of the box."""
    left, top, right, bottom = box
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def flat_size(width: float, height: float, skew: float) -> tuple[float, float]:
    """(width, height) of a page before it was levelled by ``skew`` degrees, which enlarged its canvas to hold all of it."""
    angle = math.radians(abs(skew))
    cos, sin = math.cos(angle), math.sin(angle)
    # Levelling made (w cos + h sin, h cos + w sin); the skew of pages stays far below 45 degrees.
    determinant = cos * cos - sin * sin
    return (width * cos - height * sin) / determinant, (height * cos - width * sin) / determinant


def flattened(points: Sequence[Point], width: float, height: float, skew: float) -> list[Point]:
    """Points of the levelled page (pixels of ``width`` x ``height``) as fractions of the page before levelling."""
    flat_width, flat_height = flat_size(width, height, skew)
    cos, sin = math.cos(math.radians(skew)), math.sin(math.radians(skew))
    out = []
    for x, y in points:
        # Levelling turned the page clockwise by ``skew`` about its centre; this turns back.
        u, v = x - width / 2, y - height / 2
        out.append(((u * cos + v * sin) / flat_width + 0.5, (v * cos - u * sin) / flat_height + 0.5))
    return out


def as_stored(point: Point, rotation: int) -> Point:
    """A point of the page set upright by a clockwise quarter turn, in fractions of the page as stored."""
    x, y = point
    match rotation % 360:
        case 90:
            return y, 1 - x
        case 180:
            return 1 - x, 1 - y
        case 270:
            return 1 - y, x
        case _:
            return x, y


def bent(points: Sequence[Point], width: float, height: float, warp: Sequence[float]) -> list[Point]:
    """Points of the straightened page as points of the page before (``extractor.values.warp``), in pixels."""
    if not len(warp):
        return list(points)
    found = unwarped(np.array(points, np.float64) / (width, height), warp) * (width, height)
    return [(x, y) for x, y in found.tolist()]


def place(
    page: int,
    points: Sequence[Point],
    size: tuple[float, float],
    rotation: int = 0,
    skew: float = 0.0,
    warp: Sequence[float] = (),
) -> Place | None:
    """The place of four corners on a levelled page.

    Args:
        page: 1-based page of the file.
        points: corners in pixels of the levelled page, clockwise from the text's top left.
        size: (width, height) of the levelled page in pixels.
        rotation: the clockwise quarter turn (degrees) that set the page upright.
        skew: the further clockwise turn (degrees) that levelled it.
        warp: what then set its rows and columns straight (``Page.warp``).

    Returns:
        The place; None where nothing of it lies on the page.
    """
    flat = flattened(bent(points, *size, warp), *size, skew)
    xs, ys = ([min(max(v, 0.0), 1.0) for v in axis] for axis in zip(*flat, strict=True))
    box = tuple(round(v, _PLACES) for v in (min(xs), min(ys), max(xs), max(ys)))
    if box[0] >= box[2] or box[1] >= box[3]:
        return None
    quad = tuple((round(u, _PLACES), round(v, _PLACES)) for u, v in (as_stored(point, rotation) for point in flat))
    return Place(page=page, box=box, quad=quad)  # type: ignore[arg-type]
