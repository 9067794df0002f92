"""Software copyrights, trademarks, high-tech certificates and business licences."""

from __future__ import annotations

import pytest

from extractor.documents import (
    business_license,
    high_tech_certificate,
    patent_certificate,
    software_copyright,
    trademark_certificate,
)
from extractor.model import Line
from tests.documents.certificate_layouts import (
    COMPANY,
    HIGH_TECH,
    LICENCE_LANDSCAPE,
    LICENCES,
    OTHER,
    PATENTS,
    SOFTWARE,
    TRADEMARKS,
    USCC,
)
from tests.documents.conftest import Row, make_page

ALL = {
    t.type: t
    for t in (
        business_license.TYPE,
        high_tech_certificate.TYPE,
        patent_certificate.TYPE,
        software_copyright.TYPE,
        trademark_certificate.TYPE,
    )
}

PAGES: list[tuple[str, tuple[Row, ...]]] = [
    *(("patent_certificate", rows) for rows, _ in PATENTS.values()),
    ("software_copyright", SOFTWARE),
    *(("trademark_certificate", rows) for rows, _ in TRADEMARKS.values()),
    *(("high_tech_certificate", rows) for rows in HIGH_TECH.values()),
    *(("business_license", rows) for rows in LICENCES.values()),
]


@pytest.mark.parametrize(("kind", "rows"), PAGES)
def test_only_the_right_type_claims_a_page(kind: str, rows: tuple[Row, ...]) -> None:
    page = make_page(*rows)
    scores = {name: cue.score for name, t in ALL.items() if (cue := t.cue(page))}
    assert max(scores, key=lambda k: scores[k]) == kind
    assert scores[kind] >= 0.85
    assert all(score < 0.5 for name, score in scores.items() if name != kind)


def test_software_copyright() -> None:
    found = software_copyright.TYPE.extract([make_page(*SOFTWARE)])
    assert {k: f.value for k, f in found.fields.items()} == {
        "certificate_no": "软著登字第2345678号",
        "registration_no": "2018SR123456",
        "title": "云帆设备健康监测平台 V2.1",
        "owners": [COMPANY, OTHER],
        "registration_date": "2018-06-05",
    }
    assert found.excluded is None


def test_a_registration_day_of_another_year_than_the_number_is_doubted() -> None:
    rows = [("2019年06月05日", *r[1:]) if r[0] == "2018年06月05日" else r for r in SOFTWARE]
    assert software_copyright.TYPE.extract([make_page(*rows)]).fields["registration_date"].confidence <= 0.6


def test_a_certificate_of_another_work_is_no_software() -> None:
    page = make_page(
        ("作品登记证书", 0.35, 0.15, 0.03),
        ("登记号：国作登字-2019-F-00812345", 0.3, 0.2),
        ("作品名称：云帆吉祥物", 0.12, 0.3),
        ("著作权人：" + COMPANY, 0.12, 0.34),
        ("登记日期：2019年07月01日", 0.12, 0.4),
    )
    assert software_copyright.TYPE.cue(page) is None


@pytest.mark.parametrize(
    ("printed", "title"),
    [
        ("云帆平台V1.0", "云帆平台 V1.0"),
        ("云帆平台 v3.2.1", "云帆平台 v3.2.1"),
        ("云帆平台[简称：云帆]V1.0", "云帆平台 V1.0"),
        ("云帆平台（移动版）", "云帆平台（移动版）"),
    ],
)
def test_titles_of_software(printed: str, title: str) -> None:
    assert software_copyright.title_of(printed) == title


@pytest.mark.parametrize("name", TRADEMARKS)
def test_trademark(name: str) -> None:
    rows, expected = TRADEMARKS[name]
    found = trademark_certificate.TYPE.extract([make_page(*rows)])
    assert {k: f.value for k, f in found.fields.items()} == expected


@pytest.mark.parametrize("name", HIGH_TECH)
def test_high_tech(name: str) -> None:
    found = high_tech_certificate.TYPE.extract([make_page(*HIGH_TECH[name])])
    assert {k: f.value for k, f in found.fields.items()} == {
        "certificate_no": "GR202135001234",
        "holder": COMPANY,
        "issue_date": "2021-12-15",
        "valid_until": "2024-12-15",
    }


def high_tech_with(issued: str) -> dict[str, object]:
    rows = [(r[0].replace("二〇二一年十二月十五日", issued), *r[1:]) for r in HIGH_TECH["two columns, numerals"]]
    fields = high_tech_certificate.TYPE.extract([make_page(*rows)]).fields
    return {k: f.value for k, f in fields.items()} | {"sure": fields["issue_date"].confidence}


@pytest.mark.parametrize(
    "issued", ["二二一年十二月十五日", "二○一年十二月十五日", "二〇二年十二月十五日", "二工二一年十二月十五日"]
)
def test_a_year_that_lost_a_character_is_completed_by_the_number(issued: str) -> None:
    found = high_tech_with(issued)
    assert found["issue_date"] == "2021-12-15"
    assert found["valid_until"] == "2024-12-15"
    assert 0.65 <= float(str(found["sure"])) <= 0.86


@pytest.mark.parametrize(
    "issued", ["二〇三年十二月十五日", "二一年十二月十五日", "二〇二二年十三月五日", "三〇二一年十二月十五日", "十二月十五日"]
)
def test_a_year_that_does_not_fit_the_number_stays_open(issued: str) -> None:
    assert high_tech_with(issued)["issue_date"] is None


def test_traditional_labels() -> None:
    rows = [(r[0].replace("发证时间", "發證時間"), *r[1:]) for r in HIGH_TECH["two columns, numerals"]]
    assert high_tech_certificate.TYPE.extract([make_page(*rows)]).fields["issue_date"].value == "2021-12-15"


def test_an_issue_date_of_another_year_than_the_number_is_doubted() -> None:
    rows = [(r[0].replace("GR2021", "GR2020"), *r[1:]) for r in HIGH_TECH["one column, spaced"]]
    rows = [(r[0].replace("GR 2021", "GR 2020"), *r[1:]) for r in rows]
    fields = high_tech_certificate.TYPE.extract([make_page(*rows)]).fields
    assert fields["issue_date"].confidence <= 0.6
    assert fields["valid_until"].confidence <= 0.6


@pytest.mark.parametrize(
    "title",
    ["高新技术企业认定申请书", "关于公示2021年第一批高新技术企业名单的通知", "高新技术企业年度发展情况报表"],
)
def test_papers_about_high_tech_enterprises_are_no_certificate(title: str) -> None:
    page = make_page(
        (title, 0.2, 0.1, 0.025),
        ("企业名称：" + COMPANY, 0.1, 0.3),
        ("证书编号：GR202135001234", 0.1, 0.34),
        ("发证日期：2021年12月15日", 0.1, 0.38),
        ("有效期：三年", 0.1, 0.42),
    )
    cue = high_tech_certificate.TYPE.cue(page)
    assert cue is None or cue.score < 0.5 or ("高新技术企业年度" in title and cue.score <= 0.7)


@pytest.mark.parametrize("name", LICENCES)
def test_business_license(name: str) -> None:
    found = business_license.TYPE.extract([make_page(*LICENCES[name])])
    assert {k: f.value for k, f in found.fields.items()} == {
        "uscc": USCC,
        "name": COMPANY,
        "entity_type": "有限责任公司(自然人独资)",
        "legal_representative": "陈明远",
        "registered_capital": 5_000_000.0,
        "established": "2011-09-01",
        "address": "海州市东港区滨江路18号3号楼2层",
        "scope": "泵阀的研发、制造和销售；货物进出口。",
    }


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("执行事务合伙人", "海州云帆投资有限公司(委派代表：陈明远)"),
        ("负责人", "林小雨"),
        ("经营者", "欧阳一帆"),
        ("投资人", "陈明远"),
    ],
)
def test_the_person_has_other_names_in_other_entities(label: str, value: str) -> None:
    rows = [
        (label, *r[1:]) if r[0] == "法定代表人" else (value, *r[1:]) if r[0] == "陈明远" else r for r in LICENCES["portrait copy"]
    ]
    assert business_license.TYPE.extract([make_page(*rows)]).fields["legal_representative"].value == value


@pytest.mark.parametrize(
    ("printed", "yuan"),
    [
        ("1000万元整", 1e7),
        ("壹仟贰佰万元整", 1.2e7),
        ("人民币叁仟万圆整", 3e7),
        ("5000万元人民币", 5e7),
        ("500.5万人民币元", None),
        ("100万美元", None),
        ("1,234.5678万元", 12345678.0),
        ("3000", None),
    ],
)
def test_registered_capital(printed: str, yuan: float | None) -> None:
    rows = [(printed, *r[1:]) if r[0] == "伍佰万元人民币" else r for r in LICENCE_LANDSCAPE]
    field = business_license.TYPE.extract([make_page(*rows)]).fields["registered_capital"]
    assert field.value == yuan or (printed.startswith("500.5") and field.value == 5_005_000.0)
    assert field.value is not None or field.note


def test_one_misread_character_of_the_credit_code_is_repaired_and_said() -> None:
    wrong = USCC.replace("M000100", "M0O0100")
    rows = [(wrong, *r[1:]) if r[0] == USCC else r for r in LICENCE_LANDSCAPE]
    field = business_license.TYPE.extract([make_page(*rows)]).fields["uscc"]
    assert field.value == USCC
    assert field.method == "check_digit_repair"
    assert field.note


def test_a_register_extract_that_quotes_a_licence_is_none() -> None:
    page = make_page(
        ("企业信用信息公示报告", 0.3, 0.08, 0.03),
        ("营业执照信息", 0.1, 0.15),
        ("统一社会信用代码：" + USCC, 0.1, 0.2),
        ("企业名称：" + COMPANY, 0.1, 0.23),
        ("法定代表人：陈明远", 0.1, 0.26),
        ("注册资本：500万元", 0.1, 0.29),
        ("成立日期：2011年09月01日", 0.1, 0.32),
        ("登记机关：海州市市场监督管理局", 0.1, 0.35),
    )
    assert business_license.TYPE.cue(page) is None


def test_a_licence_whose_name_label_was_lost() -> None:
    """The label 名称 is two characters set far apart; OCR drops them (a real miss)."""
    rows = [row for row in next(iter(LICENCES.values())) if "名" not in row[0] or "称" not in row[0]]
    name = "福州榕岚精密仪器有限公司"
    found = business_license.TYPE.extract([make_page(*[r for r in rows if "有限公司" not in r[0]], (name, 0.3, 0.34))])
    field = found.fields["name"]
    assert field.value == name
    assert field.confidence <= 0.85
    assert field.note


def test_a_licence_whose_type_label_lost_a_character() -> None:
    """Of 类型, set far apart, 型 was not read: the type belongs neither to the name nor to nobody."""
    rows = [row for row in LICENCE_LANDSCAPE if row[0] != "型"]
    fields = business_license.TYPE.extract([make_page(*rows)]).fields
    assert fields["name"].value == COMPANY
    assert fields["entity_type"].value == "有限责任公司(自然人独资)"
    assert fields["entity_type"].confidence <= 0.85


def test_a_licence_whose_name_label_lost_its_head() -> None:
    """名 was not read: the rest 称… above 类型 is no part of the type."""
    rows = [(("称" + COMPANY), 0.21, 0.48) if row[0] == COMPANY else row for row in LICENCE_LANDSCAPE if row[0] not in "名称"]
    fields = business_license.TYPE.extract([make_page(*rows)]).fields
    assert fields["name"].value == COMPANY
    assert fields["entity_type"].value == "有限责任公司(自然人独资)"


def test_a_name_of_which_a_part_is_missing_is_never_sure() -> None:
    rows = [(r[0].replace(COMPANY, "司"), *r[1:]) for r in SOFTWARE]
    field = software_copyright.TYPE.extract([make_page(*[r for r in rows if r[0] != OTHER])]).fields["owners"]
    assert field.confidence <= 0.4
    assert field.note


def test_a_day_under_a_seal_by_the_reading_without_it() -> None:
    page = make_page(*[row for row in SOFTWARE if "年" not in row[0] or "：" in row[0]])
    for shown in ("2018年06月1211", "2018年(06月1.2日"):
        day = Line(text=shown, box=(0.6, 0.8, 0.74, 0.814), confidence=0.6, alt="2018年06月12日", origin="ocr")
        field = software_copyright.TYPE.extract([page.model_copy(update={"lines": (*page.lines, day)})]).fields[
            "registration_date"
        ]
        assert field.value == "2018-06-12"
        assert field.confidence <= 0.6
        assert field.note


def test_trademark_dates_glued_into_one_row() -> None:
    """注册日期 and 有效期至 stand in one row, and OCR joins them (a real miss)."""
    page = make_page(
        ("商标注册证", 0.4, 0.15),
        ("第 30112233 号", 0.7, 0.08),
        ("核定使用商品（国际分类：9）", 0.1, 0.4),
        ("注册人 福州榕岚精密仪器有限公司", 0.1, 0.5),
        ("注册日期2019年02月07日有效期至2029年02月06日", 0.1, 0.7),
    )
    fields = trademark_certificate.TYPE.extract([page]).fields
    assert fields["valid_from"].value == "2019-02-07"
    assert fields["valid_until"].value == "2029-02-06"


@pytest.mark.parametrize(
    ("below", "person"),
    [(("技术股", 0.3, 0.472), "宋杰静"), (("监管", 0.31, 0.472), "宋杰静")],
)
def test_print_of_a_seal_is_no_part_of_a_persons_name(below: Row, person: str) -> None:
    rows: list[Row] = [("营业执照", 0.36, 0.2, 0.05), (f"统一社会信用代码{USCC}", 0.3, 0.33), ("名称 " + COMPANY, 0.15, 0.4)]
    page = make_page(*rows, ("法定代表人", 0.15, 0.45), ("宋杰静", 0.27, 0.45), below, ("经营范围 软件开发", 0.15, 0.5))
    assert business_license.TYPE.extract([page]).fields["legal_representative"].value == person


def test_a_persons_name_that_wraps_in_its_column_is_whole() -> None:
    rows: list[Row] = [("营业执照", 0.36, 0.2, 0.05), (f"统一社会信用代码{USCC}", 0.3, 0.33), ("名称 " + COMPANY, 0.15, 0.4)]
    page = make_page(
        *rows, ("法定代表人", 0.15, 0.45), ("买买提·", 0.27, 0.45), ("吐尔逊", 0.27, 0.47), ("经营范围 软件开发", 0.15, 0.5)
    )
    assert business_license.TYPE.extract([page]).fields["legal_representative"].value == "买买提·吐尔逊"
