"""Notices that end a right: number, kind of end and day, in the wordings of offices and certification bodies."""

from __future__ import annotations

import pytest

from extractor.documents.lapse_notice import notice_fields
from extractor.documents.not_evidence import is_notice
from extractor.documents.split import read_documents
from extractor.model import Page
from extractor.values.checkdigits import patent_check
from tests.documents.conftest import Row, make_page

HOLDER = "海州云帆精密机械有限公司"
BODY = "海州恒信认证中心有限公司"
ISO = "20722Q10234R1M"
PATENT = "ZL201710765432." + patent_check("201710765432")


def notice(title: str, *paragraphs: str, foot: str = "2022年5月18日") -> Page:
    lines: list[Row] = [(title, 0.5 - 0.02 * len(title) / 2, 0.1, 0.024), (HOLDER + "：", 0.12, 0.18)]
    lines += [(text, 0.12, 0.21 + 0.024 * k) for k, text in enumerate(paragraphs)]
    return make_page(*lines, (BODY, 0.6, 0.5), (foot, 0.63, 0.53))


def value(page: Page, key: str) -> object:
    field = notice_fields([page]).get(key)
    return field.value if field is not None else None


@pytest.mark.parametrize(
    ("title", "text", "status"),
    [
        ("认证证书撤销通知书", f"贵单位管理体系认证证书（证书编号：{ISO}）自2022年5月1日起予以撤销。", "terminated"),
        ("管理体系认证证书暂停通知书", f"暂停贵公司质量管理体系认证证书，证书号码为{ISO}，自2022年5月1日起生效。", "suspended"),
        ("关于暂停认证证书的通知", f"经研究，决定自2022-05-01起暂停贵方编号为{ISO}的证书，证书编号{ISO}。", "suspended"),
        ("认证注册资格注销决定", f"注销第{ISO}号认证证书，自2022年5月1日起注销。", "terminated"),
        ("撤销认证证书公告", f"现撤销该公司认证证书（注册号: {ISO}），自2022年5月1日起失效。", "terminated"),
    ],
)
def test_a_body_ends_a_certificate(title: str, text: str, status: str) -> None:
    page = notice(title, text)
    assert is_notice(page)
    assert value(page, "certificate_no") == ISO
    assert value(page, "legal_status") == status
    assert value(page, "date") == "2022-05-01"


def test_the_notice_of_a_package_keeps_what_it_ends() -> None:
    page = notice("认证证书撤销通知书", f"贵单位管理体系认证证书（证书编号：{ISO}）自2022年5月1日起予以撤销。")
    (document,) = read_documents([page])
    assert document.type == "other"
    assert document.excluded
    assert document.fields["certificate_no"].value == ISO


def test_a_renewal_count_read_as_a_letter_is_a_digit() -> None:
    page = notice("认证证书撤销通知书", "贵单位认证证书（证书编号：JBZT20E01001ROL）因未接受监督审核，现予撤销。")
    assert value(page, "certificate_no") == "JBZT20E01001R0L"


@pytest.mark.parametrize(
    ("after", "number"),
    [
        ("Q10234R1M）自2022年5月1日起予以撤销。", ISO),
        ("2022年5月1日起予以撤销。", None),
        ("1.请停止使用证书。", None),
    ],
)
def test_a_number_broken_at_the_end_of_a_line(after: str, number: str | None) -> None:
    page = make_page(
        ("认证证书撤销通知书", 0.32, 0.1, 0.024),
        ("贵单位持有的质量管理体系认证证书因未在规定的期限内接受监督（证书编号：20722", 0.12, 0.2),
        (after, 0.12, 0.224),
    )
    assert value(page, "certificate_no") == (number or "20722")


def test_numbers_in_a_table() -> None:
    page = make_page(
        ("认证证书暂停通知书", 0.32, 0.1, 0.024),
        ("序号", 0.12, 0.2),
        ("证书编号", 0.25, 0.2),
        ("认证领域", 0.55, 0.2),
        ("1", 0.12, 0.225),
        (ISO, 0.25, 0.225),
        ("质量管理体系", 0.55, 0.225),
    )
    assert value(page, "certificate_no") == ISO


def test_several_certificates_end_at_once() -> None:
    second = "20722E20234R1M"
    page = notice(
        "认证证书撤销通知书", f"撤销证书编号：{ISO}的质量管理体系认证证书", f"撤销证书编号：{second}的环境管理体系认证证书"
    )
    assert value(page, "certificate_no") == [ISO, second]


@pytest.mark.parametrize(
    ("title", "text", "key", "number"),
    [
        ("专利权终止通知书", f"专利号：{PATENT}", "patent_no", PATENT),
        ("专利权终止通知书", f"专利号：{PATENT[2:]}", "patent_no", PATENT),
        ("商标注销公告", "第26510997号“云帆”商标予以注销", "registration_no", "26510997"),
        ("撤销注册商标决定书", "商标注册号：26510997，第7类", "registration_no", "26510997"),
        ("软件著作权登记撤销通知书", "撤销登记号2022SR0359615的软件著作权登记", "registration_no", "2022SR0359615"),
        (
            "关于取消高新技术企业资格的公告",
            "取消其高新技术企业资格（证书编号：GR202135001234）",
            "certificate_no",
            "GR202135001234",
        ),
    ],
)
def test_other_rights_end(title: str, text: str, key: str, number: str) -> None:
    page = notice(title, text)
    assert value(page, key) == number
    assert value(page, "legal_status") == "terminated"


def test_a_number_with_a_false_check_digit_is_not_taken() -> None:
    wrong = PATENT[:-1] + ("1" if PATENT[-1] != "1" else "2")
    assert value(notice("专利权终止通知书", f"专利号：{wrong}"), "patent_no") is None


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("认证证书恢复通知书", f"自2022年5月1日起撤销对证书编号：{ISO}的暂停"),
        ("解除暂停通知书", f"证书编号：{ISO}"),
        ("劳动合同终止通知书", "自2022年5月1日起终止"),
        ("无效宣告请求受理通知书", f"专利号：{PATENT}"),
        ("无效宣告请求审查决定书", f"专利号：{PATENT} 维持专利权有效"),
        ("专利申请受理通知书", f"申请号：{PATENT}"),
        ("年度监督审核通知书", f"证书编号：{ISO}，逾期将撤销证书"),
    ],
)
def test_what_ends_nothing(title: str, text: str) -> None:
    assert notice_fields([notice(title, text)]) == {}


def test_an_invalidation_ends_the_patent() -> None:
    page = notice("无效宣告请求审查决定书", f"专利号：{PATENT}", "决定：宣告该专利权全部无效。")
    assert value(page, "legal_status") == "invalidated"
    assert value(page, "patent_no") == PATENT


def test_the_earlier_day_counts() -> None:
    page = notice("认证证书撤销通知书", f"证书编号：{ISO}，自2022年6月1日起予以撤销。", foot="2022年5月18日")
    assert value(page, "date") == "2022-05-18"


@pytest.mark.parametrize("title", ["认证证书撒销通知书", "认证证书撤销通讯书", "人证证书撒消道知书", "暂亭通知"])
def test_a_notice_whose_title_was_misread_still_ends(title: str) -> None:
    page = notice(
        title, f"贵单位管理体系认证证书（证书编号：{ISO}）因未接受监督审核，", "自2022年5月1日起予以撤销，请停止使用证书。"
    )
    (document,) = read_documents([page])
    assert document.excluded
    assert document.fields["certificate_no"].value == ISO
    assert document.fields["legal_status"].value == "terminated"


def test_a_notice_without_its_title_is_not_taken_by_the_report_before_it() -> None:
    text = f"贵单位认证证书（证书编号：{ISO}）自2022年5月1日起予以暂停，请停止使用认证标志。"
    lost = make_page((HOLDER + "：", 0.12, 0.18), (text, 0.12, 0.21), (BODY, 0.6, 0.5), page=2)
    cover = make_page(("2022年度审计报告", 0.3, 0.3, 0.03), (HOLDER, 0.3, 0.4), ("海州诚明会计师事务所", 0.3, 0.7))
    _, document = read_documents([cover, lost])
    assert document.fields["legal_status"].value == "suspended"


@pytest.mark.parametrize(
    "text",
    [
        "逾期未缴纳的，专利权自2022年5月1日起终止，特此通知。",
        "如未按期接受监督审核，证书将自2022年5月1日起暂停，特此通知。",
        "双方的劳动合同自2022年5月1日起终止，特此通知，请办理登记。",
        "本证书自2022年5月1日起生效，请妥善保管，登记号见下。",
        "原暂停决定自2022年5月1日起予以撤销，恢复使用证书。",
    ],
)
def test_sentences_that_end_no_right(text: str) -> None:
    page = notice("情况", text)
    assert notice_fields([page]) == {}
    (document,) = read_documents([page])
    assert "legal_status" not in document.fields
