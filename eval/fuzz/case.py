"""One input and what came of it. Input ``n`` of a seed is always the same, whatever else is run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

from eval.fuzz.formats import Format
from eval.fuzz.mutate import mutated

Verdict = Literal["read", "refused", "limits", "failed"]
"""``limits``: the process that read it was ended by its limits, which is the file's error."""
_OTHER_SUFFIXES = ("pdf", "png", "xlsx", "csv", "docx", "zip", "ofd", "txt", "", "PDF")
_ODD_SUFFIX = 0.05


@dataclass(frozen=True)
class Case:
    """An input: its number, format, the name that its file gets, and its bytes."""

    number: int
    format: Format
    name: str
    data: bytes


@dataclass(frozen=True)
class Outcome:
    """What came of an input. ``told``: what a person would read, or, where it failed, the traceback."""

    verdict: Verdict
    told: str = ""
    seconds: float = 0.0


def make_case(number: int, seed: int, formats: Sequence[Format]) -> Case:
    """Input ``number`` of ``seed`` over these formats, whose shares decide which comes how often."""
    shares = [f for f in formats for _ in range(f.share)]
    format_ = shares[number * 7919 % len(shares)]  # a prime: neighbours are of different formats
    rng = Random(f"{seed}/{format_.key}/{number}")
    pool = format_.seeds()
    data = rng.choice(pool)
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 5, 8))):
        knowing = format_.knowing if rng.random() < 0.6 else None
        data = (knowing or mutated)(rng, data, pool, format_.tokens)
    odd = format_.load is None and rng.random() < _ODD_SUFFIX
    suffix = rng.choice(_OTHER_SUFFIXES) if odd else format_.suffix
    return Case(number, format_, f"{number:07d}.{suffix}".rstrip("."), data)
