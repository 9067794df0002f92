"""合并 | 公司 × two years in four columns: header of two levels, misread scopes, leaning columns."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from extractor.documents.rows import rows
from extractor.documents.statements.cells import amount_of, cells_of
from extractor.documents.statements.fields import StatementFields, statement_fields
from extractor.documents.statements.headers import parse_header
from extractor.documents.statements.reader import read_statements
from extractor.model import Line, Page
from tests.documents.statement_layouts import Layout as Print
from tests.documents.statement_layouts import Row, income, line, money, page

TIMES = ("本期金额", "上期金额")
SCOPES = ("合并", "公司")
LEFT, EACH = 0.40, 0.135


def group_page(
    *, times: Sequence[str] = TIMES, scopes: Sequence[str] = SCOPES * 2, outside: bool = False, lean: float = 0.0
) -> Page:
    """An income statement of group and company; ``outside``: each scope stands over two times instead."""
    lines = [
        line("合并及公司利润表", 0.40, 0.05, size=0.018),
        line("2022年度", 0.45, 0.08),
        line("单位：元", 0, 0.1, right=0.94),
    ]
    wide = list(scopes[:2]) if outside else list(times)
    narrow = [*times, *times] if outside else list(scopes)
    for n, text in enumerate(wide):
        lines.append(line(text, LEFT + (2 * n + 1) * EACH - 0.03, 0.12))
    lines.append(line("项目", 0.15, 0.129))
    for n, text in enumerate(narrow):
        lines.append(line(text, LEFT + (n + 0.5) * EACH - 0.02, 0.139))
    group, company = income(1), income(2)
    for k, (row, own) in enumerate(zip(group, company, strict=True)):
        top = 0.16 + 0.018 * k
        lines.append(line(row[0], 0.06, top))
        for n, cents in enumerate(_cells(row, own, outside)):
            if cents is not None:
                lines.append(line(money(cents, Print()), 0, top, right=LEFT + (n + 1) * EACH - 0.01))
    return page([_leaning(ln, lean) for ln in lines], 1)


def _cells(row: Row, own: Row, outside: bool) -> list[int | None]:
    return [row[1], row[2], own[1], own[2]] if outside else [row[1], own[1], row[2], own[2]]


def _leaning(ln: Line, lean: float) -> Line:
    left, top, right, bottom = ln.box
    shift = lean * (top - 0.05)
    return ln.model_copy(update={"box": (left + shift, top, right + shift, bottom)})


def read(shown: Page) -> StatementFields:
    return statement_fields(read_statements([shown]))


def revenue(seed: int, period: int) -> float:
    return next(r for r in income(seed) if "营业收入" in r[0])[1 + period] / 100  # type: ignore[operator]


def complete(found: StatementFields) -> bool:
    """Whether all income rows of the group are read right and confirmed."""
    row = found.rows["revenue"]
    profit = found.rows["net_profit"]
    return (
        row.value == {"2022": revenue(1, 0), "2021": revenue(1, 1)}
        and found.secondary["revenue"].value == {"2022": revenue(2, 0), "2021": revenue(2, 1)}
        and {f.gate for f in (profit.periods or {}).values()} == {"ok"}
    )


@pytest.mark.parametrize("outside", [False, True])
@pytest.mark.parametrize(
    "pair", [("合并", "公司"), ("合并", "母公司"), ("合并数", "母公司数"), ("本集团", "本公司"), ("合并口径", "母公司口径")]
)
def test_a_header_of_two_levels_with_the_item_between_them(pair: tuple[str, str], outside: bool) -> None:
    assert complete(read(group_page(scopes=pair * 2, outside=outside)))


@pytest.mark.parametrize("slip", ["合井", "合弁", "合开"])
def test_a_look_alike_of_consolidated_is_understood(slip: str) -> None:
    assert complete(read(group_page(scopes=(slip, "公司", slip, "公司"))))


@pytest.mark.parametrize("lost", range(4))
def test_one_scope_that_was_not_read_follows_from_the_other_three(lost: int) -> None:
    scopes = list(SCOPES * 2)
    scopes[lost] = "合丰" if lost % 2 == 0 else "丛司"
    assert complete(read(group_page(scopes=scopes)))


@pytest.mark.parametrize(
    "scopes", [("合丰", "公司", "合丰", "公司"), ("合丰", "丛司", "合并", "公司"), ("合丰", "丛司", "白井", "丛司")]
)
def test_scopes_that_cannot_be_told_give_no_figure(scopes: tuple[str, ...]) -> None:
    found = read(group_page(scopes=scopes))
    for fields in (found.rows, found.secondary):
        for field in fields.values():
            for period, reading in (field.periods or {}).items():
                assert reading.value is None or reading.scope is not None, period
    assert "revenue" not in found.rows or found.rows["revenue"].value in (None, {"2022": revenue(1, 0), "2021": revenue(1, 1)})
    year = {p: f.value for p, f in (found.rows["revenue"].periods or {}).items()} if "revenue" in found.rows else {}
    assert year.get("2022") in (None, revenue(1, 0))


@pytest.mark.parametrize("text", ["合计", "合同", "合并资产负债表日", "集团有限公司", "公司名称", "每股收益"])
def test_what_only_looks_like_a_scope_is_none(text: str) -> None:
    header = parse_header(text)
    assert header is None or header.scope is None


@pytest.mark.parametrize("lean", [-0.12, -0.07, -0.03, 0.03, 0.07, 0.12])
def test_columns_that_lean_keep_their_figures(lean: float) -> None:
    assert complete(read(group_page(lean=lean)))


def test_evidence_of_leaning_columns_stays_where_it_is_printed() -> None:
    shown = group_page(lean=-0.1)
    field = read(shown).rows["net_profit"]
    printed = next(ln for ln in shown.lines if ln.text == field.raw)
    assert field.evidence[0].box == pytest.approx(printed.box, abs=0.002)


def test_figures_that_jump_about_show_no_lean() -> None:
    rng = random.Random(4)
    shown = group_page()
    shaken = [
        ln.model_copy(update={"box": (ln.box[0] + d, ln.box[1], ln.box[2] + d, ln.box[3])})
        for ln in shown.lines
        for d in [rng.uniform(-0.004, 0.004)]
    ]
    assert complete(read(page(shaken, 1)))


def test_a_figure_misread_under_a_seal_costs_only_its_own_column() -> None:
    shown = group_page()
    row = next(ln for ln in shown.lines if "所得税" in ln.text)
    first = min((ln for ln in shown.lines if ln.box[1] == row.box[1] and ln is not row), key=lambda ln: ln.box[0])
    lines = [ln.model_copy(update={"text": "京,066,398.29"}) if ln is first else ln for ln in shown.lines]
    found = read(page(lines, 1)).rows["income_tax"]
    periods = found.periods or {}
    assert periods["2022"].value is None
    assert periods["2021"].value == next(r for r in income(1) if "所得税" in r[0])[2] / 100  # type: ignore[operator]


def test_traditional_forms_of_a_label_are_the_same_row() -> None:
    shown = group_page()
    lines = [ln.model_copy(update={"text": "減：營业成本"}) if "营业成本" in ln.text else ln for ln in shown.lines]
    assert complete(read(page(lines, 1)))
    assert "operating_cost" in read(page(lines, 1)).rows


@pytest.mark.parametrize(
    ("printed", "value"),
    [("1.763", 1763), ("(12.450)", -12450), ("-1.056", -1056), ("0.123", 0.123), ("64.52", 64.52), ("1.7634", 1.7634)],
)
def test_a_lone_group_of_three_after_a_point_is_thousands(printed: str, value: float) -> None:
    (row,) = rows(page([line(printed, 0.5, 0.5)]))
    (cell,) = cells_of(row)
    assert float(amount_of(cell).value or 0) == value


@pytest.mark.parametrize("stray", ["、", "列", "填列）", "列)"])
def test_what_is_left_of_the_label_above_does_not_hide_a_row(stray: str) -> None:
    shown = group_page()
    lines = [ln.model_copy(update={"text": stray + "营业收入"}) if "营业收入" in ln.text else ln for ln in shown.lines]
    assert read(page(lines, 1)).rows["revenue"].value == {"2022": revenue(1, 0), "2021": revenue(1, 1)}
