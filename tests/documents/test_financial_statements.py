"""Bare and interim statements. All names are invented."""

from __future__ import annotations

from dataclasses import replace

from extractor.documents.financial_statements import TYPE
from tests.documents.conftest import make_page
from tests.documents.statement_layouts import ENTITY, Layout, balance, balance_page, income_page


def test_bare_statements() -> None:
    found = TYPE.extract([balance_page(Layout()), income_page(Layout())])
    assert found.fields["entity"].value == ENTITY
    assert found.fields["fiscal_year"].value == "2022"
    assert found.fields["total_assets"].value == {"2022": balance()[10][1] / 100, "2021": balance()[10][2] / 100}  # type: ignore[operator]
    assert "opinion" not in found.fields


def test_quarterly_report() -> None:
    cover = make_page((ENTITY, 0.3, 0.2, 0.02), ("2025年第一季度报告", 0.35, 0.25, 0.02))
    pages = [
        cover,
        balance_page(replace(Layout(), date="2025年3月31日", entity=""), number=2),
        income_page(replace(Layout(), heads=("本期发生额", "上期发生额"), date="", entity=""), number=3),
    ]
    cue = TYPE.cue(cover)
    assert cue is not None
    assert cue.role == "start"
    found = TYPE.extract(pages)
    assert found.fields["entity"].value == ENTITY
    assert found.fields["fiscal_year"].value == "2025-03"
    assert set(found.fields["revenue"].value) == {"2025-03", "2024-03"}
    assert set(found.fields["total_assets"].value) == {"2025-03", "2024"}


def test_cues() -> None:
    cue = TYPE.cue(balance_page(Layout()))
    assert cue is not None
    assert cue.role == "start"
    assert TYPE.cue(make_page(("年度检查报告书", 0.4, 0.1), ("资产负债表", 0.4, 0.5))) is None
    assert TYPE.cue(make_page(("发明专利证书", 0.4, 0.1))) is None


def test_income_statement_continues_the_same_set_another_company_does_not() -> None:
    first = balance_page(Layout())
    assert not TYPE.opens_new([first], income_page(Layout()))
    assert TYPE.opens_new([first], balance_page(replace(Layout(), entity="云州远山机电有限公司")))
    assert TYPE.opens_new([first], balance_page(replace(Layout(), date="2021年12月31日")))


def test_unaudited_note() -> None:
    layout = replace(Layout(), unit="单位：元（未经审计）")
    found = TYPE.extract([balance_page(layout)])
    assert "未经审计" in (found.fields["total_assets"].note or "")
