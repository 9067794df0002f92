"""Opening files in a process of their own: its death or delay is one file's error.

One process for a package, started with its first file and ended with the last, so that what one enterprise hands in
never meets another's.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from extractor.intake import opening_tasks as tasks
from extractor.intake import sandbox
from extractor.intake.errors import IntakeError, ParserCrashed, TookTooLong
from extractor.intake.limits import MB, Limits
from extractor.intake.opening_tasks import Listed, Looked
from extractor.intake.process import MOST_KILLS, ParserProcess, ProcessDied, ProcessHung, ProcessKilled

LOG = logging.getLogger(__name__)
R = TypeVar("R")
START_SECONDS = 20.0
"""For a process to start, on a machine with other things to do."""
_UNPACKED_PER_SECOND = 10 * MB
_CRASHED = (
    "打开这个文件时程序异常退出（文件可能已损坏、内容过大或经过特殊构造），请用原软件重新导出后上传，旧版 XLS 请另存为 XLSX"
)


class Opening:
    """Opens files in a fenced process; a context manager. In a process that is fenced itself: there.

    Args:
        limits: what a file may take.
        temp: a folder for the process's own temporary files.
    """

    def __init__(self, limits: Limits, temp: Path | None = None) -> None:
        self._limits = limits
        self._process = None if sandbox.fenced() else ParserProcess(tasks.prepare, (limits, temp), main=False)

    def __enter__(self) -> Opening:
        """Return itself; the process starts with the first file."""
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        """End the process."""
        if self._process is not None:
            self._process.stop()

    def look(self, path: Path, name: str) -> Looked:
        """What a file is, by ``name`` in the package; where it cannot be read, with its error."""
        try:
            return self._ask(self._limits.open_seconds, tasks.look, path, name, self._limits)
        except IntakeError as error:
            return Looked(error=error)

    def members(self, path: Path) -> list[Listed]:
        """The members of a ZIP in natural order. Raises IntakeError."""
        return self._ask(self._limits.open_seconds, tasks.members, path, self._limits)

    def take_out(self, path: Path, number: int, size: int, target: Path) -> None:
        """Unpack the member ``number`` of a ZIP, of ``size`` bytes as it says. Raises IntakeError."""
        seconds = self._limits.open_seconds + size / _UNPACKED_PER_SECOND
        self._ask(seconds, tasks.take_out, path, number, target, self._limits)

    def _ask(self, seconds: float, task: Callable[..., R], *args: object) -> R:
        if self._process is None:
            return task(*args)
        # Somebody may have killed it for reasons of their own; what dies by itself is to blame the second time.
        kills = deaths = 0
        while True:
            try:
                return self._in(self._process, seconds, task, *args)
            except ProcessHung as error:
                raise TookTooLong(
                    f"打开这个文件超过 {seconds:.0f} 秒，已停止（文件可能已损坏或经过特殊构造），请用原软件重新导出后上传"
                ) from error
            except ProcessDied as error:
                killed = isinstance(error, ProcessKilled)
                kills, deaths = kills + killed, deaths + (not killed)
                if deaths > 1 or kills >= MOST_KILLS:
                    raise ParserCrashed(_CRASHED) from error

    @staticmethod
    def _in(process: ParserProcess, seconds: float, task: Callable[..., R], *args: object) -> R:
        if process.pid is None:
            _tell_once(process.run(tasks.missing, seconds=START_SECONDS))
        return process.run(task, *args, seconds=seconds)


@cache
def _tell_once(missing: tuple[str, ...]) -> None:
    line = sandbox.report(sandbox.Fence((), missing))
    if line:
        LOG.warning(line)
