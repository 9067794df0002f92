"""Pages for a user's own encoder: tokens of its own tokenizer (needs the ``tokenizers`` library), with offsets to characters."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from extractor.model import LabelledPage, Page
from models.field_tagger.batches import IGNORED, Sample, Seen, joined
from models.field_tagger.labels import FORBIDDEN, OUTSIDE, Labels, encode
from models.field_tagger.settings import Shape
from models.sequence.characters import Characters, characters
from models.sequence.errors import ModelDamaged
from models.sequence.windows import Window, windows


def read_tokenizer(path: Path) -> Tokenizer:
    """A tokenizer in the library's format.

    Raises:
        ModelDamaged: it cannot be read.
    """
    try:
        # The library tells of every fault by a bare Exception.
        return Tokenizer.from_str(path.read_text(encoding="utf-8"))
    except Exception as error:
        raise ModelDamaged(f"分词器 {path} 无法读取，请重新训练模型。") from error


class PieceCoder:
    """Tokens are pieces of words as the encoder's own tokenizer cuts them; a token's box holds those of its characters.

    Args:
        tokenizer: of the encoder.
        labels: of the fields.
        shape: ``window`` counts characters; tokens beyond ``tokens`` are cut off.
        tokens: the most tokens the encoder takes.
    """

    def __init__(self, tokenizer: Tokenizer, labels: Labels, shape: Shape, tokens: int = 512) -> None:
        self.tokenizer, self.labels, self.shape = tokenizer, labels, shape
        tokenizer.no_padding()
        tokenizer.enable_truncation(tokens)

    def look(self, page: Page) -> Seen:
        """A page's characters and samples, without labels."""
        return self._seen(characters(page, limit=self.shape.limit), None)

    def see(self, page: LabelledPage) -> Seen:
        """Tokens and true labels of all windows; a token has the label of its first character."""
        chars = characters(page.page, limit=self.shape.limit)
        return self._seen(chars, encode(page.tags, chars, self.labels))

    def _seen(self, chars: Characters, goal: NDArray[np.int64] | None) -> Seen:
        goal = np.full(len(chars), OUTSIDE, np.int64) if goal is None else goal
        cuts = windows(chars.first, self.shape.window, self.shape.overlap)
        pieces = [self._pieces(chars, w) for w in cuts]
        samples = [_sample(chars, goal, w, p) for w, p in zip(cuts, pieces, strict=True)]
        return Seen(chars, goal, cuts, samples, [_places(p) for p in pieces])

    def _pieces(self, chars: Characters, w: Window) -> tuple[Encoding, list[int]]:
        # Lines go in as words, so no piece reaches over a line's end.
        starts = [w.start, *(int(i) + w.start for i in np.flatnonzero(chars.first[w.start : w.end]) if i), w.end]
        lines = [chars.text[a:b] for a, b in itertools.pairwise(starts)]
        return self.tokenizer.encode(lines, is_pretokenized=True), [s - w.start for s in starts]

    def values(self, seen: Seen, outputs: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
        """Each character has the values of its token; within a token a value goes on, and a blank is outside."""
        spread = []
        for w, places, given in zip(seen.windows, seen.places, outputs, strict=True):
            out = np.full((w.end - w.start, len(self.labels)), FORBIDDEN, np.float32)
            out[:, OUTSIDE] = 0.0
            for token, (start, end) in enumerate(places):
                if end > start:
                    out[start] = given[token]
                    out[start + 1 : end] = _going_on(given[token])
            spread.append(out)
        return joined(seen.windows, spread, len(self.labels))


def _going_on(values: NDArray[np.float32]) -> NDArray[np.float32]:
    out = values.copy()
    out[2::2] = np.maximum(values[1::2], values[2::2])
    out[1::2] = FORBIDDEN
    return out


def _places(pieces: tuple[Encoding, list[int]]) -> list[tuple[int, int]]:
    """Of each token the characters of its window (start, end); (0, 0) for tokens that stand for none."""
    found, starts = pieces
    return [
        (0, 0) if word is None else (starts[word] + a, starts[word] + b)
        for word, (a, b) in zip(found.word_ids, found.offsets, strict=True)
    ]


def _sample(chars: Characters, goal: NDArray[np.int64], w: Window, pieces: tuple[Encoding, list[int]]) -> Sample:
    places = _places(pieces)
    n = len(places)
    boxes, first, own = np.zeros((n, 4), np.int64), np.zeros(n, np.int64), np.full(n, IGNORED, np.int64)
    for token, (start, end) in enumerate(places):
        a, b = w.start + start, w.start + end
        if b > a:
            boxes[token, :2] = chars.box[a:b, :2].min(axis=0)
            boxes[token, 2:] = chars.box[a:b, 2:].max(axis=0)
            first[token] = chars.first[a]
            if w.own_start <= a < w.own_end:
                own[token] = goal[a]
    return Sample(np.array(pieces[0].ids, np.int64), boxes, first, own)
