"""Cue rules and model together: one calibrated opinion of a page's type.

The rules give a score (0..1) for each type they see a cue of, and none for the others; the model gives a probability for
each type. A conditional logistic model weighs them: the types compete, and a type's strength is a weighted sum of the
model's log-probability, the rules' score and whether it is the one that the rules prefer. Where the rules see nothing the
model's probability is only sharpened or softened. Five numbers in all, fitted on pages that the model did not learn from.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from models.page_classifier.classifier import PageGuess, softmax
from models.page_classifier.record import COMBINATION, DEFAULT
from models.sequence.errors import ModelDamaged, ModelMissing, TrainingError

SURE = 0.5
"""A cue with a smaller score says nothing."""
_LEAST = 1e-4
_PULL = 1e-3
Rules = Mapping[str, float]
"""The rules' scores by type, those without a cue left out."""
Sample = tuple[Rules, PageGuess, str]
"""What the rules and the model said of a page, and what it is."""


class Combination(BaseModel):
    """The weights.

    ``alone``: of the model's log-probability where the rules see nothing; ``model``, ``score``, ``chosen``:
    of the model's log-probability, of the rules' score, and for the type that the rules prefer, where they see something.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    alone: float = Field(default=1.0, ge=0.0)
    model: float = Field(default=1.0, ge=0.0)
    score: float = Field(default=2.0, ge=0.0)
    chosen: float = Field(default=2.0, ge=0.0)
    fitted_on: int = 0
    """Number of pages."""

    @classmethod
    def load(cls, folder: Path | None = None) -> Combination:
        """The weights that lie beside a model (call ``verify`` first); None: those that come with the product.

        Raises:
            ModelMissing: there are none.
            ModelDamaged: the file does not follow the format.
        """
        path = (folder or DEFAULT) / COMBINATION
        try:
            return cls.model_validate_json(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise ModelMissing(f"找不到 {path}，请先用 eval.learned_pages 拟合，或重新安装 zuozheng。") from error
        except (ValidationError, UnicodeDecodeError) as error:
            raise ModelDamaged(f"{path} 不合格式，请重新拟合，或重新安装 zuozheng。") from error

    def types(self, rules: Rules, guess: PageGuess) -> dict[str, float]:
        """Probability by type, the likeliest first; together 1."""
        names, parts, seen = _parts(rules, guess)
        weights = np.array([self.model, self.score, self.chosen] if seen else [self.alone, 0.0, 0.0])
        chances = softmax(parts @ weights)
        return {names[i]: float(chances[i]) for i in np.argsort(-chances, kind="stable")}


def fit_combination(samples: Sequence[Sample]) -> Combination:
    """The likeliest weights for ``samples``, pulled slightly to 0 so that they stay finite.

    Raises:
        TrainingError: fewer than 20 pages.
    """
    if len(samples) < 20:
        raise TrainingError("拟合规则与模型的组合至少要 20 页，请增加语料。")
    seen: list[tuple[NDArray[np.float64], int]] = []
    alone: list[tuple[NDArray[np.float64], int]] = []
    for rules, guess, truth in samples:
        names, parts, some = _parts(rules, guess)
        if truth in names:
            (seen if some else alone).append((parts, names.index(truth)))
    model, score, chosen = _likeliest(seen, 3, (1.0, 2.0, 2.0)) if seen else (1.0, 2.0, 2.0)
    (sharp,) = _likeliest([(parts[:, :1], true) for parts, true in alone], 1, (1.0,)) if alone else (1.0,)
    rounded = [round(value, 4) for value in (sharp, model, score, chosen)]
    return Combination(alone=rounded[0], model=rounded[1], score=rounded[2], chosen=rounded[3], fitted_on=len(samples))


def _parts(rules: Rules, guess: PageGuess) -> tuple[list[str], NDArray[np.float64], bool]:
    """All types, (types, 3) what speaks for each, and whether the rules see anything."""
    sure = {name: score for name, score in rules.items() if score >= SURE}
    names = sorted({*guess.types, *sure})
    best = max(sure, key=lambda name: sure[name], default=None)
    # Of a type that the model never learned it says nothing: neither likely nor unlikely.
    unknown = 1.0 / (len(guess.types) + 1)
    rows = [[math.log(max(guess.types.get(n, unknown), _LEAST)), sure.get(n, 0.0), float(n == best)] for n in names]
    return names, np.array(rows), bool(sure)


def _likeliest(cases: Sequence[tuple[NDArray[np.float64], int]], size: int, start: tuple[float, ...]) -> tuple[float, ...]:
    """Weights (none below 0) that make the true types likeliest."""
    from scipy.optimize import minimize  # type: ignore[import-untyped]

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total, slope = _PULL * len(cases) * float(weights @ weights), 2 * _PULL * len(cases) * weights
        for parts, true in cases:
            chances = softmax(parts @ weights)
            total -= math.log(max(float(chances[true]), 1e-300))
            slope = slope + chances @ parts - parts[true]
        return total / len(cases), slope / len(cases)

    found = minimize(loss, np.array(start), jac=True, method="L-BFGS-B", bounds=[(0.0, 12.0)] * size)
    return tuple(float(value) for value in found.x)
