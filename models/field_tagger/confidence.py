"""How sure a span is: the least of its characters' probabilities, made a probability of the whole span."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.field_tagger.labels import Span

LEAST = 1e-4
"""Probabilities are kept this far from 0 and 1."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Confidence = logistic(``slope`` * logit(least probability) + ``shift``); 1 and 0 change nothing (Platt, 1999)."""

    slope: float = 1.0
    shift: float = 0.0

    def __call__(self, least: NDArray[np.float64]) -> NDArray[np.float64]:
        """Confidences (n,) for the least probabilities (n,)."""
        out: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-(self.slope * _logit(least) + self.shift)))
        return out


def _logit(p: NDArray[np.float64]) -> NDArray[np.float64]:
    p = np.clip(p, LEAST, 1 - LEAST)
    out: NDArray[np.float64] = np.log(p / (1 - p))
    return out


def least_probability(
    values: NDArray[np.float32], found: NDArray[np.int64], first: NDArray[np.int64], spans: Sequence[Span]
) -> NDArray[np.float64]:
    """The least probability (softmax of ``values`` (n, labels)) of the labels ``found`` (n,) within each span.

    The character after a span counts too: that the value ends there is a part of the answer. ``first`` (n,): line starts.
    """
    ends = [min(s.end + 1, len(found)) for s in spans]
    out = np.ones(len(spans))
    for i, (s, end) in enumerate(zip(spans, ends, strict=True)):
        some = values[s.start : end].astype(np.float64)
        some = np.exp(some - some.max(axis=1, keepdims=True))
        some /= some.sum(axis=1, keepdims=True)
        length = s.end - s.start
        out[i] = some[np.arange(length), found[s.start : s.end]].min()
        if end > s.end and not first[s.end]:
            out[i] = min(out[i], 1 - some[length, 2 + 2 * s.key])
    return out


def fit_scale(least: NDArray[np.float64], right: NDArray[np.bool_]) -> Scale:
    """The scale under which confidences best agree with how often spans are right (Newton's method on the log loss).

    Too few spans, or all right or all wrong: nothing is changed.
    """
    if len(right) < 50 or right.all() or not right.any():
        return Scale()
    x = np.stack([_logit(least), np.ones(len(least))], axis=1)
    weights = np.array([1.0, 0.0])
    for _ in range(200):
        p = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        # A small ridge towards (1, 0) keeps it solvable.
        gradient = x.T @ (p - right) + 0.1 * (weights - (1.0, 0.0))
        curvature = (x * (p * (1 - p))[:, None]).T @ x + 0.1 * np.eye(2)
        # Short steps: a full one may jump to where everything is 0 or 1.
        step = np.clip(np.linalg.solve(curvature, gradient), -0.3, 0.3)
        weights = weights - step
        if np.abs(step).max() < 1e-8:
            break
    if weights[0] <= 0:
        return Scale()
    return Scale(float(weights[0]), float(weights[1]))


def calibration_error(confidences: NDArray[np.float64], right: NDArray[np.bool_], bins: int = 10) -> float:
    """Expected calibration error over equally wide bins, 0..1."""
    if not len(right):
        return 0.0
    at = np.minimum((confidences * bins).astype(int), bins - 1)
    gaps = [abs(confidences[at == b].mean() - right[at == b].mean()) * (at == b).mean() for b in range(bins) if (at == b).any()]
    return float(sum(gaps))
