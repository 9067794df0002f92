"""A worker process: takes runs from the queues, reads pages in a child process, judges, and looks after the others' jobs."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, NoReturn

from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from api.errors import ServiceError
from api.jobs.client import prepare_jobs_database, quiet_dbos
from api.jobs.gate import Gate
from api.jobs.judge import judge_run
from api.jobs.names import APPLICATION, BATCH, INTERACTIVE, VERSION, WORKFLOW
from api.jobs.parent import alive, when_gone
from api.jobs.reading import Reading
from api.jobs.reclaim import Reclaimer, resume, sweep
from api.jobs.state import changed
from api.jobs.workflows import Work, install
from api.ops.memory import process_rss
from api.ops.retention import daily
from api.service import Service, make_service
from api.settings import ServiceSettings
from api.store.engine import Store
from api.store.tables import Worker, now
from api.work.batches_compare import refresh_batches
from extractor.reading.capacity import shares
from extractor.reading.worker import ReadingWorker

LOG = logging.getLogger(__name__)
RETENTION_LOOK_S = 600.0
"""Seconds between two looks whether today's retention has been done."""
BATCHES_LOOK_S = 5.0
"""Seconds between two looks whether packages of a batch are to be compared anew."""
LAST_PAGE_S = 20.0
"""How long a worker that was asked to stop waits for the page in hand."""
HUNG_S = 3600.0
"""No page, list of files or judgement takes so long: whatever does hangs."""
Judge = Callable[[Service, str], None]


class NameTaken(ServiceError):
    """Another living worker has the name that was set."""

    status, code, title = 409, "worker-name-taken", "处理进程重名"


def run_worker(settings: ServiceSettings, name: str = "", *, parent: int | None = None, judge: Judge = judge_run) -> NoReturn:
    """Work until SIGTERM, SIGINT or the end of the parent process; to be called in the main thread.

    The page in hand is finished and stored, the jobs go back to their queues, and the process ends.

    Args:
        settings: of the service.
        name: the worker's fixed name; empty: machine's name and the first free number.
        parent: process id of the process that started it; None: it stands alone.
        judge: what concludes from read pages.

    Raises:
        NameTaken: ``name`` belongs to another worker that is alive.
    """
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if parent is not None:
        when_gone(parent, stop.set)
    service = make_service(settings)
    mine = Seat(service.store, settings, name)
    sweep(settings.data_dir / "work", service.store, mine.name)
    gate = Gate()
    processes, threads = reading_shares(settings, embedded=parent is not None)
    reader = ReadingWorker(settings.engine, threads * processes, service.pages.secret, processes)
    reading = Reading(service, mine.name, reader, gate, processes)
    install(Work(service, mine.name, reading, judge, gate))
    _launch(settings, mine.name)
    reclaimer = Reclaimer(settings, service.store, mine.name)
    _every(settings.heartbeat_s, lambda: beat(mine, gate), stop, "heartbeat")
    _every(settings.heartbeat_s, reclaimer.tick, stop, "reclaimer")
    _every(RETENTION_LOOK_S, lambda: daily(service), stop, "retention")
    _every(BATCHES_LOOK_S, lambda: refresh_batches(service.store), stop, "batches")
    LOG.info("worker %s is ready", mine.name)
    stop.wait()
    LOG.info("worker %s stops", mine.name)
    if gate.close(LAST_PAGE_S):
        reading.close()
    else:
        LOG.warning("worker %s stops in the middle of a page, which will be read again", mine.name)
    _hand_back(settings, mine.name)
    mine.leave()
    logging.shutdown()
    # Threads that wait at the gate would keep the process.
    os._exit(0)


def beat(mine: Seat, gate: Gate) -> None:
    """Say that the worker is alive, unless a piece of work hangs: then it ends, and its jobs go to a new one."""
    if gate.longest() > HUNG_S:
        LOG.error("worker %s has been at one piece of work for %d s and is taken to hang, it ends", mine.name, HUNG_S)
        logging.shutdown()
        os._exit(4)
    mine.beat()


def reading_shares(settings: ServiceSettings, *, embedded: bool) -> tuple[int, int]:
    """Reading processes, and threads of each one's engine: as set, else an equal share of processors and memory."""
    workers = settings.embedded_workers if embedded else 1
    return shares(settings.threads, settings.reading_processes, max(1, workers))


def _hand_back(settings: ServiceSettings, name: str) -> None:
    """Put the jobs at rest back into their queues, once this worker takes no more of them."""
    DBOS.destroy()
    client = DBOSClient(
        system_database_url=settings.jobs_database, serializer=DBOSPortableJSONSerializer(), application_name=APPLICATION
    )
    left = client.list_workflows(status="PENDING", executor_id=name, name=WORKFLOW, load_input=False, load_output=False)
    resume(left, client.resume_workflows)


def _launch(settings: ServiceSettings, name: str) -> None:
    prepare_jobs_database(settings.jobs_database)
    quiet_dbos()
    DBOS(
        config={
            "name": APPLICATION,
            "system_database_url": settings.jobs_database,
            "application_version": VERSION,
            "executor_id": name,
            "serializer": DBOSPortableJSONSerializer(),
            "use_listen_notify": False,
            "log_level": "WARNING",
        }
    )
    DBOS.listen_queues([INTERACTIVE, BATCH])
    DBOS.launch()
    for queue in (INTERACTIVE, BATCH):
        DBOS.register_queue(
            queue,
            worker_concurrency=settings.running_per_worker,
            partition_worker_concurrency=min(settings.running_per_organisation, settings.running_per_worker),
            polling_interval_sec=settings.poll_s,
        )


def _every(seconds: float, what: Callable[[], object], stop: threading.Event, name: str) -> None:
    def run() -> None:
        while not stop.wait(seconds):
            try:
                what()
            except SQLAlchemyError as error:
                LOG.warning("%s: the database is out of reach (%s)", name, type(error).__name__)

    threading.Thread(target=run, name=name, daemon=True).start()


class Seat:
    """The worker's name, held by its heartbeat: no two living workers have the same one.

    Args:
        store: the database.
        settings: intervals.
        wanted: the name that was set; empty: one is found.

    Raises:
        NameTaken: the name that was set is in use.
    """

    def __init__(self, store: Store, settings: ServiceSettings, wanted: str = "") -> None:
        self._store = store
        self._settings = settings
        self._host = settings.hostname
        self._pid = os.getpid()
        self._since = now()
        self.name = self._take_set(wanted) if wanted else self._take_numbered()

    def beat(self) -> None:
        """Say that it is alive. Where another process has taken the name meanwhile, this one ends at once."""
        children = sum(process_rss(child.pid) for child in multiprocessing.active_children() if child.pid)
        with self._store.begin() as session:
            held = changed(session, self._own().values(beat_at=now(), rss=process_rss(), reader_rss=children))
        if not held:
            LOG.error("the name %s belongs to another process now, this one ends", self.name)
            os._exit(3)

    def leave(self) -> None:
        """Give the name back."""
        with self._store.begin() as session:
            changed(session, self._own().values(pid=0))

    def _own(self) -> Any:
        return update(Worker).where(Worker.id == self.name, Worker.pid == self._pid, Worker.started_at == self._since)

    def _take_numbered(self) -> str:
        number = 1
        while not self._take(f"{self._host}-{number}"):
            number += 1
        return f"{self._host}-{number}"

    def _take_set(self, wanted: str) -> str:
        """Clocks differ between machines: a namesake is dead when its heartbeat stands still while this process looks."""
        seen, until = self._beat_of(wanted), time.monotonic() + self._settings.dead_after_s
        while not self._take(wanted):
            if self._beat_of(wanted) != seen:
                raise NameTaken(f"已有名为“{wanted}”的处理进程在运行；请换一个名称，或先停止那一个")
            if time.monotonic() > until and self._take(wanted, still=seen):
                break
            time.sleep(min(0.5, self._settings.heartbeat_s))
        return wanted

    def _beat_of(self, name: str) -> datetime | None:
        with self._store.begin() as session:
            row = session.get(Worker, name)
            return row.beat_at if row else None

    def _take(self, name: str, still: datetime | None = None) -> bool:
        """Take a name that is free or whose holder is dead; ``still``: the beat that has not changed for long enough."""
        values = {"host": self._host, "pid": self._pid, "started_at": self._since, "beat_at": now(), "claimed_at": None}
        try:
            with self._store.begin() as session:
                row = session.get(Worker, name)
                if row is None:
                    session.add(Worker(id=name, **values))
                    return True
                if not self._gone(row) and row.beat_at != still:
                    return False
                same = update(Worker).where(Worker.id == name, Worker.beat_at == row.beat_at, Worker.pid == row.pid)
                return changed(session, same.values(**values))
        except IntegrityError:
            return False  # another process was faster

    def _gone(self, row: Worker) -> bool:
        """Whether the holder of a name is surely dead. No clock is believed: it may differ, and be set while both run."""
        if not row.pid:
            return True
        return row.host == self._host and (row.pid == self._pid or not alive(row.pid))
