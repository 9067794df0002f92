"""The batch's workbook and table: everything shown, nothing run as a formula or an escape."""

from __future__ import annotations

import io
from zipfile import ZipFile

import openpyxl
import pytest
from rich.console import Console

from extractor.prescreen.ranking import not_read, screen
from extractor.prescreen.repeats import Repeat, RepeatPlace
from extractor.reports.prescreen_terminal import print_prescreen
from extractor.reports.prescreen_xlsx import write_prescreen
from tests.prescreen.builders import result

HOSTILE = ("=cmd|' /C calc'!A0", "+1+1", "@SUM(1)", "\x1b[31m红", "[bold]x[/]", "_x001B_", "\u202e321", "很长" * 20_000)


@pytest.fixture
def batch():
    rows = [screen(result(name="好", verdict="pass")), *(not_read(t, t, enterprise=t, uscc=t) for t in HOSTILE)]
    places = tuple(RepeatPlace(package=t, enterprise=t, file=t, page=1) for t in HOSTILE)
    repeats = [Repeat(kind="file", value="v", label=t, severity=s, reason=t, places=places)
               for t, s in zip(HOSTILE, ["alarm", "note"] * 4, strict=True)]  # fmt: skip
    return {
        "packages": [{"rank": i, **r.model_dump(mode="json"), "missing": list(HOSTILE)} for i, r in enumerate(rows, 1)],
        "repeats": [r.model_dump(mode="json") for r in repeats],
        "loose": list(HOSTILE),
        "summary": {"packages": len(rows), "verdicts": {"pass": 1, "error": 8}, "pages": 3, "hours_saved": 1.5, "alarms": 4},
    }


def test_no_cell_is_a_formula_and_every_package_has_its_row(batch, tmp_path):
    write_prescreen(batch, tmp_path / "x.xlsx")
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    assert book["初筛排名"].max_row == 10
    assert book["跨企业重复"].max_row == 1 + 8 * 8
    for sheet in book:
        for cell in (c for row in sheet.iter_rows() for c in row):
            assert cell.data_type in ("s", "n")
            if isinstance(cell.value, str) and cell.value.lstrip().startswith(("=", "+", "@")):
                assert cell.quotePrefix


def test_tables_can_be_filtered_and_stay_in_view_and_charts_are_there(batch, tmp_path):
    write_prescreen(batch, tmp_path / "x.xlsx")
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    for sheet in book.worksheets[:4]:
        assert sheet.auto_filter.ref
        assert sheet.freeze_panes
    with ZipFile(tmp_path / "x.xlsx") as z:
        assert sum(n.startswith("xl/charts/chart") for n in z.namelist()) == 2
    cells = {row[0].value: row[1].value for row in book["统计"].iter_rows(min_row=4, max_col=2)}
    assert (cells["通过"], cells["未能检查"], cells["90–100"]) == (1, 8, 1)


def test_an_empty_batch_still_writes(tmp_path):
    value = {
        "packages": [],
        "repeats": [],
        "loose": [],
        "summary": {"packages": 0, "verdicts": {}, "pages": 0, "hours_saved": 0, "alarms": 0},
    }
    write_prescreen(value, tmp_path / "x.xlsx")
    assert (tmp_path / "x.xlsx").exists()


def test_the_terminal_shows_texts_as_texts(batch):
    out = io.StringIO()
    print_prescreen(batch, Console(file=out, width=160))
    text = out.getvalue()
    assert "\x1b[31m" not in text
    assert "[bold]x[/]" in text
    assert "节省阅读约 1.5 小时" in text
    assert "通过 1" in text
