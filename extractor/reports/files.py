"""Writing report files so that a reader never sees half a file."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


class ReportWriteError(Exception):
    """A report could not be written; the message is plain Chinese with a remedy."""


def write_atomically(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path`` by way of a new file beside it, then rename.

    Raises:
        ReportWriteError: the folder is missing or read-only, or the disk is full.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        try:
            with temporary.open("xb") as handle:
                handle.write(data)
                handle.flush()
                os.fsync(handle.fileno())
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        message = f"报告写入失败：{path}（{reason}）。请检查输出目录是否存在、可写，磁盘空间是否足够。"
        raise ReportWriteError(message) from error
