"""Fresh databases for tests: SQLite files, and databases of a PostgreSQL server that is found or started."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from api.store.engine import make_engine, migrate

SERVER = "ZUOZHENG_TEST_POSTGRES"


class Postgres:
    """A server with a migrated template; ``new`` copies it, which is much faster than migrating each time."""

    def __init__(self, url: str) -> None:
        """``url``: of any database of the server, of somebody who may create databases."""
        self._url = make_url(url).set(drivername="postgresql+psycopg")
        self._admin = sa.create_engine(self._url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        self._template = self._create(None)
        engine = make_engine(self._address(self._template))
        migrate(engine)
        engine.dispose()

    def _address(self, name: str) -> str:
        return self._url.set(database=name).render_as_string(hide_password=False)

    def _create(self, template: str | None) -> str:
        name = f"zz_test_{os.getpid()}_{secrets.token_hex(4)}"
        with self._admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
        return name

    @contextmanager
    def new(self) -> Iterator[str]:
        """A fresh, migrated database's address; the database is dropped at the end."""
        name = self._create(self._template)
        try:
            yield self._address(name)
        finally:
            self._drop(name)

    def _drop(self, name: str) -> None:
        with self._admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def close(self) -> None:
        """Drop the template."""
        self._drop(self._template)
        self._admin.dispose()


@contextmanager
def postgres_server() -> Iterator[str | None]:
    """A server's address: the one named in ``ZUOZHENG_TEST_POSTGRES``, else one started for these tests; None: not installed."""
    if given := os.environ.get(SERVER):
        yield given
        return
    programs = _programs()
    if programs is None:
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="zz-pg-"))
    owner = _owner()
    if owner is not None:
        shutil.chown(folder, owner)
    try:
        yield from _running(programs, folder, owner)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _running(programs: Path, folder: Path, owner: str | None) -> Iterator[str]:
    data, port = folder / "data", _free_port()
    initdb = [str(programs / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, user=owner, cwd=folder)
    server = subprocess.Popen(
        [
            str(programs / "postgres"), "-D", str(data), "-p", str(port), "-k", str(folder),
            "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off",
        ],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, user=owner, cwd=folder,
    )  # fmt: skip
    try:
        url = f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
        _wait(url)
        yield url
    finally:
        server.terminate()
        server.wait(20)


def _programs() -> Path | None:
    """The folder of PostgreSQL's programs; on Debian they are not on the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[4]) if p.parts[4].isdigit() else 0)
    if found:
        return found[-1].parent
    path = shutil.which("initdb")
    return Path(path).resolve().parent if path else None


def _owner() -> str | None:
    """PostgreSQL refuses to run as root; None: as whoever runs the tests."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def _wait(url: str) -> None:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    deadline = time.monotonic() + 30
    while True:
        try:
            engine.connect().close()
        except sa.exc.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            engine.dispose()
            return
