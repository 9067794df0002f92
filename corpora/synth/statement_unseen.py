"""Layouts of statements that stay unseen while rules are written, with their headings and feet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from corpora.synth import markup as m
from corpora.synth.engine import text
from corpora.synth.statement_marks import marked, sized
from corpora.synth.statement_style import UNITS, Annual, Printout, Style

Traits = dict[str, Any]
"""The traits of a style that a layout fixes; every function takes (rng, fiscal year, small enterprise)."""


def leaders(rng: Random, year: int, small: bool) -> Traits:
    """No rules at all: dots lead from the names to the amounts."""
    return {
        "two_sided": False,
        "leaders": True,
        "line_numbers": False,
        "note_column": rng.random() < 0.4,
        "split": not small and rng.random() < 0.4,
        "ruled": "none",
        "size": rng.uniform(8.2, 9.0),
        "top": rng.choice(("entity", "stack")),
        "font": rng.choice(("song", "song", "kai")),
    }


def printout(rng: Random, year: int, small: bool) -> Traits:
    """What accounting software prints: form number and unit in the corner, row numbers, operator and time below."""
    return {
        "heads": rng.choice((("期末余额", "年初余额"), ("期末数", "年初数"), ("期末余额", "上年年末余额"))),
        "flows": rng.choice((("本年累计", "上年累计"), ("本年累计金额", "上年同期金额"), ("本期金额", "上期金额"))),
        "two_sided": True,
        "line_numbers": True,
        "ruled": rng.choice(("dotted", "dotted", "grid")),
        "paper": rng.choice(("a4", "a4", "a4-landscape")),
        "prior_first": not small and rng.random() < 0.35,
        "unit": "yuan",
        "nil": rng.choice(("", "0.00")),
        "grouped": rng.random() < 0.45,
        "title_size": rng.uniform(15, 19),
        "font": rng.choice(("song", "song", "hei")),
        "fill": rng.uniform(0.86, 0.98),
        "printout": Printout(
            preparer=rng.choice(("编制单位：", "核算单位：", "单位名称：", "编报单位:")),
            corner=rng.random() < 0.5,
            numeric=rng.random() < 0.5,
            spaced=rng.random() < 0.5,
        ),
    }


def annual(rng: Random, year: int, small: bool) -> Traits:
    """A bound annual report: company and year over every page, plain names, sums ruled off singly and doubly."""
    dated = (f"{year}年12月31日", f"{year - 1}年12月31日")
    return {
        "heads": rng.choice((dated, dated, ("年末余额", "年初余额"))),
        "flows": rng.choice(
            ((f"{year}年度", f"{year - 1}年度"), (f"{year}年度", f"{year - 1}年度"), ("本年发生额", "上年发生额"))
        ),
        "two_sided": False,
        "split": rng.random() < 0.7,
        "line_numbers": False,
        "note_column": True,
        "ruled": "ruled_off",
        "unit": rng.choices(tuple(UNITS), (45, 25, 27, 3))[0],
        "negative": rng.choice(("paren", "fullparen")),
        "nil": rng.choice(("-", "—", "–")),
        "size": rng.uniform(8.8, 9.8),
        "font": rng.choice(("", "song", "hei")),
        "title_size": rng.uniform(12.5, 15),
        "fill": rng.uniform(0.8, 0.92),
        "annual": Annual(
            note=rng.choice(("七、{}", "六({})", "5.{}", "四（{}）", "附注{}")),
            head_unit=rng.random() < 0.6,
            centred=rng.random() < 0.5,
        ),
    }


def heading(rng: Random, title: str, entity: str, when: str, style: Style, code: str) -> str:
    """What stands above a statement in the style of a printout or an annual report."""
    if style.printout is not None:
        return _printout_heading(style.printout, title, entity, when, style, code)
    assert style.annual is not None
    return _annual_heading(style.annual, title, entity, when, style)


def _unit(style: Style, form: int) -> str:
    return m.mark("statement_unit", text(UNITS[style.unit][1][form]))


def _period(when: str, numeric: bool) -> str:
    """Date or period, its year marked; ``numeric``: 2022-12-31 or 2022-01 至 2022-12."""
    found = re.match(r"\d{4}", when)
    if found is None or not numeric:
        return marked(when, int(found[0]) if found else None)
    year = m.mark("fiscal_year", text(found[0]))
    return year + text("-12-31") if "31" in when else year + text("-01 至 ") + year + text("-12")


def _printout_heading(form: Printout, title: str, entity: str, when: str, style: Style, code: str) -> str:
    name = sized(text(" ".join(title) if form.spaced else title), style.title_size, bold=True, tracking="2pt")
    size = style.size + 0.4
    corner = f"#text(size: {size:.1f}pt)[{text(code)}#linebreak(){text('单位：')}{_unit(style, 1)}]"
    who = text(form.preparer) + m.mark("entity", text(entity))
    label = "日期：" if "31" in when else "会计期间："
    day = (text(label) if form.numeric or label == "会计期间：" else "") + _period(when, form.numeric)
    if form.corner:
        top = m.grid("1fr, auto, 1fr", "", name, corner, options="align: (left + bottom, center + bottom, right + bottom)")
        row = m.grid("1.5fr, 1fr", who, day, options="align: (left, right)")
    else:
        top = m.centred(name)
        row = m.grid("1.5fr, 1.2fr, 1fr", who, day, corner, options="align: (left + bottom, center + bottom, right + bottom)")
    return f"{top}\n\n#text(size: {size:.1f}pt)[{row}]"


def _annual_heading(form: Annual, title: str, entity: str, when: str, style: Style) -> str:
    found = re.match(r"\d{4}", when)
    year = int(found[0]) if found else None
    report = marked(f"{year}年度财务报表", year) if year else text("财务报表")
    header = m.grid("1fr, auto", m.mark("entity", text(entity)), report, options="align: (left, right)")
    lines = [
        sized(text(title), style.title_size, bold=True, tracking="1pt"),
        sized(marked(when, year), style.size + 0.8, bold=True),
        f"#text(size: {style.size:.1f}pt)[{text('（除特别注明外，金额单位为')}{_unit(style, 0)}{text('）')}]",
    ]
    block = "#linebreak()".join(lines)
    return f"#text(size: {style.size + 0.2:.1f}pt)[{header}]\n\n#v(-0.25cm)#line(length: 100%, stroke: 0.5pt)\n\n#v(0.1cm)\n" + (
        m.centred(block) if form.centred else block
    )


def foot(rng: Random, people: Sequence[str], style: Style, year: int) -> str:
    """What stands below such a statement: operators and time of printing, or the notice about the notes."""
    size = style.size + 0.2
    if style.printout is not None:
        labels = rng.choice(
            (("单位负责人：", "会计主管：", "制表人："), ("企业负责人：", "财务主管：", "制表："), ("审核：", "记账：", "制单："))
        )
        shown = people if rng.random() < 0.6 else ["", "", people[2]]
        row = m.grid("1fr, 1fr, 1fr", *(text(a + b) for a, b in zip(labels, shown, strict=True)))
        day = date(year + 1, 1, 6) + timedelta(days=rng.randint(0, 80))
        clock = f" {rng.randint(8, 18):02d}:{rng.randint(0, 59):02d}:{rng.randint(0, 59):02d}" if rng.random() < 0.6 else ""
        below = m.grid(
            "1fr, auto", text(f"打印日期：{day.isoformat()}{clock}"), text(rng.choice(("第1页/共1页", "第 1 页", "1/1")))
        )
        return f"#v(0.1cm)\n#text(size: {size:.1f}pt)[{row}\n{below}]"
    notice = rng.choice(("后附财务报表附注为财务报表的组成部分。", "所附附注为本财务报表不可分割的组成部分。"))
    names = rng.choice(
        (("法定代表人", "主管会计工作负责人", "会计机构负责人"), ("企业负责人", "主管会计工作的负责人", "会计机构负责人"))
    )
    shown = people if rng.random() < 0.5 else ["　"] * 3
    cells = "".join(
        f"[{text(b)}#v(-0.2cm)#line(length: 85%, stroke: 0.4pt)#v(-0.2cm){text(a)}]" for a, b in zip(names, shown, strict=True)
    )
    return f"#text(size: {size:.1f}pt)[{text(notice)}#v(0.45cm)#grid(columns: (1fr, 1fr, 1fr)){cells}]"


def headline(rng: Random, title: str, number: str, firm: str) -> list[str]:
    """The head of an opinion page: title at the left, the report's number and the firm beside it, ruled off below."""
    size = rng.uniform(17, 21)
    beside = f"#text(size: 9.5pt)[{text(rng.choice(('文号：', '报告文号：', '')))}{number}#linebreak(){firm}]"
    name = sized(text(re.sub(r"\s", "", title)), size, bold=True, tracking="3pt")
    return [
        m.grid("auto, 1fr", name, beside, options="align: (left + bottom, right + bottom)"),
        f"#line(length: 100%, stroke: {rng.choice(('0.6pt', '1.6pt'))})",
        m.gap(0.3),
    ]


def plain_name(label: str) -> str:
    """A row's name as bound reports print it: without numbering and hints for filling in the form."""
    bare = re.sub(r"（[^（）]*填列）", "", label)
    return re.sub(r"^(?:[一二三四五六]、|（[一二三四五六]）)", "", bare)


def ruled_off(body: str, label: str) -> str:
    """A sum under a line; grand totals over two."""
    last = any(word in label for word in ("总计", "净利润", "综合收益总额")) or re.search(r"资\s*产\s*[总合]\s*计$", label)
    inner = f"#block(width: 100%, stroke: (top: 0.5pt, bottom: 0.5pt), inset: (y: 1.6pt))[{body}]"
    if not last:
        return inner
    return f"#block(width: 100%, stroke: (bottom: 0.5pt), inset: (bottom: 1.3pt))[{inner}]"
