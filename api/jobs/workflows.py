"""The workflow of a run: plan → read in bounded batches of pages → judge. Steps pass ids and counts only.

A step may be done twice (its worker died before the job system knew that it was done), so each one leaves what is
done as it is. That a worker which was stalled and taken over stops, is the job system's doing: it refuses its results.
"""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dbos import DBOS
from sqlalchemy.exc import InterfaceError, OperationalError

from api.errors import ServiceError
from api.jobs import state
from api.jobs.gate import Gate
from api.jobs.names import WORKFLOW
from api.jobs.reading import NothingToRead, Reading
from api.service import Service
from api.store.blobs import BlobDamaged, BlobMissing, BlobStoreError
from api.store.tables import LIVE_STATES, Run
from extractor.claims.declared import DeclarationError
from extractor.intake import IntakeError, NothingReadable, WorkFolderError
from extractor.intake.errors import work_folder_error

LOG = logging.getLogger(__name__)
ATTEMPTS = 10
"""How often a run is begun without a page more before it is given up: its files may be what ends the workers."""
TRIES = 4
"""How often a step is tried while the database or the blob store is out of reach: after 1, 2 and 4 seconds."""
OUT_OF_REACH = "数据库或材料存储多次无法访问，处理已停止，材料没有丢失；请稍后点“重新处理”，仍不行请联系管理员"
GIVEN_UP = "处理进程在办理这份材料时多次异常退出，已停止；请检查是否有损坏或特别大的文件，去掉后重新上传，或请管理员查看日志"
UNEXPECTED = "处理这份材料时程序出错（{kind}），材料没有丢失；请点“重新处理”，仍不行请联系管理员查看日志"
NO_MEMORY = "处理这份材料时内存不足，已停止，材料没有丢失；请稍后点“重新处理”，仍不行请分成几个材料包，或请管理员增加内存"
NO_RESULT = "处理没有得出结果；请点“重新处理”，仍不行请联系管理员查看日志"
_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOENT})
"""What a worker's own folder may answer to a write."""


@dataclass(frozen=True)
class Work:
    """What the steps need, made once for a worker process."""

    service: Service
    name: str
    reading: Reading
    judge: Callable[[Service, str], None]
    gate: Gate


_work: Work | None = None


def install(work: Work | None) -> None:
    """What the workflows of this process work with."""
    global _work
    _work = work


def _at_work() -> Work:
    assert _work is not None, "a worker installs its parts before it takes jobs"
    return _work


def _passing(error: BaseException) -> bool:
    """Whether an error may be gone in a moment: database or store out of reach."""
    if isinstance(error, BlobStoreError):
        return not isinstance(error, (BlobMissing, BlobDamaged))
    return isinstance(error, (OperationalError, InterfaceError))


@DBOS.workflow(name=WORKFLOW, max_recovery_attempts=None)
def check_package(run_id: str) -> str:
    """One run from beginning to end; ``run_id`` is the workflow's own id. Returns the state it ends in."""
    work = _at_work()
    run = state.begin(work.service.store, run_id, work.name)
    if run is not None:
        error = GIVEN_UP if run.attempts > ATTEMPTS else _go_through(run_id)
        if error is not None:
            fail_run(run_id, error)
        work.reading.forget(run_id)
    return end_run(run_id)


def _go_through(run_id: str) -> str | None:
    """All steps; why the run has failed, if it has."""
    try:
        planned = plan_run(run_id)
        for first in range(0, planned.get("pages", 0), planned.get("batch", 1)):
            batch = read_batch(run_id, first, min(first + planned["batch"], planned["pages"]))
            if not batch["go_on"]:
                return batch.get("error")
        return judge_pages(run_id) if planned["go_on"] else planned.get("error")
    except Exception as error:  # a step gave up; after a take-over the job system tells it as another exception
        LOG.warning("run %s failed", run_id, exc_info=error)
        return OUT_OF_REACH


def _step(what: Callable[[], dict[str, Any]], run_id: str) -> dict[str, Any]:
    """What a step did, or ``error``: why the run cannot go on.

    Errors are results here: an exception would come back after a take-over as another one, and would be kept with its message.
    """
    try:
        return {"go_on": True} | what()
    except Exception as error:  # whatever it is, the run must say so instead of standing still
        if _passing(error):
            raise  # the step is tried again
        LOG.warning("run %s failed", run_id, exc_info=error)
        return {"go_on": False, "error": explain(error)}


@DBOS.step(name="plan", retries_allowed=True, max_attempts=TRIES)
def plan_run(run_id: str) -> dict[str, Any]:
    """Unpack and list: ``pages`` in all and ``batch``, how many are read in one step."""
    work = _at_work()

    def plan() -> dict[str, Any]:
        with work.gate.work():
            pages = work.reading.plan(run_id)
        batch = max(work.service.settings.page_batch, work.reading.at_once)
        return {"go_on": False} if pages is None else {"pages": pages, "batch": batch}

    return _step(plan, run_id)


@DBOS.step(name="read", retries_allowed=True, max_attempts=TRIES)
def read_batch(run_id: str, first: int, last: int) -> dict[str, Any]:
    """Read pages ``first`` to before ``last`` (0-based)."""
    return _step(lambda: {"go_on": _at_work().reading.read(run_id, first, last)}, run_id)


@DBOS.step(name="judge", retries_allowed=True, max_attempts=TRIES)
def judge_pages(run_id: str) -> str | None:
    """Conclude from the read pages and store the result, which is what makes the run done; why it failed, if it did."""
    work = _at_work()

    def judge() -> dict[str, Any]:
        with work.gate.work():
            if state.advance(work.service.store, run_id, ("reading", "judging"), "judging", doing="核对申报数据"):
                work.judge(work.service, run_id)
        return {}

    return _step(judge, run_id).get("error")


@DBOS.step(name="fail")
def fail_run(run_id: str, error: str) -> None:
    """The run has failed."""
    state.fail(_at_work().service.store, run_id, error)


@DBOS.step(name="end")
def end_run(run_id: str) -> str:
    """Settle a run that was asked to stop; the state it ends in, ``deleted`` where it is gone."""
    store = _at_work().service.store
    state.settle_cancel(store, run_id)
    with store.begin() as session:
        run = session.get(Run, run_id)
    if run is None:
        return "deleted"
    if run.state in LIVE_STATES:
        state.fail(store, run_id, NO_RESULT)
        return "failed"
    return run.state


def explain(error: Exception) -> str:
    """What went wrong, in plain Chinese with a remedy."""
    match error:
        case ServiceError():
            return error.detail
        case IntakeError() | WorkFolderError():
            return error.message
        case OSError(errno=number) if number in _DISK:
            return work_folder_error(error).message
        case MemoryError():
            return NO_MEMORY
        case NothingReadable() | DeclarationError() | NothingToRead():
            return str(error)
        case _:
            return UNEXPECTED.format(kind=type(error).__name__)
