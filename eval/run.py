"""Run the reader over a labelled corpus and print how good it was."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table

from corpora.format import Label, load
from eval.documents import Score, score_file
from extractor.claims.declared import load_declaration
from extractor.intake import IntakeError
from extractor.model import Verdict
from extractor.pipeline import NothingReadable, Session

SHOWN = 200
"""Characters of a value shown in a line of the report."""


@dataclass(slots=True)
class Findings:
    """Verdicts against labels: counts of (labelled, given), and every wrong ``supported``."""

    pairs: dict[tuple[str, str], int] = field(default_factory=dict)
    wrong_supported: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Report:
    """What an evaluation run found."""

    score: Score
    findings: Findings
    failed: list[str] = field(default_factory=list)


def evaluate(corpus: Path, session: Session, progress: Callable[[int, int, str], None]) -> Report:
    """Read every labelled file or package of a corpus and score it."""
    report = Report(Score(), Findings())
    lines = load(corpus).labels
    for n, line in enumerate(lines):
        name = str(line.file or line.package)
        progress(n, len(lines), name)
        documents = [d.model_dump() for d in line.documents or ()]
        try:
            if line.package is not None:
                _package(corpus, line, session, report)
            elif line.documents is not None:
                score_file(report.score, name, documents, session.check(corpus / name, None).documents)
        except (IntakeError, NothingReadable) as error:
            report.failed.append(f"{name}: {error}")
            score_file(report.score, name, documents, ())
    progress(len(lines), len(lines), "")
    return report


def _package(corpus: Path, line: Label, session: Session, report: Report) -> None:
    package, declared = corpus / str(line.package), corpus / str(line.declared)
    declaration = load_declaration(declared, default_as_of=date.today())
    result = session.check(package, declaration, leave_out=declared)
    given = {(f.metric, f.period): f for f in result.findings}
    for want in line.findings or ():
        finding = given.get((want.metric, want.period))
        got = finding.verdict.value if finding else "absent"
        key = (want.verdict.value, got)
        report.findings.pairs[key] = report.findings.pairs.get(key, 0) + 1
        if got != want.verdict:
            reason = finding.reason if finding else ""
            text = f"{line.package} {want.metric} {want.period}: {want.verdict} -> {got} {reason}"
            report.findings.wrong.append(text)
            if got == Verdict.SUPPORTED:
                report.findings.wrong_supported.append(text)


def print_report(report: Report, console: Console) -> None:
    """Tables of document types and fields, the verdicts, and every miss."""
    table = Table("document type", "documents", "type accuracy", "fields", "exact match")
    kinds = sorted({*report.score.types, *report.score.fields})
    for kind in kinds:
        t, f = report.score.types.get(kind, [0, 0]), report.score.fields.get(kind, [0, 0])
        table.add_row(kind, f"{t[0]}/{t[1]}", _percent(t), f"{f[0]}/{f[1]}", _percent(f))
    all_t = [sum(v[i] for v in report.score.types.values()) for i in (0, 1)]
    all_f = [sum(v[i] for v in report.score.fields.values()) for i in (0, 1)]
    table.add_row("all", f"{all_t[0]}/{all_t[1]}", _percent(all_t), f"{all_f[0]}/{all_f[1]}", _percent(all_f), style="bold")
    console.print(table)
    for miss in report.score.misses:
        console.print(
            f"miss {miss.file} {miss.type}.{miss.field}: label {_short(miss.expected)}, "
            f"read {_short(miss.read)} ({miss.confidence:.2f})",
            markup=False, soft_wrap=True,
        )  # fmt: skip
    if report.findings.pairs:
        right = sum(n for (a, b), n in report.findings.pairs.items() if a == b)
        total = sum(report.findings.pairs.values())
        console.print(f"verdicts: {right}/{total} as labelled; wrong supported: {len(report.findings.wrong_supported)}")
        for text in report.findings.wrong:
            console.print(f"verdict {text}", markup=False, soft_wrap=True)
    for text in report.failed:
        console.print(f"failed {text}", markup=False, soft_wrap=True)


def _short(value: object) -> str:
    """A value as printed among the misses; long lists of persons are cut (``--json`` has them whole)."""
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _percent(pair: list[int]) -> str:
    return f"{100 * pair[0] / pair[1]:.1f} %" if pair[1] else "-"


def as_json(report: Report) -> str:
    """The scores as one JSON object."""
    return json.dumps(
        {
            "type_accuracy": report.score.type_accuracy(),
            "field_accuracy": report.score.field_accuracy(),
            "types": report.score.types,
            "fields": report.score.fields,
            "misses": [asdict(m) for m in report.score.misses],
            "verdicts": [{"label": a, "given": b, "count": n} for (a, b), n in sorted(report.findings.pairs.items())],
            "wrong_supported": report.findings.wrong_supported,
            "failed": report.failed,
        },
        ensure_ascii=False,
        indent=1,
    )
