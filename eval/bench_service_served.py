"""A real ``zuozheng serve`` in a process of its own, with people, packages and a batch in it."""

from __future__ import annotations

import json
import os
import queue
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import httpx2

from eval.bench_service_packages import Files, batch_zip

API = "/api/v1"
START_S = 120.0
STOP_S = 30.0
PASSWORD = "读者甲乙丙丁的口令-2026"
_ADDRESS = re.compile(r"http://[0-9.]+:[0-9]+")
_ONE_TIME = re.compile(r"账号 (\S+?)，一次性口令 (\S+?)（")


class ServiceFailed(Exception):
    """The service did not do what the benchmark needs of it; the message says what."""


@dataclass(frozen=True)
class Served:
    """A running service."""

    url: str
    pid: int
    login: str
    one_time: str


@contextmanager
def served(folder: Path, database: str, workers: int) -> Iterator[Served]:
    """Start the service on a free port, and end it.

    Args:
        folder: data folder; its log lies beside the data.
        database: address of an empty database; empty: SQLite.
        workers: embedded workers; each has an equal share of the processors.

    Raises:
        ServiceFailed: it did not start.
    """
    threads = max(1, (os.cpu_count() or 1) // max(workers, 1))
    settings = {"EMBEDDED_WORKERS": workers, "THREADS": threads, "DATABASE_URL": database}
    environment = {**os.environ, **{f"ZUOZHENG_{key}": str(value) for key, value in settings.items()}}
    command = [sys.executable, "-m", "extractor.cli_start", "serve", "--port", "0", "--data-dir", str(folder / "data")]
    with (folder / "serve.log").open("wb") as log:
        # A session of its own: its readers sit at other machines, and must not share its part of the processor time.
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, env=environment, start_new_session=True)
        try:
            yield _started(process)
        finally:
            process.terminate()
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _started(process: subprocess.Popen[bytes]) -> Served:
    lines: queue.Queue[str] = queue.Queue()
    assert process.stdout is not None
    threading.Thread(target=_pass_on, args=(process.stdout, lines), daemon=True).start()
    said, until = "", time.monotonic() + START_S
    while time.monotonic() < until and process.poll() is None:
        try:
            said += lines.get(timeout=0.2)
        except queue.Empty:
            continue
        if (address := _ADDRESS.search(said)) and (account := _ONE_TIME.search(said)):
            return Served(address[0], process.pid, account[1], account[2])
    raise ServiceFailed(f"the service did not start: {said}")


def _pass_on(stream: IO[bytes], lines: queue.Queue[str]) -> None:
    for line in stream:
        lines.put(line.decode())


def signed_in(served: Served, login: str, password: str) -> httpx2.Client:
    """A client with the session of somebody."""
    client = httpx2.Client(base_url=served.url, timeout=600)
    answer = ok(client.post(f"{API}/auth/sign-in", json={"login": login, "password": password}))
    client.headers["X-CSRF-Token"] = answer["csrf"]
    return client


def ok(response: httpx2.Response) -> Any:
    """The JSON of an answer that must be a good one.

    Raises:
        ServiceFailed: it is not.
    """
    if response.status_code >= 400:
        raise ServiceFailed(
            f"{response.request.method} {response.request.url.path}: {response.status_code} {response.text[:500]}"
        )
    return response.json() if response.content else None


def administrator(served: Served) -> httpx2.Client:
    """The first administrator, with a password of their own."""
    client = signed_in(served, served.login, served.one_time)
    ok(client.post(f"{API}/auth/password", json={"old": served.one_time, "new": PASSWORD}))
    return client


def reviewers(served: Served, admin: httpx2.Client, number: int) -> list[str]:
    """Accounts of reviewers, all with ``PASSWORD``; their logins."""
    logins = [f"reader{n:02}" for n in range(1, number + 1)]
    for login in logins:
        made = ok(admin.post(f"{API}/users", json={"login": login, "name": login, "role": "reviewer"}))
        with closing(signed_in(served, login, made["one_time_password"])) as client:
            ok(client.post(f"{API}/auth/password", json={"old": made["one_time_password"], "new": PASSWORD}))
    return logins


def hand_in(admin: httpx2.Client, packages: Mapping[str, Files], policy: str) -> list[str]:
    """Upload packages one by one; their ids."""
    ids = []
    for name, files in packages.items():
        parts = [("files", (file, data)) for file, data in files.items()]
        ids.append(ok(admin.post(f"{API}/packages", files=parts, data={"name": name, "policies": policy}))["id"])
    return ids


def hand_in_batch(admin: httpx2.Client, packages: Mapping[str, Files], policy: str) -> str:
    """Upload packages as one batch; its id."""
    parts = [("files", ("批次.zip", batch_zip(packages)))]
    return str(ok(admin.post(f"{API}/batches", files=parts, data={"name": "批次", "policies": policy}))["id"])


def wait_for(admin: httpx2.Client, ids: Sequence[str], patience_s: float) -> None:
    """Wait until packages are checked.

    Raises:
        ServiceFailed: one could not be, or it takes too long.
    """
    until = time.monotonic() + patience_s
    for ident in ids:
        while (run := ok(admin.get(f"{API}/packages/{ident}"))["run"])["state"] != "done":
            if run["state"] in ("failed", "cancelled") or time.monotonic() > until:
                raise ServiceFailed(f"package {ident}: {json.dumps(run, ensure_ascii=False)}")
            time.sleep(0.5)


def pages_read(admin: httpx2.Client) -> int:
    """Pages that all workers have read so far."""
    told = admin.get("/metrics").text
    return int(sum(float(line.rsplit(" ", 1)[1]) for line in told.splitlines() if line.startswith("zuozheng_pages_read_total{")))


def waiting(admin: httpx2.Client) -> int:
    """Packages that are not finished."""
    return int(ok(admin.get(f"{API}/packages", params={"state": "live", "page_size": 1}))["total"])
