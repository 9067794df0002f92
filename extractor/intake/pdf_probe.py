"""A PDF looked at from outside: it opens, has pages, ends; what it carries along besides them. No page is drawn.

PDFium as pypdfium2 ships it has no script engine: scripts are never run. They are reported so that a person knows.
"""

from __future__ import annotations

import re
import zlib
from contextlib import suppress
from mmap import ACCESS_READ, mmap
from pathlib import Path

import pypdfium2 as pdfium2
import pypdfium2.raw as pdfium

from extractor.intake.errors import BrokenFile, EmptyFile, EncryptedFile, TooLarge
from extractor.intake.limits import MB, Limits

BROKEN = "PDF 已损坏，请重新导出或用阅读器“打印为 PDF”后上传"
# Names long enough not to stand in packed bytes by chance. A script action always says /JavaScript (ISO 32000-1, 12.6.4.16).
_SCRIPT = re.compile(rb"/JavaScript\b")
_LAUNCH = re.compile(rb"/Launch\b")
_ATTACHED = re.compile(rb"/(?:EmbeddedFile|FileAttachment|RichMedia)\b")
_MOST_UNPACKED = 8 * MB
"""Bytes of object streams that are looked through for scripts."""


def open_document(path: Path) -> pdfium2.PdfDocument:
    """Open a PDF; one that only restricts printing or copying (empty user password) opens.

    Raises BrokenFile, EncryptedFile.
    """
    try:
        return pdfium2.PdfDocument(path)
    except pdfium2.PdfiumError as e:
        if getattr(e, "err_code", None) in {pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY}:
            raise EncryptedFile("PDF 设有打开密码，请取消密码后重新上传") from e
        raise BrokenFile(BROKEN) from e
    except OSError as e:
        raise BrokenFile("文件无法打开，请检查文件权限后重试") from e


def probe(path: Path, limits: Limits) -> tuple[int, str | None]:
    """The page count, and remarks: the end of the file is missing, it carries scripts or files.

    Raises BrokenFile, EncryptedFile, EmptyFile, TooLarge.
    """
    pdf = open_document(path)
    try:
        pages = len(pdf)
        attached = pdfium.FPDFDoc_GetAttachmentCount(pdf.raw)
        scripts = pdfium.FPDFDoc_GetJavaScriptActionCount(pdf.raw)
    finally:
        pdf.close()
    if pages == 0:
        raise EmptyFile("PDF 里没有页面，请重新导出后上传")
    if pages > limits.max_pages_per_file:
        bound = limits.max_pages_per_file
        raise TooLarge(f"PDF 页数过多（{pages} 页，上限 {bound} 页），请拆成几个文件后上传")
    return pages, "；".join(_remarks(path, attached > 0, scripts > 0)) or None


def _remarks(path: Path, attached: bool, scripts: bool) -> list[str]:
    found = []
    with path.open("rb") as f, mmap(f.fileno(), 0, access=ACCESS_READ) as data:
        if data.rfind(b"%%EOF", max(len(data) - 4096, 0)) < 0:
            found.append("PDF 结尾缺失，可能没有下载完整，已读出能恢复的页，请核对页数")
        objects = _object_streams(data)
        if scripts or _SCRIPT.search(data) or _SCRIPT.search(objects):
            found.append("含脚本（没有运行）")
        if _LAUNCH.search(data) or _LAUNCH.search(objects):
            found.append("含启动外部程序的动作（没有执行）")
        if attached or _ATTACHED.search(data) or _ATTACHED.search(objects):
            found.append("含附件（没有读，如是证明材料请单独上传）")
    return found


def _object_streams(data: mmap) -> bytes:
    """What packed object streams (ISO 32000-1, 7.5.7) hold, up to ``_MOST_UNPACKED``; one that does not unpack is left out."""
    found = bytearray()
    at = data.find(b"/ObjStm")
    while at >= 0 and len(found) < _MOST_UNPACKED:
        start = data.find(b"stream", at, at + 1024)
        if start >= 0:
            start += len(b"stream")
            start += 2 if data[start : start + 2] == b"\r\n" else 1
            with suppress(zlib.error):
                found += zlib.decompressobj().decompress(data[start : start + MB], _MOST_UNPACKED - len(found))
        at = data.find(b"/ObjStm", at + 1)
    return bytes(found)
