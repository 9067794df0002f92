"""What a filled-in application form says: every value with the words that name it, as printed.

No metric is known here: a value comes with its label, the labels over it, its year head and unit. What they
mean is decided by ``extractor.claims.application``. Forms filled in by hand are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from extractor.documents.form_cells import (
    UNIT,
    FormCell,
    FormTable,
    Look,
    form_tables,
    look_of,
    plain,
    unit_in,
    unit_remark,
    whole_tables,
)
from extractor.documents.form_crosswise import Crossed, crosswise, with_heads
from extractor.documents.rows import Run, rows
from extractor.model import Box, Page
from extractor.values.dates import find_dates, parse_period

SIGNED = "签署日期"
"""The label given to the date beside the enterprise's signature or stamp."""

COVER = "封面年度"
"""The label given to the year (and month) that the title or the cover shows."""

_INLINE = re.compile(
    rf"(?P<label>[\u4e00-\u9fff&A-Za-z]{{2,24}}(?:\([^()\d]{{1,8}}\))?)\s?[:]?\s?[(]?\s*"
    rf"(?P<value>\d[\d,.]*)\s*[)]?\s*(?P<unit>{UNIT})?(?=[\s,;、。.)]|$)"
)
_YEARLY = re.compile(rf"(?P<year>(?:19|20)\d\d年(?:度|末)?|[上前]年度?)\s*[::]?\s*(?P<value>-?\d[\d,.]*)\s*(?P<unit>{UNIT})?")
_PAIR = re.compile(r"(?P<label>[\u4e00-\u9fff()A-Za-z&]{2,24})\s*:\s*(?P<value>.*)", re.S)
_TITLE_YEAR = re.compile(r"((?:19|20)\d\d)年.{0,24}(?:申请|申报|推荐)(?:书|表)")
_SIGNATURE = re.compile(r"签名|签字|公章|盖章|\(章\)")
_REVIEWER = re.compile(r"推荐|审核|初核|初审|主管部门|工业和信息化|经信|评审|意见")
_HEADING = re.compile(r"[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十]{1,3}部分|\([一二三四五六七八九十]\)")
_INLINE_LONGEST = 80
_LABEL_SURE = 0.8
"""A label read no worse than this is proved by being a known one."""
_GAP, _GAP_INSIDE = 0.8, 2.5
"""White space, in characters, that parts two cells of a form without rules: between lines as read, inside one."""


@dataclass(frozen=True, slots=True)
class FormEntry:
    """A value of the form.

    ``labels``: the words that may name it, likeliest first; ``parents``: labels over or before them, nearest first. ``year``: the
    year head as printed, also one that is no year (``2021年计划``); ``unit`` is its own (its cell, its head),
    ``table_unit`` a remark over the whole table. ``value`` is empty where nothing was read. ``inline``: found in
    a line of text, so a cell of its own goes before it.
    """

    labels: tuple[str, ...]
    value: str
    look: Look
    year: str = ""
    unit: str = ""
    table_unit: str = ""
    parents: tuple[str, ...] = ()
    page: int = 1
    box: Box = (0.0, 0.0, 1.0, 1.0)
    confidence: float = 1.0
    printed: bool = True
    inline: bool = False


def form_entries(pages: Sequence[Page]) -> list[FormEntry]:
    """Every value of a form with its labels, table by table, then the lines outside tables page by page."""
    entries = [e for table in form_tables(pages) for e in _table_entries(table)]
    for page in pages:
        entries += _loose_entries(page)
    return entries + list(_cover(pages))


def _cover(pages: Sequence[Page]) -> Iterator[FormEntry]:
    """The year of the title (``2021年度…申请书``) or a month alone on the first two pages (``二〇二一年四月``)."""
    for page in pages[:2]:
        for line in page.lines:
            text = re.sub(r"\s+", "", plain(line.text))
            title = _TITLE_YEAR.search(text)
            month = parse_period(text) if len(text) < 12 and "月" in text else None
            if title or month:
                year = title[1] if title else (month or "")[:4]
                yield FormEntry((COVER,), year, Look.YEAR, page=page.page, box=line.box, confidence=line.confidence)


# --- ruled tables ------------------------------------------------------------


def _table_entries(table: FormTable) -> Iterator[FormEntry]:
    """The values of a table; a text is the value of the cell beside it only."""
    for cell in table.cells:
        if cell.look in (Look.FIGURE, Look.BLANK, Look.NIL):
            entry = _figure(table, cell)
            if entry is not None:
                yield entry
        elif cell.look in (Look.TEXT, Look.TICK):
            yield from _text(table, cell)


def _figure(table: FormTable, cell: FormCell) -> FormEntry | None:
    """The entry of a figure or an empty cell; None where no label can be told."""
    year, head_unit = _year_above(table, cell)
    labels: list[str] = []
    parents: list[str] = []
    left_year, unit, tall = "", "", False
    lefts = list(table.left(cell))
    crosswise = _crosswise(lefts, cell)
    for other in lefts:
        if other.look is Look.TEXT or other.look is Look.TICK:
            if other.look is Look.TICK:
                break
            (parents if labels else labels).append(other.text)
            tall = tall or (len(labels) == 1 and not parents and other.row_span > cell.row_span)
        elif not labels:
            lost = other.look is Look.BLANK and not (year or _beside_year(table, cell))
            if lost and not (crosswise and (_year_of(lefts) or _label_above(table, other))):
                return None  # what stood there may have been the label
            left_year = left_year or (other.text if other.look is Look.YEAR else "")
            unit = unit or (unit_in(other.text) if other.look in (Look.YEAR, Look.UNIT) else "")
    if not labels or tall:
        labels += _label_above(table, cell)
    if not labels:
        return None
    beside = table.right(cell)
    if not unit and beside is not None and beside.look is Look.UNIT:
        unit = unit_in(beside.text)
    return _entry(cell, labels, parents, left_year or year, unit or head_unit, table.unit)


def _entry(
    cell: FormCell, labels: Sequence[str], parents: Sequence[str], year: str = "", unit: str = "", table_unit: str = ""
) -> FormEntry:
    return FormEntry(
        labels=tuple(labels),
        value=cell.text,
        look=cell.look,
        year=year,
        unit=unit,
        table_unit=table_unit,
        parents=tuple(parents),
        page=cell.page,
        box=cell.box,
        confidence=cell.confidence,
        printed=cell.printed,
    )


def _spans(tall: FormCell, cell: FormCell) -> bool:
    """Whether a cell covers the rows of another and more, as the name of a section does."""
    return tall.row <= cell.row and tall.row + tall.row_span >= cell.row + cell.row_span and tall.row_span > cell.row_span


def _crosswise(lefts: Sequence[FormCell], cell: FormCell) -> bool:
    """Whether no label stands on the row of a value, so that it is named from above."""
    return all(_spans(c, cell) for c in lefts if c.look in (Look.TEXT, Look.TICK))


def _year_of(lefts: Sequence[FormCell]) -> bool:
    """Whether a year names the row (``2019年 | 7,000 | 500`` under labels)."""
    return any(c.look is Look.YEAR for c in lefts)


def _beside_year(table: FormTable, cell: FormCell) -> bool:
    """Whether a year stands right before the cell (``2019年 | | 2020年 | 3``)."""
    beside = next(iter(table.left(cell)), None)
    return beside is not None and beside.look is Look.YEAR


def _year_above(table: FormTable, cell: FormCell) -> tuple[str, str]:
    """The year head over a cell and its unit; a head that is no year as it stands; empty where there is none."""
    for other in table.above(cell):
        if other.look is Look.YEAR:
            return (other.text, unit_in(other.text)) if _governs(table, other, cell) else ("", "")
        if other.odd_head:
            return other.text, ""
        if not other.valuelike:
            return "", ""
    return "", ""


def _governs(table: FormTable, head: FormCell, cell: FormCell) -> bool:
    """Whether the row of a value keeps to the year heads: a value under each, each under one."""
    heads = [c for c in table.on_row(head.row) if c.look is Look.YEAR]
    beside = table.on_row(cell.row)
    if sum(h.overlaps(cell) for h in heads) != 1:
        return False
    # a label between the heads' columns begins a part of another kind
    start, end = min(h.col for h in heads), max(h.col + h.col_span for h in heads)
    return all(c is cell or c.valuelike for c in beside if c.col < end and start < c.col + c.col_span)


def _label_above(table: FormTable, cell: FormCell) -> list[str]:
    """The label over a cell, through figures and years; none where that label has its own value beside it."""
    for other in table.above(cell):
        if other.look is Look.TICK:
            return []
        if other.look is Look.TEXT and not other.valuelike:
            beside = table.right(other)
            own = beside is not None and beside.look in (Look.FIGURE, Look.NIL)
            return [] if own else [other.text]
    return []


def _text(table: FormTable, cell: FormCell) -> Iterator[FormEntry]:
    """A text cell: the value of the cell left of it, and what its own words say."""
    left = list(table.left(cell))
    beside = next((c for c in left if c.look is not Look.UNIT), None)
    year, head_unit = _year_above(table, cell)
    if beside is not None and beside.look is Look.TEXT:
        parents = [c.text for c in left[left.index(beside) + 1 :] if c.look is Look.TEXT and _spans(c, beside)]
        unit = next((unit_in(c.text) for c in left if c.look is Look.UNIT), head_unit)
        yearly = list(_yearly(cell, beside.text, table.unit))
        if yearly:
            yield from yearly
            return
        yield _entry(cell, [beside.text], parents, year, unit, table.unit)
    elif beside is not None and beside.look is Look.YEAR:
        label = next((c.text for c in left if c.look is Look.TEXT), "")
        if label:
            yield _entry(cell, [label], [], beside.text, unit_in(beside.text), table.unit)
    over = tuple(c.text for c in left if c.look is Look.TEXT)
    yield from _inline(cell.text, cell.page, cell.box, cell.confidence, cell.printed, over)
    yield from _signed(cell.text, cell.page, cell.box, cell.confidence, cell.printed)


def _yearly(cell: FormCell, label: str, table_unit: str) -> Iterator[FormEntry]:
    """Values of several years in one cell: ``2019年：7,000.00  2020年：8,123.45``."""
    hits = list(_YEARLY.finditer(cell.text))
    rest = _YEARLY.sub("", cell.text).strip(" \n,;、。")
    if not hits or rest:
        return
    for hit in hits:
        yield FormEntry(
            (label,), hit["value"], Look.FIGURE, hit["year"], hit["unit"] or "", table_unit,
            page=cell.page, box=cell.box, confidence=cell.confidence, printed=cell.printed,
        )  # fmt: skip


def _inline(
    text: str, page: int, box: Box, confidence: float, printed: bool, parents: tuple[str, ...] = ()
) -> Iterator[FormEntry]:
    """Counts named in a short text: ``其中发明专利 3 项，实用新型 5 项``; a label with its value after a colon."""
    if len(text) > _INLINE_LONGEST or "。" in text:
        return
    for hit in _INLINE.finditer(text):
        yield FormEntry(
            (hit["label"],), hit["value"], Look.FIGURE, "", hit["unit"] or "",
            parents=parents, page=page, box=box, confidence=confidence, printed=printed, inline=True,
        )  # fmt: skip
    for part in re.split(r"\n|\s{2,}", text):
        pair = _PAIR.fullmatch(part.strip())
        if pair and not _INLINE.fullmatch(part.strip()):
            value = plain(pair["value"])
            yield FormEntry(
                (pair["label"],), value, look_of(value),
                page=page, box=box, confidence=confidence, printed=printed, inline=True,
            )  # fmt: skip


def _signed(text: str, page: int, box: Box, confidence: float, printed: bool) -> Iterator[FormEntry]:
    """The date beside the enterprise's signature; never that of an office."""
    if not _SIGNATURE.search(text) or _REVIEWER.search(text):
        return
    dates = {d.value for d in find_dates(text)}
    if len(dates) == 1:
        day = dates.pop().isoformat()
        yield FormEntry((SIGNED,), day, Look.FIGURE, page=page, box=box, confidence=confidence, printed=printed, inline=True)


# --- lines outside tables ------------------------------------------------------


def _loose_entries(page: Page) -> Iterator[FormEntry]:
    """The values of rows without rules: ``label value``, ``label: value``, ``label v2019 v2020`` under year heads."""
    areas = [t.box for t in whole_tables(page)]
    lines = tuple(x for x in page.lines if not any(b[0] <= x.cx <= b[2] and b[1] <= x.cy <= b[3] for b in areas))
    if not lines:
        return
    printed = page.source in ("text", "sheet")
    found = rows(page.model_copy(update={"lines": lines, "tables": ()}))
    told = [with_heads([(s, look_of(plain(s.text))) for s in _parts(row)]) for row in found]
    crossed, used = crosswise(told)
    for one in crossed:
        yield _crossed(one, page.page, printed)
    heads: list[Run] = []
    signature, unit = -9, ""
    for k, (row, parts) in enumerate(zip(found, told, strict=True)):
        text = plain(row.text)
        if _HEADING.match(text):
            heads, unit = [], ""
        unit = unit_remark(text) or unit
        years = [s for s, look in parts if look is Look.YEAR]
        if len(years) >= 2 and all(look is not Look.FIGURE for _, look in parts):
            heads = years
            continue
        if _SIGNATURE.search(text) and not _REVIEWER.search(text):
            signature = k
        dated = [s for s, _ in parts if find_dates(plain(s.text))] if k - signature <= 3 else []
        for part in dated if not _REVIEWER.search(text) else []:
            yield from _signed(f"盖章 {plain(part.text)}", page.page, part.box, _sureness(part), printed)
        if k in used:
            continue
        for entry in _loose_row(parts, heads, page.page, printed):
            yield replace(entry, table_unit=unit)
        yield from _loose_inline([s for s, _ in parts], page.page, printed)


def _crossed(one: Crossed, page: int, printed: bool) -> FormEntry:
    """The entry of a figure under its label. The label is proved by being a known one, the figure only by its print."""
    at = one.value or one.at
    sure = _sureness(one.value) if one.value is not None else 1.0
    return FormEntry(
        (one.label,), plain(one.value.text) if one.value is not None else "", one.look, one.year, page=page, box=at.box,
        confidence=sure if one.label_confidence >= _LABEL_SURE else min(sure, one.label_confidence),
        parents=(one.aside,) if one.aside else (), printed=printed, inline=printed,
    )  # fmt: skip


def _parts(row: Run) -> list[Run]:
    """The stretches of a row that stand apart; what was read as one line stays together longer."""
    starts = [0]
    for k, (glyph, white) in enumerate(zip(row.glyphs, row.gaps, strict=True)):
        if k and white > (_GAP_INSIDE if glyph.line is row.glyphs[k - 1].line else _GAP):
            starts.append(k)
    cut = [row.slice(a, b) for a, b in zip(starts, [*starts[1:], len(row)], strict=True)]
    return [run for run in cut if plain(run.text)]


def _sureness(run: Run) -> float:
    """The confidence of a stretch; low where it was read in two ways (a seal lies on it)."""
    return min(run.confidence, 0.5) if run.disagrees else run.confidence


def _loose_inline(parts: Sequence[Run], page: int, printed: bool) -> Iterator[FormEntry]:
    """What the words of a row say by themselves; a label whose colon ends its part names the next part."""
    for a, b in zip(parts, [*parts[1:], None], strict=True):
        own = plain(a.text)
        if own.endswith(":") and b is not None:
            value = plain(b.text)
            yield FormEntry(
                (own[:-1],), value, look_of(value), page=page, box=b.box, confidence=min(a.confidence, b.confidence),
                printed=printed, inline=True,
            )  # fmt: skip
        else:
            yield from _inline(own, page, a.box, a.confidence, printed)


def _loose_row(parts: Sequence[tuple[Run, Look]], heads: Sequence[Run], page: int, printed: bool) -> Iterator[FormEntry]:
    """What stands behind each label of a row; the years of figures by a year before them or the heads over them."""
    groups: list[tuple[Run, list[tuple[Run, Look]]]] = []
    for run, look in parts:
        if look is Look.TEXT or (look is Look.TICK and not groups):
            groups.append((run, []))
        elif groups:
            groups[-1][1].append((run, look))
    for at, (label, behind) in enumerate(groups):
        unit = next((unit_in(plain(r.text)) for r, look in behind if look is Look.UNIT), "")
        values: list[tuple[Run, Look]] = [(r, look) for r, look in behind if look in (Look.FIGURE, Look.TICK, Look.NIL)]
        if not values and at + 1 < len(groups) and not behind:
            values = [(groups[at + 1][0], Look.TEXT)]
        year = ""
        for run, look in behind if any(look is Look.YEAR for _, look in behind) else values:
            if look is Look.YEAR:
                year = plain(run.text)
                continue
            over = year
            if not over and heads and look is Look.FIGURE:
                # heads govern rows of one label only
                over = (_head_over(run, heads) or "?") if len(groups) == 1 and len(values) <= len(heads) else ""
            if look is not Look.UNIT:
                yield _loose(label, plain(run.text), look, over, unit, page, run, printed)
            year = ""
        if not values:
            yield _loose(label, "", Look.BLANK, "", unit, page, label, printed)


def _loose(label: Run, value: str, look: Look, year: str, unit: str, page: int, run: Run, printed: bool) -> FormEntry:
    sure = _sureness(run) if label.confidence >= _LABEL_SURE and not label.disagrees else min(label.confidence, _sureness(run))
    return FormEntry(
        (plain(label.text).rstrip(":"),), value, look, year, unit, page=page, box=run.box, confidence=sure,
        printed=printed, inline=printed,
    )  # fmt: skip


def _head_over(run: Run, heads: Sequence[Run]) -> str:
    """The year head that stands over a figure; empty where two are about as near."""
    if not heads:
        return ""
    middle = (run.box[0] + run.box[2]) / 2
    off = sorted((abs((h.box[0] + h.box[2]) / 2 - middle), k) for k, h in enumerate(heads))
    spread = min((abs(a.box[0] - b.box[0]) for a in heads for b in heads if a is not b), default=0.0)
    return plain(heads[off[0][1]].text) if off[0][0] < 0.35 * spread else ""
