"""Opening what the service keeps, with a plain message for everything that commonly stands in the way."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError

from api.settings import ServiceSettings
from api.store.blobs import Blobs, BlobStoreError
from api.store.engine import Store, UnknownSchema, make_engine, migrate


class CannotStart(Exception):
    """The service, or a command on its data, cannot start; the message is plain Chinese with a remedy."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class DataDirUnusable(CannotStart):
    """The data folder cannot be made or written."""


class DatabaseUnusable(CannotStart):
    """The database's address is wrong, it is out of reach, refuses us, or is damaged."""


class SchemaTooNew(CannotStart):
    """A newer version of the program has used this database."""


class BlobsUnusable(CannotStart):
    """The place for files cannot be opened."""


def open_store(settings: ServiceSettings) -> tuple[Store, Blobs]:
    """The database, created or upgraded, and the place for files.

    Raises:
        CannotStart: one of its kinds.
    """
    with plainly(settings):
        check_data_dir(settings)
        engine = make_engine(settings.database)
        migrate(engine)
        return Store(engine), Blobs(settings.blobs)


def check_exists(settings: ServiceSettings) -> None:
    """See that there has been a service, so that a mistyped folder is not taken for an empty one.

    Raises:
        DatabaseUnusable: there is no database file.
    """
    if not settings.database_url and not Path(settings.database.removeprefix("sqlite:///")).is_file():
        raise DatabaseUnusable(f"{settings.data_dir} 里没有数据库；请用 --data-dir 指明 serve 所用的数据目录")


def check_data_dir(settings: ServiceSettings) -> None:
    """Make the data folder and try to write there.

    Raises:
        DataDirUnusable: it cannot be.
    """
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=settings.data_dir):
            pass
    except OSError as error:
        raise DataDirUnusable(
            f"数据目录 {settings.data_dir} 无法写入（{error.strerror or error}）；"
            "请换一个可写的目录（--data-dir），或修改该目录的权限"
        ) from error


@contextmanager
def plainly(settings: ServiceSettings) -> Iterator[None]:
    """Turn what commonly goes wrong with database and files into ``CannotStart``."""
    _check_address(settings)
    try:
        yield
    except OperationalError as error:
        raise DatabaseUnusable(
            f"无法连接数据库 {_address(settings)}；请确认数据库已启动、库名与口令正确、网络可达、磁盘未满"
        ) from error
    except DatabaseError as error:
        raise DatabaseUnusable(
            f"数据库 {_address(settings)} 无法使用（{type(error.orig).__name__}）；"
            "请核对账号权限，文件损坏时请从备份恢复（zuozheng restore）"
        ) from error
    except UnknownSchema as error:
        raise SchemaTooNew(
            "数据库由更新版本的程序建立或升级过；请改用新版程序，或从升级前的备份恢复（zuozheng restore）"
        ) from error
    except BlobStoreError as error:
        raise BlobsUnusable(error.detail) from error


def _check_address(settings: ServiceSettings) -> None:
    wrong = "数据库地址无法识别（ZUOZHENG_DATABASE_URL）；SQLite 留空即可，PostgreSQL 写成 postgresql+psycopg://用户:口令@主机/库"
    try:
        url = make_url(settings.database)
    except ArgumentError as error:
        raise DatabaseUnusable(wrong) from error
    if url.drivername not in ("sqlite", "postgresql+psycopg"):
        raise DatabaseUnusable(wrong)


def _address(settings: ServiceSettings) -> str:
    """The database's address without its password."""
    return make_url(settings.database).render_as_string(hide_password=True)
