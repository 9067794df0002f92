"""Nothing stays undone: a dead worker's jobs go to the living, forgotten runs are queued, stuck ones fail.

The job system has no leases. Every worker writes a heartbeat, and every worker looks at the others': whose has not
changed for ``dead_after_s`` *while it looked* is dead, whatever the clocks of the machines say.
"""

from __future__ import annotations

import logging
import shutil
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from dbos import DBOS, WorkflowStatus
from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import IntegrityError

from api.jobs.client import enqueue_options
from api.jobs.names import WORKFLOW
from api.jobs.pulse import Pulse
from api.jobs.state import changed, fail
from api.settings import ServiceSettings
from api.store.engine import Store
from api.store.tables import LIVE_STATES, Run, Worker, now

LOG = logging.getLogger(__name__)
OUTBOX_S = 10.0
"""How old a queued run must be before a worker queues it in the web process's stead."""
KEEP_ROWS = timedelta(days=1)
_CHUNK = 200
_OVER = {"SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"}
STUCK = "处理中断，没有得出结果，材料没有丢失；请点“重新处理”，仍不行请联系管理员查看日志"
_NEVER = datetime(2000, 1, 1, tzinfo=UTC)


class Reclaimer:
    """Looks after jobs that nobody works on; ``tick`` is called every heartbeat.

    Args:
        settings: intervals.
        store: the database.
        name: the worker that it runs in.
    """

    def __init__(self, settings: ServiceSettings, store: Store, name: str) -> None:
        self._settings = settings
        self._store = store
        self._name = name
        self._pulse = Pulse(settings.dead_after_s)
        self._outbox = timedelta(seconds=min(OUTBOX_S, settings.dead_after_s))

    def tick(self) -> None:
        """One look at everything."""
        dead = self._take_over()
        self._look_after_runs()
        with self._store.begin() as session:
            # Only who is seen to be dead: the clock may just have been set forward by a day.
            session.execute(delete(Worker).where(Worker.id.in_(dead), Worker.beat_at < now() - KEEP_ROWS))

    def _take_over(self) -> set[str]:
        """Hand out the jobs of dead workers; who they are."""
        pending = DBOS.list_workflows(status="PENDING", name=WORKFLOW, load_input=False, load_output=False)
        orphans: dict[str, list[WorkflowStatus]] = defaultdict(list)
        for workflow in pending:
            orphans[workflow.executor_id or ""].append(workflow)
        with self._store.begin() as session:
            beats: dict[str, datetime | None] = {w.id: w.beat_at for w in session.scalars(select(Worker))}
        dead = self._pulse.dead({name: beats.get(name) for name in orphans.keys() | beats.keys()}, time.monotonic())
        for name in sorted(dead & orphans.keys() - {self._name}):
            if self._claim(name, beats.get(name)):
                LOG.warning("worker %s is gone, %d jobs are taken over", name, len(orphans[name]))
                resume(orphans[name], DBOS.resume_workflows)
                self._count(len(orphans[name]))
        return dead - {self._name}

    def _claim(self, name: str, beat: datetime | None) -> bool:
        """Whether this worker, and no other one at the same time, is to hand out the jobs of ``name``."""
        try:
            with self._store.begin() as session:
                if beat is None:
                    session.add(Worker(id=name, host="", pid=0, beat_at=_NEVER, claimed_at=now()))
                    return True
                long = timedelta(seconds=self._settings.dead_after_s)
                # A claim of the future is one from before the clock was set back.
                expired = or_(Worker.claimed_at < now() - long, Worker.claimed_at > now() + long)
                unclaimed = or_(Worker.claimed_at.is_(None), expired)
                return changed(
                    session, update(Worker).where(Worker.id == name, Worker.beat_at == beat, unclaimed).values(claimed_at=now())
                )
        except IntegrityError:
            return False

    def _count(self, jobs: int) -> None:
        mine = update(Worker).where(Worker.id == self._name)
        with self._store.begin() as session:
            changed(session, mine.values(taken_over=Worker.taken_over + jobs))

    def _look_after_runs(self) -> None:
        # Runs of the future are from before the clock was set back.
        old = or_(Run.created_at < now() - self._outbox, Run.created_at > now() + self._outbox)
        with self._store.begin() as session:
            runs = list(session.scalars(select(Run).where(Run.state.in_(LIVE_STATES), old).order_by(Run.created_at)))
        for start in range(0, len(runs), _CHUNK):
            self._look_after(runs[start : start + _CHUNK])

    def _look_after(self, runs: Sequence[Run]) -> None:
        found = DBOS.list_workflows(workflow_ids=[r.id for r in runs], load_input=False, load_output=False)
        states = {w.workflow_id: w.status for w in found}
        for run in runs:
            known = states.get(run.id)
            if known is None and run.state == "queued":
                LOG.warning("run %s was not queued; done now", run.id)
                DBOS.enqueue_workflow_with_options(enqueue_options(run), run.id)
            elif known is None or known in _OVER:
                LOG.warning("run %s stands still in state %s, its job is %s", run.id, run.state, known)
                fail(self._store, run.id, STUCK)


class Resume(Protocol):
    """``resume_workflows`` of a worker or a client."""

    def __call__(self, workflow_ids: list[str], *, queue_name: str | None) -> object:
        """Put the workflows into that queue."""
        ...


def resume(workflows: Iterable[WorkflowStatus], into: Resume) -> None:
    """Put begun workflows back into the queues they came from; partition and priority stay as they were."""
    by_queue: dict[str | None, list[str]] = defaultdict(list)
    for workflow in workflows:
        by_queue[workflow.queue_name].append(workflow.workflow_id)
    for queue, ids in by_queue.items():
        into(ids, queue_name=queue)


def sweep(work: Path, store: Store, mine: str) -> None:
    """Remove the temporary folders of this worker's name and of workers that are no longer known."""
    if not work.is_dir():
        return
    with store.begin() as session:
        known = set(session.scalars(select(Worker.id))) - {mine}
    for folder in work.iterdir():
        if folder.name not in known:
            shutil.rmtree(folder, ignore_errors=True)
