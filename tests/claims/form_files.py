"""Small application forms as Word files, read as the product reads them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from corpora.synth.application import Grid, Paragraph, Part, docx_bytes
from extractor.claims.application import ReadDeclaration, read_application
from extractor.documents.application_form_fields import COVER, SIGNED, FormEntry, form_entries
from extractor.intake import Limits, TextPage
from extractor.reading.other_pages import word_page

Cell = str | tuple[str, int] | tuple[str, int, int]
"""A text, with the columns and rows it takes where more than one."""

WHO = [["企业名称", "福建闽江精密机械股份有限公司", "统一社会信用代码", "91350100M000100Y43"]]
FILED = Paragraph("填报日期：2021年4月30日")


def table(*rows: list[Cell]) -> Grid:
    """A grid of cells."""
    parts = [[Part(c) if isinstance(c, str) else Part(*c) for c in row] for row in rows]
    return Grid(parts, [1.0] * sum(p.across for p in parts[0]))


def word_entries(folder: Path, *blocks: Paragraph | Grid) -> list[FormEntry]:
    """The entries of a Word file made of these blocks."""
    path = folder / "form.docx"
    path.write_bytes(docx_bytes(blocks))
    return form_entries([word_page(TextPage(0, 1, path, Limits()))])


def read(folder: Path, *blocks: Paragraph | Grid, filed: bool = True) -> ReadDeclaration:
    """What a form made of these blocks declares; the enterprise (and the day of filing) are added."""
    found = word_entries(folder, table(*WHO), *([FILED] if filed else []), *blocks)
    return read_application(found, default_as_of=date(2026, 1, 1), signed=SIGNED, cover=COVER, paged=False)


def figures(form: ReadDeclaration) -> dict[tuple[str, str], tuple[object, str]]:
    """Value and unit by metric and period."""
    return {(d.metric, d.period): (d.value, d.unit) for d in form.declaration.declared}
