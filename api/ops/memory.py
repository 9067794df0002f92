"""How much memory a process holds."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def process_rss(pid: int | None = None) -> int:
    """Resident memory in bytes of a process of this machine, default: this one; 0 where it is gone or cannot be told.

    Where the system has no ``/proc``, this process's peak stands for its present.
    """
    try:
        pages = Path(f"/proc/{'self' if pid is None else pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")
    except (FileNotFoundError, ProcessLookupError):
        return _peak() if pid is None else 0


def _peak() -> int:
    if sys.platform == "win32":
        return 0
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
