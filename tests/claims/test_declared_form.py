"""Reading a form made by ``zuozheng template`` after people worked on it in a spreadsheet."""

from datetime import date

import openpyxl
import pytest

from extractor.claims.declared import DeclarationError, load_declaration

TODAY = date(2021, 5, 6)
HEAD = ["板块", "指标", "期间", "申报值", "单位", "填报说明", "编码（勿改）"]
REVENUE = ["经济效益", "营业收入", "2020年", None, "万元", "说明", "revenue@2020"]
PATENTS = [
    "创新能力",
    "发明专利〔范围：与主导产品相关〕",
    "截止日",
    None,
    "项",
    "说明",
    "invention_patents[scope=与主导产品相关]@now",
]
AWARDS = [
    "创新能力",
    "科技奖励数〔级别：国家级〕",
    "2018—2020年合计",
    None,
    "项",
    "",
    "science_awards[levels=国家级]@2018-2020_sum",
]
REGION = ["基本信息", "注册地", "截止日", None, "可多项", "", "region_tag@now"]
LEGAL = ["基本信息", "独立法人", "截止日", None, "是/否", "", "independent_legal_person@now"]
STARTED = ["其他", "项目开工日期", "截止日", None, "日期", "", "project_start_date@now"]
GRADE = ["创新能力", "研发机构等级", "截止日", None, "级", "", "rd_institution_grade@now"]


def filled(row, value):
    """A row with its value."""
    return [*row[:3], value, *row[4:]]


def load(tmp_path, rows, *, head=HEAD, formats=(), day="2021-05-06"):
    """Load a form with these rows."""
    book = openpyxl.Workbook()
    for row in (["企业名称", "甲有限公司"], ["统一社会信用代码", None], ["截止日期", day], [], head, *rows):
        book.active.append(row)
    for cell, shown in formats:
        book.active[cell].number_format = shown
    path = tmp_path / "declared.xlsx"
    book.save(path)
    return load_declaration(path, default_as_of=TODAY)


def one(tmp_path, row, value, **more):
    """The one figure declared, as a tuple."""
    (found,) = load(tmp_path, [filled(row, value)], **more).declared
    return found.metric, found.period, found.value, found.unit, found.decimals


@pytest.mark.parametrize(
    ("row", "value", "expected"),
    [
        (REVENUE, 8123, ("revenue", "2020", 8123, "万元", 0)),
        (REVENUE, 0, ("revenue", "2020", 0, "万元", 0)),
        (REVENUE, "8,123.40", ("revenue", "2020", 8123.4, "万元", 2)),
        (REVENUE, "８，１２３．４０ 万元", ("revenue", "2020", 8123.4, "万元", 2)),
        (PATENTS, 3, ("invention_patents[scope=与主导产品相关]", "now", 3, "项", 0)),
        (PATENTS, "3件", ("invention_patents[scope=与主导产品相关]", "now", 3, "项", 0)),
        (AWARDS, 1, ("science_awards[levels=国家级]", "last_3_years_sum", 1, "项", 0)),
        (REGION, "福建、三明", ("region_tag", "now", "福建、三明", "tag", None)),
        (LEGAL, "是", ("independent_legal_person", "now", 1, "0/1", 0)),
        (LEGAL, "否", ("independent_legal_person", "now", 0, "0/1", 0)),
        (LEGAL, True, ("independent_legal_person", "now", 1, "0/1", 0)),
        (STARTED, date(2020, 3, 1), ("project_start_date", "now", "2020-03-01", "date", None)),
        (STARTED, "2020年3月1日", ("project_start_date", "now", "2020-03-01", "date", None)),
        (GRADE, "A", ("rd_institution_grade", "now", "A", "级", None)),
        (GRADE, "a级", ("rd_institution_grade", "now", "A", "级", None)),
        (["专业化", "细分市场全省排名", "2020年末", None, "名", "", ""], "第三名", ("market_rank_province", "2020", 3, "名", 0)),
        (["经营管理", "数字化水平等级", "截止日", None, "级", "", ""], "二级", ("digital_level", "now", 2, "级", 0)),
        (["其他", "估值（市值）", "截止日", None, "万美元", "", "valuation@now"], "1,200万美元",
         ("valuation", "now", 1200, "万美元", 0)),
    ],
)  # fmt: skip
def test_values(tmp_path, row, value, expected):
    assert one(tmp_path, row, value) == expected
    # Without the hidden column the labels say the same.
    assert one(tmp_path, row[:-1], value, head=HEAD[:-1]) == expected
    # And without the labels the hidden column.
    if row[-1]:
        assert one(tmp_path, [row[0], None, None, *row[3:]], value) == expected


@pytest.mark.parametrize("value", [None, "", "  ", "/", "—", "——", "-", "不适用", "N/A", "未填"])
def test_a_blank_cell_is_not_declared(tmp_path, value):
    found = load(tmp_path, [filled(REVENUE, value), filled(PATENTS, 2)])
    assert [d.metric for d in found.declared] == ["invention_patents[scope=与主导产品相关]"]


def test_nothing_filled_in_is_an_error(tmp_path):
    with pytest.raises(DeclarationError, match="没有填写任何申报值"):
        load(tmp_path, [REVENUE, PATENTS])


@pytest.mark.parametrize(
    ("row", "value"),
    [(REVENUE, "约八千"), (LEGAL, "也许"), (STARTED, "去年"), (REGION, 5), (GRADE, "很高"), (PATENTS, "三四项")],
)
def test_values_that_are_none_are_named(tmp_path, row, value):
    with pytest.raises(DeclarationError, match="第6行"):
        load(tmp_path, [filled(row, value)])


def test_rows_moved_and_columns_added(tmp_path):
    rows = [
        ["备注", PATENTS[1], "项目一", PATENTS[2], PATENTS[4], 7, 3, PATENTS[6]],
        ["", REVENUE[1], "", REVENUE[2], REVENUE[4], 1, 8123.4, REVENUE[6]],
    ]
    head = ["备注", "指标", "项目", "期间", "单位", "数值", "申报值", "编码（勿改）"]
    found = load(tmp_path, rows, head=head).declared
    assert [(d.metric, d.value) for d in found] == [("invention_patents[scope=与主导产品相关]", 3), ("revenue", 8123.4)]


def test_a_copied_row_means_what_it_shows(tmp_path):
    """The hidden code of a copied row is stale; people see the label and the year."""
    other_year = [*REVENUE[:2], "2019年", 5, *REVENUE[4:]]
    other_metric = [REVENUE[0], "净利润", "2020年", 6, *REVENUE[4:]]
    found = load(tmp_path, [filled(REVENUE, 7), other_year, other_metric]).declared
    assert [(d.metric, d.period, d.value) for d in found] == [
        ("revenue", "2020", 7),
        ("revenue", "2019", 5),
        ("net_profit", "2020", 6),
    ]


def test_a_copied_row_that_cannot_be_understood_is_named(tmp_path):
    with pytest.raises(DeclarationError, match=r"第6行.*编码不一致"):
        load(tmp_path, [[REVENUE[0], "我的收入", "2020年", 5, *REVENUE[4:]]])


def test_a_touched_up_label_is_still_the_row(tmp_path):
    assert one(tmp_path, [REVENUE[0], "营业收入（合并）", "2020年度", *REVENUE[3:]], 5)[:2] == ("revenue", "2020")


def test_a_code_that_is_broken_falls_back_to_the_label(tmp_path):
    assert one(tmp_path, [*REVENUE[:6], "revenu@2020"], 5)[:2] == ("revenue", "2020")
    assert one(tmp_path, [*REVENUE[:6], "#REF!"], 5)[:2] == ("revenue", "2020")


def test_another_deadline_moves_no_figure_to_other_years(tmp_path):
    """The form asked for 2018 to 2020; filed a year later these are not the last three years."""
    assert one(tmp_path, AWARDS, 1, day="2022-05-06")[1] == "2018-2020_sum"


def test_shown_decimals_count(tmp_path):
    assert one(tmp_path, REVENUE, 8123.4, formats=[("D6", "#,##0.00")])[2:] == (8123.4, "万元", 2)
    assert one(tmp_path, REVENUE, 8123.4)[2:] == (8123.4, "万元", 1)
    ratio = ["经济效益", "资产负债率", "2020年末", None, "%", "", "debt_ratio@2020"]
    assert one(tmp_path, ratio, 45.68)[2:] == (45.68, "%", 2)
    assert one(tmp_path, ratio, 0.4568, formats=[("D6", "0.00%")])[2:] == (45.68, "%", 2)


def test_dollars_and_yuan_are_two_figures(tmp_path):
    yuan = ["其他", "估值（市值）", "截止日", 9000, "万元", "", "valuation@now"]
    found = load(tmp_path, [yuan, [*yuan[:3], 1200, "万美元", *yuan[5:]]]).declared
    assert [(d.value, d.unit) for d in found] == [(9000, "万元"), (1200, "万美元")]
    with pytest.raises(DeclarationError, match="两次"):
        load(tmp_path, [yuan, yuan])
