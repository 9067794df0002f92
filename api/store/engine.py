"""The database engine, and the schema brought up to date."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import Session, sessionmaker

SQLITE_CONNECTIONS = 40
SYNCHRONOUS = "FULL"
"""SQLite waits for the disk at every commit: some milliseconds, for which an upload that was acknowledged stays."""
MIGRATIONS = Path(__file__).parent / "migrations"


class UnknownSchema(Exception):
    """The database is at a revision that this program does not know."""


def make_engine(url: str) -> Engine:
    """An engine for SQLite or PostgreSQL; SQLite with write-ahead log, foreign keys and patience with other writers."""
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=20)
    path = url.removeprefix("sqlite:///")
    Path(path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Kept open, as to open one costs more than most questions.
    engine = create_engine(url, connect_args={"timeout": 30}, pool_size=SQLITE_CONNECTIONS, max_overflow=SQLITE_CONNECTIONS)

    _mind_the_file(engine, Path(path))

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        # Readers never wait for a writer; a power cut neither damages the file nor takes back what was acknowledged.
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute(f"PRAGMA synchronous={SYNCHRONOUS}")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA busy_timeout=30000")
        # What is deleted must not be left in the file's free space.
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.close()

    return engine


def _mind_the_file(engine: Engine, path: Path) -> None:
    """Notice that the database's file was taken away or replaced while it is in use.

    SQLite would go on writing to a file that has no name any more, or begin a new, empty one: what was acknowledged
    would be lost. Here the database is out of reach until a file is there again, and connections to an older one are dropped.
    """
    opened: list[bool] = []

    def look() -> int:
        try:
            return path.stat().st_ino
        except OSError as error:
            raise sqlite3.OperationalError("unable to open database file: it is gone") from error

    @event.listens_for(engine, "do_connect")
    def _before(_dialect: object, _record: object, _args: object, _kwargs: object) -> None:
        if opened:
            look()

    @event.listens_for(engine, "connect")
    def _after(_connection: object, record: Any) -> None:
        opened.append(True)
        record.info["inode"] = look()

    @event.listens_for(engine, "checkout")
    def _use(_connection: object, record: Any, _proxy: object) -> None:
        if record.info["inode"] != look():
            raise DisconnectionError


def migrate(engine: Engine, revision: str = "head") -> None:
    """Create or upgrade all tables (Alembic) to a revision. Safe to call from several processes at once.

    Raises:
        UnknownSchema: a newer version of the program has made or upgraded them.
    """
    if revision == "head" and _is_newest(engine):
        return
    # Heavy, and seldom needed.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(8210731)")
        else:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, revision)
        except CommandError as error:
            if "locate revision" not in str(error):
                raise
            raise UnknownSchema(str(error)) from error


def newest_revision() -> str:
    """The last migration's; their files are named by revision, in order."""
    return max(path.name for path in (MIGRATIONS / "versions").glob("*.py")).split("_")[0]


def _is_newest(engine: Engine) -> bool:
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        return list(connection.scalars(text("SELECT version_num FROM alembic_version"))) == [newest_revision()]


class Store:
    """Sessions of one database."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._sessions = sessionmaker(engine, expire_on_commit=False)

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """A transaction: committed at the end, rolled back on an error."""
        with self._sessions.begin() as session:
            yield session
