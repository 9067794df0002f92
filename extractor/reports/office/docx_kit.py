"""Writing office papers as DOCX: A4, the fonts and sizes of official papers, tables with borders."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docx import Document as new_document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from extractor.reports.files import write_atomically
from extractor.reports.text import clean

TITLE_FONT, TEXT_FONT, LATIN_FONT = "黑体", "仿宋", "Times New Roman"
_LIMIT = 4_000  # characters of one text: evidence may hold anything


class Paper:
    """A paper being written; texts are cleaned on the way in."""

    def __init__(self, title: str, *, landscape: bool = False) -> None:
        self._doc: Any = new_document()
        self._doc.core_properties.author, self._doc.core_properties.title = "zuozheng", shown(title)
        section = self._doc.sections[0]
        width, height = Cm(21), Cm(29.7)
        section.page_width, section.page_height = (height, width) if landscape else (width, height)
        section.left_margin = section.right_margin = Cm(2.4)
        section.top_margin = section.bottom_margin = Cm(2.4)
        style = self._doc.styles["Normal"]
        style.font.name, style.font.size = LATIN_FONT, Pt(12)
        style.element.rPr.rFonts.set(qn("w:eastAsia"), TEXT_FONT)
        style.paragraph_format.space_after = Pt(4)
        style.paragraph_format.line_spacing = 1.3
        self.line(title, size=20, bold=True, centred=True, font=TITLE_FONT, after=14)

    def line(
        self, text: str, *, size: float = 12, bold: bool = False, centred: bool = False, right: bool = False,
        indent: bool = False, font: str = "", after: float | None = None, keep: bool = False,
    ) -> None:  # fmt: skip
        """A paragraph. ``indent``: its first line by two characters; ``keep``: on one page with the next."""
        paragraph = self._doc.add_paragraph()
        _run(paragraph, text, size, bold, font)
        if centred or right:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.RIGHT
        if indent:
            paragraph.paragraph_format.first_line_indent = Pt(2 * size)
        if after is not None:
            paragraph.paragraph_format.space_after = Pt(after)
        paragraph.paragraph_format.keep_with_next = keep

    def table(self, heads: Sequence[str], widths: Sequence[float], rows: Sequence[Sequence[str]]) -> None:
        """A table with a head that repeats on every page; ``widths`` in cm."""
        table = self._doc.add_table(rows=1, cols=len(heads))
        table.style, table.autofit = "Table Grid", False
        _repeat(table.rows[0])
        for cell, head in zip(table.rows[0].cells, heads, strict=True):
            _fill(cell, head, bold=True, centred=True)
        for row in rows:
            made = table.add_row()
            made._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
            for cell, text in zip(made.cells, row, strict=True):
                _fill(cell, text, centred=len(text) <= 4)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Cm(width)
        for made in table.rows:
            for cell, width in zip(made.cells, widths, strict=True):
                cell.width = Cm(width)
        self._doc.add_paragraph().paragraph_format.space_after = Pt(2)

    def save(self, path: Path) -> None:
        """Write the file, all or nothing.

        Raises:
            ReportWriteError: it cannot be written.
        """
        buffer = io.BytesIO()
        self._doc.save(buffer)
        write_atomically(path, buffer.getvalue())


def shown(text: str) -> str:
    """A text without characters that act, of bounded length."""
    cleaned = clean(text)
    return cleaned if len(cleaned) <= _LIMIT else cleaned[: _LIMIT - 1] + "…"


def _run(paragraph: Any, text: str, size: float, bold: bool, font: str = "") -> None:
    """Text in a paragraph."""
    run = paragraph.add_run(shown(text))
    run.font.size, run.bold = Pt(size), bold
    if font:
        run.font.name = LATIN_FONT
        run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _fill(cell: Any, text: str, *, bold: bool = False, centred: bool = False) -> None:
    """A cell's text."""
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after, paragraph.paragraph_format.line_spacing = Pt(1), 1.1
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(paragraph, text, 10.5, bold)


def _repeat(row: Any) -> None:
    """Let a row stand on top of every page."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)
