"""The ``zuozheng`` command. Messages in plain Chinese; identifiers and JSON in English."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from extractor import cli_corpus, cli_eval
from extractor.claims.declared import load_declaration
from extractor.claims.summary import exit_code
from extractor.cli_common import CacheOpt, EngineOpt, JsonOpt, ThreadsOpt, failures, page_progress, stop
from extractor.model import Declaration, Result
from extractor.pipeline import Session, Settings
from extractor.reports.json_report import json_text
from extractor.reports.terminal import print_documents, print_result

app = typer.Typer(
    name="zuozheng",
    help="读取企业申报佐证材料（审计报告、证书、名单、扫描件），把申报数据逐项与材料核对。离线运行，不上传任何数据。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(cli_eval.app, name="eval")
app.add_typer(cli_corpus.app, name="corpus")
DECLARED_NAMES = ("declared.json", "declared.xlsx", "declared.csv")

PackageArg = Annotated[Path, typer.Argument(help="一家企业的材料：文件夹、ZIP 或单个文件", show_default=False)]
AsOfOpt = Annotated[str | None, typer.Option("--as-of", help="材料须在这一天有效（YYYY-MM-DD），默认取申报数据中的日期或今天")]


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        stop(f"--as-of 的日期“{text}”无法识别，请写成 YYYY-MM-DD，例如 2026-06-30")


def _declared_file(package: Path, given: Path | None) -> Path | None:
    """The declaration: the given file, or ``declared.json``/``.xlsx``/``.csv`` at the top of the folder."""
    if given is not None:
        return given
    found = [package / name for name in DECLARED_NAMES if package.is_dir() and (package / name).is_file()]
    return found[0] if found else None


@app.command()
def check(
    package: PackageArg,
    declared: Annotated[
        Path | None,
        typer.Option("--declared", help="申报数据：JSON、XLSX 或 CSV；不写时使用文件夹里的 declared.json/xlsx/csv"),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="报告目录：result.json、report.html、report.xlsx")] = None,
    as_json: JsonOpt = False,
    as_of: AsOfOpt = None,
    engine: EngineOpt = "openvino",
    threads: ThreadsOpt = None,
    cache: CacheOpt = None,
) -> None:
    """核对一家企业的材料：逐项给出 相符、不符、缺证据、已失效、非本企业 或 待核（由人工看）。

    退出码：0 全部相符；1 有需要人工处理的项目；2 材料完全无法读取。

    例：zuozheng check 材料文件夹 --declared declared.json --out 报告
    """
    day = _day(as_of)
    with failures():
        path = _declared_file(package, declared)
        declaration: Declaration | None = None
        if path is not None:
            declaration = load_declaration(path, default_as_of=day or date.today())
            if day is not None:
                declaration = declaration.model_copy(update={"as_of": day.isoformat()})
        with page_progress() as on_page, Session(Settings(engine=engine, threads=threads, cache=cache)) as session:
            result = session.check(package, declaration, as_of=day, out=out, leave_out=path, progress=on_page)
    _show(result, as_json, documents_only=declaration is None)
    if declaration is None:
        sys.stderr.write("未提供申报数据（--declared），只读取了材料，没有核对。\n")
    raise typer.Exit(exit_code(result.findings, result.checks))


@app.command()
def read(
    file: PackageArg,
    as_json: JsonOpt = False,
    as_of: AsOfOpt = None,
    engine: EngineOpt = "openvino",
    threads: ThreadsOpt = None,
    cache: CacheOpt = None,
) -> None:
    """读取一份材料：打印其中的文件类型、字段及所在页。

    例：zuozheng read 审计报告.pdf --json
    """
    with failures(), page_progress() as on_page, Session(Settings(engine=engine, threads=threads, cache=cache)) as session:
        result = session.check(file, None, as_of=_day(as_of), progress=on_page)
    _show(result, as_json, documents_only=True)


def _show(result: Result, as_json: bool, *, documents_only: bool) -> None:
    if as_json:
        sys.stdout.write(json_text(result) + "\n")
    elif documents_only:
        print_documents(result, Console())
    else:
        print_result(result, Console())


def main() -> None:
    """Entry point of the ``zuozheng`` script."""
    app()


if __name__ == "__main__":
    main()
