"""Readers that do what none may, by the content of the file; to see that the fuzzer notices."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path


class Refused(Exception):
    """What these readers foresee."""


def read(path: Path) -> object:
    """Misbehave as the file says."""
    match path.read_bytes():
        case b"raises":
            raise ZeroDivisionError
        case b"hangs":
            time.sleep(60)
        case b"dies":
            os.abort()
        case b"escapes":
            (path.parent / ".." / ".." / ".." / "escaped").resolve().write_bytes(b"x")
        case b"home":
            (Path.home() / ".remembered").write_bytes(b"x")
        case b"here":
            Path("here").write_bytes(b"x")
        case b"leaves":
            tempfile.mkstemp()
        case b"english":
            raise Refused("no such thing")
        case b"refuses":
            raise Refused("没有这一项，请补上")
    return None
