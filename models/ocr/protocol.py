"""What a text engine is: an upright or turned page image in, lines of text out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
"""RGB, shape (height, width, 3), uint8."""

Quad = NDArray[np.float32]
"""Four corners (x, y) in pixels, clockwise from the line's own top left; shape (4, 2)."""


class EngineError(Exception):
    """A text engine cannot run; the message says what to install or change."""


class WeightsError(EngineError):
    """Model weights are missing or are not the ones that were tested."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """A recognised line.

    ``spans`` holds the start and end of every character of ``text`` along the line,
    as fractions 0..1 of its width from its own left edge.
    """

    text: str
    confidence: float
    quad: Quad
    spans: tuple[tuple[float, float], ...] = ()


class TextEngine(Protocol):
    """Two engines, one protocol. Not thread-safe: one engine per process."""

    name: str
    version: str

    def read(self, image: Image) -> list[TextLine]:
        """Find and recognise all lines of a page, top to bottom, left to right."""
        ...

    def recognise(self, crops: Sequence[Image]) -> list[TextLine]:
        """Recognise already cut, upright line images; the quads are the crops' own corners."""
        ...

    def turn_votes(self, crops: Sequence[Image]) -> list[float]:
        """For each line image, the probability (0..1) that it stands upside down."""
        ...
