"""Pages that need no eyes: worksheets and the running text of a DOCX."""

from __future__ import annotations

from extractor.intake import SheetPage, TextPage
from extractor.intake.word import Paragraph, TableBlock
from extractor.model import Box, Cell, Line, Page, Table, union


def sheet_page(source: SheetPage) -> Page:
    """A worksheet as a page: one line per filled cell, its box on an even grid; one ruled table."""
    rows = source.rows
    n_rows, n_cols = max(len(rows), 1), max((len(r) for r in rows), default=1)
    spans = {(r0, c0): (r1 - r0 + 1, c1 - c0 + 1) for r0, c0, r1, c1 in source.merged}
    lines, cells = [], []
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            if not text.strip():
                continue
            row_span, col_span = spans.get((r, c), (1, 1))
            box = (c / n_cols, r / n_rows, min(1.0, (c + col_span) / n_cols), min(1.0, (r + row_span) / n_rows))
            lines.append(Line(text=text.strip(), box=box, origin="sheet"))
            cells.append(Cell(row=r, col=c, row_span=row_span, col_span=col_span, text=text.strip(), box=box))
    table = Table(box=(0.0, 0.0, 1.0, 1.0), n_rows=n_rows, n_cols=n_cols, cells=tuple(cells), ruled=True)
    notes = [n for n in (source.grid.note, "该工作表为隐藏表" if source.hidden else None) if n]
    return Page(
        file=source.file,
        page=source.page,
        width=n_cols * 100,
        height=n_rows * 24,
        source="sheet" if lines else "blank",
        lines=tuple(lines),
        tables=(table,) if cells else (),
        name=source.name,
        note="；".join(notes) or None,
    )


def word_page(source: TextPage) -> Page:
    """The running text of a DOCX as one long page: paragraphs and table rows from top to bottom."""
    blocks = source.blocks
    total = sum(b.n_rows if isinstance(b, TableBlock) else 1 for b in blocks) or 1
    lines: list[Line] = []
    tables: list[Table] = []
    row = 0
    for block in blocks:
        if isinstance(block, Paragraph):
            if block.text.strip():
                box = (0.0, row / total, min(1.0, 0.02 * max(len(block.text), 1)), (row + 1) / total)
                lines.append(Line(text=block.text.strip(), box=box))
            row += 1
            continue
        cells = []
        for cell in block.cells:
            box = _cell_box(block, cell.row, cell.col, cell.row_span, cell.col_span, row, total)
            cells.append(
                Cell(row=cell.row, col=cell.col, row_span=cell.row_span, col_span=cell.col_span, text=cell.text, box=box)
            )
            if cell.text.strip():
                lines.append(Line(text=cell.text.strip(), box=box))
        if cells:
            tables.append(
                Table(box=union(c.box for c in cells), n_rows=block.n_rows, n_cols=block.n_cols, cells=tuple(cells), ruled=True)
            )
        row += block.n_rows
    return Page(
        file=source.file,
        page=source.page,
        width=1000,
        height=max(total * 24, 1),
        source="text" if lines else "blank",
        lines=tuple(lines),
        tables=tuple(tables),
    )


def _cell_box(block: TableBlock, r: int, c: int, rs: int, cs: int, start: int, total: int) -> Box:
    n = max(block.n_cols, 1)
    return (c / n, (start + r) / total, min(1.0, (c + cs) / n), min(1.0, (start + r + rs) / total))
