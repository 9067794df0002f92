"""Statements in two languages: rows with their translations taken out.

Labels, headers and titles of foreign-invested firms stand in Chinese and English, in one cell or line by line. The
Chinese text decides. A translation between two Chinese rows would part a label from its figures, which are then set
at the height between the two lines.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractor.documents.rows import Glyph, Run
from extractor.documents.statements.catalogue import name_of
from extractor.documents.statements.cells import Cell, cells_of
from extractor.documents.statements.headers import parse_header
from extractor.documents.statements.titles import names_entity, unit_of_row
from extractor.values.dates import find_dates

_FEWEST = 4
"""Row names with a translation that make a page bilingual; fewer are misread characters."""
_WORDS = re.compile(r"[A-Za-z](?:[^\u2e80-\u9fff]*[A-Za-z])?")
_CJK = re.compile(r"[\u2e80-\u9fff]")
_NOTE = re.compile(
    r"(?:附?注?[一二三四五六七八九十]{1,3})?[、.,，]?\(?[一二三四五六七八九十\d]{0,3}\)?[、.]?\d{0,3}(?:[、,]\d+)*"
)
_NEAR, _CLEARLY = 1.2, 0.75
"""Figures belong to a label this many line heights away, if that is this much nearer than the next one."""
_AGREED = 0.8
"""Share of the figures of a page that stand on the same side of their labels."""


def one_language(rows: Sequence[Run]) -> list[Run]:
    """The rows of a page without translations, figures set between two lines joined to their Chinese label.

    Rows of a page in one language come back as they are.
    """
    if not bilingual(rows):
        return list(rows)
    out: list[Run] = []
    for row in rows:
        kept = _without_words(row, out[-1] if out else None)
        if kept:
            out.append(kept)
    return _with_labels(out)


def bilingual(rows: Sequence[Run]) -> bool:
    """Whether several rows have a Chinese row name with a translation beside or below it."""
    found = 0
    before = False
    for row in rows:
        words = _text(cells_of(row))
        latin = len(re.findall(r"[A-Za-z]", words)) >= 4
        chinese = _named(_plain(words))
        found += latin and (chinese or (before and not _CJK.search(words)))
        before = chinese and not latin
    return found >= _FEWEST


def _named(label: str) -> bool:
    return len(label) >= 2 and name_of(label).known


def _text(cells: Sequence[Cell]) -> str:
    """The first text of a row: its label."""
    return next((c.text for c in cells if not c.numeric), "")


def _stretch(text: str) -> tuple[int, int] | None:
    """Where the translation stands in a text: first to last letter, with the brackets that belong to it."""
    best = max(_WORDS.finditer(text), key=lambda m: sum(c.isalpha() for c in m[0]), default=None)
    if best is None or sum(c.isalpha() for c in best[0]) < 3:
        return None
    start, end = best.span()
    inside = text[start:end]
    after = text[end : end + 1] == ")"
    if after and inside.count("(") > inside.count(")"):
        end += 1
    elif after and text[start - 1 : start] == "(":
        start, end = start - 1, end + 1
    elif inside.count("(") < inside.count(")"):
        end = start + inside.index(")")
    return start, end


def _plain(text: str) -> str:
    """A text without its translation."""
    cut = _stretch(text)
    return text[: cut[0]] + text[cut[1] :] if cut else text


def _without_words(row: Run, before: Run | None) -> Run | None:
    """A row without its translation; None where nothing else was in it."""
    if not re.search(r"[A-Za-z]{2}", row.key) or names_entity(row) or unit_of_row(row):
        return row
    cells = cells_of(row)
    if not _CJK.search(row.key) and not any(c.amountlike for c in cells) and _tells_time(row, cells):
        # the only header there is, or the English line below one
        return None if before is not None and _heads(before) else row
    glyphs: list[Glyph] = []
    for cell in cells:
        cut = None if cell.numeric or (_CJK.search(cell.text) and parse_header(cell.text)) else _stretch(cell.text)
        glyphs += cell.run.glyphs if cut is None else cell.run.glyphs[: cut[0]] + cell.run.glyphs[cut[1] :]
    kept = Run(row.page, tuple(glyphs))
    return kept if re.search(r"[^\W_]|[-－—–]", kept.key) else None


def _tells_time(row: Run, cells: Sequence[Cell]) -> bool:
    return bool(find_dates(row.text)) or any((h := parse_header(c.text)) and h.timed for c in cells)


def _heads(row: Run) -> bool:
    """Whether a Chinese row is a header."""
    return any(_CJK.search(c.text) and (h := parse_header(c.text)) and h.timed for c in cells_of(row))


def _with_labels(rows: Sequence[Run]) -> list[Run]:
    """Rows of figures without a label joined to the label they stand nearest to."""
    kinds = [_kind(row) for row in rows]
    pairs = {i: k for i, kind in enumerate(kinds) if kind == "figures" and (k := _label_of(rows, kinds, i)) is not None}
    below = sum(k < i for i, k in pairs.items())
    usual = (
        0 if below < _AGREED * len(pairs) and len(pairs) - below < _AGREED * len(pairs) else 1 if 2 * below > len(pairs) else -1
    )
    pairs = {i: k for i, k in pairs.items() if i - k == usual}
    joined = {k: i for i, k in pairs.items()}
    out: list[Run] = []
    for i, row in enumerate(rows):
        if i in pairs:
            continue
        more = rows[joined[i]].glyphs if i in joined else ()
        out.append(Run(row.page, tuple(sorted((*row.glyphs, *more), key=lambda g: g.box[0]))) if more else row)
    return out


def _kind(row: Run) -> str:
    """``label`` (a name without figures), ``figures`` (without a name) or neither."""
    cells = cells_of(row)
    words = [c for c in cells if not c.numeric and not _NOTE.fullmatch(c.text)]
    if any(c.amountlike or c.nil for c in cells):
        return "" if words else "figures"
    known = words and not any(parse_header(c.text) and not _named(c.text) for c in words)
    return "label" if known and not name_of(words[0].text).heading else ""


def _label_of(rows: Sequence[Run], kinds: Sequence[str], i: int) -> int | None:
    """The label row that figures belong to, or None where two come into question."""
    height = rows[i].box[3] - rows[i].box[1]
    off = {k: abs(_middle(rows[i]) - _middle(rows[k])) for k in (i - 1, i + 1) if 0 <= k < len(rows)}
    mine = min((k for k in off if kinds[k] == "label"), key=lambda k: off[k], default=None)
    if mine is None or off[mine] > _NEAR * height:
        return None
    other = off.get(2 * i - mine)
    return mine if other is None or off[mine] < _CLEARLY * other else None


def _middle(row: Run) -> float:
    return (row.box[1] + row.box[3]) / 2
