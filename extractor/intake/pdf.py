"""PDF pages through PDFium: sizes, pictures, words, and hints for choosing text layer or OCR.

PDFium is not thread-safe: use a :class:`PdfFile` in one thread of one process only, and give
every process its own. All coordinates are points (1/72 inch) of the upright page, that is
after ``/Rotate``, origin top left, y down. ``turn`` arguments turn the page further, clockwise,
for pages whose content lies on its side.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import cv2
import numpy as np
import pypdfium2 as pdfium2
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

from extractor.intake import sandbox
from extractor.intake.errors import BrokenFile
from extractor.intake.limits import MB, Limits
from extractor.intake.pdf_probe import BROKEN, open_document
from extractor.intake.pdf_text import PageText, Rect, TextQuality, Transform, Word, read_text

__all__ = ["ImageBox", "PdfFile", "Ruling", "TextQuality", "Word"]

_MAX_OBJECTS = 20_000  # page objects looked at per page; drawings may hold hundreds of thousands
_MAX_DEPTH = 4  # nested form objects
_PAGE_MEMORY = 192 * MB  # for parsing a page; content streams and forms can be made to take any amount
_PAGE_SECONDS = 60  # of processor time
_PIXEL_BYTES = 4
_RULING_WIDTH = 3.0  # points: a filled box thinner than this is a ruled line
_RULING_LENGTH = 6.0  # points: shorter strokes are parts of characters


@dataclass(frozen=True, slots=True)
class ImageBox:
    """A picture drawn on the page: where, and its own size in pixels."""

    box: Rect
    width: int
    height: int

    @property
    def dpi(self) -> float:
        """Pixels per inch as drawn."""
        return 72 * max(self.width, 1) / max(self.box[2] - self.box[0], 0.1)


@dataclass(frozen=True, slots=True)
class Ruling:
    """A straight horizontal or vertical line: (x0, y0) to (x1, y1), x0 <= x1 and y0 <= y1."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def horizontal(self) -> bool:
        """Whether the line runs across the page."""
        return self.x1 - self.x0 >= self.y1 - self.y0


@dataclass(frozen=True, slots=True)
class _Object:
    raw: Any
    kind: int
    matrix: tuple[float, float, float, float, float, float]  # of the enclosing forms


class PdfFile:
    """An open PDF; a context manager. The last page used stays loaded.

    Raises BrokenFile or EncryptedFile on opening; page methods raise BrokenFile for that page.
    A PDF that only restricts printing or copying (empty user password) opens.
    """

    def __init__(self, path: Path, limits: Limits | None = None) -> None:
        """Open ``path``."""
        self._limits = limits or Limits()
        self._loaded: tuple[int, Any] | None = None
        self._text: tuple[tuple[int, int], PageText] | None = None
        self._pdf = open_document(path)
        try:
            if self._pdf.get_formtype() != pdfium.FORMTYPE_NONE:
                self._pdf.init_forms()  # so that filled-in fields are drawn
        except pdfium2.PdfiumError as e:
            raise BrokenFile(BROKEN) from e

    def __enter__(self) -> PdfFile:
        """Return itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        """Close the file."""
        self.close()

    def close(self) -> None:
        """Release PDFium's memory; the object is of no use afterwards."""
        self._drop_page()
        self._text = None
        self._pdf.close()

    @property
    def page_count(self) -> int:
        """The number of pages."""
        return len(self._pdf)

    def page_size(self, i: int, turn: int = 0) -> tuple[float, float]:
        """(width, height) of page ``i`` (0-based) in points, upright, turned ``turn`` degrees further."""
        width, height = self._page(i).get_size()
        return (height, width) if turn % 180 else (width, height)

    def render(self, i: int, scale: float, turn: int = 0, *, rows: tuple[float, float] | None = None) -> NDArray[np.uint8]:
        """Draw page ``i`` as H x W x 3 RGB at ``scale`` pixels per point, with annotations and fields.

        The scale is lowered where the picture would exceed ``max_pixels`` (huge plans); the
        array's shape tells. ``rows``: only what stands between these distances from the top, in points, of an unturned page.
        """
        page = self._page(i)
        width, height = page.get_size()
        crop = (0.0, 0.0, 0.0, 0.0) if rows is None else (0.0, max(0.0, height - rows[1]), 0.0, max(0.0, rows[0]))
        drawn = height - crop[1] - crop[3]
        scale = min(scale, (self._limits.max_pixels / max(width * drawn, 1.0)) ** 0.5 * 0.999)
        try:
            with _bounded(_PIXEL_BYTES * round(width * drawn * scale * scale)):
                bitmap = page.render(scale=scale, rotation=turn % 360, crop=crop, rev_byteorder=True, prefer_bgrx=False)
        except (pdfium2.PdfiumError, ValueError, MemoryError) as e:
            raise BrokenFile(f"第{i + 1}页无法显示，请重新导出该页") from e
        pixels = bitmap.to_numpy()
        if pixels.ndim == 2 or pixels.shape[2] == 1:
            rgb = np.repeat(pixels.reshape(*pixels.shape[:2], 1), 3, axis=2)
        else:
            rgb = np.array(pixels[:, :, :3], dtype=np.uint8, order="C")
        bitmap.close()
        return rgb

    def text(self, i: int, turn: int = 0) -> PageText:
        """Words and quality hints of page ``i``, kept until another page is asked for."""
        key = (i, turn % 360)
        if self._text is None or self._text[0] != key:
            page = self._page(i)
            try:
                with _bounded():
                    textpage = page.get_textpage()
            except pdfium2.PdfiumError as e:
                raise BrokenFile(f"第{i + 1}页的文字无法读取") from e
            try:
                rotation = (page.get_rotation() + turn) % 360
                self._text = (key, read_text(textpage, self._transform(i, turn), rotation))
            finally:
                textpage.close()
        return self._text[1]

    def text_words(self, i: int, turn: int = 0) -> tuple[Word, ...]:
        """The words of page ``i``; see :class:`Word`. Slanted watermarks are left out."""
        return self.text(i, turn).words

    def text_quality(self, i: int) -> TextQuality:
        """Hints on whether to trust the text layer of page ``i``."""
        return self.text(i).quality

    def images(self, i: int) -> list[ImageBox]:
        """The pictures on page ``i``, largest on the page first."""
        to_page = self._transform(i, 0)
        width, height = self.page_size(i)
        found = []
        for obj in self._objects(i):
            if obj.kind != pdfium.FPDF_PAGEOBJ_IMAGE:
                continue
            box = _clipped(_page_box(obj, to_page), width, height)
            px, py = ctypes.c_uint(), ctypes.c_uint()
            pdfium.FPDFImageObj_GetImagePixelSize(obj.raw, px, py)
            if box is not None:
                found.append(ImageBox(box, px.value, py.value))
        return sorted(found, key=lambda im: (im.box[0] - im.box[2]) * (im.box[3] - im.box[1]))

    def image_coverage(self, i: int) -> tuple[float, float]:
        """Shares (0..1) of page ``i``, measured on a 64 x 64 grid: of all pictures, and of the largest group of them that touch.

        Scans are often cut into many tiles; logos and seals stand apart.
        """
        width, height = self.page_size(i)
        grid = np.zeros((64, 64), dtype=np.uint8)
        for image in self.images(i):
            left, top, right, bottom = image.box
            x = slice(round(64 * left / width), round(64 * right / width))
            grid[round(64 * top / height) : round(64 * bottom / height), x] = 1
        if not grid.any():
            return 0.0, 0.0
        _, labels = cv2.connectedComponents(grid, connectivity=8)
        return float(grid.mean()), float(np.bincount(labels[grid > 0]).max() / grid.size)

    def rulings(self, i: int, turn: int = 0) -> list[Ruling]:
        """Straight horizontal and vertical lines of page ``i``: strokes, and boxes under 3 points thin."""
        to_page = self._transform(i, turn)
        found: list[Ruling] = []
        for obj in self._objects(i):
            if obj.kind == pdfium.FPDF_PAGEOBJ_PATH:
                found += _path_rulings(obj, to_page)
        return found

    def drawn_extras(self, i: int) -> int:
        """The number of annotations with content of their own (filled fields, stamps, typed notes).

        They are drawn but are not in the text layer, so a page that has some needs OCR there.
        """
        kinds = {pdfium.FPDF_ANNOT_WIDGET, pdfium.FPDF_ANNOT_FREETEXT, pdfium.FPDF_ANNOT_STAMP}
        page, n = self._page(i), 0
        for k in range(min(pdfium.FPDFPage_GetAnnotCount(page), _MAX_OBJECTS)):
            annotation = pdfium.FPDFPage_GetAnnot(page, k)
            if annotation:
                n += pdfium.FPDFAnnot_GetSubtype(annotation) in kinds
                pdfium.FPDFPage_CloseAnnot(annotation)
        return n

    def _page(self, i: int) -> Any:
        if self._loaded is not None and self._loaded[0] == i:
            return self._loaded[1]
        self._drop_page()
        try:
            with _bounded():
                page = self._pdf[i]
        except (pdfium2.PdfiumError, IndexError) as e:
            raise BrokenFile(f"PDF 第{i + 1}页已损坏，请重新导出该页") from e
        self._loaded = (i, page)
        if min(page.get_size()) <= 0:
            raise BrokenFile(f"PDF 第{i + 1}页没有大小，请重新导出该页")
        return page

    def _drop_page(self) -> None:
        if self._loaded is not None:
            self._loaded[1].close()
            self._loaded = None

    def _transform(self, i: int, turn: int) -> Transform:
        """User space (origin bottom left, y up) to the upright page (ISO 32000-1, 8.3.2.3)."""
        page = self._page(i)
        left, bottom, right, top = page.get_bbox()
        match (page.get_rotation() + turn) % 360:
            case 90:
                return lambda x, y: (y - bottom, x - left)
            case 180:
                return lambda x, y: (right - x, y - bottom)
            case 270:
                return lambda x, y: (top - y, right - x)
            case _:
                return lambda x, y: (x - left, top - y)

    def _objects(self, i: int) -> Iterator[_Object]:
        """Page objects, looking into forms, in drawing order; at most ``_MAX_OBJECTS``."""
        page = self._page(i)
        identity = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
        count, get = pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject
        yield from _walk(count, get, page.raw, identity, 0, [_MAX_OBJECTS])


def _bounded(more: int = 0) -> AbstractContextManager[None]:
    """Bounds for one step of PDFium, in a fenced process only: PDFium ends the process where memory fails.

    Args:
        more: bytes that the step takes besides, for its bitmap.
    """
    return sandbox.at_most(_PAGE_MEMORY + more, _PAGE_SECONDS) if sandbox.fenced() else nullcontext()


def _walk(count: Any, get: Any, parent: Any, matrix: Any, depth: int, budget: list[int]) -> Iterator[_Object]:
    for k in range(max(count(parent), 0)):
        if budget[0] <= 0:
            return
        budget[0] -= 1
        raw = get(parent, k)
        if not raw:
            continue
        kind = pdfium.FPDFPageObj_GetType(raw)
        if kind != pdfium.FPDF_PAGEOBJ_FORM:
            yield _Object(raw, kind, matrix)
        elif depth < _MAX_DEPTH:
            inner = _concat(_matrix(raw), matrix)
            yield from _walk(pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject, raw, inner, depth + 1, budget)


def _matrix(raw: Any) -> tuple[float, float, float, float, float, float]:
    m = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(raw, ctypes.byref(m)):
        return (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    return (m.a, m.b, m.c, m.d, m.e, m.f)


def _concat(m: Any, n: Any) -> tuple[float, float, float, float, float, float]:
    """The matrix that applies ``m`` first, then ``n`` (row vectors, as in PDF)."""
    a, b, c, d, e, f = m
    p, q, r, s, t, u = n
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def _apply(m: tuple[float, float, float, float, float, float], x: float, y: float) -> tuple[float, float]:
    return (m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5])


def _page_box(obj: _Object, to_page: Transform) -> Rect:
    """The object's bounds on the upright page."""
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    pdfium.FPDFPageObj_GetBounds(obj.raw, left, bottom, right, top)
    corners = ((x.value, y.value) for x in (left, right) for y in (bottom, top))
    points = [to_page(*_apply(obj.matrix, *c)) for c in corners]
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return (min(xs), min(ys), max(xs), max(ys))


def _clipped(box: Rect, width: float, height: float) -> Rect | None:
    left, top = max(box[0], 0.0), max(box[1], 0.0)
    right, bottom = min(box[2], width), min(box[3], height)
    return (left, top, right, bottom) if right > left and bottom > top else None


def _path_rulings(obj: _Object, to_page: Transform) -> list[Ruling]:
    """A thin filled box is one line; otherwise each straight segment is one."""
    left, top, right, bottom = _page_box(obj, to_page)
    if min(right - left, bottom - top) <= _RULING_WIDTH:
        line = _ruling(left, top, right, bottom)
        return [line] if line else []
    matrix = _concat(_matrix(obj.raw), obj.matrix)
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(obj.raw, fill, stroke)
    if not stroke.value:
        return []
    lines: list[Ruling] = []
    start = here = (0.0, 0.0)
    x, y = ctypes.c_float(), ctypes.c_float()
    for k in range(min(pdfium.FPDFPath_CountSegments(obj.raw), 2000)):
        segment = pdfium.FPDFPath_GetPathSegment(obj.raw, k)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = to_page(*_apply(matrix, x.value, y.value))
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            start = point
        elif kind == pdfium.FPDF_SEGMENT_LINETO:
            lines += _straight(here, point)
        here = point
        if pdfium.FPDFPathSegment_GetClose(segment):
            lines += _straight(here, start)
    return lines


def _straight(a: tuple[float, float], b: tuple[float, float]) -> list[Ruling]:
    line = _ruling(min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1]))
    return [line] if line else []


def _ruling(left: float, top: float, right: float, bottom: float) -> Ruling | None:
    """The centre line of a thin box, or None if it is short or not straight."""
    width, height = right - left, bottom - top
    if max(width, height) < _RULING_LENGTH or min(width, height) > _RULING_WIDTH:
        return None
    if width >= height:
        y = (top + bottom) / 2
        return Ruling(left, y, right, y)
    x = (left + right) / 2
    return Ruling(x, top, x, bottom)
