"""Persons' ID numbers leave the reading room masked; a keyed hash tells persons apart."""

from __future__ import annotations

from collections.abc import Iterable

from extractor.model import Line
from extractor.values.persons import find_ids, mask_ids, person_key


def mask_line(line: Line, secret: bytes) -> Line:
    """The line with every resident ID number masked; ``person`` is the hash of the first one."""
    hits = find_ids(line.text)
    alt = mask_ids(line.alt) if line.alt else line.alt
    if not hits:
        return line if alt == line.alt else line.model_copy(update={"alt": alt})
    masked = mask_ids(line.text)
    return line.model_copy(
        update={
            "text": masked,
            "alt": alt,
            "spans": line.spans if len(masked) == len(line.text) else (),
            "person": person_key(line.text[hits[0].start : hits[0].end], secret)[:20],
        }
    )


def mask_lines(lines: Iterable[Line], secret: bytes) -> tuple[Line, ...]:
    """All lines masked."""
    return tuple(mask_line(line, secret) for line in lines)
