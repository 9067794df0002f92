"""Statement rows (audit reports, tax returns, bare statements) as money claims."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from extractor.claims import doubts, fields
from extractor.claims.metrics import STATEMENT_ROWS
from extractor.model import Claim, Document, Field
from extractor.values.checkdigits import uscc_is_valid
from extractor.values.money import UNIT_FACTORS
from extractor.values.paper_fields import HOLDER_FIELD

STATEMENT_TYPES = frozenset({"audit_report", "financial_statements", "rd_audit_report", "tax_return"})

_PLAINLY_YUAN = 10_000_000
"""10,000,000 千元 are ten billion yuan: beyond the limits of 工信部联企业〔2011〕300号 for any small enterprise."""

ALWAYS_THERE = frozenset(
    {"revenue", "operating_profit", "total_profit", "net_profit", "total_assets", "total_liabilities", "owners_equity"}
)
"""Rows that every audit report shows: one that is not there was not read."""

_OPINIONS = {"adverse": doubts.ADVERSE, "disclaimer": doubts.DISCLAIMER}


def statement_claims(document: Document) -> tuple[Claim, ...]:
    """One claim per statement row and period, both scopes; ids are left empty.

    Money in yuan. An unreadable figure gives a claim with value None, so that the row is
    known to be there.
    """
    if document.type not in STATEMENT_TYPES:
        return ()
    paper = paper_doubts(document)
    rows = [_claim(document, *row, paper) for row in _rows(document.fields, None)]
    # The other scope's rows stand beside deciding ones: for comparison, never proof.
    other = [_claim(document, *row, [*paper, doubts.PARENT_ROW]) for row in _rows(document.secondary, "parent")]
    return (*rows, *other, *_unread_return(document, paper))


def _unread_return(document: Document, paper: list[str]) -> tuple[Claim, ...]:
    """营业收入 of a tax return whose year was read but not that figure: the form's first row is always filled in."""
    year = fields.text(document, "fiscal_year")
    if document.type != "tax_return" or not year or "revenue" in document.fields:
        return ()
    return (_claim(document, "revenue", year, Field(value=None, raw="", confidence=0.0), None, paper),)


def paper_doubts(document: Document) -> list[str]:
    """Doubts about the paper itself: audit, opinion, type, unit."""
    found: list[str] = []
    if document.type == "financial_statements":
        found.append(doubts.UNAUDITED)
    opinion = document.fields.get("opinion")
    if opinion is None and document.type == "audit_report":
        # a cover and statements alone do not show that anybody audited them
        found.append(doubts.NO_OPINION)
    elif opinion is not None and opinion.value is None:
        found.append("审计意见未能识别")
    elif opinion is not None and opinion.value in _OPINIONS:
        found.append(_OPINIONS[opinion.value])
    unit = document.fields.get("statement_unit")
    if unit is not None and unit.value is None:
        found.append("报表单位未能识别")
    if _unit_unclear(document):
        found.append("报表未注明金额单位")
    if document.confidence < doubts.SURE_TYPE:
        found.append(doubts.TYPE_UNSURE)
    return found


def _rows(rows: dict[str, Field], scope: str | None) -> Iterator[tuple[str, str, Field, str | None]]:
    """(metric, period, that period's reading, scope) for each statement row."""
    for key in STATEMENT_ROWS:
        row = rows.get(key)
        if row is None:
            continue
        plain = row.value if isinstance(row.value, dict) else {}
        periods = row.periods or {p: row.model_copy(update={"value": v}) for p, v in plain.items()}
        for period, own in sorted(periods.items()):
            if own.value is not None and not isinstance(own.value, int | float | Decimal):
                own = own.model_copy(update={"value": None})
            yield key, period, own, own.scope or row.scope or scope


def _claim(document: Document, metric: str, period: str, field: Field, scope: str | None, paper: list[str]) -> Claim:
    """The claim of one figure."""
    subject = fields.text(document, HOLDER_FIELD[document.type])
    return Claim(
        id="",
        metric=metric,
        period=period,
        value=None if field.value is None else float(field.value),
        unit="元",
        subject=subject,
        subject_id=subject_id(document),
        document=document.id,
        confidence=field.confidence,
        method=field.method or "statement_row",
        evidence=field.evidence,
        scope="consolidated" if scope == "consolidated" else "parent" if scope == "parent" else None,
        gate=field.gate,
        doubt=doubts.join([*paper, *_undated(period), *doubts.figure_doubts(field)]),
    )


def _undated(period: str) -> list[str]:
    """The doubt about a figure whose year was not read."""
    return [doubts.NO_PERIOD] if period == doubts.UNKNOWN_PERIOD else []


def unproven(claim: Claim, document: Document | None) -> str:
    """Why no sum of its statement confirms the figure though one was tried, or nothing."""
    if document is None or claim.gate != "unchecked":
        return ""
    rows = document.secondary if claim.scope == "parent" and claim.metric in document.secondary else document.fields
    row = rows.get(claim.metric)
    field = (row.periods or {}).get(claim.period) if row is not None else None
    parts = (field.note or "").split(doubts.SEPARATOR) if field is not None else []
    return next((p for p in parts if p.startswith(doubts.UNPROVEN)), "")


def subject_id(document: Document) -> str | None:
    """The paper's USCC where it is printed and its check digits are right."""
    code = fields.text(document, "uscc").upper()
    return code if code and uscc_is_valid(code) else None


def step(claim: Claim, document: Document | None) -> Decimal:
    """The smallest step of a statement figure as printed, in yuan.

    ``8,123.45`` in a statement in 万元 steps by 100 yuan. Without a printed text: one cent.
    """
    if not claim.evidence:
        return Decimal("0.01")
    unit = fields.text(document, "statement_unit") if document is not None else ""
    printed = claim.evidence[0].text.strip().rstrip("）)")
    _, _, tail = printed.rpartition(".") if "." in printed else ("", "", "")
    digits = len(tail) if tail.isdigit() else 0
    return Decimal(UNIT_FACTORS.get(unit, 1)).scaleb(-digits)


def _unit_unclear(document: Document) -> bool:
    """Whether the statements print no unit (yuan was assumed) and are not plainly in yuan.

    They are where a figure is so large that in 千元 it would be no small enterprise's.
    """
    unit = document.fields.get("statement_unit")
    if unit is None or unit.method != "assumed":
        return False
    rows = [*_rows(document.fields, None), *_rows(document.secondary, None)]
    return max((abs(field.value) for _, _, field, _ in rows if field.value is not None), default=0) < _PLAINLY_YUAN
