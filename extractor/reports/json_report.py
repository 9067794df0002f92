"""``result.json``: the machine-readable report (``docs/contract.md``)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from pydantic_core import PydanticSerializationError

from extractor.model import Result
from extractor.reports.files import write_atomically

_SURROGATES = re.compile("[\ud800-\udfff]")


def json_text(result: Result) -> str:
    """The result as JSON text that always encodes to UTF-8.

    Lone surrogates (file names whose bytes are no known encoding, broken text layers)
    become U+FFFD; they have no JSON form.
    """
    try:
        return result.to_json()
    except PydanticSerializationError:
        return Result.model_validate(_without_surrogates(result.model_dump(by_alias=True))).to_json()


def write_json(result: Result, path: Path) -> None:
    """Write the result as UTF-8 JSON, all or nothing.

    Raises:
        ReportWriteError: the file cannot be written.
    """
    write_atomically(path, (json_text(result) + "\n").encode("utf-8"))


def _without_surrogates(value: Any) -> Any:
    """A copy of nested dicts, lists and texts in which every text can be encoded."""
    if isinstance(value, str):
        return _SURROGATES.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_without_surrogates(k): _without_surrogates(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_without_surrogates(v) for v in value]
    return value
