"""The folder of a model: its files, their hashes, and the record of how it was made."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from models.sequence.errors import ModelDamaged, ModelMissing

RECORD = "record.json"
HASHES = "sha256"


def file_hash(path: Path) -> str:
    """SHA-256 of a file, 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hashes(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """SHA-256 of the files ``names`` of a folder."""
    return {name: file_hash(folder / name) for name in sorted(names)}


def read_record(folder: Path) -> dict[str, Any]:
    """The training record of a model.

    Raises:
        ModelMissing: there is no record, so no model.
        ModelDamaged: it cannot be read.
    """
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ModelMissing(f"目录 {folder} 中没有模型（缺少 {RECORD}），请指定训练得到的目录，或重新安装。") from error
    except (OSError, ValueError) as error:
        raise ModelDamaged(f"模型目录 {folder} 中的 {RECORD} 无法读取，请重新安装或重新训练。") from error
    if not isinstance(record, dict) or not isinstance(record.get(HASHES), dict):
        raise ModelDamaged(f"模型目录 {folder} 中的 {RECORD} 不合格式，请重新安装或重新训练。")
    return record


def verify(folder: Path) -> dict[str, Any]:
    """Compare every file that the record names with its SHA-256; returns the record.

    Raises:
        ModelMissing: there is no model, or a file is missing.
        ModelDamaged: a file differs from what was recorded.
    """
    record = read_record(folder)
    for name, expected in record[HASHES].items():
        path = folder / name
        if not path.is_file():
            raise ModelMissing(f"模型目录 {folder} 缺少文件 {name}，请重新安装或重新训练。")
        if file_hash(path) != expected:
            raise ModelDamaged(f"模型文件 {path} 与训练记录中的 SHA-256 不一致，文件可能已损坏，请重新安装或重新训练。")
    return record


def write_record(folder: Path, record: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Write ``record.json`` with the hashes of ``names``; returns what was written."""
    whole = {**record, HASHES: hashes(folder, names)}
    text = json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=False)
    (folder / RECORD).write_text(text + "\n", encoding="utf-8")
    return whole
