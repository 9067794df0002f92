"""Page classifier: a page's document type and whether a document starts with it (``docs/page-classifier.md``)."""

from __future__ import annotations

from models.page_classifier.classifier import PageClassifier, PageGuess
from models.page_classifier.record import DEFAULT, Record, TrainSettings, verify
from models.sequence.errors import ModelDamaged, ModelMissing, TrainingError

__all__ = [
    "DEFAULT",
    "ModelDamaged",
    "ModelMissing",
    "PageClassifier",
    "PageGuess",
    "Record",
    "TrainSettings",
    "TrainingError",
    "verify",
]
