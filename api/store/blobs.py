"""Files and caches by content: one place for bytes, a folder or any store that fsspec reaches."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, BinaryIO, cast

import fsspec
from fsspec.implementations.local import LocalFileSystem

from api.errors import NotReady

_BLOCK = 1 << 20
_HALF = "."
"""Names of files that are still being written begin with it."""
_SHA = re.compile(r"[0-9a-f]{64}")
_KEY = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]*(/[0-9A-Za-z][0-9A-Za-z._-]*)+")


class BlobStoreError(NotReady):
    """The store cannot be read or written just now."""

    code = "blob-store"


class BlobMissing(BlobStoreError):
    """The bytes are not there (deleted, or the store was restored without them)."""

    code = "blob-missing"


class BlobDamaged(BlobStoreError):
    """The bytes are no longer those that were stored: the disk is failing, or somebody wrote to the store."""

    code = "blob-damaged"


class Blobs:
    """Bytes by their SHA-256 (``sha256/ab/cdef…``), and named entries beside them for caches.

    Equal bytes are stored once. Every entry appears whole or not at all; no two writers disturb each other.
    Whatever is read by its SHA-256 is checked against it first. A local folder is for its owner only.

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

        A damaged copy that is there already is replaced.

        Raises:
            BlobStoreError: they cannot be written.
        """
        sha, size, _ = self.put_new(source)
        return sha, size

    def put_new(self, source: Path | bytes | IO[bytes]) -> tuple[str, int, bool]:
        """As ``put``; the last value says whether the bytes had not been there before."""
        if isinstance(source, bytes):
            sha = hashlib.sha256(source).hexdigest()
            if new := not self.whole(sha):
                self._write(self._of(sha), source)
            return sha, len(source), new
        if isinstance(source, Path):
            with source.open("rb") as stream:
                return self._put_stream(stream)
        return self._put_stream(source)

    def _put_stream(self, stream: IO[bytes]) -> tuple[str, int, bool]:
        """The name is known only at the end, so the bytes wait beside it (locally where the store is remote)."""
        digest, size = hashlib.sha256(), 0
        with self._waiting() as (path, out):
            while block := stream.read(_BLOCK):  # its errors are the caller's
                digest.update(block)
                size += len(block)
                with _reported():
                    out.write(block)
            sha = digest.hexdigest()
            if new := not self.whole(sha):
                self._move_in(path, out, self._of(sha))
        return sha, size, new

    def open(self, sha256: str) -> BinaryIO:
        """The bytes as a stream, to be closed by the caller; of a store far away, a copy of them.

        Raises:
            BlobMissing: they are not there.
            BlobDamaged: they are not what was stored.
            BlobStoreError: they cannot be read.
        """
        stream = self.open_unchecked(sha256)
        try:
            with _reported():
                if self._is_local:
                    found = _digest(stream)
                else:
                    # Asked for once; nothing may be handed on before the last block has been seen.
                    stream, remote = cast(BinaryIO, tempfile.TemporaryFile()), stream  # noqa: SIM115
                    with remote:
                        found = _digest(remote, stream)
                if found != sha256:
                    raise BlobDamaged(_DAMAGED)
                stream.seek(0)
        except BaseException:
            stream.close()
            raise
        return stream

    def open_unchecked(self, sha256: str) -> BinaryIO:
        """As ``open``, but the bytes may be damaged; for whoever looks for damage, or removes them."""
        with _reported():
            return cast(BinaryIO, self._fs.open(self._of(sha256), "rb"))

    def read(self, sha256: str) -> bytes:
        """All the bytes. Raises as ``open`` does."""
        with _reported():
            data = cast(bytes, self._fs.cat_file(self._of(sha256)))
        if hashlib.sha256(data).hexdigest() != sha256:
            raise BlobDamaged(_DAMAGED)
        return data

    def local(self, sha256: str, into: Path) -> Path:
        """A local path with the bytes, not to be written to: the blob itself for a local folder, else a copy under ``into``.

        Raises:
            BlobMissing: they are not there.
            BlobDamaged: they are not what was stored.
            BlobStoreError: they cannot be read.
        """
        path = self._of(sha256)
        if self._is_local:
            if not self.whole(sha256):
                raise BlobDamaged(_DAMAGED) if self.exists(sha256) else BlobMissing(_MISSING)
            return Path(path)
        target = into / sha256
        if not target.exists():
            with _reported():
                into.mkdir(parents=True, exist_ok=True, mode=0o700)
            part = into / f".{secrets.token_hex(8)}"
            try:
                with _reported():
                    self._fs.get_file(path, str(part))
                    with part.open("rb") as stream:
                        if _digest(stream) != sha256:
                            raise BlobDamaged(_DAMAGED)
                    part.replace(target)
            finally:
                part.unlink(missing_ok=True)
        return target

    def whole(self, sha256: str) -> bool:
        """Whether the bytes are there, and are those that were stored; reads them all."""
        try:
            with self.open_unchecked(sha256) as stream, _reported():
                return _digest(stream) == sha256
        except BlobMissing:
            return False

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

    def half_written(self) -> list[Path]:
        """Files of a local store that are being written, or that a process which died has left behind; oldest first."""
        if not self._is_local:
            return []
        with _reported():
            found = [p for p in Path(self._root).iterdir() if p.name.startswith(_HALF) and p.is_file()]
            return sorted(found, key=lambda p: p.stat().st_mtime)

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
            try:
                handle, name = tempfile.mkstemp(prefix=_HALF, dir=self._root if self._is_local else None)
            except FileNotFoundError as error:  # not one file, but the place of all of them
                raise BlobStoreError(_NO_PLACE) from error
        out = os.fdopen(handle, "wb")
        try:
            yield Path(name), out
        finally:
            # On a full disk, closing tries once more to write what is left, and fails as the write before did.
            with suppress(OSError):
                out.close()
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
            _settled(Path(path).parent)

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


def _settled(folder: Path) -> None:
    """Have the names in a folder written to the disk: after a power cut a file without its name would be lost."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _digest(stream: IO[bytes], copy: IO[bytes] | None = None) -> str:
    """SHA-256 of what is left of a stream, which may be copied on the way."""
    digest = hashlib.sha256()
    while block := stream.read(_BLOCK):
        digest.update(block)
        if copy is not None:
            copy.write(block)
    return digest.hexdigest()


_MISSING = "材料文件已不在存储中（可能已按期删除）；请重新上传该材料包，或请管理员从备份恢复"
_DAMAGED = (
    "存储中的材料文件已损坏（内容与校验值不符），没有使用；请重新上传同一个文件即可修复，"
    "并请管理员检查磁盘、执行 zuozheng verify 查明还有哪些文件损坏"
)
_FULL = "存储材料的磁盘已满，没有保存；请管理员清出空间后再试（ZUOZHENG_BLOB_URL 所在的磁盘）"
_READ_ONLY = "材料存储是只读的或没有权限；请管理员检查存储目录的权限与挂载方式（ZUOZHENG_BLOB_URL），之后再试"
_NO_PLACE = "材料存储或临时目录不在了（磁盘可能没有挂载），没有保存；请管理员检查后再试（ZUOZHENG_BLOB_URL、TMPDIR）"
_TROUBLE = "材料存储暂时无法读写：{why}；请稍后重试，仍不行请管理员检查磁盘空间与存储设置（ZUOZHENG_BLOB_URL）"
_SAID = {errno.ENOSPC: _FULL, errno.EDQUOT: _FULL, errno.EROFS: _READ_ONLY, errno.EACCES: _READ_ONLY, errno.EPERM: _READ_ONLY}


@contextmanager
def _reported() -> Iterator[None]:
    """Whatever the store raises as this module's errors."""
    try:
        yield
    except FileNotFoundError as error:
        raise BlobMissing(_MISSING) from error
    except (OSError, ImportError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        said = _SAID.get(getattr(error, "errno", None) or 0, _TROUBLE)
        raise BlobStoreError(said.format(why=why)) from error
