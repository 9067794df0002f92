"""The ``zuozheng`` command. Messages in plain Chinese; identifiers and JSON in English."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from extractor import cli_batch, cli_corpus, cli_eval, cli_models, cli_policies, cli_service, cli_template
from extractor.claims.declared import DECLARED_NAMES, load_declaration
from extractor.claims.summary import exit_code
from extractor.cli_common import (
    CacheOpt,
    EngineOpt,
    JsonOpt,
    ReadAllOpt,
    TaggerOpt,
    ThreadsOpt,
    day_of,
    failures,
    page_progress,
    plain_logs,
    say_json,
    stop,
    tell,
)
from extractor.cli_policies import PolicyOpt
from extractor.criteria.package import choose
from extractor.model import Result
from extractor.pipeline import Session, Settings, is_form
from extractor.reports.json_report import json_text
from extractor.reports.terminal import print_documents, print_result
from models.registry import tagger_setting

app = typer.Typer(
    name="zuozheng",
    help="读取企业申报佐证材料（审计报告、证书、名单、扫描件），把申报数据逐项与材料核对。离线运行，不上传任何数据。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(cli_eval.app, name="eval")
app.add_typer(cli_corpus.app, name="corpus")
app.add_typer(cli_models.app, name="models")
app.add_typer(cli_policies.app, name="policies")
app.command()(cli_batch.batch)
app.command()(cli_policies.selftest)
app.command()(cli_template.template)
for _command in (
    cli_service.serve, cli_service.worker, cli_service.backup, cli_service.restore, cli_service.verify, cli_service.retention,
    cli_service.reset_password,
):  # fmt: skip
    app.command()(_command)
app.add_typer(cli_service.audit, name="audit")

PackageArg = Annotated[Path, typer.Argument(help="一家企业的材料：文件夹、ZIP 或单个文件", show_default=False)]
AsOfOpt = Annotated[str | None, typer.Option("--as-of", help="材料须在这一天有效（YYYY-MM-DD），默认取申报数据中的日期或今天")]


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
        typer.Option(
            "--declared",
            help="申报数据：JSON、XLSX、CSV，或申请书（DOCX、PDF、扫描件）；不写时用文件夹里的 declared.json/xlsx/csv",
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="报告目录：result.json、report.html、report.xlsx")] = None,
    policy: PolicyOpt = None,
    decisions: Annotated[
        Path | None,
        typer.Option("--decisions", help="人工判定（JSON）：条件编号 → status、who、when、why；与 --policy 一起用"),
    ] = None,
    as_json: JsonOpt = False,
    as_of: AsOfOpt = None,
    engine: EngineOpt = "openvino",
    threads: ThreadsOpt = None,
    cache: CacheOpt = None,
    read_all: ReadAllOpt = False,
    tagger: TaggerOpt = None,
) -> None:
    """核对一家企业的材料：逐项给出 相符、不符、缺证据、已失效、非本企业 或 待核（由人工看）。

    写了 --policy 时，再按该政策逐条给出 达标、未达标 或 待定；只凭申报、没有材料证明的条件不算达标。

    退出码：0 全部相符、政策达标；1 有需要人工处理的项目；2 材料完全无法读取，或参数有误。

    例：zuozheng check 材料文件夹 --declared declared.json --policy cn-2026-little-giant --out 报告
    """
    day = day_of(as_of)
    policies = tuple(policy or ())
    if decisions is not None and not policies:
        stop("--decisions 须与 --policy 一起用：写明人工判定属于哪项政策")
    with failures():
        choose(policies, decisions)  # a wrong id must not cost the reading of a form
        path = _declared_file(package, declared)
        as_form = path is not None and is_form(path)
        declaration = load_declaration(path, default_as_of=day or date.today()) if path is not None and not as_form else None
        notes: tuple[str, ...] = ()
        settings = Settings(engine=engine, threads=threads, cache=cache, read_all=read_all, tagger=tagger or tagger_setting())
        with page_progress() as on_page, Session(settings) as session:
            if path is not None and as_form:
                form = session.read_form(path, default_as_of=day or date.today(), progress=on_page)
                declaration, notes = form.declaration, form.notes
            if declaration is not None and day is not None:
                declaration = declaration.model_copy(update={"as_of": day.isoformat()})
            result = session.check(
                package, declaration, as_of=day, out=out, leave_out=path,
                policies=policies, decisions=decisions, progress=on_page,
            )  # fmt: skip
    for note in dict.fromkeys((*notes, *(n for p in result.policies for n in p["notes"]))):
        tell(f"注意：{note}")
    _show(result, as_json, documents_only=declaration is None)
    if declaration is None:
        tell("未提供申报数据（--declared），只读取了材料，没有核对。")
    raise typer.Exit(exit_code(result.findings, result.checks, result.policies))


@app.command()
def read(
    file: PackageArg,
    as_json: JsonOpt = False,
    as_of: AsOfOpt = None,
    engine: EngineOpt = "openvino",
    threads: ThreadsOpt = None,
    cache: CacheOpt = None,
    tagger: TaggerOpt = None,
) -> None:
    """读取一份材料：打印其中的文件类型、字段及所在页。

    例：zuozheng read 审计报告.pdf --json
    """
    day = day_of(as_of)
    with failures(), page_progress() as on_page:
        chosen = tagger or tagger_setting()
        settings = Settings(engine=engine, threads=threads, cache=cache, read_all=True, tagger=chosen)
        with Session(settings) as session:
            result = session.check(file, None, as_of=day, progress=on_page)
    _show(result, as_json, documents_only=True)


def _show(result: Result, as_json: bool, *, documents_only: bool) -> None:
    if as_json:
        say_json(json_text(result))
    elif documents_only:
        print_documents(result, Console())
    else:
        print_result(result, Console())


def main() -> None:
    """Entry point of the ``zuozheng`` script."""
    plain_logs()
    app()


if __name__ == "__main__":
    main()
