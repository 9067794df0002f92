"""Embedded workers share the processors and the memory; what is set by hand counts."""

import pytest

from api.jobs.worker import reading_shares
from api.settings import ServiceSettings
from extractor.reading import capacity


@pytest.mark.parametrize(
    ("workers", "threads", "processes", "embedded", "expected"),
    [
        (1, None, None, True, (8, 1)),
        (2, None, None, True, (4, 1)),
        (3, None, None, True, (2, 1)),
        (16, None, None, True, (1, 1)),
        (2, 3, None, True, (3, 1)),
        (2, None, 2, True, (2, 2)),
        (2, None, None, False, (8, 1)),
        (0, None, None, False, (8, 1)),
    ],
)
def test_processors_are_shared(monkeypatch, workers, threads, processes, embedded, expected):
    monkeypatch.setattr(capacity, "usable_processors", lambda: 8)
    monkeypatch.setattr(capacity, "free_memory", lambda: None)
    settings = ServiceSettings(_env_file=None, embedded_workers=workers, threads=threads, reading_processes=processes)
    assert reading_shares(settings, embedded=embedded) == expected


def test_memory_is_shared(monkeypatch):
    monkeypatch.setattr(capacity, "usable_processors", lambda: 8)
    monkeypatch.setattr(capacity, "free_memory", lambda: 4 * capacity.PROCESS_BYTES)
    assert reading_shares(ServiceSettings(_env_file=None, embedded_workers=2), embedded=True) == (2, 2)
