from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora.catalogue import all_fields, catalogue, spec_of
from corpora.field_values import ValueTextError, from_text, to_text, value_problem

MONEY, ROW, DATE, PERIOD = (
    spec_of("business_license", "registered_capital"),
    spec_of("audit_report", "revenue"),
    spec_of("patent_certificate", "grant_date"),
    spec_of("audit_report", "fiscal_year"),
)


@pytest.mark.parametrize(
    ("document_type", "key", "text", "value"),
    [
        ("audit_report", "revenue", "81,234,500.00", 81234500.0),
        ("audit_report", "revenue", "8123.45万元", 81234500.0),
        ("audit_report", "net_profit", "(1,200.50)", -1200.5),
        ("business_license", "registered_capital", "伍佰万元整", 5000000.0),
        ("patent_certificate", "grant_date", "2021年8月3日", "2021-08-03"),
        ("patent_certificate", "grant_date", "二〇二一年八月三日", "2021-08-03"),
        ("audit_report", "fiscal_year", "2020年度", "2020"),
        ("social_security_list", "period_from", "2021年3月", "2021-03"),
        ("social_security_list", "headcount", "35人", 35),
        ("patent_certificate", "patent_no", "ZL 2020 2 3020906.X", "ZL202023020906.X"),
        ("audit_report", "consolidated", "是", True),
        ("audit_report", "opinion", "unqualified", "unqualified"),
        ("iso_certificate", "holder", " 某某有限公司 ", "某某有限公司"),
    ],
)
def test_texts_become_values_that_labels_accept(document_type, key, text, value):
    spec = spec_of(document_type, key)
    assert from_text(spec, text) == value
    labelled = {"2020": value} if spec.rows else [value] if spec.many else value
    assert value_problem(spec, labelled) is None


@pytest.mark.parametrize(
    ("document_type", "key", "text"),
    [
        ("audit_report", "revenue", "八千万左右"),
        ("audit_report", "revenue", "100万美元"),
        ("patent_certificate", "grant_date", "2021年"),
        ("patent_certificate", "grant_date", "03/04/2021"),
        ("audit_report", "fiscal_year", "上年"),
        ("social_security_list", "headcount", "35.5"),
        ("audit_report", "opinion", "标准"),
        ("audit_report", "consolidated", "也许"),
        ("business_license", "uscc", "9135"),
        ("patent_certificate", "title", "  "),
        ("patent_certificate", "inventors", "张三 350102199003071230"),
    ],
)
def test_what_is_no_value_is_refused(document_type, key, text):
    with pytest.raises(ValueTextError):
        from_text(spec_of(document_type, key), text)


@given(st.decimals(min_value=-(10**13), max_value=10**13, places=2))
def test_money_goes_through_text_unchanged(amount):
    value = float(amount)
    assert Decimal(str(from_text(MONEY, to_text(MONEY, value)))) == Decimal(str(value))
    assert from_text(ROW, to_text(ROW, value)) == value


@given(st.dates(min_value=date(1949, 1, 1), max_value=date(2099, 12, 31)))
def test_dates_go_through_text_unchanged(day):
    assert from_text(DATE, to_text(DATE, day.isoformat())) == day.isoformat()


@given(st.text())
def test_no_text_makes_a_value_that_labels_refuse(text):
    for spec in (MONEY, DATE, PERIOD):
        try:
            value = from_text(spec, text)
        except ValueTextError:
            continue
        assert value_problem(spec, value) is None


def test_null_is_right_for_every_field():
    assert all(value_problem(spec, None) is None for fields in catalogue().values() for spec in fields.values())


def test_the_catalogue_knows_rows_enums_and_borrowed_rows():
    assert catalogue()["financial_statements"]["revenue"].rows
    assert "unqualified" in all_fields()["opinion"].options
    assert spec_of("social_security_list", "persons").options == ("name", "id_masked", "from", "to")
    assert spec_of("other", "title") is None
