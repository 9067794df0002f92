"""Windows over the characters of a page: whole lines, overlapping, so that each character is seen with its surroundings."""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Window:
    """Characters ``start`` to ``end`` are seen; of ``own_start`` to ``own_end`` the answer counts (all ends exclusive)."""

    start: int
    end: int
    own_start: int
    own_end: int


def windows(first: NDArray[np.int64], size: int, overlap: int) -> list[Window]:
    """Cut a page's characters into windows at line starts; the owned parts follow each other without a gap.

    Args:
        first: (characters,) 1 where a line begins.
        size: the most characters of a window; a line that is longer is cut.
        overlap: how many characters of the window before are seen again, at most (whole lines). Less than half of ``size``.
    """
    starts = [int(i) for i in np.flatnonzero(first)]
    seen = list(_seen(len(first), starts, size, overlap))
    # Of what two windows see the first half belongs to the first: both ends then have some surroundings.
    cuts = [_nearest(starts, a[1], b[0]) for a, b in itertools.pairwise(seen)]
    owned = zip([0, *cuts], [*cuts, len(first)], strict=True)
    return [Window(*s, *o) for s, o in zip(seen, owned, strict=bool(seen))]


def _seen(n: int, starts: list[int], size: int, overlap: int) -> list[tuple[int, int]]:
    out = []
    start = 0
    while start < n:
        end = n
        if n - start > size:
            # The last line that begins within the window begins the next; a line that fills the window is cut.
            last = starts[bisect_right(starts, start + size) - 1]
            end = last if last > start + overlap else start + size
        out.append((start, end))
        if end == n:
            break
        again = bisect_left(starts, end - overlap)
        start = starts[again] if again < len(starts) and starts[again] < end else end
    return out


def _nearest(starts: list[int], end: int, start: int) -> int:
    middle = (end + start) / 2
    inside = starts[bisect_left(starts, start) : bisect_right(starts, end)]
    return min(inside, key=lambda s: abs(s - middle), default=end)
