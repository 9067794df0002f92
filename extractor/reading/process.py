"""A reading process: a child that answers one task after the other, and the parent's hold on it."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from threading import Lock, Thread
from typing import Any, TypeVar

R = TypeVar("R")

TASKS = 2000
"""A process is replaced after so many tasks: native libraries never give all memory back."""
MEMORY = 1_500_000_000
"""Bytes that a process may hold between two tasks; above it is replaced. Well above the 1.2 GB that libraries and the
network's buffers keep after the largest pages: a new process costs seconds."""
PATIENCE = 5.0
"""Seconds that a process told to end may take."""
PARENT_LOOK = 0.5
"""Seconds between two looks whether the parent process still lives."""

# Two threads that start processes at the same moment would share multiprocessing's lists.
_starting = Lock()


class ProcessDied(Exception):
    """The process ended in the middle of a task."""


class ReadingProcess:
    """A child process, started at its first task; used by one thread at a time.

    Args:
        prepare: called with ``args`` in every new process, before the first task; by name, so that it can be sent.
        args: what can be pickled.
        tasks: after so many it is replaced.
        memory: bytes; a process that holds more between two tasks is replaced.
    """

    def __init__(self, prepare: Callable[..., None], args: tuple[Any, ...], *, tasks: int = TASKS, memory: int = MEMORY) -> None:
        self._prepare = (prepare, args)
        self._bounds = (tasks, memory)
        self._process: SpawnProcess | None = None
        self._pipe: Connection[Any, Any] | None = None
        self._done = 0
        self.peak = 0
        """Most memory that it and those before it ever had, in bytes."""
        self.open: Path | None = None
        """The file that it worked on last; for whoever uses it to set."""

    @property
    def pid(self) -> int | None:
        """Of the running process; None where there is none."""
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        """Start the process where none is running; returns before it is ready."""
        if self._process is not None:
            return
        context = get_context("spawn")
        here, there = context.Pipe()
        # A daemon: what was never closed ends with the parent's last breath instead of holding it up.
        process = context.Process(target=_serve, args=(there, os.getpid(), *self._prepare), name="zuozheng-read", daemon=True)
        with _starting:
            process.start()
        there.close()  # so that the end of the child is the end of the pipe
        self._process, self._pipe, self._done = process, here, 0

    def run(self, task: Callable[..., R], *args: object) -> R:
        """Do a task in the process.

        Raises:
            ProcessDied: it died, from the task or for reasons of its own; the next task gets a new one.
            Exception: what the task raised.
        """
        self.start()
        assert self._pipe is not None
        try:
            self._pipe.send((task, args))
            good, value, memory, peak = self._pipe.recv()
        except (EOFError, OSError) as error:
            self.stop()
            raise ProcessDied from error
        self._done += 1
        self.peak = max(self.peak, peak)
        if self._done >= self._bounds[0] or memory > self._bounds[1]:
            self.stop()
        if not good:
            raise value
        return value  # type: ignore[no-any-return]

    def kill(self) -> None:
        """End the process at once, whatever it does; may be called from any thread. Its task ends with ``ProcessDied``."""
        process = self._process
        if process is not None:
            process.kill()

    def stop(self) -> None:
        """End the process, if any; not while a task runs in another thread."""
        if self._process is None or self._pipe is None:
            return
        self._pipe.close()  # upon which it ends
        self._process.join(PATIENCE)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._process = self._pipe = self.open = None


# --- the child ------------------------------------------------------------------


def _serve(pipe: Connection[Any, Any], parent: int, prepare: Callable[..., None], args: tuple[Any, ...]) -> None:
    """Do what comes through the pipe until it closes; the child process's main."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    Thread(target=_end_with, args=(parent,), name="parent-watch", daemon=True).start()
    prepare(*args)
    while True:
        try:
            asked = pipe.recv_bytes()
        except (EOFError, OSError):
            # Nothing is worth saving, and libraries take their time to take themselves down.
            os._exit(0)
        answer = _answer(asked)
        with suppress(OSError):  # the parent has gone
            pipe.send_bytes(answer)


def _answer(asked: bytes) -> bytes:
    try:
        task, values = pickle.loads(asked)
        return _packed(True, task(*values))
    except Exception as error:
        told = "".join(traceback.format_exception(error))
        error.add_note(f"in the reading process:\n{told}")
        try:
            answer = _packed(False, error)
            pickle.loads(answer)
        except Exception:  # it cannot be sent, or not be made again
            return _packed(False, RuntimeError(told))
        return answer


def _packed(good: bool, value: object) -> bytes:
    return pickle.dumps((good, value, *_memory()), pickle.HIGHEST_PROTOCOL)


def _memory() -> tuple[int, int]:
    """Resident memory of this process in bytes: now, and at most so far. Without ``/proc`` the peak stands for both."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        peak = _peak()
        return peak, peak
    found = dict(line.split(":", 1) for line in status.splitlines() if line.startswith(("VmRSS:", "VmHWM:")))
    now, most = (int(found.get(key, "0 kB").split()[0]) * 1024 for key in ("VmRSS", "VmHWM"))
    return now, most


def _peak() -> int:
    if sys.platform == "win32":
        return 0
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _end_with(parent: int) -> None:
    """End this process when its parent is gone: its pipe tells it only between two tasks."""
    while os.getppid() == parent:
        time.sleep(PARENT_LOOK)
    os._exit(1)
