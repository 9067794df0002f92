"""Cells of several lines: whose line is whose where a label is centred, unknown or broken."""

from __future__ import annotations

import pytest

from extractor.documents.finders import find_values
from extractor.documents.labels import label_index, labels_in
from extractor.documents.rows import rows
from extractor.model import Line, Page
from tests.documents.conftest import Row, make_page

LABELS = {
    "no": ("授权公告号",),
    "holders": ("专利权人",),
    "address": ("地址",),
    "people": ("发明人",),
    "status": ("当前法律状态",),
}
FIRST, SECOND = "海州云帆精密机械有限公司；海州理工大学精密仪器研究", "院"


def texts(page: Page) -> dict[str, str]:
    found = find_values(page, LABELS)
    return {key: values[0].text for key, values in found.items() if values and values[0].where != "empty"}


def table(*cells: tuple[str, tuple[str, ...], float], start: float = 0.3) -> Page:
    """Rows of a table without rules: (label, lines of its value, how far below the cell's middle the label stands)."""
    lines: list[Row] = []
    top = start
    for label, printed, off in cells:
        height = 0.0175 * len(printed)
        lines += [(text, 0.35, top + 0.0175 * k) for k, text in enumerate(printed)]
        if label:
            lines.append((label, 0.15, top + height / 2 - 0.00875 + off))
        top += height + 0.008
    return make_page(*lines)


@pytest.mark.parametrize("off", [-0.007, -0.004, 0.0, 0.004, 0.007])
def test_a_label_centred_on_two_lines_has_both(off: float) -> None:
    page = table(
        ("授权公告号", ("CN 107654321 B",), 0.0),
        ("专利权人", (FIRST, SECOND), off),
        ("地址", ("350001海州市东港区滨江路18号",), 0.0),
        ("发明人", ("陈明远；林小雨",), 0.0),
    )
    assert texts(page) == {
        "no": "CN 107654321 B",
        "holders": FIRST + SECOND,
        "address": "350001海州市东港区滨江路18号",
        "people": "陈明远；林小雨",
    }


@pytest.mark.parametrize("off", [-0.005, 0.0, 0.005])
def test_the_next_cells_first_line_is_no_part_of_a_name(off: float) -> None:
    page = table(
        ("授权公告号", ("CN 107654321 B",), 0.0),
        ("专利权人", ("海州云帆精密机械有限公司",), 0.0),
        ("地址", ("350001海州市东港区经济开发区滨江中路18号厂", "房3层"), off),
        ("发明人", ("陈明远；林小雨",), 0.0),
    )
    assert texts(page)["holders"] == "海州云帆精密机械有限公司"
    assert texts(page)["address"] == "350001海州市东港区经济开发区滨江中路18号厂房3层"


def test_three_lines_around_a_label() -> None:
    cell = ("海州云帆精密机械有限公司；", "海州理工大学；", "海州市东港区精密仪器研究所")
    page = table(("授权公告号", ("CN 107654321 B",), 0.0), ("专利权人", cell, 0.0), ("地址", ("海州市",), 0.0))
    assert texts(page)["holders"] == "".join(cell)


def test_rows_as_far_apart_as_lines_stay_apart() -> None:
    page = make_page(
        ("发明人：", 0.12, 0.30),
        ("陈明远", 0.22, 0.30),
        ("专利权人：", 0.12, 0.325),
        ("海州云帆精密机械有限公司", 0.22, 0.325),
        ("地址：", 0.12, 0.35),
        ("海州市东港区", 0.22, 0.35),
    )
    assert texts(page) == {"people": "陈明远", "holders": "海州云帆精密机械有限公司", "address": "海州市东港区"}


@pytest.mark.parametrize("unknown", ["专利类型", "类"])
def test_a_row_whose_label_is_not_known_ends_the_value(unknown: str) -> None:
    page = make_page(
        ("专利权人", 0.15, 0.30),
        ("海州云帆精密机械有限公司", 0.35, 0.30),
        (unknown, 0.15, 0.322),
        ("有限责任公司（自然人独资）", 0.35, 0.322),
    )
    assert texts(page)["holders"] == "海州云帆精密机械有限公司"


def test_the_second_line_of_a_label_does_not_end_the_value() -> None:
    page = make_page(
        ("专利权人", 0.15, 0.30),
        ("海州云帆精密机械有限", 0.35, 0.30),
        ("（盖章）", 0.15, 0.322),
        ("公司", 0.35, 0.322),
    )
    assert texts(page)["holders"] == "海州云帆精密机械有限公司"


@pytest.mark.parametrize("printed", ["专利权、人：海州云帆精密机械有限公司", "专·利权人：海州云帆精密机械有限公司"])
def test_a_speck_inside_a_label(printed: str) -> None:
    assert texts(make_page((printed, 0.12, 0.3)))["holders"] == "海州云帆精密机械有限公司"


@pytest.mark.parametrize(
    ("printed", "person"), [("法定代表人于文新", "于文新"), ("法定代表人向群", "向群"), ("法定代表人应当签字", None)]
)
def test_a_surname_is_no_running_text(printed: str, person: str | None) -> None:
    index = label_index({"person": ("法定代表人",)})
    (row,) = rows(make_page((printed, 0.12, 0.3)))
    found = labels_in(row, 0, index)
    assert [row.slice(label.after).text for label in found] == ([person] if person else [])


def test_a_character_that_two_lines_both_show_counts_once() -> None:
    shown = make_page(("成立日期2", 0.5, 0.3))
    first = shown.lines[0]
    digit = (first.box[2] - first.box[0]) / 4.5 * 0.5
    left = first.box[2] - digit
    second = Line(text="2000年08月20日", box=(left, 0.3, left + 14 * digit, 0.314), confidence=0.99, origin="ocr")
    (row,) = rows(shown.model_copy(update={"lines": (first, second)}))
    assert row.key == "成立日期2000年08月20日"
    apart = second.model_copy(update={"box": (first.box[2] + digit, 0.3, first.box[2] + 15 * digit, 0.314)})
    (row,) = rows(shown.model_copy(update={"lines": (first, apart)}))
    assert row.key == "成立日期22000年08月20日"
