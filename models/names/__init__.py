"""Names in running text: companies, persons, addresses, products, standards (``docs/names.md``). Needs the extra ``spacy``."""

from __future__ import annotations

from models.names.errors import SpacyMissing
from models.names.names import Names, NameSpan
from models.names.record import DEFAULT, KINDS, Record, TrainSettings, verify
from models.sequence.errors import ModelDamaged, ModelMissing, TrainingError

__all__ = [
    "DEFAULT",
    "KINDS",
    "ModelDamaged",
    "ModelMissing",
    "NameSpan",
    "Names",
    "Record",
    "SpacyMissing",
    "TrainSettings",
    "TrainingError",
    "verify",
]
