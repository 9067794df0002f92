"""When a read value equals its label."""

from __future__ import annotations

import pytest

from eval.compare import same


@pytest.mark.parametrize(
    "read", ["某会审字[2023]第019号", "某会审字【2023】第019号", "某会审字（2023）第019号", "某会审字(2023)第019号"]
)
def test_a_report_number_is_the_same_in_any_style_of_brackets(read):
    assert same("某会审字〔2023〕第019号", read, "text")


def test_brackets_that_are_missing_count():
    assert not same("某会审字〔2023〕第019号", "某会审字2023第019号", "text")
    assert not same("某会审字〔2023〕第019号", "某会审字〔2023第019号", "text")
