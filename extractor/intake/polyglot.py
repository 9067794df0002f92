"""Files that are two formats at once: a PDF that opens as a ZIP, too, shows one thing here and another elsewhere.

Only what other programs would really open as the second format counts: a ZIP whose end record is the file's last and
points at a directory, a PDF with its header within the first 1,024 bytes and its end within the last.
"""

from __future__ import annotations

import re
import struct
from pathlib import Path

from extractor.intake.errors import UnsafeFile

_ZIP_END, _ZIP_END_SIZE, _ZIP_ENTRY = b"PK\x05\x06", 22, b"PK\x01\x02"
_PDF_HEAD = re.compile(rb"%PDF-\d")
_PDF_END = re.compile(rb"startxref\s+\d+\s+%%EOF")
_TAIL = (1 << 16) + _ZIP_END_SIZE


def refuse_two_formats(path: Path, *, is_pdf: bool) -> None:
    """Raise UnsafeFile where a file that is read as one format is a ZIP or PDF besides.

    Args:
        path: the file.
        is_pdf: it is read as a PDF.
    """
    with path.open("rb") as f:
        head = f.read(1024)
        size = f.seek(0, 2)
        base = f.seek(max(0, size - _TAIL))
        tail = f.read()
        if not head.startswith(b"PK"):
            directory = _zip_directory_at(tail, base)
            if directory is not None and directory >= 0:
                f.seek(directory)
                if f.read(len(_ZIP_ENTRY)) == _ZIP_ENTRY:
                    raise _refusal("压缩包")
            if not is_pdf and _PDF_HEAD.search(head) and _PDF_END.search(tail[-1024:]):
                raise _refusal("PDF")
            return
    # A ZIP may well hold a PDF that is not packed; after the end record there is only the comment.
    if _PDF_END.search(tail, max(0, tail.rfind(_ZIP_END))):
        raise _refusal("PDF")


def _zip_directory_at(tail: bytes, base: int) -> int | None:
    """Where the directory of a ZIP that ends with this file would begin; None where the file does not end as a ZIP."""
    end = tail.rfind(_ZIP_END)
    if end < 0 or len(tail) - end < _ZIP_END_SIZE:
        return None
    length, comment = struct.unpack_from("<L4xH", tail, end + 12)
    whole = end + _ZIP_END_SIZE + comment == len(tail)
    return base + end - length if whole and length else None


def _refusal(other: str) -> UnsafeFile:
    return UnsafeFile(f"文件同时也是{other}（不同软件会看到不同内容），没有读，请用原软件重新导出，或打印后扫描上传")
