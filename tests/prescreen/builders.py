"""Small results and pages for the tests of pre-screening; all names and numbers are invented."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from extractor.model import (
    Check,
    Claim,
    DeclaredValue,
    Document,
    Evidence,
    Field,
    FileInfo,
    Finding,
    Line,
    PackageInfo,
    Page,
    PageRef,
    Result,
    Summary,
    Verdict,
)
from extractor.values.checkdigits import patent_check

OWN = "福建闽江精密机械股份有限公司"
OWN_USCC = "91350100M000100Y43"
OTHER = "江西赣水阀门制造有限公司"
OTHER_USCC = "91440300MA5ABCDE5X"
THIRD = "湖南衡山泵业有限公司"


def patent_no(body: str) -> str:
    """``ZL`` + 12 digits + check digit."""
    return f"ZL{body}.{patent_check(body)}"


def field(value: Any, *, page: int = 1, **more: Any) -> Field:
    at = (Evidence(file=0, page=page, box=(0.1, 0.1, 0.5, 0.12), text=str(value)),)
    return Field(**{"value": value, "raw": str(value), "confidence": 0.98, "evidence": at, **more})


def document(kind: str, fields: dict[str, Field] | None = None, *, page: int = 1, **more: Any) -> Document:
    given = {"id": f"d{page}", "confidence": 0.99, "pages": (PageRef(file=0, page=page),), "fields": fields or {}}
    return Document(type=kind, **{**given, **more})


def patent(number: str, *holders: str, page: int = 1, **more: Any) -> Document:
    return document(
        "patent_certificate", {"patent_no": field(number, page=page), "patentees": field(list(holders))}, page=page, **more
    )


def finding(verdict: Verdict, metric: str = "revenue", reason: str = "") -> Finding:
    value = DeclaredValue(value=1.0, unit="万元")
    return Finding(
        metric=metric, period="2020", declared=value, verdict=verdict, confidence=0.9, reason=reason or f"理由{verdict}"
    )


def result(
    *,
    name: str = "甲",
    enterprise: str | None = OWN,
    uscc: str | None = None,
    verdict: str = "pass",
    documents: Sequence[Document] = (),
    findings: Sequence[Finding] = (),
    claims: Sequence[Claim] = (),
    checks: Sequence[Check] = (),
    policies: Sequence[dict[str, Any]] = (),
    errors: Sequence[str | None] = (None,),
    sha: str = "",
    as_of: str = "2021-05-06",
) -> Result:
    """A package whose files are all called ``f<number>.pdf``."""
    files = tuple(
        FileInfo(name=f"f{i}.pdf", sha256=sha or f"{name}{i}", media_type="application/pdf", pages=3, error=e)
        for i, e in enumerate(errors)
    )
    return Result(
        package=PackageInfo(name=name, as_of=as_of, enterprise=enterprise, uscc=uscc),
        files=files,
        documents=tuple(documents),
        findings=tuple(findings),
        claims=tuple(claims),
        checks=tuple(checks),
        policies=tuple(policies),
        summary=Summary(verdict=verdict, findings={}, pages=3, pages_ocr=1, seconds=1.0),
    )


def page(*texts: str, number: int = 1, look: str = "", source: str = "ocr", file: int = 0) -> Page:
    lines = tuple(Line(text=t, box=(0.1, 0.05 * i, 0.9, 0.05 * i + 0.03)) for i, t in enumerate(texts))
    return Page(file=file, page=number, width=1000, height=1400, source=source, lines=lines, look=look)


def look(seed: int) -> str:
    """A fingerprint of its own."""
    return f"{random.Random(seed).getrandbits(256):064x}"


def changed(look: str, bits: int, seed: int = 0) -> str:
    """The fingerprint with some bits turned."""
    value = int(look, 16)
    for bit in random.Random(seed).sample(range(256), bits):
        value ^= 1 << bit
    return f"{value:064x}"


def statement(owner: str, number: int = 1, look: str = "", source: str = "ocr", factor: int = 1) -> Page:
    """A filled-in statement page of an enterprise."""
    rows = [
        f"{label} {1234567.89 * k * factor:,.2f}" for k, label in enumerate(("营业收入", "营业成本", "净利润", "资产总计"), 3)
    ]
    return page("利润表", f"编制单位：{owner}", *rows, "以上报表由本公司编制，数据真实完整，特此说明", number=number, look=look,
                source=source)  # fmt: skip
