"""Pages as batches of numbers, in an order that the seed alone decides."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from extractor.model import LabelledPage, Page
from models.field_tagger.labels import OUTSIDE, Labels, encode
from models.field_tagger.settings import Shape
from models.field_tagger.store import Store
from models.sequence.characters import Characters, characters
from models.sequence.vocabulary import PAD_ID, UNKNOWN_ID, Vocabulary
from models.sequence.windows import Window, windows

Augment = Callable[[LabelledPage, random.Random], LabelledPage]
"""A page as reading might have given it; the same random numbers give the same page."""
IGNORED = -100
CHUNK = 96
"""Pages from which batches of windows of like length are made; between two chunks a training can be resumed."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What the network sees at once, n tokens. ``ids``, ``first``, ``goal``: (n,), goals of -100 count not; ``boxes``: (n, 4)."""

    ids: NDArray[np.int64]
    boxes: NDArray[np.int64]
    first: NDArray[np.int64]
    goal: NDArray[np.int64]

    def __len__(self) -> int:
        """How many tokens."""
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Batch:
    """Samples padded to one length: (batch, n); ``boxes``: (batch, n, 4); ``mask`` 1 where a token stands."""

    ids: NDArray[np.int64]
    boxes: NDArray[np.int64]
    first: NDArray[np.int64]
    goal: NDArray[np.int64]
    mask: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Seen:
    """A page cut for the network. ``samples[i]`` belongs to ``windows[i]``; ``goal``: (characters,) true labels.

    ``places``: where tokens are not characters, those of each sample as stretches of its window's characters.
    """

    chars: Characters
    goal: NDArray[np.int64]
    windows: Sequence[Window]
    samples: Sequence[Sample]
    places: Sequence[Sequence[tuple[int, int]]] = ()


class Coder(Protocol):
    """How a page becomes tokens: characters here, word pieces for a user's own encoder."""

    labels: Labels

    def look(self, page: Page) -> Seen:
        """A page's characters and samples; its labels are not known."""

    def see(self, page: LabelledPage) -> Seen:
        """A page's characters, true labels and samples."""

    def values(self, seen: Seen, outputs: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
        """Values (characters, labels) of a page from those of its samples (tokens, labels)."""


class CharacterCoder:
    """Each character is a token."""

    def __init__(self, vocabulary: Vocabulary, labels: Labels, shape: Shape) -> None:
        self.vocabulary, self.labels, self.shape = vocabulary, labels, shape

    def look(self, page: Page) -> Seen:
        """A page's characters and samples, without labels."""
        chars = characters(page, limit=self.shape.limit)
        return self._seen(chars, np.full(len(chars), OUTSIDE, np.int64))

    def see(self, page: LabelledPage) -> Seen:
        """Tokens and true labels of all windows; what the neighbouring window owns does not count."""
        chars = characters(page.page, limit=self.shape.limit)
        return self._seen(chars, encode(page.tags, chars, self.labels))

    def _seen(self, chars: Characters, goal: NDArray[np.int64]) -> Seen:
        cuts = windows(chars.first, self.shape.window, self.shape.overlap)
        ids = self.vocabulary.encode(chars.text)
        samples = []
        for w in cuts:
            own = np.full(w.end - w.start, IGNORED, np.int64)
            own[w.own_start - w.start : w.own_end - w.start] = goal[w.own_start : w.own_end]
            s = slice(w.start, w.end)
            samples.append(Sample(ids[s], chars.box[s], chars.first[s], own))
        return Seen(chars, goal, cuts, samples)

    def values(self, seen: Seen, outputs: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
        """Each window gives the values of the characters it owns."""
        return joined(seen.windows, outputs, len(self.labels))


def joined(cuts: Sequence[Window], outputs: Sequence[NDArray[np.float32]], labels: int) -> NDArray[np.float32]:
    """Values (characters, labels) from those of the windows (tokens, labels)."""
    if not cuts:
        return np.zeros((0, labels), np.float32)
    return np.concatenate([o[w.own_start - w.start : w.own_end - w.start] for w, o in zip(cuts, outputs, strict=True)])


def padded(samples: Sequence[Sample]) -> Batch:
    """Samples as one batch."""
    n = max(map(len, samples))
    shape = (len(samples), n)
    ids, first = np.full(shape, PAD_ID, np.int64), np.zeros(shape, np.int64)
    goal, boxes, mask = np.full(shape, IGNORED, np.int64), np.zeros((*shape, 4), np.int64), np.zeros(shape, np.float32)
    for i, s in enumerate(samples):
        ids[i, : len(s)], first[i, : len(s)], goal[i, : len(s)] = s.ids, s.first, s.goal
        boxes[i, : len(s)], mask[i, : len(s)] = s.boxes, 1.0
    return Batch(ids, boxes, first, goal, mask)


def chunks(pages: Sequence[int], seed: int, epoch: int) -> list[list[int]]:
    """The pages of an epoch in its own order, in chunks."""
    order = list(pages)
    random.Random(f"order/{seed}/{epoch}").shuffle(order)
    return [order[i : i + CHUNK] for i in range(0, len(order), CHUNK)]


def chunk_batches(
    store: Store, pages: Sequence[int], coder: Coder, augment: Augment, *, seed: int, epoch: int, tokens: int, unknown: float
) -> Iterator[Batch]:
    """The batches of one chunk: noise and order follow from seed, epoch and page numbers alone.

    Args:
        store: all pages.
        pages: numbers of the chunk's pages.
        coder: pages to samples.
        augment: makes each page anew as reading might have given it.
        seed: of the training.
        epoch: from 0.
        tokens: the most tokens of a batch, padding included (at least one sample).
        unknown: share of characters shown as unknown.
    """
    samples: list[Sample] = []
    for i in pages:
        page = augment(store[i], random.Random(f"noise/{seed}/{epoch}/{i}"))
        samples += [s for s in coder.see(page).samples if len(s)]
    chance = np.random.default_rng([seed, epoch, pages[0], len(pages)])
    samples = [_hidden(s, chance, unknown) for s in sorted(samples, key=len)]
    groups = grouped(samples, tokens)
    for g in chance.permutation(len(groups)):
        yield padded(groups[g])


def grouped(samples: Sequence[Sample], tokens: int) -> list[list[Sample]]:
    """Samples (sorted by length) in groups of at most ``tokens`` tokens with padding."""
    groups: list[list[Sample]] = []
    for s in samples:
        if groups and len(s) * (len(groups[-1]) + 1) <= tokens:
            groups[-1].append(s)
        else:
            groups.append([s])
    return groups


def _hidden(sample: Sample, chance: np.random.Generator, share: float) -> Sample:
    if not share:
        return sample
    hidden = chance.random(len(sample)) < share
    return Sample(np.where(hidden, UNKNOWN_ID, sample.ids), sample.boxes, sample.first, sample.goal)
