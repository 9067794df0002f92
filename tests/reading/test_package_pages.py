"""The pages of a package: which are looked at, which read, what is kept of them, and how far it is told to be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from extractor.intake import ImagePage, Limits, PageSource, SourceFile
from extractor.model import Glance, Line, Page
from extractor.reading.cache import PageCache
from extractor.reading.package_pages import FRONT, LONG, WORTH, PackagePages
from extractor.reading.page_reader import PageReader
from extractor.reading.upright import Image, Quad
from models.ocr.protocol import TextLine

HEAD = Line(text="2022年度财务报表附注", box=(0.1 / 3, 0.05, 0.5, 0.07))
MARK = Line(text="内部资料", box=(0.2, 0.3, 0.8, 0.6), slant=-30.0)
ID_NUMBER = "11010519491231002X"


@dataclass
class Worker:
    """Reads and looks without an engine, and says what it was asked for as (file, page)."""

    asked: list[tuple[str, int, int]] = field(default_factory=list)

    def read(self, sources: Iterable[PageSource]) -> Iterator[Page]:
        for s in sources:
            self.asked.append(("read", s.file, s.page))
            yield page(s)

    def look(self, sources: Iterable[PageSource]) -> Iterator[Page | Glance]:
        for s in sources:
            self.asked.append(("look", s.file, s.page))
            yield Glance(page=page(s, deferred=True).model_copy(update={"lines": (HEAD,)}), boxes=(HEAD.box,), marked=True)

    def marked(self, pairs: Iterable[tuple[PageSource, Page]]) -> Iterator[Page]:
        for s, given in pairs:
            self.asked.append(("marks", s.file, s.page))
            yield given.model_copy(update={"lines": (*given.lines, MARK)})

    def done(self, what: str) -> list[tuple[int, int]]:
        return [(f, p) for w, f, p in self.asked if w == what]


def page(source: PageSource, *, deferred: bool = False) -> Page:
    return Page(file=source.file, page=source.page, width=9, height=9, source="ocr", deferred=deferred)


class Desk:
    """A package whose files have so many pages."""

    def __init__(self, folder: Path, *counts: int, cache: PageCache | None = None) -> None:
        self.files = [
            SourceFile(i, f"{i}.tif", f"{i}" * 64, "image/tiff", n, None, None, folder / f"{i}.tif") for i, n in enumerate(counts)
        ]
        self.sources = [ImagePage(f.index, n, f.path, Limits()) for f in self.files for n in range(1, f.pages + 1)]
        self.worker, self.told = Worker(), [(0, 0, "")]
        self.pages = PackagePages(
            self.worker, cache, self.files, self.sources, lambda *told: self.told.append(told)  # type: ignore[arg-type]
        )  # fmt: skip

    def seen(self, *promising: int) -> list[Page | Glance]:
        return self.pages.seen(lambda look: isinstance(look, Glance) and look.page.file in promising)


def glances(seen: list[Page | Glance]) -> list[tuple[int, int]]:
    return [(x.page.file, x.page.page) for x in seen if isinstance(x, Glance)]


def test_long_files_are_looked_at_and_short_ones_read(tmp_path: Path) -> None:
    desk = Desk(tmp_path, WORTH - 1, LONG)
    assert glances(desk.seen(1)) == [(1, n) for n in range(1, LONG + 1)]
    assert desk.worker.done("read") == [(0, n) for n in range(1, WORTH)]


def test_the_front_of_a_long_paper_is_read(tmp_path: Path) -> None:
    desk = Desk(tmp_path, LONG)
    assert glances(desk.seen()) == [(0, n) for n in range(FRONT + 1, LONG + 1)]
    assert sorted(desk.worker.done("read")) == [(0, n) for n in range(1, FRONT + 1)]
    assert desk.worker.done("look").count((0, 1)) == 1


def test_a_first_page_of_which_a_glance_says_nothing_is_read_and_asked_again(tmp_path: Path) -> None:
    desk = Desk(tmp_path, LONG - 1, LONG)
    seen = desk.pages.seen(lambda page: isinstance(page, Page))
    assert [i for i, page in enumerate(seen) if isinstance(page, Page)] == [0, LONG - 1]
    assert len(glances(seen)) == 2 * LONG - 3


@pytest.mark.parametrize("promises", [True, False])
def test_the_first_page_of_other_files_tells_whether_the_rest_is_looked_at(tmp_path: Path, promises: bool) -> None:
    desk = Desk(tmp_path, WORTH, LONG - 1)
    seen = desk.seen(*([1] if promises else []))
    assert [(x.page.file, x.page.page) if isinstance(x, Glance) else (x.file, x.page) for x in seen] == [
        (s.file, s.page) for s in desk.sources
    ]
    assert glances(seen) == ([(1, n) for n in range(1, LONG)] if promises else [])
    assert len(desk.worker.done("look")) == (LONG if promises else 2)
    assert len(desk.worker.done("read")) == WORTH + (0 if promises else LONG - 1)


def test_what_was_read_or_looked_at_is_not_done_again(tmp_path: Path) -> None:
    cache = PageCache(tmp_path / "c", "openvino")
    first = Desk(tmp_path, 2, LONG, 6, cache=cache)
    seen = first.seen(1, 2)
    read = list(first.pages.read([2, 5]))
    assert isinstance(seen[7], Glance)
    bare = seen[7].page.model_copy(update={"lines": ()})  # triage has taken its running head away
    (marked,) = first.pages.marked([(7, bare)])
    again = Desk(tmp_path, 2, LONG, 6, cache=cache)
    second = again.seen(1, 2)
    assert glances(second) == glances(seen)
    assert list(again.pages.read([2, 5])) == read
    assert second == seen
    assert list(again.pages.marked([(7, bare)])) == [marked]
    assert marked.lines == (MARK,)
    assert again.worker.asked == []
    kept = [cache.get(s, first.files[s.file].sha256) for s in first.sources]
    assert [i for i, p in enumerate(kept) if p is not None] == [0, 1, 2, 5]
    assert not any(p.deferred for p in kept if p is not None)


def test_files_whose_pages_are_all_there_are_used_as_they_are(tmp_path: Path) -> None:
    cache = PageCache(tmp_path / "c", "openvino")
    whole = Desk(tmp_path, LONG, 5, cache=cache)
    assert len(whole.pages.read_all()) == LONG + 5
    desk = Desk(tmp_path, LONG, 5, cache=cache)
    assert glances(desk.seen(1)) == []
    assert desk.worker.asked == []


def test_without_a_cache_everything_is_done_anew(tmp_path: Path) -> None:
    desk = Desk(tmp_path, LONG)
    assert len(glances(desk.seen(0))) == LONG
    list(desk.pages.marked([(0, desk.seen(0)[0].page)]))  # type: ignore[list-item]
    assert desk.worker.done("marks") == [(0, 1)]


def test_progress_goes_up_and_never_beyond_the_pages(tmp_path: Path) -> None:
    desk = Desk(tmp_path, 2, LONG)
    desk.seen()
    list(desk.pages.read(range(2, 8)))
    desk.pages.say("识别材料类型与字段")
    done = [d for d, _, _ in desk.told]
    assert done == sorted(done)
    assert done[-1] < LONG + 2
    assert {total for _, total, _ in desk.told[1:]} == {LONG + 2}
    assert any(what.startswith("浏览 1.tif 第") for _, _, what in desk.told)
    assert desk.told[-1][2] == "识别材料类型与字段"


# --- looking as the reader does it --------------------------------------------------------------


class Numbers:
    """Finds twenty-four lines, each with a person's number."""

    version = "numbers"

    def detect(self, image: Image) -> list[Quad]:
        h, w = image.shape[:2]
        tops = [(0.1 + 0.03 * k) * h for k in range(24)]
        return [np.array([[0.1 * w, t], [0.85 * w, t], [0.85 * w, t + 14], [0.1 * w, t + 14]], np.float32) for t in tops]

    def recognise(self, crops: list[Image]) -> list[TextLine]:
        return [TextLine(f"甲 {ID_NUMBER}", 0.99, np.zeros((4, 2), np.float32)) for _ in crops]

    def turn_votes(self, crops: list[Image]) -> list[float]:
        return [0.0] * len(crops)


@dataclass(frozen=True)
class Written(ImagePage):
    def image(self) -> Image:
        image = np.full((1600, 1131, 3), 255, np.uint8)
        for k in range(24):
            image[160 + 48 * k : 175 + 48 * k, 113:960] = 0
        return image


@dataclass(frozen=True)
class White(ImagePage):
    def image(self) -> Image:
        return np.full((1600, 1131, 3), 255, np.uint8)


def test_a_look_at_a_blank_page_reads_it_without_an_engine(tmp_path: Path) -> None:
    def none() -> Numbers:
        raise AssertionError("no engine is needed")

    found = PageReader(none, b"k").look(White(0, 1, tmp_path, Limits()))  # type: ignore[arg-type]
    assert isinstance(found, Page)
    assert (found.source, found.deferred) == ("blank", False)


def test_personal_numbers_of_a_page_that_was_looked_at_are_masked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = PageReader(Numbers, b"k" * 16)  # type: ignore[arg-type]
    source = Written(0, 1, tmp_path, Limits())
    monkeypatch.setattr("extractor.reading.glance.telling", lambda shape: {3: "heading"})
    found = reader.look(source)
    assert isinstance(found, Glance)
    assert found.page.lines
    assert not any(ID_NUMBER in line.text for line in found.page.lines)
    assert all(line.person for line in found.page.lines)
    mark = Line(text=ID_NUMBER, box=(0.1, 0.1, 0.9, 0.2), slant=-30.0)
    monkeypatch.setattr("extractor.reading.glance.find_marks", lambda engine, image: [mark])
    with_marks = reader.with_marks(source, found.page)
    assert with_marks.deferred
    assert any(line.slant for line in with_marks.lines)
    assert not any(ID_NUMBER in line.text for line in with_marks.lines)
