"""Simplified forms of characters that recognisers give in their traditional form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.values.names import NameMatch, match_company
from extractor.values.traditional import simplified


@pytest.mark.parametrize(("read", "printed"), [("營業收入", "营业收入"), ("汽車開發系統", "汽车开发系统"), ("著作权", "著作权")])
def test_traditional_forms_become_simplified(read: str, printed: str) -> None:
    assert simplified(read) == printed


@given(st.text())
def test_length_stays_and_a_second_time_changes_nothing(text: str) -> None:
    once = simplified(text)
    assert len(once) == len(text)
    assert simplified(once) == once


def test_a_company_is_the_same_in_either_form() -> None:
    assert match_company("福州雲峰汽車零部件有限公司", "福州云峰汽车零部件有限公司") is NameMatch.SAME
