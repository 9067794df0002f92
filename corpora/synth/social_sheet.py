"""What a social-security paper of a unit says, and the printed pieces that its layouts share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from corpora.synth import dates, ids, names
from corpora.synth import markup as m
from corpora.synth.engine import text

MONTHS = ("%Y%m", "%Y年%m月", "%Y-%m", "%Y年%c月", "%Y.%m", "%Y/%m")
"""How papers write a month (``month_text``)."""
Cell = str | int | float | None
Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Person:
    """An insured person: resident ID as printed, number in the system, wage base in yuan, first month (YYYY-MM)."""

    name: str
    shown_id: str
    personal_no: str
    base: int
    since: str


@dataclass(frozen=True)
class Roll:
    """One paper in the making.

    ``values``: all that could be said, by field key; ``fields``: what has been said so far, as labels;
    ``sheet``: rows of the spreadsheet that says the same, where there is one. ``inset``: points above and
    below each row. ``total``: the total must be printed.
    """

    owner: names.Enterprise
    values: dict[str, Any]
    people: tuple[Person, ...]
    fonts: m.Fonts
    inset: float
    total: bool
    fields: dict[str, Any] = field(default_factory=dict)
    assets: dict[str, bytes] = field(default_factory=dict)
    sheet: list[Row] = field(default_factory=list)

    def say(self, key: str, shown: str = "", size: float | None = None, *, bold: bool = False) -> str:
        """The value of ``key`` as marked markup (as ``shown`` where the paper writes it otherwise); labels it."""
        self.fields[key] = self.values[key]
        return m.mark(key, m.styled(shown or str(self.values[key]), size, bold=bold))

    def title(self, shown: str, size: float = 16) -> str:
        """The title, centred."""
        self.sheet.insert(0, (shown,))
        return m.centred(m.styled(shown, size, bold=True, font=self.fonts.title))

    def headcount(self, before: str = "", after: str = "") -> str:
        """The printed number of persons between its words."""
        self.sheet.append((f"{before}{self.values['headcount']}{after}",))
        return text(before) + self.say("headcount") + text(after)

    def period(self, rng: Random, notations: tuple[str, ...] = MONTHS) -> str:
        """The listed period: one month, or from month to month (also where both are the same)."""
        form = rng.choice(notations)
        first, last = (month_text(self.values[key], form) for key in ("period_from", "period_to"))
        if first == last and rng.random() < 0.75:
            self.fields["period_from"] = self.values["period_from"]
            # A mark within a mark is lost: an empty box of the same size carries the other.
            empty = m.mark("period_from", "#box(width: size.width, height: size.height)")
            same = f"#context {{ let size = measure[{text(last)}]; place[{empty}] }}"
            return f"#box[{same}{self.say('period_to', last)}]"
        return self.say("period_from", first) + text(rng.choice(("-", "至", " 至 ", "—", "~"))) + self.say("period_to", last)

    @property
    def printed(self) -> date:
        """The day of printing: in the month after the period."""
        year, month = (int(part) for part in self.values["period_to"].split("-"))
        return date(year + month // 12, month % 12 + 1, 8)


def month_text(month: str, form: str) -> str:
    """``2021-03`` in a notation: strftime codes, and %c for the month without a zero."""
    year, number = month.split("-")
    return form.replace("%Y", year).replace("%m", number).replace("%c", str(int(number)))


def months(first: str, last: str) -> list[str]:
    """The months from ``first`` to ``last`` (YYYY-MM), both included."""
    a, b = (int(part[:4]) * 12 + int(part[5:]) - 1 for part in (first, last))
    return [f"{k // 12}-{k % 12 + 1:02d}" for k in range(a, b + 1)]


def people(rng: Random, n: int, region: str, masked: bool, year: int) -> tuple[Person, ...]:
    """``n`` persons insured since before ``year``; ``region``: four digits."""
    made = []
    for name in names.people(rng, n):
        number = ids.id_number(rng, region + f"{rng.randint(2, 28):02d}")
        made.append(
            Person(
                name,
                ids.mask_id(number) if masked else number,
                str(rng.randint(10**9, 10**10 - 1)),
                rng.randint(3300, 12000),
                f"{rng.randint(2008, year - 1)}-{rng.randint(1, 12):02d}",
            )
        )
    return tuple(made)


@dataclass(frozen=True)
class Column:
    """A column of a list: heading, Typst width, alignment, and the cell of the k-th person (from 0)."""

    head: str
    width: str
    align: str
    cell: Callable[[int, Person], Cell]


ID_LABELS = ("证件号码", "身份证号", "社会保障号码", "公民身份号码", "身份证号码")


def serial() -> Column:
    """Running number."""
    return Column("序号", "auto", "center", lambda k, p: k + 1)


def name_column() -> Column:
    """Names."""
    return Column("姓名", "1fr", "center", lambda k, p: p.name)


def id_column(rng: Random) -> Column:
    """Resident ID numbers as this paper prints them."""
    return Column(rng.choice(ID_LABELS), "2fr", "center", lambda k, p: p.shown_id)


def number_column(rng: Random) -> Column:
    """Numbers of the persons in the insurer's system."""
    label = rng.choice(("个人编号", "个人社保编号", "职工编号"))
    return Column(label, "1.4fr", "center", lambda k, p: p.personal_no)


def shown(cell: Cell) -> str:
    """A cell as markup: amounts with two decimals, nothing for None."""
    return text("" if cell is None else f"{cell:.2f}" if isinstance(cell, float) else str(cell))


def listing(rng: Random, roll: Roll, columns: list[Column], *, size: float = 9.0, ruled: str = "") -> str:
    """The table of persons; records the spreadsheet rows."""
    rows: list[Row] = [tuple(c.cell(k, person) for c in columns) for k, person in enumerate(roll.people)]
    roll.sheet.append(tuple(c.head for c in columns))
    roll.sheet.extend(rows)
    cells = [[m.centred(m.styled(c.head, bold=True)) for c in columns]]
    cells += [[shown(cell) for cell in row] for row in rows]
    return m.table(
        cells,
        [c.width for c in columns],
        [f"{c.align} + horizon" for c in columns],
        ruled=ruled or rng.choice(("grid", "grid", "horizontal")),
        size=size,
        inset=f"(x: 3pt, y: {roll.inset:.1f}pt)",
    )


def facts(rng: Random, roll: Roll, *, period: bool = True) -> list[tuple[str, str]]:
    """Unit, code, period and number of the unit as (label, markup); records the spreadsheet rows."""
    owner, values = roll.owner, roll.values
    made = [
        (rng.choice(("单位名称", "参保单位", "缴费单位名称", "参保单位名称")), roll.say("organization")),
        ("统一社会信用代码", roll.say("uscc")),
    ]
    roll.sheet.extend([(f"单位名称：{owner.name}",), (f"统一社会信用代码：{owner.uscc}",)])
    if period:
        made.append((rng.choice(("费款所属期", "费款所属期", "缴费年月", "所属期")), roll.period(rng)))
        first, last = values["period_from"], values["period_to"]
        roll.sheet.append((f"费款所属期：{last if first == last else f'{first}至{last}'}",))
    return [*made, (rng.choice(("单位编号", "社保登记号", "单位社保编号")), text(str(rng.randint(10**6, 10**8))))]


def head_lines(rng: Random, roll: Roll, *, period: bool = True) -> str:
    """The facts of the unit in two borderless columns."""
    cells = [text(f"{label}：") + value for label, value in facts(rng, roll, period=period)]
    return m.grid("1fr, auto", *cells, options="row-gutter: 0.25cm, column-gutter: 0.4cm")


def stamped(rng: Random, roll: Roll, *, width: float = 4.0, label: str = "") -> str:
    """Issuer under its seal, with the day of printing, at the right margin."""
    seal = m.sealed(text(label) + roll.say("issuer"), "seal.png", width, over=rng.random() < 0.3)
    day = dates.arabic(roll.printed, pad=rng.random() < 0.6)
    before = rng.choice(("", "打印日期：", "打印时间：", "出具日期："))
    return m.right(m.seal_box(8.4, width + 0.2, seal, text(before + day)))


def verification(rng: Random, roll: Roll, size: float = 8.5) -> str:
    """The code for checking the paper on line, with a remark."""
    label = rng.choice(("校验码", "验证码", "查验码", "防伪码"))
    remark = rng.choice(("", "　　本证明可通过网上办事大厅核验真伪", "　　有效期三个月，可登录人社服务平台查验"))
    return m.styled(f"{label}：", size) + roll.say("verification_code", size=size) + m.styled(remark, size)


FOOTERS = (
    '#context counter(page).display("第 1 页 共 1 页", both: true)',
    '#context counter(page).display("第1页/共1页", both: true)',
    '#context counter(page).display("1/1", both: true)',
)


def paper(rng: Random, body: list[str], *, flipped: bool = False, flow: bool = True, margin: str = "(x: 1.8cm, y: 1.7cm)") -> str:
    """A page (or several, if the body ``flow``s) with the page number below."""
    footer = rng.choice(FOOTERS) if flow else ""
    return m.page("\n\n".join(body), margin=margin, flipped=flipped, flow=flow, footer=footer)
