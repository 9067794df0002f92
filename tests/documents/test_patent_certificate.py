"""Patent certificates of all layouts, register copies, continuation pages, and what only looks like one."""

from __future__ import annotations

import pytest

from extractor.documents.patent_certificate import TYPE
from extractor.model import Line
from tests.documents.certificate_layouts import (
    COMPANY,
    INVENTION,
    NUMBER,
    PATENTS,
    UTILITY_OLD,
    patent_number,
)
from tests.documents.conftest import Row, make_page


@pytest.mark.parametrize("name", PATENTS)
def test_every_printed_field_is_read(name: str) -> None:
    rows, expected = PATENTS[name]
    found = TYPE.extract([make_page(*rows)])
    assert {k: found.fields[k].value for k in expected} == expected
    assert found.excluded is None
    assert all(f.evidence and f.confidence >= 0.75 for f in found.fields.values())


@pytest.mark.parametrize("name", PATENTS)
def test_a_certificate_is_known_by_its_cue(name: str) -> None:
    rows, expected = PATENTS[name]
    cue = TYPE.cue(make_page(*rows))
    assert cue is not None
    assert cue.score >= 0.9
    assert cue.role == "start"
    assert cue.number == expected["patent_no"]


def test_absent_fields_stay_absent() -> None:
    fields = TYPE.extract([make_page(*UTILITY_OLD)]).fields
    assert "grant_no" not in fields
    assert "legal_status" not in fields


def _with(old: str, new: str) -> tuple[Row, ...]:
    return tuple((r[0].replace(old, new), *r[1:]) for r in UTILITY_OLD if not isinstance(r, str))


def test_a_number_without_a_valid_check_digit_is_never_sure() -> None:
    wrong = NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2")
    rows = _with(f"ZL {NUMBER[2:6]} {NUMBER[6]} {NUMBER[7:]}", wrong)
    field = TYPE.extract([make_page(*rows)]).fields["patent_no"]
    assert field.confidence <= 0.86
    assert field.note is not None


def test_the_kind_must_agree_with_the_number() -> None:
    field = TYPE.extract([make_page(*_with("实用新型专利证书", "发明专利证书"))]).fields["kind"]
    assert field.value == "invention"
    assert field.confidence <= 0.5
    assert "不一致" in (field.note or "")


def test_a_filing_date_after_the_numbers_year_is_doubted() -> None:
    field = TYPE.extract([make_page(*_with("专利申请日：2018年", "专利申请日：2019年"))]).fields["application_date"]
    assert field.confidence <= 0.5


def test_the_date_at_the_foot_stands_in_for_an_unreadable_grant_date() -> None:
    rows = (*_with("授权公告日：2018年11月20日", "授权公告日：2018年月"), ("2018年11月20日", 0.62, 0.88))
    field = TYPE.extract([make_page(*rows)]).fields["grant_date"]
    assert field.value == "2018-11-20"
    assert field.method == "foot_date"
    assert field.note


def test_a_second_page_continues_the_certificate() -> None:
    page = make_page(
        ("专利证书", 0.45, 0.08, 0.02),
        ("证书号第7012345号", 0.12, 0.15),
        ("专利权人应当依照专利法及其实施细则规定缴纳年费。", 0.12, 0.2),
        ("申请日时本专利记载的申请人、发明人信息如下：", 0.12, 0.24),
        ("申请人：", 0.12, 0.28),
        (COMPANY, 0.12, 0.31),
        ("发明人：", 0.12, 0.34),
        ("陈明远;林小雨", 0.12, 0.37),
        ("第2页(共2页)", 0.43, 0.94),
        page=2,
    )
    cue = TYPE.cue(page)
    assert cue is not None
    assert cue.role == "inside"
    assert "续页" in (TYPE.extract([page]).excluded or "")
    fields = TYPE.extract([make_page(*UTILITY_OLD), page]).fields
    assert fields["inventors"].value == ["陈明远", "林小雨"]
    assert fields["patentees"].value == [COMPANY]


NOTICES = {
    "acceptance": "专利申请受理通知书",
    "fee": "缴纳申请费通知书",
    "grant notice": "授予实用新型专利权通知书",
    "registration": "办理登记手续通知书",
    "correction": "补正通知书",
    "examination": "第一次审查意见通知书",
    "lapse": "专利权终止通知书",
    "withdrawal": "视为撤回通知书",
    "request": "实用新型专利请求书",
    "substantive": "发明专利申请进入实质审查阶段通知书",
}


@pytest.mark.parametrize("title", NOTICES.values(), ids=NOTICES.keys())
def test_notices_are_no_certificates(title: str) -> None:
    page = make_page(
        ("国家知识产权局", 0.12, 0.08),
        (title, 0.33, 0.12, 0.024),
        ("申请号：" + NUMBER[2:], 0.12, 0.2),
        ("申请日：2018年05月18日", 0.12, 0.23),
        ("申请人：" + COMPANY, 0.12, 0.26),
        ("发明创造名称：一种升降平台", 0.12, 0.29),
        ("根据专利法及其实施细则的规定，现将有关事项通知如下。专利权人、发明人以登记簿为准。", 0.15, 0.34),
        ("国家知识产权局", 0.64, 0.5),
    )
    assert TYPE.cue(page) is None


def test_a_list_of_patents_is_no_certificate() -> None:
    numbers = [patent_number(f"2018206543{n:02d}") for n in range(8)]
    rows = [(f"{n + 1} 一种升降平台 {number} 实用新型", 0.1, 0.3 + n * 0.03) for n, number in enumerate(numbers)]
    page = make_page(("专利证书清单", 0.38, 0.1, 0.025), ("序号 专利名称 专利号 专利权人 授权公告日", 0.1, 0.25), *rows)
    assert TYPE.cue(page) is None


def _register(status: str) -> tuple[Row, ...]:
    return (
        ("专利登记簿副本", 0.35, 0.1, 0.03),
        ("专利号：" + INVENTION, 0.12, 0.2),
        ("发明名称：一种轴承检测方法", 0.12, 0.23),
        ("专利权人：" + COMPANY, 0.12, 0.26),
        ("专利申请日：2017年09月15日", 0.12, 0.29),
        ("授权公告日：2020年06月23日", 0.12, 0.32),
        (status, 0.12, 0.36),
        ("国家知识产权局", 0.6, 0.8),
    )


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("法律状态：专利权终止（未缴年费）", "terminated"),
        ("专利权于2022年9月15日因未缴年费终止", "terminated"),
        ("法律状态：专利权全部无效", "invalidated"),
        ("法律状态：专利权中止", "suspended"),
        ("法律状态：专利权维持", "in_force"),
        ("法律状态：专利权有效", "in_force"),
    ],
)
def test_a_register_copy_shows_the_legal_status(line: str, status: str) -> None:
    page = make_page(*_register(line))
    assert TYPE.cue(page) is not None
    found = TYPE.extract([page])
    assert found.fields["legal_status"].value == status
    assert found.fields["patent_no"].value == INVENTION
    assert (found.excluded is None) == (status == "in_force")


def test_guilloche_read_as_digits_at_the_edge_does_no_harm() -> None:
    page = make_page(*UTILITY_OLD)
    edge = Line(text="0OOOOOOOO0Or000O0000OOOOOOO", box=(0.94, 0.08, 0.97, 0.91), confidence=0.3)
    fields = TYPE.extract([page.model_copy(update={"lines": (*page.lines, edge)})]).fields
    assert fields["patent_no"].value == NUMBER
    assert fields["grant_date"].value == "2018-11-20"


def test_a_specimen_is_excluded() -> None:
    page = make_page(*UTILITY_OLD, ("样本", 0.3, 0.45, 0.08))
    assert "样本" in (TYPE.extract([page]).excluded or "")


def test_the_inventors_are_found_when_only_the_end_of_their_label_was_read() -> None:
    fields = TYPE.extract([make_page(*_with("发明人：陈明远；林小雨", "人：陈明远；林小雨"))]).fields
    assert fields["inventors"].value == ["陈明远", "林小雨"]
    assert fields["patentees"].value == [COMPANY]
    fields = TYPE.extract([make_page(*_with("专利权人：", "利权人："))]).fields
    assert fields["patentees"].value == [COMPANY]
    assert fields["inventors"].value == ["陈明远", "林小雨"]


def test_a_slanted_mark_excludes_and_disturbs_no_field() -> None:
    page = make_page(*UTILITY_OLD)
    mark = Line(text="样  本", box=(0.3, 0.3, 0.7, 0.6), slant=30.0)
    found = TYPE.extract([page.model_copy(update={"lines": (*page.lines, mark)})])
    assert found.excluded is not None
    assert found.fields["patent_no"].value == NUMBER


def test_certificate_number_whose_label_was_cut() -> None:
    """On a tilted photo 证 becomes a line of its own (a real miss)."""
    page = make_page(
        ("证", 0.18, 0.145),
        ("号第4498589号", 0.22, 0.14),
        ("发明专利证书", 0.38, 0.26),
        ("发明名称：一种多工位折弯模具", 0.18, 0.34),
        ("专利号：ZL 2017 1 0601862.3", 0.18, 0.40),
        ("专利申请日：2017年07月21日", 0.18, 0.44),
        ("专利权人：福州榕岚精密仪器有限公司", 0.18, 0.48),
        ("授权公告日：2019年08月30日", 0.18, 0.52),
    )
    assert TYPE.extract([page]).fields["certificate_no"].value == "4498589"


@pytest.mark.parametrize(
    ("printed", "title"),
    [("种防松脱上料装置", "一种防松脱上料装置"), ("种子包衣机", "种子包衣机"), ("一种阀体", "一种阀体")],
)
def test_the_flat_first_character_of_a_title(printed: str, title: str) -> None:
    page = make_page(*[(f"实用新型名称：{printed}", *r[1:]) if "实用新型名称" in r[0] else r for r in UTILITY_OLD])
    field = TYPE.extract([page]).fields["title"]
    assert field.value == title
    assert (field.note is None) == (printed == title)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("专利类型：实用新型", "utility"),
        ("专利种类:发明专利", "invention"),
        ("专利类别：外观设计", "design"),
        ("专利类型：", None),
    ],
)
def test_a_register_names_the_kind_where_the_number_is_doubtful(said: str, kind: str | None) -> None:
    wrong = NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2")
    page = make_page(
        ("专利登记簿副本", 0.36, 0.1, 0.03), (f"专利号：{wrong}", 0.2, 0.2), (said, 0.2, 0.25), ("专利权人：" + COMPANY, 0.2, 0.3)
    )
    found = TYPE.extract([page]).fields
    assert (found["kind"].value if "kind" in found else None) == kind


def test_a_kind_unlike_the_number_is_doubted() -> None:
    page = make_page(("专利登记簿副本", 0.36, 0.1, 0.03), (f"专利号：{NUMBER}", 0.2, 0.2), ("专利类型：发明", 0.2, 0.25))
    assert TYPE.extract([page]).fields["kind"].confidence <= 0.5
