"""Policies themselves on a terminal: the list, and one policy as a readable tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.table import Table

from extractor.reports.printing import Printer

_DATES = (("issued", "发布"), ("valid_from", "施行"), ("valid_until", "有效至"))


def print_list(rows: Sequence[Mapping[str, Any]], printer: Printer) -> None:
    """Print each policy: its id, which is what commands take, whole on a line; its name, place, tier and state."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(printer.text("编号"), no_wrap=True, overflow="ignore")
    table.add_column(printer.text("名称、文号、状态"), overflow="fold")
    for row in rows:
        about = " · ".join(t for t in (row["jurisdiction"], row["tier"], row["doc_no"], row["state"]) if t)
        table.add_row(printer.text(row["id"]), printer.text(f"{row['name']}\n{about}"))
    printer.table(table)
    printer.line(f"共 {len(rows)} 项政策。看全文：zuozheng policies show 编号", "dim")


def print_policy_text(policy: Mapping[str, Any], printer: Printer) -> None:
    """Print everything that a policy says."""
    printer.line(f"{policy['name']}（{policy['id']}）", "bold")
    about = [policy["jurisdiction"], policy["tier"], policy["kind_label"], policy["doc_no"]]
    about += [f"{word} {policy[key]}" for key, word in _DATES if key in policy]
    if "validity_years" in policy:
        about.append(f"称号有效 {policy['validity_years']} 年")
    printer.indented(" · ".join(a for a in about if a), 2)
    printer.indented(f"状态：{policy['state']}", 2)
    _title("认定条件", printer)
    _node(policy["conditions"], 2, printer)
    _items("否决情形", [_veto(v) for v in policy.get("vetoes", ())], printer)
    _items("材料", [_material(m) for m in policy.get("materials", ())], printer)
    _advisory(policy.get("advisory", ()), printer)
    _scoring(policy.get("scoring"), printer)
    _items("口径", [f"{d['term']}：{d['text']}" for d in policy.get("definitions", ())], printer)
    _items("填报项", policy.get("declared_fields", ()), printer)
    _items("流程", policy.get("workflow", ()), printer)
    _items("申报时间", [_window(w) for w in policy.get("application_window", ())], printer)
    if "review_cycle" in policy:
        _items("复核", [policy["review_cycle"]], printer)
    _items("出处", [_source(s) for s in policy["sources"]], printer)
    if "confidence_label" in policy:
        _items("录入可信度", [policy["confidence_label"]], printer)
    _items("说明", policy.get("notes", ()), printer)


def _title(text: str, printer: Printer) -> None:
    """A heading."""
    printer.line(text, "bold cyan")


def _items(title: str, lines: Sequence[str], printer: Printer) -> None:
    """A heading with its lines; nothing where there are none."""
    if not lines:
        return
    _title(title, printer)
    for line in lines:
        printer.indented(f"{printer.symbol('·')}{line}", 2)


def _node(node: Mapping[str, Any], depth: int, printer: Printer) -> None:
    """A condition and all under it."""
    printer.indented(_node_line(node, printer), depth, "" if "children" not in node else "bold")
    for child in node.get("children", ()):
        _node(child, depth + 2, printer)


def _node_line(node: Mapping[str, Any], printer: Printer) -> str:
    """The text; for a figure its metric, period, threshold and what proves it."""
    evidence = f"〔{'、'.join(node['evidence'])}〕" if node.get("evidence") else ""
    if node["kind"] == "leaf":
        narrowed = f"（{node['qualifiers']}）" if "qualifiers" in node else ""
        asked = f"{node['metric_label']}{narrowed} {node['period_label']} {node['required']['text']}"
        ladders = f"，按 {'、'.join(node['ladders'])}" if "ladders" in node else ""
        return f"{printer.symbol('·')}{node['text']}  [{asked}{ladders}]{evidence}"
    if node["kind"] == "manual":
        return f"{printer.symbol('·')}{node['text']}  [人工判定]{evidence}"
    if node["kind"] == "ref":
        return f"{printer.symbol('·')}{node.get('text', '')}  [须满足 {node['policy']} 的条件]"
    return str(node["text"])


def _veto(veto: Mapping[str, Any]) -> str:
    """A veto with its stage, effect and times."""
    more = [veto["stage_label"], veto.get("effect", "")]
    more += [f"追溯 {veto['lookback_years']} 年"] if "lookback_years" in veto else []
    more += [f"自 {veto['since']} 起"] if "since" in veto else []
    more += [f"{veto['bar_years']} 年内不得再报"] if "bar_years" in veto else []
    return f"{veto['text']}（{'；'.join(m for m in more if m)}）"


def _material(material: Mapping[str, Any]) -> str:
    """A paper to hand in."""
    more = ["必交" if material["required"] else "如有"]
    more += ["、".join(f"{y}年" for y in material["years"])] if "years" in material else []
    more += [material["when"]] if "when" in material else []
    return f"{material['name']}（{'；'.join(more)}）"


def _advisory(entries: Sequence[Mapping[str, Any]], printer: Printer) -> None:
    """Preferences and waived conditions."""
    if not entries:
        return
    _title("优先与暂不要求（不影响结论）", printer)
    for entry in entries:
        text = f"：{entry['text']}" if entry["text"] else ""
        printer.indented(f"{printer.symbol('·')}{entry['kind_label']}{text}", 2)
        _node(entry["node"], 6, printer)


def _scoring(scoring: Mapping[str, Any] | None, printer: Printer) -> None:
    """The scoring table."""
    if scoring is None:
        return
    words = (("total", "满分"), ("pass", "及格线"), ("bonus", "加分至多"))
    limits = "，".join(f"{word} {scoring[key]:g}" for key, word in words if key in scoring)
    least = "，".join(f"{name}不低于 {value:g}" for name, value in scoring.get("minimums", {}).items())
    _title("评分表" + (f"（{'；'.join(x for x in (limits, least) if x)}）" if limits or least else ""), printer)
    for item in scoring.get("items", ()):
        points = f" {item['points']:g} 分" if "points" in item else ""
        how = "" if item["by"] == "rule" else f"（{item['by_label']}）"
        bonus = "加分 " if item.get("bonus") else ""
        printer.indented(f"{printer.symbol('·')}{bonus}{item['dimension']} · {item['indicator']}{points}{how}", 2)
        for band in item.get("bands", ()):
            low, high = band.get("points", (None, None))
            given = "" if low is None else f"{low:g} 分：" if low == high else f"{low:g}—{high:g} 分："
            printer.indented(f"{given}{band.get('text', '')}", 6)


def _window(window: Mapping[str, Any]) -> str:
    """When whom may file."""
    batch = f"{window['batch']} " if "batch" in window else ""
    return f"{batch}{window.get('who', '')}：{window.get('opens', '')} 至 {window.get('closes', '')}"


def _source(source: Mapping[str, Any]) -> str:
    """Where it was taken from."""
    lines = f" 第{'—'.join(map(str, source['lines']))}行" if "lines" in source else ""
    parts = [source.get("document", ""), f"{source.get('file', '')}{lines}", source.get("url", ""), *source.get("at", ())]
    return " ".join(p for p in parts if p.strip())
