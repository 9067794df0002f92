"""Damaged spreadsheets and Word files: an entry with a reason and a remedy, never a crash.

``docs/broken-input.md`` names these tests row by row.
"""

from __future__ import annotations

import intake_files as make
import pytest
from intake_files import Opener, failing_image, refused

from extractor.intake import (
    BrokenFile,
    Limits,
    SheetPage,
    TooLarge,
    page_sources,
)

# --- spreadsheets and Word ---------------------------------------------------


def test_xls_garbage(only: Opener) -> None:
    refused(only("名单.xls", make.ole({"Workbook": bytes(range(256)) * 20})), "XLSX")


def test_xls_cut_in_its_header(only: Opener) -> None:
    refused(only("名单.xls", make.xls({(0, 0): "姓名"})[:600]), "XLSX")


def test_xls_with_password(only: Opener) -> None:
    refused(only("名单.xls", make.xls({(0, 0): "姓名"}, password=True)), "密码")


def test_truncated_xlsx(only: Opener) -> None:
    data = make.xlsx()
    refused(only("名单.xlsx", data[: len(data) // 2]), "不完整")


def test_xlsx_without_workbook(only: Opener) -> None:
    data = make.zipped({"[Content_Types].xml": b"<Types/>", "xl/styles.xml": b"<x/>"})
    refused(only("名单.xlsx", data), "XLSX")


def test_xlsx_with_cells_far_apart(only: Opener) -> None:
    file = only("名单.xlsx", make.xlsx_with_cell("XFD1048576"))
    (page,) = page_sources(file)
    assert isinstance(page, SheetPage)
    with pytest.raises(TooLarge, match="请"):
        _ = page.rows


def test_xlsx_with_a_million_empty_rows(only: Opener) -> None:
    file = only("名单.xlsx", make.xlsx_with_cell("B1048576", empty=True))
    (page,) = page_sources(file)
    assert isinstance(page, SheetPage)
    assert len(page.rows) < 10


def test_sheet_with_too_many_rows(only: Opener) -> None:
    limits = Limits(max_rows=10)
    for name, data in (
        ("a.xlsx", make.xlsx({"名单": [["x", i] for i in range(1, 30)]})),
        ("a.csv", b"a,b\n" * 30),
    ):
        (page,) = page_sources(only(name, data, limits), limits)
        assert isinstance(page, SheetPage)
        with pytest.raises(TooLarge, match="行数过多"):
            _ = page.rows


def test_csv_in_unknown_encoding(only: Opener) -> None:
    data = b"name,no\nabc,1\n" * 10000 + b"\xff\xff,\xfe\n"
    (page,) = page_sources(only("a.csv", data))
    assert isinstance(page, SheetPage)
    with pytest.raises(BrokenFile, match="编码"):
        _ = page.rows


def test_docx_without_document(only: Opener) -> None:
    data = make.zipped({"[Content_Types].xml": b"<Types/>", "word/styles.xml": b"<x/>"})
    refused(only("申请书.docx", data), "Word")


def test_docx_with_broken_xml(only: Opener) -> None:
    data = make.replaced(make.docx(), "word/document.xml", b"<w:document")
    refused(only("申请书.docx", data), "Word")


def test_docx_bomb(only: Opener) -> None:
    data = make.replaced(make.docx(), "word/media/big.xml", bytes(30 * 1024 * 1024))
    refused(only("申请书.docx", data), "过大")


def test_docx_with_broken_picture_keeps_its_text(only: Opener) -> None:
    data = make.docx(picture_bytes=make.picture())
    file = only("申请书.docx", make.replaced(data, "word/media/image1.png", b"\x89PNG\r\n\x1a\nxx"))
    assert (file.error, file.pages) == (None, 2)
    assert failing_image(file, 1).code == "broken"
