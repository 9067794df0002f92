"""What is killed: a real ``zuozheng serve`` with its workers, and ``zuozheng batch`` beside it; and what they are given to do."""

from __future__ import annotations

import json
import os
import queue
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import httpx2
import typst

from api.settings import ServiceSettings
from api.store.blobs import Blobs
from api.store.engine import Store, make_engine
from eval.bench_service_served import API, PASSWORD, ServiceFailed, ok

START_S = 180.0
_MOST_AGAIN = 50
_LINGER_S = 30.0
_ONE_TIME = re.compile(r"账号 (\S+?)，一次性口令 (\S+?)（")
_QUICK = {
    "EMBEDDED_WORKERS": 1, "THREADS": 1, "READING_PROCESSES": 1, "HEARTBEAT_S": 0.5, "DEAD_AFTER_S": 4, "POLL_S": 0.2,
    "PAGE_BATCH": 1, "WORKER_NICENESS": 0, "RUNNING_PER_ORGANISATION": 4,
}  # fmt: skip
"""A service for impatient people: what a killed worker had in hand is taken up after some seconds."""
_MAIN = (sys.executable, "-m", "extractor.cli_start")

Files = dict[str, bytes]


# --- what they are given ---------------------------------------------------------


@dataclass(frozen=True)
class Sort:
    """A package of which any number of copies can be made: the same papers, other bytes."""

    name: str
    papers: Files
    declared: str

    def copy(self, number: int) -> Files:
        """Readers stop at the PDF's end mark, so bytes behind it make new content of the same pages."""
        return {name: data + b"\n%% %d\n" % number for name, data in self.papers.items()}


def sorts(number: int) -> list[Sort]:
    """Small packages of born-digital papers, no two alike: an income statement of one to three pages and a declaration."""
    return [_sort(n) for n in range(1, number + 1)]


def _sort(number: int) -> Sort:
    owner = f"第{number}号机械有限公司"
    revenue = number * 977 + 12_000_000
    pages = [
        f"= 利润表\n编制单位：{owner} #h(2cm) 2022年度 #h(1cm) 单位：元\n第{page}页\n"
        "#table(columns: 3, [项目], [本年金额], [上年金额], "
        f"[营业收入], [{revenue:,}.00], [{number * 931 + 9_000_000:,}.00], [净利润], [{number * 55:,}.00], [{number * 53:,}.00])"
        for page in range(1, number % 3 + 2)
    ]
    source = '#set page(paper: "a5")\n#set text(font: "Noto Sans CJK SC", size: 11pt)\n' + "\n#pagebreak()\n".join(pages)
    # Every other one declares another figure than its paper shows.
    said = revenue if number % 2 else revenue + 1_000_000
    declared = {
        "enterprise": {"name": owner},
        "as_of": "2023-06-30",
        "declared": [{"metric": "revenue", "period": "2022", "value": round(said / 10_000, 4), "unit": "万元"}],
    }
    return Sort(f"第{number}号", {"利润表.pdf": bytes(typst.compile(source.encode()))}, json.dumps(declared, ensure_ascii=False))


# --- the service -----------------------------------------------------------------


@dataclass
class House:
    """The service on one data folder: started by its operator again and again, on the same port.

    ``starts`` counts how often; ``pid`` is None while nothing runs.
    """

    folder: Path
    port: int = field(default_factory=lambda: _free_port())
    starts: int = 0
    process: subprocess.Popen[bytes] | None = None
    login: tuple[str, str] = ("", "")
    _listening: list[threading.Thread] = field(default_factory=list)

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.folder / "data"

    @property
    def pid(self) -> int | None:
        """Of the web process."""
        return self.process.pid if self.process is not None and self.process.poll() is None else None

    def start(self) -> None:
        """Start the service and wait until it answers.

        Raises:
            ServiceFailed: it does not.
        """
        environment = {**_own_temp(self.folder), **{f"ZUOZHENG_{key}": str(value) for key, value in _QUICK.items()}}
        command = [*_MAIN, "serve", "--port", str(self.port), "--data-dir", str(self.data)]
        with (self.folder / "serve.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, env=environment, start_new_session=True)
        self.starts += 1
        assert self.process.stdout is not None
        said: queue.Queue[bytes] = queue.Queue()
        self._listening.append(threading.Thread(target=_pass_on, args=(self.process.stdout, said), daemon=True))
        self._listening[-1].start()
        until, text = time.monotonic() + START_S, ""
        while "按 Ctrl-C 停止" not in text:
            with suppress(queue.Empty):
                text += said.get(timeout=0.2).decode()
            if self.pid is None and said.empty():
                raise ServiceFailed(f"the service did not start: {text} (see {self.folder / 'serve.log'})")
            if time.monotonic() > until:
                raise ServiceFailed("the service takes too long to start")
        if account := _ONE_TIME.search(text):
            self.login = (account[1], account[2])

    def stop(self) -> None:
        """End it in good order."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(30)
            self.process.kill()
        if self.process is not None:
            self.process.wait()
        for thread in self._listening:
            thread.join(_LINGER_S)  # workers of one that was killed hold its end of the pipe until they have seen it

    def client(self) -> httpx2.Client:
        """Signed in as the administrator, for programs: a token outlives restarts."""
        client = httpx2.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=60)
        login, password = self.login
        answer = ok(client.post(f"{API}/auth/sign-in", json={"login": login, "password": password}))
        client.headers["X-CSRF-Token"] = answer["csrf"]
        if password != PASSWORD:
            ok(client.post(f"{API}/auth/password", json={"old": password, "new": PASSWORD}))
            self.login = (login, PASSWORD)
        return client

    @contextmanager
    def opened(self) -> Iterator[tuple[Store, Blobs]]:
        """Its database and files, beside the service."""
        settings = ServiceSettings(_env_file=None, data_dir=self.data)  # type: ignore[call-arg]
        store = Store(make_engine(settings.database))
        try:
            yield store, Blobs(settings.blobs)
        finally:
            store.engine.dispose()


def _pass_on(stream: IO[bytes], said: queue.Queue[bytes]) -> None:
    with stream:
        for line in stream:
            said.put(line)


def _free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


# --- the batch on the command line -------------------------------------------------


@dataclass
class Desk:
    """``zuozheng batch``, run again by its operator whenever it ends before its time; finished rounds are counted.

    ``results``: of each finished round, ``result.json`` by package; ``left``: temporary files that a round left behind;
    ``asked_again``: how often it ended with a package that could not be checked, and said so.
    """

    folder: Path
    source: Path
    starts: int = 0
    asked_again: int = 0
    results: list[dict[str, Any]] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    process: subprocess.Popen[bytes] | None = None

    @property
    def out(self) -> Path:
        """Where the round in hand writes."""
        return self.folder / f"out-{len(self.results)}"

    @property
    def pid(self) -> int | None:
        """Of the command."""
        return self.process.pid if self.process is not None and self.process.poll() is None else None

    def start(self) -> None:
        """Run the command, the same one until its round is finished."""
        command = [*_MAIN, "batch", str(self.source), "--out", str(self.out), "--workers", "1"]
        command += ["--cache", str(self.folder / f"cache-{len(self.results)}")]
        with (self.folder / "batch.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, env=_own_temp(self.folder), start_new_session=True)
        self.starts += 1

    def tend(self) -> bool:
        """Start it again where it has ended; whether a round has just been finished."""
        if self.process is None:
            self.start()
            return False
        code = self.process.poll()
        if code is None:
            return False
        done = self._done(code)
        if done:
            self._count()
        self.start()
        return done

    def undisturbed(self) -> dict[str, Any]:
        """A round without anybody killed, as all others must be; not counted."""
        self.finish()
        return self.results.pop()

    def finish(self) -> None:
        """Let the round in hand come to its end, undisturbed."""
        while True:
            if self.process is not None and self._done(self.process.wait()):
                self._count()
                return
            self.start()

    def _done(self, code: int) -> bool:
        """Whether the round is finished: where a package could not be checked, the operator runs the command once more."""
        if code not in (0, 1) or not (self.out / "batch.json").is_file():
            return False
        told = json.loads((self.out / "batch.json").read_bytes())
        failed = told["summary"]["verdicts"]["error"]
        self.asked_again += bool(failed)
        if self.asked_again > _MOST_AGAIN:
            raise ServiceFailed(f"the batch fails again and again: {told['summary']}")
        return not failed

    def stop(self) -> None:
        """End it, at once."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def _count(self) -> None:
        found = {p.parent.name: json.loads(p.read_bytes()) for p in sorted(self.out.glob("*/result.json"))}
        told = json.loads((self.out / "batch.json").read_bytes())
        self.left += [p.name for p in self.out.iterdir() if p.name.startswith(".")]
        shutil.rmtree(self.out)
        self.results.append({"packages": found, "batch": told})


def _own_temp(folder: Path) -> dict[str, str]:
    """The environment, with a folder for temporary files that goes with everything else."""
    (folder / "temp").mkdir(exist_ok=True)
    return {**os.environ, "TMPDIR": str(folder / "temp")}


def lay_out(source: Path, packages: Sequence[Sort]) -> None:
    """The folder of a batch: one folder for each package, with its declaration."""
    for one in packages:
        home = source / one.name
        home.mkdir(parents=True)
        for name, data in one.papers.items():
            (home / name).write_bytes(data)
        (home / "declared.json").write_text(one.declared, "utf-8")


# --- whom to kill ------------------------------------------------------------------


def families(house: House, desk: Desk | None) -> dict[str, list[int]]:
    """Process ids that may be killed now, by what they are."""
    found: dict[str, list[int]] = {"web": [], "worker": [], "reading child": [], "batch": [], "batch child": []}
    if house.pid is not None:
        found["web"] = [house.pid]
        for child in children(house.pid):
            # Besides workers, the web process has a child of its own that makes pictures.
            kind = "worker" if "api.ops.embedded" in _command(child) else "reading child"
            found[kind].append(child)
            found["reading child"] += [p for p in descendants(child) if not _is_tracker(p)]
    if desk is not None and desk.pid is not None:
        found["batch"] = [desk.pid]
        found["batch child"] = [p for p in descendants(desk.pid) if not _is_tracker(p)]
    return {kind: pids for kind, pids in found.items() if pids}


def kill(pids: Sequence[int], chance: random.Random) -> bool:
    """``kill -9`` of one of them; whether it still lived."""
    try:
        os.kill(chance.choice(pids), signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def children(pid: int) -> list[int]:
    """Child processes (Linux)."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += [int(c) for c in task.read_text().split()]
    return found


def descendants(pid: int) -> Iterator[int]:
    """Children, and theirs."""
    for child in children(pid):
        yield child
        yield from descendants(child)


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    except OSError:
        return ""


def _is_tracker(pid: int) -> bool:
    """Python's own helper that removes what others leave behind: it works on nothing."""
    return "resource_tracker" in _command(pid)


@contextmanager
def ended(*ones: House | Desk | None) -> Iterator[None]:
    """Nothing is left running."""
    try:
        yield
    finally:
        for one in ones:
            if one is not None:
                one.stop()
