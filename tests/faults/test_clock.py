"""The clock is set while the service runs: forward or back by a day, nothing is lost and nobody is locked out for long."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from api.jobs import judge, reclaim
from api.jobs import worker as worker_module
from api.jobs.pulse import Pulse
from api.jobs.reclaim import Reclaimer
from api.jobs.worker import Seat
from api.people import sign_in
from api.store.tables import PackageRow, Run, Worker, now
from tests.api.conftest import PASSWORD

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
DAY = timedelta(days=1, hours=1)
JUMPS = pytest.mark.parametrize("jump", [DAY, -DAY], ids=["forward", "back"])


@pytest.fixture
def jump_to(monkeypatch: pytest.MonkeyPatch):
    """Set the clock of some modules."""

    def jump(by: timedelta, *modules: Any) -> None:
        for module in modules:
            monkeypatch.setattr(module, "now", lambda: now() + by)

    return jump


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The job system, which knows of nothing; which runs were queued."""
    queued: list[str] = []
    stand_in = SimpleNamespace(
        list_workflows=lambda **_: [], enqueue_workflow_with_options=lambda _, run: queued.append(run), resume_workflows=int
    )
    monkeypatch.setattr(reclaim, "DBOS", stand_in)
    return queued


def add_worker(bench, name: str, **values: Any) -> None:
    with bench.store.begin() as session:
        session.add(Worker(**{"id": name, "host": bench.settings.hostname, "pid": os.getppid(), **values}))


def workers(bench) -> set[str]:
    with bench.store.begin() as session:
        return {w.id for w in session.query(Worker)}


@JUMPS
def test_living_workers_stay(bench, jobs, jump_to, jump):
    """Their rows are told dead by heartbeats that stand still while somebody looks, not by their age."""
    add_worker(bench, "mine")
    add_worker(bench, "other")
    reclaimer = Reclaimer(bench.settings, bench.store, "mine")
    reclaimer.tick()
    jump_to(jump, reclaim)
    reclaimer.tick()
    assert workers(bench) == {"mine", "other"}


def test_workers_dead_for_a_day_are_forgotten(bench, jobs, jump_to):
    add_worker(bench, "mine")
    add_worker(bench, "dead", beat_at=now() - DAY)
    reclaimer = Reclaimer(bench.settings, bench.store, "mine")
    reclaimer._pulse = Pulse(-1.0)  # whoever does not change between two looks
    reclaimer.tick()
    assert workers(bench) == {"mine"}


@JUMPS
def test_a_living_workers_name_is_not_taken(bench, jump_to, jump):
    host = bench.settings.hostname
    add_worker(bench, f"{host}-1")
    jump_to(jump, worker_module)
    assert Seat(bench.store, bench.settings).name == f"{host}-2"


@JUMPS
def test_jobs_of_dead_workers_are_taken_over(bench, jump_to, jump):
    """Another worker had begun to hand them out before the clock was set, and died over it."""
    beat = now()
    add_worker(bench, "dead", beat_at=beat, claimed_at=now())
    reclaimer = Reclaimer(bench.settings, bench.store, "mine")
    assert not reclaimer._claim("dead", beat)
    jump_to(jump, reclaim)
    assert reclaimer._claim("dead", beat)


@JUMPS
def test_runs_that_were_not_queued_are_queued(bench, jobs, jump_to, jump, people):
    with bench.store.begin() as session:
        package = PackageRow(org_id=people.org["A"], name="x", created_by="x")
        session.add(package)
        session.flush()
        run = Run(package_id=package.id, org_id=package.org_id, created_at=now())
        session.add(run)
    reclaimer = Reclaimer(bench.settings, bench.store, "mine")
    reclaimer.tick()
    assert jobs == []
    jump_to(jump, reclaim)
    reclaimer.tick()
    assert jobs == [run.id]


def test_a_judgement_never_took_less_than_no_time(bench, monkeypatch, people):
    monkeypatch.setattr(judge, "_inputs", lambda *_: judge.Inputs("r", 0, "x", (), (), None, None, None, (), 0.0, None, ()))
    with bench.store.begin() as session:
        package = PackageRow(org_id=people.org["A"], name="x", created_by="x")
        session.add(package)
        session.flush()
        run = Run(package_id=package.id, org_id=package.org_id, state="judging", started_at=now() + DAY)
        session.add(run)
        session.flush()
        assert judge._of_run(session, run.id).seconds == 0


def signs_in(client, login: str, password: str = PASSWORD) -> int:
    return client.post("/api/v1/auth/sign-in", json={"login": login, "password": password}).status_code


def test_sessions_end_when_the_clock_goes_forward(client, people, jump_to):
    assert signs_in(client, "reviewer-a") == 200
    jump_to(DAY, sign_in)
    assert client.get("/api/v1/packages").status_code == 401
    assert signs_in(client, "reviewer-a") == 200
    assert client.get("/api/v1/packages").status_code == 200


def test_sessions_last_when_the_clock_goes_back(client, people, jump_to):
    assert signs_in(client, "reviewer-a") == 200
    jump_to(-DAY, sign_in)
    assert client.get("/api/v1/packages").status_code == 200


def test_nobody_is_locked_out_when_the_clock_goes_back(client, people, jump_to, service):
    for _ in range(service.settings.sign_in_attempts):
        assert signs_in(client, "reviewer-a", "wrong") == 401
    assert signs_in(client, "reviewer-a") == 429
    jump_to(-DAY, sign_in)
    assert signs_in(client, "reviewer-a") == 200


def test_heartbeats_count_by_a_clock_that_nobody_sets(database_url):
    """``Pulse`` takes moments of a steady clock; the times in the rows are only compared with one another."""
    pulse, at = Pulse(10), datetime(2026, 1, 1)
    assert pulse.dead({"a": at}, 0) == set()
    assert pulse.dead({"a": at - DAY}, 11) == set()
    assert pulse.dead({"a": at + DAY}, 22) == set()
    assert pulse.dead({"a": at + DAY}, 33) == {"a"}
