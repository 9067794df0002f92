"""CTC recognition around the network: line images to tensors, best paths to text.

Follows PaddleX 3.7 ``text_recognition`` (Apache-2.0): height 48, (x/255 - 0.5)/0.5, blank 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from models.ocr.protocol import Image

HEIGHT = 48
FULL_WIDTH = 320
"""The width the network was trained at. Single characters are padded to it: without the white
around them a ``/`` is read as ``1``."""
MIN_WIDTH = 128
SINGLE_WIDTH = 80
STEP = 16
"""Batch widths are rounded up to this: a shape that is new costs 3 to 12 ms, a column 0.1."""
MAX_WIDTH = 3200
BATCH_COLUMNS = 4 * 960
"""Bound of (lines x width) in one batch: keeps memory flat on pages of very long lines."""


def target_width(crop: Image) -> int:
    """The width at height 48, as the reference engine takes it (at least 320 with padding)."""
    h, w = crop.shape[:2]
    return min(max(int(np.ceil(HEIGHT * w / h)), 8), MAX_WIDTH)


def padded_width(crop: Image) -> int:
    """The columns that a line takes in a batch (see ``FULL_WIDTH``, ``MIN_WIDTH``, ``STEP``)."""
    width = target_width(crop)
    if width <= SINGLE_WIDTH:
        return FULL_WIDTH
    return -(-max(width, MIN_WIDTH) // STEP) * STEP


def batches(crops: Sequence[Image], max_batch: int) -> Iterator[list[int]]:
    """Indexes of crops grouped by similar width, so that little is padding."""
    order = sorted(range(len(crops)), key=lambda i: padded_width(crops[i]))
    batch: list[int] = []
    for i in order:
        width = padded_width(crops[i])
        if batch and (len(batch) >= max_batch or (len(batch) + 1) * width > BATCH_COLUMNS):
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch


def to_tensor(crops: Sequence[Image]) -> tuple[NDArray[np.float32], list[int]]:
    """Line images as one tensor (n, 3, 48, w) padded with 0 on the right, and their own widths."""
    widths = [target_width(c) for c in crops]
    full = max(padded_width(c) for c in crops)
    out = np.zeros((len(crops), 3, HEIGHT, full), np.float32)
    for i, (crop, w) in enumerate(zip(crops, widths, strict=True)):
        small = cv2.resize(crop, (w, HEIGHT))
        # BGR order, as in training.
        out[i, :, :, :w] = small[:, :, ::-1].transpose(2, 0, 1) * np.float32(1 / 127.5) - np.float32(1.0)
    return out, widths


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
