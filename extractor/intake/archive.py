"""ZIP archives from strangers: nothing is written outside the work folder, nothing unpacks without end.

The directory at the archive's end is looked at before ``zipfile`` makes objects of it. Members that overlap (D. Fifield,
"A better zip bomb", WOOT 2019) refuse the whole archive, as do more entries than allowed and a directory that gives
the archive a size far beyond its own.
"""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from extractor.intake import names
from extractor.intake.errors import (
    BrokenFile,
    EncryptedFile,
    IntakeError,
    TooLarge,
    UnsafeArchive,
    UnsupportedFile,
    WorkFolderError,
    work_folder_error,
)
from extractor.intake.limits import MB, Limits, megabytes

# What zipfile raises on damaged archives; RuntimeError is its way of asking for a password
DAMAGED: tuple[type[Exception], ...] = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
    NotImplementedError,
    struct.error,
    IndexError,
    OverflowError,
)
RATIO_FROM, TOTAL_FROM = 10 * MB, 100 * MB
"""Bytes from which on the ratio counts: of one member, and of an archive with all that lies in it."""
_BLOCK = 1 << 20
_INCOMPLETE = "压缩包不完整（也可能是分卷压缩的一部分），请重新压缩成一个 ZIP 后上传"
_BOMB = "压缩比异常（疑似压缩炸弹），已跳过，请直接上传原文件"
# APPNOTE 4.3.12, 4.3.14 to 4.3.16: a directory entry, the ends of the directory
_ENTRY, _END, _LOCATOR, _END64 = b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x07", b"PK\x06\x06"
_ENTRY_SIZE, _END_SIZE, _LOCATOR_SIZE, _END64_SIZE, _LOCAL_SIZE = 46, 22, 20, 56, 30
_LONGEST_COMMENT = 1 << 16
_ENTRY_MOST = 1024
"""Bytes of a directory entry, on average; a Chinese name of 80 characters, told twice, is 500 long."""
_ENTRIES = 20 * Limits().max_zip_entries
"""Entries that an archive may have where no limit is given."""


@dataclass(frozen=True)
class Member:
    """A file inside a ZIP: its decoded name and why it must not be unpacked, if so."""

    name: str
    info: zipfile.ZipInfo
    error: IntakeError | None = None


@contextmanager
def opened(path: Path, most_entries: int = _ENTRIES) -> Iterator[zipfile.ZipFile]:
    """Open a ZIP. Raises BrokenFile, TooLarge (more than ``most_entries``), UnsafeArchive (members overlap)."""
    archive = open_zip(path, most_entries)
    with archive:
        yield archive


def open_zip(path: Path, most_entries: int = _ENTRIES) -> zipfile.ZipFile:
    """As ``opened``, for the caller to close."""
    try:
        _refuse_crowd(path, most_entries)
        archive = zipfile.ZipFile(path)
    except DAMAGED as e:
        raise BrokenFile(_INCOMPLETE) from e
    if _overlap(archive.infolist()):
        archive.close()
        raise UnsafeArchive("压缩包内的文件互相重叠（压缩炸弹的特征），整个压缩包没有读，请直接上传原文件")
    return archive


def members(archive: zipfile.ZipFile, limits: Limits) -> list[Member]:
    """The files in the archive in natural order, without folders and system clutter.

    Raises TooLarge when the archive as a whole is out of bounds.
    """
    infos = archive.infolist()
    if len(infos) > limits.max_zip_entries:
        raise too_many_entries(len(infos), limits.max_zip_entries)
    found = []
    for info in infos:
        name = names.member_name(info)
        if name.endswith("/") or names.is_clutter(name):
            continue
        found.append(Member(names.printable(name), info, _refusal(name, info, limits)))
    return sorted(_told_apart(found), key=lambda m: names.natural_key(m.name))


def extract(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, limits: Limits) -> None:
    """Write one member to ``target``, stopping at ``max_file_bytes`` whatever its header says.

    Raises BrokenFile, EncryptedFile, UnsupportedFile, TooLarge; a part-written file is removed. Raises WorkFolderError
    where ``target`` cannot be written.
    """
    try:
        with archive.open(info) as source, _target(target) as write:
            written = 0
            while block := source.read(_BLOCK):
                written += len(block)
                if written > limits.max_file_bytes:
                    raise too_large(limits)
                write(block)
    except (IntakeError, WorkFolderError):
        target.unlink(missing_ok=True)
        raise
    except NotImplementedError as e:
        target.unlink(missing_ok=True)
        raise UnsupportedFile("压缩方式不支持，请用系统自带的压缩功能重新压缩成 ZIP") from e
    except RuntimeError as e:
        target.unlink(missing_ok=True)
        raise EncryptedFile("压缩包设有密码，请取消密码后重新上传") from e
    except DAMAGED as e:
        target.unlink(missing_ok=True)
        raise BrokenFile("压缩包内的这个文件已损坏，请重新压缩后上传") from e


@contextmanager
def _target(path: Path) -> Iterator[Callable[[bytes], object]]:
    """How to write to a new file. That it cannot be written is told apart from what is wrong with the archive."""

    def write(block: bytes) -> None:
        try:
            out.write(block)
        except OSError as e:
            raise work_folder_error(e) from e

    try:
        out = path.open("wb")
    except OSError as e:
        raise work_folder_error(e) from e
    try:
        yield write
        try:
            out.flush()
        except OSError as e:
            raise work_folder_error(e) from e
    finally:
        with suppress(OSError):  # after a failed write closing fails once more
            out.close()


def too_large(limits: Limits) -> TooLarge:
    """The error for one file over ``max_file_bytes``."""
    return TooLarge(f"文件过大（上限 {megabytes(limits.max_file_bytes)}），请拆分或降低扫描分辨率后上传")


def too_many_entries(found: int | None, most: int) -> TooLarge:
    """The error for an archive of more than ``most`` entries; None: nobody counted to the end."""
    count = "" if found is None else f"{found} 个，"
    return TooLarge(f"压缩包内条目过多（{count}上限 {most} 个），请拆成几个压缩包后上传")


def bomb() -> UnsafeArchive:
    """The error for what unpacks to far more than it is."""
    return UnsafeArchive(_BOMB)


def _refusal(name: str, info: zipfile.ZipInfo, limits: Limits) -> IntakeError | None:
    if names.is_unsafe(name):
        return UnsafeArchive("压缩包内的路径不安全（指向压缩包以外），已跳过，请重新压缩后上传")
    if stat.S_ISLNK(info.external_attr >> 16):
        return UnsafeArchive("压缩包内是符号链接而不是文件，已跳过，请放入原文件后重新压缩")
    if info.flag_bits & 0x1:
        return EncryptedFile("压缩包设有密码，请取消密码后重新上传")
    if info.file_size > limits.max_file_bytes:
        return too_large(limits)
    if info.file_size > max(RATIO_FROM, limits.max_zip_ratio * max(info.compress_size, 1)):
        return bomb()
    return None


def _told_apart(found: Sequence[Member]) -> list[Member]:
    """Members of one name are all refused: programs differ in which of them they show."""
    times = Counter(m.name for m in found)
    twice = UnsafeArchive("压缩包内有多个同名文件，看不出以哪个为准，都没有读，请改名后重新压缩")
    return [m if times[m.name] == 1 else Member(m.name, m.info, m.error or twice) for m in found]


def _overlap(infos: Sequence[zipfile.ZipInfo]) -> bool:
    """Whether a member begins within another one's bytes; a local header takes 30 bytes at least."""
    end = 0
    for info in sorted(infos, key=lambda i: i.header_offset):
        if info.header_offset < end:
            return True
        end = info.header_offset + _LOCAL_SIZE + info.compress_size
    return False


def _refuse_crowd(path: Path, most: int) -> None:
    """Count the directory's entries without making objects of them; a directory that cannot be found is zipfile's to tell."""
    directory = _directory(path, most * _ENTRY_MOST)
    at = count = 0
    while directory.startswith(_ENTRY, at) and at + _ENTRY_SIZE <= len(directory):
        at += _ENTRY_SIZE + sum(struct.unpack_from("<3H", directory, at + 28))
        count += 1
        if count > most:
            raise too_many_entries(None, most)


def _directory(path: Path, most_bytes: int) -> bytes:
    """The central directory, found as zipfile finds it: its size and end decide, not where it says that it begins."""
    with path.open("rb") as f:
        size = f.seek(0, 2)
        base = f.seek(max(0, size - _LONGEST_COMMENT - _END_SIZE - _LOCATOR_SIZE))
        tail = f.read()
        end = len(tail) - _END_SIZE
        if end < 0 or not (tail.startswith(_END, end) and tail.endswith(b"\0\0")):
            end = tail.rfind(_END)  # there is a comment
        if end < 0 or len(tail) - end < _END_SIZE:
            return b""
        length, finish = struct.unpack_from("<L", tail, end + 12)[0], base + end
        if tail.startswith(_LOCATOR, max(0, end - _LOCATOR_SIZE)):
            f.seek(max(0, finish - _LOCATOR_SIZE - _END64_SIZE))
            record = f.read(_END64_SIZE)
            if record.startswith(_END64):
                length, finish = struct.unpack_from("<Q", record, 40)[0], finish - _LOCATOR_SIZE - _END64_SIZE
        if length > finish:
            return b""
        if length > most_bytes:
            raise TooLarge("压缩包的目录大得不正常，没有读，请用系统自带的压缩功能重新压缩成 ZIP")
        f.seek(finish - length)
        return f.read(length)
