"""The pages of a training, kept on disk and packed in memory, so that each can be taken at any time."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from pydantic import ValidationError

from extractor.model import LabelledPage
from models.sequence.errors import TrainingError


def read_pages(path: Path) -> Iterator[LabelledPage]:
    """Labelled pages of a JSONL file, packed with gzip where its name ends in ``.gz``.

    Raises:
        TrainingError: the file cannot be read or a line is no labelled page; names the line.
    """
    try:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    try:
                        yield LabelledPage.model_validate_json(line)
                    except ValidationError as error:
                        raise TrainingError(f"训练数据 {path} 第 {number} 行不合格式，请重新生成。") from error
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise TrainingError(f"无法读取训练数据 {path}，请检查路径或重新生成。") from error


def write_pages(pages: Iterable[LabelledPage], path: Path) -> int:
    """Write labelled pages as packed JSONL; returns how many. The same pages give the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    n = 0
    with path.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=5, mtime=0, filename="") as file:
        for page in pages:
            file.write(page.model_dump_json(exclude_defaults=True).encode() + b"\n")
            n += 1
    return n


class Store:
    """Pages in memory, each packed (some 3 KB); ``fingerprint``: SHA-256 over all of them in order."""

    def __init__(self, pages: Iterable[LabelledPage]) -> None:
        self._packed: list[bytes] = []
        digest = hashlib.sha256()
        for page in pages:
            raw = page.model_dump_json(exclude_defaults=True).encode()
            digest.update(hashlib.sha256(raw).digest())
            self._packed.append(zlib.compress(raw, 3))
        self.fingerprint = digest.hexdigest()

    def __len__(self) -> int:
        """How many pages."""
        return len(self._packed)

    def __getitem__(self, i: int) -> LabelledPage:
        """Page ``i``, unpacked."""
        return LabelledPage.model_validate_json(zlib.decompress(self._packed[i]))

    def __iter__(self) -> Iterator[LabelledPage]:
        """All pages in order."""
        return (self[i] for i in range(len(self)))


def stored(pages: Callable[[], Iterable[LabelledPage]], path: Path, *, again: bool) -> Store:
    """The pages of a training: made and written to ``path``, or (``again``) read from there where a training goes on.

    Only pages whose fields are labelled and that are not held out are kept.

    Raises:
        TrainingError: there is not a single page.
    """
    if not (again and path.is_file()):
        part = path.with_suffix(".part")
        write_pages((p for p in pages() if p.tagged and not p.held_out), part)
        part.replace(path)
    store = Store(read_pages(path))
    if not len(store):
        raise TrainingError("没有可用的训练页面：请检查语料目录，或增加 --pages。")
    return store


def split(n: int, block: int, every: int) -> tuple[list[int], list[int]]:
    """Page numbers 0..n-1 to learn from and to measure on: of ``every`` blocks of ``block`` pages the last is for measuring.

    Whole blocks, as the pages of one package follow each other. Too few pages for a block: the last tenth, at least one.
    """
    dev = [i for i in range(n) if (i // block) % every == every - 1]
    if not dev:
        dev = list(range(n - max(1, n // 10), n))
    kept = set(dev)
    return [i for i in range(n) if i not in kept] or dev, dev
