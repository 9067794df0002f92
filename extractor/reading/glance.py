"""A look at a page image from afar: where its lines stand, and the few lines that tell what it is.

The detector sees a reduced picture, which shows it the lines nearly as well, and the recogniser reads only what a
title, a heading or a running head may be (``values.line_rows``). That costs about a tenth of reading a page of
running text. Pictures that plainly must be read (few lines, colour, red ink) are told without any network.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from extractor.model import Box, Glance, Line, Page, Seal
from extractor.reading.fingerprint import fingerprint
from extractor.reading.mark_views import large_ink, mark_views
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
from extractor.values.paper_words import PAPER
from models.ocr.detection import MIN_PIXELS, cut, network_size
from models.ocr.recognition import FULL_WIDTH, HEIGHT, MAX_WIDTH, MIN_WIDTH, SINGLE_WIDTH, STEP

SIDE = 800
"""Longest side of the picture that the detector sees: 68 dpi of A4, where print of 10 points is 9 pixels high."""
UNEVEN = 3
"""Rows that may be missing from each strip of a page, as they end elsewhere."""
RIM = 0.07
"""Of the page width: characters that are all so near to an edge are of a seal pressed across the edges of all pages."""
RED = 0.08
"""Share of red ink in the box of a character of a seal."""
COLOURED = 0.01
"""Share of the page in colour from which on it is no plain print; paper is tinted more weakly, seals do not count."""
PICTURE = 0.004
"""Share of the page in dark areas that are no print."""
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
_DARK = 40
_SMALL = 480
_BLOB = np.ones((7, 7), np.uint8)


@dataclass(frozen=True)
class _Upright:
    """A page turned upright: its picture, the picture reduced, and the quads of its lines on the former."""

    image: Image
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


def glance(engine: Recogniser, image: Image, *, file: int, page: int) -> Glance:
    """Look at a page image (RGB uint8) of which it is known that it is not blank.

    Args:
        engine: detector, recogniser and turn classifier.
        image: as it came from its file.
        file: the file's number, from 0.
        page: the page's number in it, from 1.
    """
    image = fit(image)
    blank = Page(file=file, page=page, width=image.shape[1], height=image.shape[0], source="ocr", deferred=True)
    loose = plainly(image)
    up = _upright(engine, image)
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
        marked=any(large_ink(view) is not None for _, view in mark_views(deskew(up.image, skew))),
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
    """The lines as read, one by one: in a batch short ones would take as long as the longest.

    None as soon as one of the first says what a paper calls itself, if ``paper``: the page must be read anyway.
    """
    lines: list[Line] = []
    for n, (quad, box) in enumerate(zip(quads, boxes, strict=True)):
        crop = cut(image, quad)
        for r in engine.recognise([crop]) if crop.size else ():
            if r.text.strip():
                lines.append(Line(text=r.text, box=box, confidence=round(r.confidence, 4), origin="ocr"))
        if paper and n + 1 == FIRST and any(PAPER.search(squeeze(x.text)) for x in lines):
            return None
    return lines


# --- without any network ------------------------------------------------------------------


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
    ink = _ink(image)
    return max(_runs(strip.mean(axis=1)) for way in (ink, ink.T) for strip in np.array_split(way, 4, axis=1))


def _runs(profile: NDArray[np.float64]) -> int:
    """How many stretches of a profile hold ink."""
    dark = profile > 0.03
    return int((dark[1:] & ~dark[:-1]).sum())


def _ink(image: Image) -> NDArray[np.bool_]:
    """Where a picture is clearly darker than its paper."""
    darkest = image.min(axis=2)
    paper = cv2.medianBlur(cv2.dilate(darkest, np.ones((9, 9), np.uint8)), 21)
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
    black = _ink(small) & ~red
    pressed = of_seals(places, red, black, [seal.box for seal in seals])
    kept = [i for i, q in enumerate(level) if i not in pressed and not _slanted(q)]
    kept = [kept[i] for i in lines_only([places[i] for i in kept])]
    boxes = tuple(places[i] for i in kept)
    return _Level(w, h, small, [up.quads[i] for i in kept], boxes, seals, warp, pictured(black, places))


def _upright(engine: Recogniser, image: Image) -> _Upright:
    """The page turned upright as far as its lines surely say, with its lines found in the reduced picture."""
    small = _reduced(image)
    quads = _detected(engine, small, image)
    rotation, seen = 0, _seen_by(*small.shape[:2])
    if lies_sideways(quads):
        image, small, rotation = turn(image, 90), turn(small, 90), 90
        quads = _detected(engine, small, image)
        seen *= 2
    vote = _vote(engine, image, quads)
    if vote > HEAD_DOWN:
        image, small, rotation = turn(image, 180), turn(small, 180), rotation + 180
        h, w = image.shape[:2]
        quads = [np.asarray((w, h) - q[[2, 3, 0, 1]], np.float32) for q in quads]
        vote = _vote(engine, image, quads)
    return _Upright(image, small, quads, rotation, vote, seen)


def _reduced(image: Image) -> Image:
    h, w = image.shape[:2]
    ratio = min(1.0, SIDE / max(h, w))
    size_ = (max(1, round(w * ratio)), max(1, round(h * ratio)))
    return np.asarray(cv2.resize(image, size_, interpolation=cv2.INTER_AREA), np.uint8)


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
        return "页面方向不明"
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
    return FULL_WIDTH if columns <= SINGLE_WIDTH else -(-max(columns, MIN_WIDTH) // STEP) * STEP
