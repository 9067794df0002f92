"""Notices, drafts, templates and attachments; and real certificates that must not be taken for them."""

from __future__ import annotations

import pytest

from extractor.documents.not_evidence import attachment_type, excluded_reason, is_notice
from extractor.model import Line, Page
from extractor.values.mark_words import is_draft_mark
from tests.documents.certificate_layouts import (
    COMPANY,
    HIGH_TECH,
    LICENCES,
    PATENTS,
    SOFTWARE,
    TRADEMARKS,
    UTILITY_OLD,
)
from tests.documents.conftest import Row, make_page


def letter(title: str, size: float = 0.024, left: float | None = None) -> Page:
    """A letter with a title and three lines of text."""
    start = 0.5 - len(title) * size * 0.7 if left is None else left
    return make_page(
        (title, max(start, 0.05), 0.1, size),
        (COMPANY + "：", 0.12, 0.2),
        ("现将有关事项说明如下，请按期办理，逾期视为放弃。", 0.15, 0.24),
        ("联系人：林小雨，电话见附件，地址为海州市东港区。", 0.12, 0.27),
        ("2021年3月4日", 0.6, 0.5),
    )


@pytest.mark.parametrize(
    "title",
    [
        "专利申请受理通知书",
        "商标注册申请受理通知书",
        "受理通知书",
        "缴费通知书",
        "缴纳申请费通知书",
        "费用减缴审批通知书",
        "办理登记手续通知书",
        "授予发明专利权通知书",
        "补正通知书",
        "第二次审查意见通知书",
        "初步审查合格通知书",
        "视为放弃取得专利权通知书",
        "专利权终止通知书",
        "商标注册申请书",
        "发明专利请求书",
        "计算机软件著作权登记申请表",
        "驳回决定",
        "专利检索报告",
        "科技查新报告",
        "专利权评价报告",
        "年度监督审核通知书",
        "手续合格通知书",
        "专利收费收据",
        "商标初步审定公告通知书",
    ],
)
def test_notices_and_applications_prove_nothing(title: str) -> None:
    page = letter(title)
    assert is_notice(page)
    found = attachment_type(page)
    assert found is not None
    assert found.type == "other"
    assert found.score >= 0.85
    reason = excluded_reason([page])
    assert (reason is not None and title in reason and "；" in reason) or "不能证明" in (reason or "")


CERTIFICATES: list[tuple[Row, ...]] = [
    *(rows for rows, _ in PATENTS.values()),
    SOFTWARE,
    *(rows for rows, _ in TRADEMARKS.values()),
    *HIGH_TECH.values(),
    *LICENCES.values(),
]


@pytest.mark.parametrize("rows", CERTIFICATES)
def test_real_certificates_stay_certificates(rows: tuple[Row, ...]) -> None:
    page = make_page(*rows)
    assert not is_notice(page)
    assert excluded_reason([page]) is None
    assert attachment_type(page) is None


@pytest.mark.parametrize("mark", ["样本", "SAMPLE", "样张", "仅供参考", "草稿", "Specimen", "DRAFT"])
def test_marks_across_the_page_exclude(mark: str) -> None:
    assert excluded_reason([make_page(*UTILITY_OLD, (mark, 0.3, 0.45, 0.06))]) is not None


@pytest.mark.parametrize("words", ["仅供高新技术企业申报使用", "复印无效", "电子版", "样品名称：水质检测仪"])
def test_other_marks_do_not_exclude(words: str) -> None:
    assert excluded_reason([make_page(*UTILITY_OLD, (words, 0.3, 0.45, 0.02))]) is None


def test_a_title_that_says_draft_excludes() -> None:
    assert "征求意见稿" in (excluded_reason([letter("审计报告（征求意见稿）")]) or "")


@pytest.mark.parametrize(
    "rows",
    [
        (("专利号：ZL××××××××××××.×", 0.1, 0.3),),
        (("证书编号：GR××××××××", 0.1, 0.3),),
        (
            ("企业名称：XXXX公司", 0.1, 0.3),
            ("发证日期：____年__月__日", 0.1, 0.33),
            ("有效期：____", 0.1, 0.36),
            ("地址：________", 0.1, 0.39),
        ),
    ],
)
def test_templates_with_placeholders_are_excluded(rows: tuple[Row, ...]) -> None:
    assert excluded_reason([make_page(("高新技术企业证书", 0.2, 0.1, 0.04), *rows)]) is not None


@pytest.mark.parametrize("place", [0, 2, 3])
def test_a_mark_across_any_page_makes_the_whole_report_a_draft(place: int) -> None:
    pages = [letter("审计报告"), letter("资产负债表"), letter("利润表"), letter("财务报表附注")]
    mark = Line(text="初 稿", box=(0.2, 0.3, 0.8, 0.7), slant=-45.0, origin="ocr_clean")
    pages[place] = pages[place].model_copy(update={"lines": (*pages[place].lines, mark)})
    assert "初 稿" in (excluded_reason(pages) or "")


@pytest.mark.parametrize(
    "text", ["样本", "样 张", "作废", "SAMPLE", "DRAFT", "仅供参考样本", "征求意见稿", "初搞", "作度", "SAMPLESAMPLE"]
)
def test_words_across_a_page_that_make_it_no_evidence(text: str) -> None:
    assert is_draft_mark(text)


@pytest.mark.parametrize(
    "text",
    [
        "仅供申报使用",
        "海州建筑模板有限公司",
        "复印作废",
        "涂改作废",
        "unavoidable",
        "中国质量认证中心",
        "CNIPA",
        "扫描全能王",
        "他用无效",
        "工作度假",
    ],
)
def test_other_words_across_a_page_do_not(text: str) -> None:
    assert not is_draft_mark(text)


def test_one_marked_page_of_many_does_not_exclude_a_report() -> None:
    pages = [
        letter("审计报告"),
        letter("财务报表附注"),
        make_page(("样本", 0.3, 0.45, 0.08), ("附表", 0.1, 0.1)),
        letter("附注二"),
    ]
    assert excluded_reason(pages) is None


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("荣誉证书", "award_certificate"),
        ("奖 状", "award_certificate"),
        ("科学技术进步奖证书", "award_certificate"),
        ("海州市先进单位", "award_certificate"),
        ("全国工业产品生产许可证", "product_certificate"),
        ("中国国家强制性产品认证证书", "product_certificate"),
        ("检验报告", "product_certificate"),
        ("食品生产许可证", "product_certificate"),
        ("中华人民共和国国家标准", "standard_document"),
        ("关于认定省级企业技术中心的通知", "rd_institution_approval"),
        ("博士后科研工作站设立批复", "rd_institution_approval"),
        ("市场占有率证明", "market_share_proof"),
        ("企业信用报告", "credit_report"),
        ("设备采购合同", "contract"),
        ("专利转让协议", "contract"),
        ("专利权转让合同", "contract"),
        ("结题证书", "other"),
        ("开户许可证", "other"),
        ("科学技术成果鉴定证书", "other"),
        ("公司章程", "other"),
    ],
)
def test_attachments_are_named(title: str, kind: str) -> None:
    found = attachment_type(letter(title, 0.03))
    assert found is not None
    assert found.type == kind
    assert found.score >= 0.7


@pytest.mark.parametrize(
    "title",
    [
        "审计报告",
        "资产负债表",
        "质量管理体系认证证书",
        "营业执照",
        "社会保险参保证明",
        "企业所得税年度纳税申报表",
    ],
)
def test_what_has_its_own_module_is_no_attachment(title: str) -> None:
    page = letter(title, 0.03)
    assert attachment_type(page) is None
    assert excluded_reason([page]) is None


def test_words_in_a_paragraph_name_nothing() -> None:
    rows = [(f"第{n}条 双方签订的采购合同及检测报告、荣誉证书、受理通知书均为附件", 0.1, 0.1 + n * 0.03) for n in range(12)]
    assert attachment_type(make_page(*rows)) is None
    assert excluded_reason([make_page(*rows)]) is None
