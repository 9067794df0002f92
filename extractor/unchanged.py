"""Results of packages that have not changed since: kept beside the read pages, under a name that says all they depend on.

As confidential as the evidence itself, like the pages (``reading.cache``).
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel

from extractor.intake import SourceFile
from extractor.model import Declaration, Page, Result
from extractor.reading.cache import CacheError, page_bytes, unpacked, write_whole

LOG = logging.getLogger(__name__)
_CODE = (".py", ".yaml", ".json", ".png")


def result_name(
    package: str, files: Sequence[SourceFile], declaration: Declaration | None, day: date, more: Sequence[object]
) -> str:
    """The name under which a result is kept (64 hexadecimal digits): another one when anything could differ.

    Args:
        package: its name.
        files: its files, by whose bytes pages are told.
        declaration: the declared figures.
        day: on which things must be valid.
        more: whatever else decides: models (pydantic) or values with a stable ``repr``.
    """
    said = {
        "code": code_version(),
        "package": package,
        "files": [(f.name, f.sha256, f.media_type, f.pages) for f in files],
        "declaration": declaration.model_dump_json() if declaration else None,
        "day": day.isoformat(),
        "more": [x.model_dump_json() if isinstance(x, BaseModel) else repr(x) for x in more],
    }
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


@lru_cache(maxsize=1)
def code_version() -> str:
    """A fingerprint of the whole program and its data (64 hexadecimal digits)."""
    digest, root = hashlib.sha256(), Path(__file__).resolve().parents[1]
    for room in ("extractor", "models"):
        for path in sorted((root / room).rglob("*")):
            if path.suffix in _CODE:
                digest.update(path.relative_to(root).as_posix().encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


def lasting(files: Sequence[SourceFile], pages: Sequence[Page]) -> bool:
    """Whether a result may be kept: nothing failed, which another try might read."""
    return not any(f.error for f in files) and not any(p.note and p.source == "blank" for p in pages)


class KeptResults:
    """Results in a folder; several processes may share it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "results"

    def get(self, name: str) -> Result | None:
        """The result kept under this name, or None."""
        path = self._path(name)
        if not path.is_file():
            return None
        try:
            return unpacked(path.read_bytes(), Result)
        except (OSError, ValueError) as error:
            LOG.warning("缓存条目 %s 已损坏，重新核对：%s", path.name, type(error).__name__)
            return None

    def put(self, name: str, result: Result) -> None:
        """Keep a result.

        Raises:
            CacheError: the folder cannot be written.
        """
        try:
            self._folder.mkdir(exist_ok=True, mode=0o700)
            write_whole(self._path(name), page_bytes(result), self._folder)
        except OSError as error:
            raise CacheError(f"无法写入缓存目录 {self._folder}：{error.strerror or error}。请清出空间，或不使用缓存") from error

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.json.gz"
