"""The batch on a terminal: the ranked table, repeats to look at, totals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from extractor.reports import labels
from extractor.reports.prescreen_labels import KINDS, STATES, state_text, totals_text
from extractor.reports.printing import Printer
from extractor.reports.text import one_line

_MOST_REPEATS = 20


def print_prescreen(batch: Mapping[str, Any], console: Console) -> None:
    """Print the value of ``batch.json``."""
    printer = Printer(console)
    table = Table(box=box.SIMPLE_HEAD, expand=True, pad_edge=False)
    table.add_column("名次", width=4, justify="right")
    table.add_column("材料包", ratio=3)
    table.add_column("结论", width=11)
    table.add_column("得分", width=6, justify="right")
    table.add_column("风险", width=5, justify="right")
    table.add_column("首要理由", ratio=6)
    for row in batch["packages"]:
        style = labels.VERDICTS[STATES[row["verdict"]][1]].colour
        table.add_row(
            str(row["rank"]),
            printer.text(one_line(row["package"], 80)),
            printer.text(state_text(row), style),
            "—" if row["score"] is None else f"{row['score']:.1f}",
            f"{row['risk']:.0%}",
            printer.text(one_line(row["reasons"][0], 160) if row["reasons"] else "全部相符"),
        )
    printer.table(table)
    alarms = [r for r in batch["repeats"] if r["severity"] == "alarm"]
    if alarms:
        printer.line(f"跨企业重复，请核对（{len(alarms)} 处）", "bold")
    for repeat in alarms[:_MOST_REPEATS]:
        printer.line(f"  {printer.symbol('✗')}{KINDS[repeat['kind']]}：{one_line(repeat['reason'], 300)}", "red")
    if len(alarms) > _MOST_REPEATS:
        printer.line(f"  …另有 {len(alarms) - _MOST_REPEATS} 处，见 初筛汇总.xlsx")
    for name in batch["loose"][:_MOST_REPEATS]:
        printer.line(f"  未归入任何材料包的文件：{one_line(name, 120)}", "yellow")
    printer.line(totals_text(batch["summary"]), "bold")
