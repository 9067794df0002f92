"""What can be wrong with a model's folder; every message says what to do."""

from __future__ import annotations


class ModelError(ValueError):
    """A model cannot be used."""


class ModelMissing(ModelError):
    """There is no model in a folder, or a part of it is not there."""


class ModelDamaged(ModelError):
    """A file of a model is not the one that was recorded, or does not follow the format."""


class TrainingError(ValueError):
    """A training cannot begin, go on or be resumed."""
