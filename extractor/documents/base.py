"""What a document type module provides, and the small types it speaks.

One module per document type: its cues (how a page shows what it is), its fields and how each is
found. Adding a type means one such module, its entry in ``fields.yaml`` and its tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, runtime_checkable

from extractor.model import Evidence, Field, Line, Page


@dataclass(frozen=True, slots=True)
class Cue:
    """How surely a page belongs to a type.

    ``role``: ``start`` when the page opens a document (title, cover), ``inside`` when it can
    only continue one. ``score`` 0..1; below 0.5 says nothing. ``number``: an identifier printed
    on the page that tells two documents of one type apart (certificate or patent number), else "".
    """

    score: float
    role: Literal["start", "inside"] = "start"
    title: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Extraction:
    """What a type module reads from the pages of one document."""

    fields: dict[str, Field]
    secondary: dict[str, Field] = field(default_factory=dict)
    title: str = ""
    excluded: str | None = None


class DocumentType(Protocol):
    """A document type: cues for classifying and splitting, and extraction of its fields."""

    type: str
    multi_page: bool
    """Whether pages without any cue of their own continue such a document."""

    def cue(self, page: Page) -> Cue | None:
        """How surely this page belongs to the type; None when nothing speaks for it."""
        ...

    def extract(self, pages: Sequence[Page]) -> Extraction:
        """The fields, from all pages of one document in order."""
        ...


@runtime_checkable
class OpensNew(Protocol):
    """A multi-page type that knows itself when a ``start`` page begins another document."""

    def opens_new(self, previous: Sequence[Page], page: Page) -> bool:
        """Whether ``page`` opens another document rather than continuing ``previous``."""
        ...


@runtime_checkable
class Continues(Protocol):
    """A multi-page type that knows itself whether a page without any cue of it can belong to it."""

    def continues(self, previous: Sequence[Page], page: Page) -> bool:
        """Whether ``page``, which shows no type, continues the document of ``previous``."""
        ...


def evidence(page: Page, line: Line, text: str | None = None) -> Evidence:
    """Evidence for a whole line (or the part of it given as ``text``)."""
    box = line.box if text is None else part_box(line, text)
    return Evidence(file=page.file, page=page.page, box=box, text=text if text is not None else line.text)


def part_box(line: Line, part: str) -> tuple[float, float, float, float]:
    """The box of a substring of a line by its character spans; the whole line where unknown."""
    start = line.text.find(part)
    if start < 0 or not part or len(line.spans) != len(line.text):
        return line.box
    inside = line.spans[start : start + len(part)]
    return (inside[0][0], line.box[1], inside[-1][1], line.box[3])
