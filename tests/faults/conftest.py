"""The service's fixtures, and what misbehaves: a full disk."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.api.conftest import (  # noqa: F401
    _cheap,
    app,
    client,
    client_as,
    database_url,
    finished_package,
    people,
    postgres,
    service,
    settings,
    sqlite_template,
    token_as,
)
from tests.api.jobs.conftest import bench  # noqa: F401

FULL = Path("/dev/full")
"""Linux's own full disk: every write to it ends with ENOSPC."""
Fill = Callable[[Path], None]


@pytest.fixture
def fill(monkeypatch: pytest.MonkeyPatch) -> Fill:
    """Whatever is written under a folder from now on meets a full disk, at the write itself or when the file is closed."""
    real_open, real_mkstemp = Path.open, tempfile.mkstemp

    def full(folder: Path) -> None:
        def opened(self: Path, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
            if set(mode) & set("wxa") and self.is_relative_to(folder):
                real_open(self, mode, *args, **kwargs).close()
                return real_open(FULL, mode.replace("x", "w"), *args, **kwargs)
            return real_open(self, mode, *args, **kwargs)

        def made(*args: Any, **kwargs: Any) -> tuple[int, str]:
            handle, name = real_mkstemp(*args, **kwargs)
            if Path(name).is_relative_to(folder):
                os.close(handle)
                handle = os.open(FULL, os.O_RDWR)
            return handle, name

        monkeypatch.setattr(Path, "open", opened)
        monkeypatch.setattr(tempfile, "mkstemp", made)

    return full


def files_in(folder: Path) -> list[Path]:
    """All files below it."""
    return sorted(p for p in folder.rglob("*") if p.is_file())
