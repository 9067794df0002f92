"""Reports and labels to take away."""

from __future__ import annotations

import io
import zipfile

import pytest
from docx import Document
from openpyxl import load_workbook

from api.work.exporting import KINDS
from corpora.validate import validate
from tests.api.packages import MARKER

API = "/api/v1/packages"
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def no_pictures(service, monkeypatch):
    """Pictures come from a child process, which these tests do without."""
    from api.store.pictures import NoPicture

    def none(*args, **kwargs):
        raise NoPicture("这一页没有图片")

    monkeypatch.setattr(type(service.pictures), "picture", none)


def corpus(answer, folder):
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        archive.extractall(folder)
    return folder


def accept(client, address, metric):
    desk = client.get(f"{address}/desk").json()
    key = next(f["key"] for f in desk["findings"] if f["metric"] == metric)
    answer = client.post(f"{address}/findings/{key}/review", json={"action": "accept", "version": desk["version"]})
    assert answer.status_code == 200, answer.text
    return desk


@ON_SQLITE
def test_every_report_opens(client_as, finished_package, no_pictures):
    client, package = client_as("A", "reviewer"), finished_package("A", name="闽江：精密")
    accept(client, f"{API}/{package}", "revenue")
    opened = {}
    for what, kind in KINDS.items():
        answer = client.get(f"{API}/{package}/export/{what}")
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == kind.media_type
        assert answer.headers["content-disposition"].startswith("attachment;")
        assert len(answer.content) == int(answer.headers["content-length"])
        opened[what] = answer.content
    assert MARKER in opened["report.html"].decode()
    book = load_workbook(io.BytesIO(opened["report.xlsx"]))
    assert [c.value for c in book["审核意见"][2]][2] == "同意系统结论"
    assert "核对结果" in book.sheetnames
    letter = "\n".join(p.text for p in Document(io.BytesIO(opened["supplement"])).paragraphs)
    assert "补正" in letter or "补充" in letter
    assert load_workbook(io.BytesIO(opened["materials"])).sheetnames
    assert client.get(f"{API}/{package}/export/nonsense").status_code == 422
    actions = [e["action"] for e in client.get(f"{API}/{package}/history").json()["items"]]
    assert actions.count("export") == len(KINDS)


def test_labels_hold_what_was_confirmed_and_pass_the_corpus_check(client_as, finished_package, tmp_path):
    client, package = client_as("A", "reviewer"), finished_package("A")
    address = f"{API}/{package}"
    assert client.get(f"{address}/labels.zip").status_code == 409
    desk = accept(client, address, "revenue")
    field = next(f for f in desk["findings"] if f["metric"] == "total_assets")["fields"][0]
    body = {"kind": "field", "place": field["document_place"], "value": 12345678.9, "version": desk["version"]}
    body |= {k: field[k] for k in ("document_type", "field", "period", "secondary")}
    assert client.post(f"{address}/revisions", json=body).status_code == 200
    finished_package("A", name="没人看过的")
    finished_package("B")
    for path in (f"{address}/labels.zip", "/api/v1/labels.zip"):
        answer = client.get(path)
        assert answer.status_code == 200, answer.text
        root = corpus(answer, tmp_path / path.replace("/", "_"))
        assert validate(root) == []
        lines = (root / "labels.jsonl").read_text("utf-8").splitlines()
        assert len(lines) == 2
        assert '"revenue": {"2022"' in lines[1]
        assert '"total_assets": {"2022": 12345678.9}' in lines[1]
        assert "net_profit" not in lines[1]
    assert client_as("A", "submitter").get("/api/v1/labels.zip").status_code == 403
    assert client_as("B", "reviewer").get("/api/v1/labels.zip").status_code == 409
