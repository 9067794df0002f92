"""Management-system certificates: wordings and layouts of many bodies, and papers that are none."""

from __future__ import annotations

import pytest

from extractor.documents.iso_certificate import TYPE
from extractor.documents.iso_numbers import parse_certificate_no
from extractor.model import Field, Line
from extractor.values.chinese import squeeze
from tests.documents.conftest import Row, make_page
from tests.documents.iso_layouts import BODY, LAYOUTS, H


def plain(value: object) -> object:
    """For comparing: no blanks, width or case; a trailing point of ``Ltd.`` is no difference."""
    if isinstance(value, list):
        return [plain(v) for v in value]
    return squeeze(str(value)).lower().rstrip(".")


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_printed_field_is_read(name: str) -> None:
    rows, expected = LAYOUTS[name]
    found = TYPE.extract([make_page(*rows)]).fields
    got = {key: plain(found[key].value) if key in found else None for key in expected}
    assert got == {key: plain(value) for key, value in expected.items()}


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout_is_known_as_a_certificate(name: str) -> None:
    rows, expected = LAYOUTS[name]
    cue = TYPE.cue(make_page(*rows))
    assert cue is not None
    assert cue.score >= 0.75
    assert cue.role == "start"
    if "certificate_no" in expected:
        assert cue.number == expected["certificate_no"]


NOT_CERTIFICATES = {
    "surveillance_notice": [
        ("监督审核通知书", 0.35, 0.08, 0.03), f"{H}：",
        "贵单位质量管理体系认证证书（编号：15419Q9362R1M）应于2020年6月9日前接受第一次",
        "监督审核，请按 GB/T 19001-2016 标准做好准备。", BODY,
    ],
    "product_certificate": [
        ("中国国家强制性产品认证证书", 0.25, 0.08, 0.03), "证书编号：2021010301234567", "委托人名称：" + H,
        "产品标准和技术要求：GB 4943.1-2011", "发证日期：2021年05月06日",
    ],
    "list_of_certificates": [
        ("企业资质证书一览表", 0.35, 0.05, 0.03), "序号 证书名称 证书编号 有效期至",
        "1 质量管理体系认证证书 20722Q10234R1M 2025-03-07", "2 环境管理体系认证证书 20722E10235R1M 2025-03-07",
    ],
    "application": [("管理体系认证申请书", 0.35, 0.05, 0.03), "申请组织名称：" + H,
    "认证标准：GB/T 19001-2016/ISO 9001:2015", "认证范围：" + "齿轮的生产"],
    "manual": [("质量管理体系手册", 0.35, 0.3, 0.04), "依据 GB/T 19001-2016/ISO 9001:2015 编制", H, "发布日期：2021年1月1日"],
    "training": [("培训合格证书", 0.35, 0.1, 0.04), "证书编号：PX20210001",
    "陈明远 参加 GB/T 19001-2016 质量管理体系内审员培训，考核合格", "发证日期：2021年3月1日", BODY],
    "certification_contract": [("管理体系认证合同", 0.35, 0.1, 0.04), "甲方：" + H, "乙方：" + BODY,
    "认证标准 GB/T 19001-2016，认证范围：齿轮的生产"],
    "honour": [("荣誉证书", 0.35, 0.1, 0.05), H, "荣获质量管理先进单位称号", "证书编号：RY2021001"],
    "audit_report": [("审计报告", 0.4, 0.1, 0.04), H + "全体股东：", "我们审计了后附的财务报表",
    "公司已通过ISO 9001:2015质量管理体系认证"],
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_CERTIFICATES)
def test_papers_about_certification_are_no_certificates(name: str) -> None:
    cue = TYPE.cue(make_page(*NOT_CERTIFICATES[name]))
    assert cue is None or cue.score < 0.5


def test_annex_page_continues_the_certificate() -> None:
    page = make_page(("证书附件", 0.42, 0.1, 0.03), "证书编号：20722Q10234R1M", "多场所清单", "福州市台江区明月路8号 齿轮的生产")
    cue = TYPE.cue(page)
    assert cue is not None
    assert cue.role == "inside"
    assert cue.number == "20722Q10234R1M"


@pytest.mark.parametrize("status", ["暂停", "撤销", "注销", "过期失效"])
def test_a_suspended_or_withdrawn_certificate_proves_nothing(status: str) -> None:
    rows, _ = LAYOUTS["register_printout"]
    changed = [(status if r[0] == "有效" else r[0], *r[1:]) if isinstance(r, tuple) else r for r in rows]
    excluded = TYPE.extract([make_page(*changed)]).excluded
    assert excluded is not None
    assert status in excluded


def certificate(*dates: str) -> dict[str, object]:
    """A plain certificate with these date rows."""
    fields = TYPE.extract(
        [make_page(("质量管理体系认证证书", 0.3, 0.1, 0.03), "兹证明", H, "质量管理体系符合 GB/T 19001-2016", *dates)]
    ).fields
    return {k: fields[k] for k in ("first_issue_date", "issue_date", "valid_until") if k in fields}


@pytest.mark.parametrize(
    ("row", "issued", "until"),
    [
        ("有效期：2022-03-01 至 2025-02-28", "2022-03-01", "2025-02-28"),
        ("有效期 Validity：2022.03.01 至/to 2025.02.28", "2022-03-01", "2025-02-28"),
        ("证书自2022年3月1日起生效，有效期至2025年2月28日", "2022-03-01", "2025-02-28"),
        ("Valid from 1 March 2022 to 28 February 2025", "2022-03-01", "2025-02-28"),
        ("Issue Date: March 1, 2022   Expiration: February 28, 2025", "2022-03-01", "2025-02-28"),
        ("颁证日期：二〇二二年三月一日 到期日：二〇二五年二月二十八日", "2022-03-01", "2025-02-28"),
        ("生效日期：2022/03/01 失效日期：2025/02/28", "2022-03-01", "2025-02-28"),
        ("换证日期 2022年03月01日 截止日期 2025年02月28日", "2022-03-01", "2025-02-28"),
        ("签发日：2022年3月1日（有效期三年）", "2022-03-01", "2025-02-28"),
        ("本证书于2022年3月1日颁发，在持续接受监督的条件下，有效至2025年2月28日", "2022-03-01", "2025-02-28"),
        ("本证书于二〇二二年三月一日换发，在年度监督审核合格的前提下有效期至二〇二五年二月二十八日", "2022-03-01", "2025-02-28"),
        ("本证书2022-03-01签发，2025-02-28到期", "2022-03-01", "2025-02-28"),
        ("本证书有效期自2022/03/01起至2025/02/28止", "2022-03-01", "2025-02-28"),
    ],
)
def test_date_wordings(row: str, issued: str, until: str) -> None:
    found = certificate(row)
    assert found["issue_date"].value == issued
    assert found["valid_until"].value == until


def test_surveillance_dates_are_no_validity() -> None:
    assert certificate("监督审核合格，有效期至2024年02月28日", "下次监督审核日期：2024年02月01日") == {}


@pytest.mark.parametrize("row", ["2022年3月1日注册资本500万元", "2022年3月1日认证机构变更", "2022年3月1日评定委员会"])
def test_words_behind_a_date_that_only_begin_like_an_issue(row: str) -> None:
    assert certificate(row) == {}


def test_a_first_issue_said_behind_its_date() -> None:
    found = certificate("本证书2016年3月8日首次颁发，2022年3月1日换发")
    assert (found["first_issue_date"].value, found["issue_date"].value) == ("2016-03-08", "2022-03-01")


def test_order_of_day_and_month_is_settled_by_the_term() -> None:
    settled = certificate("Date of issue: 03/04/2022", "Date of expiry: 02/04/2025")
    assert settled["issue_date"].value == "2022-04-03"
    assert settled["issue_date"].confidence > 0.9
    open_ = certificate("Date of issue: 04/03/2022", "Date of expiry: 04/03/2025")
    assert open_["valid_until"].confidence <= 0.5
    assert open_["valid_until"].note


def test_contradicting_dates_are_doubted() -> None:
    found = certificate("发证日期：2025年03月01日", "有效期至：2022年02月28日")
    assert all(f.confidence <= 0.5 and f.note for f in found.values())  # type: ignore[attr-defined]


def test_a_date_under_a_seal_is_taken_from_the_other_reading_with_doubt() -> None:
    page = make_page(
        ("质量管理体系认证证书", 0.3, 0.1, 0.03),
        "兹证明",
        H,
        "质量管理体系符合 GB/T 19001-2016",
        ("有效期至：20 5年02", 0.5, 0.6),
    )
    lines = tuple(
        x.model_copy(update={"alt": "有效期至：2025年02月28日", "confidence": 0.6}) if "有效期" in x.text else x
        for x in page.lines
    )
    field = TYPE.extract([page.model_copy(update={"lines": lines})]).fields["valid_until"]
    assert field.value == "2025-02-28"
    assert field.confidence <= 0.6
    assert field.note


def test_title_and_standard_that_disagree_are_doubted() -> None:
    page = make_page(("环境管理体系认证证书", 0.3, 0.1, 0.03), "证书编号：20722Q10234R1M", "兹证明", H, "符合 GB/T 19001-2016")
    field = TYPE.extract([page]).fields["system"]
    assert field.confidence < 0.6
    assert field.note


def test_absent_labels_give_no_fields() -> None:
    fields = TYPE.extract([make_page(("质量管理体系认证证书", 0.3, 0.1, 0.03), "兹证明", H)]).fields
    assert set(fields) <= {"holder", "system"}


@pytest.mark.parametrize(
    ("read", "meant"),
    [("11819Q01349ROS", "11819Q01349R0S"), ("117 24 E 0377 RIM", "11724E0377R1M"), ("CN-ROSE-12345", "CN-ROSE-12345")],
)
def test_the_renewal_count_is_a_digit(read: str, meant: str) -> None:
    """``R0S`` read as ``ROS`` (a real miss on a small JPEG)."""
    assert parse_certificate_no(read) == meant


def _sheet(*more: Row) -> dict[str, Field]:
    rows: tuple[Row, ...] = (
        ("质量管理体系认证证书", 0.27, 0.12, 0.03), ("证书编号：20722Q10234R1M", 0.6, 0.17), ("兹证明", 0.45, 0.21),
        (H, 0.32, 0.25, 0.02), ("认证标准：GB/T 19001-2016", 0.12, 0.31), *more,
    )  # fmt: skip
    return TYPE.extract([make_page(*rows)]).fields


@pytest.mark.parametrize("seal", [("精密机械股", 0.66, 0.37, 0.05), ("海州", 0.66, 0.405, 0.05)])
def test_print_of_a_seal_is_no_scope(seal: Row) -> None:
    first, rest = "精密齿轮、传动件及精密机械零部件的设计、生产", "和销售"
    found = _sheet(
        ("认证范围", 0.46, 0.36), (first, 0.3, 0.39), seal, (rest, 0.46, 0.413), ("发证日期：2022年03月01日", 0.16, 0.5)
    )
    assert found["scope"].value == first + rest


def test_one_word_that_ends_an_english_scope_is_none_of_the_chinese_one() -> None:
    found = _sheet(
        ("认证范围 Scope of certification", 0.35, 0.36),
        ("机器人末端执行器的研发、生产和销售", 0.33, 0.385),
        ("R&D, production and sales of industrial automation equipment and robot end", 0.2, 0.41),
        ("effectors", 0.46, 0.43),
    )
    assert found["scope"].value == "机器人末端执行器的研发、生产和销售"


def test_a_product_in_latin_letters_stays_in_the_scope() -> None:
    found = _sheet(("认证范围：照明灯具的研发、生产和销售；光源的", 0.12, 0.36), ("LED", 0.22, 0.38))
    assert found["scope"].value == "照明灯具的研发、生产和销售；光源的LED"


@pytest.mark.parametrize(
    ("printed", "marks"), [("JAS-ANZ", ["JAS-ANZ"]), ("AS-ANZ", ["JAS-ANZ"]), ("YAS-ANZ", ["JAS-ANZ"]), ("JASANZ", ["JAS-ANZ"])]
)
def test_a_mark_with_a_slip(printed: str, marks: list[str]) -> None:
    assert _sheet((printed, 0.2, 0.85))["accreditation"].value == marks


def test_a_mark_inside_a_number_is_none() -> None:
    found = _sheet(("注册号：147049-2022-AE-RGC-UKAS", 0.12, 0.4), ("CNAS", 0.2, 0.85))
    assert found["accreditation"].value == ["CNAS"]


def test_dates_half_a_line_off_labels_with_an_english_twin() -> None:
    found = _sheet(
        ("首次获证日期", 0.15, 0.530), ("2017.11.18", 0.36, 0.5375), ("First issued", 0.15, 0.549, 0.009),
        ("发证日期", 0.15, 0.569), ("2020.11.18", 0.36, 0.5765), ("Date of issue", 0.15, 0.588, 0.009),
        ("有效期至", 0.15, 0.608), ("2023.11.17", 0.36, 0.6155), ("Valid until", 0.15, 0.627, 0.009),
    )  # fmt: skip
    assert {k: found[k].value for k in ("first_issue_date", "issue_date", "valid_until")} == {
        "first_issue_date": "2017-11-18", "issue_date": "2020-11-18", "valid_until": "2023-11-17",
    }  # fmt: skip


def test_a_body_under_a_seal_by_the_reading_without_it() -> None:
    line = Line(text="北京远人：E有限公", box=(0.5, 0.82, 0.75, 0.836), confidence=0.6, alt=BODY, origin="ocr")
    page = make_page(("质量管理体系认证证书", 0.27, 0.12, 0.03), ("证书编号：20722Q10234R1M", 0.6, 0.17), (H, 0.32, 0.25, 0.02))
    field = TYPE.extract([page.model_copy(update={"lines": (*page.lines, line)})]).fields["issuer"]
    assert field.value == BODY
    assert field.confidence <= 0.6


def test_a_bracket_lost_from_the_body() -> None:
    assert _sheet(("北京远衡国际认证（北京有限公司", 0.35, 0.82))["issuer"].value == "北京远衡国际认证（北京）有限公司"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("20722Q10234R1M）因未", "20722Q10234R1M"),
        ("JBZT20E01001ROL)", "JBZT20E01001R0L"),
        ("0350119Q30123R2M(3)", "0350119Q30123R2M(3)"),
        ("第U089522A05352R1M号", "U089522A05352R1M"),
        ("证字第 296-2024-Q-14360 号", "296-2024-Q-14360"),
        ("证字第44/17IP8335R1M号", "44/17IP8335R1M"),
        ("京质认字[2020]第0123号", "京质认字[2020]第0123号"),
    ],
)
def test_a_number_inside_a_bracket(text: str, number: str) -> None:
    assert parse_certificate_no(text) == number


@pytest.mark.parametrize(
    "shown", ["第 20722Q10234R1M 号", "注册号 20722Q10234R1M", "证字第20722Q10234R1M号", "认证证书第20722Q10234R1M号"]
)
def test_a_number_without_a_label(shown: str) -> None:
    rows: list[Row] = [("认证证书", 0.36, 0.1, 0.045), (shown, 0.4, 0.19), "兹 证 明", (H, 0.28, 0.28, 0.02)]
    page = make_page(*rows, ("其质量管理体系经评定符合", 0.35, 0.39), "GB/T 19001-2016", "之规定", (BODY, 0.35, 0.85))
    fields = TYPE.extract([page]).fields
    assert (fields["certificate_no"].value, fields["holder"].value) == ("20722Q10234R1M", H)


@pytest.mark.parametrize("shown", ["第3条", "第1页", "公告第12号", "国家认监委第CNCA-R-2002-001号"])
def test_other_things_counted_are_no_number(shown: str) -> None:
    page = make_page(("质量管理体系认证证书", 0.3, 0.1, 0.03), (shown, 0.4, 0.19), "兹证明", H, "符合 GB/T 19001-2016")
    assert "certificate_no" not in TYPE.extract([page]).fields
