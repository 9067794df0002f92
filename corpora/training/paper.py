"""What a paper says, before it is arranged on a sheet: statements with labels, sentences, tables, heads and feet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from corpora.training.pen import Rich


@dataclass(frozen=True)
class Entry:
    """One statement: label and value, in Chinese and perhaps in English too."""

    label: str
    value: Rich
    label_en: str = ""
    value_en: Rich = ()


@dataclass(frozen=True)
class Grid:
    """A table: heading, rows of cells (as many as heads), alignment of all but the first columns."""

    head: tuple[str, ...]
    rows: tuple[tuple[Rich, ...], ...]
    widths: tuple[float, ...] = ()
    """Shares of the width; empty: by the texts."""
    align: Literal["left", "center", "right"] = "center"


@dataclass
class Paper:
    """A paper's content. ``top``: small texts beside the title; ``foot``: issuer, date, signature; ``notes``: small print.

    ``entries`` may be shuffled and arranged at will; ``body`` is running text.
    """

    type: str
    title: Rich = ()
    title_en: Rich = ()
    entries: list[Entry] = field(default_factory=list)
    body: list[Rich] = field(default_factory=list)
    top: list[Rich] = field(default_factory=list)
    foot: list[Rich] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    below: list[Rich] = field(default_factory=list)
    """Lines below the tables (totals, remarks)."""
    marks: list[Rich] = field(default_factory=list)
    """Texts in logos, put anywhere near the edge."""
    name: str = ""
    """The variety, for ``layout``."""
    starts: bool = True
    ordered: bool = False
    """The entries keep their order."""
    plain: bool = False
    """Running text: neither columns nor side bars."""
