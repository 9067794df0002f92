"""Whose pages are read next: a worker reads for several packages at once, a few pages at a time, in turns."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(eq=False)
class _Ticket:
    interactive: bool
    org: str
    number: int


class Turns:
    """One turn at a time: what a person waits for, then the organisation served longest ago, then the first come."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: list[_Ticket] = []
        self._served: dict[str, int] = {}
        self._holder: _Ticket | None = None
        self._count = 0

    @contextmanager
    def turn(self, *, interactive: bool, org: str) -> Iterator[Callable[[], None]]:
        """Wait for the turn and hold it inside the ``with`` block, or until what it gives is called.

        Args:
            interactive: somebody waits for it; False: part of a batch.
            org: the organisation that it is done for.
        """
        with self._changed:
            self._count += 1
            ticket = _Ticket(interactive, org, self._count)
            self._waiting.append(ticket)
            while self._holder is not None or self._next() is not ticket:
                self._changed.wait()
            self._waiting.remove(ticket)
            self._holder = ticket
            self._count += 1
            self._served[org] = self._count
        try:
            yield lambda: self._end(ticket)
        finally:
            self._end(ticket)

    def _end(self, ticket: _Ticket) -> None:
        with self._changed:
            if self._holder is ticket:
                self._holder = None
                self._changed.notify_all()

    def _next(self) -> _Ticket:
        return min(self._waiting, key=lambda t: (not t.interactive, self._served.get(t.org, 0), t.number))
