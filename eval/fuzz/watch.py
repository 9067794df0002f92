"""What no input may do: write a file outside the temporary folder, leave one in it, make this process grow."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MARK = "zz-escaped"
"""Part of every name by which mutated inputs try to get out of their folder."""


class Yard:
    """A folder in whose midst the fuzzer works: current and home folder, temporary files and inputs lie in it.

    It is deep, so that ``../..`` ends up inside it; whatever appears in it elsewhere than under ``temp`` was written by
    something that must not.
    """

    def __init__(self, root: Path) -> None:
        """Make the folders under ``root``."""
        self.root = root
        deep = root / "a" / "b" / "c" / "d"
        self.temp, self.inputs, self.cwd, self.home = (deep / n for n in ("temp", "inputs", "cwd", "home"))
        for folder in (self.temp, self.inputs, self.cwd, self.home):
            folder.mkdir(parents=True)
        self._real = tuple(dict.fromkeys((Path.cwd(), Path.home(), Path("/"), Path(tempfile.gettempdir()), Path("/tmp"))))
        self._before = self._seen()

    def strangers(self) -> list[str]:
        """What appeared, vanished or changed outside since the last look."""
        now = self._seen()
        changed = sorted(path for path in now.keys() | self._before.keys() if now.get(path) != self._before.get(path))
        self._before = now
        return changed

    def left(self) -> list[str]:
        """What lies in the temporary folder between two batches; it is removed."""
        found = sorted(os.listdir(self.temp))
        for name in found:
            path = self.temp / name
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
        return found

    def _seen(self) -> dict[str, tuple[int, int]]:
        found = {str(path): (0, 0) for folder in self._real for path in _named(folder)}
        for here, folders, names in os.walk(self.root):
            folders[:] = [f for f in folders if Path(here, f) not in (self.temp, self.inputs)]
            for name in (*folders, *names):
                state = os.lstat(os.path.join(here, name))
                found[os.path.join(here, name)] = (0, 0) if name in folders else (state.st_size, state.st_mtime_ns)
        return found


def _named(folder: Path) -> list[Path]:
    try:
        return [folder / name for name in os.listdir(folder) if MARK in name]
    except OSError:
        return []


@contextmanager
def yard() -> Iterator[Yard]:
    """Work in a yard of its own, which is removed; folders and environment are as before afterwards."""
    cwd, home, temp = os.getcwd(), os.environ.get("HOME"), tempfile.tempdir
    root = Path(tempfile.mkdtemp(prefix="fuzz-yard-"))
    try:
        made = Yard(root)
        os.chdir(made.cwd)
        os.environ["HOME"] = str(made.home)
        os.environ["TMPDIR"] = tempfile.tempdir = str(made.temp)
        yield made
    finally:
        os.chdir(cwd)
        tempfile.tempdir = temp
        os.environ.pop("TMPDIR", None)
        os.environ.pop("HOME", None)
        if home is not None:
            os.environ["HOME"] = home
        shutil.rmtree(root, ignore_errors=True)


def rss(pid: int | None = None) -> float:
    """Resident memory of a process (this one) in MB; 0 where the system does not tell."""
    try:
        status = Path(f"/proc/{pid or 'self'}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS")), 0.0)
