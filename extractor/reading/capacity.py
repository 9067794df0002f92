"""How many reading processes a machine carries, from its processors and its free memory."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

PROCESS_BYTES = 1_200_000_000
"""Memory that a reading process takes at most, what it shares with others (libraries) left out."""
_CGROUP = Path("/sys/fs/cgroup")
_UNLIMITED = 1 << 60
"""Old control groups say "no limit" by a number near 2**63."""


def shares(threads: int | None = None, processes: int | None = None, sharers: int = 1) -> tuple[int, int]:
    """The number of reading processes, and the threads of each one's engine.

    A network gains little from a second thread and the rest of reading nothing at all, so that every processor
    has a process of its own where memory allows.

    Args:
        threads: processors to use in all; None: an equal share of those that this process may use.
        processes: reading processes; None: one for each processor, as far as free memory carries them.
        sharers: how many like this one run on the machine.
    """
    processors = max(1, threads or usable_processors() // sharers)
    if processes is None:
        memory = free_memory()
        carried = processors if memory is None else memory // (PROCESS_BYTES * sharers)
        processes = max(1, min(processors, carried))
    return processes, max(1, processors // processes)


def usable_processors() -> int:
    """The processors that this process may use: by its affinity, and by its container's quota; at least 1."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = _quota()
    return max(1, count if quota is None else min(count, int(quota)))


def free_memory() -> int | None:
    """Bytes that new processes may take without anything being swapped out; None where the system does not tell."""
    found = [m for m in (_machine_memory(), _group_memory()) if m is not None]
    return min(found, default=None)


def _quota() -> float | None:
    """Processors that the control group grants (a fraction), None: all."""
    words = _words(_CGROUP / "cpu.max")
    if not words:
        words = _words(_CGROUP / "cpu/cpu.cfs_quota_us") + _words(_CGROUP / "cpu/cpu.cfs_period_us")
    with suppress(ValueError, ZeroDivisionError):
        quota, period = map(int, words)
        return quota / period if quota > 0 else None
    return None  # "max", or no control groups


def _machine_memory() -> int | None:
    for line in _lines(Path("/proc/meminfo")):
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    with suppress(AttributeError, ValueError, OSError):
        # macOS does not tell what is free in this way; half of everything is a careful guess.
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    return None


def _group_memory() -> int | None:
    """What the container may still take; file pages that can be dropped count as free."""
    for folder, limit, used, cached in (
        (_CGROUP, "memory.max", "memory.current", "inactive_file"),
        (_CGROUP / "memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
    ):
        with suppress(ValueError):
            (most,), (now,) = map(int, _words(folder / limit)), map(int, _words(folder / used))
            stat = dict(line.split() for line in _lines(folder / "memory.stat"))
            return max(0, most - now + int(stat.get(cached, 0))) if most < _UNLIMITED else None
    return None


def _words(path: Path) -> list[str]:
    return " ".join(_lines(path)).split()


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
