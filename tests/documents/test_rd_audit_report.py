"""The special audit of R&D expenses. All names are invented."""

from __future__ import annotations

from extractor.documents.rd_audit_report import TYPE
from extractor.model import Page
from tests.documents.conftest import make_page
from tests.documents.statement_layouts import ENTITY, line, page

FIRM = "江州诚明会计师事务所（普通合伙）"


def opinion(stated: str = "") -> Page:
    return make_page(
        ("研究开发费用专项审计报告", 0.33, 0.08, 0.02),
        ("江诚专审字〔2023〕第102号", 0.62, 0.12),
        (f"{ENTITY}：", 0.12, 0.15),
        (f"我们审计了后附的{ENTITY}（以下简称“贵公司”）", 0.12, 0.18),
        ("2022年度研究开发费用结构明细表。", 0.12, 0.2),
        (stated, 0.12, 0.3),
        (FIRM, 0.12, 0.7),
    )


def by_years(
    unit: str = "单位：元", figures: tuple[tuple[str, ...], ...] = (("1,200,000.00", "900,000.50"), ("300,000.25", "100,000.00"))
) -> Page:
    total = tuple(f"{sum(float(r[k].replace(',', '')) for r in figures):,.2f}" for k in (0, 1))
    lines = [
        line("研究开发费用结构明细表", 0.37, 0.08, size=0.018),
        line(unit, 0, 0.12, right=0.9),
        line("研发项目名称", 0.25, 0.14),
        line("2022年度", 0.57, 0.14),
        line("2021年度", 0.75, 0.14),
    ]
    names = ("RD01高精度主轴装配技术研究", "RD02低噪声减速机研制")
    for n, (label, row) in enumerate(zip((*names, "合计"), (*figures, total), strict=True)):
        y = 0.16 + 0.018 * n
        lines += [line(label, 0.12, y), *(line(v, 0, y, right=x) for v, x in zip(row, (0.68, 0.86), strict=True))]
    return page(lines, 2)


def test_fields() -> None:
    fields = TYPE.extract([opinion(), by_years()]).fields
    assert fields["report_no"].value == "江诚专审字〔2023〕第102号"
    assert fields["firm"].value == FIRM
    assert fields["entity"].value == ENTITY
    assert fields["rd_expense"].value == {"2022": 1_500_000.25, "2021": 1_000_000.5}
    assert fields["rd_projects"].value == ["高精度主轴装配技术研究", "低噪声减速机研制"]


def test_total_that_is_not_the_sum_is_not_sure() -> None:
    table = by_years()
    lines = [ln.model_copy(update={"text": "1,900,000.25"}) if ln.text == "1,500,000.25" else ln for ln in table.lines]
    field = TYPE.extract([opinion(), page(lines, 2)]).fields["rd_expense"]
    assert field.periods is not None
    assert field.periods["2021"].gate == "ok"
    assert field.periods["2022"].gate != "ok"
    assert field.periods["2022"].confidence < 0.9


def test_ten_thousand_yuan() -> None:
    fields = TYPE.extract([opinion(), by_years("单位：万元", (("266.91", "199.63"), ("289.09", "175.88")))]).fields
    assert fields["rd_expense"].value == {"2022": 5_560_000.0, "2021": 3_755_100.0}


def test_sentence_and_table_agree() -> None:
    field = TYPE.extract([opinion("贵公司2022年度研究开发费用总额为1,500,000.25元。"), by_years()]).fields["rd_expense"]
    assert field.periods is not None
    assert field.periods["2022"].gate == "ok"


def test_sentence_and_table_differ() -> None:
    field = TYPE.extract([opinion("贵公司2022年度研究开发费用总额为1,600,000.25元。"), by_years()]).fields["rd_expense"]
    assert field.periods is not None
    assert field.periods["2022"].gate == "failed"
    assert field.periods["2022"].note


def test_cues() -> None:
    start, inside = TYPE.cue(opinion()), TYPE.cue(by_years())
    assert start is not None
    assert start.role == "start"
    assert inside is not None
    assert inside.role == "inside"
    assert TYPE.cue(make_page(("审计报告", 0.4, 0.1), ("我们审计了财务报表，研发费用为", 0.1, 0.2))) is None


def undated(*rows: tuple[str, str]) -> Page:
    lines = [line("研究开发费用结构明细表", 0.37, 0.08, size=0.018), line("单位：元", 0, 0.12, right=0.9)]
    lines += [line("科目", 0.25, 0.14), line("金额", 0.65, 0.14)]
    for n, (label, figure) in enumerate(rows):
        y = 0.16 + 0.018 * n
        lines += [line(label, 0.12, y), line(figure, 0, y, right=0.74)]
    return page(lines, 2)


PARTS = (
    ("内部研究开发投入额", "900.00"),
    ("其中：人员人工费用", "600.00"),
    ("直接投入费用", "300.00"),
    ("委托外部研究开发费用", "100.00"),
)


def test_a_table_without_a_year_is_of_the_year_that_the_report_is_about() -> None:
    field = TYPE.extract([opinion(), undated(*PARTS, ("合计", "1,000.00"))]).fields["rd_expense"]
    assert field.value == {"2022": 1000.0}
    assert field.gate == "ok"


def test_a_total_of_no_known_year_is_kept_for_no_year() -> None:
    field = TYPE.extract([undated(*PARTS, ("合计", "1,000.00"))]).fields["rd_expense"]
    assert field.value == {"unknown": 1000.0}
    assert field.confidence <= 0.5
    assert "年度" in (field.note or "")


def test_a_total_that_is_another_rows_figure_is_doubted() -> None:
    field = TYPE.extract([opinion(), undated(*PARTS, ("合计", "300.00"))]).fields["rd_expense"]
    assert field.gate == "unchecked"
    assert field.confidence <= 0.7
    assert field.note
