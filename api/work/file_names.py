"""Names of uploaded files: relative paths as people gave them, safe to lay out as a folder."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import PurePosixPath

from api.errors import Unusable
from extractor.intake.names import is_unsafe, no_device, printable

_MOST_PART_BYTES = 240
"""File systems end at 255 bytes; a Chinese character takes three."""
_MOST_NAME = 1000


def clean_name(name: str) -> str:
    """The relative path with ``/``: no empty parts, no unprintable characters, no part too long for a file system.

    Raises:
        Unusable: it is absolute, climbs out of its folder, holds control characters, is nameless or far too long.
    """
    path = unicodedata.normalize("NFC", name.replace("\\", "/"))
    if any(unicodedata.category(c) == "Cc" for c in path):
        raise Unusable(f"文件名含有控制字符：{printable(path)[:80]}；请改名后重新上传")
    if is_unsafe(path):
        raise Unusable(f"文件名不是材料包里的相对路径：{printable(path)[:80]}；请选择文件夹或文件重新上传")
    # Windows drops dots and blanks at the end, and takes some names for devices: labels are unpacked there, too.
    parts = [_short(no_device(printable(p).rstrip(". "))) for p in path.split("/") if p.strip() not in ("", ".")]
    clean = "/".join(p for p in parts if p)
    if not clean:
        raise Unusable("有一个文件没有文件名，请改名后重新上传")
    if len(clean) > _MOST_NAME:
        raise Unusable(f"文件夹层次过深：{clean[:80]}…；请减少层次后重新上传")
    return clean


def without_common_folder(names: Sequence[str]) -> tuple[str, list[str]]:
    """The folder that all lie in, and the names inside it; an empty folder name where there is none.

    Folders in folders (``桌面/闽江/…``) are all taken off, the innermost one gives the name.
    """
    folder, left = "", list(names)
    while left and all("/" in n for n in left) and len({n.split("/", 1)[0] for n in left}) == 1:
        folder, left = left[0].split("/", 1)[0], [n.split("/", 1)[1] for n in left]
    return folder, left


def distinct(names: Sequence[str]) -> list[str]:
    """The names in order, equal ones numbered; also one that would be file and folder at once.

    >>> distinct(["a.pdf", "a.pdf", "b", "b/c.pdf"])
    ['a.pdf', 'a (2).pdf', 'b (2)', 'b/c.pdf']
    """
    folders = {str(parent) for name in names for parent in PurePosixPath(name).parents}
    taken: set[str] = set()
    out = []
    for name in names:
        path, number, candidate = PurePosixPath(name), 1, name
        while candidate in taken or candidate in folders:
            number += 1
            candidate = str(path.with_name(f"{path.stem} ({number}){path.suffix}"))
        taken.add(candidate)
        out.append(candidate)
    return out


def _short(part: str) -> str:
    """The part cut in its stem to what file systems take; the suffix stays, it helps people."""
    if len(part.encode()) <= _MOST_PART_BYTES:
        return part
    path = PurePosixPath(part)
    suffix = path.suffix if len(path.suffix.encode()) <= 20 else ""
    stem = part.removesuffix(suffix).encode()[: _MOST_PART_BYTES - len(suffix.encode()) - 3]
    return f"{stem.decode('utf-8', 'ignore')}…{suffix}"
