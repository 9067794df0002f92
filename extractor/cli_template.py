"""``zuozheng template``: the form with every figure that policies ask for."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from extractor.claims.figure_names import period_text
from extractor.claims.metrics import metric_of
from extractor.cli_common import stop
from extractor.criteria.form_rows import FormRow, form_rows
from extractor.criteria.load import PolicyError, UnknownPolicy, load_policies
from extractor.reports.files import ReportWriteError
from extractor.reports.template_xlsx import Input, TemplateHead, TemplateRow, write_csv, write_xlsx
from extractor.values.dates import parse_date

_UNITS = {"flag": "是/否", "date": "日期", "tag": "可多项"}
_WRITERS = {".xlsx": write_xlsx, ".csv": write_csv}

PolicyOpt = Annotated[
    list[str], typer.Option("--policy", help="政策编号，可重复（zuozheng policies list 列出全部）", show_default=False)
]
AsOfOpt = Annotated[str | None, typer.Option("--as-of", help="申报截止日，决定“上年”“近两年”是哪几年，如 2021-05-06；默认今天")]
OutOpt = Annotated[Path, typer.Option("--output", "-o", help="写到哪个文件：.xlsx 或 .csv")]
ForceOpt = Annotated[bool, typer.Option("--force", help="文件已存在时覆盖（已填的内容会丢失）")]


def template(
    policy: PolicyOpt,
    as_of: AsOfOpt = None,
    output: OutOpt = Path("declared.xlsx"),
    force: ForceOpt = False,
) -> None:
    """生成申报数据表：列出政策条件需要的每一个数值，填好后用于 selftest 和 check。

    例：zuozheng template --policy cn-2021-little-giant-batch3 --as-of 2021-05-06 -o declared.xlsx
    """
    day = date.today() if as_of is None else parse_date(as_of)
    if day is None:
        stop(f"--as-of “{as_of}”不是日期，请按 2021-05-06 的写法填写")
    write = _WRITERS.get(output.suffix.lower())
    if write is None:
        stop(f"“{output.name}”应以 .xlsx 或 .csv 结尾")
    if output.exists() and not force:
        stop(f"{output} 已存在，可能已经填写；请换一个文件名，或加 --force 覆盖")
    try:
        book = load_policies()
        policies = [book.get(p) for p in dict.fromkeys(policy)]
        rows = [template_row(row) for row in form_rows(policies, book, day)]
        write(rows, TemplateHead(tuple(p.name for p in policies), day.isoformat()), output)
    except (UnknownPolicy, PolicyError, ReportWriteError) as error:
        stop(str(error))
    print(f"已写入 {output}：{len(rows)} 项，填写“申报值”一列即可，留空表示未申报")


def template_row(row: FormRow) -> TemplateRow:
    """A row of the form as it is shown."""
    note = [row.definition, row.counting]
    if row.parts:
        note.append(f"由{'、'.join(row.parts)}计算；填了这些可不填本行")
    if row.instead_of:
        note.append(f"用于计算{'、'.join(row.instead_of)}")
    return TemplateRow(
        section=row.section,
        label=metric_of(row.metric).label,
        period=period_text(row.period, year_end=row.year_end),
        unit=_UNITS.get(row.unit, row.unit),
        input=_input(row),
        least=None if row.signed else 1 if row.kind == "rank" else 0,
        options=row.options,
        note="\n".join(n for n in note if n),
        evidence="、".join(row.evidence),
        demand="\n".join(row.demands),
        code=f"{row.metric}@{row.period}",
    )


def _input(row: FormRow) -> Input:
    """How the figure is filled in; grades (A, B) are text."""
    if row.kind == "rank":
        return "text" if row.unit == "级" else "count"
    if row.kind == "count":
        # Points and averages have decimals.
        return "number" if row.unit == "分" or row.metric.endswith("_avg") else "count"
    return "flag" if row.kind == "flag" else "date" if row.kind == "date" else "tags" if row.kind == "tag" else "number"
