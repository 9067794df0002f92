from __future__ import annotations

import io
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from intake_files import docx, xlsx
from PIL import Image

from api.service import Service
from api.store.pages import PageStore
from api.store.pictures import NoPicture, Pictures
from api.store.tables import Run, RunFile
from extractor.intake import Limits, PdfPage
from extractor.intake.sniff import DOCX, PNG, XLSX
from extractor.model import Line, Page
from tests.api.jobs.conftest import make_package

SHA = "ab" * 32
WARM = Pictures.warm  # the other tests start no process for pictures


@pytest.fixture
def pages(service: Service) -> PageStore:
    return service.pages


def page(note: str | None = None, number: int = 1) -> Page:
    return Page(file=3, page=number, width=10, height=20, source="blank" if note else "text", note=note)


def source(file: int = 5) -> PdfPage:
    return PdfPage(file, 1, Path(), Limits())


def test_one_key_for_all_processes(service: Service) -> None:
    stores = [PageStore(service.blobs, service.store, "openvino") for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        keys = set(pool.map(lambda s: s.secret, stores))
    assert len(keys) == 1
    assert len(keys.pop()) == 16


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestPages:
    def test_a_page_comes_back_under_the_asking_files_number(self, pages: PageStore) -> None:
        assert pages.get(source(), SHA) is None
        pages.put(source(), SHA, page())
        assert pages.get(source(), SHA) == page().model_copy(update={"file": 5})

    def test_a_failed_page_is_kept_for_its_run_only(self, pages: PageStore) -> None:
        pages.put(source(), SHA, page("看不清"))
        assert pages.get(source(), SHA) is None
        pages.keep(SHA, page("看不清"), reader=pages.reader, run_id="r1")
        assert pages.has(SHA, 1, reader=pages.reader, run_id="r1")
        assert not pages.has(SHA, 1, reader=pages.reader, run_id="r2")
        found = pages.page(SHA, 1, 0, reader=pages.reader, run_id="r1")
        assert found is not None
        assert found.note == "看不清"

    def test_what_an_older_version_read_stays(self, pages: PageStore) -> None:
        pages.keep(SHA, page(), reader="openvino-older", run_id=None)
        assert pages.get(source(), SHA) is None
        assert pages.page(SHA, 1, 0, reader="openvino-older") is not None

    def test_a_damaged_page_is_read_again(self, service: Service, pages: PageStore) -> None:
        service.blobs.put_named(f"pages/{SHA}/{pages.reader}/1.json.gz", b"damage")
        assert pages.get(source(), SHA) is None


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestPictures:
    """One page with an ID number in the middle band, and pages without a picture."""

    @pytest.fixture
    def run_id(self, service: Service) -> Iterator[str]:
        out = io.BytesIO()
        Image.new("RGB", (400, 600), "white").save(out, "PNG")
        run_id = make_package(service, "A", {"a.png": out.getvalue()})
        files = [(PNG, out.getvalue()), (DOCX, docx()), (XLSX, xlsx())]
        with service.store.begin() as session:
            session.get_one(Run, run_id).reader = service.pages.reader
            for n, (kind, data) in enumerate(files):
                sha, _ = service.blobs.put(data)
                session.add(RunFile(run_id=run_id, position=n, name="x", sha256=sha, media_type=kind, pages=1))
                hidden = Line(text="3501**********1234", box=(0.1, 0.4, 0.9, 0.6), person="somebody")
                read = Page(file=n, page=1, width=400, height=600, source="ocr" if kind == PNG else "text", lines=(hidden,))
                service.pages.keep(sha, read, reader=service.pages.reader, run_id=None)
        yield run_id
        service.pictures.close()

    def dark(self, data: bytes) -> int:
        return sum(Image.open(io.BytesIO(data)).convert("L").point(lambda v: 255 * (v < 128)).histogram()[255:])

    def test_masked_unless_asked_otherwise_and_only_then_kept(self, service: Service, run_id: str) -> None:
        def picture(**how: bool) -> bytes:
            return service.pictures.picture(service.store, run_id, 0, 1, **how)

        assert self.dark(picture(masked=False)) == 0
        stored = service.settings.data_dir / "blobs" / "pictures"
        assert not list(stored.rglob("*.jpg"))
        assert self.dark(picture()) > 2000
        assert picture() == picture(masked=True)
        assert [p.read_bytes() for p in stored.rglob("*.jpg")] == [picture()]
        for file in (1, 2, 7):
            with pytest.raises(NoPicture, match=r"[请看]"):
                service.pictures.picture(service.store, run_id, file, 1)

    def test_thumbnails_are_made_of_the_masked_picture_and_go_with_it(self, service: Service, run_id: str) -> None:
        small = service.pictures.thumbnail(service.store, run_id, 0, 1)
        with Image.open(io.BytesIO(small)) as image:
            assert (image.format, image.size) == ("JPEG", (240, 360))
        assert self.dark(small) > 1000
        stored = service.settings.data_dir / "blobs" / "pictures"
        assert len(list(stored.rglob("*.jpg"))) == 2
        assert service.pictures.thumbnail(service.store, run_id, 0, 1) == small
        assert len({p.parent for p in stored.rglob("*.jpg")}) == 1, "they go together with the file"
        with pytest.raises(NoPicture):
            service.pictures.thumbnail(service.store, run_id, 1, 1)

    def test_the_process_is_started_once_and_never_after_the_end(self, service: Service) -> None:
        def children() -> list[str]:
            return [t.name for t in threading.enumerate() if t.name == "pictures-start"]

        WARM(service.pictures)
        WARM(service.pictures)
        assert len(children()) <= 1
        deadline = time.monotonic() + 30
        while children() and time.monotonic() < deadline:
            time.sleep(0.02)
        assert service.pictures._worker is not None
        service.pictures.close()
        service.pictures._start()
        assert service.pictures._worker is None

    def test_what_could_not_be_read_is_not_shown_masked(self, service: Service, run_id: str) -> None:
        with service.store.begin() as session:
            sha = session.query(RunFile).filter_by(run_id=run_id, position=0).one().sha256
        service.blobs.delete_named_prefix(f"pages/{sha}")
        service.pages.keep(sha, page("看不清"), reader=service.pages.reader, run_id=run_id)
        with pytest.raises(NoPicture, match="无法遮盖"):
            service.pictures.picture(service.store, run_id, 0, 1)
        assert self.dark(service.pictures.picture(service.store, run_id, 0, 1, masked=False)) == 0
