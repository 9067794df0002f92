"""Processor time and memory of processes and their children, from Linux's ``/proc``."""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")


class NoProcError(RuntimeError):
    """Nothing can be measured: this system has no ``/proc``."""


@dataclass(frozen=True, slots=True)
class _Process:
    parent: int
    ticks: int
    """Of itself and of the children that it has waited for."""


def cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def cpu_seconds(pid: int) -> float:
    """Processor seconds of a process and of everything that it has started, ended or not.

    Raises:
        NoProcError: there is no ``/proc``.
    """
    known = _processes()
    return sum(known[p].ticks for p in _tree(pid, known) if p in known) / os.sysconf("SC_CLK_TCK")


def rss(pid: int) -> int:
    """Resident memory of a process now, in bytes; 0 where it has gone."""
    return _status(pid, "VmRSS:")


def peak_rss(pid: int) -> int:
    """The most resident memory that a process ever had, in bytes; 0 where it has gone."""
    return _status(pid, "VmHWM:")


def largest_peak(pid: int) -> int:
    """The largest ``peak_rss`` of a process and its living children, in bytes."""
    return max(peak_rss(p) for p in _tree(pid, _processes()))


def _tree(pid: int, known: dict[int, _Process]) -> list[int]:
    below: dict[int, list[int]] = defaultdict(list)
    for child, process in known.items():
        below[process.parent].append(child)
    found = [pid]
    for one in found:
        found += below[one]
    return found


def _processes() -> dict[int, _Process]:
    if not (_PROC / "self" / "stat").exists():
        raise NoProcError("此系统没有 /proc，无法测量进程的处理器时间和内存；请在 Linux 上运行。")
    found = {}
    for folder in _PROC.iterdir():
        if not folder.name.isdigit():
            continue
        try:
            text = (folder / "stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue  # it has just ended
        # The name, in brackets, may hold anything; what follows it is numbers (proc(5)).
        fields = text.rpartition(")")[2].split()
        found[int(folder.name)] = _Process(int(fields[1]), sum(map(int, fields[11:15])))
    return found


def _status(pid: int, key: str) -> int:
    try:
        lines = (_PROC / str(pid) / "status").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(key)), 0)
