"""Ruled lines of a page image: the skeleton of scanned and printed tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

WORK_SIDE = 1600
"""Rulings are searched at this size; a 1-pixel rule at 200 dpi survives it."""
MIN_HORIZONTAL = 0.04
MIN_VERTICAL = 0.012
"""Shortest ruling, as fractions of the page's width and height."""


@dataclass(frozen=True, slots=True)
class Rulings:
    """Straight rules in page fractions.

    ``horizontal``: (y, left, right); ``vertical``: (x, top, bottom); both sorted.
    """

    horizontal: tuple[tuple[float, float, float], ...]
    vertical: tuple[tuple[float, float, float], ...]


def find_rulings(image: NDArray[np.uint8]) -> Rulings:
    """Horizontal and vertical rules of an upright page image (RGB or grey, uint8)."""
    grey = image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    h, w = grey.shape
    ratio = min(1.0, WORK_SIDE / max(h, w))
    if ratio < 1.0:
        # Area averaging pales thin rules instead of dropping them; the threshold is local.
        grey = cv2.resize(grey, (round(w * ratio), round(h * ratio)), interpolation=cv2.INTER_AREA)
    h, w = grey.shape
    ink = cv2.adaptiveThreshold(np.asarray(grey, np.uint8), 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 15, 8)
    return Rulings(
        tuple(_runs(np.asarray(ink, np.uint8), max(10, round(MIN_HORIZONTAL * w)))),
        tuple(_runs(np.ascontiguousarray(ink.T, np.uint8), max(10, round(MIN_VERTICAL * h)))),
    )


def joined(pieces: Iterable[tuple[float, float, float]]) -> list[tuple[float, float, float]]:
    """Drawn pieces of one rule (place across it, start, end; page fractions) as one."""
    out: list[tuple[float, float, float]] = []
    for at, low, high in sorted((round(a, 3), b, c) for a, b, c in pieces):
        if out and abs(out[-1][0] - at) < 0.0015 and low <= out[-1][2] + 0.004:
            out[-1] = (out[-1][0], out[-1][1], max(out[-1][2], high))
        else:
            out.append((at, low, high))
    return out


def _runs(ink: NDArray[np.uint8], shortest: int) -> list[tuple[float, float, float]]:
    h, w = ink.shape
    kernel = np.ones((1, shortest), np.uint8)
    # Bridging first lets a rule tilted by a fraction of a degree stay one piece.
    opened = cv2.morphologyEx(cv2.dilate(ink, np.ones((3, 1), np.uint8)), cv2.MORPH_OPEN, kernel)
    count, _, stats, centres = cv2.connectedComponentsWithStats(opened, connectivity=8)
    out = []
    for (x, _y, bw, bh, _area), (_cx, cy) in zip(stats[1:count].tolist(), centres[1:count].tolist(), strict=True):
        # Thick blobs are pictures, shading or glyphs in bold, not rules.
        if bw < shortest or bh > max(9, 0.02 * bw + 5):
            continue
        out.append((cy / h, x / w, (x + bw) / w))
    return sorted(out)
