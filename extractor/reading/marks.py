"""Large print across a page: 样本, 作废, 仅供参考, SAMPLE.

Such a mark decides whether a paper proves anything, but it is too big, too pale, too slanted and too
much crossed by the text below it for the detector at full size. So the page is seen from afar, once
without its black print (``mark_views``: pale ink) and once with nothing but large black shapes, which is
what a mark becomes in a fax. Only where such a view holds something like two characters is it searched.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from extractor.model import Box, Line
from extractor.reading.mark_views import large_ink, likely_slants, mark_views
from extractor.reading.seals import overlap
from extractor.reading.upright import Image, Quad, angle, move_quad, size, skew_matrix
from extractor.values.mark_words import is_draft_mark
from models.ocr.detection import cut

MIN_HEIGHT = 0.022
"""Of the page's longer side (6.5 mm on A4): the least height of a mark's line."""
MAX_SLANT = 68.0
SURE = 0.85
SURE_WORD = 0.5
"""The same where the text is one of the few words that marks say."""
SLANTED = 6.0
SQUARE = (0.6, 1.6)
"""Width by height of a box that holds one character."""
STEP = (1.1, 4.0)
"""From one character of a spaced mark to the next, in character sizes."""
LEVELS = ((110, 240), (190, 250))
"""Grey levels stretched to black and to white: for marks as dark as a stamp and for the palest."""
MAX_CROPS = 12
"""Largest lines of a view that are read: a mark that fills the page stands there more often."""
LONGEST = 24.0
"""Heights of a line: no mark is longer."""
SETTLED, SAME = 0.95, 0.8
"""A line read so surely is not read again where another view has a line that overlaps so much with it."""


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


def find_marks(engine: Reader, image: Image) -> list[Line]:
    """Marks of at least two characters, as slanted lines (``slant`` is never 0, also for level ones).

    Args:
        engine: detector and recogniser.
        image: the upright page.
    """
    out: list[Line] = []
    for name, view in mark_views(image):
        ink = large_ink(view)
        if ink is None:
            continue
        levels = LEVELS if name == "pale" else LEVELS[:1]
        found: list[Line] = []
        for level in levels:
            found += _at_slant(engine, _stretched(view, *level), 0.0, found)
        if not any(abs(x.slant) > SLANTED for x in found):
            last = _stretched(view, *levels[-1])
            found += [x for degrees in likely_slants(view, ink) for x in _at_slant(engine, last, degrees)]
        out += [x for i, x in enumerate(found) if all(x.text != known.text for known in (*out, *found[:i]))]
    return out


def _stretched(view: NDArray[np.uint8], black: int, white: int) -> NDArray[np.uint8]:
    levels = (np.arange(256, dtype=np.float32) - black) * 255.0 / (white - black)
    return np.asarray(cv2.LUT(view, np.clip(levels, 0, 255).astype(np.uint8)), np.uint8)


def _at_slant(engine: Reader, view: NDArray[np.uint8], degrees: float, known: Sequence[Line] = ()) -> list[Line]:
    """What is read in a view turned clockwise by ``degrees``: found at half its size, read at its own.

    Of a turned view only lines that are slanted on the page: the level ones were seen before. ``known``: lines that were.
    """
    h, w = view.shape
    matrix, th, tw = skew_matrix(h, w, degrees)
    turned = cv2.warpAffine(view, matrix, (tw, th), borderValue=(255.0,)) if degrees else view
    small = cv2.resize(turned, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    side = max(h, w)
    quads = [q * 2 for q in engine.detect(_colour(small))]
    quads = [q for q in quads if size(q)[1] >= MIN_HEIGHT * side]
    back = np.asarray(cv2.invertAffineTransform(matrix), np.float64)
    settled = [x.box for x in known if x.confidence >= SETTLED]
    wide = [q for q in quads if _is_line(q)] + spaced(quads)
    wide = [
        q
        for q in wide
        if (not degrees or abs(angle(q) - degrees) > SLANTED) and not _among(_box(move_quad(q, back), h, w), settled)
    ]
    wide = sorted(wide, key=lambda q: -size(q)[1])[:MAX_CROPS]
    coloured = _colour(turned)
    pairs = [(q, c) for q in wide if (c := cut(coloured, q)).size]
    return [
        _line(read, move_quad(quad, back), h, w, angle(quad) - degrees)
        for (quad, _), read in zip(pairs, engine.recognise([c for _, c in pairs]), strict=True)
        if read.confidence >= (SURE_WORD if is_draft_mark(read.text) else SURE) and len("".join(read.text.split())) >= 2
    ]


def _colour(view: NDArray[Any]) -> Image:
    grey = np.asarray(view, np.uint8)
    return np.asarray(cv2.merge([grey, grey, grey]), np.uint8)


def _is_line(quad: Quad) -> bool:
    width, height = size(quad)
    return 1.2 * height <= width <= LONGEST * height and abs(angle(quad)) <= MAX_SLANT


def _among(box: Box, others: Sequence[Box]) -> bool:
    """Whether a box and one of the others are much the same."""
    return any(min(overlap(box, x), overlap(x, box)) > SAME for x in others)


def _box(quad: Quad, h: int, w: int) -> Box:
    left, top = np.clip(quad.min(axis=0) / (w, h), 0, 1).tolist()
    right, bottom = np.clip(quad.max(axis=0) / (w, h), 0, 1).tolist()
    return (left, top, right, bottom)


def spaced(quads: Sequence[Quad]) -> list[Quad]:
    """Lines of widely spaced characters, each found alone: equal boxes at equal steps, not steeper than a mark."""
    alone = [q for q in quads if SQUARE[0] <= size(q)[0] / size(q)[1] <= SQUARE[1]]
    centres = [(q.mean(axis=0), float(np.sqrt(np.prod(size(q))))) for q in alone]
    centres.sort(key=lambda x: float(x[0][0]))
    out: list[Quad] = []
    used: set[tuple[int, int]] = set()
    for i, (first, a) in enumerate(centres):
        for j, (second, b) in enumerate(centres):
            step = second - first
            length = float(np.linalg.norm(step))
            if j <= i or (i, j) in used or max(a, b) > 1.4 * min(a, b) or not STEP[0] * a <= length <= STEP[1] * a:
                continue
            if abs(np.degrees(np.arctan2(step[1], step[0]))) > MAX_SLANT:
                continue
            chain = [i, j]
            while True:
                ahead = centres[chain[-1]][0] + step
                nxt = [k for k, (c, _) in enumerate(centres) if k not in chain and np.linalg.norm(c - ahead) < 0.4 * a]
                if not nxt:
                    break
                used.add((chain[-1], nxt[0]))
                chain.append(nxt[0])
            out.append(_around([centres[k][0] for k in chain], 0.62 * max(centres[k][1] for k in chain)))
    return out


def _around(centres: Sequence[NDArray[np.float32]], half: float) -> Quad:
    """The quad around characters that stand on one line; ``half``: of their size."""
    along = (centres[-1] - centres[0]) / np.linalg.norm(centres[-1] - centres[0])
    down = np.array([-along[1], along[0]])
    start, end = centres[0] - half * along, centres[-1] + half * along
    return np.array([start - half * down, end - half * down, end + half * down, start + half * down], np.float32)


def _line(read: _Read, quad: Quad, h: int, w: int, slant: float) -> Line:
    # A level mark is kept apart from the page's own lines by a token slant.
    slant = round(slant, 1) if abs(slant) > 0.1 else 0.1
    return Line(text=read.text, box=_box(quad, h, w), confidence=round(read.confidence, 4), origin="ocr_clean", slant=slant)
