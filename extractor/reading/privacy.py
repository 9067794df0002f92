"""Persons' ID numbers leave the reading room masked; a keyed hash tells persons apart.

Pictures hide mobile phone numbers, too. Texts keep those: eleven digits may as well be a figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from extractor.model import Box, Line
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


_MOBILE = re.compile(r"(?<![\dA-Za-z.,*/-])1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?![\dA-Za-z.,*/-])")


def is_private(line: Line) -> bool:
    """Whether a line of a picture shows what only an unmasked picture may show."""
    return bool(line.person or _MOBILE.search(line.text))


def private_boxes(line: Line) -> tuple[Box, ...]:
    """The places of a line to hide: its ID number and its phone numbers; the whole line where places are not known."""
    if not is_private(line):
        return ()
    star = line.text.find("*")
    parts = [m.span() for m in _MOBILE.finditer(line.text)]
    if line.person:
        parts.append((star, line.text.rfind("*") + 1))
    if len(line.spans) != len(line.text) or (line.person and star < 0):
        return (line.box,)
    return tuple((line.spans[a][0], line.box[1], line.spans[z - 1][1], line.box[3]) for a, z in parts)
