"""Marks within sentences: which words of a printed line are the value of which field."""

from __future__ import annotations

import re

from corpora.synth import markup as m
from corpora.synth.engine import text


def marked(sentence: str, year: int | None = None, **values: str) -> str:
    """``sentence`` as literal text; every occurrence of a value is marked as the place of its key.

    ``year``: the fiscal year, marked (``fiscal_year``) where it stands before 年.
    """
    wanted = {value: key for key, value in values.items() if value}
    parts = [re.escape(value) for value in sorted(wanted, key=len, reverse=True)]
    if year is not None:
        parts.append(rf"(?<!\d){year}(?=\s*年)")
    if not parts:
        return text(sentence)
    out, at = [], 0
    for found in re.finditer("|".join(parts), sentence):
        out.append(text(sentence[at : found.start()]) if found.start() > at else "")
        out.append(m.mark(wanted.get(found[0], "fiscal_year"), text(found[0])))
        at = found.end()
    return "".join(out) + (text(sentence[at:]) if at < len(sentence) else "")


def sized(body: str, size: float, *, bold: bool = False, font: str = "", tracking: str = "") -> str:
    """Markup in a size (pt) of its own."""
    extra = (', weight: "bold"' if bold else "") + (f", font: {font}" if font else "")
    extra += f", tracking: {tracking}" if tracking else ""
    return f"#text(size: {size:.1f}pt{extra})[{body}]"


def bold(body: str) -> str:
    """Markup in bold."""
    return f'#text(weight: "bold")[{body}]'
