"""The record of a trained reader of names, and the check of its files."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from models.sequence import folder as hashed
from models.sequence.errors import ModelDamaged
from models.sequence.folder import RECORD

CARD = "CARD.md"
CONFIG = "config.cfg"
DEFAULT = Path(__file__).parent / "data" / "default"
"""The pipeline that comes with the product; ``spacy.load`` opens the folder as well."""
KINDS = ("ORG", "PER", "ADDR", "PRODUCT", "STD")
"""Organisations, persons, addresses, products, standards."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TrainSettings(_Frozen):
    """How to train. ``width``, ``depth``, ``rows``: of the character encoder; ``batch``: characters of a step."""

    seed: int = 1
    epochs: int = Field(default=6, ge=1)
    width: int = Field(default=80, ge=8)
    depth: int = Field(default=5, ge=1)
    rows: int = Field(default=4000, ge=100)
    batch: int = Field(default=2500, ge=50)
    rate: float = 1e-3
    dropout: float = Field(default=0.15, ge=0.0, lt=1.0)
    dev_share: float = Field(default=0.08, gt=0.0, lt=0.5)


class KindScore(_Frozen):
    """Precision, recall and F1 (0..1) of exact spans of one kind; ``n`` true ones."""

    n: int
    precision: float
    recall: float
    f1: float


class Record(_Frozen):
    """``record.json``.

    ``metrics``: by kind (and ``all``) on the passages kept aside; ``precision``: the share of right
    answers among those that look alike (``models.names.names.look``), given as their confidence.
    """

    schema_: Literal["zuozheng.names/1"] = Field(default="zuozheng.names/1", alias="schema")
    kinds: tuple[str, ...] = KINDS
    settings: TrainSettings
    data: dict[str, Any]
    metrics: dict[str, KindScore]
    precision: dict[str, float] = Field(default_factory=dict)
    trained_with: dict[str, str] = Field(default_factory=dict)
    sha256: dict[str, str] = Field(default_factory=dict)


def write_record(record: Record, folder: Path) -> Record:
    """Write ``record.json`` with the hashes of all files of the pipeline; returns what was written."""
    names = [p.relative_to(folder).as_posix() for p in sorted(folder.rglob("*")) if p.is_file() and p.name not in (RECORD, CARD)]
    held = record.model_dump(mode="json", by_alias=True, exclude={"sha256"})
    return Record.model_validate(hashed.write_record(folder, held, names))


def verify(folder: Path | None = None) -> Record:
    """Check that every file of the pipeline is the one its record names; None: the one that comes with the product.

    Raises:
        ModelMissing: no record, or a file is missing.
        ModelDamaged: a file differs, one is there that the record does not name, or the record does not follow the format.
    """
    where = folder or DEFAULT
    try:
        record = Record.model_validate(hashed.verify(where))
    except ValidationError as error:
        raise ModelDamaged(f"模型目录 {where} 中的 {RECORD} 不是名称模型的记录，请重新安装或重新训练。") from error
    # spaCy runs what the configuration names and loads what lies beside it: nothing unknown may lie there.
    there = {p.relative_to(where).as_posix() for p in where.rglob("*") if p.is_file() and "__pycache__" not in p.parts}
    unknown = there - set(record.sha256) - {RECORD, CARD}
    if CONFIG not in record.sha256 or unknown:
        raise ModelDamaged(f"模型目录 {where} 中有未登记的文件（{'、'.join(sorted(unknown)) or CONFIG}），请重新安装或重新训练。")
    return record
