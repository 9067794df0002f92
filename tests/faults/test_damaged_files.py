"""Files of the store and of caches that are damaged: never served, never judged, told plainly, mended where they can be."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.jobs import workflows
from api.jobs.gate import Gate
from api.jobs.reading import Reading
from api.store.blobs import BlobDamaged, Blobs
from api.store.pages import PagesGone
from api.store.staging import pages_of_run
from api.store.tables import PackageRow, RunFile, UploadedFile
from extractor.cli import app as command
from extractor.intake import Limits, sandbox
from extractor.intake.pages import PdfPage
from extractor.model import Page
from extractor.reading import cache as cache_module
from extractor.reading.cache import CacheError, PageCache
from extractor.unchanged import KeptResults
from tests.api.jobs.conftest import make_package, paper
from tests.api.jobs.test_reading import Reader
from tests.faults.conftest import files_in

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
API = "/api/v1/packages"
HARM = {"empty": lambda data: b"", "cut off": lambda data: data[: len(data) // 2], "garbage": lambda data: b"\x8f" * len(data),
        "one bit": lambda data: data[:-1] + bytes([data[-1] ^ 1])}  # fmt: skip


def place_of(service, sha: str) -> Path:
    return service.settings.data_dir / "blobs" / "sha256" / sha[:2] / sha[2:]


@pytest.fixture(params=["file", "memory"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    return Blobs(f"file://{tmp_path}/blobs" if request.param == "file" else f"memory://faults-{tmp_path.name}")


@pytest.mark.parametrize("harm", HARM.values(), ids=HARM)
def test_damaged_file_is_not_read(blobs: Blobs, tmp_path: Path, harm):
    sha, _ = blobs.put(b"evidence")
    blobs._fs.pipe_file(blobs._of(sha), harm(b"evidence"))
    for read in (blobs.read, blobs.open, lambda s: blobs.local(s, tmp_path / "into")):
        with pytest.raises(BlobDamaged, match="zuozheng verify"):
            read(sha)
    assert not list((tmp_path / "into").glob("*"))
    # The same bytes once more are the remedy.
    assert blobs.put(b"evidence")[0] == sha
    assert blobs.read(sha) == b"evidence"


@ON_SQLITE
def test_damaged_original_is_not_served(client_as, finished_package, service):
    client, package = client_as("A", "reviewer"), finished_package("A")
    with service.store.begin() as session:
        sha = session.query(UploadedFile).filter_by(package_id=package).first().sha256
    good = client.get(f"{API}/{package}/files/0")
    place_of(service, sha).write_bytes(good.content + b" ")
    answer = client.get(f"{API}/{package}/files/0")
    assert (answer.status_code, answer.json()["code"]) == (503, "blob-damaged")
    assert client_as("A", "admin").delete(f"{API}/{package}").status_code == 204
    assert not place_of(service, sha).exists()


@ON_SQLITE
def test_damaged_result_is_not_served(client_as, finished_package, service):
    client, package = client_as("A", "reviewer"), finished_package("A", name="结果损坏的公司")
    with service.store.begin() as session:
        sha = session.get_one(PackageRow, package).result
    whole = place_of(service, sha).read_bytes()
    place_of(service, sha).write_bytes(whole.replace("结果".encode(), "后果".encode()))
    answer = client.get(f"{API}/{package}/result")
    assert answer.status_code == 503
    assert "重新处理" in answer.json()["detail"]


@pytest.fixture
def reading(bench, monkeypatch: pytest.MonkeyPatch) -> Reading:
    monkeypatch.setattr(sandbox, "fenced", lambda: True)
    made = Reading(bench, "w", Reader(), Gate())  # type: ignore[arg-type]
    monkeypatch.setattr(made._opener, "_run", lambda task, *args: task(*args))
    return made


@ON_SQLITE
def test_damaged_evidence_is_not_judged(bench, reading: Reading):
    run_id = make_package(bench, "A", {"合同.pdf": paper(1), "b.pdf": paper(1, "b")})
    with bench.store.begin() as session:
        sha = session.query(UploadedFile).filter_by(name="合同.pdf").one().sha256
    place_of(bench, sha).write_bytes(paper(1, "another one"))
    with pytest.raises(BlobDamaged, match=r"《合同\.pdf》") as told:
        reading.plan(run_id)
    assert not workflows._passing(told.value)  # trying again mends nothing
    assert "重新上传" in workflows.explain(told.value)


@ON_SQLITE
@pytest.mark.parametrize("harm", HARM.values(), ids=HARM)
def test_damaged_page_is_read_anew(bench, reading: Reading, harm):
    run_id = make_package(bench, "A", {"a.pdf": paper(2)})
    reading.plan(run_id)
    assert reading.read(run_id, 0, 2)
    before = pages_of_run(bench.store, bench.pages, run_id)
    (one,) = (bench.settings.data_dir / "blobs" / "pages").rglob("1.json.gz")
    one.write_bytes(harm(one.read_bytes()))
    with pytest.raises(PagesGone, match="重新处理"):
        pages_of_run(bench.store, bench.pages, run_id)
    assert reading.read(run_id, 0, 2)
    assert pages_of_run(bench.store, bench.pages, run_id) == before
    assert [page for _, page in reading._reader.read_pages] == [1, 2, 1]  # type: ignore[attr-defined]


@ON_SQLITE
def test_picture_that_was_cut_off_is_made_anew(client_as, finished_package, service):
    client, package = client_as("A", "reviewer"), finished_package("A", photos=True)
    path = f"{API}/{package}/pages/0/1/picture"
    first = client.get(path)
    assert first.status_code == 200
    for picture in files_in(service.settings.data_dir / "blobs" / "pictures"):
        picture.write_bytes(picture.read_bytes()[:200])
    assert client.get(path).content == first.content


@ON_SQLITE
def test_verify_tells_every_damage(finished_package, service, settings):
    package = finished_package("A")
    run = CliRunner()

    def verified():
        return run.invoke(command, ["verify", "--data-dir", str(settings.data_dir)])

    done = verified()
    assert (done.exit_code, "全部完好" in done.stdout) == (0, True), done.output
    with service.store.begin() as session:
        row = session.get_one(PackageRow, package)
        result, file = row.result, session.query(RunFile).filter_by(run_id=row.run_id).first().sha256
    place_of(service, result).write_bytes(b"{}")
    place_of(service, file).unlink()
    service.blobs.put_named(f"pages/{file}/x/9.json.gz", b"half")
    done = verified()
    assert done.exit_code == 1
    for said in (f"核对结果已损坏：{result}", f"材料文件缺失：{file}", f"读取结果已损坏：pages/{file}/x/9.json.gz", package):
        assert said in done.stdout
    assert "请检查磁盘" in done.stderr


class TestCaches:
    """Entries of ``--cache``, damaged in every way: read anew, never taken for what they were."""

    @pytest.mark.parametrize("harm", HARM.values(), ids=HARM)
    def test_damaged_entries_count_for_nothing(self, tmp_path: Path, harm):
        cache, results = PageCache(tmp_path, "none"), KeptResults(tmp_path)
        source = PdfPage(path=tmp_path / "a.pdf", file=0, page=1, limits=Limits())
        page = Page(file=0, page=1, width=1, height=1, source="text")
        cache.put(source, "0" * 64, page)
        results.put("x", page)  # type: ignore[arg-type]
        for path in files_in(tmp_path):
            if path.name.endswith(".gz"):
                path.write_bytes(harm(path.read_bytes()))
        assert cache.get(source, "0" * 64) is None
        assert results.get("x") is None
        cache.put(source, "0" * 64, page)
        assert cache.get(source, "0" * 64) == page

    @pytest.mark.parametrize("harm", [HARM["empty"], HARM["cut off"]], ids=["empty", "cut off"])
    def test_damaged_key_is_told(self, tmp_path: Path, harm):
        """With another key one person would be counted as two."""
        PageCache(tmp_path, "none")
        (tmp_path / "person.key").write_bytes(harm((tmp_path / "person.key").read_bytes()))
        with pytest.raises(CacheError, match="删除"):
            PageCache(tmp_path, "none")

    def test_half_written_entries_are_swept_after_a_day(self, tmp_path: Path, monkeypatch):
        PageCache(tmp_path, "none")
        half = tmp_path / ".half-x"
        half.write_bytes(b"half")
        PageCache(tmp_path, "none")
        assert half.exists()
        monkeypatch.setattr(cache_module, "_ABANDONED_S", -1.0)
        PageCache(tmp_path, "none")
        assert [p.name for p in files_in(tmp_path)] == ["person.key"]
