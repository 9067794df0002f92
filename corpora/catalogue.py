"""The field catalogue (``fields.yaml``) as corpora need it: document types, field keys, kinds.

The catalogue itself belongs to the reading of documents; here it is read as data only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import yaml

ATTACHMENTS = frozenset(
    {
        "standard_document",
        "product_certificate",
        "rd_institution_approval",
        "market_share_proof",
        "credit_report",
        "award_certificate",
        "contract",
        "other",
        "blank",
    }
)
"""Document types without fields: recognised and kept as attachments, and blank pages."""

_ENUM = re.compile(r"enum\((.*)\)")
_ROW = re.compile(r"row\((.*)\)")


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field of a document type.

    ``kind`` is the bare kind (``enum``, ``row`` without their brackets), ``options`` the values of an
    enum or the columns of a row; ``many``: the value is a list; ``rows``: one number per period.
    """

    key: str
    label: str
    kind: str
    many: bool = False
    rows: bool = False
    options: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def catalogue() -> dict[str, dict[str, FieldSpec]]:
    """Document type to its fields by key, in the order of ``fields.yaml``."""
    raw: dict[str, dict[str, dict[str, object]]] = yaml.safe_load(
        (files("extractor.documents") / "fields.yaml").read_text(encoding="utf-8")
    )
    made = {kind: {key: _spec(key, value) for key, value in fields.items()} for kind, fields in raw.items()}
    # Rows of bare statements are those of audit reports (a comment of fields.yaml says so).
    for key, spec in made["audit_report"].items():
        if spec.rows:
            made["financial_statements"].setdefault(key, spec)
    return made


def known_types() -> frozenset[str]:
    """Every document type that a label may name."""
    return frozenset(catalogue()) | ATTACHMENTS


def spec_of(document_type: str, key: str) -> FieldSpec | None:
    """The field of a type, or None where the catalogue has none of that key."""
    return catalogue().get(document_type, {}).get(key)


def all_fields() -> dict[str, FieldSpec]:
    """Every field key once, as its first type has it."""
    out: dict[str, FieldSpec] = {}
    for fields in catalogue().values():
        for key, spec in fields.items():
            out.setdefault(key, spec)
    return out


def _spec(key: str, value: dict[str, object]) -> FieldSpec:
    written = str(value.get("kind", "text"))
    found = _ENUM.fullmatch(written) or _ROW.fullmatch(written)
    return FieldSpec(
        key=key,
        label=str(value.get("label", key)),
        kind=written.partition("(")[0],
        many=bool(value.get("many")),
        rows=bool(value.get("rows")),
        options=tuple(part.strip() for part in found[1].split(",")) if found else (),
    )
