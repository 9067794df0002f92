"""Chinese numerals and widths."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.values.chinese import digits_to_int, numeral, numeral_to_int, squeeze, to_halfwidth


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("二〇二一", 2021),
        ("二零二一", 2021),
        ("二○二一", 2021),
        ("二O二一", 2021),
        ("贰零贰壹", 2021),
        ("２０2一", 2021),
    ],
)
def test_digits(text: str, value: int) -> None:
    assert digits_to_int(text) == value


@pytest.mark.parametrize("text", ["", " ", "二〇二一年", "十二", "a"])
def test_other_characters_are_no_digits(text: str) -> None:
    assert digits_to_int(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("一百二十三", 123),
        ("十", 10),
        ("十二", 12),
        ("一十二", 12),
        ("二十", 20),
        ("廿一", 21),
        ("卅", 30),
        ("一千零五", 1005),
        ("两千", 2000),
        ("三万零五", 30005),
        ("一亿零五万", 100050000),
        ("一亿零五", 100000005),
        ("壹佰伍拾", 150),
        ("零", 0),
    ],
)
def test_numerals(text: str, value: int) -> None:
    assert numeral_to_int(text) == value


@pytest.mark.parametrize(
    "text",
    ["", "一千五", "一百五", "拾", "十百", "百", "万", "一一", "二〇二一", "一亿五千", "亿", "一零", "零五"],
)
def test_colloquial_and_odd_numerals_are_refused(text: str) -> None:
    assert numeral_to_int(text) is None


@given(st.integers(0, 10**16 - 1), st.booleans())
def test_numerals_round_trip(value: int, capitals: bool) -> None:
    assert numeral_to_int(numeral(value, capitals=capitals)) == value


@given(st.text(alphabet="零一二两十百千万亿拾佰壹贰廿", max_size=14))
def test_one_numeral_has_one_value_and_a_writing(text: str) -> None:
    value = numeral_to_int(text)
    if value is not None:
        assert numeral_to_int(numeral(value)) == value


@pytest.mark.parametrize("value", [-1, 10**16])
def test_numbers_out_of_range_are_refused(value: int) -> None:
    with pytest.raises(ValueError, match="range"):
        numeral(value)


@given(st.text())
def test_half_width_keeps_positions_and_squeeze_is_stable(text: str) -> None:
    assert len(to_halfwidth(text)) == len(text)
    assert squeeze(squeeze(text)) == squeeze(text)
    digits_to_int(text)
    numeral_to_int(text)


def test_widths() -> None:
    assert to_halfwidth("（ＡＢＣ）１２３，．％￥　。、") == "(ABC)123,.%¥ 。、"
    assert squeeze(" 福 建\u3000闽\u200b江（集团）\n") == "福建闽江(集团)"
