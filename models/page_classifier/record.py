"""The record of a trained page classifier: what it is, what it learned from, how well it does, and its files' hashes."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from models.sequence import folder as hashed
from models.sequence.errors import ModelDamaged
from models.sequence.folder import RECORD

CARD, WEIGHTS, COMBINATION = "CARD.md", "weights.npz", "combination.json"
DEFAULT = Path(__file__).parent / "data" / "default"
"""The model that comes with the product."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TrainSettings(_Frozen):
    """How to train.

    ``rate``: step size of Adam; ``dropout``: share of n-grams hidden from the network in each step;
    ``decay``: pull of all weights to zero; ``dev_share``: share of documents kept aside for calibrating;
    ``copies``: noisy copies of each page in each epoch beside the page itself, where there is an augmentation.
    """

    seed: int = 1
    epochs: int = Field(default=10, ge=1)
    hidden: int = Field(default=48, ge=2, le=512)
    batch: int = Field(default=64, ge=1)
    rate: float = 2e-3
    dropout: float = Field(default=0.3, ge=0.0, lt=1.0)
    decay: float = 1e-5
    smoothing: float = Field(default=0.03, ge=0.0, lt=0.5)
    dev_share: float = Field(default=0.12, gt=0.0, lt=0.5)
    copies: int = Field(default=1, ge=0)


class Record(_Frozen):
    """``record.json``. ``sha256``: hashes by file name; ``data``: what it learned from; ``metrics``: on the pages kept aside.

    ``temperature`` divides the types' logits; a start has probability sigmoid(``starts_scale`` x logit + ``starts_shift``).
    """

    schema_: Literal["zuozheng.page-classifier/1"] = Field(default="zuozheng.page-classifier/1", alias="schema")
    types: tuple[str, ...]
    temperature: float = Field(default=1.0, gt=0.0)
    starts_scale: float = 1.0
    starts_shift: float = 0.0
    settings: TrainSettings
    data: dict[str, Any]
    metrics: dict[str, float]
    trained_with: dict[str, str] = Field(default_factory=dict)
    sha256: dict[str, str] = Field(default_factory=dict)


def write_record(record: Record, folder: Path) -> Record:
    """Write ``record.json`` with the hashes of the model's files into ``folder``; returns what was written."""
    names = [name for name in (WEIGHTS, COMBINATION) if (folder / name).is_file()]
    held = record.model_dump(mode="json", by_alias=True, exclude={"sha256"})
    return Record.model_validate(hashed.write_record(folder, held, names))


def verify(folder: Path | None = None) -> Record:
    """Check that every file of a model is the one its record names; None: the model that comes with the product.

    Raises:
        ModelMissing: no record, or a file is missing.
        ModelDamaged: a file differs, or the record does not follow the format.
    """
    where = folder or DEFAULT
    try:
        record = Record.model_validate(hashed.verify(where))
    except ValidationError as error:
        raise ModelDamaged(f"模型目录 {where} 中的 {RECORD} 不是页面分类模型的记录，请重新安装或重新训练。") from error
    if WEIGHTS not in record.sha256 or any(Path(name).name != name for name in record.sha256):
        raise ModelDamaged(f"模型目录 {where} 中的 {RECORD} 没有登记 {WEIGHTS}，请重新安装或重新训练。")
    return record
