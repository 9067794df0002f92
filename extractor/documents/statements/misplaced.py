"""Signs that labels and figures of a statement stand a row apart, as on curled or photographed pages.

A statement whose rows are level has no figures without a label, no total without a figure, no heading with one.
Where one of these shows, the figures between the nearest two that the arithmetic confirmed may belong to the row
above or below. They are never moved: a person must look.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from decimal import Decimal
from itertools import combinations_with_replacement, pairwise

from extractor.documents.statements.catalogue import BALANCE_KEYS, INCOME_KEYS
from extractor.documents.statements.line import Identity, Line

OFF = "项目与数字可能错行"
"""Opens the note on a figure that may stand in another row."""

MUST: tuple[tuple[str, ...], tuple[str, ...]] = (
    ("total_assets", "total_liabilities", "owners_equity"),
    ("revenue", "operating_profit", "total_profit", "net_profit"),
)
"""Rows that are never blank in a balance sheet, an income statement, as printed from top to bottom."""

_HEADINGS = frozenset({"流动资产", "非流动资产", "流动负债", "非流动负债", "所有者权益", "股东权益", "所有者权益或股东权益"})
_MOST_ROWS = 40
"""Longer stretches without a confirmed figure are not searched for a shift."""

Sums = Callable[[Sequence[Line]], Sequence[Identity]]
"""The identities of a column's rows."""


def misplaced(lines: Sequence[Line], confirmed: Set[str], sums: Sums, must: Sequence[Sequence[str]] = MUST) -> dict[str, str]:
    """Key -> why its figure may stand in another row; only keys with a figure that is not ``confirmed``.

    ``lines``: the rows of one column in printed order, figures without a label among them; ``must``: the rows that
    are never blank in its balance sheet and in its income statement.
    """
    values = {l.name.key for l in lines if l.name.key and l.value is not None}
    out: dict[str, str] = {}
    for balance in (True, False):
        mine = _family(lines, balance=balance)
        anchors = [i for i in mine if lines[i].name.key in confirmed - {""} and lines[i].value is not None]
        for first, last, why in _signs(lines, mine, anchors, values, must[not balance], sums):
            low = max((a for a in anchors if a < first), default=-1)
            high = min((a for a in anchors if a > last), default=len(lines))
            for i in mine:
                key = lines[i].name.key
                if low < i < high and key and lines[i].value is not None and key not in confirmed:
                    out.setdefault(key, f"{OFF}：{why}")
    return out


def _family(lines: Sequence[Line], *, balance: bool) -> list[int]:
    """Indexes of the rows of one statement; a row without a key belongs with the next that has one."""
    out: list[int] = []
    waiting: list[int] = []
    last: bool | None = None
    for i, line in enumerate(lines):
        waiting.append(i)
        if line.name.key in BALANCE_KEYS or line.name.key in INCOME_KEYS:
            last = line.name.key in BALANCE_KEYS
            out += waiting if last == balance else []
            waiting = []
    return out + (waiting if last == balance else [])


def _signs(
    lines: Sequence[Line],
    mine: Sequence[int],
    anchors: Sequence[int],
    values: Set[str],
    must: Sequence[str],
    sums: Sums,
) -> Iterator[tuple[int, int, str]]:
    """(first row, last row, why) of each sign."""
    found = False
    for i in mine:
        line = lines[i]
        if line.value is not None and not line.name.name and not line.name.key:
            found = True
            yield i, i, "有一行数字没有对应的项目名称"
        elif line.value and line.name.heading and line.name.name in _HEADINGS:
            found = True
            yield i, i, f"小标题“{line.name.name}”一行读到了数"
        elif line.name.key in must and line.name.key not in values and not line.seen:
            found = True
            yield i, i, f"{line.name.name}一行没有读到数"
    for first, last in _absent(lines, mine, must):
        found = True
        yield first, last, "有一个合计行的项目名称没有读到"
    if not found and (stretch := _shift(lines, mine, anchors, sums)):
        yield *stretch, "将其中几行数字上移或下移一行后勾稽关系成立"


def _absent(lines: Sequence[Line], mine: Sequence[int], must: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where the label of a total is missing though all others are there: between its neighbours."""
    at: Mapping[str, int] = {lines[i].name.key: i for i in reversed(mine) if lines[i].name.key in must}
    if len(at) != len(must) - 1 or len(at) < 2 or "_gross_revenue" in {lines[i].name.key for i in mine}:
        return
    k = next(k for k, key in enumerate(must) if key not in at)
    before = max((i for key, i in at.items() if must.index(key) < k), default=mine[0] - 1)
    after = min((i for key, i in at.items() if must.index(key) > k), default=mine[-1] + 1)
    if before < after:
        yield before + 1, max(before + 1, after - 1)


def _shift(lines: Sequence[Line], mine: Sequence[int], anchors: Sequence[int], sums: Sums) -> tuple[int, int] | None:
    """A stretch of rows whose figures, moved by one row, make a sum hold that does not hold as read."""
    before = list(sums(lines))
    if all(i.holds for i in before):
        return None
    known = {i.text for i in before if i.holds}
    bounds = [mine[0] - 1, *anchors, mine[-1] + 1] if mine else []
    for low, high in pairwise(bounds):
        if not 2 < high - low <= _MOST_ROWS:
            continue
        for a, b in combinations_with_replacement(range(low + 1, high), 2):
            for step in (1, -1):
                moved = _moved(lines, a, b, step, low, high)
                if moved and any(_telling(i) and i.text not in known for i in sums(moved)):
                    return a, b
    return None


def _telling(identity: Identity) -> bool:
    """Whether a sum holds that could hardly hold by chance."""
    return identity.holds and identity.nonzero >= 4


def _moved(lines: Sequence[Line], a: int, b: int, step: int, low: int, high: int) -> list[Line] | None:
    """The rows with the figures of ``a`` to ``b`` moved by one; None where one would fall on another."""
    target = b + 1 if step > 0 else a - 1
    if not low < target < high or lines[target].value is not None or (b == a and lines[a].value is None):
        return None
    out = list(lines)
    empty: tuple[Decimal | None, int] = (None, 0)
    for i in range(min(a, target), max(b, target) + 1):
        source = i - step
        value, decimals = (lines[source].value, lines[source].decimals) if a <= source <= b else empty
        out[i] = replace(lines[i], value=value, decimals=decimals)
    return out
