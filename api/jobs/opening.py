"""Opening uploaded files (unpacking, counting pages) in a child process: a parser's crash must not take the worker along."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from typing import ParamSpec, TypeVar

from api.jobs.parent import end_with
from extractor.intake import Limits, PageSource, SourceFile, open_package, page_sources

P = ParamSpec("P")
R = TypeVar("R")
_FILES_PER_CHILD = 500
_TRIES = 3


class ParserDied(Exception):
    """The child process crashed on the file, most likely a damaged or hostile one."""


class Opener:
    """Opens packages in one child process; may be used from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None

    def open(self, path: Path, workdir: Path, limits: Limits) -> tuple[SourceFile, ...]:
        """The files of a folder, ZIP or single file; members of ZIPs stay unpacked under ``workdir``.

        Raises:
            ParserDied: the process crashed; try the files one by one.
            IntakeError: there is nothing in it (``open_package``).
        """
        return self._run(_open, path, workdir, limits)

    def sources(self, file: SourceFile, limits: Limits) -> list[PageSource]:
        """The pages of a file.

        Raises:
            ParserDied: the process crashed.
            IntakeError: the file cannot be opened.
        """
        return self._run(_sources, file, limits)

    def close(self) -> None:
        """Stop the child process."""
        with self._lock:
            self._stop()

    def _run(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        with self._lock:
            # Somebody may have killed it for reasons of their own: only when it happens again and again is the file to blame.
            for _ in range(_TRIES):
                try:
                    return self._running().submit(function, *args, **kwargs).result()
                except BrokenProcessPool as error:
                    self._stop()
                    died = error
            raise ParserDied from died

    def _running(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                1, get_context("spawn"), initializer=end_with, initargs=(os.getpid(),), max_tasks_per_child=_FILES_PER_CHILD
            )
        return self._pool

    def _stop(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None


def _open(path: Path, workdir: Path, limits: Limits) -> tuple[SourceFile, ...]:
    return open_package(path, limits, workdir).files


def _sources(file: SourceFile, limits: Limits) -> list[PageSource]:
    return list(page_sources(file, limits))
