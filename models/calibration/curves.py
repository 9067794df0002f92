"""Monotone piecewise-linear curves from a raw confidence to a probability."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

from pydantic import BaseModel, ConfigDict, Field, field_validator

Knot = tuple[float, float]
"""(raw confidence, probability), both 0..1."""

MAX_KNOTS = 12


class Curve(BaseModel):
    """One curve. ``knots``: raw confidences rise strictly, probabilities never fall.

    ``n``: the readings it was fitted on (0: not fitted); ``method``: ``isotonic``, ``platt`` or ``identity``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    knots: tuple[Knot, ...] = Field(min_length=2, max_length=MAX_KNOTS)
    n: int = Field(default=0, ge=0)
    method: str = "identity"

    @field_validator("knots")
    @classmethod
    def _monotone(cls, knots: tuple[Knot, ...]) -> tuple[Knot, ...]:
        if any(not 0.0 <= part <= 1.0 for knot in knots for part in knot):
            raise ValueError("raw confidences and probabilities lie in 0..1")
        if any(a[0] >= b[0] or a[1] > b[1] for a, b in pairwise(knots)):
            raise ValueError("raw confidences must rise strictly, probabilities must never fall")
        return knots


def probability_on(knots: Sequence[Knot], raw: float) -> float:
    """The probability at ``raw`` (clipped to 0..1); constant beyond the outermost knots.

    >>> probability_on([(0.0, 0.0), (0.8, 0.4), (1.0, 0.9)], 0.9)
    0.65
    """
    raw = min(max(raw, 0.0), 1.0)
    i = bisect_right(knots, raw, key=lambda knot: knot[0])
    if i == 0:
        return knots[0][1]
    if i == len(knots):
        return knots[-1][1]
    (x0, y0), (x1, y1) = knots[i - 1], knots[i]
    # Rounding may not carry the value past its knots: the curve must stay monotone.
    return min(max(y0 + (raw - x0) * ((y1 - y0) / (x1 - x0)), y0), y1)
