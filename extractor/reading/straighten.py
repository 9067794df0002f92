"""Set the rows and columns of a photographed, curled or folded page straight, by the lines found on it.

A quarter turn and one skew leave slopes that change over the page: down it by perspective, across it by curl.
The tilts of the lines give a first answer; short lines say little, so it may be off by half a row from one
side of a wide page to the other. The rows themselves then settle it: what nearly stands side by side
is put at one height. Rows that slipped by one agree worse with the tilts and leave fewer neighbours, so that
several beginnings are tried. Columns follow the same way, by the left and right edges that continue each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from extractor.model import Box
from extractor.reading.upright import MAX_SKEW, Image, Quad, angle, make_upright, size
from extractor.values.warp import (
    COLUMNS,
    ROWS,
    STEEPEST,
    Points,
    column_terms,
    row_terms,
    steepness,
    unwarped,
    warped,
)

MIN_LINES = 8
MIN_RANGE = 0.25
"""Heights of a line by which rows must be off, from end to end, for the page to be touched."""
WORTH = 0.4
"""The same for a page with few rows of several cells, where only the tilts speak."""
BETTER = 1.25
"""So many more neighbours must stand at one height than before."""
CALMER = 0.6
"""Or the larger tilts must fall to this share."""
TRUSTED = 0.6
"""Share of the lines that must follow the fit."""
NOISE = 0.12
"""Standard deviation of a line's end, in heights of a line."""
ROW_SPREAD = np.array([0.05, 0.05, 0.02, 0.02, 0.01, 0.01, 0.005, 0.005])
COLUMN_SPREAD = np.array([0.05, 0.05, 0.01, 0.01])
"""How large the coefficients of photographed pages are (standard deviations, fractions of the page)."""
STARTS = (0.0, -0.5, 0.5, -1.0, 1.0)
SHARED, NEAR = 0.15, 0.45
"""Lines at one height, and lines that may belong to one row, in heights of a line."""
LEAN = 0.6
"""Largest distance of edges that continue each other, in heights of a line."""
MIN_LEAN = 0.6
"""Heights of a line by which columns must be off, from end to end, to be moved."""
BAND = 512
"""Rows of the picture that are moved at a time, to keep memory small."""
GRID = 24
"""Pixels between the points at which the way of the picture is worked out."""

LEVEL = 0.5
"""Degrees that nine of ten lines stay below on a page that is level (certificates as scanned: 0.3; bent pages: over 1)."""

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class _Lines:
    """Lines in fractions of the page: middles of the left and right ends (n, 2); ``height`` of a usual line."""

    left: Points
    right: Points
    height: float
    long: NDArray[np.bool_]
    """Lines long enough to have a tilt."""

    @property
    def middle(self) -> Points:
        return (self.left + self.right) / 2


def find_warp(quads: Sequence[Quad], height: int, width: int) -> tuple[float, ...]:
    """The warp that sets a page straight (``extractor.values.warp``); empty for pages that are straight, or unclear.

    Args:
        quads: corners of all lines of the upright page, in pixels.
        height: of the page in pixels.
        width: of the page in pixels.
    """
    lines = _usable(quads, height, width)
    if lines is None or _level(lines, height / width):
        return ()
    rows = _rows(lines)
    if rows is None:
        return ()
    columns = _columns(lines, rows, height / width)
    warp = tuple(round(float(c), 6) for c in (*rows, *columns))
    return warp if steepness(warp) <= STEEPEST else ()


def straighten(image: Image, warp: Sequence[float]) -> Image:
    """The picture of the upright page with ``warp`` undone in it; the same size, edges repeat."""
    if not len(warp):
        return image
    h, w = image.shape[:2]
    xs, ys = (np.linspace(0, 1, max(2, side // GRID + 1)) for side in (w, h))
    grid = np.stack([axis.ravel() for axis in np.meshgrid(xs, ys)], axis=1)
    source = (unwarped(grid, warp) * (w, h)).astype(np.float32).reshape(len(ys), len(xs), 2)
    # Between the points of the grid the way is straight enough.
    at_x = np.asarray((np.arange(w) + 0.5) / w * (len(xs) - 1), np.float32)
    at_y = np.asarray((np.arange(h) + 0.5) / h * (len(ys) - 1), np.float32)
    out = np.empty_like(image)
    for top in range(0, h, BAND):
        across, down = np.meshgrid(at_x, at_y[top : top + BAND])
        where = cv2.remap(source, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE) - 0.5
        x, y = np.ascontiguousarray(where[..., 0]), np.ascontiguousarray(where[..., 1])
        out[top : top + BAND] = cv2.remap(image, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return out


def as_read(image: Image, rotation: int, skew: float, warp: Sequence[float] = ()) -> Image:
    """Repeat what reading a page found: quarter turn, skew, then the warp (``Page.rotation``, ``skew``, ``warp``)."""
    return straighten(make_upright(image, rotation, skew), warp)


def straighten_quad(quad: Quad, warp: Sequence[float], height: int, width: int) -> Quad:
    """A quad (pixels) on the straightened picture."""
    return np.asarray(warped(np.asarray(quad, np.float64) / (width, height), warp) * (width, height), np.float32)


def straighten_box(box: Box, warp: Sequence[float]) -> Box:
    """The smallest box (fractions) around what ``box`` becomes on the straightened picture."""
    if not len(warp):
        return box
    left, top, right, bottom = box
    corners = np.clip(warped(np.array([(left, top), (right, top), (right, bottom), (left, bottom)]), warp), 0, 1)
    (left, top), (right, bottom) = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
    return (left, top, right, bottom)


def _usable(quads: Sequence[Quad], height: int, width: int) -> _Lines | None:
    """Level lines of a usual size; None when too few are long enough to have a tilt."""
    level = [q for q in quads if size(q)[0] >= 0.8 * size(q)[1] and abs(angle(q)) <= MAX_SKEW]
    long = [size(q)[0] >= 3 * size(q)[1] for q in level]
    if sum(long) < MIN_LINES:
        return None
    usual = float(np.median([size(q)[1] for q, is_long in zip(level, long, strict=True) if is_long]))
    # Headings and specks have their own heights; rows are of usual lines.
    kept = [(q, a) for q, a in zip(level, long, strict=True) if 0.5 * usual < size(q)[1] < 2 * usual]
    corners = np.array([q for q, _ in kept], np.float64) / (width, height)
    marks = np.array([a for _, a in kept], bool)
    if int(marks.sum()) < MIN_LINES:
        return None
    left, right = (corners[:, 0] + corners[:, 3]) / 2, (corners[:, 1] + corners[:, 2]) / 2
    return _Lines(left, right, usual / height, marks)


def _level(lines: _Lines, aspect: float) -> bool:
    """Whether the lines themselves hardly lean; then what stands beside each other may differ in height on purpose."""
    along = (lines.right - lines.left)[lines.long]
    return _large(np.degrees(np.arctan2(np.abs(along[:, 1]) * aspect, along[:, 0]))) < LEVEL


# --- rows ------------------------------------------------------------------


def _rows(lines: _Lines) -> Vector | None:
    """The coefficients of the downward move; None where the page is level or does not say."""
    left, right = lines.left[lines.long], lines.right[lines.long]
    terms = (row_terms(left) - row_terms(right)) / lines.height
    rise = (right[:, 1] - left[:, 1]) / lines.height
    first = _solved(terms, rise, ROW_SPREAD, np.zeros(ROWS), (1.0, 0.7, 0.5, 0.35, 0.25, 0.25, 0.25))
    best, value, aligned = first, -1.0, 0
    for start in STARTS:
        found = first.copy()
        found[0] += start * lines.height
        for _ in range(5):
            pairs = _side_by_side(lines, found)
            if not len(pairs):
                break
            a, b = lines.middle[pairs[:, 0]], lines.middle[pairs[:, 1]]
            terms_of_rows = (row_terms(a) - row_terms(b)) / lines.height
            off = (b[:, 1] - a[:, 1]) / lines.height
            found = _solved(np.vstack([terms, terms_of_rows]), np.concatenate([rise, off]), ROW_SPREAD, found, (0.25, 0.2, 0.2))
        count = _aligned(lines, found)
        tilts = float(np.mean(np.minimum(np.abs(terms @ found - rise), 0.5)))
        if (count + 1) / (0.05 + tilts) > value:
            best, value, aligned = found, (count + 1) / (0.05 + tilts), count
    rest = np.abs(terms @ best - rise)
    if float(np.mean(rest < 2 * NOISE)) < TRUSTED:
        return None
    span = float(np.ptp(row_terms(lines.middle) @ best)) / lines.height
    better = aligned >= BETTER * _aligned(lines, np.zeros(ROWS)) + 3
    calmer = span >= WORTH and _large(rest) <= CALMER * _large(np.abs(rise))
    return best if span >= MIN_RANGE and (better or calmer) else None


def _large(values: Vector) -> float:
    return float(np.quantile(values, 0.9))


def _solved(terms: Vector, target: Vector, spread: Vector, start: Vector, scales: Sequence[float]) -> Vector:
    """Least squares with priors, reweighted (Cauchy) with ever smaller scales; in heights of a line."""
    found = start
    for scale in scales:
        weight = 1 / (1 + ((terms @ found - target) / scale) ** 2) / NOISE**2
        normal = terms.T @ (terms * weight[:, None]) + np.diag(spread**-2.0)
        found = np.asarray(np.linalg.solve(normal, terms.T @ (weight * target)), np.float64)
    return found


def _heights(lines: _Lines, rows: Vector) -> Vector:
    """The levelled heights of the lines' middles, in heights of a line."""
    return np.asarray((lines.middle[:, 1] + row_terms(lines.middle) @ rows) / lines.height, np.float64)


def _beside(lines: _Lines) -> NDArray[np.bool_]:
    """[i, j]: line j begins where line i has ended."""
    return np.asarray(lines.left[None, :, 0] > lines.right[:, None, 0] - 0.01, np.bool_)


def _side_by_side(lines: _Lines, rows: Vector) -> NDArray[np.intp]:
    """Pairs (n, 2) of lines and their next neighbours to the right in what may be the same row."""
    heights = _heights(lines, rows)
    near = (np.abs(heights[:, None] - heights[None]) < NEAR) & _beside(lines)
    start = np.where(near, lines.left[None, :, 0], np.inf)
    has = near.any(axis=1)
    return np.stack([np.nonzero(has)[0], start.argmin(axis=1)[has]], axis=1)


def _aligned(lines: _Lines, rows: Vector) -> int:
    """How many pairs of lines beside each other share their height."""
    heights = _heights(lines, rows)
    return int(((np.abs(heights[:, None] - heights[None]) < SHARED) & _beside(lines)).sum())


# --- columns ---------------------------------------------------------------


def _columns(lines: _Lines, rows: Vector, aspect: float) -> Vector:
    """The coefficients of the move to the right; zeros where edges do not agree that columns lean.

    ``aspect``: height of the page by its width; what one line is high is ``height * aspect`` of the width.
    """
    unit = lines.height * aspect
    heights = _heights(lines, rows)
    found = np.zeros(COLUMNS)
    for _ in range(6):
        pairs = [_continued(edge, heights, found, unit) for edge in (lines.left, lines.right)]
        a = np.concatenate([edge[p[:, 0]] for edge, p in zip((lines.left, lines.right), pairs, strict=True)])
        b = np.concatenate([edge[p[:, 1]] for edge, p in zip((lines.left, lines.right), pairs, strict=True)])
        if len(a) < 2 * MIN_LINES:
            return np.zeros(COLUMNS)
        terms, off = (column_terms(a) - column_terms(b)) / unit, (b[:, 0] - a[:, 0]) / unit
        found = _solved(terms, off, COLUMN_SPREAD, found, (0.3, 0.2, 0.15))
    span = float(np.ptp(column_terms(lines.middle) @ found)) / unit
    better = _flush(lines, found, unit) >= BETTER * _flush(lines, np.zeros(COLUMNS), unit) + MIN_LINES
    return found if span >= MIN_LEAN and better else np.zeros(COLUMNS)


def _flush(lines: _Lines, columns: Vector, unit: float) -> int:
    """How many pairs of left edges, and of right ones, stand exactly below each other."""
    count = 0
    for edge in (lines.left, lines.right):
        x = np.sort((edge[:, 0] + column_terms(edge) @ columns) / unit)
        count += int((np.searchsorted(x, x + SHARED) - np.arange(len(x)) - 1).sum())
    return count


def _continued(edge: Points, heights: Vector, columns: Vector, unit: float) -> NDArray[np.intp]:
    """Pairs (n, 2) of edges and the next one straight below."""
    x = (edge[:, 0] + column_terms(edge) @ columns) / unit
    below = heights[None] - heights[:, None]
    near = (np.abs(x[:, None] - x[None]) < LEAN) & (below > 0.7) & (below < 6)
    has = near.any(axis=1)
    return np.stack([np.nonzero(has)[0], np.where(near, below, np.inf).argmin(axis=1)[has]], axis=1)
