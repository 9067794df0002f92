"""Reading a policy's answer (a dict of ``result.policies``): its conditions, their marks, proof and reasons."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from extractor.model import PageRef, Result, Verdict
from extractor.reports import view
from extractor.reports.text import one_line

Node = Mapping[str, Any]
Mark = Literal["yes", "no", "open"]
SYMBOLS: dict[Mark, str] = {"yes": "☑", "no": "☐", "open": "待核"}
_PROVEN = ("evidenced", "person")


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the tick list: its mark, what is known, and where it stands or why it is open."""

    mark: Mark
    actual: str
    places: str
    reason: str


def walk(node: Node) -> Iterator[Node]:
    """The node and all under it, in order."""
    yield node
    for child in node.get("children", ()):
        yield from walk(child)


def condition_text(node: Node) -> str:
    """A condition in words, without the remark on how it was read."""
    return re.split("[；;]", str(node.get("text", "")))[0]


def tick(result: Result, nodes: Sequence[Node]) -> Tick:
    """The mark of some conditions that must all be met; only evidence or a person's decision ticks or clears a box."""
    states = [_mark(node) for node in nodes]
    mark: Mark = "no" if "no" in states else "open" if "open" in states or not states else "yes"
    deciding = [n for n, s in zip(nodes, states, strict=True) if s == mark] if mark != "yes" else list(nodes)
    why = dict.fromkeys(r for n in deciding for r in _reasons(result, n))
    return Tick(
        mark,
        "；".join(dict.fromkeys(a for n in nodes for a in _actuals(n))),
        places(result, nodes) if mark != "open" or any(_decisive(n) for n in nodes) else "",
        "；".join(list(why)[:4]) if mark != "yes" else "；".join(_decided(n) for n in nodes if n.get("decision")),
    )


def places(result: Result, nodes: Sequence[Node], most: int = 8) -> str:
    """Where the decisive evidence stands, each page once."""
    refs = [
        PageRef(file=e["file"], page=e["page"])
        for node in nodes
        for leaf in walk(node)
        if not leaf.get("children") and _decisive(leaf)
        for e in leaf.get("evidence", ())
    ]
    refs.sort(key=lambda r: (r.file, r.page))
    distinct = list(dict.fromkeys(view.place(result, r) for r in refs))
    return "、".join(distinct[:most]) + (f" 等 {len(distinct)} 处" if len(distinct) > most else "")


def _mark(node: Node) -> Mark:
    """A condition's own mark."""
    if node.get("status") not in ("met", "not_met") or node.get("basis") not in _PROVEN:
        return "open"
    return "yes" if node["status"] == "met" else "no"


def _decisive(node: Node) -> bool:
    """Whether a single condition is settled by evidence or a person."""
    return _mark(node) != "open"


def _leaves(node: Node) -> Iterator[Node]:
    """The single conditions under a node that bear on its status: of a met one those that are met, and so on."""
    children = node.get("children", ())
    if not children:
        yield node
        return
    same = [c for c in children if c.get("status") == node.get("status")] or children
    for child in same:
        yield from _leaves(child)


def _actuals(node: Node) -> Iterator[str]:
    """What is known, with its source where it is only declared."""
    for leaf in _leaves(node):
        text = leaf.get("actual", {}).get("text", "")
        if not text:
            continue
        said = f"{leaf.get('metric_label') or leaf.get('text', '')} {text}"
        yield one_line(said if leaf.get("basis") in _PROVEN else f"{said}（企业填报，未经材料证实）", 120)


def _reasons(result: Result, node: Node) -> Iterator[str]:
    """Why a condition is open or not met."""
    for leaf in _leaves(node):
        if _mark(leaf) == "no":
            gap = leaf.get("gap", {}).get("text", "")
            required = leaf.get("required", {}).get("text", "")
            yield one_line(_decided(leaf) or f"要求{required}" + (f"，{gap}" if gap else ""), 160)
            continue
        if _mark(leaf) == "yes":
            continue
        said = [result.findings[i] for i in leaf.get("findings", ()) if 0 <= i < len(result.findings)]
        found = [f.reason for f in said if f.verdict is not Verdict.SUPPORTED]
        if leaf.get("kind") == "manual":
            yield one_line(f"“{leaf.get('text', '')}”{leaf.get('material') or '由人工判定'}", 160)
            continue
        if leaf.get("basis") == "declared":
            yield "仅有企业填报，没有材料证实"
        own = [f.reason for f in said if f.verdict is not Verdict.SUPPORTED and f.metric in leaf.get("metric", "").split("+")]
        needed = leaf.get("note") or leaf.get("material") or "没有可以判定的材料"
        yield one_line(own[0] if own else f"{needed}；相关数据：{found[0]}" if found else needed, 240)


def _decided(node: Node) -> str:
    """Who decided."""
    decision = node.get("decision")
    if not decision:
        return ""
    why = f"，{decision['why']}" if decision.get("why") else ""
    return f"人工判定：{decision.get('who', '')} {decision.get('when', '')}{why}"


def classes(policy: Node) -> list[Node]:
    """The classes a, b, c of a policy; empty where it has none."""
    found = {n["label"]: n for n in walk(policy.get("conditions", {})) if n.get("label") in ("a", "b", "c")}
    return [found[k] for k in sorted(found)] if len(found) == 3 else []


def proven_class(policy: Node) -> str:
    """The one class that evidence proves; empty where none, or more than one, does."""
    met = [n["label"] for n in classes(policy) if _mark(n) == "yes"]
    return met[0] if len(met) == 1 else ""
