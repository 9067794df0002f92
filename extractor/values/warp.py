"""Bent and tilted pages: where each point of a page goes when its rows and columns are set straight.

A warp is ``ROWS + COLUMNS`` coefficients. With ``u``, ``v`` the place on the page from -1 to 1, left to right
and top to bottom, a point moves down by a polynomial in ``u`` and ``v`` that is nothing on ``u = 0``
(``row_terms``) and to the right by one that is nothing on ``v = 0`` (``column_terms``), both in fractions of the
page. Then the page is squeezed so that all of it stays on a picture of the same size. An empty warp moves nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
"""Shape (n, 2): x, y in fractions of the page."""
Terms = NDArray[np.float64]

ROWS, COLUMNS = 8, 4
STEEPEST = 0.6
"""Largest sum of a warp's derivatives in one direction; below 1 every point of the picture comes from one place."""
_STEPS = 40
_EDGE = np.linspace(0.0, 1.0, 33)


def row_terms(points: Points) -> Terms:
    """The terms of the downward move at each point, shape (n, ``ROWS``)."""
    u, v = 2 * points[:, 0] - 1, 2 * points[:, 1] - 1
    return np.stack([u, u * v, u * u, u * v * v, u * u * v, u**3, u**3 * v, u**4], axis=1)


def column_terms(points: Points) -> Terms:
    """The terms of the move to the right at each point, shape (n, ``COLUMNS``)."""
    u, v = 2 * points[:, 0] - 1, 2 * points[:, 1] - 1
    return np.stack([v, u * v, v * v, u * v * v], axis=1)


def moves(points: Points, warp: Sequence[float]) -> Points:
    """How far each point moves before the page is squeezed, shape (n, 2)."""
    coefficients = np.asarray(warp, np.float64)
    if len(coefficients) != ROWS + COLUMNS:
        raise ValueError(f"a warp has {ROWS + COLUMNS} coefficients, not {len(coefficients)}")
    return np.stack([column_terms(points) @ coefficients[ROWS:], row_terms(points) @ coefficients[:ROWS]], axis=1)


def warped(points: Points, warp: Sequence[float]) -> Points:
    """Points of the page on the straightened picture."""
    if not len(warp):
        return points
    low, high = _room(warp)
    return np.asarray((points + moves(points, warp) - low) / (high - low), np.float64)


def unwarped(points: Points, warp: Sequence[float]) -> Points:
    """Points of the straightened picture on the page; the inverse of ``warped``."""
    if not len(warp):
        return points
    low, high = _room(warp)
    target = points * (high - low) + low
    found = target
    for _ in range(_STEPS):
        # What the squeeze adds lies just outside the page; the polynomial is held at the edge there.
        found = target - moves(np.clip(found, -0.1, 1.1), warp)
    return np.asarray(found, np.float64)


def steepness(warp: Sequence[float]) -> float:
    """The largest change of the moves along either axis, anywhere on the page; to be held against ``STEEPEST``."""
    x, y = np.meshgrid(_EDGE, _EDGE)
    step = 1e-4
    at = moves(np.stack([x.ravel(), y.ravel()], axis=1), warp)
    right = moves(np.stack([x.ravel() + step, y.ravel()], axis=1), warp)
    below = moves(np.stack([x.ravel(), y.ravel() + step], axis=1), warp)
    return float(max(np.abs(right - at).sum(axis=1).max(), np.abs(below - at).sum(axis=1).max()) / step)


def _room(warp: Sequence[float]) -> tuple[Points, Points]:
    """The least and the greatest (x, y) that any point of the page moves to; at least the page itself."""
    zero, one = np.zeros_like(_EDGE), np.ones_like(_EDGE)
    edges = [(_EDGE, zero), (_EDGE, one), (zero, _EDGE), (one, _EDGE)]
    border = np.concatenate([np.stack(edge, axis=1) for edge in edges])
    there = border + moves(border, warp)
    return np.minimum(there.min(axis=0), 0.0), np.maximum(there.max(axis=0), 1.0)
