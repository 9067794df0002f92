"""An embedded worker's process: settings on standard input; it ends when the process named on the command line is gone."""

from __future__ import annotations

import json
import logging
import os
import sys

from api.ops.loading import loading
from api.ops.logs import configure_logging
from api.ops.opening import CannotStart, check_data_dir, plainly
from api.settings import ServiceSettings

LOG = logging.getLogger("zuozheng.workers")


def main() -> None:
    """Run the worker until it is told to stop."""
    settings = ServiceSettings(**json.load(sys.stdin.buffer))
    configure_logging(settings)
    try:
        work(settings, settings.worker_name, parent=int(sys.argv[1]))
    except CannotStart as error:
        LOG.error("%s", error.message)
        raise SystemExit(2) from error


def work(settings: ServiceSettings, name: str, *, parent: int | None = None) -> None:
    """Be a worker until told to stop.

    Raises:
        CannotStart: database or files cannot be used, or the name is taken.
    """
    check_data_dir(settings)
    os.nice(settings.worker_niceness)
    with loading():
        # Heavy: text engine and parsers.
        from api.jobs.worker import NameTaken, run_worker

    try:
        with plainly(settings):
            run_worker(settings, name, parent=parent)
    except NameTaken as error:
        raise CannotStart(error.detail) from error


if __name__ == "__main__":
    main()
