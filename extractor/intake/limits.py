"""How much of an untrusted package is read before it is refused. What each limit is for: ``docs/limits.md``."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields

MB = 1024 * 1024
_DIGITS = 18
"""Of a limit at most: what Python, the system's calls and people can still take."""
PREFIX = "ZUOZHENG_INTAKE__"
"""Environment variables of limits begin so; then the limit's name in capitals: ``ZUOZHENG_INTAKE__MAX_FILES``."""


@dataclass(frozen=True)
class Limits:
    """Upper bounds; going over one gives an error entry, never a crash.

    ``max_pages`` is of a package. ``max_zip_ratio`` is unpacked size over packed size: of a member above 10 MB
    unpacked (small blank bitmaps pack well and are harmless), and of an outermost archive with all that lies in it
    above 100 MB. ``zip_depth`` counts the outermost archive as 1. ``max_rows`` is per sheet, ``max_cells`` is rows x
    columns per sheet. ``max_xml_tags`` is of the parts of a DOCX, or of an XLSX without its sheets. ``open_seconds``
    and ``open_memory`` (bytes) are what opening one file may take in the process that does it; reading pages is another
    matter.
    """

    max_file_bytes: int = 200 * MB
    max_package_bytes: int = 2048 * MB
    max_files: int = 2000
    max_pages_per_file: int = 2000
    max_pages: int = 10_000
    max_pixels: int = 120_000_000
    max_zip_ratio: int = 200
    max_zip_entries: int = 5000
    zip_depth: int = 2
    max_rows: int = 200_000
    max_cells: int = 5_000_000
    max_xml_tags: int = 1_000_000
    open_seconds: int = 30
    open_memory: int = 1024 * MB

    def __post_init__(self) -> None:
        """A limit of 0 would refuse everything."""
        for f in fields(self):
            value = getattr(self, f.name)
            if not isinstance(value, int) or value < 1:
                raise LimitError(f"读取上限 {f.name} 须为大于 0 的整数，现为“{value}”；请改正后重试")

    @classmethod
    def from_environment(cls) -> Limits:
        """The limits with those that environment variables set, whole numbers above 0; see ``PREFIX``.

        Raises:
            LimitError: one of them is no such number.
        """
        given = {f.name: os.environ.get(PREFIX + f.name.upper(), "").strip() for f in fields(cls)}
        for name, text in given.items():
            if text and not (text.isascii() and text.isdigit() and len(text) <= _DIGITS and int(text) > 0):
                raise LimitError(f"环境变量 {PREFIX}{name.upper()} 须为大于 0 的整数，现为“{text[:40]}”；请改正或删去后重试")
        return cls(**{name: int(text) for name, text in given.items() if text})


class LimitError(ValueError):
    """A limit that was set is no whole number above 0; the message is one line of plain Chinese."""


def megabytes(n: int) -> str:
    """``n`` bytes as people say it, such as ``200 MB`` or ``0.3 MB``."""
    size = n / MB
    return f"{size:.0f} MB" if size >= 10 or size == int(size) else f"{size:.1f} MB"
