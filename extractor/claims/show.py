"""How values and places are written in reasons: plain Chinese, as a reviewer would say it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from extractor.claims.metrics import document_type
from extractor.model import Claim, Document, Evidence


@dataclass(frozen=True, slots=True)
class Places:
    """Names places: documents by id, and the file names (may be empty)."""

    documents: Mapping[str, Document]
    files: Sequence[str] = field(default=())

    def of(self, claim: Claim) -> str:
        """``审计报告 第6页``, with the file's name where known."""
        document = self.documents.get(claim.document)
        name = document_type(document.type) if document else "材料"
        if claim.scope == "parent":
            name += "（母公司报表）"
        elif claim.scope == "consolidated":
            name += "（合并报表）"
        return f"{name}{self._page(claim.evidence, document)}"

    def _page(self, evidence: Sequence[Evidence], document: Document | None) -> str:
        """`` 第6页（a.pdf）`` from the evidence, else from the document's first page."""
        if evidence:
            file, page = evidence[0].file, evidence[0].page
        elif document is not None and document.pages:
            file, page = document.pages[0].file, document.pages[0].page
        else:
            return ""
        name = f"（{self.files[file]}）" if file < len(self.files) else ""
        return f" 第{page}页{name}"

    def of_document(self, document: Document) -> str:
        """The document's type and first page."""
        return f"{document_type(document.type)}{self._page((), document)}"


def places(documents: Iterable[Document], files: Sequence[str] = ()) -> Places:
    """Places for these documents."""
    return Places({d.id: d for d in documents}, files)


def grouped(value: Decimal, decimals: int | None = None) -> str:
    """``81234500`` as ``81,234,500.00``; at most ``decimals``, or as many as it has."""
    if decimals is not None:
        value = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return f"{value:,f}"


def yuan(value: Decimal) -> str:
    """Money in yuan with cents."""
    return f"{grouped(value, 2)} 元"


def in_unit(value: Decimal, decimals: int, unit: str) -> str:
    """A value in the declared unit with its decimals."""
    gap = "" if unit in ("%", "") else " "
    return f"{grouped(value, decimals)}{gap}{unit}"


def listed(items: Iterable[str], most: int = 12) -> str:
    """The items joined by ``；``, the tail counted where there are many."""
    all_items = list(items)
    text = "；".join(all_items[:most])
    return text if len(all_items) <= most else f"{text}；等共 {len(all_items)} 件"
