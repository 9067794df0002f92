"""The style sheets and scripts, under an address that changes with them: a browser asks for each once and keeps it."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER = Path(__file__).parent / "static"
_VERSIONED = re.compile(r"(v-[0-9a-f]{12})/")
KEEP = "private, max-age=31536000, immutable"


def version_of(folder: Path) -> str:
    """``v-`` and twelve hexadecimal digits over all files' names and bytes."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        data = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()} {len(data)} ".encode())
        digest.update(data)
    return f"v-{digest.hexdigest()[:12]}"


VERSION = version_of(FOLDER)
ADDRESS = f"/static/{VERSION}"
"""What pages put before the names of files. Scripts name one another relatively, so theirs changes alike."""


class VersionedFiles(StaticFiles):
    """``<name>`` and ``v-…/<name>`` are the same file; only the current version's address may be kept for good."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, also for the address of a version that is not there any more: an open page may still ask for it."""
        named = _VERSIONED.match(path.replace("\\", "/"))
        response = await super().get_response(path[named.end() :] if named else path, scope)
        if named and named[1] == VERSION and response.status_code in (200, 304):
            response.headers["Cache-Control"] = KEEP
        return response
