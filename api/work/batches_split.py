"""An uploaded batch taken apart, in a child process: what is wrong with the outer ZIP or the sheet ends that process at worst.

Only the outermost ZIP is opened here; the packages inside are the workers' to open.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from api.errors import NoRoom, TooLarge, Unusable
from api.jobs.parent import end_with
from api.work.forms import NO_ROOM
from extractor.claims.declared import DeclarationError
from extractor.claims.declared_many import Entry, entry_for, load_declarations
from extractor.intake import IntakeError, Limits, WorkFolderError, archive
from extractor.intake.batch import Parcel, list_batch
from extractor.intake.limits import MB, megabytes
from extractor.intake.sandbox import Bounds, fence

TIME_LIMIT_S = 900.0
"""Unpacking some gigabytes takes minutes on a slow disk; more is a ZIP made to last."""
_MEMORY = 4096 * MB
_MOST_SHEET_BYTES = 20 * MB
_CRASHED = "打开上传的压缩包或申报总表时程序异常退出（文件可能已损坏）；请重新压缩、另存后再上传"
_TOO_LONG = "展开上传的压缩包用时过长，已停止；请分成几批上传"


@dataclass(frozen=True)
class Sheet:
    """The sheet of declarations: where it lies, its own name, the day for rows that name none."""

    path: Path
    name: str
    day: date


@dataclass(frozen=True)
class Piece:
    """One package of a batch: its files as (path inside the package, where the bytes lie).

    ``lost``: what could not be taken out of the ZIP, in Chinese; such a file is empty. ``error``: why there is no package at all.
    """

    name: str
    files: tuple[tuple[str, Path], ...]
    lost: tuple[str, ...] = ()
    error: str | None = None


@dataclass(frozen=True)
class Split:
    """Packages in order, names of files that belong to none, the sheet's entries, and each package's entry (index or None)."""

    pieces: tuple[Piece, ...]
    loose: tuple[str, ...]
    entries: tuple[Entry, ...] = ()
    matched: tuple[int | None, ...] = ()


def split(
    outer: tuple[Path, str] | Split, sheet: Sheet | None, into: Path, most_bytes: int, limits: Limits
) -> Split:  # fmt: skip
    """Take a batch apart and find each package's rows in the sheet, in a child process where anything is to be opened.

    Args:
        outer: the outermost ZIP and its name, or the packages where they came as folders and files.
        sheet: the sheet of declarations.
        into: a folder for the files of the ZIP.
        most_bytes: how much may come out of the ZIP.
        limits: bounds for the ZIP and its members.

    Raises:
        Unusable: the ZIP or the sheet cannot be used, or holds no package; the message says why.
        TooLarge: too much would come out of it, or it takes too long.
        NoRoom: the disk is full.
    """
    if isinstance(outer, Split) and sheet is None:
        return replace(outer, matched=(None,) * len(outer.pieces))
    context = get_context("spawn")
    here, there = context.Pipe(duplex=False)
    child = context.Process(target=_child, args=(there, os.getpid(), outer, sheet, into, most_bytes, limits), daemon=True)
    child.start()
    there.close()
    try:
        if not here.poll(TIME_LIMIT_S):
            raise TooLarge(_TOO_LONG)
        kind, value = here.recv()
    except (EOFError, ConnectionResetError) as error:
        raise Unusable(_CRASHED) from error
    finally:
        child.kill()
        child.join()
        here.close()
    if kind == "split":
        found: Split = value
        return found
    raise {"large": TooLarge, "disk": NoRoom}.get(kind, Unusable)(value)


# --- in the child process --------------------------------------------------------------


def _child(
    pipe: Connection[Any, Any],
    parent: int,
    outer: tuple[Path, str] | Split,
    sheet: Sheet | None,
    into: Path,
    most_bytes: int,
    limits: Limits,
) -> None:
    end_with(parent)
    # The directory of a ZIP alone can be made to fill the memory.
    fence(Bounds(memory=_MEMORY, cpu_seconds=int(TIME_LIMIT_S), file_bytes=limits.max_package_bytes, open_files=256))
    try:
        # The sheet first: a mistake in it should be told before gigabytes are unpacked.
        entries = _entries(sheet) if sheet is not None else ()
        found = outer if isinstance(outer, Split) else taken_apart(*outer, into, most_bytes, limits)
        pipe.send(("split", replace(found, entries=entries, matched=_matched(found, entries))))
    except TooLarge as error:
        pipe.send(("large", error.detail))
    except WorkFolderError:
        pipe.send(("disk", NO_ROOM))
    except (IntakeError, DeclarationError) as error:
        pipe.send(("error", error.message if isinstance(error, IntakeError) else str(error)))
    except MemoryError:
        pipe.send(("error", _CRASHED))


def taken_apart(path: Path, name: str, into: Path, most_bytes: int, limits: Limits) -> Split:
    """The packages of a ZIP: one per folder or packed file in it (``intake.batch``), their files written under ``into``.

    Args:
        path: the ZIP.
        name: what it is called; the name of the package where it holds but one.
        into: an empty folder.
        most_bytes: how much may come out of it.
        limits: bounds for the ZIP and its members.

    Raises:
        IntakeError: it cannot be listed, or holds no package.
        TooLarge: more would come out of it, or there is no room for it.
    """
    with archive.opened(path) as z:
        size = sum(i.file_size for i in z.infolist())
    if size > most_bytes:
        raise TooLarge(f"压缩包展开后约 {megabytes(size)}，超过上限 {megabytes(most_bytes)}；请分成几批上传")
    if size > shutil.disk_usage(into).free:
        raise TooLarge("服务器磁盘空间不足，放不下展开后的压缩包；请联系管理员，或分成几批上传")
    # A ZIP of loose files is one package, which then has the file's name.
    (into / "outer").mkdir()
    link = into / "outer" / (Path(name).name or "batch.zip")
    link.symlink_to(path.resolve())
    found = list_batch(link, limits)
    # A member may be as large as a package, as ``list_batch`` sees it, too.
    wide = replace(limits, max_file_bytes=limits.max_package_bytes, max_zip_entries=20 * limits.max_zip_entries)
    with archive.opened(path) as z:
        known = {m.name: m for m in archive.members(z, wide)}
        pieces = tuple(_piece(z, p, known, into, n, (limits, wide)) for n, p in enumerate(found.parcels))
    return Split(tuple(_whole(p, path, name) if p.error is None and not p.files else p for p in pieces), found.loose)


def _whole(piece: Piece, path: Path, name: str) -> Piece:
    """The ZIP is the package itself."""
    return replace(piece, files=((Path(name).name, path),))


def _piece(
    z: ZipFile, parcel: Parcel, known: dict[str, archive.Member], into: Path, number: int, limits: tuple[Limits, Limits]
) -> Piece:  # fmt: skip
    """One package written under ``into``; without files where the ZIP is the package itself."""
    if parcel.members is None:
        return Piece(parcel.name, ())
    if not parcel.folder:
        (inner,) = parcel.members[:1]
        target = into / f"{number}"
        try:
            _take_out(z, known[inner], target, limits[1])
        except IntakeError as error:
            return Piece(parcel.name, (), error=error.message)
        return Piece(parcel.name, ((inner.rpartition("/")[2], target),))
    files: list[tuple[str, Path]] = []
    lost = []
    for place, member in enumerate(parcel.members):
        target = into / f"{number}-{place}"
        try:
            _take_out(z, known[member], target, limits[0])
        except IntakeError as error:
            # An empty file keeps its place in the list of files that could not be read.
            target.touch()
            lost.append(f"压缩包内《{member}》未能取出：{error.message}")
        files.append((member.removeprefix(parcel.folder), target))
    return Piece(parcel.name, tuple(files), tuple(lost))


def _take_out(z: ZipFile, member: archive.Member, target: Path, limits: Limits) -> None:
    if member.error is not None:
        raise member.error
    archive.extract(z, member.info, target, limits)


def _entries(sheet: Sheet) -> tuple[Entry, ...]:
    if sheet.path.stat().st_size > _MOST_SHEET_BYTES:
        raise DeclarationError(f"申报总表“{sheet.name}”超过 {_MOST_SHEET_BYTES // MB} MB，不是填报表；请用模板重新填报")
    with tempfile.TemporaryDirectory(prefix="declared-") as folder:
        # Its messages name the file.
        link = Path(folder) / (Path(sheet.name).name or "申报总表.xlsx")
        link.symlink_to(sheet.path.resolve())
        return load_declarations(link, default_as_of=sheet.day)


def _matched(found: Split, entries: Sequence[Entry]) -> tuple[int | None, ...]:
    """The entry of each package, by its place."""
    places = {id(e): i for i, e in enumerate(entries)}

    def each() -> Iterator[int | None]:
        for piece in found.pieces:
            entry = entry_for(piece.name, entries)
            yield places[id(entry)] if entry is not None else None

    return tuple(each())
