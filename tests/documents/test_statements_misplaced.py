"""Labels and figures a row apart: no figure of another row passes for sure."""

from __future__ import annotations

import random
from decimal import Decimal
from math import exp

import pytest

from extractor.documents.statements.catalogue import name_of
from extractor.documents.statements.fields import statement_fields
from extractor.documents.statements.gate import Line, Verdict, check
from extractor.documents.statements.misplaced import OFF
from extractor.documents.statements.reader import read_statements
from extractor.model import Field, Page
from tests.documents.statement_layouts import Layout, balance, balance_page, income, income_page

Sheet = list[tuple[str, str | None]]

INCOME: Sheet = [
    ("一、营业收入", "1000.00"),
    ("减：营业成本", "600.00"),
    ("税金及附加", "20.00"),
    ("销售费用", "30.00"),
    ("管理费用", "70.00"),
    ("研发费用", "50.00"),
    ("财务费用", "10.00"),
    ("加：其他收益", None),
    ("投资收益", None),
    ("二、营业利润", "220.00"),
    ("加：营业外收入", "10.00"),
    ("减：营业外支出", "5.00"),
    ("三、利润总额", "225.00"),
    ("减：所得税费用", "33.75"),
    ("四、净利润", "191.25"),
]


def judged(sheet: Sheet) -> dict[str, Verdict]:
    lines = [Line(name_of(label), None if value is None else Decimal(value)) for label, value in sheet]
    return check(lines, exact=True)


def moved_up(sheet: Sheet, first: int, last: int) -> Sheet:
    """The figures of rows ``first`` to ``last`` one row higher; the first falls between the rows above."""
    figures = [v for _, v in sheet]
    figures[first - 1 : last] = figures[first : last + 1]
    figures[last] = None
    return [(label, v) for (label, _), v in zip(sheet, figures, strict=True)]


def apart(verdicts: dict[str, Verdict]) -> set[str]:
    return {k for k, v in verdicts.items() if (v.note or "").startswith(OFF) and not k.startswith("_")}


def test_a_sheet_whose_rows_are_level_has_no_such_doubt() -> None:
    verdicts = judged(INCOME)
    assert {v.status for v in verdicts.values()} == {"ok"}


def test_figures_without_a_label_put_the_rows_up_to_the_next_confirmed_one_in_doubt() -> None:
    # the figure of 营业收入 stands alone above, every cost took the next one
    shifted = [("", "1000.00"), *moved_up(INCOME, 1, 6)]
    verdicts = judged(shifted)
    assert apart(verdicts) == {"revenue", "operating_cost", "rd_expense"}
    assert verdicts["operating_profit"].status == verdicts["net_profit"].status == "ok"


def test_a_total_without_a_figure_puts_its_neighbours_in_doubt() -> None:
    sheet = [(label, None if "营业收入" in label else v) for label, v in INCOME]
    sheet[1] = ("减：营业成本", "1000.00")
    assert "operating_cost" in apart(judged(sheet))


def test_a_total_whose_label_was_not_read_puts_its_neighbours_in_doubt() -> None:
    # a stamp hides 利润总额, and 净利润 took the tax
    sheet = [*INCOME[:12], ("四、净利润", "33.75")]
    verdicts = judged(sheet)
    assert apart(verdicts) == {"net_profit"}
    assert verdicts["revenue"].status == "ok"


def test_a_heading_with_a_figure_puts_its_neighbours_in_doubt() -> None:
    sheet: Sheet = [
        ("货币资金", "100.00"),
        ("存货", "200.00"),
        ("流动资产合计", "200.00"),
        ("非流动资产：", "300.00"),
        ("固定资产", "400.00"),
    ]
    assert apart(judged(sheet)) == {"current_assets"}


def test_a_stretch_that_fits_when_moved_by_a_row_is_doubted_not_moved() -> None:
    # every figure from 营业成本 to 财务费用 one row too low: no total is blank, no figure without a label
    figures = [v for _, v in INCOME]
    figures[1:8] = [None, *figures[1:7]]
    verdicts = judged([(label, v) for (label, _), v in zip(INCOME, figures, strict=True)])
    assert "rd_expense" in apart(verdicts)
    assert verdicts["rd_expense"].status == "unchecked"
    assert verdicts["operating_profit"].status == "ok"


def test_a_subtotal_equal_to_its_only_row_confirms_nothing_where_rows_are_apart() -> None:
    sheet: Sheet = [
        ("流动负债：", "500.00"),
        ("应付账款", "700.00"),
        ("流动负债合计", "0.00"),
        ("非流动负债：", "700.00"),
        ("长期借款", None),
        ("非流动负债合计", "200.00"),
        ("负债合计", "200.00"),
    ]
    assert {"current_liabilities", "total_liabilities"} <= apart(judged(sheet))


def curled(page: Page, rng: random.Random, pitch: float) -> Page:
    """The page with its figures lifted or lowered by up to a row and more over a stretch."""
    height, centre, width = rng.choice((-1, 1)) * rng.uniform(0.3, 1.3) * pitch, rng.uniform(0.1, 0.9), rng.uniform(0.1, 0.6)
    lines = []
    for line in page.lines:
        left, top, right, bottom = line.box
        lift = height * exp(-((((top - 0.1) / 0.8 - centre) / width) ** 2)) if left + right > 1 and top > 0.14 else 0.0
        lines.append(line.model_copy(update={"box": (left, top + lift, right, bottom + lift)}))
    lines.sort(key=lambda line: (round(line.box[1], 2), line.box[0]))
    return page.model_copy(update={"lines": tuple(lines)})


BALANCE_ROWS = {"current_assets": "流动资产合计", "total_assets": "资产总计", "total_liabilities": "负债合计"}
INCOME_ROWS = {"revenue": "一、营业收入", "operating_cost": "减：营业成本", "rd_expense": "研发费用"}
INCOME_ROWS |= {"total_profit": "三、利润总额（亏损总额以“－”号填列）", "income_tax": "减：所得税费用"}


def sure(field: Field) -> bool:
    return field.gate == "ok" or (field.gate == "unchecked" and field.confidence >= 0.85)


@pytest.mark.parametrize("seed", range(40))
def test_figures_of_another_row_are_never_sure(seed: int) -> None:
    rng = random.Random(seed)
    layout = Layout(prior_first=rng.random() < 0.3, line_numbers=rng.random() < 0.3, pitch=rng.choice((0.014, 0.018)))
    pages = [
        curled(balance_page(layout, balance(seed)), rng, layout.pitch),
        curled(income_page(layout, income(seed)), rng, layout.pitch),
    ]
    rows = statement_fields(read_statements(pages), fiscal_year="2022").rows
    for names, sheet in ((BALANCE_ROWS, balance(seed)), (INCOME_ROWS, income(seed))):
        truth = {label: figures for label, *figures in sheet}
        for key, label in names.items():
            for period, cents in zip(("2022", "2021"), truth[label], strict=True):
                field = (rows[key].periods or {}).get(period) if key in rows else None
                if field is not None and field.value is not None and sure(field):
                    assert cents is not None
                    assert field.value == pytest.approx(cents / 100)
