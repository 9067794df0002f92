"""A full disk: told as what it is, nothing half-written stays, nothing is concluded from what is missing."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from intake_files import pdf, zipped
from typer.testing import CliRunner

from api.errors import NoRoom
from api.jobs import workflows
from api.jobs.gate import Gate
from api.jobs.reading import Reading
from api.store.blobs import BlobMissing, Blobs, BlobStoreError
from api.store.tables import PackageRow
from api.work import batches_split
from extractor.cli import app as command
from extractor.intake import Limits, open_package, sandbox
from extractor.intake.batch import list_batch, unpacked
from extractor.intake.errors import DiskFull, WorkFolderUnusable
from extractor.intake.pages import PdfPage
from extractor.model import Page
from extractor.reading.cache import CacheError, PageCache
from extractor.unchanged import KeptResults
from tests.api.jobs.conftest import make_package, paper
from tests.api.jobs.test_reading import Reader
from tests.faults.conftest import Fill, files_in

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SMALL, LARGE = b"small", b"large" * 1_000_000


def upload(client, data: bytes = LARGE):
    return client.post("/api/v1/packages", files=[("files", ("a.pdf", data))])


def packages(service) -> int:
    with service.store.begin() as session:
        return session.query(PackageRow).count()


@ON_SQLITE
@pytest.mark.parametrize("data", [SMALL, LARGE])
def test_upload_that_finds_no_room(client_as, service, fill: Fill, data):
    client, home = client_as("A", "submitter"), service.settings.data_dir
    fill(home / "uploads")
    answer = upload(client, data)
    assert (answer.status_code, answer.json()["code"]) == (503, "no-room")
    assert "磁盘已满" in answer.json()["detail"]
    assert files_in(home / "uploads") == files_in(home / "blobs") == []
    assert packages(service) == 0


@ON_SQLITE
@pytest.mark.parametrize("data", [SMALL, LARGE])
def test_blob_that_finds_no_room(client_as, service, fill: Fill, data):
    client, home = client_as("A", "submitter"), service.settings.data_dir
    fill(home / "blobs")
    answer = upload(client, data)
    assert (answer.status_code, answer.json()["code"]) == (503, "blob-store")
    assert "磁盘已满" in answer.json()["detail"]
    with pytest.raises(BlobStoreError, match="磁盘已满"):
        service.blobs.put_named("pages/x", data)
    assert files_in(home / "uploads") == files_in(home / "blobs") == []
    assert packages(service) == 0


@ON_SQLITE
def test_worker_whose_pages_find_no_room(bench, fill: Fill, monkeypatch):
    monkeypatch.setattr(sandbox, "fenced", lambda: True)
    run_id = make_package(bench, "A", {"a.pdf": paper(2)})
    reading = Reading(bench, "w", Reader(), Gate())  # type: ignore[arg-type]
    monkeypatch.setattr(reading._opener, "_run", lambda task, *args: task(*args))
    assert reading.plan(run_id) == 2
    fill(bench.settings.data_dir / "blobs")
    with pytest.raises(BlobStoreError, match="磁盘已满") as told:
        reading.read(run_id, 0, 2)
    assert workflows._passing(told.value)  # tried again, then the run fails and says so
    assert "请" in workflows.explain(told.value)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.ENOENT])
def test_worker_whose_folder_finds_no_room(number):
    said = workflows.explain(OSError(number, os.strerror(number)))
    assert "不是材料的问题" in said
    assert ("磁盘已满" in said) == (number == errno.ENOSPC)


def test_cached_page_that_finds_no_room(tmp_path: Path, fill: Fill):
    cache, before = PageCache(tmp_path / "cache", "none"), files_in(tmp_path / "cache")
    fill(tmp_path / "cache")
    source = PdfPage(path=tmp_path / "a.pdf", file=0, page=1, limits=Limits())
    with pytest.raises(CacheError, match="清出空间"):
        cache.put(source, "0" * 64, Page(file=0, page=1, width=1, height=1, source="text"))
    assert files_in(tmp_path / "cache") == before


def test_kept_result_that_finds_no_room(tmp_path: Path, fill: Fill):
    fill(tmp_path)
    with pytest.raises(CacheError, match="清出空间"):
        KeptResults(tmp_path).put("x", Page(file=0, page=1, width=1, height=1, source="text"))  # type: ignore[arg-type]
    assert files_in(tmp_path) == []


def check(package: Path, out: Path):
    package.parent.mkdir(parents=True, exist_ok=True)
    package.write_bytes(zipped({"a.pdf": pdf(["BT /F1 12 Tf 72 720 Td (x) Tj ET"])}))
    return CliRunner().invoke(command, ["check", str(package), "--out", str(out)])


def test_report_that_finds_no_room(tmp_path: Path, fill: Fill):
    fill(tmp_path / "out")
    done = check(tmp_path / "p.zip", tmp_path / "out")
    assert done.exit_code == 2
    assert "磁盘空间" in done.stderr
    assert files_in(tmp_path / "out") == []


def test_output_folder_that_is_read_only(tmp_path: Path, monkeypatch):
    real = Path.open

    def read_only(self: Path, mode: str = "r", *args, **kwargs):
        if set(mode) & set("wxa") and self.is_relative_to(tmp_path / "out"):
            raise OSError(errno.EROFS, "Read-only file system")
        return real(self, mode, *args, **kwargs)

    monkeypatch.setattr(Path, "open", read_only)
    done = check(tmp_path / "p.zip", tmp_path / "out")
    assert done.exit_code == 2
    assert "可写" in done.stderr
    assert "Traceback" not in done.output


class TestUnpacking:
    """A ZIP's members find no room: the disk is named, not the file, and the package is not judged without them."""

    @pytest.fixture(autouse=True)
    def _here(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sandbox, "fenced", lambda: True)

    @pytest.fixture
    def package(self, tmp_path: Path) -> Path:
        path = tmp_path / "p.zip"
        inner = {"a.csv": b"x" * 100_000, "b.pdf": pdf(["BT ET"])}
        path.write_bytes(zipped(inner | {"c.zip": zipped(inner)}))
        (tmp_path / "work").mkdir()
        return path

    def test_package_that_finds_no_room(self, package: Path, tmp_path: Path, fill: Fill):
        fill(tmp_path / "work")
        with pytest.raises(DiskFull, match="不是材料的问题"):
            open_package(package, workdir=tmp_path / "work")
        assert not list((tmp_path / "work").iterdir())

    def test_check_that_finds_no_room(self, package: Path, tmp_path: Path, fill: Fill, monkeypatch):
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "work"))
        fill(tmp_path / "work")
        done = CliRunner().invoke(command, ["check", str(package)])
        assert done.exit_code == 2
        assert "磁盘已满" in done.stderr

    def test_batch_that_finds_no_room(self, tmp_path: Path, fill: Fill):
        path = tmp_path / "batch.zip"
        path.write_bytes(zipped({"甲/a.csv": b"x,y\n", "乙/b.csv": b"x,y\n"}))
        (tmp_path / "into").mkdir()
        fill(tmp_path / "into")
        with pytest.raises(DiskFull):
            batches_split.taken_apart(path, "batch.zip", tmp_path / "into", 10**9, Limits())
        parcel = list_batch(path, Limits()).parcels[0]
        with pytest.raises(DiskFull), unpacked(parcel, Limits(), tmp_path / "into"):
            pass

    def test_temporary_folder_that_is_missing(self, package: Path, tmp_path: Path):
        with pytest.raises(WorkFolderUnusable, match="临时目录"):
            open_package(package, workdir=tmp_path / "nowhere")

    def test_no_temporary_folder_at_all(self, package: Path, monkeypatch):
        monkeypatch.setattr(tempfile, "tempdir", None)
        monkeypatch.setattr(tempfile, "_candidate_tempdir_list", lambda: ["/nowhere"])
        done = CliRunner().invoke(command, ["check", str(package)])
        assert done.exit_code == 2
        assert "临时目录" in done.stderr


def test_batch_of_the_service_that_finds_no_room(tmp_path: Path, monkeypatch):
    def full(*_args: object) -> None:
        raise DiskFull("full")

    said: list[tuple[str, str]] = []
    child = SimpleNamespace(send=said.append, poll=lambda _: True, recv=lambda: said[0], close=lambda: None)
    context = SimpleNamespace(
        Pipe=lambda duplex: (child, child),
        Process=lambda target, args, daemon: SimpleNamespace(start=lambda: target(*args), kill=int, join=int),
    )
    monkeypatch.setattr(batches_split, "taken_apart", full)
    monkeypatch.setattr(batches_split, "get_context", lambda _: context)
    monkeypatch.setattr(batches_split, "fence", lambda _: None)
    monkeypatch.setattr(batches_split, "end_with", lambda _: None)
    with pytest.raises(NoRoom, match="磁盘已满"):
        batches_split.split((tmp_path / "批.zip", "批.zip"), None, tmp_path, 10**9, Limits())


@pytest.mark.parametrize(("number", "words"), [(errno.EROFS, "只读"), (errno.EACCES, "权限"), (errno.EIO, "检查磁盘")])
def test_store_that_cannot_be_written(tmp_path: Path, monkeypatch, number, words):
    blobs = Blobs(f"file://{tmp_path}/b")
    sha, _ = blobs.put(b"before")

    def refused(*_args, **_kwargs):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(tempfile, "mkstemp", refused)
    with pytest.raises(BlobStoreError, match=words):
        blobs.put(b"after")
    assert blobs.read(sha) == b"before"


def test_store_whose_folder_is_gone(tmp_path: Path):
    """As when a shared folder is no longer mounted: not taken for one file that was deleted."""
    blobs = Blobs(f"file://{tmp_path}/b")
    (tmp_path / "b").rmdir()
    with pytest.raises(BlobStoreError, match="挂载") as told:
        blobs.put(b"x")
    assert not isinstance(told.value, BlobMissing)
