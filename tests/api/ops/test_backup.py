"""Backup and restore, from either database into either."""

from __future__ import annotations

import hashlib
import zipfile

import pytest
from sqlalchemy import MetaData, select

from api.audit import verify
from api.jobs.judge import judge_run
from api.ops import backup as module
from api.ops.backup import BackupNotWritten, BackupUnusable, TargetNotEmpty, back_up, restore
from api.ops.retention import delete_package
from api.store.blobs import Blobs
from api.store.engine import Store, make_engine
from api.store.tables import PackageRow, Run, SignIn, now


@pytest.fixture
def empty(tmp_path, request):
    """An empty place of the kind named in the test's parameter: database address, files."""
    blobs = Blobs(f"file://{tmp_path}/new/blobs")
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/new/zuozheng.sqlite", blobs
        return
    server = request.getfixturevalue("postgres")
    if server is None:
        pytest.skip("PostgreSQL is not installed")
    with server.new() as url:
        yield url, blobs


both = pytest.mark.parametrize("empty", ["sqlite", "postgresql"], indirect=True)
once = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
to_sqlite = pytest.mark.parametrize("empty", ["sqlite"], indirect=True)


def content(engine):
    """All rows, but those that are not kept on purpose and those that tell of backup and restore themselves."""
    metadata = MetaData()
    metadata.reflect(engine)
    with engine.connect() as connection:
        rows = {
            t.name: [tuple(map(module._plain, r)) for r in connection.execute(select(t).order_by(*t.primary_key.columns))]
            for t in metadata.sorted_tables
            if t.name not in module._LEFT_OUT
        }
    rows["audit"] = [r for r in rows["audit"] if "backup" not in r and "restore" not in r]
    rows["keyed"] = [r for r in rows["keyed"] if r[0] != "audit_head"]
    return rows


def opened(place):
    return Store(make_engine(place[0]))


@both
def test_everything_comes_back(service, people, finished_package, client_as, empty, tmp_path):
    first = finished_package("A")
    finished_package("B", name="乙")
    client_as("A", "reviewer")
    made = back_up(service.store, service.blobs, tmp_path / "b.zip")
    assert made.missing == made.damaged == made.deleted == []
    restore(tmp_path / "b.zip", *empty)
    store = opened(empty)
    assert content(store.engine) == content(service.store.engine)
    for folder in module.FOLDERS:
        assert empty[1].keys(folder) == service.blobs.keys(folder) != []
    with store.begin() as session:
        assert session.scalars(select(SignIn)).all() == []
        result = session.get_one(PackageRow, first).result
    assert empty[1].read(result) == service.blobs.read(result)
    proof = verify(store)
    assert proof.ok, proof.reason
    store.engine.dispose()


@to_sqlite
@once
def test_restored_packages_can_be_judged_again(service, finished_package, empty, tmp_path, settings):
    from api.service import make_service

    package = finished_package("A")
    back_up(service.store, service.blobs, tmp_path / "b.zip")
    restore(tmp_path / "b.zip", *empty)
    new = make_service(settings.model_copy(update={"data_dir": tmp_path / "new"}))
    with new.store.begin() as session:
        row = session.get_one(PackageRow, package)
        before, run = row.verdict, row.run_id
        session.get_one(Run, run).state = "judging"
    judge_run(new, run)
    with new.store.begin() as session:
        assert session.get_one(PackageRow, package).verdict == before
    new.store.engine.dispose()


@to_sqlite
@once
def test_what_was_under_way_is_queued_again(service, finished_package, empty, tmp_path):
    package = finished_package("A")
    with service.store.begin() as session:
        run = session.get_one(Run, session.get_one(PackageRow, package).run_id)
        run.state, run.worker = "reading", "w-1"
    back_up(service.store, service.blobs, tmp_path / "b.zip")
    restore(tmp_path / "b.zip", *empty)
    store = opened(empty)
    with store.begin() as session:
        run = session.scalars(select(Run)).one()
        assert (run.state, run.worker) == ("queued", None)
    store.engine.dispose()


def test_only_its_owner_may_read_it(service, finished_package, tmp_path):
    finished_package("A")
    back_up(service.store, service.blobs, tmp_path / "b.zip")
    assert (tmp_path / "b.zip").stat().st_mode & 0o077 == 0


@once
def test_nothing_is_overwritten(service, tmp_path):
    (tmp_path / "b.zip").write_bytes(b"mine")
    with pytest.raises(BackupNotWritten, match="已存在"):
        back_up(service.store, service.blobs, tmp_path / "b.zip")
    assert (tmp_path / "b.zip").read_bytes() == b"mine"


@once
@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError(28, "No space left on device"), MemoryError])
def test_a_broken_off_backup_leaves_nothing(service, finished_package, tmp_path, monkeypatch, error):
    finished_package("A")
    folder = tmp_path / "backups"
    folder.mkdir()

    def broken(*_args):
        raise error

    monkeypatch.setattr(module, "_write_blob", broken)
    with pytest.raises((BackupNotWritten, KeyboardInterrupt, MemoryError)):
        back_up(service.store, service.blobs, folder / "b.zip")
    assert list(folder.iterdir()) == []


@once
def test_a_folder_that_is_not_there(service, tmp_path):
    with pytest.raises(BackupNotWritten, match="无法写入"):
        back_up(service.store, service.blobs, tmp_path / "nowhere" / "b.zip")


@once
@to_sqlite
def test_only_into_an_empty_place(service, settings, finished_package, empty, tmp_path):
    finished_package("A")
    back_up(service.store, service.blobs, tmp_path / "b.zip")
    with pytest.raises(TargetNotEmpty, match="数据库里已有数据"):
        restore(tmp_path / "b.zip", settings.database, empty[1])
    empty[1].put(b"somebody's")
    with pytest.raises(TargetNotEmpty, match="已有文件"):
        restore(tmp_path / "b.zip", *empty)


@once
@to_sqlite
def test_a_broken_off_restore_may_be_run_again(service, finished_package, empty, tmp_path, monkeypatch):
    finished_package("A")
    back_up(service.store, service.blobs, tmp_path / "b.zip")
    with monkeypatch.context() as patch:
        patch.setattr(module, "_read_tables", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            restore(tmp_path / "b.zip", *empty)
    restore(tmp_path / "b.zip", *empty)
    store = opened(empty)
    assert verify(store).ok
    assert empty[1].get_named(module.MARK) is None
    store.engine.dispose()


@once
def test_deleted_while_it_was_made_stays_deleted(service, finished_package, tmp_path, monkeypatch, people):
    kept, gone = finished_package("A"), finished_package("A", name="乙")
    plain = module._write_blob
    todo = [gone]

    def meanwhile(*args):
        while todo:
            delete_package(service, todo.pop())
        plain(*args)

    monkeypatch.setattr(module, "_write_blob", meanwhile)
    made = back_up(service.store, service.blobs, tmp_path / "b.zip")
    assert made.deleted == [gone]
    assert made.missing == []
    place = f"sqlite:///{tmp_path}/new/zuozheng.sqlite", Blobs(f"file://{tmp_path}/new/blobs")
    restore(tmp_path / "b.zip", *place)
    store = opened(place)
    with store.begin() as session:
        assert list(session.scalars(select(PackageRow.id))) == [kept]
    store.engine.dispose()


@once
def test_what_is_missing_or_damaged_is_told(service, finished_package, tmp_path):
    finished_package("A")
    with service.store.begin() as session:
        result = session.scalars(select(PackageRow.result)).one()
    other = next(k for k in service.blobs.keys("sha256") if module._sha(k) != result)
    service.blobs.delete(result)
    (tmp_path / "data" / "blobs" / other).write_bytes(b"rotten")
    made = back_up(service.store, service.blobs, tmp_path / "b.zip")
    assert made.missing == [result]
    assert made.damaged == [other]


@pytest.mark.parametrize("content", [b"", b"no zip at all", b"PK\x05\x06" + bytes(18)])
def test_no_backup_at_all(tmp_path, content):
    path = tmp_path / "b.zip"
    path.write_bytes(content)
    with pytest.raises(BackupUnusable):
        restore(path, f"sqlite:///{tmp_path}/new/z.sqlite", Blobs(f"file://{tmp_path}/new/blobs"))
    with pytest.raises(BackupUnusable, match="核对路径"):
        restore(tmp_path / "none.zip", f"sqlite:///{tmp_path}/new/z.sqlite", Blobs(f"file://{tmp_path}/new/blobs"))


def test_a_changed_file_in_a_backup_is_noticed(tmp_path):
    sha = hashlib.sha256(b"true").hexdigest()
    manifest = module.Manifest(made_at=now(), revision="0001", rows={}, blobs=1, bytes=4)
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr(f"blobs/sha256/{sha[:2]}/{sha[2:]}", b"false")
        archive.writestr(module.MANIFEST, manifest.model_dump_json())
    with pytest.raises(BackupUnusable, match="内容与其编号不符"):
        restore(tmp_path / "b.zip", f"sqlite:///{tmp_path}/new/z.sqlite", Blobs(f"file://{tmp_path}/new/blobs"))


def test_a_backup_of_the_future(tmp_path):
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        made = module.Manifest(format="zuozheng.backup/2", made_at=now(), revision="9", rows={}, blobs=0, bytes=0)
        archive.writestr(module.MANIFEST, made.model_dump_json())
    with pytest.raises(BackupUnusable, match="新版程序"):
        restore(tmp_path / "b.zip", f"sqlite:///{tmp_path}/new/z.sqlite", Blobs(f"file://{tmp_path}/new/blobs"))
