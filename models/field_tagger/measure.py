"""How right found spans are: exact stretches of characters, per key and over all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from models.field_tagger.confidence import least_probability
from models.field_tagger.labels import Labels, best, spans


@dataclass
class Count:
    """Spans found and right, found and wrong, and not found, by key number; and how sure each found one was."""

    right: Counter[int] = field(default_factory=Counter)
    wrong: Counter[int] = field(default_factory=Counter)
    missed: Counter[int] = field(default_factory=Counter)
    least: list[float] = field(default_factory=list)
    was_right: list[bool] = field(default_factory=list)

    def add(self, values: NDArray[np.float32], goal: NDArray[np.int64], first: NDArray[np.int64]) -> None:
        """Count a page: ``values`` (characters, labels), true labels ``goal`` and line starts ``first`` (characters,)."""
        found = best(values, first)
        guessed, true = list(spans(found, first)), list(spans(goal, first))
        truth = {(s.start, s.end, s.key) for s in true}
        hits = [(s.start, s.end, s.key) in truth for s in guessed]
        self.right.update(s.key for s, hit in zip(guessed, hits, strict=True) if hit)
        self.wrong.update(s.key for s, hit in zip(guessed, hits, strict=True) if not hit)
        seen = {(s.start, s.end, s.key) for s in guessed}
        self.missed.update(key for start, end, key in truth if (start, end, key) not in seen)
        self.least += least_probability(values, found, first, guessed).tolist()
        self.was_right += hits


def rates(right: int, wrong: int, missed: int) -> dict[str, float | int]:
    """Precision, recall, F1 (0..1) and how many true spans there are."""
    precision, recall = right / max(right + wrong, 1), right / max(right + missed, 1)
    f1 = 2 * right / max(2 * right + wrong + missed, 1)
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4), "n": right + missed}


def table(count: Count, labels: Labels) -> dict[str, dict[str, float | int]]:
    """Rates per key (those that occur or were found), under ``all`` over all spans together."""
    found = {"all": rates(count.right.total(), count.wrong.total(), count.missed.total())}
    for k, key in enumerate(labels.keys):
        if count.right[k] + count.wrong[k] + count.missed[k]:
            found[key] = rates(count.right[k], count.wrong[k], count.missed[k])
    return found


def agreement(a: Iterable[NDArray[np.int64]], b: Iterable[NDArray[np.int64]]) -> float:
    """The share of characters that got the same label, 0..1."""
    same = [(x == y) for x, y in zip(a, b, strict=True)]
    total = sum(map(len, same))
    return float(sum(int(s.sum()) for s in same) / total) if total else 1.0


def reliability(confidences: Sequence[float], right: Sequence[bool]) -> list[dict[str, float | int]]:
    """Per tenth of confidence: how many spans, their mean confidence, and the share that is right."""
    c, r = np.asarray(confidences), np.asarray(right, bool)
    at = np.minimum((c * 10).astype(int), 9)
    return [
        {"n": int((at == b).sum()), "confidence": round(float(c[at == b].mean()), 4), "right": round(float(r[at == b].mean()), 4)}
        for b in range(10)
        if (at == b).any()
    ]
