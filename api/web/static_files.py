"""The style sheets and scripts, under an address that changes with them: a browser asks for each once and keeps it.

A desk that is opened for the first time asks for some forty of them at once, so they are answered from memory.
"""

from __future__ import annotations

import hashlib
import mimetypes
import re
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER = Path(__file__).parent / "static"
_VERSIONED = re.compile(r"(v-[0-9a-f]{12})/")
KEEP = "private, max-age=31536000, immutable"


def contents_of(folder: Path) -> dict[str, bytes]:
    """All files of a folder by their names, ``/`` between folders."""
    paths = sorted(p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in paths}


def version_of(folder: Path) -> str:
    """``v-`` and twelve hexadecimal digits over all files' names and bytes."""
    digest = hashlib.sha256()
    for name, data in contents_of(folder).items():
        digest.update(f"{name} {len(data)} ".encode())
        digest.update(data)
    return f"v-{digest.hexdigest()[:12]}"


_FILES = contents_of(FOLDER)
VERSION = version_of(FOLDER)
ADDRESS = f"/static/{VERSION}"
"""What pages put before the names of files. Scripts name one another relatively, so theirs changes alike."""


class VersionedFiles(StaticFiles):
    """``<name>`` and ``v-…/<name>`` are the same file; only the current version's address may be kept for good."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, also for the address of a version that is not there any more: an open page may still ask for it."""
        path = path.replace("\\", "/")
        named = _VERSIONED.match(path)
        name = path[named.end() :] if named else path
        if not named or named[1] != VERSION or name not in _FILES:
            return await super().get_response(name, scope)
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return Response(_FILES[name], media_type=kind, headers={"Cache-Control": KEEP})
