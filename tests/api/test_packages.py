"""Upload, list, look, change, delete."""

from __future__ import annotations

import io
import json
import unicodedata
import zipfile
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.errors import Unusable
from api.jobs.judge import judge_run
from api.store.tables import PackageRow, Run, RunFile, UploadedFile, now
from api.work import upload as upload_module
from api.work.file_names import clean_name, distinct
from tests.api.packages import FILE, POLICY, pages, tiff

API = "/api/v1/packages"
DECLARED = {
    "enterprise": {"name": "江州青禾精密制造有限公司"},
    "as_of": "2023-05-06",
    "declared": [{"metric": "revenue", "period": "2022", "value": 8123.45, "unit": "万元"}],
}
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def upload(client, *files, **fields):
    parts = [("files", (name, data, "application/octet-stream")) for name, data in files]
    parts += [("declared", fields.pop("declared"))] if "declared" in fields else []
    data = {k: v for k, v in fields.items() if v is not None}
    return client.post(API, files=parts or [("files", ("", b""))], data=data)


def test_upload_keeps_paths_and_reads_the_declaration_at_the_top(client_as, service):
    client = client_as("A", "submitter")
    answer = upload(
        client,
        ("闽江材料/declared.json", json.dumps(DECLARED).encode()),
        ("闽江材料/证书/1.jpg", b"one"),
        ("闽江材料/证书/2.jpg", b"two"),
        ("闽江材料/.DS_Store", b"clutter"),
        policies=POLICY,
    )
    assert answer.status_code == 201, answer.text
    package = answer.json()
    assert (package["name"], package["enterprise"], package["declared"]) == ("闽江材料", "江州青禾精密制造有限公司", 1)
    assert package["policies"] == [POLICY]
    assert package["run"]["state"] == "queued"
    with service.store.begin() as session:
        rows = session.query(UploadedFile).order_by(UploadedFile.position).all()
        assert [r.name for r in rows] == ["declared.json", "证书/1.jpg", "证书/2.jpg"]
        assert service.blobs.read(rows[1].sha256) == b"one"
        assert session.get(PackageRow, package["id"]).declared_file == 0
    assert not list((service.settings.data_dir / "uploads").iterdir())


def test_a_broken_declaration_never_loses_the_files(client_as):
    client = client_as("A", "submitter")
    answer = upload(client, ("a.pdf", b"%PDF-"), declared=("申报.csv", "指标,申报值\n营业收入,不是数\n".encode(), "text/csv"))
    assert answer.status_code == 201, answer.text
    package = answer.json()
    assert package["declared"] is None
    assert package["remarks"][0].startswith("申报数据未采用")
    fixed = client.post(
        f"{API}/{package['id']}/declaration", files={"declared": ("d.json", json.dumps(DECLARED).encode(), "application/json")}
    )
    assert fixed.status_code == 200, fixed.text
    assert (fixed.json()["declared"], fixed.json()["remarks"]) == (1, [])


@ON_SQLITE
@pytest.mark.parametrize("name", ["../a.pdf", "/etc/a.pdf", "C:/a.pdf", "x/../../a.pdf", "a\\..\\..\\b"])
def test_names_that_climb_out_are_refused(client_as, name):
    answer = upload(client_as("A", "submitter"), (name, b"x"))
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@given(st.text())
def test_a_clean_name_is_a_path_inside_a_folder(name):
    try:
        clean = clean_name(name)
    except Unusable:
        return
    parts = clean.split("/")
    assert all(p and p not in (".", "..") and len(p.encode()) <= 255 for p in parts)
    assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs") for c in clean)
    assert clean_name(clean) == clean


@given(st.lists(st.text("ab/", min_size=1).filter(lambda n: n.strip("/") == n and "//" not in n)))
def test_distinct_names_lie_beside_each_other(names):
    made = distinct(names)
    assert len(set(made)) == len(names)
    folders = {str(parent) for name in made for parent in PurePosixPath(name).parents}
    assert not folders & set(made)


@ON_SQLITE
def test_nothing_uploaded_is_told(client_as):
    client = client_as("A", "submitter")
    assert upload(client).status_code == 422
    assert client.post(API, json={}).status_code == 400
    assert upload(client, ("a.pdf", b"x"), policies="no-such-policy").status_code == 422
    assert upload(client, ("a.pdf", b"x"), as_of="gestern").status_code == 422
    broken = client.post(API, content=b"--x\r\nhalf", headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert broken.status_code == 400


@ON_SQLITE
def test_long_and_equal_names_are_kept_apart(client_as, service):
    long = "很" * 120 + ".pdf"
    answer = upload(client_as("A", "submitter"), ("a.pdf", b"1"), ("a.pdf", b"2"), (long, b"3"))
    assert answer.status_code == 201
    with service.store.begin() as session:
        names = [r.name for r in session.query(UploadedFile).order_by(UploadedFile.position)]
    assert names[:2] == ["a.pdf", "a (2).pdf"]
    assert names[2].endswith("….pdf")
    assert len(names[2].encode()) <= 255


@ON_SQLITE
def test_limits_of_an_upload(app, client_as, service):
    client = client_as("A", "submitter")
    small = service.settings.model_copy(update={"max_upload_files": 2, "max_upload_mb": 1})
    object.__setattr__(service, "settings", small)
    assert upload(client, ("a", b"1"), ("b", b"2"), ("c", b"3")).status_code == 413
    big = upload(client, ("a", b"x" * (1 << 20) + b"more"))
    assert big.status_code == 413
    assert "请" in big.json()["detail"]

    def unannounced():
        yield b"--x\r\nContent-Disposition: form-data; name=files; filename=a\r\n\r\n"
        for _ in range(20):
            yield b"y" * 100_000

    chunked = client.post(API, content=unannounced(), headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert chunked.status_code == 413
    assert not list((service.settings.data_dir / "uploads").iterdir())


def test_list_filters_and_sorts(client_as, finished_package):
    done = finished_package("A", name="已核对的")
    client = client_as("A", "reviewer")
    queued = upload(client, ("a.pdf", b"x"), name="100%_新的").json()["id"]
    finished_package("B", name="别人的")

    def ids(**query):
        answer = client.get(API, params=query)
        assert answer.status_code == 200, answer.text
        assert answer.json()["total"] == len(answer.json()["items"])
        return [p["id"] for p in answer.json()["items"]]

    assert ids() == [queued, done]
    assert ids(sort="risk") == [done, queued]
    assert set(ids(sort="name")) == {done, queued}
    assert ids(state="live") == ids(state="queued") == [queued]
    assert ids(state="open") == ids(state="done") == ids(verdict="fail") == [done]
    assert ids(q="100%_") == [queued]
    assert ids(q="%") == [queued]
    assert ids(q="没有") == ids(verdict="pass") == ids(batch="x") == []
    second = client.get(API, params={"page": 2, "page_size": 1}).json()
    assert (len(second["items"]), second["total"]) == (1, 2)
    assert client.get(API, params={"q": "\x00"}).status_code == 422


def test_a_submitter_sees_only_their_own(client_as, finished_package):
    other, own = finished_package("A"), finished_package("A", by="submitter")
    client = client_as("A", "submitter")
    assert [p["id"] for p in client.get(API).json()["items"]] == [own]
    assert client.get(f"{API}/{own}").status_code == 200
    for path in ("", "/desk", "/result", "/history", "/progress", "/export/report.xlsx", "/pages/0/1/text", "/pages/0/1/picture"):
        assert client.get(f"{API}/{other}{path}").status_code == 404
    assert client.get(f"{API}/{own}/files/0").status_code == 403
    assert client.get(f"{API}/{own}/pages/0/1/picture?unmasked=true").status_code == 403


def test_result_text_and_original(client_as, finished_package):
    client, package = client_as("A", "reviewer"), finished_package("A")
    result = client.get(f"{API}/{package}/result").json()
    assert result["schema"] == "zuozheng.result/1"
    assert result["files"][0]["name"] == FILE
    text = client.get(f"{API}/{package}/pages/0/2/text").json()
    assert any("资产总计" in line["text"] for line in text["lines"])
    assert client.get(f"{API}/{package}/pages/0/9/text").status_code == 404
    original = client.get(f"{API}/{package}/files/0")
    assert original.content == tiff()
    assert original.headers["content-type"] == "application/octet-stream"
    assert "filename*=UTF-8''2022%E5%B9%B4" in original.headers["content-disposition"]
    assert client.get(f"{API}/{package}/files/7").status_code == 404
    actions = [e["action"] for e in client.get(f"{API}/{package}/history").json()["items"]]
    assert "download" in actions


def test_progress_ends_with_the_run(client_as, finished_package, service):
    client, package = client_as("A", "reviewer"), finished_package("A")
    with client.stream("GET", f"{API}/{package}/progress") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        events = "".join(answer.iter_text())
    assert events.startswith("event: progress\n")
    assert '"state": "done"' in events
    assert events.rstrip().rpartition("\n\n")[2].startswith("event: end\n")


def test_cancel_and_retry(client_as, finished_package):
    client = client_as("A", "reviewer")
    queued = upload(client, ("a.pdf", b"x")).json()["id"]
    assert client.post(f"{API}/{queued}/retry").status_code == 409
    stopped = client.post(f"{API}/{queued}/cancel")
    assert stopped.json()["run"]["state"] == "cancelled", stopped.text
    assert client.post(f"{API}/{queued}/cancel").status_code == 409
    again = client.post(f"{API}/{queued}/retry")
    assert again.json()["run"]["state"] == "queued", again.text


def test_changes_are_judged_at_once(client_as, finished_package):
    client, package = client_as("A", "reviewer"), finished_package("A")
    before = client.get(f"{API}/{package}/desk").json()
    contradicted = next(f for f in before["findings"] if f["verdict"] == "contradicted")
    declared = {
        "enterprise": {"name": before["package"]["enterprise"]},
        "as_of": "2023-05-06",
        "declared": [{"metric": "total_assets", "period": "2022", "unit": "万元", "value": contradicted["evidenced"]["value"]}],
    }
    after = client.patch(f"{API}/{package}", json={"declaration": declared, "version": before["version"]})
    assert after.status_code == 200, after.text
    assert after.json()["version"] == before["version"] + 1
    assert after.json()["counts"] == {"supported": 1}
    stale = client.patch(f"{API}/{package}", json={"policies": [], "version": before["version"]})
    assert stale.status_code == 409
    none = client.patch(f"{API}/{package}", json={"policies": [], "name": "新名称"}).json()
    assert (none["policies"], none["name"]) == ([], "新名称")
    assert client.patch(f"{API}/{package}", json={"policies": ["nonsense"]}).status_code == 422
    assert client.patch(f"{API}/{package}", json={"declaration": {"declared": [{"metric": 1}]}}).status_code == 422


def test_decimals_of_a_declaration_are_kept(client_as, finished_package, service):
    client, package = client_as("A", "reviewer"), finished_package("A")
    figure = '{"metric": "revenue", "period": "2022", "value": 8123.40, "unit": "万元"}'
    body = f'{{"declaration": {{"enterprise": {{"name": "甲"}}, "declared": [{figure}]}}}}'
    answer = client.patch(f"{API}/{package}", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 200, answer.text
    with service.store.begin() as session:
        assert session.get(PackageRow, package).declaration["declared"][0]["decimals"] == 2


def test_a_declaration_inside_a_zip_is_found_by_the_worker(client_as, service):
    client = client_as("A", "reviewer")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("材料/declared.json", json.dumps(DECLARED))
        archive.writestr("材料/报告.tif", tiff())
    package = upload(client, ("闽江.zip", buffer.getvalue())).json()
    assert (package["name"], package["declared"]) == ("闽江", None)
    declared, _ = service.blobs.put(json.dumps(DECLARED).encode())
    sha, _ = service.blobs.put(tiff())
    run_id = package["run"]["id"]
    for page in pages():
        service.pages.keep(sha, page.model_copy(update={"file": 1}), reader=service.pages.reader, run_id=run_id)
    with service.store.begin() as session:
        run = session.get_one(Run, run_id)
        run.state, run.reader, run.started_at = "judging", service.pages.reader, now()
        common = {"run_id": run_id}
        session.add(
            RunFile(**common, position=0, name="闽江.zip/材料/declared.json", sha256=declared, media_type="application/json",
                    pages=0, error="不支持这种文件")
        )  # fmt: skip
        session.add(
            RunFile(**common, position=1, name="闽江.zip/材料/报告.tif", sha256=sha, media_type="image/tiff", pages=3)
        )  # fmt: skip
    judge_run(service, run_id)
    judged = client.get(f"{API}/{package['id']}").json()
    assert (judged["declared"], judged["run"]["state"], judged["version"]) == (1, "done", 1)
    judge_run(service, run_id)
    assert client.get(f"{API}/{package['id']}").json()["version"] == 1
    files = client.get(f"{API}/{package['id']}/result").json()["files"]
    assert files[0]["error"] is None
    assert "不作为证据" in files[0]["note"]


def test_deletion_leaves_nothing(client_as, finished_package, service):
    package = finished_package("A")
    assert client_as("A", "reviewer").delete(f"{API}/{package}").status_code == 403
    admin = client_as("A", "admin")
    assert admin.delete(f"{API}/{package}").status_code == 204
    assert admin.get(f"{API}/{package}").status_code == 404
    blobs = service.settings.data_dir / "blobs"
    assert [p for p in blobs.rglob("*") if p.is_file()] == []


@ON_SQLITE
def test_bytes_deleted_while_they_are_uploaded_again_are_put_back(client_as, service, monkeypatch):
    """Another package with the same file is deleted after the bytes were found there and before this one is written."""
    client, admin = client_as("A", "submitter"), client_as("A", "admin")
    first = upload(client, ("a.pdf", b"same bytes")).json()["id"]
    keep = upload_module.store_files

    def keep_and_delete(*args):
        kept = keep(*args)
        assert admin.delete(f"{API}/{first}").status_code == 204
        return kept

    monkeypatch.setattr(upload_module, "store_files", keep_and_delete)
    answer = upload(client, ("b.pdf", b"same bytes"))
    assert answer.status_code == 201, answer.text
    with service.store.begin() as session:
        (row,) = session.query(UploadedFile).all()
    assert service.blobs.read(row.sha256) == b"same bytes"


@ON_SQLITE
def test_thumbnails_are_masked_and_of_one_size(client_as, finished_package):
    client, package = client_as("A", "reviewer"), finished_package("A")
    path = f"{API}/{package}/pages/0/1/picture"
    assert client.get(path, params={"width": 100}).status_code == 422
    both = client.get(path, params={"width": 240, "unmasked": True})
    assert (both.status_code, "缩略图" in both.json()["detail"]) == (422, True)


@ON_SQLITE
def test_wrong_choices_are_told_in_chinese(client_as):
    detail = client_as("A", "reviewer").get(API, params={"state": "nonsense"}).json()["detail"]
    assert "只能是 live、queued、" in detail
    assert " or " not in detail
