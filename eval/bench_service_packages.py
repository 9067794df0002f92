"""Packages for the service's benchmark: the samples that ship, as often as wanted, no file's bytes twice."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

SAMPLES = Path(__file__).parents[1] / "corpora" / "samples"
DECLARED = "declared.json"
# Readers of these formats stop at their own end mark, so bytes behind it make new content of the same page.
_TRAILERS = {".pdf": b"\n%% %d\n", ".jpg": b"%d", ".png": b"%d", ".webp": b"%d", ".tif": b"%d"}

Files = Mapping[str, bytes]
"""Of one package: bytes by name, the declared figures at ``declared.json``."""


def samples() -> list[Files]:
    """The enterprises among the samples: born-digital reports, scans, photos and lists."""
    gate = SAMPLES / "gate"
    homes = [(SAMPLES / "minjiang" / "evidence", SAMPLES / "minjiang" / DECLARED)]
    homes += [(home, gate / "declared" / f"{home.name}.json") for home in sorted((gate / "files").iterdir())]
    return [_files(home, declared) for home, declared in homes]


def _files(home: Path, declared: Path) -> Files:
    found = {path.relative_to(home).as_posix(): path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file()}
    return {**found, DECLARED: declared.read_bytes()}


def copies(bases: Sequence[Files], number: int, first: int = 1) -> dict[str, Files]:
    """Packages by name, in turns of the samples; no copy's pages are found in the cache of read pages.

    Args:
        bases: from ``samples``.
        number: how many.
        first: number of the first one; copies of the same number are the same.
    """
    return {f"第{n:04}号": _unlike(bases[n % len(bases)], n) for n in range(first, first + number)}


def _unlike(files: Files, number: int) -> Files:
    """The same package with other bytes, as far as pages of its files are read from a picture or a PDF."""
    return {name: data + _trailer(name, number) for name, data in files.items()}


def _trailer(name: str, number: int) -> bytes:
    trailer = _TRAILERS.get(Path(name).suffix.lower())
    return trailer % number if trailer is not None else b""


def scans(bases: Sequence[Files], number: int) -> dict[str, dict[str, bytes]]:
    """Packages of one scanned page each, for measuring how fast text is read."""
    pages = [data for files in bases for name, data in files.items() if Path(name).suffix.lower() in (".jpg", ".png", ".webp")]
    return {f"扫描{n:04}": {"扫描.jpg": pages[n % len(pages)] + b"%d" % n} for n in range(number)}


def batch_zip(packages: Mapping[str, Files]) -> bytes:
    """One ZIP, a folder for each package."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for package, files in packages.items():
            for name, data in files.items():
                archive.writestr(f"{package}/{name}", data)
    return out.getvalue()
