"""Shared search on pages: labelled values, patterns and dates.

How to use, in a type module::

    LABELS = {"title": ("发明名称", "实用新型名称"), "address": ("地址",)}
    found = find_values(pages, LABELS)                      # {"title": [Value, …], …}
    field = first_field(found["title"], parse=clean_title)  # Field | None

Labels may be split by letter-spacing, lack their colon, carry their English twin, or hold an OCR slip. The
value stands right of the label, below it, or wraps onto further lines; a further label ends it. Name *all*
labels of the paper: those not wanted still end the values before them. Parsers return None for what cannot
be such a value, then the next place is tried.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from extractor.documents.labels import Label, LabelIndex, label_index, labels_in
from extractor.documents.rows import Run, em_of, fold, join_texts, rows
from extractor.model import Field, Page

__all__ = [
    "Label",
    "Run",
    "Value",
    "field_of",
    "find_pattern",
    "find_value",
    "find_values",
    "first_field",
    "fold",
    "merge_fields",
    "rows",
]

T = TypeVar("T")

_VALUE_GAP = 3.0
_FAR = 4.0
_TIGHTER, _TIGHT = 0.85, 0.93
"""Lines of one cell stand closer than those of two, by this much at least; less where the label stands between them."""
_HAN_START = re.compile(r"[\u4e00-\u9fff]")
_OWN_LABEL = re.compile(r"^[\u4e00-\u9fff]{2,8}[:：]")


@dataclass(frozen=True, slots=True)
class Value:
    """A value found: its printed rows (one ``Run`` per line) and how sure the place is (0..1)."""

    key: str
    runs: tuple[Run, ...]
    sure: float
    where: str
    """``right``, ``below`` or ``pattern``; ``empty``: a label without value, ``runs`` being the label."""

    @property
    def text(self) -> str:
        """All rows joined."""
        return "" if self.where == "empty" else join_texts([r.text for r in self.runs])

    @property
    def page(self) -> Page:
        """The page it stands on."""
        return self.runs[0].page

    @property
    def confidence(self) -> float:
        """Least line confidence times how sure the place is."""
        return min(r.confidence for r in self.runs) * self.sure

    def head(self, count: int = 1) -> Value:
        """The first ``count`` printed rows alone."""
        return replace(self, runs=self.runs[:count])


@dataclass(frozen=True, slots=True)
class Taken:
    """The labels of each row of a page, all wordings, and which lines belong to which label.

    ``owner``: by ``id`` of a line's first glyph the (row, start) of the label beside it: right of it on its row, or
    in a cell of several lines on which the label is centred.
    """

    rows: Sequence[Sequence[Label]]
    index: LabelIndex
    owner: dict[int, tuple[int, int]] = field(default_factory=dict)

    def __getitem__(self, row: int) -> Sequence[Label]:
        """The labels of a row."""
        return self.rows[row]


def _right_of(row: Run, label: Label, stop: int) -> Run:
    """What stands right of a label on its row, up to the next label or a wide gap."""
    rest = row.slice(label.after, stop)
    if not rest:
        return rest
    return rest.segments(_VALUE_GAP)[0]


def _left_out(page_rows: Sequence[Run], taken: Taken, row: int) -> list[Run]:
    """Segments of a row that hold no label nor the rest of one (what may continue a value from above)."""
    starts = {label.start for label in taken[row]}
    out = []
    pos = 0
    for part in page_rows[row].segments(1.5):
        span = range(pos, pos + len(part))
        pos += len(part)
        if not any(s in span for s in starts) and not taken.index.ends_here(part.folded):
            out.append(part)
    return out


def _wraps(value: Run, last: Run, part: Run, label_left: float, full: float) -> bool:
    """Whether ``part`` continues the value on the next printed line."""
    em = value.em
    height = last.box[3] - last.box[1]
    pitch = part.box[1] - last.box[1]
    if not (0.5 * height < pitch < 2.3 * height and 0.6 < part.em / em < 1.6):
        return False
    if -1.3 * em <= part.box[0] - value.box[0] <= 2.5 * em:
        return True
    # a paragraph that returns to its margin: only after a full line, and not with a label of its own
    return not _OWN_LABEL.match(part.key) and abs(part.box[0] - label_left) <= 1.3 * em and last.box[2] >= full - 2.5 * em


def _continued(page_rows: Sequence[Run], taken: Taken, label: Label, first: Run) -> list[Run]:
    """The further printed lines of a value."""
    runs = [first]
    label_left = page_rows[label.row].glyphs[label.start].box[0]
    full = max((r.box[2] for r in page_rows), default=1.0)
    for row in range(label.row + 1, min(label.row + 40, len(page_rows))):
        top = page_rows[row].box[1]
        if top > runs[-1].box[1] + 2.5 * (runs[-1].box[3] - runs[-1].box[1]):
            break
        if any(abs(page_rows[row].glyphs[x.start].box[0] - label_left) <= 1.3 * first.em for x in taken[row]):
            break  # a new label in the label's own column
        more = [p for p in _left_out(page_rows, taken, row) if _wraps(first, runs[-1], p, label_left, full)]
        if not more:
            continue
        part = max(more, key=lambda p: p.box[0] >= first.box[0] - 1.3 * first.em)  # its own column before the margin
        if _owned(taken, part, (label.row, label.start)) or _unknown_label(page_rows[row], part, label_left, first):
            break
        runs.append(part)
    return runs


def _owned(taken: Taken, part: Run, by: tuple[int, int]) -> bool:
    """Whether a line belongs to another label than the one at ``by``."""
    return taken.owner.get(id(part.glyphs[0]), by) != by


def _unknown_label(row: Run, part: Run, label_left: float, value: Run) -> bool:
    """Whether a row begins with something in the label's own column, left of ``part``: a label not known or misread.

    What continues a label (a bracket, Latin print below Chinese) is none.
    """
    head = row.segments(1.0)[0]
    return (
        head.box[2] < part.box[0]
        and head.box[2] < value.box[0]
        and abs(head.box[0] - label_left) <= 1.3 * value.em
        and 0.6 < head.em / value.em < 1.6
        and bool(_HAN_START.match(head.key))
    )


def _over(page_rows: Sequence[Run], taken: Taken, label: Label, first: Run) -> list[Run]:
    """The lines of a value above its label's row, where the label is centred on a cell of several lines.

    Such lines stand closer to the value than to what stands above them, and no label stands before them.
    """
    label_left = page_rows[label.row].glyphs[label.start].box[0]
    out: list[Run] = []
    last, pitches = first, []
    for row in range(label.row - 1, max(-1, label.row - 6), -1):
        above = page_rows[row]
        if not above.box[0] < first.box[2] or not first.box[0] < above.box[2]:
            continue
        parts = [p for p in _left_out(page_rows, taken, row) if abs(p.box[0] - first.box[0]) <= 1.3 * first.em]
        pitch = _middle(last) - _middle(parts[0] if parts else above)
        pitches.append(pitch)
        height = last.box[3] - last.box[1]
        labelled = any(abs(above.glyphs[x.start].box[0] - label_left) <= 1.3 * first.em for x in taken[row])
        if labelled or not parts or not (0.5 * height < pitch < 1.7 * height and 0.6 < parts[0].em / first.em < 1.6):
            break
        if _unknown_label(above, parts[0], label_left, first):
            break
        out.insert(0, parts[0])
        last = parts[0]
    if not out or len(pitches) == len(out):
        return []  # nothing stands above them, to which they might belong as well
    around = min(pitches[len(out)], _pitch_below(page_rows, taken, label, first))
    own = page_rows[label.row].slice(label.start, label.end)
    between = _middle(first) - _middle(own) > 0.25 * (first.box[3] - first.box[1])  # the label stands above its row's line
    return out if max(pitches[: len(out)]) < (_TIGHT if between else _TIGHTER) * around else []


def _middle(run: Run) -> float:
    """Vertical middle: ends of long lines on photos reach farther up and down than those of short ones."""
    return (run.box[1] + run.box[3]) / 2


def _pitch_below(page_rows: Sequence[Run], taken: Taken, label: Label, first: Run) -> float:
    """How far below a value the next row of its column begins; infinite where there is none."""
    last = _continued(page_rows, taken, label, first)[-1]
    for row in page_rows[label.row + 1 :]:
        pitch = _middle(row) - _middle(last)
        if pitch > 0.5 * (last.box[3] - last.box[1]) and row.box[0] < first.box[2] and first.box[0] < row.box[2]:
            return pitch
    return float("inf")


def _below(page_rows: Sequence[Run], taken: Taken, label: Label) -> Run | None:
    """The value under a label with nothing to its right: left edges or centres agree."""
    own = page_rows[label.row].slice(label.start, label.end)
    height = own.box[3] - own.box[1]
    for row in range(label.row + 1, min(label.row + 8, len(page_rows))):
        if page_rows[row].box[1] > own.box[3] + 2.2 * height:
            break
        for part in _left_out(page_rows, taken, row):
            near = abs(part.box[0] - own.box[0]) <= 1.5 * own.em
            centred = abs(part.box[0] + part.box[2] - own.box[0] - own.box[2]) <= 3 * own.em
            if (near or centred) and part.box[1] > own.box[1] + 0.5 * height and part.box[1] < own.box[3] + 2.2 * height:
                return part
    return None


def _aside(page_rows: Sequence[Run], taken: Taken, label: Label, right_end: float) -> list[Run]:
    """Lines to the right of a label that stand half a line off it (cell text of two lines, label centred)."""
    own = page_rows[label.row].slice(label.start, label.end)
    height = own.box[3] - own.box[1]
    out = []
    for row in range(max(0, label.row - 3), min(label.row + 4, len(page_rows))):
        if row == label.row:
            continue
        for part in _left_out(page_rows, taken, row):
            if _owned(taken, part, (label.row, label.start)):
                continue
            mid = (part.box[1] + part.box[3]) / 2
            if own.box[1] - 0.9 * height < mid < own.box[3] + 0.9 * height and own.box[2] < part.box[0] < right_end:
                out.append(part)
    return out if out and out[0].box[0] - own.box[2] < 12 * own.em else []


def _beside(page_rows: Sequence[Run], taken: Taken, label: Label) -> tuple[Run, float]:
    """What stands right of a label on its row (perhaps nothing), and where its column ends."""
    row = page_rows[label.row]
    stop = next((x.start for x in taken[label.row] if x.start > label.start), len(row))
    return _right_of(row, label, stop), row.glyphs[stop].box[0] if stop < len(row) else 1.0


def _taken(page_rows: Sequence[Run], index: LabelIndex) -> Taken:
    """The labels of a page, and the lines beside them."""
    taken = Taken([labels_in(row, k, index) for k, row in enumerate(page_rows)], index)
    beside = [(label, *_beside(page_rows, taken, label)) for row in taken.rows for label in row]
    for label, right, _ in beside:
        if right:
            taken.owner[id(right.glyphs[0])] = (label.row, label.start)
    for label, right, right_end in beside:
        cell = _over(page_rows, taken, label, right) if right else _aside(page_rows, taken, label, right_end)
        for part in cell:
            taken.owner.setdefault(id(part.glyphs[0]), (label.row, label.start))
    return taken


def _values(page_rows: Sequence[Run], taken: Taken, label: Label) -> list[Value]:
    """The possible values of a label, likeliest first: right of it, beside it half a line off, below it."""
    row = page_rows[label.row]
    own = row.slice(label.start, label.end)
    right, right_end = _beside(page_rows, taken, label)
    gap = row.gap_em(row.glyphs[label.after - 1], right.glyphs[0]) if right else 0.0
    out = []
    if right:
        over = _over(page_rows, taken, label, right)
        lines = _continued(page_rows, taken, label, right)
        out += [Value(label.key, (*over, *lines), label.sure, "right")] if over else []
        out.append(Value(label.key, tuple(lines), (0.9 if over else 1.0) * label.sure, "right"))
    else:
        aside = _aside(page_rows, taken, label, right_end)
        out += [Value(label.key, tuple(aside), 0.9 * label.sure, "right")] if aside else []
    below = _below(page_rows, taken, label) if not right or gap > _FAR else None
    if below is not None:
        at = next(k for k, r in enumerate(page_rows) if any(g is below.glyphs[0] for g in r.glyphs))
        start = next(k for k, g in enumerate(page_rows[at].glyphs) if g is below.glyphs[0])
        lines = _continued(page_rows, taken, Label(label.key, at, start, start, start, label.sure), below)
        out.insert(0 if gap > 2 * _FAR else len(out), Value(label.key, tuple(lines), 0.95 * label.sure, "below"))
    return out or [Value(label.key, (own,), label.sure, "empty")]


def find_values(pages: Sequence[Page] | Page, labels: Mapping[str, Iterable[str]]) -> dict[str, list[Value]]:
    """All values on ``pages`` by key, surest place first, then in reading order.

    ``labels``: key -> its wordings (all labels of the paper). Every key is in the result.
    A label without any value gives a ``Value`` whose ``where`` is ``empty``.
    """
    index = label_index(labels)
    found: dict[str, list[Value]] = {key: [] for key in labels}
    for page in [pages] if isinstance(pages, Page) else pages:
        page_rows = rows(page)
        taken = _taken(page_rows, index)
        for label in (x for row in taken.rows for x in row):
            found[label.key] += _values(page_rows, taken, label)
    for values in found.values():
        values.sort(key=lambda v: (v.where == "empty", -round(v.sure, 2)))
    return found


def find_value(
    pages: Sequence[Page] | Page,
    wanted: Iterable[str],
    parse: Callable[[str], T | None],
    others: Iterable[str] = (),
) -> tuple[T, Value] | None:
    """The first value of a label in ``wanted`` that ``parse`` accepts; ``others``: labels that end values.

    Tries all printed rows of the value joined, then its first row alone.
    """
    return first_parsed(find_values(pages, {"": tuple(wanted), "*": tuple(others)})[""], parse)


def first_parsed(values: Iterable[Value], parse: Callable[[str], T | None]) -> tuple[T, Value] | None:
    """The first of ``values`` that ``parse`` accepts, whole or by its first row alone."""
    for value in values:
        if value.where == "empty":
            continue
        for part in (value, value.head()) if len(value.runs) > 1 else (value,):
            parsed = parse(part.text)
            if parsed is not None:
                return parsed, part
    return None


def find_pattern(pages: Sequence[Page] | Page, pattern: re.Pattern[str] | str) -> list[tuple[re.Match[str], Value]]:
    """Every match of a pattern on the rows (no blanks, half-width); the value is group 1 where there is one.

    For things that show themselves without a label (patent numbers, ``GR…``, a date at the foot).
    """
    regex = re.compile(pattern)
    out = []
    for page in [pages] if isinstance(pages, Page) else pages:
        for row in rows(page):
            for match in regex.finditer(row.key):
                start, end = match.span(1 if regex.groups and match.group(1) is not None else 0)
                if end > start:
                    out.append((match, Value("", (row.slice(start, end),), 0.95, "pattern")))
    return out


def field_of(value: Value, parsed: object, *, method: str = "", sure: float = 1.0, note: str | None = None) -> Field:
    """A ``Field`` from a value and what its parser made of it.

    Confidence: the lines' and the place's, times ``sure``; at most 0.6 (with a note) where the reading
    without the seal differs inside the value.
    """
    confidence = value.confidence * sure
    if any(run.disagrees for run in value.runs):
        confidence = min(confidence, 0.6)
        note = note or "印章遮挡处两次识别结果不一致，请核对原件"
    return Field(
        value=parsed,
        raw=value.text,
        confidence=round(max(0.0, min(1.0, confidence)), 3),
        evidence=tuple(run.evidence() for run in value.runs),
        method=method or ("label" if value.where != "pattern" else "pattern"),
        note=note,
    )


def first_field(values: Sequence[Value], parse: Callable[[str], T | None], *, method: str = "", what: str = "") -> Field | None:
    """The field of the first value that ``parse`` accepts.

    None when no label is there; a field without value (with a note) when only the label is readable.
    """
    hit = first_parsed(values, parse)
    if hit is not None:
        return field_of(hit[1], hit[0], method=method)
    if not values:
        return None
    seen = values[0]
    return Field(
        value=None,
        raw=seen.text,
        confidence=0.0,
        evidence=tuple(r.evidence() for r in seen.runs),
        method="label",
        note=f"找到{what or '该项'}的标签但其内容无法辨认，请人工查看",
    )


def merge_fields(fields: Iterable[Field | None], note: str | None = None) -> Field | None:
    """One repeating field from several readings: values in order, each once; None when there is none."""
    kept = [f for f in fields if f is not None]
    if not kept:
        return None
    values: list[object] = []
    for f in kept:
        items = f.value if isinstance(f.value, list) else [] if f.value is None else [f.value]
        values += [v for v in items if v not in values]
    return Field(
        value=values or None,
        raw="；".join(f.raw for f in kept),
        confidence=min(f.confidence for f in kept),
        evidence=tuple(e for f in kept for e in f.evidence),
        method=kept[0].method,
        note=note or kept[0].note,
    )


def em(page: Page, height: float) -> float:
    """Width of a square character of ``height``, as fractions of the page."""
    return em_of(page, height)
