"""The current result of a package, and what is kept beside it; parsed once per process while it is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy.orm import Session

from api.errors import Conflict
from api.service import Service
from api.store.blobs import BlobDamaged, BlobMissing, Blobs
from api.store.tables import PackageRow
from extractor.model import Frozen, Result

_MOST_KEPT = 24


@dataclass(frozen=True)
class Current:
    """A result, its pages (``file``, ``page``, ``width``, ``height``, ``source``, ``note``, ``name``), its office texts."""

    sha256: str
    result: Result
    pages: tuple[dict[str, Any], ...]
    office: tuple[dict[str, Any], ...]


def current(session: Session, service: Service, row: PackageRow) -> Current:
    """What the package's last judgement said.

    Raises:
        Conflict: there is none yet.
        BlobStoreError: it cannot be read.
    """
    for last in (False, True):
        if row.result is None:
            raise Conflict("还没有核对结果；请等处理完成后再查看")
        try:
            return _load(service.blobs, row.result)
        except BlobMissing:
            # Judged anew between looking up the package and reading the result.
            before = row.result
            session.refresh(row)
            if last or row.result == before:
                raise
        except BlobDamaged as error:
            raise BlobDamaged("核对结果文件已损坏，没有使用；请点“重新处理”，并请管理员检查磁盘、执行 zuozheng verify") from error
    raise AssertionError("unreachable")


class _Kept(Frozen):
    """The blob of a result, as ``work.storing`` writes it."""

    result: Result
    beside: tuple[tuple[dict[str, Any], ...], tuple[dict[str, Any], ...]]


@lru_cache(maxsize=_MOST_KEPT)
def _load(blobs: Blobs, sha256: str) -> Current:
    """By content, so what is kept never grows old."""
    kept = _Kept.model_validate_json(blobs.read(sha256))
    return Current(sha256, kept.result, *kept.beside)
