"""Pages made by hand for the tests of document types; all names and numbers are invented."""

from __future__ import annotations

from typing import Any

from extractor.model import Line, Page

Row = str | tuple[str, float, float] | tuple[str, float, float, float]


def text_width(text: str, height: float, width: int = 1131, page_height: int = 1600) -> float:
    """Width of a printed text as a fraction of the page: Chinese characters square, others half."""
    em = height * page_height / width
    return sum(em if ord(c) > 0x2E7F else 0.5 * em for c in text)


def make_page(*rows: Row, **kw: Any) -> Page:
    """A page of lines: ``(text, left, top)`` or ``(text, left, top, height)`` in page fractions.

    A bare string stands centred under the row before it. Further Page fields as keywords.
    """
    width, height = kw.pop("width", 1131), kw.pop("height", 1600)
    lines: list[Line] = []
    y = 0.05
    for row in rows:
        size = 0.014
        if isinstance(row, str):
            text, top = row, y
            left = max(0.02, 0.5 - text_width(text, size, width, height) / 2)
        else:
            text, left, top = row[0], row[1], row[2]
            size = row[3] if len(row) == 4 else size
        right = min(0.995, left + text_width(text, size, width, height))
        lines.append(Line(text=text, box=(left, top, right, top + size), confidence=0.99, origin="ocr"))
        y = top + size + 0.012
    lines.sort(key=lambda line: (round(line.box[1], 2), line.box[0]))
    return Page(**{"file": 0, "page": 1, "width": width, "height": height, "source": "ocr", "lines": tuple(lines)} | kw)
