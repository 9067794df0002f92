"""Precision, recall and F1 of exact spans."""

from __future__ import annotations

from collections.abc import Sequence

from models.names.record import KINDS, KindScore

Spans = Sequence[tuple[int, int, str]]
"""(first character, end, kind)."""


def score(truth: Sequence[Spans], found: Sequence[Spans]) -> dict[str, KindScore]:
    """By kind and for ``all``; a span is right when both ends and the kind are."""
    made = {}
    for kind in (*KINDS, "all"):
        true = {(n, *s) for n, spans in enumerate(truth) for s in spans if kind in ("all", s[2])}
        got = {(n, *s) for n, spans in enumerate(found) for s in spans if kind in ("all", s[2])}
        hit = len(true & got)
        precision, recall = hit / len(got) if got else 0.0, hit / len(true) if true else 0.0
        f1 = 2 * precision * recall / (precision + recall) if hit else 0.0
        made[kind] = KindScore(n=len(true), precision=round(precision, 4), recall=round(recall, 4), f1=round(f1, 4))
    return made
