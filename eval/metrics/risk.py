"""Risk and coverage of ``supported`` findings, ordered by confidence (El-Yaniv and Wiener, JMLR 2010)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eval.bootstrap import Array, Tally, divide, tally
from eval.records import FindingRecord
from extractor.model import Frozen, Verdict

_STEP = 1000
"""Confidences are told apart to 1/1000."""


class RiskPoint(Frozen):
    """What holds when only ``supported`` findings of at least ``confidence`` are kept.

    ``risk``: share of wrong ones among the ``kept``; ``coverage``: right ones over all that are truly supported.
    """

    confidence: float
    kept: int
    wrong: int
    risk: float
    coverage: float


def risk_coverage(findings: Sequence[FindingRecord]) -> tuple[RiskPoint, ...]:
    """The curve, from the surest findings to all of them; empty without any that is or is called supported."""
    counted = _by_confidence(findings)
    if counted is None:
        return ()
    levels, (right, wrong), true = counted
    points = []
    for level, good, bad in zip(levels, np.cumsum(right.sum(axis=0)), np.cumsum(wrong.sum(axis=0)), strict=True):
        points.append(
            RiskPoint(
                confidence=level / _STEP,
                kept=int(good + bad),
                wrong=int(bad),
                risk=float(bad / (good + bad)),
                coverage=float(good / true.sum()) if true.sum() else 0.0,
            )
        )
    return tuple(points)


def coverage_at_risk(findings: Sequence[FindingRecord], risk: float) -> Tally:
    """The largest coverage at which the risk stays within ``risk``; 0 where even the surest findings exceed it."""
    counted = _by_confidence(findings)
    units = [f.unit for f in findings]
    if counted is None:
        return tally((), np.zeros((0, 1)), lambda sums: sums[..., 0])
    levels, (right, wrong), true = counted
    width = len(levels)

    def value(sums: Array) -> Array:
        good = np.cumsum(sums[..., :width], axis=-1)
        bad = np.cumsum(sums[..., width : 2 * width], axis=-1)
        within = bad <= risk * (good + bad) + 1e-12
        best = np.max(np.where(within, good, 0.0), axis=-1, initial=0.0)
        return divide(best, sums[..., -1])

    return tally(units, np.hstack([right, wrong, true[:, None]]), value)


def _by_confidence(findings: Sequence[FindingRecord]) -> tuple[list[int], tuple[Array, Array], Array] | None:
    """The distinct confidences of ``supported``, falling; per finding and level whether right, wrong; truly supported."""
    given = [round(f.confidence * _STEP) if f.got == Verdict.SUPPORTED else None for f in findings]
    true = np.asarray([float(f.expected == Verdict.SUPPORTED) for f in findings])
    levels = sorted({g for g in given if g is not None}, reverse=True)
    if not len(true) or not (levels or true.any()):
        return None
    at = {level: i for i, level in enumerate(levels)}
    right, wrong = np.zeros((len(findings), len(levels))), np.zeros((len(findings), len(levels)))
    for i, level in enumerate(given):
        if level is not None:
            (right if true[i] else wrong)[i, at[level]] = 1.0
    return levels, (right, wrong), true
