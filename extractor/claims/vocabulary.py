"""What the policies call their figures: label, unit and kind of every metric they may ask for.

Read from the one vocabulary file that the policies use, so that every figure a form asks for can be declared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, cast

import yaml

Form = Literal["number", "flag", "tag", "date", "rank"]
"""How a value is written; a rank is a number or a grade (``A``)."""

_FILE = Path(__file__).parent.parent / "criteria" / "data" / "metrics.yaml"
_FORMS: Mapping[str, Form] = {"flag": "flag", "tag": "tag", "date": "date", "rank": "rank"}
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Term:
    """One metric of the policies. ``unit`` as there: ``万元``, ``%``, ``项`` …, ``date``, ``flag``, ``tag``."""

    key: str
    label: str
    unit: str
    form: Form


@lru_cache(maxsize=1)
def terms() -> Mapping[str, Term]:
    """All metrics by key, in the order of the file."""
    entries = cast("dict[str, dict[str, Any]]", yaml.load(_FILE.read_text("utf-8"), Loader=_LOADER))
    return {k: Term(k, str(e["label"]), str(e["unit"]), _FORMS.get(str(e["kind"]), "number")) for k, e in entries.items()}
