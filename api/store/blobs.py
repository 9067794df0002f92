"""Files and caches by content: one place for bytes, a folder or any store that fsspec reaches."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, BinaryIO, cast

import fsspec
from fsspec.implementations.local import LocalFileSystem

from api.errors import NotReady

_BLOCK = 1 << 20
_SHA = re.compile(r"[0-9a-f]{64}")
_KEY = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]*(/[0-9A-Za-z][0-9A-Za-z._-]*)+")


class BlobStoreError(NotReady):
    """The store cannot be read or written just now."""

    code = "blob-store"


class BlobMissing(BlobStoreError):
    """The bytes are not there (deleted, or the store was restored without them)."""

    code = "blob-missing"


class Blobs:
    """Bytes by their SHA-256 (``sha256/ab/cdef…``), and named entries beside them for caches.

    Equal bytes are stored once. Every entry appears whole or not at all; no two writers disturb each other.
    A local folder is for its owner only.

    Args:
        url: where, as fsspec takes it (``file:///…``, ``s3://bucket/prefix``, ``memory://…``).

    Raises:
        BlobStoreError: the place cannot be opened.
    """

    def __init__(self, url: str) -> None:
        with _reported():
            self._fs, self._root = fsspec.core.url_to_fs(url)
            self._is_local = isinstance(self._fs, LocalFileSystem)
            self._root = self._root.rstrip("/")
            if self._is_local:
                Path(self._root).mkdir(parents=True, exist_ok=True, mode=0o700)

    # --- by content --------------------------------------------------------

    def put(self, source: Path | bytes | IO[bytes]) -> tuple[str, int]:
        """Keep bytes, read in blocks: (SHA-256 as 64 hexadecimal digits, number of bytes).

        Raises:
            BlobStoreError: they cannot be written.
        """
        if isinstance(source, bytes):
            sha = hashlib.sha256(source).hexdigest()
            if not self.exists(sha):
                self._write(self._of(sha), source)
            return sha, len(source)
        if isinstance(source, Path):
            with source.open("rb") as stream:
                return self.put(stream)
        return self._put_stream(source)

    def _put_stream(self, stream: IO[bytes]) -> tuple[str, int]:
        """The name is known only at the end, so the bytes wait beside it (locally where the store is remote)."""
        digest, size = hashlib.sha256(), 0
        with self._waiting() as (path, out):
            while block := stream.read(_BLOCK):  # its errors are the caller's
                digest.update(block)
                size += len(block)
                with _reported():
                    out.write(block)
            sha = digest.hexdigest()
            if not self.exists(sha):
                self._move_in(path, out, self._of(sha))
        return sha, size

    def open(self, sha256: str) -> BinaryIO:
        """The bytes as a stream, to be closed by the caller.

        Raises:
            BlobMissing: they are not there.
            BlobStoreError: they cannot be read.
        """
        with _reported():
            return cast(BinaryIO, self._fs.open(self._of(sha256), "rb"))

    def read(self, sha256: str) -> bytes:
        """All the bytes. Raises as ``open`` does."""
        with _reported():
            return cast(bytes, self._fs.cat_file(self._of(sha256)))

    def local(self, sha256: str, into: Path) -> Path:
        """A local path with the bytes, not to be written to: the blob itself for a local folder, else a copy under ``into``.

        Raises:
            BlobMissing: they are not there.
            BlobStoreError: they cannot be read.
        """
        path = self._of(sha256)
        if self._is_local:
            if not Path(path).is_file():
                raise BlobMissing(_MISSING)
            return Path(path)
        target = into / sha256
        if not target.exists():
            with _reported():
                into.mkdir(parents=True, exist_ok=True, mode=0o700)
                part = into / f".{secrets.token_hex(8)}"
                self._fs.get_file(path, str(part))
                part.replace(target)
        return target

    def exists(self, sha256: str) -> bool:
        """Whether the bytes are there."""
        with _reported():
            return bool(self._fs.exists(self._of(sha256)))

    def delete(self, sha256: str) -> None:
        """Remove the bytes; nothing happens where there are none."""
        self._remove(self._of(sha256))

    # --- by name -----------------------------------------------------------

    def put_named(self, key: str, data: bytes) -> None:
        """Keep bytes under a name such as ``pages/<sha>/<n>.json.gz``; a later one replaces an earlier one."""
        self._write(self._at(key), data)

    def get_named(self, key: str) -> bytes | None:
        """The bytes of that name; None where there are none."""
        try:
            with _reported():
                return cast(bytes, self._fs.cat_file(self._at(key)))
        except BlobMissing:
            return None

    def has_named(self, key: str) -> bool:
        """Whether there are bytes of that name."""
        with _reported():
            return bool(self._fs.exists(self._at(key)))

    def keys(self, folder: str) -> list[str]:
        """Names of all entries under ``sha256``, ``pages`` … with the folder in front, sorted."""
        with _reported():
            found = self._fs.find(f"{self._root}/{folder}") if self._fs.exists(f"{self._root}/{folder}") else []
        start = len(self._root) + 1
        return sorted(path[start:] for path in found)

    def age(self, key: str) -> float:
        """Seconds since an entry of ``keys`` was written.

        Raises:
            BlobMissing: it is not there.
        """
        with _reported():
            written: datetime = self._fs.modified(f"{self._root}/{key}")
        return (datetime.now(UTC) - written).total_seconds()

    def delete_named_prefix(self, prefix: str) -> None:
        """Remove every named entry under a folder such as ``pages/<sha>``."""
        self._remove(self._at(prefix.rstrip("/")), folder=True)

    # --- below -------------------------------------------------------------

    def _of(self, sha256: str) -> str:
        if not _SHA.fullmatch(sha256):
            raise ValueError("not a SHA-256 in hexadecimal digits")
        return f"{self._root}/sha256/{sha256[:2]}/{sha256[2:]}"

    def _at(self, key: str) -> str:
        if not _KEY.fullmatch(key) or key.startswith("sha256/"):
            raise ValueError("not a name for an entry")
        return f"{self._root}/{key}"

    def _write(self, path: str, data: bytes) -> None:
        if not self._is_local:
            with _reported():
                self._fs.pipe_file(path, data)  # object stores show an object only when it is whole
            return
        with self._waiting() as (waiting, out):
            with _reported():
                out.write(data)
            self._move_in(waiting, out, path)

    @contextmanager
    def _waiting(self) -> Iterator[tuple[Path, IO[bytes]]]:
        """A file to write to that nobody sees; removed in the end if it has not been moved."""
        with _reported():
            handle, name = tempfile.mkstemp(prefix=".", dir=self._root if self._is_local else None)
        try:
            with os.fdopen(handle, "wb") as out:
                yield Path(name), out
        finally:
            Path(name).unlink(missing_ok=True)

    def _move_in(self, waiting: Path, out: IO[bytes], path: str) -> None:
        with _reported():
            out.flush()
            if not self._is_local:
                self._fs.put_file(str(waiting), path)
                return
            os.fsync(out.fileno())
            _private(Path(path).parent, Path(self._root))
            waiting.replace(path)

    def _remove(self, path: str, *, folder: bool = False) -> None:
        try:
            with _reported():
                self._fs.rm(path, recursive=folder)
        except BlobMissing:
            return


def _private(folder: Path, root: Path) -> None:
    """Make a folder under ``root`` for the owner alone, and those between."""
    for one in reversed([folder, *folder.parents]):
        if one.is_relative_to(root):
            one.mkdir(exist_ok=True, mode=0o700)


_MISSING = "材料文件已不在存储中（可能已按期删除）；请重新上传该材料包，或请管理员从备份恢复"
_TROUBLE = "材料存储暂时无法读写：{why}；请稍后重试，仍不行请管理员检查磁盘空间与存储设置（ZUOZHENG_BLOB_URL）"


@contextmanager
def _reported() -> Iterator[None]:
    """Whatever the store raises as this module's errors."""
    try:
        yield
    except FileNotFoundError as error:
        raise BlobMissing(_MISSING) from error
    except (OSError, ImportError) as error:
        raise BlobStoreError(_TROUBLE.format(why=getattr(error, "strerror", None) or type(error).__name__)) from error
