"""Which words across a page say that it proves nothing."""

import pytest

from extractor.values.mark_words import is_draft_mark


@pytest.mark.parametrize("text", ["样 本", "SAMPLE", "SAWFLE", "SPECIMEM", "求意见稿", "供参考", "作度", "内部讨论稿"])
def test_a_mark_is_told_also_when_letters_are_misread_or_an_end_is_lost(text):
    assert is_draft_mark(text)


@pytest.mark.parametrize(
    "text", ["CNIPA", "SIMPLY", "STABLE", "仅供", "仅供申报使用", "意见", "SERVICE", "模板制造有限公司", "复印作废"]
)
def test_other_large_print_is_no_mark(text):
    assert not is_draft_mark(text)
