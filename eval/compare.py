"""Whether a field as read equals its label, normalised by the field's kind (``fields.yaml``)."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from extractor.values.chinese import squeeze, to_halfwidth
from extractor.values.names import normalise_company

MONEY_TOLERANCE = Decimal("0.005")
_DASHES = re.compile(r"[‐‑‒–—―－]")
_BRACKETS = str.maketrans("〔[【〕]】", "((()))")
"""One style of brackets: a report number is the same whichever of them the printer chose."""


def normal_text(value: object) -> str:
    """Half width, no blanks, one kind of dash, quote and bracket, lower case."""
    text = _DASHES.sub("-", to_halfwidth(str(value))).translate(_BRACKETS)
    return squeeze(text).replace("“", '"').replace("”", '"').rstrip("。.;；").lower()


def same(label: object, read: object, kind: str) -> bool:
    """Whether a read value equals its label; ``None`` as label means: must not be there."""
    if label is None or read is None:
        return label is None and read is None
    if isinstance(label, dict) and isinstance(read, dict):
        # of a row, nothing is nothing: null, "" or no key at all
        return all(same(label.get(part) or None, read.get(part) or None, "text") for part in label.keys() | read.keys())
    if isinstance(label, list) or isinstance(read, list):
        left = label if isinstance(label, list) else [label]
        right = read if isinstance(read, list) else [read]
        return len(left) == len(right) and all(any(same(a, b, kind) for b in right) for a in left)
    if kind in ("money", "percent", "integer"):
        try:
            return abs(Decimal(str(label)) - Decimal(str(read))) <= MONEY_TOLERANCE
        except InvalidOperation:
            return False
    if kind == "company":
        # Readers drop the blanks between Latin words; no two companies differ by blanks.
        return squeeze(normalise_company(str(label))) == squeeze(normalise_company(str(read)))
    return normal_text(label) == normal_text(read)
