"""Deletion that really deletes, when somebody asks for it or when a package's time is over.

Of a package nothing is left but the lines of the log, which name no person and hold no figure: rows, files, read pages, pictures,
results and the queue's entries go. Files that other packages share stay for as long as one of them is there.
"""

from __future__ import annotations

import logging
import shutil
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from api.access import Identity
from api.audit import record
from api.errors import Conflict, NotFound
from api.jobs.documents import DOCUMENTS, documents_folder
from api.ops.leftovers import sweep_half_written, sweep_staging
from api.service import Service
from api.store.blobs import BlobMissing, Blobs, BlobStoreError
from api.store.engine import Store
from api.store.tables import LIVE_STATES, Batch, Comparison, Keyed, PackageRow, Run, RunFile, UploadedFile, now

LOG = logging.getLogger("zuozheng.retention")
CACHES = ("pages", "pictures")
"""Folders of blobs by the SHA-256 of the file that they were made from."""
ORPHAN_AGE_S = 24 * 3600.0
"""Files that no package speaks of are an upload under way, or what is left of one broken off: younger ones stay."""
_STOP_WAIT_S = 6.0
_DAY_KEY = "retention_day"
_BLOCK = 500


@dataclass(frozen=True)
class Swept:
    """What a pass of retention deleted, or would delete."""

    packages: tuple[str, ...]
    """Ids of packages whose time is over."""
    orphans: int
    """Files that no package speaks of."""


# --- one package ---------------------------------------------------------------


def delete_package(service: Service, package_id: str, who: Identity | None = None, *, action: str = "delete") -> None:
    """Delete a package and everything that was made from it. A run under way is stopped first.

    Whether ``who`` may do so, and whether the package is theirs, has been looked at before.

    Raises:
        NotFound: there is no such package.
        Conflict: its run did not stop in time.
    """
    _stop_runs(service, package_id)
    with service.store.begin() as session:
        row = session.get(PackageRow, package_id, with_for_update=True)
        if row is None:
            raise NotFound("没有这个材料包，可能已被删除；请刷新列表")
        runs = list(session.scalars(select(Run.id).where(Run.package_id == package_id)))
        files = set(session.scalars(select(UploadedFile.sha256).where(UploadedFile.package_id == package_id)))
        files |= set(session.scalars(select(RunFile.sha256).where(RunFile.run_id.in_(runs), RunFile.sha256 != "")))
        results = {row.result} if row.result else set()
        batch = row.batch_id
        # Any later batch may have been compared with this package; it is done anew.
        session.execute(delete(Comparison).where(Comparison.org_id == row.org_id))
        session.execute(delete(PackageRow).where(PackageRow.id == package_id))
        _close_batch(session, batch)
        record(session, who, action, f"package:{package_id}", files=len(files))
    service.jobs.forget(runs)
    for run in runs:
        service.blobs.delete_named_prefix(documents_folder(run))
    for sha in files:
        for run in runs:
            service.blobs.delete_named_prefix(f"pages/{sha}/run-{run}")
    release(service.store, service.blobs, files | results)
    scrub(service.store)


def _stop_runs(service: Service, package_id: str) -> None:
    """Stop what works on the package, and wait for it: else it would write again what is being deleted."""
    live = select(Run.id).where(Run.package_id == package_id, Run.state.in_(LIVE_STATES))
    with service.store.begin() as session:
        running = list(session.scalars(live))
    for run in running:
        service.jobs.cancel(run)
    deadline = time.monotonic() + _STOP_WAIT_S
    while running:
        with service.store.begin() as session:
            running = list(session.scalars(live))
        if running and time.monotonic() > deadline:
            raise Conflict("材料包正在处理，已要求停止；请等几秒再删除")
        time.sleep(0.1 if running else 0)


def _close_batch(session: Session, batch_id: str | None) -> None:
    """A batch goes with its last package: its remarks name enterprises."""
    left = select(func.count()).select_from(PackageRow).where(PackageRow.batch_id == batch_id)
    if batch_id is not None and not session.scalar(left):
        session.execute(delete(Batch).where(Batch.id == batch_id))


# --- files ---------------------------------------------------------------------


def release(store: Store, blobs: Blobs, shas: Iterable[str]) -> int:
    """Delete files that no package speaks of any more, with all that was made from them; how many there were.

    Somebody may be handing in the same bytes just now: what is spoken of again right after it was deleted is put back.
    """
    wanted = sorted(set(shas))
    gone = 0
    for start in range(0, len(wanted), _BLOCK):
        block = wanted[start : start + _BLOCK]
        for sha in set(block) - referenced(store, block):
            gone += _remove(store, blobs, sha)
    return gone


def _remove(store: Store, blobs: Blobs, sha: str) -> int:
    for folder in CACHES:
        blobs.delete_named_prefix(f"{folder}/{sha}")
    with tempfile.TemporaryFile() as kept:
        try:
            with blobs.open_unchecked(sha) as stream:
                shutil.copyfileobj(stream, kept)
        except BlobMissing:
            return 0
        blobs.delete(sha)
        if referenced(store, [sha]):
            kept.seek(0)
            blobs.put(kept)
            return 0
    return 1


def referenced(store: Store, shas: Sequence[str]) -> set[str]:
    """Which of these files (SHA-256) any row speaks of; at most some hundred at a time."""
    with store.begin() as session:
        columns = (UploadedFile.sha256, RunFile.sha256, PackageRow.result)
        return {sha for c in columns for sha in session.scalars(select(c).where(c.in_(shas)).distinct()) if sha}


def orphans(store: Store, blobs: Blobs, *, older_than_s: float = ORPHAN_AGE_S) -> list[str]:
    """Names of blobs (``sha256/…``, ``pages/…``, ``documents/…`` …) of files and runs that no row speaks of, written long ago."""
    found: list[str] = []
    for folder in ("sha256", *CACHES):
        by_file: dict[str, list[str]] = {}
        for key in blobs.keys(folder):
            by_file.setdefault(_file_of(key), []).append(key)
        names = sorted(by_file)
        for start in range(0, len(names), _BLOCK):
            block = names[start : start + _BLOCK]
            for sha in set(block) - referenced(store, block):
                found.extend(key for key in by_file[sha] if _age(blobs, key) > older_than_s)
    with store.begin() as session:
        runs = set(session.scalars(select(Run.id)))
    kept = blobs.keys(DOCUMENTS)
    found.extend(key for key in kept if key.split("/")[1] not in runs and _age(blobs, key) > older_than_s)
    return sorted(found)


def _file_of(key: str) -> str:
    folder, _, rest = key.partition("/")
    return rest.replace("/", "") if folder == "sha256" else rest.partition("/")[0]


def _age(blobs: Blobs, key: str) -> float:
    try:
        return blobs.age(key)
    except BlobMissing:
        return 0.0


# --- the database's own files --------------------------------------------------


def scrub(store: Store) -> bool:
    """Have the database let go of deleted rows' bytes; False where others' work kept it from doing so just now.

    SQLite overwrites deleted rows (``secure_delete``); here its write-ahead log is emptied, too.
    """
    try:
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("VACUUM")
                return True
            busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar()
    except OperationalError as error:
        LOG.warning("deleted rows could not be scrubbed yet", exc_info=error)
        return False
    return not busy


# --- on schedule ---------------------------------------------------------------


def overdue(store: Store, days: int | None, at: datetime) -> list[str]:
    """Packages that were decided more than ``days`` days before ``at``; undecided ones are never overdue."""
    if days is None:
        return []
    with store.begin() as session:
        old = select(PackageRow.id).where(PackageRow.decided_at < at - timedelta(days=days))
        return list(session.scalars(old.order_by(PackageRow.decided_at)))


def sweep(service: Service, *, dry_run: bool = False, at: datetime | None = None) -> Swept:
    """Delete what is overdue by ``settings.retention_days``, and files left over from uploads broken off.

    Args:
        service: the parts.
        dry_run: only tell.
        at: instead of now.
    """
    packages = overdue(service.store, service.settings.retention_days, at or now())
    done: list[str] = []
    for package in packages:
        try:
            if not dry_run:
                delete_package(service, package, action="retention")
        except (Conflict, NotFound) as error:
            LOG.info("package left for the next pass", extra={"fields": {"package": package, "why": error.code}})
            continue
        done.append(package)
    left = orphans(service.store, service.blobs)
    if not dry_run:
        release(service.store, service.blobs, {_file_of(k) for k in left if k.startswith("sha256/")})
        for key in left:
            if not key.startswith("sha256/"):
                service.blobs.delete_named_prefix("/".join(key.split("/")[:2]))
        sweep_staging(service.settings.data_dir)
        sweep_half_written(service.blobs)
    return Swept(tuple(done), len(left))


def daily(service: Service, *, at: datetime | None = None) -> Swept | None:
    """``sweep`` once a day, whichever worker asks first; None where it has been done, or is being done by another."""
    moment = at or now()
    if not _claim(service.store, moment.date().isoformat()):
        return None
    try:
        return sweep(service, at=moment)
    except BlobStoreError as error:
        LOG.warning("files cannot be reached, retention is tried again later", exc_info=error)
        with service.store.begin() as session:
            session.execute(delete(Keyed).where(Keyed.key == _DAY_KEY))
        return None


def _claim(store: Store, day: str) -> bool:
    try:
        with store.begin() as session:
            row = session.get(Keyed, _DAY_KEY, with_for_update=True)
            if row is None:
                session.add(Keyed(key=_DAY_KEY, value=day))
            elif row.value >= day:
                return False
            else:
                row.value = day
    except IntegrityError:
        return False
    return True
