"""Short ways to write a file and to open what was written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from intake_files import Opener, PackageOpener

from extractor.intake import Limits, Package, SourceFile, open_package, sandbox


@pytest.fixture(autouse=True)
def here(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Open files in this process, which is quicker, but for modules that say ``IN_CHILDREN``."""
    if not getattr(request.module, "IN_CHILDREN", False):
        monkeypatch.setattr(sandbox, "fenced", lambda: True)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[PackageOpener]:
    """Write ``data`` under ``name`` and open it as a package; it is closed after the test."""
    packages: list[Package] = []

    def write_and_open(name: str, data: bytes, limits: Limits | None = None) -> Package:
        path = tmp_path / "in" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        packages.append(open_package(path, limits))
        return packages[-1]

    yield write_and_open
    for package in packages:
        package.close()


@pytest.fixture
def only(opened: PackageOpener) -> Opener:
    """Write ``data`` under ``name``, open it and return its one entry."""

    def single(name: str, data: bytes, limits: Limits | None = None) -> SourceFile:
        (file,) = opened(name, data, limits).files
        return file

    return single
