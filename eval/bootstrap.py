"""Cluster bootstrap: intervals of rates, by drawing whole enterprises with replacement.

Fields of one page and papers of one enterprise fail together, so single records must not be drawn
(Efron and Tibshirani 1993, ch. 8). Every metric is a function of sums over records; sums are kept per
cluster, and a draw is a matrix product.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from pydantic import Field as _F

from extractor.model import Frozen

Array = NDArray[np.float64]
Value = Callable[[Array], Array]
"""(…, k) sums to (…) values; nan where there is nothing to divide by."""

DRAWS = 1000
SEED = 20260101
LEVEL = 0.95
_Z = 1.959963984540054
"""Normal quantile of 0.975."""


class Estimate(Frozen):
    """A metric with its 95 % interval. ``n``: records judged (of a rate: its denominator); value None: nothing to judge.

    ``interval``: ``bootstrap``; ``wilson`` for a rate of which none or all records count, or of one cluster, for which
    every draw is alike; ``none`` for anything else of one cluster.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    n: int = _F(default=0, ge=0)
    interval: str = "bootstrap"


@dataclass(frozen=True, slots=True)
class Tally:
    """Sums over records, per cluster.

    ``sums``: (clusters, k). ``value``: the metric of the summed columns. ``base``: the column that holds ``n``.
    ``rate``: whether the metric is column 0 over column ``base``, each record counting once.
    """

    clusters: tuple[str, ...]
    sums: Array
    value: Value
    base: int = -1
    rate: bool = False

    @property
    def n(self) -> int:
        """Records judged."""
        return round(float(self.sums[:, self.base].sum())) if len(self.clusters) else 0


def tally(
    units: Sequence[str], stats: Sequence[Sequence[float]] | Array, value: Value, *, base: int = -1, rate: bool = False
) -> Tally:
    """Sum each record's ``stats`` (one row per record) by its cluster ``units``."""
    rows = np.asarray(stats, np.float64)
    if not len(units):
        return Tally((), np.zeros((0, rows.shape[1] if rows.ndim == 2 else 1)), value, base, rate)
    names, index = np.unique(np.asarray(units, dtype=object).astype(str), return_inverse=True)
    sums = np.zeros((len(names), rows.shape[1]))
    np.add.at(sums, index, rows)
    return Tally(tuple(str(n) for n in names), sums, value, base, rate)


def ratio(sums: Array) -> Array:
    """Column 0 over the last column."""
    return divide(sums[..., 0], sums[..., -1])


def divide(a: Array, b: Array) -> Array:
    """``a / b``, nan where ``b`` is 0."""
    out = np.full(np.broadcast(a, b).shape, np.nan)
    return np.asarray(np.divide(a, b, out=out, where=np.asarray(b) != 0), np.float64)


@lru_cache(maxsize=4)
def weights(clusters: int, draws: int = DRAWS, seed: int = SEED) -> Array:
    """How often each cluster is drawn: (draws, clusters), rows sum to ``clusters``."""
    rng = np.random.default_rng(seed)
    return rng.multinomial(clusters, np.full(clusters, 1 / clusters), size=draws).astype(np.float64)


def estimate(counted: Tally, draws: int = DRAWS, seed: int = SEED) -> Estimate:
    """The metric of all records and its percentile interval."""
    if not counted.clusters:
        return Estimate(value=None)
    value = float(counted.value(counted.sums.sum(axis=0)))
    if np.isnan(value):
        return Estimate(value=None, n=counted.n)
    alone = len(counted.clusters) < 2
    if counted.rate and (alone or value in (0.0, 1.0)):
        sure = wilson(round(value * counted.n), counted.n)
        return Estimate(value=value, low=sure[0], high=sure[1], n=counted.n, interval="wilson")
    if alone:
        return Estimate(value=value, n=counted.n, interval="none")
    low, high = _bounds(counted.value(weights(len(counted.clusters), draws, seed) @ counted.sums))
    return Estimate(value=value, low=low, high=high, n=counted.n)


def wilson(successes: int, n: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share (1927); (0, 1) for no trials."""
    if n == 0:
        return 0.0, 1.0
    share = successes / n
    centre = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * float(np.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2)))
    return max(0.0, centre - half) if successes else 0.0, min(1.0, centre + half) if successes < n else 1.0


def difference(a: Tally, b: Tally, draws: int = DRAWS, seed: int = SEED) -> tuple[Estimate, int]:
    """``b`` minus ``a``, drawing the same clusters for both (paired); and how many clusters are in both.

    Clusters that only one run has are left out. ``n`` is the smaller of both counts.
    """
    both = sorted(set(a.clusters) & set(b.clusters))
    if not both:
        return Estimate(value=None), 0
    first, second = _only(a, both), _only(b, both)
    value = float(second.value(second.sums.sum(axis=0)) - first.value(first.sums.sum(axis=0)))
    n = min(first.n, second.n)
    if np.isnan(value):
        return Estimate(value=None, n=n), len(both)
    if len(both) < 2:
        return Estimate(value=value, n=n, interval="none"), len(both)
    drawn = weights(len(both), draws, seed)
    low, high = _bounds(second.value(drawn @ second.sums) - first.value(drawn @ first.sums))
    return Estimate(value=value, low=low, high=high, n=n), len(both)


def _only(counted: Tally, clusters: Sequence[str]) -> Tally:
    at = {name: i for i, name in enumerate(counted.clusters)}
    rows = counted.sums[[at[name] for name in clusters]]
    return Tally(tuple(clusters), rows, counted.value, counted.base, counted.rate)


def _bounds(drawn: Array) -> tuple[float | None, float | None]:
    known = drawn[~np.isnan(drawn)]
    if not known.size:
        return None, None
    low, high = np.quantile(known, ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    return float(low), float(high)
