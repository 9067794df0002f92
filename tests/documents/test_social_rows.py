"""Rows of social-security lists: columns, wrapped cells, masks, notes below the list, persons no longer insured."""

from __future__ import annotations

from itertools import accumulate
from typing import Any

import pytest

from extractor.documents.social_lines import line_rows
from extractor.documents.social_security_list import TYPE
from extractor.model import Line, Page
from tests.documents.conftest import Row, make_page, text_width

NAMES = ["陈明远", "林小雨", "欧阳一帆", "王芳", "张伟", "李静", "赵磊", "周敏", "吴强", "郑洁", "孙丽", "马超"]
TITLE: tuple[Row, ...] = (
    ("单位参保人员花名册", 0.35, 0.05, 0.022),
    ("单位名称：福州澜川精密机械有限公司", 0.06, 0.1),
    ("费款所属期：2022年08月", 0.06, 0.13),
)


def masked(k: int) -> str:
    return f"3501**********{1000 + k}"


def listing(header: list[str], body: list[list[str]], xs: tuple[float, ...], *more: Row, drift: float = 0.0) -> Page:
    """A list with cells at ``xs``; ``drift``: how far (page widths) its rows wander right down the page."""
    cells: list[Row] = [
        (cell, xs[c] + drift * r / max(1, len(body)), 0.3 + 0.025 * r)
        for r, row in enumerate([header, *body])
        for c, cell in enumerate(row)
        if cell
    ]
    return make_page(*TITLE, *cells, *more)


def values(*pages: Page) -> dict[str, Any]:
    return {k: f.value for k, f in TYPE.extract(pages).fields.items()}


def test_a_code_below_the_list_is_no_person() -> None:
    """A verification code under the column of personal numbers, and remarks that begin with a number."""
    body = [[str(k + 1), NAMES[k], f"41621400{k:02d}", "√"] for k in range(5)]
    page = listing(
        ["序号", "姓名", "个人编号", "养老"],
        body,
        (0.08, 0.16, 0.3, 0.6),
        ("验证码：", 0.16, 0.45),
        ("1SYRLLZZW9528RXWEHAZ", 0.3, 0.45),
        ("查验码：9D2W1RJ9X3YFA4R3", 0.12, 0.48),
        ("2.本证明出具后3个月内可在网上办事大厅进行验证", 0.1, 0.51),
        ("参保人数：5人", 0.08, 0.54),
    )
    fields = TYPE.extract([page]).fields
    assert fields["listed_persons"].value == fields["headcount"].value == 5
    assert fields["listed_persons"].confidence >= 0.9


def test_amounts_right_of_their_header_stay_in_their_half() -> None:
    """Two halves with little room between them: the amount of the left one is no serial number of the right one."""
    header = ["序号", "姓名", "个人编号", "缴费基数"]
    left, right = (0.06, 0.13, 0.24, 0.40), (0.50, 0.57, 0.68, 0.84)
    cells: list[Row] = [(h, x, 0.3) for h, x in zip(header * 2, left + right, strict=True)]
    for k in range(6):
        for half, xs in enumerate((left, right)):
            n = 2 * k + half
            if n < 11:
                row = [str(n + 1), NAMES[n], f"49735110{n:02d}", str(10668 + n)]
                # amounts end at a common right edge, well right of their header
                cells += [(c, x + (0.047 if c == row[3] else 0.0), 0.325 + 0.025 * k) for c, x in zip(row, xs, strict=True)]
    field = TYPE.extract([make_page(*TITLE, *cells)]).fields["listed_persons"]
    assert (field.value, field.note) == (11, None)


@pytest.mark.parametrize("drift", [0.09, -0.05])
def test_columns_are_followed_down_a_curled_page(drift: float) -> None:
    """Columns that wander off their headers keep their meaning: the number stays the person's number."""
    body = [[str(k + 1), NAMES[k % 12], f"41621400{k:02d}", "√", "√"] for k in range(24)]
    page = listing(["序号", "姓名", "个人编号", "养老", "工伤"], body, (0.08, 0.16, 0.28, 0.5, 0.6), drift=drift)
    got = values(page)
    assert got["listed_persons"] == 24
    assert [p["name"] for p in got["persons"]] == [row[1] for row in body]


def test_a_cell_of_two_lines_draws_nobody_out_of_the_row() -> None:
    """Wrapped insurances stand half a line above and below their row."""
    cells: list[Row] = [
        (h, x, 0.3) for h, x in zip(["序号", "姓名", "身份证号", "参保险种"], (0.08, 0.16, 0.3, 0.6), strict=True)
    ]
    for k in range(8):
        y = 0.33 + 0.034 * k
        high = y - 0.004 * (k % 2)  # nothing is printed quite level
        cells += [(str(k + 1), 0.08, y), (NAMES[k], 0.16, high), (masked(k), 0.3, y + 0.001)]
        cells += [("企业养老、工伤、", 0.6, y - 0.0075), ("失业", 0.62, y + 0.0085)]
    page = make_page(*TITLE, *cells)
    got = values(page)
    assert got["listed_persons"] == 8
    assert [(p["name"], p["id_masked"]) for p in got["persons"]] == [(NAMES[k], masked(k)) for k in range(8)]


def test_a_status_of_two_lines_is_read() -> None:
    """暂停缴费 over （中断） in one cell: no longer insured."""
    cells: list[Row] = [
        (h, x, 0.3) for h, x in zip(["序号", "姓名", "身份证号", "缴费状态"], (0.08, 0.16, 0.3, 0.6), strict=True)
    ]
    for k in range(6):
        y = 0.33 + 0.034 * k
        cells += [(str(k + 1), 0.08, y), (NAMES[k], 0.16, y), (masked(k), 0.3, y)]
        cells += [("暂停缴费", 0.6, y - 0.0085), ("(中断)", 0.61, y + 0.0085)] if k == 3 else [("参保缴费", 0.6, y)]
    field = TYPE.extract([make_page(*TITLE, *cells)]).fields["listed_persons"]
    assert field.value == 5
    assert "1 行" in (field.note or "")


@pytest.mark.parametrize(
    ("header", "cell", "counted"),
    [
        ("人员类别", "退休", False),
        ("备注", "2022年5月停保", False),
        ("备注", "退休返聘", True),
        ("备注", "已审核", True),
        ("缴费状态", "已终止参保", False),
        ("参保状态", "正常参保", True),
    ],
)
def test_who_is_insured_no_longer(header: str, cell: str, counted: bool) -> None:
    body = [[str(k + 1), NAMES[k], masked(k), cell if k == 2 else ""] for k in range(6)]
    got = values(listing(["序号", "姓名", "身份证号", header], body, (0.08, 0.16, 0.3, 0.6)))
    assert got["listed_persons"] == (6 if counted else 5)


def test_six_insurances_with_subtotals_on_each_page() -> None:
    """Page totals and a total row with amounts add nobody; the printed total stands."""
    header = ["序号", "姓名", "社会保障号码", "养老", "医疗", "失业", "工伤", "生育", "大病"]
    xs = (0.06, 0.12, 0.22, 0.42, 0.5, 0.58, 0.66, 0.74, 0.82)
    pages = []
    for p in range(2):
        body = [[str(k + 1), NAMES[k], masked(k), *["正常"] * 6] for k in range(6 * p, 6 * p + 6)]
        foot: list[Row] = [("本页小计：6人", 0.06, 0.6), ("合计", 0.06, 0.64), ("12,345.60", 0.42, 0.64)]
        last: list[Row] = [("参保人数合计：12人", 0.06, 0.7)] if p else []
        pages.append(listing(header, body, xs, *foot, *last))
    got = values(pages[0], pages[1].model_copy(update={"page": 2}))
    assert (got["listed_persons"], got["headcount"]) == (12, 12)


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        (["3501**********1234"], "3501**********1234"),
        (["3501*********1234"], "3501**********1234"),
        (["3501*1234"], "3501**********1234"),
        (["3501", "1234"], "3501**********1234"),
        (["3501**********", "*123X"], "3501**********123X"),
        (["3501xxxxxxxxxx1234"], "3501**********1234"),
        (["350102********1234"], "3501**********1234"),
        (["350***********1234"], "350***********1234"),
        (["3501*****"], None),
        (["3501*****103"], None),
        (["*1234"], None),
        (["4210153"], None),
        ([], None),
    ],
)
def test_masked_numbers_have_one_form_or_none(printed: list[str], shown: str | None) -> None:
    """Stars get lost in scans; a number read in part only is not given at all, and the person still counts."""
    others: list[list[str]] = [[str(k + 1), NAMES[k], masked(k), "正常"] for k in range(1, 5)]
    starts = accumulate((text_width(part, 0.014) + 0.005 for part in printed), initial=0.3)
    cells: list[Row] = [(part, left, 0.325) for part, left in zip(printed, starts, strict=False)]
    page = listing(["序号", "姓名", "证件号码", "状态"], [["1", NAMES[0], "", "正常"], *others], (0.08, 0.16, 0.3, 0.6), *cells)
    fields = TYPE.extract([page]).fields
    assert fields["listed_persons"].value == 5
    assert fields["persons"].value[0] == {"name": NAMES[0], "id_masked": shown, "from": "2022-08", "to": "2022-08"}
    assert (fields["persons"].confidence <= 0.5) == (shown is None)


def test_no_number_column_is_no_fault() -> None:
    """A list by personal numbers shows no ID numbers: none is given, and nothing is in doubt."""
    body = [[str(k + 1), NAMES[k], f"41621400{k:02d}"] for k in range(5)]
    field = TYPE.extract([listing(["序号", "姓名", "个人编号"], body, (0.08, 0.16, 0.3))]).fields["persons"]
    assert {p["id_masked"] for p in field.value} == {None}
    assert field.note is None
    assert field.confidence > 0.9


@pytest.mark.parametrize(
    ("header", "cell", "term"),
    [
        ("本单位参保年月", "2011-06", ("2011-06", "2022-08")),
        ("参保起始时间", "201106", ("2011-06", "2022-08")),
        ("参保时间", "2011年6月", ("2011-06", "2022-08")),
        ("参保起止时间", "201106-至今", ("2011-06", "2022-08")),
        ("参保起止年月", "201106-202207", ("2011-06", "2022-07")),
        ("缴费月份", "202208", ("2022-08", "2022-08")),
        ("备注", "", ("2022-08", "2022-08")),
    ],
)
def test_from_when_to_when(header: str, cell: str, term: tuple[str, str]) -> None:
    """As ``fields.yaml`` says: the row's own months, a first month up to the list's period, else the list's period."""
    body = [[str(k + 1), NAMES[k], masked(k), cell] for k in range(4)]
    got = values(listing(["序号", "姓名", "身份证号", header], body, (0.08, 0.16, 0.3, 0.6)))
    assert {(p["from"], p["to"]) for p in got["persons"]} == {term}
    assert (got["period_from"], got["period_to"]) == ("2022-08", "2022-08")


def test_namesakes_with_the_same_first_month_are_two() -> None:
    """A first month is no month of the list: without numbers every row is a person."""
    body = [[str(k + 1), "王芳" if k < 2 else NAMES[k], "√", "201106"] for k in range(5)]
    got = values(listing(["序号", "姓名", "养老", "本单位参保时间"], body, (0.08, 0.16, 0.3, 0.6)))
    assert got["listed_persons"] == 5


def test_a_smudged_row_is_no_doubt_where_the_total_agrees() -> None:
    """The total counts the rows independently; without it the smudged row stays in doubt."""
    body = [[str(k + 1), NAMES[k], f"41621400{k:02d}"] for k in range(5)]

    def smudged(*more: Row) -> Page:
        page = listing(["序号", "姓名", "个人编号"], body, (0.08, 0.16, 0.3), *more)
        lines = tuple(x.model_copy(update={"confidence": 0.45}) if 0.37 < x.box[1] < 0.38 else x for x in page.lines)
        return page.model_copy(update={"lines": lines})

    alone = TYPE.extract([smudged()]).fields["listed_persons"]
    agreed = TYPE.extract([smudged(("合计参保5人", 0.08, 0.5))]).fields["listed_persons"]
    other = TYPE.extract([smudged(("合计参保6人", 0.08, 0.5))]).fields["listed_persons"]
    assert alone.confidence == other.confidence == 0.6
    assert agreed.confidence >= 0.85


def test_spaced_headers_and_traditional_readings() -> None:
    """姓 and 名 far apart are one header; 黃 is how recognisers read 黄."""
    page = listing(
        ["序", "姓", "证件号码"],
        [["1", "黃溪梅", masked(1)], ["2", "雷鵬英", masked(2)], ["3", "买买提·艾力", masked(3)]],
        (0.08, 0.16, 0.3),
        ("号", 0.11, 0.3),
        ("名", 0.2, 0.3),
    )
    assert [p["name"] for p in values(page)["persons"]] == ["黄溪梅", "雷鹏英", "买买提·艾力"]


def test_specks_before_a_cell_spoil_nothing() -> None:
    body = [[str(k + 1), NAMES[k], masked(k), "2022-08"] for k in range(4)]
    body[1][1], body[2][3] = "." + NAMES[1], ".2022-08"
    got = values(listing(["序号", "姓名", "身份证号", "缴费月份"], body, (0.08, 0.16, 0.3, 0.6)))
    assert [(p["name"], p["from"]) for p in got["persons"]] == [(name, "2022-08") for name in NAMES[:4]]


def test_an_unread_first_month_is_not_the_lists_period() -> None:
    """Where rows have a first month of their own, one that was not read is left open, and the list is in doubt."""
    body = [[str(k + 1), NAMES[k], masked(k), "" if k == 2 else "201406"] for k in range(5)]
    field = TYPE.extract([listing(["序号", "姓名", "身份证号", "本单位参保时间"], body, (0.08, 0.16, 0.3, 0.6))]).fields[
        "persons"
    ]
    assert [p["from"] for p in field.value] == ["2014-06", "2014-06", None, "2014-06", "2014-06"]
    assert field.confidence <= 0.5


def test_a_header_of_two_lines_is_one_column() -> None:
    """参保起始时 above the header row, 间 below it."""
    body = [[str(k + 1), NAMES[k], masked(k), "", "201406"] for k in range(3)]
    page = listing(
        ["序号", "姓名", "身份证号", "备注"],
        body,
        (0.08, 0.16, 0.3, 0.85, 0.62),
        ("参保起始时", 0.62, 0.2925),
        ("间", 0.65, 0.3095),
    )
    assert {p["from"] for p in values(page)["persons"]} == {"2014-06"}


def test_rows_hold_every_line_once() -> None:
    """Whatever stands on the page, no line is lost or doubled; slanted marks are left out."""
    page = listing(["序号", "姓名"], [[str(k), NAMES[k]] for k in range(6)], (0.08, 0.16))
    mark = Line(text="仅供申报使用", box=(0.2, 0.3, 0.6, 0.5), slant=30.0)
    found = [x for row in line_rows(page.model_copy(update={"lines": (*page.lines, mark)})) for x in row]
    assert sorted(x.text for x in found) == sorted(x.text for x in page.lines)


def test_a_total_broken_over_two_lines() -> None:
    """参保缴费人 / 数38人: the number is read, and shown where it stands."""
    page = make_page(
        ("社会保险单位参保证明", 0.3, 0.05, 0.022),
        ("陕西达华环保设备股份有限公司，统一社会信用代码91610100MAPF6LXP0Q，2019年10月参保缴费人", 0.08, 0.16),
        ("数38人，无欠费。", 0.08, 0.18),
        ("西安市社会保险管理中心", 0.6, 0.3),
    )
    field = TYPE.extract([page]).fields["headcount"]
    assert field.value == 38
    assert field.evidence[0].text == "38"


def test_the_period_in_a_table_of_insurances() -> None:
    """费种 beside 费款所属期 in a header are two headers; the months stand below the second."""
    cells = [("费种", 0.19, 0.23), ("费款所属期", 0.38, 0.23), ("缴费人数", 0.54, 0.23)]
    cells += [("失业保险费", 0.17, 0.26), ("2024年01月—2024年05月", 0.33, 0.26), ("131", 0.57, 0.26)]
    got = values(make_page(("社会保险费缴费证明", 0.36, 0.07, 0.022), ("缴费单位 科瑞生物科技股份有限公司", 0.1, 0.15), *cells))
    assert (got["period_from"], got["period_to"]) == ("2024-01", "2024-05")


@pytest.mark.parametrize("parts", [("2019年02月至2019年07", "月"), ("2019年02月至", "2019年07月"), ("2019.02-", "2019.07")])
def test_a_period_wrapped_in_its_cell_is_read_whole(parts: tuple[str, str]) -> None:
    """Half of it would be another period."""
    cells: list[Row] = [("费种", 0.19, 0.23), ("费款所属期", 0.38, 0.23), ("缴费人数", 0.56, 0.23)]
    for k in range(3):
        y = 0.26 + 0.034 * k
        cells += [("失业保险费", 0.17, y), ("131", 0.58, y)]
        cells += [(part, 0.425 - text_width(part, 0.014) / 2, y - 0.0085 + 0.017 * n) for n, part in enumerate(parts)]
    got = values(make_page(("社会保险费缴费证明", 0.36, 0.07, 0.022), ("缴费单位 科瑞生物科技股份有限公司", 0.1, 0.15), *cells))
    assert (got.get("period_from"), got.get("period_to")) == ("2019-02", "2019-07")


def test_the_office_as_read_without_the_seal() -> None:
    """The seal spoils the name; the reading without red is given, with little confidence and a note."""
    page = make_page(*TITLE, ("参保人数：22人", 0.06, 0.3), ("福州市社深险中心", 0.6, 0.6))
    lines = tuple(
        x.model_copy(update={"alt": "福州市社会保险中心", "confidence": 0.6}) if "社深险" in x.text else x for x in page.lines
    )
    field = TYPE.extract([page.model_copy(update={"lines": lines})]).fields["issuer"]
    assert field.value == "福州市社会保险中心"
    assert field.confidence <= 0.6
    assert field.note


def test_the_tax_office_ends_before_the_date() -> None:
    page = make_page(("社会保险费缴费证明", 0.36, 0.07, 0.022), ("国家税务总局苏州市吴江区税务局出具日期：", 0.5, 0.5))
    assert values(page)["issuer"] == "国家税务总局苏州市吴江区税务局"


@pytest.mark.parametrize("glued", ["2861270831", "202204", "正常参保"])
def test_what_is_joined_to_a_masked_number_is_none_of_it(glued: str) -> None:
    page = listing(["序号", "姓名", "证件号码"], [["1", "陈明远", masked(1) + glued]], (0.06, 0.14, 0.28))
    lines = tuple(x.model_copy(update={"person": "a1b2"}) if "*" in x.text else x for x in page.lines)
    assert values(page.model_copy(update={"lines": lines}))["persons"][0]["id_masked"] == masked(1)


def test_a_list_whose_header_was_not_read_is_still_read() -> None:
    cells: list[Row] = []
    for k in range(5):
        y = 0.3 + 0.025 * k
        cells += [(str(k + 1), 0.08, y), (NAMES[k], 0.16, y), (masked(k), 0.3, y), ("正常参保", 0.6, y)]
    assert len(values(make_page(*TITLE, *cells))["persons"]) == 5
