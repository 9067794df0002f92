"""Files built to harm, mislead or carry something along: refused, or read with a remark; nothing in them is ever run.

``docs/broken-input.md`` names these tests row by row. How much bombs take is measured in ``test_bombs``.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import bombs
import intake_files as make
import pytest
from intake_files import Opener, PackageOpener, refused

from extractor.intake import Limits, open_package

ACTION = b"<</Type/Catalog/Pages 2 0 R/OpenAction 9 0 R>>"


def pdf_with(catalog: bytes, *objects: bytes) -> bytes:
    """A PDF of one page with these objects from number 9 on."""
    pages = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>"
    return bombs.pdf_with({1: catalog, 2: pages, 3: page, **dict(enumerate(objects, 9))})


# --- archives -----------------------------------------------------------------


def test_zip_with_members_that_overlap(opened: PackageOpener) -> None:
    for bomb in (bombs.zip_overlap_full(3, 100), bombs.zip_overlap_quoted(3, 100)):
        refused(opened("a.zip", bomb).files[0], "重叠")


def test_zip_with_two_members_of_one_name(opened: PackageOpener) -> None:
    data = make.zipped_raw({b"a.png": make.picture(), b"b.png": make.picture(), b"c.png": make.picture()})
    first, second, third = opened("a.zip", data.replace(b"b.png", b"a.png")).files
    refused(first, "同名")
    refused(second, "同名")
    assert (third.name, third.error) == ("c.png", None)


def test_zip_that_unpacks_to_too_much_in_all(opened: PackageOpener) -> None:
    files = opened("a.zip", bombs.zip_many_small(members=15)).files
    assert sum("压缩比异常" in (f.error or "") for f in files) == 4, "after 100 MB"


def test_zip_with_a_giant_directory(only: Opener) -> None:
    refused(only("a.zip", bombs.zip_of_entries(6000)), "条目过多", "上限 5000")


def test_zip_in_a_zip_counts_with_it(opened: PackageOpener) -> None:
    inner = make.zipped({"1.zip": bombs.zip_many_small(members=15)})
    files = opened("a.zip", inner).files
    assert sum("压缩比异常" in (f.error or "") for f in files) == 4


# --- the package --------------------------------------------------------------


def test_package_with_too_many_pages(tmp_path: Path) -> None:
    for n in (1, 2, 3):
        (tmp_path / f"{n}.tif").write_bytes(make.tiff(4))
    with open_package(tmp_path, Limits(max_pages=10)) as package:
        assert [f.pages for f in package.files] == [4, 4, 0]
        refused(package.files[2], "总页数超过上限（10 页）")


# --- two formats in one file --------------------------------------------------


def commented(package: bytes, comment: bytes) -> bytes:
    """A ZIP with a comment."""
    return package[:-2] + len(comment).to_bytes(2, "little") + comment


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", lambda: make.pdf() + make.zipped({"1.png": make.picture()})),
        ("a.jpg", lambda: make.picture("JPEG") + make.zipped({"1.png": make.picture()})),
        ("a.pdf", lambda: commented(make.pdf() + make.zipped({"1.png": b"1"}), b"x" * 300)),
        ("a.zip", lambda: commented(make.zipped({"1.png": make.picture()}), make.pdf())),
        ("a.docx", lambda: commented(make.docx(), make.pdf())),
        ("a.gif", lambda: make.picture("GIF", comment=make.pdf()[:250]) + make.pdf()),
    ],
)
def test_file_of_two_formats(only: Opener, name: str, data: Callable[[], bytes]) -> None:
    refused(only(name, data()), "文件同时也是")


def test_a_zip_may_hold_a_pdf_and_a_pdf_a_zip(opened: PackageOpener) -> None:
    import zipfile

    assert opened("a.zip", make.zipped({"1.pdf": make.pdf()}, zipfile.ZIP_STORED)).files[0].error is None
    inner = make.zipped({"1.png": make.picture()})
    stream = b"<</Type/EmbeddedFile/Length %d>>stream\n%s\nendstream" % (len(inner), inner)
    (file,) = opened("a.pdf", pdf_with(b"<</Type/Catalog/Pages 2 0 R>>", stream)).files
    assert (file.error, file.pages) == (None, 1)


# --- PDF ----------------------------------------------------------------------


def packed(objects: bytes) -> bytes:
    """The same objects in an object stream."""
    return bombs.flate(objects, b"/Type/ObjStm/N 1/First 4")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (lambda: pdf_with(ACTION, b"<</S/JavaScript/JS(app.alert\\(1\\))>>"), "含脚本（没有运行）"),
        (lambda: pdf_with(ACTION, packed(b"9 0 <</S/JavaScript/JS(app.alert\\(1\\))>>")), "含脚本（没有运行）"),
        (lambda: pdf_with(ACTION, b"<</S/Launch/F(cmd.exe)>>"), "含启动外部程序的动作（没有执行）"),
        (
            lambda: pdf_with(
                b"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[(a)9 0 R]>>>>>>",
                b"<</Type/Filespec/F(a.exe)/EF<</F 10 0 R>>>>",
                b"<</Type/EmbeddedFile/Length 2>>stream\nMZ\nendstream",
            ),
            "含附件（没有读",
        ),
    ],
)
def test_pdf_that_carries_something_along(only: Opener, data: Callable[[], bytes], words: str) -> None:
    file = only("a.pdf", data())
    assert (file.error, file.pages) == (None, 1)
    assert words in (file.note or "")


def test_pdf_without_anything_has_no_remark(only: Opener) -> None:
    assert only("a.pdf", make.pdf()).note is None


# --- pictures -----------------------------------------------------------------


def test_jpeg_2000(only: Opener) -> None:
    refused(only("a.jp2", bombs.jpeg_2000()), "JPEG 2000", "JPG")


def test_tiff_with_too_many_frames(only: Opener) -> None:
    refused(only("a.tif", make.tiff(5), Limits(max_pages_per_file=4)), "页数过多")


# --- office -------------------------------------------------------------------


@pytest.mark.parametrize(
    "bomb",
    [bombs.docx_laughs, bombs.docx_laughs_utf16, bombs.docx_outside, bombs.xlsx_laughs, bombs.xlsx_outside],
    ids=lambda b: b.__name__,
)
def test_office_file_with_xml_entities(only: Opener, bomb: Callable[[], bytes]) -> None:
    refused(only(f"a.{bombs.REFUSED[bomb][0]}", bomb()), "XML 实体")


def test_office_file_with_too_many_elements(only: Opener) -> None:
    limits = Limits(max_xml_tags=1000)
    refused(only("a.docx", bombs.docx_elements(2000), limits), "超过 1000 个 XML 元素")
    refused(only("a.xlsx", bombs.xlsx_texts(2000), limits), "超过 1000 个 XML 元素")


def test_office_file_with_two_parts_of_one_name(only: Opener) -> None:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, data, part in (("a.docx", make.docx(), "word/Document.xml"), ("a.xlsx", make.xlsx(), "xl/workbook.xml")):
            refused(only(name, added(data, part, b"<x/>")), "同名")


def test_xlsx_that_unpacks_to_too_much(only: Opener) -> None:
    refused(only("a.xlsx", added(make.xlsx(), "xl/media/a.bin", bytes(30 * 1024 * 1024))), "解开后过大")


def added(package: bytes, name: str, data: bytes) -> bytes:
    """An Office file with one more part."""
    import io
    import zipfile

    out = io.BytesIO(package)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as z:
        z.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.docm", lambda: added(make.docx(), "word/vbaProject.bin", b"x"), "含宏（没有运行）"),
        ("a.xlsm", lambda: added(make.xlsx(), "xl/vbaProject.bin", b"x"), "含宏（没有运行）"),
        ("a.xlsm", lambda: added(make.xlsx(), "xl/macrosheets/sheet1.xml", b"<x/>"), "含宏（没有运行）"),
        ("a.docx", lambda: added(make.docx(), "word/embeddings/oleObject1.bin", b"x"), "含嵌入的其他文件"),
        ("a.xlsx", lambda: added(make.xlsx(), "xl/activeX/activeX1.bin", b"x"), "含嵌入的其他文件"),
    ],
)
def test_office_file_that_carries_something_along(only: Opener, name: str, data: Callable[[], bytes], words: str) -> None:
    file = only(name, data())
    assert file.error is None
    assert words in (file.note or "")


def test_office_file_without_anything_has_no_remark(only: Opener) -> None:
    assert only("a.docx", make.docx()).note is None
    assert only("a.xlsx", make.xlsx()).note is None


# --- wrong extensions ---------------------------------------------------------


def test_program_that_is_called_a_pdf(only: Opener) -> None:
    refused(only("合同.pdf", b"MZ" + bytes(58) + b"\x40\0\0\0" + b"PE\0\0" + bytes(200)), "程序文件")


def test_zip_that_is_called_a_pdf_is_unpacked(opened: PackageOpener) -> None:
    (file,) = opened("合同.pdf", make.zipped({"1.png": make.picture()})).files
    assert (file.name, file.error) == ("1.png", None)
