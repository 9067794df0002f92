"""Embedded workers: started, started again, given up on with a word, ended."""

from __future__ import annotations

import sys
import time

import pytest

from api.ops import supervisor as module
from api.ops.supervisor import Supervisor
from api.settings import ServiceSettings

SLEEPER = "import sys, time; sys.stdin.read(); time.sleep(60)"
STUBBORN = (
    "import signal, sys, time; signal.signal(15, signal.SIG_IGN); sys.stdin.read(); print('on', flush=True); time.sleep(60)"
)


def until(true, seconds=15.0):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def make(monkeypatch):
    monkeypatch.setattr(module, "PAUSES_S", (0.05,))
    made = []

    def start(code, count=1, **settings):
        found = Supervisor(ServiceSettings(_env_file=None, embedded_workers=count, **settings), (sys.executable, "-c", code))
        made.append(found)
        found.start()
        return found

    yield start
    for one in made:
        one.stop()


def test_starts_as_many_as_asked_and_ends_them(make):
    workers = make(SLEEPER, 2)
    pids = workers.pids
    assert len(pids) == 2
    workers.stop()
    assert not any(alive(p) for p in pids)


def test_none_where_none_is_asked_for(make):
    assert make(SLEEPER, 0).pids == []


def test_a_killed_worker_is_started_again(make):
    workers = make(SLEEPER)
    (first,) = workers.pids
    module.os.kill(first, 9)
    until(lambda: workers.pids and workers.pids != [first])
    assert workers.trouble is None


def test_one_that_dies_at_once_again_and_again_is_told(make):
    workers = make("raise SystemExit(2)")
    until(lambda: workers.trouble is not None)
    assert "反复启动失败" in workers.trouble


def test_one_that_does_not_listen_is_killed(make, monkeypatch):
    monkeypatch.setattr(module, "STOP_S", 0.5)
    workers = make(STUBBORN)
    (pid,) = workers.pids
    time.sleep(0.3)
    workers.stop()
    assert not alive(pid)


def test_settings_come_on_standard_input(make, tmp_path):
    out = tmp_path / "names"
    code = (
        f"import json, sys; open({str(out)!r}, 'a').write(json.load(sys.stdin)['worker_name'] + ' '); import time; time.sleep(60)"
    )
    make(code, 2, worker_name="机房", database_url="postgresql+psycopg://u:secret@h/d")
    until(lambda: out.exists() and len(out.read_text().split()) == 2)
    assert set(out.read_text().split()) == {"机房-1", "机房-2"}
