"""High-tech certificates that name the enterprise in a sentence or in large print instead of beside a label."""

from __future__ import annotations

import pytest

from extractor.documents.high_tech_certificate import TYPE
from extractor.model import Field
from tests.documents.certificate_layouts import COMPANY
from tests.documents.conftest import Row, make_page

TITLE: Row = ("高新技术企业证书", 0.3, 0.13, 0.05)
FOOT: tuple[Row, ...] = (
    ("证书编号", 0.22, 0.45),
    ("发证日期", 0.47, 0.45),
    ("有效期", 0.76, 0.45),
    ("GR202135001234", 0.21, 0.475),
    ("2021年12月15日", 0.46, 0.475),
    ("三年", 0.77, 0.475),
    ("福建省科学技术厅", 0.15, 0.78),
    ("福建省财政厅", 0.45, 0.78),
    ("国家税务总局福建省税务局", 0.7, 0.78),
)


def read(*rows: Row) -> dict[str, Field]:
    return TYPE.extract([make_page(TITLE, *rows, *FOOT)]).fields


@pytest.mark.parametrize(
    "rows",
    [
        ((COMPANY, 0.3, 0.29, 0.022), ("经审核，认定为高新技术企业，特发此证。", 0.33, 0.35)),
        ((f"兹认定{COMPANY}为高新技术企业，特颁此证。", 0.2, 0.3),),
        (("经评审，现批准", 0.4, 0.26), (COMPANY, 0.3, 0.3, 0.02), ("为高新技术企业", 0.4, 0.34)),
        (
            (" ".join(COMPANY), 0.2, 0.29, 0.016),
            ("根据《高新技术企业认定管理办法》，经审核认定你单位为高新技术企业。", 0.2, 0.35),
        ),
        (
            (COMPANY[:6], 0.38, 0.27, 0.022),
            (COMPANY[6:], 0.4, 0.3, 0.022),
            ("经审核，认定为高新技术企业，特发此证。", 0.33, 0.36),
        ),
        ((f"{COMPANY}：", 0.2, 0.29), ("你公司被认定为高新技术企业，特发此证。", 0.23, 0.32)),
    ],
    ids=["large print above", "in the sentence", "between two parts", "letter-spaced", "two rows", "letter"],
)
def test_the_enterprise_without_a_label(rows: tuple[Row, ...]) -> None:
    found = read(*rows)
    assert found["holder"].value == COMPANY
    assert found["holder"].confidence > 0.85
    assert found["certificate_no"].value == "GR202135001234"
    assert (found["issue_date"].value, found["valid_until"].value) == ("2021-12-15", "2024-12-15")


def test_a_label_goes_before_the_sentence() -> None:
    found = read(
        ("海州数创软件有限公司", 0.3, 0.25), (f"企业名称：{COMPANY}", 0.2, 0.29), ("经审核，认定为高新技术企业。", 0.33, 0.35)
    )
    assert found["holder"].value == COMPANY


def test_of_several_enterprises_none_is_sure() -> None:
    found = read((COMPANY, 0.3, 0.27), ("海州数创软件有限公司", 0.3, 0.3), ("经审核，认定为高新技术企业，特发此证。", 0.33, 0.35))
    assert found["holder"].confidence <= 0.5


def test_a_part_of_a_name_is_never_sure() -> None:
    found = read(
        ("海州云帆（江苏精密", 0.3, 0.27), ("仪器集团有限公", 0.33, 0.3), ("经审核，认定为高新技术企业，特发此证。", 0.33, 0.35)
    )
    assert "holder" not in found or found["holder"].confidence <= 0.5


@pytest.mark.parametrize("row", [(f"证书印制：{COMPANY}", 0.2, 0.93), (f"{COMPANY}监制", 0.6, 0.95)])
def test_a_company_at_the_foot_is_not_the_enterprise(row: Row) -> None:
    found = read(("经审核，认定为高新技术企业，特发此证。", 0.33, 0.35), row)
    assert "holder" not in found


def test_the_authorities_are_not_the_enterprise() -> None:
    found = read(
        ("全国高新技术企业认定管理工作领导小组办公室", 0.2, 0.27), ("经审核，认定为高新技术企业，特发此证。", 0.33, 0.35)
    )
    assert "holder" not in found
