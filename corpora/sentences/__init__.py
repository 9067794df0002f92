"""Running text with marked names, and stray papers: what the readers of names and of pages learn from beside drawn pages."""

from __future__ import annotations

from corpora.sentences.make import KINDS, Marked, passages
from corpora.sentences.mix import page_examples

__all__ = ["KINDS", "Marked", "page_examples", "passages"]
