"""Embedded workers share the processors; what is set by hand counts."""

import os

import pytest

from api.jobs.worker import reading_threads
from api.settings import ServiceSettings


@pytest.mark.parametrize(
    ("workers", "given", "embedded", "threads"),
    [(1, None, True, None), (2, None, True, 4), (3, None, True, 2), (16, None, True, 1), (2, 3, True, 3), (2, None, False, None)],
)
def test_processors_are_shared(monkeypatch, workers, given, embedded, threads):
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    settings = ServiceSettings(embedded_workers=workers, threads=given)
    assert reading_threads(settings, embedded=embedded) == threads
