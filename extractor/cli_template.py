"""``zuozheng template``: the form with every figure that policies ask for."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from extractor.cli_common import say, stop
from extractor.criteria.load import PolicyError, UnknownPolicy
from extractor.reports.files import ReportWriteError
from extractor.values.dates import parse_date

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
    # Heavy.
    from extractor.reports.template_xlsx import write_csv, write_xlsx
    from extractor.template import declaration_form

    day = date.today() if as_of is None else parse_date(as_of)
    if day is None:
        stop(f"--as-of “{as_of}”不是日期，请按 2021-05-06 的写法填写")
    write = {".xlsx": write_xlsx, ".csv": write_csv}.get(output.suffix.lower())
    if write is None:
        stop(f"“{output.name}”应以 .xlsx 或 .csv 结尾")
    if output.exists() and not force:
        stop(f"{output} 已存在，可能已经填写；请换一个文件名，或加 --force 覆盖")
    try:
        rows, head = declaration_form(policy, day)
        write(rows, head, output)
    except (UnknownPolicy, PolicyError, ReportWriteError) as error:
        stop(str(error))
    say(f"已写入 {output}：{len(rows)} 项，填写“申报值”一列即可，留空表示未申报")
