"""A person's figure written over the misread one on the page, so that everything else is read with it.

The statement's own sums then run over all its printed rows, of which a document keeps only a few.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from extractor.documents.split import PartKey, reread
from extractor.model import Box, Document, Evidence, Field, Line, Page
from extractor.values.money import UNIT_FACTORS


@dataclass(frozen=True, slots=True)
class Figure:
    """A statement figure as a person read it: ``value`` in yuan by the unit that the machine read."""

    key: str
    period: str
    secondary: bool
    value: float | None


def printed(value: float, factor: Decimal, decimals: int = 0) -> str:
    """A figure in yuan as a statement prints it in units of ``factor``: no digit of it lost, at least ``decimals``."""
    exact = Decimal(repr(value)) / factor
    least = max(decimals, -int(exact.normalize().as_tuple().exponent))
    return f"{exact:,.{least}f}"


def factor_of(document: Document) -> Decimal:
    """What the figures of a document were multiplied by to be in yuan."""
    unit = document.fields.get("statement_unit")
    return Decimal(UNIT_FACTORS.get(str(unit.value), 1)) if unit is not None else Decimal(1)


def figure_in(document: Document, figure: Figure) -> Field | None:
    """That figure's own reading in a document."""
    row = (document.secondary if figure.secondary else document.fields).get(figure.key)
    return (row.periods or {}).get(figure.period) if row is not None else None


def written_over(
    document: Document, figures: Sequence[Figure], pages: Mapping[PartKey, Page], keys: Sequence[PartKey]
) -> tuple[Document, frozenset[Figure]]:
    """The document read anew with a person's figures in place of the misread ones, and the figures that fitted.

    A figure fits when it is then read as the person says, and no other figure turns into another one: rows and
    columns are where the machine thought. The others are left for ``apply`` to put in by themselves.

    Args:
        document: as the machine read it.
        figures: what persons read.
        pages: the package's pages, by place.
        keys: those of the document.
    """
    both = _with(document, figures, pages, keys)
    if both is not None:
        return both, frozenset(figures)
    done: list[Figure] = []
    now = document
    for figure in figures:
        tried = _with(document, [*done, figure], pages, keys)
        if tried is not None:
            now, done = tried, [*done, figure]
    return now, frozenset(done)


def _with(
    document: Document, figures: Sequence[Figure], pages: Mapping[PartKey, Page], keys: Sequence[PartKey]
) -> Document | None:
    """The document with all these figures written over, or None where one of them does not fit."""
    factor = factor_of(document)
    changed = {key: pages[key] for key in keys}
    for figure in figures:
        old = figure_in(document, figure)
        if old is None or not old.evidence or figure.value is None:
            return None
        place = old.evidence[0]
        at = next((k for k, p in changed.items() if (p.file, p.page) == (place.file, place.page) and _line_at(p, place)), None)
        if at is None:
            return None
        decimals = len(place.text.rpartition(".")[2]) if "." in place.text else 0
        changed[at] = _page(changed[at], place, printed(figure.value, factor, min(decimals, 2)))
    found = reread(document, [changed[key] for key in keys])
    if found is None:
        return None
    fits = all((f := figure_in(found, x)) is not None and f.value == x.value for x in figures)
    return found if fits and not _others_changed(document, found, figures) else None


def _others_changed(before: Document, after: Document, figures: Sequence[Figure]) -> bool:
    """Whether a figure that nobody corrected is another one now, or gone."""
    mine = {(f.key, f.period, f.secondary) for f in figures}
    for secondary, rows in ((False, before.fields), (True, before.secondary)):
        for key, row in rows.items():
            for period, own in (row.periods or {}).items():
                if (key, period, secondary) in mine or own.value is None:
                    continue
                now = figure_in(after, Figure(key, period, secondary, None))
                if now is None or now.value != own.value:
                    return True
    return False


def _line_at(page: Page, place: Evidence) -> int | None:
    """Which line of the page shows the evidence's text in its place."""
    x, y = (place.box[0] + place.box[2]) / 2, (place.box[1] + place.box[3]) / 2
    for i, line in enumerate(page.lines):
        if place.text and place.text in line.text and _holds(line.box, x, y):
            return i
    return None


def _holds(box: Box, x: float, y: float) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _page(page: Page, place: Evidence, text: str) -> Page:
    """The page with other text in the evidence's place."""
    at = _line_at(page, place)
    assert at is not None  # its caller chose the page by that
    lines = list(page.lines)
    lines[at] = _line(lines[at], place.text, text)
    x, y = (place.box[0] + place.box[2]) / 2, (place.box[1] + place.box[3]) / 2
    tables = tuple(
        table.model_copy(
            update={
                "cells": tuple(
                    c.model_copy(update={"text": c.text.replace(place.text, text, 1)})
                    if _holds(c.box, x, y) and place.text in c.text
                    else c
                    for c in table.cells
                )
            }
        )
        for table in page.tables
    )
    return page.model_copy(update={"lines": tuple(lines), "tables": tables})


def _line(line: Line, old: str, new: str) -> Line:
    """The line with one part of its text replaced; its characters share that part's place evenly."""
    start = line.text.index(old)
    spans = line.spans
    if len(spans) == len(line.text):
        left, right = spans[start][0], spans[start + len(old) - 1][1]
        wide = (right - left) / len(new)
        fresh = tuple((left + i * wide, left + (i + 1) * wide) for i in range(len(new)))
        spans = spans[:start] + fresh + spans[start + len(old) :]
    text = line.text[:start] + new + line.text[start + len(old) :]
    # What the machine doubted about the line it doubted about the digits that a person has read now.
    return line.model_copy(update={"text": text, "spans": spans, "alt": None, "confidence": max(line.confidence, 0.99)})
