"""The fence around a process that parses files of strangers: memory, processor time, files, no network.

``fence`` is called in the process, once, before the first file; what a system cannot do is named, never passed over in
silence. Wall time is the parent's to keep (``ParserProcess.run``). A fenced process can still read what its user may
read, see ``docs/limits.md``.
"""

from __future__ import annotations

import logging
import math
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from extractor.intake import seccomp
from extractor.intake.limits import MB

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Bounds:
    """What a process may use.

    Attributes:
        memory: address space in bytes, above what the process has when it is fenced; None: no bound.
        cpu_seconds: processor time in seconds, of all its threads together and from its start on; None: no bound.
        file_bytes: size of any one file that it writes.
        open_files: how many files it may have open.
    """

    memory: int | None = 1024 * MB
    cpu_seconds: int | None = 3600
    file_bytes: int = 200 * MB
    open_files: int = 128


READING = Bounds(memory=6144 * MB, cpu_seconds=None, open_files=256)
"""For processes that read pages: an A4 page at 300 dpi takes 2 GB of address space with the text engine; they live long."""


@dataclass(frozen=True)
class Fence:
    """What holds in a fenced process, and what this system cannot do; both in Chinese."""

    holds: tuple[str, ...]
    missing: tuple[str, ...]


_fence: Fence | None = None


def fenced() -> bool:
    """Whether this process is fenced, and so may parse by itself."""
    return _fence is not None


def fence_now() -> Fence:
    """What holds in this process, which was fenced before."""
    assert _fence is not None
    return _fence


def fence(bounds: Bounds, temp: Path | None = None) -> Fence:
    """Fence this process, for good.

    Args:
        bounds: what it may use.
        temp: a folder of its own for its temporary files.
    """
    global _fence
    if temp is not None:
        os.environ["TMPDIR"] = tempfile.tempdir = str(temp)
    done = {
        "内存上限": bounds.memory is None or _limit_memory(bounds.memory),
        "处理器时间上限": bounds.cpu_seconds is None or _limit("RLIMIT_CPU", bounds.cpu_seconds),
        "写文件大小上限": _limit("RLIMIT_FSIZE", bounds.file_bytes) and _limit("RLIMIT_CORE", 0),
        "打开文件数上限": _limit("RLIMIT_NOFILE", bounds.open_files),
        "不能上网、不能启动别的程序": seccomp.refuse_network(),
    }
    _fence = Fence(tuple(k for k, v in done.items() if v), tuple(k for k, v in done.items() if not v))
    return _fence


def report(fence: Fence) -> str | None:
    """One line for the log about what this system cannot do; None where all holds."""
    if not fence.missing:
        return None
    return (
        f"解析文件的子进程缺少这些防护（本系统不支持）：{'、'.join(fence.missing)}；请在 Linux（x86_64 或 aarch64）上运行对外服务"
    )


@contextmanager
def at_most(memory: int, seconds: float) -> Iterator[None]:
    """Tighter bounds for one task of a fenced process: ``memory`` bytes above what it has now, ``seconds`` of processor time.

    Python's own allocations then fail with ``MemoryError``; libraries end the process, as does the processor time.
    """
    if not sys.platform.startswith("linux"):
        yield
        return
    import resource

    space, time = resource.getrlimit(resource.RLIMIT_AS), resource.getrlimit(resource.RLIMIT_CPU)
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    resource.setrlimit(resource.RLIMIT_AS, (_below(_address_space() + memory, space[0]), space[1]))
    resource.setrlimit(resource.RLIMIT_CPU, (_below(math.ceil(used + seconds), time[0]), time[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, space)
        resource.setrlimit(resource.RLIMIT_CPU, time)


def _below(wanted: int, bound: int) -> int:
    return wanted if bound < 0 else min(wanted, bound)  # -1 is no bound


def _limit_memory(room: int) -> bool:
    """Only Linux keeps to a bound of address space."""
    return sys.platform.startswith("linux") and _limit("RLIMIT_AS", _address_space() + room)


def _limit(name: str, value: int) -> bool:
    """Lower a limit of this process for good; one that is lower already stays."""
    if sys.platform == "win32":
        return False
    import resource

    kind = getattr(resource, name)
    hard = resource.getrlimit(kind)[1]
    try:
        resource.setrlimit(kind, (_below(value, hard), _below(value, hard)))
    except (OSError, ValueError):
        LOG.warning("limit %s could not be set", name)
        return False
    return True


def _address_space() -> int:
    """Bytes of address space of this process; Linux only."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    return pages * os.sysconf("SC_PAGE_SIZE")
