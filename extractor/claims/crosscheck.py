"""Declared figures against claims: one verdict each.

The rules are the section "How a verdict is decided" of the contract. Where it leaves a choice,
the choice is the one that never calls supported what a careful person would refuse.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date

from extractor.claims.book import Book, open_book
from extractor.claims.check_counts import check_count
from extractor.claims.check_figures import check_figure
from extractor.claims.check_others import check_date, check_headcount, check_span, check_unproven, check_years
from extractor.claims.check_ratios import check_ratio
from extractor.claims.metrics import NOW, Kind, metric_of
from extractor.claims.verdicts import surely_supported
from extractor.model import Claim, Declaration, Declared, Document, Finding

_CHECKS: dict[Kind, Callable[[Book, Declared], Finding]] = {
    "money": check_figure,
    "ratio": check_ratio,
    "count": check_count,
    "flag": check_count,
    "headcount": check_headcount,
    "years": check_years,
    "date": check_date,
    "unproven": check_unproven,
}

_AT_A_TIME: frozenset[Kind] = frozenset({"count", "flag", "headcount", "years"})
_A_TIME = re.compile(r"\d{4}(-\d{2}){0,2}")


def _check(book: Book, declared: Declared) -> Finding:
    """One verdict. What holds at the deadline proves nothing of several years (last_3_years_sum, cumulative)."""
    kind = metric_of(declared.metric).kind
    if kind in _AT_A_TIME and declared.period != NOW and not _A_TIME.fullmatch(declared.period):
        return check_span(book, declared)
    return _CHECKS[kind](book, declared)


def cross_check(
    declaration: Declaration,
    claims: Sequence[Claim],
    documents: Sequence[Document],
    as_of: date,
    *,
    unreadable: Sequence[str] = (),
    files: Sequence[str] = (),
    supported_at: float = 0.0,
) -> tuple[Finding, ...]:
    """One finding per declared figure, in the order declared.

    Args:
        declaration: what the enterprise declared, and who it is. Without a name and a code no
            paper can be its own: what has evidence is then unsure.
        claims: all claims of the package, other enterprises' too.
        documents: the documents that the claims come from.
        as_of: the day on which things must be valid.
        unreadable: names of files and pages that could not be read, for people; they may hold
            what is missing from a count.
        files: file names by index, for the reasons.
        supported_at: the confidence that a supported finding must reach, else it is unsure
            (``Calibration.supported_at``, on the scale of the claims' confidences); 0: any.
    """
    book = open_book(declaration, claims, documents, as_of, unreadable, files)
    found = (_check(book, d) for d in declaration.declared)
    return tuple(surely_supported(f, supported_at) for f in found)
