"""What an answer gives away, wherever it stands in it."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from urllib.parse import unquote

from httpx import Response


def texts(answer: Response) -> Iterator[str]:
    """Body and headers as text; what is packed is unpacked, what is escaped is read."""
    yield from (unquote(f"{name}: {value}") for name, value in answer.headers.items() if name != "set-cookie")
    yield from _of(answer.content)
    if answer.content and "json" in answer.headers.get("content-type", ""):
        yield json.dumps(json.loads(answer.content), ensure_ascii=False)


def _of(data: bytes) -> Iterator[str]:
    if data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist():
                yield member.filename
                yield from _of(archive.read(member))
        return
    yield data.decode("utf-8", "replace")


def given_away(answer: Response, secrets: dict[str, str]) -> list[str]:
    """Names of the secrets that the answer holds."""
    found = list(texts(answer))
    return [name for name, secret in secrets.items() if any(secret in text for text in found)]
