"""Corrections applied: pages and corrections in, documents out. Nothing is changed in place, so leaving one out undoes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from extractor.documents.calibrated import calibrate
from extractor.documents.fusion_tags import Tagging
from extractor.documents.regions import split_page
from extractor.documents.split import Forced, PartKey, read_documents
from extractor.model import Document, FileInfo, Page
from extractor.review.errors import RevisionError
from extractor.review.fields import known_types
from extractor.review.in_field import corrected
from extractor.review.places import key_of, parts_of, said
from extractor.review.revisions import (
    ExclusionRevision,
    FieldRevision,
    JoinRevision,
    Revision,
    SplitRevision,
    Structural,
    TypeRevision,
)
from models.calibration import Calibration

_MOST_WAYS = 4


@dataclass(frozen=True, slots=True)
class Revised:
    """The documents as corrected, and the ids of corrections that a later one has made void."""

    documents: tuple[Document, ...]
    superseded: tuple[str, ...] = ()


class Papers:
    """Read pages and the documents in them, found once for each way of splitting.

    Finding documents takes by far most of the time, and a corrected field leaves them as they are: whoever judges a
    package again and again keeps this. May be used from several threads.

    Args:
        pages: all read pages, file by file.
        tagging: the field tagger that is heard beside the rules; None: none.
    """

    def __init__(self, pages: Sequence[Page], tagging: Tagging | None = None) -> None:
        self.pages = tuple(pages)
        self.tagging = tagging
        self._found: dict[tuple[tuple[str, ...], frozenset[tuple[PartKey, Forced]]], tuple[Document, ...]] = {}

    @cached_property
    def parts(self) -> dict[PartKey, Page]:
        """All papers of all pages that are not blank, by place."""
        return {
            (page.file, page.page, n): part
            for page in self.pages
            if page.source != "blank"
            for n, part in enumerate(split_page(page))
        }

    def know(self, names: Sequence[str], documents: Sequence[Document]) -> None:
        """Take over the uncorrected documents from an earlier time, as ``documents`` gave them."""
        self._found[(tuple(names), frozenset())] = tuple(documents)

    def documents(self, names: Sequence[str], forced: Mapping[PartKey, Forced]) -> tuple[Document, ...]:
        """The documents, uncorrected.

        Args:
            names: of the files.
            forced: what persons said about where documents begin and of what type they are.
        """
        key = (tuple(names), frozenset(forced.items()))
        found = self._found.get(key)
        if found is None:
            found = tuple(read_documents(self.pages, names, forced=forced, tagging=self.tagging))
            if len(self._found) >= _MOST_WAYS:
                self._found.clear()
            self._found[key] = found
        return found


def revised(
    pages: Sequence[Page],
    files: Sequence[FileInfo],
    revisions: Sequence[Revision],
    calibration: Calibration,
    papers: Papers | None = None,
) -> Revised:
    """The documents of a package with everything that persons corrected.

    Where documents begin and what they are comes first, then their fields. Later corrections win; one whose
    document a later split, join or change of type has taken away is ``superseded``.

    Args:
        pages: all read pages, file by file.
        files: the package's files, by number.
        revisions: oldest first.
        calibration: what confidences mean; a person's reading is sure whatever it says.
        papers: of the same pages, kept from an earlier time.

    Raises:
        RevisionError: what a correction is about is not there, or its value is none for that field.
    """
    names = [f.name for f in files]
    papers = papers or Papers(pages)
    if not revisions:
        return Revised(calibrate(papers.documents(names, {}), calibration))
    parts = papers.parts
    forced = _forced(revisions, files, parts)
    documents = papers.documents(names, forced)
    live, superseded = _still_there(revisions, files, documents, parts)
    documents = tuple(_document(d, live, files, documents, parts) for d in documents)
    return Revised(calibrate(documents, calibration), superseded)


def _forced(revisions: Sequence[Revision], files: Sequence[FileInfo], parts: dict[PartKey, Page]) -> dict[PartKey, Forced]:
    """What the corrections say about where documents begin and of what type they are."""
    found: dict[PartKey, Forced] = {}
    first = next(iter(parts), None)
    for revision in revisions:
        key = _key(revision, files, parts)
        before = found.get(key, Forced())
        match revision:
            case SplitRevision():
                found[key] = Forced(opens=True, type=_type(revision.document_type, revision) or before.type)
            case JoinRevision():
                if key == first:
                    raise RevisionError(f"{said(revision.place, files)}之前没有材料，不能并入前一份", revision.id)
                found[key] = Forced(opens=False)
            case TypeRevision():
                found[key] = replace(before, type=_type(revision.document_type, revision))
            case _:
                pass
    return found


def _type(name: str | None, revision: Revision) -> str | None:
    if name is not None and name not in known_types():
        raise RevisionError(f"没有“{name}”这类材料，请从列出的类型中选择", revision.id)
    return name


def _key(revision: Revision, files: Sequence[FileInfo], parts: dict[PartKey, Page]) -> PartKey:
    """The place of a correction as the package numbers its files now."""
    try:
        key = key_of(revision.place, files)
    except RevisionError as error:
        raise RevisionError(error.message, revision.id) from error
    if key not in parts:
        raise RevisionError(f"{said(revision.place, files)}没有可更正的内容（页码不存在或为空白页），请重新选择页面", revision.id)
    return key


def _still_there(
    revisions: Sequence[Revision], files: Sequence[FileInfo], documents: Sequence[Document], parts: dict[PartKey, Page]
) -> tuple[list[Revision], tuple[str, ...]]:
    """The corrections of documents that are there, and the ids of those whose document a later one took away."""
    taken = parts_of(documents)
    begins = {taken[d.id][0]: d for d in documents}
    live: list[Revision] = []
    superseded: list[str] = []
    for i, revision in enumerate(revisions):
        if isinstance(revision, SplitRevision | JoinRevision):
            continue
        document = begins.get(_key(revision, files, parts))
        wanted = revision.document_type if isinstance(revision, FieldRevision | TypeRevision) else None
        if document is not None and wanted in (None, document.type):
            live.append(revision)
        elif any(isinstance(later, Structural) for later in revisions[i + 1 :]):
            superseded.append(revision.id)
        else:
            raise RevisionError(
                f"{said(revision.place, files)}现在不是一份{'这类' if document else ''}材料的首页，请按现在的材料重新更正",
                revision.id,
            )
    return live, tuple(superseded)


def _document(
    document: Document,
    revisions: Sequence[Revision],
    files: Sequence[FileInfo],
    documents: Sequence[Document],
    parts: dict[PartKey, Page],
) -> Document:
    """One document with its corrections."""
    keys = parts_of(documents)[document.id]
    mine = [r for r in revisions if key_of(r.place, files) == keys[0]]
    if not mine:
        return document
    exclusions = [r for r in mine if isinstance(r, ExclusionRevision)]
    if exclusions:
        document = document.model_copy(update={"excluded": exclusions[-1].reason})
    return corrected(document, [r for r in mine if isinstance(r, FieldRevision)], files, parts, keys)
