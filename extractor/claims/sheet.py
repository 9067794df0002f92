"""Declared figures from a spreadsheet or CSV: cells become plain rows, numbers keep their decimals.

The long form: a header row with 指标 | 期间 | 申报值 | 单位 (or metric | period | value | unit), one
figure per row below; rows such as ``企业名称 | …`` (or columns of that name) say who declares. A form made by
``zuozheng template`` adds 编码 (metric and period), so that what it asked for reads back without loss.
"""

from __future__ import annotations

import csv
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from extractor.values.chinese import squeeze

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell as XlsxCell
    from openpyxl.cell.cell import MergedCell

HEADINGS: dict[str, str] = {
    "指标": "metric", "指标名称": "metric", "申报指标": "metric", "metric": "metric", "项目": "metric",
    "期间": "period", "年度": "period", "所属期": "period", "period": "period",
    "年度/期间": "period",
    "申报值": "value", "填报值": "value", "value": "value", "数值": "value", "值": "value",
    "单位": "unit", "计量单位": "unit", "unit": "unit",
    "编码": "code", "填报编码": "code", "code": "code",
}  # fmt: skip
"""Headings of columns; of two for the same, the one that stands first here counts."""
ENTERPRISE: dict[str, str] = {
    "企业名称": "name", "单位名称": "name", "申报单位": "name", "name": "name", "enterprise": "name",
    "统一社会信用代码": "uscc", "信用代码": "uscc", "uscc": "uscc",
    "曾用名": "former_names", "former_names": "former_names",
    "截止日期": "as_of", "申报截止日": "as_of", "基准日": "as_of", "as_of": "as_of",
}  # fmt: skip

# What openpyxl and zipfile raise on damaged parts; a SyntaxError is XML that does not parse (ElementTree's and lxml's errors
# are), a LookupError also an encoding that is not known, a RuntimeError a part with a password or packed in a way that is not
# known, or elements without end in each other.
_DAMAGED = (
    SyntaxError, LookupError, OSError, ValueError, TypeError, AttributeError, EOFError, RuntimeError, OverflowError,
    struct.error, zlib.error,
)  # fmt: skip
_MOST_ROWS = 5_000
_ORDER = {heading: i for i, heading in enumerate(HEADINGS)}
# What people write into a cell that does not concern them.
_LEFT_BLANK = re.compile(r"[-—–－/／\\]+|不适用|未填报?|未申报|n/?a", re.I)


class SheetError(Exception):
    """A spreadsheet that cannot be read; the message is plain Chinese with a remedy."""


@dataclass(frozen=True, slots=True)
class Row:
    """One declared figure as texts; ``where`` names the row for messages."""

    where: str
    metric: str
    period: str
    value: str
    unit: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a sheet says: enterprise keys and rows."""

    enterprise: dict[str, str]
    rows: tuple[Row, ...]


Grid = list[list[str]]
"""A sheet as rows of texts."""


def read_csv(path: Path) -> Sheet:
    """Read a CSV (``csv_grid``).

    Raises:
        SheetError: not decodable, or no header row.
    """
    return parse_grid(csv_grid(path), "第{}行")


def csv_grid(path: Path) -> Grid:
    """The cells of a CSV in UTF-8 (with or without BOM), UTF-16 with BOM, or GB18030.

    Raises:
        SheetError: not decodable, or a cell without end.
    """
    data = path.read_bytes()
    encodings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise SheetError("无法识别 CSV 的文字编码，请另存为 UTF-8 编码的 CSV")
    delimiter = "\t" if "\t" in text.partition("\n")[0] else ","
    lines = io.StringIO(text, newline=None)  # a carriage return alone ends a line, too
    try:
        return [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=delimiter)]
    except csv.Error as error:
        raise SheetError("CSV 内容有误（引号不成对或单元格过长），请用 Excel 打开后另存为 XLSX") from error


def read_xlsx(path: Path) -> Sheet:
    """Read the first sheet of an XLSX that has a header row.

    Raises:
        SheetError: no workbook, a formula without a stored result, or no header row.
    """
    first_error: SheetError | None = None
    for name, grid in xlsx_grids(path):
        try:
            return parse_grid(grid, f"工作表“{name}”第{{}}行")
        except SheetError as error:
            first_error = first_error or error
    raise first_error or SheetError("工作簿里没有工作表，请使用模板")


def xlsx_grids(path: Path, most_rows: int = _MOST_ROWS) -> Iterator[tuple[str, Grid]]:
    """The sheets of a workbook: name and cells, as a person sees them.

    Raises:
        SheetError: no workbook, a formula without a stored result, or a sheet of more than ``most_rows`` rows.
    """
    import openpyxl  # heavy
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with path.open("rb") as file:  # which openpyxl leaves open where it fails
            book = openpyxl.load_workbook(file, data_only=True)
            formulas = openpyxl.load_workbook(file, data_only=False)
    except (InvalidFileException, zipfile.BadZipFile, *_DAMAGED) as error:
        raise SheetError("不是可以打开的 XLSX 文件，请用 Excel 或 WPS 另存为 .xlsx") from error
    for name in book.sheetnames:
        if not hasattr(book[name], "iter_rows"):
            continue
        grid = []
        for row, source in zip(book[name].iter_rows(), formulas[name].iter_rows(), strict=True):
            for cell, original in zip(row, source, strict=True):
                if cell.value is None and isinstance(original.value, str) and original.value.startswith("="):
                    raise SheetError(f"单元格 {name}!{cell.coordinate} 是没有结果的公式，请改填数值后保存")
            grid.append([cell_text(cell) for cell in row])
            if len(grid) > most_rows:
                raise SheetError(f"工作表“{name}”超过 {most_rows} 行，不像申报表，请使用模板")
        yield name, grid


def cell_text(cell: XlsxCell | MergedCell) -> str:
    """A cell as a person sees its number: percent formats applied, shown decimals kept."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime | date):
        return value.strftime("%Y-%m-%d")
    if not isinstance(value, int | float):
        return str(value).strip()
    shown = str(cell.number_format or "").split(";")[0]
    is_percent = "%" in shown
    # Spreadsheets hold 15 significant digits; what lies beyond is binary noise.
    number = format(value * 100 if is_percent else value, ".15g")
    text = f"{float(number):.{_decimals(number, shown)}f}" if "e" not in number else number
    return f"{text}%" if is_percent else text


def _decimals(number: str, shown: str) -> int:
    """Decimals of the number, or those that its format shows if more."""
    match = re.search(r"\.(0+)", shown)
    return max(len(number.partition(".")[2]), len(match[1]) if match else 0)


def parse_grid(grid: Grid, where: str, numbers: Sequence[int] | None = None) -> Sheet:
    """Find the header row and read the rows below; ``where`` names a row by its number (of ``numbers``, else counted).

    Raises:
        SheetError: no header row.
    """
    enterprise: dict[str, str] = {}
    rows: list[Row] = []
    columns: dict[str, int] | None = None
    for number, cells in zip(numbers or range(1, len(grid) + 1), grid, strict=True):
        heads = _heads(cells)
        if columns is None and {"metric", "value"} <= heads.keys():
            columns = heads
            continue
        filled = [c for c in cells if c]
        if filled and _key(filled[0]) in ENTERPRISE:
            if len(filled) > 1:
                enterprise[ENTERPRISE[_key(filled[0])]] = filled[1]
        elif columns is not None:
            found = {k: cells[i] for k, i in columns.items() if i < len(cells) and cells[i]}
            enterprise |= {k: v for k, v in found.items() if k in ENTERPRISE.values()}
            # A row without a value was left blank; one without a metric is for the caller to refuse.
            if (value := found.get("value")) and not _LEFT_BLANK.fullmatch(squeeze(value)):
                parts = [found.get(k, "") for k in ("metric", "period", "value", "unit", "code")]
                rows.append(Row(where.format(number), *parts))
    if columns is None:
        raise SheetError("没有找到表头，应有“指标、期间、申报值、单位”四列，请使用 zuozheng template 生成的模板")
    return Sheet(enterprise, tuple(rows))


def _heads(cells: list[str]) -> dict[str, int]:
    """The columns that the cells of a header row name."""
    heads: dict[str, int] = {}
    for i in sorted(range(len(cells)), key=lambda i: (_ORDER.get(_key(cells[i]), len(_ORDER)), i)):
        key = _key(cells[i])
        if meaning := HEADINGS.get(key, ENTERPRISE.get(key, "")):
            heads.setdefault(meaning, i)
    return heads


def _key(cell: str) -> str:
    """A heading without blanks, colon and bracketed remark."""
    return re.split(r"[:(]", squeeze(cell))[0].lower()
