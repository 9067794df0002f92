"""What is listed, under which name, in which order, and what is left behind on disk."""

from __future__ import annotations

import hashlib
import struct
import zipfile
import zlib
from pathlib import Path

import intake_files as make
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from intake_files import Opener, PackageOpener
from PIL import Image

from extractor.intake import ImagePage, Limits, PdfPage, SheetPage, open_package, page_sources
from extractor.intake.names import decode_name, is_clutter, is_unsafe, natural_key


def test_folder_in_the_order_people_count(tmp_path: Path) -> None:
    for name in ("第10页.png", "第2页.png", "证书/b.png", "证书/A.png", "第1页.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(make.picture())
    with open_package(tmp_path) as package:
        assert [f.name for f in package.files] == [
            "第1页.png",
            "第2页.png",
            "第10页.png",
            "证书/A.png",
            "证书/b.png",
        ]
        assert package.name == tmp_path.name


def test_a_zip_that_stores_its_members_unpacked_is_no_pdf(tmp_path: Path) -> None:
    path = tmp_path / "材料.zip"
    path.write_bytes(make.zipped({"审计报告.pdf": make.pdf(), "证书.png": make.picture()}, zipfile.ZIP_STORED))
    with open_package(path) as package:
        assert [(f.name, f.pages, f.error) for f in package.files] == [("审计报告.pdf", 1, None), ("证书.png", 1, None)]


def test_clutter_is_skipped(tmp_path: Path) -> None:
    (tmp_path / "__MACOSX").mkdir()
    (tmp_path / ".git").mkdir()
    for name in (
        ".DS_Store",
        "Thumbs.db",
        "desktop.ini",
        "~$申请书.docx",
        "__MACOSX/._1.png",
        ".git/x",
        "1.png",
    ):
        (tmp_path / name).write_bytes(make.picture())
    with open_package(tmp_path) as package:
        assert [f.name for f in package.files] == ["1.png"]


def test_single_file(only: Opener) -> None:
    data = make.pdf(["q Q", "q Q"])
    file = only("审计报告.pdf", data)
    assert (file.name, file.media_type, file.pages) == ("审计报告.pdf", "application/pdf", 2)
    assert file.sha256 == hashlib.sha256(data).hexdigest()
    assert file.path.read_bytes() == data
    pages = list(page_sources(file))
    assert all(isinstance(p, PdfPage) for p in pages)
    assert [p.page for p in pages] == [1, 2]


def test_zip_in_folder_and_zip_in_zip(tmp_path: Path) -> None:
    inner = make.zipped({"1.png": make.picture()})
    (tmp_path / "证书.zip").write_bytes(make.zipped({"专利/1.png": make.picture(), "更多.zip": inner}))
    with open_package(tmp_path) as package:
        assert [f.name for f in package.files] == ["证书.zip/专利/1.png", "证书.zip/更多.zip/1.png"]
        assert all(f.error is None and f.pages == 1 for f in package.files)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_zip_names_without_a_flag(opened: PackageOpener, encoding: str) -> None:
    names = ["证书/实用新型专利.png", "模板.png", "審計報告㐀.png"]
    data = make.zipped_raw({n.encode(encoding): make.picture() for n in names})
    package = opened("材料包.zip", data)
    assert sorted(f.name for f in package.files) == sorted(names)
    assert package.name == "材料包"


def test_zip_names_with_backslashes_in_gbk(opened: PackageOpener) -> None:
    # 0x5C is also the second byte of some GBK characters, so it may be split only after decoding
    name = "目录\\乗.png".encode("gbk")
    assert name.count(b"\\") == 2
    assert [f.name for f in opened("a.zip", make.zipped_raw({name: make.picture()})).files] == ["目录/乗.png"]


def test_zip_name_from_unicode_path_extra(opened: PackageOpener) -> None:
    raw, true = b"____.png", "专利证书.png".encode()
    body = struct.pack("<BI", 1, zlib.crc32(raw)) + true
    extra = struct.pack("<HH", 0x7075, len(body)) + body
    data = make.zipped_raw({raw: make.picture()}, extra=extra)
    assert opened("a.zip", data).files[0].name == "专利证书.png"


def test_unicode_path_extra_of_another_name_is_ignored(opened: PackageOpener) -> None:
    body = struct.pack("<BI", 1, 12345) + b"wrong.png"
    extra = struct.pack("<HH", 0x7075, len(body)) + body
    data = make.zipped_raw({b"right.png": make.picture()}, extra=extra)
    assert opened("a.zip", data).files[0].name == "right.png"


def test_names_cannot_fool_the_screen(opened: PackageOpener) -> None:
    data = make.zipped({"a\x1b[31m\u202egnp.png": make.picture()})
    name = opened("a.zip", data).files[0].name
    assert "\x1b" not in name
    assert "\u202e" not in name


def test_same_content_twice_keeps_both(tmp_path: Path) -> None:
    (tmp_path / "1.png").write_bytes(make.picture())
    (tmp_path / "2.png").write_bytes(make.picture())
    with open_package(tmp_path) as package:
        first, second = package.files
    assert (first.note, first.error) == (None, None)
    assert second.note == "与《1.png》内容相同"
    assert (second.error, second.pages) == (None, 1)


@pytest.mark.parametrize("fmt", ["BMP", "PNG", "TIFF", "WEBP", "GIF"])
def test_content_decides_not_the_extension(only: Opener, fmt: str) -> None:
    file = only("专利.jpg", make.picture(fmt))
    assert file.error is None
    assert file.note is not None
    assert fmt in file.note
    (page,) = page_sources(file)
    assert isinstance(page, ImagePage)
    assert page.image().shape == (48, 64, 3)


def test_pdf_with_bytes_before_its_header(only: Opener) -> None:
    assert only("a.pdf", b"\xef\xbb\xbf\r\n" + make.pdf()).media_type == "application/pdf"


def test_spreadsheet_inside_a_zip_named_docx(only: Opener) -> None:
    file = only("名单.docx", make.xlsx())
    (page,) = page_sources(file)
    assert isinstance(page, SheetPage)
    assert page.rows == [["姓名", "工号"], ["张三", "7"]]


def test_temporary_copies_are_removed(tmp_path: Path) -> None:
    archive, work = tmp_path / "a.zip", tmp_path / "work"
    archive.write_bytes(make.zipped({"1.png": make.picture()}))
    work.mkdir()
    with open_package(archive, workdir=work) as package:
        assert package.files[0].path.is_relative_to(work)
        assert package.files[0].path.exists()
    assert list(work.iterdir()) == []
    package.close()  # a second time does no harm


def test_folder_files_are_not_copied(tmp_path: Path) -> None:
    (tmp_path / "1.png").write_bytes(make.picture())
    with open_package(tmp_path) as package:
        assert package.files[0].path == tmp_path / "1.png"
    assert (tmp_path / "1.png").exists()


def test_ratio_limit_spares_small_blank_scans(opened: PackageOpener) -> None:
    blank = make.encoded(Image.new("RGB", (1000, 1000), "white"), "BMP")
    (file,) = opened("a.zip", make.zipped({"空白.bmp": blank}), Limits(max_zip_ratio=10)).files
    assert file.error is None


def test_stored_zip64_names_and_sizes(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as z, z.open("1.png", "w", force_zip64=True) as f:
        f.write(make.picture())
    with open_package(path) as package:
        assert package.files[0].error is None


HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=12)


# GB 2312 level 1 (less its last row): common characters, whose bytes are no UTF-8 of Chinese.
# Those of rarer ones can be, and then UTF-8 is taken.
COMMON = st.text(
    st.sampled_from([bytes((row, cell)).decode("gb2312") for row in range(0xB0, 0xD7) for cell in range(0xA1, 0xFF)]),
    min_size=1,
    max_size=12,
)


@given(COMMON)
@example("路")
@example("模")
@example("联通")
def test_chinese_names_decode_from_gb18030(name: str) -> None:
    assert decode_name(f"{name}.jpg".encode("gb18030")) == f"{name}.jpg"


@given(HAN)
def test_chinese_names_decode_from_utf8(name: str) -> None:
    assert decode_name(f"{name}.jpg".encode()) == f"{name}.jpg"


@given(st.binary(max_size=40))
def test_any_name_decodes(raw: bytes) -> None:
    assert isinstance(decode_name(raw), str)


@given(st.lists(st.text(max_size=8)))
def test_natural_order_is_an_order(names: list[str]) -> None:
    assert sorted(sorted(names, key=natural_key), key=natural_key) == sorted(names, key=natural_key)


def test_natural_order_counts() -> None:
    assert natural_key("图2.png") < natural_key("图10.png")
    assert natural_key("a/9.png") < natural_key("a/10.png") < natural_key("b/1.png")


def test_unsafe_and_clutter_names() -> None:
    assert is_unsafe("a/../b")
    assert is_unsafe("D:/b")
    assert not is_unsafe("a..b/c.png")
    assert is_clutter("a/.hidden/b.png")
    assert not is_clutter("../b.png")
