"""DOCX (ECMA-376): paragraphs and tables in the order they stand, and embedded pictures.

Content controls (``w:sdt``) and text boxes, which application forms use and python-docx
skips, are read; deleted and moved-away text is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
from docx.exceptions import PythonDocxError
from docx.opc.exceptions import OpcError
from docx.oxml.exceptions import XmlchemyError
from docx.oxml.ns import qn
from lxml import etree

from extractor.intake import archive, office
from extractor.intake.errors import BrokenFile
from extractor.intake.limits import Limits

_BROKEN = "Word 文件已损坏，请用 Word 打开后另存为 DOCX 或 PDF 重新上传"
# What python-docx raises on parts, styles, relations that are not there or lack what they must have, spans that are no numbers.
_DAMAGED = (KeyError, ValueError, TypeError, AttributeError, IndexError, PythonDocxError, OpcError, XmlchemyError)
_MAX_COLUMNS = 63  # Word's own limit
_RASTER = (".png", ".jpg", ".jpeg", ".jpe", ".gif", ".bmp", ".tif", ".tiff", ".webp")
_SKIPPED = frozenset(qn(t) for t in ("w:del", "w:moveFrom", "w:rPr", "w:pPr", "w:instrText")) | {
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}
# Tick boxes are characters of symbol fonts (Wingdings, Wingdings 2)
_SYMBOLS = {"F052": "☑", "F0FE": "☑", "F0FC": "√", "F050": "√", "F0A3": "□", "F0A8": "□", "F06F": "□"}


@dataclass(frozen=True)
class Paragraph:
    """One paragraph; ``style`` is the style's name, such as ``Heading 1``."""

    text: str
    style: str = ""


@dataclass(frozen=True)
class TableCell:
    """A table cell, 0-based; merged cells have spans above 1."""

    row: int
    col: int
    text: str
    row_span: int = 1
    col_span: int = 1


@dataclass(frozen=True)
class TableBlock:
    """A table; the text of nested tables stands inside the outer cell."""

    n_rows: int
    n_cols: int
    cells: tuple[TableCell, ...]

    def grid(self) -> list[list[str]]:
        """Rows x columns; a merged cell's text stands in its first place only."""
        rows = [["" for _ in range(self.n_cols)] for _ in range(self.n_rows)]
        for c in self.cells:
            rows[c.row][c.col] = c.text
        return rows


Block = Paragraph | TableBlock


def inspect(path: Path, limits: Limits) -> tuple[tuple[str, ...], str | None]:
    """The names of its raster pictures, in order, each once, and a remark about macros and embedded files; the text was tried.

    Raises BrokenFile, TooLarge, UnsafeFile.
    """
    document, remark = _document(path, limits)
    _blocks_of(document)
    try:
        return _pictures(document), remark
    except _DAMAGED as e:
        raise BrokenFile(_BROKEN) from e


def read_blocks(path: Path, limits: Limits) -> tuple[Block, ...]:
    """The body's blocks in document order. Raises BrokenFile, TooLarge, UnsafeFile."""
    return _blocks_of(_document(path, limits)[0])


def _blocks_of(document: Any) -> tuple[Block, ...]:
    try:
        styles = {s.style_id: s.name or "" for s in document.styles}
        return tuple(_blocks(document.element.body, styles))
    except _DAMAGED as e:
        raise BrokenFile(_BROKEN) from e


def _pictures(document: Any) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for node in document.element.body.iter():
        if not isinstance(node.tag, str):
            continue
        for attribute in (qn("r:embed"), qn("r:id")):
            rel = document.part.rels.get(node.get(attribute) or "")
            if rel is None or rel.is_external or not rel.reltype.endswith("/image"):
                continue
            member = str(rel.target_part.partname).lstrip("/")
            if member.lower().endswith(_RASTER):
                found[member] = None
    return tuple(found)


def _document(path: Path, limits: Limits) -> tuple[Any, str | None]:
    """The document as a tree, and what ``office.look_through`` remarks."""
    remark = office.look_through(path, "Word", limits, lambda part: True)
    try:
        return docx.Document(str(path)), remark
    except (etree.LxmlError, *_DAMAGED, *archive.DAMAGED) as e:
        raise BrokenFile(_BROKEN) from e


def _blocks(parent: Any, styles: dict[str, str]) -> Iterator[Block]:
    for child in parent:
        if child.tag == qn("w:p"):
            style = child.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
            yield Paragraph(_text(child), "" if style is None else styles.get(style.get(qn("w:val")), ""))
        elif child.tag == qn("w:tbl"):
            yield _table(child)
        elif child.tag in {qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:customXml")}:
            yield from _blocks(child, styles)


def _text(node: Any) -> str:
    """All visible text under ``node``; paragraphs inside it (cells, text boxes) on lines of their own."""
    parts: list[str] = []
    _collect(node, parts)
    return "".join(parts).strip("\n")


def _collect(node: Any, parts: list[str]) -> None:
    for child in node:
        tag = child.tag
        if not isinstance(tag, str) or tag in _SKIPPED:
            continue
        if tag == qn("w:t"):
            parts.append(child.text or "")
        elif tag == qn("w:tab"):
            parts.append("\t")
        elif tag in {qn("w:br"), qn("w:cr")}:
            parts.append("\n")
        elif tag == qn("w:noBreakHyphen"):
            parts.append("-")
        elif tag == qn("w:sym"):
            parts.append(_SYMBOLS.get((child.get(qn("w:char")) or "").upper(), ""))
        else:
            if tag == qn("w:p") and parts and not parts[-1].endswith("\n"):
                parts.append("\n")
            _collect(child, parts)


def _table(tbl: Any) -> TableBlock:
    """Cells with their spans: ``w:gridSpan`` across, ``w:vMerge`` down (ECMA-376 17.4)."""
    cells: list[TableCell] = []
    open_above: dict[int, int] = {}  # column -> index in cells of the cell that may grow down
    n_rows = n_cols = 0
    for row, tr in enumerate(_children(tbl, "w:tr")):
        n_rows = row + 1
        col = min(int(_val(tr, "w:trPr/w:gridBefore") or 0), _MAX_COLUMNS)
        for tc in _children(tr, "w:tc"):
            span = min(max(int(_val(tc, "w:tcPr/w:gridSpan") or 1), 1), _MAX_COLUMNS)
            merge = tc.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
            continued = merge is not None and merge.get(qn("w:val")) != "restart"
            if continued and col in open_above:
                above = cells[open_above[col]]
                grown = TableCell(above.row, above.col, above.text, row - above.row + 1, above.col_span)
                cells[open_above[col]] = grown
            else:
                cells.append(TableCell(row, col, _text(tc), 1, span))
                open_above[col] = len(cells) - 1
            col += span
        n_cols = max(n_cols, col)
    return TableBlock(n_rows, n_cols, tuple(cells))


def _children(parent: Any, tag: str) -> Iterator[Any]:
    """Children of one kind, looking through content controls and accepted insertions."""
    for child in parent:
        if child.tag == qn(tag):
            yield child
        elif child.tag in {qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:customXml")}:
            yield from _children(child, tag)


def _val(node: Any, path: str) -> str | None:
    found = node.find("/".join(qn(step) for step in path.split("/")))
    return None if found is None else found.get(qn("w:val"))
