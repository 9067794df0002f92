"""Reading declarations: the contract's JSON, CSV and XLSX."""

from __future__ import annotations

import contextlib
import json
import zipfile
from datetime import date

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.claims.declared import DeclarationError, load_declaration, parse_declaration

TODAY = date(2024, 3, 1)
ENTERPRISE = {"name": "福建闽江精密机械股份有限公司", "uscc": "91350100M000100Y43"}


def load_json(tmp_path, text):
    """Load a JSON text."""
    path = tmp_path / "declared.json"
    path.write_text(text, "utf-8")
    return load_declaration(path, default_as_of=TODAY)


def one(tmp_path, **item):
    """The one declared figure of a JSON file."""
    return load_json(tmp_path, json.dumps({"enterprise": ENTERPRISE, "declared": [item]})).declared[0]


def test_the_contracts_example(tmp_path):
    text = """{"enterprise": {"name": "福建闽江精密机械股份有限公司", "uscc": "91350100M000100Y43"}, "as_of": "2021-05-06",
     "declared": [{"metric": "revenue", "period": "2020", "value": 8123.40, "unit": "万元"},
                  {"metric": "invention_patents", "period": "now", "value": 3, "unit": "项"}]}"""
    found = load_json(tmp_path, text)
    assert (found.name, found.uscc, found.as_of) == (ENTERPRISE["name"], ENTERPRISE["uscc"], "2021-05-06")
    assert (found.declared[0].value, found.declared[0].decimals) == (8123.4, 2)
    assert (found.declared[1].value, found.declared[1].decimals) == (3, 0)


def test_a_missing_as_of_means_the_default(tmp_path):
    assert load_json(tmp_path, '{"declared": []}').as_of == "2024-03-01"


def test_former_names(tmp_path):
    text = json.dumps({"enterprise": {**ENTERPRISE, "former_names": ["旧名有限公司"]}, "declared": []})
    assert load_json(tmp_path, text).former_names == ("旧名有限公司",)


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        ("8,123.40", "万元", (8123.4, 2, "万元")),
        ("８，１２３．４０", "万元", (8123.4, 2, "万元")),
        ("95.20%", "", (95.2, 2, "%")),
        ("95.20%", "%", (95.2, 2, "%")),
        ("9５.２％", "％", (95.2, 1, "%")),
        ("8123.4万元", "", (8123.4, 1, "万元")),
        ("-12.5", "万元", (-12.5, 1, "万元")),
        (8123, "万元", (8123, 0, "万元")),
    ],
)
def test_values_as_written(tmp_path, value, unit, expected):
    found = one(tmp_path, metric="debt_ratio", period="2020", value=value, unit=unit)
    assert (found.value, found.decimals, found.unit) == expected


@pytest.mark.parametrize(
    ("written", "period"),
    [
        ("2020年", "2020"),
        ("2020年度", "2020"),
        (2020, "2020"),
        ("2020-12-31", "2020"),
        ("２０２０", "2020"),
        ("2020年6月", "2020-06"),
    ],
)
def test_periods(tmp_path, written, period):
    assert one(tmp_path, metric="revenue", period=written, value=1, unit="元").period == period


@pytest.mark.parametrize(
    ("metric", "key"),
    [
        ("营业收入", "revenue"),
        ("资产负债率", "debt_ratio"),
        ("发明专利数", "invention_patents"),
        ("净利润 增长率", "net_profit_growth"),
    ],
)
def test_chinese_metric_names(tmp_path, metric, key):
    assert one(tmp_path, metric=metric, period="2020", value=1).metric == key


@pytest.mark.parametrize(("value", "expected"), [("是", 1), ("否", 0), (True, 1), (0, 0), ("有", 1)])
def test_flags(tmp_path, value, expected):
    assert one(tmp_path, metric="high_tech_enterprise", value=value).value == expected


def test_certificate_dates(tmp_path):
    found = one(tmp_path, metric="证书有效期：01921Q10001R0M", value="2023年1月9日")
    assert (found.metric, found.value, found.period) == (
        "certificate_valid_until:01921Q10001R0M",
        "2023-01-09",
        "now",
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["是空的"]),
        ("{", ["不是正确的 JSON", "第1行"]),
        ("[]", ["JSON 对象"]),
        ("{}", ["declared"]),
        ('{"declared": [1]}', ["第1项"]),
        ('{"declared": [{"value": 1}]}', ["第1项", "metric"]),
        ('{"declared": [{"metric": "revenue", "period": "2020"}]}', ["第1项", "value"]),
        ('{"declared": [{"metric": "revenue", "period": "2020", "value": null}]}', ["第1项", "value"]),
        ('{"declared": [{"metric": "revenue", "value": 1, "unit": "元"}]}', ["第1项", "期间"]),
        ('{"declared": [{"metric": "revenue", "period": "2020", "value": "约八千"}]}', ["第1项", "约八千"]),
        ('{"declared": [{"metric": "revenue", "period": "2020", "value": NaN}]}', ["NaN"]),
        ('{"declared": [{"metric": "revenue", "period": "2020", "value": 1e999}]}', ["第1项"]),
        ('{"declared": [{"metric": "revenue", "period": "2020", "value": true}]}', ["第1项"]),
        ('{"declared": [{"metric": "revenue", "period": "2020", "value": "5万元", "unit": "元"}]}', ["单位"]),
        ('{"as_of": "近日", "declared": []}', ["截止日期", "近日"]),
        ('{"enterprise": "x", "declared": []}', ["enterprise"]),
        (
            '{"declared": [{"metric": "revenue", "period": "2020", "value": 1},'
            ' {"metric": "营业收入", "period": "2020年", "value": 2}]}',
            ["两次"],
        ),
    ],
)
def test_errors_name_the_place(tmp_path, text, words):
    with pytest.raises(DeclarationError) as caught:
        load_json(tmp_path, text)
    assert all(w in str(caught.value) for w in words)


CSV = """企业名称,福建闽江精密机械股份有限公司
统一社会信用代码,91350100M000100Y43
曾用名,甲有限公司、乙有限公司
截止日期,2021-05-06

指标,期间,申报值,单位
营业收入,2020,"8,123.40",万元
资产负债率,2020,45.68%,
发明专利数,,3,项
净利润,2020,,万元
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv(tmp_path, encoding):
    path = tmp_path / "declared.csv"
    path.write_bytes(CSV.encode(encoding))
    found = load_declaration(path, default_as_of=TODAY)
    assert (found.name, found.former_names, found.as_of) == (
        ENTERPRISE["name"],
        ("甲有限公司", "乙有限公司"),
        "2021-05-06",
    )
    assert [(d.metric, d.period, d.value, d.decimals, d.unit) for d in found.declared] == [
        ("revenue", "2020", 8123.4, 2, "万元"),
        ("debt_ratio", "2020", 45.68, 2, "%"),
        ("invention_patents", "now", 3, 0, "项"),
    ]


def test_english_headings_and_enterprise_columns(tmp_path):
    path = tmp_path / "declared.csv"
    path.write_text(
        f"name,uscc,metric,period,value,unit\n{ENTERPRISE['name']},{ENTERPRISE['uscc']},revenue,2020,5.0,万元\n",
        "utf-8",
    )
    found = load_declaration(path, default_as_of=TODAY)
    assert found.name == ENTERPRISE["name"]
    assert (found.declared[0].value, found.declared[0].decimals) == (5.0, 1)


def test_xlsx(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["企业名称：", ENTERPRISE["name"]],
        ["截止日期", date(2021, 5, 6)],
        ["指标", "期间", "申报值", "单位"],
        ["营业收入", 2020, 8123.4, "万元"],
        ["资产负债率", 2020, 0.4568, None],
        ["发明专利数", "now", 3, "项"],
        ["净利润", 2020, None, "万元"],
    ):
        sheet.append(row)
    sheet["C4"].number_format = "#,##0.00"
    sheet["C5"].number_format = "0.00%"
    path = tmp_path / "declared.xlsx"
    book.save(path)
    found = load_declaration(path, default_as_of=TODAY)
    assert (found.name, found.as_of) == (ENTERPRISE["name"], "2021-05-06")
    assert [(d.metric, d.value, d.decimals, d.unit) for d in found.declared] == [
        ("revenue", 8123.4, 2, "万元"),
        ("debt_ratio", 45.68, 2, "%"),
        ("invention_patents", 3, 0, "项"),
    ]


def test_a_formula_without_result_is_named(tmp_path):
    book = openpyxl.Workbook()
    for row in (["指标", "期间", "申报值", "单位"], ["营业收入", 2020, "=1+1", "万元"]):
        book.active.append(row)
    path = tmp_path / "declared.xlsx"
    book.save(path)
    with pytest.raises(DeclarationError, match="C2"):
        load_declaration(path, default_as_of=TODAY)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", b"\x81\xff\xff\x00"), ("a.csv", "甲,乙\n1,2\n".encode()), ("a.xlsx", b"PK\x03\x04broken"), ("a.json", b"hello"),
        ("a.pdf", b"%PDF-1.7"), ("a.csv", "指标,期间,申报值,单位\n,2020,5,元\n".encode()),
        ("a.csv", "指标,期间,申报值\n营业收入,2020,很多\n".encode()),
        ("a.csv", "指标,期间,申报值,单位\n".encode()),
    ],
)  # fmt: skip
def test_broken_files_give_a_chinese_error(tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(DeclarationError, match=r"[\u4e00-\u9fff]"):
        load_declaration(path, default_as_of=TODAY)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(DeclarationError, match="打不开"):
        load_declaration(tmp_path / "none.json", default_as_of=TODAY)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
        lambda s: (
            st.lists(s, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "enterprise",
                        "declared",
                        "metric",
                        "value",
                        "period",
                        "unit",
                        "as_of",
                        "name",
                        "former_names",
                    ]
                ),
                s,
                max_size=5,
            )
        ),
        max_leaves=12,
    )
)
def test_any_json_gives_a_declaration_or_the_error(data):
    with contextlib.suppress(DeclarationError):
        parse_declaration(data, default_as_of=TODAY)


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_decimals_written_are_kept(value):
    found = parse_declaration({"declared": [{"metric": "revenue", "period": "2020", "value": value}]}, default_as_of=TODAY)
    assert found.declared[0].decimals == 2
    assert found.declared[0].value == pytest.approx(float(value))


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"])
@pytest.mark.parametrize("data", [b"<cut", b"<x>&y;</x>", b"\x00\xff"])
def test_a_workbook_with_a_damaged_part_is_told(tmp_path, part, data):
    openpyxl.Workbook().save(tmp_path / "whole.xlsx")
    with zipfile.ZipFile(tmp_path / "whole.xlsx") as whole, zipfile.ZipFile(tmp_path / "declared.xlsx", "w") as out:
        for name in whole.namelist():
            out.writestr(name, data if name == part else whole.read(name))
    with pytest.raises(DeclarationError, match=r"请|须"):
        load_declaration(tmp_path / "declared.xlsx", default_as_of=TODAY)
