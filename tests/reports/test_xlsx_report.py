"""``report.xlsx``: complete, typed, and never a formula."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from extractor.model import Result
from extractor.reports.files import ReportWriteError
from extractor.reports.xlsx_report import write_xlsx

_SHEETS = ["核对结果", "证据", "文件材料", "文件清单", "勾稽校验"]


def _book(result: Result, path: Path) -> Workbook:
    write_xlsx(result, path)
    return load_workbook(path)


def test_the_sheets_hold_everything(result: Result, tmp_path: Path) -> None:
    book = _book(result, tmp_path / "report.xlsx")
    assert book.sheetnames == _SHEETS
    assert [book[s].max_row - 1 for s in _SHEETS] == [8, 6, 7, 4, 2]
    for sheet in book.worksheets:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == sheet.dimensions


def test_findings_are_by_risk_with_numbers_as_numbers(result: Result, tmp_path: Path) -> None:
    sheet = _book(result, tmp_path / "report.xlsx")["核对结果"]
    first = [c.value for c in sheet[2]]
    assert first[:6] == ["✗ 不符", "研发费用", "2020年", 4512.3, 451.23, "万元"]
    assert sheet["A9"].value == "✓ 相符"
    assert len({sheet.cell(r, 1).fill.fgColor.rgb for r in range(2, 10)}) == 6


def test_no_text_from_evidence_is_a_formula_or_an_error_value(hostile_result: Result, tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    for sheet in _book(hostile_result, path).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in {"s", "n"}
                if isinstance(cell.value, str) and re.match(r"\s*[=+\-@]", cell.value):
                    assert cell.quotePrefix
                    assert cell.hyperlink is None
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            assert b"<f>" not in archive.read(name)
            assert not name.startswith("xl/externalLinks")


def test_escape_codes_of_the_format_are_kept_as_text(hostile_result: Result, tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    write_xlsx(hostile_result, path)
    with zipfile.ZipFile(path) as archive:
        texts = b"".join(archive.read(name) for name in archive.namelist())
    assert b"_x005F_x001B_" in texts
    assert b"_x001B_" not in texts.replace(b"_x005F_x001B_", b"")


def test_long_texts_are_cut_with_a_sign(hostile_result: Result, tmp_path: Path) -> None:
    sheet = _book(hostile_result, tmp_path / "report.xlsx")["核对结果"]
    reasons = [str(sheet.cell(row, 7).value) for row in range(2, sheet.max_row + 1)]
    assert any(r.endswith("其余略）") for r in reasons)
    assert max(len(r) for r in reasons) <= 32_767


def test_an_empty_result_still_makes_a_workbook(result: Result, tmp_path: Path) -> None:
    empty = result.model_copy(
        update={
            "findings": (),
            "claims": (),
            "documents": (),
            "files": (),
            "checks": (),
        }
    )
    assert _book(empty, tmp_path / "report.xlsx").sheetnames == _SHEETS


def test_a_missing_folder_is_named(result: Result, tmp_path: Path) -> None:
    with pytest.raises(ReportWriteError, match="missing"):
        write_xlsx(result, tmp_path / "missing" / "report.xlsx")
