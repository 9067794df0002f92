"""What tests let child processes do; imports little, so that these take little."""

from __future__ import annotations

import os
import socket
import tempfile
import time
from pathlib import Path

from extractor.intake.limits import MB
from extractor.intake.sandbox import Bounds, Fence, at_most, fence, fence_now


def prepare() -> None:
    """Fence the process as for reading pages."""
    fence(Bounds(memory=1024 * MB))


def prepare_tightly(temp: Path) -> None:
    """Fence the process with bounds that a test reaches."""
    fence(Bounds(memory=256 * MB, cpu_seconds=30, file_bytes=MB, open_files=40), temp)


def read(path: Path) -> None:
    """Do with the first page of a PDF what reading does."""
    from extractor.intake.pdf import PdfFile

    with PdfFile(path) as pdf:
        pdf.text_words(0)
        pdf.rulings(0)
        pdf.image_coverage(0)
        pdf.render(0, 2.0)


def holds() -> Fence:
    """What holds in the process."""
    return fence_now()


def connect() -> str:
    """Try the network and another program; the names of what refused."""
    found = []
    for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX):
        try:
            socket.socket(family).close()
        except PermissionError:
            found.append(family.name)
    try:
        os.execv("/bin/true", ["true"])
    except PermissionError:
        found.append("exec")
    return " ".join(found)


def allocate(size: int) -> str:
    """Take memory; the name of the error, if any."""
    try:
        return str(len(bytearray(size)))
    except MemoryError as error:
        return type(error).__name__


def allocate_at_most(size: int, most: int) -> str:
    """The same under a tighter bound."""
    with at_most(most, 10):
        return allocate(size)


def write(path: Path, size: int) -> int | None:
    """Write a file; the error number, if any."""
    try:
        path.write_bytes(bytes(size))
    except OSError as error:
        return error.errno
    return None


def open_many(path: Path, number: int) -> int | None:
    """Open a file many times; the error number, if any."""
    files = []
    try:
        for _ in range(number):
            files.append(path.open("rb"))
    except OSError as error:
        return error.errno
    finally:
        for f in files:
            f.close()
    return None


def temporary() -> Path:
    """Where the process puts temporary files."""
    with tempfile.NamedTemporaryFile() as f:
        return Path(f.name).parent


def burn(seconds: float) -> None:
    """Use processor time under a bound of one second."""
    with at_most(64 * MB, 1):
        end = time.process_time() + seconds
        while time.process_time() < end:
            pass


def sleep(seconds: float) -> None:
    """Wait."""
    time.sleep(seconds)


class Evil:
    """An answer that would run a program where it is unpacked."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        """A call."""
        return os.system, ("true",)


def answer_with_code() -> object:
    """A hostile answer."""
    return Evil()


def answer_with_array() -> object:
    """An honest answer of another library's type."""
    import numpy as np

    return np.arange(3)
