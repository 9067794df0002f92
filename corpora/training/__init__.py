"""What the learned readers learn from: labelled pages, made or taken from corpora, and noise as reading brings it."""

from corpora.training.mix import examples
from corpora.training.noise import noisy
from corpora.training.show import show

__all__ = ["examples", "noisy", "show"]
