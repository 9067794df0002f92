"""``zuozheng eval ocr`` and ``zuozheng eval calibrate``."""

from __future__ import annotations

import json
import sys
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from extractor.cli_common import CacheOpt, EngineOpt, JsonOpt, ThreadsOpt, failures, page_progress, say_json, stop
from extractor.pipeline import Session, Settings
from extractor.reports.printing import PlainConsole
from models.calibration import IDENTITY, Calibration, CalibrationError, FittedOn, save_calibration
from models.calibration.threshold import TARGET_RISK
from models.ocr import ENGINES

if TYPE_CHECKING:
    from eval.ocr import OcrReport

CorpusArg = Annotated[Path, typer.Argument(help="标注语料文件夹（corpus.json、labels.jsonl、files/）", show_default=False)]


def register(app: typer.Typer) -> None:
    """Add the commands to the group ``eval``."""
    app.command("ocr")(ocr)
    app.command("calibrate")(calibrate)


def ocr(
    corpus: CorpusArg,
    engines: Annotated[str, typer.Option("--engines", help=f"要比较的识别引擎，逗号分隔：{'、'.join(ENGINES)}")] = "openvino",
    pages: Annotated[int | None, typer.Option("--pages", min=1, help="每种难度最多读多少页，默认全部")] = None,
    threads: ThreadsOpt = None,
    as_json_: JsonOpt = False,
) -> None:
    """在有文字标注的页面上比较识别引擎：字符错误率（CER）与每页秒数，按难度列出。

    例：zuozheng eval ocr 语料文件夹 --engines openvino,paddleocr
    """
    from corpora.format import CorpusError, load
    from eval.ocr import as_json, score_engines, true_pages

    names = [name.strip() for name in engines.split(",") if name.strip()]
    if not names:
        stop("--engines 没有写引擎名称，例如 --engines openvino,paddleocr")
    with failures(), page_progress() as on_page:
        try:
            chosen = true_pages(load(corpus), pages)
        except CorpusError as error:
            stop(str(error))
        if not chosen:
            stop(f"语料 {corpus} 中没有标注文字（labels.jsonl 的 text）的页面，请用 zuozheng corpus make 生成带文字标注的语料")
        report = score_engines(chosen, names, threads=threads, progress=on_page)
    if as_json_:
        say_json(as_json(report))
    else:
        _print_ocr(report, PlainConsole(width=None if sys.stdout.isatty() else 160))


def calibrate(
    corpus: CorpusArg,
    out: Annotated[Path, typer.Option("--out", help="校准文件（JSON）写到哪里", show_default=False)],
    test: Annotated[
        Path | None, typer.Option("--test", help="另一套语料，用来检验；这时 CORPUS 全部用于拟合（两套语料的企业不得相同）")
    ] = None,
    target_risk: Annotated[
        float, typer.Option("--target-risk", min=0.0001, max=0.5, help="允许判“相符”而实际不符的比例，默认 0.002，即 0.2 %")
    ] = TARGET_RISK,
    engine: EngineOpt = "openvino",
    threads: ThreadsOpt = None,
    cache: CacheOpt = None,
    as_json_: JsonOpt = False,
) -> None:
    """拟合置信度校准：用 train 企业拟合，用 test 企业检验，并选取判“相符”所需的概率。

    材料要读两遍（第二遍用拟合出的曲线），建议指定 --cache。

    例：zuozheng eval calibrate 语料文件夹 --out calibration.json --cache 缓存目录
    """
    from corpora.format import CorpusError, load
    from eval.calibrate import calibrate_from, observer, print_report
    from eval.source_version import product_commit, product_version

    def open_session(calibration: Calibration) -> AbstractContextManager[Session]:
        return Session(Settings(engine=engine, threads=threads, cache=cache, calibration=calibration, read_all=True))

    with failures(), page_progress() as on_page:
        try:
            loaded = load(corpus)
            again = observer(loaded, open_session, on_page, load(test) if test is not None else None)
            about = FittedOn(
                corpus=loaded.info.name,
                seed=loaded.info.seed,
                date=date.today().isoformat(),
                commit=product_commit(),
                product=product_version(),
            )
            made, report = calibrate_from(again(IDENTITY), about, again=again, target_risk=target_risk)
            save_calibration(made, out)
        except (CorpusError, CalibrationError) as error:
            stop(str(error))
    if as_json_:
        say_json(json.dumps(report, ensure_ascii=False, indent=1))
    else:
        print_report(made, report, PlainConsole(width=None if sys.stdout.isatty() else 160))


def _print_ocr(report: OcrReport, console: Console) -> None:
    table = Table("引擎", "难度", "页数", "字符数", "CER", "多读字符", "秒/页")
    for s in report.scores:
        extra = s.extra / s.characters if s.characters else 0.0
        table.add_row(
            s.version, s.difficulty or "-", str(s.pages), str(s.characters), f"{100 * s.cer:.2f} %", f"{100 * extra:.2f} %",
            f"{s.seconds_per_page:.2f}",
        )  # fmt: skip
    console.print(table)
    for engine, pages in report.worst.items():
        for page, errors, characters in pages[:5]:
            if errors:
                console.print(f"{engine}：{page} 错 {errors} 字（共 {characters} 字）", markup=False, soft_wrap=True)
