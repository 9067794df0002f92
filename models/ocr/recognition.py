"""CTC recognition around the network: line images to tensors, best paths to text.

Follows PaddleX 3.7 ``text_recognition`` (Apache-2.0): height 48, (x/255 - 0.5)/0.5, blank 0.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from models.ocr.protocol import Image

HEIGHT = 48
FULL_WIDTH = 320
"""The width the network was trained at. Single characters are padded to it: without the white
around them a ``/`` is read as ``1``."""
SINGLE_WIDTH = 80
MIN_WIDTH, STEP, GROWTH = 128, 16, 1.1
"""Lines are padded to one of few widths, each a tenth more than the one before (at least 16 columns): an input of a shape
that is new costs 20 ms, as much as 2,000 columns in bf16."""
MAX_WIDTH = 3200
TOGETHER, TOGETHER_WIDTH = 4, 320
"""So many lines of one width are read together, up to this width: wider ones gain nothing by it. Always just so many, or
one alone: another number would be another shape."""


def _widths() -> tuple[int, ...]:
    found = [MIN_WIDTH]
    while found[-1] < MAX_WIDTH:
        found.append(min(MAX_WIDTH, max(found[-1] + STEP, round(found[-1] * GROWTH / STEP) * STEP)))
    return tuple(found)


WIDTHS = _widths()
"""The widths of the network's inputs, in columns."""


def target_width(crop: Image) -> int:
    """The width at height 48, as the reference engine takes it (at least 320 with padding)."""
    h, w = crop.shape[:2]
    return min(max(int(np.ceil(HEIGHT * w / h)), 8), MAX_WIDTH)


def padded(width: int) -> int:
    """The columns that a line of this width takes (see ``FULL_WIDTH``, ``WIDTHS``)."""
    return WIDTHS[bisect_left(WIDTHS, FULL_WIDTH if width <= SINGLE_WIDTH else width)]


def batches(crops: Sequence[Image]) -> Iterator[tuple[int, list[int]]]:
    """Which crops are read together, by index, and the width of each batch in columns."""
    alike: dict[int, list[int]] = {}
    for i, crop in enumerate(crops):
        alike.setdefault(padded(target_width(crop)), []).append(i)
    for width, found in sorted(alike.items()):
        whole = len(found) - len(found) % TOGETHER if width <= TOGETHER_WIDTH else 0
        yield from ((width, found[k : k + TOGETHER]) for k in range(0, whole, TOGETHER))
        yield from ((width, [i]) for i in found[whole:])


def to_tensor(crops: Sequence[Image], columns: int) -> NDArray[np.float32]:
    """Line images as one tensor (n, 3, 48, columns), padded with 0 on the right."""
    out = np.zeros((len(crops), 3, HEIGHT, columns), np.float32)
    for i, crop in enumerate(crops):
        w = target_width(crop)
        small = cv2.resize(crop, (w, HEIGHT))
        # BGR order, as in training.
        out[i, :, :, :w] = small[:, :, ::-1].transpose(2, 0, 1) * np.float32(1 / 127.5) - np.float32(1.0)
    return out


def decode(
    indexes: NDArray[np.int64], scores: NDArray[np.float32], width: int, full: int, characters: Sequence[str]
) -> tuple[str, float, tuple[tuple[float, float], ...]]:
    """The text, mean confidence and character spans of one best path.

    ``indexes``/``scores`` have one entry per time step over ``full`` columns; spans are
    fractions of the line's own ``width`` columns.
    """
    steps = len(indexes)
    keep = indexes != 0
    keep[1:] &= indexes[1:] != indexes[:-1]
    at = np.flatnonzero(keep)
    if len(at) == 0:
        return "", 0.0, ()
    text = [characters[int(indexes[i])] for i in at]
    per_step = full / steps
    centres = np.clip((at + 0.5) * per_step / max(width, 1), 0.0, 1.0)
    edges = np.concatenate(([centres[0]], (centres[1:] + centres[:-1]) / 2, [centres[-1]]))
    half = float(np.median(np.diff(centres))) / 2 if len(centres) > 1 else 0.5
    edges[0], edges[-1] = max(0.0, centres[0] - half), min(1.0, centres[-1] + half)
    # A character is not wider than 1.2 line heights: a gap to the next word is not part of it.
    widest = 0.6 * HEIGHT / max(width, 1)
    spans = [
        (max(float(edges[i]), float(c) - widest), min(float(edges[i + 1]), float(c) + widest)) for i, c in enumerate(centres)
    ]
    joined: list[tuple[float, float]] = []
    for ch, span in zip(text, spans, strict=True):
        joined.extend([span] * len(ch))
    return "".join(text), float(scores[at].mean()), tuple(joined)
