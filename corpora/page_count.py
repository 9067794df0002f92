"""How many pages a file of a corpus has, counted as the product counts them."""

from __future__ import annotations

import warnings
from pathlib import Path

import pypdfium2 as pdfium
from PIL import Image, UnidentifiedImageError
from python_calamine import CalamineError, CalamineWorkbook

_SHEETS = frozenset({".xlsx", ".xls"})


class FileUnreadable(ValueError):
    """A file whose pages cannot be counted: broken, encrypted or of an unknown kind."""


def page_count(path: Path) -> int | None:
    """Pages of a PDF, frames of an image, sheets of a workbook, 1 for CSV; None where pages are not fixed (DOCX).

    PDF and images are told by content, as everywhere in the product.

    Raises:
        FileUnreadable: the file cannot be opened.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(1024)
    except OSError as error:
        raise FileUnreadable(f"不能打开：{error.strerror or error}") from error
    if b"%PDF-" in head:
        return _pdf_pages(path)
    suffix = path.suffix.lower()
    if suffix == ".csv":
        return 1
    if suffix == ".docx":
        return None
    if suffix in _SHEETS:
        return _sheets(path)
    return _frames(path)


def _sheets(path: Path) -> int:
    try:
        return len(CalamineWorkbook.from_path(str(path)).sheet_names)
    except (CalamineError, OSError) as error:
        raise FileUnreadable("不是可读的表格文件") from error
    except BaseException as error:
        # calamine panics on some damaged XLS; pyo3's PanicException is no Exception and has no public name
        if type(error).__name__ != "PanicException":
            raise
        raise FileUnreadable("不是可读的表格文件") from error


def _pdf_pages(path: Path) -> int:
    try:
        pdf = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        raise FileUnreadable("PDF 已损坏或有密码") from error
    try:
        return len(pdf)
    finally:
        pdf.close()


def _frames(path: Path) -> int:
    try:
        with warnings.catch_warnings():
            # Large scans are expected here; nothing is decoded.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path) as image:
                return int(getattr(image, "n_frames", 1))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise FileUnreadable("不是可读的图片或 PDF") from error
