"""The rows of a social-security list: one person in one period each, counted as distinct persons.

Columns are known by their headers; the header of an earlier page serves later ones without their own. Persons are told
apart by the hash of their ID number (``Line.person``), by the number where it was printed masked together with the
name, by a personal number, else by name and row.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from extractor.documents.social_columns import Column, Grid, header_of
from extractor.documents.social_lines import line_rows
from extractor.model import Box, Line, Page, union
from extractor.values.chinese import squeeze
from extractor.values.months import find_months
from extractor.values.persons import PROVINCES, find_ids
from extractor.values.traditional import simplified

_TOTAL = re.compile(r"合计|小计|总计|共计|累计|本页|制表|经办|审核|打印|填表|单位名称|负责人|备注[:：]|说明[:：]|人数|人次|^姓名")
_LABELLED = re.compile(r"^[(（]?[\u4e00-\u9fff]{2,14}[:：]")
"""A label with its colon: a line above or below the list, never a cell of it."""
_OUT = re.compile(r"停保|暂停|终止|退休|减员|中断|离职|未参保|转出|死亡|注销|退保")
_BACK = re.compile(r"返聘|未终止|未中断")
_NAME = re.compile(
    r"(?:[\u4e00-\u9fff][\u4e00-\u9fff*＊某xX×]{1,4}(?:[·•.][\u4e00-\u9fff]{1,12})*"
    r"|[A-Za-z][A-Za-z .'·-]{2,40})(?=$|[^\u4e00-\u9fffA-Za-z])"
)
_LEADING = re.compile(r"^[^\u4e00-\u9fffA-Za-z*＊]+")
"""A serial number in the name's cell, specks before it."""
_HAN_NAME = re.compile(r"[\u4e00-\u9fff][\u4e00-\u9fff·*＊某]{1,4}")
_NOT_NAME = re.compile(
    r"参保|缴费|保险|正常|男|女|身份|单位|公司|职工|企业|在职|社会|姓名|序号|养老|医疗|工伤|失业|生育|基数|备注|状态|月|年"
    r"|元|城镇|农村|合同|欠费|已|未|[校查验证]码|防伪|盖章|日期|证明"
)
_MASKED = re.compile(r"(?<![0-9A-Za-z*])\d{1,10}(?:[*＊×]{2,16}|[xX]{6,14})[\dXx]{0,8}(?![0-9A-Za-z*])")
_WHOLE = re.compile(r"\d{4}\*{10}\d{3}[\dXx]")
"""A masked number to which the next column's was joined."""
_PARTS = re.compile(r"(\d*)(?:[*＊×]+|[xX]{6,14})([\dXx]*)")
_ENDS = re.compile(r"(\d{4})[^0-9A-Za-z\u4e00-\u9fff]{0,16}(\d{3}[\dXx])")
_NUMBER = re.compile(r"[A-Za-z]{0,4}\d[0-9A-Za-z-]{4,19}")
_SPECKS = ".,·'’‘`:： "
_SAID = frozenset({"status", "month", "term", "since", "from", "to"})
"""Columns that are read beyond a row's own line."""
_WHO = frozenset({"name", "id", "number", "serial"})
_WRAP = 1.0
"""Lines of a wrapped cell stand at most so many line heights off their row."""
_ANY = Column("other", 0.0, 1.0)
"""The column of everything in a list without header."""
CLEAR = 0.6
"""A row counts as clearly read where its name or its number was read this surely."""


@dataclass(slots=True)
class Entry:
    """One printed row: a person in a period. ``identity`` tells persons apart, never shown.

    ``months``: the month or months that the row itself is about (lists by month); ``start`` and ``end``: since when
    and until when it says the person is insured or paid, where printed. ``numbered``: an ID number is printed,
    readable (``id_masked``) or not. ``confidence``: of name and number; ``clear``: whether either is sure.
    """

    name: str
    id_masked: str
    identity: str | None
    numbered: bool
    months: tuple[str, ...]
    start: str | None
    end: str | None
    active: bool
    serial: int | None
    page: Page
    box: Box
    confidence: float
    clear: bool


@dataclass(slots=True)
class People:
    """The persons of a list: entries, distinct ones, those no longer insured."""

    entries: list[Entry] = field(default_factory=list)
    pages: int = 0
    headed: bool = False
    with_ids: bool = False
    """Whether the list has a column of ID numbers."""

    def distinct(self) -> dict[str, list[Entry]]:
        """Insured persons by key, each with its rows."""
        out: dict[str, list[Entry]] = {}
        seen: dict[tuple[str, tuple[str, ...]], int] = {}
        known: dict[str, set[str]] = {}
        for entry in self.entries:
            if entry.identity and entry.name:
                known.setdefault(entry.name, set()).add(entry.identity)
        for number, entry in enumerate(self.entries):
            if not entry.active:
                continue
            if entry.identity:
                key = entry.identity
            elif entry.months and len(known.get(entry.name, ())) == 1:
                # the number is unreadable in this month; the one bearer of the name is meant
                key = next(iter(known[entry.name]))
            elif entry.months:
                # names only, by month: the k-th bearer of a name in a month is one person in all months
                nth = seen[entry.name, entry.months] = seen.get((entry.name, entry.months), 0) + 1
                key = f"name:{entry.name}:{nth}"
            else:
                key = f"row:{number}"
            out.setdefault(key, []).append(entry)
        return out

    def gone(self) -> int:
        """Rows of persons no longer insured."""
        return sum(not e.active for e in self.entries)

    def serials_fit(self) -> bool | None:
        """Whether printed serial numbers run from 1 without gap to the number of rows; None when not printed."""
        serials = [e.serial for e in self.entries if e.serial is not None]
        if len(serials) < 0.5 * len(self.entries) or not serials:
            return None
        return max(serials) == len(self.entries) or _restarts(serials) == len(self.entries)


def _restarts(serials: Sequence[int]) -> int:
    """Rows that serial numbers which restart on every page stand for."""
    ends = [a for a, b in itertools.pairwise(serials) if b <= a] + [serials[-1]]
    return sum(ends)


def read_people(pages: Iterable[Page]) -> People:
    """All person rows of the pages of one list."""
    people = People()
    grid = Grid(())
    for page in pages:
        before = len(people.entries)
        fresh = False
        printed = line_rows(page)
        for k, lines in enumerate(printed):
            header = header_of(lines)
            if header:
                grid, people.headed, fresh = Grid(header), True, True
                for beside in (*printed[max(0, k - 1) : k], *printed[k + 1 : k + 2]):
                    grid.widen(beside, lines)
                people.with_ids |= "id" in grid.kinds
                continue
            if fresh and grid.refine(lines):
                continue
            fresh = False
            wrapped = _wrapped(printed, k, grid)
            for half, cells in enumerate(grid.cells(lines)) if grid.groups else [(0, [(_ANY, x) for x in lines])]:
                own = [cell for cell in wrapped if cell[0] in grid.groups[half]]
                entry = _entry(page, cells, own, len(grid.groups[half]) if grid.groups else 0)
                if entry is not None:
                    people.entries.append(entry)
                    if grid.groups:
                        grid.follow(half, cells)
        people.pages += len(people.entries) > before
    return people


def _wrapped(printed: Sequence[Sequence[Line]], k: int, grid: Grid) -> list[tuple[Column, Line]]:
    """The cells just above and below a row that go on with it: of rows that show nobody, over nothing in the row."""
    row = printed[k]
    out: list[tuple[Column, Line]] = []
    for beside in (*printed[max(0, k - 1) : k], *printed[k + 1 : k + 2]):
        cells = [cell for line in beside for half in grid.cells([line]) for cell in half]
        if len(beside) >= len(row) or any(column.kind in _WHO for column, _ in cells):
            continue
        out += [
            (column, line)
            for column, line in cells
            if column.kind in _SAID
            and min(abs(line.cy - x.cy) for x in row) < _WRAP * line.height
            and not any(min(x.box[2], line.box[2]) > max(x.box[0], line.box[0]) for x in row)
        ]
    return out


def _entry(page: Page, row: Sequence[tuple[Column, Line]], wrapped: Sequence[tuple[Column, Line]], columns: int) -> Entry | None:
    """The person of a row (of one half of it); None for totals, notes and rows without anyone.

    ``wrapped``: lines above and below that go on with its cells; ``columns``: of the list, 0 where no header was read.
    """
    lines = [line for _, line in row]
    text = "".join(squeeze(x.text) for x in lines)
    if not lines or any(_LABELLED.match(squeeze(x.text)) for x in lines):
        return None
    cells: dict[str, list[Line]] = {}
    for column, line in row if columns else ():
        cells.setdefault(column.kind, []).append(line)
    for column, line in wrapped:
        cells.setdefault(column.kind, []).append(line)
    named = _name(cells, lines)
    name = named[0] if named else ""
    found = _identity(cells, lines, name)
    if not (found.numbered and name) and _TOTAL.search(text):
        return None
    if not name and found.key is None:
        return None
    # without any number only a row of a headed list that has a name in its place
    if not found.key and not found.numbered and not (columns and cells.get("name")):
        return None
    serial = _serial(cells, lines)
    if not found.key and serial is None and len(lines) < max(2, 0.5 * columns):
        return None
    start, end, months = _span(cells)
    sure = [x.confidence for x in (*(named[1:] if named else ()), *found.lines)]
    return Entry(
        name,
        found.masked,
        found.key,
        found.numbered,
        months,
        start,
        end,
        _insured(cells),
        serial,
        page,
        union(x.box for x in lines),
        min(sure, default=0.0),
        max(sure, default=0.0) >= CLEAR,
    )


def _name(cells: dict[str, list[Line]], lines: Sequence[Line]) -> tuple[str, Line] | None:
    """The person's name and its line: in its column, else the Chinese words beside the ID number."""
    for line in cells.get("name", []):
        plain = _LEADING.sub("", squeeze(line.text))
        if (match := _NAME.match(plain)) and not _NOT_NAME.fullmatch(match[0]) and not _TOTAL.search(match[0]):
            return simplified(match[0]), line
    for line in lines:
        plain = _LEADING.sub("", squeeze(line.text))
        match = _HAN_NAME.match(plain)
        if (
            match
            and len(match[0]) <= 4
            and not _NOT_NAME.search(match[0])
            and (len(plain) == len(match[0]) or _MASKED.search(plain))
        ):
            return simplified(match[0]), line
    return None


@dataclass(frozen=True, slots=True)
class _Number:
    """A person's number: a key that tells persons apart, the masked ID number ("" where not printed or not readable).

    ``numbered``: an ID number is printed; ``lines``: where.
    """

    key: str | None = None
    masked: str = ""
    numbered: bool = False
    lines: tuple[Line, ...] = ()


def _identity(cells: dict[str, list[Line]], lines: Sequence[Line], name: str) -> _Number:
    """The number of the row's person."""
    for line in lines:
        if line.person:
            found = _MASKED.search(squeeze(line.text)) or _WHOLE.search(squeeze(line.text))
            masked = _shown(found[0]) if found else ""
            return _Number("id:" + line.person, masked, True, (line,))
    own = tuple(sorted(cells.get("id", []), key=lambda x: x.box[0]))
    joined = "".join(squeeze(x.text) for x in own)
    for text, at in ((joined, own), *((squeeze(x.text), (x,)) for x in lines)):
        if whole := find_ids(text):
            return _Number("id:" + text[whole[0].start : whole[0].end].upper(), whole[0].masked, True, at)
        if found := _MASKED.search(text):
            return _by_mask(found[0], name, at)
    # only the clear ends of a masked number were read: its stars are faint in print
    if (ends := _ENDS.fullmatch(joined)) and ends[1][:2] in PROVINCES:
        return _by_mask(f"{ends[1]}{'*' * 10}{ends[2]}", name, own)
    for line in cells.get("number", []):
        if number := _NUMBER.fullmatch(squeeze(line.text)):
            return _Number("number:" + number[0], lines=(line,))
    return _Number(numbered=bool(re.search(r"\d{3}|[*＊]{2}", joined)), lines=own)


def _by_mask(text: str, name: str, lines: tuple[Line, ...]) -> _Number:
    """The number printed masked: not unique by itself; its stars and head are read less surely than its end."""
    masked = _shown(text)
    tail = re.sub(r".*[*＊×]|.*[xX]{6}", "", text).upper()
    return _Number(f"masked:{tail}:{name}" if len(tail) == 4 else None, masked, True, lines)


def _shown(text: str) -> str:
    """A masked number in the one form of four digits, ten stars, four digits; "" where it was read in part only.

    Scans drop or double stars. A number that hides more (its end, too) keeps its 18 characters.
    """
    parts = _PARTS.fullmatch(text)
    if parts is None:
        return ""
    head, tail = parts[1][:4], parts[2].upper()
    whole = len(head) == 4 and len(tail) == 4
    return f"{head}{'*' * (18 - len(head) - len(tail))}{tail}" if whole or (len(text) == 18 and head) else ""


def _span(cells: dict[str, list[Line]]) -> tuple[str | None, str | None, tuple[str, ...]]:
    """Since when and until when a row says the person is insured, and the months that the row itself is about."""

    def months(*kinds: str) -> list[str]:
        return [m for kind in kinds for line in cells.get(kind, []) for m in find_months(line.text.lstrip(_SPECKS))]

    own, first, last, term = months("month"), months("from", "since"), months("to"), months("term")
    if first and last:
        own += [*first, *last]
    if own:
        return min(own), max(own), (min(own), max(own))
    start = min([*first, *term], default=None)
    return start, max(last, default=max(term) if len(term) > 1 else None), ()


def _insured(cells: dict[str, list[Line]]) -> bool:
    """Whether the row does not say that its person is insured no longer."""
    words = [squeeze(x.text) for x in cells.get("status", [])]
    return not any(_OUT.search(w) and not _BACK.search(w) for w in words)


def _serial(cells: dict[str, list[Line]], lines: Sequence[Line]) -> int | None:
    """The printed serial number: its column's, else a small number that opens the row."""
    for line in [*cells.get("serial", []), lines[0]]:
        match = re.match(r"(\d{1,4})(?:[.、]?$|[.、]?(?=[\u4e00-\u9fff]))", squeeze(line.text))
        if match:
            return int(match[1])
    return None
