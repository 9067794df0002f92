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

from extractor.documents.rows import Run, rows
from extractor.model import Box, Line, Page, union
from extractor.values.chinese import squeeze
from extractor.values.months import find_months
from extractor.values.persons import find_ids, mask_ids

_HEADERS: tuple[tuple[str, str], ...] = (
    ("name", r"(?:职工|人员|参保人员?|员工|个人|参保职工)?姓名|^参保人员?$|^职工$"),
    (
        "id",
        r"(?:公民)?身份(?:证|证件)?(?:号码?|编号)|证件号码?|社会保障号码?|(?:社会)?保障号码?|居民身份|公民身份|社保号码?$|身份证",
    ),
    ("number", r"个人(?:社保)?(?:编号|账号|代码|序号|社保号)|社保编号|电脑号|人员编号|职工编号|社保卡号|个人保险号"),
    ("serial", r"^序号?$|^编号$|^行号$|^no\.?$"),
    (
        "month",
        r"(?:缴费|费款|对应|业务|结算|应缴|建账|参保)?(?:费款)?(?:年月|所属期|所属年月|月份|期间)$|缴费月份|费款所属期|账期",
    ),
    ("from", r"^(?:缴费|费款)?(?:起始|开始|起)(?:年月|日期|时间|月份)$|^自年月$|^费款所属期起$"),
    ("to", r"^(?:缴费|费款)?(?:终止|截止|结束|止)(?:年月|日期|时间|月份)$|^费款所属期止$"),
    ("status", r"(?:参保|缴费|人员|缴纳|到账|险种)?状态$|参保情况|缴费标志|变动类型"),
)
_KINDS = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _HEADERS)
_TOTAL = re.compile(r"合计|小计|总计|共计|累计|本页|制表|经办|审核|打印|填表|单位名称|负责人|备注[:：]|说明[:：]|人数|人次|^姓名")
_OUT = re.compile(r"停保|暂停|终止|退休|减员|中断|离职|未参保|转出|死亡|注销|退保")
_NAME = re.compile(r"(?:[\u4e00-\u9fff][\u4e00-\u9fff·•.＊*某xX×]{1,14}|[A-Za-z][A-Za-z .'·-]{2,40})")
_HAN_NAME = re.compile(r"[\u4e00-\u9fff][\u4e00-\u9fff·*＊某]{1,4}")
_NOT_NAME = re.compile(
    r"参保|缴费|保险|正常|男|女|身份|单位|公司|职工|企业|在职|社会|姓名|序号|养老|医疗|工伤|失业|生育|基数|备注|状态|月|年"
    r"|元|城镇|农村|合同|欠费|已|未"
)
_MASKED = re.compile(r"(?<![0-9A-Za-z*])\d{1,10}[*＊×]{2,16}[\dXx]{0,8}(?![0-9A-Za-z])")


@dataclass(slots=True)
class Column:
    """A column of the list and where its header stands."""

    kind: str
    left: float
    right: float


@dataclass(slots=True)
class Entry:
    """One printed row: a person in a period. ``identity`` tells persons apart, never shown."""

    name: str
    id_masked: str
    identity: str | None
    months: tuple[str, ...]
    active: bool
    serial: int | None
    page: Page
    box: Box
    confidence: float


@dataclass(slots=True)
class People:
    """The persons of a list: entries, distinct ones, those no longer insured."""

    entries: list[Entry] = field(default_factory=list)
    pages: int = 0
    headed: bool = False

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
    groups: list[list[Column]] = []
    for page in pages:
        before = len(people.entries)
        for lines in line_rows(page):
            header = header_of(lines)
            if header:
                groups, people.headed = header, True
                continue
            for columns in groups or [[]]:
                entry = _entry(page, lines, columns, len(groups) > 1)
                if entry is not None:
                    people.entries.append(entry)
        people.pages += len(people.entries) > before
    return people


def line_rows(page: Page) -> list[list[Line]]:
    """The lines of a page by printed row, left to right."""
    if page.source == "sheet":
        ordered = sorted(page.lines, key=lambda x: (round(x.box[1], 6), x.box[0]))
        return [list(g) for _, g in itertools.groupby(ordered, key=lambda x: round(x.box[1], 6))]
    return [_lines_of(run) for run in rows(page)]


def _lines_of(run: Run) -> list[Line]:
    return sorted(run.lines, key=lambda x: x.box[0])


def header_of(lines: Sequence[Line]) -> list[list[Column]]:
    """The columns of a header row, one group per 姓名 (lists printed in two halves); empty when it is no header."""
    columns: list[Column] = []
    for line in lines:
        columns += _header_cells(line)
    kinds = [c.kind for c in columns]
    if "name" not in kinds or not {"id", "number", "serial", "month", "from", "status", "other"} & set(kinds):
        return []
    if sum(len(squeeze(x.text)) for x in lines) > 160 or _has_values(lines):
        return []
    starts = [k for k, c in enumerate(columns) if c.kind == "name"]
    if len(starts) == 1:
        return [columns]
    lead = starts[0]
    cuts = [max(0, s - lead) for s in starts] + [len(columns)]
    return [columns[a:b] for a, b in itertools.pairwise(cuts)]


def _has_values(lines: Sequence[Line]) -> bool:
    """Whether the row holds a person's values (``姓名：张三``): then it labels one person, it heads no list."""
    return any(line.person or _MASKED.search(squeeze(line.text)) for line in lines) or any(
        re.search(r"姓名[:：]", squeeze(line.text)) for line in lines
    )


def _header_cells(line: Line) -> list[Column]:
    """The columns in one line of a header; a line may hold several headers read as one."""
    text = squeeze(line.text)
    out: list[Column] = []
    if len(text) > 12 or (len(text) > 4 and re.match(r"(?:序号|编号)姓名", text)):
        for kind, pattern in _KINDS:
            for match in re.finditer(pattern.pattern.replace("^", "").replace("$", ""), text):
                if kind in ("name", "id", "number", "serial") and match[0]:
                    a, b = match.start() / len(text), match.end() / len(text)
                    width = line.width
                    out.append(Column(kind, line.box[0] + a * width, line.box[0] + b * width))
        return sorted(out, key=lambda c: c.left)
    kind = next((kind for kind, pattern in _KINDS if pattern.search(text)), "other")
    return [Column(kind, line.box[0], line.box[2])]


def _entry(page: Page, lines: Sequence[Line], columns: Sequence[Column], halves: bool) -> Entry | None:
    """The person of a row; None for totals, notes and rows without anyone."""
    if halves and columns:
        left, right = columns[0].left - 0.02, columns[-1].right + 0.03
        lines = [x for x in lines if left <= x.cx <= right]
    text = "".join(squeeze(x.text) for x in lines)
    if not lines or _TOTAL.search(text):
        return None
    cells = _by_column(lines, columns)
    name = _name(cells, lines, text)
    identity, masked = _identity(cells, lines, name)
    if not name and not identity:
        return None
    if not identity and not (columns and cells.get("name")):
        return None
    months = _months(cells)
    serial = _serial(cells, lines)
    if not identity and serial is None and not _fills(cells, columns):
        return None
    active = not any(_OUT.search(squeeze(x.text)) for x in cells.get("status", []))
    return Entry(
        name, masked, identity, months, active, serial, page, union(x.box for x in lines), min(x.confidence for x in lines[:4])
    )


def _fills(cells: dict[str, list[Line]], columns: Sequence[Column]) -> bool:
    """Whether a row without number fills a fair part of the columns (and is no stray text below the list)."""
    return sum(len(v) for v in cells.values()) >= max(2, 0.5 * len(columns))


def _by_column(lines: Sequence[Line], columns: Sequence[Column]) -> dict[str, list[Line]]:
    """Lines by the column that they overlap most, else the nearest."""
    out: dict[str, list[Line]] = {}
    for line in lines:
        if not columns:
            break
        best = max(
            columns, key=lambda c: (min(c.right, line.box[2]) - max(c.left, line.box[0]), -abs(c.left + c.right - 2 * line.cx))
        )
        out.setdefault(best.kind, []).append(line)
    return out


def _name(cells: dict[str, list[Line]], lines: Sequence[Line], text: str) -> str:
    """The person's name: in its column, else the Chinese words beside the ID number."""
    for line in cells.get("name", []):
        plain = re.sub(r"^\d+[.、]?", "", squeeze(line.text)).strip(":：,，")
        if (match := _NAME.match(plain)) and not _NOT_NAME.fullmatch(match[0]) and not _TOTAL.search(match[0]):
            return match[0]
    for line in lines:
        plain = re.sub(r"^\d+[.、]?", "", squeeze(line.text))
        match = _HAN_NAME.match(plain)
        if (
            match
            and len(match[0]) <= 4
            and not _NOT_NAME.search(match[0])
            and (len(plain) == len(match[0]) or _MASKED.search(plain))
        ):
            return match[0]
    return ""


def _identity(cells: dict[str, list[Line]], lines: Sequence[Line], name: str) -> tuple[str | None, str]:
    """A key that tells the person apart, and the masked ID number (empty when not printed)."""
    for line in lines:
        if line.person:
            found = _MASKED.search(squeeze(line.text))
            return "id:" + line.person, _full_mask(found[0]) if found else mask_ids(squeeze(line.text))
    joined = "".join(squeeze(x.text) for x in sorted(cells.get("id", []), key=lambda x: x.box[0]))
    for text in (joined, *(squeeze(x.text) for x in lines)):
        if whole := find_ids(text):
            return "id:" + text[whole[0].start : whole[0].end].upper(), whole[0].masked
        found = _MASKED.search(text)
        if found:
            # a number printed masked is not unique by itself; its stars and head are read less surely than its end
            masked = _full_mask(found[0])
            tail = masked.rpartition("*")[2]
            return f"masked:{tail if len(tail) >= 3 else masked}:{name}", masked
    for line in cells.get("number", []):
        number = re.search(r"[0-9A-Za-z]{5,20}", squeeze(line.text))
        if number:
            return "number:" + number[0], ""
    return None, ""


def _full_mask(text: str) -> str:
    """A masked number with the stars that 18 characters need: scans drop or double a star."""
    head, stars, tail = re.fullmatch(r"(\d*)([*＊×]+)([\dXx]*)", text).groups()  # type: ignore[union-attr]
    missing = 18 - len(head) - len(tail)
    if (len(head), len(tail)) == (4, 4):
        return f"{head}{'*' * missing}{tail.upper()}"
    return f"{head}{'*' * (missing if abs(missing - len(stars)) <= 3 else len(stars))}{tail.upper()}"


def _months(cells: dict[str, list[Line]]) -> tuple[str, ...]:
    found: list[str] = []
    for kind in ("month", "from", "to"):
        for line in cells.get(kind, []):
            found += find_months(line.text)
    return (min(found), max(found)) if found else ()


def _serial(cells: dict[str, list[Line]], lines: Sequence[Line]) -> int | None:
    """The printed serial number: its column's, else a small number that opens the row."""
    for line in [*cells.get("serial", []), lines[0]]:
        match = re.match(r"(\d{1,4})(?:[.、]?$|[.、]?(?=[\u4e00-\u9fff]))", squeeze(line.text))
        if match:
            return int(match[1])
    return None
