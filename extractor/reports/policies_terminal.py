"""Policies on a terminal: how each comes out, and what is not met or still open, with what would settle it.

Works on the contract's dictionaries (``result.policies``), so that it shows exactly what is filed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from extractor.model import Finding, Verdict
from extractor.reports import labels
from extractor.reports.printing import Printer
from extractor.reports.text import one_line

STATUS: dict[str, tuple[str, str, str]] = {
    "met": ("✓", "达标", "bold green"),
    "not_met": ("✗", "未达标", "bold red"),
    "undetermined": ("?", "待定", "bold yellow"),
}
"""Symbol, word and style of a status."""

_SELF_TEST = "自评，未经材料证明"


@dataclass(frozen=True)
class _Page:
    """Where to print; whether it is a self-test, in which only declared figures settle anything; the findings."""

    printer: Printer
    own: bool
    findings: Sequence[Finding] = ()


def print_policies(policies: Sequence[Mapping[str, Any]], printer: Printer, findings: Sequence[Finding] = ()) -> None:
    """Print every policy in short: status, counts, conditions that are not met or open, and why."""
    for policy in policies:
        print_policy(policy, printer, findings)


def print_policy(policy: Mapping[str, Any], printer: Printer, findings: Sequence[Finding] = ()) -> None:
    """Print one policy in short."""
    print_heading(policy, printer)
    tiers = [n for n in _walk(policy["conditions"]) if n.get("label") in ("a", "b", "c") and n["status"] == "met"]
    if tiers:
        printer.indented(f"符合分类条件：{'、'.join(n['label'] for n in tiers)}", 2)
    _wanting(policy["conditions"], 2, _Page(printer, bool(policy.get("self_test")), findings), top=True)
    _vetoes(policy, printer)
    _score(policy, printer)
    _notes(policy, printer)


def print_outcome(policy: Mapping[str, Any], printer: Printer) -> None:
    """Print only how one policy comes out, with its score."""
    print_heading(policy, printer)
    _score(policy, printer)
    _notes(policy, printer)


def print_tree(policy: Mapping[str, Any], printer: Printer) -> None:
    """Print one policy with its whole tree."""
    print_heading(policy, printer)
    _whole(policy["conditions"], 2, _Page(printer, bool(policy.get("self_test"))))
    _vetoes(policy, printer)
    _score(policy, printer)
    _notes(policy, printer)
    if policy.get("missing"):
        printer.indented("还差：", 2, "bold")
    for lack in policy.get("missing", ()):
        printer.indented(f"{printer.symbol('·')}{lack_text(lack)}", 4)


def lack_text(lack: Mapping[str, Any]) -> str:
    """One missing thing; of several ways the nearest is named."""
    return one_line(lack["text"], 300) + ("（几种途径中最近的一种）" if lack.get("choice") else "")


def print_placement(placement: Mapping[str, Any], printer: Printer) -> None:
    """Print where the enterprise stands and what the next step needs."""
    title = printer.text(f"{one_line(placement['name'], 120)}：", "bold")
    where = placement["placed"] or ("待定" if placement["possible"] else "尚未达到任何一级")
    title.append_text(printer.text(where, "bold cyan"))
    printer.console.print(title)
    for tier in placement["tiers"]:
        held = "，已有称号" if tier["held"] else ""
        by = f"（{tier['policy']}）" if tier["policy"] else ""
        printer.indented(f"{_mark(tier['status'], printer)}{tier['name']}：{STATUS[tier['status']][1]}{held}{by}", 2)
    if placement["next"]:
        printer.indented(f"再上一级“{placement['next']}”还差：" + ("" if placement["missing"] else "无法列出，见该政策"), 2)
    for lack in placement["missing"]:
        printer.indented(f"{printer.symbol('·')}{lack_text(lack)}", 4)
    if placement.get("note"):
        printer.indented(one_line(placement["note"], 300), 2, "dim")


def print_heading(policy: Mapping[str, Any], printer: Printer) -> None:
    """Print id, name, status and counts of a policy."""
    symbol, word, style = STATUS[policy["status"]]
    line = printer.text(f"{one_line(policy['name'], 120)}（{policy['id']}）", "bold")
    line.append_text(printer.text(f"  {printer.symbol(symbol)}{word}", style))
    if policy.get("self_test"):
        line.append_text(printer.text(f"（{_SELF_TEST}）", "yellow"))
    printer.console.print(line)
    said = "；若申报数据属实，条件可达标" if policy["declared_met"] and policy["conditions"]["status"] != "met" else ""
    printer.indented(f"{policy['summary']}{said}", 2)


def _wanting(node: Mapping[str, Any], depth: int, page: _Page, *, top: bool = False) -> None:
    """The conditions that keep the policy from being met; what is met is left out."""
    if node["status"] == "met":
        return
    if "children" not in node:
        page.printer.indented(_line(node, page), depth, _style(node))
        return
    children = node["children"]
    # "All of the following" goes without saying; alternatives must be named as such.
    if node["kind"] not in ("all", "ref") or (node.get("label") and not top):
        done = sum(c["status"] == "met" for c in children)
        reached = f"（已达标 {done} 项）" if node["kind"] == "at_least" and done else ""
        page.printer.indented(f"{_mark(node['status'], page.printer)}{node['text']}{reached}", depth, _style(node))
        depth += 2
    for child in children:
        _wanting(child, depth, page)


def _whole(node: Mapping[str, Any], depth: int, page: _Page) -> None:
    """A node and everything under it."""
    page.printer.indented(_line(node, page), depth, _style(node) if "children" not in node else "")
    for child in node.get("children", ()):
        _whole(child, depth + 2, page)


def _line(node: Mapping[str, Any], page: _Page) -> str:
    """Mark, condition, figure, what is missing, why a declared figure does not count, and what would settle it."""
    actual = node.get("actual", {}).get("text", "")
    parts = [f"现为 {actual}" + ("（仅申报）" if node.get("basis") == "declared" else "")] if actual else []
    gap = node.get("gap", {}).get("text", "")
    if gap:
        parts.append(gap)
    material = node.get("material", "")
    if page.own and material and node["kind"] == "leaf":
        material = f"未填报{node['period']}{node['metric_label']}" if not actual else "填报不全"
    parts += _refuted(node, page.findings)
    if material:
        parts.append(material)
    if (note := node.get("note")) and note not in material:
        parts.append(note)
    if decision := node.get("decision"):
        why = f"：{decision['why']}" if decision["why"] else ""
        parts.append(f"{decision['who']} {decision['when']} 判定{why}")
    said = f"：{'；'.join(parts)}" if parts else ""
    return f"{_mark(node['status'], page.printer)}{one_line(node['text'], 300)}{one_line(said, 500)}"


def _refuted(node: Mapping[str, Any], findings: Sequence[Finding]) -> list[str]:
    """Why declared figures that are asked for here do not count."""
    if node["status"] == "met":
        return []
    mine = [findings[i] for i in node.get("findings", ()) if i < len(findings)]
    refuted = [f for f in mine if f.verdict is not Verdict.SUPPORTED]
    return [f"申报{labels.VERDICTS[f.verdict].word}（{one_line(f.reason, 80)}）" for f in refuted[:2]]


def _vetoes(policy: Mapping[str, Any], printer: Printer) -> None:
    """Vetoes that hold, and how many nobody has looked at."""
    counted = [v for v in policy.get("vetoes", ()) if v["counted"]]
    for veto in policy.get("vetoes", ()):
        if veto["status"] == "met":
            printer.indented(f"{printer.symbol('✗')}否决情形：{one_line(veto['text'], 300)}", 2, "bold red")
    open_ = sum(v["status"] == "undetermined" for v in counted)
    if open_:
        printer.indented(f"{printer.symbol('?')}否决情形 {open_} 条须由人工排除", 2, "yellow")


def _score(policy: Mapping[str, Any], printer: Printer) -> None:
    """The score, or its bounds."""
    score = policy.get("score")
    if score is None:
        return
    if not score["computable"]:
        printer.indented("评分表：原文件未公布各档分值，无法计算", 2)
        return
    low, high = score["low"], score["high"]
    text = f"{low:g} 分" if low == high else f"{low:g}—{high:g} 分"
    limits = [f"满分 {score['total']:g}"] if "total" in score else []
    limits += [f"及格线 {score['pass']:g}"] if "pass" in score else []
    more = f"（{'，'.join(limits)}）" if limits else ""
    word = f"：{STATUS[score['status']][1]}" if "status" in score else ""
    printer.indented(f"评分 {text}{more}{word}", 2)


def _notes(policy: Mapping[str, Any], printer: Printer) -> None:
    """What to mind about the policy."""
    for note in policy.get("notes", ()):
        printer.indented(f"注意：{one_line(note, 400)}", 2, "yellow")


def _mark(status: str, printer: Printer) -> str:
    """The symbol of a status."""
    return printer.symbol(STATUS[status][0])


def _style(node: Mapping[str, Any]) -> str:
    """The colour of a line."""
    return {"not_met": "red", "undetermined": "yellow"}.get(node["status"], "")


def _walk(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """A node and everything under it."""
    yield node
    for child in node.get("children", ()):
        yield from _walk(child)
