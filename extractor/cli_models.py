"""``zuozheng models``: which trained models there are, whether they are whole, training them, measuring the field tagger."""

from __future__ import annotations

import json
import sys
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from extractor.cli_common import CacheOpt, EngineOpt, JsonOpt, TaggerOpt, ThreadsOpt, failures, page_progress, say, say_json, stop
from extractor.reports.printing import PlainConsole
from models.registry import AUTO, DEFAULT_TAGGER, OFF, TAGGER_VARIABLE, TRAINED, ModelInfo, open_tagger
from models.registry import models as known_models

if TYPE_CHECKING:
    from corpora.format import Corpus
    from extractor.documents.fusion_tags import Thresholds

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="模型：列出、校验、训练、评测。产品离线运行，从不下载模型；训练需要另装程序库，使用模型不需要。"
    f"\n\n读字段的模型默认{'不用' if DEFAULT_TAGGER == OFF else '启用'}，用 --tagger 或环境变量 {TAGGER_VARIABLE} 设置。"
    "\n\n例：zuozheng models list",
)
_STATES = {"ok": "完好", "damaged": "已损坏", "missing": "没有"}


@app.command("list")
def list_models(tagger: TaggerOpt = None, as_json: JsonOpt = False) -> None:
    """列出全部模型：名称、用途、版本、大小、SHA-256 前 12 位、是否在用、许可。

    例：zuozheng models list --json
    """
    with failures():
        found = known_models(tagger)
    if as_json:
        say_json(json.dumps([_row(m) for m in found], ensure_ascii=False, indent=1))
        return
    table = Table("名称", "用途", "版本", "大小", "SHA-256", "在用", "状态", "许可")
    for m in found:
        used = "是" if m.used else "否"
        table.add_row(m.name, m.kind, m.version or "-", _size(m.size), m.short or "-", used, _STATES[m.state], m.licence)
    _console().print(table)


@app.command()
def verify(tagger: TaggerOpt = None, as_json: JsonOpt = False) -> None:
    """校验全部模型文件的 SHA-256（含文字识别的权重）：与登记的不一致，或在用的模型缺失，退出码为 1。

    例：zuozheng models verify --tagger 模型目录
    """
    with failures():
        found = known_models(tagger)
    wrong = [m for m in found if m.state == "damaged" or (m.state == "missing" and m.used)]
    if as_json:
        say_json(json.dumps({"ok": not wrong, "models": [_row(m) for m in found]}, ensure_ascii=False, indent=1))
    else:
        for m in found:
            say(f"{_STATES[m.state]}  {m.name}（{m.kind}）{m.short or m.problem}")
        for m in wrong:
            say(f"{m.name}：{m.problem}")
        say("全部在用的模型完好。" if not wrong else f"{len(wrong)} 个模型不能使用。")
    raise typer.Exit(int(bool(wrong)))


def _row(m: ModelInfo) -> dict[str, Any]:
    return {
        "name": m.name, "kind": m.kind, "version": m.version, "size": m.size, "sha256": m.sha256, "used": m.used,
        "state": m.state, "licence": m.licence, "folder": str(m.folder), "problem": m.problem, "files": dict(m.files),
    }  # fmt: skip


def _size(size: int) -> str:
    return "-" if not size else f"{size / 1_000_000:.1f} MB" if size >= 100_000 else f"{size / 1000:.1f} KB"


# --- training ----------------------------------------------------------------


@app.command()
def train(
    name: Annotated[str, typer.Argument(help=f"要训练的模型：{'、'.join(TRAINED)}", show_default=False)],
    out: Annotated[Path, typer.Option("--out", help="模型目录，写在哪里", show_default=False)],
    pages: Annotated[int, typer.Option("--pages", min=20, help="生成多少页（名称模型：多少段文字）来学习")] = 12000,
    epochs: Annotated[int | None, typer.Option("--epochs", min=1, help="学几遍，默认由模型决定")] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="随机种子：同一种子、同样的数据得到同样的模型")] = 1,
    corpus: Annotated[
        list[Path] | None,
        typer.Option("--corpus", help="另加的标注语料（如服务导出的更正），可写多次；留出的版式不会用于训练"),
    ] = None,
    encoder: Annotated[
        Path | None, typer.Option("--encoder", help="仅 field_tagger：在本地的 Hugging Face 格式编码器上微调")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="仅 field_tagger：从 --out 目录中的检查点继续")] = False,
    minutes: Annotated[
        float | None, typer.Option("--minutes", min=0.1, help="仅 field_tagger：最多训练多少分钟（这样的训练不能精确重复）")
    ] = None,
    threads: ThreadsOpt = None,
) -> None:
    """训练一个模型：用生成的材料页（和另加的标注语料）学习，写出模型目录、训练记录、模型卡和学习曲线。

    没有显卡也可以训练。中断后用 --resume 继续。field_tagger 需要 pip install 'zuozheng[train]'，
    names 需要 pip install 'zuozheng[spacy]'。训练好的模型用 --tagger 目录 试用。

    例：zuozheng models train field_tagger --out 模型 --pages 12000 --seed 1
    """
    from extractor.cli_models_train import Chosen, TrainingUnavailable, trained

    if name not in TRAINED:
        stop(f"没有名为“{name}”的模型可以训练，可选：{'、'.join(TRAINED)}")
    if name != "field_tagger" and (encoder is not None or resume or minutes is not None):
        stop("--encoder、--resume、--minutes 只用于 field_tagger")
    if encoder is not None and not encoder.is_dir():
        stop(f"--encoder 的目录 {encoder} 不存在，请写本地的 Hugging Face 格式模型目录")
    chosen = Chosen(name, out, pages, epochs, seed, tuple(corpus or ()), encoder, resume, minutes, threads)
    from corpora.format import CorpusError

    with failures():
        try:
            summary = trained(chosen)
        except (TrainingUnavailable, CorpusError) as error:
            stop(str(error))
    for line in summary:
        say(line)


# --- measuring -----------------------------------------------------------------


@app.command("eval")
def evaluate(
    corpus: Annotated[Path, typer.Argument(help="标注语料文件夹（corpus.json、labels.jsonl、files/）", show_default=False)],
    tagger: Annotated[str, typer.Option("--tagger", help="要评测的字段模型：auto 随产品提供的，或模型目录")] = AUTO,
    out: Annotated[
        Path | None, typer.Option("--out", help="结果目录：learned.json、learned.md、risk_coverage.png（须保密）")
    ] = None,
    split: Annotated[str | None, typer.Option("--split", help="只评测语料的一部分：train、dev 或 test（按企业划分）")] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="最多评测多少份材料，用于试跑")] = None,
    calibration: Annotated[Path | None, typer.Option("--calibration", help="融合时用的校准文件，默认用自带的")] = None,
    thresholds: Annotated[
        str | None,
        typer.Option("--thresholds", help="试用别的门槛：一致,存疑,补填,补填关键字段，如 0.5,0.9,0.9,0.97（只可在开发语料上选）"),
    ] = None,
    engine: EngineOpt = "openvino",
    threads: ThreadsOpt = None,
    cache: CacheOpt = None,
    as_json: JsonOpt = False,
) -> None:
    """在标注语料上比较三种读法：只用规则、只用模型、两者融合。页面只读一遍。

    给出每个字段的 F1、0.5 % 风险下的覆盖、误判“相符”的个数，已知版式与留出版式分开。

    例：zuozheng models eval 语料文件夹 --cache 缓存目录 --out 结果
    """
    from corpora.format import CorpusError
    from eval import learned, learned_report
    from extractor.pipeline import Session, Settings
    from models.calibration import CalibrationError, load_calibration

    if split not in (None, "train", "dev", "test"):
        stop("--split 只能是 train、dev 或 test")
    limits = _limits(thresholds)
    with failures(), page_progress() as on_page:
        opened = open_tagger(tagger)
        if opened is None:
            stop("没有可评测的字段模型：随产品没有提供，请用 --tagger 写出模型目录（zuozheng models train 所写）")
        try:
            calibrations = {learned.RULES: load_calibration(), learned.FUSED: load_calibration(calibration)}
            chosen = _part(corpus, split)
            with Session(Settings(engine=engine, threads=threads, cache=cache, read_all=True, tagger=OFF)) as session:
                observed = learned.observe(chosen, session, opened, calibrations, on_page, limit=limit, thresholds=limits)
        except (CorpusError, CalibrationError) as error:
            stop(str(error))
        report = learned.compare(observed) | {"tagger": opened.name}
        if out is not None:
            learned_report.write(report, out)
    if as_json:
        say_json(learned_report.as_json(report))
    else:
        for line in learned_report.as_text(report).splitlines():
            say(line)


def _limits(given: str | None) -> Thresholds | None:
    """The thresholds of ``--thresholds``; stops where it names none."""
    from extractor.documents.fusion_tags import Thresholds

    if given is None:
        return None
    try:
        numbers = [float(part) for part in given.split(",")]
        if len(numbers) == len(fields(Thresholds)) and all(0.0 <= n <= 1.0 for n in numbers):
            return Thresholds(*numbers)
    except ValueError:
        pass
    stop("--thresholds 要写四个 0 到 1 的数，用逗号分开，例如 0.5,0.9,0.9,0.97")


def _part(corpus: Path, split: str | None) -> Corpus:
    from corpora.format import load
    from corpora.split import split as split_corpus

    loaded = load(corpus)
    return split_corpus(loaded)[split] if split else loaded


def _console() -> PlainConsole:
    return PlainConsole(width=None if sys.stdout.isatty() else 160)
