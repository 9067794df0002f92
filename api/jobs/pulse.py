"""Who is alive, by heartbeats that change while somebody looks; no clock that can be set has a say."""

from __future__ import annotations

from datetime import datetime


class Pulse:
    """Who has been seen alive within ``dead_after_s`` of this process's own clock."""

    def __init__(self, dead_after_s: float) -> None:
        self._dead_after_s = dead_after_s
        self._seen: dict[str, tuple[datetime | None, float]] = {}

    def dead(self, beats: dict[str, datetime | None], at: float) -> set[str]:
        """Those whose beat has not changed for too long.

        Args:
            beats: last beat of each worker; None: it has left none.
            at: this moment in seconds of any steady clock.
        """
        self._seen = {
            name: kept if (kept := self._seen.get(name)) is not None and kept[0] == beat else (beat, at)
            for name, beat in beats.items()
        }
        return {name for name, (_, since) in self._seen.items() if at - since > self._dead_after_s}

    def forget(self) -> None:
        """Nothing could be seen for a while: all are watched from the beginning."""
        self._seen.clear()
