"""The fingerprint of a page picture: the same sheet again, in another file, gives nearly the same one.

A difference hash (dHash): the printed area is reduced to 17 x 16 cells of ink, and each bit says whether a cell
holds more than its right neighbour. Scaling, brightness and JPEG compression hardly change it.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from extractor.reading.upright import Image

_ACROSS, _DOWN = 17, 16
_THINNED, _SMALL = 1000, 256
"""Pixels of the long side, first taken and then averaged: the full picture would cost more than it tells."""
_PAPER, _BLACK = 24, 80
"""Grey levels: so much darker than the median is still paper; ink counts no darker than the second."""
_BLUR = 8.0
"""Pixels of the small picture; lines of print become stripes, so that a small shift moves nothing much."""
_OUTSIDE = 0.02
"""Share of the ink on each side that is left out with the margins: dust and the edge of the scan."""
_MORE = 0.04
"""By this share of the mean a cell must hold more ink: equal cells, as in white areas, all say no."""


def fingerprint(image: Image) -> str:
    """64 hexadecimal digits for an upright H x W x 3 RGB picture; empty where it shows hardly any print."""
    h, w = image.shape[:2]
    step = max(1, max(h, w) // _THINNED)
    # Green alone is nearly the grey picture, and red seals are dark in it.
    green = np.ascontiguousarray(image[::step, ::step, 1])
    ratio = _SMALL / max(h, w)
    size = (max(_ACROSS, round(w * ratio)), max(_DOWN, round(h * ratio)))
    # Before averaging, as thin print would be taken for paper afterwards.
    paper = np.full_like(green, max(0, int(np.median(green[::4, ::4])) - _PAPER))
    full = np.minimum(cv2.subtract(paper, green), np.uint8(_BLACK))
    ink = np.asarray(cv2.resize(full, size, interpolation=cv2.INTER_AREA), np.float32)
    rows, columns = _extent(ink.sum(axis=1)), _extent(ink.sum(axis=0))
    if rows is None or columns is None:
        return ""
    area = cv2.GaussianBlur(ink[rows, columns], (0, 0), _BLUR)
    cells = cv2.resize(area, (_ACROSS, _DOWN), interpolation=cv2.INTER_AREA)
    bits = cells[:, :-1] - cells[:, 1:] > _MORE * cells.mean()
    return np.packbits(bits.ravel()).tobytes().hex()


def _extent(ink: NDArray[np.float32]) -> slice | None:
    """From where to where a profile holds print, margins left out; None where that is next to nothing."""
    total = np.cumsum(ink)
    if total[-1] <= 0:
        return None
    first, last = np.searchsorted(total, (_OUTSIDE * total[-1], (1 - _OUTSIDE) * total[-1]))
    return slice(int(first), int(last) + 1) if last - first >= _ACROSS else None
