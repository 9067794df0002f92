"""Many packages at once: a folder of folders and ZIPs, or a ZIP of those; each is one enterprise's package.

Listing opens nothing but the outermost ZIP's directory, so that one bad package is found when its turn comes
and stops no other.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from zipfile import ZipFile

from extractor.intake import archive, names
from extractor.intake.errors import EmptyFile, IntakeError, PackageNotFound
from extractor.intake.limits import Limits

ARCHIVES = frozenset({".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz"})
"""Ends of names that mean a package was packed, even where it then cannot be read."""
_LONGEST = 80
"""Characters of one part of a path; file systems take 255 bytes."""


@dataclass(frozen=True)
class Parcel:
    """One package of a batch, not opened yet.

    ``path`` is its folder or ZIP; where ``members`` is not None, the outer ZIP that holds it as these members: one
    packed file, or the files of a folder ``folder``. ``stamp`` changes when a name, size or time of its files does.
    """

    name: str
    path: Path
    stamp: str
    members: tuple[str, ...] | None = None
    folder: str = ""


@dataclass(frozen=True)
class Batch:
    """The packages in natural order of their names, and the names of loose files that belong to none."""

    parcels: tuple[Parcel, ...]
    loose: tuple[str, ...]


def list_batch(path: Path, limits: Limits, leave_out: Collection[Path] = ()) -> Batch:
    """The packages of a folder (one per sub-folder or packed file) or of a ZIP.

    A ZIP without folders and packed files inside is one package itself; a folder around all of a ZIP is ignored.

    Args:
        path: the folder or ZIP.
        limits: bounds for the outer ZIP.
        leave_out: files and folders in it that are no packages (results, the sheet of declarations).

    Raises:
        PackageNotFound: there is nothing at ``path``.
        EmptyFile: no package in it.
        BrokenFile, TooLarge: the outer ZIP cannot be listed.
    """
    if not path.exists():
        raise PackageNotFound(f"找不到《{path.name or path}》，请检查路径")
    batch = _of_folder(path, {p.resolve() for p in leave_out}) if path.is_dir() else _of_zip(path, limits)
    if not batch.parcels:
        raise EmptyFile(f"《{path.resolve().name}》里没有材料包：每家企业放一个子文件夹或一个 ZIP，再重试")
    return replace(batch, parcels=_distinct(batch.parcels))


@contextmanager
def unpacked(parcel: Parcel, limits: Limits, workdir: Path | None = None) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """The package as a folder or ZIP that ``open_package`` reads, removed afterwards where it is a copy.

    Gives the path and, in Chinese, which members of the outer ZIP could not be taken out; these are then empty files.

    Raises:
        IntakeError: the packed file itself cannot be taken out of the outer ZIP.
    """
    if parcel.members is None:
        yield parcel.path, ()
        return
    temp = Path(tempfile.mkdtemp(prefix="batch-", dir=workdir))
    try:
        with archive.opened(parcel.path) as outer:
            known = {m.name: m for m in archive.members(outer, _outer(limits))}
            wanted = [known[n] for n in parcel.members if n in known]
            if not parcel.folder:
                target = temp / f"{_part(parcel.name)}.zip"
                _take_out(outer, wanted[0], target, _outer(limits))
                notes: tuple[str, ...] = ()
            else:
                target = temp / _part(parcel.name)
                target.mkdir()
                notes = tuple(_take_folder(outer, wanted, parcel.folder, target, limits))
        yield target, notes
    finally:
        shutil.rmtree(temp, ignore_errors=True)


def own_declaration(path: Path, wanted: Collection[str], limits: Limits, workdir: Path) -> tuple[Path, str] | None:
    """A file of a package by its name at the top, or in the one folder of a ZIP: where to read it, its name in the package.

    Args:
        path: the package, a folder or ZIP.
        wanted: file names, the first found counts.
        limits: bounds for the ZIP.
        workdir: where a file out of a ZIP is written.
    """
    if path.is_dir():
        found = next((path / n for n in wanted if (path / n).is_file()), None)
        return (found, found.name) if found is not None else None
    try:
        with archive.opened(path) as z:
            members = archive.members(z, limits)
            tops = {m.name.split("/")[0] for m in members}
            depth = 2 if len(tops) == 1 else 1
            for name in wanted:
                for m in members:
                    if m.name.split("/")[-1] == name and m.name.count("/") < depth:
                        target = workdir / name
                        _take_out(z, m, target, limits)
                        return target, m.name
    except IntakeError:
        return None  # opening the package says what is wrong with it
    return None


def _of_folder(path: Path, leave_out: set[Path]) -> Batch:
    """Sub-folders and packed files of a folder."""
    found: list[Parcel] = []
    loose: list[str] = []
    for entry in sorted(path.iterdir(), key=lambda p: names.natural_key(p.name)):
        if names.is_clutter(entry.name) or entry.resolve() in leave_out:
            continue
        if entry.is_dir():
            found.append(Parcel(names.printable(entry.name), entry, _stamp(_stats(entry))))
        elif entry.suffix.lower() in ARCHIVES:
            found.append(Parcel(names.printable(entry.stem), entry, _stamp(_stats(entry))))
        else:
            loose.append(names.printable(entry.name))
    return Batch(tuple(found), tuple(loose))


def _stats(path: Path) -> Iterator[str]:
    """Name, size and time of every file of a package; one that cannot be looked at is told by its name."""
    files = [path] if path.is_file() else [Path(f) / n for f, _, ns in os.walk(path) for n in ns if not names.is_clutter(n)]
    for file in sorted(files):
        try:
            stat = file.stat()
            yield f"{file.relative_to(path.parent)}|{stat.st_size}|{stat.st_mtime_ns}"
        except OSError:
            yield f"{file.relative_to(path.parent)}|?"


def _of_zip(path: Path, limits: Limits) -> Batch:
    """Packed files and folders of a ZIP."""
    with archive.opened(path) as outer:
        members = archive.members(outer, _outer(limits))
    root = _root([m.name for m in members])
    found: dict[str, list[archive.Member]] = {}
    loose: list[str] = []
    for member in members:
        top, _, below = member.name.removeprefix(root).partition("/")
        if below or Path(top).suffix.lower() in ARCHIVES:
            found.setdefault(root + top + ("/" if below else ""), []).append(member)
        else:
            loose.append(member.name)
    if not found:
        whole = (Parcel(names.printable(path.stem), path, _stamp(_stats(path))),) if members else ()
        return Batch(whole, ())
    parcels = []
    for key, inside in found.items():
        name = key.removeprefix(root).rstrip("/")
        parcels.append(
            Parcel(
                name if key.endswith("/") else Path(name).stem,
                path,
                _stamp(f"{m.name}|{m.info.file_size}|{m.info.CRC}" for m in inside),
                tuple(m.name for m in inside),
                key if key.endswith("/") else "",
            )
        )
    return Batch(tuple(parcels), tuple(loose))


def _root(members: list[str]) -> str:
    """The one folder around everything, where it holds several packages; else empty."""
    tops = {n.partition("/")[0] for n in members}
    if len(tops) != 1 or not all("/" in n for n in members):
        return ""
    root = f"{next(iter(tops))}/"
    below = [n.removeprefix(root) for n in members]
    packages = {n.partition("/")[0] for n in below if "/" in n or Path(n).suffix.lower() in ARCHIVES}
    packed = any("/" not in n and Path(n).suffix.lower() in ARCHIVES for n in below)
    return root if packed or len(packages) > 1 else ""


def _take_folder(outer: ZipFile, wanted: list[archive.Member], folder: str, target: Path, limits: Limits) -> Iterator[str]:
    """Write the files of a folder; says which could not be."""
    for number, member in enumerate(wanted):
        parts = [_part(p) for p in member.name.removeprefix(folder).split("/") if p not in ("", ".", "..")]
        place = target.joinpath(*parts) if parts else target / _part(str(number))
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.exists():
            place = place.with_name(f"{number}_{place.name}")
        try:
            _take_out(outer, member, place, limits)
        except IntakeError as error:
            place.touch()
            yield f"压缩包内《{member.name}》未能取出：{error.message}"


def _take_out(z: ZipFile, member: archive.Member, target: Path, limits: Limits) -> None:
    if member.error is not None:
        raise member.error
    archive.extract(z, member.info, target, limits)


def _part(name: str) -> str:
    """A name fit for one part of a path on every system."""
    kept = "".join("_" if c in '\\/:*?"<>|' else c for c in names.printable(name)).strip(" .")
    stem, dot, suffix = kept.rpartition(".")
    if len(kept) > _LONGEST:
        kept = f"{stem[: _LONGEST - 10]}{dot}{suffix}" if dot and len(suffix) < 10 else kept[:_LONGEST]
    # Of what is left, characters outside the usual plane take four bytes each.
    kept = kept.encode()[: 3 * _LONGEST].decode("utf-8", "ignore").rstrip(" .")
    return names.no_device(kept) or "_"


def _outer(limits: Limits) -> Limits:
    """Bounds for the ZIP around the packages: each member may be as large as a package."""
    return replace(limits, max_file_bytes=limits.max_package_bytes, max_zip_entries=20 * limits.max_zip_entries)


def _stamp(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def _distinct(parcels: tuple[Parcel, ...]) -> tuple[Parcel, ...]:
    """Names made distinct: 甲.zip beside the folder 甲 becomes 甲（2）; compared as file systems may."""
    taken: set[str] = set()
    out = []
    for parcel in parcels:
        name, number = parcel.name, 1
        while _part(name).casefold() in taken:
            number += 1
            name = f"{parcel.name}（{number}）"
        taken.add(_part(name).casefold())
        out.append(replace(parcel, name=name))
    return tuple(out)


def folder_name(parcel: Parcel) -> str:
    """The name of a folder for the package's results; distinct within a batch."""
    return _part(parcel.name)
