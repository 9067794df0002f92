"""Bringing a worker's threads to rest: what is in hand is finished, nothing new begins."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Gate:
    """Threads pass it before each piece of work. Once it is closed they stay there until the process is gone."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._closed = False
        self._working = 0
        self._since: dict[int, float] = {}

    @contextmanager
    def work(self) -> Iterator[None]:
        """A piece of work that ``close`` waits for."""
        with self._changed:
            if self._closed:
                self._rest()
            self._working += 1
            self._since[threading.get_ident()] = time.monotonic()
        try:
            yield
        finally:
            with self._changed:
                self._working -= 1
                self._since.pop(threading.get_ident(), None)
                self._changed.notify_all()

    def pause(self) -> None:
        """Between two parts of a piece of work: a good moment to stop."""
        with self._changed:
            self._since[threading.get_ident()] = time.monotonic()
            if self._closed:
                self._working -= 1
                self._changed.notify_all()
                self._rest()

    def longest(self) -> float:
        """Seconds for which the oldest piece of work in hand, or part of one, has been going on."""
        with self._changed:
            moment = time.monotonic()
            return moment - min(self._since.values(), default=moment)

    def close(self, timeout: float) -> bool:
        """Let nobody through any more and wait for those at work, ``timeout`` seconds at most; whether all are at rest."""
        with self._changed:
            self._closed = True
            return self._changed.wait_for(lambda: not self._working, timeout)

    def _rest(self) -> None:
        while True:
            self._changed.wait()
