"""Whether jobs survive their workers being killed, and what a second worker brings.

``python -m eval.bench_jobs --database sqlite|URL [--packages 200] [--kills 20] [--workers 2] [--seed 1]`` checks many
small packages twice: undisturbed, and with ``kill -9`` of random workers and their text-reading child processes at
random times; a killed worker is started again. Every package must be finished once, with the same result.
``--scaling`` compares one worker with two on scanned pages instead. A PostgreSQL database must be empty; its tables are
dropped in between.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa
import typst
from PIL import Image
from sqlalchemy import func, select

from api.jobs.client import Jobs
from api.service import Service
from api.settings import ServiceSettings
from api.store.blobs import Blobs
from api.store.engine import Store, make_engine, migrate
from api.store.pages import PageStore
from api.store.pictures import Pictures
from api.store.tables import LIVE_STATES, Organisation, PackageRow, Run, RunFile, UploadedFile, Worker

START = """
import sys
from api.jobs.worker import run_worker
from api.settings import ServiceSettings
run_worker(ServiceSettings.model_validate_json(sys.argv[1]), sys.argv[2], parent=int(sys.argv[3]))
"""
PATIENCE_S = 3600.0
ORGANISATIONS = 3


@dataclass(frozen=True)
class Outcome:
    """One pass over all packages. ``again``: pages read more than once; ``results``: hash-free JSON by package name."""

    seconds: float
    packages: int
    pages: int
    pages_per_second: float
    kills: int
    done: int
    versions: tuple[int, ...]
    again: int
    results: dict[str, Any]


def main() -> None:
    """Print a table and one JSON line; exit code 1 where anything was lost, doubled or different."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", default="sqlite", help="sqlite, or the address of an empty PostgreSQL database")
    parser.add_argument("--packages", type=int, default=200)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scaling", action="store_true", help="pages per second of one and of two workers on scanned pages")
    args = parser.parse_args()
    if args.scaling:
        packages = make_packages(args.packages, args.seed, scanned=1.0)
        passes = {str(n): run_pass(args.database, packages, n, 0, args.seed, warm=True) for n in (1, 2)}
        ratio = passes["2"].pages_per_second / passes["1"].pages_per_second
        _report(passes, {"ratio": round(ratio, 2), "cores": os.cpu_count()})
        return
    packages = make_packages(args.packages, args.seed, scanned=0.2)
    quiet = run_pass(args.database, packages, args.workers, 0, args.seed)
    killed = run_pass(args.database, packages, args.workers, args.kills, args.seed)
    different = [name for name in packages if quiet.results.get(name) != killed.results.get(name)]
    once = all(p.done == len(packages) and set(p.versions) == {1} for p in (quiet, killed))
    _report({"undisturbed": quiet, "killed": killed}, {"finished_once": once, "different_results": different})
    sys.exit(0 if once and not different else 1)


def _report(passes: dict[str, Outcome], verdict: dict[str, Any]) -> None:
    columns = ("seconds", "packages", "pages", "pages_per_second", "kills", "done", "again")
    sys.stdout.write(f"{'':12}" + "".join(f"{c:>18}" for c in columns) + "\n")
    for name, one in passes.items():
        values = "".join(
            f"{getattr(one, c):18.2f}" if isinstance(getattr(one, c), float) else f"{getattr(one, c):18}" for c in columns
        )
        sys.stdout.write(f"{name:12}{values}\n")
    told = {name: {k: v for k, v in asdict(one).items() if k not in ("results", "versions")} for name, one in passes.items()}
    sys.stdout.write(json.dumps(told | verdict, ensure_ascii=False) + "\n")


# --- packages ---------------------------------------------------------------


def make_packages(number: int, seed: int, scanned: float) -> dict[str, dict[str, bytes]]:
    """Small packages by name, their files by name: one or two pages each, a share of them as pictures."""
    chance = random.Random(seed)
    return {f"第{n:03}号": _files(n, chance.choice((1, 2)), chance.random() < scanned) for n in range(number)}


def _files(number: int, pages: int, as_picture: bool) -> dict[str, bytes]:
    sheets = [
        f"= 利润表\n编制单位：第{number}号机械有限公司 #h(2cm) 2022年度 第{p}页\n"
        "#table(columns: 3, [项目], [本年金额], [上年金额], "
        f"[营业收入], [{number * 977 + p:,}.00], [{number * 931:,}.00], [净利润], [{number * 55:,}.00], [{number * 53:,}.00])"
        for p in range(1, pages + 1)
    ]
    source = '#set page(paper: "a5")\n#set text(font: "Noto Sans CJK SC", size: 11pt)\n' + "\n#pagebreak()\n".join(sheets)
    if not as_picture:
        return {"利润表.pdf": bytes(typst.compile(source.encode()))}
    drawn = typst.compile(source.encode(), format="png", ppi=150)
    pictures = drawn if isinstance(drawn, list) else [drawn]
    return {f"照片{n}.jpg": _photo(picture) for n, picture in enumerate(pictures, 1)}


def _photo(png: bytes) -> bytes:
    paper = np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))
    out = io.BytesIO()
    Image.fromarray(paper).save(out, "JPEG", quality=85)
    return out.getvalue()


# --- one pass ---------------------------------------------------------------


def run_pass(
    database: str, packages: dict[str, dict[str, bytes]], workers: int, kills: int, seed: int, *, warm: bool = False
) -> Outcome:
    """Queue all packages, run the workers, kill some; what came out.

    Args:
        database: ``sqlite`` or an address.
        packages: from ``make_packages``.
        workers: how many run at once.
        kills: how many processes are killed meanwhile.
        seed: of the choice whom to kill and when.
        warm: start counting when every worker has read a page, for measuring speed.
    """
    with tempfile.TemporaryDirectory() as folder, _service(Path(folder), database, workers) as service:
        _queue(service, packages)
        crew = [Member(service.settings, f"worker-{n}") for n in range(1, workers + 1)]
        try:
            started, before = time.monotonic(), 0
            if warm:
                _until(service, lambda: _warm(service, workers))
                started, before = time.monotonic(), _read(service)
            killed = _disturb(service, crew, kills, len(packages), random.Random(seed))
            seconds = time.monotonic() - started
            return _outcome(service, seconds, killed, before)
        finally:
            for member in crew:
                member.kill()


@contextmanager
def _service(folder: Path, database: str, workers: int) -> Iterator[Service]:
    address = "" if database == "sqlite" else database
    threads = max(1, (os.cpu_count() or 1) // max(workers, 2))
    settings = ServiceSettings(_env_file=None, data_dir=folder, database_url=address, threads=threads)  # type: ignore[call-arg]
    if address:
        _drop_everything(address)
    engine = make_engine(settings.database)
    migrate(engine)
    store, blobs = Store(engine), Blobs(settings.blobs)
    pages = PageStore(blobs, store, settings.engine)
    jobs = Jobs(settings, store)
    yield Service(settings, store, blobs, pages, Pictures(blobs, pages, settings), jobs)
    jobs.close()
    engine.dispose()


def _drop_everything(address: str) -> None:
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        for schema in ("public", "dbos"):
            connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    engine.dispose()


def _queue(service: Service, packages: dict[str, dict[str, bytes]]) -> None:
    runs = []
    with service.store.begin() as session:
        offices = [Organisation(name=f"第{n}单位") for n in range(ORGANISATIONS)]
        session.add_all(offices)
        session.flush()
        for number, (name, files) in enumerate(packages.items()):
            office = offices[number % len(offices)]
            package = PackageRow(org_id=office.id, name=name, created_by="bench")
            session.add(package)
            session.flush()
            for position, (file, data) in enumerate(files.items()):
                sha, size = service.blobs.put(data)
                session.add(UploadedFile(package_id=package.id, position=position, name=file, sha256=sha, size=size))
            run = Run(package_id=package.id, org_id=office.id, interactive=number % 10 == 0)
            session.add(run)
            session.flush()
            package.run_id = run.id
            runs.append(run.id)
    for run_id in runs:
        service.jobs.submit(run_id)


class Member:
    """A worker that is started again whenever it has ended."""

    def __init__(self, settings: ServiceSettings, name: str) -> None:
        self._command = [sys.executable, "-c", START, settings.model_dump_json(), name, str(os.getpid())]
        self.process = subprocess.Popen(self._command)

    def kill(self) -> None:
        """End it at once."""
        self.process.kill()
        self.process.wait()

    def again(self) -> None:
        """Start it anew where it has ended."""
        if self.process.poll() is not None:
            self.process = subprocess.Popen(self._command)


def _disturb(service: Service, crew: Sequence[Member], kills: int, packages: int, chance: random.Random) -> int:
    """Wait for the end; each time some more packages are done, kill a worker or one of its children."""
    moments = sorted(chance.uniform(0, 0.95) * packages for _ in range(kills))
    killed = 0

    def over() -> bool:
        nonlocal killed
        for member in crew:
            member.again()
        left = _count(service, Run.state.in_(LIVE_STATES))
        while killed < kills and packages - left >= moments[killed]:
            time.sleep(chance.uniform(0, 1.0))
            victim = chance.choice(crew).process.pid
            _kill(chance.choice([victim, *_children(victim)]))
            killed += 1
        return left == 0

    _until(service, over)
    return killed


def _children(pid: int) -> list[int]:
    """Child processes (Linux)."""
    return [int(c) for task in Path(f"/proc/{pid}/task").glob("*/children") for c in task.read_text().split()]


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _until(service: Service, what: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not what():
        if time.monotonic() > until:
            raise TimeoutError(f"{_count(service, Run.state.in_(LIVE_STATES))} packages are still not finished")
        time.sleep(0.1)


def _count(service: Service, *conditions: sa.ColumnElement[bool]) -> int:
    with service.store.begin() as session:
        return session.scalar(select(func.count()).select_from(Run).where(*conditions)) or 0


def _read(service: Service) -> int:
    with service.store.begin() as session:
        return session.scalar(select(func.coalesce(func.sum(Worker.pages_read), 0))) or 0


def _warm(service: Service, workers: int) -> bool:
    with service.store.begin() as session:
        return session.scalar(select(func.count()).select_from(Worker).where(Worker.pages_read > 0)) == workers


def _outcome(service: Service, seconds: float, kills: int, before: int) -> Outcome:
    with service.store.begin() as session:
        rows = list(session.scalars(select(PackageRow)))
        wanted = select(func.coalesce(func.sum(RunFile.pages), 0)).where(RunFile.error.is_(None))
        pages = session.scalar(wanted) or 0
    read = _read(service)
    done = _count(service, Run.state == "done")
    results = {r.name: _comparable(json.loads(service.blobs.read(r.result))) for r in rows if r.result}
    return Outcome(
        seconds=round(seconds, 1), packages=len(rows), pages=pages, pages_per_second=round((read - before) / seconds, 2),
        kills=kills, done=done, versions=tuple(r.version for r in rows), again=max(0, read - pages), results=results,
    )  # fmt: skip


def _comparable(told: Any) -> Any:
    """A result without what differs between two runs by nature: how long they took."""
    if isinstance(told, dict):
        return {key: _comparable(value) for key, value in told.items() if key != "seconds"}
    return [_comparable(value) for value in told] if isinstance(told, list) else told


if __name__ == "__main__":
    main()
