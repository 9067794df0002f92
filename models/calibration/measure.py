"""How well confidences agree with the share of right answers: reliability, ECE, Brier score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers with a confidence in ``low``..``high``; ``confidence`` and ``right`` are their means."""

    low: float
    high: float
    n: int
    confidence: float
    right: float


def reliability(confidences: Sequence[float], right: Sequence[bool], bins: int = BINS) -> tuple[Bin, ...]:
    """The reliability diagram: equally wide bins over 0..1 (upper ends inclusive), empty ones left out.

    Raises:
        ValueError: the sequences differ in length, or ``bins`` is below 1.
    """
    raw, good = _arrays(confidences, right)
    if bins < 1:
        raise ValueError("bins must be at least 1")
    edges = np.linspace(0.0, 1.0, bins + 1)
    index = np.clip(np.searchsorted(edges, raw, side="left") - 1, 0, bins - 1)
    found = []
    for i in range(bins):
        mine = index == i
        if n := int(mine.sum()):
            found.append(Bin(float(edges[i]), float(edges[i + 1]), n, float(raw[mine].mean()), float(good[mine].mean())))
    return tuple(found)


def ece(confidences: Sequence[float], right: Sequence[bool], bins: int = BINS) -> float:
    """Expected calibration error (Guo et al. 2017, arXiv:1706.04599): mean gap of the bins, weighted by size.

    0 for no answers.
    """
    found = reliability(confidences, right, bins)
    total = sum(b.n for b in found)
    return sum(b.n * abs(b.confidence - b.right) for b in found) / total if total else 0.0


def brier(confidences: Sequence[float], right: Sequence[bool]) -> float:
    """Mean squared gap between confidence and outcome (Brier 1950); 0 for no answers."""
    raw, good = _arrays(confidences, right)
    return float(((raw - good) ** 2).mean()) if raw.size else 0.0


def _arrays(confidences: Sequence[float], right: Sequence[bool]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if len(confidences) != len(right):
        raise ValueError("as many confidences as outcomes are needed")
    return np.clip(np.asarray(confidences, np.float64), 0.0, 1.0), np.asarray(right, np.float64)
