"""ZIP archives from strangers: nothing is written outside the work folder, nothing unpacks without end."""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
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
)
_RATIO_FROM = 10 * MB
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Member:
    """A file inside a ZIP: its decoded name and why it must not be unpacked, if so."""

    name: str
    info: zipfile.ZipInfo
    error: IntakeError | None = None


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a ZIP. Raises BrokenFile."""
    try:
        archive = zipfile.ZipFile(path)
    except DAMAGED as e:
        raise BrokenFile("压缩包不完整（也可能是分卷压缩的一部分），请重新压缩成一个 ZIP 后上传") from e
    with archive:
        yield archive


def members(archive: zipfile.ZipFile, limits: Limits) -> list[Member]:
    """The files in the archive in natural order, without folders and system clutter.

    Raises TooLarge when the archive as a whole is out of bounds.
    """
    infos = archive.infolist()
    if len(infos) > limits.max_zip_entries:
        raise TooLarge(f"压缩包内条目过多（{len(infos)} 个，上限 {limits.max_zip_entries} 个），请拆成几个压缩包后上传")
    found = []
    for info in infos:
        name = names.member_name(info)
        if name.endswith("/") or names.is_clutter(name):
            continue
        found.append(Member(names.printable(name), info, _refusal(name, info, limits)))
    return sorted(found, key=lambda m: names.natural_key(m.name))


def extract(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, limits: Limits) -> None:
    """Write one member to ``target``, stopping at ``max_file_bytes`` whatever its header says.

    Raises BrokenFile, EncryptedFile, UnsupportedFile, TooLarge; a part-written file is removed.
    """
    try:
        with archive.open(info) as source, target.open("wb") as out:
            written = 0
            while block := source.read(_BLOCK):
                written += len(block)
                if written > limits.max_file_bytes:
                    raise too_large(limits)
                out.write(block)
    except IntakeError:
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


def too_large(limits: Limits) -> TooLarge:
    """The error for one file over ``max_file_bytes``."""
    return TooLarge(f"文件过大（上限 {megabytes(limits.max_file_bytes)}），请拆分或降低扫描分辨率后上传")


def _refusal(name: str, info: zipfile.ZipInfo, limits: Limits) -> IntakeError | None:
    if names.is_unsafe(name):
        return UnsafeArchive("压缩包内的路径不安全（指向压缩包以外），已跳过，请重新压缩后上传")
    if stat.S_ISLNK(info.external_attr >> 16):
        return UnsafeArchive("压缩包内是符号链接而不是文件，已跳过，请放入原文件后重新压缩")
    if info.flag_bits & 0x1:
        return EncryptedFile("压缩包设有密码，请取消密码后重新上传")
    if info.file_size > limits.max_file_bytes:
        return too_large(limits)
    if info.file_size > max(_RATIO_FROM, limits.max_zip_ratio * max(info.compress_size, 1)):
        return UnsafeArchive("压缩比异常（疑似压缩炸弹），已跳过，请直接上传原文件")
    return None
