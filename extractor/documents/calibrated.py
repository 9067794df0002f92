"""Confidences of read documents become probabilities; nothing else changes.

Whether a reading is clear enough is still decided by ``Field.reading`` (``extractor.claims.doubts``), so
that a curve alone changes no verdict.
"""

from __future__ import annotations

from collections.abc import Sequence

from extractor.documents.kinds import kind_of
from extractor.model import Document, Field
from models.calibration import Calibration, group_of


def calibrate(documents: Sequence[Document], calibration: Calibration) -> tuple[Document, ...]:
    """The documents with every field's confidence as the probability that its value is right.

    The group of a field follows from its kind in the catalogue, for statement rows from the
    arithmetic gate, and from what the field tagger said (``fusion``); each period of a row has its own.
    Values, evidence and notes stay as they are, as does the confidence in a document's type, which nothing
    has been fitted for.
    """
    if calibration.changes_nothing:
        return tuple(documents)
    return tuple(_document(d, calibration) for d in documents)


def field_group(document_type: str, key: str, gate: str | None = None, method: str = "") -> str:
    """The calibration group of a field (``models.calibration.groups``)."""
    known = kind_of(document_type, key)
    return group_of(key, known.kind, rows=known.rows, gate=gate, method=method)


def _document(document: Document, calibration: Calibration) -> Document:
    made = {
        name: {key: _field(field, document.type, key, calibration) for key, field in fields.items()}
        for name, fields in (("fields", document.fields), ("secondary", document.secondary))
    }
    return document.model_copy(update=made)


def _field(field: Field, document_type: str, key: str, calibration: Calibration) -> Field:
    """One field. A row is as sure as the least sure of its periods."""
    if field.reading is not None:
        # Calibrated twice, a probability would be taken for a reading.
        return field
    periods = None
    probability = _probability(field.confidence, field_group(document_type, key, field.gate, field.method), calibration)
    if field.periods:
        periods = {p: _field(own, document_type, key, calibration) for p, own in field.periods.items()}
        probability = min(own.confidence for own in periods.values())
    changed = {"confidence": round(probability, 6), "periods": periods or field.periods, "reading": field.confidence}
    return field.model_copy(update=changed)


def _probability(raw: float, group: str, calibration: Calibration) -> float:
    """The calibrated probability; what rules read surely says nothing of values that are disputed or only tagged.

    These are never surer than their reading: disputed ones at all, tagged ones where no curve of their own was fitted.
    """
    probability = calibration.probability(raw, group)
    alone = group.endswith(".disputed") or (group.endswith(".tagged") and group not in calibration.curves)
    return min(probability, raw) if alone else probability
