"""How much of an untrusted package is read before it is refused."""

from __future__ import annotations

from dataclasses import dataclass

MB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Upper bounds; going over one gives an error entry, never a crash.

    ``max_zip_ratio`` is unpacked size over packed size and counts only above 10 MB unpacked
    (small blank bitmaps pack well and are harmless). ``zip_depth`` counts the outermost
    archive as 1. ``max_rows`` is per sheet, ``max_cells`` is rows x columns per sheet.
    """

    max_file_bytes: int = 200 * MB
    max_package_bytes: int = 2048 * MB
    max_files: int = 2000
    max_pages_per_file: int = 2000
    max_pixels: int = 120_000_000
    max_zip_ratio: int = 200
    max_zip_entries: int = 5000
    zip_depth: int = 2
    max_rows: int = 200_000
    max_cells: int = 5_000_000


def megabytes(n: int) -> str:
    """``n`` bytes as people say it, such as ``200 MB`` or ``0.3 MB``."""
    size = n / MB
    return f"{size:.0f} MB" if size >= 10 or size == int(size) else f"{size:.1f} MB"
