"""``/healthz``, ``/readyz``, ``/metrics``: who may see them, and what they say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.exc import OperationalError

from api.ops.memory import process_rss
from api.ops.metrics import PageRate
from api.store.tables import Worker, now

TOKEN = {"Authorization": "Bearer let-me-see"}


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"metrics_token": "let-me-see"})


@pytest.fixture
def worker(service):
    with service.store.begin() as session:
        session.add(Worker(id="w-1", host="h", pid=7, pages_read=12, taken_over=2, rss=1000, reader_rss=2000))
        session.add(Worker(id="gone", host="h", pid=0, pages_read=5, beat_at=now()))


def metrics(client, **kwargs):
    answer = client.get("/metrics", **kwargs)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    families = text_string_to_metric_families(answer.text)
    return {(s.name, *(v for _, v in sorted(s.labels.items()))): s.value for f in families for s in f.samples}


def test_anybody_may_ask_whether_it_lives(client):
    assert client.get("/healthz").json() == {"status": "ok"}


@pytest.mark.parametrize("path", ["/readyz", "/metrics"])
def test_who_may_look(client, client_as, path):
    assert client.get(path).status_code == 401
    assert client.get(path, headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert client.get(path, headers=TOKEN).status_code == 200
    # The numbers are those of all organisations: for who runs the service, A's admin here, and for no other administrator.
    assert client_as("A", "reviewer").get(path).status_code == 403
    assert client_as("B", "admin").get(path).status_code == 403
    assert client_as("A", "admin").get(path).status_code == 200


def test_the_token_opens_nothing_else(client):
    assert client.get("/api/v1/packages", headers=TOKEN).status_code == 401


def test_no_token_set_means_none_is_right(app, client, service):
    object.__setattr__(service, "settings", service.settings.model_copy(update={"metrics_token": ""}))
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 401


def test_ready_tells_of_workers(client, worker):
    assert client.get("/readyz", headers=TOKEN).json() == {"status": "ready", "workers": 1, "waiting": 0}


def test_not_ready_where_workers_keep_dying(app, client):
    class Broken:
        trouble = "处理进程反复启动失败"

    app.state.supervisor = Broken()
    answer = client.get("/readyz", headers=TOKEN)
    assert answer.status_code == 503
    assert answer.json()["detail"] == Broken.trouble


def test_not_ready_without_database(client, service, monkeypatch):
    def down(*_args):
        raise OperationalError("SELECT", {}, Exception("connection refused"))

    monkeypatch.setattr(type(service.store), "begin", down)
    assert client.get("/readyz", headers=TOKEN).status_code == 503
    assert client.get("/healthz").status_code == 200


def test_not_ready_without_files(client, service, monkeypatch):
    from api.store.blobs import BlobStoreError

    def down(*_args):
        raise BlobStoreError("材料存储暂时无法读写")

    monkeypatch.setattr(type(service.blobs), "exists", down)
    assert client.get("/readyz", headers=TOKEN).json()["detail"] == "材料存储暂时无法读写"


def test_metrics_tell_of_work(client, finished_package, worker):
    finished_package("A")
    finished_package("B", name="另一家")
    found = metrics(client, headers=TOKEN)
    assert found["zuozheng_packages", "done"] == 2
    assert found["zuozheng_jobs", "done"] == 2
    assert found["zuozheng_findings", "supported"] == 2
    assert found["zuozheng_findings", "contradicted"] == 2
    assert found["zuozheng_queue_depth", "interactive"] == 0
    assert found["zuozheng_pages_read_total", "w-1"] == 12
    assert found["zuozheng_jobs_taken_over_total", "w-1"] == 2
    assert found["zuozheng_memory_bytes", "reader", "w-1"] == 2000
    assert found["zuozheng_memory_bytes", "main", "web"] > 10e6
    assert ("zuozheng_memory_bytes", "main", "gone") not in found
    assert found["zuozheng_pages_per_second",] == 0


def test_metrics_name_nobody(client, client_as, finished_package):
    finished_package("A")
    client_as("A", "reviewer").get("/api/v1/packages")
    text = client.get("/metrics", headers=TOKEN).text
    assert "闽江" not in text
    assert "reviewer" not in text


def test_pages_per_second_over_a_window():
    rate = PageRate()
    assert rate.update({"a": 100}, at=0.0) == 0
    assert rate.update({"a": 130}, at=10.0) == 3
    assert rate.update({"a": 130, "b": 30}, at=20.0) == 3
    # "a" has gone, which is no negative work
    assert rate.update({"b": 60}, at=30.0) == 3
    assert rate.update({"b": 60}, at=200.0) == 0


def test_memory_of_a_process_that_is_gone():
    assert process_rss() > 0
    assert process_rss(2**22 + 1) == 0


def test_every_metric_is_documented(client, worker):
    table = (Path(__file__).parents[3] / "docs" / "service.md").read_text("utf-8").split("<!-- metrics -->")[1]
    documented = set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE))
    client.get("/healthz")
    families = text_string_to_metric_families(client.get("/metrics", headers=TOKEN).text)
    assert {f.name for f in families} == documented
