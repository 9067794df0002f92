"""The comparison of rules, tagger and both (``eval.learned``) as Markdown, JSON and a picture of the curves."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from eval.learned import FUSED, GROUPS, MODEL, RULES, WAYS
from extractor.reports.files import write_atomically

_NAMES = {RULES: "规则", MODEL: "模型", FUSED: "融合"}
_GROUP_NAMES = {"all": "全部版式", "seen": "已知版式", "held_out": "留出版式"}
_COLOURS = {RULES: "#24476b", MODEL: "#9aa5b1", FUSED: "#a3262a"}
JSON_FILE, TEXT_FILE, CURVES_FILE = "learned.json", "learned.md", "risk_coverage.png"


def write(report: Mapping[str, Any], out: Path) -> None:
    """Write the three files under ``out``.

    Raises:
        ReportWriteError: the folder or a file cannot be written.
    """
    from eval.run import make_folder

    make_folder(out)
    write_atomically(out / JSON_FILE, f"{as_json(report)}\n".encode())
    write_atomically(out / TEXT_FILE, as_text(report).encode())
    write_atomically(out / CURVES_FILE, curves(report))


def as_json(report: Mapping[str, Any]) -> str:
    """The whole report."""
    return json.dumps(report, ensure_ascii=False, indent=1, allow_nan=False)


def as_text(report: Mapping[str, Any]) -> str:
    """Markdown: a summary per group of layouts, then F1 by type and by field."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Mapping[str, Any]) -> Iterator[str]:
    speed = report["tagging"]
    yield "# 规则、模型与融合"
    yield ""
    if speed["pages"]:
        yield f"标注 {speed['pages']} 页，平均 {speed['mean_ms']} 毫秒，95 % 不超过 {speed['p95_ms']} 毫秒。"
        yield ""
    for group in GROUPS:
        found = report["groups"][group]
        if not found[RULES]["micro"]["labelled"]:
            continue
        yield f"## {_GROUP_NAMES[group]}"
        yield ""
        yield from _summary(found, report["risk"])
        yield ""
        yield from _table("类型", {way: found[way]["by_type"] for way in WAYS})
        yield ""
        yield from _table("字段", {way: found[way]["by_field"] for way in WAYS})
        yield ""
    for name, title in (("better", "融合后变对"), ("worse", "融合后变错")):
        lines = report["changed"][name]
        yield f"## {title}（{len(lines)}）"
        yield ""
        yield from (f"- {line}" for line in lines[:200])
        yield ""


def _summary(found: Mapping[str, Any], risk: float) -> Iterator[str]:
    at = f"{100 * risk:g} % 风险下覆盖"
    yield f"| | 字段 F1 | 95 % | 精确率 | 召回率 | 类型平均 F1 | 字段{at} | 误判相符 | 判相符 | 结论{at} |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    for way in WAYS:
        own = found[way]
        micro, findings = own["micro"], own["findings"]
        cells = [
            _NAMES[way], _percent(micro["f1"]), f"{_percent(micro['low'])} … {_percent(micro['high'])}",
            _percent(micro["precision"]), _percent(micro["recall"]), _percent(own["macro_f1"]),
            _percent(own["coverage_at_risk"]), str(findings["false_supported"]), f"{findings['supported']}/{findings['n']}",
            _percent(findings["coverage_at_risk"]),
        ]  # fmt: skip
        yield f"| {' | '.join(cells)} |"
    gain = found["gain"]
    if gain["value"] is not None:
        yield ""
        yield f"融合减规则：{_points(gain['value'])}（95 %：{_points(gain['low'])} … {_points(gain['high'])}）。"


def _table(what: str, by_way: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """F1 of each way by type or field, and how far fusion differs from the rules."""
    yield f"| {what} | 标注数 | {' | '.join(_NAMES[way] for way in WAYS)} | 融合减规则 |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for name in by_way[RULES]:
        rows = {way: by_way[way].get(name, {"f1": None, "labelled": 0}) for way in WAYS}
        rules, fused = rows[RULES]["f1"], rows[FUSED]["f1"]
        gained = _points(fused - rules) if rules is not None and fused is not None else "-"
        cells = [name, str(rows[RULES]["labelled"]), *(_percent(rows[way]["f1"]) for way in WAYS), gained]
        yield f"| {' | '.join(cells)} |"


def curves(report: Mapping[str, Any]) -> bytes:
    """Risk against coverage of field values for each way, one panel per group of layouts, as PNG."""
    import io

    from matplotlib.figure import Figure

    groups = [g for g in GROUPS if report["groups"][g][RULES]["micro"]["labelled"]]
    figure = Figure(figsize=(4.8 * max(len(groups), 1), 4.2), layout="constrained")
    panels = figure.subplots(1, max(len(groups), 1), squeeze=False)[0]
    for panel, group in zip(panels, groups, strict=False):
        for way in WAYS:
            points = report["groups"][group][way]["risk_coverage"]
            panel.step([p[1] for p in points], [100 * p[2] for p in points], where="post", color=_COLOURS[way], label=way)
        panel.axhline(100 * report["risk"], color="#9aa5b1", linewidth=1, linestyle=":")
        panel.set(xlim=(0, 1.02), xlabel="coverage of labelled fields", ylabel="risk: wrong values, %", title=group)
        panel.set_ylim(bottom=0)
        panel.legend(loc="upper left", frameon=False)
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=110, metadata={"Software": None})
    return out.getvalue()


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f}"


def _points(difference: float | None) -> str:
    return "-" if difference is None else f"{100 * difference:+.1f}"
