"""Social-security lists: layouts, counting of persons, totals, pages, personal certificates."""

from __future__ import annotations

import pytest

from extractor.documents.social_security_list import TYPE
from extractor.model import Line, Page
from tests.documents.conftest import Row, make_page

UNIT = "福州澜川精密机械有限公司"
CODE = "9135010058073021XA"
NAMES = ["陈明远", "林小雨", "欧阳一帆", "王芳", "张伟", "李静", "赵磊", "周敏", "吴强", "郑洁", "孙丽", "马超"]
XS = (0.06, 0.14, 0.28, 0.5, 0.65, 0.8)


def masked(k: int) -> str:
    return f"3501**********{1000 + k}"


def table(header: list[str], body: list[list[str]], top: float = 0.3, step: float = 0.025) -> list[Row]:
    """Cells at the same columns in every row."""
    return [(cell, XS[c], top + r * step) for r, cells in enumerate([header, *body]) for c, cell in enumerate(cells) if cell]


def head(title: str = "社会保险单位参保证明", *more: Row) -> list[Row]:
    return [
        (title, 0.35, 0.05, 0.022),
        (f"单位名称：{UNIT}", 0.06, 0.1),
        (f"统一社会信用代码：{CODE}", 0.55, 0.1),
        ("费款所属期：2022年08月", 0.06, 0.13),
        *more,
    ]


def persons(n: int, first: int = 0) -> list[list[str]]:
    return [[str(k + 1), NAMES[k % 12], masked(k), "正常参保"] for k in range(first, first + n)]


def values(*pages: Page) -> dict[str, object]:
    return {k: f.value for k, f in TYPE.extract(pages).fields.items()}


HEADER = ["序号", "姓名", "证件号码", "参保状态"]


def test_a_one_page_list() -> None:
    page = make_page(
        *head(),
        *table(HEADER, persons(8)),
        ("参保人数：8人", 0.06, 0.6),
        ("福州市社会保险中心", 0.7, 0.65),
        ("校验码：A1B2C3D4E5", 0.06, 0.7),
    )
    got = values(page)
    assert got["organization"] == UNIT
    assert got["uscc"] == CODE
    assert (got["headcount"], got["listed_persons"]) == (8, 8)
    assert (got["period_from"], got["period_to"]) == ("2022-08", "2022-08")
    assert (got["issuer"], got["verification_code"]) == ("福州市社会保险中心", "A1B2C3D4E5")
    assert got["persons"][0] == {"name": "陈明远", "id_masked": masked(0), "from": "2022-08", "to": "2022-08"}  # type: ignore[index]
    cue = TYPE.cue(page)
    assert cue is not None
    assert cue.score >= 0.9
    assert cue.role == "start"


def test_pages_with_repeated_headers_and_page_totals() -> None:
    first = make_page(*head(), *table(HEADER, persons(10)), ("本页小计：10人", 0.06, 0.6), ("第1页 共2页", 0.45, 0.95))
    second = make_page(
        *head(),
        *table(HEADER, persons(5, 10)),
        ("本页小计：5人", 0.06, 0.6),
        ("合计人数：15人", 0.06, 0.63),
        ("第2页 共2页", 0.45, 0.95),
        page=2,
    )
    got = values(first, second)
    assert (got["headcount"], got["listed_persons"]) == (15, 15)
    cue = TYPE.cue(second)
    assert cue is not None
    assert cue.role == "inside"


def test_a_page_without_header_goes_on_with_the_columns_before() -> None:
    first = make_page(*head(), *table(HEADER, persons(6)))
    second = make_page(*table(["7", NAMES[6], masked(6), "正常参保"], persons(2, 7), top=0.05), page=2)
    assert values(first, second)["listed_persons"] == 9


def test_page_totals_alone_are_no_total() -> None:
    pages = [make_page(*head(), *table(HEADER, persons(4, 4 * k)), ("本页小计：4人", 0.06, 0.6), page=k + 1) for k in range(3)]
    got = values(*pages)
    assert "headcount" not in got
    assert got["listed_persons"] == 12


def test_by_month_detail_counts_distinct_persons() -> None:
    body = [[str(3 * m + k + 1), NAMES[k], masked(k), f"2022{m + 1:02d}"] for m in range(6) for k in range(3)]
    page = make_page(*head("单位职工社会保险缴费明细表")[:3], *table(["序号", "姓名", "身份证号码", "缴费年月"], body))
    got = values(page)
    assert got["listed_persons"] == 3
    assert (got["period_from"], got["period_to"]) == ("2022-01", "2022-06")


def test_names_only_by_month_keeps_namesakes_apart() -> None:
    body = [[name, month, "5000.00", "400.00"] for month in ("2022-01", "2022-02") for name in ("王芳", "王芳", "李静")]
    page = make_page(*head("职工养老保险缴费明细")[:2], *table(["姓名", "缴费月份", "缴费基数", "个人缴费"], body))
    assert values(page)["listed_persons"] == 3


def test_persons_no_longer_insured_do_not_count() -> None:
    body = [*persons(5), ["6", "孙丽", masked(50), "停保"], ["7", "马超", masked(51), "暂停缴费"]]
    field = TYPE.extract([make_page(*head(), *table(HEADER, body))]).fields["listed_persons"]
    assert field.value == 5
    assert field.note
    assert "2" in field.note


def test_missing_rows_make_it_doubtful() -> None:
    body = [row for row in persons(9) if row[0] not in ("4", "5")]
    field = TYPE.extract([make_page(*head(), *table(HEADER, body))]).fields["listed_persons"]
    assert field.value == 7
    assert field.confidence < 0.6
    assert field.note


def test_two_halves_side_by_side() -> None:
    header = ["序号", "姓名", "证件号码", "序号", "姓名", "证件号码"]
    body = [[str(k + 1), NAMES[k], masked(k), str(k + 6), NAMES[k + 5], masked(k + 5)] for k in range(5)]
    got = values(make_page(*head("参保人员名单"), *table(header, body)))
    assert got["listed_persons"] == 10


def test_a_person_read_by_its_hash_is_one_person() -> None:
    page = make_page(
        *head("社会保险缴费明细"),
        *table(
            ["序号", "姓名", "身份证号", "缴费年月"],
            [["1", "王芳", masked(1), "202201"], ["2", "王芳", masked(1), "202202"], ["3", "王芳", masked(1), "202201"]],
        ),
    )
    hashes = iter("aab")
    lines = tuple(x.model_copy(update={"person": next(hashes)}) if "*" in x.text else x for x in page.lines)
    assert values(page.model_copy(update={"lines": lines}))["listed_persons"] == 2


def test_a_lost_star_changes_nobody() -> None:
    page = make_page(
        *head(), *table(HEADER, [["1", "王芳", "3501*********1234", "正常"], ["2", "李静", "3501**********9999", "正常"]])
    )
    assert values(page)["persons"][0]["id_masked"] == "3501**********1234"  # type: ignore[index]


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("参保人数：168人", 168), ("合计：168人", 168), ("共计168人", 168), ("参保总人数 168", 168),
        ("单位参保人数合计168人", 168), ("本页打印的参保总人数：168 人", 168),
        ("在职职工参保人数为168人", 168), ("截至2022年8月，该单位参加基本养老保险人数为 168 人。", 168),
        ("2022年08月参保缴费人数1,168人，无欠费。", 1168), ("缴费人次：336人次", None),
        ("第1页 共2页", None), ("合计缴费168,000.00元", None),
    ],
)  # fmt: skip
def test_wordings_of_the_total(words: str, count: int | None) -> None:
    assert values(make_page(*head("单位参保缴费证明"), (words, 0.06, 0.3))).get("headcount") == count


def test_totals_by_kind_of_insurance() -> None:
    same = table(["险种", "参保人数", "缴费状态"], [["养老保险", "168", "正常"], ["失业保险", "168", "正常"]])
    assert values(make_page(*head(), *same))["headcount"] == 168
    unlike = table(["险种", "参保人数", "缴费状态"], [["养老保险", "168", "正常"], ["失业保险", "150", "正常"]])
    field = TYPE.extract([make_page(*head(), *unlike)]).fields["headcount"]
    assert field.confidence <= 0.5
    assert field.note
    assert "150" in field.note


@pytest.mark.parametrize("title", ["浙江省社会保险参保证明（个人专用）", "个人参保证明", "社会保险个人权益记录单"])
def test_a_personal_certificate_is_no_list(title: str) -> None:
    page = make_page(
        (title, 0.3, 0.05, 0.022),
        ("姓名：陈明远", 0.1, 0.1),
        ("社会保障号：3501**********1234", 0.4, 0.1),
        ("单位名称：" + UNIT, 0.1, 0.13),
        ("2022 01 5000.00 400.00", 0.1, 0.2),
    )
    assert TYPE.cue(page) is None
    assert TYPE.extract([page]).excluded


@pytest.mark.parametrize(
    "rows",
    [
        ("劳动合同书", "甲方：" + UNIT, "乙方：陈明远", "依法参加社会保险"),
        ("审计报告", UNIT + "全体股东：", "应付职工薪酬 社会保险费 12,345.00"),
        ("社会保险登记证", "单位名称：" + UNIT),
        ("研发人员名单", "序号 姓名 学历 职务"),
    ],
)
def test_other_papers_are_no_lists(rows: tuple[str, ...]) -> None:
    cue = TYPE.cue(make_page(*rows))
    assert cue is None or cue.score < 0.5


def sheet(cells: list[list[str]], name: str = "Sheet1") -> Page:
    """A worksheet as the reading room makes it: one line per filled cell on an even grid."""
    h, w = len(cells), max(len(r) for r in cells)
    lines = [
        Line(text=text, box=(c / w, r / h, (c + 1) / w, (r + 1) / h), origin="sheet")
        for r, row in enumerate(cells)
        for c, text in enumerate(row)
        if text
    ]
    return Page(file=0, page=1, width=w * 100, height=h * 24, source="sheet", lines=tuple(lines), name=name)


def test_a_spreadsheet() -> None:
    page = sheet([["单位参保人员花名册"], [f"单位名称：{UNIT}"], ["所属期：202208"], HEADER, *persons(30), ["合计", "30人"]])
    got = values(page)
    assert (got["organization"], got["headcount"], got["listed_persons"], got["period_to"]) == (UNIT, 30, 30, "2022-08")
    cue = TYPE.cue(page)
    assert cue is not None
    assert cue.score >= 0.8


def test_a_bare_spreadsheet_of_names_and_numbers() -> None:
    page = sheet([["姓名", "身份证号码", "缴费月份"], *[[NAMES[k], masked(k), "2022-08"] for k in range(7)]], "202208")
    assert TYPE.cue(page) is not None
    assert values(page)["listed_persons"] == 7


def test_lists_of_two_periods_are_two_documents() -> None:
    first = make_page(*head(), *table(HEADER, persons(3)))
    same = make_page(*head(), *table(HEADER, persons(3, 3)), page=2)
    other = make_page(
        *[("费款所属期：2022年09月", *r[1:]) if isinstance(r, tuple) and r[0].startswith("费款") else r for r in head()],
        *table(HEADER, persons(3)),
        page=2,
    )
    assert not TYPE.opens_new([first], same)  # type: ignore[attr-defined]
    assert TYPE.opens_new([first], other)  # type: ignore[attr-defined]


def test_a_personal_certificate_behind_a_list_adds_nobody() -> None:
    listing = make_page(*head(), *table(HEADER, persons(3)), ("参保人数：3人", 0.06, 0.6))
    personal = make_page(
        ("个人参保证明", 0.4, 0.05, 0.022), ("姓名：孙丽", 0.1, 0.1), ("社会保障号：3501**********7777", 0.4, 0.1), page=2
    )
    assert values(listing, personal)["listed_persons"] == 3


def test_a_term_above_a_list_is_not_joined_with_its_cells() -> None:
    above = [
        (r if not (isinstance(r, tuple) and r[0].startswith("费款")) else ("统计期间：202201至202205", 0.06, 0.13))
        for r in head()
    ]
    cells: list[Row] = [(f"2022.0{k + 1}", 0.14 + 0.1 * k, 0.148) for k in range(5)]
    got = values(make_page(*above, *cells))
    assert (got["period_from"], got["period_to"]) == ("2022-01", "2022-05")


@pytest.mark.parametrize("lines", [("2022年02月至", "2022年07月"), ("2022年02月", "至2022年07月"), ("2022-02~2022", "-07")])
def test_a_term_that_wraps_in_its_cell(lines: tuple[str, str]) -> None:
    above = [r for r in head() if not (isinstance(r, tuple) and r[0].startswith("费款"))]
    got = values(make_page(*above, ("费款所属期：", 0.06, 0.13), (lines[0], 0.18, 0.13), (lines[1], 0.18, 0.148)))
    assert (got["period_from"], got["period_to"]) == ("2022-02", "2022-07")


@pytest.mark.parametrize("label", ["表单验证号码", "验证编号", "核验码", "证明查验号码"])
def test_wordings_of_the_code_to_check(label: str) -> None:
    page = make_page(*head(), (f"{label}：A1B2C3D4E5F6", 0.06, 0.2), ("参保人数：8人", 0.06, 0.6))
    assert values(page)["verification_code"] == "A1B2C3D4E5F6"
