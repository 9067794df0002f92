"""An auditor's report whose title was misread or lost is still known; papers that merely sound like one are not."""

from __future__ import annotations

import pytest

from extractor.documents.audit_report import TYPE
from extractor.documents.audit_signs import is_opinion
from extractor.documents.split import look, read_documents
from extractor.model import Page
from tests.documents.conftest import Row, make_page
from tests.documents.statement_layouts import ENTITY, Layout, balance_page, income_page
from tests.documents.test_audit_report import CLEAN, FIRM, paragraph

AUDITED = (
    f"我们审计了{ENTITY}（以下简称“贵公司”）财务报表，包括2022年12月31日的资产负债表，"
    "2022年度的利润表、现金流量表以及财务报表附注。"
)
BASIS = (
    "我们按照中国注册会计师审计准则的规定执行了审计工作。我们相信，我们获取的审计证据是充分、适当的，为发表审计意见提供了基础。"
)
OLD = f"我们接受委托，审计了后附的{ENTITY}（以下简称贵公司）财务报表，包括2022年12月31日的资产负债表，2022年度的利润表。"
OLD_DUTY = "我们的责任是在执行审计工作的基础上对财务报表发表审计意见。我们按照中国注册会计师审计准则的规定执行了审计工作。"


def opinion(title: str | None, *paragraphs: str, heads: tuple[str, str] = ("一、审计意见", "二、形成审计意见的基础")) -> Page:
    audited, rest, more = paragraphs or (AUDITED, CLEAN, BASIS)
    top: list[Row] = [(title, 0.42, 0.08, 0.02)] if title else []
    return make_page(
        *top,
        ("江诚会审字〔2023〕第019号", 0.62, 0.12),
        (f"{ENTITY}全体股东：", 0.12, 0.15),
        (heads[0], 0.14, 0.18),
        *paragraph(audited, 0.2),
        *paragraph(rest, 0.3),
        (heads[1], 0.14, 0.45),
        *paragraph(more, 0.48),
        (FIRM, 0.12, 0.7),
        ("中国注册会计师：陈一鸣", 0.55, 0.7),
        ("中国注册会计师：李思远", 0.55, 0.76),
        ("二〇二三年三月十二日", 0.55, 0.82),
    )


def smeared(page: Page, every: int) -> Page:
    """Every ``every``-th character of the page misread."""
    lines, n = [], 0
    for line in page.lines:
        text = ""
        for char in line.text:
            n += 1
            text += "昙" if n % every == 0 and "\u4e00" <= char <= "\u9fff" else char
        lines.append(line.model_copy(update={"text": text}))
    return page.model_copy(update={"lines": tuple(lines)})


@pytest.mark.parametrize("title", ["审讯报告", "市计报告", "审计报吉", "审 计 根 告", "计报告", "审计报告卜", None])
@pytest.mark.parametrize("body", [(AUDITED, CLEAN, BASIS), (OLD, OLD_DUTY, CLEAN + BASIS)])
def test_a_report_without_its_title_opens_one(title: str | None, body: tuple[str, ...]) -> None:
    heads = ("一、管理层对财务报表的责任", "二、注册会计师的责任") if body[0] == OLD else ("审计意见", "形成审计意见的基础")
    page = opinion(title, *body, heads=heads)
    best = look(page).best("start")
    assert best is not None
    assert best[0] == "audit_report"
    assert is_opinion(page)


def test_its_opinion_and_figures_are_read() -> None:
    pages = [opinion("审讯报告"), balance_page(Layout(), number=2), income_page(Layout(), number=3)]
    documents = read_documents(pages)
    assert [d.type for d in documents] == ["audit_report"]
    assert documents[0].fields["opinion"].value == "unqualified"
    assert documents[0].fields["report_no"].value == "江诚会审字〔2023〕第019号"
    assert documents[0].fields["fiscal_year"].value == "2022"


@pytest.mark.parametrize("every", [40, 25, 15])
def test_wrong_characters_in_the_text(every: int) -> None:
    assert is_opinion(smeared(opinion(None), every))


def test_two_reports_with_lost_titles_stay_two() -> None:
    first, second = opinion(None), opinion("审讯报告")
    other = [x.model_copy(update={"text": x.text.replace("第019号", "第020号").replace("2022", "2021")}) for x in second.lines]
    pages = [first, balance_page(Layout(), number=2), second.model_copy(update={"page": 3, "lines": tuple(other)})]
    assert len(read_documents(pages)) == 2


def test_the_second_page_of_an_opinion_opens_nothing() -> None:
    rest = make_page(
        ("四、注册会计师对财务报表审计的责任", 0.14, 0.08),
        *paragraph("我们的目标是对财务报表整体是否不存在重大错报获取合理保证，并出具包含审计意见的审计报告。" + BASIS, 0.12),
        (FIRM, 0.12, 0.7),
        ("中国注册会计师：陈一鸣", 0.55, 0.7),
        page=2,
    )
    assert not is_opinion(rest)
    cue = TYPE.cue(rest)
    assert cue is not None
    assert cue.role == "inside"


REVIEW = AUDITED.replace("审计了", "审阅了")
CONTROL = f"按照审计指引的要求，我们审计了{ENTITY}2022年12月31日的财务报告内部控制的有效性。"
FUNDS = f"我们接受委托，审计了{ENTITY}2022年度非经营性资金占用情况汇总表，该汇总表与财务报表一致。"
LETTER = "甲方委托乙方对2022年度财务报表进行审计，乙方按照中国注册会计师审计准则的规定执行了审计工作，为发表审计意见提供了基础。"
RESEARCH = f"我们审计了后附的{ENTITY}2022年度研究开发费用结构明细表，该明细表以财务报表为基础编制。"


@pytest.mark.parametrize(
    ("title", "opening"),
    [
        ("审阅报告", REVIEW),
        (None, REVIEW),
        ("内部控制审计报告", CONTROL),
        (None, CONTROL),
        (None, FUNDS),
        ("关于资金占用情况的专项说明", AUDITED),
        ("管理建议书", AUDITED),
        ("审计业务约定书", LETTER),
        (None, LETTER),
        (None, RESEARCH),
        (None, "本公司财务报表已经江州诚明会计师事务所审计，并出具了审计报告。"),
        ("设计报告", "我们设计了后附的机床，财务报表见附件。"),
    ],
)
def test_papers_that_sound_like_a_report_are_none(title: str | None, opening: str) -> None:
    page = opinion(title, opening, CLEAN, BASIS, heads=("一、概述", "二、其他"))
    assert not is_opinion(page)
    cue = TYPE.cue(page)
    assert cue is None or cue.role == "inside"


def test_the_last_page_of_an_opinion_is_no_opinion_of_its_own() -> None:
    duties = (
        "我们按照审计准则执行审计工作。如果我们得出结论认为存在重大不确定性，审计准则要求我们在审计报告中提请报表使用者注意"
        "财务报表中的相关披露；如果披露不充分，我们应当发表非无保留意见。"
    )
    page = make_page(
        *paragraph("四、管理层和治理层对财务报表的责任", 0.1),
        *paragraph(duties, 0.2),
        *paragraph("五、注册会计师对财务报表审计的责任", 0.5),
        *paragraph(BASIS, 0.6),
    )
    assert not is_opinion(page)
