"""The database goes away, comes back, is locked, or the power fails while it is brought up to date."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from api.problems import database_problem
from api.service import Service, make_service
from api.store import engine as engine_module
from api.store.engine import Store, make_engine, migrate, newest_revision
from api.store.tables import Base, Organisation
from tests.api.databases import Postgres
from tests.api.jobs.conftest import close, ended, make_package, package_of, paper, quick, run_of, wait_for, worker_process
from tests.api.jobs.test_workers import reads

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ON_POSTGRES = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
ROOT = Path(__file__).resolve().parents[2]
SYNCHRONOUS = engine_module.SYNCHRONOUS
"""As it is before the other tests are let off waiting for the disk."""
SIGN_IN = {"login": "reviewer-a", "password": "wrong"}


def file_of(settings) -> Path:
    return Path(settings.database.removeprefix("sqlite:///"))


@ON_SQLITE
def test_sqlite_that_is_locked(client, people, service, settings):
    """Another program holds it for longer than anybody waits."""
    sa.event.listen(service.store.engine, "checkout", lambda connection, *_: connection.execute("PRAGMA busy_timeout=20"))
    other = sqlite3.connect(file_of(settings), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    answer = client.post("/api/v1/auth/sign-in", json=SIGN_IN)
    assert (answer.status_code, answer.json()["code"]) == (503, "not-ready")
    assert "请稍后重试" in answer.json()["detail"]
    other.execute("ROLLBACK")
    other.close()
    assert client.post("/api/v1/auth/sign-in", json=SIGN_IN).status_code == 401


@ON_SQLITE
def test_sqlite_whose_file_is_gone_and_back(client_as, settings):
    client, file = client_as("A", "reviewer"), file_of(settings)
    assert client.get("/api/v1/packages").status_code == 200
    away = file.with_name("away")
    file.rename(away)
    for _ in range(2):
        answer = client.get("/api/v1/packages")
        assert (answer.status_code, answer.json()["code"]) == (503, "not-ready")
        assert not file.exists()  # no new, empty one was begun
    away.rename(file)
    assert client.get("/api/v1/packages").status_code == 200


@ON_SQLITE
def test_sqlite_whose_file_is_replaced(service, settings, people):
    """As after a restore by hand: nobody goes on writing to the file that has no name any more."""
    file = file_of(settings)
    with service.store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    copy = file.with_name("copy")
    shutil.copy(file, copy)
    file.unlink()
    for rest in ("-wal", "-shm"):
        file.with_name(file.name + rest).unlink(missing_ok=True)
    copy.rename(file)
    with service.store.begin() as session:
        session.add(Organisation(name="in the new file"))
    with sqlite3.connect(file) as plain:
        assert ("in the new file",) in plain.execute("SELECT name FROM organisations").fetchall()
    plain.close()


def test_sqlite_waits_for_the_disk_at_every_commit(monkeypatch, tmp_path):
    """What was acknowledged must outlast a power cut."""
    monkeypatch.setattr(engine_module, "SYNCHRONOUS", SYNCHRONOUS)
    made = make_engine(f"sqlite:///{tmp_path}/x.sqlite")
    with made.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
    made.dispose()


def cut(store: Store) -> int:
    """End all connections to the database but the one that does so."""
    other = sa.create_engine(store.engine.url, poolclass=sa.NullPool)
    with other.connect() as connection:
        ended = connection.execute(
            sa.text("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()")
        ).scalar_one()  # fmt: skip
    other.dispose()
    return int(ended)


@ON_POSTGRES
def test_postgresql_that_is_cut_off_during_a_request(client_as, service):
    client = client_as("A", "reviewer")

    def half() -> None:
        with service.store.begin() as session:
            session.add(Organisation(name="half"))
            session.flush()
            assert cut(service.store)
            session.scalar(sa.select(Organisation.id))

    with pytest.raises(OperationalError) as told:
        half()
    assert database_problem(told.value).status == 503
    with service.store.begin() as session:
        assert "half" not in session.scalars(sa.select(Organisation.name)).all()
    # Connections at rest were cut, too; the next request takes a new one.
    assert cut(service.store)
    assert client.get("/api/v1/packages").status_code == 200


@pytest.fixture
def on_postgres(postgres: Postgres | None, tmp_path: Path) -> Iterator[Service]:
    if postgres is None:
        pytest.skip("PostgreSQL is not installed")
    with postgres.new() as url:
        made = make_service(quick(tmp_path / "data", url))
        yield made
        close(made)


def test_postgresql_that_is_cut_off_while_a_worker_reads(on_postgres: Service, tmp_path: Path):
    log = tmp_path / "read"
    with worker_process(on_postgres.settings, log, 0.04):
        run_id = make_package(on_postgres, "A", {"a.pdf": paper(30)})
        on_postgres.jobs.submit(run_id)
        for pages in (5, 15):
            wait_for(lambda pages=pages: run_of(on_postgres, run_id).pages_done >= pages)
            assert cut(on_postgres.store)
        wait_for(ended(on_postgres, run_id))
    assert (run_of(on_postgres, run_id).pages_done, package_of(on_postgres, run_id).version) == (30, 1)
    read: Counter[int] = reads(on_postgres, log, run_id)
    assert set(read) == set(range(1, 31))
    assert sum(read.values()) <= 32  # at most the page in hand again, each time


# --- power cut during migration ---------------------------------------------------------


def killed_in_the_middle(url: str, after: int) -> None:
    """Bring a database up to date in another process, which is killed after so many steps."""
    command = [sys.executable, "-m", "tests.faults.killed_migration", url, str(after)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"in the middle\n"
        process.kill()


def assert_up_to_date(url: str) -> None:
    engine = make_engine(url)
    try:
        migrate(engine)
        assert set(Base.metadata.tables) <= set(sa.inspect(engine).get_table_names())
        with engine.connect() as connection:
            assert connection.scalar(sa.text("SELECT version_num FROM alembic_version")) == newest_revision()
        with Store(engine).begin() as session:
            session.add(Organisation(name="works"))
    finally:
        engine.dispose()


def test_power_cut_during_migration_of_sqlite(tmp_path: Path):
    url = f"sqlite:///{tmp_path}/x.sqlite"
    killed_in_the_middle(url, 20)
    with sqlite3.connect(f"{tmp_path}/x.sqlite") as plain:
        assert plain.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)  # all or nothing
    plain.close()
    assert_up_to_date(url)


def test_power_cut_during_migration_of_postgresql(postgres: Postgres | None):
    if postgres is None:
        pytest.skip("PostgreSQL is not installed")
    name = postgres._create(None)
    try:
        killed_in_the_middle(postgres._address(name), 20)
        assert_up_to_date(postgres._address(name))
    finally:
        postgres._drop(name)
