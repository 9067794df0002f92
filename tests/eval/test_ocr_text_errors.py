import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.text_errors import Run, compare_lines, levelled, plain


def line(text, top, left=0.1, right=0.9, confidence=1.0):
    return Run(text, (left, top, right, top + 0.02), confidence)


PAGE = [line("审计报告", 0.1), line("营业收入", 0.2, 0.1, 0.3), line("8,123.45", 0.2, 0.5, 0.7), line("净利润", 0.25, 0.1, 0.3)]


def test_the_same_lines_have_no_errors_in_any_order():
    found = compare_lines(PAGE, PAGE[::-1])
    assert (found.characters, found.errors, found.extra) == (19, 0, 0)


def test_blanks_and_full_width_signs_are_no_errors():
    assert compare_lines([line("（2020） 年", 0.1)], [line("(2020)年", 0.1)]).errors == 0
    assert plain("Ａ １") == "A1"


def test_wrong_missing_and_surplus_characters_count_one_each():
    assert compare_lines([line("营业收入", 0.1)], [line("营亚收入", 0.1)]).errors == 1
    assert compare_lines([line("营业收入", 0.1)], [line("营业收", 0.1)]).errors == 1
    assert compare_lines([line("营业收入", 0.1)], [line("营业总收入", 0.1)]).errors == 1


def test_a_line_that_was_not_found_counts_whole():
    assert compare_lines(PAGE, PAGE[:3]).errors == 3
    assert compare_lines(PAGE, []).errors == 19


def test_two_cells_read_as_one_line_are_no_error():
    merged = [PAGE[0], line("营业收入8,123.45", 0.2, 0.1, 0.7), PAGE[3]]
    assert compare_lines(PAGE, merged).errors == 0
    assert compare_lines(merged, PAGE).errors == 0


def test_text_where_no_line_is_counts_apart():
    found = compare_lines(PAGE, [*PAGE, line("专用章", 0.6), line("。", 0.7, confidence=0.3)])
    assert (found.errors, found.extra) == (0, 3)


def test_a_page_without_lines():
    assert compare_lines([], []).characters == 0


@given(st.floats(-8, 8), st.floats(0.2, 0.8), st.floats(0.2, 0.8), st.floats(0.1, 0.5))
def test_a_leaning_line_is_level_again(skew, cx, cy, length):
    width, height, thick = 1000.0, 1414.0, 20.0
    angle = math.radians(-skew)
    cos, sin = math.cos(angle), math.sin(angle)
    corners = [(sx * length * width / 2, sy * thick / 2) for sx in (-1, 1) for sy in (-1, 1)]
    xs = [cx * width + x * cos - y * sin for x, y in corners]
    ys = [cy * height + x * sin + y * cos for x, y in corners]
    box = (min(xs) / width, min(ys) / height, max(xs) / width, max(ys) / height)
    flat = levelled(box, width, height, skew)
    assert (flat[2] - flat[0]) * width == pytest.approx(length * width, abs=0.01)
    assert (flat[3] - flat[1]) * height == pytest.approx(thick, abs=0.01)
    # Turned about the middle of the page, clockwise by the skew.
    x, y = (cx - 0.5) * width, (cy - 0.5) * height
    turn = math.radians(skew)
    assert ((flat[0] + flat[2]) / 2 - 0.5) * width == pytest.approx(x * math.cos(turn) - y * math.sin(turn), abs=0.01)
    assert ((flat[1] + flat[3]) / 2 - 0.5) * height == pytest.approx(x * math.sin(turn) + y * math.cos(turn), abs=0.01)
