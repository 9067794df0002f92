"""Builders of documents for the tests of claims: invented companies, valid check digits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from extractor.claims.crosscheck import cross_check
from extractor.claims.derive import derive_claims
from extractor.model import Declaration, Declared, Document, Evidence, Field, Finding, PageRef
from extractor.values.checkdigits import patent_check

OWN = "福建闽江精密机械股份有限公司"
OWN_USCC = "91350100M000100Y43"
OTHER = "江西赣水阀门制造有限公司"
OTHER_USCC = "91440300MA5ABCDE5X"
AS_OF = date(2021, 5, 6)


def field(value: Any, *, page: int = 1, text: str | None = None, **more: Any) -> Field:
    """A field with one piece of evidence."""
    shown = text if text is not None else str(value)
    evidence = (Evidence(file=0, page=page, box=(0.1, 0.1, 0.5, 0.12), text=shown),)
    return Field(**{"value": value, "raw": shown, "confidence": 0.98, "evidence": evidence, **more})


def row(values: Mapping[str, float | None], *, page: int = 6, scope: Any = None, **more: Any) -> Field:
    """A statement row: one value per period, in yuan, printed with two decimals."""
    periods = {
        p: field(v, page=page, text="" if v is None else f"{v:,.2f}", scope=scope, **{"gate": "ok", **more})
        for p, v in values.items()
    }
    return Field(**{"value": dict(values), "raw": "", "confidence": 0.98, "periods": periods, "scope": scope, **more})


def document(kind: str, fields: Mapping[str, Field], *, id: str = "d1", **more: Any) -> Document:
    """A document of one page."""
    defaults = {"confidence": 0.99, "pages": (PageRef(file=0, page=1),), "title": ""}
    return Document(**{**defaults, "id": id, "type": kind, "fields": dict(fields), **more})


def report(
    rows: Mapping[str, Mapping[str, float | None]],
    *,
    year: str = "2020",
    entity: str = OWN,
    kind: str = "audit_report",
    id: str = "d1",
    parent: Mapping[str, Mapping[str, float]] | None = None,
    extra: Mapping[str, Field] | None = None,
    page: int = 6,
    reading: Mapping[str, Any] | None = None,
    **more: Any,
) -> Document:
    """An audit report (or another paper with statement rows); ``parent`` makes it consolidated."""
    scope = "consolidated" if parent else None
    made = {k: row(v, page=page, scope=scope, **(reading or {})) for k, v in rows.items()}
    made |= {"entity": field(entity, page=1), "fiscal_year": field(year)}
    if kind == "audit_report":
        made["opinion"] = field("unqualified", page=2)
    made |= extra or {}
    second = {k: row(v, page=page + 5, scope="parent") for k, v in (parent or {}).items()}
    return document(kind, made, id=id, secondary=second, **more)


def patent_no(serial: int = 1, *, year: int = 2018, kind: int = 1) -> str:
    """A patent number with a right check digit; kind 1 invention, 2 utility, 3 design."""
    body = f"{year}{kind}{serial:07d}"
    return f"ZL{body}.{patent_check(body)}"


def patent(
    number: str | None = None,
    *,
    owners: Sequence[str] = (OWN,),
    kind: str | None = "invention",
    filed: str | None = "2018-03-01",
    granted: str | None = "2020-02-11",
    id: str = "p1",
    **more: Any,
) -> Document:
    """A patent certificate."""
    shown = {
        "patent_no": number if number is not None else patent_no(),
        "kind": kind,
        "patentees": list(owners) or None,
        "application_date": filed,
        "grant_date": granted,
    }
    return document("patent_certificate", {k: field(v) for k, v in shown.items() if v is not None}, id=id, **more)


def iso(
    number: str = "01921Q10001R0M",
    *,
    holder: str = OWN,
    issued: str | None = "2020-01-10",
    until: str | None = "2023-01-09",
    uscc: str | None = None,
    id: str = "i1",
    **more: Any,
) -> Document:
    """A management system certificate."""
    shown = {
        "certificate_no": number,
        "holder": holder,
        "issue_date": issued,
        "valid_until": until,
        "uscc": uscc,
    }
    return document("iso_certificate", {k: field(v) for k, v in shown.items() if v is not None}, id=id, **more)


def insured(
    total: int | None,
    rows: int | None,
    *,
    to: str | None = "2021-04",
    organization: str = OWN,
    id: str = "s1",
) -> Document:
    """A social-security list."""
    shown = {"headcount": total, "listed_persons": rows, "period_to": to, "organization": organization}
    return document("social_security_list", {k: field(v) for k, v in shown.items() if v is not None}, id=id)


def licence(established: str | None = "2009-05-06", *, name: str = OWN, uscc: str = OWN_USCC, id: str = "l1") -> Document:
    """A business licence."""
    shown = {"name": name, "uscc": uscc, "established": established}
    return document("business_license", {k: field(v) for k, v in shown.items() if v is not None}, id=id)


def high_tech(issued: str | None = "2019-12-02", *, holder: str = OWN, id: str = "h1", **fields: str) -> Document:
    """A high-tech certificate."""
    shown = {"certificate_no": "GR201935000123", "holder": holder, "issue_date": issued, **fields}
    return document("high_tech_certificate", {k: field(v) for k, v in shown.items() if v is not None}, id=id)


def declare(*figures: Declared, **more: Any) -> Declaration:
    """A declaration of the own company."""
    return Declaration(**{"name": OWN, "uscc": OWN_USCC, "as_of": AS_OF.isoformat(), "declared": figures, **more})


def figure(metric: str, value: Any, unit: str = "万元", period: str = "2020", decimals: int | None = None) -> Declared:
    """A declared figure."""
    return Declared(metric=metric, period=period, value=value, unit=unit, decimals=decimals)


def count(metric: str, value: int) -> Declared:
    """A declared count, now."""
    return Declared(metric=metric, period="now", value=value, unit="项")


def verify(documents: Sequence[Document], *figures: Declared, unreadable: Sequence[str] = (), **more: Any) -> tuple[Finding, ...]:
    """The findings on the figures."""
    declaration = declare(*figures, **more)
    day = date.fromisoformat(declaration.as_of)
    claims = derive_claims(documents, declaration, day)
    return cross_check(declaration, claims, documents, day, unreadable=unreadable)


def verdict(documents: Sequence[Document], declared: Declared, **more: Any) -> str:
    """The one verdict."""
    return verify(documents, declared, **more)[0].verdict.value


def reason(documents: Sequence[Document], declared: Declared, **more: Any) -> str:
    """The one reason."""
    return verify(documents, declared, **more)[0].reason
