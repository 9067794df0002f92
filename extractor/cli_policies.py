"""``zuozheng policies`` and ``zuozheng selftest``."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from extractor.claims.declared import load_declaration
from extractor.cli_common import CacheOpt, EngineOpt, JsonOpt, ThreadsOpt, day_of, failures, page_progress, say_json, stop
from extractor.criteria.load import PolicyBook, load_policies
from extractor.criteria.policy_json import policy_full, policy_row
from extractor.criteria.self_report import self_report
from extractor.criteria.versions import ends, starts, state
from extractor.model import Declaration
from extractor.pipeline import Session, Settings, is_form
from extractor.reports.files import ReportWriteError, write_atomically
from extractor.reports.policies_terminal import print_outcome, print_placement, print_tree
from extractor.reports.policy_listing import print_list, print_policy_text
from extractor.reports.printing import Printer

app = typer.Typer(
    help="收录的政策：列表（list）和全文（show）。编号用于 check、selftest、template 的 --policy。",
    no_args_is_help=True,
)

JurisdictionOpt = Annotated[str | None, typer.Option("--jurisdiction", help="地区，例如 国家、福建、三明")]
PolicyOpt = Annotated[
    list[str] | None,
    typer.Option("--policy", help="政策编号，可写多次；编号见 zuozheng policies list", show_default=False),
]


@app.command("list")
def list_policies(
    as_json: JsonOpt = False,
    jurisdiction: JurisdictionOpt = None,
    tier: Annotated[str | None, typer.Option("--tier", help="层级中的字样，例如 小巨人、培育库")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="只列这一天现行的政策（YYYY-MM-DD）")] = None,
) -> None:
    """列出收录的政策：编号、名称、地区、层级、文号、状态。

    例：zuozheng policies list --jurisdiction 福建 --tier 小巨人 --as-of 2026-06-30
    """
    day = day_of(as_of)
    with failures():
        book = load_policies()
    _known_jurisdiction(jurisdiction, book)
    found = [p for p in book if jurisdiction in (None, p.jurisdiction) and (tier or "") in p.tier]
    if day is not None:
        found = [p for p in found if p.status != "method" and starts(p) <= day <= ends(p, book)]
    if as_json:
        _print_json([policy_row(p) for p in found])
        return
    rows = [{**policy_row(p), "state": state(p, book, day or date.today())} for p in found]
    print_list(rows, Printer(Console()))


@app.command("show")
def show_policy(
    policy: Annotated[str, typer.Argument(help="政策编号，见 zuozheng policies list", show_default=False)],
    as_json: JsonOpt = False,
) -> None:
    """打印一项政策：条件与界线、期间、否决情形、材料、评分表、出处、说明。

    例：zuozheng policies show cn-2026-little-giant
    """
    with failures():
        book = load_policies()
        found = book.get(policy)
    text = {**policy_full(found, book.metrics), "state": state(found, book, date.today())}
    if as_json:
        _print_json(text)
    else:
        print_policy_text(text, Printer(Console()))


def selftest(
    declared: Annotated[
        Path, typer.Argument(help="申报数据：JSON、XLSX、CSV，或申请书（DOCX、PDF、扫描件）", show_default=False)
    ],
    policy: PolicyOpt = None,
    jurisdiction: JurisdictionOpt = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="申报日（YYYY-MM-DD），默认取申报数据中的日期或今天")] = None,
    as_json: JsonOpt = False,
    out: Annotated[Path | None, typer.Option("--out", help="结果目录：selftest.json、selftest.txt")] = None,
    engine: EngineOpt = "openvino",
    threads: ThreadsOpt = None,
    cache: CacheOpt = None,
) -> None:
    """按企业自己的申报数据自测：哪些条件达标、还差多少、评分上下限、所在梯度。不看证明材料。

    不写 --policy 时，按所在地区给出 创新型—专精特新—小巨人 梯度和培育库的层级。

    退出码：0 完成，所写政策全部达标；1 所写政策中有未达标或待定的；2 申报数据或编号有误。

    例：zuozheng selftest declared.json --policy cn-2026-little-giant
    """
    day = day_of(as_of)
    with failures():
        book = load_policies()
        policies = list({p.id: p for p in map(book.get, policy or ())}.values())
    _known_jurisdiction(jurisdiction, book)
    with failures():
        declaration, notes = _declaration(declared, day, Settings(engine=engine, threads=threads, cache=cache))
        if day is not None:
            declaration = declaration.model_copy(update={"as_of": day.isoformat()})
        report = self_report(declaration, book, policies, jurisdiction=jurisdiction)
        report["notes"] += notes
        if out is not None:
            _write(report, out, whole=bool(policies))
    if as_json:
        _print_json(report)
    else:
        _print_report(report, Printer(Console()), whole=bool(policies))
    raise typer.Exit(int(bool(policies) and any(p["status"] != "met" for p in report["policies"])))


def _declaration(path: Path, day: date | None, settings: Settings) -> tuple[Declaration, tuple[str, ...]]:
    """The declared figures of a file or an application form, and what could not be read of it."""
    if not is_form(path):
        return load_declaration(path, default_as_of=day or date.today()), ()
    with page_progress() as on_page, Session(settings) as session:
        form = session.read_form(path, default_as_of=day or date.today(), progress=on_page)
    return form.declaration, form.notes


def _known_jurisdiction(name: str | None, book: PolicyBook) -> None:
    """Stop where there is no policy of a jurisdiction."""
    known = list(dict.fromkeys(p.jurisdiction for p in book))
    if name is not None and name not in known:
        stop(f"没有地区“{name}”的政策；可用：{'、'.join(known)}")


def _print_report(report: Mapping[str, Any], printer: Printer, *, whole: bool) -> None:
    """The self-test: the whole tree of policies that were asked for, else placements and what is missing."""
    printer.line(f"{report['enterprise'] or '（未写企业名称）'}   申报日 {report['as_of']}   {report['jurisdiction']}", "bold")
    for placement in report["placements"]:
        print_placement(placement, printer)
    for policy in report["policies"]:
        (print_tree if whole else print_outcome)(policy, printer)
    for note in report["notes"]:
        printer.line(note, "yellow")


def _write(report: Mapping[str, Any], out: Path, *, whole: bool) -> None:
    """The self-test as JSON and as plain text."""
    stream = io.StringIO()
    _print_report(report, Printer(Console(file=stream, width=120, color_system=None)), whole=whole)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ReportWriteError(f"结果目录 {out} 无法建立（{reason}），请换一个可写的目录") from error
    write_atomically(out / "selftest.json", (_json(report) + "\n").encode("utf-8", "replace"))
    write_atomically(out / "selftest.txt", stream.getvalue().encode("utf-8", "replace"))


def _json(value: object) -> str:
    """Indented JSON."""
    return json.dumps(value, ensure_ascii=False, indent=2)


def _print_json(value: object) -> None:
    """One JSON value on standard output."""
    say_json(_json(value))
