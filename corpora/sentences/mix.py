"""What the page classifier learns from: the labelled pages of ``corpora.training`` and stray papers among them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from corpora.sentences.strays import strays
from corpora.training import examples
from extractor.model import LabelledPage

STRAY = 0.24
"""Share of stray papers: without them everything that looks official would be taken for evidence."""


def page_examples(
    seed: int, pages: int, *, corpora: Sequence[Path] = (), drawn: float = 0.12, unseen: bool = False
) -> Iterator[LabelledPage]:
    """``pages`` labelled pages, one by one; the same seed and corpora give the same pages.

    Args:
        seed: any number.
        pages: how many.
        corpora: folders of labelled corpora, as for ``corpora.training.examples``.
        drawn: share of the other pages that are drawn, as there.
        unseen: stray papers of kinds that are never learned from, to measure on.
    """
    count = round(STRAY * pages)
    apart = strays(count, seed, unseen=unseen)
    given = 0
    for n, page in enumerate(examples(seed, pages - count, corpora=corpora, drawn=drawn), 1):
        yield page
        due = count * n // max(1, pages - count)
        while given < due:
            given += 1
            yield next(apart)
