"""Labels glued to names and numbers, torn ones: the tagger's reading is taken where nothing else differs."""

from __future__ import annotations

import pytest

from extractor.documents.fusion import DISPUTED_AT_MOST, fused
from extractor.documents.fusion_tidy import is_label, tidier
from extractor.model import Field
from tests.documents.conftest import make_page
from tests.documents.fusion_stub import tagging
from tests.documents.test_fusion import field

NAME = "海州云帆精密机械有限公司"


@pytest.mark.parametrize(
    ("kind", "key", "ruled", "other", "found"),
    [
        ("iso_certificate", "holder", f"下列组织{NAME}", NAME, True),
        ("rd_audit_report", "entity", f"编制单{NAME}", NAME, True),
        ("patent_certificate", "patentees", [f"名{NAME}"], [NAME], True),
        ("software_copyright", "owners", [f"{NAME}证书打印日期"], [NAME], True),
        ("software_copyright", "owners", ["韦敏娜国籍中国"], ["韦敏娜"], True),
        ("business_license", "name", "海州云帆精密机械有", NAME, True),
        ("social_security_list", "organization", "械有限公司", NAME, True),
        ("audit_report", "firm", "事务所名称新疆裕岭会计师事务所", "新疆裕岭会计师事务所（特殊普通合伙）", True),
        ("audit_report", "firm", "新疆裕岭会计师事务所", "新疆裕岭会计师事务所有限公司", True),
        ("audit_report", "report_no", "报告书编号飞墨审(2016)3000号", "飞墨审(2016)3000号", True),
        ("audit_report", "report_no", "新乡年审字(", "新乡年审字(2017)451号", True),
        ("iso_certificate", "certificate_no", "CERT.NO.21522E7713R0M", "21522E7713R0M", True),
        ("patent_certificate", "patentees", [f"{NAME}尹杰康"], [NAME, "尹杰康"], True),
        ("patent_certificate", "patentees", [NAME], [NAME, "尹杰康"], False),
        # What may be a part of the name is left to the rules.
        ("iso_certificate", "holder", f"福建{NAME}", NAME, False),
        ("iso_certificate", "holder", NAME, f"福建{NAME}", False),
        ("iso_certificate", "holder", NAME, f"{NAME}北京分公司", False),
        ("iso_certificate", "holder", f"{NAME}北京分公司", NAME, False),
        ("iso_certificate", "holder", NAME, NAME, False),
        ("iso_certificate", "holder", "海州理工大学", NAME, False),
        ("patent_certificate", "patentees", [f"名{NAME}", "张三"], [NAME], False),
        ("patent_certificate", "patentees", [f"名{NAME}", "张三"], [NAME, "李四"], False),
        ("iso_certificate", "certificate_no", "00121Q31234R0M/3500", "00121Q31234R0M", False),
        ("iso_certificate", "certificate_no", "309589-2023-R", "309589-2023-RVA", False),
        ("iso_certificate", "valid_until", "2025-03-07", "2025-03-08", False),
    ],
)
def test_which_reading_is_tidier(kind, key, ruled, other, found):
    assert tidier(kind, key, ruled, other) is found


def test_labels_are_no_names():
    assert is_label("开发方式")
    assert is_label("批准时间")
    assert is_label("独立开发")
    assert not is_label(NAME)
    assert not is_label("张三")
    assert not is_label("海州时间仪表有限公司")


def heard(ruled: Field, *said, key="holder") -> Field:
    page = make_page((f"下列组织{NAME}的管理体系", 0.1, 0.1), ("张三", 0.1, 0.2))
    return fused("iso_certificate", {key: ruled}, [page], tagging(*said))[key]


def test_the_tidier_name_is_taken_with_a_note():
    found = heard(field(f"下列组织{NAME}"), ("holder", NAME, 0.98))
    assert (found.value, found.method) == (NAME, "tagger")
    assert "下列组织" in (found.note or "")


def test_not_by_a_hesitant_tag():
    ruled = field(f"下列组织{NAME}")
    assert heard(ruled, ("holder", NAME, 0.95)) == ruled


def test_a_label_read_as_a_name_is_replaced():
    found = heard(field("批准时间"), ("holder", NAME, 0.98))
    assert (found.value, found.method) == (NAME, "tagger")


def test_a_name_without_a_legal_form_is_not_outvoted_by_one_that_has_one():
    page = make_page(("海州精密機械廠", 0.1, 0.1), (NAME, 0.1, 0.2))
    found = fused("iso_certificate", {"holder": field(NAME)}, [page], tagging(("holder", "海州精密機械廠", 0.99)))
    assert found["holder"].confidence <= DISPUTED_AT_MOST


def test_a_persons_name_is_not_replaced_by_a_company():
    """Both may hold the right: a person must look."""
    page = make_page((NAME, 0.1, 0.1), ("张三", 0.1, 0.2))
    found = fused("patent_certificate", {"patentees": field(["张三"])}, [page], tagging(("patentees", NAME, 0.99)))
    assert found["patentees"].value == ["张三"]
    assert found["patentees"].confidence <= DISPUTED_AT_MOST
