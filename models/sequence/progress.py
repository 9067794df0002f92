"""How a training tells how far it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is. ``done``: 0..1; ``loss``: mean of the last steps; ``seconds``: spent; ``left``: estimated, or None."""

    done: float
    epoch: int
    step: int
    loss: float
    rate: float
    seconds: float
    left: float | None
    message: str = ""


Told = Callable[[Progress], None]
_EVERY = 2.0


class Teller:
    """Tells a listener at most every two seconds, and at each end of a stage (``message``)."""

    def __init__(self, told: Told) -> None:
        self.told = told
        self.began = time.monotonic()
        self.last = 0.0

    def __call__(self, done: float, *, epoch: int = 0, loss: float = 0.0, message: str = "") -> None:
        """``done``: share of the whole training, 0..1."""
        now = time.monotonic()
        if not message and now - self.last < _EVERY:
            return
        self.last = now
        spent = now - self.began
        left = spent / done * (1 - done) if done > 0.02 else None
        self.told(Progress(done, epoch, 0, loss, 0.0, spent, left, message))
