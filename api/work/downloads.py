"""Files on their way out: names in any language, bytes in blocks, never run by a browser as a page of ours."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import IO
from urllib.parse import quote

from starlette.responses import StreamingResponse

from extractor.intake.names import printable

_BLOCK = 1 << 20
_MOST_NAME, _MOST_SUFFIX = 180, 12
"""Characters; the end that tells the kind of file stays."""


def disposition(name: str, *, ascii_name: str = "download") -> str:
    """``Content-Disposition`` of a download (RFC 6266): an ASCII name for old programs, the real one beside it."""
    safe = "".join("_" if c in '\\/:*?"<>|' else c for c in printable(name)).strip(". ") or ascii_name
    if len(safe) > _MOST_NAME:
        stem, dot, suffix = safe.rpartition(".")
        kept = f"{dot}{suffix}" if dot and len(suffix) < _MOST_SUFFIX else ""
        safe = (stem if kept else safe)[: _MOST_NAME - len(kept)] + kept
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(safe.encode('utf-8', 'replace'), safe='')}"


def streamed(
    stream: IO[bytes], size: int, name: str, *, ascii_name: str = "download", media_type: str = "application/octet-stream"
) -> StreamingResponse:
    """A download from a stream, which is closed at the end."""
    headers = {"Content-Disposition": disposition(name, ascii_name=ascii_name), "Content-Length": str(size)}
    return StreamingResponse(_blocks(stream), headers=headers, media_type=media_type)


def whole(data: bytes, name: str, *, ascii_name: str = "download", media_type: str) -> StreamingResponse:
    """A download of bytes at hand."""
    return streamed(io.BytesIO(data), len(data), name, ascii_name=ascii_name, media_type=media_type)


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    with stream:
        while block := stream.read(_BLOCK):
            yield block
