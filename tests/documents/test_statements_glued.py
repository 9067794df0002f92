"""Row numbers glued to figures, and figures glued to one another, are taken apart where that is certain."""

from __future__ import annotations

from decimal import Decimal

import pytest

from extractor.documents.rows import rows
from extractor.documents.statements.cells import amount_of, cells_of
from extractor.documents.statements.reader import read_statements
from extractor.model import Line, Page
from tests.documents.conftest import make_page
from tests.documents.statement_layouts import Layout, balance, balance_page


def glue(page: Page, labels: tuple[str, ...], blank: str = "") -> Page:
    """The page with everything right of these labels read as one line."""
    lines = list(page.lines)
    for label in labels:
        head = next(x for x in lines if x.text == label)
        mates = sorted((x for x in lines if x is not head and abs(x.cy - head.cy) < 0.003), key=lambda x: x.box[0])
        text = mates[0].text + blank + "".join(x.text for x in mates[1:])
        box = (mates[0].box[0], mates[0].box[1], mates[-1].box[2], mates[-1].box[3])
        lines = [x for x in lines if x not in mates] + [Line(text=text, box=box, confidence=0.99, origin="ocr")]
    return page.model_copy(update={"lines": tuple(sorted(lines, key=lambda x: (round(x.box[1], 2), x.box[0])))})


@pytest.mark.parametrize("blank", ["", " "])
def test_bold_totals_read_as_one_line(blank: str) -> None:
    made = balance(3)
    page = glue(balance_page(Layout(line_numbers=True), made), ("流动资产合计", "资产总计", "负债合计"), blank)
    entries = {e.name.key: e.amounts for s in read_statements([page]) for p in s.parts for e in p.entries if e.amounts}
    for key, label in (("current_assets", "流动资产合计"), ("total_assets", "资产总计"), ("total_liabilities", "负债合计")):
        printed = next(r for r in made if r[0] == label)
        assert [a.value for _, a in sorted(entries[key].items())] == [Decimal(c or 0) / 100 for c in printed[1:]]


def numeric(text: str) -> list[Decimal | None]:
    row = rows(make_page((text, 0.3, 0.3)))[0]
    return [amount_of(c).value for c in cells_of(row)]


def test_a_blank_between_digits_parts_figures_and_never_joins_them() -> None:
    assert numeric("12 8,049,282.49") == [12, Decimal("8049282.49")]
    assert numeric("1,655,460.60 2,271,589.40") == [Decimal("1655460.60"), Decimal("2271589.40")]
    assert numeric("8,049, 282.49") == [Decimal("8049282.49")]
    assert numeric("28,049,282.4938,286,440.77") == [Decimal("28049282.49"), Decimal("38286440.77")]


@pytest.mark.parametrize("text", ["229.733,709.71", "1,739.481.74", "20.357,344.82", "-1.739,481.74", "(77,457.427.19)"])
def test_a_comma_read_as_a_point_parts_nothing(text: str) -> None:
    (value,) = numeric(text)
    digits = "".join(c for c in text if c.isdigit())
    assert value is not None
    assert abs(value) == Decimal(digits) / 100


@pytest.mark.parametrize("text", ["3812,675,423.26", "5 12345,67", "1,23 4,567.89"])
def test_what_cannot_be_parted_surely_is_no_number(text: str) -> None:
    assert Decimal("3812675423.26") not in numeric(text)
    assert all(v is None or v < 10_000 or text.replace(" ", "").find(f"{v:,}") >= 0 for v in numeric(text))
