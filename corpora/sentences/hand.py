"""Passages written by hand, with names marked by hand (``⟦kind name⟧`` in ``data/hand.txt``): for measuring only."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpora.sentences.texts import sentences

_MARK = re.compile(r"⟦(\w+) ([^⟧]+)⟧")


def hand_passages() -> Iterator[tuple[str, tuple[tuple[int, int, str], ...]]]:
    """The passages as texts with (first character, end, kind)."""
    for marked in sentences("hand.txt"):
        text, spans, at = "", [], 0
        for found in _MARK.finditer(marked):
            text += marked[at : found.start()]
            spans.append((len(text), len(text) + len(found[2]), found[1]))
            text += found[2]
            at = found.end()
        yield text + marked[at:], tuple(spans)
