"""``zuozheng eval``: measure the product on a labelled corpus, and compare two such runs."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from typer.core import TyperGroup

from extractor.cli_common import CacheOpt, EngineOpt, JsonOpt, ThreadsOpt, failures, page_progress, say_json, stop
from extractor.cli_eval_more import register
from extractor.pipeline import Session, Settings
from extractor.reports.printing import PlainConsole
from models.calibration import CalibrationError, load_calibration

DEFAULT = "run"
CorpusArg = Annotated[Path, typer.Argument(help="标注语料文件夹（corpus.json、labels.jsonl、files/）", show_default=False)]
RunArg = Annotated[Path, typer.Argument(help="评测结果目录（eval --out 所写，含 observations.jsonl）", show_default=False)]


class DefaultGroup(TyperGroup):
    """A group whose first word may be left out: ``eval CORPUS`` is ``eval run CORPUS``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the default command before words that name no command."""
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = [DEFAULT, *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=DefaultGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="在标注语料上评测产品，比较两次评测，比较识别引擎，拟合置信度校准。\n\n例：zuozheng eval 语料文件夹 --out 评测结果",
)


@app.command(DEFAULT)
def run(
    corpus: CorpusArg,
    out: Annotated[
        Path | None, typer.Option("--out", help="结果目录：metrics.json、report.html、observations.jsonl（含材料内容，须保密）")
    ] = None,
    as_json: JsonOpt = False,
    split: Annotated[
        Literal["train", "dev", "test"] | None, typer.Option("--split", help="只评测语料的一部分（按企业划分）")
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="最多评测多少份材料，用于试跑")] = None,
    engine: EngineOpt = "openvino",
    threads: ThreadsOpt = None,
    cache: CacheOpt = None,
    calibration: Annotated[
        Path | None, typer.Option("--calibration", help="校准文件（eval calibrate 所写），默认用自带的")
    ] = None,
) -> None:
    """评测（默认）：页面与文件类型、字段、证据框、结论与标注的差异，逐条列出；命令名 run 可省略。

    例：zuozheng eval 语料文件夹 --out 评测结果 --split test
    """
    from corpora.format import CorpusError
    from eval import run as evaluation
    from eval.metrics import compute

    with failures(), page_progress() as progress:
        if out is not None:
            evaluation.make_folder(out)
        try:
            chosen = load_calibration(calibration)
            about = evaluation.run_info(_command(), engine, cached=cache is not None, calibration=chosen.version)
            with Session(Settings(engine=engine, threads=threads, cache=cache, calibration=chosen, read_all=True)) as session:
                records = evaluation.evaluate(corpus, session, progress, run=about, split=split, limit=limit)
        except (CorpusError, CalibrationError) as error:
            stop(str(error))
        metrics = compute(records)
        if out is not None:
            evaluation.write(records, metrics, out, corpus)
    if as_json:
        say_json(evaluation.as_json(records, metrics))
    else:
        evaluation.print_report(records, metrics, _console())


@app.command()
def compare(a: RunArg, b: RunArg, as_json: JsonOpt = False) -> None:
    """比较两次评测（甲、乙）：哪些指标变好或变差、是否显著，哪些项目由对变错。

    例：zuozheng eval compare 旧结果 新结果
    """
    from eval import compare_runs
    from eval.records import ObservationsError

    try:
        found = compare_runs.compare_folders(a, b)
    except ObservationsError as error:
        stop(str(error))
    if as_json:
        say_json(json.dumps(compare_runs.as_json(found), ensure_ascii=False, indent=1, allow_nan=False))
    else:
        compare_runs.print_comparison(found, _console())


register(app)


def _console() -> PlainConsole:
    return PlainConsole(width=None if sys.stdout.isatty() else 160)


def _command() -> str:
    """The command as called, for the record of the run."""
    return " ".join(["zuozheng", *sys.argv[1:]])
