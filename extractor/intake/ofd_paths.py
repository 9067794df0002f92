"""Paths of an OFD page (GB/T 33190, 9.1): outlines as points, and the straight lines that rule tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]
Outline = tuple[list[Point], bool]
"""Points of one figure, curves made straight, and whether it is closed."""

MAX_POINTS = 200_000
_FARTHEST = 1e9
_PER_MM = 4.0
_MOST_PIXELS = 4_000_000
_THIN = 0.5
_SHIFT = 3
_FINE = 1 << _SHIFT
_CURVE = (0.25, 0.5, 0.75, 1.0)
_TOKENS = re.compile(r"[MSLQBAC]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_OPERANDS = {"M": 2, "S": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}


def outlines(data: str) -> list[Outline]:
    """The figures of ``AbbreviatedData``; arcs become their chord, what cannot be understood ends the path."""
    found: list[Outline] = []
    points: list[Point] = []
    tokens = _TOKENS.findall(data)
    at = total = 0
    while at < len(tokens) and total < MAX_POINTS:
        op = tokens[at]
        count = _OPERANDS.get(op)
        operands = tokens[at + 1 : at + 1 + (count or 0)]
        if count is None or len(operands) < count or any(t in _OPERANDS for t in operands):
            break
        v = [float(t) for t in operands]
        if any(abs(x) > _FARTHEST for x in v):
            break
        at += 1 + count
        if op == "C":
            if points:
                found.append((points, True))
                points = [points[0]]
            continue
        if op in "MS":
            if len(points) > 1:
                found.append((points, False))
            points = [(v[0], v[1])]
            continue
        if not points:
            break
        new = _curve(points[-1], v) if op in "QB" else [(v[-2], v[-1])]
        points += new
        total += len(new)
    if len(points) > 1:
        found.append((points, False))
    return found


def rules(figures: Iterable[Outline], *, filled: bool, thin: float) -> Iterator[tuple[Point, Point]]:
    """The straight pieces of a path as (from, to): its segments, or the middle line of a filled strip under ``thin``.

    Points are those of the path; strips must be upright.
    """
    for points, closed in figures:
        if not filled:
            yield from pairwise(points)
            if closed:
                yield points[-1], points[0]
            continue
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        left, top, right, bottom = min(xs), min(ys), max(xs), max(ys)
        if bottom - top <= thin < right - left:
            yield (left, (top + bottom) / 2), (right, (top + bottom) / 2)
        elif right - left <= thin < bottom - top:
            yield ((left + right) / 2, top), ((left + right) / 2, bottom)


def _curve(start: Point, v: list[float]) -> list[Point]:
    """A quadratic or cubic Bézier curve as four chords."""
    knots = [start, *zip(v[::2], v[1::2], strict=True)]
    out = []
    for t in _CURVE:
        level: list[Point] = list(knots)
        while len(level) > 1:
            level = [(a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t) for a, b in pairwise(level)]
        out.append(level[0])
    return out


def points_of(data: str) -> list[Point]:
    """All points of a path."""
    return [p for points, _ in outlines(data) for p in points]


class Shape:
    """A path placed on the page (millimetres), to ask where it covers.

    It is drawn in quarter millimetres; lines thinner than half a millimetre cover nothing.
    """

    def __init__(self, figures: Sequence[Outline], wide: float, *, filled: bool, even_odd: bool) -> None:
        """``wide``: of its line, 0 where it is not stroked."""
        self._figures = [(np.array(points, np.float64), closed) for points, closed in figures]
        self._wide = wide if wide >= _THIN else 0.0
        self._filled, self._even_odd = filled, even_odd
        self._mask: tuple[NDArray[np.bool_], NDArray[np.bool_]] | None = None
        corners = [p.min(axis=0) for p, _ in self._figures], [p.max(axis=0) for p, _ in self._figures]
        low, high = (np.min(corners[0], axis=0), np.max(corners[1], axis=0)) if figures else (np.zeros(2), np.zeros(2))
        self._low, self._high = low - self._wide / 2, high + self._wide / 2
        area = float(np.prod(self._high - self._low + 1))
        self._scale = min(_PER_MM, (_MOST_PIXELS / max(area, 1.0)) ** 0.5)
        self._box = filled and not self._wide and is_rectangle(figures)

    @property
    def bounds(self) -> tuple[float, float, float, float] | None:
        """(left, top, right, bottom); None where nothing can be covered."""
        if not (self._filled or self._wide) or min(self._high - self._low) < _THIN:
            return None
        return (float(self._low[0]), float(self._low[1]), float(self._high[0]), float(self._high[1]))

    @property
    def work(self) -> int:
        """What drawing it takes: its pixels, and for each row the edges that cross it."""
        if self._box:
            return 0
        rows = sum(float(np.abs(np.diff(points[:, 1])).sum()) for points, _ in self._figures)
        return int(np.prod(self._high - self._low + 1) * self._scale**2 / 20 + 5 * rows * self._scale)

    def at(self, points: NDArray[np.float64]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Which of the points (n x 2, all within the bounds) are on its line, and which are filled."""
        if self._box:
            return np.zeros(len(points), bool), np.ones(len(points), bool)
        if self._mask is None:
            self._mask = self._drawn()
        line, fill = self._mask
        x, y = np.floor((points - self._low) * self._scale).astype(int).T
        x, y = np.clip(x, 0, line.shape[1] - 1), np.clip(y, 0, line.shape[0] - 1)
        return line[y, x], fill[y, x]

    def _drawn(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        w, h = (int(v) + 1 for v in (self._high - self._low) * self._scale)
        placed = [np.round((p - self._low) * self._scale * _FINE).astype(np.int32) for p, _ in self._figures]
        line, fill = np.zeros((h, w), np.uint8), np.zeros((h, w), np.uint8)
        if self._wide:
            thick = min(255, max(1, round(self._wide * self._scale)))
            for points, (_, closed) in zip(placed, self._figures, strict=True):
                cv2.polylines(line, [points], closed, 1, thick, shift=_SHIFT)
        if self._filled and self._even_odd:
            cv2.fillPoly(fill, placed, 1, shift=_SHIFT)
        elif self._filled:
            fill = _wound(placed, h, w)
        return line > 0, fill > 0


def _wound(placed: Sequence[NDArray[np.int32]], h: int, w: int) -> NDArray[np.uint8]:
    """Where figures do not cancel each other (non-zero winding; GB/T 33190, 9.1): a hole runs the other way round."""
    total = np.zeros((h, w), np.int16)
    for points in placed:
        (l, t), (r, b) = points.min(axis=0) // _FINE, points.max(axis=0) // _FINE + 1
        part = total[t : b + 1, l : r + 1]
        one = np.zeros(part.shape, np.uint8)
        if one.size:
            cv2.fillPoly(one, [points - np.array([l, t], np.int32) * _FINE], 1, shift=_SHIFT)
            x, y = points.astype(np.float64).T
            part += one.astype(np.int16) * (1 if float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) > 0 else -1)
    return np.asarray(total != 0, np.uint8)


def is_rectangle(figures: Sequence[Outline]) -> bool:
    """Whether a path is one upright box, so that it covers all that lies within its bounds."""
    if len(figures) != 1:
        return False
    points = figures[0][0]
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    near = 1e-3 * max(max(xs) - min(xs), max(ys) - min(ys), 1e-6)
    corners = {(x, y) for x in (min(xs), max(xs)) for y in (min(ys), max(ys))}
    on = [next((c for c in corners if abs(c[0] - x) <= near and abs(c[1] - y) <= near), None) for x, y in points]
    sides = all(a is None or b is None or a[0] == b[0] or a[1] == b[1] for a, b in pairwise(on))
    return None not in on and set(on) == corners and len(points) <= 6 and sides
