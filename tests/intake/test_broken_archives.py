"""Archives from strangers: an entry with a reason and a remedy, never a crash.

``docs/broken-input.md`` names these tests row by row.
"""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import intake_files as make
import pytest
from intake_files import Opener, PackageOpener, refused

from extractor.intake import (
    Limits,
    open_package,
)

# --- archives ----------------------------------------------------------------


def test_truncated_zip(only: Opener) -> None:
    data = make.zipped({"a.png": make.noise("PNG")})
    refused(only("a.zip", data[: len(data) // 2]), "不完整")


def test_damaged_zip_member(opened: PackageOpener) -> None:
    data = bytearray(make.zipped({"a.png": make.noise("PNG"), "b.png": make.picture()}))
    data[200:260] = b"\xff" * 60
    files = opened("a.zip", bytes(data)).files
    refused(files[0], "损坏")
    assert files[1].error is None


def test_empty_zip(only: Opener) -> None:
    refused(only("a.zip", make.zipped({})), "没有文件")


def test_encrypted_zip_member(opened: PackageOpener) -> None:
    data = make.zipped_raw({b"a.png": make.picture()}, flags=0x1)
    refused(opened("a.zip", data).files[0], "密码")


@pytest.mark.parametrize("name", ["../up.png", "/etc/up.png", "a/../../up.png", "..\\up.png", "C:\\up.png", "a/..\\..\\up.png"])
def test_zip_slip(tmp_path: Path, name: str) -> None:
    archive = tmp_path / "in.zip"
    archive.write_bytes(make.zipped_raw({name.encode(): make.picture(), b"ok.png": make.picture()}))
    work = tmp_path / "work" / "inner"
    work.mkdir(parents=True)
    with open_package(archive, workdir=work) as package:
        bad = next(f for f in package.files if f.name != "ok.png")
        refused(bad, "不安全")
        assert next(f for f in package.files if f.name == "ok.png").error is None
        written = [p for p in tmp_path.rglob("*") if p.is_file()]
        assert all(p == archive or p.is_relative_to(work) for p in written)
    assert list(work.iterdir()) == []


def test_zip_symlink(opened: PackageOpener) -> None:
    data = make.zipped_raw({b"link.png": b"/etc/passwd"}, mode=0o120777)
    refused(opened("a.zip", data).files[0], "符号链接")


def test_zip_bomb_by_ratio(opened: PackageOpener) -> None:
    data = make.zipped({"bomb.bmp": bytes(30 * 1024 * 1024), "ok.png": make.picture()})
    files = opened("a.zip", data).files
    refused(files[0], "压缩")
    assert files[1].error is None


def test_zip_bomb_that_lies_about_its_size(opened: PackageOpener) -> None:
    data = bytearray(make.zipped({"bomb.bmp": bytes(5_000_000)}))
    for pos in (data.index(b"PK\x03\x04") + 22, data.index(b"PK\x01\x02") + 24):
        data[pos : pos + 4] = struct.pack("<I", 100)
    (file,) = opened("a.zip", bytes(data)).files
    refused(file)


def test_zip_bomb_by_entries(only: Opener) -> None:
    data = make.zipped({f"{i}.txt": b"" for i in range(20)})
    refused(only("a.zip", data, Limits(max_zip_entries=10)), "条目过多")


def test_zip_nested_too_deep(opened: PackageOpener) -> None:
    inner = make.zipped({"4.png": make.picture()})
    third = make.zipped({"3.zip": inner, "3.png": make.picture()})
    files = opened("1.zip", make.zipped({"2.zip": third, "1.png": make.picture()})).files
    by_name = {f.name: f for f in files}
    assert by_name["2.zip/3.png"].error is None
    refused(by_name["2.zip/3.zip"], "嵌套")
    assert len(files) == 3


def test_zip_with_unknown_compression(opened: PackageOpener) -> None:
    data = bytearray(make.zipped({"a.png": make.picture()}, zipfile.ZIP_STORED))
    for pos in (data.index(b"PK\x03\x04") + 8, data.index(b"PK\x01\x02") + 10):
        data[pos : pos + 2] = struct.pack("<H", 97)
    refused(opened("a.zip", bytes(data)).files[0], "压缩方式")
