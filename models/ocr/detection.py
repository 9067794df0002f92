"""DB text detection around the network: image to tensor, probability map to quads.

Follows PaddleX 3.7 ``text_detection`` (Apache-2.0) in its numbers (threshold 0.3, box 0.6,
unclip 1.5, multiples of 32), because the texts of both engines must agree.
Source: Liao et al., Real-time Scene Text Detection with Differentiable Binarization, 2020.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from models.ocr.protocol import Image, Quad

THRESHOLD = 0.3
BOX_THRESHOLD = 0.6
UNCLIP_RATIO = 1.5
MIN_SIDE = 3
MAX_CANDIDATES = 3000
MAX_SIDE = 4000
MAX_PIXELS = 2_300_000
"""Bound of the detector's input: its memory grows with the pixels (240 bytes each in bf16, 320 in f32).
A4 is seen at 155 dpi at most, A3 at 110; the recogniser cuts its lines from the page as it came."""
REFERENCE_PIXELS = 2_800_000
"""The same where engines are compared."""
MIN_PIXELS = 1_050_000
"""No page is seen smaller than this (A4 at 105 dpi): it may hold small print beside the large."""
GLYPH = 11.5
"""Pixels: the median height of a page's ink shapes (digits, parts of characters) in the detector's input."""
LEGIBLE, WANTED = 11.5, 15.5
"""Pixels: lines less high than the first want another look, at which they have the second. (Characters have nine
tenths of it: quads are cut with a margin.)"""
SHAPES_PIXELS = 2_000_000
"""Ink shapes are measured on a page of at most so many pixels."""
SMALLEST = 0.05
"""Share of lines that may be less high: specks, borders, a seal's number."""
MULTIPLE = 32
SHORT, COARSE, COARSEST, LEVEL = 640, 64, 128, 1.15
"""The detector sees few sizes, as an input of a shape that is new costs 40 ms and its prepared steps take memory. Large
pictures have sides in steps of the second and pixels in steps of the fourth; small ones are padded with white to sides
in steps of the second, or of the third above the first."""
_MEAN = np.array([0.485, 0.456, 0.406], np.float32)
_STD = np.array([0.229, 0.224, 0.225], np.float32)


def network_size(height: int, width: int, pixels: int = REFERENCE_PIXELS) -> tuple[int, int]:
    """The (height, width) that the detector sees: at most ``pixels``, multiples of 32."""
    ratio = min(1.0, MAX_SIDE / max(height, width), (pixels / (height * width)) ** 0.5)

    def fit(side: int) -> int:
        return max(round(int(side * ratio) / MULTIPLE) * MULTIPLE, MULTIPLE)

    return fit(height), fit(width)


def glyph_height(image: Image) -> float:
    """The median height of the ink shapes of a page that may be characters or parts of them, in pixels; 0 without any."""
    height, width = image.shape[:2]
    ratio = min(1.0, (SHAPES_PIXELS / (height * width)) ** 0.5)
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    if ratio < 1.0:
        grey = np.asarray(cv2.resize(grey, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_AREA), np.uint8)
    ink = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 18)
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    w, h, area = (stats[1:, k].astype(float) for k in (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT, cv2.CC_STAT_AREA))
    shape = (h >= 4) & (h <= 0.06 * grey.shape[0]) & (w <= 4 * h) & (w >= 0.15 * h)
    shape &= (area >= 0.1 * w * h) & (area <= 0.95 * w * h)
    return float(np.median(h[shape])) / ratio if shape.any() else 0.0


def common_size(height: int, width: int, pixels: float) -> tuple[int, int]:
    """As ``network_size``, of about so many ``pixels``, but one of few sizes; larger than a small picture."""
    if height * width <= MIN_PIXELS and max(height, width) <= MAX_SIDE:
        return _padded(height), _padded(width)
    level = MIN_PIXELS * LEVEL ** round(math.log(max(pixels, MIN_PIXELS) / MIN_PIXELS, LEVEL))
    high, wide = network_size(height, width, round(min(level, MAX_PIXELS)))
    ratio = (high * wide / (height * width)) ** 0.5
    return max(COARSE, round(height * ratio / COARSE) * COARSE), max(COARSE, round(width * ratio / COARSE) * COARSE)


def _padded(side: int) -> int:
    step = COARSE if side <= SHORT else COARSEST
    return -(-side // step) * step


def pixels_for(image: Image) -> int:
    """Of how many pixels the detector's input should be, so that the page's print is large enough in it."""
    height, width = image.shape[:2]
    glyph = glyph_height(image) if height * width > MIN_PIXELS else 0.0
    if not glyph:
        return MIN_PIXELS
    return int(min(max(height * width * (GLYPH / glyph) ** 2, MIN_PIXELS), MAX_PIXELS))


def pixels_wanted(quads: Sequence[Quad], height: int, width: int, seen: tuple[int, int]) -> int | None:
    """Of how many pixels a second look should be; None where the first one is enough.

    Args:
        quads: found at first, in pixels of the page.
        height: of the page.
        width: of the page.
        seen: (height, width) of the first look.
    """
    if seen == common_size(height, width, MAX_PIXELS):
        return None
    if not quads:
        return MAX_PIXELS
    sides = sorted(min(math.dist(a, d), math.dist(a, b)) for a, b, _, d in (q.tolist() for q in quads))
    small = sides[min(int(SMALLEST * len(sides)), len(sides) - 1)] * seen[0] / height
    if small >= LEGIBLE:
        return None
    return min(MAX_PIXELS, int(seen[0] * seen[1] * (WANTED / max(small, 1.0)) ** 2))


def to_tensor(image: Image, size: tuple[int, int] | None = None) -> tuple[NDArray[np.float32], tuple[int, int]]:
    """An RGB page as the detector's input (1, 3, h, w) of ``size`` (h, w), and how much of that it takes (h, w).

    A picture that is not larger than ``size`` is padded with white, any other resized. The weights expect BGR order.
    """
    h, w = size or network_size(*image.shape[:2])
    if image.shape[0] <= h and image.shape[1] <= w:
        used = (image.shape[0], image.shape[1])
    else:
        # Each pixel of a clearly smaller picture is the mean of those that it stands for, or thin strokes would break.
        how = cv2.INTER_AREA if 1.5 * h < image.shape[0] else cv2.INTER_LINEAR
        image, used = np.asarray(cv2.resize(image, (w, h), interpolation=how), np.uint8), (h, w)
    out = np.empty((1, 3, h, w), np.float32)
    for c in range(3):
        part = out[0, c, : used[0], : used[1]]
        np.multiply(image[:, :, 2 - c], 1.0 / (255.0 * _STD[c]), out=part, casting="unsafe")
        out[0, c, used[0] :] = out[0, c, :, used[1] :] = 1.0 / _STD[c]
        out[0, c] -= _MEAN[c] / _STD[c]
    return out, used


def _mini_box(points: NDArray[np.float32]) -> tuple[Quad, float]:
    rect = cv2.minAreaRect(points)
    corners = sorted(cv2.boxPoints(rect).tolist(), key=lambda p: p[0])
    left = sorted(corners[:2], key=lambda p: p[1])
    right = sorted(corners[2:], key=lambda p: p[1])
    return np.array([left[0], right[0], right[1], left[1]], np.float32), min(rect[1])


def _score(heat: NDArray[np.float32], box: Quad) -> float:
    """The mean probability within a box."""
    h, w = heat.shape
    x0, y0 = np.floor(box.min(axis=0)).astype(int)
    x1, y1 = np.ceil(box.max(axis=0)).astype(int)
    x0, x1 = int(np.clip(x0, 0, w - 1)), int(np.clip(x1, 0, w - 1))
    y0, y1 = int(np.clip(y0, 0, h - 1)), int(np.clip(y1, 0, h - 1))
    mask = np.zeros((y1 - y0 + 1, x1 - x0 + 1), np.uint8)
    cv2.fillPoly(mask, [(box - (x0, y0)).astype(np.int32)], (1.0,))
    prob = 1.0 / (1.0 + cv2.exp(-heat[y0 : y1 + 1, x0 : x1 + 1]))
    return float(cv2.mean(prob, mask)[0])


def _unclip(box: Quad) -> tuple[Quad, float]:
    # Growing a rectangle by a round offset and taking its minimal rectangle again is the
    # rectangle moved outwards on each side, so no polygon clipper is needed.
    (cx, cy), (w, h), angle = cv2.minAreaRect(box)
    if w + h <= 0:
        return box, 0.0
    grow = 2.0 * UNCLIP_RATIO * (w * h) / (2.0 * (w + h))
    grown = cv2.boxPoints(((cx, cy), (w + grow, h + grow), angle)).astype(np.float32)
    return _mini_box(grown)


def find_quads(heat: NDArray[np.float32], height: int, width: int) -> list[Quad]:
    """The line quads, in pixels of the (height, width) page, from the map (h, w) of log-odds that a pixel is of a line."""
    bitmap = (heat > math.log(THRESHOLD / (1 - THRESHOLD))).astype(np.uint8)
    contours, _ = cv2.findContours(bitmap, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    scale = np.array([width / heat.shape[1], height / heat.shape[0]], np.float32)
    limit = np.array([width, height], np.float32)
    quads: list[Quad] = []
    for contour in contours[:MAX_CANDIDATES]:
        box, side = _mini_box(np.asarray(contour, np.float32))
        if side < MIN_SIDE or _score(heat, box) < BOX_THRESHOLD:
            continue
        grown, side = _unclip(box)
        if side < MIN_SIDE + 2:
            continue
        quads.append(np.clip(np.round(grown * scale), 0, limit).astype(np.float32))
    return reading_order(quads)


def reading_order(quads: list[Quad]) -> list[Quad]:
    """Top to bottom, then left to right among lines whose tops are within 10 px (PaddleOCR's rule)."""
    ordered = sorted(quads, key=lambda q: (q[0][1], q[0][0]))
    for i in range(len(ordered) - 1):
        for j in range(i, -1, -1):
            a, b = ordered[j], ordered[j + 1]
            if abs(b[0][1] - a[0][1]) < 10 and b[0][0] < a[0][0]:
                ordered[j], ordered[j + 1] = b, a
            else:
                break
    return ordered


def cut(image: Image, quad: Quad) -> Image:
    """The line image of a quad, straightened; tall ones are turned to lie down."""
    a, b, c, d = quad.tolist()
    w, h = int(max(math.dist(a, b), math.dist(c, d))), int(max(math.dist(a, d), math.dist(b, c)))
    if w < 1 or h < 1:
        return np.zeros((0, 0, 3), np.uint8)
    target = np.array([[0, 0], [w, 0], [w, h], [0, h]], np.float32)
    matrix = cv2.getPerspectiveTransform(quad, target)
    crop = cv2.warpPerspective(image, matrix, (w, h), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    if h >= w * 1.5:
        crop = np.rot90(crop)
    return np.ascontiguousarray(crop, np.uint8)
