"""Processors and memory are shared out among reading processes, whatever the system tells of them."""

import os

import pytest

from extractor.reading import capacity
from extractor.reading.capacity import PROCESS_BYTES, free_memory, shares, usable_processors

PLENTY = 1000 * PROCESS_BYTES


@pytest.fixture
def machine(monkeypatch):
    """Eight processors; the free memory that is asked for."""

    def make(memory=PLENTY):
        monkeypatch.setattr(capacity, "usable_processors", lambda: 8)
        monkeypatch.setattr(capacity, "free_memory", lambda: memory)

    return make


@pytest.mark.parametrize(
    ("threads", "processes", "sharers", "expected"),
    [
        (None, None, 1, (8, 1)),
        (None, None, 2, (4, 1)),
        (None, None, 3, (2, 1)),
        (None, None, 16, (1, 1)),
        (1, None, 1, (1, 1)),
        (3, None, 1, (3, 1)),
        (None, 2, 1, (2, 4)),
        (3, 2, 1, (2, 1)),
        (1, 2, 1, (2, 1)),
    ],
)
def test_processors_are_shared(machine, threads, processes, sharers, expected):
    machine()
    assert shares(threads, processes, sharers) == expected


@pytest.mark.parametrize(
    ("memory", "sharers", "expected"),
    [
        (0, 1, (1, 8)),
        (2 * PROCESS_BYTES, 1, (2, 4)),
        (3 * PROCESS_BYTES, 1, (3, 2)),
        (4 * PROCESS_BYTES, 2, (2, 2)),
        (None, 1, (8, 1)),
    ],
)
def test_memory_bounds_the_processes_and_the_threads_take_their_place(machine, memory, sharers, expected):
    machine(memory)
    assert shares(sharers=sharers) == expected


@pytest.fixture
def group(monkeypatch, tmp_path):
    """A control group with the files that are asked for."""
    monkeypatch.setattr(capacity, "_CGROUP", tmp_path)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: set(range(8)), raising=False)

    def make(**files):
        for name, text in files.items():
            path = tmp_path / name.replace("__", "/").replace("_of_", ".")
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)

    return make


@pytest.mark.parametrize(
    ("files", "processors"),
    [
        ({}, 8),
        ({"cpu_of_max": "250000 100000\n"}, 2),
        ({"cpu_of_max": "50000 100000\n"}, 1),
        ({"cpu_of_max": "max 100000\n"}, 8),
        ({"cpu_of_max": "1600000 100000\n"}, 8),
        ({"cpu__cpu_of_cfs_quota_us": "300000\n", "cpu__cpu_of_cfs_period_us": "100000\n"}, 3),
        ({"cpu__cpu_of_cfs_quota_us": "-1\n", "cpu__cpu_of_cfs_period_us": "100000\n"}, 8),
    ],
)
def test_a_containers_quota_counts(group, files, processors):
    group(**files)
    assert usable_processors() == processors


@pytest.mark.parametrize(
    ("files", "free"),
    [
        ({"memory_of_max": "5000\n", "memory_of_current": "3000\n", "memory_of_stat": "anon 9\ninactive_file 500\n"}, 2500),
        ({"memory_of_max": "5000\n", "memory_of_current": "6000\n", "memory_of_stat": ""}, 0),
        ({"memory_of_max": "max\n", "memory_of_current": "6000\n"}, PLENTY),
        (
            {
                "memory__memory_of_limit_in_bytes": "5000\n",
                "memory__memory_of_usage_in_bytes": "3000\n",
                "memory__memory_of_stat": "total_inactive_file 100\n",
            },
            2100,
        ),
        ({"memory__memory_of_limit_in_bytes": f"{2**63 - 4096}\n", "memory__memory_of_usage_in_bytes": "3000\n"}, PLENTY),
    ],
)
def test_a_containers_memory_counts(group, monkeypatch, files, free):
    monkeypatch.setattr(capacity, "_machine_memory", lambda: PLENTY)
    group(**files)
    assert free_memory() == free


def test_this_machine_tells_something():
    assert usable_processors() >= 1
    assert free_memory() is None or free_memory() > 0
