"""Application forms (申请书) of the third little-giant batch as enterprises fill them in, in several arrangements.

A form is laid out once, as paragraphs and grids, and written as Typst markup or as a Word file. The truth lists
every declared figure as written; blanks and dashes are not declared.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH

from corpora.synth import application_answers as answers
from corpora.synth import dates, names, seals
from corpora.synth import markup as m
from corpora.synth.application_answers import Answers
from corpora.synth.engine import SynthDocument, text


@dataclass(frozen=True)
class Part:
    """A cell of a grid: its text and how many columns and rows it takes."""

    text: str
    across: int = 1
    down: int = 1
    label: bool = False


@dataclass(frozen=True)
class Paragraph:
    """A line of text; ``size`` in points, 0 for the usual."""

    text: str
    size: float = 0
    centred: bool = False


@dataclass(frozen=True)
class Grid:
    """Rows of parts; parts that reach down are named on their first row only."""

    rows: list[list[Part]]
    widths: list[float]


@dataclass(frozen=True)
class Form:
    """A filled-in form before it is written."""

    blocks: list[Paragraph | Grid]
    layout: str
    title: str
    answers: Answers
    owner: names.Enterprise
    filed: date
    seed: int = 0
    signature: str = ""
    declared: list[dict[str, Any]] = field(default_factory=list)


def make_form(rng: Random, owner: names.Enterprise, *, layout: str | None = None, filed: date | None = None) -> Form:
    """A filled-in form; ``layout`` one of ``LAYOUTS``."""
    filed = filed or dates.between(rng, date(2021, 4, 28), date(2021, 5, 6))
    layout = layout or rng.choice(tuple(LAYOUTS))
    given = answers.draw(rng, owner, filed.year)
    title = rng.choice(
        ("第三批专精特新“小巨人”企业申请书", f"{filed.year}年度专精特新“小巨人”企业申请书", "专精特新“小巨人”企业申请书")
    )
    blocks = [Paragraph(title, 18, True), *LAYOUTS[layout](rng, given, owner)]
    signature = f"法定代表人（签名）：　　　　　　企业（公章）　　　　{filed.year}年{filed.month}月{filed.day}日"
    blocks.append(Paragraph("真实性声明：本企业对以上申报内容及所附材料的真实性负责。"))
    return Form(blocks, layout, title, given, owner, filed, rng.getrandbits(32), signature, given.declared())


def make(rng: Random, owner: names.Enterprise, *, layout: str | None = None, filed: date | None = None) -> SynthDocument:
    """A filled-in form as a document to be printed."""
    return to_document(make_form(rng, owner, layout=layout, filed=filed))


def to_document(form: Form) -> SynthDocument:
    """The form in Typst markup; its table may go on over a page break."""
    rng = Random(form.seed)
    fonts = m.choose_fonts(rng, 10.5)
    assets = {"seal.png": seals.round_seal(rng, form.owner.name)}
    body = []
    for block in form.blocks:
        if isinstance(block, Paragraph):
            line = m.styled(block.text, block.size or None, bold=bool(block.size))
            body.append(m.centred(line) if block.centred else line)
        else:
            body.append(_typst(block))
    body.append(text(form.signature))
    body.append(f"#align(right)[{m.sealed(text(form.owner.name), 'seal.png', 4.0)}]")
    return SynthDocument(
        "application_form",
        m.doc(fonts, m.page("\n\n".join(body), margin="(x: 2cm, y: 1.8cm)", flow=True)),
        {"declarations": form.declared},
        assets,
        f"application-{form.layout}",
        form.title,
    )


def to_docx(form: Form) -> bytes:
    """The form as a Word file with real tables and merged cells."""
    return docx_bytes([*form.blocks, Paragraph(form.signature)])


def docx_bytes(blocks: Sequence[Paragraph | Grid]) -> bytes:
    """Paragraphs and grids as a Word file."""
    document = docx.Document()
    for block in blocks:
        if isinstance(block, Paragraph):
            paragraph = document.add_paragraph(block.text)
            if block.centred:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        else:
            table = document.add_table(rows=len(block.rows), cols=len(block.widths))
            table.style = "Table Grid"
            for row, col, part in placed(block):
                cell = table.cell(row, col)
                if part.across > 1 or part.down > 1:
                    cell = cell.merge(table.cell(row + part.down - 1, col + part.across - 1))
                cell.text = part.text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def placed(grid: Grid) -> list[tuple[int, int, Part]]:
    """Row, column and part of every cell, with what reaches down from above left free."""
    taken: set[tuple[int, int]] = set()
    out = []
    for r, row in enumerate(grid.rows):
        c = 0
        for part in row:
            while (r, c) in taken:
                c += 1
            taken |= {(r + i, c + k) for i in range(part.down) for k in range(part.across)}
            out.append((r, c, part))
            c += part.across
    return out


def _typst(grid: Grid) -> str:
    cells = []
    for row in grid.rows:
        for part in row:
            span = f"colspan: {part.across}, rowspan: {part.down}, breakable: false, "
            align = "left + horizon" if part.label else "center + horizon"
            cells.append(f"table.cell({span}align: {align})[{text(part.text)}]")
    columns = ", ".join(f"{w}fr" for w in grid.widths)
    return (
        "#block(width: 100%)[#set text(size: 9pt)\n#set par(justify: false, leading: 0.4em)\n"
        f"#table(columns: ({columns},), stroke: 0.6pt + black, inset: (x: 3pt, y: 4pt),\n{', '.join(cells)})]"
    )


def _pairs(items: Sequence[tuple[str, str]], per_row: int) -> list[list[Part]]:
    """Label and value side by side, ``per_row`` of them on a row."""
    rows = []
    for k in range(0, len(items), per_row):
        row = [p for label, value in items[k : k + per_row] for p in (Part(label, label=True), Part(value))]
        row += [Part("", label=True), Part("")] * (per_row - len(row) // 2)
        rows.append(row)
    return rows


def _ticks(rng: Random, options: Sequence[tuple[str, bool]]) -> str:
    """Tick boxes in one of the usual manners."""
    on = rng.choice("☑■√")
    return "  ".join(f"{on if ticked else '□'}{name}" for name, ticked in options)


def _basics(given: Answers, owner: names.Enterprise) -> list[tuple[str, str]]:
    day = date.fromisoformat(owner.established)
    return [
        ("企业名称", owner.name),
        ("通讯地址", owner.address),
        ("法定代表人", owner.legal_representative),
        ("注册时间", f"{day.year}年{day.month}月{day.day}日"),
        ("注册资本（万元）", f"{owner.capital_yuan / 10000:.2f}"),
        ("统一社会信用代码", owner.uscc),
        ("从业人数", given.shown("employees")),
        ("研发人员数", given.shown("rd_staff")),
    ]


def _official(rng: Random, given: Answers, owner: names.Enterprise) -> list[Paragraph | Grid]:
    """The ministry's form: sections in one table, year heads over two columns, tick boxes."""
    y1, y2 = given.years
    word = rng.choice(("年", "年度", "年末", ""))
    rows = [[Part("一、企业基本情况", 6)], *[[_wide(p) for p in row] for row in _pairs(_basics(given, owner), 2)]]
    rows.append([Part("企业规模", label=True), Part(_ticks(rng, given.size_options()), 5)])
    rows.append([Part("二、经济效益和经营情况", 6)])
    rows.append([Part("指标", 2), Part(f"{y1}{word}", 2), Part(f"{y2}{word}", 2)])
    rows += [[Part(label, 2, label=True), Part(a, 2), Part(b, 2)] for label, a, b in given.yearly_rows()]
    rows.append([Part("近2年是否获得新增股权融资", 2, label=True), Part("□是  □否", 2), Part("金额（万元）："), Part("")])
    rows.append([Part("三、创新能力", 6)])
    counts = given.count_rows()
    rows.append([Part("有效专利总数（项）", 2, label=True), Part(given.patents_total(), 4)])
    rows += [
        [_wide(p) for p in row] for row in _pairs([("其中：" + a if k == 0 else a, b) for k, (a, b) in enumerate(counts)], 2)
    ]
    tech = [("是", given.high_tech), ("否", not given.high_tech)]
    rows.append([Part("是否高新技术企业", 2, label=True), Part(_ticks(rng, tech), 4)])
    rows.append([Part("管理体系认证情况", 2, label=True), Part(_ticks(rng, given.system_options()), 4)])
    rows.append(
        [
            Part("企业技术中心", 2, label=True),
            Part("国家级（个）"),
            Part(given.centres[0]),
            Part("省级（个）"),
            Part(given.centres[1]),
        ]
    )
    return [Grid(rows, [1.5, 1.3, 1.3, 1.3, 1.3, 1.3])]


def _wide(part: Part) -> Part:
    """A label takes one column of six, a value two."""
    return part if part.label else Part(part.text, 2)


def _paired(rng: Random, given: Answers, owner: names.Enterprise) -> list[Paragraph | Grid]:
    """Years beside the figures: label, 2019年, figure, 2020年, figure; the unit once over the table."""
    y1, y2 = given.years
    basics = Grid(_pairs(_basics(given, owner), 2), [1.2, 2.2, 1.2, 2.2])
    rows = []
    for label, a, b in given.yearly_rows(units=False):
        name = f"{rng.choice(('', '★'))}{label}"
        rows.append([Part(name, label=True), Part(f"{y1}年"), Part(a), Part(f"{y2}年"), Part(b)])
    counts = [
        (f"{k}.{a.split('（')[0]}", f"{b}{_counted_in(a) if b not in ('', '—') else ''}")
        for k, (a, b) in enumerate(given.count_rows(), 1)
    ]
    tech = [("是", given.high_tech), ("否", not given.high_tech)]
    more = [("高新技术企业", _ticks(rng, tech)), ("管理体系认证", _ticks(rng, given.system_options()))]
    return [
        Paragraph("一、基本情况", 12),
        basics,
        Paragraph("二、经济指标", 12),
        Paragraph(rng.choice(("单位：万元", "金额单位：人民币万元", "※ 按经审计的年度会计报表填写。单位：万元"))),
        Grid(rows, [2.6, 1, 1.6, 1, 1.6]),
        Paragraph("三、创新能力和经营管理", 12),
        Grid(_pairs(counts, 3), [1.8, 0.8, 1.8, 0.8, 1.8, 0.8]),
        Grid(_pairs(more, 1), [1.2, 3]),
    ]


def _counted_in(label: str) -> str:
    return "个" if "个" in label else "项"


def _crosswise(rng: Random, given: Answers, owner: names.Enterprise) -> list[Paragraph | Grid]:
    """Labels over their figures: years down the side, counts under their names; a tall section name at the left."""
    y1, y2 = given.years
    table = given.yearly_rows()
    blocks: list[Paragraph | Grid] = [Grid(_pairs(_basics(given, owner), 1), [1, 3]), Paragraph("经营情况", 12)]
    years = rng.choice(((f"{y1}年", f"{y2}年"), ("前年", "上年度")))
    for k in range(0, len(table), 4):
        part = table[k : k + 4]
        rows = [[Part("年度"), *(Part(x[0], label=True) for x in part)]]
        rows += [[Part(years[i]), *(Part(x[1 + i]) for x in part)] for i in (0, 1)]
        blocks.append(Grid(rows, [1.0] + [1.4] * len(part)))
    counts = given.count_rows()
    rows = [[Part("知识产权", down=2), *(Part(a, label=True) for a, _ in counts)], [Part(b) for _, b in counts]]
    blocks += [Paragraph("创新能力", 12), Grid(rows, [1] + [1.2] * len(counts))]
    tech = [("是", given.high_tech), ("否", not given.high_tech)]
    more = [("是否为高新技术企业", _ticks(rng, tech)), ("通过管理体系认证", _ticks(rng, given.system_options()))]
    return [*blocks, Grid(_pairs(more, 1), [1.2, 3])]


LAYOUTS: dict[str, Callable[[Random, Answers, names.Enterprise], list[Paragraph | Grid]]] = {
    "official": _official,
    "paired": _paired,
    "crosswise": _crosswise,
}
