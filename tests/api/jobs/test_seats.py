from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from api.jobs.pulse import Pulse
from api.jobs.reclaim import sweep
from api.jobs.worker import NameTaken, Seat
from api.service import Service
from api.store.tables import Worker, now

A_PID_NOBODY_HAS = 2**22 + 5


def row(bench: Service, name: str, **values: object) -> None:
    with bench.store.begin() as session:
        session.add(Worker(**{"id": name, "host": bench.settings.hostname, "pid": os.getppid(), **values}))


def test_names_are_numbered_among_the_living(bench: Service) -> None:
    host = bench.settings.hostname
    row(bench, f"{host}-1")
    assert Seat(bench.store, bench.settings).name == f"{host}-2"


def test_a_dead_workers_name_is_taken_again(bench: Service) -> None:
    host = bench.settings.hostname
    row(bench, f"{host}-1", pid=A_PID_NOBODY_HAS, pages_read=7)
    seat = Seat(bench.store, bench.settings)
    assert seat.name == f"{host}-1"
    seat.beat()
    with bench.store.begin() as session:
        held = session.scalars(select(Worker)).one()
    assert (held.pid, held.pages_read, held.claimed_at) == (os.getpid(), 7, None)
    assert held.rss > 0


def test_a_set_name_of_a_silent_worker_elsewhere_is_taken_after_watching_it(bench: Service) -> None:
    # Its clock is an hour ahead, which must not matter.
    row(bench, "reader", host="elsewhere", beat_at=now() + timedelta(hours=1))
    settings = bench.settings.model_copy(update={"dead_after_s": 0.2, "heartbeat_s": 0.05})
    assert Seat(bench.store, settings, "reader").name == "reader"


def test_a_set_name_of_a_living_worker_is_refused(bench: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    row(bench, "reader", host="elsewhere")
    beats = iter(range(100))
    start = datetime(2024, 1, 1, tzinfo=UTC)
    monkeypatch.setattr(Seat, "_beat_of", lambda *_: start + timedelta(seconds=next(beats)))
    with pytest.raises(NameTaken, match="换一个名称"):
        Seat(bench.store, bench.settings, "reader")


def test_a_name_that_was_given_back_is_free_at_once(bench: Service) -> None:
    Seat(bench.store, bench.settings, "reader").leave()
    row(bench, "other", host="elsewhere", pid=0)
    assert Seat(bench.store, bench.settings, "other").name == "other"


def test_a_pulse_is_judged_by_the_watchers_own_clock() -> None:
    pulse = Pulse(10)
    old, newer = datetime(2001, 1, 1, tzinfo=UTC), datetime(2001, 1, 2, tzinfo=UTC)
    assert pulse.dead({"a": old, "b": old, "c": None}, 0) == set()
    assert pulse.dead({"a": old, "b": newer, "c": None}, 9) == set()
    assert pulse.dead({"a": old, "b": newer, "c": None}, 11) == {"a", "c"}
    assert pulse.dead({"a": newer, "b": newer, "c": None}, 12) == {"c"}
    assert pulse.dead({"a": newer, "b": newer}, 23) == {"a", "b"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_left_over_folders_are_swept(bench: Service) -> None:
    work = bench.settings.data_dir / "work"
    for name in ("me", "living", "forgotten"):
        (work / name / "x").mkdir(parents=True)
    row(bench, "me")
    row(bench, "living")
    sweep(work, bench.store, "me")
    assert [p.name for p in work.iterdir()] == ["living"]
