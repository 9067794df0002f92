"""A page as numbers: hashed character n-grams of its text, told apart by where they stand.

Every run of one to three characters counts twice: once wherever it stands, once with the coarse place of its line
(title, top, middle, bottom). So a word in the title differs from the same word in running text, and a moved line
changes little. Digits become one sign: figures and dates say nothing of the type. Hashing tricks: Weinberger et al.
2009 (arXiv:0902.2206). All steps are array operations: a dense page takes about a millisecond.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from extractor.model import Line, Page
from extractor.values.chinese import squeeze

BUCKETS = 1 << 15
"""Places for n-grams; the last ``_SHAPES`` of them are those of the page's shape."""
LONGEST = 3
"""Characters of the longest n-gram."""
MOST_CHARS = 6000
"""Characters of a page that count; the rest of an overfull page says nothing new."""
_SHAPES = 64
_TITLE, _TOP, _MIDDLE, _BOTTOM = 1, 2, 3, 4
_NUMBER = re.compile(r"[0-9０-９]+")
_LARGE = 1.4
_PRIME = np.uint64(0x9E3779B97F4A7C15)
_STEP = np.uint64(0x100000001B3)


@dataclass(frozen=True, slots=True)
class Features:
    """A sparse vector over ``BUCKETS``: ``index`` ascending int32, ``value`` float32, of the same length."""

    index: NDArray[np.int32]
    value: NDArray[np.float32]


def features(page: Page) -> Features:
    """The features of a page; without any text only those of its shape.

    The n-grams weigh 1 + ln(count) and have length 1 together; marks across the page (slanted lines) do not count.
    """
    lines = [line for line in page.lines if not line.slant and line.text.strip()]
    shape = _shape(page, lines)
    codes, places = _characters(lines)
    hashed = _ngrams(codes, places)
    index, count = np.unique(hashed, return_counts=True)
    value = 1.0 + np.log(count)
    if value.size:
        value = value / np.sqrt((value**2).sum())
    return Features(
        np.concatenate([index.astype(np.int32), shape]),
        np.concatenate([value, np.full(shape.size, 0.15)]).astype(np.float32),
    )


def _characters(lines: Sequence[Line]) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Code points and places of all characters; 0 stands between lines that are not on one row."""
    usual = _usual_height(lines)
    texts: list[str] = []
    places: list[int] = []
    total, last = 0, None
    for line in lines:
        text = _NUMBER.sub("0", squeeze(line.text)).lower()
        if last is not None and not _one_row(last, line):
            texts.append("\0")
            places.append(0)
        texts.append(text)
        places.extend([_place(line, usual)] * len(text))
        last, total = line, total + len(text)
        if total >= MOST_CHARS:
            break
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.uint64)
    return codes, np.asarray(places, dtype=np.uint64)


def _usual_height(lines: Sequence[Line]) -> float:
    """The height in which most characters of the page are printed, as a fraction of the page."""
    if not lines:
        return 0.0
    heights = np.array([line.height for line in lines])
    weights = np.array([len(line.text) for line in lines], dtype=np.float64)
    order = np.argsort(heights, kind="stable")
    upto = np.cumsum(weights[order])
    return float(heights[order][int(np.searchsorted(upto, upto[-1] / 2))])


def _one_row(a: Line, b: Line) -> bool:
    """Whether ``b`` stands on the row of ``a``: letter-spaced titles come as one line per character."""
    return abs(a.cy - b.cy) < 0.5 * min(a.height, b.height) and b.cx > a.cx


def _place(line: Line, usual: float) -> int:
    if line.height >= _LARGE * usual and line.cy < 0.7:
        return _TITLE
    return _TOP if line.cy < 0.3 else _BOTTOM if line.cy > 0.75 else _MIDDLE


def _ngrams(codes: NDArray[np.uint64], places: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Buckets of all n-grams that do not reach over a gap, each with and without its place."""
    found = []
    rolled = np.zeros(codes.size, dtype=np.uint64)
    whole = np.ones(codes.size, dtype=bool)
    for n in range(1, LONGEST + 1):
        size = codes.size - n + 1
        if size <= 0:
            break
        last = codes[n - 1 :]
        rolled = rolled[:size] * _STEP + last
        whole = whole[:size] & (last != 0)
        marked = rolled * np.uint64(8) + np.uint64(n)
        found += [_buckets(marked[whole]), _buckets((marked * np.uint64(8) + places[:size] + np.uint64(7919))[whole])]
    return np.concatenate(found) if found else np.zeros(0, dtype=np.uint64)


def _buckets(keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Spread keys over the buckets (Fibonacci hashing: the high bits of a product)."""
    mixed = (keys ^ (keys >> np.uint64(29))) * _PRIME
    return (mixed >> np.uint64(33)) % np.uint64(BUCKETS - _SHAPES)


def _shape(page: Page, lines: Sequence[Line]) -> NDArray[np.int32]:
    """One bucket for each of: number of lines, characters per line, share of digits and of letters, format of the page."""
    text = "".join(line.text for line in lines)
    digits = sum(c.isdigit() for c in text) / max(1, len(text))
    letters = sum(c.isascii() and c.isalpha() for c in text) / max(1, len(text))
    found = [
        min(7, len(lines).bit_length()),
        8 + min(7, int(len(text) / max(1, len(lines)) / 4)),
        16 + min(7, int(digits * 16)),
        24 + min(7, int(letters * 10)),
        32 + min(7, int(4 * page.width / max(1, page.height))),
    ]
    return np.asarray(found, dtype=np.int32) + np.int32(BUCKETS - _SHAPES)
