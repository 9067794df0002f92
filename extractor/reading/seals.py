"""Red seals: where they are, and the page with their ink taken away.

Text under a seal is kept and read (PaddleX#3641 deletes it); the second reading without
red ink is made only for lines that a seal touches.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from extractor.model import Box, Seal
from extractor.reading.upright import Image, shrunk

MIN_SIDE = 0.035
"""Smallest seal side as a fraction of the page's shorter side (a 7 mm stamp on A4)."""
MAX_SIDE = 0.45
WORK_SIDE = 1000
INK_LEVEL, PRINT_LEVEL = 0.9, 0.45
"""Shares of the seal's own lightness in the red channel: lighter is seal, darker than the second is print."""
TINT = 24
"""Levels by which red exceeds green and blue where there is some red ink."""


def red_mask(image: Image) -> NDArray[np.uint8]:
    """1 where the ink is red: saturated, hue around 0; shape (h, w)."""
    hsv = cv2.cvtColor(image, cv2.COLOR_RGB2HSV)
    hue, sat = hsv[..., 0], hsv[..., 1]
    mask = ((hue <= 12) | (hue >= 165)) & (sat >= 60) & (image[..., 0] >= 90)
    return np.asarray(mask, np.uint8)


def find_seals(image: Image) -> tuple[Seal, ...]:
    """Round or oval red stamps, as boxes in page fractions.

    A stamp is a roughly square blob of red ink after closing its gaps; red text lines and
    red borders are long or fill the page and are left out.
    """
    h, w = image.shape[:2]
    ratio = min(1.0, WORK_SIDE / max(h, w))
    small = shrunk(image, max(1, round(h * ratio)), max(1, round(w * ratio)))
    mask = red_mask(small)
    if int(mask.sum()) < 50:
        return ()
    closed = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (9, 9)))
    count, _, stats, _ = cv2.connectedComponentsWithStats(closed, connectivity=8)
    side = min(small.shape[:2])
    seals = []
    for x, y, bw, bh, area in stats[1:count].tolist():
        long, short = max(bw, bh), min(bw, bh)
        if short < MIN_SIDE * side or long > MAX_SIDE * side or long > 2.0 * short or area < 0.03 * bw * bh:
            continue
        seals.append(Seal(box=(x / small.shape[1], y / small.shape[0], (x + bw) / small.shape[1], (y + bh) / small.shape[0])))
    return tuple(seals)


def without_red(image: Image) -> Image:
    """The page as its red channel, three times, with red ink bleached to paper; black ink stays.

    In the red channel alone a dark seal stays grey enough to hide lines from the detector. So around red
    ink the channel is stretched: what is as light as the seal becomes paper, what is darker is print.
    """
    red, green, blue = (np.asarray(channel, np.uint8) for channel in cv2.split(image))
    mask = red_mask(image) > 0
    if mask.any():
        ink = float(np.percentile(red[mask], 25))
        low, high = PRINT_LEVEL * ink, INK_LEVEL * ink
        tinted = (cv2.subtract(red, cv2.max(green, blue)) > TINT).astype(np.uint8)
        # JPEG stores colour at half the resolution: the fringe of the ink is less red than it was.
        near = cv2.dilate(tinted, np.ones((5, 5), np.uint8)) > 0
        share = np.clip((np.arange(256, dtype=np.float32) - low) / (high - low), 0, 1)
        own = red[near]
        red[near] = np.maximum(own, np.clip(share[own] * _paper(red)[near], 0, 255).astype(np.uint8))
    return np.asarray(cv2.merge([red, red, red]), np.uint8)


def _paper(channel: Image) -> NDArray[np.float32]:
    """How light the paper is around each pixel: a white patch on grey paper would look like print."""
    h, w = channel.shape
    small = cv2.resize(channel, (max(1, w // 8), max(1, h // 8)), interpolation=cv2.INTER_AREA)
    light = cv2.blur(cv2.dilate(small, np.ones((9, 9), np.uint8)), (9, 9))
    return np.asarray(cv2.resize(light, (w, h), interpolation=cv2.INTER_LINEAR), np.float32)


def overlap(a: Box, b: Box) -> float:
    """Share of ``a`` that lies in ``b`` (0..1)."""
    w = min(a[2], b[2]) - max(a[0], b[0])
    h = min(a[3], b[3]) - max(a[1], b[1])
    area = (a[2] - a[0]) * (a[3] - a[1])
    return max(0.0, w) * max(0.0, h) / area if area > 0 else 0.0
