"""What the ink of a small picture of a page tells without any network: sparse, coloured, with pictures or large shapes."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from extractor.model import Box
from extractor.reading.mark_views import large_ink, mark_views
from extractor.reading.seals import red_mask
from extractor.reading.upright import Image
from extractor.values.line_rows import FEW_ROWS

UNEVEN = 3
"""Rows that may be missing from each strip of a page, as they end elsewhere."""
COLOURED = 0.01
"""Share of the page in colour from which on it is no plain print; paper is tinted more weakly, seals do not count."""
PICTURE = 0.004
"""Share of the page in dark areas that are no print."""
_DARK = 40
_SMALL = 480
_BLOB = np.ones((7, 7), np.uint8)


def reduced(image: Image, side: int) -> Image:
    """The picture with its longer side at most ``side``."""
    h, w = image.shape[:2]
    ratio = min(1.0, side / max(h, w))
    size = (max(1, round(w * ratio)), max(1, round(h * ratio)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def plainly(image: Image) -> bool:
    """Whether a picture is no page of running text or tables by its ink alone: sparse, or coloured (seals do not count)."""
    h, w = image.shape[:2]
    ratio = min(1.0, _SMALL / max(h, w))
    across, down = max(1, round(w * ratio)), max(1, round(h * ratio))
    small = np.asarray(cv2.resize(image, (across, down), interpolation=cv2.INTER_AREA), np.uint8)
    if ink_rows(small) < FEW_ROWS - UNEVEN:
        return True
    hsv = cv2.cvtColor(small, cv2.COLOR_RGB2HSV)
    vivid = (hsv[..., 1] >= 70) & (hsv[..., 2] >= 60) & (red_mask(small) == 0)
    return bool(vivid.mean() > COLOURED)


def ink_rows(image: Image) -> int:
    """Rows of print in the fullest of four strips of a small picture, upright or lying; a slight skew does no harm."""
    ink = ink_of(image)
    return max(_runs(strip.mean(axis=1)) for way in (ink, ink.T) for strip in np.array_split(way, 4, axis=1))


def _runs(profile: NDArray[np.float64]) -> int:
    """How many stretches of a profile hold ink."""
    dark = profile > 0.03
    return int((dark[1:] & ~dark[:-1]).sum())


def ink_of(image: Image) -> NDArray[np.bool_]:
    """Where a picture is clearly darker than its paper."""
    red, green, blue = cv2.split(image)
    darkest = cv2.min(cv2.min(red, green), blue)
    # Paper changes slowly: at half the size it is found in a quarter of the time.
    half = cv2.resize(cv2.dilate(darkest, np.ones((9, 9), np.uint8)), None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    paper = np.asarray(cv2.resize(cv2.medianBlur(half, 11), darkest.shape[::-1]), np.uint8)
    return np.asarray(cv2.subtract(paper, darkest) > _DARK, np.bool_)


def pictured(dark: NDArray[np.bool_], boxes: Sequence[Box]) -> bool:
    """Whether much of a page is dark that is neither print, nor a ruling, nor a seal.

    Args:
        dark: where the upright page, small, has ink that is not red.
        boxes: of its lines, in fractions of it.
    """
    h, w = dark.shape
    ink = dark.astype(np.uint8)
    for left, top, right, bottom in boxes:
        pad = 0.3 * (bottom - top)
        ink[max(0, int((top - pad) * h)) : int((bottom + pad) * h) + 1, max(0, int(left * w) - 3) : int(right * w) + 4] = 0
    # The edge of a scan is often black.
    edge_y, edge_x = h // 40, w // 40
    inner = ink[edge_y : h - edge_y, edge_x : w - edge_x]
    return bool(cv2.morphologyEx(inner, cv2.MORPH_OPEN, _BLOB).mean() > PICTURE)


# --- large shapes ---------------------------------------------------------------------------


def may_be_marked(image: Image) -> bool:
    """Whether large shapes stand on a level page, small, that may be a mark across it.

    No shape is left out because it stands on a line or in a seal: strokes of a mark run together with the print below it.
    """
    return any(large_ink(view) is not None for _, view in mark_views(image))
