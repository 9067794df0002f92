"""Packages on disk: labels that hold, the same bytes again, boxes on the page, bundles and second copies."""

from __future__ import annotations

import io
import json
import zipfile
from decimal import Decimal
from pathlib import Path
from random import Random

import numpy as np
import pytest
from pydantic import TypeAdapter

from corpora import files, packages
from corpora import format as corpus_format
from corpora.format import Difficulty, Place, TextLine
from corpora.packages.expected import Facts, Right
from corpora.packages.plan import Plan
from corpora.synth import engine, names, others, rdaudit, social
from corpora.synth.engine import SynthDocument
from corpora.validate import validate

needs_font = pytest.mark.skipif(not engine.has_chinese_font(), reason="没有中文字体；安装 fonts-noto-cjk 后此测试会运行")
LINES = TypeAdapter(list[TextLine])


def small_plan(seed: int, number: int) -> Plan:
    """The real plan's enterprise with two papers, of which one is handed in twice."""
    full = real_plan(seed, number)
    plan = Plan(full.seed, full.owner, full.stranger, full.year, Facts(full.as_of))
    plan.add(social.make, options={"headcount": 9, "layout": "list"}, truth={"organization": full.owner.name})
    plan.add(others.contract, copies=2)
    plan.facts.rights.append(Right("trademarks", "1", full.as_of))
    plan.declare("trademarks", "now", 2, "项", "duplicate")
    plan.declare("revenue", "2020", Decimal("8123.40"), "万元")
    return plan


real_plan = packages.plan_package


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Packages of two papers."""
    monkeypatch.setattr(packages, "plan_package", small_plan)


def inside(place: Place) -> bool:
    """Whether a box is one, and on the page."""
    left, top, right, bottom = place.box
    return 0 <= left < right <= 1 and 0 <= top < bottom <= 1


@needs_font
def test_a_corpus_of_packages_is_sound(tmp_path: Path, small: None) -> None:
    """Valid labels, all files there, difficulties in turn, boxes on the page, true lines beside."""
    told: list[tuple[int, int]] = []
    root = packages.make_packages(2, 5, tmp_path / "c", progress=lambda done, of: told.append((done, of)))
    assert told == [(1, 2), (2, 2)]
    assert validate(root) == []
    corpus = corpus_format.load(root)
    assert corpus.info.seed == 5
    assert [label.difficulty for label in corpus.packages] == ["clean", "scan"]
    assert len({label.enterprise for label in corpus.labels}) == 2
    for package in corpus.packages:
        mine = [label for label in corpus.files if str(label.file).startswith(f"{package.package}/")]
        assert package.level == max(label.level or 0 for label in mine)
        assert [(f.metric, f.planted) for f in package.findings or ()] == [
            ("trademarks", "duplicate"),
            ("revenue", "no_evidence"),
        ]
        declared = (root / str(package.declared)).read_text(encoding="utf-8")
        assert '"value": 8123.40' in declared
        assert json.loads(declared)["enterprise"]["uscc"] == package.enterprise
        found = [document for label in mine for document in label.documents or ()]
        assert sorted(document.type for document in found) == ["contract", "contract", "social_security_list"]
        assert all(inside(place) for document in found for places in document.boxes.values() for place in places)
    for label in corpus.files:
        if label.text is not None:
            lines = LINES.validate_json((root / label.text).read_bytes())
            assert "".join(line.text for line in lines).strip()


@needs_font
@pytest.mark.parametrize("difficulty", ["clean", "scan"])
def test_the_same_package_is_the_same_bytes(tmp_path: Path, small: None, difficulty: Difficulty) -> None:
    """Evidence, truth, declaration and labels; whatever else is made before or after."""
    first = packages.make_package(5, 2, tmp_path / "a", difficulty)
    packages.make_package(5, 1, tmp_path / "b", "clean")
    assert first == packages.make_package(5, 2, tmp_path / "b", difficulty)
    made = [path for path in (tmp_path / "a").rglob("*") if path.is_file()]
    assert len(made) >= 4
    for path in made:
        assert path.read_bytes() == (tmp_path / "b" / path.relative_to(tmp_path / "a")).read_bytes(), path.name


@needs_font
def test_a_bundle_holds_papers_one_after_the_other(tmp_path: Path, small: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages run on, blank backs belong to no document, and a second copy lies in another file."""
    monkeypatch.setitem(packages._BUNDLED, "scan", 1.0)
    labels = packages.make_package(5, 3, tmp_path, "scan")[1:]
    bundle = next(label for label in labels if "合集" in str(label.file))
    pages = [page for document in bundle.documents or () for page in document.pages or ()]
    assert pages == sorted(set(pages))
    assert {document.type for document in bundle.documents or ()} == {"contract", "social_security_list"}
    rest = [document.type for label in labels if label is not bundle for document in label.documents or ()]
    assert rest == ["contract"]


@needs_font
def test_blank_sheets_take_a_page_and_no_label(tmp_path: Path) -> None:
    """The page after a blank back keeps its number."""
    rng = Random(3)
    owner = real_plan(1, 1).owner
    given = files.device("clean", rng)
    papers = [files.capture(others.blank(rng, owner), given, rng), files.capture(others.contract(rng, owner), given, rng)]
    content = files.write_shots(papers, tmp_path / "a.pdf")
    assert [(document.type, document.pages, document.excluded) for document in content.documents] == [("contract", [2], True)]
    assert {line.page for line in content.lines} == {2}


def test_spreadsheets_do_not_tell_when_they_were_made() -> None:
    """Rows alone decide the bytes, in XLSX and in CSV (GB18030)."""
    document = SynthDocument("social_security_list", "", {}, sheet=(("单位", "甲"), (1, 2.5), (None, "乙")))
    book = files.sheet_bytes(document, "xlsx")
    assert book == files.sheet_bytes(document, "xlsx")
    with zipfile.ZipFile(io.BytesIO(book)) as inner:
        assert {entry.date_time[0] for entry in inner.infolist()} == {2020}
        core = inner.read("docProps/core.xml").decode()
    assert core.count("2020-01-01T00:00:00Z") == 2
    assert files.sheet_bytes(document, "csv").decode("gb18030").splitlines() == ["单位,甲", "1,2.5", ",乙"]


@pytest.mark.parametrize("bilevel", [False, True])
def test_scanned_pdf_is_the_same_bytes_every_time(bilevel: bool) -> None:
    """Colour and 1-bit scans alike; no clock in the file."""
    pages = [np.full((60, 40, 3), 255, np.uint8)] * 2
    first, second = (files.image_pdf(pages, bilevel=bilevel) for _ in range(2))
    assert first == second
    assert first.startswith(b"%PDF")


@needs_font
def test_what_is_printed_and_not_labelled_has_no_box(tmp_path: Path) -> None:
    """An R&D audit prints an opinion page, whose auditors are no field of its own."""
    document = rdaudit.make(Random(3), names.enterprise(Random(3)))
    (label,) = files.write_pdf(document, tmp_path / "a.pdf").documents
    assert label.boxes
    assert {key.split("/")[0] for key in label.boxes} <= set(label.fields)
