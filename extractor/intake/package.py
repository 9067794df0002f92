"""A package (folder, ZIP or single file) as a flat list of files, each readable or with its reason."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType

from extractor.intake import archive, names, sniff
from extractor.intake.errors import (
    BrokenFile,
    EmptyFile,
    IntakeError,
    PackageNotFound,
    TooLarge,
    UnsafeArchive,
    UnsupportedFile,
    work_folder_error,
)
from extractor.intake.limits import Limits, megabytes
from extractor.intake.opening import Opening
from extractor.intake.opening_tasks import Looked, Part, both

_NOT_LOOKED = Looked()


@dataclass(frozen=True)
class SourceFile:
    """One file of the package.

    ``name`` is the path inside the package with ``/`` (``证书.zip/专利/1.jpg``); ``path`` is where
    its bytes lie now (a temporary copy for ZIP members). ``error`` says in Chinese why it cannot
    be read and what to do, and then ``pages`` is 0. ``sha256`` is empty where the bytes were not read.
    ``parts`` are the sheets of a workbook, the pictures of a DOCX.
    """

    index: int
    name: str
    sha256: str
    media_type: str
    pages: int
    error: str | None
    note: str | None
    path: Path
    parts: tuple[Part, ...] = ()


class Package:
    """The files of a package; a context manager that removes the temporary copies."""

    def __init__(self, name: str, files: tuple[SourceFile, ...], temp: Path | None) -> None:
        """``temp`` is the folder to remove, if one was needed."""
        self.name = name
        self.files = files
        self._temp = temp

    def __enter__(self) -> Package:
        """Return itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        """Remove the temporary copies."""
        self.close()

    def close(self) -> None:
        """Remove the temporary copies; page sources of ZIP members no longer work."""
        if self._temp is not None:
            shutil.rmtree(self._temp, ignore_errors=True)
            self._temp = None


def open_package(path: Path, limits: Limits | None = None, workdir: Path | None = None) -> Package:
    """List what a folder, ZIP or single file holds, unpacking ZIPs under ``workdir`` (or the system's).

    Here folders are walked and files are hashed; whatever looks into a file runs in a fenced process (``opening``).
    Files that cannot be read are listed with their error. Raises PackageNotFound when ``path``
    does not exist or may not be read, EmptyFile for a folder without files, WorkFolderError where there is no room for
    temporary copies: a package of which files are missing for that reason must not be judged.
    """
    if not path.exists():
        raise PackageNotFound(f"找不到《{path.name or path}》，请检查路径")
    if not (path.is_dir() or path.is_file()):
        raise PackageNotFound(f"《{path.name}》不是文件夹、ZIP 或文件，请检查路径")
    if not os.access(path, os.R_OK):
        raise PackageNotFound(f"没有权限读取《{path.name or path}》，请检查文件权限")
    try:
        temp = Path(tempfile.mkdtemp(prefix="intake-", dir=workdir))
    except OSError as error:
        raise work_folder_error(error) from error
    try:
        with Opening(limits or Limits(), _folder(temp, "own")) as opening:
            collector = _Collector(limits or Limits(), _folder(temp, "unpacked"), opening)
            if path.is_dir():
                collector.add_folder(path)
                if not collector.files:
                    raise EmptyFile(f"文件夹《{path.resolve().name}》里没有文件，请放入证明材料后重试")
            else:
                collector.add(path, path.name, outermost=True)
    except BaseException:
        shutil.rmtree(temp, ignore_errors=True)
        raise
    name = path.resolve().name if path.is_dir() else path.stem
    return Package(name, collector.result(), temp)


class _Collector:
    """Gathers files in order, within the limits of the whole package."""

    def __init__(self, limits: Limits, temp: Path, opening: Opening) -> None:
        self.files: list[SourceFile] = []
        self._limits = limits
        self._temp = temp
        self._opening = opening
        self._bytes = 0
        self._pages = 0
        self._unpacked = self._most = 0  # bytes out of the outermost ZIP that is open now
        self._copies = 0
        self._left_out = 0

    def result(self) -> tuple[SourceFile, ...]:
        """All files, remarks about equal ones added, and one entry for those over ``max_files``."""
        if self._left_out:
            reason = f"文件过多（上限 {self._limits.max_files} 个），这些文件没有读，请分成几个材料包上传"
            self.files.append(self._entry(f"（另有 {self._left_out} 个文件）", error=TooLarge(reason)))
        first: dict[str, str] = {}
        out = []
        for file in self.files:
            same = first.setdefault(file.sha256, file.name) if file.sha256 else file.name
            remark = f"与《{same}》内容相同" if same != file.name else None
            out.append(replace(file, note=both(file.note, remark)) if remark else file)
        return tuple(out)

    def add_folder(self, root: Path) -> None:
        """Everything under ``root`` but clutter; links out of it and special files become errors."""
        home = root.resolve()
        for path in _walk(root):
            name = names.printable(path.relative_to(root).as_posix())
            try:
                _check_regular(path, home)
            except IntakeError as e:
                self._keep(self._entry(name, error=e))
            else:
                self.add(path, name)

    def add(self, path: Path, name: str, *, depth: int = 0, outermost: bool = False) -> None:
        """One file, or the members of one ZIP. ``depth`` is how many ZIPs it lies in."""
        if len(self.files) >= self._limits.max_files:
            self._left_out += 1
            return
        looked, digest = Looked(), ""
        try:
            self._admit(path.stat().st_size)
            looked = self._opening.look(path, name)
            if looked.media_type == sniff.ZIP and looked.error is None:
                self._add_zip(path, "" if outermost else f"{name}/", depth + 1)
                return
            digest = _sha256(path)
            if looked.error is not None:
                raise looked.error
            self._admit_pages(looked.pages)
            self._keep(self._entry(name, path, digest, looked))
        except IntakeError as e:
            self._keep(self._entry(name, path, digest, looked, error=e))
        except OSError:
            broken = BrokenFile("文件无法读取，请检查文件权限或重新上传")
            self._keep(self._entry(name, path, digest, looked, error=broken))

    def _admit_pages(self, pages: int) -> None:
        if self._pages + pages > self._limits.max_pages:
            bound = self._limits.max_pages
            raise TooLarge(f"材料包总页数超过上限（{bound} 页），这个文件没有读，请分成几个材料包上传")
        self._pages += pages

    def _admit(self, size: int) -> None:
        if size > self._limits.max_file_bytes:
            raise archive.too_large(self._limits)
        if self._bytes + size > self._limits.max_package_bytes:
            bound = megabytes(self._limits.max_package_bytes)
            raise TooLarge(f"材料包总大小超过上限（{bound}），这个文件没有读，请分成几个材料包上传")
        self._bytes += size

    def _add_zip(self, path: Path, prefix: str, depth: int) -> None:
        if depth > self._limits.zip_depth:
            raise TooLarge(f"压缩包嵌套超过 {self._limits.zip_depth} 层，请解压后重新上传")
        before = len(self.files) + self._left_out
        if depth == 1:
            self._unpacked = 0
            self._most = max(archive.TOTAL_FROM, self._limits.max_zip_ratio * path.stat().st_size)
        for number, member in enumerate(self._opening.members(path)):
            name = prefix + member.name
            if len(self.files) >= self._limits.max_files:
                self._left_out += 1
                continue
            self._copies += 1
            target = self._temp / f"{self._copies:05d}"  # never the member's own name
            try:
                if member.error:
                    raise member.error
                self._unpack(path, number, member.size, target)
            except IntakeError as e:
                self._keep(self._entry(name, target, error=e))
            else:
                self.add(target, name, depth=depth)
        if len(self.files) + self._left_out == before:
            raise EmptyFile("压缩包里没有文件，请检查后重新压缩上传")

    def _unpack(self, path: Path, number: int, size: int, target: Path) -> None:
        if self._bytes + size > self._limits.max_package_bytes:
            self._admit(size)
        if self._unpacked + size > self._most:
            raise archive.bomb()
        self._opening.take_out(path, number, size, target)
        self._unpacked += target.stat().st_size

    def _keep(self, file: SourceFile) -> None:
        if len(self.files) < self._limits.max_files:
            self.files.append(file)
        else:
            self._left_out += 1

    def _entry(
        self,
        name: str,
        path: Path = Path(),
        sha256: str = "",
        looked: Looked = _NOT_LOOKED,
        *,
        error: IntakeError | None = None,
    ) -> SourceFile:
        if error is not None:
            return SourceFile(len(self.files), name, sha256, looked.media_type, 0, error.message, None, path)
        return SourceFile(len(self.files), name, sha256, looked.media_type, looked.pages, None, looked.note, path, looked.parts)


def _walk(root: Path) -> Iterator[Path]:
    """Files under ``root`` in natural order; linked folders are given as they are, not entered."""
    found = []
    for folder, subfolders, filenames in os.walk(root):
        here = Path(folder)
        linked = [s for s in subfolders if (here / s).is_symlink()]
        subfolders[:] = [s for s in subfolders if not names.is_clutter(s)]
        found += [here / n for n in filenames + linked if not names.is_clutter(n)]
    yield from sorted(found, key=lambda p: names.natural_key(p.relative_to(root).as_posix()))


def _check_regular(path: Path, home: Path) -> None:
    if path.is_symlink() and not path.resolve().is_relative_to(home):
        raise UnsafeArchive("这是指向材料包以外的链接，已跳过，请放入原文件")
    try:
        mode = path.stat().st_mode
    except OSError as e:
        raise BrokenFile("文件无法读取，请检查文件权限或重新上传") from e
    if stat.S_ISDIR(mode):
        raise UnsafeArchive("这是文件夹的链接，已跳过，请放入原文件夹")
    if not stat.S_ISREG(mode):
        raise UnsupportedFile("这不是普通文件，已跳过，请移除")


def _sha256(path: Path) -> str:
    with path.open("rb") as f:
        return hashlib.file_digest(f, "sha256").hexdigest()


def _folder(temp: Path, name: str) -> Path:
    folder = temp / name
    try:
        folder.mkdir()
    except OSError as error:
        raise work_folder_error(error) from error
    return folder
