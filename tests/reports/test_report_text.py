"""Cleaning texts from evidence."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from extractor.reports.text import clean, one_line


@given(st.text(alphabet=st.characters()))
def test_cleaned_text_has_no_acting_characters_and_encodes(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode("utf-8")
    for character in cleaned:
        assert character == "\n" or unicodedata.category(character) not in {"Cc", "Cs"}
        assert character not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f"


@given(st.text(alphabet=st.characters()))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(st.text(), st.integers(min_value=1, max_value=50))
def test_one_line_is_one_line_within_the_limit(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert "\n" not in line
    assert len(line) <= limit


def test_escape_sequences_stay_visible() -> None:
    assert clean("\x1b[31m红") == "␛[31m红"


def test_chinese_and_emoji_pass_unchanged() -> None:
    assert clean("资产总计 81,234,500.00 元 😀👩‍🔧") == "资产总计 81,234,500.00 元 😀👩‍🔧"


def test_every_hostile_text_encodes(hostile_texts: tuple[str, ...]) -> None:
    for text in hostile_texts:
        clean(text).encode("utf-8")
