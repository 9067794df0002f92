"""The field tagger's tags on the pages of one document, as values with their places.

Tags are made once per page and kept: a package is concluded several times while pages are read for it (``triage``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from extractor.documents.finders import Value, field_of
from extractor.documents.fusion_values import parse, readable
from extractor.documents.registry import STATEMENT_FAMILY
from extractor.documents.rows import Glyph, Run, rows
from extractor.model import Box, Field, Line, Page, Tag
from models.calibration.groups import TAGGER

FRONT_PAGES = 6
"""Of reports and returns only so many first pages are tagged: entity, firm, number and date stand there."""
LIST_PAGES = 2
"""Of lists the first and the last so many."""
OTHER_PAGES = 4
"""Of certificates, licences and anything else."""
_LISTS = frozenset({"social_security_list"})
_REPORTS = STATEMENT_FAMILY | {"tax_return"}
_NEVER = frozenset({"application_form"})
"""What an enterprise says of itself is read by its own rules alone."""


class Tagger(Protocol):
    """Finds fields on a page (``models.field_tagger``)."""

    def tag(self, page: Page) -> tuple[Tag, ...]:
        """The stretches of ``page.lines`` that hold fields, in reading order."""
        ...


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which confidence on a tag counts (``docs/fusion.md``): chosen on development data, never on held-out layouts.

    ``agree``: to confirm a rule's value. ``dispute``: to throw doubt on one. ``fill``: to fill a field that the rules left
    empty. ``fill_deciding``: the same for fields on which verdicts rest, and to replace a value that a check refutes.
    """

    agree: float = 0.50
    dispute: float = 0.90
    fill: float = 0.90
    fill_deciding: float = 0.97


@dataclass(frozen=True, slots=True)
class Mention:
    """A value that the tagger found. ``confidence``: the least of its tags', without that of the reading."""

    key: str
    value: Any
    place: Value
    confidence: float

    def field(self, note: str | None = None) -> Field:
        """As a field; its confidence is the tags' times the lines', at most 0.6 where a seal makes readings differ."""
        return field_of(self.place, self.value, method=TAGGER, sure=self.confidence, note=note)


def together(found: Sequence[Mention]) -> Mention:
    """One mention of a field that repeats: the values of all, each once, as sure as the least sure."""
    values: list[Any] = []
    for mention in found:
        values += [v for v in (mention.value if isinstance(mention.value, list) else [mention.value]) if v not in values]
    first = found[0]
    runs = tuple(run for m in found for run in m.place.runs)
    return Mention(first.key, values, replace(first.place, runs=runs), min(m.confidence for m in found))


@dataclass(slots=True)
class Tagging:
    """A tagger for one package. ``name``: what it is, for the result. May be used from several threads."""

    tagger: Tagger
    name: str = ""
    thresholds: Thresholds = Thresholds()
    _known: dict[tuple[int, int, int, Box | None], tuple[tuple[Line, ...], tuple[Tag, ...]]] = field(default_factory=dict)

    def guess(self, page: Page) -> tuple[str, float, float] | None:
        """A page's likeliest type, its probability, and that of a document beginning there; None where nothing tells."""
        asked = getattr(self.tagger, "guess", None)
        if asked is None or page.deferred or page.source in ("sheet", "blank") or not page.lines:
            return None
        found: tuple[str, float, float] | None = asked(page)
        return found

    def tags(self, page: Page) -> tuple[Tag, ...]:
        """The tags of a page; none where it was only looked at, is a spreadsheet or holds no text."""
        if page.deferred or page.source in ("sheet", "blank") or not page.lines:
            return ()
        key = (page.file, page.page, page.part, page.region)
        known = self._known.get(key)
        # The same place may have other lines: read in full meanwhile, or corrected by a person.
        if known is None or known[0] != page.lines:
            known = self._known[key] = (page.lines, tuple(self.tagger.tag(page)))
        return known[1]


def tagged_pages(document_type: str, pages: Sequence[Page]) -> list[Page]:
    """The pages of a document on which its fields can stand, so that long papers cost no more than short ones."""
    if document_type in _NEVER:
        return []
    if document_type in _REPORTS:
        return list(pages[:FRONT_PAGES])
    if document_type in _LISTS:
        return list(pages) if len(pages) <= 2 * LIST_PAGES else [*pages[:LIST_PAGES], *pages[-LIST_PAGES:]]
    return list(pages[:OTHER_PAGES])


def mentions(document_type: str, pages: Sequence[Page], tagging: Tagging) -> dict[str, list[Mention]]:
    """What the tagger read of a document, by field, in reading order; what no parser accepts is left out.

    Args:
        document_type: by which fields there are and how they are parsed.
        pages: the document's pages without slanted lines.
        tagging: the package's tags.
    """
    found: dict[str, list[Mention]] = {}
    for page in tagged_pages(document_type, pages):
        for key, runs, confidence in _stretches(page, document_type, tagging.tags(page)):
            place = Value(key, runs, 1.0, "pattern")
            value = parse(document_type, key, place.text)
            if value not in (None, "", []):
                found.setdefault(key, []).append(Mention(key, value, place, confidence))
    return found


def _stretches(page: Page, document_type: str, tags: Sequence[Tag]) -> list[tuple[str, tuple[Run, ...], float]]:
    """Key, printed rows and least confidence of each tagged value; tags that go on from a row before are joined."""
    wanted = [tag for tag in tags if readable(document_type, tag.key) and 0 <= tag.line < len(page.lines)]
    if not wanted:
        return []
    glyphs = _glyphs_by_line(page)
    out: list[tuple[str, list[Run], float]] = []
    last: dict[str, int] = {}
    for tag in wanted:
        own = glyphs.get(id(page.lines[tag.line]), ())
        run = Run(page, tuple(g for g in own if tag.start <= g.place < tag.end))
        if not run:
            continue
        if tag.part and tag.key in last:
            key, runs, confidence = out[last[tag.key]]
            out[last[tag.key]] = (key, [*runs, run], min(confidence, tag.confidence))
        else:
            last[tag.key] = len(out)
            out.append((tag.key, [run], tag.confidence))
    return [(key, tuple(runs), confidence) for key, runs, confidence in out]


def _glyphs_by_line(page: Page) -> Mapping[int, list[Glyph]]:
    """The printed characters of each line by the line's ``id``, in the order of its text."""
    found: dict[int, list[Glyph]] = {}
    for row in rows(page):
        for glyph in row.glyphs:
            found.setdefault(id(glyph.line), []).append(glyph)
    for glyphs in found.values():
        glyphs.sort(key=lambda g: g.place)
    return found
