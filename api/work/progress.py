"""Progress of a run, or of whatever else goes on, as server-sent events (WHATWG HTML, 9.2)."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import AsyncIterator, Callable, Collection
from typing import Any
from weakref import WeakKeyDictionary

import anyio
from fastapi import Request
from sqlalchemy import select
from starlette.concurrency import run_in_threadpool

from api.store.engine import Store
from api.store.tables import LIVE_STATES, Run

EVERY_S = 0.4
FORGET_S = 3.0
"""How long after the last question a run is looked up along with the others."""
HEARTBEAT_S = 10.0
"""Something must be sent now and then, or proxies take the connection for dead."""


def events(store: Store, run_id: str | None, request: Request) -> AsyncIterator[str]:
    """``progress`` whenever something has changed, ``end`` when the run is over or gone; stops when nobody listens."""
    watched = _WATCHED.setdefault(store, _Watched())
    return followed(lambda: watched.state(store, run_id) if run_id else None, request)


async def followed(
    look: Callable[[], dict[str, Any] | None],
    request: Request,
    live: Collection[str] = LIVE_STATES,
    every_s: float = EVERY_S,
) -> AsyncIterator[str]:
    """What ``look`` says whenever it has changed; the last event is ``end``.

    Args:
        look: what there is to tell, with ``state``; None: it is gone. Called in a thread.
        request: whoever listens.
        live: the values of ``state`` with which it goes on.
        every_s: seconds between two looks.
    """
    said, sent_at = None, time.monotonic()
    while not await request.is_disconnected():
        state = await run_in_threadpool(look)
        if state is not None and state != said:
            said, sent_at = state, time.monotonic()
            yield _event("progress", state)
        if state is None or state["state"] not in live:
            yield _event("end", state or {})
            return
        if time.monotonic() - sent_at >= HEARTBEAT_S:
            sent_at = time.monotonic()
            yield ": 仍在处理\n\n"
        await anyio.sleep(every_s)


class _Watched:
    """The runs of one database that somebody follows, looked up together: many browsers must not ask one by one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked: dict[str, float] = {}
        self._states: dict[str, dict[str, Any]] = {}
        self._at = 0.0

    def state(self, store: Store, run_id: str) -> dict[str, Any] | None:
        """How far a run is, as of less than two looks ago; None where there is no such run."""
        with self._lock:
            at = time.monotonic()
            new = run_id not in self._asked
            self._asked[run_id] = at
            if new or at - self._at >= EVERY_S / 2:
                self._asked = {run: asked for run, asked in self._asked.items() if at - asked < FORGET_S}
                self._states, self._at = _states(store, self._asked), at
            return self._states.get(run_id)


_WATCHED: WeakKeyDictionary[Store, _Watched] = WeakKeyDictionary()


def _states(store: Store, run_ids: Collection[str]) -> dict[str, dict[str, Any]]:
    wanted = select(Run.id, Run.state, Run.pages_done, Run.pages_total, Run.doing, Run.error).where(Run.id.in_(run_ids))
    with store.begin() as session:
        return {row["id"]: {k: v for k, v in row.items() if k != "id"} for row in session.execute(wanted).mappings()}


def _event(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
