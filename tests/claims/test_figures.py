"""Declared money figures: every sentence of "Figures" in the contract."""

from __future__ import annotations

import pytest
from claims_build import OTHER, OWN, field, figure, reason, report, row, verdict, verify

REVENUE = {"revenue": {"2020": 81_234_567.89, "2019": 70_000_000.0}}


@pytest.mark.parametrize(
    ("value", "unit", "decimals"),
    [
        (8123.45, "万元", None),
        (8123.46, "万元", None),
        (8123, "万元", None),
        (8123.4568, "万元", None),
        (81_234_567.89, "元", None),
        (81_234_567, "元", None),
        (81_234_568, "元", None),
        (0.81, "亿元", None),
        (81.23, "百万元", None),
        (81_234.57, "千元", None),
        ("8,123.45", "万元", None),
        (81_234_567.89, "", None),
    ],
)
def test_equal_after_rounding_or_truncating_is_supported(value, unit, decimals):
    assert verdict([report(REVENUE)], figure("revenue", value, unit, decimals=decimals)) == "supported"


@pytest.mark.parametrize(
    ("value", "unit", "decimals"),
    [
        (8123.44, "万元", None),
        (8123.47, "万元", None),
        (8124, "万元", None),
        (8123.4, "万元", 2),
        (81_234_567.88, "元", None),
        (8000, "万元", None),
        (-8123.45, "万元", None),
        (0, "万元", None),
    ],
)
def test_anything_else_is_contradicted(value, unit, decimals):
    assert verdict([report(REVENUE)], figure("revenue", value, unit, decimals=decimals)) == "contradicted"


@pytest.mark.parametrize(
    ("value", "unit", "hint"),
    [
        (81_234_567.89, "万元", "一万倍"),
        (8123.45, "元", "一万倍"),
        (81_234.56, "万元", "十倍"),
        (8_123_456.78, "千元", "一百倍"),
        (8_123.45, "千元", "十倍"),
        (7000, "万元", "另一年度（2019年）"),
        (8132.45, "万元", "数字错位"),
        (8123.54, "万元", "数字错位"),
        (823.45, "万元", "漏写"),
        (81123.45, "万元", "多写"),
        (8173.45, "万元", "写错"),
        (-8123.45, "万元", "正负号"),
    ],
)
def test_contradicted_names_what_it_looks_like(value, unit, hint):
    found = verify([report(REVENUE)], figure("revenue", value, unit))[0]
    assert found.verdict == "contradicted"
    assert hint in found.reason


def test_reason_names_paper_page_and_both_units():
    text = reason([report(REVENUE)], figure("revenue", 8123.45))
    assert "审计报告 第6页" in text
    assert "81,234,567.89 元" in text
    assert "8,123.46 万元" in text


def test_no_document_shows_it_is_missing_and_names_the_material():
    found = verify([report(REVENUE)], figure("rd_expense", 100))[0]
    assert found.verdict == "missing"
    assert "研发费用专项审计报告" in found.reason


def test_only_another_years_figure_is_missing():
    found = verify([report(REVENUE)], figure("revenue", 7000, period="2018"))[0]
    assert found.verdict == "missing"
    assert "2019年、2020年" in found.reason


def test_prior_column_proves_the_prior_year():
    assert verdict([report(REVENUE)], figure("revenue", 7000, period="2019")) == "supported"


def test_only_somebody_elses_is_wrong_entity():
    found = verify([report(REVENUE, entity=OTHER)], figure("revenue", 8123.45))[0]
    assert found.verdict == "wrong_entity"
    assert OTHER in found.reason


def test_somebody_elses_report_beside_the_own_one_is_ignored():
    both = [report(REVENUE), report({"revenue": {"2020": 1.0}}, entity=OTHER, id="d2")]
    assert verdict(both, figure("revenue", 8123.45)) == "supported"


def test_former_names_count():
    documents = [report(REVENUE, entity="闽江机械有限责任公司")]
    assert verdict(documents, figure("revenue", 8123.45)) == "wrong_entity"
    assert verdict(documents, figure("revenue", 8123.45), former_names=("闽江机械有限责任公司",)) == "supported"


def test_a_name_one_lookalike_character_off_is_unsure():
    documents = [report(REVENUE, entity=OWN.replace("江", "汪"))]
    assert verdict(documents, figure("revenue", 8123.45)) in {"unsure", "wrong_entity"}


@pytest.mark.parametrize("entity", ["", "MINJIANG PRECISION MACHINERY CO., LTD."])
def test_a_name_that_cannot_be_compared_is_unsure(entity):
    assert verdict([report(REVENUE, entity=entity)], figure("revenue", 8123.45)) == "unsure"


def test_a_different_name_that_was_not_read_surely_is_unsure():
    documents = [report(REVENUE, extra={"entity": field(OTHER, confidence=0.4)})]
    assert verdict(documents, figure("revenue", 8123.45)) == "unsure"


def test_without_a_declared_name_nothing_is_supported():
    assert verdict([report(REVENUE)], figure("revenue", 8123.45), name="", uscc=None) == "unsure"


def test_consolidated_decides_over_parent():
    documents = [report(REVENUE, parent={"revenue": {"2020": 50_000_000.0}})]
    assert verdict(documents, figure("revenue", 8123.45)) == "supported"
    found = verify(documents, figure("revenue", 5000))[0]
    assert found.verdict == "contradicted"
    assert "母公司报表" in found.reason


def test_parent_alone_is_not_enough_where_the_group_reports():
    documents = [report({"net_profit": {"2020": 1.0}}, parent={"revenue": {"2020": 50_000_000.0}})]
    assert verdict(documents, figure("revenue", 5000)) == "unsure"


def test_unreadable_consolidated_figure_is_not_replaced_by_the_parents_or_the_tax_return():
    documents = [
        report({"revenue": {"2020": None}}, parent={"revenue": {"2020": 50_000_000.0}}),
        report({"revenue": {"2020": 50_000_000.0}}, kind="tax_return", id="d2"),
    ]
    assert verdict(documents, figure("revenue", 5000)) == "unsure"


def test_tax_return_repeating_the_parents_figure_does_not_dispute():
    documents = [
        report(REVENUE, parent={"revenue": {"2020": 50_000_000.0}}),
        report({"revenue": {"2020": 50_000_000.0}}, kind="tax_return", id="d2"),
    ]
    assert verdict(documents, figure("revenue", 8123.45)) == "supported"


def test_two_own_documents_disagree():
    documents = [
        report(REVENUE),
        report({"revenue": {"2020": 81_000_000.0}}, kind="tax_return", id="d2", page=3),
    ]
    found = verify(documents, figure("revenue", 8123.45))[0]
    assert found.verdict == "unsure"
    assert "审计报告 第6页" in found.reason
    assert "纳税申报表 第3页" in found.reason
    assert verdict(documents, figure("revenue", 9999)) == "unsure"


def test_restated_prior_year_is_unsure_naming_both():
    later = report({"revenue": {"2021": 9e7, "2020": 80_000_000.0}}, year="2021", id="d2", page=8)
    found = verify([report(REVENUE), later], figure("revenue", 8123.45))[0]
    assert found.verdict == "unsure"
    assert "第6页" in found.reason
    assert "第8页" in found.reason


def test_documents_that_differ_below_the_declared_precision_support_it():
    documents = [report(REVENUE), report({"revenue": {"2020": 81_234_600.0}}, kind="tax_return", id="d2")]
    assert verdict(documents, figure("revenue", 8123)) == "supported"


def test_a_report_in_ten_thousand_yuan_agrees_with_one_in_yuan():
    coarse = report(
        {"revenue": {"2020": 81_234_600.0}},
        kind="tax_return",
        id="d2",
        extra={"statement_unit": field("ten_thousand_yuan")},
    )
    coarse = coarse.model_copy(update={"fields": {**coarse.fields, "revenue": _printed({"2020": 81_234_600.0}, "8,123.46")}})
    assert verdict([report(REVENUE), coarse], figure("revenue", 8123.4567)) == "supported"
    alone = verify([coarse], figure("revenue", 81_234_567.89, "元"))[0]
    assert alone.verdict == "unsure"
    assert "精度" in alone.reason
    assert verdict([coarse], figure("revenue", 81_244_567.89, "元")) == "contradicted"


def _printed(values, text):
    periods = {p: field(v, text=text, gate="ok") for p, v in values.items()}
    return field(values, text=text).model_copy(update={"periods": periods})


@pytest.mark.parametrize(
    ("documents", "word"),
    [
        ([report(REVENUE, kind="financial_statements")], "未经审计"),
        ([report(REVENUE, extra={"opinion": field("adverse")})], "否定意见"),
        ([report(REVENUE, extra={"opinion": field("disclaimer")})], "无法表示意见"),
        ([report(REVENUE, reading={"gate": "failed"})], "勾稽"),
        ([report(REVENUE, reading={"gate": "unchecked", "confidence": 0.7})], "不够清晰"),
        ([report({"revenue": {"2020": None}})], "无法识别"),
        ([report(REVENUE, confidence=0.4)], "类型"),
    ],
)
@pytest.mark.parametrize("value", [8123.45, 7777.77])
def test_doubtful_papers_leave_it_open(documents, word, value):
    found = verify(documents, figure("revenue", value))[0]
    assert found.verdict == "unsure"
    assert word in found.reason


@pytest.mark.parametrize("opinion", ["unqualified", "qualified"])
def test_other_opinions_do_not_matter(opinion):
    documents = [report(REVENUE, extra={"opinion": field(opinion)})]
    assert verdict(documents, figure("revenue", 8123.45)) == "supported"


def test_audited_decides_over_unaudited():
    interim = report({"revenue": {"2020": 80_000_000.0}}, kind="financial_statements", id="d2")
    assert verdict([report(REVENUE), interim], figure("revenue", 8123.45)) == "supported"
    assert verdict([report(REVENUE), interim], figure("revenue", 8000)) == "contradicted"


def test_a_figure_failing_the_gate_is_settled_by_another_paper():
    failing = report(REVENUE, reading={"gate": "failed"})
    tax = report({"revenue": {"2020": 81_234_567.89}}, kind="tax_return", id="d2")
    assert verdict([failing, tax], figure("revenue", 8123.45)) == "supported"
    weak = report({"revenue": {"2020": 81_234_567.89}}, kind="tax_return", id="d2", reading={"gate": "failed"})
    assert verdict([failing, weak], figure("revenue", 8123.45)) == "supported"


def test_a_second_copy_of_the_same_report_settles_nothing():
    failing = [report(REVENUE, reading={"gate": "failed"}, id=i) for i in ("d1", "d2")]
    assert verdict(failing, figure("revenue", 8123.45)) == "unsure"


def test_an_adverse_opinion_is_not_cured_by_another_doubtful_paper():
    documents = [
        report(REVENUE, extra={"opinion": field("adverse")}),
        report(REVENUE, kind="financial_statements", id="d2"),
    ]
    assert verdict(documents, figure("revenue", 8123.45)) == "unsure"


def test_excluded_papers_prove_nothing_and_are_named():
    found = verify([report(REVENUE, excluded="标题注明“草稿”")], figure("revenue", 8123.45))[0]
    assert found.verdict == "missing"
    assert "草稿" in found.reason


@pytest.mark.parametrize("kind", ["application_form", "contract", "other", "credit_report"])
def test_other_papers_are_never_evidence(kind):
    assert verdict([report(REVENUE, kind=kind)], figure("revenue", 8123.45)) == "missing"


def test_unit_that_is_no_money_is_unsure():
    assert verdict([report(REVENUE)], figure("revenue", 8123.45, "万美元")) == "unsure"


def test_a_figure_without_unit_is_not_guessed():
    found = verify([report(REVENUE)], figure("revenue", 8123.45, ""))[0]
    assert found.verdict == "unsure"
    assert "单位" in found.reason


def test_figure_of_another_line_is_recognised():
    documents = [report({"net_profit": {"2020": 6_000_000.0}, "total_profit": {"2020": 8_000_000.0}})]
    assert "利润总额" in reason(documents, figure("net_profit", 800))


def test_negative_profit():
    documents = [report({"net_profit": {"2020": -1_234_567.89}})]
    assert verdict(documents, figure("net_profit", -123.45)) == "supported"
    assert verdict(documents, figure("net_profit", 123.45)) == "contradicted"


def test_a_reading_of_zero():
    documents = [report({"rd_expense": {"2020": 0.0}})]
    assert verdict(documents, figure("rd_expense", 0)) == "supported"
    assert verdict(documents, figure("rd_expense", 12.3)) == "contradicted"


@pytest.mark.parametrize("period", ["now", "近三年", "2018-2020"])
def test_a_period_that_is_no_year_is_never_supported(period):
    assert verdict([report(REVENUE)], figure("revenue", 8123.45, period=period)) == "missing"


def test_a_report_that_says_unaudited_is_unsure():
    documents = [report(REVENUE, reading={"note": "报表注明未经审计"})]
    assert "未经审计" in reason(documents, figure("revenue", 8123.45))
    assert verdict(documents, figure("revenue", 8123.45)) == "unsure"


def test_parent_rows_beside_missing_consolidated_ones_prove_nothing():
    paper = report({}, parent={"revenue": {"2020": 50_000_000.0}})
    assert verdict([paper], figure("revenue", 5000)) == "unsure"


def test_a_company_that_reports_only_for_itself_is_proved_by_that():
    paper = report({}, id="d1")
    own = row({"2020": 50_000_000.0}, scope="parent")
    paper = paper.model_copy(update={"fields": {**paper.fields, "revenue": own}})
    assert verdict([paper], figure("revenue", 5000)) == "supported"


def test_an_assumed_unit_must_be_plain():
    unit = {"statement_unit": field("yuan", method="assumed", confidence=0.7)}
    small = [report({"revenue": {"2020": 8123.45}}, extra=unit)]
    for declared in (figure("revenue", 8123.45), figure("revenue", 8123.45, "元"), figure("revenue", 1)):
        assert verdict(small, declared) == "unsure"
        assert "单位" in reason(small, declared)
    plain = [report(REVENUE, extra=unit)]
    assert verdict(plain, figure("revenue", 8123.45)) == "supported"
    assert verdict(plain, figure("revenue", 8123.45, "元")) == "contradicted"


def test_a_row_with_one_unreadable_period_keeps_both():
    paper = report({"revenue": {"2020": None, "2019": 70_000_000.0}})
    kept = paper.fields["revenue"].model_copy(update={"value": {"2019": 70_000_000.0}})
    paper = paper.model_copy(update={"fields": {**paper.fields, "revenue": kept}})
    assert verdict([paper], figure("revenue", 8123.45)) == "unsure"
    assert verdict([paper], figure("revenue", 7000, period="2019")) == "supported"


UNPROVEN = {
    "gate": "unchecked",
    "confidence": 0.85,
    "note": "未能由报表验证：营业利润=营业收入-各项成本费用+各项收益，相差70,069,883.92",
}
APART = {"gate": "unchecked", "confidence": 0.6, "note": "项目与数字可能错行：营业收入一行没有读到数"}


def test_a_figure_whose_own_sums_do_not_come_out_refutes_nothing():
    papers = [report(REVENUE, reading=UNPROVEN)]
    assert verdict(papers, figure("revenue", 9000)) == "unsure"
    said = reason(papers, figure("revenue", 9000))
    assert "未能由报表验证" in said
    assert "与申报值 9,000 万元 不一致" in said


def test_a_figure_whose_own_sums_do_not_come_out_supports_nothing_by_itself():
    papers = [report(REVENUE, reading=UNPROVEN)]
    assert verdict(papers, figure("revenue", 8123.45)) == "unsure"
    assert "与申报值一致；但该数未能由报表验证" in reason(papers, figure("revenue", 8123.45))


def test_an_unproven_figure_that_another_paper_shows_supports():
    tax = report({"revenue": {"2020": 81_234_567.89}}, kind="tax_return", id="d2", reading={"gate": "unchecked"})
    assert verdict([report(REVENUE, reading=UNPROVEN), tax], figure("revenue", 8123.45)) == "supported"
    later = report({"revenue": {"2021": 90_000_000.0, "2020": 81_234_567.89}}, year="2021", id="d3")
    assert verdict([report(REVENUE, reading=UNPROVEN), later], figure("revenue", 8123.45)) == "supported"


def tax_return(year="2020", **more):
    """A return whose 营业收入 was not read."""
    return report({}, kind="tax_return", id="d2", year=year, **more)


def test_a_tax_return_of_that_year_whose_revenue_was_not_read_leaves_it_open():
    papers = [report(REVENUE), tax_return()]
    assert verdict(papers, figure("revenue", 8123.45)) == "unsure"
    assert "未能读出" in reason(papers, figure("revenue", 8123.45))
    assert verdict(papers, figure("revenue", 7000, period="2019")) == "supported"


@pytest.mark.parametrize("other", [tax_return(year="2018"), tax_return(entity=OTHER), tax_return(excluded="预缴纳税申报表")])
def test_a_tax_return_that_says_nothing_of_that_year_does_not(other):
    assert verdict([report(REVENUE), other], figure("revenue", 8123.45)) == "supported"


def test_an_unread_tax_return_says_nothing_of_consolidated_figures_or_other_rows():
    group = report(REVENUE, parent={"revenue": {"2020": 50_000_000.0}})
    assert verdict([group, tax_return()], figure("revenue", 8123.45)) == "supported"
    profit = report({"net_profit": {"2020": 9_000_000.0}})
    assert verdict([profit, tax_return()], figure("net_profit", 900)) == "supported"


def test_a_tax_return_read_unsurely_that_differs_leaves_it_open():
    tax = report(
        {"revenue": {"2020": 81_934_567.89}}, kind="tax_return", id="d2", reading={"gate": "unchecked", "confidence": 0.6}
    )
    assert verdict([report(REVENUE), tax], figure("revenue", 8123.45)) == "unsure"


def test_a_figure_that_no_sum_could_check_still_refutes():
    clear = [report(REVENUE, reading={"gate": "unchecked", "confidence": 0.95})]
    assert verdict(clear, figure("revenue", 9000)) == "contradicted"


def test_an_unproven_figure_that_another_paper_shows_refutes():
    tax = report({"revenue": {"2020": 81_234_567.89}}, kind="tax_return", id="d2", reading={"gate": "unchecked"})
    assert verdict([report(REVENUE, reading=UNPROVEN), tax], figure("revenue", 9000)) == "contradicted"


@pytest.mark.parametrize(("value", "unit"), [(81_234_567.89, "万元"), (812.35, "万元"), (7000, "万元")])
def test_the_same_rows_digits_in_another_unit_or_year_are_refuted_all_the_same(value, unit):
    assert verdict([report(REVENUE, reading=UNPROVEN)], figure("revenue", value, unit)) == "contradicted"


@pytest.mark.parametrize("value", [8123.45, 9000])
def test_a_figure_that_may_be_another_rows_decides_nothing(value):
    papers = [report(REVENUE, reading=APART)]
    assert verdict(papers, figure("revenue", value)) == "unsure"
    assert "错行" in reason(papers, figure("revenue", value))


UNDATED = {"gate": "unchecked", "confidence": 0.5, "note": "未找到税款所属期间，无法确定年度"}


def undated(value, **more):
    return report({"revenue": {"unknown": value}}, kind="tax_return", id="d2", year=None, reading=UNDATED, **more)


def test_an_own_figure_of_unknown_year_that_differs_is_not_lost():
    papers = [report(REVENUE), undated(79_000_000.0)]
    assert verdict(papers, figure("revenue", 8123.45)) == "unsure"
    assert "79,000,000.00" in reason(papers, figure("revenue", 8123.45))
    assert "未读到所属年度" in reason(papers, figure("revenue", 8123.45))


@pytest.mark.parametrize("value", [81_234_567.89, 70_000_000.0])
def test_an_own_figure_of_unknown_year_that_is_another_papers_disputes_nothing(value):
    papers = [report(REVENUE), undated(value)]
    assert verdict(papers, figure("revenue", 8123.45)) == "supported"
    assert verdict(papers, figure("revenue", 9000)) == "contradicted"


def test_a_figure_of_unknown_year_alone_proves_nothing_and_is_named():
    assert verdict([undated(81_234_567.89)], figure("revenue", 8123.45)) == "unsure"
    assert "未读到所属年度" in reason([undated(81_234_567.89)], figure("revenue", 8123.45))


def test_somebody_elses_figure_of_unknown_year_is_ignored():
    assert verdict([report(REVENUE), undated(79_000_000.0, entity=OTHER)], figure("revenue", 8123.45)) == "supported"


def test_a_figure_whose_papers_holder_was_not_read_disputes():
    nameless = report({"revenue": {"2020": 79_000_000.0}}, kind="tax_return", id="d2", entity="")
    papers = [report(REVENUE), nameless]
    assert verdict(papers, figure("revenue", 8123.45)) == "unsure"
    assert "未读到单位名称" in reason(papers, figure("revenue", 8123.45))


@pytest.mark.parametrize("value", [8123.45, 9000])
def test_a_tax_return_does_not_stand_in_for_a_row_of_the_report_that_was_not_read(value):
    rest = report({"net_profit": {"2020": 5_000_000.0}, "total_assets": {"2020": 90_000_000.0}})
    tax = report({"revenue": {"2020": 81_234_567.89}}, kind="tax_return", id="d2")
    assert verdict([rest, tax], figure("revenue", value)) == "unsure"
    assert verdict([tax], figure("revenue", value)) == ("supported" if value == 8123.45 else "contradicted")
