"""What the layouts of high-tech enterprise certificates share."""

from __future__ import annotations

from dataclasses import dataclass

from corpora.synth import markup as m

GOLD = "#b8860b"


@dataclass(frozen=True)
class Certificate:
    """Marked values of one certificate, and the bodies whose seals it bears."""

    holder: str
    number: str
    issued: str
    term: str
    bodies: tuple[str, str, str]


Body = tuple[list[str], bytes, bool, str]
"""Paragraphs, paper, whether landscape, margins."""


def seals_row(width: float) -> str:
    """The three seals side by side, each ``width`` cm."""
    return m.grid("1fr, 1fr, 1fr", *(m.centred(m.picture(f"s{k}.png", width)) for k in range(3)))
