"""A look at a page image from afar: where its lines stand, and the few lines that tell what it is.

The detector sees a reduced picture, which shows it the lines nearly as well, and the recogniser reads only what a
title, a heading or a running head may be (``values.line_rows``). That costs about a tenth of reading a page of
running text. Pictures that plainly must be read (few lines, colour, red ink) are told without any network.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from extractor.model import Box, Glance, Line, Page, Seal
from extractor.reading.fingerprint import fingerprint
from extractor.reading.glance_ink import ink_of, may_be_marked, pictured, plainly, reduced
from extractor.reading.mark_views import SIDE as FAR_SIDE
from extractor.reading.marks import find_marks
from extractor.reading.ocr_page import Recogniser, fit, in_order
from extractor.reading.seals import find_seals, overlap, red_mask
from extractor.reading.straighten import as_read, find_warp, straighten_quad
from extractor.reading.upright import (
    Image,
    Quad,
    angle,
    deskew,
    estimate_skew,
    lies_sideways,
    make_upright,
    move_quad,
    size,
    skew_matrix,
    turn,
)
from extractor.values.chinese import squeeze
from extractor.values.line_rows import FEW_ROWS, shape_of, short_lines, telling
from extractor.values.paper_words import PAPER, UNCLEAR
from models.ocr.detection import MIN_PIXELS, cut, network_size
from models.ocr.recognition import HEIGHT, MAX_WIDTH, padded

SIDE = 768
"""Longest side of the picture that the detector sees: 65 dpi of A4, where print of 10 points is 9 pixels high."""
RIM = 0.07
"""Of the page width: characters that are all so near to an edge are of a seal pressed across the edges of all pages."""
RED = 0.08
"""Share of red ink in the box of a character of a seal."""
MOST_READ, MOST_LOOSE = 30, 40
"""Lines that are read at most, of running text and tables, and of pages with pictures or few lines: with more, the page."""
FIRST = 4
"""So many of the highest lines tell a certificate."""
UPRIGHT, HEAD_DOWN = 0.3, 0.7
"""Mean votes of the turn classifier below and above which a page surely stands upright and on its head."""
VOTERS = 6
SLANTED = 6.0
STEEPEST = 5.0
"""Degrees of skew beyond which a page is read."""
MARK_HEIGHT = 2.5
"""Of the usual line height: a box so high that lies over other lines is a piece of a mark across the page."""
HEAD_EMS = 26
"""Characters of a running head that are read at most."""
COLUMN = 0.16
"""What a column of the recogniser costs, in thousand pixels of the detector (90 to 570 microseconds)."""
FIXED = 450.0
"""What all the rest costs, as marks, seals and the turns, in the same unit."""


@dataclass(frozen=True)
class _Upright:
    """A page turned upright: its picture, the picture reduced and more reduced, and the quads of its lines on the former."""

    image: Image
    far: Image
    small: Image
    quads: list[Quad]
    rotation: int
    vote: float
    """How surely it still stands on its head (0..1)."""
    seen: float
    """What the detector has seen, in thousand pixels."""


@dataclass(frozen=True)
class _Level:
    """The page set level and straight: its size and reduced picture, and its lines without marks and seals.

    ``quads`` stand on the upright page, ``boxes`` on the straight one.
    """

    width: int
    height: int
    small: Image
    quads: list[Quad]
    boxes: tuple[Box, ...]
    seals: tuple[Seal, ...]
    warp: tuple[float, ...]
    pictured: bool


def glance(engine: Recogniser, image: Image, *, file: int, page: int, far: Image | None = None) -> Glance:
    """Look at a page image (RGB uint8) of which it is known that it is not blank.

    Args:
        engine: detector, recogniser and turn classifier.
        image: as it came from its file.
        file: the file's number, from 0.
        page: the page's number in it, from 1.
        far: the image reduced to ``FAR_SIDE``, if it is at hand.
    """
    far = reduced(image, FAR_SIDE) if far is None else far
    image = fit(image)
    blank = Page(file=file, page=page, width=image.shape[1], height=image.shape[0], source="ocr", deferred=True)
    loose = plainly(far)
    up = _upright(engine, image, far)
    skew = estimate_skew(up.quads)
    if doubt := _lying(up, skew):
        return Glance(page=blank, doubt=doubt, cost=_cost(up, ()))
    level = _levelled(up, skew)
    shape = shape_of(level.boxes, level.height / level.width)
    loose = loose or level.pictured or len(shape.rows) < FEW_ROWS
    told: dict[int, str] = dict.fromkeys(short_lines(shape), "") if loose else dict(telling(shape))
    if not told or len(told) > (MOST_LOOSE if loose else MOST_READ):
        return Glance(page=blank, doubt="版面零碎", cost=_cost(up, ()))
    quads = [_head(level.quads[i]) if role == "frame" else level.quads[i] for i, role in told.items()]
    lines = _read(engine, up.image, quads, [level.boxes[i] for i in told], paper=loose)
    if lines is None:
        return Glance(page=blank, doubt="有材料的标题", cost=_cost(up, quads[:FIRST]))
    return Glance(
        page=Page(
            file=file,
            page=page,
            width=level.width,
            height=level.height,
            source="ocr",
            lines=tuple(in_order(lines)),
            seals=level.seals,
            rotation=up.rotation,
            skew=skew,
            warp=level.warp,
            engine=engine.version,
            look=fingerprint(level.small),
            deferred=True,
        ),
        boxes=level.boxes,
        loose=loose,
        marked=may_be_marked(deskew(up.far, skew)),
        cost=_cost(up, quads),
    )


def with_marks(engine: Recogniser, image: Image, page: Page) -> Page:
    """A glanced page with the marks across it (样本, 初稿), which reading the page would find, too.

    Args:
        engine: detector and recogniser.
        image: the page's image as it came from its file.
        page: what ``glance`` said of it.
    """
    found = find_marks(engine, make_upright(fit(image), page.rotation, page.skew))
    return page.model_copy(update={"lines": tuple(in_order([*page.lines, *found]))})


def _read(engine: Recogniser, image: Image, quads: Sequence[Quad], boxes: Sequence[Box], *, paper: bool) -> list[Line] | None:
    """The lines as read; None where one of the first says what a paper calls itself, if ``paper``: the page must be read."""
    if not paper:
        return _lines(engine, image, quads, boxes)
    lines = _lines(engine, image, quads[:FIRST], boxes[:FIRST])
    if len(quads) >= FIRST and any(PAPER.search(squeeze(x.text)) for x in lines):
        return None
    return lines + _lines(engine, image, quads[FIRST:], boxes[FIRST:])


def _lines(engine: Recogniser, image: Image, quads: Sequence[Quad], boxes: Sequence[Box]) -> list[Line]:
    pairs = [(box, crop) for quad, box in zip(quads, boxes, strict=True) if (crop := cut(image, quad)).size]
    reads = zip(pairs, engine.recognise([crop for _, crop in pairs]), strict=True)
    return [
        Line(text=r.text, box=box, confidence=round(r.confidence, 4), origin="ocr") for (box, _), r in reads if r.text.strip()
    ]  # fmt: skip


# --- by the lines found --------------------------------------------------------------------


def _levelled(up: _Upright, skew: float) -> _Level:
    """The page set level and straight."""
    h, w = up.image.shape[:2]
    level = up.quads
    if skew:
        matrix, h, w = skew_matrix(h, w, skew)
        level = [move_quad(q, matrix) for q in level]
    warp = find_warp(level, h, w)
    if warp:
        level = [straighten_quad(q, warp, h, w) for q in level]
    places = [_box(q, h, w) for q in level]
    small = as_read(up.small, 0, skew, warp)
    seals = find_seals(small)
    red = red_mask(small) > 0
    black = ink_of(small) & ~red
    pressed = of_seals(places, red, black, [seal.box for seal in seals])
    kept = [i for i, q in enumerate(level) if i not in pressed and not _slanted(q)]
    kept = [kept[i] for i in lines_only([places[i] for i in kept])]
    boxes = tuple(places[i] for i in kept)
    return _Level(w, h, small, [up.quads[i] for i in kept], boxes, seals, warp, pictured(black, places))


def _upright(engine: Recogniser, image: Image, far: Image) -> _Upright:
    """The page turned upright as far as its lines surely say, with its lines found in the reduced picture."""
    small = reduced(far, SIDE)
    quads = _detected(engine, small, image)
    rotation, seen = 0, _seen_by(*small.shape[:2])
    if lies_sideways(quads):
        image, far, small, rotation = turn(image, 90), turn(far, 90), turn(small, 90), 90
        quads = _detected(engine, small, image)
        seen *= 2
    vote = _vote(engine, image, quads)
    if vote > HEAD_DOWN:
        image, far, small, rotation = turn(image, 180), turn(far, 180), turn(small, 180), rotation + 180
        h, w = image.shape[:2]
        quads = [np.asarray((w, h) - q[[2, 3, 0, 1]], np.float32) for q in quads]
        vote = _vote(engine, image, quads)
    return _Upright(image, far, small, quads, rotation, vote, seen)


def _detected(engine: Recogniser, small: Image, image: Image) -> list[Quad]:
    """The lines found in the reduced picture, as quads on the full one."""
    scale = np.array([image.shape[1] / small.shape[1], image.shape[0] / small.shape[0]], np.float32)
    return [np.asarray(q * scale, np.float32) for q in engine.detect(small)]


def _vote(engine: Recogniser, image: Image, quads: Sequence[Quad]) -> float:
    """How surely the page stands on its head (0..1), by its longest lines; 0.5 where there are none."""
    lying = [q for q in quads if size(q)[0] >= 2 * size(q)[1]]
    longest = sorted(lying, key=lambda q: -size(q)[0] / size(q)[1])[:VOTERS]
    crops = [c for q in longest if (c := cut(image, q)).size]
    return float(np.mean(engine.turn_votes(crops))) if crops else 0.5


def _lying(up: _Upright, skew: float) -> str:
    """Why the lines say that a page must be read: not surely upright and level."""
    if lies_sideways(up.quads) or up.vote >= UPRIGHT:
        return UNCLEAR
    return "页面倾斜" if abs(skew) > STEEPEST else ""


def _slanted(quad: Quad) -> bool:
    """Whether a line of the level page stands askew: a mark across it, or a seal's text."""
    width, height = size(quad)
    return width >= 2 * height and abs(angle(quad)) > SLANTED


def lines_only(boxes: Sequence[Box]) -> list[int]:
    """Indexes of the boxes that are lines: not the pieces of a mark across the page, which lie over several lines."""
    usual = shape_of(boxes, 1.0).usual

    def over(box: Box) -> int:
        """How many lines a box lies over."""
        beside = (b for b in boxes if b != box and b[0] < box[2] and b[2] > box[0])
        return sum(box[1] < (b[1] + b[3]) / 2 < box[3] for b in beside)

    return [i for i, b in enumerate(boxes) if b[3] - b[1] < MARK_HEIGHT * usual or over(b) < 2]


def of_seals(boxes: Sequence[Box], red: NDArray[np.bool_], black: NDArray[np.bool_], seals: Sequence[Box]) -> set[int]:
    """Indexes of boxes that hold a seal's own characters: red ink alone within a seal, or at an edge of the page (骑缝章).

    Args:
        boxes: in fractions of the page.
        red: where the upright page, small, has red ink.
        black: where it has other ink.
        seals: the boxes of the seals on it.
    """
    h, w = red.shape
    found: set[int] = set()
    for i, box in enumerate(boxes):
        rim = (box[2] > 1 - RIM or box[0] < RIM) and box[2] - box[0] < RIM
        part = slice(int(box[1] * h), int(box[3] * h) + 1), slice(int(box[0] * w), int(box[2] * w) + 1)
        sealed = any(overlap(box, seal) > 0.6 for seal in seals)
        if rim or (sealed and red[part].mean() > max(RED, 2 * black[part].mean())):
            found.add(i)
    return found


def _head(quad: Quad) -> Quad:
    """The beginning of a line: so much of a running head tells it from others."""
    width, height = size(quad)
    share = min(1.0, HEAD_EMS * height / max(width, 1.0))
    top, bottom = quad[0] + (quad[1] - quad[0]) * share, quad[3] + (quad[2] - quad[3]) * share
    return np.asarray([quad[0], top, bottom, quad[3]], np.float32)


def _box(quad: Quad, h: int, w: int) -> Box:
    left, top = np.clip(quad.min(axis=0) / (w, h), 0, 1).tolist()
    right, bottom = np.clip(quad.max(axis=0) / (w, h), 0, 1).tolist()
    return (left, top, right, bottom)


# --- what it costs ---------------------------------------------------------------------------


def _cost(up: _Upright, cuts: Sequence[Quad]) -> float:
    """What a look cost in which these lines were read, as a share of what reading the page costs."""
    h, w = up.image.shape[:2]
    whole = _seen_by(h, w) + FIXED + COLUMN * sum(map(_columns, up.quads))
    return round((up.seen + FIXED + COLUMN * sum(map(_columns, cuts))) / whole, 4)


def _seen_by(h: int, w: int) -> float:
    """What the detector sees of a page at least, in thousand pixels."""
    high, wide = network_size(h, w, MIN_PIXELS)
    return high * wide / 1000


def _columns(quad: Quad) -> float:
    """The columns that a line takes in the recogniser (as ``recognition.padded_width`` counts them)."""
    width, height = size(quad)
    columns = min(max(int(np.ceil(HEIGHT * width / max(height, 1.0))), 8), MAX_WIDTH)
    return padded(columns)
