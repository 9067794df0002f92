"""Which read document is which labelled one, and the classes by which papers are judged."""

from __future__ import annotations

from collections.abc import Sequence

from corpora.format import LabelledDocument
from eval.compare import same
from eval.records import NOT_EVIDENCE
from extractor.documents.kinds import kind_of
from extractor.model import Document

EVIDENCE_TYPES = frozenset(
    {
        "audit_report", "financial_statements", "rd_audit_report", "patent_certificate", "software_copyright",
        "trademark_certificate", "iso_certificate", "social_security_list", "business_license",
        "high_tech_certificate", "tax_return",
    }
)  # fmt: skip


def paper_class(document_type: str, excluded: object) -> str:
    """The type where the paper is evidence; else one class for all: attachments, notices, specimens, drafts.

    How nearly an attachment is named changes no verdict; that it proves nothing does.
    """
    return document_type if document_type in EVIDENCE_TYPES and not excluded else NOT_EVIDENCE


def is_evidence(document: Document) -> bool:
    """Whether a read document may prove something."""
    return paper_class(document.type, document.excluded) != NOT_EVIDENCE


def match(labelled: Sequence[LabelledDocument], read: Sequence[Document]) -> tuple[list[Document | None], list[Document]]:
    """Pair each labelled document of a file with at most one read document of the right type.

    The pairs that share most pages go first, among equals those whose fields agree most; a pair with
    labelled pages shares at least one.

    Returns:
        The read document for each label (None: not found), and the read documents left over.
    """
    pairs = sorted(
        (
            (-score[0], -score[1], i, j)
            for i, label in enumerate(labelled)
            for j, document in enumerate(read)
            if (score := _score(label, document)) is not None
        ),
    )
    found: list[Document | None] = [None] * len(labelled)
    taken: set[int] = set()
    for _, _, i, j in pairs:
        if found[i] is None and j not in taken:
            found[i] = read[j]
            taken.add(j)
    return found, [d for j, d in enumerate(read) if j not in taken]


def _score(label: LabelledDocument, document: Document) -> tuple[int, int] | None:
    """(pages shared, fields agreeing) of a pair that may belong together, else None."""
    # Attachments are named as nearly as possible; what matters is that they are no evidence.
    if label.type != document.type and (label.type in EVIDENCE_TYPES or is_evidence(document)):
        return None
    shared = len(set(label.pages or ()) & {p.page for p in document.pages})
    if label.pages and not shared:
        return None
    agreeing = sum(
        same(value, document.fields[key].value, kind_of(document.type, key).kind)
        for key, value in label.fields.items()
        if key in document.fields and not isinstance(value, dict)
    )
    return shared, agreeing + (label.type == document.type)
