"""What the speed benchmark tells: progress on standard error, and the machine and product it ran on."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable
from pathlib import Path

from eval.bench_speed_processes import cores
from eval.source_version import product_commit, product_version

BUSY = 0.3
"""Load for each processor above which other work disturbs."""


def note(text: str) -> None:
    """A line on standard error."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def progress(what: str) -> Callable[[int, int], None]:
    """Shows how many of how many are done; one line on standard error."""

    def show(done: int, total: int) -> None:
        sys.stderr.write(f"\r{what} {done}/{total}" + ("\n" if done >= total else ""))
        sys.stderr.flush()

    return show


def about() -> dict[str, object]:
    """Product, processor, and how busy the machine is before anything is measured."""
    return {
        "version": product_version(),
        "commit": product_commit(),
        "cores": cores(),
        "processor": _processor(),
        "python": platform.python_version(),
        "load_before": round(os.getloadavg()[0], 2),
    }


def warn_if_busy() -> None:
    """Say so where others are using the machine: wall times, and ratios of them, then tell little."""
    load = os.getloadavg()[0]
    if load > BUSY * cores():
        note(f"the machine is busy (load {load:.1f}, {cores()} processors): only processor time can be relied on")


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.processor())
