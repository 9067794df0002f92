"""Two runs over the same corpus: which measures got better or worse, significantly or not, and which things changed.

Runs are paired by enterprise: a draw takes the same enterprises from both, so that what makes a corpus hard
or easy cancels out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from rich.console import Console
from rich.table import Table

from eval.bootstrap import Estimate, difference, estimate
from eval.metrics import MEASURES, split
from eval.records import ClaimRecord, FieldRecord, FindingRecord, PageRecord, Record, Records, load
from extractor.model import Frozen

Direction = Literal["better", "worse", "unclear", "same"]
WORDS: dict[Direction, str] = {
    "better": "变好（显著）",
    "worse": "变差（显著）",
    "unclear": "差异不显著",
    "same": "无变化",
}
SHOWN = 40
"""Changed things listed on the terminal, each way."""


class Change(Frozen):
    """One measure in both runs. ``slice`` is empty or ``difficulty=photo``; ``difference`` is B minus A, paired.

    ``better``/``worse``: the 95 % interval of the difference leaves out 0; ``same``: the values are equal.
    """

    measure: str
    slice: str = ""
    a: Estimate
    b: Estimate
    difference: Estimate
    clusters: int
    direction: Direction


class Turned(Frozen):
    """A thing that was right in one run and wrong in the other."""

    where: str
    what: str
    expected: str
    a: str
    b: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from run A to run B; ``remarks`` say what makes the runs hard to compare."""

    changes: tuple[Change, ...]
    now_right: tuple[Turned, ...]
    now_wrong: tuple[Turned, ...]
    remarks: tuple[str, ...]


def compare_runs(a: Records, b: Records) -> Comparison:
    """Hold run B against run A."""
    changes = [*_changes(a, b, "")]
    parts_a, parts_b = (dict(split(r, lambda x: x.difficulty or None)) for r in (a, b))
    for name in sorted(set(parts_a) & set(parts_b)):
        changes += _changes(parts_a[name], parts_b[name], f"difficulty={name}")
    right, wrong = _turned(a, b)
    return Comparison(tuple(changes), tuple(right), tuple(wrong), tuple(_remarks(a, b)))


def compare_folders(a: Path, b: Path) -> Comparison:
    """Compare the runs under two folders. Raises ObservationsError."""
    return compare_runs(load(a), load(b))


def _changes(a: Records, b: Records, where: str) -> Iterator[Change]:
    for name, measure in MEASURES.items():
        first, second = measure.count(a), measure.count(b)
        if not first.clusters or not second.clusters:
            continue
        before, after = estimate(first), estimate(second)
        if before.value is None and after.value is None:
            continue
        found, clusters = difference(first, second)
        yield Change(
            measure=name,
            slice=where,
            a=before,
            b=after,
            difference=found,
            clusters=clusters,
            direction=_direction(found, measure.higher_is_better),
        )


def _direction(found: Estimate, higher_is_better: bool) -> Direction:
    if found.value == 0 and not found.low and not found.high:
        return "same"
    if found.value is None or found.low is None or found.high is None:
        return "unclear"
    if found.low <= 0 <= found.high:
        return "unclear"
    return "better" if (found.value > 0) == higher_is_better else "worse"


def _turned(a: Records, b: Records) -> tuple[list[Turned], list[Turned]]:
    """What is right in B and was wrong in A, and the other way round; findings first."""
    before = {key: (right, got) for key, right, got, _ in _things(a)}
    right: list[Turned] = []
    wrong: list[Turned] = []
    for key, good, got, expected in _things(b):
        if key not in before or before[key][0] == good:
            continue
        one = Turned(where=key[0], what=key[1], expected=expected, a=before[key][1], b=got)
        (right if good else wrong).append(one)
    return right, wrong


def _things(records: Records) -> Iterator[tuple[tuple[str, str, int], bool, str, str]]:
    """(where, what, count of like ones), right, got, expected."""
    seen: dict[tuple[str, str], int] = {}
    readers: tuple[tuple[Iterable[Any], Callable[[Any], tuple[str, bool, str, str] | None]], ...] = (
        (records.findings, _finding),
        (records.fields, _field),
        (records.claims, _claim),
        (records.pages, _page),
    )
    for things, reader in readers:
        for thing in things:
            read = reader(thing)
            if read is None:
                continue
            where = _where(thing)
            number = seen[where, read[0]] = seen.get((where, read[0]), -1) + 1
            yield (where, read[0], number), *read[1:]


def _where(record: Record) -> str:
    inside = record.file if record.file and not record.package.endswith(record.file) else ""
    return f"{record.package} {inside}".rstrip()


def _finding(f: FindingRecord) -> tuple[str, bool, str, str]:
    return f"{f.metric} {f.period}", f.expected == f.got, f.got, f.expected


def _field(f: FieldRecord) -> tuple[str, bool, str, str]:
    return f"{f.type}.{f.name}", f.exact, repr(f.got), repr(f.expected)


def _claim(c: ClaimRecord) -> tuple[str, bool, str, str]:
    return f"claim {c.metric} {c.period}", c.right, repr(c.got), repr(c.expected)


def _page(p: PageRecord) -> tuple[str, bool, str, str] | None:
    if p.expected_type is None:
        return None
    return f"page {p.page}", p.expected_type == p.got_type, str(p.got_type), p.expected_type


def _remarks(a: Records, b: Records) -> Iterator[str]:
    if (a.run.corpus, a.run.seed, a.run.split) != (b.run.corpus, b.run.seed, b.run.split):
        yield (
            f"两次评测的语料不同：{a.run.corpus} {a.run.seed or ''} {a.run.split} 与 "
            f"{b.run.corpus} {b.run.seed or ''} {b.run.split}，差异可能来自语料"
        )
    ours, theirs = ({p.package for p in r.packages} for r in (a, b))
    if ours != theirs:
        only = f"仅甲有 {len(ours - theirs)}，仅乙有 {len(theirs - ours)}"
        yield f"只比较两次评测都有的企业：共同 {len(ours & theirs)} 份材料，{only}"
    if a.run.cached or b.run.cached:
        yield "有评测使用了页面缓存，不比较速度"


def as_json(found: Comparison) -> dict[str, Any]:
    """The comparison as one JSON object."""
    return {
        "schema": "zuozheng.comparison/1",
        "remarks": list(found.remarks),
        "changes": [c.model_dump() for c in found.changes],
        "now_right": [t.model_dump() for t in found.now_right],
        "now_wrong": [t.model_dump() for t in found.now_wrong],
    }


def print_comparison(found: Comparison, console: Console) -> None:
    """A table of measures, significant changes by difficulty, and what turned."""
    for remark in found.remarks:
        console.print(f"注意：{remark}", markup=False)
    table = Table("指标", "甲", "乙", "乙−甲", "95% 区间", "判断")
    for change in found.changes:
        if not change.slice or change.direction in ("better", "worse"):
            label = MEASURES[change.measure].label + (f"［{change.slice}］" if change.slice else "")
            shown = [number(change.measure, e) for e in (change.a.value, change.b.value, change.difference.value)]
            table.add_row(label, *shown, _interval(change), WORDS[change.direction], style=_STYLE.get(change.direction))
    console.print(table)
    for title, turned in (("由对变错", found.now_wrong), ("由错变对", found.now_right)):
        console.print(f"{title}：{len(turned)}")
        for t in turned[:SHOWN]:
            console.print(f"  {t.where} {t.what}：标注 {t.expected}，甲 {t.a}，乙 {t.b}", markup=False, soft_wrap=True)
        if len(turned) > SHOWN:
            console.print(f"  …… 另有 {len(turned) - SHOWN} 项（--json 列出全部）")


_STYLE = {"better": "green", "worse": "red"}


def number(measure: str, value: float | None) -> str:
    """A value as people read it: percent for shares, three decimals otherwise."""
    if value is None:
        return "-"
    return f"{100 * value:.2f}%" if MEASURES[measure].percent else f"{value:.3f}"


def _interval(change: Change) -> str:
    d = change.difference
    return f"{number(change.measure, d.low)} … {number(change.measure, d.high)}" if d.low is not None else "-"
