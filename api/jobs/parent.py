"""Processes that end with the one that started them, however that ended."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable

LOOK_S = 0.5
"""Seconds between two looks whether the parent process still lives."""


def when_gone(parent: int, then: Callable[[], object]) -> None:
    """Call ``then`` once, from a thread of its own, when ``parent`` (a process id) is no longer this process's parent."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(LOOK_S)
        then()

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


def alive(pid: int) -> bool:
    """Whether there is a process of that number."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def end_with(parent: int) -> None:
    """End this process when ``parent`` is gone; for child processes that hold nothing worth saving."""
    when_gone(parent, lambda: os._exit(1))
