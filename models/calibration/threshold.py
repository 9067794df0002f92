"""The confidence from which a finding may be called supported, for a stated risk."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from models.calibration.record import CalibrationError, SupportedRisk

TARGET_RISK = 0.002
"""Share of wrong ones among the findings called supported."""
FLOOR = 0.6
"""No threshold goes below it, however few errors were seen: a finding must be clearly likelier right than wrong."""
BOUND = 0.95
"""Confidence of the one-sided upper bound on the risk."""
AFFORDABLE = 0.05
"""The share of supported findings that certainty about the bound may cost."""

Outcome = tuple[float, bool]
"""(confidence of a finding that would be called supported, whether that is right)."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A threshold, what it keeps, and the rule that gave it (``choose_threshold``)."""

    threshold: float
    rule: Literal["bound", "share", "none"]
    risk: SupportedRisk
    target_risk: float


def choose_threshold(findings: Sequence[Outcome], target_risk: float = TARGET_RISK, *, floor: float = FLOOR) -> Choice:
    """The smallest threshold of ``supported`` that keeps to ``target_risk``.

    Thresholds tried: ``floor``, and every confidence above it that occurs. A finding is kept when
    its confidence reaches the threshold. The rule, in this order:

    - ``share``: the smallest threshold at which wrong / kept ≤ target;
    - ``bound``: instead, the smallest at which even the one-sided 95 % upper bound of that share is
      ≤ target, where that keeps at least 95 % of what ``share`` keeps (a bound of 0.2 % takes 1,497
      kept findings without an error);
    - ``none``: no threshold reaches the target; then 1.0, and ``risk`` shows what that leaves.

    Raises:
        CalibrationError: there are no findings.
        ValueError: ``target_risk`` does not lie between 0 and 1.
    """
    if not 0.0 < target_risk < 1.0:
        raise ValueError("target_risk must lie between 0 and 1")
    if not findings:
        raise CalibrationError("没有“一致”的核对结论，无法选取阈值，请换含核对包（package）的语料。")
    table = _Table(findings)
    tried = sorted({floor, *(c for c, _ in findings if c > floor)})
    at = {t: table.keeps(t) for t in tried}
    share = next((t for t in tried if at[t][0] and at[t][1] / at[t][0] <= target_risk), None)
    if share is None:
        return Choice(1.0, "none", risk_at(findings, 1.0), target_risk)
    enough = (1 - AFFORDABLE) * at[share][0]
    bound = next((t for t in tried if t >= share and at[t][0] >= enough and upper_bound(*at[t]) <= target_risk), None)
    if bound is not None:
        return Choice(bound, "bound", risk_at(findings, bound), target_risk)
    return Choice(share, "share", risk_at(findings, share), target_risk)


def risk_at(findings: Sequence[Outcome], threshold: float) -> SupportedRisk:
    """What ``threshold`` keeps of the findings; with nothing kept the risk is 0 and its bound 1."""
    kept, wrong = _Table(findings).keeps(threshold)
    return SupportedRisk(
        n=len(findings),
        kept=kept,
        wrong=wrong,
        risk=wrong / kept if kept else 0.0,
        upper=upper_bound(kept, wrong),
        coverage=kept / len(findings) if findings else 0.0,
    )


def upper_bound(kept: int, wrong: int, level: float = BOUND) -> float:
    """The one-sided upper bound of a share (Clopper and Pearson 1934, Biometrika 26): 1 where nothing was kept."""
    # Slow to import, and only needed for fitting.
    from scipy.stats import beta  # type: ignore[import-untyped]

    if wrong >= kept:
        return 1.0
    return float(beta.ppf(level, wrong + 1, kept - wrong))


class _Table:
    """Findings sorted by confidence, with the number of wrong ones from each on."""

    def __init__(self, findings: Sequence[Outcome]) -> None:
        ordered = sorted(findings)
        self._confidences = [c for c, _ in ordered]
        self._wrong = [0] * (len(ordered) + 1)
        for i in range(len(ordered) - 1, -1, -1):
            self._wrong[i] = self._wrong[i + 1] + (not ordered[i][1])

    def keeps(self, threshold: float) -> tuple[int, int]:
        """(kept, wrong among them)."""
        i = bisect_left(self._confidences, threshold)
        return len(self._confidences) - i, self._wrong[i]
