"""A page source becomes a read page. Lives in the reading worker; one per process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from extractor.intake import ImagePage, Limits, OfdPage, PageSource, PdfPage, SheetPage, TextPage
from extractor.intake.pdf import PdfFile
from extractor.model import Box, Glance, Line, Page, Table
from extractor.reading import ofd_page, other_pages, pdf_page
from extractor.reading.fingerprint import fingerprint
from extractor.reading.glance import glance, with_marks
from extractor.reading.glance_ink import reduced
from extractor.reading.mark_views import SIDE as FAR_SIDE
from extractor.reading.ocr_page import OcrPage, Recogniser, fit, in_order, read_image
from extractor.reading.privacy import mask_line, mask_lines, private_boxes
from extractor.reading.rulings import find_rulings
from extractor.reading.seals import overlap
from extractor.reading.straighten import as_read
from extractor.reading.tables import find_tables
from extractor.reading.upright import Image, shrunk, turn
from extractor.values.persons import mask_ids

BLANK_INK = 0.0015
"""Share of dark pixels below which a page is blank (a speck of dust on A4 stays below)."""
TABLE_LINES = 12


class PageReader:
    """Reads pages of any source; keeps the last PDF open.

    Args:
        engine: called at the first page that needs OCR, so that text-only packages never load it.
        secret: key of the hashes that stand for persons' ID numbers.
    """

    def __init__(self, engine: Callable[[], Recogniser], secret: bytes) -> None:
        self._make_engine = engine
        self._engine: Recogniser | None = None
        self._secret = secret
        self._open: tuple[Path, PdfFile] | None = None
        self._trust: dict[tuple[Path, frozenset[str]], bool] = {}
        self.seen: Image | None = None
        """The upright picture of the page read last, where it was read from its picture."""

    def close(self) -> None:
        """Close the PDF that is still open."""
        if self._open is not None:
            self._open[1].close()
            self._open = None

    def read(self, source: PageSource) -> Page:
        """Read one page. Raises IntakeError when it cannot be decoded."""
        self.seen = None
        match source:
            case SheetPage():
                return self._masked(other_pages.sheet_page(source))
            case TextPage():
                return self._masked(other_pages.word_page(source))
            case ImagePage():
                return self._ocr(source, source.image())
            case PdfPage():
                how = self._how(source)
                return self._ocr(source, self._rendered(source)) if how == "ocr" else self._text(source, mixed=how == "mixed")
            case OfdPage():
                return self._masked(ofd_page.read_page(source, self._recogniser, partial(self._ocr, source)))

    def look(self, source: PageSource) -> Page | Glance:
        """Look at one page; one that needs no OCR, or is blank, is read. Raises IntakeError when it cannot be decoded."""
        self.seen = None
        match source:
            case ImagePage():
                image = source.image()
            case PdfPage():
                if (how := self._how(source)) != "ocr":
                    return self._text(source, mixed=how == "mixed")
                image = self._rendered(source)
            case _:
                return self.read(source)
        far = reduced(image, FAR_SIDE)
        if is_blank(far):
            return _blank(source, image)
        found = glance(self._recogniser(), image, file=source.file, page=source.page, far=far)
        return found.model_copy(update={"page": self._masked(found.page)})

    def with_marks(self, source: PageSource, page: Page) -> Page:
        """A page that was looked at, with the marks across it. Raises IntakeError when it cannot be decoded."""
        image = self.picture(source, 0, 0.0)
        if image is None:
            raise TypeError(f"no page to look at: {type(source).__name__}")
        return self._masked(with_marks(self._recogniser(), image, page))

    def picture(self, source: PageSource, rotation: int, skew: float, warp: Sequence[float] = ()) -> Image | None:
        """The upright, straightened page image for showing; None for sheets and running text."""
        match source:
            case ImagePage():
                image = source.image()
            case PdfPage():
                image = self._rendered(source)
            case OfdPage() if (scan := ofd_page.picture(source)) is not None:
                image = scan
            case _:
                return None
        return as_read(fit(image), rotation, skew, warp)

    # --- PDF ---------------------------------------------------------------

    def _file(self, path: Path, limits: Limits) -> PdfFile:
        if self._open is None or self._open[0] != path:
            self.close()
            self._open = (path, PdfFile(path, limits))
        return self._open[1]

    def _trusted(self, pdf: PdfFile, i: int) -> bool:
        assert self._open is not None
        key = (self._open[0], pdf_page.fonts_key(pdf, i))
        if key not in self._trust:
            good = {f for (path, fonts), ok in self._trust.items() if ok and path == key[0] for f in fonts}
            self._trust[key] = key[1] <= good or pdf_page.strip_agrees(pdf, i, self._recogniser())
        return self._trust[key]

    def _rendered(self, source: PdfPage) -> Image:
        return pdf_page.render_for_ocr(self._file(source.path, source.limits), source.index)

    def _how(self, source: PdfPage) -> pdf_page.How:
        return pdf_page.choose(self._file(source.path, source.limits), source.index, self._trusted)

    def _text(self, source: PdfPage, *, mixed: bool) -> Page:
        """A page by its text layer; ``mixed``: pictures on it are read, too."""
        pdf, i = self._file(source.path, source.limits), source.index
        turned = pdf_page.main_turn(pdf, i)
        width, height = pdf.page_size(i, turned)
        lines, look = pdf_page.text_lines(pdf, i, turned), ""
        if mixed:
            image = turn(pdf_page.render_for_ocr(pdf, i), turned)
            lines, look = self._with_pictures(image, lines), fingerprint(image)
        tables: tuple[Table, ...] = ()
        if len(lines) >= TABLE_LINES:
            tables = find_tables(lines, pdf_page.drawn_rulings(pdf, i, turned))
        return self._masked(
            Page(
                file=source.file,
                page=source.page,
                width=round(width),
                height=round(height),
                source="mixed" if mixed else "text",
                lines=lines,
                tables=tables,
                rotation=turned,
                engine=self._recogniser().version if mixed else "",
                look=look,
            )
        )

    def _with_pictures(self, image: Image, lines: tuple[Line, ...]) -> tuple[Line, ...]:
        """Text layer plus what OCR finds in the page's upright picture where the text layer has nothing."""
        found = read_image(self._recogniser(), image)
        if found.rotation or found.skew:
            return lines
        boxes = [line.box for line in lines if not line.slant]
        # A mark across the page lies over the text layer's lines and is none of them.
        new = [x for x in found.lines if x.slant or all(overlap(x.box, b) < 0.3 and overlap(b, x.box) < 0.5 for b in boxes)]
        return tuple(in_order([*lines, *new]))

    # --- OCR ---------------------------------------------------------------

    def _recogniser(self) -> Recogniser:
        if self._engine is None:
            self._engine = self._make_engine()
        return self._engine

    def _ocr(self, source: ImagePage | PdfPage | OfdPage, image: Image) -> Page:
        if is_blank(image):
            return _blank(source, image)
        engine = self._recogniser()
        found: OcrPage = read_image(engine, image)
        self.seen = found.image
        h, w = found.image.shape[:2]
        lines = mask_lines(found.lines, self._secret)
        tables: tuple[Table, ...] = ()
        if len(lines) >= TABLE_LINES:
            tables = find_tables(lines, find_rulings(found.image))
        return Page(
            file=source.file,
            page=source.page,
            width=w,
            height=h,
            source="ocr" if lines else "blank",
            lines=lines,
            tables=tables,
            seals=found.seals,
            rotation=found.rotation,
            skew=found.skew,
            warp=found.warp,
            engine=engine.version,
            look=fingerprint(found.image) if lines else "",
        )

    def _masked(self, page: Page) -> Page:
        lines = tuple(mask_line(line, self._secret) for line in page.lines)
        if all(a is b for a, b in zip(lines, page.lines, strict=True)):
            return page
        tables = tuple(
            t.model_copy(update={"cells": tuple(c.model_copy(update={"text": mask_ids(c.text)}) for c in t.cells)})
            for t in page.tables
        )
        return page.model_copy(update={"lines": lines, "tables": tables})


def _blank(source: PageSource, image: Image) -> Page:
    h, w = image.shape[:2]
    return Page(file=source.file, page=source.page, width=w, height=h, source="blank")


def is_blank(image: Image) -> bool:
    """Whether a page image shows nothing but paper: no dark or coloured ink against its background."""
    h, w = image.shape[:2]
    ratio = min(1.0, 600 / max(h, w))
    small = shrunk(image, max(1, round(h * ratio)), max(1, round(w * ratio)))
    inner = small[small.shape[0] // 40 : -(small.shape[0] // 40) or None, small.shape[1] // 40 : -(small.shape[1] // 40) or None]
    red, green, blue = cv2.split(np.ascontiguousarray(inner))
    darkest = cv2.min(cv2.min(red, green), blue)
    return bool(np.mean(cv2.subtract(cv2.medianBlur(darkest, 31), darkest) > 25) < BLANK_INK)


def pixel_box(box: Box, image: Image) -> tuple[int, int, int, int]:
    """A page box in pixels of an image (left, top, right, bottom)."""
    h, w = image.shape[:2]
    return round(box[0] * w), round(box[1] * h), round(box[2] * w), round(box[3] * h)


def hide_persons(image: Image, lines: Sequence[Line]) -> Image:
    """The picture with persons' ID and phone numbers blacked out, by the boxes of their lines."""
    boxes = [box for line in lines for box in private_boxes(line)]
    if not boxes:
        return image
    out = image.copy()
    for box in boxes:
        l, t, r, b = pixel_box(box, out)
        out[t:b, l:r] = 0
    return out
