"""Three values: met, not met, undetermined. Undetermined is never met."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

Status = Literal["met", "not_met", "undetermined"]

MET: Final = "met"
NOT_MET: Final = "not_met"
OPEN: Final = "undetermined"


def at_least(need: int, statuses: Sequence[Status]) -> Status:
    """``need`` of them are met. All: ``need`` is their number; any: 1.

    >>> at_least(2, ["met", "undetermined", "not_met"])
    'undetermined'
    """
    met = statuses.count(MET)
    if met >= need:
        return MET
    return OPEN if met + statuses.count(OPEN) >= need else NOT_MET


def both(*statuses: Status) -> Status:
    """All of them are met."""
    return at_least(len(statuses), statuses)
