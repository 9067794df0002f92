"""Read pages, and looks at others, kept on disk, by content of the file and version of the reader: nothing is read twice.

A cache folder holds what stands on the pages (names, figures, masked ID numbers) and the key of the
hashes that tell persons apart: it is as confidential as the evidence itself. Only its owner may read it.
"""

from __future__ import annotations

import gzip
import hashlib
import logging
import os
import secrets
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Protocol, TypeVar, runtime_checkable

from pydantic import BaseModel, ValidationError

from extractor.intake import ImagePage, OfdPage, PageSource, PdfPage
from extractor.model import Glance, Page

LOG = logging.getLogger(__name__)
_HALF = ".half-"
"""Names of files that are still being written begin with it."""
_ABANDONED_S = 24 * 3600.0
_KEY_NAME, _KEY_BYTES = "person.key", 16
# What decides how a page reads; a change of any of these files makes old entries unused.
_READER = (
    "extractor/intake", "extractor/reading", "extractor/values/persons.py", "extractor/values/mark_words.py",
    "extractor/values/warp.py",
    "extractor/model.py", "models/ocr",
)  # fmt: skip
# What decides, besides, how a look at a page goes.
_LOOKER = ("extractor/values/line_rows.py", "extractor/values/paper_words.py", "extractor/values/chinese.py")
_M = TypeVar("_M", bound=BaseModel)


class CacheError(OSError):
    """The cache folder cannot be used; the message is plain Chinese with a remedy."""


class PageKeeper(Protocol):
    """Where read pages are kept. ``secret`` is the key of the hashes that stand for persons, kept with them."""

    @property
    def secret(self) -> bytes:
        """The key, the same for as long as the pages are kept."""
        ...

    def get(self, source: PageSource, sha256: str) -> Page | None:
        """The page as it was read before, under the file number of ``source``; ``sha256`` is that of the file."""
        ...

    def put(self, source: PageSource, sha256: str, page: Page) -> None:
        """Keep a page, unless it is not ``keepable``."""
        ...


@runtime_checkable
class LookKeeper(PageKeeper, Protocol):
    """A keeper of pages that also keeps looks at pages, apart from them: a look is no read page.

    A second look for the marks across a page is kept apart from the first (``marks``); it has no other lines.
    """

    def get_look(self, source: PageSource, sha256: str, *, marks: bool = False) -> Glance | None:
        """The look that was taken before, under the file number of ``source``."""
        ...

    def put_look(self, source: PageSource, sha256: str, look: Glance, *, marks: bool = False) -> None:
        """Keep a look."""
        ...


@lru_cache(maxsize=1)
def reader_version() -> str:
    """A fingerprint of the code and libraries that read pages (16 hexadecimal digits)."""
    digest = hashlib.sha256()
    for name in ("openvino", "opencv-python-headless", "pypdfium2", "rapidocr"):
        digest.update(f"{name} {metadata.version(name)}\n".encode())
    return _digest(digest, _READER)


@lru_cache(maxsize=1)
def _looker_version() -> str:
    """The same for the code that looks at pages."""
    return _digest(hashlib.sha256(reader_version().encode()), _LOOKER)


def _digest(digest: hashlib._Hash, parts: Sequence[str]) -> str:
    """The digest with the code of these files and folders added (16 hexadecimal digits)."""
    root = Path(__file__).resolve().parents[2]
    for part in parts:
        for path in _sources(root / part):
            digest.update(path.relative_to(root).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _sources(part: Path) -> Iterator[Path]:
    if part.is_dir():
        yield from sorted(part.rglob("*.py"))
    else:
        yield part


def page_key(source: PageSource, sha256: str, engine: str) -> str | None:
    """The name under which a page is kept (64 hexadecimal digits): another one when anything is read differently.

    None for sheets and running text, which are read again faster.

    Args:
        source: the page.
        sha256: hash of its file's bytes.
        engine: name of the text engine.
    """
    match source:
        case PdfPage() | ImagePage() | OfdPage():
            what = f"{engine}/{reader_version()}/{sha256}/{source.page}/{source.limits!r}"
            return hashlib.sha256(what.encode()).hexdigest()
        case _:
            return None


def look_key(source: PageSource, sha256: str, engine: str, *, marks: bool = False) -> str | None:
    """The name under which a look at a page is kept, never that of a page (see ``page_key``, ``LookKeeper``)."""
    name, kind = page_key(source, sha256, engine), "marks" if marks else "look"
    return None if name is None else hashlib.sha256(f"{kind}/{_looker_version()}/{name}".encode()).hexdigest()


def keepable(page: Page) -> bool:
    """Whether a page is worth keeping: one that could not be read is tried again, one only looked at is no read page."""
    return page.note is None and not page.deferred


def page_bytes(page: BaseModel) -> bytes:
    """A page, a look at one, or what followed from pages, as bytes to keep; equal ones give equal bytes."""
    return gzip.compress(page.model_dump_json(by_alias=True).encode(), compresslevel=3, mtime=0)


def intact(data: bytes) -> bool:
    """Whether bytes of ``page_bytes`` are as they were written, by their own checksum."""
    try:
        return bool(gzip.decompress(data))
    except (OSError, EOFError, zlib.error):
        return False


def page_of(data: bytes, file: int) -> Page:
    """The page of ``page_bytes``, under the file number ``file``.

    Raises:
        ValueError: the bytes are damaged.
    """
    return unpacked(data, Page).model_copy(update={"file": file})


def look_of(data: bytes, file: int) -> Glance:
    """The look of ``page_bytes``, under the file number ``file``.

    Raises:
        ValueError: the bytes are damaged.
    """
    look = unpacked(data, Glance)
    return look.model_copy(update={"page": look.page.model_copy(update={"file": file})})


def unpacked(data: bytes, kind: type[_M]) -> _M:
    """What ``page_bytes`` packed.

    Raises:
        ValueError: the bytes are damaged.
    """
    try:
        return kind.model_validate_json(gzip.decompress(data))
    except (OSError, EOFError, zlib.error, ValidationError) as error:
        # Its message could quote the page.
        raise ValueError(f"damaged page: {type(error).__name__}") from None


class PageCache:
    """Pages in a folder; several processes may share it.

    Args:
        folder: made when it is not there.
        engine: name of the text engine; each engine has its own entries.

    Raises:
        CacheError: the folder cannot be made or written.
    """

    def __init__(self, folder: Path, engine: str) -> None:
        self._folder = folder
        self._engine = engine
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            _sweep(folder)
            self.secret = self._person_key()
        except CacheError:
            raise
        except OSError as error:
            raise CacheError(
                f"缓存目录 {folder} 无法使用：{error.strerror or error}。请换一个可写的目录，或不使用缓存"
            ) from error

    def _person_key(self) -> bytes:
        path = self._folder / _KEY_NAME
        if not path.exists():
            made = _written(self._folder, secrets.token_bytes(_KEY_BYTES), durable=True)
            try:
                # A link never replaces: of two processes that start together, one key stays.
                os.link(made, path)
            except FileExistsError:
                pass
            finally:
                made.unlink()
        key = path.read_bytes()
        if len(key) != _KEY_BYTES:
            # With another key the same person would be told as two: pages kept before are of no use without it.
            raise CacheError(
                f"缓存目录 {self._folder} 的密钥文件已损坏，其中的页面不能再用。请删除这个目录后重试，材料会重新读取"
            )
        return key

    def get(self, source: PageSource, sha256: str) -> Page | None:
        """The page as it was read before, or None; ``sha256`` is that of the file."""
        return self._kept(page_key(source, sha256, self._engine), source.file, page_of)

    def get_look(self, source: PageSource, sha256: str, *, marks: bool = False) -> Glance | None:
        """The look at a page that was taken before, or None."""
        return self._kept(look_key(source, sha256, self._engine, marks=marks), source.file, look_of)

    def _kept(self, name: str | None, file: int, unpack: Callable[[bytes, int], _M]) -> _M | None:
        if name is None or not (path := self._path(name)).is_file():
            return None
        try:
            return unpack(path.read_bytes(), file)
        except (OSError, ValueError) as error:
            LOG.warning("缓存条目 %s 已损坏，重新读取该页：%s", path.name, type(error).__name__)
            return None

    def put(self, source: PageSource, sha256: str, page: Page) -> None:
        """Keep a page. Pages that could not be read are not kept.

        Raises:
            CacheError: the folder cannot be written.
        """
        if keepable(page):
            self._keep(page_key(source, sha256, self._engine), page)

    def put_look(self, source: PageSource, sha256: str, look: Glance, *, marks: bool = False) -> None:
        """Keep a look at a page.

        Raises:
            CacheError: the folder cannot be written.
        """
        self._keep(look_key(source, sha256, self._engine, marks=marks), look)

    def _keep(self, name: str | None, what: Page | Glance) -> None:
        if name is None:
            return
        path = self._path(name)
        try:
            path.parent.mkdir(exist_ok=True, mode=0o700)
            write_whole(path, page_bytes(what), self._folder)
        except OSError as error:
            raise CacheError(f"无法写入缓存目录 {self._folder}：{error.strerror or error}。请清出空间，或不使用缓存") from error

    def _path(self, name: str) -> Path:
        """Where what has this name is kept."""
        return self._folder / name[:2] / f"{name[2:]}.json.gz"


def write_whole(path: Path, data: bytes, folder: Path) -> None:
    """Write a file by way of another one in ``folder``, so that it is there whole or not at all.

    Raises:
        OSError: it cannot be written; nothing of it is left then.
    """
    made = _written(folder, data)
    try:
        made.replace(path)
    except OSError:
        made.unlink(missing_ok=True)
        raise


def _written(folder: Path, data: bytes, *, durable: bool = False) -> Path:
    """A new file in ``folder``; ``durable``: on the disk, whatever happens to the machine."""
    handle, name = tempfile.mkstemp(dir=folder, prefix=_HALF)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            if durable:
                out.flush()
                os.fsync(out.fileno())
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def _sweep(folder: Path) -> None:
    """Remove what processes that were killed in the middle of writing have left behind."""
    for path in (*folder.glob(f"{_HALF}*"), *folder.glob(f"results/{_HALF}*")):
        with suppress(OSError):  # another process was faster
            if abs(time.time() - path.stat().st_mtime) > _ABANDONED_S:
                path.unlink()
