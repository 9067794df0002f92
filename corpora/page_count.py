"""How many pages a file of a corpus has, counted as the product counts them."""

from __future__ import annotations

import struct
import warnings
import zlib
from pathlib import Path

import olefile
import pypdfium2 as pdfium
from PIL import Image
from python_calamine import CalamineError, CalamineWorkbook

_SHEETS = frozenset({".xlsx", ".xls"})
_END_OF_GLOBALS, _PASSWORD, _SHEET = 0x0A, 0x2F, 0x85  # records of [MS-XLS]
DAMAGED_PICTURE: tuple[type[Exception], ...] = (
    OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, OverflowError, struct.error, zlib.error,
    Image.DecompressionBombError,
)  # fmt: skip
"""What Pillow raises on damaged files; that they are none at all is an ``OSError``."""


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
    if olefile.isOleFile(str(path)):
        return _old_sheets(path)
    try:
        return len(CalamineWorkbook.from_path(str(path)).sheet_names)
    except (CalamineError, OSError) as error:
        raise FileUnreadable("不是可读的表格文件") from error
    except BaseException as error:
        # calamine panics on some damaged XLS; pyo3's PanicException is no Exception and has no public name
        if type(error).__name__ != "PanicException":
            raise
        raise FileUnreadable("不是可读的表格文件") from error


def _old_sheets(path: Path) -> int:
    """The sheets that the globals of an XLS list ([MS-XLS] 2.1.7.20.3): calamine reads all cells and may die of them."""
    try:
        with olefile.OleFileIO(str(path)) as ole:
            data = ole.openstream("Workbook" if ole.exists("Workbook") else "Book").read()
    except (OSError, IndexError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise FileUnreadable("不是可读的表格文件") from error
    kinds, at = [0], 0
    while at + 4 <= len(data) and kinds[-1] != _END_OF_GLOBALS:
        kind, size = struct.unpack_from("<HH", data, at)
        kinds.append(kind)
        at += 4 + size
    if _PASSWORD in kinds or _SHEET not in kinds:
        raise FileUnreadable("表格文件有密码或没有工作表")
    return kinds.count(_SHEET)


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
    except DAMAGED_PICTURE as error:
        raise FileUnreadable("不是可读的图片或 PDF") from error
