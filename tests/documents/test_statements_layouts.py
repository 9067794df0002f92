"""Statements in many layouts: every figure right, or not called sure."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import replace

import pytest

from extractor.documents.statements.fields import StatementFields, statement_fields
from extractor.documents.statements.reader import read_statements
from extractor.model import Field, Line, Page
from tests.documents.statement_layouts import (
    SIZE,
    Layout,
    Row,
    balance,
    balance_page,
    head,
    income,
    income_page,
    line,
    money,
    page,
    table,
    two_sided_page,
)

BALANCE_ROWS = {
    "current_assets": "流动资产合计",
    "total_assets": "资产总计",
    "current_liabilities": "流动负债合计",
    "total_liabilities": "负债合计",
    "owners_equity": "所有者权益（或股东权益）合计",
}
INCOME_ROWS = {
    "revenue": "一、营业收入",
    "operating_cost": "减：营业成本",
    "rd_expense": "研发费用",
    "operating_profit": "二、营业利润（亏损以“－”号填列）",
    "total_profit": "三、利润总额（亏损总额以“－”号填列）",
    "income_tax": "减：所得税费用",
    "net_profit": "四、净利润（净亏损以“－”号填列）",
}
PLAIN = Layout()


def read(*pages: Page) -> StatementFields:
    return statement_fields(read_statements(pages))


def expected(rows: Sequence[Row], names: dict[str, str]) -> dict[tuple[str, int], float]:
    by_label = {r[0]: r for r in rows}
    return {(key, k): by_label[label][1 + k] / 100 for key, label in names.items() if label in by_label for k in (0, 1)}  # type: ignore[operator]


def reading(fields: dict[str, Field], key: str, period: str) -> Field | None:
    found = fields.get(key)
    return (found.periods or {}).get(period) if found else None


def assert_all(
    fields: dict[str, Field],
    rows: Sequence[Row],
    names: dict[str, str],
    periods: Sequence[str | None] = ("2022", "2021"),
    within: float = 0.005,
) -> None:
    for (key, k), value in expected(rows, names).items():
        period = periods[k]
        if period is None:
            continue
        one = reading(fields, key, period)
        assert one is not None, (key, period)
        assert one.value is not None, (key, period)
        assert abs(one.value - value) <= within, (key, period)
        assert one.gate == "ok", (key, period, one.note)
        assert one.evidence


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"prior_first": True},
        {"line_numbers": True},
        {"notes": True},
        {"line_numbers": True, "notes": True, "prior_first": True},
        {"dash": True},
        {"brackets": True},
        {"spaced": True},
        {"centred": True},
        {"pitch": 0.0135},
        {"entity": ""},
        {"unit": "金额单位：人民币元"},
        {"unit": ""},
    ],
    ids=str,
)
def test_layouts(change: dict[str, object]) -> None:
    layout = replace(PLAIN, **change)  # type: ignore[arg-type]
    found = read(balance_page(layout), income_page(layout, income(loss=True)))
    assert_all(found.rows, balance(), BALANCE_ROWS)
    assert_all(found.rows, income(loss=True), INCOME_ROWS)
    assert found.period == "2022"
    assert found.consolidated is False


@pytest.mark.parametrize(
    ("unit", "key", "factor", "decimals", "within"),
    [
        ("单位：万元", "ten_thousand_yuan", 10_000, 2, 50.01),
        ("单位：人民币千元", "thousand_yuan", 1000, 0, 500.01),
        ("（金额单位：人民币百万元）", "million_yuan", 1_000_000, 2, 5000.01),
    ],
)
def test_units(unit: str, key: str, factor: int, decimals: int, within: float) -> None:
    layout = replace(PLAIN, unit=unit, factor=factor, decimals=decimals)
    found = read(balance_page(layout), income_page(layout))
    assert found.unit == key
    assert_all(found.rows, balance(), BALANCE_ROWS, within=within)
    assert_all(found.rows, income(), INCOME_ROWS, within=within)


@pytest.mark.parametrize(
    "heads",
    [("2022年12月31日", "2021年12月31日"), ("期末数", "期初数"), ("年末余额", "上年年末余额"), ("2022.12.31", "2021.12.31")],
)
def test_balance_headers(heads: tuple[str, str]) -> None:
    for prior_first in (False, True):
        assert_all(read(balance_page(replace(PLAIN, heads=heads, prior_first=prior_first))).rows, balance(), BALANCE_ROWS)


@pytest.mark.parametrize(
    "heads", [("2022年度", "2021年度"), ("本期发生额", "上期发生额"), ("本年累计数", "上年同期数"), ("本年累计金额", "上年金额")]
)
def test_income_headers(heads: tuple[str, str]) -> None:
    for prior_first in (False, True):
        layout = replace(PLAIN, heads=heads, prior_first=prior_first, date="2022年1-12月")
        assert_all(read(income_page(layout)).rows, income(), INCOME_ROWS)


def test_this_month_is_never_the_year() -> None:
    for prior_first in (False, True):
        found = read(income_page(replace(PLAIN, heads=("本年累计金额", "本月金额"), date="2022年12月", prior_first=prior_first)))
        assert_all(found.rows, income(), INCOME_ROWS, ("2022", None))
        assert all(set(f.value) == {"2022"} for f in found.rows.values())


def test_interim_periods() -> None:
    layout = replace(PLAIN, date="2023年6月30日")
    found = read(balance_page(layout), income_page(replace(PLAIN, heads=("本期金额", "上期金额"), date="2023年1-6月")))
    assert_all(found.rows, balance(), BALANCE_ROWS, ("2023-06", "2022"))
    assert_all(found.rows, income(), INCOME_ROWS, ("2023-06", "2022-06"))


@pytest.mark.parametrize(
    "change", [{}, {"line_numbers": True}, {"prior_first": True, "line_numbers": True, "dash": True}], ids=str
)
def test_two_sided(change: dict[str, object]) -> None:
    assert_all(read(two_sided_page(replace(PLAIN, **change))).rows, balance(), BALANCE_ROWS)  # type: ignore[arg-type]


@pytest.mark.parametrize("change", [{}, {"line_numbers": True}, {"prior_first": True}], ids=str)
@pytest.mark.parametrize(
    "misread",
    [{"资产": "资户"}, {"负债和所有者权益": "负损和所有看权益"}, {"资产": "咨严", "负债和所有者权益": "贝债租所有者权盆"}],
)
def test_two_sided_with_misread_headings(change: dict[str, object], misread: dict[str, str]) -> None:
    sheet = two_sided_page(replace(PLAIN, **change))  # type: ignore[arg-type]
    lines = tuple(x.model_copy(update={"text": misread.get(x.text, x.text)}) for x in sheet.lines)
    assert sum(a.text != b.text for a, b in zip(lines, sheet.lines, strict=True)) == len(misread)
    assert_all(read(sheet.model_copy(update={"lines": lines})).rows, balance(), BALANCE_ROWS)


def test_parent_table_under_the_consolidated_one() -> None:
    small, other = replace(PLAIN, pitch=0.0125), balance(7)
    both = page(
        [
            *head("合并资产负债表", small, 0.02),
            *table(balance(), small, 0.09),
            *head("母公司资产负债表", small, 0.47),
            *table(other, small, 0.54),
        ]
    )
    found = read(both)
    assert found.consolidated is True
    assert_all(found.rows, balance(), BALANCE_ROWS)
    assert_all(found.secondary, other, BALANCE_ROWS)
    assert {f.scope for f in found.rows.values()} == {"consolidated"}
    assert {f.scope for f in found.secondary.values()} == {"parent"}


def test_both_scopes_side_by_side() -> None:
    other = balance(7)
    spans = [(0.36, 0.51), (0.51, 0.66), (0.66, 0.81), (0.81, 0.96)]
    lines = [
        *head("合并及母公司资产负债表", PLAIN),
        line("合并", 0.50, 0.12),
        line("母公司", 0.80, 0.12),
        line("项目", 0.15, 0.135),
    ]
    lines += [line(h, a + 0.01, 0.135) for (a, _), h in zip(spans, ["2022年12月31日", "2021年12月31日"] * 2, strict=True)]
    for n, (mine, theirs) in enumerate(zip(balance(), other, strict=True), 1):
        y = 0.135 + n * 0.018
        lines.append(line(mine[0], 0.05, y))
        for (_, b), figure in zip(spans, (*mine[1:], *theirs[1:]), strict=True):
            if figure is not None:
                lines.append(line(money(figure, PLAIN), 0, y, right=b - 0.005))
    found = read(page(lines))
    assert_all(found.rows, balance(), BALANCE_ROWS)
    assert_all(found.secondary, other, BALANCE_ROWS)


def over_two_pages(rows: Sequence[Row], cut: int, title: str, layout: Layout, again: bool) -> list[Page]:
    lines = table(rows, layout, 0.13)
    edge = 0.13 + (cut + 0.5) * layout.pitch
    first = [ln for ln in lines if ln.box[1] < edge]
    heads = [ln for ln in lines if abs(ln.box[1] - 0.13) < 1e-6]

    def moved(ln: Line, by: float) -> Line:
        return ln.model_copy(update={"box": (ln.box[0], ln.box[1] - by, ln.box[2], ln.box[3] - by)})

    rest = [moved(ln, edge - 0.14) for ln in lines if ln.box[1] >= edge]
    if again:
        rest += [line(f"{title}（续）", 0.4, 0.04, size=0.018), *(moved(ln, 0.02) for ln in heads)]
    return [page([*head(title, layout), *first], 1), page([*rest, line("- 2 -", 0.48, 0.95)], 2)]


@pytest.mark.parametrize("again", [False, True])
def test_continued_over_pages(again: bool) -> None:
    assert_all(read(*over_two_pages(balance(), 12, "资产负债表", PLAIN, again)).rows, balance(), BALANCE_ROWS)


def test_label_on_two_lines_with_figures_between() -> None:
    lines = [ln for ln in balance_page(PLAIN).lines if not ln.text.startswith(("所有者权益（或股东权益）合计", "负债和所有者"))]
    tops = {n: 0.13 + (k + 1) * PLAIN.pitch for k, (n, *_) in enumerate(balance())}
    for label, cut in (("所有者权益（或股东权益）合计", 12), ("负债和所有者权益（或股东权益）总计", 12)):
        lines += [line(label[:cut], 0.06, tops[label] - 0.006), line(label[cut:], 0.06, tops[label] + 0.006)]
    assert_all(read(page(lines)).rows, balance(), BALANCE_ROWS)


def test_attributable_equity_cut_by_a_line_break_is_not_the_total() -> None:
    rows: list[Row] = [r for r in balance() if not r[0].startswith("所有者权益（或股东权益）合计")]
    total = next(r for r in balance() if r[0].startswith("所有者权益（或股东权益）合计"))
    assert total[1] is not None
    assert total[2] is not None
    rows[-1:-1] = [
        ("归属于母公司", None, None),
        ("所有者权益合计", total[1] - 500_00, total[2] - 300_00),
        ("少数股东权益", 500_00, 300_00),
        total,
    ]
    found = read(balance_page(PLAIN, rows))
    assert found.rows["owners_equity"].value == {"2022": total[1] / 100, "2021": total[2] / 100}


def test_small_enterprise_research_expense() -> None:
    rows: list[Row] = [
        ("一、营业收入", 1_000_000_00, 90_000_00),
        ("减：营业成本", 600_000_00, 50_000_00),
        ("税金及附加", 10_000_00, 900_00),
        ("其中：消费税", None, None),
        ("销售费用", 50_000_00, 4000_00),
        ("管理费用", 200_000_00, 18_000_00),
        ("其中：开办费", None, None),
        ("研究费用", 120_000_00, 9000_00),
        ("财务费用", 3000_00, 200_00),
        ("加：投资收益（损失以“-”号填列）", None, None),
        ("二、营业利润（亏损以“-”号填列）", 137_000_00, 16_900_00),
        ("加：营业外收入", 1000_00, None),
        ("减：营业外支出", None, None),
        ("三、利润总额（亏损总额以“-”号填列）", 138_000_00, 16_900_00),
        ("减：所得税费用", 6900_00, 845_00),
        ("四、净利润（净亏损以“-”号填列）", 131_100_00, 16_055_00),
    ]
    found = read(income_page(replace(PLAIN, heads=("本年累计金额", "本月金额"), date="2022年12月", line_numbers=True), rows))
    assert found.rows["rd_expense"].value == {"2022": 120_000.0}
    assert found.rows["revenue"].gate == found.rows["net_profit"].gate == "ok"


def test_institution_has_no_revenue_row() -> None:
    spans = [(0.25 + 0.12 * k, 0.36 + 0.12 * k) for k in range(6)]
    lines = [
        *head("业务活动表", replace(PLAIN, date="2022年度")),
        line("上年累计数", 0.4, 0.12),
        line("本年累计数", 0.76, 0.12),
        line("项目", 0.08, 0.13),
    ]
    lines += [line(t, a + 0.04, 0.142) for (a, _), t in zip(spans, ["非限定性", "限定性", "合计"] * 2, strict=True)]
    for n, (label, figures) in enumerate(
        (
            ("一、收入", ()),
            ("捐赠收入", (1000, 0, 1000, 2000, 500, 2500)),
            ("收入合计", (1000, 0, 1000, 2000, 500, 2500)),
            ("费用合计", (900, 0, 900, 1500, 500, 2000)),
            ("净资产变动额", (100, 0, 100, 500, 0, 500)),
        )
    ):
        lines.append(line(label, 0.05, 0.165 + n * 0.018))
        lines += [line(f"{v:,.2f}", 0, 0.165 + n * 0.018, right=b) for (_, b), v in zip(spans, figures, strict=False)]
    found = read(page(lines))
    assert "revenue" not in found.rows
    assert "net_profit" not in found.rows


def test_without_headers_nothing_is_sure() -> None:
    bare = page([ln for ln in balance_page(PLAIN).lines if ln.text not in ("项目", "期末余额", "年初余额")])
    found = read(bare)
    assert found.rows
    assert all(f.gate == "unchecked" and f.confidence <= 0.5 and "列标题" in (f.note or "") for f in found.rows.values())


def test_a_missing_header_leaves_its_column_out() -> None:
    found = read(page([ln for ln in balance_page(PLAIN).lines if ln.text != "年初余额"]))
    assert_all(found.rows, balance(), BALANCE_ROWS, ("2022", None))
    assert all(set(f.value) == {"2022"} for f in found.rows.values())


def test_adjustment_tables_of_the_notes_are_no_statements() -> None:
    other = balance(9)
    layout = replace(PLAIN, heads=("2022年12月31日", "2023年1月1日"), label_width=0.3)
    lines = [*head("合并资产负债表", PLAIN), *table(other, layout, 0.13, right=0.75), line("调整数", 0.83, 0.13)]
    found = read(balance_page(PLAIN, None, "合并资产负债表"), page(lines, 5))
    assert_all(found.rows, balance(), BALANCE_ROWS)


def test_contents_list_is_no_statement() -> None:
    lines = [
        line("目录", 0.45, 0.1),
        *(line(t, 0.15, 0.15 + 0.03 * k) for k, t in enumerate(("一、审计报告", "资产负债表", "利润表", "现金流量表"))),
    ]
    assert not read_statements([page(lines)])


# --- misreadings -------------------------------------------------------------------------------------


def _numbers(lines: Sequence[Line]) -> list[int]:
    return [i for i, ln in enumerate(lines) if re.fullmatch(r"[-(]?[\d,]+\.\d\d\)?", ln.text)]


def _move(ln: Line, by: float) -> Line:
    return ln.model_copy(update={"box": (ln.box[0], ln.box[1] + by, ln.box[2], ln.box[3] + by)})


def spoil(rng: random.Random, lines: list[Line], kind: str, pitch: float) -> None:
    """One misreading of the kind."""
    i = rng.choice(_numbers(lines))
    ln = lines[i]
    if kind == "digit":
        k = rng.choice([k for k, c in enumerate(ln.text) if c.isdigit()])
        lines[i] = ln.model_copy(update={"text": f"{ln.text[:k]}{(int(ln.text[k]) + rng.randint(1, 9)) % 10}{ln.text[k + 1 :]}"})
    elif kind == "lost":
        del lines[i]
    elif kind == "first digit lost":
        lines[i] = ln.model_copy(update={"text": re.sub(r"^([-(]?)\d,?", r"\1", ln.text)})
    elif kind == "column shifted":
        by = rng.choice((1, -1)) * pitch
        for j in _numbers(lines):
            if abs(lines[j].box[2] - ln.box[2]) < 0.02 and lines[j].box[1] >= ln.box[1]:
                lines[j] = _move(lines[j], by)
    elif kind == "figure shifted":
        lines[i] = _move(ln, rng.choice((1, -1)) * pitch)
    elif kind == "glued":
        same = [j for j in _numbers(lines) if j != i and abs(lines[j].cy - ln.cy) < 0.004]
        if same:
            a, b = sorted((ln, lines[same[0]]), key=lambda x: x.box[0])
            for j in sorted((i, same[0]), reverse=True):
                del lines[j]
            lines.append(
                Line(
                    text=a.text + rng.choice(("", " ")) + b.text,
                    box=(a.box[0], a.box[1], b.box[2], b.box[3]),
                    confidence=0.98,
                    origin="ocr",
                )
            )
    elif kind == "separator":
        k = rng.choice([k for k, c in enumerate(ln.text) if c in ",."])
        lines[i] = ln.model_copy(update={"text": ln.text[:k] + rng.choice(("", ",", ".", " ")) + ln.text[k + 1 :]})
    elif kind == "sign":
        negative = [j for j in _numbers(lines) if lines[j].text[0] in "-("]
        if negative:
            j = rng.choice(negative)
            lines[j] = lines[j].model_copy(update={"text": lines[j].text.strip("-()")})
    elif kind == "slope":
        slope = rng.uniform(-0.012, 0.012)
        lines[:] = [_move(x, slope * x.cx) for x in lines]
    elif kind == "jitter":
        lines[:] = [_move(x, rng.uniform(-0.002, 0.002)) for x in lines]


@pytest.mark.parametrize(
    "kind",
    ["digit", "lost", "first digit lost", "column shifted", "figure shifted", "glued", "separator", "sign", "slope", "jitter"],
)
@pytest.mark.parametrize("seed", range(8))
def test_a_misread_figure_is_never_sure(kind: str, seed: int) -> None:
    """Sure as the cross-check takes it: passed the gate, or unchecked with high confidence."""
    rng = random.Random(f"{kind}{seed}")
    layout = replace(
        PLAIN,
        prior_first=rng.random() < 0.5,
        line_numbers=rng.random() < 0.5,
        brackets=rng.random() < 0.5,
        pitch=rng.choice((0.0135, 0.018)),
    )
    rows, earned = balance(seed), income(seed, loss=rng.random() < 0.5)
    pages = [balance_page(layout, rows), income_page(layout, earned)]
    which = rng.randrange(2)
    lines = list(pages[which].lines)
    spoil(rng, lines, kind, layout.pitch)
    pages[which] = page(lines, which + 1)
    found = read(*pages).rows
    truth = expected(rows, BALANCE_ROWS) | expected(earned, INCOME_ROWS)
    right = 0
    for (key, k), value in truth.items():
        one = reading(found, key, ("2022", "2021")[k])
        if one is None or one.value is None:
            continue
        sure = one.gate == "ok" or (one.gate == "unchecked" and one.confidence >= 0.9)
        good = abs(one.value - value) < 0.005
        assert good or not sure, (key, one)
        right += good and sure
    assert right >= len(truth) * (1.0 if kind in ("slope", "jitter") else 0.45)


def test_a_hundred_and_seventy_pages_take_little_time() -> None:
    import time

    filler = page(
        [
            line("本公司在资产负债表日对存货进行减值测试，可变现净值低于成本的部分计提跌价准备。" * 1, 0.06, 0.05 + 0.02 * k)
            for k in range(40)
        ]
    )
    pages = [filler.model_copy(update={"page": n}) for n in range(1, 171)]
    pages[80] = balance_page(PLAIN, number=81)
    pages[81] = income_page(PLAIN, number=82)
    start = time.perf_counter()
    found = read(*pages)
    assert time.perf_counter() - start < 4
    assert_all(found.rows, balance(), BALANCE_ROWS)
    assert SIZE


@pytest.mark.parametrize("sign", ["+", "·", "'", ":"])
@pytest.mark.parametrize("label", ["二、营业利润（亏损以“－”号填列）", "研发费用"])
def test_a_lone_sign_between_label_and_figure_is_dirt(sign: str, label: str) -> None:
    clean = income_page(PLAIN, income(loss=True))
    row = next(x for x in clean.lines if x.text == label)
    at = (row.box[2] + 0.02, row.box[1], row.box[2] + 0.028, row.box[3])
    dirty = clean.model_copy(update={"lines": (*clean.lines, Line(text=sign, box=at, confidence=0.75))})
    found = read(balance_page(PLAIN), dirty)
    assert_all(found.rows, income(loss=True), INCOME_ROWS)
