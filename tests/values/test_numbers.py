"""Numbers in cells and in running text."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.values.numbers import agrees, find_numbers, parse_number, repair_number

amounts = st.decimals(min_value=-(10**12), max_value=10**12, places=2)


@pytest.mark.parametrize(
    ("text", "value", "decimals"),
    [
        ("81,234,500.00", "81234500.00", 2),
        ("８１，２３４，５００．００", "81234500.00", 2),
        ("81，234，500.00", "81234500.00", 2),
        ("81.234.500.00", "81234500.00", 2),
        ("81,234.500.00", "81234500.00", 2),
        ("81, 234, 500.00", "81234500.00", 2),
        ("81,234,500 .00", "81234500.00", 2),
        ("81、234、500.00", "81234500.00", 2),
        ("81'234'500.00", "81234500.00", 2),
        ("81 234 500.00", "81234500.00", 2),
        ("¥1,234.56", "1234.56", 2),
        ("￥ 1,234.56", "1234.56", 2),
        ("RMB 1,234.56", "1234.56", 2),
        ("人民币1,234.56元", "1234.56", 2),
        ("-1,234.56", "-1234.56", 2),
        ("－1,234.56", "-1234.56", 2),
        ("—123", "-123", 0),
        ("−123", "-123", 0),
        ("¥-5.0", "-5.0", 1),
        ("（1,234.56）", "-1234.56", 2),
        ("( 1,234.56 )", "-1234.56", 2),
        ("△1,234", "-1234", 0),
        ("▲ 1,234", "-1234", 0),
        ("12.5%", "12.5", 1),
        ("12.5 ％", "12.5", 1),
        ("8,123.45万元", "8123.45", 2),
        ("57人", "57", 0),
        ("3 项", "3", 0),
        ("0", "0", 0),
        ("0.00", "0.00", 2),
        ("12.345", "12.345", 3),
        ("1234567", "1234567", 0),
        (" 1,234.56\n", "1234.56", 2),
    ],
)
def test_reads_a_cell(text: str, value: str, decimals: int) -> None:
    number = parse_number(text)
    assert number is not None
    assert number.value == Decimal(value)
    assert (number.decimals, number.nil, number.raw) == (decimals, False, text)


@pytest.mark.parametrize("text", ["-", "—", "--", "——", "－", "／", "/", " - ", "— —", "一"])
def test_a_nil_dash_is_zero_and_says_so(text: str) -> None:
    number = parse_number(text)
    assert number is not None
    assert number.nil
    assert number.value == 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "1,23,456.7",
        "12 345,67",
        "1,2345",
        "12,34",
        "1,234,56",
        "31 234.56",
        "81 234,500.00",
        "1,234.56 7,890.12",
        "1,234.56-",
        "-(5)",
        "(-5)",
        "--5",
        "- 5",
        "(1,234.56",
        "1,234.56)",
        "1.2.3",
        "1.234.567",
        "0,123.45",
        "012.5",
        "1,234.",
        ".56",
        "O.5",
        "l2",
        "1O,000.00",
        "12S",
        "八",
        "无",
        "N/A",
        "2021年",
        "5kg",
        "1-12",
        "1/2",
        "¥",
        "元",
        "()",
        "1e5",
        "1,234.5 6",
        "8 123 456",
        "٣٤",
        "²",
        "NaN",
        "Infinity",
        "9" * 30,
    ],
)
def test_never_guesses(text: str) -> None:
    assert parse_number(text) is None


@given(amounts)
def test_round_trip(value: Decimal) -> None:
    for text in (f"{value:,.2f}", f"{value:.2f}", f"¥{value:,.2f}", f"{value:,.2f}元"):
        number = parse_number(text)
        assert number is not None
        assert number.value == value
        assert number.decimals == 2


@given(amounts)
def test_brackets_and_full_width_round_trip(value: Decimal) -> None:
    full = "".join(chr(ord(c) + 0xFEE0) for c in f"{abs(value):,.2f}")
    number = parse_number(f"（{full}）")
    assert number is not None
    assert number.value == -abs(value)


@given(amounts, amounts)
def test_two_numbers_are_never_one(left: Decimal, right: Decimal) -> None:
    assert parse_number(f"{abs(left):,.2f} {abs(right):,.2f}") is None


@given(st.text(max_size=80))
def test_any_text_is_survived(text: str) -> None:
    parse_number(text)
    repair_number(text)
    for _, start, end in find_numbers(text):
        assert 0 <= start < end <= len(text)


@given(st.text(alphabet="0123456789,.，．、 -—（）()¥元万%△'", max_size=24))
def test_what_is_read_has_the_digits_that_stand_there(text: str) -> None:
    number = parse_number(text)
    if number and not number.nil:
        digits = "".join(c for c in text if c in "0123456789").lstrip("0")
        assert "".join(c for c in f"{abs(number.value):f}" if c.isdigit()).lstrip("0") == digits


def test_repair_is_offered_but_flagged() -> None:
    fixed = repair_number("81,234,5OO.O0")
    assert fixed is not None
    assert fixed.number.value == Decimal("81234500.00")
    assert fixed.changes
    comma = repair_number("81,234,500,00")
    assert comma is not None
    assert comma.number.value == Decimal("81234500.00")
    assert repair_number("81,234,500.00") is None
    assert repair_number("BOSS") is None
    assert repair_number("") is None


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("营业收入 81,234,500.00 70,000,000.00", ["81234500.00", "70000000.00"]),
        ("营业收入81,234,500.00元，同比增长12.5%，净利润-3,000.00元。", ["81234500.00", "12.5", "-3000.00"]),
        ("净利润（1,234.56）万元", ["-1234.56"]),
        ("公司现有员工57人，其中研发人员12人", ["57", "12"]),
        ("2021年度营业收入8123.45万元", ["8123.45"]),
        ("2021年3月5日，共3项", ["3"]),
        ("截至2021-03-05，第3页，1-12月，GB/T 19001-2016", []),
        ("证书号第13511201号，ZL202023020906.X，91350100M000100Y43", []),
        ("电话：0591-87654321 13800138000", []),
        ("(1) 营业收入 1,000.00", ["1000.00"]),
        ("收入 81, 234, 500.00", ["81234500.00"]),
        ("分别为12，345，6元", ["12", "345", "6"]),
        ("分别为123，456元", []),
        ("合计 81，234，500.00", ["81234500.00"]),
        ("80-100人", []),
        ("（1,000元）", ["1000"]),
        ("10:30 V1.0 5G", []),
    ],
)
def test_finds_numbers_in_text(text: str, values: list[str]) -> None:
    assert [hit[0].value for hit in find_numbers(text)] == [Decimal(v) for v in values]


def test_spans_point_at_the_number() -> None:
    text = "营业收入　８１，２３４．５０元"
    ((number, start, end),) = find_numbers(text)
    assert text[start:end] == "８１，２３４．５０"
    assert number.value == Decimal("81234.50")


@pytest.mark.parametrize(
    ("declared", "decimals", "evidence", "expected"),
    [
        ("8123.45", 2, "8123.4549", True),
        ("8123.45", 2, "8123.4599", True),
        ("8123.46", 2, "8123.4550", True),
        ("8123.46", 2, "8123.4549", False),
        ("8123.44", 2, "8123.4549", False),
        ("8123", 0, "8123.9", True),
        ("8124", 0, "8123.5", True),
        ("8124", 0, "8123.4999", False),
        ("-5", 0, "-5.5", True),
        ("-6", 0, "-5.5", True),
        ("-5", 0, "-4.4", False),
        ("0", 0, "0.4", True),
        ("8123.450", 2, "8123.45", True),
        ("8123.455", 2, "8123.455", False),
        ("NaN", 2, "NaN", False),
        ("Infinity", 2, "Infinity", False),
    ],
)
def test_agrees(declared: str, decimals: int, evidence: str, expected: bool) -> None:
    assert agrees(Decimal(declared), decimals, Decimal(evidence)) is expected


@given(amounts, st.integers(0, 4))
def test_what_agrees_is_less_than_one_step_away(evidence: Decimal, decimals: int) -> None:
    step = Decimal(1).scaleb(-decimals)
    for tenths in range(-20, 21):
        declared = (evidence + step * tenths / 10).quantize(step)
        if agrees(declared, decimals, evidence):
            assert abs(declared - evidence) < step
        elif abs(declared - evidence) < step / 2:
            pytest.fail(f"{declared} should agree with {evidence}")


def test_negative_decimals_are_refused() -> None:
    with pytest.raises(ValueError, match="decimals"):
        agrees(Decimal(1), -1, Decimal(1))
