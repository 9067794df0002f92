"""A package that has not changed is not judged anew; one that has changed in anything is."""

import json
from datetime import date

import pytest

import extractor.conclude
from extractor.pipeline import Session, Settings


@pytest.fixture
def package(tmp_path):
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "名单.csv").write_text("姓名,月份\n张三,2024-01\n李四,2024-01\n", encoding="utf-8")
    return folder


@pytest.fixture
def concluded(monkeypatch):
    """How often a package was concluded."""
    count = []
    whole = extractor.conclude.conclude

    def counted(**arguments):
        count.append(arguments["name"])
        return whole(**arguments)

    monkeypatch.setattr(extractor.conclude, "conclude", counted)
    return count


def plain(result):
    told = json.loads(result.model_dump_json(by_alias=True))
    told["summary"].pop("seconds")
    return told


def checked(package, cache, *, day=date(2025, 1, 1), out=None):
    with Session(Settings(cache=cache, processes=1, threads=1)) as session:
        return session.check(package, None, as_of=day, out=out)


def test_an_unchanged_package_is_judged_once(package, tmp_path, concluded):
    first = checked(package, tmp_path / "cache")
    again = checked(package, tmp_path / "cache")
    assert len(concluded) == 1
    assert plain(first) == plain(again)


def test_reports_of_an_unchanged_package_are_written(package, tmp_path):
    for name in ("first", "again"):
        checked(package, tmp_path / "cache", out=tmp_path / name)
    files = [sorted(p.name for p in (tmp_path / name).iterdir()) for name in ("first", "again")]
    assert files[0] == files[1]
    assert "report.html" in files[0]


def test_whatever_changes_is_judged_anew(package, tmp_path, concluded):
    checked(package, tmp_path / "cache")
    checked(package, tmp_path / "cache", day=date(2025, 1, 2))
    (package / "名单.csv").write_text("姓名,月份\n张三,2024-01\n", encoding="utf-8")
    checked(package, tmp_path / "cache")
    (package / "名单.csv").rename(package / "名册.csv")
    checked(package, tmp_path / "cache")
    assert len(concluded) == 4


def test_a_damaged_result_is_made_again(package, tmp_path, concluded):
    first = checked(package, tmp_path / "cache")
    (kept,) = (tmp_path / "cache" / "results").iterdir()
    kept.write_bytes(kept.read_bytes()[:40])
    assert plain(checked(package, tmp_path / "cache")) == plain(first)
    assert len(concluded) == 2


def test_what_failed_is_tried_again(package, tmp_path, concluded):
    (package / "坏.pdf").write_bytes(b"%PDF-1.7 broken")
    checked(package, tmp_path / "cache")
    checked(package, tmp_path / "cache")
    assert len(concluded) == 2
