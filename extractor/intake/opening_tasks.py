"""What is done with a file to open it, in the process that may parse: tell its kind, count its pages, unpack it.

Answers hold plain values and types of this module, which the parent takes from a process that it does not trust.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from zipfile import ZipFile

from extractor.intake import archive, polyglot, sandbox, sniff
from extractor.intake.errors import IntakeError, TooLarge, UnsupportedFile
from extractor.intake.limits import MB, Limits

TIGHT = 192 * MB
"""Memory for what is only looked at from outside, and for a workbook's list of sheets."""
_MEMORY = "文件展开后占用内存过多，没有读，请拆成几个文件，或打印为 PDF 后上传"


@dataclass(frozen=True)
class Part:
    """A sheet of a workbook, or a picture inside a DOCX."""

    name: str
    hidden: bool = False


@dataclass(frozen=True)
class Looked:
    """What a file is; ``error`` where it cannot be read."""

    media_type: str = sniff.UNKNOWN
    pages: int = 0
    note: str | None = None
    parts: tuple[Part, ...] = ()
    error: IntakeError | None = None


@dataclass(frozen=True)
class Listed:
    """A member of a ZIP: its name, its size in bytes as the ZIP says, and why it must not be unpacked, if so."""

    name: str
    size: int
    error: IntakeError | None = None


def prepare(limits: Limits, temp: Path | None) -> None:
    """Fence the process. What libraries print as they die is not for the user's screen."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    bounds = sandbox.Bounds(memory=limits.open_memory, file_bytes=max(limits.max_file_bytes, MB))
    sandbox.fence(bounds, temp)


def missing() -> tuple[str, ...]:
    """What the fence of this process lacks."""
    return sandbox.fence_now().missing


def look(path: Path, name: str, limits: Limits) -> Looked:
    """The kind of a file and, where it is no ZIP, its pages; ``name`` is its name in the package."""
    found = Looked()
    try:
        with sandbox.at_most(TIGHT, limits.open_seconds):
            media_type = sniff.sniff(path, name)
            found = replace(found, media_type=media_type)
            polyglot.refuse_two_formats(path, is_pdf=media_type == sniff.PDF)
        memory = limits.open_memory if media_type in (sniff.DOCX, sniff.OFD) else TIGHT
        with sandbox.at_most(memory, limits.open_seconds):
            return found if media_type == sniff.ZIP else _inspected(found, path, name, limits)
    except IntakeError as error:
        return replace(found, error=error)
    except MemoryError:
        return replace(found, error=TooLarge(_MEMORY))


def members(path: Path, limits: Limits) -> list[Listed]:
    """The members of a ZIP in natural order. Raises IntakeError."""
    return [Listed(m.name, m.info.file_size, m.error) for m in _listed(path, limits)[1]]


def take_out(path: Path, number: int, target: Path, limits: Limits) -> None:
    """Unpack one of ``members``. Raises IntakeError."""
    z, found = _listed(path, limits)
    member = found[number]
    if member.error:
        raise member.error
    archive.extract(z, member.info, target, limits)


def _listed(path: Path, limits: Limits) -> tuple[ZipFile, list[archive.Member]]:
    state = path.stat()
    return _opened(path, limits, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=4)
def _opened(path: Path, limits: Limits, mtime: int, size: int) -> tuple[ZipFile, list[archive.Member]]:
    """Kept open as long as the file stays the same: a ZIP of thousands of members is listed once."""
    z = archive.open_zip(path, limits.max_zip_entries)
    return z, archive.members(z, limits)


def _inspected(found: Looked, path: Path, name: str, limits: Limits) -> Looked:
    """With pages and remarks, as far as is cheap to know. Raises IntakeError for what cannot be read."""
    kind, parts = found.media_type, tuple[Part, ...]()
    note: str | None = None
    # The libraries are heavy; most packages need but one of them.
    if kind == sniff.PDF:
        from extractor.intake import pdf_probe

        pages, note = pdf_probe.probe(path, limits)
    elif kind == sniff.OFD:
        from extractor.intake import ofd

        pages, note = ofd.probe(path, limits)
    elif kind in sniff.IMAGES:
        from extractor.intake import image_probe

        pages = image_probe.probe(path, limits)
    elif kind == sniff.CSV:
        pages = 1
    elif kind in {sniff.XLSX, sniff.XLS}:
        from extractor.intake import sheet

        sheets, note = sheet.inspect(path, limits)
        parts, pages = tuple(Part(s.name, s.hidden) for s in sheets), len(sheets)
        hidden = "、".join(s.name for s in sheets if s.hidden)
        note = both(note, f"含隐藏工作表：{hidden}" if hidden else None)
    elif kind == sniff.DOCX:
        from extractor.intake import word

        pictures, note = word.inspect(path, limits)
        parts, pages = tuple(Part(p) for p in pictures), 1 + len(pictures)
    else:
        raise UnsupportedFile(sniff.UNSUPPORTED.get(kind, sniff.UNSUPPORTED[sniff.UNKNOWN]))
    if pages > limits.max_pages_per_file:
        raise TooLarge(f"页数过多（{pages} 页，上限 {limits.max_pages_per_file} 页），请拆成几个文件后上传")
    return replace(found, pages=pages, parts=parts, note=both(sniff.mismatch_note(kind, name), note))


def both(a: str | None, b: str | None) -> str | None:
    """Two remarks as one."""
    return "；".join(n for n in (a, b) if n) or None
