"""What can go wrong with an input file: one class per kind.

``message`` is shown to reviewers: plain Chinese that says what is wrong and what to do.
"""

from __future__ import annotations

import errno
from typing import ClassVar


class IntakeError(Exception):
    """A file or page cannot be read. ``code`` is stable and for programs."""

    code: ClassVar[str] = "intake"

    def __init__(self, message: str) -> None:
        """Keep the message, which must name a remedy."""
        super().__init__(message)
        self.message = message


class UnsupportedFile(IntakeError):
    """A kind of file that is not read."""

    code = "unsupported"


class EncryptedFile(IntakeError):
    """A password is needed."""

    code = "encrypted"


class BrokenFile(IntakeError):
    """Damaged, truncated or not readable from disk."""

    code = "broken"


class EmptyFile(IntakeError):
    """Nothing in it."""

    code = "empty"


class TooLarge(IntakeError):
    """Over one of the limits (``limits.py``)."""

    code = "too_large"


class UnsafeArchive(IntakeError):
    """An archive member or link that would reach outside the package."""

    code = "unsafe"


class UnsafeFile(IntakeError):
    """Built to be taken for something else than it shows: XML entities, two formats in one file."""

    code = "unsafe_file"


class ParserCrashed(IntakeError):
    """The process that opened the file died."""

    code = "crashed"


class TookTooLong(IntakeError):
    """Opening the file took longer than ``Limits.open_seconds``."""

    code = "too_long"


class PackageNotFound(IntakeError):
    """The package path does not exist."""

    code = "not_found"


class WorkFolderError(Exception):
    """Copies of files cannot be written: the machine's fault, not the files'. Nothing may be concluded from what is left.

    ``message`` is plain Chinese with a remedy. No ``IntakeError``: it ends the whole package, not one file.
    """

    def __init__(self, message: str) -> None:
        """Keep the message, which must name a remedy."""
        super().__init__(message)
        self.message = message


class DiskFull(WorkFolderError):
    """There is no room left for temporary copies."""


class WorkFolderUnusable(WorkFolderError):
    """The folder for temporary copies is missing, or may not be written to."""


def work_folder_error(error: OSError) -> WorkFolderError:
    """What it means that a temporary copy could not be written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull("磁盘已满，放不下材料的临时副本，没有核对（不是材料的问题）；请清出空间后重试，或用 TMPDIR 指定别的目录")
    why = error.strerror or type(error).__name__
    return WorkFolderUnusable(
        f"临时目录无法写入（{why}），没有核对（不是材料的问题）；请检查该目录是否存在、可写，或用 TMPDIR 指定别的目录"
    )


class NothingReadable(Exception):
    """Not one file of the package could be read; the message is one line of plain Chinese."""
