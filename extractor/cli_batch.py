"""``zuozheng batch``: many packages, one ranked sheet; resumes where it stopped."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from extractor.claims.declared_many import Entry, entry_for, load_declarations
from extractor.cli_batch_jobs import Job, checking, fingerprint, kept
from extractor.cli_batch_workers import Event, run_jobs
from extractor.cli_common import CacheOpt, EngineOpt, JsonOpt, day_of, failures, say_json, tell
from extractor.cli_policies import PolicyOpt
from extractor.criteria.package import choose
from extractor.intake import Limits
from extractor.intake.batch import Batch, folder_name, list_batch
from extractor.prescreen.marks import PackageMarks
from extractor.prescreen.ranking import Screened, not_read, rank, with_repeats
from extractor.prescreen.repeats import Repeat, repeats
from extractor.reading.cache import PageCache
from extractor.reports.files import ReportWriteError, write_atomically
from extractor.reports.prescreen_labels import STATES
from extractor.reports.prescreen_terminal import print_prescreen
from extractor.reports.printing import PlainConsole
from extractor.reports.text import shown_line

SCHEMA = "zuozheng.batch/1"
_INTERRUPTED = 130

DirArg = Annotated[
    Path, typer.Argument(metavar="DIR", help="文件夹或一个 ZIP：每家企业一个子文件夹或一个 ZIP", show_default=False)
]
OutOpt = Annotated[Path | None, typer.Option("--out", help="结果目录，默认在 DIR 旁边，名为“DIR_初筛”")]
WorkersOpt = Annotated[int, typer.Option("--workers", min=1, max=64, help="同时检查几份材料；处理器和空闲内存平分")]
DeclaredOpt = Annotated[
    Path | None,
    typer.Option(
        "--declared",
        help="申报总表（XLSX、CSV）：企业名称、统一社会信用代码、材料包、指标、期间、申报值、单位，一行一个数；"
        "不写时用各材料包里的 declared.json/xlsx/csv",
    ),
]
AsOfOpt = Annotated[str | None, typer.Option("--as-of", help="材料须在这一天有效（YYYY-MM-DD），默认取申报数据中的日期或今天")]


def batch(
    directory: DirArg,
    out: OutOpt = None,
    workers: WorkersOpt = 1,
    policy: PolicyOpt = None,
    declared: DeclaredOpt = None,
    as_of: AsOfOpt = None,
    cache: CacheOpt = None,
    engine: EngineOpt = "openvino",
    as_json: JsonOpt = False,
) -> None:
    """批量初筛：逐份检查许多企业的材料，排出名次，并查找不同企业材料中重复的专利、证书、页面和文件。

    在结果目录写出 初筛汇总.xlsx、batch.json，以及每份材料自己的 result.json、report.html、report.xlsx。

    中断后（按 Ctrl-C、断电）重新运行同一条命令，已完成的不再读；材料、申报数据、政策或程序有变化的才重做。
    一份材料读不了（压缩包损坏、程序崩溃）只影响它自己，在表中列出原因。

    退出码：0 全部通过；1 有需要人工处理的；2 没有一份能够检查，或参数有误。

    例：zuozheng batch 申报材料 --declared 申报总表.xlsx --policy cn-2026-little-giant --workers 2
    """
    day = day_of(as_of)
    policies = tuple(dict.fromkeys(policy or ()))
    target = (out or directory.resolve().with_name(f"{directory.resolve().stem}_初筛")).resolve()
    with failures():
        choose(policies)
        if cache is not None:
            PageCache(cache, engine)  # a folder that cannot be written must be told before anything is read
        entries = load_declarations(declared, default_as_of=day or date.today()) if declared is not None else ()
        found = list_batch(directory, Limits.from_environment(), [target, *([declared] if declared else [])])
        _make(target)
        jobs, rows, unmatched = _plan(found, entries, declared is not None, target, policies, day, engine)
        todo = [j for j in jobs if kept(j.target, j.fingerprint) is None]
        if len(todo) < len(jobs):
            tell(f"已完成 {len(jobs) - len(todo)} 份，沿用其结果；还有 {len(todo)} 份")
        errors = _check_all(todo, workers, engine, cache, target)
        value = _put_together(directory, jobs, errors, [*rows, *unmatched], found, policies, as_of)
        write_atomically(target / "batch.json", (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode())
        from extractor.reports.prescreen_xlsx import write_prescreen  # heavy

        write_prescreen(value, target / "初筛汇总.xlsx")
    _show(value, as_json, target)
    raise typer.Exit(_exit_code(value))


def _make(target: Path) -> None:
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ReportWriteError(f"结果目录 {target} 无法建立：{error.strerror or error}。请用 --out 换一个可写的目录") from error


def _plan(
    found: Batch, entries: Sequence[Entry], with_sheet: bool, target: Path, policies: tuple[str, ...], day: date | None,
    engine: str,
) -> tuple[list[Job], list[Screened], list[Screened]]:  # fmt: skip
    """What to check, lines of packages whose declaration cannot be used, lines of declarations without a package."""
    jobs: list[Job] = []
    rows: list[Screened] = []
    used: set[int] = set()
    for parcel in found.parcels:
        entry = entry_for(parcel.name, entries)
        if entry is not None:
            used.add(id(entry))
        elif with_sheet:
            tell(f"注意：申报总表中没有材料包《{parcel.name}》；没有 declared 文件时只读取，不核对")
        if entry is not None and entry.declaration is None:
            error = entry.error or "申报表中的数据不能使用"
            rows.append(not_read(parcel.name, error, enterprise=entry.name, uscc=entry.uscc or None))
            continue
        declaration = entry.declaration if entry is not None else None
        mark = fingerprint(parcel, declaration, policies, day, engine)
        jobs.append(Job(parcel, target / folder_name(parcel), mark, declaration, policies, day))
    lost = [e for e in entries if id(e) not in used]
    return jobs, rows, [_without_package(e) for e in lost]


def _without_package(entry: Entry) -> Screened:
    """The line of a declaration that no package belongs to."""
    missing = "申报总表中有这家企业，但没有它的材料包；请核对“材料包”一列与文件夹或 ZIP 的名称"
    name = entry.package or entry.name or entry.uscc or "未写企业"
    return not_read(f"（缺）{name}", entry.error or missing, enterprise=entry.name, uscc=entry.uscc or None)


def _check_all(todo: Sequence[Job], workers: int, engine: str, cache: Path | None, target: Path) -> dict[str, str]:
    """Check the jobs; the errors of those that failed, by package."""
    errors: dict[str, str] = {}
    if not todo:
        return errors
    count = min(workers, len(todo))
    start = partial(checking, engine, count, cache)
    with _progress(len(todo)) as show:

        def on_event(event: Event) -> None:
            if event.kind == "failed":
                errors[event.job.parcel.name] = event.text
            show(event)

        try:
            run_jobs(todo, count, start, on_event)
        except KeyboardInterrupt:
            done = sum(kept(j.target, j.fingerprint) is not None for j in todo)
            tell("")
            tell(f"已中断：本次完成 {done} 份，还有 {len(todo) - done} 份。再运行同一条命令即可接着做；结果在 {target}")
            raise typer.Exit(_INTERRUPTED) from None
    return errors


def _put_together(
    directory: Path, jobs: Sequence[Job], errors: dict[str, str], others: Sequence[Screened], found: Batch,
    policies: tuple[str, ...], as_of: str | None,
) -> dict[str, Any]:  # fmt: skip
    """The value of ``batch.json``."""
    rows = list(others)
    marks: list[PackageMarks] = []
    folders: dict[str, str] = {}
    for job in jobs:
        name = job.parcel.name
        state = kept(job.target, job.fingerprint)
        if state is None:
            who = job.declaration
            error = errors.get(name, "结果文件不完整，请再运行一次")
            rows.append(not_read(name, error, enterprise=who.name if who else "", uscc=who.uscc if who else None))
            continue
        rows.append(state.row)
        marks.append(state.marks)
        folders[name] = job.target.name
    again = repeats(marks)
    ranked = rank(with_repeats(rows, again))
    return {
        "schema": SCHEMA,
        "batch": directory.resolve().name,
        "as_of": as_of,
        "policies": list(policies),
        "summary": _summary(ranked, again),
        "packages": [
            {"rank": i, "folder": folders.get(r.package), **r.model_dump(mode="json")} for i, r in enumerate(ranked, start=1)
        ],
        "repeats": [r.model_dump(mode="json") for r in again],
        "loose": list(found.loose),
    }


def _summary(rows: Sequence[Screened], again: Sequence[Repeat]) -> dict[str, Any]:
    return {
        "packages": len(rows),
        "verdicts": {state: sum(r.verdict == state for r in rows) for state in STATES},
        "pages": sum(r.pages for r in rows),
        "hours_saved": round(sum(r.hours_saved for r in rows), 2),
        "alarms": sum(r.severity == "alarm" for r in again),
    }


def _exit_code(value: dict[str, Any]) -> int:
    """0: all pass; 1: something needs a person; 2: nothing could be checked."""
    verdicts = value["summary"]["verdicts"]
    if verdicts["error"] == value["summary"]["packages"]:
        return 2
    return 0 if verdicts["pass"] == value["summary"]["packages"] else 1


def _show(value: dict[str, Any], as_json: bool, target: Path) -> None:
    if as_json:
        say_json(json.dumps(value, ensure_ascii=False))
    else:
        print_prescreen(value, Console())
    tell(f"结果在 {target}")


@contextmanager
def _progress(total: int) -> Iterator[Any]:
    """Bars on standard error: the batch, and each package being read; plain lines where that is no terminal."""
    console = PlainConsole(stderr=True)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(bar_width=24), MofNCompleteColumn(),
               TextColumn("{task.fields[what]}"), TimeElapsedColumn())  # fmt: skip
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        whole = bar.add_task("全部材料", total=total, what="份")
        tasks: dict[str, TaskID] = {}
        done = 0

        def on_event(event: Event) -> None:
            nonlocal done
            name = event.job.parcel.name
            if event.kind == "started":
                tasks[name] = bar.add_task(shown_line(name)[-24:], total=None, what="准备")
            elif event.kind == "page":
                bar.update(tasks[name], completed=event.done, total=max(event.total, 1), what="页")
                if not console.is_terminal and 0 < event.done < event.total and event.done % 20 == 0:
                    tell(f"{name}：{event.done}/{event.total} 页 {event.text}")
            else:
                bar.remove_task(tasks.pop(name))
                done += 1
                bar.update(whole, completed=done)
                said = "完成" if event.kind == "finished" else f"未能检查：{event.text}"
                console.print(shown_line(f"[{done}/{total}] {name}：{said}"), highlight=False, soft_wrap=True)

        yield on_event
