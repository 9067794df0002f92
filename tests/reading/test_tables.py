"""Tables from rules, and from how words line up; nothing is lost."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from extractor.model import Line
from extractor.reading.rulings import Rulings, find_rulings
from extractor.reading.tables import find_tables


def word(text, left, top, width=0.1, height=0.012):
    step = width / max(len(text), 1)
    spans = tuple((left + i * step, left + (i + 1) * step) for i in range(len(text)))
    return Line(text=text, box=(left, top, left + width, top + height), spans=spans)


def grid(xs, ys, *, missing_h=(), missing_v=()):
    hs = [(y, a, b) for y in ys for a, b in pairwise(xs) if (y, a) not in missing_h]
    vs = [(x, a, b) for x in xs for a, b in pairwise(ys) if (x, a) not in missing_v]
    return Rulings(tuple(sorted(hs)), tuple(sorted(vs)))


def test_ruled_cells():
    lines = [word("项目", 0.12, 0.11), word("2020年", 0.42, 0.11), word("收入", 0.12, 0.16), word("1,000.00", 0.42, 0.16)]
    (table,) = find_tables(lines, grid([0.1, 0.4, 0.7], [0.1, 0.15, 0.2]))
    assert table.ruled
    assert table.grid() == [["项目", "2020年"], ["收入", "1,000.00"]]


def test_merged_cells_across_and_down():
    xs, ys = [0.1, 0.3, 0.5, 0.7], [0.1, 0.15, 0.2, 0.25]
    rules = grid(xs, ys, missing_h={(0.15, 0.1)}, missing_v={(0.5, 0.1)})
    lines = [word("科目", 0.12, 0.14), word("金额", 0.4, 0.11), word("本年", 0.32, 0.16), word("上年", 0.52, 0.16)]
    (table,) = find_tables(lines, rules)
    spans = {c.text: (c.row, c.col, c.row_span, c.col_span) for c in table.cells if c.text}
    assert spans["科目"] == (0, 0, 2, 1)
    assert spans["金额"] == (0, 1, 1, 2)
    assert spans["本年"] == (1, 1, 1, 1)


def test_a_glued_line_is_cut_at_the_rule():
    glued = word("营业收入1,234.56", 0.12, 0.11, width=0.46)
    (table,) = find_tables([glued, word("x", 0.12, 0.16)], grid([0.1, 0.27, 0.6], [0.1, 0.15, 0.2]))
    assert table.grid()[0] == ["营业收入", "1,234.56"]


def test_unruled_columns_line_up():
    rows = [("姓名", "年龄", "城市"), ("甲", "34", "福州"), ("乙", "26", "三明"), ("丙", "41", "厦门")]
    lines = [word(t, 0.1 + 0.25 * c, 0.1 + 0.03 * r) for r, row in enumerate(rows) for c, t in enumerate(row)]
    (table,) = find_tables(lines, None)
    assert not table.ruled
    assert table.grid() == [list(r) for r in rows]


def test_running_text_is_no_table():
    lines = [word("本公司全体股东应当仔细阅读本报告全文", 0.1, 0.1 + 0.03 * i, width=0.8) for i in range(8)]
    assert find_tables(lines, None) == ()


def test_rules_of_a_drawn_table_are_found():
    image = np.full((1000, 800, 3), 255, np.uint8)
    for y in (100, 160, 220, 280):
        image[y : y + 2, 100:700] = 0
    for x in (100, 300, 698):
        image[100:282, x : x + 2] = 0
    rules = find_rulings(image)
    assert len(rules.horizontal) == 4
    assert len(rules.vertical) == 3


@given(st.lists(st.tuples(st.floats(0, 0.9), st.floats(0, 0.95), st.text("甲乙1,", min_size=1, max_size=6)), max_size=25))
def test_any_scatter_of_words_gives_cells_inside_the_page(words):
    lines = [word(t, x, y, width=0.08) for x, y, t in words]
    for table in find_tables(lines, grid([0.1, 0.5, 0.9], [0.1, 0.5, 0.9])):
        for cell in table.cells:
            assert 0 <= cell.row <= cell.row + cell.row_span <= table.n_rows
            assert 0 <= cell.col <= cell.col + cell.col_span <= table.n_cols
