"""Fitting curves. Needs scikit-learn (extra ``fit``), which is loaded only when a fit is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from models.calibration.curves import MAX_KNOTS, Curve, Knot, probability_on
from models.calibration.groups import ALL, ancestry
from models.calibration.record import CalibrationError

Method = Literal["isotonic", "platt", "auto"]
Pair = tuple[float, bool]
"""(raw confidence, whether the reading was right)."""

MIN_GROUP = 60
"""A group with fewer readings takes the curve of the more general group."""
_MIN_BIN = 20
_MAX_BINS = 60
_FOLDS = 5
_NEAR_ONE = 1e-4
"""Raw confidences are clipped this far from 0 and 1 before their logit is taken (recognisers round to four digits)."""

_Array = NDArray[np.float64]


def fit(pairs: Mapping[str, Sequence[Pair]], method: Method = "auto", *, min_group: int = MIN_GROUP) -> dict[str, Curve]:
    """Curves by group, for every group with at least ``min_group`` readings and for ``all``.

    Readings of ``figure.checked`` count for ``figure`` and for ``all``, too. ``auto`` takes per group
    whichever of the two has the lower log loss in 5-fold cross-validation (Platt's where they tie).
    No probability reaches 0 or 1 at a raw confidence that was seen: n right answers out of n are
    worth (n + 1) / (n + 2).

    Raises:
        CalibrationError: fewer than ``min_group`` readings in all, or scikit-learn is not installed.
    """
    pooled: dict[str, list[Pair]] = {}
    for group, mine in pairs.items():
        for ancestor in ancestry(group):
            pooled.setdefault(ancestor, []).extend(mine)
    if len(pooled.get(ALL, ())) < min_group:
        raise CalibrationError(f"可用于校准的字段只有 {len(pooled.get(ALL, ()))} 个，至少需要 {min_group} 个，请换更大的语料。")
    _learners()
    return {group: fit_curve(mine, method) for group, mine in sorted(pooled.items()) if len(mine) >= min_group}


def fit_curve(pairs: Sequence[Pair], method: Method = "auto") -> Curve:
    """One curve from at least one reading."""
    # Sorted: the curve must not depend on the order in which the files were read.
    ordered = sorted((min(max(raw, 0.0), 1.0), right) for raw, right in pairs)
    raw = np.array([r for r, _ in ordered], np.float64)
    right = np.array([g for _, g in ordered], np.float64)
    chosen = _better(raw, right) if method == "auto" else method
    return Curve(knots=_knots(raw, right, chosen), n=len(pairs), method=chosen)


def _knots(raw: _Array, right: _Array, method: str) -> tuple[Knot, ...]:
    return _isotonic(raw, right) if method == "isotonic" else _platt(raw, right)


def _better(raw: _Array, right: _Array) -> Literal["isotonic", "platt"]:
    """The method with the lower cross-validated log loss; Platt's two numbers where there are few readings."""
    if len(raw) < _FOLDS * _MIN_BIN:
        return "platt"
    loss = {"isotonic": 0.0, "platt": 0.0}
    fold = np.random.default_rng(0).permutation(len(raw)) % _FOLDS
    for k in range(_FOLDS):
        train, test = fold != k, fold == k
        for method in loss:
            loss[method] += _log_loss(_knots(raw[train], right[train], method), raw[test], right[test])
    return "isotonic" if loss["isotonic"] < loss["platt"] else "platt"


def _log_loss(knots: Sequence[Knot], raw: _Array, right: _Array) -> float:
    p = np.clip([probability_on(knots, float(r)) for r in raw], 1e-9, 1 - 1e-9)
    return float(-(right * np.log(p) + (1 - right) * np.log(1 - p)).sum())


# --- isotonic --------------------------------------------------------------


def _isotonic(raw: _Array, right: _Array) -> tuple[Knot, ...]:
    """Isotonic regression; a level that n readings share, k of them right, is worth (k + 1) / (n + 2).

    The smoothing may turn neighbouring levels round (a few readings, all right, above very many
    of which nearly all are): a second isotonic regression over the levels joins these.
    """
    isotonic, _ = _learners()
    bins = list(_bins(raw))
    places = [float(raw[start:end].mean()) for start, end in bins]
    sizes = [end - start for start, end in bins]
    good = [float(right[start:end].sum()) for start, end in bins]
    rates = [g / n for g, n in zip(good, sizes, strict=True)]
    level = isotonic().fit(places, rates, sample_weight=sizes).predict(places)
    starts = [0, *(i for i in range(1, len(level)) if level[i] != level[i - 1]), len(level)]
    blocks = list(pairwise(starts))
    smooth = [(sum(good[a:b]) + 1) / (sum(sizes[a:b]) + 2) for a, b in blocks]
    weights = [sum(sizes[a:b]) for a, b in blocks]
    fitted = isotonic().fit(range(len(blocks)), smooth, sample_weight=weights).predict(range(len(blocks)))
    # Below everything that was seen the probability falls to 0: nothing speaks for such a reading.
    knots = [(0.0, 0.0)]
    for (a, b), value in zip(blocks, fitted.tolist(), strict=True):
        knots += [(places[a], value), (places[b - 1], value)]
    return _shortened(_clean(knots), raw)


def _bins(raw: _Array) -> Iterator[tuple[int, int]]:
    """Slices of sorted ``raw``, about equally large; equal confidences stay together."""
    wanted = max(1, min(_MAX_BINS, len(raw) // _MIN_BIN))
    start = 0
    for i in range(1, wanted + 1):
        end = len(raw) if i == wanted else round(len(raw) * i / wanted)
        if end <= start:
            continue
        end = int(np.searchsorted(raw, raw[end - 1], side="right"))
        if 0 < len(raw) - end < _MIN_BIN:
            end = len(raw)
        yield start, end
        start = end
        if start == len(raw):
            return


def _shortened(knots: tuple[Knot, ...], raw: _Array) -> tuple[Knot, ...]:
    """At most ``MAX_KNOTS`` knots: those go first whose loss moves the fewest readings the least."""
    kept = list(knots)
    below = [int(np.searchsorted(raw, place)) for place, _ in kept]
    while len(kept) > MAX_KNOTS:
        moved = [
            abs(probability_on((kept[i - 1], kept[i + 1]), kept[i][0]) - kept[i][1]) * (1 + below[i + 1] - below[i - 1])
            for i in range(1, len(kept) - 1)
        ]
        i = 1 + int(np.argmin(moved))
        del kept[i], below[i]
    return tuple(kept)


# --- Platt -----------------------------------------------------------------


def _platt(raw: _Array, right: _Array) -> tuple[Knot, ...]:
    """Platt scaling on the logit of the confidence, with Platt's smoothed targets (1999, section 2.2)."""
    _, logistic = _learners()
    good = float(right.sum())
    high, low = (good + 1) / (good + 2), 1 / (len(right) - good + 2)
    target = np.where(right > 0, high, low)
    x = _logit(raw)[:, None]
    both = np.concatenate([x, x])
    labels = np.concatenate([np.ones(len(raw)), np.zeros(len(raw))])
    # Soft targets: every reading counts as right and as wrong, weighted. Little regularisation, the targets do it.
    model = logistic(C=100.0).fit(both, labels, sample_weight=np.concatenate([target, 1 - target]))
    slope, offset = float(model.coef_[0][0]), float(model.intercept_[0])
    if slope <= 0:
        # The confidence says nothing here: the share of right readings, whatever it is.
        share = (good + 1) / (len(right) + 2)
        return ((0.0, share), (1.0, share))
    places = np.unique([0.0, *np.quantile(raw, np.linspace(0, 1, MAX_KNOTS - 2)).tolist(), 1.0])
    values = 1 / (1 + np.exp(-(slope * _logit(places) + offset)))
    # Beyond the surest reading that was seen nothing is known to be surer still, nor beyond what n right ones show.
    values = np.minimum(values, min(values[places <= raw[-1]].max(), high))
    return _clean(list(zip(places.tolist(), values.tolist(), strict=True)))


def _logit(raw: _Array) -> _Array:
    clipped = np.clip(raw, _NEAR_ONE, 1 - _NEAR_ONE)
    return np.asarray(np.log(clipped / (1 - clipped)), np.float64)


# --- shared ----------------------------------------------------------------


def _clean(knots: Sequence[Knot]) -> tuple[Knot, ...]:
    """Rounded, strictly rising, never falling, from 0 to 1, and without knots that lie on a plateau."""
    kept: dict[float, float] = {}
    for raw, value in knots:
        kept[round(raw, 6)] = round(value, 6)
    places = sorted(kept)
    values = np.maximum.accumulate([kept[p] for p in places]).tolist()
    full = list(zip(places, values, strict=True))
    if full[-1][0] < 1.0:
        full.append((1.0, full[-1][1]))
    inner = [b for (a, b), c in zip(pairwise(full), full[2:], strict=False) if not a[1] == b[1] == c[1]]
    return (full[0], *inner, full[-1])


def _learners() -> tuple[Any, Any]:
    """scikit-learn's isotonic and logistic regression."""
    # Slow to import, and only needed for fitting.
    from sklearn.isotonic import IsotonicRegression
    from sklearn.linear_model import LogisticRegression

    return IsotonicRegression, LogisticRegression
