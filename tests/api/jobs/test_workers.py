"""Worker processes as they run: killed, stalled, asked to stop; on both databases."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.errors import Conflict
from api.jobs.client import Jobs
from api.service import Service
from api.store.tables import Worker, now
from tests.api.jobs.conftest import ended, make_package, package_of, paper, run_of, wait_for, worker_process

SECONDS = 0.04


@pytest.fixture(scope="module")
def log(hall: Service, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("log") / "read"


@pytest.fixture(scope="module")
def _worker(hall: Service, log: Path) -> Iterator[None]:
    """One worker for the tests that need just any."""
    with worker_process(hall.settings, log, SECONDS):
        yield


def submit(service: Service, org: str, pages: int, *, interactive: bool = True) -> str:
    run_id = make_package(service, org, {"a.pdf": paper(pages, f"{org}{time.monotonic()}")}, interactive=interactive)
    service.jobs.submit(run_id)
    return run_id


def reading(service: Service, run_id: str, pages: int = 1) -> object:
    return lambda: run_of(service, run_id).pages_done >= pages


@pytest.mark.usefixtures("_worker")
class TestOneWorker:
    def test_a_package_goes_through(self, hall: Service) -> None:
        run_id = submit(hall, "A", 3)
        hall.jobs.submit(run_id)  # twice is once
        wait_for(ended(hall, run_id))
        run, package = run_of(hall, run_id), package_of(hall, run_id)
        assert (run.pages_done, run.pages_total, run.attempts, package.version) == (3, 3, 0, 1)
        assert run.started_at is not None
        assert hall.jobs.depth() == {"interactive": 0, "batch": 0}
        with pytest.raises(Conflict):  # not while it runs
            hall.jobs.retry(package_of(hall, submit(hall, "A", 60)).id)

    def test_a_run_whose_row_alone_was_written_is_found(self, hall: Service, monkeypatch: pytest.MonkeyPatch) -> None:
        def out_of_reach(_self: Jobs) -> object:
            raise OSError

        monkeypatch.setattr(Jobs, "_client", out_of_reach)
        run_id = submit(hall, "outbox", 1)
        assert run_of(hall, run_id).state == "queued"
        wait_for(ended(hall, run_id))

    def test_cancel_and_retry(self, hall: Service) -> None:
        run_id = submit(hall, "C", 200)
        wait_for(reading(hall, run_id))
        hall.jobs.cancel(run_id)
        wait_for(ended(hall, run_id, "cancelled"))
        done = run_of(hall, run_id).pages_done
        assert 0 < done < 200
        again = hall.jobs.retry(package_of(hall, run_id).id)
        assert package_of(hall, run_id).run_id == again
        wait_for(lambda: run_of(hall, again).pages_done >= done)
        hall.jobs.cancel(again)
        wait_for(ended(hall, again, "cancelled"))

    def test_what_cannot_be_read_fails_with_a_remedy(self, hall: Service) -> None:
        run_id = make_package(hall, "A", {})
        hall.jobs.submit(run_id)
        wait_for(ended(hall, run_id, "failed"))
        assert "请" in (run_of(hall, run_id).error or "")

    def test_a_person_overtakes_a_batch_and_organisations_share(self, hall: Service, log: Path) -> None:
        greedy = [submit(hall, "greedy", 60, interactive=False) for _ in range(4)]
        wait_for(reading(hall, greedy[0]))
        modest = submit(hall, "modest", 12, interactive=False)
        person = submit(hall, "greedy", 6)
        wait_for(ended(hall, person))
        assert run_of(hall, modest).pages_done < 12
        wait_for(ended(hall, modest))
        # By the order of the pages, not by the clock: the machine may be busy. In a plain queue the other pages of all
        # four packages would come first; in turns, eight of them stand between the two turns of this package.
        read = [line.split()[1] for line in log.read_text().splitlines()]
        mine = [i for i, name in enumerate(read) if name == file_of(hall, modest)]
        assert mine[-1] - mine[0] < len(mine) + 60
        for run_id in greedy:
            hall.jobs.cancel(run_id)
        wait_for(lambda: all(run_of(hall, r).state in ("done", "cancelled") for r in greedy))


def test_killed_and_stalled_workers(hall: Service, log: Path) -> None:
    """One is killed, another one stalls and wakes up: nothing is lost, nothing is done twice."""
    with worker_process(hall.settings, log, SECONDS) as first:
        killed_on = submit(hall, "K", 40)
        wait_for(reading(hall, killed_on, 10))
        with worker_process(hall.settings, log, SECONDS) as second:
            wait_for(lambda: len(living(hall)) >= 2)
            os.kill(first.pid, signal.SIGKILL)
            first.wait(5)
            died = time.monotonic()
            wait_for(ended(hall, killed_on))
            assert time.monotonic() - died < hall.settings.dead_after_s + 30
            stalled_on = submit(hall, "S", 40)
            wait_for(reading(hall, stalled_on, 10))
            with worker_process(hall.settings, log, SECONDS) as third:
                wait_for(lambda: any(w.pid == third.pid for w in living(hall)))
                os.kill(second.pid, signal.SIGSTOP)
                wait_for(ended(hall, stalled_on))
                os.kill(second.pid, signal.SIGCONT)
                last = submit(hall, "S", 20)
                wait_for(ended(hall, last))
                time.sleep(0.5)
                assert second.poll() is None
    for run_id, pages in ((killed_on, 40), (stalled_on, 40), (last, 20)):
        assert (run_of(hall, run_id).pages_done, package_of(hall, run_id).version) == (pages, 1)
        read = reads(hall, log, run_id)
        assert set(read) == set(range(1, pages + 1))
        # At most the page in hand again.
        assert sum(read.values()) <= pages + 1, read


def test_asked_to_stop_it_hands_its_jobs_back(hall: Service, log: Path) -> None:
    with worker_process(hall.settings, log, SECONDS) as first:
        wait_for(lambda: any(w.pid == first.pid for w in living(hall)))
        run_id = submit(hall, "T", 40)
        wait_for(reading(hall, run_id, 5))
        with worker_process(hall.settings, log, SECONDS) as second:
            wait_for(lambda: any(w.pid == second.pid for w in living(hall)))
            first.send_signal(signal.SIGTERM)
            assert first.wait(60) == 0
            done = run_of(hall, run_id).pages_done
            wait_for(ended(hall, run_id))
    assert done >= 5
    assert max(reads(hall, log, run_id).values()) == 1


def living(service: Service) -> list[Worker]:
    with service.store.begin() as session:
        workers = session.query(Worker).all()
    return [w for w in workers if w.pid and (now() - w.beat_at).total_seconds() < service.settings.dead_after_s]


def reads(service: Service, log: Path, run_id: str) -> Counter[int]:
    """How often each page of a run's file was read."""
    name = file_of(service, run_id)
    return Counter(int(page) for _, file, page in map(str.split, log.read_text().splitlines()) if file == name)


def file_of(service: Service, run_id: str) -> str:
    """What the log calls a run's file."""
    from api.store.staging import run_files

    return run_files(service.store, run_id)[0].sha256[2:]
