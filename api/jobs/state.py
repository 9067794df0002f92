"""How a run goes on: queued → planning → reading → judging → done, failed or cancelled.

Every change is one conditional UPDATE that only leads forward. A worker that was stalled and wakes up after
another one has taken over can therefore undo nothing.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import CursorResult, Update, case, update
from sqlalchemy.orm import Session

from api.store.engine import Store
from api.store.tables import LIVE_STATES, Run, Worker, now


def changed(session: Session, statement: Update) -> bool:
    """Whether an UPDATE found its row."""
    result = session.execute(statement)
    assert isinstance(result, CursorResult)
    return bool(result.rowcount)


def begin(store: Store, run_id: str, worker: str) -> Run | None:
    """A worker begins a run or takes it over; None where it is over or deleted."""
    with store.begin() as session:
        since = case((Run.started_at.is_(None), now()), else_=Run.started_at)
        changed(session, _live(run_id).values(worker=worker, attempts=Run.attempts + 1, started_at=since))
        run = session.get(Run, run_id)
    return run if run is not None and run.state in LIVE_STATES else None


def advance(store: Store, run_id: str, before: tuple[str, ...], state: str, **values: Any) -> bool:
    """From one of the states ``before`` to ``state``, unless somebody asked to stop; whether it was so."""
    with store.begin() as session:
        return advanced(session, run_id, before, state, **values)


def advanced(session: Session, run_id: str, before: tuple[str, ...], state: str, **values: Any) -> bool:
    """``advance`` inside the caller's transaction."""
    wanted = update(Run).where(Run.id == run_id, Run.state.in_(before), Run.cancel.is_(False))
    return changed(session, wanted.values(state=state, **values))


def progress(store: Store, run_id: str, worker: str, done: int, doing: str, fresh: int = 0) -> bool:
    """Pages done so far and what is being read; False where the run must stop (cancelled, deleted).

    Args:
        store: the database.
        run_id: the run.
        worker: who reads.
        done: pages of the run that are there; never goes down.
        doing: shown to people.
        fresh: how many pages were newly read since the last call.
    """
    with store.begin() as session:
        going_on = changed(
            session,
            update(Run)
            .where(Run.id == run_id, Run.state == "reading", Run.cancel.is_(False))
            .values(
                pages_done=case((Run.pages_done < done, done), else_=Run.pages_done),
                doing=doing[:300],
                attempts=0 if fresh else Run.attempts,
            ),
        )
        if fresh:
            changed(session, update(Worker).where(Worker.id == worker).values(pages_read=Worker.pages_read + fresh))
        return going_on


def fail(store: Store, run_id: str, error: str) -> None:
    """The run has failed; ``error`` is plain Chinese with a remedy."""
    with store.begin() as session:
        changed(session, _live(run_id).values(state="failed", error=error, doing="", finished_at=now()))


def settle_cancel(store: Store, run_id: str) -> None:
    """The run stops where somebody asked for it."""
    with store.begin() as session:
        changed(session, _live(run_id).where(Run.cancel.is_(True)).values(state="cancelled", doing="", finished_at=now()))


def _live(run_id: str) -> Update:
    return update(Run).where(Run.id == run_id, Run.state.in_(LIVE_STATES))
