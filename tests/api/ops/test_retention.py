"""Deletion really deletes, and only what it should."""

from __future__ import annotations

import os
import time
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from api.audit import verify
from api.errors import Conflict, NotFound
from api.ops import retention
from api.ops.retention import daily, delete_package, orphans, release, sweep
from api.store.blobs import BlobStoreError
from api.store.tables import AuditEntry, Batch, Keyed, PackageRow, Run, RunFile, UploadedFile, now

MARKER = "绝密标记壹贰叁"
sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def files_with(folder, marker):
    """The files of a folder that hold these bytes."""
    wanted = marker.encode()
    return [p for p in folder.rglob("*") if p.is_file() and (wanted in p.read_bytes() or wanted in os.fsencode(p.name))]


def mark(service, package, text=MARKER):
    """Put a marker wherever a package can hold one: rows, file, result, pages, pictures."""
    sha, size = service.blobs.put(text.encode() * 50)
    with service.store.begin() as session:
        row = session.get_one(PackageRow, package)
        row.name, row.decision_note, row.screened = text, text, {"findings": {}, "reasons": [text]}
        session.add(UploadedFile(package_id=package, position=900, name=f"{text}.pdf", sha256=sha, size=size))
        session.add(RunFile(run_id=row.run_id, position=900, name=text, sha256=sha, media_type="text/plain", pages=1))
    for folder in ("pages", "pictures"):
        service.blobs.put_named(f"{folder}/{sha}/x-1/1.bin", text.encode())
    return sha


@sqlite
def test_nothing_is_left_in_any_file(service, settings, finished_package):
    other, package = finished_package("A"), finished_package("A", name="乙")
    mark(service, package)
    assert files_with(settings.data_dir, MARKER)
    delete_package(service, package)
    assert files_with(settings.data_dir, MARKER) == []
    with service.store.begin() as session:
        assert list(session.scalars(select(PackageRow.id))) == [other]


def test_rows_files_pages_pictures_go(service, finished_package):
    package = finished_package("A")
    sha = mark(service, package)
    delete_package(service, package)
    with service.store.begin() as session:
        for table in (PackageRow, Run, RunFile, UploadedFile):
            assert session.scalars(select(table)).all() == []
    assert not service.blobs.exists(sha)
    for folder in ("sha256", "pages", "pictures"):
        assert service.blobs.keys(folder) == []


def test_what_others_share_stays(service, finished_package):
    # the same papers, so the same bytes and the same pages
    kept, gone = finished_package("A"), finished_package("B")
    before = service.blobs.keys("sha256"), service.blobs.keys("pages")
    delete_package(service, gone)
    with service.store.begin() as session:
        row = session.get_one(PackageRow, kept)
        shas = [*session.scalars(select(UploadedFile.sha256).where(UploadedFile.package_id == kept)), row.result]
    assert all(service.blobs.exists(s) for s in shas)
    assert service.blobs.keys("pages") == before[1]
    delete_package(service, kept)
    assert service.blobs.keys("sha256") == service.blobs.keys("pages") == []


def test_the_log_stays_and_tells_of_it(service, finished_package, people):
    package = finished_package("A")
    delete_package(service, package, people["A", "admin"])
    with service.store.begin() as session:
        line = session.scalars(select(AuditEntry).where(AuditEntry.subject == f"package:{package}")).all()[-1]
        assert (line.action, line.user_id) == ("delete", people["A", "admin"].user_id)
    assert verify(service.store).ok


def test_a_package_that_is_not_there(service):
    with pytest.raises(NotFound):
        delete_package(service, "0" * 8)


@sqlite
def test_one_that_does_not_stop_is_left_whole(service, finished_package, monkeypatch):
    monkeypatch.setattr(retention, "_STOP_WAIT_S", 0.2)
    package = finished_package("A")
    with service.store.begin() as session:
        session.execute(update(Run).values(state="reading"))
    with pytest.raises(Conflict, match="要求停止"):
        delete_package(service, package)
    with service.store.begin() as session:
        assert session.get(PackageRow, package) is not None
        assert session.scalars(select(Run.cancel)).one()


@sqlite
def test_a_waiting_one_is_stopped_and_deleted(service, finished_package):
    package = finished_package("A")
    with service.store.begin() as session:
        session.execute(update(Run).values(state="queued"))
    delete_package(service, package)
    with service.store.begin() as session:
        assert session.get(PackageRow, package) is None


@sqlite
def test_a_batch_goes_with_its_last_package(service, finished_package, people):
    packages = [finished_package("A"), finished_package("A", name="乙")]
    with service.store.begin() as session:
        batch = Batch(org_id=people.org["A"], name="一批", created_by=people["A", "reviewer"].user_id)
        session.add(batch)
        session.flush()
        session.execute(update(PackageRow).values(batch_id=batch.id))
    for left, package in zip((1, 0), packages, strict=True):
        delete_package(service, package)
        with service.store.begin() as session:
            assert len(session.scalars(select(Batch)).all()) == left


@sqlite
def test_bytes_handed_in_again_meanwhile_are_put_back(service, finished_package, monkeypatch):
    package = finished_package("A")
    sha = service.blobs.put(b"the same paper")[0]
    plain = service.blobs.delete

    def meanwhile(key):
        plain(key)
        with service.store.begin() as session:
            session.add(UploadedFile(package_id=package, position=901, name="x", sha256=sha, size=1))

    monkeypatch.setattr(service.blobs, "delete", meanwhile)
    assert release(service.store, service.blobs, [sha]) == 0
    assert service.blobs.read(sha) == b"the same paper"


def decide(service, package, days_ago):
    with service.store.begin() as session:
        session.get_one(PackageRow, package).decided_at = now() - timedelta(days=days_ago)


@pytest.fixture
def month(service):
    object.__setattr__(service, "settings", service.settings.model_copy(update={"retention_days": 30}))


@sqlite
def test_only_what_was_decided_long_ago_is_deleted(service, finished_package, month):
    old, young, open_ = (finished_package("A", name=n) for n in "甲乙丙")
    decide(service, old, 31)
    decide(service, young, 29)
    assert sweep(service, dry_run=True).packages == (old,)
    assert sweep(service).packages == (old,)
    with service.store.begin() as session:
        assert set(session.scalars(select(PackageRow.id))) == {young, open_}
        assert session.scalars(select(AuditEntry.action).order_by(AuditEntry.id.desc())).first() == "retention"


@sqlite
def test_without_a_term_nothing_is_deleted(service, finished_package):
    decide(service, finished_package("A"), 9999)
    assert sweep(service).packages == ()


@sqlite
def test_rests_of_uploads_go_after_a_day(service, settings, finished_package):
    finished_package("A")
    mine = service.blobs.keys("sha256")
    sha = service.blobs.put(MARKER.encode())[0]
    service.blobs.put_named(f"pages/{'0' * 64}/x-1/1.json.gz", b"{}")
    assert orphans(service.store, service.blobs) == []
    yesterday = time.time() - 25 * 3600
    for path in (settings.data_dir / "blobs").rglob("*"):
        os.utime(path, (yesterday, yesterday))
    assert sweep(service, dry_run=True).orphans == 2
    assert service.blobs.exists(sha)
    assert sweep(service).orphans == 2
    assert service.blobs.keys("sha256") == mine
    assert not any("0" * 64 in k for k in service.blobs.keys("pages"))


@sqlite
def test_tried_again_where_files_cannot_be_reached(service, monkeypatch):
    def down(*_args):
        raise BlobStoreError("材料存储暂时无法读写")

    with monkeypatch.context() as patch:
        patch.setattr(type(service.blobs), "keys", down)
        assert daily(service) is None
    assert daily(service) is not None


@sqlite
def test_once_a_day(service, finished_package, month):
    decide(service, finished_package("A"), 31)
    moment = now()
    assert daily(service, at=moment) is not None
    assert daily(service, at=moment) is None
    assert daily(service, at=moment + timedelta(days=1)) is not None
    with service.store.begin() as session:
        assert session.get(Keyed, "retention_day") is not None
