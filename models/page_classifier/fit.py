"""Fitting the network: mini-batches, Adam and n-gram dropout, in NumPy, the same numbers for the same seed.

Adam: Kingma and Ba 2015 (arXiv:1412.6980). Dropout of inputs stands for lines that were lost or read wrongly.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse  # type: ignore[import-untyped]

from models.page_classifier.classifier import softmax
from models.page_classifier.features import BUCKETS, Features
from models.page_classifier.network import Floats, Network, quantised
from models.page_classifier.record import TrainSettings

Told = Callable[[int, float], None]
"""Told (epochs done, mean loss of the epoch)."""
_FIRST, _SECOND, _TINY = 0.9, 0.999, 1e-8


def matrix(rows: Sequence[Features]) -> Any:
    """The features of many pages as a sparse matrix (pages x BUCKETS) of float32."""
    ends = np.cumsum([0, *(row.index.size for row in rows)])
    index = np.concatenate([row.index for row in rows])
    value = np.concatenate([row.value for row in rows])
    return sparse.csr_matrix((value, index, ends), shape=(len(rows), BUCKETS), dtype=np.float32)


def rarity(held: Any) -> Floats:
    """The weight of every bucket: ln((1 + pages) / (1 + pages that have it)) + 1, scaled to a mean of 1 over what occurs."""
    pages = held.shape[0]
    count = np.bincount(held.indices, minlength=BUCKETS)
    weight = np.log((1 + pages) / (1 + count)) + 1.0
    scaled: Floats = (weight / weight[count > 0].mean()).astype(np.float32)
    return scaled


def fit(
    rows: Sequence[Features],
    types: NDArray[np.int64],
    starts: NDArray[np.float32],
    many: int,
    settings: TrainSettings,
    told: Told,
) -> Network:
    """A network for the pages ``rows``.

    Args:
        rows: features of the pages.
        types: (pages,) number of each page's type, below ``many``.
        starts: (pages,) 1 where a document begins, else 0.
        many: number of types.
        settings: how to train.
        told: told after every epoch.
    """
    rng = np.random.default_rng(settings.seed)
    held = matrix(rows)
    idf = rarity(held)
    held = (held @ sparse.diags(idf)).tocsr()
    weights = _start(rng, many, settings.hidden)
    moments = [(np.zeros_like(w), np.zeros_like(w)) for w in weights]
    # Rare types count more, but not as much as to be equal to the frequent ones.
    share = np.bincount(types, minlength=many)[types] ** -0.5
    share = (share / share.mean()).astype(np.float32)
    step = 0
    total = settings.epochs * -(-len(rows) // settings.batch)
    for epoch in range(settings.epochs):
        order, losses = rng.permutation(len(rows)), []
        for at in range(0, len(rows), settings.batch):
            chosen = order[at : at + settings.batch]
            batch = held[chosen]
            kept = rng.random(batch.data.size, dtype=np.float32) >= settings.dropout
            batch.data = batch.data * kept / np.float32(1.0 - settings.dropout)
            loss, slopes = _slopes(weights, batch, types[chosen], starts[chosen], share[chosen], settings.smoothing)
            losses.append(loss)
            rate = settings.rate * min(1.0, (total - step) / (0.5 * total))
            step += 1
            _adam(weights, slopes, moments, rate, step, settings.decay)
        told(epoch + 1, float(np.mean(losses)))
    first, bias, out, out_bias, start, start_bias = weights
    small, scale = quantised(first)
    return Network(small, scale, idf, bias, out, out_bias, start, start_bias)


def _start(rng: np.random.Generator, many: int, hidden: int) -> list[Floats]:
    """Weights before training, in the order of ``_slopes``."""
    return [
        (rng.standard_normal((BUCKETS, hidden), dtype=np.float32) * np.float32(0.02)),
        np.zeros(hidden, np.float32),
        rng.standard_normal((hidden, many), dtype=np.float32) / np.float32(np.sqrt(hidden)),
        np.zeros(many, np.float32),
        rng.standard_normal(hidden, dtype=np.float32) / np.float32(np.sqrt(hidden)),
        np.zeros(1, np.float32),
    ]


def _slopes(
    weights: list[Floats], batch: Any, types: NDArray[np.int64], starts: Floats, share: Floats, smoothing: float
) -> tuple[float, list[Floats]]:
    """The loss of a batch (cross entropy of types plus that of starts) and its gradient by every weight."""
    first, bias, out, out_bias, start, start_bias = weights
    size = len(types)
    hidden = np.tanh(batch @ first + bias)
    chances = softmax(hidden @ out + out_bias)
    begun = 1.0 / (1.0 + np.exp(-np.clip(hidden @ start + start_bias[0], -30, 30)))
    wanted = np.full_like(chances, smoothing / chances.shape[1])
    wanted[np.arange(size), types] += 1.0 - smoothing
    loss = -(wanted * np.log(chances + 1e-9)).sum(axis=1) * share
    loss = loss - starts * np.log(begun + 1e-9) - (1 - starts) * np.log(1 - begun + 1e-9)
    by_type = (chances - wanted) * (share / size)[:, None]
    by_start = (begun - starts) / size
    back = (by_type @ out.T + by_start[:, None] * start[None, :]) * (1.0 - hidden**2)
    slopes = [batch.T @ back, back.sum(0), hidden.T @ by_type, by_type.sum(0), hidden.T @ by_start, by_start.sum(keepdims=True)]
    return float(loss.mean()), [np.asarray(s, dtype=np.float32) for s in slopes]


def _adam(
    weights: list[Floats],
    slopes: list[Floats],
    moments: list[tuple[Floats, Floats]],
    rate: float,
    step: int,
    decay: float,
) -> None:
    """One step, in place; ``decay`` is decoupled (AdamW, arXiv:1711.05101)."""
    factor = np.float32(rate * np.sqrt(1 - _SECOND**step) / (1 - _FIRST**step))
    for weight, slope, (mean, spread) in zip(weights, slopes, moments, strict=True):
        mean *= np.float32(_FIRST)
        mean += np.float32(1 - _FIRST) * slope
        spread *= np.float32(_SECOND)
        spread += np.float32(1 - _SECOND) * slope * slope
        weight *= np.float32(1.0 - decay)
        weight -= factor * mean / (np.sqrt(spread) + np.float32(_TINY))
