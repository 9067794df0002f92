"""Child processes that check packages side by side; the death of one costs at most the package in its hands."""

from __future__ import annotations

import logging
import signal
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from types import FrameType
from typing import Any, Literal, NoReturn

from extractor.cli_batch_jobs import Check, Job
from extractor.cli_common import FORESEEN, one_line_of, plain_logs

LOG = logging.getLogger(__name__)
Start = Callable[[], AbstractContextManager[Check]]
"""Makes what checks packages, in the child process; must be picklable."""

_ATTEMPTS = 2
_PATIENCE = 20.0
"""Seconds that a child told to stop may take to end its page."""
_CRASHED = "检查这份材料时程序两次异常退出（文件可能已损坏，或内存不足），请单独用 zuozheng check 查看，或更换文件后重试"


@dataclass(frozen=True)
class Event:
    """What happens to a job: started, a page read (``done`` of ``total``), finished, or failed with ``error``."""

    kind: Literal["started", "page", "finished", "failed"]
    job: Job
    done: int = 0
    total: int = 0
    text: str = ""


@dataclass
class _Worker:
    process: SpawnProcess
    pipe: Connection[Any, Any]
    job: Job | None = None


def run_jobs(jobs: Iterable[Job], workers: int, start: Start, tell: Callable[[Event], None]) -> None:
    """Check all jobs with up to ``workers`` child processes; returns when each is finished or has failed.

    A job whose process dies is tried once more in a new one. An interruption (Ctrl-C) ends the children and is raised again.

    Args:
        jobs: what to check; results are on disk.
        workers: at least 1.
        start: see ``Start``.
        tell: called in this process with every event.
    """
    _Run(deque(jobs), workers, start, tell).run()


@dataclass
class _Run:
    todo: deque[Job]
    workers: int
    start: Start
    tell: Callable[[Event], None]
    idle: list[_Worker] = field(default_factory=list)
    busy: list[_Worker] = field(default_factory=list)
    attempts: dict[str, int] = field(default_factory=dict)

    def run(self) -> None:
        try:
            while self.todo or self.busy:
                while self.todo and len(self.busy) < self.workers:
                    self._give(self.todo.popleft())
                for pipe in wait([w.pipe for w in self.busy]):
                    self._hear(next(w for w in self.busy if w.pipe is pipe))
        finally:
            self._stop()

    def _give(self, job: Job) -> None:
        worker = self.idle.pop() if self.idle else self._new()
        worker.job = job
        self.busy.append(worker)
        self.tell(Event("started", job))
        try:
            worker.pipe.send(job)
        except (BrokenPipeError, ConnectionResetError):
            self._died(worker)

    def _new(self) -> _Worker:
        context = get_context("spawn")
        here, there = context.Pipe()
        process = context.Process(target=serve, args=(there, self.start), name="zuozheng-batch")
        process.start()
        there.close()  # so that the end of the child is the end of the pipe
        return _Worker(process, here)

    def _hear(self, worker: _Worker) -> None:
        job = worker.job
        assert job is not None
        try:
            kind, *what = worker.pipe.recv()
        except (EOFError, ConnectionResetError):
            self._died(worker)
            return
        if kind == "page":
            self.tell(Event("page", job, *what))
            return
        self.busy.remove(worker)
        self.idle.append(worker)
        worker.job = None
        self.tell(Event("finished", job) if kind == "finished" else Event("failed", job, text=what[0]))

    def _died(self, worker: _Worker) -> None:
        job = worker.job
        assert job is not None
        self.busy.remove(worker)
        worker.pipe.close()
        worker.process.join(_PATIENCE)
        count = self.attempts[job.parcel.name] = self.attempts.get(job.parcel.name, 0) + 1
        if count < _ATTEMPTS:
            self.todo.appendleft(job)
        else:
            self.tell(Event("failed", job, text=_CRASHED))

    def _stop(self) -> None:
        for worker in self.idle:
            worker.pipe.close()  # serve() ends with its pipe
        for worker in self.busy:
            worker.process.terminate()
            worker.pipe.close()
        for worker in (*self.idle, *self.busy):
            worker.process.join(_PATIENCE)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()


def serve(pipe: Connection[Any, Any], start: Start) -> None:
    """Check what comes through the pipe until it closes; the child process's main."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    signal.signal(signal.SIGTERM, _leave)
    plain_logs()
    with start() as check:
        while True:
            try:
                job: Job = pipe.recv()
            except EOFError:
                return
            pipe.send(_checked(check, job, pipe))


def _checked(check: Check, job: Job, pipe: Connection[Any, Any]) -> tuple[str, ...]:
    """The last message about a job."""

    def on_page(done: int, total: int, what: str) -> None:
        try:
            pipe.send(("page", done, total, what))
        except OSError:
            raise SystemExit(1) from None  # the batch itself has died

    try:
        check(job, on_page)
    except FORESEEN as error:
        return ("failed", one_line_of(error))
    except Exception as error:  # a mistake in the program costs this package, not the batch
        LOG.exception("检查《%s》时程序出错", job.parcel.name)
        return (
            "failed",
            f"检查这份材料时程序出错（{type(error).__name__}），其余材料不受影响；请单独用 zuozheng check 查看并反馈",
        )
    return ("finished",)


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    """End by way of the session's clean-up."""
    raise SystemExit(128 + number)
