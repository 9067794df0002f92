"""Tables of the notes: 营业收入和营业成本, 研发费用."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from corpora.synth import markup as m
from corpora.synth.engine import text
from corpora.synth.ledger import Accounts, Pair
from corpora.synth.statement_lines import Line, Sheet
from corpora.synth.statement_style import Style, money
from corpora.synth.statement_tables import Half, draw, label_cell, stroke


def _order(style: Style) -> tuple[int, int]:
    return (1, 0) if style.prior_first else (0, 1)


def _heads(style: Style) -> tuple[str, str]:
    """Headers of this and last year; notes never speak of months."""
    return ("本期金额", "上期金额") if "累计" in style.flows[0] or style.monthly else style.flows


def _plain(style: Style) -> Style:
    return replace(
        style,
        nil="-",
        line_numbers=False,
        note_column=False,
        two_sided=False,
        bilingual="",
        band="",
        fill=0.9,
        leaders=False,
    )


def _table(rows: Sequence[tuple[str, Pair, str]], first: str, style: Style, year: int) -> str:
    """Rows of (name, amounts, field key) over this and last year."""
    plain, order, heads = _plain(style), _order(style), _heads(style)
    lines = tuple(
        Line(name, "total" if "合" in name else "sub", (pair[order[0]], pair[order[1]]), _keys(key, order, year))
        for name, pair, key in rows
    )
    sheet = Sheet(lines, (heads[order[0]], heads[order[1]]))
    return draw((Half(first, sheet, lines),), plain, 0.62 * (len(lines) + 1), size=9.2)


def _keys(key: str, order: tuple[int, int], year: int) -> tuple[str, ...]:
    return tuple(f"{key}/{year - k}" if key else "" for k in order)


def revenue_note(rng: Random, book: Accounts, style: Style, number: int, year: int) -> str:
    """The note 营业收入和营业成本: main and other, this and last year (income and cost)."""
    fig = book.figures
    other: Pair = (fig["revenue"][0] - fig["main_revenue"][0], fig["revenue"][1] - fig["main_revenue"][1])
    share = rng.uniform(0.93, 0.97)
    step = {"thousand_yuan": 100_000, "ten_thousand_yuan": 10_000, "million_yuan": 1_000_000}.get(style.unit, 1)
    main_cost: Pair = (
        round(fig["operating_cost"][0] * share / step) * step,
        round(fig["operating_cost"][1] * share / step) * step,
    )
    other_cost: Pair = (fig["operating_cost"][0] - main_cost[0], fig["operating_cost"][1] - main_cost[1])
    title = m.styled(f"{number}、营业收入和营业成本", 10.5, bold=True)
    if rng.random() < 0.5:
        rows = (
            ("主营业务", fig["main_revenue"], main_cost, "main_revenue", ""),
            ("其他业务", other, other_cost, "", ""),
            ("合计", fig["revenue"], fig["operating_cost"], "revenue", "operating_cost"),
        )
        return f"{title}\n\n{_crossed(rows, style, year)}"
    table = _table(
        (
            ("主营业务收入", fig["main_revenue"], "main_revenue"),
            ("其他业务收入", other, ""),
            ("营业收入合计", fig["revenue"], "revenue"),
            ("主营业务成本", main_cost, ""),
            ("其他业务成本", other_cost, ""),
            ("营业成本合计", fig["operating_cost"], "operating_cost"),
        ),
        "项目",
        style,
        year,
    )
    return f"{title}\n\n{table}"


def _crossed(rows: Sequence[tuple[str, Pair, Pair, str, str]], style: Style, year: int) -> str:
    """Income and cost side by side under each year."""
    heads, order, plain = _heads(style), _order(style), _plain(style)
    cells = []
    for name, income, cost, a, b in rows:
        line = Line(name, "total" if name == "合计" else "sub", (), ())
        cells.append(label_cell(line, plain))
        for k in order:
            for pair, key in ((income, a), (cost, b)):
                shown = text(money(pair[k], plain))
                cells.append(m.mark(f"{key}/{year - k}", shown) if key and pair[k] else shown)
    top = "".join(f"table.cell(colspan: 2)[{m.centred(text(heads[k]))}]," for k in order)
    below = "".join(f"[{m.centred(text(word))}]," for _ in order for word in ("收入", "成本"))
    first = f"table.cell(rowspan: 2, align: center + horizon)[{text('项目')}],"
    fill = f'(x, y) => if y < 2 {{ rgb("{plain.shade}") }}' if plain.shade else "none"
    return (
        "#block(width: 100%)[#set text(size: 9.2pt)\n#table(columns: (1fr, 1.3fr, 1.3fr, 1.3fr, 1.3fr), "
        f"align: (left, right, right, right, right), stroke: {stroke(plain, len(rows) + 2, 5, 2)}, fill: {fill}, inset: 3.2pt,\n"
        f"{first}{top}{below}" + "".join(f"[{cell}]," for cell in cells) + ")]"
    )


def rd_note(rng: Random, book: Accounts, style: Style, number: int, year: int) -> str:
    """The note 研发费用 with its detail."""
    rows: list[tuple[str, Pair, str]] = [(name, pair, "") for name, pair in book.rd_detail]
    rows.append((rng.choice(("合计", "合  计")), book.figures["rd_expense"], "rd_expense"))
    return f"{m.styled(f'{number}、研发费用', 10.5, bold=True)}\n\n{_table(rows, '项目', style, year)}"
