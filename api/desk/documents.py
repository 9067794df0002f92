"""Documents, files, pages and materials as the desk shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from api.desk.shapes import (
    CheckShape,
    DocumentFieldShape,
    DocumentShape,
    EditableShape,
    FileShape,
    MaterialShape,
    OptionShape,
    PageRefShape,
    PageShape,
    PlaceShape,
    Spot,
    TypeShape,
)
from extractor.documents.kinds import kind_of
from extractor.intake import sniff
from extractor.model import Document, Evidence, Field, Result
from extractor.reports import labels, values, view
from extractor.review.fields import editable_fields, known_types
from extractor.review.places import parts_of

_PICTURED = frozenset({sniff.PDF, *sniff.IMAGES})


def spot(evidence: Evidence, document: str | None) -> Spot:
    """A place on a page; ``document`` is the id of the paper it lies on."""
    return Spot(file=evidence.file, page=evidence.page, box=evidence.box, text=evidence.text, document=document)


def places(result: Result) -> dict[str, PlaceShape]:
    """By document id, where it begins."""
    out = {}
    for ident, keys in parts_of(result.documents).items():
        file, page, part = keys[0]
        out[ident] = PlaceShape(file=file, sha256=result.files[file].sha256, page=page, part=part)
    return out


def document_shapes(result: Result) -> list[DocumentShape]:
    """All papers in the result's order."""
    where = places(result)
    return [_document(d, where[d.id]) for d in result.documents]


def file_shapes(result: Result) -> list[FileShape]:
    """All files as read."""
    return [
        FileShape(position=i, name=f.name, sha256=f.sha256, pages=f.pages, error=f.error, note=f.note, media_type=f.media_type)
        for i, f in enumerate(result.files)
    ]


def page_shapes(result: Result, pages: Sequence[Mapping[str, Any]]) -> list[PageShape]:
    """All pages with the paper that each belongs to.

    Args:
        result: the checked package.
        pages: ``results.Current.pages``.
    """
    papers: dict[tuple[int, int], Document] = {}
    for document in result.documents:
        for ref in document.pages:
            papers.setdefault((ref.file, ref.page), document)
    out = []
    for page in pages:
        paper = papers.get((page["file"], page["page"]))
        file = result.files[page["file"]]
        out.append(
            PageShape(
                **{k: page[k] for k in ("file", "page", "width", "height", "source", "note")},
                label=view.document_title(paper) if paper else (page["name"] or file.note or ""),
                document=paper.id if paper else None,
                picture=file.media_type in _PICTURED or page["source"] in ("ocr", "mixed"),
            )
        )
    return out


def check_shapes(result: Result) -> list[CheckShape]:
    """All checks, failures first."""
    return [
        CheckShape(check=c.check, label=labels.check_label(c.check), document=c.document, status=c.status, reason=c.reason)
        for c in view.checks_by_status(result)
    ]


def material_shapes(office: Sequence[Mapping[str, Any]]) -> list[MaterialShape]:
    """What each policy asks for, as it stands.

    Args:
        office: ``criteria.package.office_texts``.
    """
    return [
        MaterialShape(
            policy=policy["id"],
            name=m["name"],
            status=m["state"],
            status_label=m["word"],
            note=m["reason"],
            papers=list(m["documents"]),
            pages=[PageRefShape(**ref) for ref in m["pages"]],
        )
        for policy in office
        for m in policy["materials"]
    ]


def policy_dicts(result: Result) -> list[dict[str, Any]]:
    """The policies of the result, each with a title for people."""
    return [{**p, "title": p.get("name") or p["id"]} for p in result.policies]


def type_shapes() -> list[TypeShape]:
    """The document types that a paper can be given."""
    return [TypeShape(type=t, label=labels.document_label(t)) for t in known_types()]


def editable_shapes() -> dict[str, list[EditableShape]]:
    """By document type, the fields that a person can set."""
    return {
        t: [
            EditableShape(
                key=f.key,
                label=f.label,
                kind=f.kind,
                many=f.many,
                rows=f.rows,
                options=[OptionShape(value=value, label=label) for value, label in f.options],
            )
            for f in editable_fields(t)
        ]
        for t in known_types()
    }


def _document(document: Document, place: PlaceShape) -> DocumentShape:
    return DocumentShape(
        id=document.id,
        type=document.type,
        type_label=labels.document_label(document.type),
        title=document.title,
        confidence=document.confidence,
        excluded=document.excluded,
        place=place,
        pages=[PageRefShape(file=r.file, page=r.page) for r in document.pages],
        fields=_fields(document),
    )


def _fields(document: Document) -> list[DocumentFieldShape]:
    editable = {f.key: f.kind for f in editable_fields(document.type)}
    out = []
    for secondary, fields in ((False, document.fields), (True, document.secondary)):
        for key, field in fields.items():
            kind = editable.get(key)
            for period, own in field.periods.items() if field.periods else [(None, field)]:
                out.append(_field(document, key, period, own, secondary, kind))
    return out


def _field(
    document: Document, key: str, period: str | None, field: Field, secondary: bool, kind: str | None
) -> DocumentFieldShape:  # fmt: skip
    return DocumentFieldShape(
        key=key,
        label=labels.field_label(document.type, key),
        period=period,
        secondary=secondary,
        # Lists of persons and the like are long, private, and nobody corrects them cell by cell.
        value=field.value if kind is not None else None,
        text=values.field_text(key, field.value),
        kind=kind or kind_of(document.type, key).kind,
        confidence=field.confidence,
        method=field.method,
        note=field.note,
        evidence=[spot(e, document.id) for e in field.evidence],
    )
