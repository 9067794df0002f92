"""``zuozheng corpus``: make, check, count, split, import and export labelled corpora."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from corpora.exchange.funsd import FunsdError
from corpora.exchange.spacy_docbin import SpacyMissing
from corpora.format import CorpusError, load
from corpora.split import SHARES, ShareError, assign, groups, write_splits
from corpora.statistics import print_statistics, statistics
from extractor.claims.metrics import METRICS
from extractor.cli_common import CacheOpt, EngineOpt, JsonOpt, ThreadsOpt, failures, page_progress, say, say_json, stop, tell
from extractor.pipeline import Session, Settings
from extractor.reports.printing import PlainConsole

if TYPE_CHECKING:
    from corpora.validate import Problem

app = typer.Typer(
    name="corpus",
    help="标注语料：生成、检查、统计、划分、导入、导出。格式见 docs/corpora.md。",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

CorpusArg = Annotated[Path, typer.Argument(help="语料目录（含 corpus.json、labels.jsonl、files/）", show_default=False)]


class Difficulty(StrEnum):
    """How hard to read the made pages are."""

    CLEAN = "clean"
    SCAN = "scan"
    PHOTO = "photo"
    HARD = "hard"
    MIXED = "mixed"


class Layouts(StrEnum):
    """Which layouts papers are made in."""

    ALL = "all"
    SEEN = "seen"
    HELD_OUT = "held_out"


class Source(StrEnum):
    """What can be imported."""

    LABEL_STUDIO = "label-studio"
    FUNSD = "funsd"


class Target(StrEnum):
    """What can be exported."""

    LABEL_STUDIO = "label-studio"
    SPACY = "spacy"


@contextmanager
def _corpus_failures() -> Iterator[None]:
    """One line and exit code 2 for what can go wrong with corpora, besides what can go wrong with reading."""
    try:
        with failures():
            yield
    except (CorpusError, ShareError, SpacyMissing, FunsdError) as error:
        stop(" ".join(str(error).split()))
    except OSError as error:
        stop(f"不能读写 {error.filename or '文件'}：{error.strerror or error}；请检查路径、权限和磁盘空间")


def _must_be_empty(out: Path) -> None:
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        stop(f"{out} 已有内容，不会覆盖；请换一个新目录，或先自行清空")


def _console() -> PlainConsole:
    return PlainConsole(width=None if sys.stdout.isatty() else 140)


# --- make, check, stats, split -----------------------------------------------------


@app.command()
def make(
    out: Annotated[Path, typer.Argument(help="写到这个目录（须是新目录或空目录）", show_default=False)],
    packages: Annotated[int, typer.Option("--packages", min=1, help="材料包（企业）的数量")] = 10,
    seed: Annotated[int, typer.Option("--seed", help="随机种子；同样的种子得到同样的语料")] = 1,
    difficulty: Annotated[
        Difficulty, typer.Option("--difficulty", help="clean 原件、scan 扫描、photo 拍照、hard 极差，mixed 轮流")
    ] = Difficulty.MIXED,
    layouts: Annotated[
        Layouts, typer.Option("--layouts", help="all 全部版式；seen 编写规则时见过的；held_out 没见过的（只用于测试）")
    ] = Layouts.ALL,
) -> None:
    """生成合成语料：整套材料、申报数据（含植入的错误）、应得结论和每个字段的位置。不含真实企业与个人。

    例：zuozheng corpus make 语料 --packages 20 --seed 7 --difficulty scan
    """
    from corpora.packages import make_packages
    from corpora.synth.engine import NoChineseFontError

    _must_be_empty(out)
    with _corpus_failures(), _package_bar(packages) as on_package:
        try:
            make_packages(packages, seed, out, difficulty=difficulty.value, layouts=layouts.value, progress=on_package)
        except NoChineseFontError as error:
            stop(" ".join(str(error).split()))
    say(f"已写入 {out}；下一步：zuozheng corpus check {out}")


@contextmanager
def _package_bar(total: int) -> Iterator[Any]:
    console = Console(stderr=True)
    with Progress(
        TextColumn("生成材料包"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as bar:
        task = bar.add_task("", total=total)

        def on_package(done: int, of: int) -> None:
            bar.update(task, completed=done, total=of)
            if not console.is_terminal:
                tell(f"{done}/{of} 个材料包")

        yield on_package


@app.command()
def check(corpus: CorpusArg, as_json_: JsonOpt = False) -> None:
    """检查语料是否合格式：一次列出全部问题，每条给出行号、位置和改法。

    退出码：0 没有问题；1 有问题；2 不是语料目录或读不出。

    例：zuozheng corpus check 语料
    """
    from corpora.validate import as_json, validate  # heavy

    with _corpus_failures():
        problems = validate(corpus, METRICS)
    if as_json_:
        say_json(json.dumps({"problems": as_json(problems)}, ensure_ascii=False, indent=1))
    elif problems:
        _print_problems(problems)
    else:
        say("没有问题")
    raise typer.Exit(1 if problems else 0)


def _print_problems(problems: list[Problem]) -> None:
    for problem in problems:
        line = f" 第 {problem.line} 行" if problem.line else ""
        path = f" {problem.path}" if problem.path else ""
        # Plain text: brackets in paths and values are no markup.
        say(f"{problem.file}{line}{path}：{problem.message}。{problem.remedy}")
    say(f"共 {len(problems)} 处问题")


@app.command()
def stats(corpus: CorpusArg, as_json_: JsonOpt = False) -> None:
    """统计语料：材料包、文件、各类材料的份数与版式、难度、字段与位置标注、应得结论、植入的错误。

    例：zuozheng corpus stats 语料
    """
    with _corpus_failures():
        found = statistics(load(corpus))
    if as_json_:
        say_json(found.model_dump_json(indent=1))
    else:
        print_statistics(found, _console())


@app.command("split")
def split_(
    corpus: CorpusArg,
    shares: Annotated[str, typer.Option("--shares", help="train,dev,test 的比例，合计为 1")] = ",".join(
        str(share) for share in SHARES.values()
    ),
    as_json_: JsonOpt = False,
) -> None:
    """按企业划分为 train、dev、test：同一家企业的材料不会分到两边，也不按页拆开。

    结果写入语料目录的 splits.json（文件或材料包 → train/dev/test）。同一家企业每次都落在同一部分，
    与语料中的其他企业无关，所以比例是平均意义上的。

    例：zuozheng corpus split 语料 --shares 0.6,0.2,0.2
    """
    with _corpus_failures():
        chosen = _shares(shares)
        loaded = load(corpus)
        path = write_splits(loaded, chosen)
        names, enterprises = assign(loaded.labels, chosen), groups(loaded.labels)
    if as_json_:
        say_json(path.read_text(encoding="utf-8").removesuffix("\n"))
        return
    table = Table("部分", "企业", "材料包", "文件")
    for name in chosen:
        mine = [k for k, split in enumerate(names) if split == name]
        packages = sum(loaded.labels[k].package is not None for k in mine)
        table.add_row(name, str(len({enterprises[k] for k in mine})), str(packages), str(len(mine) - packages))
    _console().print(table)
    say(f"已写入 {path}")


def _shares(text: str) -> dict[str, float]:
    parts = text.replace("，", ",").split(",")
    try:
        numbers = [float(part) for part in parts]
    except ValueError as error:
        raise ShareError(f"--shares “{text}”不是用逗号隔开的数，例如 0.6,0.2,0.2") from error
    if len(numbers) != len(SHARES):
        raise ShareError(f"--shares 须有 {len(SHARES)} 个数（{'、'.join(SHARES)}），例如 0.6,0.2,0.2")
    return dict(zip(SHARES, numbers, strict=True))


# --- import ------------------------------------------------------------------------


@app.command("import")
def import_(
    source: Annotated[Path, typer.Argument(help="标注文件；funsd 也可以是放标注文件的文件夹", show_default=False)],
    kind: Annotated[Source, typer.Option("--format", help="标注文件的格式", show_default=False)],
    out: Annotated[Path, typer.Option("--out", help="写入这个语料目录；同一文件的旧标注被替换", show_default=False)],
    images: Annotated[Path | None, typer.Option("--images", help="funsd：图片所在文件夹；不写时找标注旁边的 images")] = None,
    mapping: Annotated[
        Path | None, typer.Option("--mapping", help="funsd：哪个问题是哪个字段（JSON），见 docs/corpora.md")
    ] = None,
) -> None:
    """把其他工具的标注写成语料。

    label-studio：核对过的任务（Export → JSON）变回字段、位置、材料类型与页。只收全部页都已标注的文件；
    值不合字段类型时指出是哪个任务，一处有错就什么都不写。
    funsd：FUNSD 或 XFUND 的表单，得到逐行文字；给出 --mapping 时也得到字段。

    退出码：0 完成；1 有问题或有未标完的文件；2 文件读不出。

    例：zuozheng corpus import 导出.json --format label-studio --out 语料
    """
    # Heavy.
    from corpora.validate import validate
    from extractor.cli_exchange import from_funsd, from_label_studio

    with _corpus_failures():
        notes = from_label_studio(source, out) if kind is Source.LABEL_STUDIO else from_funsd(source, out, images, mapping)
        problems = validate(out, METRICS)
    for note in notes:
        tell(f"{note}")
    if problems:
        _print_problems(problems)
    raise typer.Exit(1 if notes or problems else 0)


# --- export ------------------------------------------------------------------------


@app.command()
def export(
    source: Annotated[Path, typer.Argument(help="label-studio：要标注的材料；spacy：语料目录", show_default=False)],
    kind: Annotated[Target, typer.Option("--format", help="导出格式", show_default=False)],
    out: Annotated[Path, typer.Option("--out", help="label-studio：新目录；spacy：文件（.spacy）", show_default=False)],
    enterprise: Annotated[
        str | None, typer.Option("--enterprise", help="label-studio：这是哪家企业的材料；划分时同一家不拆开")
    ] = None,
    prefix: Annotated[
        str | None,
        typer.Option("--url-prefix", help="label-studio：图片地址的前缀；不写时用 Label Studio 本地文件（见 docs/corpora.md）"),
    ] = None,
    read: Annotated[bool, typer.Option("--read", help="spacy：没有逐行文字的文件先读出文字")] = False,
    engine: EngineOpt = "openvino",
    threads: ThreadsOpt = None,
    cache: CacheOpt = None,
) -> None:
    """导出到其他工具。

    label-studio：读取材料，把读到的类型、字段和位置作为预标注，连同每页图片写成任务；改正后用 corpus import 收回。
    写出 tasks.json、label_config.xml、pages/、files/。图片中的身份证号已遮盖，files/ 是原件，请妥善保管。
    spacy：每页一个 Doc，字段在 doc.spans["fields"]，位置在 doc.user_data。

    例：zuozheng corpus export 材料文件夹 --format label-studio --out 标注
    """
    # Heavy.
    from extractor.cli_exchange import write_docs
    from extractor.cli_label_studio import write_project

    with _corpus_failures():
        settings = Settings(engine=engine, threads=threads, cache=cache, read_all=True)
        if kind is Target.LABEL_STUDIO:
            _must_be_empty(out)
            with page_progress() as on_page, Session(settings) as session:
                project = write_project(source, out, session, prefix=prefix, enterprise=enterprise, progress=on_page)
            say(f"已写入 {project.tasks} 个任务：{out / 'tasks.json'}；标注界面：{out / 'label_config.xml'}")
            if project.left_out:
                some = "、".join(project.left_out[:5])
                tell(f"{some} 等 {len(project.left_out)} 页没有图片（表格、文字或读不出），须直接写入 labels.jsonl")
        else:
            write_docs(load(source), out, settings if read else None)
