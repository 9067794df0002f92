"""Masking and hashing of persons' ID numbers."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from extractor.values.identifiers import find_ids, mask_ids, person_key


@st.composite
def ids(draw: st.DrawFn) -> str:
    """A well-formed resident ID number of nobody."""
    region = draw(st.sampled_from(["350102", "110101", "440305", "650102", "310120"]))
    born = draw(st.dates(dt.date(1930, 1, 1), dt.date(2020, 12, 31)))
    body = f"{region}{born:%Y%m%d}{draw(st.integers(0, 999)):03d}"
    return body + str(ric.calc_check_digit(body + "0"))


@given(ids(), st.sampled_from(["{}", "身份证号码:{}，", "1 张三 {} 202001"]))
def test_a_number_without_its_last_character_is_masked(number: str, frame: str) -> None:
    assert number[6:14] not in mask_ids(frame.format(number[:17]))


@given(ids(), st.sampled_from(["{}", "身份证号码:{}，", "1 张三 {} 202001", "（{}）", "{}\n", "ID No.{}"]))
def test_every_number_is_masked(number: str, frame: str) -> None:
    masked = mask_ids(frame.format(number))
    assert masked == frame.format(f"{number[:4]}**********{number[-4:]}")
    assert mask_ids(masked) == masked


@given(
    ids(),
    st.sampled_from([(6, 14), (4, 8, 12, 16), (3, 6, 10, 14), (14,), (6, 10, 14), tuple(range(1, 18))]),
    st.sampled_from(" -\u3000"),
)
def test_blanks_inside_do_not_hide_a_number(number: str, cuts: tuple[int, ...], gap: str) -> None:
    edges = [0, *cuts, 18]
    spaced = gap.join(number[a:b] for a, b in pairwise(edges))
    assert mask_ids(f"张三 {spaced}。") == f"张三 {number[:4]}**********{number[-4:]}。"


@given(ids())
def test_numbers_glued_to_digits_are_masked(number: str) -> None:
    for text in (f"12{number}", f"{number}20200", f"7{number}202001"):
        assert number not in mask_ids(text)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        # the check character misread: still a person's number
        ("350102199001011231", "3501**********1231"),
        ("35010219900101123x", "3501**********123X"),
        ("３５０１０２１９９００１０１１２３４", "3501**********1234"),
        ("35O1021990O1011234", "3501**********1234"),
        ("350102900101123", "3501**********1123"),
        ("身份证350102900101123姓名", "身份证3501**********1123姓名"),
    ],
)
def test_doubtful_and_old_numbers_are_masked(text: str, masked: str) -> None:
    assert mask_ids(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "91350100M000100Y43",
        "91110000600037341L",
        "350102199013011234",
        "350102209901011234"[:-1],
        "3501**********1234",
        "ZL201710601862.3",
        "990102199001011234",
        "81,234,500.00",
        "GR202244204724",
        "13800138000",
        "6222021234567890123",
        "注册号：350100900101123",
        "",
        "2021-03-05 2022-03-05 123456",
        "58924Q0376R0S",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert mask_ids(text) == text


@given(st.lists(st.one_of(ids(), st.text(max_size=10)), max_size=5))
def test_masking_is_stable_and_spans_fit(parts: list[str]) -> None:
    text = " ".join(parts)
    end = 0
    for hit in find_ids(text):
        assert end <= hit.start < hit.end <= len(text)
        end = hit.end
    assert mask_ids(mask_ids(text)) == mask_ids(text)


@given(st.text(alphabet="0123456789Xx -*OIl", max_size=60))
def test_digit_soup_is_survived(text: str) -> None:
    assert mask_ids(mask_ids(text)) == mask_ids(text)


def test_person_key_tells_persons_apart_and_needs_the_secret() -> None:
    one = person_key("350102199001011234", b"secret")
    assert one == person_key(" 3501 0219 9001 0112 34", b"secret")
    assert person_key("35010219900101123x", b"s") == person_key("35010219900101123X", b"s")
    assert one != person_key("350102199001011235", b"secret")
    assert one != person_key("350102199001011234", b"other")
    assert "1234" not in one or len(one) == 64
