"""A page image becomes a read page: find the lines, turn upright, recognise, look under seals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Protocol

import cv2
import numpy as np

from extractor.model import Box, Line, Seal, union
from extractor.reading import seals as seal_tools
from extractor.reading.marks import find_marks
from extractor.reading.straighten import find_warp, straighten, straighten_box, straighten_quad
from extractor.reading.upright import (
    Image,
    Quad,
    angle,
    deskew,
    estimate_skew,
    is_tall,
    lies_sideways,
    move_quad,
    size,
    skew_matrix,
    turn,
    upside_down,
)
from extractor.reading.watermarks import pale_level, uncovered, without_pale
from models.ocr.detection import cut, reading_order

SMALL_SIDE = 1600
"""Images shorter than this on their long side are enlarged: a 500-pixel licence has 10-pixel glyphs."""
MAX_ENLARGE = 2.5
LARGE_SIDE = 3600
"""Larger images are reduced: A4 at 300 dpi, where print of 6 points is 25 pixels high."""
SLANTED = 6.0
"""Degrees; a line further off the level is a watermark or a seal's text."""
ASKEW = (18.0, 72.0)
SAME_SIZE = 0.5
"""A line less high than this share of a mark is another print than the mark."""
PIECE = 0.7
"""Share of a line's box within another line's for it to be a piece of it."""
IN_SEAL = 0.5
"""Share of a slanted line's box within a seal's for it to be the seal's own."""
GAP = 0.01
"""Of the page width: paper left beside the lines that are seen again under a seal."""
SEAL_LINE = 24.0
"""Pixels: height at which lines around a seal are looked for; larger print is reduced to it."""
CLEAR, BLURRED, SETTLED = 0.97, 0.9, 0.8
"""A reading without red ink at least this sure settles one with it that is less sure than the second; the line
then counts as the third: enough for a date, too little for a figure that no arithmetic confirms."""
DOUBTFUL = 0.6
"""Confidence given to a line whose two readings (with and without red ink) disagree."""


class Recogniser(Protocol):
    """The part of ``models.ocr.TextEngine`` that reading uses, with detection apart."""

    version: str

    def detect(self, image: Image) -> list[Quad]:
        """Quads of all lines, in pixels."""
        ...

    def recognise(self, crops: Sequence[Image]) -> list[ReadLine]:
        """Texts of upright line images."""
        ...

    def turn_votes(self, crops: Sequence[Image]) -> list[float]:
        """Probability of upside-down for each line image."""
        ...


class ReadLine(Protocol):
    """A recognised line (``models.ocr.TextLine``)."""

    @property
    def text(self) -> str:
        """The text."""
        ...

    @property
    def confidence(self) -> float:
        """Mean confidence, 0..1."""
        ...

    @property
    def spans(self) -> tuple[tuple[float, float], ...]:
        """Characters along the line, fractions of its width."""
        ...


@dataclass(frozen=True)
class OcrPage:
    """What OCR found: the upright image, its lines and seals, and what set it upright and straight."""

    image: Image
    lines: tuple[Line, ...]
    seals: tuple[Seal, ...]
    rotation: int
    skew: float
    warp: tuple[float, ...] = ()


def fit(image: Image) -> Image:
    """Enlarge small and reduce huge images to what the networks read best."""
    side = max(image.shape[:2])
    ratio = min(MAX_ENLARGE, SMALL_SIDE / side) if side < SMALL_SIDE else min(1.0, LARGE_SIDE / side)
    if ratio == 1.0:
        return image
    how = cv2.INTER_CUBIC if ratio > 1 else cv2.INTER_AREA
    h, w = image.shape[:2]
    out = cv2.resize(image, (max(1, round(w * ratio)), max(1, round(h * ratio))), interpolation=how)
    return np.asarray(out, np.uint8)


def read_image(engine: Recogniser, image: Image) -> OcrPage:
    """Read one page image (RGB uint8, any orientation, skewed up to 10 degrees, bent or tilted)."""
    image, quads, rotation = _upright(engine, fit(image))
    crops = [cut(image, q) for q in quads]
    skew = estimate_skew(quads)
    h, w = image.shape[:2]
    if skew:
        matrix, h, w = skew_matrix(h, w, skew)
        image = deskew(image, skew)
        quads = [move_quad(q, matrix) for q in quads]
    warp = find_warp(quads, h, w)
    pairs = [(q, c) for q, c in zip(quads, crops, strict=True) if c.size]
    reads = engine.recognise([c for _, c in pairs])
    # Marks across the page are told by their slant, which bending the picture would change.
    unbent = image
    quads = [q for q, _ in pairs]
    if warp:
        image = straighten(image, warp)
        quads = [straighten_quad(q, warp, h, w) for q in quads]
    seals = seal_tools.find_seals(image)
    lines = [_line(r, q, h, w, "ocr") for q, r in zip(quads, reads, strict=True) if r.text.strip()]
    # The characters around a seal are slanted, too; what lies under them is read without red ink below.
    if any(line.slant and all(seal_tools.overlap(line.box, s.box) < IN_SEAL for s in seals) for line in lines):
        lines += _under_watermark(engine, image, lines)
    if seals:
        lines = _under_seals(engine, image, lines, seals)
    marks = [m.model_copy(update={"box": straighten_box(m.box, warp)}) for m in find_marks(engine, unbent)]
    lines += [m for m in marks if not _repeats(m, lines)]
    return OcrPage(image, tuple(in_order(lines)), seals, rotation, skew, warp)


def _upright(engine: Recogniser, image: Image) -> tuple[Image, list[Quad], int]:
    """The page turned upright by quarters, the quads of its lines there, and the turn (degrees clockwise)."""

    def score(images: Sequence[Image]) -> list[float]:
        return [line.confidence * len(line.text) for line in engine.recognise(images)]

    quads = engine.detect(image)
    sideways = lies_sideways(quads)
    crops = [c for q in quads if is_tall(q) == sideways and (c := cut(image, q)).size]
    level = [c for c in crops if c.shape[1] >= 2 * c.shape[0]]
    wrong = upside_down(level, engine.turn_votes, score)
    if sideways:
        # Tall lines are cut as if the page were turned by 270 degrees.
        rotation = 90 if wrong else 270
        image = turn(image, rotation)
        return image, engine.detect(image), rotation
    if not wrong:
        return image, quads, 0
    h, w = image.shape[:2]
    turned = [np.asarray((w, h) - q[[2, 3, 0, 1]], np.float32) for q in quads]
    return turn(image, 180), reading_order(turned), 180


def _repeats(mark: Line, lines: Sequence[Line]) -> bool:
    """Whether a mark is only another look at a line that was read.

    That line is of its size and says much the same; small print lies under every mark, and a title may too.
    """
    return any(
        x.height > SAME_SIZE * mark.height
        and (seal_tools.overlap(mark.box, x.box) > 0.5 or seal_tools.overlap(x.box, mark.box) > 0.8)
        and 2 * sum(ch in x.text for ch in mark.text) >= len(mark.text)
        for x in lines
        if len(x.text) > 1
    )


def _recognise(engine: Recogniser, quads: Sequence[Quad], crops: Sequence[Image], h: int, w: int, origin: str) -> list[Line]:
    kept = [(q, c) for q, c in zip(quads, crops, strict=True) if c.size]
    reads = engine.recognise([c for _, c in kept])
    return [_line(r, q, h, w, origin) for (q, _), r in zip(kept, reads, strict=True) if r.text.strip()]


def _box(quad: Quad, h: int, w: int) -> Box:
    left, top = np.clip(quad.min(axis=0) / (w, h), 0, 1).tolist()
    right, bottom = np.clip(quad.max(axis=0) / (w, h), 0, 1).tolist()
    return (left, top, right, bottom)


def _line(read: ReadLine, quad: Quad, h: int, w: int, origin: str) -> Line:
    left, top, right, bottom = _box(quad, h, w)
    width, height = size(quad)
    tilt = angle(quad)
    # A box of one or two characters has no sure direction, unless it clearly stands askew.
    if width < 2 * height and not ASKEW[0] <= abs(tilt) <= ASKEW[1]:
        tilt = 0.0
    return Line.model_construct(
        text=read.text,
        box=(left, top, right, bottom),
        confidence=round(read.confidence, 4),
        spans=tuple((left + a * (right - left), left + b * (right - left)) for a, b in read.spans),
        alt=None,
        origin=origin,
        slant=round(tilt, 1) if abs(tilt) > SLANTED else 0.0,
    )


def _under_watermark(engine: Recogniser, image: Image, lines: Sequence[Line]) -> list[Line]:
    """Lines that only show when pale ink (a slanted watermark) is taken away; they are added."""
    h, w = image.shape[:2]
    clean = without_pale(image, pale_level(image, [line.box for line in lines if line.slant]))
    level = [line.box for line in lines if not line.slant]
    placed = [np.array([(l * w, t * h), (r * w, t * h), (r * w, b * h), (l * w, b * h)], np.float32) for l, t, r, b in level]
    quads = [piece for q in engine.detect(clean) for piece in uncovered(q, placed)]

    def is_new(quad: Quad) -> bool:
        box = _box(quad, h, w)
        return all(max(seal_tools.overlap(box, b), seal_tools.overlap(b, box)) < 0.3 for b in level)

    quads = [q for q in quads if is_new(q)]
    # Taking pale ink away may thin the strokes of small print: the page as it is gets its say too.
    ways = [_recognise(engine, quads, [cut(i, q) for q in quads], h, w, "ocr_clean") for i in (clean, image)]
    best: dict[Box, Line] = {}
    for line in (x for way in ways for x in way if not x.slant and x.confidence >= 0.8):
        known = best.get(line.box)
        if known is None or line.confidence * len(line.text) > known.confidence * len(known.text):
            best[line.box] = line
    return list(best.values())


def _under_seals(engine: Recogniser, image: Image, lines: list[Line], seals: tuple[Seal, ...]) -> list[Line]:
    """Read what lies under each seal a second time without red ink.

    A line whose two readings differ keeps the surer one and carries the other in ``alt``;
    lines that only the second reading finds are added.
    """
    h, w = image.shape[:2]
    heights = sorted(line.height * h for line in lines if not line.slant)
    ratio = min(1.0, SEAL_LINE / heights[len(heights) // 4]) if heights else 1.0
    out = list(lines)
    for seal in seals:
        if any(other is not seal and seal_tools.overlap(seal.box, other.box) > 0.95 for other in seals):
            continue  # the star within a seal
        l, t, r, b = around_seal(seal.box, lines)
        window = seal_tools.without_red(image[int(t * h) : int(b * h), int(l * w) : int(r * w)])
        small = cv2.resize(window, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_AREA) if ratio < 1.0 else window
        offset = np.array([int(l * w), int(t * h)], np.float32)
        scale = np.array([window.shape[1] / small.shape[1], window.shape[0] / small.shape[0]], np.float32)
        found = [q * scale for q in engine.detect(np.asarray(small, np.uint8))]
        quads = [q for q in found if _touches(q + offset, seal.box, h, w)]
        crops = [cut(window, q) for q in quads]
        pairs = [(q, c) for q, c in zip(quads, crops, strict=True) if c.size]
        for (q, _), read in zip(pairs, engine.recognise([c for _, c in pairs]), strict=True):
            if read.text.strip():
                _merge(out, _line(read, np.asarray(q + offset, np.float32), h, w, "ocr_red"))
    return out


def around_seal(seal: Box, lines: Sequence[Line]) -> Box:
    """What is seen of a page under a seal: more than the seal by half its height, and no line that is cut at either side."""
    l, t, r, b = _grow(seal, 0.15)
    margin = 0.5 * (b - t)
    left, right = l - margin, r + margin
    beside = [x.box for x in lines if not x.slant and x.box[1] < b and x.box[3] > t]
    while cut_off := [x for x in beside if (x[0] < left < x[2]) or (x[0] < right < x[2])]:
        left, right = min(left, *(x[0] - GAP for x in cut_off)), max(right, *(x[2] + GAP for x in cut_off))
    return (max(0.0, left), t, min(1.0, right), b)


def _grow(box: Box, by: float) -> Box:
    dx, dy = (box[2] - box[0]) * by, (box[3] - box[1]) * by
    return (max(0.0, box[0] - dx), max(0.0, box[1] - dy), min(1.0, box[2] + dx), min(1.0, box[3] + dy))


def _touches(quad: Quad, box: Box, h: int, w: int) -> bool:
    return seal_tools.overlap(_box(quad, h, w), box) > 0


def _without_blanks(line: Line) -> Line:
    kept = [i for i, ch in enumerate(line.text) if not ch.isspace()]
    spans = tuple(line.spans[i] for i in kept) if len(line.spans) == len(line.text) else ()
    return line.model_copy(update={"text": "".join(line.text[i] for i in kept), "spans": spans})


def _joined(a: Line, b: Line) -> Line | None:
    """One line from two readings of which each lost an end under the seal's edge; None if they disagree."""
    a, b = _without_blanks(a), _without_blanks(b)
    match = SequenceMatcher(None, a.text, b.text, autojunk=False).find_longest_match()
    if match.size < 0.6 * min(len(a.text), len(b.text)):
        return None
    heads, tails = (match.a, match.b), (len(a.text) - match.a, len(b.text) - match.b)
    if min(heads) > 0 or min(tails[0] - match.size, tails[1] - match.size) > 0:
        return None
    first, start = (a, match.a) if match.a >= match.b else (b, match.b)
    last, end = (a, match.a + match.size) if tails[0] >= tails[1] else (b, match.b + match.size)
    known = len(first.spans) == len(first.text) and len(last.spans) == len(last.text)
    cut_at = start + match.size
    return first.model_copy(
        update={
            "text": first.text[:cut_at] + last.text[end:],
            "spans": first.spans[:cut_at] + last.spans[end:] if known else (),
            "box": union([a.box, b.box]),
            "confidence": min(a.confidence, b.confidence),
        }
    )


def _merge(lines: list[Line], new: Line) -> None:
    """Put a second reading into ``lines``: equal, longer, contradicting or new."""
    same = [
        i
        for i, line in enumerate(lines)
        if not line.slant and max(seal_tools.overlap(line.box, new.box), seal_tools.overlap(new.box, line.box)) > 0.4
    ]
    if not same:
        if new.confidence >= 0.8:
            lines.append(new)
        return
    best = max(same, key=lambda i: seal_tools.overlap(lines[i].box, new.box))
    merged = _of_two(lines[best], new)
    whole = "".join(merged.text.split())
    # The first reading may have come in pieces: those that the whole line now holds go.
    for i in [i for i in same if i != best and seal_tools.overlap(lines[i].box, merged.box) > PIECE]:
        piece = "".join(lines[i].text.split())
        if piece not in whole:
            common = SequenceMatcher(None, piece, whole, autojunk=False).find_longest_match().size
            if len(piece) > len(whole) or common < 0.5 * len(piece):
                continue
            merged = merged.model_copy(update={"alt": lines[i].text, "confidence": min(DOUBTFUL, merged.confidence)})
        lines[i] = lines[i].model_copy(update={"text": ""})
    lines[best] = merged
    lines[:] = [line for line in lines if line.text]


def _of_two(old: Line, new: Line) -> Line:
    """One line from the readings with (``old``) and without (``new``) red ink.

    Without red ink nothing but print is left, so that reading goes first unless bleaching thinned the print.
    """
    first, second = (new, old) if new.confidence > old.confidence - 0.05 else (old, new)
    a, b = "".join(first.text.split()), "".join(second.text.split())
    if a == b:
        return first if first.confidence >= second.confidence else second
    if second.confidence < 0.7 or len(b) < 2:
        return first
    joined = _joined(first, second)
    if joined is not None:
        return joined
    if first is new and first.confidence >= CLEAR and second.confidence < BLURRED:
        # the seal's own characters in the print: clear without them
        return first.model_copy(update={"confidence": SETTLED})
    return first.model_copy(update={"alt": second.text, "confidence": min(DOUBTFUL, first.confidence)})


def in_order(lines: Sequence[Line]) -> list[Line]:
    """Top to bottom by rows (lines whose centres lie within each other's height), left to right in a row."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda x: x.cy):
        for row in rows[-3:]:
            ref = row[0]
            if abs(line.cy - ref.cy) < 0.5 * min(line.height, ref.height):
                row.append(line)
                break
        else:
            rows.append([line])
    rows.sort(key=lambda row: min(x.cy for x in row))
    return [line for row in rows for line in sorted(row, key=lambda x: x.box[0])]
