"""Runs, packages and worker processes for the tests of jobs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from intake_files import pdf

from api.service import Service, make_service
from api.settings import ServiceSettings
from api.store.tables import Organisation, PackageRow, Run, UploadedFile
from tests.api.databases import Postgres

ROOT = Path(__file__).resolve().parents[3]


def quick(data: Path, database_url: str) -> ServiceSettings:
    """Settings for impatient tests."""
    return ServiceSettings(
        _env_file=None, data_dir=data, database_url="" if database_url.startswith("sqlite") else database_url,
        heartbeat_s=0.3, dead_after_s=2.0, poll_s=0.1, page_batch=8, embedded_workers=0,
    )  # fmt: skip


def make_package(service: Service, org: str, files: dict[str, bytes], *, interactive: bool = True) -> str:
    """A package with a run whose row is committed, not handed in yet; the run's id. ``org`` is a name."""
    with service.store.begin() as session:
        organisation = session.query(Organisation).filter_by(name=org).one_or_none() or Organisation(name=org)
        session.add(organisation)
        session.flush()
        package = PackageRow(org_id=organisation.id, name="某公司", created_by="x")
        session.add(package)
        session.flush()
        for position, (name, data) in enumerate(files.items()):
            sha, size = service.blobs.put(data)
            session.add(UploadedFile(package_id=package.id, position=position, name=name, sha256=sha, size=size))
        run = Run(package_id=package.id, org_id=organisation.id, interactive=interactive)
        session.add(run)
        session.flush()
        package.run_id = run.id
        return run.id


def run_of(service: Service, run_id: str) -> Run:
    with service.store.begin() as session:
        return session.get_one(Run, run_id)


def package_of(service: Service, run_id: str) -> PackageRow:
    with service.store.begin() as session:
        return session.get_one(PackageRow, session.get_one(Run, run_id).package_id)


def wait_for(what: Callable[[], object], seconds: float = 90.0) -> None:
    """Until it is true."""
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "waited too long"
        time.sleep(0.05)


def ended(service: Service, run_id: str, state: str = "done") -> Callable[[], bool]:
    def check() -> bool:
        found = run_of(service, run_id)
        assert found.state in (state, "queued", "planning", "reading", "judging"), (found.state, found.error)
        return found.state == state

    return check


@contextmanager
def worker_process(
    settings: ServiceSettings, log: Path, seconds: float = 0.05, name: str = ""
) -> Iterator[subprocess.Popen[bytes]]:
    """A worker of its own; killed at the end if it still lives."""
    # Not with ``-m``: its own child processes would load the main module again, and all that it imports.
    start = "from tests.api.jobs.stand_in import main; main()"
    command = [sys.executable, "-c", start, settings.model_dump_json(), name, str(log), str(seconds)]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        yield process
    finally:
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
        process.wait(10)


@pytest.fixture(params=["sqlite", "postgresql"], scope="module")
def hall(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service on each database, for all tests of a module."""
    data = tmp_path_factory.mktemp("hall")
    if request.param == "sqlite":
        service = make_service(quick(data, "sqlite:"))
        yield service
        close(service)
        return
    server: Postgres | None = request.getfixturevalue("postgres")
    if server is None:
        pytest.skip("PostgreSQL is not installed")
    with server.new() as url:
        service = make_service(quick(data, url))
        yield service
        close(service)


@pytest.fixture
def bench(settings: ServiceSettings) -> Iterator[Service]:
    """A service of the test's own."""
    service = make_service(quick(settings.data_dir, settings.database))
    yield service
    close(service)


def close(service: Service) -> None:
    service.pictures.close()
    service.jobs.close()
    service.store.engine.dispose()


def paper(pages: int, mark: str = "x") -> bytes:
    """A born-digital PDF."""
    return pdf([f"BT /F1 12 Tf 72 720 Td (Page {n} of {mark}, revenue 1,234.00) Tj ET" for n in range(1, pages + 1)])
