"""The field catalogue (``fields.yaml``) at run time: what kind of value a field holds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml


@dataclass(frozen=True, slots=True)
class FieldKind:
    """A field's kind as in the catalogue; ``rows``: one figure per period of a statement; ``many``: a list of values.

    ``label``: what people call it.
    """

    kind: str = "text"
    rows: bool = False
    many: bool = False
    label: str = ""


@lru_cache(maxsize=1)
def catalogue() -> dict[str, dict[str, dict[str, Any]]]:
    """Document type, field key, its label, kind and whether it repeats."""
    text = (files("extractor.documents") / "fields.yaml").read_text(encoding="utf-8")
    loaded: dict[str, dict[str, dict[str, Any]]] = yaml.safe_load(text)
    # Rows of bare statements are those of audit reports.
    for key, spec in loaded["audit_report"].items():
        if spec.get("rows"):
            loaded["financial_statements"].setdefault(key, spec)
    return loaded


def kind_of(document_type: str, key: str) -> FieldKind:
    """A field's kind; ``text`` where the catalogue does not know it."""
    spec = catalogue().get(document_type, {}).get(key, {})
    return FieldKind(
        str(spec.get("kind", "text")), bool(spec.get("rows")), bool(spec.get("many")), str(spec.get("label", ""))
    )  # fmt: skip
