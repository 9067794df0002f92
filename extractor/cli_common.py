"""What the commands share: one-line failures, progress by page, options."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from extractor.claims.declared import DeclarationError
from extractor.criteria.decisions import DecisionError
from extractor.criteria.load import PolicyError, UnknownPolicy
from extractor.intake import IntakeError, NothingReadable, WorkFolderError
from extractor.intake.limits import LimitError
from extractor.pipeline import Progress as OnPage
from extractor.reading.cache import CacheError
from extractor.reports.files import ReportWriteError
from extractor.reports.text import clean, inert_json, shown_line
from models.ocr import ENGINES, EngineError
from models.sequence.errors import ModelError, TrainingError

EngineOpt = Annotated[str, typer.Option("--engine", help=f"文字识别引擎：{'、'.join(ENGINES)}")]
ThreadsOpt = Annotated[int | None, typer.Option("--threads", min=1, help="读页使用的处理器个数，默认全部（空闲内存不够时减少）")]
JsonOpt = Annotated[bool, typer.Option("--json", help="标准输出只打印一个 JSON（进度写到标准错误）")]
ReadAllOpt = Annotated[
    bool,
    typer.Option("--read-all", help="逐页全部识别；默认长文件先逐页浏览，附注、合同正文等不影响结论的页不逐字识别"),
]
TaggerOpt = Annotated[
    str | None,
    typer.Option(
        "--tagger",
        help="与规则一同读字段的模型：off 不用，auto 用随产品提供的（有的话），或模型目录；"
        "默认按环境变量 ZUOZHENG_TAGGER，没有设置时不用",
    ),
]
CacheOpt = Annotated[
    Path | None,
    typer.Option("--cache", help="页面缓存目录：读过的页不再重读。内含材料文字，须与材料同样保密"),
]


def tell(message: str) -> None:
    """One line on standard error; whatever it quotes cannot act on the terminal."""
    sys.stderr.write(f"{shown_line(message)}\n")


def say(message: str) -> None:
    """One line on standard output; whatever it quotes cannot act on the terminal."""
    sys.stdout.write(f"{shown_line(message)}\n")


def say_json(text: str) -> None:
    """A JSON text on standard output."""
    sys.stdout.write(f"{inert_json(text)}\n")


class _PlainLines(logging.Formatter):
    """What the program logs, as plain text: it may quote names and evidence."""

    def format(self, record: logging.LogRecord) -> str:
        return clean(super().format(record))


def plain_logs() -> None:
    """Let what is logged where nobody has set up logging stand on the terminal as plain text."""
    if logging.lastResort is not None:
        logging.lastResort.setFormatter(_PlainLines())


def stop(message: str) -> NoReturn:
    """One clear line on standard error, exit code 2."""
    tell(f"zuozheng: {message}")
    raise typer.Exit(2)


def day_of(text: str | None) -> date | None:
    """The day of ``--as-of``; stops where it is none."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        stop(f"--as-of 的日期“{text}”无法识别，请写成 YYYY-MM-DD，例如 2026-06-30")


FORESEEN = (
    IntakeError, NothingReadable, CacheError, DeclarationError, EngineError, ReportWriteError, UnknownPolicy, PolicyError,
    DecisionError, LimitError, WorkFolderError, ModelError, TrainingError,
)  # fmt: skip
"""Failures whose message is plain Chinese for the user."""


def one_line_of(error: BaseException) -> str:
    """A foreseen failure's message on one line."""
    return " ".join(str(getattr(error, "message", error)).split())


@contextmanager
def failures() -> Iterator[None]:
    """Turn every foreseen failure into one line and exit code 2."""
    try:
        yield
    except FORESEEN as error:
        stop(one_line_of(error))


@contextmanager
def page_progress() -> Iterator[OnPage]:
    """A bar by page on standard error; plain lines where that is no terminal."""
    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}", table_column=None, markup=False),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("页"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as bar:
        task = bar.add_task("准备", total=None)

        def on_page(done: int, total: int, what: str) -> None:
            bar.update(task, completed=done, total=max(total, 1), description=shown_line(what)[-36:] or "读取材料")
            if not console.is_terminal and total and (done == total or done % 20 == 0):
                tell(f"{done}/{total} 页 {what}")

        yield on_page
