"""Places of documents: from a document to its place, and from a place to the page it means now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from extractor.model import Box, Document, FileInfo
from extractor.review.errors import RevisionError
from extractor.review.revisions import Place, Spot

if TYPE_CHECKING:
    from extractor.documents.split import PartKey


def parts_of(documents: Sequence[Document]) -> dict[str, tuple[PartKey, ...]]:
    """Document id to the pages it takes, with which paper of the page; all documents of a package, in its order."""
    seen: dict[tuple[int, int], list[Box | None]] = {}
    out: dict[str, tuple[PartKey, ...]] = {}
    for document in documents:
        keys: list[PartKey] = []
        for ref in document.pages:
            regions = seen.setdefault((ref.file, ref.page), [])
            if ref.region not in regions:
                regions.append(ref.region)
            keys.append((ref.file, ref.page, regions.index(ref.region)))
        out[document.id] = tuple(keys)
    return out


def file_of(place: Place | Spot, files: Sequence[FileInfo]) -> int:
    """The number that the file of a place has now.

    Raises:
        RevisionError: the package no longer holds a file of that content.
    """
    if place.file < len(files) and files[place.file].sha256 == place.sha256:
        return place.file
    found = [i for i, f in enumerate(files) if f.sha256 == place.sha256]
    if not found:
        raise RevisionError("更正所针对的文件已被更换或移除，请撤销这条更正，按现有文件重新更正")
    return found[0]


def key_of(place: Place, files: Sequence[FileInfo]) -> PartKey:
    """The place as the package numbers its files now.

    Raises:
        RevisionError: as ``file_of``.
    """
    return (file_of(place, files), place.page, place.part)


def said(place: Place, files: Sequence[FileInfo]) -> str:
    """A place in Chinese: ``《证书.pdf》第3页``."""
    name = next((f.name for f in files if f.sha256 == place.sha256), "")
    some = f"的第{place.part + 1}份材料" if place.part else ""
    return f"《{name}》第{place.page}页{some}"
