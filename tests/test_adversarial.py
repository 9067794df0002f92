"""Packages that try to get a figure supported that a careful person would refuse: pages to verdicts.

Every page is made by hand with invented names; each case failed a person's common sense, not a parser.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from extractor.claims.crosscheck import cross_check
from extractor.claims.derive import derive_claims
from extractor.documents.split import read_documents
from extractor.model import Declaration, Declared, Finding, Page
from tests.documents.certificate_layouts import COMPANY, NUMBER, OTHER, UTILITY_OLD, patent_number
from tests.documents.conftest import Row, make_page
from tests.documents.statement_layouts import (
    ENTITY,
    Layout,
    balance,
    balance_page,
    income,
    income_page,
    value,
)
from tests.documents.statement_layouts import (
    Row as StatementRow,
)
from tests.documents.test_audit_report import opinion_page
from tests.documents.test_social_security_list import HEADER, persons, table

SUPPORTED = "supported"
INCOME = income()
REVENUE = value(INCOME, "营业收入", 0)
PARENT = "海州云帆控股集团有限公司"


def judge(pages: Sequence[Page], *declared: Declared, name: str = COMPANY, as_of: str = "2023-06-30") -> list[Finding]:
    """The findings on pages given in order, one file each page run."""
    numbered = [p.model_copy(update={"page": n}) for n, p in enumerate(pages, 1)]
    documents = read_documents(numbered, ["材料.pdf"])
    declaration = Declaration(name=name, as_of=as_of, declared=declared)
    day = date.fromisoformat(as_of)
    claims = derive_claims(documents, declaration, day)
    return list(cross_check(declaration, claims, documents, day))


def verdict(pages: Sequence[Page], declared: Declared, *, name: str = COMPANY, as_of: str = "2023-06-30") -> str:
    return judge(pages, declared, name=name, as_of=as_of)[0].verdict.value


def revenue(amount: float = REVENUE, unit: str = "元", period: str = "2022") -> Declared:
    return Declared(metric="revenue", period=period, value=amount, unit=unit, decimals=2)


def utility(n: int = 1) -> Declared:
    return Declared(metric="utility_patents", period="now", value=n, unit="项")


def audit(opinion: Page | None = None, entity: str = ENTITY, rows: Sequence[StatementRow] | None = None) -> list[Page]:
    layout = Layout(entity=entity)
    first = opinion or opinion_page(entity=entity)
    return [first, balance_page(layout, balance(), number=2), income_page(layout, rows or INCOME, number=3)]


def changed(rows: Sequence[Row], old: str, new: str) -> Page:
    return make_page(*[(r.replace(old, new) if isinstance(r, str) else (r[0].replace(old, new), *r[1:])) for r in rows])


# --- audit reports ---------------------------------------------------------------------------------


def test_the_plain_case_is_supported() -> None:
    assert verdict(audit(), revenue(), name=ENTITY) == SUPPORTED


def test_somebody_elses_report() -> None:
    assert verdict(audit(), revenue(), name="江州澄海新材料有限公司") == "wrong_entity"


def test_somebody_elses_report_followed_by_own_statements_without_opinion() -> None:
    own = Layout(entity="江州澄海新材料有限公司")
    pages = [*audit(), balance_page(own, balance(5)), income_page(own, income(5))]
    declared = revenue(value(income(5), "营业收入", 0))
    assert verdict(pages, declared, name="江州澄海新材料有限公司") != SUPPORTED


def test_the_prior_years_report_only() -> None:
    assert verdict(audit(), revenue(period="2023"), name=ENTITY, as_of="2024-06-30") == "missing"


@pytest.mark.parametrize("unit", ["千元", "万元", "百万元", "亿元"])
def test_unit_mistakes(unit: str) -> None:
    assert verdict(audit(), revenue(unit=unit), name=ENTITY) == "contradicted"


def test_a_disclaimer() -> None:
    words = (
        "我们不对后附的财务报表发表审计意见。由于形成无法表示意见的基础部分所述事项的重要性，我们无法获取充分、适当的审计证据。"
    )
    opinion = opinion_page(words, heading="一、无法表示意见")
    assert verdict(audit(opinion), revenue(), name=ENTITY) == "unsure"


def test_an_adverse_opinion() -> None:
    words = (
        "我们认为，由于否定意见的基础部分所述事项的重要性，后附的财务报表没有在所有重大方面"
        "按照企业会计准则的规定编制，未能公允反映贵公司的财务状况。"
    )
    assert verdict(audit(opinion_page(words, heading="一、否定意见")), revenue(), name=ENTITY) == "unsure"


@pytest.mark.parametrize("mark", ["征求意见稿", "初稿", "草稿", "送审稿"])
def test_a_draft_report(mark: str) -> None:
    opinion = opinion_page()
    title = opinion.lines[0]
    drafted = opinion.model_copy(
        update={"lines": tuple(x.model_copy(update={"text": f"审计报告（{mark}）"}) if x == title else x for x in opinion.lines)}
    )
    assert verdict(audit(drafted), revenue(), name=ENTITY) != SUPPORTED


def test_two_reports_of_one_year_with_different_revenue() -> None:
    pages = [*audit(), *audit(rows=income(9))]
    assert verdict(pages, revenue(), name=ENTITY) == "unsure"
    assert verdict(pages, revenue(value(income(9), "营业收入", 0)), name=ENTITY) == "unsure"


def test_the_parent_companys_statement_beside_the_consolidated_one() -> None:
    layout = Layout(entity=ENTITY)
    pages = [
        opinion_page(),
        balance_page(layout, balance(), title="合并资产负债表"),
        income_page(layout, INCOME, title="合并利润表"),
        balance_page(layout, balance(7), title="母公司资产负债表"),
        income_page(layout, income(7), title="母公司利润表"),
    ]
    assert verdict(pages, revenue(), name=ENTITY) == SUPPORTED
    assert verdict(pages, revenue(value(income(7), "营业收入", 0)), name=ENTITY) == "contradicted"


def test_bare_statements() -> None:
    layout = Layout(entity=ENTITY)
    assert verdict([balance_page(layout), income_page(layout, INCOME)], revenue(), name=ENTITY) == "unsure"


def test_own_opinion_with_another_companys_statements() -> None:
    other = Layout(entity="江州澄海新材料有限公司")
    pages = [opinion_page(), balance_page(other), income_page(other, INCOME)]
    (found,) = judge(pages, revenue(), name=ENTITY)
    assert found.verdict.value == "unsure"
    assert "编制单位" in found.reason
    assert verdict(pages, revenue(), name=other.entity) != SUPPORTED


def test_a_cover_and_statements_without_the_opinion() -> None:
    cover = make_page(
        ("审计报告", 0.42, 0.3, 0.03),
        ("江诚会审字〔2023〕第019号", 0.4, 0.36),
        (ENTITY, 0.3, 0.5),
        ("江州诚明会计师事务所（普通合伙）", 0.35, 0.8),
    )
    (found,) = judge([cover, *audit()[1:]], revenue(), name=ENTITY)
    assert found.verdict.value == "unsure"
    assert "审计意见" in found.reason


def test_an_opinion_on_the_year_before() -> None:
    opinion = opinion_page()
    earlier = tuple(x.model_copy(update={"text": x.text.replace("2022", "2021")}) for x in opinion.lines)
    pages = audit(opinion.model_copy(update={"lines": earlier}))
    (found,) = judge(pages, revenue(), name=ENTITY)
    assert found.verdict.value == "unsure"
    assert "审计意见未涵盖" in found.reason


def test_another_companys_statements_after_the_own_ones_change_nothing() -> None:
    other = Layout(entity="江州澄海新材料有限公司")
    pages = [*audit(), balance_page(other, balance(5)), income_page(other, income(5))]
    assert verdict(pages, revenue(), name=ENTITY) == SUPPORTED


@pytest.mark.parametrize("title", ["预计利润表", "备考合并利润表", "2022年度利润预测表"])
def test_statements_that_show_no_actual_figures(title: str) -> None:
    layout = Layout(entity=ENTITY)
    pages = [opinion_page(), balance_page(layout), income_page(layout, INCOME, title=title)]
    assert verdict(pages, revenue(), name=ENTITY) != SUPPORTED


def test_another_rows_figure() -> None:
    assert verdict(audit(), revenue(value(INCOME, "营业利润", 0)), name=ENTITY) == "contradicted"


def test_swapped_digits() -> None:
    text = f"{REVENUE:.2f}"
    at = next(k for k in range(len(text) - 4) if text[k] != text[k + 1])
    wrong = float(text[:at] + text[at + 1] + text[at] + text[at + 2 :])
    assert verdict(audit(), revenue(wrong), name=ENTITY) == "contradicted"


# --- certificates ----------------------------------------------------------------------------------


def test_a_plain_patent_is_supported() -> None:
    assert verdict([make_page(*UTILITY_OLD)], utility()) == SUPPORTED


@pytest.mark.parametrize("owner", [PARENT, OTHER, COMPANY + "第一分公司", "陈明远", "海州云帆精密机械股份有限公司"])
def test_a_patent_of_somebody_else(owner: str) -> None:
    assert verdict([changed(UTILITY_OLD, COMPANY, owner)], utility()) != SUPPORTED


def test_the_parent_is_owner_and_the_enterprise_only_named_elsewhere_on_the_page() -> None:
    page = changed(UTILITY_OLD, COMPANY, PARENT)
    more = make_page(*UTILITY_OLD[:-2], ("使用单位：" + COMPANY, 0.12, 0.9)).lines[-1]
    assert verdict([page.model_copy(update={"lines": (*page.lines, more)})], utility()) != SUPPORTED


def test_a_false_check_digit() -> None:
    shown = f"ZL {NUMBER[2:6]} {NUMBER[6]} {NUMBER[7:]}"
    false = shown[:-1] + ("1" if shown[-1] != "1" else "2")
    assert verdict([changed(UTILITY_OLD, shown, false)], utility()) == "unsure"


def test_two_copies_of_one_certificate_count_once() -> None:
    page = make_page(*UTILITY_OLD)
    assert verdict([page, page], utility(2)) == "contradicted"


@pytest.mark.parametrize("mark", ["样本", "样张", "SPECIMEN", "仅供参考"])
def test_a_specimen(mark: str) -> None:
    assert verdict([make_page(*UTILITY_OLD, (mark, 0.35, 0.45, 0.06))], utility()) != SUPPORTED


def test_an_acceptance_notice_with_number_and_applicant() -> None:
    page = make_page(
        ("专利申请受理通知书", 0.3, 0.1, 0.024),
        ("申请号：" + NUMBER[2:], 0.12, 0.2),
        ("专利号：" + NUMBER, 0.12, 0.23),
        ("申请日：2018年05月18日", 0.12, 0.26),
        ("专利权人：" + COMPANY, 0.12, 0.29),
        ("实用新型名称：一种带自锁机构的升降平台", 0.12, 0.32),
        ("授权公告日：2018年11月20日", 0.12, 0.35),
    )
    assert verdict([page], utility()) != SUPPORTED


def test_a_contract_that_lists_patents() -> None:
    page = make_page(
        ("专利实施许可合同", 0.35, 0.08, 0.026),
        ("许可方：" + PARENT, 0.12, 0.16),
        ("被许可方：" + COMPANY, 0.12, 0.19),
        ("实用新型专利，专利号：" + NUMBER, 0.12, 0.22),
        ("专利权人：" + COMPANY + "授权公告日：2018年11月20日", 0.12, 0.25),
    )
    assert verdict([page], utility()) != SUPPORTED


def test_granted_after_the_day() -> None:
    assert verdict([make_page(*UTILITY_OLD)], utility(), as_of="2018-11-19") != SUPPORTED
    assert verdict([make_page(*UTILITY_OLD)], utility(), as_of="2018-11-20") == SUPPORTED


def test_run_out() -> None:
    assert verdict([make_page(*UTILITY_OLD)], utility(), as_of="2028-05-17") == SUPPORTED
    assert verdict([make_page(*UTILITY_OLD)], utility(), as_of="2028-05-18") == "expired"


def test_a_utility_patent_is_no_invention_patent() -> None:
    declared = Declared(metric="invention_patents", period="now", value=1, unit="项")
    assert verdict([make_page(*UTILITY_OLD)], declared) != SUPPORTED


def test_many_certificates_on_following_pages() -> None:
    pages = []
    for k in range(4):
        number = patent_number(f"20182065{k:04d}")
        pages.append(changed(UTILITY_OLD, f"ZL {NUMBER[2:6]} {NUMBER[6]} {NUMBER[7:]}", number))
    assert verdict(pages, utility(4)) == SUPPORTED
    assert verdict(pages, utility(5)) == "contradicted"


def iso_page(until: str = "2023年06月30日", holder: str = COMPANY, *more: Row) -> Page:
    return make_page(
        ("质量管理体系认证证书", 0.27, 0.12, 0.035),
        ("证书编号：20722Q10234R1M", 0.62, 0.17),
        "兹证明",
        (holder, 0.3, 0.23, 0.02),
        "建立的质量管理体系符合标准：",
        "GB/T 19001-2016/ISO 9001:2015",
        "通过认证范围如下：",
        "精密齿轮的设计、生产和销售",
        ("本次发证日期：2020年07月01日", 0.16, 0.58),
        ("证书有效期至：" + until, 0.55, 0.58),
        ("北京远衡认证有限公司", 0.35, 0.82),
        *more,
    )


ISO = Declared(metric="management_system_certs", period="now", value=1, unit="项")


def test_the_last_day_of_a_certificate() -> None:
    assert verdict([iso_page()], ISO, as_of="2023-06-30") == SUPPORTED
    assert verdict([iso_page()], ISO, as_of="2023-07-01") == "expired"


def test_a_certificate_of_the_parent_that_covers_the_enterprise_as_a_site() -> None:
    page = iso_page("2023年06月30日", PARENT, ("多场所：" + COMPANY, 0.16, 0.5))
    assert verdict([page], ISO) != SUPPORTED


@pytest.mark.parametrize(("mark", "size"), [("证书草稿", 0.05), ("客户确认稿", 0.014), ("（草稿）", 0.014)])
def test_a_certificate_for_confirmation(mark: str, size: float) -> None:
    assert verdict([iso_page("2023年06月30日", COMPANY, (mark, 0.6, 0.05, size))], ISO) != SUPPORTED


@pytest.mark.parametrize("word", ["暂停", "撤销", "注销"])
def test_a_suspended_certificate(word: str) -> None:
    notice = make_page(
        (f"认证证书{word}通知书", 0.3, 0.1, 0.024),
        (COMPANY + "：", 0.12, 0.2),
        (f"贵公司质量管理体系认证证书（证书编号：20722Q10234R1M）自2022年1月1日起{word}。", 0.12, 0.24),
    )
    assert verdict([iso_page(), notice], ISO) != SUPPORTED


# --- trademarks, software, headcount ----------------------------------------------------------------


def trademark(until: str = "2023年05月06日") -> Page:
    return make_page(
        ("商标注册证", 0.4, 0.1, 0.035),
        ("第26510997号", 0.4, 0.2),
        ("注册人：" + COMPANY, 0.15, 0.4),
        ("核定使用商品/服务项目（国际分类：7）", 0.15, 0.45),
        ("注册日期：2013年05月07日", 0.15, 0.6),
        ("有效期至：" + until, 0.55, 0.6),
    )


MARK = Declared(metric="trademarks", period="now", value=1, unit="项")


def test_a_trademark_that_is_only_being_renewed() -> None:
    notice = make_page(
        ("商标续展申请受理通知书", 0.3, 0.1, 0.024),
        (COMPANY + "：", 0.12, 0.2),
        ("你单位关于第26510997号商标的续展申请已予受理。", 0.12, 0.24),
    )
    assert verdict([trademark()], MARK, as_of="2023-05-06") == SUPPORTED
    assert verdict([trademark(), notice], MARK) != SUPPORTED


def software(number: str = "2022SR0359615", day: str | None = "2022年03月11日", owner: str = COMPANY) -> Page:
    rows: list[Row] = [
        ("中华人民共和国国家版权局", 0.32, 0.1),
        ("计算机软件著作权登记证书", 0.28, 0.14, 0.026),
        ("证书号：软著登字第7041376号", 0.55, 0.2),
        ("软件名称：云帆质量追溯系统V1.0", 0.2, 0.26),
        ("著作权人：" + owner, 0.2, 0.31),
        ("开发完成日期：2021年11月17日", 0.2, 0.36),
        ("首次发表日期：未发表", 0.2, 0.41),
        ("权利取得方式：原始取得", 0.2, 0.46),
        ("权利范围：全部权利", 0.2, 0.51),
        ("登记号：" + number, 0.2, 0.56),
    ]
    return make_page(*rows, *([(day, 0.6, 0.78)] if day else []))


SOFTWARE = Declared(metric="software_copyrights", period="now", value=1, unit="项")


def test_a_hidden_registration_date_is_settled_by_the_numbers_year() -> None:
    assert verdict([software(day=None)], SOFTWARE) == SUPPORTED
    assert verdict([software("2023SR0359615", day=None)], SOFTWARE) == "unsure"
    assert verdict([software("2024SR0359615", day=None)], SOFTWARE) != SUPPORTED
    assert verdict([software(owner=PARENT)], SOFTWARE) == "wrong_entity"


def insured(organization: str = COMPANY, total: int = 8) -> Page:
    return make_page(
        ("社会保险单位参保证明", 0.35, 0.05, 0.022),
        (f"单位名称：{organization}", 0.06, 0.1),
        ("费款所属期：2023年05月", 0.06, 0.13),
        *table(HEADER, persons(8)),
        (f"参保人数：{total}人", 0.06, 0.6),
        ("福州市社会保险中心", 0.7, 0.65),
    )


def test_social_lists_of_a_branch_or_with_a_wrong_total() -> None:
    staff = Declared(metric="employees", period="now", value=8, unit="人")
    assert verdict([insured()], staff) == SUPPORTED
    assert verdict([insured(COMPANY + "福州分公司")], staff) != SUPPORTED
    assert verdict([insured(total=9)], staff) == "unsure"
    assert verdict([insured(total=9)], staff.model_copy(update={"value": 9})) == "unsure"
