"""Limits are settings: from the environment, whole numbers above 0."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from extractor.intake import Limits
from extractor.intake.limits import PREFIX, LimitError

DOC = Path(__file__).parents[2] / "docs" / "limits.md"


def test_without_settings_the_defaults_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    for f in fields(Limits):
        monkeypatch.delenv(PREFIX + f.name.upper(), raising=False)
    assert Limits.from_environment() == Limits()


def test_the_environment_sets_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZUOZHENG_INTAKE__MAX_FILES", " 30 ")
    monkeypatch.setenv("ZUOZHENG_INTAKE__MAX_PIXELS", "")
    assert Limits.from_environment() == Limits(max_files=30)


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "many", "１２"])
def test_what_is_no_limit_is_told(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("ZUOZHENG_INTAKE__MAX_FILES", value)
    with pytest.raises(LimitError, match=r"ZUOZHENG_INTAKE__MAX_FILES.*大于 0"):
        Limits.from_environment()


def test_a_limit_of_nothing_is_refused() -> None:
    with pytest.raises(LimitError, match="max_files"):
        Limits(max_files=0)


def test_the_doc_names_each_limit_with_its_default() -> None:
    told = dict(re.findall(r"^\| `(\w+)` \| ([\d,]+)", DOC.read_text("utf-8"), re.M))
    assert {k: int(v.replace(",", "")) for k, v in told.items()} == {f.name: getattr(Limits(), f.name) for f in fields(Limits)}
