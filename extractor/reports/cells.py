"""Spreadsheet cells for texts that nobody can trust: never a formula, never too long, never a broken escape.

Texts come from untrusted evidence (CWE-1236): every text is written as a string cell, and texts that a
spreadsheet would take for a formula when edited or exported carry the quote prefix.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence

from openpyxl.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from extractor.reports.text import clean

Value = str | int | float | bool | None

_CELL_LIMIT = 32_767  # characters per cell (ECMA-376, Excel's specification)
_CUT = "…（内容过长，其余略）"
_FORMULA_START = tuple("=+-@|%＝＋－＠")
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # ECMA-376 ST_Xstring: _x001B_ would be read back as ESC

_HEAD_FONT = Font(bold=True, color="FFFFFF")
_HEAD_FILL = PatternFill("solid", fgColor="34495E")
_THIN = Side(style="thin", color="D5DAE0")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_WRAP = Alignment(wrap_text=True, vertical="top")
_HEAD_ALIGN = Alignment(wrap_text=True, vertical="center")


def fill(
    sheet: Worksheet,
    heads: dict[str, int],
    rows: Iterable[Sequence[Value]],
    *,
    percent: tuple[str, ...] = (),
) -> None:
    """Head (title → width in characters) and rows; frozen, filtered, set to print on A4 landscape."""
    percent_columns = {i for i, title in enumerate(heads, start=1) if title in percent}
    for column, (title, width) in enumerate(heads.items(), start=1):
        cell = sheet.cell(1, column)
        put(cell, title)
        cell.font, cell.fill, cell.alignment, cell.border = (
            _HEAD_FONT,
            _HEAD_FILL,
            _HEAD_ALIGN,
            _BORDER,
        )
        sheet.column_dimensions[get_column_letter(column)].width = width
    for row_number, row in enumerate(rows, start=2):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(row_number, column)
            put(cell, value)
            cell.alignment, cell.border = _WRAP, _BORDER
            if column in percent_columns:
                cell.number_format = "0%"
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"


def put(cell: Cell | MergedCell, value: Value) -> None:
    """Set the cell: numbers as numbers, everything else as a string that is never a formula."""
    if value is None or value == "":
        return
    if isinstance(value, bool):
        value = "是" if value else "否"
    if isinstance(value, int | float) and math.isfinite(value) and abs(value) < 1e15:
        cell.value = value
        cell.number_format = "#,##0" if float(value).is_integer() and abs(value) < 1e4 else "#,##0.00####"
        return
    text = _ESCAPE.sub("_x005F_", clean(str(value)))
    if len(text) > _CELL_LIMIT - 1:
        text = text[: _CELL_LIMIT - 1 - len(_CUT)] + _CUT
    cell.value = text
    cell.data_type = "s"  # openpyxl guesses 'f' for a leading '=' and 'e' for '#N/A'
    cell.quotePrefix = text.lstrip().startswith(_FORMULA_START)


def colour(cell: Cell | MergedCell, rgb: str) -> None:
    """Fill the verdict cell and embolden its word."""
    cell.fill = PatternFill("solid", fgColor=rgb)
    cell.font = Font(bold=True)
