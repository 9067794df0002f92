"""The fence holds: memory, processor time, wall time, files, network; and a death is one file's error."""

from __future__ import annotations

import errno
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import intake_files as make
import page_tasks
import pytest
from watching import children

from extractor.intake import Limits, open_package, page_sources, sandbox
from extractor.intake.limits import MB
from extractor.intake.process import BadAnswer, ParserProcess, ProcessDied, ProcessHung
from extractor.intake.seccomp import filter_program

IN_CHILDREN = True
pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems cannot all of this")


@pytest.fixture(scope="module")
def temp(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the fenced process."""
    return tmp_path_factory.mktemp("fenced")


@pytest.fixture(scope="module")
def process(temp: Path) -> Iterator[ParserProcess]:
    """A fenced process; a test that kills it finds a new one next."""
    made = ParserProcess(page_tasks.prepare_tightly, (temp,), main=False)
    yield made
    made.stop()


def test_all_bounds_hold_on_this_system(process: ParserProcess) -> None:
    assert process.run(page_tasks.holds).missing == ()


def test_no_network_and_no_programs(process: ParserProcess) -> None:
    assert process.run(page_tasks.connect) == "AF_INET AF_INET6 AF_UNIX exec"


def test_memory(process: ParserProcess) -> None:
    assert process.run(page_tasks.allocate, 64 * MB) == str(64 * MB)
    assert process.run(page_tasks.allocate, 512 * MB) == "MemoryError"
    assert process.run(page_tasks.allocate_at_most, 64 * MB, 32 * MB) == "MemoryError"
    assert process.run(page_tasks.allocate, 64 * MB) == str(64 * MB), "the tighter bound is gone"


def test_files(process: ParserProcess, tmp_path: Path) -> None:
    assert process.run(page_tasks.write, tmp_path / "a", MB) is None
    assert process.run(page_tasks.write, tmp_path / "b", MB + 1) == errno.EFBIG
    assert process.run(page_tasks.open_many, tmp_path / "a", 60) == errno.EMFILE


def test_temporary_files_have_a_folder_of_their_own(process: ParserProcess, temp: Path) -> None:
    assert process.run(page_tasks.temporary) == temp


def test_processor_time(process: ParserProcess) -> None:
    with pytest.raises(ProcessDied):
        process.run(page_tasks.burn, 20.0)


def test_wall_time(process: ParserProcess) -> None:
    started = time.monotonic()
    with pytest.raises(ProcessHung):
        process.run(page_tasks.sleep, 30.0, seconds=1.0)
    assert time.monotonic() - started < 5
    assert process.run(page_tasks.holds, seconds=20.0), "a new process takes over"


def test_an_answer_runs_no_code(process: ParserProcess) -> None:
    with pytest.raises(BadAnswer, match="system is not expected in an answer"):
        process.run(page_tasks.answer_with_code)
    assert process.run(page_tasks.answer_with_array).tolist() == [0, 1, 2]  # type: ignore[attr-defined]


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_jumps_within_itself(machine: str) -> None:
    code = filter_program(machine)
    lines = [code[i : i + 8] for i in range(0, len(code), 8)]
    for place, line in enumerate(lines):
        for jump in line[2:4]:
            assert place + 1 + jump < len(lines) or line[0] == 6
    assert [line[0] for line in lines[-2:]] == [6, 6]


def test_what_a_system_cannot_do_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extractor.intake.seccomp.refuse_network", lambda: False)
    monkeypatch.setattr(sandbox, "_limit", lambda *_: True)
    monkeypatch.setattr(sandbox, "_fence", None)
    told = sandbox.report(sandbox.fence(sandbox.Bounds()))
    assert told is not None
    assert "不能上网" in told
    assert "内存" not in told


# --- opening packages ---------------------------------------------------------


def test_a_death_is_one_files_error(tmp_path: Path) -> None:
    (tmp_path / "1.xls").write_bytes(make.xls({(0, 0): "a", (65535, 255): "b"}))  # more cells than memory
    for n in (2, 3):
        (tmp_path / f"{n}.png").write_bytes(make.picture())
    with open_package(tmp_path) as package:
        first, *others = package.files
    assert first.error is not None
    assert "请" in first.error
    assert [f.pages for f in others] == [1, 1]
    assert all(f.sha256 for f in package.files)


def test_a_process_that_somebody_killed_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "1.png").write_bytes(make.picture())
    run, killed = ParserProcess.run, list[int]()

    def kill_first(self: ParserProcess, task: Any, *args: Any, seconds: float) -> object:
        if args and self.pid is not None and not killed:
            killed.append(self.pid)
            os.kill(self.pid, signal.SIGKILL)
        return run(self, task, *args, seconds=seconds)

    monkeypatch.setattr(ParserProcess, "run", kill_first)
    with open_package(tmp_path) as package:
        assert [f.error for f in package.files] == [None]
    assert killed


def test_a_file_that_takes_too_long_is_one_files_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file called 1.png has a task that never ends, the others have their own."""
    for n in (1, 2):
        (tmp_path / f"{n}.png").write_bytes(make.picture())
    run = ParserProcess.run

    def slow(self: ParserProcess, task: Any, *args: Any, seconds: float) -> object:
        if args and args[0] == tmp_path / "1.png":
            return run(self, page_tasks.sleep, 60.0, seconds=seconds)
        return run(self, task, *args, seconds=seconds)

    monkeypatch.setattr(ParserProcess, "run", slow)
    with open_package(tmp_path, Limits(open_seconds=1)) as package:
        first, second = package.files
    assert first.error is not None
    assert "超过 1 秒" in first.error
    assert (second.error, second.pages) == (None, 1)


def test_a_stopped_process_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody halts the process: the watch on wall time ends it."""
    for n in (1, 2):
        (tmp_path / f"{n}.png").write_bytes(make.picture())
    run, halted = ParserProcess.run, list[int]()

    def halt_first(self: ParserProcess, task: Any, *args: Any, seconds: float) -> object:
        if args and self.pid is not None and not halted:
            halted.append(self.pid)
            os.kill(self.pid, signal.SIGSTOP)
        return run(self, task, *args, seconds=seconds)

    monkeypatch.setattr(ParserProcess, "run", halt_first)
    with open_package(tmp_path, Limits(open_seconds=1)) as package:
        first, second = package.files
    assert "超过 1 秒" in (first.error or "")
    assert (second.error, second.pages) == (None, 1)


def test_no_process_is_left_and_no_file(tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    (tmp_path / "a.zip").write_bytes(make.zipped({"1.png": make.picture(), "2.docx": make.docx()}))
    before = children()
    with open_package(tmp_path / "a.zip", workdir=work) as package:
        assert [f.error for f in package.files] == [None, None]
        assert children() <= before
    assert list(work.iterdir()) == []


def test_a_package_without_files_to_look_into_starts_no_process(tmp_path: Path) -> None:
    (tmp_path / "pipe").touch()
    os.unlink(tmp_path / "pipe")
    os.mkfifo(tmp_path / "pipe")
    before = children()
    with open_package(tmp_path) as package:
        assert package.files[0].error
    assert children() <= before


def test_pages_of_a_file_that_was_kept_without_its_parts(tmp_path: Path) -> None:
    from dataclasses import replace

    (tmp_path / "1.xlsx").write_bytes(make.xlsx({"甲": [["a"]], "乙": [["b"]]}))
    (tmp_path / "2.docx").write_bytes(make.docx(picture_bytes=make.picture()))
    with open_package(tmp_path) as package:
        for file in package.files:
            assert list(page_sources(replace(file, parts=()))) == list(page_sources(file))
