"""How much memory the child processes of this one take."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Watched:
    """``peak``: most resident memory of any one child that was seen, in bytes; ``seconds`` that it all took."""

    peak: int = 0
    seconds: float = 0.0
    seen: set[int] = field(default_factory=set)


@contextmanager
def watched() -> Iterator[Watched]:
    """Look at the children every few milliseconds; Linux only."""
    found, done = Watched(), threading.Event()

    def look() -> None:
        while not done.wait(0.005):
            for pid in children():
                # Between fork and exec a child still has this process's memory.
                if _program(pid) not in (b"", _program(os.getpid())):
                    found.peak = max(found.peak, _peak(pid))
                found.seen.add(pid)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    started = time.monotonic()
    try:
        yield found
    finally:
        found.seconds = time.monotonic() - started
        done.set()
        thread.join()


def children() -> set[int]:
    """Processes that this one started, of any of its threads."""
    found = set()
    for task in Path("/proc/self/task").iterdir():
        try:
            found |= {int(p) for p in (task / "children").read_text(encoding="ascii").split()}
        except OSError:
            continue  # the thread has ended
    return found - {os.getpid()}


def _program(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _peak(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0)
