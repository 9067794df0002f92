"""The reading worker: one child process holds the engine and the parsers; its death is one page's error.

PDFium and ``paddleocr`` are not thread-safe and untrusted files may crash native code, so
pages are read in a process of its own, a few in flight, replaced when it dies.
"""

from __future__ import annotations

import ctypes
import os
import secrets
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing import get_context
from threading import Thread
from types import TracebackType

import cv2
import numpy as np

from extractor.intake import ImagePage, IntakeError, PageSource, PdfPage
from extractor.model import Page
from extractor.reading.page_reader import PageReader, hide_persons
from extractor.reading.privacy import is_private

IN_FLIGHT = 3
PAGES_PER_WORKER = 2000
"""A worker is replaced after so many pages: native libraries never give all memory back."""
JPEG_QUALITY = 80
PICTURE_SIDE = 2000
PARENT_LOOK = 0.5
"""Seconds between two looks whether the parent process still lives."""

_reader: PageReader | None = None


def _start(parent: int, engine: str, threads: int | None, secret: bytes) -> None:
    global _reader
    Thread(target=_end_with, args=(parent,), name="parent-watch", daemon=True).start()
    # OpenCV's own threads would compete with the network's.
    cv2.setNumThreads(1)

    def make() -> object:
        from models.ocr import create_engine

        return create_engine(engine, threads=threads)

    _reader = PageReader(make, secret)  # type: ignore[arg-type]


def _end_with(parent: int) -> None:
    """End this process when its parent is gone: nobody would take its pages, and it would stay for ever.

    The pool notices nothing of a parent that was killed, as the child itself keeps the queue's pipe open.
    """
    while os.getppid() == parent:
        time.sleep(PARENT_LOOK)
    os._exit(1)


def _read(source: PageSource) -> Page:
    assert _reader is not None
    try:
        return _reader.read(source)
    except IntakeError as error:
        return failed_page(source, error.message)
    finally:
        _give_memory_back()


def _picture(source: PageSource, shown: Page) -> bytes | None:
    assert _reader is not None
    try:
        image = _reader.picture(source, shown.rotation, shown.skew, shown.warp)
    except IntakeError:
        # The page was read before; only its picture is missing from the report, which says so.
        return None
    if image is None:
        return None
    image = hide_persons(image, shown.lines)
    ratio = min(1.0, PICTURE_SIDE / max(image.shape[:2]))
    if ratio < 1.0:
        h, w = image.shape[:2]
        image = np.asarray(cv2.resize(image, (round(w * ratio), round(h * ratio)), interpolation=cv2.INTER_AREA), np.uint8)
    ok, data = cv2.imencode(".jpg", image[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return data.tobytes() if ok else None


def _give_memory_back() -> None:
    """Hand freed heap pages back to the system (glibc keeps them, 100 MB and more after a large page)."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # musl has no malloc_trim
            ctypes.CDLL(None).malloc_trim(0)


def _peak_rss() -> int:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def failed_page(source: PageSource, reason: str) -> Page:
    """A page that could not be read, with its reason."""
    return Page(file=source.file, page=source.page, width=1, height=1, source="blank", note=reason)


class ReadingWorker:
    """Reads pages in a child process; a context manager.

    Args:
        engine: name of the text engine (``models.ocr.ENGINES``).
        threads: CPU threads of the engine; None: all.
        secret: key of the hashes that stand for persons; None: a new one, which makes hashes of two workers differ.
    """

    def __init__(self, engine: str = "openvino", threads: int | None = None, secret: bytes | None = None) -> None:
        self._args = (engine, threads, secret or secrets.token_bytes(16))
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> ReadingWorker:
        """Return itself; the process starts with the first page."""
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        """Stop the process."""
        self._stop()

    def _stop(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None

    def _running(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                1,
                mp_context=get_context("spawn"),
                initializer=_start,
                initargs=(os.getpid(), *self._args),
                max_tasks_per_child=PAGES_PER_WORKER,
            )
        return self._pool

    def read(self, sources: Iterable[PageSource]) -> Iterator[Page]:
        """Read pages in order. A page that kills the worker gets a note; the rest goes on."""
        waiting: deque[tuple[PageSource, Future[Page]]] = deque()
        todo = iter(sources)
        more = True
        while more or waiting:
            while more and len(waiting) < IN_FLIGHT:
                source = next(todo, None)
                if source is None:
                    more = False
                    break
                waiting.append((source, self._submit(source)))
            if not waiting:
                break
            source, future = waiting.popleft()
            try:
                yield future.result()
            except BrokenProcessPool:
                retry = [source, *(s for s, _ in waiting)]
                waiting.clear()
                self._stop()
                yield from self._one_by_one(retry)

    def _submit(self, source: PageSource) -> Future[Page]:
        try:
            return self._running().submit(_read, source)
        except BrokenProcessPool:
            self._stop()
            return self._running().submit(_read, source)

    def _one_by_one(self, sources: list[PageSource]) -> Iterator[Page]:
        """After a crash: each page alone, so that only the guilty one fails."""
        for source in sources:
            try:
                yield self._running().submit(_read, source).result()
            except BrokenProcessPool:
                self._stop()
                yield failed_page(source, "读取本页时程序异常退出（文件可能已损坏），请重新扫描或另存后上传")

    def picture(self, source: PageSource, page: Page, *, masked: bool = True) -> bytes | None:
        """JPEG of the upright page; None where there is none.

        Args:
            source: where the page lies.
            page: the page as it was read.
            masked: ID and phone numbers are blacked out; False shows them, for those who may see them.
        """
        if not isinstance(source, (ImagePage, PdfPage)):
            return None
        try:
            # Only what it takes to show the page goes to the worker.
            hidden = tuple(line for line in page.lines if masked and is_private(line))
            shown = page.model_copy(update={"lines": hidden, "tables": ()})
            return self._running().submit(_picture, source, shown).result()
        except BrokenProcessPool:
            self._stop()
            return None

    def start(self) -> None:
        """Start the process now, so that the first page need not wait for it; returns at once."""
        if self._pool is None:
            self._running().submit(os.getpid)

    def peak_rss(self) -> int:
        """Peak memory of the current worker process, in bytes."""
        return self._running().submit(_peak_rss).result()
