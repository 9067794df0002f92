"""One PDF page: its text layer where that can be trusted, else (or also) OCR of its picture."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
from rapidfuzz.distance import Levenshtein

from extractor.intake.pdf import PdfFile, Word
from extractor.model import Line
from extractor.reading.ocr_page import Recogniser, in_order
from extractor.reading.rulings import Rulings, joined
from extractor.reading.upright import Image
from extractor.values.chinese import squeeze, to_halfwidth
from models.ocr.detection import cut

OCR_DPI = 200
MIN_CHARS = 12
"""Fewer visible characters than this are a stamp or a page number on a scan."""
SCAN_COVERAGE = 0.6
PICTURE_COVERAGE = 0.04
"""A picture (or several that touch) covering less of the page is a logo or a seal, not evidence …"""
PICTURES_COVERAGE = 0.12
"""… unless there are so many of them."""
STRIP = 0.2
"""Height of the strip of a page that is drawn to check the text layer."""
STRIP_CHARS, STRIP_LINES = 6, 8
"""So many characters of so many of its lines are read: short enough to be read together."""
BAD_SHARE = 0.02
STRIP_SIMILARITY = 0.8

_LEADERS = re.compile(r"[.·…．・_—–\-]{4,}|…{2,}")

How = Literal["text", "ocr", "mixed"]


def choose(pdf: PdfFile, i: int, trusted: Callable[[PdfFile, int], bool]) -> How:
    """Text layer, OCR, or both, for page ``i`` (0-based).

    A text layer drawn without ink is another program's OCR and is not taken; one with characters
    that have no Unicode (OCRmyPDF#1561), or that does not match its picture, is read by OCR.
    """
    quality = pdf.text_quality(i)
    if quality.chars - quality.invisible < MIN_CHARS:
        return "ocr"
    coverage, largest = pdf.image_coverage(i)
    if quality.invisible > 0.3 * quality.chars or quality.bad > BAD_SHARE * quality.chars:
        return "ocr"
    if not trusted(pdf, i):
        return "ocr"
    if coverage > SCAN_COVERAGE and quality.chars < 300:
        return "mixed"
    if (coverage <= SCAN_COVERAGE and (largest > PICTURE_COVERAGE or coverage > PICTURES_COVERAGE)) or pdf.drawn_extras(i):
        return "mixed"
    return "text"


def fonts_key(pdf: PdfFile, i: int) -> frozenset[str]:
    """The fonts of a page: pages with the same ones share the answer of the strip check."""
    return frozenset(pdf.text_quality(i).fonts)


def strip_agrees(pdf: PdfFile, i: int, engine: Recogniser) -> bool:
    """Read the fullest strip of the page by OCR and compare it with the text layer."""
    # Leader dots read as anything: a line that has them says nothing about the fonts.
    words = [w for w in pdf.text_words(i) if w.turn == 0 and len(w.text.strip()) >= 4 and not _LEADERS.search(w.text)]
    if not words:
        return True
    width, height = pdf.page_size(i)
    strip = max((_within(words, w.box[1], w.box[1] + STRIP * height) for w in words), key=_characters)
    chosen = sorted(strip, key=lambda w: -len(squeeze(w.text)))[:STRIP_LINES]
    above, below = min(w.box[1] for w in chosen), max(w.box[3] for w in chosen)
    margin = 0.3 * (below - above)
    top = max(0.0, above - margin)
    image = pdf.render(i, OCR_DPI / 72, rows=(top, min(height, below + margin)))
    scale = image.shape[1] / width
    crops, texts = [], []
    for word in chosen:
        l, t, r, b = word.box
        text = word.text
        if len(text) > STRIP_CHARS and len(word.chars) == len(text):
            r, text = word.chars[STRIP_CHARS - 1][1], text[:STRIP_CHARS]
        pad = 0.15 * (b - t)
        quad = np.array([[l, t - pad], [r, t - pad], [r, b + pad], [l, b + pad]], np.float32) - np.array([0, top], np.float32)
        crop = cut(image, np.asarray(quad * scale, np.float32))
        if crop.size:
            crops.append(crop)
            texts.append(text)
    reads = engine.recognise(crops)
    ours = squeeze(to_halfwidth("".join(r.text for r in reads)))
    theirs = squeeze(to_halfwidth("".join(texts)))
    if not theirs:
        return True
    return float(Levenshtein.normalized_similarity(ours, theirs)) >= STRIP_SIMILARITY


def _within(words: Sequence[Word], top: float, bottom: float) -> list[Word]:
    return [w for w in words if (w.box[1] >= top and w.box[3] <= bottom) or w.box[1] == top]


def _characters(words: Sequence[Word]) -> int:
    """How many characters would be read of these words."""
    return sum(sorted((min(len(w.text), STRIP_CHARS) for w in words), reverse=True)[:STRIP_LINES])


def main_turn(pdf: PdfFile, i: int) -> int:
    """How far (degrees clockwise) the page must be turned so that most of its text reads level."""
    votes: Counter[int] = Counter()
    for word in pdf.text_words(i):
        votes[word.turn] += len(word.text)
    if not votes:
        return 0
    return (360 - votes.most_common(1)[0][0]) % 360


def text_lines(pdf: PdfFile, i: int, turn: int) -> tuple[Line, ...]:
    """The words of the text layer as lines of the upright page, in reading order."""
    width, height = pdf.page_size(i, turn)
    lines = [_line(w, width, height) for w in pdf.text_words(i, turn) if w.text.strip()]
    oblique = pdf.text_quality(i).oblique_text.strip()
    if oblique:
        # Its place is not known; a slanted word is a watermark (样本) and only its being there counts.
        lines.append(Line(text=oblique, box=(0.0, 0.0, 1.0, 1.0), slant=45.0))
    return tuple(in_order(lines))


def _line(word: Word, width: float, height: float) -> Line:
    l, t, r, b = word.box
    box = (max(0.0, l / width), max(0.0, t / height), min(1.0, r / width), min(1.0, b / height))
    spans = tuple((a / width, z / width) for a, z in word.chars) if len(word.chars) == len(word.text) else ()
    return Line.model_construct(
        text=word.text,
        box=box,
        confidence=1.0,
        spans=spans,
        alt=None,
        origin="text",
        person=None,
        slant=0.0 if word.turn == 0 else float(word.turn),
    )


def drawn_rulings(pdf: PdfFile, i: int, turn: int) -> Rulings:
    """The page's drawn rules, collinear pieces joined (cells are often drawn one by one)."""
    width, height = pdf.page_size(i, turn)
    hs, vs = [], []
    for r in pdf.rulings(i, turn):
        if r.horizontal:
            hs.append((r.y0 / height, r.x0 / width, r.x1 / width))
        else:
            vs.append((r.x0 / width, r.y0 / height, r.y1 / height))
    return Rulings(tuple(joined(hs)), tuple(joined(vs)))


def render_for_ocr(pdf: PdfFile, i: int) -> Image:
    """The page's picture at 200 dpi; scans drawn smaller than that at their own resolution, up to 300."""
    dpi = OCR_DPI
    images = pdf.images(i)
    width, height = pdf.page_size(i)
    # A page box smaller than A5 holds a photo placed pixel for point: keep its pixels.
    if images and max(width, height) < 420:
        dpi = round(min(600.0, max(OCR_DPI, images[0].dpi)))
    return pdf.render(i, dpi / 72)
