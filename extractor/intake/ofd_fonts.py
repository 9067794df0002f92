"""Fonts that an OFD brings along: what their glyphs look like, drawn by PDFium.

A code says which character is meant, the font what is seen; an embedded font may draw anything. PDFium is not
thread-safe (see ``pdf``).
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pypdfium2 as pdfium2
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

from extractor.intake.limits import MB

MAX_FONT = 40 * MB
SIZE = 40
"""Font size in pixels."""
_MARGIN, _HEIGHT, _BASE = 12, 68, 20

Glyph = tuple[str, int | None]
"""A character and the number of the glyph drawn for it; None: the font's own table decides."""


def strip(font: bytes, glyphs: Sequence[Glyph], widths: Sequence[float]) -> tuple[NDArray[np.uint8], list[bool]] | None:
    """The glyphs side by side, black on white, and which of them draw anything; None where the font cannot be read.

    Args:
        font: a TrueType or OpenType file.
        glyphs: what to draw, from left to right.
        widths: the room for each, in em.
    """
    if not font or len(font) > MAX_FONT:
        return None
    lefts = [_MARGIN + SIZE * sum(widths[:k]) for k in range(len(glyphs) + 1)]
    try:
        pdf = pdfium2.PdfDocument.new()
    except pdfium2.PdfiumError:
        return None
    try:
        data = (ctypes.c_uint8 * len(font)).from_buffer_copy(font)
        loaded = pdfium.FPDFText_LoadFont(pdf.raw, data, len(font), pdfium.FPDF_FONT_TRUETYPE, 1)
        if not loaded:
            return None
        page = pdf.new_page(lefts[-1] + _MARGIN, _HEIGHT)
        for glyph, left in zip(glyphs, lefts, strict=False):
            _draw(pdf, page, loaded, glyph, left)
        pdfium.FPDFPage_GenerateContent(page.raw)
        bitmap = page.render(scale=1, grayscale=True)
        grey = np.array(bitmap.to_numpy().reshape(bitmap.height, bitmap.width, -1)[..., 0])
        bitmap.close()
        page.close()
        pdfium.FPDFFont_Close(loaded)
    except (pdfium2.PdfiumError, ValueError):
        return None
    finally:
        pdf.close()
    inked = [bool((grey[:, round(a) : round(z)] < 128).any()) for a, z in pairwise(lefts)]
    return np.repeat(grey[..., None], 3, axis=2), inked


def _draw(pdf: pdfium2.PdfDocument, page: pdfium2.PdfPage, font: object, glyph: Glyph, left: float) -> None:
    char, number = glyph
    item = pdfium.FPDFPageObj_CreateTextObj(pdf.raw, font, float(SIZE))
    if number is None:
        text = ctypes.create_string_buffer(char.encode("utf-16-le") + b"\0\0")
        done = pdfium.FPDFText_SetText(item, ctypes.cast(text, ctypes.POINTER(ctypes.c_ushort)))
    else:
        done = pdfium.FPDFText_SetCharcodes(item, (ctypes.c_uint32 * 1)(min(max(number, 0), 0xFFFF)), 1)
    if not done:
        pdfium.FPDFPageObj_Destroy(item)
        return
    pdfium.FPDFPageObj_Transform(item, 1, 0, 0, 1, left, _BASE)
    pdfium.FPDFPage_InsertObject(page.raw, item)
