"""A corrected package as labels in the corpus format (``docs/corpora.md``): what persons looked at, and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from extractor.model import Document, Field, FileInfo, Frozen, Result
from extractor.review.places import key_of, parts_of
from extractor.review.revisions import ExclusionRevision, FieldRevision, Place, Revision, TypeRevision


class Confirmed(Frozen):
    """A document whose type and pages a person found right, and its fields found right: (key, period or None)."""

    place: Place
    fields: tuple[tuple[str, str | None], ...] = ()


def labels_of(
    result: Result,
    revisions: Sequence[Revision],
    *,
    confirmed: Sequence[Confirmed] = (),
    findings: Collection[tuple[str, str]] = (),
    superseded: Collection[str] = (),
) -> list[dict[str, Any]]:
    """One line for the package, and one for each file of which a person confirmed or corrected something.

    Args:
        result: the package concluded with these corrections.
        revisions: the corrections; what they say is confirmed.
        confirmed: what persons found right without correcting it.
        findings: (metric, period) of the findings whose verdict a person accepted.
        superseded: ids of corrections that count no longer (``apply.Revised``).

    Files are ``files/<name>``. A file of which only some documents are labelled has ``"partial": true``.
    """
    package = {
        "package": "files",
        "enterprise": _enterprise(result),
        "findings": [
            {"metric": f.metric, "period": f.period, "verdict": f.verdict.value}
            for f in result.findings
            if (f.metric, f.period) in findings
        ],
    }
    seen = _seen(result, [r for r in revisions if r.id not in superseded], confirmed)
    lines = [line for i, file in enumerate(result.files) if (line := _line(result, i, file, seen))]
    return [{k: v for k, v in package.items() if v}, *lines]


def _enterprise(result: Result) -> str | None:
    return result.package.uscc or result.package.enterprise


def _seen(
    result: Result, revisions: Sequence[Revision], confirmed: Sequence[Confirmed]
) -> dict[str, set[tuple[str, str | None]]]:
    """Document id to the fields that a person looked at; documents that nobody looked at are not there."""
    parts = parts_of(result.documents)
    begins = {keys[0]: ident for ident, keys in parts.items()}
    found: dict[str, set[tuple[str, str | None]]] = {}
    for entry in confirmed:
        if (ident := begins.get(key_of(entry.place, result.files))) is not None:
            found.setdefault(ident, set()).update(entry.fields)
    for revision in revisions:
        ident = begins.get(key_of(revision.place, result.files))
        if ident is None:
            continue  # a join: what stands here is part of another document
        if isinstance(revision, TypeRevision | ExclusionRevision):
            found.setdefault(ident, set())
        if isinstance(revision, FieldRevision) and not revision.secondary:
            found.setdefault(ident, set()).add((revision.field, revision.period))
    return found


def _line(result: Result, index: int, file: FileInfo, seen: dict[str, set[tuple[str, str | None]]]) -> dict[str, Any]:
    """The line of one file; empty where nobody looked at any of its documents."""
    mine = [d for d in result.documents if any(p.file == index for p in d.pages)]
    looked = [d for d in mine if d.id in seen]
    if not looked:
        return {}
    line: dict[str, Any] = {
        "file": f"files/{file.name}",
        "enterprise": _enterprise(result),
        "documents": [_document(d, index, seen[d.id]) for d in looked],
        "partial": len(looked) < len(mine),
    }
    return {k: v for k, v in line.items() if v}


def _document(document: Document, file: int, wanted: set[tuple[str, str | None]]) -> dict[str, Any]:
    """One document as far as it lies in a file; a field is labelled in the file where it stands."""
    made: dict[str, Any] = {
        "type": document.type,
        "pages": sorted({p.page for p in document.pages if p.file == file}),
        "fields": _fields(document, file, wanted),
    }
    return {**made, "excluded": True} if document.excluded is not None else made


def _fields(document: Document, file: int, wanted: set[tuple[str, str | None]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, period in sorted(wanted, key=lambda x: (x[0], x[1] or "")):
        field = document.fields.get(key)
        own = (field.periods or {}).get(period) if field is not None and period is not None else field
        if _file_of(document, own) != file:
            continue
        value = None if own is None else own.value
        if period is None:
            found[key] = value
        else:
            found.setdefault(key, {})[period] = value
    return found


def _file_of(document: Document, field: Field | None) -> int:
    """The file where a field stands, else the one where its document begins."""
    return field.evidence[0].file if field is not None and field.evidence else document.pages[0].file
