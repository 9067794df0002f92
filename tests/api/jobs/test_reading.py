"""Planning and reading inside a worker, without processes but for the parser's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from intake_files import docx, picture, xlsx, zipped

from api.jobs import opening, state
from api.jobs.gate import Gate
from api.jobs.reading import CRASHED, NothingToRead, Reading
from api.service import Service
from api.store.pages import PagesGone
from api.store.staging import files_of_run, pages_of_run
from api.store.tables import PackageRow, Run
from extractor.intake import PageSource
from extractor.reading.worker import ReadingWorker, Shown, failed_page
from tests.api.jobs.conftest import make_package, paper, run_of
from tests.api.jobs.stand_in import text_page

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Reader:
    """Remembers what it read; ``then`` is called after each page, ``bad`` pages fail."""

    def __init__(self) -> None:
        self.read_pages: list[tuple[str, int]] = []
        self.then: Callable[[], object] = lambda: None
        self.bad: set[int] = set()

    def read_and_show(self, sources: Iterable[PageSource]) -> Iterator[Shown]:
        for source in sources:
            self.read_pages.append((Path(source.path).name[:6], source.page))
            failed = source.page in self.bad
            yield Shown(failed_page(source, "看不清，请重扫") if failed else text_page(source.file, source.page, "x"))
            self.then()


@pytest.fixture
def reader() -> Reader:
    return Reader()


@pytest.fixture(scope="module")
def opener() -> Iterator[opening.Opener]:
    made = opening.Opener()
    yield made
    made.close()


@pytest.fixture
def reading(bench: Service, reader: Reader, opener: opening.Opener) -> Reading:
    made = Reading(bench, "w", reader, Gate())  # type: ignore[arg-type]
    made._opener = opener  # one process for all tests
    return made


def test_a_package_is_unpacked_and_every_page_is_kept(bench: Service, reading: Reading, reader: Reader) -> None:
    inner = {"名单.xlsx": xlsx(), "a.docx": docx(picture_bytes=picture()), "坏.pdf": b"%PDF-1.4 nothing", "说明.json": b"{}"}
    run_id = make_package(bench, "A", {"证书/a.pdf": paper(2), "更多.zip": zipped(inner)})
    assert reading.plan(run_id) == 5
    files = {f.name: f for f in files_of_run(bench.store, run_id)}
    assert set(files) == {"证书/a.pdf", *(f"更多.zip/{n}" for n in inner)}
    assert files["更多.zip/坏.pdf"].error
    # Even what is no evidence is there: declared figures may lie inside a ZIP.
    assert bench.blobs.read(files["更多.zip/说明.json"].sha256) == b"{}"
    assert reading.read(run_id, 0, 5)
    assert [(p.file, p.page) for p in pages_of_run(bench.store, bench.pages, run_id)] == [
        (f.index, n) for f in files.values() for n in range(1, f.pages + 1)
    ]
    run = run_of(bench, run_id)
    assert (run.pages_done, run.pages_total, run.reader) == (5, 5, bench.pages.reader)
    reading.forget(run_id)
    assert not list((bench.settings.data_dir / "work").rglob("*.*"))


def test_one_zip_is_the_package_itself(bench: Service, reading: Reading) -> None:
    run_id = make_package(bench, "A", {"x.zip": zipped({"1.pdf": paper(1), "deep/2.zip": zipped({"3.pdf": paper(1, "y")})})})
    reading.plan(run_id)
    assert [f.name for f in files_of_run(bench.store, run_id)] == ["1.pdf", "deep/2.zip/3.pdf"]


def test_the_declaration_is_left_out_where_it_was_read(bench: Service, reading: Reading) -> None:
    run_id = make_package(bench, "A", {"a.pdf": paper(1), "申报.xlsx": xlsx()})
    with bench.store.begin() as session:
        package = session.get_one(PackageRow, session.get_one(Run, run_id).package_id)
        package.declared_file, package.declaration = 1, {"any": "thing"}
    reading.plan(run_id)
    assert [f.name for f in files_of_run(bench.store, run_id)] == ["a.pdf"]


def test_nothing_but_a_declaration(bench: Service, reading: Reading) -> None:
    with pytest.raises(NothingToRead, match="请"):
        reading.plan(make_package(bench, "A", {}))


def test_done_twice_is_done_once(bench: Service, reading: Reading, reader: Reader) -> None:
    run_id = make_package(bench, "A", {"a.pdf": paper(9)})
    assert reading.plan(run_id) == reading.plan(run_id) == 9
    assert reading.read(run_id, 0, 9)
    assert reading.read(run_id, 0, 9)
    assert len(reader.read_pages) == 9


def test_parts_grow_with_the_processes_and_the_turn_ends_when_one_has_nothing_to_do(
    bench: Service, reader: Reader, opener: opening.Opener
) -> None:
    reading = Reading(bench, "w", reader, Gate(), processes=4)  # type: ignore[arg-type]
    reading._opener = opener
    run_id = make_package(bench, "A", {"a.pdf": paper(14)})
    reading.plan(run_id)
    free: list[int] = []
    reader.then = lambda: free.append(len(reader.read_pages)) if reading._turns._holder is None else None
    assert reading.at_once == 12
    assert reading.read(run_id, 0, 14)
    # Of twelve pages the last three leave a process idle, of two the first leaves three.
    assert free == [9, 10, 11, 12, 13, 14]


def test_equal_files_are_read_once(bench: Service, reading: Reading, reader: Reader) -> None:
    same = paper(2)
    first = make_package(bench, "A", {"a.pdf": same, "b.pdf": same})
    second = make_package(bench, "B", {"other name.pdf": same})
    for run_id, pages in ((first, 4), (second, 2)):
        assert reading.plan(run_id) == pages
        assert reading.read(run_id, 0, pages)
        assert len(pages_of_run(bench.store, bench.pages, run_id)) == run_of(bench, run_id).pages_done == pages
    assert [page for _, page in reader.read_pages] == [1, 2]


def test_a_failed_page_stays_with_its_run_and_is_tried_again_by_the_next(
    bench: Service, reading: Reading, reader: Reader
) -> None:
    files = {"a.pdf": paper(2)}
    reader.bad = {2}
    for expected in (["看不清，请重扫"], []):
        run_id = make_package(bench, "A", files)
        reading.plan(run_id)
        assert reading.read(run_id, 0, 2)
        assert reading.read(run_id, 0, 2)
        assert [p.note for p in pages_of_run(bench.store, bench.pages, run_id) if p.note] == expected
        reader.bad = set()
    assert [page for _, page in reader.read_pages] == [1, 2, 2]


def test_stops_after_the_page_in_hand(bench: Service, reading: Reading, reader: Reader) -> None:
    run_id = make_package(bench, "A", {"a.pdf": paper(9)})
    reading.plan(run_id)
    reader.then = lambda: len(reader.read_pages) == 4 and bench.jobs.cancel(run_id)
    assert not reading.read(run_id, 0, 9)
    # The generator asks for the next page only after the fourth was stored and the flag was seen at the fifth.
    assert len(reader.read_pages) <= 5
    assert run_of(bench, run_id).state == "reading"
    state.settle_cancel(bench.store, run_id)
    assert run_of(bench, run_id).state == "cancelled"


def test_a_lost_page_is_told(bench: Service, reading: Reading) -> None:
    run_id = make_package(bench, "A", {"a.pdf": paper(1)})
    reading.plan(run_id)
    with pytest.raises(PagesGone, match="重新处理"):
        pages_of_run(bench.store, bench.pages, run_id)


def test_a_file_that_kills_the_parser_is_one_files_error(
    bench: Service, reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(self: opening.Opener, path: Path, *_args: object) -> object:
        if path.is_dir() or b"poison" in path.read_bytes():
            raise opening.ParserDied
        return opening._open(path, *_args)  # type: ignore[arg-type]

    monkeypatch.setattr(opening.Opener, "open", killed)
    files = {"a.pdf": paper(1), "毒.pdf": b"%PDF poison", "b.zip": zipped({"c.pdf": paper(1, "c")})}
    run_id = make_package(bench, "A", files)
    assert reading.plan(run_id) == 2
    assert [(f.index, f.name, f.error) for f in files_of_run(bench.store, run_id)] == [
        (0, "a.pdf", None), (1, "毒.pdf", CRASHED), (2, "b.zip/c.pdf", None),
    ]  # fmt: skip


def test_a_stalled_worker_cannot_turn_anything_back(bench: Service, reading: Reading) -> None:
    run_id = make_package(bench, "A", {"a.pdf": paper(3)})
    reading.plan(run_id)
    assert state.progress(bench.store, run_id, "w", 3, "第3页")
    assert state.progress(bench.store, run_id, "stalled", 1, "第1页")
    assert run_of(bench, run_id).pages_done == 3
    assert state.advance(bench.store, run_id, ("reading", "judging"), "judging")
    assert not state.progress(bench.store, run_id, "stalled", 2, "第2页")
    assert reading.plan(run_id) == 3
    assert state.advance(bench.store, run_id, ("judging",), "done")
    state.fail(bench.store, run_id, "stalled worker's trouble")
    assert reading.plan(run_id) is None
    assert (run_of(bench, run_id).state, run_of(bench, run_id).error) == ("done", None)


def test_real_pages_come_out_as_the_reader_reads_them(bench: Service) -> None:
    with ReadingWorker(bench.settings.engine, 1, bench.pages.secret) as worker:
        reading = Reading(bench, "w", worker, Gate())
        run_id = make_package(bench, "A", {"a.pdf": paper(2, "realness"), "b.xlsx": xlsx()})
        reading.plan(run_id)
        assert reading.read(run_id, 0, 3)
        texts = [p.text for p in pages_of_run(bench.store, bench.pages, run_id)]
        assert "realness" in texts[0]
        assert "张三" in texts[2]
        reading.close()


def test_pictures_of_read_pages_are_there_before_anybody_asks(bench: Service, sample: Path) -> None:
    licence = (sample / "09_营业执照.jpg").read_bytes()
    with ReadingWorker(bench.settings.engine, 1, bench.pages.secret) as worker:
        reading = Reading(bench, "w", worker, Gate())
        run_id = make_package(bench, "A", {"licence.jpg": licence})
        reading.plan(run_id)
        assert reading.read(run_id, 0, 1)
        kept = [bench.pictures.picture(bench.store, run_id, 0, 1), bench.pictures.thumbnail(bench.store, run_id, 0, 1)]
        assert bench.pictures._worker is None  # nothing had to be made
        (source,) = [leaf.source for leaf in reading._leaves_of(run_id)]
        (page,) = pages_of_run(bench.store, bench.pages, run_id)
        assert source is not None
        asked = worker.picture(source, page)
        large, small, same = (cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) for data in (*kept, asked))
        assert large.shape == same.shape
        assert np.abs(large.astype(int) - same).mean() < 1.0
        assert small.shape[1] == 240
        reading.close()
