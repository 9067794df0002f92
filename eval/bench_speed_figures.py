"""What the speed benchmark computes from its measurements: pure functions."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from eval.text_errors import TextErrors, plain

T = TypeVar("T")


def chunks(items: Sequence[T], size: int) -> list[list[T]]:
    """``items`` in order, ``size`` at a time; the last chunk may be shorter."""
    return [list(items[k : k + size]) for k in range(0, len(items), max(1, size))]


def spread(total: int, n: int) -> list[int]:
    """``n`` different indexes spread evenly over ``range(total)``; all of them where ``n`` is 0 or too large."""
    if n <= 0 or n >= total:
        return list(range(total))
    return [(2 * k + 1) * total // (2 * n) for k in range(n)]


def turns(names: Sequence[str], turn: int) -> list[str]:
    """``names`` in another order at every turn, so that none always comes first."""
    start = turn % max(1, len(names))
    return [*names[start:], *names[:start]]


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times as fast: all chunks together, and the least and the most of single chunks."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        """As shown in tables."""
        return f"{self.value:.2f} ({self.low:.2f}–{self.high:.2f})"


def speed_ratio(ours: Sequence[float], theirs: Sequence[float]) -> Ratio:
    """Our pages per second over theirs, from the seconds of the same chunks (at least one, none of them nil)."""
    single = [b / a for a, b in zip(ours, theirs, strict=True)]
    return Ratio(sum(theirs) / sum(ours), min(single), max(single))


def estimate(seconds: float, read: int, total: int) -> float:
    """Seconds for ``total`` pages when ``read`` of them, spread evenly, took ``seconds``."""
    return seconds / read * total if read else 0.0


def slope(points: Sequence[tuple[float, float]]) -> float:
    """The rise per unit of the straight line nearest to the points (least squares); 0 for fewer than two places."""
    if len({x for x, _ in points}) < 2:
        return 0.0
    return float(statistics.linear_regression([x for x, _ in points], [y for _, y in points]).slope)


def level_at(points: Sequence[tuple[float, float]], share: float, nearest: int = 5) -> float:
    """The median height of the ``nearest`` points around ``share`` (0..1) of the way; points in order, at least one."""
    at = points[-1][0] * share
    return statistics.median(y for _, y in sorted(points, key=lambda p: abs(p[0] - at))[:nearest])


def loose_errors(true: Sequence[str], read: Sequence[str]) -> TextErrors:
    """Character errors without any places: for readers that give bare text, in whatever order.

    Follows the flexible character accuracy of Clausner, Pletschacher and Antonacopoulos (2020): again and again
    the longest true line left takes the stretch of the read text that is most like it, each stretch once;
    where the read line is the shorter one it takes its part of the true line. It flatters a little: a lost
    figure may be found in another's place.

    Args:
        true: the true lines.
        read: the read lines, any order, cut anywhere.

    Returns:
        ``errors``: edits within the pairs and true characters without a pair; ``extra``: read characters left over.
    """
    left, right = [t for t in map(plain, true) if t], [r for r in map(plain, read) if r]
    characters, errors = sum(map(len, left)), 0
    while left:
        line = left.pop(max(range(len(left)), key=lambda k: len(left[k])))
        best, gain = None, 0
        for k, other in enumerate(right):
            if min(len(line), len(other)) <= gain:
                continue
            a, b, edits = _fit(line, other)
            if a[1] - a[0] - edits > gain:
                best, gain = (k, a, b, edits), a[1] - a[0] - edits
        if best is None:
            errors += len(line)
            continue
        k, a, b, edits = best
        errors += edits
        other = right.pop(k)
        left += [part for part in (line[: a[0]], line[a[1] :]) if part]
        right += [part for part in (other[: b[0]], other[b[1] :]) if part]
    return TextErrors(characters, errors, sum(map(len, right)))


def _fit(a: str, b: str) -> tuple[tuple[int, int], tuple[int, int], int]:
    """The stretches of ``a`` and ``b`` that are most alike, the shorter text as a whole, and the edits between them."""
    found = fuzz.partial_ratio_alignment(a, b)
    if found is None or found.src_end <= found.src_start:
        return (0, 0), (0, 0), 0
    one, other = (found.src_start, found.src_end), (found.dest_start, found.dest_end)
    return one, other, Levenshtein.distance(a[slice(*one)], b[slice(*other)])


def in_columns(rows: Sequence[Sequence[str]]) -> str:
    """Rows of a table as text: the first column to the left, the others to the right."""
    widths = [max(len(row[k]) for row in rows if k < len(row)) for k in range(max(map(len, rows)))]
    lines = []
    for row in rows:
        cells = [cell.rjust(widths[k]) if k else cell.ljust(widths[k]) for k, cell in enumerate(row)]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines) + "\n"
