"""Column headers and row names: what printed words mean."""

from __future__ import annotations

import pytest

from extractor.documents.rows import rows
from extractor.documents.statements.catalogue import name_of
from extractor.documents.statements.cells import cells_of
from extractor.documents.statements.headers import header_cells, parse_header, resolve, statement_period
from extractor.documents.statements.titles import title_of_text
from tests.documents.conftest import make_page


@pytest.mark.parametrize(
    ("text", "when", "period"),
    [
        ("期末余额", "current", ""),
        ("期 末 余 额", "current", ""),
        ("期未余额", "current", ""),
        ("年初余额", "prior", ""),
        ("上年年末余额", "prior", ""),
        ("上年度累计数", "prior", ""),
        ("本年累计金额", "current", ""),
        ("本月金额", "month", ""),
        ("上年同期数", "prior", ""),
        ("2021年12月31日", "explicit", "2021"),
        ("2022.12.31", "explicit", "2022"),
        ("2022-12-31", "explicit", "2022"),
        ("二〇二二年十二月三十一日", "explicit", "2022"),
        ("期末余额（2022年12月31日）", "explicit", "2022"),
        ("2022年1月1日", "explicit", "2021"),
        ("2020年度", "explicit", "2020"),
        ("2022年1—12月", "explicit", "2022"),
        ("2022年1-6月", "explicit", "2022-06"),
        ("2022年度金额", "explicit", "2022"),
        ("2022年12月31日(经审计)", "explicit", "2022"),
    ],
)
def test_header_time(text: str, when: str, period: str) -> None:
    header = parse_header(text)
    assert header is not None
    assert (header.kind, header.when, header.period) == ("figure", when, period)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("项目", "item"),
        ("项 目", "item"),
        ("负债和所有者权益（或股东权益）", "item"),
        ("行次", "line"),
        ("附注", "note"),
        ("增减变动(%)", "other"),
        ("调整数", "other"),
    ],
)
def test_header_kind(text: str, kind: str) -> None:
    header = parse_header(text)
    assert header is not None
    assert header.kind == kind


@pytest.mark.parametrize("text", ["", "流动资产", "编制单位", "单位：元", "货币资金", "1,234.00", "某某有限公司"])
def test_not_a_header(text: str) -> None:
    assert parse_header(text) is None


def test_sub_headers_and_scopes() -> None:
    income = parse_header("本期金额（收入）")
    parent = parse_header("母公司2022年12月31日")
    assert income is not None
    assert (income.when, income.leaf) == ("current", "收入")
    assert parent is not None
    assert (parent.scope, parent.period) == ("parent", "2022")


@pytest.mark.parametrize(
    ("head", "kind", "context", "period"),
    [
        ("期末余额", "balance", "2022", "2022"),
        ("年初余额", "balance", "2022", "2021"),
        ("年初余额", "balance", "2025-03", "2024"),
        ("上期金额", "income", "2025-03", "2024-03"),
        ("上期金额", "income", "2022", "2021"),
        ("2021年度", "income", "2022", "2021"),
        ("本月金额", "income", "2022", ""),
        ("期末余额", "balance", "", ""),
    ],
)
def test_period_of_a_column(head: str, kind: str, context: str, period: str) -> None:
    column = parse_header(head)
    assert column is not None
    assert resolve(column, kind, context) == period


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2022年12月31日", "2022"),
        ("2022年度", "2022"),
        ("2022年1—12月", "2022"),
        ("2022年12月", "2022"),
        ("2022年6月30日", "2022-06"),
        ("编制单位：江州青禾有限公司 2022年12月31日 单位：元", "2022"),
        ("2025年第一季度", "2025-03"),
        ("2025年1-9月", "2025-09"),
        ("2022 年 度", "2022"),
        ("二〇二二年度", "2022"),
        ("单位：元", ""),
        ("编制单位：江州青禾有限公司", ""),
    ],
)
def test_statement_period(text: str, period: str) -> None:
    assert statement_period(text) == period


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("一、营业收入", "revenue"),
        ("其中：营业收入", "revenue"),
        ("一、营业总收入", "_gross_revenue"),
        ("主营业务收入", "main_revenue"),
        ("减：营业成本", "operating_cost"),
        ("二、营业总成本", "_gross_cost"),
        ("研发费用", "rd_expense"),
        ("其中：研究费用", "rd_expense"),
        ("研究开发费", "rd_expense"),
        ("资 产 总 计", "total_assets"),
        ("资产总额", "total_assets"),
        ("流动资产合计", "current_assets"),
        ("非流动资产合计", "_non_current_assets"),
        ("流动负债合计", "current_liabilities"),
        ("非流动负债合计", "_non_current_liabilities"),
        ("负债合计", "total_liabilities"),
        ("负债和所有者权益（或股东权益）总计", "_both"),
        ("负债及股东权益总计", "_both"),
        ("所有者权益（或股东权益）合计", "owners_equity"),
        ("股东权益合计", "owners_equity"),
        ("净资产合计", "owners_equity"),
        ("归属于母公司所有者权益（或股东权益）合计", "_attributable_equity"),
        ("三、利润总额（亏损总额以“－”号填列）", "total_profit"),
        ("四、净利润（净亏损以“－”号填列）", "net_profit"),
        ("四、净利润（净亏损以“－”号填", "net_profit"),
        ("五、净利润", "net_profit"),
        ("减：所得税费用", "income_tax"),
        ("营业利润（亏损以“-”号填列） 六、47", "operating_profit"),
        ("资产总汁", "total_assets"),
        # never taken for one of the keys
        ("归属于母公司股东的净利润", ""),
        ("1.持续经营净利润（净亏损以“－”号填列）", ""),
        ("扣除非经常性损益后的净利润", ""),
        ("营业外收入", "_outside_income"),
        ("其他业务收入", "_other_revenue"),
        ("少数股东权益", "_minority"),
        ("流动负债：", ""),
        ("净利润率", ""),
        ("资产减值损失", ""),
    ],
)
def test_row_names(label: str, key: str) -> None:
    assert name_of(label).key == key


@pytest.mark.parametrize(
    ("text", "kind", "scope"),
    [
        ("资产负债表", "balance", None),
        ("资 产 负 债 表", "balance", None),
        ("合并资产负债表", "balance", "consolidated"),
        ("母公司利润表", "income", "parent"),
        ("利润表（母公司）", "income", "parent"),
        ("资产负债表（续）", "balance", None),
        ("1、合并利润表", "income", "consolidated"),
        ("损益表", "income", None),
        ("业务活动表", "income", None),
        ("收入费用表", "income", None),
        ("合并现金流量表", "cash", "consolidated"),
        ("所有者权益变动表", "equity", None),
        ("合并及母公司资产负债表", "balance", "both"),
        ("江州青禾精密机械有限公司资产负债表", "balance", None),
        ("2022年度利润表", "income", None),
    ],
)
def test_titles(text: str, kind: str, scope: str | None) -> None:
    title = title_of_text(text)
    assert title is not None
    assert (title.kind, title.scope) == (kind, scope)


@pytest.mark.parametrize(
    "text",
    [
        "现金流量表补充资料",
        "利润表及现金流量表相关科目变动分析表",
        "包括2022年12月31日的资产负债表，2022年度的利润表",
        "资产负债表日后事项",
        "应收账款明细表",
    ],
)
def test_not_titles(text: str) -> None:
    assert title_of_text(text) is None


@pytest.mark.parametrize(
    ("text", "key", "sure"),
    [
        ("一、營业收入", "revenue", 1.0),
        ("負債合計", "total_liabilities", 1.0),
        ("流动费借合计", "current_liabilities", 0.85),
        ("非流动員债合计", "_non_current_liabilities", 0.85),
        ("資產總計", "total_assets", 1.0),
        ("管理费用", "", 1.0),
        ("短期借款", "", 1.0),
    ],
)
def test_names_in_traditional_or_misread_characters(text: str, key: str, sure: float) -> None:
    name = name_of(text)
    assert (name.key, name.sure, name.known) == (key, sure, True)


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("行次期末余额 年初余额", ["行次", "期末余额", "年初余额"]),
        ("本年累计金额上年金额", ["本年累计金额", "上年金额"]),
        ("2023年12月31日2022年12月31日", ["2023年12月31日", "2022年12月31日"]),
        ("行次2023年度 2022年度", ["行次", "2023年度", "2022年度"]),
        ("2023年12月31日2022年12月31日2023年12月31日2022年12月31日", ["2023年12月31日", "2022年12月31日"] * 2),
        ("2022年12月31日", ["2022年12月31日"]),
        ("负债和所有者权益（或股", ["负债和所有者权益(或股"]),
        ("期末余额较年初余额", ["期末余额较年初余额"]),
    ],
)
def test_headers_read_as_one_line_are_parted(text: str, cells: list[str]) -> None:
    row = rows(make_page((text, 0.4, 0.2)))[0]
    assert ["".join(c.text.split()) for c in header_cells(row)] == cells


def test_the_first_line_of_a_wrapped_item_header_is_one() -> None:
    header = parse_header("负债和所有者权益（或股")
    assert header is not None
    assert header.kind == "item"


def test_headers_of_which_two_were_read_as_one_line_are_parted() -> None:
    row = rows(make_page(("行次 期末余额", 0.4, 0.2), ("年初余额", 0.53, 0.2)))[0]
    assert ["".join(c.text.split()) for c in header_cells(row)][-2:] == ["期末余额", "年初余额"]


def test_a_piece_of_a_seal_beside_a_figure_is_no_label() -> None:
    page = make_page(("开发支出", 0.09, 0.2), ("金", 0.45, 0.2), ("0.00", 0.48, 0.2), ("一", 0.6, 0.2))
    lines = [x.model_copy(update={"confidence": 0.1}) if x.text in "金一" else x for x in page.lines]
    row = rows(page.model_copy(update={"lines": tuple(lines)}))[0]
    assert [c.text for c in cells_of(row)] == ["开发支出", "0.00", "一"]
