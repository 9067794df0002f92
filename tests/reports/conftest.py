"""Results built by hand: one with every verdict, one with hostile texts in every place."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw

from extractor.model import (
    Box,
    Check,
    Claim,
    DeclaredValue,
    Document,
    Evidence,
    Field,
    FileInfo,
    Finding,
    PackageInfo,
    PageRef,
    Result,
    Summary,
    Verdict,
)

HOSTILE = (
    "=cmd|' /C calc'!A0",
    "+1+cmd|'/C calc'!A1",
    "-2+3",
    "@SUM(1+1)",
    "\t=1+1",
    "\r\n=HYPERLINK(\"http://evil.example\",\"x\")",
    "  =1+1",
    "#N/A",
    "_x001B_[31m",
    "<script>alert(1)</script>",
    "\"><img src=http://evil.example/x.png onerror=alert(1)>",
    "</style><style>*{display:none}",
    "{{ 7*7 }}{% raw %}",
    "[bold red]标记[/] :smile: [link=http://evil.example]x[/link]",
    "\x1b[31m红\x1b[0m\x1b]0;title\x07\x9b2J\x08\x00",
    "\u202e321\u202c \u2066abc\u2069 \u200f",
    "مرحبا 123",
    "😀👩‍🔧国徽",
    "\ud800 lone surrogate \ufffe",
    "很长" * 30_000,
    "",
)  # fmt: skip
"""Texts that evidence may hold to break a report or the program that opens it."""


def evidence(file: int, page: int, box: Box, text: str) -> Evidence:
    """Evidence in one line."""
    return Evidence(file=file, page=page, box=box, text=text)


def claim(
    claim_id: str,
    metric: str,
    value: float | str | None,
    unit: str,
    *at: Evidence,
    **more: object,
) -> Claim:
    """A claim of document d1 about 2020, unless told otherwise."""
    fields: dict[str, object] = {
        "id": claim_id, "metric": metric, "period": "2020", "value": value, "unit": unit, "evidence": at,
        "subject": "福建示例精密机械有限公司", "document": "d1", "confidence": 0.97, "method": "statement_row",
    }  # fmt: skip
    return Claim.model_validate(fields | more)


def finding(
    metric: str,
    value: float | str,
    unit: str,
    verdict: Verdict,
    reason: str,
    **more: object,
) -> Finding:
    """A finding about 2020, unless told otherwise."""
    fields: dict[str, object] = {
        "metric": metric, "period": "2020", "declared": DeclaredValue(value=value, unit=unit), "verdict": verdict,
        "confidence": 0.97, "reason": reason,
    }  # fmt: skip
    return Finding.model_validate(fields | more)


def file(name: str, pages: int, error: str | None = None, media_type: str = "application/pdf") -> FileInfo:
    """A file of the package."""
    return FileInfo(name=name, sha256="0" * 64, media_type=media_type, pages=pages, error=error)


def page_jpeg(label: str) -> bytes:
    """A picture of a page with a few lines on it."""
    width, height = 620, 877
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    for y in range(40, height - 40, 30):
        draw.text((40, y), f"{label} line {y} 81,234,500.00", fill="black")
    buffer = io.BytesIO()
    image.save(buffer, "JPEG")
    return buffer.getvalue()


@pytest.fixture
def hostile_texts() -> tuple[str, ...]:
    """Texts that break reports."""
    return HOSTILE


@pytest.fixture
def page_image() -> Callable[[int, int], bytes | None]:
    """Pages of every file but the spreadsheet (file 2)."""
    return lambda file_index, page: None if file_index == 2 else page_jpeg(f"{file_index}/{page}")


@pytest.fixture
def result() -> Result:
    """A package with every verdict."""
    revenue = claim(
        "c1",
        "revenue",
        81234500.0,
        "元",
        evidence(0, 6, (0.5, 0.20, 0.68, 0.215), "81,234,500.00"),
    )
    rd = claim(
        "c2",
        "rd_expense",
        4512300.0,
        "元",
        evidence(0, 6, (0.5, 0.26, 0.68, 0.275), "4,512,300.00"),
    )
    ratio = claim(
        "c3",
        "rd_expense_ratio",
        5.5547,
        "%",
        *rd.evidence,
        *revenue.evidence,
        method="derived",
        gate="failed",
    )
    patent = claim(
        "c4", "invention_patents", 1, "项", evidence(1, 1, (0.2, 0.3, 0.6, 0.33), "ZL 2017 1 0601862.3"),
        document="d2", key="ZL201710601862.3", subject="厦门他人科技有限公司", period="now", valid_from="2019-05-10",
        valid_until="2037-07-21",
    )  # fmt: skip
    expired = claim(
        "c5", "management_system_certs", 1, "项", evidence(1, 2, (0.2, 0.6, 0.6, 0.62), "有效期至 2020年3月1日"),
        document="d3", key="00118Q30001R0M", period="now", valid_until="2020-03-01",
    )  # fmt: skip
    heads = claim(
        "c6", "employees", 128, "人", evidence(2, 1, (0.0, 0.9, 0.3, 0.92), "合计 128"),
        evidence(1, 3, (0.1, 0.9, 0.3, 0.915), "参保人数：126"), document="d4", period="now", doubt="总数与名单行数不同",
    )  # fmt: skip
    return Result(
        package=PackageInfo(
            name="示例材料.zip", as_of="2021-05-06", enterprise="福建示例精密机械有限公司", uscc="91350100M000100Y43"
        ),
        files=(
            file("审计报告.pdf", 42),
            file("证书扫描.pdf", 3),
            file("参保名单.xlsx", 1, media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            file("合同.pdf", 0, "文件有打开密码。请去掉密码后重新提交。"),
        ),
        documents=(
            Document(
                id="d1", type="audit_report", confidence=0.99, title="审计报告",
                pages=tuple(PageRef(file=0, page=p) for p in (1, 2, 3, 6)),
                fields={
                    "entity": Field(value="福建示例精密机械有限公司", raw="福建示例精密机械有限公司", confidence=0.98,
                                    evidence=(evidence(0, 1, (0.2, 0.3, 0.6, 0.32), "福建示例精密机械有限公司"),)),
                    "opinion": Field(value="unqualified", raw="我们认为", confidence=0.95),
                    "revenue": Field(value={"2020": 81234500.0, "2019": 70000000.0}, raw="81,234,500.00", confidence=0.97),
                },
            ),
            Document(id="d2", type="patent_certificate", confidence=0.99, title="发明专利证书",
                     pages=(PageRef(file=1, page=1),),
                     fields={"patentees": Field(value=["厦门他人科技有限公司", "某研究所"], raw="", confidence=0.9)}),
            Document(id="d3", type="iso_certificate", confidence=0.99, title="", pages=(PageRef(file=1, page=2),),
                     fields={"valid_until": Field(value=None, raw="", confidence=0.2, note="印章遮挡")}),
            Document(id="d4", type="social_security_list", confidence=0.9, title="参保证明",
                     pages=(PageRef(file=2, page=1), PageRef(file=1, page=3)),
                     fields={"persons": Field(value=[{"name": "张三", "id_masked": "3501**********1234"}], raw="",
                                              confidence=0.9)}),
            Document(id="d5", type="other", confidence=0.6, title="受理通知书", pages=(PageRef(file=0, page=9),),
                     excluded="受理通知书不能证明已授权"),
        ),
        claims=(revenue, rd, ratio, patent, expired, heads),
        findings=(
            finding("revenue", 8123.45, "万元", Verdict.SUPPORTED, "审计报告 第6页 营业收入 81,234,500.00 元，与申报值一致",
                    claims=("c1",), evidenced=8123.45),
            finding("rd_expense", 4512.3, "万元", Verdict.CONTRADICTED, "审计报告 第6页为 451.23 万元，申报值疑似小数点错位",
                    claims=("c2",), evidenced=451.23),
            finding("rd_expense_ratio", 5.55, "%", Verdict.UNSURE, "研发费用的勾稽校验未通过，请人工核对", claims=("c3",)),
            finding("invention_patents", 1, "项", Verdict.WRONG_ENTITY, "专利权人为厦门他人科技有限公司", period="now",
                    claims=("c4",), evidenced=0),
            finding("management_system_certs", 1, "项", Verdict.EXPIRED, "证书有效期至 2020-03-01，早于基准日", period="now",
                    claims=("c5",), evidenced=0),
            finding("employees", 128, "人", Verdict.UNSURE, "合计 128 人与名单 126 行不一致", period="now", claims=("c6",)),
            finding("rd_staff", 30, "人", Verdict.MISSING, "社保名单不能证明谁从事研发", period="now"),
            finding("high_tech_enterprise", 1, "0/1", Verdict.MISSING, "没有高新技术企业证书", period="now"),
        ),
        checks=(
            Check(check="balance_sheet_identity", document="d1", status="ok", reason="资产 = 负债 + 权益"),
            Check(check="profit_identity", document="d1", status="failed", reason="利润总额 − 所得税 ≠ 净利润，差 100.00 元"),
        ),
        summary=Summary(verdict="fail", findings={"supported": 1}, pages=46, pages_ocr=21, seconds=31.24),
    )  # fmt: skip


@pytest.fixture
def hostile_result() -> Result:
    """Every text that evidence, names or reasons can put into a report is hostile."""
    claims = tuple(
        claim(f"c{i}", text[:80] or "revenue", text, "元", evidence(i % 3, 1, (0.1, 0.1, 0.5, 0.12), text),
              subject=text, method=text[:50], key=text, doubt=text, document=f"d{i}", valid_from=text[:20])
        for i, text in enumerate(HOSTILE)
    )  # fmt: skip
    return Result(
        package=PackageInfo(name=HOSTILE[9], as_of="2021-05-06", enterprise=HOSTILE[10], uscc=HOSTILE[0]),
        files=tuple(
            FileInfo(name=text, sha256=text[:64], media_type=text[:50], pages=1, error=text, note=text) for text in HOSTILE
        ),
        documents=tuple(
            Document(id=f"d{i}", type=text[:50], confidence=0.5, title=text, pages=(PageRef(file=i, page=1),),
                     excluded=text or None,
                     fields={text[:40]: Field(value=[text, {"a": text}], raw=text, confidence=0.5, note=text),
                             "text": Field(value=text, raw=text, confidence=0.5)})
            for i, text in enumerate(HOSTILE)
        ),
        claims=claims,
        findings=tuple(
            finding(text[:200], text, text[:30], list(Verdict)[i % 6], text, claims=(f"c{i}", "gone"), period=text[:30],
                    evidenced=text)
            for i, text in enumerate(HOSTILE)
        ),
        checks=tuple(
            Check(check=text[:60], document="d1", status="failed", reason=text) for text in HOSTILE
        ),
        summary=Summary(verdict="review", findings={}, pages=1, pages_ocr=0, seconds=0.1),
    )  # fmt: skip
