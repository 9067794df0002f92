"""What the fuzzer prints and keeps: progress, failures as files, a table, one line of JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from eval.fuzz.case import Case, Outcome
from eval.fuzz.run import Summary, Tally

_HEAD = ("format", "inputs", "read", "refused", "limits", "failed", "slowest s", "its number")


class Progress:
    """A line on standard error: rewritten on a terminal, else one for every twentieth."""

    def __init__(self) -> None:
        """Nothing told yet."""
        self._told = 0

    def __call__(self, summary: Summary, inputs: int) -> None:
        """Tell how far the run is."""
        done = summary.inputs
        line = f"{done}/{inputs} inputs, {len(summary.failures)} failures, {summary.seconds:.0f} s"
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{line}" + ("\n" if done >= inputs else ""))
        elif done * 20 // inputs > self._told or done >= inputs:
            self._told = done * 20 // inputs
            sys.stderr.write(f"{line}\n")
        sys.stderr.flush()


def keep(folder: Path, case: Case, outcome: Outcome) -> None:
    """Write a failing input and what was told of it; ``--replay`` takes the path."""
    folder.mkdir(parents=True, exist_ok=True)
    suffix = case.name.partition(".")[2]
    path = folder / (f"{case.number:07d}.{case.format.key}." + suffix)
    path.write_bytes(case.data)
    path.with_name(f"{path.name}.txt").write_text(outcome.told + "\n", encoding="utf-8", errors="backslashreplace")


def table(summary: Summary) -> str:
    """The counts by format, in the order of their names, and memory."""
    total = Tally()
    for tally in summary.tallies.values():
        for name in ("inputs", "read", "refused", "limits", "failed"):
            setattr(total, name, getattr(total, name) + getattr(tally, name))
        if tally.slowest >= total.slowest:
            total.slowest, total.slowest_number = tally.slowest, tally.slowest_number
    rows = [_HEAD, *((k, *_cells(t)) for k, t in sorted(summary.tallies.items())), ("all", *_cells(total))]
    widths = [max(len(row[i]) for row in rows) for i in range(len(_HEAD))]
    lines = [
        "  ".join(c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(r, widths, strict=True))) for r in rows
    ]
    memory = " / ".join(f"{m:.0f}" for m in summary.rss), " / ".join(f"{m:.0f}" for m in summary.loader_rss)
    lines.append(
        f"memory at 10 % / 50 % / 100 % in MB: this process {memory[0]}, loaders {memory[1]}{', GROWS' if summary.leaks else ''}"
    )
    return "\n".join(lines)


def as_json(summary: Summary) -> str:
    """One line for programs."""
    return json.dumps(
        {
            "seed": summary.seed,
            "inputs": summary.inputs,
            "seconds": round(summary.seconds, 1),
            "failures": [c.number for c, _ in summary.failures],
            "rss_mb": [round(m, 1) for m in summary.rss],
            "loader_rss_mb": [round(m, 1) for m in summary.loader_rss],
            "formats": {k: {**vars(t), "slowest": round(t.slowest, 2)} for k, t in sorted(summary.tallies.items())},
        }
    )


def _cells(tally: Tally) -> tuple[str, ...]:
    counts = (str(getattr(tally, name)) for name in ("inputs", "read", "refused", "limits", "failed"))
    return (*counts, f"{tally.slowest:.2f}", str(tally.slowest_number))
