"""The report on a terminal: a findings table, then what went wrong, then totals.

Evidence goes in as plain ``Text``, cleaned of control characters, so neither terminal
escapes nor rich markup inside a document have any effect.
"""

from __future__ import annotations

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from extractor.model import Document, Field, Finding, Result, Verdict
from extractor.reports import labels, values, view
from extractor.reports.policies_terminal import print_policies
from extractor.reports.printing import Printer
from extractor.reports.text import one_line

_WIDE = 116
"""Columns from which every part of a finding gets a column of its own."""

_REASON_LIMIT = 600


def print_result(result: Result, console: Console) -> None:
    """Print findings (riskiest first), unreadable files, failed checks, policies and totals."""
    printer = Printer(console)
    package = result.package
    printer.line(f"{package.enterprise or package.name}   核验基准日 {package.as_of}", "bold")
    if result.findings:
        printer.table(_findings_table(result, printer))
    else:
        printer.line("没有申报数据，未做核对。用 --declared 给出申报数据后再核对。")
    _print_files(result, printer)
    _print_checks(result, printer)
    print_policies(result.policies, printer, result.findings)
    _print_totals(result, printer)


def print_documents(result: Result, console: Console) -> None:
    """Print what the files hold: each document with its fields, then unreadable files and checks."""
    printer = Printer(console)
    for document in result.documents:
        printer.line("")
        heading = f"{view.document_title(document)}   {view.page_ranges(result, document)}"
        printer.line(f"{heading}   可信度 {document.confidence:.0%}", "bold")
        if document.excluded:
            printer.line(f"不作为证据：{document.excluded}", "yellow")
        if document.fields:
            printer.table(_fields_table(result, document, printer))
    if not result.documents:
        printer.line("没有识别出材料。")
    _print_files(result, printer)
    _print_checks(result, printer)
    print_policies(result.policies, printer)
    printer.line(_volume(result), "dim")


def _new_table(printer: Printer, *headers: tuple[str, dict[str, int]], leading: int = 0) -> Table:
    """A table that fills the width; each header with its width options, ``leading`` blank lines between rows."""
    table = Table(
        box=box.SIMPLE_HEAD,
        expand=True,
        pad_edge=False,
        leading=leading,
        padding=(0, 1, 0, 0),
    )
    for title, options in headers:
        table.add_column(printer.text(title), overflow="fold", **options)  # type: ignore[arg-type]
    return table


def _findings_table(result: Result, printer: Printer) -> Table:
    """One row per finding; narrow terminals get metric and values stacked."""
    if printer.console.width >= _WIDE:
        table = _new_table(
            printer,
            ("结论", {"width": 10}),
            ("指标", {"ratio": 3}),
            ("期间", {"width": 8}),
            ("申报值", {"ratio": 3}),
            ("证据值", {"ratio": 3}),
            ("依据 / 理由", {"ratio": 9}),
            leading=1,
        )
        for finding in view.by_risk(result):
            table.add_row(
                printer.verdict(finding),
                printer.text(labels.metric_label(finding.metric)),
                printer.text(labels.period_label(finding.period)),
                printer.text(values.declared_text(finding)),
                printer.text(values.evidenced_text(finding)),
                _reason(result, finding, printer),
            )
        return table
    table = _new_table(
        printer,
        ("结论", {"width": 10}),
        ("指标 · 期间", {"ratio": 6}),
        ("依据 / 理由", {"ratio": 9}),
        leading=1,
    )
    for finding in view.by_risk(result):
        what = f"{labels.metric_label(finding.metric)} · {labels.period_label(finding.period)}"
        figures = f"申报 {values.declared_text(finding)}\n证据 {values.evidenced_text(finding)}"
        table.add_row(
            printer.verdict(finding),
            printer.text(f"{one_line(what)}\n{figures}"),
            _reason(result, finding, printer),
        )
    return table


def _reason(result: Result, finding: Finding, printer: Printer) -> Text:
    """The reason and, below it, where the evidence stands."""
    text = printer.text(one_line(finding.reason, _REASON_LIMIT))
    evidence = [e for claim in view.claims_of(result, finding) for e in claim.evidence]
    if evidence:
        text.append_text(printer.text(f"\n{view.places(result, evidence)}", "dim"))
    return text


def _fields_table(result: Result, document: Document, printer: Printer) -> Table:
    """One row per field: label, value, where it stands, how sure."""
    table = _new_table(
        printer,
        ("字段", {"ratio": 4}),
        ("值", {"ratio": 9}),
        ("位置", {"ratio": 5}),
        ("可信度", {"width": 6}),
    )
    for key, field in document.fields.items():
        table.add_row(
            printer.text(labels.field_label(document.type, key)),
            printer.text(_field_value(key, field)),
            printer.text(view.places(result, field.evidence, most=1), "dim"),
            printer.text(f"{field.confidence:.0%}", "" if field.value is not None else "yellow"),
        )
    return table


def _field_value(key: str, field: Field) -> str:
    """The value, and what to mind about it."""
    value = one_line(values.field_text(key, field.value), 300)
    return f"{value}（{one_line(field.note, 120)}）" if field.note else value


def _print_files(result: Result, printer: Printer) -> None:
    """Files that could not be read, and those read with a remark."""
    failed = view.failed_files(result)
    if failed:
        printer.line(f"未能读取的文件（{len(failed)}）", "bold")
    for file in failed:
        printer.line(
            f"  {printer.symbol('✗')}{one_line(file.name, 120)}：{one_line(file.error or '', 300)}",
            "red",
        )
    for file in view.noted_files(result):
        printer.line(f"  {one_line(file.name, 120)}：{one_line(file.note or '', 300)}", "yellow")


def _print_checks(result: Result, printer: Printer) -> None:
    """Arithmetic checks that failed."""
    failed = [c for c in result.checks if c.status == "failed"]
    if failed:
        printer.line(f"未通过的勾稽校验（{len(failed)}）", "bold")
    for check in failed:
        reason = one_line(check.reason, 300)
        printer.line(f"  {printer.symbol('✗')}{labels.check_label(check.check)}：{reason}", "red")


def _print_totals(result: Result, printer: Printer) -> None:
    """The summary verdict and how many findings have each verdict."""
    word, meaning, like = _conclusion(result)
    label = labels.VERDICTS[like]
    printer.line(f"{printer.symbol(label.symbol)}{word}：{meaning}", label.colour)
    parts = [f"{printer.symbol(labels.VERDICTS[v].symbol)}{labels.VERDICTS[v].word} {n}" for v, n in view.counts(result).items()]
    if parts:
        printer.line(f"共 {len(result.findings)} 项：" + "，".join(parts))
    printer.line(_volume(result), "dim")


def _conclusion(result: Result) -> tuple[str, str, Verdict]:
    """Word, meaning and style of the verdict; where only policies stand against it, these are named."""
    figures = all(f.verdict is Verdict.SUPPORTED for f in result.findings) and all(c.status != "failed" for c in result.checks)
    if figures and result.policies and result.summary.verdict == "fail":
        return "政策未达标", "核对的申报数据没有问题，但有政策的条件未达标，见上。", Verdict.CONTRADICTED
    if figures and result.policies and result.summary.verdict == "review":
        return "政策待定", "核对的申报数据没有问题，但有政策待人工判定、缺材料或不是现行政策，见上。", Verdict.UNSURE
    return labels.SUMMARY[result.summary.verdict]


def _volume(result: Result) -> str:
    """How much was read, in how long."""
    summary = result.summary
    return (
        f"读取 {len(result.files)} 个文件、{summary.pages} 页"
        f"（其中文字识别 {summary.pages_ocr} 页），用时 {summary.seconds:.1f} 秒"
    )
