"""Progress streams: many who follow the same runs ask the database together."""

from __future__ import annotations

import asyncio

from sqlalchemy import event

from api.store.tables import PackageRow, Run
from api.work.progress import events


class Listener:
    """A browser that goes away after so many seconds."""

    def __init__(self, seconds):
        self._until = asyncio.get_running_loop().time() + seconds

    async def is_disconnected(self):
        return asyncio.get_running_loop().time() >= self._until


def make_run(service, people, state):
    who = people[("A", "reviewer")]
    with service.store.begin() as session:
        package = PackageRow(org_id=who.org_id, name="甲", created_by=who.user_id)
        session.add(package)
        session.flush()
        run = Run(package_id=package.id, org_id=who.org_id, state=state, pages_total=9, doing="甲.pdf 第1页")
        session.add(run)
        session.flush()
        return run.id


async def listen(store, run_id, seconds):
    request = Listener(seconds)
    return [text async for text in events(store, run_id, request)]


def test_everybody_is_told_and_the_database_is_asked_seldom(service, people):
    runs = [make_run(service, people, "reading") for _ in range(3)]
    asked = []
    event.listen(service.store.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))

    async def many():
        return await asyncio.gather(*(listen(service.store, run, 1.5) for run in runs for _ in range(10)))

    told = asyncio.run(many())
    assert all("event: progress" in heard[0] and '"pages_total": 9' in heard[0] for heard in told)
    assert all(len(heard) == 1 for heard in told)
    assert len(asked) < 25, "thirty browsers that look every 0.4 s would ask more than 100 times each alone"


def test_what_is_over_or_gone_ends_at_once(service, people):
    done = make_run(service, people, "done")
    told = asyncio.run(listen(service.store, done, 20))
    assert [text.splitlines()[0] for text in told] == ["event: progress", "event: end"]
    for gone in (None, "00000000-0000-0000-0000-000000000000"):
        assert asyncio.run(listen(service.store, gone, 20)) == ["event: end\ndata: {}\n\n"]
