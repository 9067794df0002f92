"""Cells as a person reads them, whatever the file format and encoding."""

from __future__ import annotations

import datetime as dt
import io

import intake_files as make
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from intake_files import Opener

from extractor.intake import SheetPage, page_sources
from extractor.intake.sheet import cell_text


def sheet(only: Opener, name: str, data: bytes) -> SheetPage:
    """The first sheet of a file."""
    page = next(page_sources(only(name, data)))
    assert isinstance(page, SheetPage)
    return page


def test_cell_values(only: Opener) -> None:
    rows: list[list[object]] = [
        ["姓名", "身份证号", "人数", "比例", "日期", "时间", "在职"],
        ["张三", "35010219900101001X", 7, 0.125, dt.date(2021, 5, 6), dt.datetime(2021, 5, 6, 8, 30), True],
        ["李四", 350102199001010, 1e17, 1e-7, None, dt.time(8, 30), False],
    ]
    assert sheet(only, "a.xlsx", make.xlsx({"名单": rows})).rows == [
        rows[0],
        ["张三", "35010219900101001X", "7", "0.125", "2021-05-06", "2021-05-06 08:30:00", "TRUE"],
        ["李四", "350102199001010", "100000000000000000", "0.0000001", "", "08:30:00", "FALSE"],
    ]


def test_rows_start_at_a1(only: Opener) -> None:
    page = sheet(only, "a.xlsx", make.xlsx({"x": [[], [None, None, "右"], ["左"]]}))
    assert page.rows == [["", "", ""], ["", "", "右"], ["左", "", ""]]


def test_sheets_are_pages_and_hidden_ones_are_noted(only: Opener) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].title = "参保名单"
    book.worksheets[0].append(["姓名"])
    book.create_sheet("计算过程").sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    file = only("a.xlsx", out.getvalue())
    assert file.pages == 2
    assert file.note == "含隐藏工作表：计算过程"
    pages = [p for p in page_sources(file) if isinstance(p, SheetPage)]
    assert [(p.page, p.name, p.hidden) for p in pages] == [(1, "参保名单", False), (2, "计算过程", True)]
    assert pages[1].rows == []


def test_merged_cells(only: Opener) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"] = "参保人员名单"
    book.worksheets[0].merge_cells("A1:C1")
    book.worksheets[0].append(["姓名", "险种", "月份"])
    out = io.BytesIO()
    book.save(out)
    page = sheet(only, "a.xlsx", out.getvalue())
    assert page.merged == ((0, 0, 0, 2),)
    assert page.rows[0] == ["参保人员名单", "", ""]


def test_old_xls(only: Opener) -> None:
    cells: dict[tuple[int, int], str | float] = {
        (0, 0): "姓名",
        (0, 1): "号码",
        (1, 0): "张三",
        (1, 1): 3501.0,
    }
    file = only("名单.xls", make.xls(cells, "名单"))
    assert file.media_type == "application/vnd.ms-excel"
    (page,) = page_sources(file)
    assert isinstance(page, SheetPage)
    assert (page.name, page.rows) == ("名单", [["姓名", "号码"], ["张三", "3501"]])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_csv_encodings_and_delimiters(only: Opener, encoding: str, delimiter: str) -> None:
    rows = [["单位", "姓名", "月份"], ["某公司", "张三", "2021-01"], ["某公司", "李㐀", "2021-02"]]
    data = "\r\n".join(delimiter.join(r) for r in rows).encode(encoding)
    file = only("名单.txt", data)
    assert file.media_type == "text/csv"
    (page,) = page_sources(file)
    assert isinstance(page, SheetPage)
    assert page.rows == rows


def test_csv_long_numbers_as_people_protect_them(only: Opener) -> None:
    data = '姓名,身份证\n张三,="350102199001010011"\n李四,\'350102199001010022\n王五,\t350102199001010033\n'
    page = sheet(only, "a.csv", data.encode())
    assert [r[1] for r in page.rows[1:]] == ["350102199001010011", "350102199001010022", "350102199001010033"]
    assert page.grid.note is None


def test_csv_with_lost_digits_says_so(only: Opener) -> None:
    page = sheet(only, "a.csv", "姓名,身份证\n张三,3.50102E+17\n".encode())
    assert page.rows[1][1] == "3.50102E+17"
    assert page.grid.note is not None
    assert "科学计数法" in page.grid.note


def test_csv_with_a_title_and_quotes(only: Opener) -> None:
    data = '参保人员名单\n序号,单位,备注\n1,某公司,"甲,乙"\n2,某公司,"第一行\n第二行"\n'
    page = sheet(only, "名单.csv", data.encode("gb18030"))
    assert page.rows[2:] == [["1", "某公司", "甲,乙"], ["2", "某公司", "第一行\n第二行"]]
    assert page.rows[0] == ["参保人员名单", "", ""]


def test_one_column_list(only: Opener) -> None:
    assert sheet(only, "名单.csv", "姓名\n张三\n李四\n".encode()).rows == [["姓名"], ["张三"], ["李四"]]


@given(st.integers(-(10**17), 10**17))
def test_whole_numbers_stay_whole(n: int) -> None:
    assert cell_text(n) == str(n)
    if abs(n) < 2**53:
        assert cell_text(float(n)) == str(n)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_are_never_scientific(x: float) -> None:
    text = cell_text(x)
    assert "e" not in text.lower()
    assert float(text) == x
