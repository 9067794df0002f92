"""The auditor's report: number, firm, entity, opinion, date, names, cues, notes. All names are invented."""

from __future__ import annotations

from dataclasses import replace

import pytest

from extractor.documents.audit_report import TYPE, is_firm_attachment
from extractor.model import Page
from tests.documents.conftest import make_page
from tests.documents.statement_layouts import ENTITY, Layout, balance, balance_page, income, income_page, line, page

FIRM = "江州诚明会计师事务所（普通合伙）"
CLEAN = (
    "我们认为，后附的财务报表在所有重大方面按照企业会计准则的规定编制，"
    "公允反映了贵公司2022年12月31日的财务状况以及2022年度的经营成果和现金流量。"
)
RESPONSIBILITY = "评价财务报表的总体列报，并评价财务报表是否公允反映相关交易和事项。如果披露不充分，我们应当发表非无保留意见。"


def paragraph(text: str, top: float, left: float = 0.12, per_line: int = 34) -> list[tuple[str, float, float]]:
    return [(text[k : k + per_line], left, top + 0.022 * n) for n, k in enumerate(range(0, len(text), per_line))]


def opinion_page(
    opinion: str = CLEAN,
    *,
    number: str = "江诚会审字〔2023〕第019号",
    heading: str = "一、审计意见",
    entity: str = ENTITY,
    firm: str = FIRM,
    date: str = "二〇二三年三月十二日",
    signers: tuple[str, str] = ("中国注册会计师：陈一鸣", "中国注册会计师：李思远"),
    extra: str = RESPONSIBILITY,
    at: int = 1,
) -> Page:
    audited = (
        f"我们审计了{entity}（以下简称“贵公司”）财务报表，"
        "包括2022年12月31日的资产负债表，2022年度的利润表、现金流量表以及财务报表附注。"
    )
    return make_page(
        ("审 计 报 告", 0.42, 0.08, 0.02),
        (number, 0.62, 0.12),
        (f"{entity}全体股东：", 0.12, 0.15),
        (heading, 0.14, 0.18),
        *paragraph(audited, 0.2),
        *paragraph(opinion, 0.3),
        *paragraph(extra, 0.5),
        (firm, 0.12, 0.7),
        (signers[0], 0.55, 0.7),
        (signers[1], 0.55, 0.76),
        ("中国·江州", 0.14, 0.76),
        (date, 0.55, 0.82),
        page=at,
    )


def report(opinion: Page | None = None, layout: Layout | None = None) -> list[Page]:
    layout = layout or Layout()
    return [opinion or opinion_page(), balance_page(layout, number=2), income_page(layout, number=3)]


def value(pages: list[Page], key: str) -> object:
    found = TYPE.extract(pages).fields.get(key)
    return found.value if found else None


def test_text_fields() -> None:
    fields = TYPE.extract(report()).fields
    assert fields["report_no"].value == "江诚会审字〔2023〕第019号"
    assert fields["firm"].value == FIRM
    assert fields["entity"].value == ENTITY
    assert fields["fiscal_year"].value == "2022"
    assert fields["opinion"].value == "unqualified"
    assert fields["report_date"].value == "2023-03-12"
    assert fields["auditors"].value == ["陈一鸣", "李思远"]
    assert fields["statement_unit"].value == "yuan"
    assert fields["consolidated"].value is False
    assert fields["total_assets"].gate == "ok"
    assert all(f.evidence for f in fields.values())


@pytest.mark.parametrize(
    "number",
    [
        "江诚会审字【2023】第019号",
        "江诚审（2023）1234号",
        "江诚审字[2023]第1-00001号",
        "XYZH/2023JZAA1B0268",
        "江诚师报字[2023]第ZA10001号",
        "众江审字(2023)0100001号",
        "江诚华审字(2023)230Z0001号",
    ],
)
def test_report_numbers(number: str) -> None:
    assert value(report(opinion_page(number=number)), "report_no") == number


@pytest.mark.parametrize("number", ["报告文号：江诚审〔2023〕88号", "文号：江诚审〔2023〕88号"])
def test_labelled_report_number(number: str) -> None:
    assert value(report(opinion_page(number=number)), "report_no") == "江诚审〔2023〕88号"


@pytest.mark.parametrize(
    ("read", "number"),
    [
        ("江诚会审字〔2023]第019号", "江诚会审字〔2023〕第019号"),
        ("江诚会审字【2023〕第019号", "江诚会审字【2023】第019号"),
        ("江诚会审字（2023]第019号", "江诚会审字（2023）第019号"),
        ("江诚会审字〔2023第019号", "江诚会审字〔2023〕第019号"),
        ("江诚会审字2023]第019号", "江诚会审字[2023]第019号"),
    ],
)
def test_brackets_of_a_report_number_are_made_a_pair(read: str, number: str) -> None:
    assert value(report(opinion_page(number=read)), "report_no") == number


OPINIONS = [
    (CLEAN, "一、审计意见", "unqualified"),
    (
        "我们认为，贵公司财务报表已经按照企业会计准则的规定编制，在所有重大方面公允反映了贵公司2022年12月31日的财务状况。",
        "三、审计意见",
        "unqualified",
    ),
    (
        "我们认为，上述财务报表符合《小企业会计准则》的规定，在所有重大方面公允地反映了贵公司的财务状况和经营成果。",
        "三、审计意见",
        "unqualified",
    ),
    (
        CLEAN + "二、强调事项我们提醒财务报表使用者关注，如附注二所述，贵公司本年发生亏损。本段内容不影响已发表的审计意见。",
        "一、审计意见",
        "unqualified",
    ),
    (
        "我们认为，除“形成保留意见的基础”部分所述事项可能产生的影响外，后附的财务报表在所有重大方面按照企业会计准则的规定编制，公允反映了贵公司的财务状况。",
        "一、保留意见",
        "qualified",
    ),
    (
        "我们认为，除前段所述存货未能监盘可能造成的影响外，贵公司财务报表在所有重大方面公允反映了贵公司2022年12月31日的财务状况。",
        "三、审计意见",
        "qualified",
    ),
    (
        "我们认为，由于“形成否定意见的基础”部分所述事项的重要性，后附的财务报表没有在所有重大方面按照企业会计准则的规定编制，未能公允反映贵公司的财务状况。",
        "一、否定意见",
        "adverse",
    ),
    (
        "我们不对后附的贵公司财务报表发表审计意见。由于“形成无法表示意见的基础”部分所述事项的重要性，我们无法获取充分、适当的审计证据。",
        "一、无法表示意见",
        "disclaimer",
    ),
]


@pytest.mark.parametrize(("wording", "heading", "kind"), OPINIONS)
def test_opinions(wording: str, heading: str, kind: str) -> None:
    assert value(report(opinion_page(wording, heading=heading)), "opinion") == kind


def test_unclear_opinion_is_left_open() -> None:
    found = TYPE.extract(report(opinion_page("我们对上述报表进行了检查，未见异常。"))).fields["opinion"]
    assert found.value is None
    assert found.note


def test_other_information_and_internal_control_do_not_disclaim() -> None:
    boiler = (
        "我们对财务报表发表的审计意见不涵盖其他信息，我们也不对其他信息发表任何形式的鉴证结论。"
        "了解与审计相关的内部控制，但目的并非对内部控制的有效性发表意见。"
    )
    assert value(report(opinion_page(extra=boiler)), "opinion") == "unqualified"


@pytest.mark.parametrize(
    ("date", "iso"),
    [("2023年3月12日", "2023-03-12"), ("日期：2023年3月12日", "2023-03-12"), ("二○二三年三月十二日", "2023-03-12")],
)
def test_report_dates(date: str, iso: str) -> None:
    assert value(report(opinion_page(date=date)), "report_date") == iso


def test_names_in_stamps_are_not_guessed() -> None:
    found = TYPE.extract(report(opinion_page(signers=("中国注册会计师：", "中国注册会计师：")))).fields["auditors"]
    assert found.value is None
    assert found.note


def test_a_name_repeated_in_the_stamp_beside_it_is_one_name() -> None:
    signers = ("中国注册会计师：陈一鸣 陈一鸣", "中国注册会计师：李思远 李思远")
    found = TYPE.extract(report(opinion_page(signers=signers))).fields["auditors"]
    assert found.value == ["陈一鸣", "李思远"]
    assert found.confidence > 0.8


def test_one_of_two_accountants_is_said_to_be_incomplete() -> None:
    found = TYPE.extract(report(opinion_page(signers=("中国注册会计师：陈一鸣", "")))).fields["auditors"]
    assert found.value == ["陈一鸣"]
    assert found.confidence <= 0.6
    assert found.note


def test_firm_with_its_form_on_the_next_line() -> None:
    lines = [*opinion_page(firm="江州诚明会计师事务所").lines, line("（特殊普通合伙）", 0.12, 0.72, size=0.014)]
    assert value(report(page(lines)), "firm") == "江州诚明会计师事务所（特殊普通合伙）"


def test_consolidated_rows_decide_and_parent_rows_are_kept_aside() -> None:
    other = balance(5)
    pages = [
        opinion_page(),
        balance_page(Layout(), None, "合并资产负债表", 2),
        balance_page(Layout(), other, "母公司资产负债表", 3),
    ]
    found = TYPE.extract(pages)
    assert found.fields["total_assets"].value["2022"] == balance()[10][1] / 100  # type: ignore[operator]
    assert found.secondary["total_assets"].value["2022"] == other[10][1] / 100  # type: ignore[operator]
    assert found.fields["consolidated"].value is True


def test_parent_statements_do_not_stand_in_for_unread_consolidated_ones() -> None:
    joint = opinion_page(
        "我们认为，后附的财务报表在所有重大方面公允反映了贵公司2022年12月31日的合并及母公司财务状况。",
        extra="包括2022年12月31日的合并及母公司资产负债表。" + RESPONSIBILITY,
    )
    found = TYPE.extract([joint, balance_page(Layout(), None, "母公司资产负债表", 2)])
    assert "total_assets" not in found.fields
    assert found.secondary["total_assets"].scope == "parent"


def notes_page(main: tuple[int, int], other: tuple[int, int], heads: str = "two", at: int = 4) -> Page:
    rows: list[tuple[str, float, float]] = [("财务报表附注", 0.4, 0.05), ("61、营业收入和营业成本", 0.1, 0.1)]
    spans = [0.38, 0.53, 0.70, 0.86]
    if heads == "two":
        rows += [("本期发生额", 0.37, 0.13), ("上期发生额", 0.69, 0.13), ("项目", 0.12, 0.142)]
        rows += [(t, x, 0.154) for t, x in zip(("收入", "成本", "收入", "成本"), (0.31, 0.47, 0.63, 0.79), strict=True)]
    else:
        rows += [("项目", 0.12, 0.142)]
        rows += [
            (t, x, 0.142)
            for t, x in zip(
                ("本期金额（收入）", "本期金额（成本）", "上期金额（收入）", "上期金额（成本）"),
                (0.25, 0.41, 0.57, 0.73),
                strict=True,
            )
        ]
    lines = [line(t, x, y) for t, x, y in rows]
    total = (main[0] + other[0], main[1] + other[1])
    for n, (label, (now, before)) in enumerate((("主营业务", main), ("其他业务", other), ("合计", total))):
        y = 0.18 + 0.018 * n
        lines.append(line(label, 0.1, y))
        lines += [
            line(f"{v / 100:,.2f}", 0, y, right=x) for v, x in zip((now, now // 2, before, before // 2), spans, strict=True)
        ]
    return page(lines, at)


@pytest.mark.parametrize("heads", ["two", "one"])
def test_main_revenue_from_the_notes(heads: str) -> None:
    _, now, before = income()[0]
    assert now
    assert before
    other = (1_234_500, 2_345_600)
    found = TYPE.extract([*report(), notes_page((now - other[0], before - other[1]), other, heads)]).fields["main_revenue"]
    assert found.value == {"2022": (now - other[0]) / 100, "2021": (before - other[1]) / 100}
    assert found.gate == "ok"
    assert found.method == "note_table"


def test_notes_that_contradict_the_statement_are_not_sure() -> None:
    _, now, before = income()[0]
    assert now
    assert before
    found = TYPE.extract([*report(), notes_page((now + 999, before + 999), (100, 100))]).fields["main_revenue"]
    assert found.gate == "failed"
    assert found.confidence <= 0.4
    assert found.note


def test_research_expense_from_the_notes_where_the_statement_has_no_row() -> None:
    lines = [
        line("财务报表附注", 0.4, 0.05),
        line("65、研发费用", 0.1, 0.1),
        line("项目", 0.15, 0.13),
        line("本期发生额", 0.5, 0.13),
        line("上期发生额", 0.75, 0.13),
    ]
    for n, (label, now, before) in enumerate((("人工费", 1000.5, 900.25), ("材料费", 500.25, 400.5), ("合计", 1500.75, 1300.75))):
        lines += [
            line(label, 0.12, 0.15 + 0.018 * n),
            line(f"{now:,.2f}", 0, 0.15 + 0.018 * n, right=0.6),
            line(f"{before:,.2f}", 0, 0.15 + 0.018 * n, right=0.85),
        ]
    pages = [opinion_page(), balance_page(Layout(), number=2), income_page(Layout(), income(rd=False), number=3), page(lines, 4)]
    found = TYPE.extract(pages).fields["rd_expense"]
    assert found.value == {"2022": 1500.75, "2021": 1300.75}
    assert found.gate == "ok"
    assert found.method == "note_table"


def test_one_photo_per_page() -> None:
    pages = [p.model_copy(update={"file": n, "page": 1}) for n, p in enumerate(report())]
    fields = TYPE.extract(pages).fields
    assert fields["opinion"].value == "unqualified"
    assert fields["revenue"].gate == "ok"
    assert fields["revenue"].evidence[0].file == 2


def test_unit_stated_only_in_the_notes() -> None:
    layout = replace(Layout(), unit="", factor=10_000)
    notes = make_page(("财务报表附注", 0.4, 0.05), ("（除特别注明外，金额单位为人民币万元）", 0.3, 0.08), page=4)
    fields = TYPE.extract([*report(layout=layout), notes]).fields
    assert fields["statement_unit"].value == "ten_thousand_yuan"
    assert abs(fields["total_assets"].value["2022"] - balance()[10][1] / 100) < 51  # type: ignore[operator]


def test_drafts_prove_nothing() -> None:
    cover = make_page((ENTITY, 0.3, 0.3), ("审计报告", 0.42, 0.4, 0.03), ("（征求意见稿）", 0.42, 0.5))
    assert TYPE.extract([cover, *report()]).excluded


# --- cues --------------------------------------------------------------------------------------------


def cover() -> Page:
    return make_page((ENTITY, 0.3, 0.24), ("2022年度审计报告", 0.35, 0.3, 0.03), (FIRM, 0.3, 0.7), ("中国·江州", 0.42, 0.74))


def test_cues() -> None:
    roles = [(c.role, c.score >= 0.7) for p in [cover(), *report()] if (c := TYPE.cue(p))]
    assert roles == [("start", True), ("start", True), ("inside", True), ("inside", True)]


def test_contents_list_does_not_open_a_report() -> None:
    contents = make_page(
        ("目录", 0.45, 0.1),
        ("一、审计报告", 0.15, 0.15),
        ("1-3", 0.8, 0.15),
        ("二、资产负债表", 0.15, 0.2),
        ("4", 0.8, 0.2),
        ("三、财务报表附注", 0.15, 0.25),
        ("5-20", 0.8, 0.25),
    )
    cue = TYPE.cue(contents)
    assert cue is None or cue.role == "inside"


def test_opinion_after_its_cover_is_the_same_report_and_the_next_cover_another() -> None:
    first, second = opinion_page(), opinion_page(number="江诚会审字〔2022〕第007号")
    assert not TYPE.opens_new([cover()], first)
    assert TYPE.opens_new([cover(), first], cover())
    assert TYPE.opens_new([cover(), first], second)
    assert not TYPE.opens_new([cover(), first], opinion_page(at=2))


@pytest.mark.parametrize(
    "rows",
    [
        (("2022年年度报告摘要", 0.4, 0.3, 0.02), ("某某会计师事务所为本公司出具了标准无保留意见的审计报告。", 0.1, 0.5)),
        (("年度检查报告书", 0.4, 0.2, 0.03), ("（2022年度）", 0.43, 0.25), ("审计报告", 0.4, 0.5)),
        (("研发费用专项审计报告", 0.35, 0.1, 0.02), ("我们审计了后附的研究开发费用明细表", 0.1, 0.2)),
        (("内部控制审计报告", 0.4, 0.1, 0.02), ("我们审计了贵公司2022年12月31日的财务报告内部控制的有效性。", 0.1, 0.2)),
        (("专利证书", 0.4, 0.1, 0.02),),
    ],
)
def test_other_papers_are_not_audit_reports(rows: tuple[tuple[str, float, float]]) -> None:
    assert TYPE.cue(make_page(*rows)) is None


@pytest.mark.parametrize(
    "rows",
    [
        (("营业执照", 0.4, 0.1, 0.03), ("统一社会信用代码", 0.1, 0.15), ("名称江州诚明会计师事务所（普通合伙）", 0.1, 0.3)),
        (
            ("会计师事务所执业证书", 0.35, 0.1, 0.03),
            ("名称：江州诚明会计师事务所", 0.1, 0.3),
            ("执业证书编号：31000000", 0.1, 0.5),
        ),
        (
            ("中国注册会计师协会", 0.3, 0.1),
            ("年度检验登记 Annual Renewal Registration", 0.2, 0.2),
            ("证书编号：310000000000", 0.2, 0.4),
        ),
    ],
)
def test_the_firms_own_papers_belong_to_the_report(rows: tuple[tuple[str, float, float]]) -> None:
    assert is_firm_attachment(make_page(*rows))


def test_the_enterprises_licence_is_no_firm_paper() -> None:
    assert not is_firm_attachment(
        make_page(("营业执照", 0.4, 0.1, 0.03), ("统一社会信用代码", 0.1, 0.15), ("名称" + ENTITY, 0.1, 0.3))
    )
    assert not is_firm_attachment(opinion_page())


@pytest.mark.parametrize("colon", ["：", ""])
def test_a_second_label_without_a_readable_name_is_noted(colon: str) -> None:
    page = opinion_page(signers=("中国注册会计师：陈一鸣", f"中国注册会计师{colon}"))
    found = TYPE.extract(report(page)).fields["auditors"]
    assert found.value == ["陈一鸣"]
    assert found.note is not None
    assert found.confidence <= 0.6


@pytest.mark.parametrize("title", ["·审计报告", "审计报告.", "、审 计 报 告"])
def test_specks_beside_the_title(title: str) -> None:
    page = opinion_page()
    lines = tuple(x.model_copy(update={"text": title}) if x.text == "审 计 报 告" else x for x in page.lines)
    assert value(report(page.model_copy(update={"lines": lines})), "opinion") == "unqualified"
