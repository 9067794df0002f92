"""Backup and restore: one ZIP with every row and every file, taken while the service runs.

The rows are kept as JSON lines, the same for SQLite and PostgreSQL: a backup of one can be restored into the other.
They are read in one transaction, and files are never changed after they are written, so the copy is of one moment.
The queue is not in it: what was under way is queued again after a restore. Pictures of pages are made again when asked for.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Any

from pydantic import BaseModel, ValidationError
from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Engine,
    MetaData,
    String,
    Table,
    cast,
    delete,
    func,
    insert,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session

from api.audit import record
from api.store.blobs import BlobMissing, Blobs
from api.store.engine import Store, make_engine, migrate
from api.store.tables import LIVE_STATES, PackageRow, Run, RunFile, UploadedFile, now

FORMAT = "zuozheng.backup/1"
MANIFEST = "manifest.json"
MARK = "restore/unfinished"
"""Entry among the blobs while a restore is under way: by it the same backup may go on there."""
FOLDERS = ("sha256", "pages")
"""Blobs that cannot be made again."""
_LEFT_OUT = {"alembic_version", "sign_ins", "sign_in_attempts", "workers"}
"""Browser sessions must not come back to life, and workers report anew."""
_BLOCK = 500


class BackupError(Exception):
    """Base; the message is plain Chinese with a remedy."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class BackupNotWritten(BackupError):
    """The file cannot be written, or is there already."""


class BackupUnusable(BackupError):
    """No backup of ours, or a damaged one."""


class TargetNotEmpty(BackupError):
    """There is something where a backup shall be restored to."""


class Manifest(BaseModel):
    """What is in a backup.

    ``missing``: SHA-256 of files that should have been there; ``damaged``: names of blobs whose bytes are not what they were;
    ``deleted``: packages that somebody deleted while the backup was made, so that a restore must not bring them back.
    """

    format: str = FORMAT
    made_at: datetime
    revision: str
    rows: dict[str, int]
    blobs: int
    bytes: int
    deleted: list[str] = []
    missing: list[str] = []
    damaged: list[str] = []


@dataclass
class _Copied:
    keys: list[str] = field(default_factory=list)
    bytes: int = 0
    damaged: list[str] = field(default_factory=list)


# --- backup --------------------------------------------------------------------


def back_up(store: Store, blobs: Blobs, target: Path) -> Manifest:
    """Write a backup. The file appears whole or not at all, readable by its owner only.

    Args:
        store: the service's database; it may be in use.
        blobs: the service's files.
        target: a path where there is nothing yet.

    Raises:
        BackupNotWritten: ``target`` cannot be written.
        BlobStoreError: the files cannot be read.
    """
    if target.exists():
        raise BackupNotWritten(f"{target} 已存在；请换一个文件名，备份不会覆盖已有文件")
    part: Path | None = None
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")  # its owner's only
        part = Path(name)
        with os.fdopen(handle, "wb") as out:
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
                manifest = _write(store, blobs, archive)
            out.flush()
            os.fsync(out.fileno())
        part.replace(target)
    except OSError as error:
        raise BackupNotWritten(f"无法写入 {target}：{error.strerror or error}；请检查目录权限和剩余空间") from error
    finally:
        if part is not None:
            part.unlink(missing_ok=True)
    with store.begin() as session:
        record(session, None, "backup", rows=sum(manifest.rows.values()), blobs=manifest.blobs)
    return manifest


def _write(store: Store, blobs: Blobs, archive: zipfile.ZipFile) -> Manifest:
    rows: dict[str, int] = {}
    with store.engine.connect() as connection:
        _one_moment(connection)
        revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
        for table in _tables(connection):
            rows[table.name] = _write_table(connection, table, archive)
        wanted, packages = _referenced(connection), _packages(connection)
        connection.rollback()
    copied = _Copied()
    for folder in FOLDERS:
        for key in blobs.keys(folder):
            with suppress(BlobMissing):  # deleted since: it is missed below, if it matters
                _write_blob(blobs, key, archive, copied)
    with store.engine.connect() as connection:
        still_wanted, still_there = _referenced(connection), _packages(connection)
    manifest = Manifest(
        made_at=now(), revision=str(revision), rows=rows, blobs=len(copied.keys), bytes=copied.bytes,
        deleted=sorted(packages - still_there), damaged=copied.damaged,
        missing=sorted((wanted & still_wanted) - {_sha(k) for k in copied.keys}),
    )  # fmt: skip
    archive.writestr(MANIFEST, manifest.model_dump_json(indent=1))
    return manifest


def _one_moment(connection: Connection) -> None:
    """Everything read on the connection from here on is of one moment."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
    else:
        connection.exec_driver_sql("BEGIN")


def _tables(connection: Connection) -> list[Table]:
    """The tables as they are in the database, parents before children."""
    metadata = MetaData()
    metadata.reflect(connection)
    return [t for t in metadata.sorted_tables if t.name not in _LEFT_OUT]


def _write_table(connection: Connection, table: Table, archive: zipfile.ZipFile) -> int:
    # JSON as its text: else NULL and the JSON value null could not be told apart.
    columns = [cast(c, String).label(c.name) if isinstance(c.type, JSON) else c for c in table.columns]
    count = 0
    found = connection.execution_options(yield_per=_BLOCK).execute(select(*columns).order_by(*table.primary_key.columns))
    with archive.open(f"tables/{table.name}.jsonl", "w", force_zip64=True) as raw, io.TextIOWrapper(raw, "utf-8") as out:
        for row in found.mappings():
            out.write(json.dumps({k: _plain(v) for k, v in row.items()}, ensure_ascii=False) + "\n")
            count += 1
    return count


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            utc = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
            return utc.isoformat()
        case date():
            return value.isoformat()
        case _:
            return value


def _referenced(connection: Connection) -> set[str]:
    """SHA-256 of all files that rows speak of."""
    columns = (UploadedFile.sha256, RunFile.sha256, PackageRow.result)
    return {sha for c in columns for sha in connection.scalars(select(c).distinct()) if sha}


def _packages(connection: Connection) -> set[str]:
    return set(connection.scalars(select(PackageRow.id)))


def _sha(key: str) -> str:
    return key.removeprefix("sha256/").replace("/", "")


def _write_blob(blobs: Blobs, key: str, archive: zipfile.ZipFile, copied: _Copied) -> None:
    by_content = key.startswith("sha256/")
    stream: IO[bytes] = blobs.open_unchecked(_sha(key)) if by_content else io.BytesIO(blobs.get_named(key) or b"")
    info = zipfile.ZipInfo(f"blobs/{key}")  # kept as they are: pictures, PDF and gzip do not get smaller
    digest = hashlib.sha256()
    with stream, archive.open(info, "w", force_zip64=True) as out:
        for block in iter(lambda: stream.read(1 << 20), b""):
            digest.update(block)
            out.write(block)
            copied.bytes += len(block)
    copied.keys.append(key)
    if by_content and digest.hexdigest() != _sha(key):
        copied.damaged.append(key)


# --- restore -------------------------------------------------------------------


def restore(source: Path, database: str, blobs: Blobs) -> Manifest:
    """Put a backup back into an empty place. A restore that was broken off may simply be run again.

    Args:
        source: from ``back_up``.
        database: address of an empty database, SQLite or PostgreSQL.
        blobs: an empty place for files.

    Raises:
        BackupUnusable: ``source`` is no backup, or damaged.
        TargetNotEmpty: there is something already.
        BlobStoreError: the files cannot be written.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = _manifest(archive)
            engine = make_engine(database)
            try:
                _check_empty(engine, blobs, manifest)
                blobs.put_named(MARK, _stamp(manifest))
                _read_blobs(archive, blobs, set(manifest.damaged))
                migrate(engine, manifest.revision)
                _read_tables(archive, engine, manifest)
                migrate(engine)
                _start_anew(Store(engine), manifest)
            finally:
                engine.dispose()
            blobs.delete_named_prefix(MARK)
            return manifest
    except OSError as error:
        raise BackupUnusable(f"无法读取备份 {source}：{error.strerror or error}；请核对路径") from error
    except (zipfile.BadZipFile, EOFError) as error:
        raise BackupUnusable(f"{source} 不是备份文件或已损坏；请换一份备份") from error


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    try:
        manifest = Manifest.model_validate_json(archive.read(MANIFEST))
    except (KeyError, ValidationError) as error:
        raise BackupUnusable("这个 ZIP 不是本程序的备份；请选择 zuozheng backup 生成的文件") from error
    if manifest.format != FORMAT:
        raise BackupUnusable("备份由更新版本的程序生成；请用新版程序恢复")
    return manifest


def _stamp(manifest: Manifest) -> bytes:
    return manifest.made_at.isoformat().encode()


def _check_empty(engine: Engine, blobs: Blobs, manifest: Manifest) -> None:
    with engine.connect() as connection:
        for table in _tables(connection) if inspect(connection).get_table_names() else ():
            if connection.scalar(select(func.count()).select_from(table)):
                raise TargetNotEmpty("目标数据库里已有数据；恢复只能到空的数据目录或空的数据库，请换一个")
    used = any(blobs.keys(folder) for folder in FOLDERS)
    if used and blobs.get_named(MARK) != _stamp(manifest):
        raise TargetNotEmpty("目标材料存储里已有文件；恢复只能到空的数据目录或空的存储位置，请换一个")


def _read_blobs(archive: zipfile.ZipFile, blobs: Blobs, damaged: set[str]) -> None:
    for info in archive.infolist():
        key = info.filename.removeprefix("blobs/")
        if key == info.filename or key in damaged:
            continue
        with archive.open(info) as stream:
            if not key.startswith("sha256/"):
                blobs.put_named(key, stream.read())
            elif blobs.put(stream)[0] != _sha(key):
                raise BackupUnusable("备份里有文件的内容与其编号不符，备份已损坏；请换一份备份")


def _read_tables(archive: zipfile.ZipFile, engine: Engine, manifest: Manifest) -> None:
    """All rows in one transaction."""
    with engine.begin() as connection:
        for table in _tables(connection):
            # Rows that the migrations put in are in the backup, too.
            if table.name not in manifest.rows:
                continue
            for column in table.columns:
                if isinstance(column.type, JSON):
                    column.type = JSON(none_as_null=True)
            for block in _blocks(archive, table):
                connection.execute(insert(table), block)


def _blocks(archive: zipfile.ZipFile, table: Table) -> Iterator[list[dict[str, Any]]]:
    block: list[dict[str, Any]] = []
    with archive.open(f"tables/{table.name}.jsonl") as raw:
        for line in io.TextIOWrapper(raw, "utf-8"):
            row = json.loads(line)
            block.append({c.name: _typed(c, row[c.name]) for c in table.columns if c.name in row})
            if len(block) == _BLOCK:
                yield block
                block = []
    if block:
        yield block


def _typed(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, JSON):
        loaded = json.loads(value)
        return JSON.NULL if loaded is None else loaded
    kind = column.type.python_type
    if kind is datetime:
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if kind is date else value


def _start_anew(store: Store, manifest: Manifest) -> None:
    """What was under way is queued again; the log says that and when the data came back."""
    with store.begin() as session:
        # Rows that hang on them go with them.
        session.execute(delete(PackageRow).where(PackageRow.id.in_(manifest.deleted)))
        _queue_again(session)
        record(session, None, "restore", rows=sum(manifest.rows.values()), made_at=manifest.made_at.isoformat())


def _queue_again(session: Session) -> None:
    session.execute(update(Run).where(Run.state.in_(LIVE_STATES)).values(state="queued", worker=None))
