"""The stream of labelled pages: free forms, drawn pages of seen layouts, and pages of labelled corpora."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

from corpora.training.drawn import drawn_pages
from corpora.training.free import free_page
from corpora.training.from_corpus import corpus_pages
from extractor.model import LabelledPage

DRAWN = 0.1
"""Share of drawn pages: each takes some tenths of a second, a free form a hundredth of that."""
FROM_CORPORA = 0.2
"""Largest share of pages of labelled corpora; further pages of theirs come up in the same proportion."""


def examples(seed: int, pages: int, *, corpora: Sequence[Path] = (), drawn: float = DRAWN) -> Iterator[LabelledPage]:
    """``pages`` labelled pages, made one by one; the same seed and corpora give the same pages.

    Args:
        seed: any number.
        pages: how many.
        corpora: folders in the format of ``docs/corpora.md``; their pages are repeated in turn, at most a fifth of all.
        drawn: share of pages laid out by Typst, 0 to 1. Without a Chinese font it must be 0.

    Raises:
        CorpusError: a corpus cannot be read.
        NoChineseFontError: pages must be drawn and no font can draw Chinese.
    """
    own = [page for root in corpora for page in corpus_pages(root)]
    own.sort(key=lambda page: zlib.crc32(f"{seed}/{page.page.text}".encode()))
    share = min(FROM_CORPORA, 3 * len(own) / pages) if pages else 0.0
    waiting: list[LabelledPage] = []
    taken = 0
    for k in range(pages):
        rng = Random(zlib.crc32(f"{seed}/{k}".encode()))
        at = rng.random()
        if own and at < share:
            yield own[taken % len(own)]
            taken += 1
        elif at > 1 - drawn:
            # A report of many pages serves many turns.
            waiting = waiting or drawn_pages(rng)
            yield waiting.pop(0)
        else:
            yield free_page(rng)
