"""``初筛汇总.xlsx``: the packages in rank order, why, what is missing, what repeats across enterprises, and charts."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.chart import BarChart, PieChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.worksheet.worksheet import Worksheet

from extractor.model import Verdict
from extractor.reports import labels
from extractor.reports.cells import Value, colour, fill, put
from extractor.reports.files import write_atomically
from extractor.reports.prescreen_labels import KINDS, SEVERITIES, STATES, Row, policy_text, state_text, totals_text

_REASONS_SHOWN = 3
_BANDS = 10
"""Bars of the scores' chart, ten points each."""
_ESTIMATE = (
    "节省的阅读时间是估计值：按每页分钟数（报表、审计报告 0.3–0.5 分钟，证书、名单 1 分钟，其他 0.1 分钟）计算人工通读的时间，"
    "再减去仍需人工查看的每一处 2 分钟。"
)


def write_prescreen(batch: Mapping[str, Any], path: Path) -> None:
    """Write the workbook of a batch, all or nothing.

    Args:
        batch: the value of ``batch.json``.
        path: where to.

    Raises:
        ReportWriteError: the file cannot be written.
    """
    book = Workbook()
    book.properties.creator = "zuozheng"
    book.remove(book.worksheets[0])
    _ranked(book.create_sheet("初筛排名"), batch["packages"])
    _reasons(book.create_sheet("理由"), batch["packages"])
    _missing(book.create_sheet("缺少的材料"), batch["packages"])
    _repeats(book.create_sheet("跨企业重复"), batch["repeats"])
    _summary(book.create_sheet("统计"), batch)
    buffer = io.BytesIO()
    book.save(buffer)
    write_atomically(path, buffer.getvalue())


def _ranked(sheet: Worksheet, rows: Sequence[Row]) -> None:
    """One row per package, best first."""
    heads = {"名次": 7, "材料包": 26, "企业": 30, "结论": 12, "得分": 9, "风险": 9, "主要理由": 70, "缺少的材料": 40, "政策": 40,
             "相符": 8, "不符": 8, "非本企业": 9, "已失效": 8, "待核": 8, "缺证据": 8, "文件": 8, "未读文件": 9, "页数": 8,
             "估计省时（小时）": 12, "统一社会信用代码": 22, "得分构成": 44}  # fmt: skip
    fill(sheet, heads, (_ranked_row(row) for row in rows), percent=("风险",))
    for number, row in enumerate(rows, start=2):
        colour(sheet.cell(number, 4), labels.VERDICTS[STATES[row["verdict"]][1]].fill)
    sheet.freeze_panes = "D2"


def _ranked_row(row: Row) -> list[Value]:
    counts = row["findings"]
    return [
        row["rank"],
        row["package"],
        row["enterprise"],
        state_text(row),
        row["score"],
        row["risk"],
        _first(row["reasons"]),
        _first(row["missing"]),
        policy_text(row),
        *(counts.get(v, 0) for v in ("supported", "contradicted", "wrong_entity", "expired", "unsure", "missing")),
        row["files"],
        row["unread_files"],
        row["pages"],
        row["hours_saved"],
        row["uscc"],
        "\n".join(f"{p['name']} {p['points']:g}/{p['full']:g}（{p['why']}）" for p in row["parts"]),
    ]


def _first(lines: Sequence[str]) -> str:
    """The first lines, saying how many more there are."""
    more = [f"…另有 {len(lines) - _REASONS_SHOWN} 条"] if len(lines) > _REASONS_SHOWN else []
    return "\n".join([*lines[:_REASONS_SHOWN], *more])


def _reasons(sheet: Worksheet, rows: Sequence[Row]) -> None:
    """Every reason of every package on a row of its own."""
    heads = {"名次": 7, "材料包": 26, "企业": 30, "结论": 12, "序号": 7, "理由": 110}
    fill(
        sheet,
        heads,
        (
            [row["rank"], row["package"], row["enterprise"], state_text(row), i, reason]
            for row in rows
            for i, reason in enumerate(row["reasons"], start=1)
        ),
    )


def _missing(sheet: Worksheet, rows: Sequence[Row]) -> None:
    """Every missing material on a row of its own."""
    heads = {"名次": 7, "材料包": 26, "企业": 30, "缺少的材料": 80}
    fill(sheet, heads, ([row["rank"], row["package"], row["enterprise"], m] for row in rows for m in row["missing"]))


def _repeats(sheet: Worksheet, repeats: Sequence[Row]) -> None:
    """One row per place of each repeated mark, alarms first."""
    heads = {"序号": 7, "等级": 10, "种类": 20, "内容": 34, "企业": 30, "材料包": 26, "文件": 40, "页": 7, "说明": 90}
    rows: list[list[Value]] = []
    looks: list[Verdict] = []
    for number, repeat in enumerate(repeats, start=1):
        word, like = SEVERITIES[repeat["severity"]]
        for at in repeat["places"]:
            looks.append(like)
            rows.append([number, word, KINDS[repeat["kind"]], repeat["label"], at["enterprise"], at["package"], at["file"],
                         at["page"], repeat["reason"]])  # fmt: skip
    fill(sheet, heads, rows)
    for number, look in enumerate(looks, start=2):
        colour(sheet.cell(number, 2), labels.VERDICTS[look].fill)


def _summary(sheet: Worksheet, batch: Row) -> None:
    """Totals in words, counts, and their charts."""
    sheet.column_dimensions["A"].width = 22
    sheet.column_dimensions["B"].width = 12
    put(sheet.cell(1, 1), totals_text(batch["summary"]))
    put(sheet.cell(2, 1), _ESTIMATE)
    put(sheet.cell(4, 1), "结论")
    put(sheet.cell(4, 2), "份数")
    for row, (state, (word, _)) in enumerate(STATES.items(), start=5):
        put(sheet.cell(row, 1), word)
        sheet.cell(row, 2).value = batch["summary"]["verdicts"].get(state, 0)
    first = 11
    put(sheet.cell(first - 1, 1), "得分")
    put(sheet.cell(first - 1, 2), "份数")
    scores = [p["score"] for p in batch["packages"] if p["score"] is not None]
    for band in range(_BANDS):
        low, high = band * 10, band * 10 + 10
        put(sheet.cell(first + band, 1), f"{low}–{high}")
        inside = sum(low <= s < high or (band == _BANDS - 1 and s >= high) for s in scores)
        sheet.cell(first + band, 2).value = inside
    _charts(sheet, 4, 4 + len(STATES), first - 1, first + _BANDS - 1)


def _charts(sheet: Worksheet, verdicts: int, last_verdict: int, scores: int, last_score: int) -> None:
    """A pie of the verdicts and bars of the scores; each range begins with its head."""
    pie = PieChart()
    pie.title = "结论分布"
    pie.add_data(Reference(sheet, min_col=2, min_row=verdicts, max_row=last_verdict), titles_from_data=True)
    pie.set_categories(Reference(sheet, min_col=1, min_row=verdicts + 1, max_row=last_verdict))
    pie.dataLabels = DataLabelList(showVal=True, showCatName=True, showSerName=False, showLegendKey=False, showPercent=False)
    sheet.add_chart(pie, "D4")
    bars = BarChart()
    bars.title = "得分分布"
    bars.y_axis.title, bars.x_axis.title = "份数", "得分"
    bars.x_axis.delete, bars.y_axis.delete = False, False  # openpyxl hides axes unless told
    bars.legend = None
    bars.add_data(Reference(sheet, min_col=2, min_row=scores, max_row=last_score), titles_from_data=True)
    bars.set_categories(Reference(sheet, min_col=1, min_row=scores + 1, max_row=last_score))
    sheet.add_chart(bars, "D21")
