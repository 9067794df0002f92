"""Several statements on one sheet: beside one another, under one another, after other text."""

from __future__ import annotations

from dataclasses import replace

import pytest

from extractor.documents.statements.fields import StatementFields, statement_fields
from extractor.documents.statements.reader import read_statements
from extractor.documents.statements.side_by_side import parted
from extractor.model import Line, Page
from tests.documents.statement_layouts import (
    SIZE,
    Layout,
    Row,
    balance,
    balance_page,
    income,
    line,
    page,
    table,
    two_sided_page,
)

CASH: list[Row] = [
    ("一、经营活动产生的现金流量：", None, None),
    ("销售商品、提供劳务收到的现金", 5_000_000_00, 4_000_000_00),
    ("经营活动现金流入小计", 5_000_000_00, 4_000_000_00),
    ("购买商品、接受劳务支付的现金", 3_000_000_00, 2_000_000_00),
    ("经营活动产生的现金流量净额", 2_000_000_00, 2_000_000_00),
]
FLOWS = Layout(heads=("本期金额", "上期金额"), date="2022年度")


def narrow(lines: list[Line], left: float, right: float) -> list[Line]:
    """Lines of a whole page squeezed between two edges, small in width."""
    width = right - left
    return [
        ln.model_copy(update={"box": (left + ln.box[0] * width, ln.box[1], left + ln.box[2] * width, ln.box[3])}) for ln in lines
    ]


def full(title: str, rows: list[Row], layout: Layout, top: float = 0.05) -> list[Line]:
    heading = [
        line(title, 0.42, top, size=0.016),
        line(f"编制单位：{layout.entity}", 0.06, top + 0.03),
        line(layout.date, 0.6, top + 0.03),
        line(layout.unit, 0, top + 0.03, right=0.94),
    ]
    return [*heading, *table(rows, replace(layout, label_width=0.4), top + 0.06)]


def value(rows: list[Row], label: str, period: int) -> float:
    cents = next(r for r in rows if r[0] == label)[1 + period]
    assert cents is not None
    return cents / 100


def read(*pages: Page) -> StatementFields:
    return statement_fields(read_statements(pages))


def assert_both(found: StatementFields) -> None:
    for key, rows, label in (
        ("total_assets", balance(), "资产总计"),
        ("total_liabilities", balance(), "负债合计"),
        ("revenue", income(), "一、营业收入"),
        ("net_profit", income(), "四、净利润（净亏损以“－”号填列）"),
    ):
        assert found.rows[key].value == {str(2022 - k): value(rows, label, k) for k in (0, 1)}, key


@pytest.mark.parametrize("edge", [0.4, 0.5, 0.62])
@pytest.mark.parametrize("shift", [0.0, 0.007])
def test_side_by_side(edge: float, shift: float) -> None:
    left = narrow(full("资产负债表", balance(), Layout()), 0.0, edge)
    right = narrow(full("利润表", income(), FLOWS), edge, 1.0)
    right = [ln.model_copy(update={"box": (ln.box[0], ln.box[1] + shift, ln.box[2], ln.box[3] + shift)}) for ln in right]
    sheet = page([*left, *right], width=2400, height=1600)
    assert len(parted(sheet)) == 2
    assert_both(read(sheet))


def test_two_sided_balance_sheet_beside_an_income_statement() -> None:
    left = narrow(list(two_sided_page(Layout()).lines), 0.0, 0.62)
    right = narrow(full("利润表", income(), FLOWS), 0.63, 1.0)
    assert_both(read(page([*left, *right], width=3200, height=1600)))


def test_three_beside_one_another() -> None:
    parts = [("资产负债表", balance(), Layout()), ("利润表", income(), FLOWS), ("现金流量表", CASH, FLOWS)]
    lines = [ln for k, (t, r, y) in enumerate(parts) for ln in narrow(full(t, r, y), k / 3, (k + 1) / 3)]
    sheet = page(lines, width=3300, height=1600)
    assert_both(read(sheet))


def test_group_and_company_beside_one_another() -> None:
    left = narrow(full("合并资产负债表", balance(1), Layout()), 0.0, 0.5)
    right = narrow(full("母公司资产负债表", balance(2), Layout()), 0.5, 1.0)
    found = read(page([*left, *right], width=2400, height=1600))
    for rows, fields in ((balance(1), found.rows), (balance(2), found.secondary)):
        assert fields["total_assets"].value == {str(2022 - k): value(rows, "资产总计", k) for k in (0, 1)}


def test_three_under_one_another_after_other_text() -> None:
    small = replace(Layout(), pitch=0.0095)
    lines = [line("本页为财务报表，金额除特别注明外均以人民币元列示。", 0.06, 0.02)]
    top = 0.04
    for title, rows, layout in (("资产负债表", balance(), small), ("利润表", income(), replace(FLOWS, pitch=0.0095))):
        made = full(title, rows, layout, top)
        lines += made
        top = max(ln.box[3] for ln in made) + 0.02
        lines.append(line("法定代表人：", 0.06, top - 0.01))
        top += 0.02
    lines += full("现金流量表", CASH, replace(FLOWS, pitch=0.0095), top)
    lines = [ln.model_copy(update={"box": (ln.box[0], ln.box[1], ln.box[2], ln.box[3] - 0.003)}) for ln in lines]
    assert_both(read(page(lines)))


@pytest.mark.parametrize(
    "sheet",
    [
        balance_page(Layout()),
        two_sided_page(Layout()),
        page([line("资产负债表", 0.1, 0.1), line("利润表", 0.6, 0.1), line("现金流量表", 0.1, 0.13)]),
        page([line("资产负债表", 0.1, 0.05), line("利润表", 0.6, 0.05), *table(balance(), Layout(), 0.1)]),
    ],
)
def test_one_statement_or_a_list_is_not_parted(sheet: Page) -> None:
    assert parted(sheet) == [sheet]


def test_lines_across_keep_a_sheet_whole() -> None:
    left = narrow(full("资产负债表", balance(), Layout()), 0.0, 0.5)
    right = narrow(full("利润表", income(), FLOWS), 0.5, 1.0)
    across = [line("本表各项目的列示口径与上年度保持一致并已经复核" * 2, 0.2, 0.2 + 0.05 * k, size=SIZE) for k in range(12)]
    assert len(parted(page([*left, *right, *across], width=1600, height=1131))) == 1


def test_two_sided_with_one_character_of_the_first_heading_beside_an_income_statement() -> None:
    left = narrow(list(two_sided_page(Layout()).lines), 0.0, 0.62)
    left = [ln.model_copy(update={"text": "资"}) if ln.text == "资产" else ln for ln in left]
    right = narrow(full("利润表", income(), FLOWS), 0.63, 1.0)
    assert_both(read(page([*left, *right], width=3200, height=1600)))
