"""Policies in ``report.xlsx``: one sheet with all outcomes, then one for each policy with a row per condition."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.styles import Alignment
from openpyxl.worksheet.worksheet import Worksheet

from extractor.model import Result
from extractor.reports import labels, view
from extractor.reports import policy_view as pv
from extractor.reports.cells import Value, colour, fill
from extractor.reports.policy_html import points
from extractor.reports.text import one_line

_OUTCOMES = "政策结论"
_TITLE = 31  # characters of a sheet's name (Excel's specification)
_NOT_IN_TITLE = re.compile(r"[\[\]:*?/\\]")
_MOST_PLACES = 20
_DEEPEST = 15  # indents beyond are no longer told apart

_HEADS = {"部分": 10, "序号": 12, "条件": 46, "结论": 12, "要求": 22, "期间": 18, "实际": 26, "差距": 20, "依据": 22,
          "证据位置": 40, "核对项": 34, "需补材料": 44, "说明": 34}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a policy's sheet: its cells, how far its condition is indented, and the fill of its status."""

    cells: list[Value]
    depth: int = 0
    fill: str = ""


def add_policy_sheets(book: Workbook, result: Result) -> None:
    """Add the sheets of a result's policies; none where it has none."""
    policies = pv.policy_views(result.policies)
    if not policies:
        return
    outcomes = book.create_sheet(_OUTCOMES)
    taken = {s.title.casefold() for s in book.worksheets} | {"证据", "文件材料", "文件清单", "勾稽校验"}
    titles = []
    for policy in policies:
        titles.append(_title(policy.name, taken))
        _sheet(book.create_sheet(titles[-1]), policy, result)
    _outcomes(outcomes, policies, titles)


def _title(name: str, taken: set[str]) -> str:
    """A name for a sheet: allowed, at most 31 characters and not yet taken."""
    base = _NOT_IN_TITLE.sub("", one_line(name, 200)).strip("' ") or "政策"
    number = 1
    while True:
        tail = f"~{number}" if number > 1 else ""
        title = base[: _TITLE - len(tail)].rstrip("' ") + tail
        # Excel reserves this name.
        if title.casefold() not in taken and title.casefold() != "history":
            taken.add(title.casefold())
            return title
        number += 1


def _outcomes(sheet: Worksheet, policies: Sequence[pv.Policy], titles: Sequence[str]) -> None:
    """One row per policy."""
    heads = {"结论": 12, "政策": 44, "文号": 26, "层级": 10, "类别": 20, "当日效力": 14, "条件": 32, "说明": 60,
             "最低分": 10, "最高分": 10, "满分": 9, "合格线": 9, "政策数据可信度": 10, "编号": 30, "工作表": 30}  # fmt: skip
    fill(sheet, heads, [[*_outcome(p), t] for p, t in zip(policies, titles, strict=True)])
    for row, policy in enumerate(policies, start=2):
        colour(sheet.cell(row, 1), pv.STATUS[policy.status].fill)


def _outcome(policy: pv.Policy) -> list[Value]:
    """The cells of one policy."""
    score = policy.score if policy.score is not None and policy.score.computable else None
    force = {True: "现行", False: "不是现行政策", None: ""}[policy.in_force]
    said = "自评，未经材料证明；" if policy.self_test else ""
    return [
        _status(policy.status),
        policy.name,
        policy.doc_no,
        policy.jurisdiction,
        policy.level,
        force,
        policy.summary,
        "；".join([said + policy.remark, *policy.notes]),
        score.low if score else None,
        score.high if score else None,
        policy.score.total if policy.score else None,
        policy.score.pass_line if policy.score else None,
        pv.CONFIDENCE.get(policy.confidence, policy.confidence),
        policy.id,
    ]


def _sheet(sheet: Worksheet, policy: pv.Policy, result: Result) -> None:
    """One policy: its conditions, vetoes, advisory conditions and score."""
    rows = list(_rows(policy, result))
    fill(sheet, _HEADS, [r.cells for r in rows])
    for number, row in enumerate(rows, start=2):
        sheet.cell(number, 3).alignment = Alignment(wrap_text=True, vertical="top", indent=min(row.depth, _DEEPEST))
        if row.fill:
            colour(sheet.cell(number, 4), row.fill)
    sheet.freeze_panes = "D2"


def _rows(policy: pv.Policy, result: Result) -> Iterator[Row]:
    """All rows of a policy, in the order of the report."""
    yield from _tree("条件", policy.conditions, "", 0, result)
    for number, veto in enumerate(policy.vetoes, start=1):
        yield from _veto(veto, str(number), result)
    for number, advisory in enumerate(policy.advisory, start=1):
        part = f"参考·{pv.ADVISORY.get(advisory.kind, '其他')}"
        yield from _tree(part, advisory.node, str(number), 0, result)
    if policy.score is not None:
        yield from _score(policy.score)


def _tree(part: str, node: pv.Node, number: str, depth: int, result: Result, *, spared: bool = False) -> Iterator[Row]:
    """A node and everything under it; the top of a tree has no number. ``spared``: its group is met without it."""
    label = pv.STATUS[node.status]
    open_ = node.status == pv.OPEN
    word = "待人工" if open_ and node.kind == "manual" else label.word
    basis = pv.BASIS[node.basis]
    cells: list[Value] = [
        part,
        number or "总",
        node.text,
        f"{label.symbol} {word}",
        node.required,
        node.period,
        "；".join(v for v in (node.figure, *node.years) if v),
        node.lacks,
        node.warning or ("" if basis == pv.BASIS["none"] and not node.single else basis),
        ("" if node.basis == "evidenced" or not node.evidence else "另见：")
        + view.places(result, node.evidence, most=_MOST_PLACES),
        _findings(node, result),
        node.material if open_ and not spared else "",
        "；".join(t for t in (node.metric_label, pv.SPARED if spared and node.single else "", node.note, node.decision) if t),
    ]
    yield Row(cells, depth, label.fill)
    for i, child in enumerate(node.children, start=1):
        yield from _tree(part, child, f"{number}.{i}" if number else str(i), depth + 1, result, spared=node.spares(child, spared))


def _findings(node: pv.Node, result: Result) -> str:
    """The findings about a condition's figures."""
    found = [result.findings[i] for i in node.findings if 0 <= i < len(result.findings)]
    return "；".join(
        f"{labels.metric_label(f.metric)} {labels.period_label(f.period)} {labels.VERDICTS[f.verdict].word}" for f in found
    )


def _veto(veto: pv.Veto, number: str, result: Result) -> Iterator[Row]:
    """A veto, and the condition that tests it."""
    label = pv.VETO_STATUS[veto.status]
    needs = "、".join(labels.document_label(n) for n in veto.needs) if veto.status == pv.OPEN else ""
    effect = [pv.STAGES.get(veto.stage, ""), veto.effect, "" if veto.counted else "不计入本结论", veto.decision]
    cells: list[Value] = ["否决情形", number, veto.text, f"{label.symbol} {label.word}", *[""] * 7, needs]
    yield Row([*cells, "；".join(t for t in effect if t)], 0, label.fill)
    if veto.test is not None:
        yield from _tree("否决情形", veto.test, f"{number}.1", 1, result)


def _score(score: pv.Score) -> Iterator[Row]:
    """A scoring table: the total, its parts and their indicators."""
    label = pv.STATUS.get(score.status)
    line = f"合格线 {points(score.pass_line, score.pass_line)} 分" if score.pass_line is not None else ""
    total = f"{points(score.low, score.high)} 分" if score.computable else "不能由材料算出"
    binding = "" if score.binding else "仅供参考，不作为认定门槛"
    yield Row(
        _scored("总", "总分", f"{label.symbol} {label.word}" if label else "", line, total, score.total,
                "；".join(t for t in (binding, score.note) if t)),
        0, label.fill if label else "",
    )  # fmt: skip
    names = list(dict.fromkeys([*(p.name for p in score.parts), *(i.dimension for i in score.items)]))
    for number, name in enumerate(names, start=1):
        part = next((p for p in score.parts if p.name == name), None)
        if part is not None:
            least = f"最低 {points(part.minimum, part.minimum)} 分" if part.minimum is not None else ""
            state = pv.STATUS.get(part.status)
            yield Row(
                _scored(str(number), name, f"{state.symbol} {state.word}" if state and least else "", least,
                        f"{points(part.low, part.high)} 分", part.full, ""),
                1, state.fill if state and least else "",
            )  # fmt: skip
        for i, item in enumerate((i for i in score.items if i.dimension == name), start=1):
            yield Row(_item(item, f"{number}.{i}"), 2)


def _item(item: pv.Item, number: str) -> list[Value]:
    """The cells of an indicator."""
    asks = [n.material for _, band in item.bands for n in band.walk() if n.status == pv.OPEN and n.material]
    actual = "—" if item.low is None or item.high is None else f"{points(item.low, item.high)} 分"
    cells = _scored(number, item.indicator, "", "", actual, item.points, item.band)
    cells[8] = pv.SCORED_BY.get(item.by, item.by)
    cells[11] = "；".join(dict.fromkeys(asks)) if item.low != item.high else ""
    return cells


def _scored(number: str, text: str, status: str, required: str, actual: str, full: float | None, note: str) -> list[Value]:
    """The cells of a row about points."""
    most = f"满分 {points(full, full)} 分" if full is not None else ""
    asked = "，".join(t for t in (most, required) if t)
    return ["评分", number, text, status, asked, "", actual, "", "", "", "", "", note]


def _status(status: str) -> str:
    """Symbol and word."""
    label = pv.STATUS[status]
    return f"{label.symbol} {label.word}"
