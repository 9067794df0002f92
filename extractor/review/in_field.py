"""A document's fields as persons read them.

A person's reading is sure, but proves no more than the same reading by the machine would: doubts about the
paper itself (unaudited, another company's statement, a year that the opinion does not cover) stay.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from extractor.claims import doubts
from extractor.documents.split import PartKey
from extractor.model import Document, Evidence, Field, FileInfo, Page
from extractor.review.errors import RevisionError
from extractor.review.fields import EditableField, field_of, period_of, value_of
from extractor.review.places import file_of
from extractor.review.revisions import FieldRevision
from extractor.review.written import Figure, factor_of, figure_in, printed, written_over
from extractor.values.money import UNIT_FACTORS
from extractor.values.numbers import parse_number

METHOD = "reviewer"
UNIT_UNCLEAR = "报表单位已更正，但该数未能随之换算，请人工核对"
YEAR_UNCLEAR = "报告年度已更正，该数所属期间未能确定，请人工核对"
_UNSURE = 0.5
"""Below what any figure needs to count as clearly read."""


def corrected(
    document: Document,
    revisions: Sequence[FieldRevision],
    files: Sequence[FileInfo],
    pages: Mapping[PartKey, Page],
    keys: Sequence[PartKey],
) -> Document:
    """The document with what persons read in its fields, oldest first.

    Args:
        document: as the machine read it, its confidences not yet calibrated.
        revisions: corrections of this document only.
        files: the package's files.
        pages: all papers of all pages, by place.
        keys: the places of this document.

    Raises:
        RevisionError: a field does not exist, or its value or period is none.
    """
    last = {(r.field, _period(document, r), r.secondary): r for r in revisions}
    known = {r.id: field_of(document.type, r.field) for r in last.values()}
    values = {r.id: _value(known[r.id], r) for r in last.values()}
    plain = [r for (_, period, _), r in last.items() if period is None]
    rows = {k: r for k, r in last.items() if k[1] is not None}
    unit = next((values[r.id] for r in plain if r.field == "statement_unit"), None)
    new = Decimal(UNIT_FACTORS[unit]) if unit else factor_of(document)
    scale = new / factor_of(document)
    figures = {k: Figure(k[0], str(k[1]), k[2], _unscaled(values[r.id], scale)) for k, r in rows.items()}
    now, fitted = written_over(document, tuple(figures.values()), pages, keys) if figures else (document, frozenset[Figure]())
    if scale != 1:
        now = _in_unit(now, factor_of(document), new)
    for r in plain:
        now = _with_field(now, r.field, _reading(now.fields.get(r.field), values[r.id], _evidence(r, files), now))
    year = next((str(values[r.id]) for r in plain if r.field == "fiscal_year" and values[r.id]), "")
    now = _of_year(now, year) if year else now
    for k, r in rows.items():
        old = figure_in(now, figures[k])
        own = _figure(old, values[r.id], _evidence(r, files), now, new)
        done = figures[k] in fitted
        own = own.model_copy(update={"note": _kept(now, figures[k], old, fitted=done), "gate": _gate(old, done)})
        now = _with_figure(now, figures[k], own)
    return now


def _period(document: Document, revision: FieldRevision) -> str | None:
    """The period as documents write it; None for fields that have none."""
    field = _field(document.type, revision)
    if not field.rows:
        if revision.period is not None:
            raise RevisionError(f"{field.label}没有年度之分，请不要填写年度", revision.id)
        return None
    period = period_of(revision.period) if revision.period is not None else None
    if period is None and revision.period != doubts.UNKNOWN_PERIOD:
        raise RevisionError(f"更正{field.label}须写明年度，如 2020", revision.id)
    return period or revision.period


def _field(document_type: str, revision: FieldRevision) -> EditableField:
    try:
        return field_of(document_type, revision.field)
    except RevisionError as error:
        raise RevisionError(error.message, revision.id) from error


def _value(field: EditableField, revision: FieldRevision) -> Any:
    single = EditableField(field.key, field.label, field.kind) if field.rows else field
    try:
        return value_of(single, revision.value)
    except RevisionError as error:
        raise RevisionError(error.message, revision.id) from error


def _unscaled(value: Any, scale: Decimal) -> float | None:
    """A person's figure as the machine would read it in its unit."""
    return None if value is None else float(Decimal(repr(value)) / scale)


def _evidence(revision: FieldRevision, files: Sequence[FileInfo]) -> tuple[Evidence, ...]:
    """Where the person saw it, as far as said."""
    try:
        return tuple(Evidence(file=file_of(s, files), page=s.page, box=s.box, text=s.text) for s in revision.evidence)
    except RevisionError as error:
        raise RevisionError(error.message, revision.id) from error


def _reading(old: Field | None, value: Any, evidence: tuple[Evidence, ...], document: Document) -> Field:
    """A person's reading of a field; without a place of its own it stands where the machine's did."""
    text = "、".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
    places = evidence or (old.evidence if old is not None and old.evidence else _first_page(document))
    shown = tuple(e if e.text and evidence else e.model_copy(update={"text": text or e.text}) for e in places)
    return Field(value=value, raw=shown[0].text, confidence=1.0, reading=1.0, evidence=shown, method=METHOD)


def _figure(old: Field | None, value: Any, evidence: tuple[Evidence, ...], document: Document, factor: Decimal) -> Field:
    """A person's reading of a statement figure, its text as the statement would print it: that says how exact it is."""
    own = _reading(old, value, evidence, document)
    if value is None:
        return own
    before = old.evidence[0].text if old is not None and old.evidence else ""
    decimals = min(2, len(before.rpartition(".")[2])) if "." in before else 0
    text = printed(value, factor, decimals)
    places = tuple(e.model_copy(update={"text": text}) for e in own.evidence[:1]) + own.evidence[1:]
    return own.model_copy(update={"raw": text, "evidence": places, "scope": old.scope if old is not None else None})


def _first_page(document: Document) -> tuple[Evidence, ...]:
    """The whole first page, where nobody said where on it."""
    ref = document.pages[0]
    return (Evidence(file=ref.file, page=ref.page, box=ref.region or (0.0, 0.0, 1.0, 1.0), text=""),)


def _kept(document: Document, figure: Figure, old: Field | None, *, fitted: bool) -> str | None:
    """The machine's notes that are about the paper, not about its reading; a new figure gets those of its neighbours.

    That the statements show two figures stays too where the correction was read in its place and they still differ.
    """
    rows = (document.secondary if figure.secondary else document.fields).values()
    near = [old] if old is not None else [f for r in rows for p, f in (r.periods or {}).items() if p == figure.period]
    near = near or [f for r in rows for f in (r.periods or {}).values()]
    notes = [n for f in near for n in (f.note or "").split(doubts.SEPARATOR)]
    words = (doubts.UNAUDITED, doubts.FOREIGN, *((doubts.TWICE,) if fitted else ()))
    kept = [n for n in notes if any(word in n for word in words)]
    late = [n for n in notes if doubts.NOT_COVERED in n]
    year = document.fields.get("fiscal_year")
    if document.type == "audit_report" and year is not None and year.value is not None:
        # Whoever corrects the year says which one the opinion is on.
        outside = figure.period[:4] > str(year.value)[:4]
        late = [doubts.NOT_COVERED] if outside else [] if year.method == METHOD else late
    return doubts.join([*kept, *late])


def _gate(old: Field | None, fitted: bool) -> Any:
    """What the sums say; where they fail, a person has looked and the figure counts (the checks show the failure)."""
    return "ok" if fitted and old is not None and old.gate == "ok" else "unchecked"


def _with_field(document: Document, key: str, field: Field) -> Document:
    return document.model_copy(update={"fields": {**document.fields, key: field}})


def _with_figure(document: Document, figure: Figure, own: Field) -> Document:
    """The document with one period of a row replaced or added."""
    name = "secondary" if figure.secondary else "fields"
    rows = document.secondary if figure.secondary else document.fields
    row = rows.get(figure.key)
    scope = own.scope or (row.scope if row is not None else None) or next((f.scope for f in rows.values() if f.scope), None)
    own = own.model_copy(update={"scope": scope or ("parent" if figure.secondary else None)})
    periods = {**((row.periods or {}) if row is not None else {}), figure.period: own}
    return document.model_copy(update={name: {**rows, figure.key: _row(periods, document)}})


def _row(periods: Mapping[str, Field], document: Document) -> Field:
    """A row from its periods; the report's own year gives raw text and evidence."""
    order = sorted(periods, reverse=True)
    year = document.fields.get("fiscal_year")
    lead = periods[str(year.value) if year is not None and year.value in periods else order[0]]
    return lead.model_copy(
        update={
            "value": {p: periods[p].value for p in order if periods[p].value is not None} or None,
            "confidence": min(f.confidence for f in periods.values()),
            "periods": {p: periods[p] for p in order},
            "reading": None,
        }
    )


def _in_unit(document: Document, old: Decimal, new: Decimal) -> Document:
    """All figures of a document whose unit a person corrected.

    Only those printed as the machine's unit makes them are converted; the rest must be looked at.
    """

    def single(field: Field) -> Field:
        number = parse_number(field.evidence[0].text) if field.evidence else None
        if field.value is None:
            return field
        if number is None or float(number.value * old) != field.value:
            return _doubted(field, UNIT_UNCLEAR)
        return field.model_copy(update={"value": float(number.value * new)})

    return _each_figure(document, single)


def _of_year(document: Document, year: str) -> Document:
    """The document after a person corrected its year: where its figures end with another one, none stands in its year."""
    rows = (*document.fields.values(), *document.secondary.values())
    latest = max((p for row in rows for p in row.periods or {} if p != doubts.UNKNOWN_PERIOD), default=year)
    return document if latest[:4] == year[:4] else _each_figure(document, lambda field: _doubted(field, YEAR_UNCLEAR))


def _each_figure(document: Document, change: Callable[[Field], Field]) -> Document:
    """The document with every period of every row changed."""
    made = {
        name: {
            key: _row({p: change(f) for p, f in row.periods.items()}, document) if row.periods else row
            for key, row in rows.items()
        }
        for name, rows in (("fields", document.fields), ("secondary", document.secondary))
    }
    return document.model_copy(update=made)


def _doubted(field: Field, why: str) -> Field:
    note = doubts.join([*(field.note or "").split(doubts.SEPARATOR), why])
    return field.model_copy(update={"confidence": min(field.confidence, _UNSURE), "gate": "unchecked", "note": note})
