"""Documents to claims: what each paper says, and the ratios that follow from it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from extractor.claims import doubts
from extractor.claims.book import open_book
from extractor.claims.metrics import RATIOS
from extractor.claims.papers import paper_claims
from extractor.claims.ratios import Computed, compute
from extractor.claims.statements import statement_claims
from extractor.model import Claim, Declaration, Document
from extractor.values.names import normalise_company


def derive_claims(documents: Sequence[Document], declaration: Declaration | None, as_of: date) -> tuple[Claim, ...]:
    """All claims of a package, numbered ``c1``, ``c2`` … in the order of the documents.

    Documents with ``excluded`` and types that prove nothing (application forms, contracts)
    yield none. Ratios are worked out once per enterprise: the declared one, and every other
    name on statements by itself, so that nobody's figures are mixed with another's.
    """
    plain: list[Claim] = []
    for document in documents:
        if document.excluded is None:
            plain += [*statement_claims(document), *paper_claims(document, as_of)]
    numbered = [c.model_copy(update={"id": f"c{i}"}) for i, c in enumerate(plain, start=1)]
    ratios = _ratio_claims(numbered, documents, declaration, as_of)
    start = len(numbered) + 1
    return (*numbered, *(c.model_copy(update={"id": f"c{i}"}) for i, c in enumerate(ratios, start=start)))


def _ratio_claims(
    claims: Sequence[Claim], documents: Sequence[Document], declaration: Declaration | None, as_of: date
) -> list[Claim]:
    """Derived ratios of the declared enterprise and of every other subject."""
    subjects = {normalise_company(c.subject): c for c in claims if c.unit == "元" and c.subject}
    found: list[Claim] = []
    covered: set[str] = set()
    if declaration is not None and declaration.name:
        made, used = _of_enterprise(claims, documents, declaration, as_of)
        found, covered = made, used
    for claim in subjects.values():
        one = Declaration(name=claim.subject, uscc=claim.subject_id, as_of=as_of.isoformat())
        mine = [c for c in claims if c.id not in covered]
        if any(c.subject == claim.subject for c in mine):
            found += _of_enterprise(mine, documents, one, as_of)[0]
    return found


def _of_enterprise(
    claims: Sequence[Claim], documents: Sequence[Document], declaration: Declaration, as_of: date
) -> tuple[list[Claim], set[str]]:
    """The ratios of one enterprise, and the ids of the claims that are its own."""
    book = open_book(declaration, claims, documents, as_of)
    own = {c.id for c in claims if c.id in book.owner and book.owner[c.id].value in ("own", "near")}
    periods = sorted({c.period for c in claims if c.id in own and c.unit == "元"} - {doubts.UNKNOWN_PERIOD})
    made = [
        claim
        for metric in RATIOS
        for period in periods
        if (claim := _ratio_claim(compute(book, metric, period), metric, period)) is not None
    ]
    return made, own


def _ratio_claim(found: Computed, metric: str, period: str) -> Claim | None:
    """The claim of a ratio with the evidence and doubts of its parts; None where it cannot be worked out.

    A missing part, or growth from zero or a loss, gives no claim: the reason stands in the finding.
    """
    if found.value is None or not found.numerator.claims:
        return None
    first = found.numerator.claims[0]
    parts = found.claims
    evidence = tuple(dict.fromkeys(e for c in parts for e in c.evidence))
    gates = {c.gate for c in parts}
    doubt = doubts.join(d for c in parts for d in doubts.split(c.doubt)) or found.why
    return Claim(
        id="",
        metric=metric,
        period=period,
        value=round(float(found.value), 6),
        unit="%",
        subject=first.subject,
        subject_id=first.subject_id,
        document=first.document,
        confidence=min(max(c.confidence for c in p.claims) for p in (found.numerator, found.denominator)),
        method="derived",
        evidence=evidence,
        scope=first.scope,
        gate="failed" if "failed" in gates else "ok" if gates == {"ok"} else "unchecked",
        doubt=None if found.status == "sure" else doubt,
    )
