"""Pictures of pages that look alike, among very many, without comparing each with each.

The 256 bits of a fingerprint are dealt out to 16 bands. Two fingerprints that differ in few bits agree wholly in
at least one band, so only those that share a band are compared. Up to 15 differing bits none is missed; at 24,
the most that counts as alike, about one in a hundred is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

ALIKE_BITS = 24
"""Fingerprints that differ in at most so many of 256 bits show the same page.

Measured on the shipped samples: a page compressed, halved, darkened or given a margin differs by 14 bits (median of
the worst of four); of all pairs of different pages the nearest differ by 48.
"""
_BANDS, _BITS = 16, 256
_CROWD = 400
"""A band value that more pages share says nothing (white space); their other bands still bring them together."""


def alike(looks: Sequence[str]) -> list[list[int]]:
    """Groups of places in ``looks`` whose pictures look alike, directly or by way of another; single ones left out.

    Args:
        looks: fingerprints of 64 hexadecimal digits.
    """
    if len(looks) < 2:
        return []
    raw = np.frombuffer(bytes.fromhex("".join(looks)), np.uint8).reshape(len(looks), _BITS // 8)
    words = raw.view(np.uint64)
    leader = list(range(len(looks)))

    def find(i: int) -> int:
        while leader[i] != i:
            leader[i] = leader[leader[i]]
            i = leader[i]
        return i

    for near in _near(words, raw):
        for a, b in near:
            leader[find(int(a))] = find(int(b))
    groups: dict[int, list[int]] = {}
    for i in range(len(looks)):
        groups.setdefault(find(i), []).append(i)
    return [g for g in groups.values() if len(g) > 1]


def _near(words: NDArray[np.uint64], raw: NDArray[np.uint8]) -> Iterator[NDArray[np.int64]]:
    """Pairs of rows within ``ALIKE_BITS``, by band."""
    bits = np.unpackbits(raw, axis=1)
    dealt = np.random.default_rng(20210506).permutation(_BITS).reshape(_BANDS, -1)
    for places in dealt:
        keys = np.ascontiguousarray(np.packbits(bits[:, places], axis=1)).view(np.uint16).ravel()
        order = np.argsort(keys, kind="stable")
        ordered = keys[order]
        _, inverse, counts = np.unique(ordered, return_inverse=True, return_counts=True)
        # Each place with the one k further on, as long as both lie in the same band value.
        first = np.flatnonzero(counts[inverse] <= _CROWD)
        k = 0
        while len(first):
            k += 1
            first = first[first + k < len(order)]
            first = first[ordered[first] == ordered[first + k]]
            a, b = order[first], order[first + k]
            close = np.bitwise_count(words[a] ^ words[b]).sum(axis=1) <= ALIKE_BITS
            yield np.column_stack((a[close], b[close]))
