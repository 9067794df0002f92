"""A whole evaluation: observe, compute, write ``observations.jsonl``, ``metrics.json`` and ``report.html``, print."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from rich.console import Console
from rich.table import Table

from corpora.format import Corpus, load
from corpora.split import split as split_corpus
from eval import records as store
from eval.compare_runs import number
from eval.metrics import MEASURES, Metrics
from eval.observe import observe
from eval.records import FieldRecord, FindingRecord, Records, RunInfo
from eval.source_version import product_commit, product_version
from extractor.model import Verdict
from extractor.pipeline import Session
from extractor.reports.files import write_atomically

SHOWN = 200
"""Characters of a value shown in a line of the report."""
SUMMARY = (
    "page_type.accuracy", "page_type.macro_f1", "boundary.f1", "fields.exact_match", "fields.f1", "key_fields.exact_match",
    "statement_claims.precision", "statement_claims.recall", "boxes.hit_rate", "boxes.iou_hit_rate", "ocr.cer",
    "findings.accuracy", "findings.false_supported_rate", "findings.coverage", "findings.coverage_at_0.5pct_risk",
    "calibration.ece", "speed.seconds_per_page",
)  # fmt: skip
"""Measures shown on the terminal."""
Split = Literal["train", "dev", "test"]


def evaluate(
    corpus: Path,
    session: Session,
    progress: Callable[[int, int, str], None] = lambda done, total, what: None,
    *,
    run: RunInfo | None = None,
    split: Split | None = None,
    limit: int | None = None,
) -> Records:
    """Check every labelled package and file of a corpus (or of one of its splits) and record what came of it.

    Raises:
        CorpusError: the folder is no corpus.
        DeclarationError: a declaration in it cannot be read.
    """
    chosen = part(load(corpus), split)
    known = (run or RunInfo()).model_copy(update={"split": split or ""})
    return observe(chosen, session, progress, run=known, limit=limit)


def part(corpus: Corpus, split: Split | None) -> Corpus:
    """The corpus, or one split of it (``corpora.split``)."""
    return split_corpus(corpus)[split] if split else corpus


def run_info(command: str, engine: str, *, cached: bool, calibration: str = "") -> RunInfo:
    """What is known of a run before it starts."""
    return RunInfo(
        date=datetime.now(UTC).isoformat(timespec="seconds"),
        version=product_version(),
        commit=product_commit() or "",
        command=command,
        engine=engine,
        calibration=calibration,
        cached=cached,
    )


def write(records: Records, metrics: Metrics, out: Path, corpus: Path) -> None:
    """Write ``observations.jsonl``, ``metrics.json`` and ``report.html`` (with crops from ``corpus``) under ``out``.

    Raises:
        ReportWriteError: a file cannot be written.
    """
    from eval.html import render  # brings matplotlib, which only reports need

    make_folder(out)
    write_atomically(out / store.FILE_NAME, store.dump(records).encode())
    text = json.dumps(metrics.to_json(), ensure_ascii=False, indent=1, allow_nan=False)
    write_atomically(out / "metrics.json", f"{text}\n".encode())
    write_atomically(out / "report.html", render(records, metrics, corpus).encode())


def make_folder(out: Path) -> None:
    """Make the folder of a run. Raises ReportWriteError."""
    from extractor.reports.files import ReportWriteError

    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ReportWriteError(f"不能建立目录 {out}：{error.strerror or error}。请换一个可写的目录") from error


# --- on the terminal -----------------------------------------------------------


def print_report(records: Records, metrics: Metrics, console: Console) -> None:
    """Key metrics, tables of document types and fields, the verdicts, and every miss."""
    summary = Table("metric", "value", "95 %", "n")
    for name in SUMMARY:
        found = metrics.scores[name]
        if found.value is not None:
            interval = f"{number(name, found.low)} … {number(name, found.high)}" if found.low is not None else "-"
            summary.add_row(f"{MEASURES[name].label} {name}", number(name, found.value), interval, str(found.n))
    console.print(summary)
    types, fields = _type_counts(records), _field_counts(records)
    table = Table("document type", "documents", "type accuracy", "fields", "exact match")
    for kind in sorted({*types, *fields}):
        table.add_row(kind, *_cells(types.get(kind, [0, 0])), *_cells(fields.get(kind, [0, 0])))
    table.add_row("all", *_cells(_total(types)), *_cells(_total(fields)), style="bold")
    if types:
        console.print(table)
    for miss in _misses(records):
        console.print(
            f"miss {miss['file']} {miss['type']}.{miss['field']}: label {_short(miss['expected'])}, "
            f"read {_short(miss['read'])} ({miss['confidence']:.2f})",
            markup=False, soft_wrap=True,
        )  # fmt: skip
    if records.findings:
        right = sum(f.expected == f.got for f in records.findings)
        wrong = [f for f in records.findings if f.expected != f.got]
        false = sum(is_false_supported(f) for f in wrong)
        console.print(f"verdicts: {right}/{len(records.findings)} as labelled; wrong supported: {false}")
        for f in wrong:
            console.print(f"verdict {_finding_text(f)}", markup=False, soft_wrap=True)
    for text in metrics.failed:
        console.print(f"failed {text}", markup=False, soft_wrap=True)


def as_json(records: Records, metrics: Metrics) -> str:
    """The scores, every miss and all metrics as one JSON object."""
    wrong = [f for f in records.findings if is_false_supported(f)]
    return json.dumps(
        {
            "type_accuracy": metrics.value("documents.type_accuracy"),
            "field_accuracy": metrics.value("fields.exact_match"),
            "types": _type_counts(records),
            "fields": _field_counts(records),
            "misses": _misses(records),
            "verdicts": [{"label": p.expected, "given": p.got, "count": p.count} for p in metrics.confusion],
            "wrong_supported": [_finding_text(f) for f in wrong],
            "failed": list(metrics.failed),
            "metrics": metrics.to_json(),
        },
        ensure_ascii=False,
        indent=1,
        allow_nan=False,
    )


def is_false_supported(record: FindingRecord) -> bool:
    """The worst of errors: called supported, and it is not."""
    return record.got == Verdict.SUPPORTED and record.expected != Verdict.SUPPORTED


def _type_counts(records: Records) -> dict[str, list[int]]:
    """By type: [right, labelled]; papers found that nobody labelled count as labelled and not right."""
    right: Counter[str] = Counter(str(d.expected or d.got) for d in records.documents if d.right)
    total: Counter[str] = Counter(str(d.expected or d.got) for d in records.documents)
    return {kind: [right[kind], total[kind]] for kind in sorted(total)}


def _field_counts(records: Records) -> dict[str, list[int]]:
    right: Counter[str] = Counter(f.type for f in records.fields if f.exact)
    total: Counter[str] = Counter(f.type for f in records.fields)
    return {kind: [right[kind], total[kind]] for kind in sorted(total)}


def _misses(records: Records) -> list[dict[str, Any]]:
    """Labelled papers and fields that were not read as labelled, and papers nobody labelled."""
    found: list[dict[str, Any]] = []
    for d in records.documents:
        if not d.right:
            kind = d.expected or d.got
            read = d.got if d.expected else d.title
            found.append(_miss(d, str(kind), "type", d.expected, read))
    found += [_miss(f, f.type, f.name.replace("/", "."), f.expected, f.got) for f in records.fields if not f.exact]
    return sorted(found, key=lambda m: str(m["file"]))


def _miss(record: store.DocumentRecord | FieldRecord, kind: str, name: str, expected: Any, read: Any) -> dict[str, Any]:
    file = record.package if record.package.endswith(record.file) else f"{record.package}/{record.file}"
    return {"file": file, "type": kind, "field": name, "expected": expected, "read": read, "confidence": record.confidence}


def _finding_text(f: FindingRecord) -> str:
    return f"{f.package} {f.metric} {f.period}: {f.expected} -> {f.got} {f.reason}".rstrip()


def _total(counts: dict[str, list[int]]) -> list[int]:
    return [sum(v[i] for v in counts.values()) for i in (0, 1)]


def _cells(pair: list[int]) -> tuple[str, str]:
    return f"{pair[0]}/{pair[1]}", f"{100 * pair[0] / pair[1]:.1f} %" if pair[1] else "-"


def _short(value: object) -> str:
    """A value as printed among the misses; long lists of persons are cut (``--json`` has them whole)."""
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
