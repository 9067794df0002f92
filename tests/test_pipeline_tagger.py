"""The field tagger in a session: chosen by settings, part of the key of kept results, named in the result."""

from __future__ import annotations

import json
from datetime import date

import pytest
from intake_files import xlsx

import extractor.pipeline
from extractor.pipeline import Session, Settings
from models.registry import OFF, ModelMissing, OpenTagger


class Silent:
    """Finds nothing; counts the pages it was asked about."""

    def __init__(self):
        self.pages = 0

    def tag(self, page):
        self.pages += 1
        return ()


@pytest.fixture
def package(tmp_path):
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "名单.xlsx").write_bytes(
        xlsx({"名单": [["单位参保人员名单"], ["单位名称：甲机械有限公司"], ["序号", "姓名"], [1, "张三"]]})
    )
    return folder


@pytest.fixture
def taggers(monkeypatch):
    """Two taggers by the names ``a`` and ``b``; anything else is off."""
    known = {name: OpenTagger(Silent(), f"field_tagger {name}") for name in "ab"}
    monkeypatch.setattr(extractor.pipeline, "open_tagger", known.get)
    return known


def checked(package, cache, tagger):
    with Session(Settings(cache=cache, processes=1, threads=1, tagger=tagger)) as session:
        return session.check(package, None, as_of=date(2025, 1, 1))


def plain(result):
    told = json.loads(result.to_json())
    told["summary"].pop("seconds")
    return told


def test_off_by_default(monkeypatch):
    monkeypatch.delenv("ZUOZHENG_TAGGER", raising=False)
    assert Settings().tagger == OFF
    monkeypatch.setenv("ZUOZHENG_TAGGER", "/models/mine")
    assert Settings().tagger == "/models/mine"


def test_the_result_names_the_model_and_is_else_the_same(package, tmp_path, taggers):
    off, on = checked(package, None, "off"), checked(package, None, "a")
    assert off.summary.models == ()
    assert on.summary.models == ("field_tagger a",)
    told = plain(on)
    told["summary"]["models"] = []
    assert told == plain(off)


def test_kept_results_are_kept_per_model_and_pages_are_not(package, tmp_path, taggers):
    cache = tmp_path / "cache"
    for tagger in ("off", "a", "off"):
        expected = () if tagger == "off" else (f"field_tagger {tagger}",)
        assert checked(package, cache, tagger).summary.models == expected
    assert len(list((cache / "results").iterdir())) == 2
    pages = [p for p in cache.rglob("*.gz") if p.parent.name != "results"]
    assert len(pages) <= 1


def test_spreadsheets_are_not_tagged(package, taggers):
    checked(package, None, "a")
    assert taggers["a"]._tagger.pages == 0


def test_a_missing_model_stops_before_anything_is_read(tmp_path):
    with pytest.raises(ModelMissing, match="没有模型"):
        Session(Settings(tagger=str(tmp_path / "none")))
