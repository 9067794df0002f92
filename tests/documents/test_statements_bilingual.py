"""Statements in Chinese and English: translations beside, below and above the Chinese text."""

from __future__ import annotations

import zlib
from dataclasses import replace

import pytest

from extractor.documents.rows import rows
from extractor.documents.statements.bilingual import bilingual, one_language
from extractor.documents.statements.cells import amount_of, cells_of
from extractor.documents.statements.fields import StatementFields, statement_fields
from extractor.documents.statements.headers import parse_header
from extractor.documents.statements.reader import read_statements
from extractor.documents.statements.titles import read_preamble
from extractor.model import Line, Page
from tests.documents.statement_layouts import ENTITY, Layout, Row, balance, head, income, line, page, table

WORDS = ("Cash at bank and on hand", "Total assets", "Long-term borrowings", "Owners' equity (total)", "Less: cost of sales")
BALANCE = {"total_assets": "资产总计", "total_liabilities": "负债合计", "owners_equity": "所有者权益（或股东权益）合计"}
INCOME = {
    "revenue": "一、营业收入",
    "total_profit": "三、利润总额（亏损总额以“－”号填列）",
    "net_profit": "四、净利润（净亏损以“－”号填列）",
}
SIZE = 0.009


def english(text: str) -> str:
    return WORDS[zlib.crc32(text.encode()) % len(WORDS)]


def translated(lines: list[Line], how: str) -> list[Line]:
    """Labels and heads with English beside (``inline``), below or above; figures at the height between the two."""
    out: list[Line] = []
    for ln in lines:
        left, top = ln.box[0], ln.box[1]
        if not any("\u4e00" <= c <= "\u9fff" for c in ln.text):
            shift = {"inline": 0.0, "below": 0.0055, "above": -0.0055}[how]
            out.append(ln.model_copy(update={"box": (left, top + shift, ln.box[2], ln.box[3] + shift)}))
        elif how == "inline":
            out.append(line(f"{ln.text} {english(ln.text)}", left, top))
        else:
            out.append(ln)
            out.append(line(english(ln.text), left, top + (0.0115 if how == "below" else -0.0105), size=SIZE))
    return out


def sheet(title: str, how: str, layout: Layout, number: int) -> Page:
    layout = replace(layout, pitch=0.018 if how == "inline" else 0.026, label_width=0.5)
    body = table(balance() if "资产" in title else income(), layout, 0.15)
    top, rest = [ln for ln in body if ln.box[1] < 0.152], [ln for ln in body if ln.box[1] >= 0.152]
    heads = {
        "期末余额": "Closing balance",
        "年初余额": "Opening balance",
        "本期金额": "Current period",
        "上期金额": "Prior period",
    }
    heads |= {"项目": "Item"}
    under = [line(heads[ln.text], ln.box[0], 0.162, size=SIZE) for ln in top if ln.text in heads and how != "inline"]
    return page([*head(title, layout), line("BALANCE SHEET", 0.4, 0.071), *top, *under, *translated(rest, how)], number)


def value(rows: list[Row], label: str, period: int) -> float:
    cents = next(r for r in rows if r[0] == label)[1 + period]
    assert cents is not None
    return cents / 100


def read(*pages: Page) -> StatementFields:
    return statement_fields(read_statements(pages))


@pytest.mark.parametrize("how", ["inline", "below", "above"])
def test_translated_statements(how: str) -> None:
    flows = Layout(heads=("本期金额", "上期金额"), date="2022年度")
    found = read(sheet("资产负债表", how, Layout(), 1), sheet("利润表", how, flows, 2))
    for keys, printed in ((BALANCE, balance()), (INCOME, income())):
        for key, label in keys.items():
            assert found.rows[key].value == {str(2022 - k): value(printed, label, k) for k in (0, 1)}, key


@pytest.mark.parametrize("heads", [("Closing balance", "Opening balance"), ("December 31, 2022", "As at December 31, 2021")])
def test_english_heads_only(heads: tuple[str, str]) -> None:
    found = read(page([*head("资产负债表", Layout()), *table(balance(), Layout(heads=heads), 0.13, first="Items")]))
    assert found.rows["total_assets"].value == {str(2022 - k): value(balance(), "资产总计", k) for k in (0, 1)}


def test_rows_of_one_language_stay_as_they_are() -> None:
    plain = rows(page([*head("资产负债表", Layout()), *table(balance(), Layout(), 0.13)]))
    noisy = rows(page([line("Huge Machinery Co., Ltd.", 0.1, 0.1), *table(balance(), Layout(), 0.13), line("ABC", 0.5, 0.9)]))
    for printed in (plain, noisy):
        assert not bilingual(printed)
        assert all(a is b for a, b in zip(one_language(printed), printed, strict=True))


def test_what_stands_between_two_labels_is_not_given_to_either() -> None:
    names = ("货币资金", "应收账款", "存货", "固定资产", "无形资产", "短期借款")
    lines = [line(f"{name} {english(name)}", 0.06, 0.1 + 0.02 * k) for k, name in enumerate(names)]
    lines.append(line("1,234.56", 0.7, 0.13))
    got = one_language(rows(page(lines)))
    assert [r.key for r in got if "1,234.56" in r.key] == ["1,234.56"]


@pytest.mark.parametrize(
    ("text", "kind", "when"),
    [
        ("期末余额 Closing balance", "figure", "current"),
        ("Opening balance 年初余额", "figure", "prior"),
        ("上年年末余额 / Prior year-end balance", "figure", "prior"),
        ("2021年12月31日 December 31, 2021", "figure", "explicit"),
        ("As at 31 December 2021", "figure", "explicit"),
        ("Balance at the end of the year", "figure", "current"),
        ("Amount for the previous period", "figure", "prior"),
        ("Year to date", "figure", "current"),
        ("This month", "figure", "month"),
        ("Note No.", "note", "unknown"),
        ("行次 Line No.", "line", "unknown"),
        ("负债和所有者权益 Liabilities and owners' equity", "item", "unknown"),
        ("Liabilities and shareholders' equity", "item", "unknown"),
        ("Change (%)", "other", "unknown"),
    ],
)
def test_english_headers(text: str, kind: str, when: str) -> None:
    header = parse_header(text)
    assert header is not None
    assert (header.kind, header.when) == (kind, when)


@pytest.mark.parametrize("text", ["Cash at bank", "Total assets", "Unit: RMB Yuan", "Closing", "期末余额 USD", "Balance sheet"])
def test_no_english_header(text: str) -> None:
    header = parse_header(text)
    assert header is None or (text == "Closing" and header.when == "current")


@pytest.mark.parametrize(
    "texts",
    [
        [f"编制单位：Prepared by: {ENTITY}"],
        [f"编制单位 Prepared by：{ENTITY}"],
        [f"编制单位（Prepared by）：{ENTITY}"],
        [f"Prepared by 编制单位：{ENTITY}"],
        [f"Prepared by: {ENTITY}"],
        [f"Company name: {ENTITY}"],
        [f"Name of the company: {ENTITY}"],
        [f"Entity: {ENTITY}"],
        [f"编制单位 {ENTITY}"],
        [f"公司名称（盖章）：{ENTITY}"],
        ["编制单位：", f"Prepared by: {ENTITY}"],
        ["编制单位 Prepared by:", ENTITY],
        [f"编制单位：{ENTITY} Qinghe Precision Machinery Co., Ltd."],
        [f"编制单位：Preparedbv：{ENTITY}"],
        [f"编制单位：{ENTITY[:-2]}", ENTITY[-2:]],
    ],
)
def test_who_prepared_it(texts: list[str]) -> None:
    printed = [line(text, 0.06 if len(text) > 2 else 0.15, 0.1 + 0.016 * k) for k, text in enumerate(texts)]
    printed.append(line("单位：元 Unit: RMB Yuan", 0, 0.1, right=0.94))
    preamble = read_preamble(rows(page(printed)))
    assert (preamble.entity, preamble.unit) == (ENTITY, "yuan")


@pytest.mark.parametrize(
    "text", ["Prepared by: Zhang San", "Prepared by: 张三", "Company: 张三", "编制单位负责人", "单位名称及地址"]
)
def test_a_person_or_a_label_is_no_preparer(text: str) -> None:
    assert read_preamble(rows(page([line(text, 0.06, 0.1)]))).entity == ""


def test_a_foreign_name_accuses_nobody() -> None:
    text = "编制单位：Prepared by: Qinghe Precision Machinery Co., Ltd."
    preamble = read_preamble(rows(page([line(text, 0.06, 0.1)])))
    assert preamble.entity_confidence < 0.9


def test_the_date_beside_the_unit_is_read() -> None:
    printed = [line("2022年12月31日", 0.06, 0.1), line("单位：元 Unit: RMB Yuan", 0, 0.1, right=0.94)]
    preamble = read_preamble(rows(page(printed)))
    assert (preamble.period, preamble.entity) == ("2022", "")


def test_heads_of_several_years_do_not_say_which_is_current() -> None:
    printed = [line(text, 0.1 + 0.3 * k, 0.1) for k, text in enumerate(("项目", "2021年度", "2022年度"))]
    assert read_preamble(rows(page(printed))).period == ""
    assert read_preamble(rows(page([line("2022年7月1日至2023年6月30日", 0.3, 0.1)]))).period == "2023-06"


@pytest.mark.parametrize("text", ["301;717,311.78", "1,301:717,311.78"])
def test_a_marred_figure_is_not_cut(text: str) -> None:
    cells = cells_of(rows(page([line(text, 0.5, 0.1)]))[0])
    assert [(c.text, c.numeric) for c in cells] == [(text, True)]
    assert amount_of(cells[0]).confidence <= 0.5
