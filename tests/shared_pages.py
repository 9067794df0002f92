"""Pages of the sample package, read once in a run of the tests: those that read first leave them for others."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

import pytest

from api.service import make_service
from api.settings import ServiceSettings
from extractor.intake import open_package, page_sources
from extractor.reading.cache import PageCache

ENGINE = "openvino"


def shared_folder(factory: pytest.TempPathFactory) -> Path:
    """A page cache that all processes of this run of the tests share."""
    own = factory.getbasetemp()
    return (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "sample-pages"


def hand_over(cache: Path, package: Path, names: Collection[str], data: Path) -> int:
    """Put those pages of the named files of a package that the cache has into a service's store; how many."""
    if not cache.is_dir():
        return 0
    kept = PageCache(cache, ENGINE)
    store = make_service(ServiceSettings(_env_file=None, data_dir=data, embedded_workers=0))
    handed = 0
    try:
        with open_package(package) as opened:
            for file in (f for f in opened.files if f.name in names):
                for source in page_sources(file):
                    page = kept.get(source, file.sha256)
                    if page is not None:
                        store.pages.put(source, file.sha256, page)
                        handed += 1
    finally:
        store.store.engine.dispose()
    return handed
