"""Every kind of broken input: an entry with a reason and a remedy, never a crash.

``docs/broken-input.md`` names these tests row by row.
"""

from __future__ import annotations

import os
import struct
import zlib
from pathlib import Path

import intake_files as make
import pytest
from intake_files import Opener, failing_image, refused
from PIL import Image

from extractor.intake import (
    BrokenFile,
    EmptyFile,
    ImagePage,
    Limits,
    PackageNotFound,
    open_package,
    page_sources,
)
from extractor.intake.pdf import PdfFile

# --- the package itself ------------------------------------------------------


def test_missing_path(tmp_path: Path) -> None:
    with pytest.raises(PackageNotFound, match="找不到"):
        open_package(tmp_path / "无此文件.zip")


def test_path_that_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(PackageNotFound, match="不是"):
        open_package(tmp_path / "pipe")


def test_empty_folder(tmp_path: Path) -> None:
    (tmp_path / ".DS_Store").write_bytes(b"x")
    with pytest.raises(EmptyFile, match="没有文件"):
        open_package(tmp_path)


def test_unreadable_single_file_is_listed(only: Opener) -> None:
    refused(only("审计报告.pdf", b"%PDF-1.7\nnothing"), "PDF")


def test_bad_file_does_not_hide_others(tmp_path: Path) -> None:
    (tmp_path / "1.pdf").write_bytes(make.pdf())
    (tmp_path / "2.pdf").write_bytes(make.pdf()[:40])
    (tmp_path / "3.png").write_bytes(make.picture())
    with open_package(tmp_path) as package:
        assert [f.error is None for f in package.files] == [True, False, True]
        assert [f.index for f in package.files] == [0, 1, 2]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_no_permission(tmp_path: Path) -> None:
    (tmp_path / "1.png").write_bytes(make.picture())
    (tmp_path / "1.png").chmod(0)
    with open_package(tmp_path) as package:
        refused(package.files[0], "权限")


# --- any file ----------------------------------------------------------------


def test_zero_bytes(only: Opener) -> None:
    refused(only("a.pdf", b""), "空")


def test_only_nul_bytes(only: Opener) -> None:
    refused(only("a.jpg", bytes(5000)), "空字节")


def test_random_bytes(only: Opener) -> None:
    refused(only("a.dat", bytes(range(1, 256)) * 20), "无法识别")


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"Rar!\x1a\x07\x01\x00", "ZIP"),
        (b"7z\xbc\xaf\x27\x1c\x00\x04", "ZIP"),
        (b"\x1f\x8b\x08\x00", "ZIP"),
        (b"{\\rtf1 abc}", "DOCX"),
        (b"MZ\x90\0" + bytes(60) + b"PE\0\0", "程序"),
        (b"\x7fELF\x02\x01", "程序"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0", "视频"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "JPG"),
        (b"\x1aE\xdf\xa3\x01", "视频"),
        (b"RIFF\x10\0\0\0AVI LIST", "视频"),
        (b"<!DOCTYPE html><html><body>x</body></html>", "XLSX"),
        (b'<?xml version="1.0"?><a/>', "XML"),
        (b'{"declared": [1, 2]}', "JSON"),
        ("这是一份说明。\n没有表格。".encode(), "纯文本"),
        ("这是一份说明。\n没有表格。".encode("gb18030"), "纯文本"),
    ],
)
def test_unsupported_kind(only: Opener, head: bytes, words: str) -> None:
    refused(only("材料.pdf", head), words)


@pytest.mark.parametrize(
    ("stream", "words"),
    [
        ("WordDocument", "DOCX"),
        ("PowerPoint Document", "PDF"),
        ("EncryptedPackage", "密码"),
        ("Contents", "旧版 Office"),
    ],
)
def test_old_office_kind(only: Opener, stream: str, words: str) -> None:
    refused(only("材料.doc", make.ole({stream: b"x"})), words)


@pytest.mark.parametrize("part", ["xl/workbook.bin", "ppt/presentation.xml"])
def test_zip_based_kind_not_read(only: Opener, part: str) -> None:
    data = make.zipped({"[Content_Types].xml": b"<Types/>", part: b"<x/>"})
    refused(only("材料.xlsx", data), "PDF")


def test_file_too_large(only: Opener) -> None:
    refused(only("a.png", make.noise("PNG"), Limits(max_file_bytes=1000)), "过大")


def test_package_too_large(tmp_path: Path) -> None:
    for i in range(3):
        (tmp_path / f"{i}.png").write_bytes(make.noise("PNG"))
    size = (tmp_path / "0.png").stat().st_size
    with open_package(tmp_path, Limits(max_package_bytes=2 * size + 100)) as package:
        assert [f.error is None for f in package.files] == [True, True, False]
        refused(package.files[2], "总大小")


def test_too_many_files(tmp_path: Path) -> None:
    for i in range(5):
        (tmp_path / f"{i}.png").write_bytes(make.picture())
    with open_package(tmp_path, Limits(max_files=3)) as package:
        assert len(package.files) == 4
        assert package.files[3].name == "（另有 2 个文件）"
        refused(package.files[3], "文件过多")


def test_special_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.pdf")
    with open_package(tmp_path) as package:
        refused(package.files[0], "不是普通文件")


def test_link_out_of_the_folder(tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(make.picture())
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "1.png").symlink_to(secret)
    (folder / "2").symlink_to(tmp_path)
    with open_package(folder) as package:
        for file in package.files:
            refused(file, "链接")


# --- PDF ---------------------------------------------------------------------


def test_truncated_pdf(only: Opener) -> None:
    whole = make.pdf(["BT /F1 12 Tf 72 720 Td (x) Tj ET"] * 3)
    file = only("a.pdf", whole[: len(whole) // 2])
    assert file.error is not None or (file.note is not None and "核对页数" in file.note)


def test_pdf_without_its_end_says_so(only: Opener) -> None:
    whole = make.pdf()
    file = only("a.pdf", whole[: whole.rindex(b"startxref")])
    assert file.error is None
    assert file.note is not None
    assert "结尾缺失" in file.note


def test_garbage_after_pdf_header(only: Opener) -> None:
    refused(only("a.pdf", b"%PDF-1.4\n" + bytes(range(256)) * 40), "PDF 已损坏")


def test_encrypted_pdf(only: Opener) -> None:
    refused(only("a.pdf", make.encrypted_pdf("secret")), "密码")


def test_pdf_with_empty_password_opens(only: Opener) -> None:
    file = only("a.pdf", make.encrypted_pdf(""))
    assert (file.error, file.pages) == (None, 1)
    with PdfFile(file.path) as pdf:
        assert pdf.text_words(0)[0].text.startswith("Revenue")


def test_pdf_without_pages(only: Opener) -> None:
    refused(only("a.pdf", make.pdf([])))


def test_pdf_with_too_many_pages(only: Opener) -> None:
    refused(only("a.pdf", make.pdf(["q Q"] * 4), Limits(max_pages_per_file=3)), "4 页")


def test_pdf_broken_page_fails_alone(only: Opener) -> None:
    whole = make.pdf(["BT /F1 12 Tf 72 720 Td (One) Tj ET", "BT /F1 12 Tf 72 720 Td (Two) Tj ET"])
    broken = whole.replace(b"100 0 obj\n<< /Type /Page ", b"100 0 obj\n[[ /Type /Page ")
    file = only("a.pdf", broken)
    assert file.error is None
    with PdfFile(file.path) as pdf:
        results = []
        for i in range(pdf.page_count):
            try:
                results.append([w.text for w in pdf.text_words(i)])
            except BrokenFile as e:
                results.append([e.code])
    assert ["Two"] in results
    assert ["One"] not in results


def test_pdf_page_of_giant_size_is_drawn_small(only: Opener) -> None:
    file = only("a.pdf", make.pdf(["q Q"], mediabox=(0, 0, 14000, 14000)))
    with PdfFile(file.path, Limits(max_pixels=1_000_000)) as pdf:
        height, width, _ = pdf.render(0, 4.0).shape
    assert width * height <= 1_000_000
    assert width > 900


# --- pictures ----------------------------------------------------------------


@pytest.mark.parametrize("fmt", ["JPEG", "PNG", "TIFF", "WEBP", "BMP", "GIF"])
@pytest.mark.parametrize("share", [0.3, 0.9])
def test_truncated_image(only: Opener, fmt: str, share: float) -> None:
    data = make.noise(fmt)
    file = only(f"a.{fmt.lower()}", data[: int(len(data) * share)])
    if file.error is None:
        assert failing_image(file).code == "broken"
    else:
        refused(file, "图片已损坏")


def test_jpeg_header_only(only: Opener) -> None:
    refused(only("a.jpg", make.noise("JPEG")[:20]), "图片已损坏")


def test_jpeg_filled_up_with_zeros(only: Opener) -> None:
    data = make.noise("JPEG")
    half = len(data) // 2
    assert failing_image(only("a.jpg", data[:half] + bytes(half))).code == "broken"


def test_jpeg_cut_and_closed_is_not_silently_grey(only: Opener) -> None:
    data = make.noise("JPEG")
    assert failing_image(only("a.jpg", data[: len(data) // 2] + b"\xff\xd9")).code == "broken"


def test_image_with_too_many_pixels(only: Opener) -> None:
    refused(only("a.png", make.picture(size=(200, 100)), Limits(max_pixels=10_000)), "像素", "DPI")


def test_png_bomb(only: Opener) -> None:
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000)))
    refused(only("a.png", bomb + chunk(b"IEND", b"")), "像素")


def test_one_broken_tiff_frame_fails_alone(only: Opener) -> None:
    first = Image.effect_noise((100, 100), 50)
    data = bytearray(make.encoded(first, "TIFF", save_all=True, append_images=[first, first], compression="jpeg"))
    middle = len(data) // 2
    data[middle - 800 : middle + 800] = bytes(1600)
    file = only("a.tif", bytes(data))
    assert file.error is None
    good = 0
    for page in page_sources(file):
        assert isinstance(page, ImagePage)
        try:
            good += page.image().shape == (100, 100, 3)
        except BrokenFile:
            continue
    assert good >= 1
