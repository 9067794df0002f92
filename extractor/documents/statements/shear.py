"""How far a page leans or falls, told by what lines up once that is taken out."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise


def best_shear(points: Sequence[tuple[float, float]], steps: Sequence[float], close: float, clear: int) -> float:
    """The step at which most points share their place with a neighbour; 0 unless clearly better than none.

    Args:
        points: (place along which they should line up, place by which they are moved).
        steps: shears to try, 0 among them.
        close: places nearer than this are the same.
        clear: by how many pairs, beyond a quarter more, the best must be better than 0.
    """
    scores = [(_shared(points, s, close), s) for s in steps]
    best = max(score for score, _ in scores)
    none = next(score for score, s in scores if s == 0.0)
    if best < 1.25 * none + clear:
        return 0.0
    plateau = [s for score, s in scores if score >= 0.95 * best]
    return plateau[len(plateau) // 2]


def _shared(points: Sequence[tuple[float, float]], shear: float, close: float) -> int:
    """How many points have a neighbour at the same place once the shear is taken out."""
    places = sorted(a - shear * b for a, b in points)
    return sum(y - x < close for x, y in pairwise(places))
