"""A person's figure counts, and everything that follows from it follows; the paper's own doubts stay."""

import pytest
from review_build import (
    NET_PROFIT,
    PRIOR,
    REPORT_AT,
    REVENUE,
    at,
    declaration,
    documents,
    figure,
    misread,
    package_pages,
    report_pages,
    result,
    revision,
    verdicts,
)

from extractor.review.errors import RevisionError
from tests.documents.statement_layouts import Layout, balance, value

SHOWN = f"{REVENUE:,.2f}"
DECLARED = declaration(
    ("revenue", "2022", round(REVENUE / 1e4, 2), "万元"),
    ("revenue", "2021", round(PRIOR / 1e4, 2), "万元"),
    ("revenue_growth", "2022", round((REVENUE - PRIOR) / PRIOR * 100, 2), "%"),
    ("net_profit", "2022", round(NET_PROFIT / 1e4, 2), "万元"),
)


def with_misread_revenue(layout=None):
    pages = report_pages(layout)
    wrong = SHOWN.replace(SHOWN[1], str((int(SHOWN[1]) + 5) % 10), 1)
    pages[2] = misread(pages[2], SHOWN, wrong)
    return package_pages(pages)


def report_of(found):
    return next(d for d in found if d.type == "audit_report")


def test_without_corrections_nothing_changes():
    pages = package_pages()
    assert result(pages, DECLARED) == result(pages, DECLARED)
    assert set(verdicts(result(pages, DECLARED)).values()) == {"supported"}


def test_a_corrected_figure_is_checked_anew_with_all_that_follows_from_it():
    pages = with_misread_revenue()
    before = verdicts(result(pages, DECLARED))
    assert before["revenue/2022"] == before["revenue_growth/2022"] == "unsure"
    after = result(pages, DECLARED, figure("revenue", REVENUE))
    assert set(verdicts(after).values()) == {"supported"}
    own = report_of(after.documents).fields["revenue"].periods["2022"]
    assert (own.value, own.method, own.confidence) == (REVENUE, "reviewer", 1.0)
    assert own.evidence[0].page == REPORT_AT + 2
    # the income statement's sums run with the figure, too
    assert own.gate == "ok"


def test_leaving_a_correction_out_undoes_it():
    pages = with_misread_revenue()
    assert result(pages, DECLARED, figure("revenue", REVENUE)) != result(pages, DECLARED)
    assert verdicts(result(pages, DECLARED)) == verdicts(result(with_misread_revenue(), DECLARED))


def test_the_later_correction_wins():
    pages = with_misread_revenue()
    found = documents(pages, figure("revenue", 1.0, number=1), figure("revenue", "7,496.029389万元", number=2))
    assert report_of(found).fields["revenue"].value["2022"] == REVENUE


def test_a_figure_read_right_may_refute_what_was_declared():
    other = declaration(("revenue", "2022", 7996.03, "万元"))
    pages = with_misread_revenue()
    assert verdicts(result(pages, other))["revenue/2022"] == "unsure"
    assert verdicts(result(pages, other, figure("revenue", REVENUE)))["revenue/2022"] == "contradicted"


def test_a_person_s_figure_counts_against_the_sums_and_the_check_shows_it():
    declared = declaration(("total_assets", "2022", 88_888_888.88, "元"))
    found = result(package_pages(), declared, figure("total_assets", 88_888_888.88))
    assert verdicts(found)["total_assets/2022"] == "supported"
    own = report_of(found.documents).fields["total_assets"].periods["2022"]
    assert (own.value, own.gate) == (88_888_888.88, "unchecked")
    failed = [c for c in found.checks if c.status == "failed"]
    assert "balance_sheet_identity" in {c.check for c in failed}
    assert found.summary.verdict != "pass"


def test_an_illegible_figure_proves_nothing():
    found = result(package_pages(), DECLARED, figure("revenue", None))
    assert verdicts(found)["revenue/2022"] == "unsure"
    assert verdicts(found)["revenue_growth/2022"] != "supported"
    assert report_of(found.documents).fields["revenue"].value == {"2021": PRIOR}


def test_unaudited_statements_stay_unaudited():
    pages = package_pages(report_pages()[1:])
    found = documents(pages)
    assert "financial_statements" in {d.type for d in found}
    read = result(pages, DECLARED, figure("revenue", REVENUE, document_type="financial_statements"))
    assert verdicts(read)["revenue/2022"] == "unsure"


def test_a_year_that_the_opinion_does_not_cover_stays_uncovered():
    declared = declaration(("revenue", "2023", 9000.0, "万元"))
    found = result(package_pages(), declared, figure("revenue", "9000万元", period="2023"))
    assert verdicts(found)["revenue/2023"] == "unsure"


def test_a_missing_row_can_be_added_and_stands_where_the_person_saw_it():
    spot = {**at(REPORT_AT + 2), "box": [0.5, 0.5, 0.6, 0.52]}
    spot.pop("part")
    found = documents(package_pages(), figure("main_revenue", 70_000_000, evidence=[spot]))
    own = report_of(found).fields["main_revenue"].periods["2022"]
    assert own.value == 70_000_000
    assert own.evidence[0].box == (0.5, 0.5, 0.6, 0.52)


def test_figures_in_ten_thousands_are_corrected_in_yuan():
    layout = Layout(unit="单位：万元", factor=10_000, decimals=6)
    pages = report_pages(layout)
    assets = value(balance(), "资产总计", 0)
    shown = f"{assets / 1e4:,.6f}"
    pages[1] = misread(pages[1], shown, shown.replace(shown[0], "9" if shown[0] != "9" else "8", 1))
    found = report_of(documents(package_pages(pages), figure("total_assets", assets)))
    own = found.fields["total_assets"].periods["2022"]
    assert own.value == assets
    assert own.evidence[0].text == shown


def test_a_corrected_unit_converts_the_figures_read_in_the_wrong_one():
    pages = package_pages(report_pages(Layout(unit="")))
    declared = declaration(("revenue", "2022", REVENUE, "万元"))
    unit = revision("field", REPORT_AT, document_type="audit_report", field="statement_unit", value="万元")
    found = result(pages, declared, unit)
    report = report_of(found.documents)
    assert report.fields["revenue"].periods["2022"].value == pytest.approx(REVENUE * 10_000)
    assert report.fields["statement_unit"].value == "ten_thousand_yuan"
    assert verdicts(found)["revenue/2022"] == "supported"
    # A person's figure is in yuan whatever the unit.
    both = report_of(documents(pages, unit, figure("revenue", 5_000_000, number=2)))
    assert both.fields["revenue"].value["2022"] == 5_000_000
    assert both.fields["revenue"].value["2021"] == pytest.approx(PRIOR * 10_000)


def test_figures_of_a_report_whose_year_was_misread_prove_nothing_until_someone_says_their_year():
    year = revision("field", REPORT_AT, document_type="audit_report", field="fiscal_year", value="2021")
    found = result(package_pages(), DECLARED, year)
    assert set(verdicts(found).values()) == {"unsure"}


def test_dates_numbers_and_names_are_written_as_the_machine_would_write_them():
    def of(field, typed):
        made = revision("field", 2, document_type="patent_certificate", field=field, value=typed)
        return next(d for d in documents(package_pages(), made) if d.type == "patent_certificate").fields[field].value

    assert of("grant_date", "2021年3月5日") == "2021-03-05"
    assert of("patentees", "甲公司；乙公司") == ["甲公司", "乙公司"]
    assert of("kind", "实用新型专利") == "utility"
    assert of("patent_no", "ZL 2025 2 0615612.5") == "ZL202520615612.5"


def test_a_wrong_name_can_be_corrected_to_the_enterprise_s_own_and_only_that_makes_it_its_own():
    pages = package_pages(report_pages())
    foreign = [misread(p, "江州青禾精密机械有限公司", "江州青木机械设备有限公司") if p.page in (3, 4, 5) else p for p in pages]
    assert verdicts(result(foreign, DECLARED))["revenue/2022"] == "wrong_entity"
    name = revision("field", 3, document_type="audit_report", field="entity", value="江州青禾精密机械有限公司")
    assert verdicts(result(foreign, DECLARED, name))["revenue/2022"] != "wrong_entity"


def test_id_numbers_typed_by_a_person_are_masked():
    made = revision("field", 3, document_type="audit_report", field="auditors", value=["陈一鸣 11010519491231002X"])
    assert report_of(documents(package_pages(), made)).fields["auditors"].value == ["陈一鸣 1101**********002X"]


@pytest.mark.parametrize(
    ("made", "word"),
    [
        (figure("revenue", 1, page=99), "第99页"),
        (figure("revenue", 1, page=2), "首页"),
        (figure("revenue", 1, page=4), "首页"),
        (figure("patent_no", "x"), "没有可更正的字段"),
        (figure("revenue", "大约八千万"), "金额"),
        (figure("revenue", 1, period=None), "须写明年度"),
        (figure("revenue", float("nan")), "金额"),
        (figure("report_date", "2023-05-06", period="2022"), "没有年度之分"),
        (figure("opinion", "尚可", period=None), "无保留意见"),
        (figure("revenue", 1, place={**at(3), "sha256": "b" * 64}), "已被更换或移除"),
        (figure("revenue", 1, place=at(3, 1)), "没有可更正的内容"),
    ],
)
def test_what_is_not_there_is_said_and_never_passed_over(made, word):
    with pytest.raises(RevisionError, match=word) as found:
        documents(package_pages(), made)
    assert found.value.revision == "r1"


@pytest.mark.parametrize("broken", [{}, {"kind": "paint"}, {**figure("revenue", 1), "when": "gestern"}])
def test_malformed_corrections_are_refused(broken):
    with pytest.raises(RevisionError, match="不合格式"):
        documents(package_pages(), broken)
