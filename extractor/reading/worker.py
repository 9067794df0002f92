"""The reading worker: child processes hold the engine and the parsers; the death of one is one page's error.

PDFium and ``paddleocr`` are not thread-safe and untrusted files may crash native code, so
pages are read in processes of their own, one page at a time in each, replaced when they die.
"""

from __future__ import annotations

import ctypes
import logging
import os
import secrets
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from threading import Condition
from types import TracebackType
from typing import TypeVar

import cv2
import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # comes with scikit-learn

from extractor.intake import ImagePage, IntakeError, OfdPage, PageSource, PdfPage
from extractor.intake.process import MEMORY, MOST_KILLS, ParserProcess, ProcessDied, ProcessKilled
from extractor.intake.sandbox import READING, fence
from extractor.model import Glance, Page
from extractor.reading.capacity import shares
from extractor.reading.page_reader import PageReader, hide_persons
from extractor.reading.privacy import is_private
from extractor.reading.upright import Image

LOG = logging.getLogger(__name__)
AHEAD = 8
"""Pages per process that may be read before the page that is waited for."""
JPEG_QUALITY, THUMBNAIL_QUALITY = 80, 75
PICTURE_SIDE = 2000
THUMBNAIL_WIDTH = 240
PAGE_SECONDS = 300.0
"""Longest that a page may take, the start of a process included: some hundred times what one takes."""
THREAD_SPACE = 512_000_000
"""Bytes of address space that a process may have for each processor."""
LARGE_BLOCK = 4 << 20
"""Bytes from which on a block of memory has a mapping of its own."""
_MMAP_THRESHOLD = -3
"""``M_MMAP_THRESHOLD`` of ``malloc.h``."""
CRASHED = "读取本页时程序异常退出（文件可能已损坏，或内存不足），请重新扫描或另存后上传"

R = TypeVar("R")
_Item = tuple[PageSource] | tuple[PageSource, Page]
"""A page's source, and what else a task takes."""


@dataclass(frozen=True)
class Shown:
    """A read page and, where it was read from its picture, that picture as JPEG: upright, personal numbers blacked out."""

    page: Page
    picture: bytes | None = None
    thumbnail: bytes | None = None


# --- in the child process ---------------------------------------------------------

_reader: PageReader | None = None


def _prepare(engine: str, threads: int, secret: bytes) -> None:
    global _reader
    # Threads bring stacks and memory pools of their own; what is never touched counts as address space, too.
    fence(replace(READING, memory=(READING.memory or 0) + (os.cpu_count() or 1) * THREAD_SPACE))
    _keep_large_blocks_apart()
    # Threads of OpenCV and NumPy would compete with the network's.
    cv2.setNumThreads(1)
    threadpool_limits(1)

    def make() -> object:
        from models.ocr import create_engine

        return create_engine(engine, threads=threads)

    _reader = PageReader(make, secret)  # type: ignore[arg-type]


def _read(source: PageSource) -> Page:
    assert _reader is not None
    return _safely(source, _reader.read, source)


def _look(source: PageSource) -> Page | Glance:
    assert _reader is not None
    return _safely(source, _reader.look, source)


def _with_marks(source: PageSource, page: Page) -> Page:
    assert _reader is not None
    return _safely(source, _reader.with_marks, source, page)


def _safely(source: PageSource, task: Callable[..., R], *args: object) -> R | Page:
    """What the task gives; a page that cannot be decoded carries its reason."""
    try:
        return task(*args)
    except IntakeError as error:
        return failed_page(source, error.message)
    except MemoryError:
        # As if the system had ended it: a new process has the page tried once more, with the machine to itself.
        os._exit(1)
    finally:
        _give_memory_back()


def _read_and_show(source: PageSource) -> Shown:
    page = _read(source)
    assert _reader is not None
    image, _reader.seen = _reader.seen, None
    if image is None or page.note:
        return Shown(page)
    image = hide_persons(image, page.lines)
    width = min(THUMBNAIL_WIDTH, image.shape[1])
    small = _resized(image, width / image.shape[1])
    return Shown(page, _jpeg(_resized(image, PICTURE_SIDE / max(image.shape[:2])), JPEG_QUALITY), _jpeg(small, THUMBNAIL_QUALITY))


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
    return _jpeg(_resized(image, PICTURE_SIDE / max(image.shape[:2])), JPEG_QUALITY)


def _resized(image: Image, ratio: float) -> Image:
    """The image made smaller by ``ratio``; as it is where that is 1 or more."""
    if ratio >= 1.0:
        return image
    h, w = image.shape[:2]
    return np.asarray(
        cv2.resize(image, (max(1, round(w * ratio)), max(1, round(h * ratio))), interpolation=cv2.INTER_AREA), np.uint8
    )


def _jpeg(image: Image, quality: int) -> bytes | None:
    ok, data = cv2.imencode(".jpg", image[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return data.tobytes() if ok else None


def _keep_large_blocks_apart() -> None:
    """Have pictures and networks' values each in a mapping of its own, which goes back when it is freed.

    Else glibc learns from the first large blocks to keep them in the heap, where holes between them stay (80 MB less
    at the peak of 20 pages; ``mallopt(3)``, M_MMAP_THRESHOLD).
    """
    with suppress(OSError, AttributeError):  # neither musl nor other systems have it
        ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, LARGE_BLOCK)


def _give_memory_back() -> None:
    """Hand freed heap pages back to the system (glibc keeps them, 100 MB and more after a large page)."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # musl has no malloc_trim
            ctypes.CDLL(None).malloc_trim(0)


# --- in the parent ----------------------------------------------------------------


def _itself(page: Page) -> Page:
    return page


def failed_page(source: PageSource, reason: str) -> Page:
    """A page that could not be read, with its reason."""
    return Page(file=source.file, page=source.page, width=1, height=1, source="blank", note=reason)


class ReadingWorker:
    """Reads pages in child processes; a context manager. May be used from several threads.

    Args:
        engine: name of the text engine (``models.ocr.ENGINES``).
        threads: processors to use in all; None: all that this process may use.
        secret: key of the hashes that stand for persons; None: a new one, which makes hashes of two workers differ.
        processes: reading processes, at most as many are started as there are pages; the processors are shared out
            among their engines. None: one for each processor, as far as free memory carries them.
        memory: bytes; a process that holds more between two pages is replaced.
    """

    def __init__(
        self,
        engine: str = "openvino",
        threads: int | None = None,
        secret: bytes | None = None,
        processes: int | None = None,
        *,
        memory: int = MEMORY,
    ) -> None:
        count, each = shares(threads, processes)
        args = (engine, each, secret or secrets.token_bytes(16))
        self._all = [ParserProcess(_prepare, args, memory=memory) for _ in range(count)]
        self._threads = ThreadPoolExecutor(count, "reading")
        # The processes at rest, the one that came to rest last at the end.
        self._idle = list(self._all)
        self._changed = Condition()
        self._suspects = 0
        self._closed = False

    def __enter__(self) -> ReadingWorker:
        """Return itself; processes start with the first pages."""
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        """Stop the processes, even in the middle of a page: nobody waits for it any more."""
        self._closed = True
        self._threads.shutdown(wait=False, cancel_futures=True)
        for process in self._all:
            process.kill()
        self._threads.shutdown()
        for process in self._all:
            process.stop()

    @property
    def pids(self) -> list[int]:
        """Of the processes that run."""
        return [p.pid for p in self._all if p.pid is not None]

    def read(self, sources: Iterable[PageSource]) -> Iterator[Page]:
        """Read pages in order, from now on, not only when they are asked for.

        A page over which processes die, twice, or are killed again and again, gets a note; the rest goes on. Pages nobody
        asks for any more are not begun.

        Args:
            sources: where the pages lie; drawn in the calling thread.
        """
        return self._all_of(_read, _itself, ((source,) for source in sources))

    def look(self, sources: Iterable[PageSource]) -> Iterator[Page | Glance]:
        """As ``read``, but pages that need OCR are only looked at (``PageReader.look``)."""
        return self._all_of(_look, _itself, ((source,) for source in sources))

    def marked(self, pairs: Iterable[tuple[PageSource, Page]]) -> Iterator[Page]:
        """Pages that were looked at, with the marks across them.

        One of which the search kills its process, twice, comes back as a page that could not be read, never as one
        without marks.
        """
        return self._all_of(_with_marks, _itself, pairs)

    def read_and_show(self, sources: Iterable[PageSource]) -> Iterator[Shown]:
        """As ``read``, with the pictures of pages that are read from pictures: they are at hand then and cost little."""
        return self._all_of(_read_and_show, Shown, ((source,) for source in sources))

    def _all_of(self, task: Callable[..., R], failed: Callable[[Page], R], items: Iterable[_Item]) -> Iterator[R]:
        """What a task of a process gives for each item: a page's source, and what else it takes; ``failed``: for failed pages."""
        todo = iter(items)

        def begin(item: _Item) -> Future[R]:
            return self._threads.submit(self._done, task, failed, *item)

        return self._finish(deque(begin(item) for item in islice(todo, AHEAD * len(self._all))), todo, begin)

    def _finish(self, waiting: deque[Future[R]], todo: Iterator[_Item], begin: Callable[[_Item], Future[R]]) -> Iterator[R]:
        try:
            while waiting:
                done = waiting.popleft().result()
                waiting.extend(begin(item) for item in islice(todo, 1))
                yield done
        finally:
            for future in waiting:
                future.cancel()

    def _done(self, task: Callable[..., R], failed: Callable[[Page], R], source: PageSource, *more: object) -> R:
        tries = 2
        try:
            with self._process(source.path) as process:
                return process.run(task, source, *more, seconds=PAGE_SECONDS)
        except ProcessKilled:
            tries = MOST_KILLS
        except ProcessDied:
            LOG.debug("a reading process died over a page, which is tried once more")
        # Memory may have been short: from the second time on with the machine to itself. What dies by itself is to blame then.
        for _ in range(1, tries):
            try:
                with self._only_process() as process:
                    return process.run(task, source, *more, seconds=PAGE_SECONDS)
            except ProcessKilled:
                continue
            except ProcessDied:
                break
        return failed(failed_page(source, CRASHED))

    def picture(self, source: PageSource, page: Page, *, masked: bool = True) -> bytes | None:
        """JPEG of the upright page; None where there is none.

        Args:
            source: where the page lies.
            page: the page as it was read.
            masked: ID and phone numbers are blacked out; False shows them, for those who may see them.
        """
        if not isinstance(source, (ImagePage, PdfPage, OfdPage)):
            return None
        # Only what it takes to show the page goes to the process.
        hidden = tuple(line for line in page.lines if masked and is_private(line))
        shown = page.model_copy(update={"lines": hidden, "tables": ()})
        with suppress(ProcessDied), self._process(source.path) as process:
            return process.run(_picture, source, shown)
        return None

    def start(self) -> None:
        """Start a process now, so that the first page need not wait for it; returns at once."""
        if not self.pids:
            with self._process() as process:
                process.start()

    def peak_rss(self) -> int:
        """Most memory that one of the processes has had so far, in bytes; 0 before the first page."""
        return max(p.peak for p in self._all)

    @contextmanager
    def _process(self, path: Path | None = None) -> Iterator[ParserProcess]:
        """A process at rest: one that has the file open, else one that runs, else one to be started."""
        with self._changed:
            self._changed.wait_for(lambda: self._idle and not self._suspects)
            at = max(range(len(self._idle)), key=lambda k: ((p := self._idle[k]).open == path, p.pid is not None, k))
            process = self._idle.pop(at)
        try:
            self._check_open()
            process.open = path
            yield process
        finally:
            with self._changed:
                self._idle.append(process)
                self._changed.notify_all()

    @contextmanager
    def _only_process(self) -> Iterator[ParserProcess]:
        """A process for a page that has cost one: it has the machine's memory to itself, the others are stopped."""
        with self._changed:
            self._suspects += 1
            self._changed.wait_for(lambda: len(self._idle) == len(self._all))
            self._idle.clear()
        try:
            self._check_open()
            for process in self._all:
                process.stop()
            yield self._all[0]
        finally:
            with self._changed:
                self._suspects -= 1
                self._idle += self._all
                self._changed.notify_all()

    def _check_open(self) -> None:
        if self._closed:
            raise ProcessDied
