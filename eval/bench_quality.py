"""The full benchmark: fresh packages of an unused seed, everything measured, the table of ``docs/evaluation.md``.

``python -m eval.bench_quality --seed N --packages 60 --out DIR [--docs docs/evaluation.md]``. A corpus that is
already in DIR is measured again and not made anew.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

from corpora.packages import make_packages
from eval import run as evaluation
from eval.bootstrap import Estimate
from eval.metrics import MEASURES, Metrics, compute
from eval.records import Records
from extractor.pipeline import Session, Settings
from models.calibration import load_calibration

BEGIN, END = "<!-- benchmark -->\n", "<!-- /benchmark -->\n"
DIFFICULTIES = ("clean", "scan", "photo", "hard")
# Measure → the floor (or, for errors, the ceiling) by difficulty; None: the same for all of them together.
TARGETS: dict[str, dict[str | None, float]] = {
    "page_type.macro_f1": {"scan": 0.98, "photo": 0.95, "hard": 0.95},
    "boundary.f1": {None: 0.97},
    "key_fields.exact_match": {"clean": 0.97, "scan": 0.95, "photo": 0.90, "hard": 0.90},
    "statement_claims.recall": {"scan": 0.97},
    "findings.false_supported_rate": {None: 0.002},
    "findings.coverage": {None: 0.85},
    "calibration.ece": {None: 0.03},
}
CEILINGS = frozenset({"findings.false_supported_rate", "calibration.ece"})
SHOWN = (
    *TARGETS, "page_type.accuracy", "boundary.inner_f1", "fields.exact_match", "fields.precision", "fields.recall",
    "statement_claims.precision", "boxes.hit_rate", "boxes.iou_hit_rate", "ocr.cer", "findings.accuracy",
)  # fmt: skip


def main() -> int:
    """Make (unless there), measure, print and write the table; 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--packages", type=int, default=60)
    parser.add_argument("--seed", type=int, default=int(time.time()), help="an unused one by default: the clock")
    parser.add_argument("--out", type=Path, required=True, help="folder for the corpus and the results")
    parser.add_argument("--cache", type=Path, help="page cache; without one the time per page is measured too")
    parser.add_argument("--docs", type=Path, help="page whose benchmark table is replaced")
    args = parser.parse_args()
    corpus = args.out / "corpus"
    if not (corpus / "labels.jsonl").exists():
        make_packages(args.packages, args.seed, corpus, progress=_progress("make"))
    calibration = load_calibration()
    command = f"python -m eval.bench_quality --seed {args.seed} --packages {args.packages}"
    about = evaluation.run_info(command, "openvino", cached=args.cache is not None, calibration=calibration.version)
    with Session(Settings(cache=args.cache, calibration=calibration, read_all=True)) as session:
        read = _progress("read")
        records = evaluation.evaluate(corpus, session, lambda done, total, what: read(done, total), run=about)
    metrics = compute(records)
    evaluation.write(records, metrics, args.out, corpus)
    text = markdown(metrics, records)
    sys.stdout.write(text)
    if args.docs is not None:
        replace_table(args.docs, text)
    return 1 if missed(metrics) else 0


def missed(metrics: Metrics) -> list[str]:
    """The targets that were not reached, as ``measure (slice): value, target``."""
    found = []
    for measure, by_slice in TARGETS.items():
        for difficulty, target in by_slice.items():
            value = _estimate(metrics, measure, difficulty).value
            if value is not None and (value > target if measure in CEILINGS else value < target):
                found.append(f"{measure} ({difficulty or 'all'}): {value:.4f}, target {target}")
    return found


def markdown(metrics: Metrics, records: Records) -> str:
    """The table, with when and how it was made and which targets were missed."""
    run = metrics.run
    lines = [
        f"{run.date[:10]}, commit `{run.commit}`, calibration `{run.calibration}`, `{run.command}`: "
        f"{len(records.packages)} packages, {run.pages} pages. Values with 95 % intervals; in brackets the target.",
        "",
        "| measure | all | " + " | ".join(DIFFICULTIES) + " | seen layouts | held out |",
        "| --- | --- | " + "--- | " * len(DIFFICULTIES) + "--- | --- |",
    ]
    for measure in SHOWN:
        groups = metrics.by_layout_group
        cells = [_cell(metrics, measure, difficulty) for difficulty in (None, *DIFFICULTIES)]
        cells += [_value(groups.get(name, {}).get(measure), measure) for name in ("seen", "held_out")]
        lines.append(f"| `{measure}` | " + " | ".join(cells) + " |")
    failures = missed(metrics)
    lines += ["", "Every target is reached." if not failures else "Missed: " + "; ".join(failures) + "."]
    return "\n".join(lines) + "\n"


def replace_table(page: Path, text: str) -> None:
    """Put the table between the markers of a page. Raises ValueError where there are none."""
    old = page.read_text(encoding="utf-8")
    head, tail = old.index(BEGIN) + len(BEGIN), old.index(END)
    page.write_text(old[:head] + text + old[tail:], encoding="utf-8")


def _estimate(metrics: Metrics, measure: str, difficulty: str | None) -> Estimate:
    if difficulty is None:
        return metrics.scores[measure]
    return metrics.by_difficulty.get(difficulty, {}).get(measure, Estimate(value=None))


def _cell(metrics: Metrics, measure: str, difficulty: str | None) -> str:
    shown = _value(_estimate(metrics, measure, difficulty), measure)
    target = TARGETS.get(measure, {}).get(difficulty)
    return shown if target is None else f"{shown} [{'≤' if measure in CEILINGS else '≥'} {target}]"


def _value(estimate: Estimate | None, measure: str) -> str:
    if estimate is None or estimate.value is None:
        return "-"
    digits = 3 if MEASURES[measure].higher_is_better else 4
    interval = f" ({estimate.low:.{digits}f}–{estimate.high:.{digits}f})" if estimate.low is not None else ""
    return f"{estimate.value:.{digits}f}{interval}"


def _progress(what: str) -> Callable[[int, int], None]:
    def show(done: int, total: int) -> None:
        sys.stderr.write(f"\r{what} {done}/{total}")
        sys.stderr.write("\n" if done == total else "")

    return show


if __name__ == "__main__":
    raise SystemExit(main())
