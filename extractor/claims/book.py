"""The claims of a package, sorted by whose they are: what every check of a declared figure asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from extractor.claims import fields, show
from extractor.claims.entity import Whose, whose
from extractor.model import Claim, Declaration, Document


@dataclass(frozen=True, slots=True)
class Book:
    """Claims with their owners. ``unreadable``: names of files or pages that could not be read."""

    declaration: Declaration
    as_of: date
    claims: Sequence[Claim]
    owner: Mapping[str, Whose]
    """By claim id."""
    documents: Mapping[str, Document]
    places: show.Places
    unreadable: Sequence[str] = ()

    def of(self, metric: str, period: str | None = None) -> tuple[Claim, ...]:
        """All claims of a metric (and period), in a stable order."""
        return tuple(c for c in self.claims if c.metric == metric and period in (None, c.period))

    def owned(self, claims: Sequence[Claim], *owners: Whose) -> tuple[Claim, ...]:
        """Those of ``claims`` that belong to one of ``owners``."""
        return tuple(c for c in claims if self.owner[c.id] in owners)


def open_book(
    declaration: Declaration,
    claims: Sequence[Claim],
    documents: Sequence[Document],
    as_of: date,
    unreadable: Sequence[str] = (),
    files: Sequence[str] = (),
) -> Book:
    """Sort the claims by owner. Excluded papers' claims are dropped; the order does not matter.

    Claims are put in the order of their content, so that the verdicts and their wording do not
    depend on the order in which the papers lay.
    """
    by_id = {d.id: d for d in documents}
    usable = [c for c in claims if c.document not in by_id or by_id[c.document].excluded is None]
    usable.sort(key=_order)
    owner = {c.id: whose(c, declaration, _holder_confidence(by_id.get(c.document))) for c in usable}
    return Book(declaration, as_of, usable, owner, by_id, show.places(documents, files), unreadable)


def _holder_confidence(document: Document | None) -> float:
    """How surely the holder's name was read; 1 for claims without a document."""
    return fields.holder_confidence(document) if document is not None else 1.0


def _order(claim: Claim) -> tuple[str, ...]:
    """Sort key by content and place, ids and documents last."""
    place = [(e.file, e.page) for e in claim.evidence[:1]]
    return (
        claim.metric,
        claim.period,
        claim.key or "",
        str(place),
        repr(claim.value),
        claim.document,
        claim.id,
    )
