"""The body of a statement table: figures to columns by x-position, wrapped labels to their figures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from extractor.documents.rows import Run
from extractor.documents.statements.catalogue import (
    Name,
    continues,
    leans,
    name_of,
    unfinished,
)
from extractor.documents.statements.cells import Amount, Cell, amount_of, cells_of
from extractor.documents.statements.glued import row_numbers_apart
from extractor.documents.statements.headers import Column
from extractor.documents.statements.lean import upright

_NOTE_CELL = re.compile(
    r"(?:附?注?[一二三四五六七八九十]{1,3})?[、.,．]?\(?[一二三四五六七八九十\d]{0,3}\)?[、.]?\d{0,3}(?:[、,]\d+)*"
)
_MONEY = re.compile(r"\d[.,]\d")
_SIMPLIFIED = str.maketrans(
    "減額債貨項權稅財負應預產總潤費業營動資餘綜長遞歸屬終續準備開發務計價變處淨",
    "减额债货项权税财负应预产总润费业营动资余综长递归属终续准备开发务计价变处净",
)
"""Traditional forms that readers give for simplified print."""
_STRAY = re.compile(r"^(?:[、.,．，·]|号?填?列[)）]?)")
"""What may stand before a row name by mistake: the mark after a lost 一, the end of the label above."""


@dataclass(frozen=True)
class Entry:
    """A row of a statement: what its label means and its figures by column index; ``label`` empty: none was read."""

    name: Name
    label: str
    amounts: dict[int, Amount]
    page: int


@dataclass
class _Draft:
    """A printed row before wrapped labels are joined: its label part and its figures."""

    label: list[Cell]
    amounts: dict[int, Amount]
    top: float
    bottom: float

    @property
    def text(self) -> str:
        return "".join(c.run.text for c in self.label).translate(_SIMPLIFIED)

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def centre(self) -> float:
        return (self.top + self.bottom) / 2


def read_body(rows: Sequence[Run], columns: Sequence[Column]) -> list[Entry]:
    """The entries of body rows (one page, in order); two-sided tables give the left half first."""
    cut = upright(row_numbers_apart([cells_of(row) for row in rows]))
    columns_of = assign([c for row in cut for c in row if c.numeric], columns)
    _drop_specks(cut, columns_of)
    entries: list[Entry] = []
    for half in halves(columns):
        drafts = [d for row in cut if (d := _draft(row, half, columns, columns_of)) is not None]
        entries += _joined(drafts)
    return entries


def _drop_specks(cut: Sequence[Sequence[Cell]], columns_of: dict[int, int]) -> None:
    """Leave out single digits among figures printed with cents: a nil dash read as 1, a speck."""
    strips: dict[int, list[Cell]] = {}
    for cell in (c for row in cut for c in row if c.numeric and id(c) in columns_of):
        strips.setdefault(columns_of[id(cell)], []).append(cell)
    for cells in strips.values():
        cents = sum(bool(re.search(r"[.,]\d\d$", c.text.rstrip(")"))) for c in cells)
        for cell in cells:
            if cents >= 3 and re.fullmatch(r"[1-9]", cell.text):
                del columns_of[id(cell)]


@dataclass(frozen=True)
class Half:
    """One side of a table: label zone and the indexes of its columns."""

    left: float
    label_end: float
    indexes: frozenset[int]


def halves(columns: Sequence[Column]) -> list[Half]:
    """One half for an ordinary table, two for 资产 | 负债和所有者权益."""
    items = [i for i, c in enumerate(columns) if c.kind == "item"]
    groups: list[list[int]] = []
    for i, column in enumerate(columns):
        if (column.kind == "item" and (not groups or any(columns[k].kind == "figure" for k in groups[-1]))) or not groups:
            groups.append([])
        groups[-1].append(i)
    if len(items) < 2:
        groups = [list(range(len(columns)))]
    out: list[Half] = []
    for number, group in enumerate(groups):
        left = 0.0 if number == 0 else columns[groups[number - 1][-1]].centre
        rest = [columns[i] for i in group if columns[i].kind != "item"]
        end = min((c.left for c in rest), default=1.0) - 0.01
        out.append(Half(left, end, frozenset(group)))
    return out


def assign(cells: Sequence[Cell], columns: Sequence[Column]) -> dict[int, int]:
    """Figure cell (by ``id``) -> column index, by x only.

    Cells that overlap horizontally form a strip; a strip belongs to the column whose header it
    overlaps most, else to the clearly nearest. A cell that lies across two columns, or in none, is left out.
    """
    result: dict[int, int] = {}
    if not columns:
        return result
    strips = _strips([c for c in cells if _spanned(c, columns) <= 1])
    in_order = _in_order(strips, columns)
    for number, strip in enumerate(strips):
        left, right = min(c.left for c in strip), max(c.right for c in strip)
        if number in in_order:
            result.update((id(c), in_order[number]) for c in strip)
        elif sum(left < k.centre < right for k in columns if k.kind == "figure") > 1:
            for cell in strip:
                index = _column_at(cell.left, cell.right, columns)
                if index is not None:
                    result[id(cell)] = index
        else:
            index = _column_at(left, right, columns)
            if index is not None and not (columns[index].kind == "figure" and _counts(strip)):
                result.update((id(c), index) for c in strip)
    return result


def _in_order(strips: Sequence[Sequence[Cell]], columns: Sequence[Column]) -> dict[int, int]:
    """Strips -> columns one to one, where there are as many strips of money as figure columns.

    Only if all lie off their headers by nearly the same (right-aligned figures under centred headers).
    """
    money = [i for i, s in enumerate(strips) if any(c.amountlike for c in s)]
    figures = [i for i, c in enumerate(columns) if c.kind == "figure"]
    if len(figures) < 2 or len(money) != len(figures):
        return {}
    middle = [(min(c.left for c in strips[i]) + max(c.right for c in strips[i])) / 2 for i in money]
    off = [m - columns[k].centre for m, k in zip(middle, figures, strict=True)]
    pitch = min(columns[b].centre - columns[a].centre for a, b in pairwise(figures))
    if max(off) - min(off) > 0.35 * pitch or max(map(abs, off)) > 0.6 * pitch:
        return {}
    return dict(zip(money, figures, strict=True))


def _spanned(cell: Cell, columns: Sequence[Column]) -> int:
    """How many figure columns' centres a cell covers."""
    return sum(cell.left < c.centre < cell.right for c in columns if c.kind == "figure")


def _strips(cells: Sequence[Cell]) -> list[list[Cell]]:
    """Connected groups of cells by horizontal overlap."""
    out: list[list[Cell]] = []
    reach = -1.0
    for cell in sorted(cells, key=lambda c: c.left):
        if out and cell.left < reach - 0.001:
            out[-1].append(cell)
        else:
            out.append([cell])
            reach = cell.right
        reach = max(reach, cell.right)
    return out


def _counts(strip: Sequence[Cell]) -> bool:
    """Whether a strip counts 1, 2, 3 … (a 行次 column without a header)."""
    if any(c.amountlike for c in strip) or len(strip) < 5:
        return False
    values = [int(c.text) for c in sorted(strip, key=lambda c: c.run.box[1]) if c.text.isdigit() and len(c.text) <= 3]
    steps = [b - a for a, b in pairwise(values)]
    return bool(steps) and sum(1 <= s <= 3 for s in steps) >= 0.7 * len(steps)


def _column_at(left: float, right: float, columns: Sequence[Column]) -> int | None:
    """The column for an x-range, or None where it cannot be told."""
    overlaps = sorted(
        ((min(right, c.right) - max(left, c.left), i) for i, c in enumerate(columns) if c.kind != "item"), reverse=True
    )
    if not overlaps:
        return None
    best, index = overlaps[0]
    second = overlaps[1][0] if len(overlaps) > 1 else -1.0
    if best > 0 and second < 0.5 * best:
        return index
    centre = (left + right) / 2
    near = sorted((abs(c.centre - centre), i) for i, c in enumerate(columns) if c.kind != "item")
    if len(near) == 1:
        return near[0][1] if near[0][0] < 0.2 else None
    return near[0][1] if near[0][0] < 0.6 * near[1][0] else None


def _draft(row: Sequence[Cell], half: Half, columns: Sequence[Column], columns_of: dict[int, int]) -> _Draft | None:
    """The part of a row that belongs to one half."""
    label: list[Cell] = []
    amounts: dict[int, Amount] = {}
    boxes: list[Cell] = []
    for cell in row:
        if cell.numeric:
            index = columns_of.get(id(cell))
            if index in half.indexes and columns[index].kind == "figure":
                amounts[index] = _agreed(amounts.get(index), amount_of(cell))
                boxes.append(cell)
            elif index is None and _spanned(cell, columns) > 1:
                for i in half.indexes:
                    if columns[i].kind == "figure" and cell.left < columns[i].centre < cell.right:
                        amounts[i] = _glued(cell)
                        boxes.append(cell)
        elif _garbled(cell, row):
            index = _column_at(cell.left, cell.right, columns)
            if index in half.indexes and columns[index].kind == "figure":
                amounts[index] = _unreadable(cell)
                boxes.append(cell)
        elif half.left <= cell.left < half.label_end and not (label and _NOTE_CELL.fullmatch(cell.text)):
            _add_label(label, cell)
    boxes += label
    if not boxes:
        return None
    where = label or boxes
    top = min(c.run.box[1] for c in where)
    return _Draft(label, amounts, top, max(c.run.box[3] for c in where))


def _garbled(cell: Cell, row: Sequence[Cell]) -> bool:
    """Whether a text cell is a figure misread under a seal (``京,066,398.29``): mostly digits, beside a label."""
    digits = sum(c in "0123456789.,，" for c in cell.text)
    return 2 * digits > len(cell.text) and bool(_MONEY.search(cell.text)) and row[0] is not cell


def _unreadable(cell: Cell) -> Amount:
    """A figure that is seen and cannot be read."""
    return Amount(None, 0, False, cell.run.text, 0.0, cell.run.evidence(), "此处数字无法辨认，请人工查看")


def _add_label(label: list[Cell], cell: Cell) -> None:
    """Add a label cell; of two readings of one place only the one that is a row name (else the surer) stays."""
    last = label[-1] if label else None
    if last is None or cell.left > (last.left + last.right) / 2:
        label.append(cell)
        return
    known = name_of(cell.text).known, name_of(last.text).known
    if known[0] != known[1]:
        label[-1] = cell if known[0] else last
    elif cell.run.confidence > last.run.confidence:
        label[-1] = cell


def _agreed(first: Amount | None, second: Amount) -> Amount:
    """One figure from two readings of one place; where they differ it is doubtful."""
    if first is None:
        return second
    money = [a for a in (first, second) if _MONEY.search(a.raw)]
    a, b = first.evidence.box, second.evidence.box
    if len(money) == 1 and (a[2] <= b[0] or b[2] <= a[0]):
        # a row or note number printed in the figure's column
        return money[0]
    if first.value != second.value and (a[2] <= b[0] or b[2] <= a[0]):
        return replace(first, value=None, confidence=0.0, note="此栏出现两个数字，无法分清，请人工查看")
    better = max(first, second, key=lambda a: (a.value is not None, a.confidence))
    if first.value == second.value:
        return better
    return replace(better, confidence=min(better.confidence, 0.5), note="此处两次识别结果不一致，请核对原件")


def _glued(cell: Cell) -> Amount:
    """A figure that lies across several columns: seen, not readable."""
    return Amount(None, 0, False, cell.run.text, 0.0, cell.run.evidence(), "相邻两栏的数字粘连，无法分清，请人工查看")


def _joined(drafts: Sequence[_Draft]) -> list[Entry]:
    """Entries with wrapped labels joined."""
    used: set[int] = set()
    parts = {i: _label_rows(drafts, i, used) for i, d in enumerate(drafts) if d.amounts}
    out: list[Entry] = []
    for i, draft in enumerate(drafts):
        if i in used:
            continue
        rows = [drafts[k] for k in parts.get(i, [i])]
        text = "".join(r.text for r in rows)
        name = name_of(text)
        if not name.known and name_of(rest := _STRAY.sub("", text)).known:
            text, name = rest, name_of(rest)
        if not text and any(_MONEY.search(a.raw) for a in draft.amounts.values()):
            # figures whose label was not read: they belong to a sum, and show that rows may be apart
            out.append(Entry(name, "", draft.amounts, next(iter(draft.amounts.values())).evidence.page))
        if not text or (not draft.amounts and not name.key and not name.known):
            continue
        page = next(r.label[0].run.page.page for r in rows if r.label)
        out.append(Entry(name, text, draft.amounts, page))
    return out


def _label_rows(drafts: Sequence[_Draft], i: int, used: set[int]) -> list[int]:
    """Indexes of the printed rows that make the label of row ``i``, in order; marks them used."""
    draft = drafts[i]
    before: list[int] = []
    after: list[int] = []

    def free(k: int) -> bool:
        return 0 <= k < len(drafts) and k not in used and not drafts[k].amounts and bool(drafts[k].label)

    if not draft.label:
        # figures set between the two lines of their label
        if free(i - 1) and _near(drafts[i - 1], draft) and not name_of(drafts[i - 1].text).heading:
            before.append(i - 1)
        if free(i + 1) and _near(draft, drafts[i + 1]) and (not before or not _whole(drafts[i - 1], drafts[i + 1])):
            after.append(i + 1)
    else:
        previous = drafts[i - 1] if free(i - 1) else None
        if (
            previous
            and _near(previous, draft)
            and (continues(draft.text) or leans(previous.text) or (unfinished(previous.text) and not name_of(draft.text).known))
            and not name_of(previous.text).heading
        ):
            before.append(i - 1)
        whole = "".join(drafts[k].text for k in [*before, i])
        k = i + 1
        while free(k) and k <= i + 2 and _near(drafts[k - 1], drafts[k]):
            tail = drafts[k].text
            if not (continues(tail) or (unfinished(whole) and not name_of(tail).known)):
                break
            after.append(k)
            whole += drafts[k].text
            k += 1
    used.update(before, after)
    return [*before, i, *after]


def _near(upper: _Draft, lower: _Draft) -> bool:
    """Whether two rows stand as close as the lines of one label."""
    height = max(upper.height, lower.height)
    return lower.centre - upper.centre < 2.0 * height


def _whole(upper: _Draft, lower: _Draft) -> bool:
    """Whether the upper text is a row name by itself that the lower one does not continue."""
    return name_of(upper.text).known and not continues(lower.text) and not unfinished(upper.text)


def known_names(entries: Iterable[Entry]) -> set[str]:
    """The row names understood among entries."""
    return {e.name.name for e in entries if e.name.known}
