"""Fields as labels of characters: O, and for each key B (a value begins) and I (it goes on), and back."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from extractor.model import Tag
from models.sequence.characters import Characters
from models.sequence.errors import ModelDamaged, ModelMissing

OUTSIDE = 0
FORBIDDEN = -1e9


@dataclass(frozen=True, slots=True)
class Labels:
    """The label set: 0 is O, ``1 + 2k`` B and ``2 + 2k`` I of ``keys[k]``."""

    keys: tuple[str, ...]

    def __len__(self) -> int:
        """How many labels."""
        return 1 + 2 * len(self.keys)

    def names(self) -> list[str]:
        """O, B-key, I-key … in the order of their numbers."""
        return ["O", *(f"{prefix}-{key}" for key in self.keys for prefix in "BI")]


def read_labels(path: Path) -> Labels:
    """Read ``labels.json``.

    Raises:
        ModelMissing: there is no such file.
        ModelDamaged: it does not follow the format.
    """
    try:
        keys = json.loads(path.read_text(encoding="utf-8"))["keys"]
        return Labels(tuple(str(key) for key in keys))
    except FileNotFoundError as error:
        raise ModelMissing(f"找不到标签表 {path}，请重新安装或重新训练模型。") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelDamaged(f"标签表 {path} 无法读取，请重新安装或重新训练模型。") from error


def write_labels(labels: Labels, path: Path) -> None:
    """Write ``labels.json``: the keys in order; each has two labels, B and I, after O."""
    text = json.dumps({"schema": "zuozheng.labels/1", "scheme": "BIO", "keys": labels.keys}, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


def encode(tags: Iterable[Tag], chars: Characters, labels: Labels) -> NDArray[np.int64]:
    """The label of each character (n,). A tag's first part begins with B, further parts with I.

    Tags of unknown keys and those on lines that are left out give nothing; of two that overlap the later one counts.
    """
    out = np.full(len(chars), OUTSIDE, np.int64)
    number = {key: k for k, key in enumerate(labels.keys)}
    edges = [*np.flatnonzero(chars.first).tolist(), len(chars)]
    lines = {int(chars.line[start]): (start, end) for start, end in itertools.pairwise(edges)}
    for tag in tags:
        start, end = lines.get(tag.line, (0, 0))
        if tag.key not in number or not tag.start < tag.end <= end - start:
            continue
        begin = 1 + 2 * number[tag.key]
        out[start + tag.start : start + tag.end] = begin + 1
        if tag.part == 0:
            out[start + tag.start] = begin
    return out


@dataclass(frozen=True, slots=True)
class Span:
    """Characters ``start`` to ``end`` (exclusive) of one line hold ``key``; ``goes_on``: it began on an earlier line."""

    start: int
    end: int
    key: int
    goes_on: bool


def spans(found: NDArray[np.int64], first: NDArray[np.int64]) -> Iterator[Span]:
    """The stretches of equal key of labels (n,), cut at B and at line starts."""
    n = len(found)
    if not n:
        return
    key = (found - 1) // 2
    key[found == OUTSIDE] = -1
    begins = (found % 2 == 1) | (first == 1)
    begins[1:] |= key[1:] != key[:-1]
    begins[0] = True
    edges = [*np.flatnonzero(begins).tolist(), n]
    for start, end in itertools.pairwise(edges):
        if key[start] >= 0:
            yield Span(start, end, int(key[start]), bool(found[start] % 2 == 0))


def best(values: NDArray[np.float32], first: NDArray[np.int64]) -> NDArray[np.int64]:
    """The best labels (n,) for values (n, labels) in which I never follows another key's B or I on the same line.

    A value may go on anywhere (its first part stands on an earlier line), so I after O is allowed. The largest values
    nearly always obey; only lines that do not are searched (Viterbi).
    """
    found: NDArray[np.int64] = values.argmax(axis=1).astype(np.int64)
    key = (found - 1) // 2
    wrong = np.zeros(len(found), bool)
    inner = (found > 0) & (found % 2 == 0)
    wrong[1:] = inner[1:] & (found[:-1] != OUTSIDE) & (key[1:] != key[:-1]) & (first[1:] == 0)
    if not wrong.any():
        return found
    edges = [*np.flatnonzero(first).tolist(), len(found)]
    for start, end in itertools.pairwise(edges):
        if wrong[start:end].any():
            found[start:end] = _viterbi(values[start:end])
    return found


def _viterbi(values: NDArray[np.float32]) -> NDArray[np.int64]:
    # Into O and B from anything, into I from O and from B and I of its own key: no table of all pairs is needed.
    n, labels = values.shape
    back = np.zeros((n, labels), np.int64)
    score = values[0].astype(np.float64)
    inner = np.arange(2, labels, 2)
    for t in range(1, n):
        top = int(score.argmax())
        came = np.full(labels, top)
        own = np.where(score[inner] >= score[inner - 1], inner, inner - 1)
        came[inner] = np.where(score[own] >= score[OUTSIDE], own, OUTSIDE)
        back[t] = came
        score = score[came] + values[t]
    out = np.zeros(n, np.int64)
    out[-1] = int(score.argmax())
    for t in range(n - 1, 0, -1):
        out[t - 1] = back[t, out[t]]
    return out


def to_tags(found: Sequence[Span], confidences: Sequence[float], chars: Characters, labels: Labels) -> tuple[Tag, ...]:
    """Spans as tags of the page's lines; a span that goes on joins the nearest earlier value of its key."""
    part: dict[int, int] = {}
    out = []
    for span, confidence in zip(found, confidences, strict=True):
        part[span.key] = part[span.key] + 1 if span.goes_on and span.key in part else 0
        start = int(chars.at[span.start])
        line, end = int(chars.line[span.start]), start + span.end - span.start
        key = labels.keys[span.key]
        out.append(Tag(line=line, start=start, end=end, key=key, confidence=round(confidence, 4), part=part[span.key]))
    return tuple(out)
