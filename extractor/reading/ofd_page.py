"""One OFD page: its texts as lines, its pictures read by OCR, its seals as boxes.

Other than a PDF, an OFD cannot be drawn faithfully without the reader's own fonts, so its text layer cannot be held
against a picture of the page. Instead: what nobody would see is left out (``ofd_visible``), embedded fonts are drawn
and read (``ofd_fonts``), and what stays doubtful gets a confidence that proves nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np

from extractor.intake import Limits, OfdPage, ofd_drawing, ofd_images, ofd_objects, ofd_seals, ofd_text, ofd_visible
from extractor.intake import ofd_xml as xml
from extractor.intake.errors import BrokenFile
from extractor.intake.ofd import OfdFile
from extractor.intake.ofd_images import Pictures, decode
from extractor.intake.ofd_objects import Content
from extractor.intake.ofd_paths import outlines, rules
from extractor.intake.ofd_text import Char, Word
from extractor.intake.ofd_visible import BLOCKS, ON_TOP, SAME_SIZE
from extractor.intake.ofd_xml import Matrix, Rect
from extractor.model import Box, Line, Page, Seal, Table
from extractor.reading import ofd_fonts
from extractor.reading.ocr_page import Recogniser, in_order, read_image
from extractor.reading.rulings import Rulings, joined
from extractor.reading.seals import overlap, red_mask
from extractor.reading.tables import find_tables
from extractor.reading.upright import Image, turn

UNSURE = 0.5
"""The confidence of what must not be taken at face value: below all thresholds of ``claims.doubts``."""
PICTURE_COVERAGE = 0.04
"""Pictures covering less of the page are logos, codes and seals, not evidence (as ``pdf_page``)."""
MIN_LETTERS = 4
TABLE_LINES = 12
OVERLAPPING = 0.5
"""Share of a line's box in another's from which on neither can be read surely."""
BLOCKED = "图片上有方块字符，可能遮盖了图片里的内容"
_POINTS = 72 / 25.4
_RULE_LENGTH, _RULE_WIDTH = 2.0, 1.0  # millimetres, as for PDF


@dataclass(frozen=True, slots=True)
class Seen:
    """What there is to see on a page: its contents, and the characters that are shown."""

    content: Content
    pictures: Pictures
    chars: Sequence[Char]
    hidden: Counter[str]
    blocks: bool
    """Whether blocks (█) are among the characters, seen or not: they may cover what the pictures show."""
    covered: float
    lost: float

    @property
    def texts(self) -> bool:
        """Whether any character is shown."""
        return any(c.text.strip() for c in self.chars)


def look(ofd: OfdFile, i: int) -> Seen:
    """What is on page ``i`` (0-based). Raises BrokenFile, TooLarge for this page."""
    content = ofd_objects.content(ofd, i)
    pictures = Pictures(ofd, content)
    written = ofd_text.chars(content)
    chars, hidden = ofd_visible.visible(content, written, pictures)
    blocks = any(ord(c.text) in BLOCKS for c in written)
    return Seen(content, pictures, chars, hidden, blocks, *ofd_drawing.coverage(content, pictures))


def read_page(source: OfdPage, engine: Callable[[], Recogniser], ocr: Callable[[Image], Page]) -> Page:
    """Read one page. Raises IntakeError when it cannot be had.

    Args:
        source: the page.
        engine: gives the text engine, asked only where there are pictures or embedded fonts.
        ocr: reads a page that is nothing but a picture.
    """
    with OfdFile(source.path, source.limits) as ofd:
        seen = look(ofd, source.index)
        doc = ofd.page(source.index).doc
        why = _altered(source.path, source.path.stat().st_mtime_ns, source.limits).get(doc.root, "")
        seals = stamps(ofd, source.index)
        if not seen.texts:
            page = _picture_page(source, seen, ocr)
            if page.source != "ocr":
                return page
            why = why or (BLOCKED if seen.blocks else "")
            level = page.rotation == 0 and not page.skew and not page.warp
            return _altered_page(page.model_copy(update={"seals": (*page.seals, *seals) if level else page.seals}), why)
        found = ofd_fonts.doubts(ofd, seen.content, seen.chars, engine)
    chars = [_with(c, found.get((c.font, (c.text, c.glyph)), "")) for c in seen.chars]
    return _altered_page(_text_page(source, replace(seen, chars=chars), engine, seals), why)


def picture(source: OfdPage) -> Image | None:
    """The picture of a page that is nothing but one (a scan); None for pages with texts, which are not drawn here."""
    with OfdFile(source.path, source.limits) as ofd:
        seen = look(ofd, source.index)
        return None if seen.texts else ofd_drawing.image(seen.content, seen.pictures, source.limits)


def _picture_page(source: OfdPage, seen: Seen, ocr: Callable[[Image], Page]) -> Page:
    if seen.lost > PICTURE_COVERAGE:
        raise BrokenFile("OFD 页面的图片已损坏或格式不支持（如 JBIG2），请用 OFD 阅读器另存为 PDF 后重新上传")
    if seen.covered or ofd_drawing.letters(seen.content):
        return ocr(ofd_drawing.image(seen.content, seen.pictures, source.limits))
    width, height = round(seen.content.width * _POINTS), round(seen.content.height * _POINTS)
    note = f"这一页没有看得见的内容，只有{_counted(seen.hidden)}，请核对原件" if seen.hidden else None
    return Page(file=source.file, page=source.page, width=max(width, 1), height=max(height, 1), source="blank", note=note)


def _text_page(source: OfdPage, seen: Seen, engine: Callable[[], Recogniser], seals: Sequence[Seal]) -> Page:
    content = seen.content
    turned = main_turn(seen.chars)
    upright = ofd_text.turning(turned, content.width, content.height)
    width, height = (content.height, content.width) if turned % 180 else (content.width, content.height)
    words = ofd_text.words([ofd_text.turned(c, upright) for c in seen.chars])
    lines, reasons = text_lines(words, width, height)
    notes = [f"{'、'.join(sorted(reasons))}，这些文字不作为确定的依据，请核对原件"] if reasons else []
    if seen.hidden:
        notes.append(f"有看不见的文字没有采用：{_counted(seen.hidden)}")
    if seen.lost > PICTURE_COVERAGE:
        notes.append("有图片已损坏或格式不支持，图片里的内容没有读")
    version = ""
    boxes = tuple(s.model_copy(update={"box": _turned(s.box, turned)}) for s in seals)
    if seen.covered > PICTURE_COVERAGE or ofd_drawing.letters(content) >= MIN_LETTERS:
        image = turn(ofd_drawing.image(content, seen.pictures, source.limits), turned)
        version = engine().version
        more = _with_pictures(engine(), image, lines)
        if more is None:
            notes.append("图片里的内容方向不正，没有读")
        else:
            lines, found = more
            if seen.blocks:
                lines = tuple(x if x.origin == "text" else _unsure(x) for x in lines)
                notes.append(BLOCKED)
            boxes += _stamped(found, [*boxes], [_turned(b, turned) for b in _picture_boxes(content)])
    tables: tuple[Table, ...] = ()
    if len(lines) >= TABLE_LINES:
        tables = find_tables(lines, drawn_rules(content, upright, width, height))
    return Page(
        file=source.file,
        page=source.page,
        width=max(1, round(width * _POINTS)),
        height=max(1, round(height * _POINTS)),
        source="mixed" if version else "text",
        lines=lines,
        tables=tables,
        seals=boxes,
        rotation=turned,
        engine=version,
        note="；".join(notes) or None,
    )


def main_turn(chars: Sequence[Char]) -> int:
    """How far (degrees clockwise) the page must be turned so that most of its text reads level."""
    votes = Counter(round(c.angle / 90) * 90 % 360 for c in chars if c.text.strip())
    return (360 - votes.most_common(1)[0][0]) % 360 if votes else 0


def text_lines(words: Sequence[Word], width: float, height: float) -> tuple[tuple[Line, ...], set[str]]:
    """The words as lines in reading order, doubtful ones with ``UNSURE``, and what the doubts are."""
    boxes = [_box(w.box, width, height) for w in words]
    crossed = _overlapping(words, boxes)
    reasons: set[str] = set()
    lines = []
    for k, (word, box) in enumerate(zip(words, boxes, strict=True)):
        doubts = word.doubts | ({ON_TOP} if k in crossed else set())
        reasons |= doubts
        spans = tuple((a / width, z / width) for a, z in word.spans) if len(word.spans) == len(word.text) else ()
        confidence = UNSURE if doubts else 1.0
        lines.append(Line(text=word.text, box=box, confidence=confidence, spans=spans, origin="text", slant=word.slant))
    return tuple(in_order(lines)), reasons


def _overlapping(words: Sequence[Word], boxes: Sequence[Box]) -> set[int]:
    """The words that other words are printed on; slanted ones, marks and large watermarks lie over others by nature."""
    level = sorted((k for k, w in enumerate(words) if not w.slant and w.part != "mark"), key=lambda k: boxes[k][1])
    l, t, r, b = np.array([boxes[k] for k in level], np.float64).reshape(-1, 4).T
    areas, sizes = np.maximum((r - l) * (b - t), 1e-12), np.array([words[k].size for k in level])
    found: set[int] = set()
    for n in range(len(level)):
        below = slice(n + 1, int(np.searchsorted(t, b[n])))
        wide = np.minimum(r[below], r[n]) - np.maximum(l[below], l[n])
        high = np.minimum(b[below], b[n]) - t[below]
        share = np.maximum(wide, 0) * np.maximum(high, 0) / np.minimum(areas[below], areas[n])
        alike = np.maximum(sizes[below], sizes[n]) <= SAME_SIZE * np.minimum(sizes[below], sizes[n])
        on = np.flatnonzero((share > OVERLAPPING) & alike)
        if len(on):
            found |= {level[n], *(level[n + 1 + int(k)] for k in on)}
    return found


def drawn_rules(content: Content, upright: Matrix, width: float, height: float) -> Rulings:
    """The straight lines and thin strips that are drawn, collinear pieces joined, in fractions of the upright page."""
    hs, vs = [], []
    for drawn in content.objects:
        if drawn.kind != "path" or drawn.alpha < 0.1:
            continue
        matrix = xml.then(drawn.matrix, upright)
        size = abs(matrix[0] * matrix[3] - matrix[1] * matrix[2]) ** 0.5 or 1.0
        figures = outlines(xml.text(xml.child(drawn.node, "AbbreviatedData")))
        for a, z in rules(figures, filled=drawn.stroke is None, thin=_RULE_WIDTH / size):
            (x0, y0), (x1, y1) = xml.apply(matrix, *a), xml.apply(matrix, *z)
            if abs(y1 - y0) <= _RULE_WIDTH and abs(x1 - x0) >= _RULE_LENGTH:
                hs.append(((y0 + y1) / 2 / height, min(x0, x1) / width, max(x0, x1) / width))
            elif abs(x1 - x0) <= _RULE_WIDTH and abs(y1 - y0) >= _RULE_LENGTH:
                vs.append(((x0 + x1) / 2 / width, min(y0, y1) / height, max(y0, y1) / height))
    return Rulings(tuple(joined(hs)), tuple(joined(vs)))


def stamps(ofd: OfdFile, i: int) -> tuple[Seal, ...]:
    """The electronic seals of page ``i`` whose files are still what was sealed."""
    page = ofd.page(i)
    found = []
    for signature in ofd_seals.signatures(ofd, page.doc):
        for stamp in signature.stamps:
            if stamp.page == i and not signature.broken:
                l, t, r, b = stamp.box
                moved = (l - page.area[0], t - page.area[1], r - page.area[0], b - page.area[1])
                box = _box(moved, page.area[2] - page.area[0], page.area[3] - page.area[1])
                if box[2] > box[0] and box[3] > box[1]:
                    found.append(Seal(box=box, colour=_colour(signature.picture, ofd.limits)))
    return tuple(found)


def _stamped(found: Sequence[Seal], known: Sequence[Seal], pictures: Sequence[Box]) -> tuple[Seal, ...]:
    """The seals found by colour that lie on pictures (red letters of a 红头 are shapes), each once."""
    kept: list[Seal] = []
    for seal in sorted(found, key=lambda s: -(s.box[2] - s.box[0])):
        on = any(overlap(seal.box, b) > 0.8 for b in pictures)
        if on and all(overlap(seal.box, s.box) < 0.3 for s in (*known, *kept)):
            kept.append(seal)
    return tuple(kept)


def _picture_boxes(content: Content) -> list[Box]:
    areas = (ofd_images.area(d) for d in content.objects if d.kind == "image")
    return [_box(a, content.width, content.height) for a in areas if a is not None]


def _colour(data: bytes, limits: Limits) -> Literal["red", "blue", "black"]:
    """The seal's colour by its own picture; red where that is no picture that can be read (seals drawn as OFD)."""
    pixels = decode(data, limits.max_pixels) if data else None
    if pixels is None:
        return "red"
    inked = pixels[(pixels[..., 3] >= 128) & (pixels[..., :3].min(axis=2) < 200)][:, :3]
    if not len(inked) or red_mask(np.ascontiguousarray(inked[None])).mean() > 0.3:
        return "red"
    r, _, b = inked.mean(axis=0)
    return "blue" if b > r + 40 else "black"


@lru_cache(maxsize=16)
def _altered(path: Path, changed: int, limits: Limits) -> dict[str, str]:
    """Why the content is not what was signed, by document; ``changed`` is the file's time, so that none is outdated."""
    with OfdFile(path, limits) as ofd:
        return {doc.root: why for doc in ofd.docs if (why := ofd_seals.altered(ofd, doc))}


def _altered_page(page: Page, why: str) -> Page:
    """The page with nothing on it sure for the reason ``why``, if there is one (altered after signing)."""
    if not why:
        return page
    lines = tuple(_unsure(x) for x in page.lines)
    cells = tuple(
        t.model_copy(update={"cells": tuple(c.model_copy(update={"confidence": min(c.confidence, UNSURE)}) for c in t.cells)})
        for t in page.tables
    )
    note = "；".join(n for n in (f"{why}，本页内容不作为确定的依据", page.note) if n)
    return page.model_copy(update={"lines": lines, "tables": cells, "note": note})


def _unsure(line: Line) -> Line:
    return line.model_copy(update={"confidence": min(line.confidence, UNSURE)})


def _with_pictures(engine: Recogniser, image: Image, lines: tuple[Line, ...]) -> tuple[tuple[Line, ...], tuple[Seal, ...]] | None:
    """The lines and what OCR finds in the picture beside them; None where that had to be turned to be read."""
    found = read_image(engine, image)
    if found.rotation or found.skew or found.warp:
        return None
    boxes = [line.box for line in lines if not line.slant]
    new = [x for x in found.lines if x.slant or all(overlap(x.box, b) < 0.3 and overlap(b, x.box) < 0.5 for b in boxes)]
    return tuple(in_order([*lines, *new])), found.seals


def _with(char: Char, doubt: str) -> Char:
    return replace(char, doubts=char.doubts | {doubt}) if doubt else char


def _counted(hidden: Counter[str]) -> str:
    return "、".join(f"{reason} {count} 字" for reason, count in hidden.most_common())


def _box(rect: Rect, width: float, height: float) -> Box:
    """Millimetres to page fractions, within the page."""
    l, t, r, b = rect[0] / width, rect[1] / height, rect[2] / width, rect[3] / height
    return (min(max(l, 0.0), 1.0), min(max(t, 0.0), 1.0), min(max(r, 0.0), 1.0), min(max(b, 0.0), 1.0))


def _turned(box: Box, clockwise: int) -> Box:
    """A box of a page on that page turned."""
    return xml.bounds(ofd_text.turning(clockwise, 1.0, 1.0), box)
