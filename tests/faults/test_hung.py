"""Workers that hang or run out of memory: ended, started again, their jobs taken up; a page's memory is one page's error."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy.exc import OperationalError

from api.jobs import worker, workflows
from api.jobs.gate import Gate
from api.ops import supervisor as module
from api.ops.supervisor import Supervisor, beats_of
from api.settings import ServiceSettings
from api.store.tables import Worker
from extractor.intake import ImagePage, Limits
from extractor.reading.worker import CRASHED, ReadingWorker

SLEEPER = "import sys, time; sys.stdin.read(); time.sleep(60)"
START = datetime(2026, 1, 1, tzinfo=UTC)
Start = Callable[[Callable[[int], Mapping[int, datetime]]], Supervisor]


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """A supervisor of one sleeping worker, and how its heartbeats look (by process id)."""
    monkeypatch.setattr(module, "PAUSES_S", (0.05,))
    monkeypatch.setattr(module, "HUNG_AFTER_S", 0.6)
    made: list[Supervisor] = []

    def start(beats: Callable[[int], Mapping[int, datetime]]) -> Supervisor:
        settings = ServiceSettings(_env_file=None, embedded_workers=1, heartbeat_s=0.1, dead_after_s=0.1)  # type: ignore[call-arg]
        found = Supervisor(settings, (sys.executable, "-S", "-c", SLEEPER))
        made.append(found)
        found.start(lambda: beats(found.pids[0]) if found.pids else {})
        return found

    yield start
    for one in made:
        one.stop()


def changes(supervisor: Supervisor, seconds: float) -> bool:
    """Whether another worker runs before the time is over."""
    first, end = supervisor.pids, time.monotonic() + seconds
    while time.monotonic() < end:
        if supervisor.pids and supervisor.pids != first:
            return True
        time.sleep(0.05)
    return False


def test_worker_whose_heart_stands_still_is_replaced(watched: Start, caplog):
    assert changes(watched(lambda pid: {pid: START}), 15)
    assert "hangs" in caplog.text


def test_worker_that_never_reports_is_replaced(watched: Start):
    assert changes(watched(lambda _: {}), 15)


def test_worker_that_reports_is_left_alone(watched: Start):
    ticks = iter(range(10**6))
    assert not changes(watched(lambda pid: {pid: START + timedelta(seconds=next(ticks))}), 1.5)


def test_worker_is_not_to_blame_for_the_database(watched: Start):
    def gone(_pid: int) -> Mapping[int, datetime]:
        raise OperationalError("SELECT", {}, Exception("connection refused"))

    assert not changes(watched(gone), 1.5)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_heartbeats_are_those_of_this_machine(service):
    with service.store.begin() as session:
        session.add(Worker(id="a", host="here", pid=7, beat_at=START))
        session.add(Worker(id="b", host="elsewhere", pid=8, beat_at=START))
        session.add(Worker(id="c", host="here", pid=0, beat_at=START))
    assert beats_of(service.store, "here") == {7: START}


def test_worker_that_is_at_one_piece_of_work_for_too_long_ends(monkeypatch: pytest.MonkeyPatch, caplog):
    ended: list[int] = []
    beats: list[str] = []
    monkeypatch.setattr(worker.os, "_exit", ended.append)
    monkeypatch.setattr(worker.logging, "shutdown", lambda: None)
    seat, gate = SimpleNamespace(name="w", beat=lambda: beats.append("beat")), Gate()
    with gate.work():
        worker.beat(seat, gate)  # type: ignore[arg-type]
        assert (ended, beats) == ([], ["beat"])
        monkeypatch.setattr(worker, "HUNG_S", -1)
        worker.beat(seat, gate)  # type: ignore[arg-type]
    assert ended == [4]
    assert "taken to hang" in caplog.text


def test_each_page_is_a_new_piece_of_work() -> None:
    gate = Gate()
    assert gate.longest() == 0
    with gate.work():
        time.sleep(0.1)
        assert gate.longest() >= 0.1
        gate.pause()
        assert gate.longest() < 0.1
    assert gate.longest() == 0


@dataclass(frozen=True)
class GreedyPage(ImagePage):
    """Takes more memory than there is."""

    def image(self):
        with self.path.open("a") as tried:
            tried.write("x")
        raise MemoryError


def test_page_that_takes_too_much_memory_is_one_pages_error(tmp_path: Path):
    with ReadingWorker(threads=1, processes=1) as reader:
        (page,) = reader.read([GreedyPage(path=tmp_path / "tried", file=0, page=1, limits=Limits())])
    assert page.note == CRASHED
    assert "内存不足" in CRASHED
    assert (tmp_path / "tried").read_text() == "xx"  # the second time with the machine to itself


def test_judgement_without_memory_is_told():
    def judged() -> dict[str, object]:
        raise MemoryError

    assert workflows._step(judged, "r") == {"go_on": False, "error": workflows.NO_MEMORY}
    assert "材料没有丢失" in workflows.NO_MEMORY
