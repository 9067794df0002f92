"""Draw the tables of financial statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from corpora.synth import markup as m
from corpora.synth.engine import text
from corpora.synth.statement_english import english
from corpora.synth.statement_lines import Line, Sheet
from corpora.synth.statement_marks import bold
from corpora.synth.statement_style import UNITS, Style, money
from corpora.synth.statement_unseen import plain_name, ruled_off

NUMERALS = ("一", "二", "三", "四", "五", "六")


@dataclass(frozen=True)
class Half:
    """One side of a table: its lines (None: blank) and the header of its first column."""

    first: str
    sheet: Sheet
    lines: tuple[Line | None, ...]
    number: int = 1
    note: int = 1


def stroke(style: Style, rows: int, columns: int, header: int) -> str:
    """Typst's ``stroke`` for a table of ``rows`` by ``columns`` cells, the first ``header`` rows being heads."""
    last, right = rows - 1, columns - 1
    outer = f"left: if x == 0 {{1.4pt}} else {{0.4pt}}, right: if x == {right} {{1.4pt}} else {{0.4pt}}"
    return {
        "grid": "0.6pt + black",
        "none": "none",
        "hair": "0.25pt + luma(90)",
        "dotted": '(paint: black, thickness: 0.5pt, dash: "densely-dotted")',
        "ruled_off": f"(x, y) => (bottom: if y == {header - 1} and x > 0 {{0.6pt}})",
        "horizontal": "(x, y) => (bottom: 0.4pt + black, top: 0.4pt + black)",
        "three": f"(x, y) => (top: if y == 0 {{1.3pt}} else if y == {header} {{0.6pt}}, bottom: if y == {last} {{1.3pt}})",
        "frame": f"(x, y) => (left: 0.6pt, right: 0.6pt, top: if y <= {header} {{0.6pt}}, bottom: if y == {last} {{0.6pt}})",
        "thick": f"(x, y) => ({outer}, top: if y == 0 {{1.4pt}} else {{0.4pt}}, bottom: if y == {last} {{1.4pt}} else {{0.4pt}})",
    }[style.ruled]


def label_cell(line: Line, style: Style) -> str:
    """The name of a row: indented by its role, in bold for totals, with English or dot leaders."""
    pad = {"item": "　", "sub": "　　", "heading": "", "total": ""}[line.role]
    if line.label.startswith(("减：", "加：")):
        pad = ""
    if line.role == "total" and not line.label.startswith(NUMERALS):
        pad = "" if style.annual else "　　"
    body = text(pad + (plain_name(line.label) if style.annual else line.label))
    body = bold(body) if line.role in ("total", "heading") else body
    if style.bilingual and (words := english(line.label)):
        start = f"#linebreak()#h({'1em' if pad else '0em'})" if style.bilingual == "below" else "#h(4pt)"
        body += f"{start}#text(size: 0.85em)[{text(words)}]"
    if style.leaders and any(a is not None for a in line.amounts):
        body += "#h(3pt)#box(width: 1fr, repeat[.#h(1.5pt)])"
    return body


def amount_cells(line: Line, style: Style) -> list[str]:
    """The amounts of a row, each marked as its field."""
    cells = []
    for fen, key in zip(line.amounts, line.keys, strict=True):
        shown = "" if fen is None else money(fen, style)
        body = text(shown) if shown else ""
        body = bold(body) if body and line.role == "total" else body
        body = m.mark(key, body) if key and fen else body
        cells.append(ruled_off(body, line.label) if style.ruled == "ruled_off" and line.role == "total" and body else body)
    return cells


def _extra(style: Style) -> int:
    return int(style.line_numbers) + int(style.note_column)


def _head(half: Half, style: Style) -> tuple[str, str]:
    """Header cells of a half: the upper row (or nothing) and the row above the amounts."""
    extra = (["行次"] if style.line_numbers else []) + (["附注"] if style.note_column else [])

    def show(name: str) -> str:
        words = english(name) if style.bilingual else ""
        return m.centred(bold(text(name)) + (f"#linebreak()#text(size: 0.82em)[{text(words)}]" if words else ""))

    if not half.sheet.upper:
        below = ""
        if style.annual and style.annual.head_unit:
            below = m.centred(m.mark("statement_unit", text(UNITS[style.unit][1][0])))
        named = "".join(f"[{show(name)}]," for name in (half.first, *extra))
        return "", named + "".join(f"[{show(name)}{below}]," for name in half.sheet.heads)
    tall = "".join(f"table.cell(rowspan: 2, align: center + horizon)[{show(name)}]," for name in (half.first, *extra))
    wide = "".join(f"table.cell(colspan: {n})[{show(name)}]," for name, n in half.sheet.upper)
    return tall + wide, "".join(f"[{show(name)}]," for name in half.sheet.heads)


def _rows(half: Half, style: Style) -> list[list[str]]:
    blank = [""] * (1 + _extra(style) + len(half.sheet.heads))
    made, number, note = [], half.number, half.note
    for line in half.lines:
        if line is None:
            made.append(blank)
            continue
        filled = any(line.amounts)
        cells = [label_cell(line, style)]
        if style.line_numbers:
            counted = line.role != "heading"
            cells.append(m.centred(text(str(number))) if counted else "")
            number += counted
        if style.note_column:
            noted = filled and line.role == "item"
            form = style.annual.note if style.annual else "五、{}"
            cells.append(m.centred(text(form.format(note))) if noted else "")
            note += noted
        made.append(cells + amount_cells(line, style))
    return made


def numbered(half: Half) -> int:
    """The number of the row after ``half``, for the half that follows it."""
    return half.number + sum(line is not None and line.role != "heading" for line in half.lines)


def _fill(halves: Sequence[Half], style: Style, header: int) -> str:
    """Typst's ``fill``: the header shaded, the total rows of each half banded."""
    if not style.shade:
        return "none"
    bands, left = "", 0
    for half in halves:
        right = left + 1 + _extra(style) + len(half.sheet.heads)
        rows = [str(header + k) for k, line in enumerate(half.lines) if line is not None and line.role == "total"]
        if style.band and rows:
            bands += f' else if x >= {left} and x < {right} and y in ({",".join(rows)},) {{ rgb("{style.band}") }}'
        left = right
    return f'(x, y) => if y < {header} {{ rgb("{style.shade}") }}{bands}'


def draw(halves: Sequence[Half], style: Style, height: float, *, size: float | None = None) -> str:
    """A table of one or two halves side by side, its rows stretched to about ``height`` cm."""
    size = size or style.size
    heads = [_head(half, style) for half in halves]
    body = [list(chain(*cells)) for cells in zip(*(_rows(half, style) for half in halves), strict=True)]
    header = 2 if any(upper for upper, _ in heads) else 1
    gutter = 5.0 if len(halves[0].sheet.heads) > 3 else 3.0
    pitch = height * 28.35 * style.fill / (len(body) + header)
    pad = min(6.0, max(1.7, (pitch - 0.78 * size) / 2))
    width, align = [], []
    for half in halves:
        label = {2: 1.5 if len(halves) == 2 else 1.9, 3: 2.1}.get(len(half.sheet.heads), 2.2)
        # Narrow columns must still hold nine digits to the cent: there the names give way.
        narrow = style.paper == "a4" and len(halves) * len(half.sheet.heads) > 3
        amount = "auto" if narrow else "1fr"
        width += [f"{label}fr", *(["auto"] * _extra(style)), *([amount] * len(half.sheet.heads))]
        align += ["left + horizon", *(["center + horizon"] * _extra(style)), *(["right + horizon"] * len(half.sheet.heads))]
    cells = "".join("".join(f"[{cell}]," for cell in row) + "\n" for row in body)
    head = "".join(upper for upper, _ in heads) + "".join(lower for _, lower in heads)
    return (
        f"#block(width: 100%)[#set text(size: {size:.1f}pt)\n#set par(justify: false, leading: 0.35em)\n"
        f"#table(columns: ({', '.join(width)},), align: ({', '.join(align)},), fill: {_fill(halves, style, header)},\n"
        f"stroke: {stroke(style, len(body) + header, len(width), header)}, inset: (x: {gutter}pt, y: {pad:.2f}pt),\n"
        f"table.header({head}),\n{cells})]"
    )
