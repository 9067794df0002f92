"""What follows a list of insured persons in one scan: its own further pages, and papers of other types."""

from __future__ import annotations

import math

import pytest

from extractor.documents.split import read_documents, tilted
from extractor.documents.tax_return import TYPE as TAX
from extractor.model import Line, Page
from tests.documents.conftest import Row, make_page
from tests.documents.test_split import blank, numbered, shape
from tests.documents.test_tax_return import COVER, MAIN, RD, form

CERTIFICATE = make_page(
    ("单位参保缴费证明", 0.35, 0.05, 0.022),
    ("参保单位名称：福州澜川精密机械有限公司", 0.06, 0.1),
    ("费款所属期：2024年09月", 0.06, 0.13),
    ("参保人数：21人", 0.06, 0.2),
)
LIST: list[Row] = [("单位参保人员花名册", 0.35, 0.05, 0.022), ("单位名称：福州澜川精密机械有限公司", 0.06, 0.1)]
HEADER: list[Row] = [("序号", 0.08, 0.2), ("姓名", 0.16, 0.2), ("证件号码", 0.3, 0.2)]
NAMES = ["陈明远", "林小雨", "王芳", "张伟", "李静", "赵磊", "周敏", "吴强"]


def persons(first: int, n: int, top: float) -> list[Row]:
    return [
        cell
        for k in range(first, first + n)
        for cell in (
            (str(k + 1), 0.08, top + 0.025 * (k - first)),
            (NAMES[k % 8], 0.16, top + 0.025 * (k - first)),
            (f"3501**********{1000 + k}", 0.3, top + 0.025 * (k - first)),
        )
    ]


def turned(page: Page, degrees: float) -> Page:
    """The page as a tilted photo that was not set upright: each line slanted in an upright box."""
    angle = math.radians(degrees)
    cos, sin = math.cos(angle), math.sin(angle)
    lines: list[Line] = []
    for line in page.lines:
        x, y = (line.cx - 0.5) * page.width, (line.cy - 0.5) * page.height
        across, down = line.width * page.width, line.height * page.height
        wide, high = across * cos + down * abs(sin), across * abs(sin) + down * cos
        cx, cy = x * cos - y * sin + page.width / 2, x * sin + y * cos + page.height / 2
        box = (
            (cx - wide / 2) / page.width,
            (cy - high / 2) / page.height,
            (cx + wide / 2) / page.width,
            (cy + high / 2) / page.height,
        )
        lines.append(line.model_copy(update={"box": tuple(min(1.0, max(0.0, v)) for v in box), "slant": degrees}))
    return page.model_copy(update={"lines": tuple(lines)})


@pytest.mark.parametrize("degrees", [-15.0, 9.0, 0.0])
def test_a_return_behind_a_certificate_is_its_own_document(degrees: float) -> None:
    """Its cover shows what it is even where the photo is tilted."""
    cover = turned(make_page(*COVER), degrees) if degrees else make_page(*COVER)
    assert shape(read_documents(numbered([CERTIFICATE, cover, MAIN, RD]))) == [
        ("social_security_list", [1]),
        ("tax_return", [2, 3, 4]),
    ]


def test_a_return_without_its_cover_is_its_own_document() -> None:
    """The main form opens a return, an attached form alone stands for one."""
    assert shape(read_documents(numbered([CERTIFICATE, MAIN, RD]))) == [("social_security_list", [1]), ("tax_return", [2, 3])]
    rows = [(str(k), f"第{k}项研发活动的其他相关费用", "1,000.00") for k in range(1, 8)]
    long = form("A107012", "研发费用加计扣除优惠明细表", *rows)
    assert shape(read_documents(numbered([CERTIFICATE, long]))) == [("social_security_list", [1]), ("tax_return", [2])]


def test_two_returns_in_one_scan() -> None:
    """A second cover or main form opens the next one; forms between a cover and the main form do not."""
    basic = form("A000000", "企业所得税年度纳税申报基础信息表", ("101", "纳税申报企业类型", "100"))
    cover = make_page(*COVER)
    later = make_page(*[(r[0].replace("2020", "2021"), *r[1:]) if isinstance(r, tuple) else r for r in COVER])  # type: ignore[arg-type]
    assert shape(read_documents(numbered([cover, basic, MAIN, RD, later, MAIN]))) == [
        ("tax_return", [1, 2, 3, 4]),
        ("tax_return", [5, 6]),
    ]
    assert shape(read_documents(numbered([MAIN, RD, MAIN, RD]))) == [("tax_return", [1, 2]), ("tax_return", [3, 4])]


def test_further_pages_of_a_list_stay_with_it() -> None:
    """Persons without a header, a short last page with total and office."""
    pages = [
        make_page(*LIST, *HEADER, *persons(0, 12, 0.25)),
        make_page(*persons(12, 12, 0.1)),
        make_page(("合计：24人", 0.1, 0.1), ("福州市社会保险中心", 0.6, 0.2)),
    ]
    documents = read_documents(numbered(pages))
    assert shape(documents) == [("social_security_list", [1, 2, 3])]
    assert documents[0].fields["listed_persons"].value == documents[0].fields["headcount"].value == 24


def test_a_page_of_other_text_is_no_part_of_a_list() -> None:
    """Text of another paper would bring its own numbers of persons along."""
    text = [
        (f"{k}．本公司自成立以来注重产品质量，现有职工人数{300 + k}人，建有完善的管理制度与检测能力。", 0.1, 0.1 + 0.025 * k)
        for k in range(20)
    ]
    documents = read_documents(numbered([CERTIFICATE, make_page(*text)]))
    assert shape(documents)[0] == ("social_security_list", [1])
    assert documents[0].fields["headcount"].value == 21


def test_watermarks_tilt_no_page() -> None:
    """Slanted words across a level page leave it level; a blank page says nothing."""
    page = make_page(*COVER)
    marks = tuple(Line(text="仅供本次项目申报使用", box=(0.1, 0.2 * k, 0.6, 0.2 * k + 0.2), slant=-32.0) for k in range(3))
    assert tilted(page.model_copy(update={"lines": (*page.lines, *marks)})) == 0.0
    assert tilted(blank()) == 0.0
    assert TAX.cue(page) is not None
