"""Small readers of a document's fields, shared by the modules that turn papers into claims."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from extractor.claims.doubts import reading
from extractor.model import Document, Evidence, Field
from extractor.values.paper_fields import HOLDER_FIELD


def text(document: Document, key: str) -> str:
    """The field's text, or an empty string where it is missing or unreadable."""
    field = document.fields.get(key)
    return str(field.value).strip() if field is not None and field.value is not None else ""


def texts(document: Document, key: str) -> tuple[str, ...]:
    """The texts of a field that may repeat."""
    field = document.fields.get(key)
    if field is None or field.value is None:
        return ()
    values = field.value if isinstance(field.value, list | tuple) else [field.value]
    return tuple(str(v).strip() for v in values if v is not None and str(v).strip())


def holders(document: Document) -> tuple[str, ...]:
    """The names of those whose paper it is; empty where not read."""
    key = HOLDER_FIELD.get(document.type)
    return texts(document, key) if key else ()


def holder_confidence(document: Document) -> float:
    """How surely the holder's name was read; 0 where it was not."""
    field = document.fields.get(HOLDER_FIELD.get(document.type, ""))
    return reading(field) if field is not None and field.value is not None else 0.0


def day(document: Document, key: str) -> date | None:
    """An ISO date field, or None where it is missing, unreadable or not a whole date."""
    try:
        return date.fromisoformat(text(document, key))
    except ValueError:
        return None


def evidence(document: Document, keys: Iterable[str]) -> tuple[Evidence, ...]:
    """The evidence of the fields, in the order of ``keys``, each place once."""
    found = [e for k in keys if (f := document.fields.get(k)) is not None for e in f.evidence]
    return tuple(dict.fromkeys(found))


def lowest(fields: Iterable[Field | None], otherwise: float = 0.0) -> float:
    """The lowest confidence of the fields that are there."""
    return min((f.confidence for f in fields if f is not None), default=otherwise)
