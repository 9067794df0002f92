"""A child process in which files of strangers are parsed: it answers one task after the other; and the parent's hold on it.

The parent trusts nothing that comes back: an answer may hold plain values and the project's own types, and no more
bytes than ``MOST_ANSWER``.
"""

from __future__ import annotations

import builtins
import importlib
import io
import os
import pickle
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from threading import Lock, Thread
from types import ModuleType
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
MOST_KILLS = 3
"""So often may processes be killed over one task before it is given up: it may be what takes the machine's memory."""
_LAST_BREATH = 1.0
"""Seconds between the end of a process's pipe and its own."""
_SIGKILL = 9
MOST_ANSWER = 512 * 1024 * 1024
"""Bytes of one answer; a process that sends more is ended."""

# Two threads that start processes at the same moment would share multiprocessing's lists.
_starting = Lock()


# Types of others that answers may hold, besides plain values, exceptions of the language and the project's own types.
_PLAIN = frozenset({"complex", "set", "frozenset", "bytearray", "range", "slice", "object"})
_OTHERS = frozenset(
    {
        ("collections", "OrderedDict"),
        ("collections", "deque"),
        ("datetime", "date"),
        ("datetime", "datetime"),
        ("datetime", "time"),
        ("datetime", "timedelta"),
        ("decimal", "Decimal"),
        ("fractions", "Fraction"),
        ("numpy", "dtype"),
        ("numpy", "ndarray"),
        ("pathlib", "Path"),
        ("pathlib", "PosixPath"),
        ("pathlib", "WindowsPath"),
        ("pathlib", "PurePosixPath"),
        ("pathlib._local", "PosixPath"),
        ("pathlib._local", "WindowsPath"),
    }
)
_FUNCTIONS = frozenset(
    {
        ("copyreg", "_reconstructor"),
        ("numpy._core.multiarray", "_reconstruct"),
        ("numpy._core.multiarray", "scalar"),
        ("numpy._core.numeric", "_frombuffer"),
    }
)
_OWN = frozenset({"extractor", "models"})


class ProcessDied(Exception):
    """The process ended in the middle of a task."""


class ProcessKilled(ProcessDied):
    """Somebody else killed the process: a person, or the system, whose memory was short; most likely no file's doing."""


class ProcessHung(ProcessDied):
    """The process took longer for a task than it may, and was ended."""


class BadAnswer(ProcessDied):
    """What the process sent is no answer, or holds what answers may not; it was ended."""


class ParserProcess:
    """A child process, started at its first task; used by one thread at a time.

    Args:
        prepare: called with ``args`` in every new process, before the first task; by name, so that it can be sent.
        args: what can be pickled.
        tasks: after so many it is replaced.
        memory: bytes; a process that holds more between two tasks is replaced.
        main: whether it loads the program's main module, as it must where ``prepare`` or tasks are defined there.
    """

    def __init__(
        self,
        prepare: Callable[..., None],
        args: tuple[Any, ...],
        *,
        tasks: int = TASKS,
        memory: int = MEMORY,
        main: bool = True,
    ) -> None:
        self._prepare = (prepare, args)
        self._main = main
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
        process = context.Process(target=_serve, args=(there, os.getpid(), *self._prepare), name="zuozheng-parse", daemon=True)
        with _starting, nullcontext() if self._main else _no_main_module():
            process.start()
        there.close()  # so that the end of the child is the end of the pipe
        self._process, self._pipe, self._done = process, here, 0

    def run(self, task: Callable[..., R], *args: object, seconds: float | None = None) -> R:
        """Do a task in the process.

        Args:
            task: called there; by name, so that it can be sent.
            *args: what it is called with.
            seconds: how long it may take, the start of a new process included; None: as long as it likes.

        Raises:
            ProcessHung: it took longer, and the process was ended.
            ProcessKilled: somebody else killed it.
            ProcessDied: it died, from the task or for reasons of its own; the next task gets a new one.
            BadAnswer: it sent what the parent does not take, and was ended.
            Exception: what the task raised.
        """
        self.start()
        assert self._pipe is not None
        try:
            self._pipe.send((task, args))
            if seconds is not None and not self._pipe.poll(seconds):
                self.kill()
                self.stop()
                raise ProcessHung
            good, value, memory, peak = _unpacked(self._pipe.recv_bytes(MOST_ANSWER))
        except BadAnswer:
            self.kill()
            self.stop()
            raise
        except (EOFError, OSError) as error:
            killed = self._was_killed()
            self.kill()
            self.stop()
            raise (ProcessKilled if killed else ProcessDied) from error
        self._done += 1
        self.peak = max(self.peak, peak)
        if self._done >= self._bounds[0] or memory > self._bounds[1]:
            self.stop()
        if not good:
            raise value
        return value  # type: ignore[no-any-return]

    def _was_killed(self) -> bool:
        """Whether the process, whose pipe has broken, was ended by SIGKILL, which nothing in it can bring about by mistake."""
        assert self._process is not None
        self._process.join(_LAST_BREATH)
        return self._process.exitcode == -_SIGKILL

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


@contextmanager
def _no_main_module() -> Iterator[None]:
    """Let multiprocessing see no main module: loading it would cost a second where it is a large program's."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _unpacked(answer: bytes) -> tuple[bool, Any, int, int]:
    """The parts of an answer. Raises BadAnswer."""
    try:
        good, value, memory, peak = _Answer(io.BytesIO(answer)).load()
    except Exception as error:  # bytes of strangers make pickle raise anything
        raise BadAnswer(str(error)) from error
    if not (good is True or isinstance(value, Exception)) or not isinstance(memory, int) or not isinstance(peak, int):
        raise BadAnswer("no answer of a parser process")
    return bool(good), value, memory, peak


class _Answer(pickle.Unpickler):
    """Makes no object but of known types: bytes from a process that was taken over must not run code here."""

    def find_class(self, module: str, name: str) -> Any:
        """The type ``name``; a few functions that only put objects together."""
        if (module, name) in _OTHERS | _FUNCTIONS:
            return getattr(importlib.import_module(module), name)
        found = getattr(builtins, name, None) if module == "builtins" else None
        if module.partition(".")[0] in _OWN and "." not in name:
            found = getattr(sys.modules.get(module) or importlib.import_module(module), name, None)
        elif name not in _PLAIN and not (isinstance(found, type) and issubclass(found, Exception)):
            found = None
        if not isinstance(found, type) or found.__module__ != module:
            raise pickle.UnpicklingError(f"{module}.{name} is not expected in an answer")
        return found


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
        error.add_note(f"in the parser process:\n{told}")
        try:
            answer = _packed(False, error)
            _unpacked(answer)
        except Exception:  # it cannot be sent, or not be made again, or is of a type that the parent does not take
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
