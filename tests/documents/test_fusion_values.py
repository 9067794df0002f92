"""Tagged text parsed by the field's kind, and readings held against each other."""

from __future__ import annotations

import pytest

from extractor.documents.fusion_checks import check, why
from extractor.documents.fusion_values import compared, parse, readable, relation
from extractor.documents.kinds import catalogue
from extractor.model import Field
from tests.documents.certificate_layouts import INVENTION, NUMBER
from tests.documents.iso_layouts import BODY, CODE, H


@pytest.mark.parametrize(
    ("kind", "key", "text", "value"),
    [
        ("iso_certificate", "valid_until", "2025年03月07日", "2025-03-07"),
        ("iso_certificate", "valid_until", "二〇二五年三月七日", "2025-03-07"),
        ("iso_certificate", "valid_until", "11 May 2025", "2025-05-11"),
        ("iso_certificate", "valid_until", "2021-07-05 至 2024-07-04", "2024-07-04"),
        ("iso_certificate", "issue_date", "2021-07-05 至 2024-07-04", "2021-07-05"),
        ("iso_certificate", "issue_date", "03/04/2022", None),
        ("iso_certificate", "issue_date", "三年", None),
        ("iso_certificate", "holder", f"获证组织：{H}", H),
        ("iso_certificate", "holder", "限公司", None),
        ("iso_certificate", "uscc", f"统一社会信用代码：{CODE}", CODE),
        ("iso_certificate", "certificate_no", "20722 Q10234 R1M", "20722Q10234R1M"),
        ("iso_certificate", "system", "质量管理体系认证证书", "quality"),
        ("iso_certificate", "system", "GB/T 24001-2016", "environment"),
        ("iso_certificate", "standards", "GB/T 19001-2016/ISO 9001:2015", ["GB/T 19001-2016", "ISO 9001:2015"]),
        ("patent_certificate", "patent_no", "ZL 2017 1 0765432." + INVENTION[-1], INVENTION),
        ("patent_certificate", "kind", "实用新型专利证书", "utility"),
        ("patent_certificate", "kind", "专利证书", None),
        ("patent_certificate", "certificate_no", "第7012345号", "7012345"),
        ("patent_certificate", "grant_no", "CN 213547479 U", "CN213547479U"),
        ("patent_certificate", "patentees", f"{H};海州理工大学", [H, "海州理工大学"]),
        ("patent_certificate", "inventors", "陈明远;林小雨", ["陈明远", "林小雨"]),
        ("software_copyright", "registration_no", "2017SR359615", "2017SR359615"),
        ("trademark_certificate", "registration_no", "第 26510997 号", "26510997"),
        ("trademark_certificate", "nice_class", "第9类", 9),
        ("high_tech_certificate", "certificate_no", "GR202244204724", "GR202244204724"),
        ("business_license", "registered_capital", "人民币壹仟万元整", 10_000_000.0),
        ("business_license", "registered_capital", "1000", None),
        ("social_security_list", "headcount", "参保人数：38人", 38),
        ("social_security_list", "headcount", "38/40", None),
        ("social_security_list", "period_from", "202201-202212", "2022-01"),
        ("social_security_list", "period_to", "202201-202212", "2022-12"),
        ("audit_report", "fiscal_year", "2021年12月31日", "2021"),
        ("audit_report", "fiscal_year", "2021年度", "2021"),
        ("audit_report", "report_no", "闽华审字[2022〕第0123号", "闽华审字[2022]第0123号"),
        ("audit_report", "firm", "福建华瑞会计师事务所（特殊普通合伙）", "福建华瑞会计师事务所（特殊普通合伙）"),
        ("audit_report", "report_date", "  ", None),
    ],
)
def test_parsing_by_kind(kind, key, text, value):
    assert parse(kind, key, text) == value


def test_every_readable_field_has_a_parser_that_takes_any_text():
    for kind, fields in catalogue().items():
        for key in fields:
            if readable(kind, key):
                for text in ("", " ", "：", "a", "2022", "〇", "x" * 300, "()[]", "￥"):
                    parse(kind, key, text)


def test_what_is_compared():
    assert compared("iso_certificate", "holder")
    assert compared("iso_certificate", "certificate_no")
    assert compared("iso_certificate", "system")
    assert not compared("iso_certificate", "scope")
    assert not compared("patent_certificate", "inventors")
    assert not readable("audit_report", "revenue")


@pytest.mark.parametrize(
    ("kind", "key", "a", "b", "found"),
    [
        ("iso_certificate", "holder", "甲（北京）有限公司", "甲(北京)有限公司", "same"),
        ("iso_certificate", "holder", "福建 闽江机械有限公司", "福建闽江机械有限公司", "same"),
        ("iso_certificate", "holder", H, "Fuzhou Lanchuan Precision Machinery Co., Ltd.", "like"),
        ("iso_certificate", "holder", H, H[:-2], "like"),
        ("iso_certificate", "holder", H, BODY, "apart"),
        ("patent_certificate", "patentees", [H, BODY], [BODY, H], "same"),
        ("patent_certificate", "patentees", [H, BODY], [H], "like"),
        ("patent_certificate", "patentees", [H], [BODY], "apart"),
        ("iso_certificate", "valid_until", "2025-03-07", "2025-03-08", "apart"),
        ("audit_report", "fiscal_year", "2022", "2022-12", "like"),
        ("audit_report", "fiscal_year", "2022", "2021", "apart"),
        ("iso_certificate", "certificate_no", "00121-Q3", "00121Q3", "same"),
        ("iso_certificate", "certificate_no", "00121Q31234R0M/3500", "00121Q31234R0M", "like"),
        ("iso_certificate", "certificate_no", "00121Q3", "0O121Q3", "like"),
        ("iso_certificate", "certificate_no", "00121Q3", "00999Q3", "apart"),
        ("audit_report", "report_no", "闽审〔2022〕1号", "闽审（2022）1号", "same"),
        ("business_license", "registered_capital", 1e7, 10_000_000.001, "same"),
        ("social_security_list", "headcount", 38, 83, "apart"),
    ],
)
def test_relations(kind, key, a, b, found):
    assert relation(kind, key, a, b) == found
    assert relation(kind, key, b, a) == found


def of(**values):
    return {key: Field(value=value, raw=str(value), confidence=0.9) for key, value in values.items()}


@pytest.mark.parametrize(
    ("kind", "key", "value", "others", "found"),
    [
        ("iso_certificate", "uscc", CODE, {}, True),
        ("iso_certificate", "uscc", CODE[:-1] + ("B" if CODE[-1] != "B" else "C"), {}, False),
        ("iso_certificate", "valid_until", "2025-03-07", {}, None),
        ("iso_certificate", "valid_until", "2025-03-07", {"issue_date": "2022-03-08"}, True),
        ("iso_certificate", "valid_until", "2022-03-08", {"issue_date": "2022-03-08"}, False),
        ("iso_certificate", "valid_until", "2035-03-07", {"issue_date": "2022-03-08"}, False),
        ("iso_certificate", "issue_date", "2016-03-08", {"first_issue_date": "2016-03-08"}, True),
        ("iso_certificate", "holder", BODY, {"issuer": BODY}, False),
        ("iso_certificate", "holder", H, {"issuer": BODY}, True),
        ("iso_certificate", "holder", "张三", {"issuer": BODY}, None),
        ("high_tech_certificate", "holder", "批准时间", {}, False),
        ("iso_certificate", "holder", "闽江精密机械有限公", {}, False),
        ("audit_report", "firm", H, {}, False),
        ("audit_report", "report_date", "2021-12-30", {"fiscal_year": "2021"}, False),
        ("audit_report", "report_date", "2022-03-30", {"fiscal_year": "2021"}, True),
        ("patent_certificate", "patent_no", NUMBER, {}, True),
        ("patent_certificate", "patent_no", NUMBER, {"kind": "design"}, False),
        ("patent_certificate", "patent_no", NUMBER[:-1] + ("0" if NUMBER[-1] != "0" else "1"), {}, False),
        ("patent_certificate", "application_date", "2019-05-18", {"patent_no": NUMBER}, False),
        ("patent_certificate", "application_date", "2018-05-18", {"patent_no": NUMBER}, True),
        ("patent_certificate", "grant_date", "2018-05-18", {"application_date": "2018-05-18"}, False),
        ("high_tech_certificate", "valid_until", "2025-11-03", {"issue_date": "2022-11-03"}, True),
        ("high_tech_certificate", "valid_until", "2024-11-03", {"issue_date": "2022-11-03"}, False),
        ("high_tech_certificate", "issue_date", "2022-11-03", {"certificate_no": "GR202144204724"}, False),
        ("software_copyright", "registration_date", "2017-08-01", {"registration_no": "2017SR359615"}, True),
        ("trademark_certificate", "valid_until", "2025-03-13", {"valid_from": "2015-03-14"}, True),
        ("trademark_certificate", "valid_until", "2014-03-13", {"valid_from": "2015-03-14"}, False),
        ("social_security_list", "headcount", 38, {"listed_persons": 38}, True),
        ("social_security_list", "headcount", 40, {"listed_persons": 38}, None),
        ("social_security_list", "period_to", "2022-01", {"period_from": "2022-02"}, False),
        ("iso_certificate", "certificate_no", "00121Q3", {}, None),
    ],
)
def test_checks(kind, key, value, others, found):
    assert check(kind, key, value, of(**others)) is found


def test_a_field_is_not_checked_against_itself():
    assert check("iso_certificate", "valid_until", "2025-03-07", of(valid_until="2020-01-01")) is None


def test_reasons_are_chinese():
    assert {why("iso_certificate", k) for k in ("uscc", "valid_until", "holder", "system")} == {
        "校验位不符", "与其他日期或号码中的年份不合", "名称不完整或为他方名称", "与其他字段不合",
    }  # fmt: skip
