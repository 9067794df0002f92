"""The columns of a social-security list: which header heads them, and which cells of a row stand in each.

Cells are put to columns in order, each column followed down the page: on photographed pages columns drift away from
their headers, amounts stand right of theirs, and lists printed in two halves leave little room between them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from extractor.model import Line, union
from extractor.values.chinese import squeeze

_HEADERS: tuple[tuple[str, str], ...] = (
    ("name", r"(?:职工|人员|参保人员?|员工|个人|参保职工)?姓名|^参保人员?$|^职工$"),
    (
        "id",
        r"(?:公民)?身份(?:证|证件)?(?:号码?|编号)|证件号码?|社会保障号码?|(?:社会)?保障号码?|居民身份|公民身份|社保号码?$|身份证",
    ),
    ("number", r"个人(?:社保)?(?:编号|账号|代码|序号|社保号)|社保编号|电脑号|人员编号|职工编号|社保卡号|个人保险号"),
    ("serial", r"^序号?$|^编号$|^行号$|^no\.?$"),
    ("term", r"参保(?:缴费)?起(?:止|讫)"),
    # headers wrap: 参保起始时 / 间
    (
        "since",
        r"参保(?:缴费)?(?:起始|开始|起)|(?:首次|本单位|起始|开始)参保(?!状态|情况|险种|人)|^参保(?:年月|日期|时间?)$|^(?:增员|入职)(?:年月|日期|时间?|月份)$",
    ),
    (
        "month",
        r"(?:缴费|费款|对应|业务|结算|应缴|建账)?(?:费款)?(?:年月|所属期|所属年月|月份|期间)$|缴费月份|费款所属期|账期|缴费起(?:止|讫)",
    ),
    ("from", r"^(?:缴费|费款)?(?:起始|开始|起)(?:年月|日期|时间|月份)$|^自年月$|^费款所属期起$"),
    ("to", r"^(?:缴费|费款|参保)?(?:终止|截止|结束|止)(?:年月|日期|时间|月份)$|^费款所属期止$"),
    (
        "status",
        r"(?:参保|缴费|人员|缴纳|到账|险种)?状态$|参保情况|缴费标志|变动类型|人员(?:类别|类型|性质|身份)|参保身份|^备注$",
    ),
)
_KINDS = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _HEADERS)
_BESIDE = frozenset({"id", "number", "serial", "month", "from", "since", "term", "status", "other"})
"""What a header row shows besides the name."""
_INSURANCE = re.compile(r"(?:基本|企业|职工|城镇|补充|大病|大额|机关)*(?:养老|医疗|失业|工伤|生育|公积金|年金)(?:保险)?")
_MASK = re.compile(r"\d[*＊×]{2,}")
_STACKED = 0.03
"""Cost (page widths) of a further cell in a column that has one already."""
_OFF_CENTRE = 0.1
_ASTRAY = 0.03
"""A cell farther than this (page widths) from its column does not show where the column runs."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column and where its header, later the last cell read in it, stands (page fractions)."""

    kind: str
    left: float
    right: float


def kind_of(header: str) -> str:
    """The kind of a column by its header, ``other`` where none is known."""
    return next((kind for kind, pattern in _KINDS if pattern.search(header)), "other")


def header_of(lines: Sequence[Line]) -> list[list[Column]]:
    """The columns of a header row, one group per 姓名 (lists printed in two halves); empty when it is no header."""
    columns: list[Column] = []
    for line in _spaced(lines):
        columns += _header_cells(line)
    kinds = [c.kind for c in columns]
    if "name" not in kinds or not _BESIDE & set(kinds):
        return []
    if sum(len(squeeze(x.text)) for x in lines) > 160 or _has_values(lines):
        return []
    starts = [k for k, c in enumerate(columns) if c.kind == "name"]
    if len(starts) == 1:
        return [columns]
    lead = starts[0]
    cuts = [max(0, s - lead) for s in starts] + [len(columns)]
    return [columns[a:b] for a, b in pairwise(cuts)]


def _spaced(lines: Sequence[Line]) -> list[Line]:
    """The lines of a header with spaced-out words (``姓``, ``名``) in one."""
    out: list[Line] = []
    for line in lines:
        before = out[-1] if out else None
        if (
            before is not None
            and len(squeeze(before.text)) == len(squeeze(line.text)) == 1
            and kind_of(before.text + line.text) != "other"
        ):
            text = squeeze(before.text) + squeeze(line.text)
            out[-1] = line.model_copy(update={"text": text, "box": union((before.box, line.box)), "spans": ()})
        else:
            out.append(line)
    return out


def _has_values(lines: Sequence[Line]) -> bool:
    """Whether the row holds a person's values (``姓名：张三``): then it labels one person, it heads no list."""
    return any(line.person or _MASK.search(squeeze(line.text)) or re.search(r"姓名[:：]", squeeze(line.text)) for line in lines)


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
    return [Column(kind_of(text), line.box[0], line.box[2])]


class Grid:
    """The columns of a list while its rows are read.

    Attributes:
        groups: columns of each half of the list, left to right.
    """

    def __init__(self, groups: Sequence[Sequence[Column]]) -> None:
        self.groups = [list(group) for group in groups]

    @property
    def kinds(self) -> frozenset[str]:
        """All kinds of columns."""
        return frozenset(c.kind for group in self.groups for c in group)

    def widen(self, lines: Sequence[Line], header: Sequence[Line]) -> None:
        """Take up headers of two lines, which stand half a line above and below the ``header`` row."""
        level = sum(x.cy for x in header) / len(header)
        for line in lines:
            part = Column(kind_of(squeeze(line.text)), line.box[0], line.box[2])
            if part.kind == "other" or abs(line.cy - level) >= line.height or _has_values([line]):
                continue
            half = self._nearest_group(part)
            over = [c for c in self.groups[half] if _gap(c, line) == 0]
            # the other half of it may have been read as a header of its own
            if all(c.kind == "other" for c in over):
                self.groups[half] = sorted([*(c for c in self.groups[half] if c not in over), part], key=lambda c: c.left)

    def refine(self, lines: Sequence[Line]) -> bool:
        """Take up a second header row, the insurances under one spanning heading; False when it is none."""
        if not lines or not self.groups or not all(_INSURANCE.fullmatch(squeeze(x.text)) for x in lines):
            return False
        parts = [Column("other", x.box[0], x.box[2]) for x in lines]
        for k, group in enumerate(self.groups):
            inner = [p for p in parts if self._nearest_group(p) == k]
            if inner:
                left, right = inner[0].left, inner[-1].right
                kept = [c for c in group if not (c.kind in ("other", "status") and left <= (c.left + c.right) / 2 <= right)]
                self.groups[k] = sorted([*kept, *inner], key=lambda c: c.left)
        return True

    def _nearest_group(self, part: Column) -> int:
        return min(
            range(len(self.groups)), key=lambda k: max(self.groups[k][0].left - part.left, part.right - self.groups[k][-1].right)
        )

    def cells(self, lines: Sequence[Line]) -> list[list[tuple[Column, Line]]]:
        """Of each half of the list, the lines of a row with their columns."""
        flat = [(k, c) for k, group in enumerate(self.groups) for c in group]
        if not flat:
            return []
        out: list[list[tuple[Column, Line]]] = [[] for _ in self.groups]
        for place, line in zip(_in_order([c for _, c in flat], lines), lines, strict=True):
            half, column = flat[place]
            out[half].append((column, line))
        return out

    def follow(self, half: int, cells: Sequence[tuple[Column, Line]]) -> None:
        """Move the columns of a half to where the cells of a person's row stand."""
        moved = []
        for column in self.groups[half]:
            own = [line for c, line in cells if c is column]
            near = len(own) == 1 and _gap(column, own[0]) <= _ASTRAY
            moved.append(Column(column.kind, own[0].box[0], own[0].box[2]) if near else column)
        self.groups[half] = moved


def _gap(column: Column, line: Line) -> float:
    """White space between a column and a cell; 0 where they overlap."""
    return max(0.0, column.left - line.box[2], line.box[0] - column.right)


def _in_order(columns: Sequence[Column], lines: Sequence[Line]) -> list[int]:
    """The column of each line (left to right), never going back, at the least cost of distances."""
    if not lines:
        return []

    def cost(line: Line, column: Column) -> float:
        return _gap(column, line) + _OFF_CENTRE * abs((column.left + column.right) / 2 - line.cx)

    best = [cost(lines[0], c) for c in columns]
    back: list[list[int]] = []
    for line in lines[1:]:
        least, at = float("inf"), 0
        new, came = [], []
        for j, column in enumerate(columns):
            stay = best[j] + _STACKED
            from_ = j if stay < least else at
            new.append(min(stay, least) + cost(line, column))
            came.append(from_)
            if best[j] < least:
                least, at = best[j], j
        best = new
        back.append(came)
    out = [min(range(len(columns)), key=lambda j: best[j])]
    for came in reversed(back):
        out.append(came[out[-1]])
    return out[::-1]
