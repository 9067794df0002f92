"""Character errors drawn from what was measured (``confusions.py``, ``data/confusions.json``)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import accumulate
from random import Random
from typing import Literal

from extractor.values.lookalikes import look_alike


@dataclass(frozen=True)
class _Choice:
    """Signs with cumulated weights."""

    signs: tuple[str, ...]
    weights: tuple[float, ...]

    @staticmethod
    def of(pairs: Iterable[tuple[str, float]]) -> _Choice:
        given = list(pairs)
        return _Choice(tuple(s for s, _ in given), tuple(accumulate(w for _, w in given)))

    def draw(self, rng: Random) -> str:
        return rng.choices(self.signs, cum_weights=self.weights)[0]


@dataclass(frozen=True)
class Confusions:
    """Rates of errors per character, and what characters are taken for, lost or added."""

    substitution: float
    insertion: float
    deletion: float
    taken: Mapping[str, _Choice]
    extra: _Choice
    folds: tuple[tuple[str, str, float], ...]
    """(sign, its other form, how often it is read so)."""

    @property
    def rate(self) -> float:
        """Errors of any kind per character."""
        return self.substitution + self.insertion + self.deletion

    def kind(self, rng: Random, char: str) -> Literal["substitution", "insertion", "deletion"]:
        """Which error happens to a character."""
        at = rng.random() * self.rate
        if at < self.insertion:
            return "insertion"
        if at < self.insertion + self.deletion:
            return "deletion"
        return "substitution"

    def other(self, rng: Random, char: str) -> str:
        """What a character is taken for: as measured for it, else one that looks like it (itself where none does)."""
        own = self.taken.get(char)
        if own is not None and rng.random() < 0.8:
            return own.draw(rng)
        like = _alike(char)
        return rng.choice(like) if like else (own.draw(rng) if own is not None else char)

    def added(self, rng: Random) -> str:
        """A sign that reading puts in."""
        return self.extra.draw(rng)

    def widths(self, rng: Random) -> dict[int, str]:
        """For one page: which signs are read in their other form (a table for ``str.translate``)."""
        return {ord(sign): other for sign, other, share in self.folds if rng.random() < share}


@lru_cache(maxsize=1)
def _common() -> tuple[str, ...]:
    """Common signs: those of GB 2312, level 1, and letters and digits."""
    chinese = (bytes((high, low)).decode("gb2312", "ignore") for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF))
    return (*filter(None, chinese), *"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz|")


@cache
def _alike(char: str) -> tuple[str, ...]:
    """Signs that look like ``char``."""
    return tuple(other for other in _common() if look_alike(char, other))


@lru_cache(maxsize=1)
def confusions() -> Confusions:
    """What was measured, from ``data/confusions.json``."""
    data = json.loads(files("corpora.training").joinpath("data/confusions.json").read_text(encoding="utf-8"))
    by_sign: dict[str, list[tuple[str, float]]] = {}
    for true, got, weight in data["pairs"]:
        by_sign.setdefault(true, []).append((got, weight))
    return Confusions(
        substitution=data["substitution"],
        insertion=data["insertion"],
        deletion=data["deletion"],
        taken={sign: _Choice.of(pairs) for sign, pairs in by_sign.items()},
        extra=_Choice.of((sign, weight) for sign, weight in data["added"]),
        folds=tuple((sign, other, share) for sign, other, share in data["folds"]),
    )
