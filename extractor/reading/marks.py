"""Large print across a page: 样本, 作废, 仅供参考, SAMPLE.

Such a mark decides whether a paper proves anything, but it is too big, too pale, too slanted and too
much crossed by the text below it for the detector at full size. So the page is seen from afar with its
thin strokes closed, at the slants that marks have.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from extractor.model import Box, Line
from extractor.reading.upright import Image, Quad, move_quad, size, skew_matrix
from models.ocr.detection import cut

SIDE = 512
"""Longest side of the view: print of 8 points is 4 pixels high, a mark of 72 points 45."""
BLACK = 0.45
"""Pixels whose lightest channel is below this share of the paper are black print."""
THIN_SLANTS = (30.0, 0.0)
THICK_SLANTS = (30.0, 45.0, -38.0)
"""Clockwise turns (degrees) that level the usual marks, tried with strokes as they are and thickened:
light marks need the thickening, bold ones close up by it."""
MIDDLE = (0.12, 0.18, 0.88, 0.8)
MIN_HEIGHT = 0.028
MAX_HEIGHT = 0.25
"""Of the page's longer side (8 mm and 75 mm on A4): the size of a mark's characters."""
SURE = 0.85


class Reader(Protocol):
    """The two stages of an engine that are needed here."""

    def detect(self, image: Image) -> list[Quad]:
        """Quads of all lines, in pixels."""
        ...

    def recognise(self, crops: Sequence[Image]) -> Sequence[_Read]:
        """Texts of line images."""
        ...


class _Read(Protocol):
    @property
    def text(self) -> str: ...
    @property
    def confidence(self) -> float: ...


def from_afar(image: Image) -> NDArray[np.uint8]:
    """The page small and grey, black print taken out, contrast stretched.

    Marks are coloured or grey so that the text below stays legible; black print would only cross them.
    """
    h, w = image.shape[:2]
    ratio = min(1.0, 2 * SIDE / max(h, w))
    seen = (max(1, round(w * ratio)), max(1, round(h * ratio)))
    image = np.asarray(cv2.resize(image, seen, interpolation=cv2.INTER_AREA), np.uint8)
    darkest, lightest = image.min(axis=2), image.max(axis=2)
    paper = np.maximum(cv2.medianBlur(cv2.dilate(darkest, np.ones((9, 9), np.uint8)), 51), 1)
    black = cv2.dilate((lightest < BLACK * paper.astype(np.float32)).astype(np.uint8), np.ones((3, 3), np.uint8))
    flat = np.clip(darkest.astype(np.float32) / paper * 255.0, 0, 255).astype(np.uint8)
    # Where black print was, what stands around it shows through.
    filled = np.where(black > 0, cv2.medianBlur(np.where(black > 0, 255, flat).astype(np.uint8), 5), flat)
    small = cv2.resize(filled, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    return np.asarray(np.clip((small.astype(np.float32) - 110) * 255.0 / (240 - 110), 0, 255), np.uint8)


def has_large_ink(view: NDArray[np.uint8]) -> bool:
    """Whether something as large as a mark's character, and as open as writing, stands in the page's middle."""
    h, w = view.shape
    l, t, r, b = MIDDLE
    middle = (view[int(t * h) : int(b * h), int(l * w) : int(r * w)] < 190).astype(np.uint8)
    if not middle.size:
        return False
    count, _, stats, _ = cv2.connectedComponentsWithStats(cv2.dilate(middle, np.ones((3, 3), np.uint8)), connectivity=8)
    low, high = 0.8 * MIN_HEIGHT * max(h, w), MAX_HEIGHT * max(h, w)
    return any(low <= max(bw, bh) <= high and min(bw, bh) >= 0.5 * low for _, _, bw, bh, _ in stats[1:count].tolist())


def find_marks(engine: Reader, image: Image) -> list[Line]:
    """Marks of at least two characters, as slanted lines (``slant`` is never 0, also for level ones)."""
    view = from_afar(image)
    if not has_large_ink(view):
        return []
    thick = np.asarray(cv2.erode(view, np.ones((3, 3), np.uint8)), np.uint8)
    out: list[Line] = []
    for seen, slants in ((view, THIN_SLANTS), (thick, THICK_SLANTS)):
        for degrees in slants:
            out += [x for x in _at_slant(engine, seen, degrees) if all(x.text != known.text for known in out)]
    return out


def _at_slant(engine: Reader, view: NDArray[np.uint8], degrees: float) -> list[Line]:
    h, w = view.shape
    matrix, th, tw = skew_matrix(h, w, degrees)
    turned = cv2.warpAffine(view, matrix, (tw, th), borderValue=(255.0,))
    colour = np.ascontiguousarray(np.repeat(turned[:, :, None], 3, axis=2), np.uint8)
    quads = [q for q in engine.detect(colour) if _is_large(q, max(h, w))]
    pairs = [(q, c) for q in quads if (c := cut(colour, q)).size]
    back = np.asarray(cv2.invertAffineTransform(matrix), np.float64)
    return [
        _line(read, move_quad(quad, back), h, w, -degrees)
        for (quad, _), read in zip(pairs, engine.recognise([c for _, c in pairs]), strict=True)
        if read.confidence >= SURE and len("".join(read.text.split())) >= 2
    ]


def _is_large(quad: Quad, side: int) -> bool:
    width, height = size(quad)
    return height >= MIN_HEIGHT * side and width >= 1.2 * height


def _line(read: _Read, quad: Quad, h: int, w: int, slant: float) -> Line:
    left, top = np.clip(quad.min(axis=0) / (w, h), 0, 1).tolist()
    right, bottom = np.clip(quad.max(axis=0) / (w, h), 0, 1).tolist()
    box: Box = (left, top, right, bottom)
    # A level mark is kept apart from the page's own lines by a token slant.
    return Line(text=read.text, box=box, confidence=round(read.confidence, 4), origin="ocr_clean", slant=slant or 0.1)
