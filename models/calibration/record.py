"""A calibration: its curves, the threshold for ``supported`` and what both were fitted on."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from models.calibration.curves import Curve, probability_on
from models.calibration.groups import ALL, ancestry


class CalibrationError(ValueError):
    """A calibration file is missing or does not follow the format, or there is nothing to fit on."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SupportedRisk(_Frozen):
    """What a threshold keeps of the ``supported`` findings, and how many of these are wrong.

    ``n``: supported findings before the threshold; ``kept`` of them reach it, ``wrong`` of those are
    false. ``risk`` = wrong / kept, ``upper`` its one-sided 95 % bound (Clopper and Pearson, 1934),
    ``coverage`` = kept / n; all shares 0..1.
    """

    n: int
    kept: int
    wrong: int
    risk: float
    upper: float
    coverage: float


class FittedOn(_Frozen):
    """What a calibration was fitted on. ``date`` is ISO 8601; ``fields`` and ``findings`` count the readings used.

    ``rule``: how the threshold was found (``models.calibration.threshold``); ``train``/``test``: what it
    keeps on the enterprises it was fitted on, and on those it has never seen.
    """

    corpus: str
    date: str
    seed: int | None = None
    fields: int = 0
    findings: int = 0
    commit: str | None = None
    product: str = ""
    target_risk: float = 0.002
    rule: Literal["bound", "share", "none", "untested"] = "untested"
    train: SupportedRisk | None = None
    test: SupportedRisk | None = None


class Calibration(_Frozen):
    """Curves by group (``models.calibration.groups``) and the threshold for findings.

    ``supported_at``: a finding whose confidence is below it is not called supported. Without any
    curve a probability is the raw confidence itself.
    """

    schema_: Literal["zuozheng.calibration/1"] = Field(default="zuozheng.calibration/1", alias="schema")
    version: str
    curves: dict[str, Curve] = Field(default_factory=dict)
    supported_at: float = Field(default=0.0, ge=0.0, le=1.0)
    fitted_on: FittedOn | None = None

    def curve(self, group: str) -> Curve | None:
        """The curve of ``group``, or of the nearest more general group that has one."""
        return next((self.curves[g] for g in ancestry(group) if g in self.curves), None)

    def probability(self, raw: float, group: str = ALL) -> float:
        """The probability (0..1) that a reading of ``group`` with the confidence ``raw`` is right."""
        curve = self.curve(group)
        return min(max(raw, 0.0), 1.0) if curve is None else probability_on(curve.knots, raw)

    @property
    def changes_nothing(self) -> bool:
        """Whether every probability is the raw confidence."""
        return all(curve.knots == ((0.0, 0.0), (1.0, 1.0)) for curve in self.curves.values())


IDENTITY = Calibration(version="identity")
"""Confidences as the reader gives them; what observations for a fit are made with."""

DEFAULT = "default.json"


def load_calibration(path: Path | None = None) -> Calibration:
    """The calibration in ``path``; None: the one that comes with the product.

    Raises:
        CalibrationError: the file cannot be read or does not follow the format.
    """
    source: Path | Traversable = path if path is not None else files("models.calibration") / "data" / DEFAULT
    try:
        return Calibration.model_validate_json(source.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CalibrationError(f"无法读取校准文件 {source}，请检查路径，或不指定而使用自带的校准。") from error
    except ValidationError as error:
        where = "、".join(".".join(map(str, e["loc"])) or "整个文件" for e in error.errors()[:3])
        raise CalibrationError(f"校准文件 {source} 不合格式（{where}），请用 zuozheng eval calibrate 重新生成。") from error


def save_calibration(calibration: Calibration, path: Path) -> None:
    """Write ``calibration`` as JSON; the folder is made.

    Raises:
        CalibrationError: the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(calibration.model_dump_json(by_alias=True, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise CalibrationError(f"无法写入校准文件 {path}，请换一个可写的位置。") from error
