"""Annual income tax returns and application forms."""

from __future__ import annotations

import pytest

from extractor.documents.application_form import TYPE as APPLICATION
from extractor.documents.tax_return import TYPE
from extractor.model import Page
from tests.documents.conftest import Row, make_page

UNIT = "福州澜川精密机械有限公司"
COVER: list[Row] = [
    ("中华人民共和国企业所得税年度纳税申报表", 0.2, 0.1, 0.022), ("（A类，2017年版）", 0.42, 0.14),
    ("税款所属期间：2020年01月01日至2020年12月31日", 0.1, 0.2),
    ("纳税人识别号（统一社会信用代码）：9135010058073021XA", 0.1, 0.23), ("纳税人名称：" + UNIT, 0.1, 0.26),
    ("金额单位：人民币元（列至角分）", 0.1, 0.29),
]  # fmt: skip


def form(code: str, title: str, *body: tuple[str, ...], number: int = 2) -> Page:
    """An attached table: 行次, 项目, amounts at the right."""
    rows: list[Row] = [(code, 0.1, 0.05), (title, 0.3, 0.08, 0.02)]
    for k, (line, label, *amounts) in enumerate(body):
        y = 0.15 + 0.025 * k
        rows += [(line, 0.1, y), (label, 0.15, y), *((a, 0.55 + 0.14 * i, y) for i, a in enumerate(amounts))]
    return make_page(*rows, page=number)


MAIN = form(
    "A100000", "中华人民共和国企业所得税年度纳税申报表（A类）", ("1", "一、营业收入(填写A101010\\101020\\103000)",
    "146,558,597.95"),
    ("2", "减：营业成本(填写A102010\\102020\\103000)", "98,933,727.29"), ("10", "二、营业利润(1-2-3-4-5-6-7+8+9)",
    "28,632,544.51"),
)  # fmt: skip
RD = form(
    "A107012",
    "研发费用加计扣除优惠明细表",
    ("2", "一、自主研发、合作研发、集中研发(3+7+16+19+23+34)", "6,839,751.06"),
    ("40", "三、年度研发费用小计(2+36×80%+38)", "6,839,751.06"),
    number=3,
)
EXPENSES = form(
    "A104000",
    "期间费用明细表",
    ("1", "一、职工薪酬", "1,200,000.00", "3,400,000.00", "*"),
    ("19", "十九、研究费用", "*", "7,000,111.50", "*"),
    number=4,
)


def test_fields_of_a_return() -> None:
    fields = TYPE.extract([make_page(*COVER), MAIN, RD]).fields
    assert (fields["entity"].value, fields["fiscal_year"].value) == (UNIT, "2020")
    assert fields["revenue"].value == {"2020": 146558597.95}
    assert fields["rd_expense"].value == {"2020": 6839751.06}
    assert fields["rd_expense"].confidence <= 0.7
    assert fields["rd_expense"].note


@pytest.mark.parametrize(
    "label", ["营业收入(填写A101010\\101020\\103000)", "、营业收入（填写A101010\\101020\\103000)", "-、营业总收入(填写 101010)"]
)
def test_revenue_whose_numeral_was_lost(label: str) -> None:
    main = form("A100000", "中华人民共和国企业所得税年度纳税申报表（A类）", ("1", label, "18,364,194.62"))
    assert TYPE.extract([make_page(*COVER), main]).fields["revenue"].value == {"2020": 18364194.62}


@pytest.mark.parametrize("label", ["营业收入", "其他营业收入(填写A101010)", "营业收入总额(2+9)"])
def test_other_rows_about_revenue_are_not_the_main_one(label: str) -> None:
    other = form("A105060", "纳税调整项目明细表", ("1", label, "18,364,194.62"))
    assert "revenue" not in TYPE.extract([make_page(*COVER), other]).fields


def test_book_expense_goes_before_the_deduction_table() -> None:
    assert TYPE.extract([make_page(*COVER), MAIN, RD, EXPENSES]).fields["rd_expense"].value == {"2020": 7000111.5}


def test_new_form_shows_rd_expense_in_the_main_table() -> None:
    main = form(
        "A100000",
        "中华人民共和国企业所得税年度纳税申报主表（A类）",
        ("1", "一、营业收入", "5,000,000.00"),
        ("6", "减：研发费用(填写A104000)", "321,000.00"),
    )
    assert TYPE.extract([make_page(*COVER), main]).fields["rd_expense"].value == {"2020": 321000.0}


def test_without_a_period_the_figure_is_kept_for_no_year() -> None:
    field = TYPE.extract([MAIN]).fields["revenue"]
    assert field.value == {"unknown": 146558597.95}
    assert field.confidence <= 0.5
    assert field.note


@pytest.mark.parametrize(
    "period",
    [
        "税款所属期间：2022年1月1日—12月31日",
        "税款所属期间：自2022年1月至12月",
        "税款所属期：2022年度",
        "所属年度：2022",
        "税款所属期间：2022-01-01至2022-12-31",
        "税款所属期间：2022.01.01-2022.12.31",
        "税款所属时期 20220101-20221231",
    ],
)
def test_the_year_in_other_forms(period: str) -> None:
    cover = [row for row in COVER if not row[0].startswith("税款所属")]
    fields = TYPE.extract([make_page(*cover, (period, 0.1, 0.2)), MAIN]).fields
    assert fields["fiscal_year"].value == "2022"
    assert fields["revenue"].value == {"2022": 146558597.95}


@pytest.mark.parametrize("title", ["2022年度企业所得税年度纳税申报表", "中华人民共和国企业所得税年度纳税申报表（2022年度）"])
def test_the_year_in_the_title(title: str) -> None:
    assert TYPE.extract([make_page((title, 0.2, 0.1, 0.022)), MAIN]).fields["fiscal_year"].value == "2022"


@pytest.mark.parametrize(
    "said",
    ["企业所得税年度纳税申报表（A类，2017年版）", "税款所属期间：2022年1月1日至2023年12月31日", "填报日期：2023年05月20日"],
)
def test_other_years_on_the_paper_are_not_its_year(said: str) -> None:
    assert "fiscal_year" not in TYPE.extract([make_page((said, 0.2, 0.1, 0.022)), MAIN]).fields


SUMS = (
    ("1", "一、营业收入(填写A101010\\101020\\103000)", "1,000.00"), ("2", "减：营业成本(填写A102010\\102020\\103000)", "600.00"),
    ("3", "减：税金及附加", "20.00"), ("4", "减：销售费用(填写A104000)", "30.00"), ("5", "减：管理费用(填写A104000)", "120.00"),
    ("6", "减：财务费用(填写A104000)", "10.00"), ("7", "减：资产减值损失", "0.00"), ("8", "加：公允价值变动收益", "0.00"),
    ("9", "加：投资收益", "0.00"), ("10", "二、营业利润(1-2-3-4-5-6-7+8+9)", "220.00"), ("11", "加：营业外收入", "10.00"),
    ("12", "减：营业外支出", "5.00"), ("13", "三、利润总额(10+11-12)", "225.00"),
)  # fmt: skip


def main_form(rows: tuple[tuple[str, ...], ...]) -> Page:
    return form("A100000", "中华人民共和国企业所得税年度纳税申报表（A类）", *rows)


def test_the_sums_of_the_main_form_confirm_revenue() -> None:
    assert TYPE.extract([make_page(*COVER), main_form(SUMS)]).fields["revenue"].gate == "ok"


def test_sums_that_need_not_come_out_refute_nothing() -> None:
    # 财会〔2019〕6号: 其他收益 stands in 营业利润 but in no row of the form
    rows = (*SUMS[:9], ("10", "二、营业利润", "227.00"), *SUMS[10:12], ("13", "三、利润总额", "232.00"))
    field = TYPE.extract([make_page(*COVER), main_form(rows)]).fields["revenue"]
    assert (field.gate, field.note) == ("unchecked", None)
    assert field.confidence > 0.9


def test_revenue_is_doubted_where_figures_stand_a_row_off() -> None:
    figures = [row[2] for row in SUMS]
    shifted = (("", "", figures[0]), *((n, label, v) for (n, label, _), v in zip(SUMS, figures[1:], strict=False)))
    field = TYPE.extract([make_page(*COVER), main_form(shifted)]).fields["revenue"]
    assert field.value == {"2020": 600.0}
    assert field.confidence <= 0.6
    assert "错行" in (field.note or "")


def test_a_part_year_is_doubted() -> None:
    cover = [(r[0].replace("01月01日至", "05月06日至"), *r[1:]) for r in COVER if isinstance(r, tuple)]
    field = TYPE.extract([make_page(*cover), MAIN]).fields["fiscal_year"]  # type: ignore[arg-type]
    assert field.value == "2020"
    assert field.confidence <= 0.6
    assert field.note


def test_cover_opens_and_tables_continue() -> None:
    cover, attached = TYPE.cue(make_page(*COVER)), TYPE.cue(RD)
    assert cover is not None
    assert cover.role == "start"
    assert cover.number == "2020"
    assert attached is not None
    assert attached.role == "inside"


def test_prepayment_returns_prove_no_year() -> None:
    page = make_page(
        ("中华人民共和国企业所得税月（季）度预缴纳税申报表（A类）", 0.15, 0.1, 0.02),
        ("税款所属期间：2020年01月01日至2020年03月31日", 0.1, 0.2),
    )
    assert TYPE.cue(page) is not None
    assert TYPE.extract([page]).excluded


@pytest.mark.parametrize(
    "title", ["专精特新“小巨人”企业申请书", "福建省专精特新中小企业申报表", "高新技术企业认定申请书", "专精特新中小企业自评表"]
)
def test_application_forms_are_known_and_prove_nothing(title: str) -> None:
    page = make_page((title, 0.25, 0.1, 0.03), "企业名称：" + UNIT, "上年度营业收入（万元） 8,123.45")
    cue = APPLICATION.cue(page)
    assert cue is not None
    assert cue.score >= 0.8
    assert cue.role == "start"
    found = APPLICATION.extract([page])
    assert found.fields == {}
    assert found.excluded


@pytest.mark.parametrize(
    "title", ["商标注册申请书", "管理体系认证申请书", "专精特新企业认定通知", "审计报告", "专精特新中小企业证书"]
)
def test_other_papers_are_no_application_forms(title: str) -> None:
    cue = APPLICATION.cue(make_page((title, 0.3, 0.1, 0.03), "企业名称：" + UNIT))
    assert cue is None or cue.score < 0.5
