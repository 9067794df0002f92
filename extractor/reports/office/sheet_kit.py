"""Office tables as XLSX: a title, a head, rows of plain texts; no cell is ever a formula (CWE-1236)."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from extractor.reports.files import write_atomically
from extractor.reports.office.docx_kit import shown

_FORMULA_START = tuple("=+-@|%＝＋－＠")
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # ECMA-376 ST_Xstring: _x001B_ would be read back as ESC
_THIN = Side(style="thin")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_BAD_TITLE = re.compile(r"[\[\]:*?/\\']")


class Book:
    """A workbook being written."""

    def __init__(self) -> None:
        self._book = Workbook()
        self._book.properties.creator = "zuozheng"
        self._book.remove(self._book.worksheets[0])

    def sheet(self, name: str, title: str, heads: Mapping[str, int], rows: Sequence[Sequence[str | int]], note: str = "") -> None:
        """A sheet: ``heads`` are column titles with their widths in characters; ``note`` stands under the title."""
        sheet = self._book.create_sheet(self._free_name(name))
        top = [title, note] if note else [title]
        for number, text in enumerate(top, start=1):
            sheet.merge_cells(start_row=number, start_column=1, end_row=number, end_column=len(heads))
            _put(sheet.cell(number, 1), text)
            sheet.cell(number, 1).alignment = Alignment(horizontal="center" if number == 1 else "left", wrap_text=True)
        sheet.cell(1, 1).font = Font(bold=True, size=16)
        first = len(top) + 1
        for column, (head, width) in enumerate(heads.items(), start=1):
            _put(sheet.cell(first, column), head)
            sheet.cell(first, column).font = Font(bold=True)
            sheet.column_dimensions[get_column_letter(column)].width = width
        for row_number, row in enumerate(rows, start=first + 1):
            for column, value in enumerate(row, start=1):
                _put(sheet.cell(row_number, column), value)
        for cells in sheet.iter_rows(min_row=first, max_col=len(heads)):
            for cell in cells:
                cell.border, cell.alignment = _BORDER, Alignment(wrap_text=True, vertical="center")
        _print_setup(sheet, first)

    def save(self, path: Path) -> None:
        """Write the file, all or nothing.

        Raises:
            ReportWriteError: it cannot be written.
        """
        buffer = io.BytesIO()
        self._book.save(buffer)
        write_atomically(path, buffer.getvalue())

    def _free_name(self, name: str) -> str:
        """A sheet name that Excel accepts and that is not taken: at most 31 characters."""
        plain = _BAD_TITLE.sub("", shown(name))[:28].strip() or "表"
        taken = set(self._book.sheetnames)
        return next(n for n in (plain, *(f"{plain}{i}" for i in range(2, 1000))) if n not in taken)


def _print_setup(sheet: Worksheet, head: int) -> None:
    """A4 across, one page wide, the head on every page."""
    sheet.freeze_panes = f"A{head + 1}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{head}:{head}"


def _put(cell: Cell | MergedCell, value: str | int) -> None:
    """Set a cell: a number as it is, a text as a string that is never a formula."""
    if value == "":
        return
    if isinstance(value, int):
        cell.value = value
        return
    text = _ESCAPE.sub("_x005F_", shown(value))
    cell.value = text
    cell.data_type = "s"
    cell.quotePrefix = text.lstrip().startswith(_FORMULA_START)
