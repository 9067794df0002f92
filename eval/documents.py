"""Score read documents against labels: document types, and field exact match."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from eval.compare import kind_of, same
from extractor.model import Document

EVIDENCE_TYPES = frozenset(
    {
        "audit_report", "financial_statements", "rd_audit_report", "patent_certificate", "software_copyright",
        "trademark_certificate", "iso_certificate", "social_security_list", "business_license",
        "high_tech_certificate", "tax_return",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Miss:
    """A labelled document or field that was not read as labelled."""

    file: str
    type: str
    field: str
    expected: Any
    read: Any
    confidence: float = 0.0


@dataclass(slots=True)
class Score:
    """Counts per document type; ``misses`` say where."""

    types: dict[str, list[int]] = field(default_factory=dict)
    """type: [right, labelled]; documents found that nobody labelled count as labelled and not right."""
    fields: dict[str, list[int]] = field(default_factory=dict)
    misses: list[Miss] = field(default_factory=list)

    def type_accuracy(self) -> float:
        """Share of documents with the right type, over labelled and spurious ones."""
        return _share(self.types)

    def field_accuracy(self) -> float:
        """Share of labelled fields (statement rows per period) that are exactly right."""
        return _share(self.fields)


def _share(counts: Mapping[str, Sequence[int]]) -> float:
    total = sum(c[1] for c in counts.values())
    return sum(c[0] for c in counts.values()) / total if total else 1.0


def _count(counts: dict[str, list[int]], key: str, right: bool) -> None:
    pair = counts.setdefault(key, [0, 0])
    pair[0] += right
    pair[1] += 1


def score_file(score: Score, name: str, labelled: Sequence[Mapping[str, Any]], read: Sequence[Document]) -> None:
    """Add one file: its labelled documents and those that were read in it."""
    left = list(read)
    for label in labelled:
        kind = str(label["type"])
        match = _match(label, left)
        _count(score.types, kind, match is not None)
        if match is None:
            score.misses.append(Miss(name, kind, "type", kind, [d.type for d in read]))
            for key, value in label.get("fields", {}).items():
                for part in value if isinstance(value, dict) else [key]:
                    _count(score.fields, kind, False)
                    score.misses.append(Miss(name, kind, f"{key}.{part}" if part != key else key, value, None))
            continue
        left.remove(match)
        _score_fields(score, name, kind, label.get("fields", {}), match)
    for extra in left:
        if extra.type in EVIDENCE_TYPES and extra.excluded is None:
            _count(score.types, extra.type, False)
            score.misses.append(Miss(name, extra.type, "type", None, extra.title, extra.confidence))


def _match(label: Mapping[str, Any], left: Sequence[Document]) -> Document | None:
    fitting = [d for d in left if d.type == label["type"]]
    if not fitting and label["type"] not in EVIDENCE_TYPES:
        # Attachments are named as nearly as possible; what matters is that they are no evidence.
        fitting = [d for d in left if d.type not in EVIDENCE_TYPES or d.excluded is not None]
    pages = set(label.get("pages") or ())
    if not pages:
        return max(fitting, key=lambda d: _agreeing(label, d), default=None)
    return max(fitting, key=lambda d: (len(pages & {p.page for p in d.pages}), _agreeing(label, d)), default=None)


def _agreeing(label: Mapping[str, Any], document: Document) -> int:
    fields = label.get("fields", {})
    return sum(
        same(value, document.fields[key].value, kind_of(document.type, key))
        for key, value in fields.items()
        if key in document.fields and not isinstance(value, dict)
    )


def _score_fields(score: Score, name: str, kind: str, labels: Mapping[str, Any], document: Document) -> None:
    for key, expected in labels.items():
        found = document.fields.get(key)
        value = found.value if found is not None else None
        confidence = found.confidence if found is not None else 0.0
        parts = expected.items() if isinstance(expected, dict) else [("", expected)]
        for period, want in parts:
            got = (value.get(period) if isinstance(value, dict) else None) if period else value
            right = same(want, got, kind_of(kind, key))
            _count(score.fields, kind, right)
            if not right:
                score.misses.append(Miss(name, kind, f"{key}.{period}" if period else key, want, got, confidence))
