"""Documents whose first page was not recognised, annexes, and covers: where pages go then."""

from __future__ import annotations

import pytest

from extractor.documents.split import read_documents, split
from extractor.model import Page
from tests.documents.conftest import make_page
from tests.documents.statement_layouts import ENTITY, Layout, balance_page, income_page
from tests.documents.test_audit_report import opinion_page


def types(*pages: Page) -> list[tuple[str, int]]:
    placed = [p.model_copy(update={"page": k}) for k, p in enumerate(pages, 1)]
    return [(piece.type, len(piece.pages)) for piece in split(placed)]


def tax_cover(title: str) -> Page:
    return make_page(
        (title, 0.25, 0.2, 0.024),
        ("税款所属期间：2022年01月01日至2022年12月31日", 0.18, 0.28),
        (f"纳税人名称：{ENTITY}", 0.18, 0.31),
        ("谨声明：本纳税申报表是根据国家税收法律法规及相关规定填报的。", 0.18, 0.36),
    )


TAX_TABLE = make_page(
    ("A107012", 0.2, 0.1),
    ("研发费用加计扣除优惠明细表", 0.35, 0.12, 0.018),
    ("行次", 0.1, 0.16),
    ("项目", 0.4, 0.16),
    ("1", 0.1, 0.18),
    ("本年可享受研发费用加计扣除项目数量", 0.2, 0.18),
    ("10", 0.8, 0.18),
)


@pytest.mark.parametrize("title", ["中华人民共和国企业所得税年度纳税申报汁", "中华人民共和国企业听得税年度纳税申报表"])
def test_a_return_is_known_by_its_tables(title: str) -> None:
    assert types(tax_cover(title), TAX_TABLE) == [("tax_return", 2)]


def test_a_form_keeps_its_tables() -> None:
    form = make_page(("高新技术企业认定申报亏 年检报告", 0.3, 0.1, 0.03), (f"企业名称：{ENTITY}", 0.2, 0.2))
    assert types(form, TAX_TABLE) == [("other", 2)]


def test_a_page_of_another_kind_is_not_taken_by_the_report_before_it() -> None:
    pages = [opinion_page(), balance_page(Layout()), income_page(Layout()), TAX_TABLE]
    assert types(*pages) == [("audit_report", 3), ("tax_return", 1)]


CERTIFICATE = make_page(
    ("质量管理体系认证证书", 0.3, 0.2, 0.03),
    ("证书编号：15923Q02741R3S", 0.3, 0.28),
    (f"获证组织：{ENTITY}", 0.3, 0.32),
    ("质量管理体系符合 GB/T 19001-2016/ISO 9001:2015 标准", 0.3, 0.36),
    ("有效期至：2026年05月11日", 0.3, 0.4),
)


def annex(title: str = "质量管理体系认证证书附页", number: str = "15923Q02741R3S") -> Page:
    return make_page(
        (title, 0.3, 0.1, 0.024),
        (f"证书编号：{number}", 0.2, 0.15),
        (f"获证组织：{ENTITY}", 0.2, 0.18),
        ("多场所认证覆盖的场所及活动如下：", 0.2, 0.21),
        ("1 一号厂房 销售", 0.2, 0.24),
    )


def test_an_annex_with_the_number_of_the_certificate_belongs_to_it() -> None:
    assert types(CERTIFICATE, annex()) == [("iso_certificate", 2)]
    assert types(CERTIFICATE, annex("附件一")) == [("iso_certificate", 2)]


def test_an_annex_of_another_certificate_does_not() -> None:
    assert types(CERTIFICATE, annex("附件一", "00000Q99999R0M"))[0] == ("iso_certificate", 1)


def test_a_certificate_without_its_title_is_no_cover() -> None:
    lost = make_page((ENTITY, 0.3, 0.2), ("经审核，认定为高新技术企业，特发此证。", 0.3, 0.3), ("有效期：三年", 0.3, 0.4))
    assert types(lost, opinion_page(), balance_page(Layout())) == [("other", 1), ("audit_report", 2)]


def test_a_cover_in_letter_spaced_rows_belongs_to_its_report() -> None:
    spaced = [(char, 0.2 + 0.03 * k, 0.3 + 0.05 * row) for row in range(5) for k, char in enumerate("会计期间：")]
    cover = make_page((ENTITY, 0.3, 0.2, 0.02), *spaced)
    assert types(cover, opinion_page(), balance_page(Layout())) == [("audit_report", 3)]


@pytest.mark.parametrize("title", ["2022年十审计报告", "〇二二年度 审讯报告", "审讯报告", "江州公司务报表审计报告"])
def test_a_cover_with_a_damaged_title(title: str) -> None:
    cover = make_page((title, 0.3, 0.3, 0.03), (ENTITY, 0.3, 0.4), ("江州诚明会计师事务所（普通合伙）", 0.3, 0.7))
    known = title != "〇二二年度 审讯报告"
    assert (read_documents([cover])[0].type == "audit_report") is known


@pytest.mark.parametrize(
    "rows",
    [
        ("审阅报告", "江州诚明会计师事务所"),
        ("研发费用专项审计报告", "江州诚明会计师事务所"),
        ("内部控制审计报告", "江州诚明会计师事务所"),
        ("关于审计报告的说明", "江州诚明会计师事务所"),
        ("设计报告", "江州设计院"),
        ("提交材料：2022年度审计报告", "营业执照"),
        ("统计报告", "江州诚明会计师事务所"),
    ],
)
def test_other_covers_are_none(rows: tuple[str, str]) -> None:
    cover = make_page((rows[0], 0.3, 0.3, 0.03), (ENTITY, 0.3, 0.4), (rows[1], 0.3, 0.7))
    assert read_documents([cover])[0].type != "audit_report"
