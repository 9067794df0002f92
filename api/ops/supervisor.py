"""The embedded workers: child processes of ``serve``, started again when they die or hang, ended with it."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from api.jobs.pulse import Pulse
from api.settings import ServiceSettings
from api.store.engine import Store
from api.store.tables import Worker

LOG = logging.getLogger("zuozheng.workers")
FAST_DEATH_S = 20.0
"""A worker that dies sooner than this never came to work."""
GIVE_UP_AFTER = 5
"""Fast deaths in a row after which something is wrong for good; it is tried on, but seldom."""
PAUSES_S = (0.5, 1.0, 2.0, 5.0, 10.0)
SELDOM_S = 60.0
STOP_S = 8.0
HUNG_AFTER_S = 180.0
"""A worker whose heartbeat stands still for so long hangs, or would never come to work."""
Beats = Callable[[], Mapping[int, datetime]]
"""The last heartbeat of each worker of this machine, by process id."""


def beats_of(store: Store, host: str) -> Mapping[int, datetime]:
    """See ``Beats``; ``host`` is this machine's name."""
    with store.begin() as session:
        found = session.execute(select(Worker.pid, Worker.beat_at).where(Worker.host == host, Worker.pid != 0))
        return {pid: at for pid, at in found}


@dataclass
class _Child:
    """One embedded worker: its process, and how often it has died at once."""

    number: int
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    start_at: float = 0.0
    fast_deaths: int = 0


class Supervisor:
    """Keeps ``settings.embedded_workers`` workers alive.

    Args:
        settings: handed to the workers on their standard input, so that nothing secret shows in the list of processes.
        command: what to run; another one in tests.
    """

    def __init__(self, settings: ServiceSettings, command: tuple[str, ...] = ()) -> None:
        self._settings = settings
        self._command = command or (sys.executable, "-m", "api.ops.embedded", str(os.getpid()))
        self._children = [_Child(n + 1) for n in range(settings.embedded_workers)]
        self._stop = threading.Event()
        self._beats: Beats | None = None
        self._pulse = Pulse(max(HUNG_AFTER_S, 4 * settings.dead_after_s))
        self._look_at = 0.0
        self._thread = threading.Thread(target=self._watch, name="worker-supervisor", daemon=True)

    def start(self, beats: Beats | None = None) -> None:
        """Start the workers and watch over them.

        Args:
            beats: how to see that one hangs; None: only their deaths are seen.
        """
        self._beats = beats
        for child in self._children:
            self._launch(child)
        self._thread.start()

    def stop(self) -> None:
        """End the workers: kindly first, and for certain after some seconds. What they had in hand is taken up later."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
        running = [c.process for c in self._children if c.process is not None and c.process.poll() is None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + STOP_S
        for process in running:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    @property
    def trouble(self) -> str | None:
        """What to tell where workers die again and again, else None."""
        broken = [c.number for c in self._children if c.fast_deaths >= GIVE_UP_AFTER]
        if not broken:
            return None
        return f"处理进程反复启动失败（第 {'、'.join(map(str, broken))} 个）；请查看日志，并用 zuozheng worker 单独启动以看清原因"

    @property
    def pids(self) -> list[int]:
        """Process ids of the running workers."""
        return [c.process.pid for c in self._children if c.process is not None and c.process.poll() is None]

    def _watch(self) -> None:
        while not self._stop.wait(0.2):
            for child in self._children:
                self._tend(child)
            if self._beats is not None and time.monotonic() >= self._look_at:
                self._look_at = time.monotonic() + self._settings.heartbeat_s
                self._end_the_hung(self._beats)

    def _end_the_hung(self, beats: Beats) -> None:
        """Kill workers whose heartbeat stands still; ``_tend`` starts them again, and others have their jobs by then."""
        running = {str(c.process.pid): c for c in self._children if c.process is not None}
        try:
            found = beats()
        except SQLAlchemyError as error:
            # Without the database nobody can report: that is no worker's fault.
            LOG.warning("workers cannot be watched, the database is out of reach (%s)", type(error).__name__)
            self._pulse.forget()
            return
        for pid in self._pulse.dead({pid: found.get(int(pid)) for pid in running}, time.monotonic()):
            LOG.error("embedded worker hangs and is killed", extra={"fields": {"worker": running[pid].number}})
            process = running[pid].process
            assert process is not None
            process.kill()

    def _tend(self, child: _Child) -> None:
        now = time.monotonic()
        if child.process is None:
            if now >= child.start_at:
                self._launch(child)
            return
        code = child.process.poll()
        if code is None:
            if now - child.started > FAST_DEATH_S:
                child.fast_deaths = 0
            return
        fast = now - child.started < FAST_DEATH_S
        child.fast_deaths = child.fast_deaths + 1 if fast else 0
        given_up = child.fast_deaths >= GIVE_UP_AFTER
        pause = SELDOM_S if given_up else PAUSES_S[min(child.fast_deaths, len(PAUSES_S) - 1)]
        child.process, child.start_at = None, now + pause
        fields = {"worker": child.number, "exit_code": code, "again_in_s": pause}
        LOG.log(
            logging.ERROR if given_up else logging.WARNING,
            "embedded worker keeps dying" if given_up else "embedded worker died",
            extra={"fields": fields},
        )

    def _launch(self, child: _Child) -> None:
        name = self._settings.worker_name
        if name and len(self._children) > 1:
            name = f"{name}-{child.number}"
        settings = self._settings.model_copy(update={"worker_name": name})
        # A group of its own: Ctrl-C reaches serve alone, which then ends its workers in order. No session of its own:
        # Linux shares the processors between sessions evenly, and a worker's niceness would count for nothing.
        child.process = subprocess.Popen(self._command, stdin=subprocess.PIPE, process_group=0)
        child.started = time.monotonic()
        stream = child.process.stdin
        assert stream is not None
        try:
            stream.write(settings.model_dump_json().encode())
            stream.close()
        except BrokenPipeError:
            LOG.warning("embedded worker died before it had its settings", extra={"fields": {"worker": child.number}})
