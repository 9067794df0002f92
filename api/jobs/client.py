"""What the web process does with jobs: hand in, stop, try again, count. It runs none."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, make_url, select, update
from sqlalchemy.exc import SQLAlchemyError

from api.errors import Conflict, NotFound
from api.jobs.names import APPLICATION, BATCH, INTERACTIVE, VERSION, WORKFLOW, queue_of
from api.jobs.state import changed, settle_cancel
from api.settings import ServiceSettings
from api.store.engine import Store, make_engine
from api.store.tables import LIVE_STATES, PackageRow, Run

if TYPE_CHECKING:
    from dbos import DBOSClient, EnqueueOptions

LOG = logging.getLogger(__name__)


def prepare_jobs_database(url: str) -> None:
    """Create or upgrade the job system's tables. Safe to call from several processes at once."""
    from dbos import DBOS

    if make_url(url).get_backend_name() == "sqlite":
        # The write-ahead log stays set in the file: readers never wait for a writer.
        engine = make_engine(url)
        with engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1")
        engine.dispose()
    quiet_dbos()
    DBOS.migrate(url)


def quiet_dbos() -> None:
    """Let the job system log through this program's handlers, and nothing below a warning."""
    logger = logging.getLogger("dbos")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    logger.setLevel(logging.WARNING)


def enqueue_options(run: Run) -> EnqueueOptions:
    """How a run is queued: by its own id, so that handing it in twice is once; organisations take turns."""
    return {
        "workflow_name": WORKFLOW,
        "workflow_id": run.id,
        "queue_name": queue_of(run.interactive),
        "queue_partition_key": run.org_id,
        "app_version": VERSION,
        "application_name": APPLICATION,
    }


class Jobs:
    """The queue, seen from outside.

    Args:
        settings: where the job system's tables are.
        store: the service's own database.
    """

    def __init__(self, settings: ServiceSettings, store: Store) -> None:
        self._settings = settings
        self._store = store
        self._lock = threading.Lock()
        self._opened: DBOSClient | None = None

    def submit(self, run_id: str) -> None:
        """Queue a run whose row is committed. Handing in the same run twice does no harm.

        Where the job system is out of reach, a worker queues the run later by its row.

        Raises:
            NotFound: there is no such run.
        """
        with self._store.begin() as session:
            run = session.get(Run, run_id)
        if run is None:
            raise NotFound("没有这次处理记录，可能已被删除；请刷新后重试")
        try:
            self._client().enqueue(enqueue_options(run), run_id)
        except (SQLAlchemyError, OSError) as error:
            LOG.warning("run %s is not queued yet (%s), a worker will do it", run_id, type(error).__name__)

    def cancel(self, run_id: str) -> None:
        """Ask that a run be stopped: at once while it waits, else after the page in hand; nothing where it is over."""
        with self._store.begin() as session:
            changed(session, update(Run).where(Run.id == run_id, Run.state.in_(LIVE_STATES)).values(cancel=True))
            waiting = session.scalar(select(Run.id).where(Run.id == run_id, Run.state == "queued"))
        if waiting is not None:
            settle_cancel(self._store, run_id)

    def retry(self, package_id: str) -> str:
        """A new run of the package, queued; its id.

        Raises:
            NotFound: there is no such package.
            Conflict: a run of it is still going on.
        """
        with self._store.begin() as session:
            package = session.get(PackageRow, package_id)
            if package is None:
                raise NotFound("没有这个材料包，可能已被删除；请回到列表重新选择")
            last = session.get(Run, package.run_id) if package.run_id else None
            busy = Conflict("该材料包正在处理，请等它结束，或先取消再重新处理")
            if last is not None and last.state in LIVE_STATES:
                raise busy
            run = Run(package_id=package.id, org_id=package.org_id, interactive=True)
            session.add(run)
            session.flush()
            same = PackageRow.run_id.is_(None) if last is None else PackageRow.run_id == last.id
            if not changed(session, update(PackageRow).where(PackageRow.id == package_id, same).values(run_id=run.id)):
                raise busy
            run_id = run.id
        self.submit(run_id)
        return run_id

    def forget(self, run_ids: Sequence[str]) -> None:
        """Remove what the job system keeps of runs that are over or deleted: their ids and how they went."""
        if not run_ids:
            return
        try:
            self._client().delete_workflows(list(run_ids))
        except (SQLAlchemyError, OSError) as error:
            LOG.warning("%d runs stay in the job system's tables (%s)", len(run_ids), type(error).__name__)

    def depth(self) -> dict[str, int]:
        """How many runs wait in each queue (``interactive``, ``batch``)."""
        counted = select(Run.interactive, func.count()).where(Run.state == "queued").group_by(Run.interactive)
        with self._store.begin() as session:
            waiting = {queue_of(interactive): number for interactive, number in session.execute(counted)}
        return {INTERACTIVE: 0, BATCH: 0} | waiting

    def close(self) -> None:
        """Give back the connections."""
        with self._lock:
            if self._opened is not None:
                self._opened.destroy()
                self._opened = None

    def _client(self) -> Any:
        """Opened at first use: the job system takes a second to load, and the web process must answer at once."""
        with self._lock:
            if self._opened is None:
                from dbos import DBOSClient, DBOSPortableJSONSerializer

                prepare_jobs_database(self._settings.jobs_database)
                self._opened = DBOSClient(
                    system_database_url=self._settings.jobs_database,
                    serializer=DBOSPortableJSONSerializer(),
                    application_name=APPLICATION,
                    retry_connection_errors=False,
                )
            return self._opened
