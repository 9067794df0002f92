"""Labelled values and titles in the shapes that scans give them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.documents.finders import find_pattern, find_value, find_values, first_field
from extractor.documents.rows import fold, rows
from extractor.documents.titles import find_title
from extractor.model import Line, Page
from extractor.values.dates import parse_date
from tests.documents.conftest import Row, make_page, text_width


def text(value: str) -> str | None:
    return value or None


LABELS = {
    "name": ("企业名称",),
    "no": ("证书编号",),
    "day": ("发证日期",),
    "address": ("地址",),
    "term": ("有效期",),
}

LAYOUTS: dict[str, tuple[Row, ...]] = {
    "colon": (("企业名称：海州云帆科技有限公司", 0.1, 0.3),),
    "half-width colon": (("企业名称: 海州云帆科技有限公司", 0.1, 0.3),),
    "gap instead of a colon": (("企业名称", 0.1, 0.3), ("海州云帆科技有限公司", 0.24, 0.301)),
    "letter-spaced label in pieces": (
        ("企", 0.1, 0.3),
        ("业", 0.14, 0.3),
        ("名", 0.18, 0.301),
        ("称：海州云帆科技有限公司", 0.22, 0.3),
    ),
    "letter-spaced label in one line": (("企 业 名 称：海州云帆科技有限公司", 0.1, 0.3),),
    "below the label": (("企业名称：", 0.1, 0.3), ("海州云帆科技有限公司", 0.1, 0.325)),
    "below, centred": (("企业名称", 0.46, 0.3), ("海州云帆科技有限公司", 0.4, 0.325)),
    "wrapped": (("企业名称：海州云帆科技", 0.1, 0.3), ("有限公司", 0.204, 0.325)),
    "glued": (("企业名称海州云帆科技有限公司", 0.1, 0.3),),
    "slip in the label": (("企业名祢：海州云帆科技有限公司", 0.1, 0.3),),
    "English twin": (("企业名称/Company Name：海州云帆科技有限公司", 0.1, 0.3),),
    "English twin in brackets": (("企业名称（Name）：海州云帆科技有限公司", 0.1, 0.3),),
    "two columns": (
        ("企业名称：海州云帆科技有限公司", 0.1, 0.3),
        ("证书编号：A-17", 0.6, 0.3),
        ("发证日期：2021年3月4日", 0.1, 0.33),
        ("有效期：三年", 0.6, 0.33),
    ),
    "another label in the same line": (("企业名称：海州云帆科技有限公司 证书编号：A-17", 0.1, 0.3),),
    "sloping row": (("企业名称", 0.1, 0.300), ("海州云帆科技有限公司", 0.24, 0.306)),
    "downward reading of two labels": (
        ("称海州云帆科技有限公司", 0.17, 0.3),
        ("址海州市东港路5号", 0.17, 0.32),
    ),
}


@pytest.mark.parametrize("layout", [k for k in LAYOUTS if k != "downward reading of two labels"])
def test_a_name_is_found_in_every_layout(layout: str) -> None:
    hit = find_value(
        make_page(*LAYOUTS[layout]),
        LABELS["name"],
        text,
        [t for k, v in LABELS.items() if k != "name" for t in v],
    )
    assert hit is not None
    assert hit[0] == "海州云帆科技有限公司"


def test_labels_glued_downwards_are_taken_apart() -> None:
    em = text_width("名", 0.014)
    page = make_page(("称海州云帆科技有限公司", 0.17, 0.3), ("所海州市东港路5号", 0.17, 0.32))
    column = Line(text="名住", box=(0.10, 0.298, 0.10 + em, 0.336))
    page = page.model_copy(update={"lines": (*page.lines, column)})
    found = find_values(page, {"name": ("名称",), "address": ("住所",)})
    assert [v[0].text for v in found.values()] == ["海州云帆科技有限公司", "海州市东港路5号"]


def test_running_text_holds_no_labels() -> None:
    page = make_page(
        ("专利权人应当依照专利法及其实施细则规定缴纳年费。", 0.12, 0.5),
        ("专利权人的姓名或名称、国籍、地址变更等事项记载在专利登记簿上。", 0.12, 0.52),
    )
    assert find_values(page, {"a": ("专利权人",), "b": ("地址",), "c": ("名称",)}) == {
        "a": [],
        "b": [],
        "c": [],
    }


def test_a_value_does_not_run_into_the_next_label_or_column() -> None:
    page = make_page(
        ("经营范围", 0.1, 0.5),
        ("泵阀的研发和销售；货物进出", 0.2, 0.5),
        ("地址", 0.6, 0.5),
        ("海州市东港路5号", 0.66, 0.5),
        ("口。", 0.2, 0.525),
        ("3号楼2层", 0.66, 0.525),
        ("登记机关", 0.6, 0.6),
    )
    found = find_values(page, {"scope": ("经营范围",), "address": ("地址",), "other": ("登记机关",)})
    assert found["scope"][0].text == "泵阀的研发和销售；货物进出口。"
    assert found["address"][0].text == "海州市东港路5号3号楼2层"


def test_the_parser_chooses_between_places() -> None:
    page = make_page(("发证日期 见附页", 0.1, 0.2), ("发证日期：2021年3月4日", 0.1, 0.5))
    field = first_field(find_values(page, LABELS)["day"], lambda t: (d := parse_date(t)) and d.isoformat())
    assert field is not None
    assert field.value == "2021-03-04"
    assert field.evidence[0].text == "2021年3月4日"


def test_a_label_without_a_value_gives_a_field_that_says_so() -> None:
    field = first_field(find_values(make_page(("发证日期：", 0.1, 0.5)), LABELS)["day"], parse_date, what="发证日期")
    assert field is not None
    assert field.value is None
    assert "发证日期" in (field.note or "")
    assert first_field(find_values(make_page(("其他内容", 0.1, 0.5)), LABELS)["day"], parse_date) is None


def test_evidence_is_tight() -> None:
    field = first_field(find_values(make_page(("证书编号：A-17", 0.1, 0.3)), LABELS)["no"], text)
    assert field is not None
    left, _, right, _ = field.evidence[0].box
    assert 0.17 < left < 0.21
    assert right < 0.3


def test_a_disagreeing_reading_under_a_seal_caps_confidence() -> None:
    def field_with(alt: str) -> float:
        line = Line(text="发证日期：2021年3月14日", box=(0.1, 0.5, 0.4, 0.514), confidence=0.6, alt=alt)
        page = make_page().model_copy(update={"lines": (line,)})
        found = first_field(find_values(page, LABELS)["day"], parse_date)
        assert found is not None
        return found.confidence

    assert field_with("发证日期：2021年3月11日") <= 0.6
    assert field_with("发证日斯：2021年3月14日") > 0.75  # differs outside the value only


def test_patterns_span_pieces_of_a_row() -> None:
    page = make_page(("第", 0.6, 0.1), ("1234567", 0.7, 0.1), ("号", 0.86, 0.1))
    match, value = find_pattern(page, r"第(\d+)号")[0]
    assert match[1] == "1234567"
    assert value.text == "1234567"


@pytest.mark.parametrize(
    "shape",
    [
        (("高新技术企业", 0.2, 0.2, 0.05), ("证书", 0.41, 0.27, 0.04)),
        (("高新技术企业证书", 0.2, 0.2, 0.05),),
        (("高", 0.2, 0.2, 0.03), ("新技术企", 0.3, 0.2, 0.03), ("业证书", 0.6, 0.2, 0.03)),
        (("高新技木企业证书", 0.2, 0.2, 0.05),),
    ],
)
def test_titles_in_pieces_and_with_slips(shape: tuple[Row, ...]) -> None:
    page = make_page(*shape, *((f"企业名称：海州云帆科技有限公司{n}", 0.1, 0.5 + n * 0.03) for n in range(5)))
    hit = find_title(page, ["高新技术企业证书", "营业执照"])
    assert hit is not None
    assert hit.name == "高新技术企业证书"
    assert hit.score > 0.8


def test_words_in_running_text_are_no_title() -> None:
    page = make_page(*((f"附件包括营业执照、审计报告第{n}份，均为复印件", 0.1, 0.1 + n * 0.03) for n in range(9)))
    assert find_title(page, ["营业执照", "审计报告"]) is None


@given(st.lists(st.tuples(st.text(max_size=12), st.floats(0, 0.9), st.floats(0, 0.98)), max_size=12))
def test_rows_keep_every_character(items: list[tuple[str, float, float]]) -> None:
    lines = tuple(Line(text=t, box=(x, y, min(1.0, x + 0.1), y + 0.015)) for t, x, y in items)
    page = Page(file=0, page=1, width=1000, height=1400, source="ocr", lines=lines)
    kept = sorted(g.char for row in rows(page) for g in row.glyphs)
    wanted = sorted(c for t, _, _ in items for c in t if c.strip())
    assert [c for c in kept if c.isalnum()] == [c for c in wanted if c.isalnum()]


def test_a_speck_that_reads_as_an_accent_does_not_hide_a_label() -> None:
    """``Date of éxpiry`` under a seal (a real miss)."""
    assert fold("Date of éxpiry") == fold("Date of expiry")
    assert fold("Ünit") == "unit"
