"""Plain text: encodings met in China, and lists separated by commas, tabs and the like."""

from __future__ import annotations

import codecs
import csv
from collections import Counter

from extractor.intake.errors import BrokenFile

DELIMITERS = ",\t;|"
_CONTROL = frozenset(range(0, 9)) | frozenset(range(14, 27)) | frozenset(range(28, 32))
_BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def sample_text(head: bytes) -> str | None:
    """The start of a file as text, or None if it is not text; a cut last character is dropped."""
    encoding = _by_bom(head)
    if encoding is None and _CONTROL & frozenset(head):
        return None
    for candidate in (encoding,) if encoding else ("utf-8", "gb18030"):
        try:
            return codecs.getincrementaldecoder(candidate)().decode(head, final=False)
        except UnicodeDecodeError:
            continue
    return None


def decode(data: bytes) -> str:
    """Whole text: by its byte order mark, else UTF-8, else GB18030 (GB 18030-2022).

    Raises BrokenFile when none fits.
    """
    encoding = _by_bom(data)
    for candidate in (encoding,) if encoding else ("utf-8", "gb18030"):
        try:
            return data.decode(candidate)
        except UnicodeDecodeError:
            continue
    raise BrokenFile("文字编码无法识别，请用 Excel 打开后另存为 XLSX 或 UTF-8 的 CSV")


def sniff_delimiter(text: str) -> str | None:
    """The delimiter that gives most lines the same number (two or more) of columns, or None."""
    best = max((_agreement(text, d) for d in DELIMITERS), default=None)
    return best[3] if best and best[2] >= 2 else None


def looks_like_table(text: str) -> bool:
    """Whether at least two lines, and most of all lines, share one column count above one."""
    share, count, width, _ = max(_agreement(text, d) for d in DELIMITERS)
    return width >= 2 and count >= 2 and share >= 0.7


def _agreement(text: str, delimiter: str) -> tuple[float, int, int, str]:
    """(share of lines, lines, columns, delimiter) of the commonest column count; zeros if it is 1."""
    lines = [line for line in text.splitlines()[:200] if line.strip()][:100]
    widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if row)
    if not widths:
        return (0.0, 0, 0, delimiter)
    width, count = widths.most_common(1)[0]
    return (count / sum(widths.values()), count, width, delimiter) if width > 1 else (0.0, 0, 0, delimiter)


def _by_bom(data: bytes) -> str | None:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return encoding
    return None
