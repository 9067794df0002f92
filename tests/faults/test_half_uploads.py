"""Uploads that break off, in every way: plainly gone, nothing stays; what was acknowledged stays."""

from __future__ import annotations

import asyncio
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from api.ops.leftovers import sweep_half_written, sweep_staging
from api.store.blobs import Blobs
from api.store.tables import PackageRow, UploadedFile
from api.work import batches_intake
from tests.api.batches import hand_in, zipped
from tests.faults.conftest import files_in

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
A_PID_NOBODY_HAS = 2**22 + 5
BODY = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n' + b"x" * 100_000


def cut_off(app: Any, token: dict[str, str]) -> tuple[int, dict[str, Any]]:
    """Send half of an upload and hang up; what was answered."""
    headers = [(b"content-type", b"multipart/form-data; boundary=b"), (b"host", b"testserver")]
    headers += [(k.lower().encode(), v.encode()) for k, v in token.items()]
    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
             "path": "/api/v1/packages", "raw_path": b"/api/v1/packages", "query_string": b"", "headers": headers,
             "client": ("127.0.0.1", 1), "server": ("testserver", 80), "state": {}}  # fmt: skip
    coming = iter([{"type": "http.request", "body": BODY, "more_body": True}])
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return next(coming, {"type": "http.disconnect"})

    async def send(message: Any) -> None:
        sent.append(dict(message))

    asyncio.run(app(scope, receive, send))
    return sent[0]["status"], json.loads(b"".join(m.get("body", b"") for m in sent))


@ON_SQLITE
def test_connection_cut_in_the_middle(app, client, token_as, service, caplog):
    status, said = cut_off(app, token_as("A", "submitter"))
    assert (status, said["code"]) == (400, "bad-request")
    assert "重新上传" in said["detail"]
    home = service.settings.data_dir
    assert list((home / "uploads").iterdir()) == files_in(home / "blobs") == []
    with service.store.begin() as session:
        assert session.query(PackageRow).count() == 0
    assert "unexpected" not in caplog.text


def test_staging_of_killed_processes_goes_when_the_service_starts(tmp_path: Path):
    uploads = tmp_path / "uploads"
    mine, dead, living, old = (f"up-{os.getpid()}-x", f"up-{A_PID_NOBODY_HAS}-x", f"up-{os.getppid()}-x", "up-older")
    for name in (mine, dead, living, old):
        (uploads / name).mkdir(parents=True)
        (uploads / name / "000000").write_bytes(b"half")
    assert sweep_staging(tmp_path) == 1
    assert {p.name for p in uploads.iterdir()} == {mine, living, old}
    os.utime(uploads / old, (0, 0))
    os.utime(uploads / living, (0, 0))  # an upload under way, whatever the clock says
    assert sweep_staging(tmp_path, starting=True) == 2
    assert {p.name for p in uploads.iterdir()} == {living}


def test_half_written_files_of_the_store_go_after_a_day(tmp_path: Path):
    blobs = Blobs(f"file://{tmp_path}/b")
    blobs.put(b"whole")
    for name, age in ((".new", 0), (".old", 25 * 3600)):
        path = tmp_path / "b" / name
        path.write_bytes(b"half")
        os.utime(path, (time.time() - age,) * 2)
    assert sweep_half_written(blobs) == 1
    assert [p.name for p in (tmp_path / "b").iterdir() if p.is_file()] == [".new"]
    assert sweep_half_written(Blobs("memory://nothing-local")) == 0


@ON_SQLITE
def test_batch_whose_bytes_are_deleted_meanwhile(client_as, service, monkeypatch):
    """Another package with the same file is deleted after its bytes were found there and before the batch is written."""
    client, admin = client_as("A", "reviewer"), client_as("A", "admin")
    first = client.post("/api/v1/packages", files=[("files", ("a.pdf", b"same bytes"))]).json()["id"]
    keep = batches_intake._stored

    def keep_and_delete(*args: Any) -> Any:
        kept = keep(*args)
        assert admin.delete(f"/api/v1/packages/{first}").status_code == 204
        return kept

    monkeypatch.setattr(batches_intake, "_stored", keep_and_delete)
    answer = hand_in(client, ("批.zip", zipped({"甲/a.pdf": b"same bytes", "乙/b.pdf": b"other"})))
    assert answer.status_code == 201, answer.text
    with service.store.begin() as session:
        kept = {f.name: service.blobs.read(f.sha256) for f in session.query(UploadedFile)}
    assert kept == {"a.pdf": b"same bytes", "b.pdf": b"other"}
