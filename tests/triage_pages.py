"""Pages of long papers made by hand: reports with long notes, contracts, brochures. All names and figures are invented."""

from __future__ import annotations

from collections.abc import Sequence

from extractor.model import Line, Page
from tests.documents.conftest import Row, make_page
from tests.documents.statement_layouts import ENTITY, Layout, balance_page, income_page, page
from tests.documents.test_audit_report import opinion_page

HEAD = f"{ENTITY} 2022年度财务报表附注"
PROSE = (
    "本公司以持续经营为基础编制财务报表，根据实际发生的交易和事项，按照企业会计准则的规定进行确认和计量，",
    "在合并日按照取得被合并方所有者权益在最终控制方财务报表中账面价值的份额作为长期股权投资的初始成本，",
    "固定资产从达到预定可使用状态的次月起采用年限平均法在使用寿命内计提折旧，年度终了对使用寿命进行复核，",
)
CLAUSES = (
    "供方应按照双方确认的图纸和技术协议组织生产，产品的规格、型号、数量以附件所列为准，需方修改图纸的，",
    "应提前十五日书面通知供方，由此增加的费用由需方承担，供方逾期交货的，每逾期一日支付违约金千分之一，",
)
NOTES = ("货币资金", "应收账款", "存货", "固定资产", "无形资产", "短期借款", "应付账款", "应交税费", "实收资本", "未分配利润")
Pair = tuple[str, str, str]
REVENUE: tuple[Pair, ...] = (
    ("主营业务收入", "60,000,000.00", "50,000,000.00"),
    ("其他业务收入", "1,234,567.89", "2,345,678.90"),
    ("合计", "61,234,567.89", "52,345,678.90"),
)
RESEARCH: tuple[Pair, ...] = (
    ("职工薪酬", "1,000,000.00", "900,000.00"),
    ("材料费", "500,000.00", "400,000.00"),
    ("合计", "1,500,000.00", "1,300,000.00"),
)


def frame(number: int | None, head: str = HEAD) -> list[Row]:
    """Running head and page number."""
    return [(head, 0.12, 0.05), *([(f"- {number} -", 0.48, 0.94)] if number is not None else [])]


def prose(top: float, count: int, texts: Sequence[str] = PROSE) -> list[Row]:
    """Rows of running text, a paragraph's last one short."""
    rows = [(texts[k % len(texts)], 0.12, top + 0.022 * k) for k in range(count)]
    return [*rows[:-1], ("并在报表中列示。", 0.12, rows[-1][2])]


def figures(rows: Sequence[Pair], top: float, heads: tuple[str, str] = ("本期金额", "上期金额")) -> list[Row]:
    """A table of a note."""
    body = [("项目", *heads), *rows]
    return [(cell, (0.14, 0.5, 0.72)[c], top + 0.02 * r) for r, cells in enumerate(body) for c, cell in enumerate(cells)]


def note(number: int, name: str, top: float, rows: Sequence[Pair] | None = None) -> list[Row]:
    """A numbered note with its table."""
    shown = rows or ((f"{name}一", "1,200,000.00", "1,100,000.00"), (f"{name}二", "300,000.00", "200,000.00"))
    return [(f"{number}、{name}", 0.12, top), *figures(shown, top + 0.022)]


def made(rows: Sequence[Row], number: int, **kw: object) -> Page:
    """A page of these rows."""
    return make_page(*rows, page=number, **kw)


def policies(number: int, shown: int | None = -1, head: str = HEAD) -> Page:
    """A page of accounting policies; ``shown``: its printed number, by default its own, None: none."""
    printed = number if shown == -1 else shown
    return made([*frame(printed, head), *prose(0.1, 34)], number)


def tables(number: int, first: int = 1, head: str = HEAD) -> Page:
    """A page of notes with two tables between running text."""
    a, b = (NOTES[k % len(NOTES)] for k in (first - 1, first))
    rows = [*frame(number, head), *prose(0.1, 10), *note(first, a, 0.34), *prose(0.46, 8), *note(first + 1, b, 0.66)]
    return made([*rows, *prose(0.78, 4)], number)


def figured(number: int, name: str, rows: Sequence[Pair], at: int = 30, head: str = HEAD) -> Page:
    """A page of notes with a wanted table on it."""
    return made([*frame(number, head), *prose(0.1, 12), *note(at, name, 0.4, rows), *prose(0.55, 14)], number)


def report(
    first: int = 1,
    count: int = 12,
    *,
    entity: str = ENTITY,
    year: str = "2022",
    file: int = 0,
    unit: str = "单位：元",
    no: str = "019",
) -> list[Page]:
    """Opinion, balance sheet, income statement and ``count`` pages of notes, the tables of revenue and research among them."""
    head = f"{entity} {year}年度财务报表附注"
    layout = Layout(entity=entity, unit=unit)
    pages = [
        opinion_page(entity=entity, at=first, number=f"江诚会审字〔2023〕第{no}号"),
        balance_page(layout, number=first + 1),
        income_page(layout, number=first + 2),
    ]
    start = first + 3
    title = [("财务报表附注", 0.42, 0.08, 0.02), ("2022年度", 0.46, 0.12)]
    pages.append(made([*title, *prose(0.16, 32), (f"- {start} -", 0.48, 0.94)], start))
    for k in range(1, count):
        number = start + k
        if k == count * 2 // 3:
            pages.append(figured(number, "营业收入和营业成本", REVENUE, head=head))
        elif k == count * 2 // 3 + 1:
            pages.append(figured(number, "研发费用", RESEARCH, 31, head=head))
        else:
            pages.append(tables(number, k, head) if k % 3 == 2 else policies(number, head=head))
    return [p.model_copy(update={"file": file}) for p in pages]


def contract(first: int = 1, count: int = 6, number: str = "XS20220804") -> list[Page]:
    """A contract of running text."""
    out = []
    for k in range(count):
        top: list[Row] = [(f"编号：{number}", 0.12, 0.05), (f"第{k + 1}页 共{count}页", 0.45, 0.94)]
        title: list[Row] = [("产品销售合同", 0.38, 0.09, 0.03), (f"供方：{ENTITY}", 0.12, 0.14)] if k == 0 else []
        out.append(made([*top, *title, *prose(0.17, 30, CLAUSES)], first + k))
    return out


def brochure(first: int = 1, count: int = 6) -> list[Page]:
    """Pages with few short lines, as under pictures."""
    words = ("关于我们", "核心产品", "研发实力", "服务网络", "企业文化", "应用案例")
    return [
        made(
            [
                (words[k % len(words)], 0.1, 0.07, 0.04),
                *prose(0.45, 4, ("产品广泛应用于工程机械、轨道交通、新能源等领域，销往全国二十多个省市，",)),
                ("额定功率", 0.12, 0.62),
                ("12.5", 0.4, 0.62),
                ("工作压力", 0.12, 0.65),
                ("31.5", 0.4, 0.65),
                ("江州市青禾路八号", 0.1, 0.93),
            ],
            first + k,
        )
        for k in range(count)
    ]


def renumbered(pages: Sequence[Page]) -> list[Page]:
    """The pages as those of one file, counted from 1."""
    return [p.model_copy(update={"page": n}) for n, p in enumerate(pages, 1)]


def with_lines(of: Page, *more: Line) -> Page:
    """A page with further lines."""
    return page([*of.lines, *more], of.page, file=of.file)
