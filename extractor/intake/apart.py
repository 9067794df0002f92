"""One task in a fenced process of its own: for parsers of uploaded files outside this room, such as of declarations."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from extractor.intake import opening_tasks as tasks
from extractor.intake.errors import ParserCrashed, TookTooLong
from extractor.intake.limits import Limits
from extractor.intake.process import ParserProcess, ProcessDied, ProcessHung

R = TypeVar("R")
_START_SECONDS = 20


def apart(task: Callable[[], R], limits: Limits) -> R:
    """What ``task`` returns or raises, which must be made of plain values and the project's own types.

    Args:
        task: by name, or a ``functools.partial`` of such a one.
        limits: ``open_seconds`` and ``open_memory`` hold.

    Raises:
        TookTooLong: it did not end in time.
        ParserCrashed: the process died.
    """
    process = ParserProcess(tasks.prepare, (limits, None), main=False)
    try:
        return process.run(task, seconds=_START_SECONDS + limits.open_seconds)
    except ProcessHung as error:
        raise TookTooLong("打开这个文件用时过长，已停止（文件可能已损坏或经过特殊构造），请另存后重新上传") from error
    except ProcessDied as error:
        raise ParserCrashed("打开这个文件时程序异常退出（文件可能已损坏或经过特殊构造），请另存后重新上传") from error
    finally:
        process.stop()
