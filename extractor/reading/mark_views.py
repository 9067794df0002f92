"""A page seen from afar, where only print as large as a mark across the page is left. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from extractor.reading.upright import Image

Grey = NDArray[np.uint8]

SIDE = 1024
"""Longest side of a view: 3.4 pixels to the millimetre of A4; strokes of small print are 1 to 2 wide."""
BLACK = 0.5
"""Pixels whose lightest channel is below this share of the paper are black print."""
PALE = 232
"""Grey levels below it are ink, where the paper has 255."""
SIZES = (0.022, 0.35)
"""Of the page's longer side (6.5 to 100 mm on A4): what is one character of a mark or a large part of one."""
THIN = 0.011
"""The least short side of such a shape (3.3 mm)."""
JOINED = 0.06
"""A shape of this length (18 mm) may be several characters run together, or the only one left of a mark."""
RING = 0.75
"""Share of the rim of a seal that is there."""
RULING = 0.045
"""Straight lines at least so long are rulings."""
FULL = 0.75
"""A shape that fills more of its box is shading, not writing."""
BOLD = 0.45
"""Strokes thicker than this share of the shape are no writing."""
ALIKE = 2.2
NEAR = 3.2
"""Two shapes whose sizes differ less, and that are fewer sizes apart, may be characters of one mark."""
BIN = 3
"""Degrees to a bin of the directions of strokes."""
PEAK, PEAKS = 0.6, 1
"""Of the mean bin: the least that counts as a direction; and how many directions are tried."""
MAX_SLANT = 62.0
_Shape = tuple[int, float, float, float]
"""Label, centre and size."""
_SMALL = np.ones((3, 3), np.uint8)


def mark_views(image: Image) -> Iterator[tuple[str, Grey]]:
    """Grey views of the page, 255 where nothing is: ``pale`` (no black print) and ``black`` (large shapes only)."""
    h, w = image.shape[:2]
    ratio = min(1.0, SIDE / max(h, w))
    seen = np.asarray(cv2.resize(image, (max(1, round(w * ratio)), max(1, round(h * ratio))), interpolation=cv2.INTER_AREA))
    red, green, blue = cv2.split(seen)
    darkest = np.asarray(cv2.min(cv2.min(red, green), blue), np.uint8)
    lightest = np.asarray(cv2.max(cv2.max(red, green), blue), np.uint8)
    paper = _paper(darkest)
    flat = np.asarray(cv2.divide(darkest, paper, scale=255.0), np.uint8)
    black = (lightest < BLACK * paper.astype(np.float32)).astype(np.uint8)
    yield "pale", _without_print(flat, black)
    yield "black", _large_shapes(black)


def _paper(darkest: Grey) -> Grey:
    """How light the paper is around each pixel, over windows wider than a mark's strokes."""
    small = cv2.resize(darkest, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    light = cv2.medianBlur(cv2.dilate(small, np.ones((5, 5), np.uint8)), 21)
    return np.asarray(np.maximum(cv2.resize(light, darkest.shape[::-1]), 1), np.uint8)


def _without_print(flat: Grey, black: Grey) -> Grey:
    """Thin black strokes replaced by what stands around them, other thin strokes closed."""
    thick = cv2.dilate(cv2.erode(black, _SMALL), _SMALL) > 0
    thin = (cv2.dilate(np.where(thick, 0, black).astype(np.uint8), _SMALL) > 0) & ~thick
    around = cv2.medianBlur(np.where(thin, 255, flat).astype(np.uint8), 5)
    filled = np.where(thin, around, flat).astype(np.uint8)
    return np.asarray(cv2.morphologyEx(filled, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))))


def _large_shapes(black: Grey) -> Grey:
    """Connected black ink of a mark's size, without rulings."""
    side = max(black.shape)
    length = round(RULING * side)
    across = cv2.morphologyEx(black, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    down = cv2.morphologyEx(black, cv2.MORPH_OPEN, np.ones((length, 1), np.uint8))
    ink = np.where(cv2.dilate(cv2.max(across, down), _SMALL) > 0, 0, black).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    long, short = stats[:, 2:4].max(axis=1), stats[:, 2:4].min(axis=1)
    kept = (long >= SIZES[0] * side) & (long <= SIZES[1] * side) & (short >= 0.3 * SIZES[0] * side)
    kept[0] = False
    return np.where(kept[labels], 0, 255).astype(np.uint8)


def large_ink(view: Grey) -> NDArray[np.bool_] | None:
    """Where, at half the view's size, shapes stand that may be characters of a mark; None without any two alike."""
    small = cv2.resize(view, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    ink = (small < PALE).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(cv2.dilate(ink, _SMALL), connectivity=8)
    h, w = ink.shape
    side = max(h, w)
    long, short = stats[:, 2:4].max(axis=1), stats[:, 2:4].min(axis=1)
    fit = (long >= SIZES[0] * side) & (long <= SIZES[1] * side) & (short >= THIN * side)
    fit[0] = False
    shapes: list[_Shape] = []
    seals: list[tuple[int, int, int, int]] = []
    for i in np.flatnonzero(fit).tolist():
        x, y, bw, bh = stats[i, :4].tolist()
        window = (slice(y, y + bh), slice(x, x + bw))
        own = (ink[window] > 0) & (labels[window] == i)
        if x <= 1 or y <= 1 or x + bw >= w - 1 or y + bh >= h - 1:
            continue  # what reaches over the edge is no mark but the desk or a shadow
        if _is_ring(own, side):
            seals.append((x, y, x + bw, y + bh))
        elif _is_writing(own):
            shapes.append((i, x + bw / 2, y + bh / 2, float(max(bw, bh))))
    shapes = [s for s in shapes if not any(l <= s[1] <= r and t <= s[2] <= b for l, t, r, b in seals)]
    chosen = _alike(shapes, joined={s[0] for s in shapes if long[s[0]] > JOINED * side})
    return np.isin(labels, chosen) if chosen else None


def _is_writing(own: NDArray[np.bool_]) -> bool:
    """Whether a shape is made of strokes: neither filled nor a blot."""
    h, w = own.shape
    if not own.any() or (own.mean() > FULL and min(h, w) > 0.5 * max(h, w)):
        return False
    padded = cv2.copyMakeBorder(own.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=(0,))
    thickness = 2 * float(cv2.distanceTransform(padded, cv2.DIST_L2, 3).max())
    return bool(thickness <= BOLD * max(h, w))


def _is_ring(own: NDArray[np.bool_], side: int) -> bool:
    """Whether a shape is a round seal: ink all around at the rim of its box."""
    h, w = own.shape
    if min(h, w) < 0.05 * side or max(h, w) > 1.5 * min(h, w):
        return False
    y, x = np.nonzero(own)
    u, v = (x + 0.5) / w * 2 - 1, (y + 0.5) / h * 2 - 1
    rim = np.abs(np.hypot(u, v) - 0.95) < 0.13
    around = np.unique((np.degrees(np.arctan2(v[rim], u[rim])) // 10).astype(int))
    return bool(len(around) >= RING * 36)


def _alike(shapes: Sequence[_Shape], joined: set[int]) -> list[int]:
    """Labels of shapes with another of their size nearby, and of ``joined`` ones."""
    chosen = set(joined)
    for k, (i, x, y, a) in enumerate(shapes):
        for j, u, v, b in shapes[k + 1 :]:
            if max(a, b) <= ALIKE * min(a, b) and np.hypot(x - u, y - v) < NEAR * max(a, b):
                chosen |= {i, j}
    return sorted(chosen)


def likely_slants(view: Grey, ink: NDArray[np.bool_]) -> list[float]:
    """Clockwise turns (degrees) that may level slanted print in ``ink``: strokes run along the line or across it."""
    small = cv2.resize(view, ink.shape[::-1], interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(small, (5, 5), 0).astype(np.float32)
    across, down = cv2.Sobel(soft, cv2.CV_32F, 1, 0), cv2.Sobel(soft, cv2.CV_32F, 0, 1)
    strength = np.hypot(across, down) * cv2.dilate(ink.astype(np.uint8), _SMALL)
    bins = (np.degrees(np.arctan2(down, across)) % 90 / BIN).astype(int) % (90 // BIN)
    raw = np.bincount(bins.ravel(), weights=strength.ravel(), minlength=90 // BIN)
    counts = np.convolve(np.r_[raw[-2:], raw, raw[:2]], [0.25, 0.5, 1, 0.5, 0.25], "same")[2:-2]
    counts = counts / max(float(counts.mean()), 1e-6)
    # The level and upright strokes of tables and text lie at both ends.
    peaks = [
        (counts[k], k) for k in range(3, len(counts) - 3) if counts[k] >= max(counts[k - 1], counts[k + 1]) and counts[k] > PEAK
    ]
    out: list[float] = []
    for _, k in sorted(peaks, reverse=True)[:PEAKS]:
        degrees = (k + 0.5) * BIN
        out += [-x for x in (degrees, degrees - 90) if abs(x) <= MAX_SLANT]
    return out
