"""Labelled fields and statement claims of one labelled document against what was read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corpora.format import LabelledDocument
from eval.compare import same
from eval.places import BoxScore, score
from eval.records import ClaimRecord, FieldRecord, Spot
from extractor.claims import doubts
from extractor.claims.metrics import STATEMENT_ROWS
from extractor.claims.statements import STATEMENT_TYPES
from extractor.documents.kinds import kind_of
from extractor.model import Claim, Document, Evidence, Field, Page

_ROWS = frozenset(STATEMENT_ROWS)
KEY_FIELDS: dict[str, frozenset[str]] = {
    "audit_report": frozenset({"entity", "fiscal_year", "opinion", "statement_unit"}) | _ROWS,
    "financial_statements": frozenset({"entity", "fiscal_year", "statement_unit"}) | _ROWS,
    "rd_audit_report": frozenset({"entity", "rd_expense"}),
    "tax_return": frozenset({"entity", "fiscal_year"}) | _ROWS,
    "patent_certificate": frozenset({"kind", "patent_no", "patentees", "application_date", "grant_date", "legal_status"}),
    "software_copyright": frozenset({"registration_no", "owners", "registration_date"}),
    "trademark_certificate": frozenset({"registration_no", "owner", "valid_from", "valid_until"}),
    "iso_certificate": frozenset({"certificate_no", "system", "holder", "issue_date", "valid_until"}),
    "social_security_list": frozenset({"organization", "period_to", "headcount", "listed_persons"}),
    "business_license": frozenset({"uscc", "name", "established"}),
    "high_tech_certificate": frozenset({"certificate_no", "holder", "issue_date", "valid_until"}),
}
"""The fields on which claims rest (``extractor/claims``): whose paper, which paper, from when to when, which figures."""


@dataclass(frozen=True, slots=True)
class Context:
    """Where a labelled document lies: what records share (``common``), the file's index, all read pages, file names."""

    common: Mapping[str, Any]
    file: int
    pages: dict[tuple[int, int], Page]
    names: Sequence[str]

    def spot(self, evidence: Sequence[Evidence]) -> Spot | None:
        """The first evidence as a place to look at."""
        if not evidence:
            return None
        first = evidence[0]
        return Spot(file=self.names[first.file], page=first.page, box=first.box)


def field_records(label: LabelledDocument, document: Document | None, where: Context) -> Iterator[FieldRecord]:
    """One record per labelled field, and per period of a statement row. Fields without a label are not judged."""
    for key, expected in label.fields.items():
        found = document.fields.get(key) if document is not None else None
        for period, wanted in expected.items() if isinstance(expected, dict) else [("", expected)]:
            reading, got = _reading(found, period)
            kind = kind_of(label.type, key).kind
            exact = same(wanted, got, kind)
            places = label.boxes.get(f"{key}/{period}" if period else key, [])
            box = score(places, reading.evidence if reading else (), where.pages, where.file)
            yield FieldRecord(
                **where.common,
                type=label.type,
                field=key,
                period=period,
                kind=kind.partition("(")[0],
                key=key in KEY_FIELDS.get(label.type, ()),
                expected=wanted,
                got=got,
                confidence=reading.confidence if reading and got is not None else 0.0,
                method=reading.method if reading else "",
                gate=reading.gate if reading and period else None,
                exact=exact,
                present=got is not None,
                best_iou=box.best_iou if box and exact else None,
                box_hit=box.hit if box and exact else None,
                spot=where.spot(reading.evidence) if reading else None,
                expected_spot=_true_spot(box, where),
            )


def _reading(found: Field | None, period: str) -> tuple[Field | None, Any]:
    """The field that was read (a statement row's own period where it has one) and its value."""
    if found is None or not period:
        return found, found.value if found is not None else None
    value = found.value.get(period) if isinstance(found.value, dict) else None
    own = (found.periods or {}).get(period)
    if own is not None:
        return own, value if value is not None else own.value
    return (found if value is not None else None), value


def _true_spot(box: BoxScore | None, where: Context) -> Spot | None:
    if box is None:
        return None
    left, top, right, bottom = (min(max(v, 0.0), 1.0) for v in box.truth)
    return Spot(file=where.names[where.file], page=box.page, box=(left, top, right, bottom))


def statement_records(
    label: LabelledDocument, document: Document | None, claims: Sequence[Claim], where: Context
) -> Iterator[ClaimRecord]:
    """The statement figures that a labelled paper must give as claims, and those given too much.

    A claim of a row that is not labelled is not judged; of a period that is not labelled only where the row is
    labelled for two periods or more, since then the paper shows no others.
    """
    if label.type not in STATEMENT_TYPES or label.excluded:
        return
    rows = {k: v for k, v in label.fields.items() if k in STATEMENT_ROWS and isinstance(v, dict)}
    given = {(c.metric, c.period): c for c in statement_claims(document, claims)}
    wanted = {(key, str(period)): value for key, row in rows.items() for period, value in row.items()}
    extra = {at for at in given if at not in wanted and len(rows.get(at[0], {})) >= 2}
    for metric, period in [*wanted, *sorted(extra)]:
        claim, expected = given.get((metric, period)), wanted.get((metric, period))
        yield claim_record(label.type, metric, period, expected, claim, where.common)


def claim_record(
    kind: str, metric: str, period: str, expected: float | None, claim: Claim | None, common: Mapping[str, Any]
) -> ClaimRecord:
    """One statement figure against its label."""
    got = claim.value if claim is not None and isinstance(claim.value, int | float) else None
    return ClaimRecord(
        **common,
        type=kind,
        metric=metric,
        period=period,
        expected=expected,
        got=got,
        confidence=claim.confidence if claim is not None and got is not None else 0.0,
        right=same(expected, got, "money"),
    )


def statement_claims(document: Document | None, claims: Sequence[Claim]) -> list[Claim]:
    """A document's claims of statement figures; the parent company's beside consolidated ones are for comparison only."""
    if document is None:
        return []
    return [
        c for c in claims if c.document == document.id and c.metric in _ROWS and doubts.PARENT_ROW not in doubts.split(c.doubt)
    ]
