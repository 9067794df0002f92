"""Labels over their figures where no rules were seen: columns told by the places of the header's words.

Print keeps to its cell, so a figure that stands under the words of one label only belongs to it. Where a label is
short and the figure stands beside its end, a row with a figure for every label tells by order; nothing else does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from extractor.documents.form_cells import Look, plain, unit_remark
from extractor.documents.rows import Run

Part = tuple[Run, Look]
Parts = Sequence[Part]

_BARE_YEAR = re.compile(r"(?:19|20)\d\d")
_PLAIN_YEAR = re.compile(r"((?:19|20)\d\d)\s?年?(?:度|末)?")
_YEAR_LABEL = re.compile(r"年[度份]?|时间|期间|项目|指标")
_CHAINED = 0.5
"""Wrapped lines of one label stand nearer than this, in heights."""
_REACH = 1.6
"""A header stands at most so far over its figures, in heights."""
_SHARED = 0.2


@dataclass(frozen=True, slots=True)
class Crossed:
    """A figure and the label over it; ``value`` is None where none was read. ``aside``: the text before the row."""

    label: str
    label_confidence: float
    at: Run
    value: Run | None
    look: Look
    year: str
    aside: str = ""


@dataclass(frozen=True, slots=True)
class _Column:
    """The words of a header that stand over each other."""

    parts: tuple[Run, ...]

    @property
    def left(self) -> float:
        return min(p.box[0] for p in self.parts)

    @property
    def right(self) -> float:
        return max(p.box[2] for p in self.parts)

    @property
    def text(self) -> str:
        return "".join(plain(p.text) for p in sorted(self.parts, key=_middle))

    @property
    def confidence(self) -> float:
        return min(min(p.confidence, 0.5) if p.disagrees else p.confidence for p in self.parts)


def with_heads(parts: list[tuple[Run, Look]]) -> list[tuple[Run, Look]]:
    """Bare years are heads where two or more that follow each other stand on one row without other figures."""
    years = [
        int(m[1]) for run, look in parts if look in (Look.YEAR, Look.FIGURE) and (m := _PLAIN_YEAR.fullmatch(plain(run.text)))
    ]
    figures = [run for run, look in parts if look is Look.FIGURE and not _PLAIN_YEAR.fullmatch(plain(run.text))]
    if figures or len(years) < 2 or sorted(years) != list(range(min(years), min(years) + len(years))):
        return parts
    return [(run, Look.YEAR if look is Look.FIGURE else look) for run, look in parts]


def crosswise(rows: Sequence[Parts]) -> tuple[list[Crossed], set[int]]:
    """What rows under headers say, and the rows that were read so.

    Args:
        rows: the stretches of every row with their looks, from the top.
    """
    found: list[Crossed] = []
    used: set[int] = set()
    k = 0
    while k < len(rows):
        end = k
        while end < len(rows) and _is_body(rows[end], yearly=_starts_with_year(rows[k])):
            end += 1
        columns = _columns(rows, k, [x for row in rows[k:end] for x in row]) if end > k else []
        if columns:
            for row in rows[k:end]:
                found += _row(row, columns)
            # A row that a label of its own opens may be one of pairs: it is read both ways.
            used |= {i for i in range(k, end) if rows[i][0][1] is not Look.TEXT}
        k = max(end, k + 1)
    return found, used


def _starts_with_year(row: Parts) -> bool:
    return bool(row) and (row[0][1] is Look.YEAR or bool(_BARE_YEAR.fullmatch(plain(row[0][0].text))))


def _is_body(row: Parts, *, yearly: bool) -> bool:
    """A year and figures; or two figures or more, after a text at most."""
    if not row or _starts_with_year(row) != yearly:
        return False
    opened = yearly or row[0][1] is Look.TEXT
    figures = row[1:] if opened else row
    return len(figures) >= (1 if yearly else 2) and all(look in (Look.FIGURE, Look.NIL) for _, look in figures)


def _figures(row: Parts) -> list[Part]:
    return [p for p in row[1 if _starts_with_year(row) else 0 :] if p[1] in (Look.FIGURE, Look.NIL)]


def _columns(rows: Sequence[Parts], first: int, body: Parts) -> list[_Column]:
    """The labels over a body of figures; none where they cannot be told apart."""
    top = min(run.box[1] for run, _ in rows[first])
    height = max(run.box[3] - run.box[1] for run, _ in rows[first])
    header: list[Run] = []
    for row in reversed(rows[max(0, first - 4) : first]):
        if any(look in (Look.FIGURE, Look.NIL, Look.YEAR, Look.TICK) for _, look in row):
            break
        header += [run for run, _ in row if not unit_remark(run.text)]
    header = _chained(header, top, height)
    columns = _clusters(header)
    opened = [run for run, look in body if look in (Look.YEAR, Look.TEXT) or _BARE_YEAR.fullmatch(plain(run.text))]
    if _starts_with_year(rows[first]) and rows[first][0][1] is not Look.YEAR:
        over = [c for c in columns if _shared(c.left, c.right, rows[first][0][0])]
        if not over or not _YEAR_LABEL.fullmatch(over[0].text):
            return []
    edge = max((run.box[2] for run in opened), default=0.0)
    named = [c for c in columns if (c.left + c.right) / 2 > edge]
    return named if all(_stacked(c) for c in named) else []


def _chained(parts: Sequence[Run], top: float, height: float) -> list[Run]:
    """The parts right over ``top``, and those over them without a gap."""
    kept: list[Run] = []
    for part in sorted(parts, key=lambda p: -p.box[3]):
        if not kept:
            if part.box[3] < top - _REACH * height:
                return []
        elif part.box[3] < min(p.box[1] for p in kept) - _CHAINED * height:
            break
        kept.append(part)
    return kept


def _clusters(parts: Sequence[Run]) -> list[_Column]:
    """Parts that share their width, from the left."""
    groups: list[list[Run]] = []
    for part in sorted(parts, key=lambda p: p.box[0]):
        near = [g for g in groups if any(_shared(x.box[0], x.box[2], part) for x in g)]
        groups = [g for g in groups if g not in near] + [[x for g in near for x in g] + [part]]
    return sorted((_Column(tuple(g)) for g in groups), key=lambda c: c.left)


def _shared(left: float, right: float, run: Run) -> bool:
    """Whether a stretch shares some of its width with ``left`` to ``right``."""
    width = min(right - left, run.box[2] - run.box[0])
    return min(right, run.box[2]) - max(left, run.box[0]) > _SHARED * width


def _stacked(column: _Column) -> bool:
    """Whether its parts stand over each other, none beside another (a head over two labels joins them)."""
    parts = sorted(column.parts, key=_middle)
    return all(_middle(b) > a.box[3] - 0.35 * (a.box[3] - a.box[1]) for a, b in pairwise(parts))


def _middle(run: Run) -> float:
    return (run.box[1] + run.box[3]) / 2


def _row(row: Parts, columns: Sequence[_Column]) -> Iterator[Crossed]:
    """The figures of a row under their labels; labels without one come with no value."""
    yearly = _starts_with_year(row)
    year = plain(row[0][0].text) if yearly else ""
    aside = plain(row[0][0].text) if row[0][1] is Look.TEXT else ""
    figures = _figures(row)
    under = [[k for k, c in enumerate(columns) if _shared(c.left, c.right, run)] for run, _ in figures]
    full = len(figures) == len(columns) and all(u in ([], [k]) for k, u in enumerate(under))
    # Without years an all-blank row of labels may stand over a row that lost its own: half must stand under theirs.
    sure = full and (yearly or 2 * sum(bool(u) for u in under) >= len(under))
    own = {k: figures[k] for k in range(len(columns))} if sure else {}
    if not sure:
        for figure, u in zip(figures, under, strict=True):
            if len(u) == 1 and sum(v == u for v in under) == 1:
                own[u[0]] = figure
    for k, column in enumerate(columns):
        value, look = own.get(k, (None, Look.BLANK))
        yield Crossed(column.text, column.confidence, column.parts[0], value, look, year, aside)
