"""How quickly pages come to reviewers while workers are busy with a batch.

``python -m eval.bench_service [--readers 20] [--seconds 120] [--packages 60] [--workers 1] [--database URL] [--json FILE]``
starts the real service in an empty data folder, hands in some packages and waits for them, hands in a batch that keeps
the workers busy, and lets readers page like people. ``--scaling`` measures instead how many scanned pages per second one
and two workers read, in turns. A PostgreSQL database must be empty.
Exit code 1 where a request failed, or pages and API together took longer than 300 ms more often than 5 times in 100.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx2

from eval.bench_jobs import run_pass
from eval.bench_service_packages import copies, samples, scans
from eval.bench_service_readers import Notes, Sample, read_for
from eval.bench_service_served import (
    Served,
    administrator,
    hand_in,
    hand_in_batch,
    pages_read,
    reviewers,
    served,
    wait_for,
    waiting,
)

TARGET_MS = 300.0
TARGET_SCALING = 1.8
POLICY = "cn-2021-little-giant-batch3"
PATIENCE_S = 1800.0
NOT_COUNTED = frozenset({"sign-in"})
"""Slow on purpose: the password's hash."""
FIRST_OF_BATCH = 1001


def main() -> None:
    """Print a table and one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readers", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=120.0, help="how long they read")
    parser.add_argument("--ready", type=int, default=10, help="packages that are finished before the readers come")
    parser.add_argument("--packages", type=int, default=60, help="packages of the batch that is read meanwhile")
    parser.add_argument("--workers", type=int, default=1, help="embedded workers; together they have all processors")
    parser.add_argument("--hand-in", choices=("batch", "single"), default="batch", help="single: as if each were uploaded alone")
    parser.add_argument("--database", default="", help="address of an empty PostgreSQL database; else SQLite")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, help="write the JSON there, too")
    parser.add_argument("--scaling", action="store_true", help="one worker against two, no readers")
    parser.add_argument("--rounds", type=int, default=3, help="of --scaling")
    args = parser.parse_args()
    # Ended from outside, it must still end the service that it has started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    told = scaling(args) if args.scaling else under_load(args)
    text = json.dumps(told, ensure_ascii=False)
    sys.stdout.write(f"{text}\n")
    if args.json:
        args.json.write_text(f"{text}\n", encoding="utf-8")
    sys.exit(0 if told["met"] else 1)


# --- readers while a batch is read -----------------------------------------------------------


@dataclass(frozen=True)
class Latency:
    """How long requests of one class took, in milliseconds."""

    requests: int
    p50: float
    p95: float
    p99: float
    most: float
    kb: float
    """Mean size of an answer as the client holds it, in kB."""


def latency(samples: Sequence[Sample]) -> Latency:
    """Of one sample at least."""
    ms = sorted(s.seconds * 1000 for s in samples)
    p50, p95, p99, most = (round(percentile(ms, q), 1) for q in (0.5, 0.95, 0.99, 1.0))
    return Latency(len(ms), p50, p95, p99, most, round(statistics.fmean(s.bytes for s in samples) / 1000, 1))


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of the sorted ``values`` that so large a share of them does not exceed."""
    return values[max(0, -int(-share * len(values) // 1) - 1)]


def by_class(samples: Sequence[Sample]) -> dict[str, Latency]:
    """Latencies by class of request, ``all`` of those that count at the end."""
    classes: dict[str, list[Sample]] = defaultdict(list)
    for one in samples:
        classes[one.kind].append(one)
    counted = [s for s in samples if s.kind not in NOT_COUNTED]
    return {kind: latency(classes[kind]) for kind in sorted(classes)} | ({"all": latency(counted)} if counted else {})


def under_load(args: argparse.Namespace) -> dict[str, Any]:
    """One run with readers; what it showed."""
    bases = samples()
    with (
        tempfile.TemporaryDirectory(prefix="zuozheng-load-") as folder,
        served(Path(folder), args.database, args.workers) as service,
        closing(administrator(service)) as admin,
    ):
        logins = reviewers(service, admin, args.readers)
        _say(f"{service.url}: {args.readers} readers, waiting for {args.ready} packages")
        wait_for(admin, hand_in(admin, copies(bases, args.ready), POLICY), PATIENCE_S)
        batch = copies(bases, args.packages, FIRST_OF_BATCH)
        if args.hand_in == "batch":
            hand_in_batch(admin, batch, POLICY)
        else:
            hand_in(admin, batch, POLICY)
        before: dict[str, float] = {}
        _say("the batch is handed in")
        meters = partial(_meters, service, admin)
        notes = asyncio.run(read_for(service.url, logins, args.seconds, args.seed, lambda: before.update(meters())))
        after, left = meters(), waiting(admin)
    return _told(args, notes, before, after, left)


def _told(
    args: argparse.Namespace, notes: Notes, before: Mapping[str, float], after: Mapping[str, float], left: int
) -> dict[str, Any]:
    found = by_class(notes.samples)
    errors = [s.error for s in notes.samples if s.error]
    seconds = after["at"] - before["at"]
    _table(found)
    met = not errors and found["all"].p95 <= TARGET_MS and left > 0
    opened = sorted(notes.opened)
    return {
        "met": met, "p95_ms": found["all"].p95, "target_ms": TARGET_MS, "errors": len(errors), "first_errors": errors[:5],
        "requests_per_s": round(found["all"].requests / seconds, 1), "readers": args.readers, "seconds": round(seconds, 1),
        "workers": args.workers, "hand_in": args.hand_in, "database": "postgresql" if args.database else "sqlite",
        "pages_per_s": round((after["pages"] - before["pages"]) / seconds, 2), "packages_left": left,
        "open_package_s": {q: round(percentile(opened, float(q)), 2) for q in ("0.5", "0.95")} if opened else {},
        "web_cpu": round((after["cpu"] - before["cpu"]) / seconds, 2), "web_mb": round(after["rss"] / 1e6),
        "load": [before["load"], after["load"]], "cores": os.cpu_count(),
        "classes": {kind: one.__dict__ for kind, one in found.items()},
    }  # fmt: skip


def _meters(service: Served, admin: httpx2.Client) -> dict[str, float]:
    """Time, pages read so far, processor seconds and memory of the web process, load of the machine (Linux)."""
    fields = Path(f"/proc/{service.pid}/stat").read_text().rpartition(")")[2].split()
    held = int(Path(f"/proc/{service.pid}/statm").read_text().split()[1])
    return {
        "at": time.monotonic(),
        "pages": pages_read(admin),
        "cpu": (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"),
        "rss": held * os.sysconf("SC_PAGE_SIZE"),
        "load": round(os.getloadavg()[0], 1),
    }


def _table(found: Mapping[str, Latency]) -> None:
    _say(f"{'ms':22}{'requests':>9}{'p50':>9}{'p95':>9}{'p99':>9}{'most':>9}{'kB':>9}")
    for kind, one in found.items():
        _say(f"{kind:22}{one.requests:9}{one.p50:9.1f}{one.p95:9.1f}{one.p99:9.1f}{one.most:9.1f}{one.kb:9.1f}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


# --- what a second worker brings -------------------------------------------------------------


def scaling(args: argparse.Namespace) -> dict[str, Any]:
    """Pages per second of one and two workers in turns, each with a share of the processors as if there were two."""
    pages = scans(samples(), args.packages)
    rates: dict[int, list[float]] = {1: [], 2: []}
    for number in range(args.rounds):
        # Neither is always the first: a machine that is shared gets busier or quieter.
        for workers in (1, 2) if number % 2 == 0 else (2, 1):
            one = run_pass(args.database or "sqlite", pages, workers, 0, args.seed, warm=True)
            rates[workers].append(one.pages_per_second)
            _say(f"{workers} worker(s): {one.pages_per_second:.2f} pages/s, load {os.getloadavg()[0]:.1f}")
    ratios = [round(two / one, 2) for one, two in zip(rates[1], rates[2], strict=True)]
    ratio = statistics.median(ratios)
    return {
        "met": ratio >= TARGET_SCALING, "ratio": ratio, "target": TARGET_SCALING, "ratios": ratios,
        "one": rates[1], "two": rates[2], "pages": args.packages, "cores": os.cpu_count(), "load": os.getloadavg()[0],
    }  # fmt: skip


if __name__ == "__main__":
    main()
