"""Whether everything kept is still what was stored: every file against its SHA-256, every read page, the log's chain."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from api.audit import AuditProof, verify
from api.store.blobs import Blobs
from api.store.engine import Store
from api.store.tables import PackageRow, Run, RunFile, UploadedFile
from extractor.reading.cache import intact

FILES, PAGES = "sha256", "pages"


@dataclass(frozen=True)
class Lost:
    """A file that is damaged or missing, by its SHA-256, and the packages that need it; ``result``: it is one's result."""

    sha256: str
    packages: tuple[str, ...]
    result: bool = False


@dataclass(frozen=True)
class Verified:
    """What was found. Pages that are damaged (by key) are read anew; files come back from a backup or a new upload."""

    files: int
    pages: int
    damaged: tuple[Lost, ...]
    missing: tuple[Lost, ...]
    damaged_pages: tuple[str, ...]
    log: AuditProof

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return self.log.ok and not (self.damaged or self.missing or self.damaged_pages)


def verify_all(store: Store, blobs: Blobs) -> Verified:
    """Read everything once; the service may go on meanwhile.

    Raises:
        BlobStoreError: the store cannot be read.
    """
    files = [key.removeprefix(f"{FILES}/").replace("/", "") for key in blobs.keys(FILES)]
    bad = [sha for sha in files if not blobs.whole(sha) and blobs.exists(sha)]  # what is gone now was deleted meanwhile
    pages = blobs.keys(PAGES)
    bad_pages = [key for key in pages if _damaged(blobs, key)]
    absent = [sha for sha in sorted(_wanted(store) - set(files)) if not blobs.exists(sha)]
    missing = [lost for lost in _lost(store, absent) if lost.packages]
    return Verified(len(files), len(pages), tuple(_lost(store, bad)), tuple(missing), tuple(bad_pages), verify(store))


def _damaged(blobs: Blobs, key: str) -> bool:
    data = blobs.get_named(key)
    return data is not None and not intact(data)


def _wanted(store: Store) -> set[str]:
    """All files that rows speak of."""
    with store.begin() as session:
        columns = (UploadedFile.sha256, RunFile.sha256, PackageRow.result)
        return {sha for column in columns for sha in session.scalars(select(column).distinct()) if sha}


def _lost(store: Store, shas: Iterable[str]) -> list[Lost]:
    found = []
    for sha in shas:
        with store.begin() as session:
            uploaded = session.scalars(select(UploadedFile.package_id).where(UploadedFile.sha256 == sha))
            unpacked = session.scalars(
                select(Run.package_id).join(RunFile, RunFile.run_id == Run.id).where(RunFile.sha256 == sha)
            )  # fmt: skip
            results = set(session.scalars(select(PackageRow.id).where(PackageRow.result == sha)))
            found.append(Lost(sha, tuple(sorted({*uploaded, *unpacked} | results)), bool(results)))
    return found
