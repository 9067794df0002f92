"""What processes leave behind that died in the middle of writing: staging folders of uploads, half-written files."""

from __future__ import annotations

import os
import shutil
import time
from contextlib import suppress
from pathlib import Path

from api.jobs.parent import alive
from api.settings import UPLOADS
from api.store.blobs import Blobs

ABANDONED_S = 24 * 3600.0
"""Nothing takes so long to be written."""


def sweep_staging(data_dir: Path, *, starting: bool = False) -> int:
    """Remove staging folders of uploads whose process is gone, whatever the clock says; how many.

    Args:
        data_dir: of the service.
        starting: this process has taken no upload yet, so that a folder with its number is another one's.
    """
    gone = 0
    for folder in (data_dir / UPLOADS).glob("up-*"):
        pid = folder.name.split("-")[1]
        if _left(pid, folder, starting):
            shutil.rmtree(folder, ignore_errors=True)
            gone += 1
    return gone


def _left(pid: str, folder: Path, starting: bool) -> bool:
    if not pid.isdigit():  # of an older program
        return _age(folder) > ABANDONED_S
    return not alive(int(pid)) or (starting and int(pid) == os.getpid())


def sweep_half_written(blobs: Blobs) -> int:
    """Remove files of the store that were begun more than a day ago and never finished; how many."""
    gone = 0
    for path in blobs.half_written():
        if _age(path) > ABANDONED_S:
            with suppress(OSError):  # another process was faster
                path.unlink()
                gone += 1
    return gone


def _age(path: Path) -> float:
    """Seconds since it was last written to, by a clock that may have been set back meanwhile."""
    try:
        return abs(time.time() - path.stat().st_mtime)
    except FileNotFoundError:
        return 0.0
