"""Labelled pages on disk: one JSON object per line, gzipped; the same pages give the same bytes."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import ValidationError

from extractor.model import LabelledPage


class StoreError(ValueError):
    """A file of labelled pages that cannot be read; the message is Chinese and says what to do."""


def save(path: Path, pages: Iterable[LabelledPage]) -> int:
    """Write pages to ``path`` (``.jsonl.gz``), one after another; returns how many."""
    count = 0
    with path.open("wb") as raw, gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0, compresslevel=6) as file:
        for page in pages:
            file.write(page.model_dump_json(exclude_defaults=True).encode() + b"\n")
            count += 1
    return count


def load(path: Path) -> Iterator[LabelledPage]:
    """The pages of a file, one at a time.

    Raises:
        StoreError: the file is damaged or holds something else; names the line.
    """
    at = 0
    try:
        with gzip.open(path, "rb") as file:
            for at, line in enumerate(file, 1):  # noqa: B007
                yield LabelledPage.model_validate_json(line)
    except (OSError, EOFError, zlib.error, ValidationError) as error:
        raise StoreError(f"训练页面文件 {path.name} 第 {max(at, 1)} 行附近无法读取，请重新生成：{error}") from error
