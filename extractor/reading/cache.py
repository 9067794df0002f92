"""Read pages kept on disk, by content of the file and version of the reader: nothing is read twice.

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
import zlib
from collections.abc import Iterator
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Protocol

from pydantic import ValidationError

from extractor.intake import ImagePage, PageSource, PdfPage
from extractor.model import Page

LOG = logging.getLogger(__name__)
_KEY_NAME = "person.key"
# What decides how a page reads; a change of any of these files makes old entries unused.
_READER = (
    "extractor/intake", "extractor/reading", "extractor/values/persons.py", "extractor/values/mark_words.py",
    "extractor/values/warp.py",
    "extractor/model.py", "models/ocr",
)  # fmt: skip


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


@lru_cache(maxsize=1)
def reader_version() -> str:
    """A fingerprint of the code and libraries that read pages (16 hexadecimal digits)."""
    root = Path(__file__).resolve().parents[2]
    digest = hashlib.sha256()
    for name in ("openvino", "opencv-python-headless", "pypdfium2", "rapidocr"):
        digest.update(f"{name} {metadata.version(name)}\n".encode())
    for part in _READER:
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
        case PdfPage() | ImagePage():
            what = f"{engine}/{reader_version()}/{sha256}/{source.page}/{source.limits!r}"
            return hashlib.sha256(what.encode()).hexdigest()
        case _:
            return None


def keepable(page: Page) -> bool:
    """Whether a page is worth keeping: one that could not be read is tried again."""
    return page.note is None


def page_bytes(page: Page) -> bytes:
    """A page as bytes to keep; equal pages give equal bytes."""
    return gzip.compress(page.model_dump_json().encode(), compresslevel=3, mtime=0)


def page_of(data: bytes, file: int) -> Page:
    """The page of ``page_bytes``, under the file number ``file``.

    Raises:
        ValueError: the bytes are damaged.
    """
    try:
        return Page.model_validate_json(gzip.decompress(data)).model_copy(update={"file": file})
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
            self.secret = self._person_key()
        except OSError as error:
            raise CacheError(
                f"缓存目录 {folder} 无法使用：{error.strerror or error}。请换一个可写的目录，或不使用缓存"
            ) from error

    def _person_key(self) -> bytes:
        path = self._folder / _KEY_NAME
        if not path.exists():
            made = self._temporary(secrets.token_bytes(16))
            try:
                # A link never replaces: of two processes that start together, one key stays.
                os.link(made, path)
            except FileExistsError:
                pass
            finally:
                made.unlink()
        return path.read_bytes()

    def get(self, source: PageSource, sha256: str) -> Page | None:
        """The page as it was read before, or None; ``sha256`` is that of the file."""
        path = self._path(source, sha256)
        if path is None or not path.is_file():
            return None
        try:
            return page_of(path.read_bytes(), source.file)
        except (OSError, ValueError) as error:
            LOG.warning("缓存条目 %s 已损坏，重新读取该页：%s", path.name, type(error).__name__)
            return None

    def put(self, source: PageSource, sha256: str, page: Page) -> None:
        """Keep a page. Pages that could not be read are not kept.

        Raises:
            CacheError: the folder cannot be written.
        """
        path = self._path(source, sha256)
        if path is None or not keepable(page):
            return
        try:
            path.parent.mkdir(exist_ok=True, mode=0o700)
            self._temporary(page_bytes(page)).replace(path)
        except OSError as error:
            raise CacheError(f"无法写入缓存目录 {self._folder}：{error.strerror or error}。请清出空间，或不使用缓存") from error

    def _temporary(self, data: bytes) -> Path:
        handle, name = tempfile.mkstemp(dir=self._folder)
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        return Path(name)

    def _path(self, source: PageSource, sha256: str) -> Path | None:
        """Where a page is kept; None where it is not."""
        name = page_key(source, sha256, self._engine)
        return None if name is None else self._folder / name[:2] / f"{name[2:]}.json.gz"
