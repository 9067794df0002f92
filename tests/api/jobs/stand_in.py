"""A real worker process with a slow pretended reader and a judge that only counts.

Arguments: the settings as JSON, the worker's name, the file that gets one line per page read, seconds per page.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from sqlalchemy import update

from api.jobs import worker
from api.service import Service
from api.settings import ServiceSettings
from api.store.staging import pages_of_run
from api.store.tables import PackageRow, Run, now
from extractor.intake import PageSource
from extractor.model import Line, Page
from extractor.reading.worker import Shown


def text_page(file: int, number: int, text: str) -> Page:
    return Page(file=file, page=number, width=100, height=100, source="text", lines=(Line(text=text, box=(0, 0, 1, 0.1)),))


class SlowReader:
    """Says of every page where it lies; one line in the log for each."""

    log = Path()
    seconds = 0.0

    def __init__(self, *_args: object) -> None:
        pass

    def __exit__(self, *_error: object) -> None:
        pass

    def read_and_show(self, sources: Iterable[PageSource]) -> Iterator[Shown]:
        for source in sources:
            time.sleep(self.seconds)
            with self.log.open("a") as out:
                out.write(f"{os.getpid()} {source.path.name} {source.page}\n")
            yield Shown(text_page(source.file, source.page, f"{source.path.name} {source.page}"))


def count(service: Service, run_id: str) -> None:
    """The result is what was read, and how often there was one."""
    pages = pages_of_run(service.store, service.pages, run_id)
    sha, _ = service.blobs.put("\n".join(p.model_dump_json() for p in pages).encode())
    with service.store.begin() as session:
        run = session.get_one(Run, run_id)
        done = update(Run).where(Run.id == run_id, Run.state == "judging").values(state="done", finished_at=now())
        if session.execute(done).rowcount:
            package = session.get_one(PackageRow, run.package_id)
            package.version += 1
            package.result = sha


def main() -> None:
    settings, name, log, seconds = sys.argv[1:]
    SlowReader.log, SlowReader.seconds = Path(log), float(seconds)
    worker.ReadingWorker = SlowReader
    worker.run_worker(ServiceSettings.model_validate_json(settings), name, parent=os.getppid(), judge=count)
