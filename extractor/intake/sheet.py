"""Spreadsheets and delimited lists: every cell as the text a person would read."""

from __future__ import annotations

import csv
import datetime as dt
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from pathlib import Path

import olefile
from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from extractor.intake import archive, office, text
from extractor.intake.errors import BrokenFile, EmptyFile, EncryptedFile, TooLarge
from extractor.intake.limits import Limits

Merge = tuple[int, int, int, int]
"""(first row, first column, last row, last column), 0-based, inclusive."""

_BROKEN = "表格文件已损坏，请用 Excel 打开后另存为 XLSX 重新上传"
_DAMAGED: tuple[type[Exception], ...] = (CalamineError, OverflowError, *archive.DAMAGED)
_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"[^>]*>')
_LOST_DIGITS = re.compile(r"^\d(?:\.\d+)?[Ee]\+1[0-9]$")


@dataclass(frozen=True)
class SheetInfo:
    """A sheet's name and whether it is hidden, known without reading its cells."""

    name: str
    hidden: bool


@dataclass(frozen=True)
class Grid:
    """A sheet's cells from A1 on, as text, every row equally long; empty rows at the end cut."""

    rows: list[list[str]]
    merged: tuple[Merge, ...] = ()
    note: str | None = None


def inspect(path: Path, limits: Limits) -> tuple[list[SheetInfo], str | None]:
    """The worksheets of an XLSX or XLS in workbook order, and a remark about macros and embedded files.

    Raises BrokenFile, EncryptedFile, EmptyFile, TooLarge, UnsafeFile.
    """
    if zipfile.is_zipfile(path):
        remark = office.look_through(path, "Excel", limits, _is_read_whole)
    else:
        remark = "含宏（没有运行）" if _has_macros(path) else None
    with _workbook(path) as book:
        found = [
            SheetInfo(s.name, s.visible != SheetVisibleEnum.Visible)
            for s in book.sheets_metadata
            if s.typ == SheetTypeEnum.WorkSheet
        ]
    if not found:
        raise EmptyFile("表格文件里没有工作表，请检查后重新上传")
    return found, remark


def read_sheet(path: Path, name: str, limits: Limits) -> Grid:
    """The cells of sheet ``name``. Raises BrokenFile, TooLarge."""
    with _workbook(path) as book:
        if zipfile.is_zipfile(path):
            _refuse_sparse_giant(path, limits)
        with _damage(f"工作表《{name}》无法读取，请用 Excel 打开后另存为 XLSX 重新上传"):
            cells = book.get_sheet_by_name(name)
            last_row, last_col = cells.end or (-1, -1)
            _check(last_row + 1, last_col + 1, limits)
            rows = [[cell_text(v) for v in row] for row in cells.to_python(skip_empty_area=False)]
            merged = tuple((*a, *b) for a, b in cells.merged_cell_ranges or ())
    return _grid(rows, merged)


def read_csv(path: Path, limits: Limits) -> Grid:
    """A delimited list in UTF-8, UTF-16 or GB18030. Raises BrokenFile, TooLarge."""
    content = text.decode(path.read_bytes())
    delimiter = text.sniff_delimiter(content) or ","
    try:
        reader = csv.reader(content.splitlines(keepends=True), delimiter=delimiter)
        rows = [[_csv_cell(v) for v in row] for row in islice(reader, limits.max_rows + 1)]
    except csv.Error as e:
        raise BrokenFile("CSV 内容有误（引号不成对或单元格过长），请用 Excel 打开后另存为 XLSX") from e
    _check(len(rows), max((len(r) for r in rows), default=0), limits)
    return _grid(rows, ())


def cell_text(value: object) -> str:
    """One cell as a person reads it: no ``.0``, no scientific notation, ISO dates.

    >>> cell_text(350102199001011000.0), cell_text(12.50), cell_text(True)
    ('350102199001011000', '12.5', 'TRUE')
    """
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case float() if value == value and abs(value) != float("inf"):
            return str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")
        case dt.datetime():
            midnight = value.time() == dt.time()
            return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
        case dt.date():
            return value.isoformat()
        case dt.time():
            return value.isoformat("seconds")
        case None:
            return ""
        case _:
            return str(value).replace("_x000D_", "").replace("\r\n", "\n").strip()


def _csv_cell(value: str) -> str:
    """Strip what Excel users add to keep long numbers whole: ``="…"``, a tab, an apostrophe."""
    value = value.strip()
    if value.startswith('="') and value.endswith('"'):
        value = value[2:-1]
    if value.startswith("'") and value[1:2].isdigit():
        value = value[1:]
    return value.strip()


def _is_read_whole(part: str) -> bool:
    """Shared texts, styles and the like are; sheets have bounds of their own (``max_rows``, ``max_cells``)."""
    return not part.lower().startswith("xl/worksheets/")


def _has_macros(path: Path) -> bool:
    """Whether an XLS has a storage of macros ([MS-XLS] 2.1.4)."""
    try:
        with olefile.OleFileIO(str(path)) as ole:
            return bool(ole.exists("_VBA_PROJECT_CUR"))
    except (OSError, IndexError, ValueError, TypeError, AttributeError, RecursionError):
        return False  # calamine tells what is wrong with it


def _workbook(path: Path) -> CalamineWorkbook:
    with _damage(_BROKEN):
        return CalamineWorkbook.from_path(path)


@contextmanager
def _damage(message: str) -> Iterator[None]:
    """Turn what calamine and zipfile raise on damaged files into IntakeErrors."""
    try:
        yield
    except PasswordError as e:
        raise EncryptedFile("表格设有打开密码，请取消密码后重新上传") from e
    except _DAMAGED as e:
        raise BrokenFile(message) from e
    except BaseException as e:
        # calamine panics on some damaged XLS; pyo3's PanicException is no Exception and has no public name
        if type(e).__name__ != "PanicException":
            raise
        raise BrokenFile(message) from e


def _refuse_sparse_giant(path: Path, limits: Limits) -> None:
    """Refuse cells that lie so far out that a dense grid would fill the memory."""
    state = path.stat()
    for rows, cols in _extents(path, state.st_mtime_ns, state.st_size):
        _check(rows, cols, limits)


@lru_cache(maxsize=8)
def _extents(path: Path, mtime: int, size: int) -> tuple[tuple[int, int], ...]:
    """(rows, columns) up to the last cell with content, per sheet of an XLSX; kept per file state.

    Cells that only carry a format (``<c r="A9" s="1"/>``) are empty and do not count.
    """
    found = []
    with _damage(_BROKEN), zipfile.ZipFile(path) as z:
        for info in z.infolist():
            if not info.filename.lower().startswith("xl/worksheets/"):
                continue
            rows, cols, tail = 0, 0, b""
            with z.open(info) as f:
                while block := f.read(1 << 20):
                    tail += block
                    for m in _CELL.finditer(tail):
                        if not m[0].endswith(b"/>"):
                            rows, cols = max(rows, int(m[2])), max(cols, _column(m[1]))
                    tail = tail[-512:]
            found.append((rows, cols))
    return tuple(found)


def _column(letters: bytes) -> int:
    """``A`` is 1, ``XFD`` is 16384."""
    n = 0
    for c in letters:
        n = n * 26 + c - 64
    return n


def _check(rows: int, cols: int, limits: Limits) -> None:
    if rows > limits.max_rows:
        bound = limits.max_rows
        raise TooLarge(f"表格行数过多（{rows} 行，上限 {bound} 行），请删去空行或拆成几个文件后重新上传")
    if rows * cols > limits.max_cells:
        raise TooLarge(f"表格范围过大（{rows} 行 × {cols} 列），请删去无关的行列后重新上传")


def _grid(rows: list[list[str]], merged: tuple[Merge, ...]) -> Grid:
    while rows and not any(rows[-1]):
        rows.pop()
    width = max((len(r) for r in rows), default=0)
    while width and not any(r[width - 1] for r in rows if len(r) >= width):
        width -= 1
    even = [(r + [""] * (width - len(r)))[:width] for r in rows]
    lost = any(_LOST_DIGITS.match(c) for r in even for c in r)
    note = "有号码被存成科学计数法，末几位已丢失，请把该列设为文本后重新导出" if lost else None
    return Grid(even, merged, note)
