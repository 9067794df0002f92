"""Turn a page upright: quarter turns and skew. Pure functions on RGB uint8 images."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Quad = NDArray[np.float32]

MAX_SKEW = 15.0
"""Degrees; beyond it lines are taken to be slanted on purpose (watermarks), not the page skewed."""
MIN_SKEW = 0.3
TALL = 1.5
VOTERS, FIRST_VOTERS = 12, 4
CLEARLY = 1.5
"""The first voters decide alone where one way reads so much better than the other."""
ENOUGH = 8
"""Heights of a line that are looked at."""
NEARLY = 0.8
"""Share of a picture's height: what is larger differs too little from it for means of several pixels."""


def shrunk(image: Image, height: int, width: int) -> Image:
    """The image made smaller; where it may, it is halved first, which takes a tenth of the time that other sizes take."""
    while image.shape[0] >= 2 * height and image.shape[1] >= 2 * width:
        h, w = image.shape[0] // 2, image.shape[1] // 2
        image = np.asarray(cv2.resize(image[: 2 * h, : 2 * w], (w, h), interpolation=cv2.INTER_AREA), np.uint8)
    how = cv2.INTER_AREA if height < NEARLY * image.shape[0] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(image, (width, height), interpolation=how), np.uint8)


def turn(image: Image, rotation: int) -> Image:
    """Turn clockwise by ``rotation`` (0, 90, 180, 270) degrees."""
    return np.ascontiguousarray(np.rot90(image, -(rotation // 90) % 4))


def skew_matrix(height: int, width: int, degrees: float) -> tuple[NDArray[np.float64], int, int]:
    """Affine matrix (2, 3) that turns by ``degrees`` clockwise, and the (height, width) that holds all of it."""
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)
    cos, sin = abs(matrix[0, 0]), abs(matrix[0, 1])
    new_w, new_h = math.ceil(height * sin + width * cos), math.ceil(height * cos + width * sin)
    matrix[0, 2] += new_w / 2 - width / 2
    matrix[1, 2] += new_h / 2 - height / 2
    return np.asarray(matrix, np.float64), new_h, new_w


def deskew(image: Image, degrees: float) -> Image:
    """Turn clockwise by a small angle on a canvas that holds all of the page; edges repeat."""
    if degrees == 0.0:
        return image
    matrix, h, w = skew_matrix(image.shape[0], image.shape[1], degrees)
    out = cv2.warpAffine(image, matrix, (w, h), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(out, np.uint8)


def make_upright(image: Image, rotation: int, skew: float) -> Image:
    """Repeat what reading a page found: first the quarter turn, then the skew (``Page.rotation``, ``Page.skew``)."""
    return deskew(turn(image, rotation), skew)


def move_quad(quad: Quad, matrix: NDArray[np.float64]) -> Quad:
    """A quad after an affine matrix (2, 3)."""
    return np.asarray(quad @ matrix[:, :2].T + matrix[:, 2], np.float32)


def size(quad: Quad) -> tuple[float, float]:
    """(width, height) of a quad in pixels."""
    # Plain numbers: called for every line many times, and NumPy takes ten times as long for two of them.
    a, b, c, d = quad.tolist()
    return max(math.dist(a, b), math.dist(c, d)), max(math.dist(a, d), math.dist(b, c))


def angle(quad: Quad) -> float:
    """Degrees by which a quad's base line falls to the right (clockwise)."""
    dx, dy = (quad[1] - quad[0] + quad[2] - quad[3]) / 2
    return math.degrees(math.atan2(float(dy), float(dx)))


def lies_sideways(quads: Sequence[Quad]) -> bool:
    """Whether most of the text length runs vertically, so that the page needs a quarter turn."""
    upright = sideways = 0.0
    for quad in quads:
        # By the long side itself: the corners of a tall tilted box come in the order of a wide one.
        (x, y), right, _, below = quad.tolist()
        edges = ((right[0] - x, right[1] - y), (below[0] - x, below[1] - y))
        short, long = sorted(edges, key=lambda e: math.hypot(*e))
        length = math.hypot(*long)
        if length < TALL * math.hypot(*short):
            continue
        if abs(long[1]) > abs(long[0]):
            sideways += length
        else:
            upright += length
    return sideways > upright


def is_tall(quad: Quad) -> bool:
    """Whether a quad is cut as a line that runs down the page (``models.ocr.detection.cut`` turns it to lie down)."""
    width, height = size(quad)
    return height >= TALL * width


def estimate_skew(quads: Sequence[Quad]) -> float:
    """Clockwise turn (degrees) that levels the lines; 0 when they are level or do not agree.

    The length-weighted median of the angles of long lines; lines that disagree by more than
    3 degrees with it (watermarks, seals) must be the minority.
    """
    angles, weights = [], []
    for quad in quads:
        w, h = size(quad)
        if w < h * 3:
            continue
        tilt = angle(quad)
        if abs(tilt) <= MAX_SKEW:
            angles.append(tilt)
            weights.append(w)
    if len(angles) < 3:
        return 0.0
    order = np.argsort(angles)
    sorted_angles, cumulative = np.array(angles)[order], np.cumsum(np.array(weights)[order])
    median = float(sorted_angles[np.searchsorted(cumulative, cumulative[-1] / 2)])
    agree = sum(w for a, w in zip(angles, weights, strict=True) if abs(a - median) <= 3.0)
    if abs(median) < MIN_SKEW or agree < 0.5 * sum(weights):
        return 0.0
    return -median


def upside_down(
    crops: Sequence[Image], votes: Callable[[Sequence[Image]], list[float]], score: Callable[[Sequence[Image]], list[float]]
) -> bool:
    """Whether a page with these line images stands on its head.

    A cheap classifier votes on the longest lines; when it does not clearly say upright, the
    recogniser decides by reading each line both ways (its confidence is far the better judge).

    Args:
        crops: line images lying down.
        votes: probability of upside-down for each image.
        score: recognition confidence times text length for each image.
    """
    chosen = sorted((_middle(c) for c in crops if c.size), key=lambda c: -c.shape[1] / c.shape[0])[:VOTERS]
    if not chosen or float(np.mean(votes(chosen))) < 0.3:
        return False
    ours = theirs = 0.0
    for part in (chosen[:FIRST_VOTERS], chosen[FIRST_VOTERS:]):
        if part:
            ours += sum(score(part))
            theirs += sum(score([np.ascontiguousarray(np.rot90(c, 2)) for c in part]))
        if max(ours, theirs) > CLEARLY * min(ours, theirs):
            break
    return theirs > ours


def _middle(crop: Image) -> Image:
    """The middle of a long line, which tells its direction as well as all of it."""
    h, w = crop.shape[:2]
    start = max(0, (w - ENOUGH * h) // 2)
    return np.ascontiguousarray(crop[:, start : start + ENOUGH * h])
