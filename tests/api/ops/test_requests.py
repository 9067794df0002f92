"""Ids of requests, and what is counted of them."""

from __future__ import annotations

import re

import pytest
from prometheus_client.parser import text_string_to_metric_families

from api.ops.requests import HEADER, UNROUTED, route_template
from api.ops.tracing import Tracing, tracing
from api.settings import ServiceSettings

on_one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@on_one_database
def test_a_request_gets_an_id(client):
    first, second = (client.get("/healthz").headers[HEADER] for _ in range(2))
    assert re.fullmatch("[0-9a-f]{32}", first)
    assert first != second


@on_one_database
def test_a_usable_id_is_kept(client):
    assert client.get("/healthz", headers={HEADER: "proxy-4711-abc"}).headers[HEADER] == "proxy-4711-abc"
    answer = client.get("/api/v1/packages", headers={HEADER: "proxy-4711-abc"})
    assert answer.json()["request_id"] == answer.headers[HEADER] == "proxy-4711-abc"


@pytest.mark.parametrize("given", ["", "short", "a" * 65, "has space here", "crlf\tinjection", '"quoted-id-here"'])
@on_one_database
def test_an_unusable_id_is_replaced(client, given):
    assert re.fullmatch("[0-9a-f]{32}", client.get("/healthz", headers={HEADER: given}).headers[HEADER])


@on_one_database
def test_an_answer_to_a_mistake_of_ours_has_the_id(app, client_as):
    @app.get("/api/v1/broken")
    def broken():
        raise RuntimeError

    answer = client_as("A", "reviewer").get("/api/v1/broken")
    assert answer.status_code == 500
    assert answer.json()["request_id"] == answer.headers[HEADER]


def samples(app):
    from prometheus_client import generate_latest

    text = generate_latest(app.state.request_metrics.registry).decode()
    return {(s.name, *sorted(s.labels.items())): s.value for f in text_string_to_metric_families(text) for s in f.samples}


@on_one_database
def test_requests_are_counted_by_route(app, client_as):
    reviewer = client_as("A", "reviewer")
    for number in range(3):
        reviewer.get(f"/api/v1/packages/00000000-0000-4000-8000-00000000000{number}")
    reviewer.get("/no/such/place")
    reviewer.request("BREW", "/healthz")
    found = samples(app)
    route = ("route", "/api/v1/packages/{package_id}")
    assert [v for k, v in found.items() if k[0] == "zuozheng_requests_total" and route[1] in dict(k[1:])["route"]] == [3]
    routes = {dict(k[1:])["route"] for k in found}
    assert UNROUTED in routes
    assert not any("/no/such" in r or "00000000" in r for r in routes)
    assert {dict(k[1:])["method"] for k in found} <= {"GET", "POST", "OTHER"}


def test_the_template_of_a_route_behind_a_prefix():
    class Route:
        path_format = "/{package}/files/{position}"

    scope = {"route": Route, "path": "/api/v1/p1/files/3", "path_params": {"package": "p1", "position": 3}}
    assert route_template(scope) == "/api/v1/{package}/files/{position}"


@on_one_database
def test_a_span_per_request_without_anything_personal(app, client):
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    exporter = InMemorySpanExporter()
    app.state.tracing = Tracing(exporter)
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    client.get("/healthz", params={"name": "张三"}, headers={"traceparent": parent})
    app.state.tracing.close()
    (span,) = exporter.get_finished_spans()
    assert span.name == "GET /healthz"
    assert f"{span.context.trace_id:032x}" == parent.split("-")[1]
    assert set(span.attributes) == {"http.request.method", "http.route", "http.response.status_code", "request_id"}


def test_no_tracing_unless_asked_for():
    assert tracing(ServiceSettings(_env_file=None)) is None
