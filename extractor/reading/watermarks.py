"""Lines that a pale mark across the page hides: the page without the mark's ink, and what of a line is not read yet."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from extractor.model import Box
from extractor.reading.upright import Image, Quad

DARK, LIGHT = 150, 210
"""Grey levels between which the level lies that becomes white: print must stay, whatever the mark."""
SPREAD = 15
"""How much darker than the middle of its ink a mark's core may be."""
RANGE = 90
"""Grey levels from black to white."""
PAPER = 16
"""Ink is so much darker than the paper around it."""
FREE = 1.5
"""Heights of a line: no piece shorter than this holds a word."""


def pale_level(image: Image, marks: Sequence[Box]) -> int:
    """The grey level from which on ink may be a mark's, by the middle of the ink where marks stand.

    Args:
        image: the page, RGB.
        marks: boxes of slanted lines, in fractions of it.
    """
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    h, w = grey.shape
    parts = [grey[int(t * h) : int(b * h) + 1, int(l * w) : int(r * w) + 1].ravel() for l, t, r, b in marks]
    levels = np.concatenate(parts) if parts else grey.ravel()
    ink = levels[levels < int(np.median(levels)) - PAPER]
    return int(np.clip(float(np.median(ink)) - SPREAD, DARK, LIGHT)) if len(ink) else DARK


def without_pale(image: Image, level: int = DARK) -> Image:
    """The page with everything paler than ``level`` turned to paper; dark ink keeps its shape."""
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    table = np.clip((np.arange(256) - level + RANGE) * 255.0 / RANGE, 0, 255).astype(np.uint8)
    return np.asarray(cv2.cvtColor(cv2.LUT(grey, table), cv2.COLOR_GRAY2RGB), np.uint8)


def uncovered(quad: Quad, known: Sequence[Quad]) -> list[Quad]:
    """What of a line stands beside the lines that are known: itself, or the pieces between them.

    Args:
        quad: of the line, level, in pixels.
        known: quads of the other lines.
    """
    (left, top), (right, bottom) = quad.min(axis=0).tolist(), quad.max(axis=0).tolist()
    height = bottom - top
    taken: list[tuple[float, float]] = []
    for other in known:
        (l, t), (r, b) = other.min(axis=0).tolist(), other.max(axis=0).tolist()
        if min(b, bottom) - max(t, top) > 0.5 * min(height, b - t) and min(r, right) > max(l, left):
            taken.append((l, r))
    if not taken:
        return [quad]
    pieces: list[Quad] = []
    start = left
    for l, r in (*sorted(taken), (right, right)):
        if l - start >= FREE * height:
            pieces.append(_part(quad, (start - left) / (right - left), (l - left) / (right - left)))
        start = max(start, r)
    return pieces


def _part(quad: Quad, start: float, end: float) -> Quad:
    """The part of a quad between two shares of its width."""
    top, bottom = quad[1] - quad[0], quad[2] - quad[3]
    return np.asarray([quad[0] + start * top, quad[0] + end * top, quad[3] + end * bottom, quad[3] + start * bottom], np.float32)
