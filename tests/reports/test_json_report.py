"""``result.json``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from extractor.model import Field, Result
from extractor.reports.files import ReportWriteError
from extractor.reports.json_report import json_text, write_json


def test_the_file_reads_back_as_the_same_result(result: Result, tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    write_json(result, path)
    assert Result.model_validate_json(path.read_bytes()) == result
    assert json.loads(path.read_text(encoding="utf-8"))["schema"] == "zuozheng.result/1"


def test_hostile_texts_make_valid_utf8_json(hostile_result: Result, tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    write_json(hostile_result, path)
    read = Result.model_validate_json(path.read_bytes())
    assert read.files[0].name == hostile_result.files[0].name
    assert len(read.findings) == len(hostile_result.findings)


def test_numbers_without_json_form_become_null(result: Result) -> None:
    document = result.documents[0].model_copy(
        update={"fields": {"revenue": Field(value={"2020": float("nan")}, raw="", confidence=0.1)}}
    )
    text = json_text(result.model_copy(update={"documents": (document,)}))
    assert json.loads(text)["documents"][0]["fields"]["revenue"]["value"] == {"2020": None}


def test_an_older_report_is_replaced_and_nothing_is_left_beside_it(result: Result, tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    path.write_text("old")
    write_json(result, path)
    assert path.read_text(encoding="utf-8").startswith("{")
    assert [p.name for p in tmp_path.iterdir()] == ["result.json"]


def test_a_failed_write_keeps_the_older_report_and_says_what_to_do(result: Result, tmp_path: Path) -> None:
    with pytest.raises(ReportWriteError, match="请检查输出目录"):
        write_json(result, tmp_path / "missing" / "result.json")
    folder = tmp_path / "result.json"
    folder.mkdir()
    with pytest.raises(ReportWriteError):
        write_json(result, folder)
    assert [p.name for p in tmp_path.iterdir()] == ["result.json"]
