"""Checking a package with pages left unread: the same result as with all of them read, and nothing pretends to be read."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from eval.bench_triage import differences, simulated
from extractor.intake import PageSource
from extractor.model import Declaration, Declared, Glance, Page, Result, Verdict
from extractor.pipeline import Session, Settings
from extractor.reading.cache import page_bytes, page_key, page_of
from extractor.reading.worker import CRASHED, failed_page
from tests.documents.statement_layouts import ENTITY
from tests.triage_pages import contract, report

DECLARATION = Declaration(
    name=ENTITY,
    as_of="2023-06-30",
    declared=(
        Declared(metric="rd_expense", period="2022", value=150.0, unit="万元"),
        Declared(metric="main_revenue", period="2022", value=6000.0, unit="万元"),
        Declared(metric="utility_patents", period="now", value=1, unit="项"),
    ),
)
NOTE = 13
"""A page of the report that holds running text alone."""
Place = tuple[int, int]


class Worker:
    """Has all pages at hand; ``dies``: places of which looking or searching for marks kills the process."""

    def __init__(self, pages: Iterable[Page]) -> None:
        self.pages = {(p.file, p.page): p for p in pages}
        self.large_ink: set[Place] = set()
        self.dies: dict[str, set[Place]] = {"look": set(), "marks": set()}
        self.asked: list[tuple[str, Place]] = []

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def read(self, sources: Iterable[PageSource]) -> Iterator[Page]:
        for s in sources:
            self.asked.append(("read", (s.file, s.page)))
            yield self.pages[s.file, s.page]

    def look(self, sources: Iterable[PageSource]) -> Iterator[Page | Glance]:
        for s in sources:
            place = (s.file, s.page)
            self.asked.append(("look", place))
            found = simulated(self.pages[place]).model_copy(update={"marked": place in self.large_ink})
            yield failed_page(s, CRASHED) if place in self.dies["look"] else found

    def marked(self, pairs: Iterable[tuple[PageSource, Page]]) -> Iterator[Page]:
        for s, page in pairs:
            place = (s.file, s.page)
            self.asked.append(("marks", place))
            yield failed_page(s, CRASHED) if place in self.dies["marks"] else page

    def picture(self, source: PageSource, page: Page) -> bytes | None:
        self.asked.append(("picture", (source.file, source.page)))
        return None

    def peak_rss(self) -> int:
        return 0


class Shelf:
    """Keeps pages, but no looks."""

    secret = b"k" * 16

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def get(self, source: PageSource, sha256: str) -> Page | None:
        data = self.kept.get(page_key(source, sha256, "openvino") or "")
        return None if data is None else page_of(data, source.file)

    def put(self, source: PageSource, sha256: str, page: Page) -> None:
        assert not page.deferred
        self.kept[page_key(source, sha256, "openvino") or ""] = page_bytes(page)


def scans(count: int) -> bytes:
    """A TIFF of so many pages; what stands on them says the worker."""
    out = io.BytesIO()
    pages = [Image.new("1", (80, 110 + count), 1) for _ in range(count)]
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:])
    return out.getvalue()


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Worker:
    pages = [*report(count=16), *(p.model_copy(update={"file": 1}) for p in contract())]
    made = Worker(pages)
    monkeypatch.setattr("extractor.reading.worker.ReadingWorker", lambda *_: made)
    return made


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("材料")
    (folder / "1审计报告.tif").write_bytes(scans(19))
    (folder / "2合同.tif").write_bytes(scans(6))
    return folder


def with_seconds(result: Result, seconds: float) -> Result:
    """The result as if it had taken so long."""
    return result.model_copy(update={"summary": result.summary.model_copy(update={"seconds": seconds})})


def check(package: Path, pages: list[Page] | None = None, out: Path | None = None, **settings: object) -> Result:
    with Session(Settings(**settings)) as session:  # type: ignore[arg-type]
        result = session.check(package, DECLARATION, out=out, seen=None if pages is None else pages.append)
    return with_seconds(result, 0)


def test_the_result_is_that_of_reading_everything_and_says_what_was_not_read(package: Path, worker: Worker) -> None:
    whole = check(package, read_all=True)
    assert (whole.summary.pages_deferred, whole.summary.pages_ocr) == (0, 25)
    worker.asked.clear()
    pages: list[Page] = []
    triaged = check(package, pages)
    deferred = {(p.file, p.page) for p in pages if p.deferred}
    assert not list(differences(whole, triaged))
    assert len(pages) == 25
    assert triaged.summary.pages_deferred == len(deferred) > 12
    assert triaged.summary.pages_ocr == 25 - len(deferred)
    assert {place for what, place in worker.asked if what == "read"} == {(p.file, p.page) for p in pages} - deferred
    (missing,) = (f for f in triaged.findings if f.verdict is Verdict.MISSING)
    assert f"另有 {len(deferred)} 页" in missing.reason


def test_evidence_never_lies_on_a_page_that_was_not_read_and_no_picture_shows_one(
    package: Path, worker: Worker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages: list[Page] = []
    shown: dict[Place, bytes | None] = {}

    def write(result: Result, path: Path, picture: object) -> None:
        shown.update({place: picture(*place) for place in worker.pages})  # type: ignore[operator]

    monkeypatch.setattr("extractor.reports.html_report.write_html", write)
    result = check(package, pages, tmp_path)
    deferred = {(p.file, p.page) for p in pages if p.deferred}
    assert not deferred & {(e.file, e.page) for c in result.claims for e in c.evidence}
    fields = [f for d in result.documents for f in (*d.fields.values(), *d.secondary.values())]
    assert not deferred & {(e.file, e.page) for f in fields for e in f.evidence}
    assert deferred
    assert set(shown) > deferred
    assert not deferred & {place for what, place in worker.asked if what == "picture"}


def test_the_second_check_needs_neither_looks_nor_reading(package: Path, worker: Worker, tmp_path: Path) -> None:
    worker.large_ink = {(0, NOTE)}
    first = check(package, cache=tmp_path)
    assert ("marks", (0, NOTE)) in worker.asked
    worker.asked.clear()
    shutil.rmtree(tmp_path / "results")
    assert check(package, cache=tmp_path) == first
    assert worker.asked == []


def test_a_store_that_keeps_no_looks_has_no_page_read_twice(package: Path, worker: Worker) -> None:
    shelf = Shelf()
    first = check(package, cache=shelf)
    worker.asked.clear()
    assert check(package, cache=shelf) == first
    assert {what for what, _ in worker.asked} == {"look"}


def test_pages_that_were_read_before_are_used_as_they_are(package: Path, worker: Worker, tmp_path: Path) -> None:
    whole = check(package, cache=tmp_path, read_all=True)
    worker.asked.clear()
    assert check(package, cache=tmp_path) == whole
    assert worker.asked == []


def test_a_page_of_which_the_look_fails_is_told(package: Path, worker: Worker) -> None:
    worker.dies["look"] = {(0, NOTE)}
    note = check(package).files[0].note
    assert note is not None
    assert f"第{NOTE}页" in note


def test_a_page_of_which_the_search_for_marks_fails_is_told(package: Path, worker: Worker) -> None:
    pages: list[Page] = []
    worker.large_ink = worker.dies["marks"] = {(0, NOTE)}
    note = check(package, pages).files[0].note
    assert note is not None
    assert f"第{NOTE}页" in note
    assert not next(p for p in pages if (p.file, p.page) == (0, NOTE)).deferred


def test_progress_ends_with_all_pages(package: Path, worker: Worker) -> None:
    told: list[tuple[int, int, str]] = []
    with Session() as session:
        session.check(package, DECLARATION, progress=lambda *x: told.append(x))
    done = [d for d, _, _ in told]
    assert done == sorted(done)
    assert told[0] == (0, 25, "")
    assert told[-1][:2] == (25, 25)
