"""The door: default-deny, CSRF, tokens, headers."""

from __future__ import annotations

from datetime import timedelta

import anyio
import pytest
from fastapi import FastAPI
from sqlalchemy import select, update
from starlette.testclient import TestClient

from api.app import create_app
from api.people.tokens import create_token
from api.store.engine import Store
from api.store.tables import ApiToken, User, now

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TOKENS = "/api/v1/tokens"


@ONE
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/no/such/page"),
        ("GET", "/static/app.css"),
        ("GET", "/favicon.ico"),
        ("GET", "/docs"),
        ("GET", "/healthz/"),
        ("GET", "//healthz"),
        ("POST", "/healthz"),
        ("POST", "/openapi.json"),
        ("GET", "/api/v1/auth/sign-in"),
        ("GET", "/api/v1/auth/oidc/start"),
        ("GET", "/api/v1/auth/../../healthz"),
        ("GET", "/metrics"),
        ("GET", "/readyz"),
        ("POST", "/api/v1/packages"),
        ("DELETE", "/api/v1/packages/1"),
        ("BREW", "/"),
    ],
)
def test_strangers_get_401_everywhere(client, method, path):
    answer = client.request(method, path)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


@ONE
def test_two_addresses_are_open(client):
    assert client.get("/healthz").status_code == 200
    assert client.get("/openapi.json").status_code == 200


@ONE
def test_nothing_of_a_strangers_body_is_read(app: FastAPI):
    read: list[str] = []
    sent: list[dict] = []

    async def receive():
        read.append("read")
        return {"type": "http.request", "body": b"x" * 1000, "more_body": True}

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http", "method": "POST", "path": "/api/v1/packages", "raw_path": b"/api/v1/packages", "query_string": b"",
        "headers": [(b"content-type", b"multipart/form-data; boundary=x")], "http_version": "1.1", "scheme": "http",
        "root_path": "", "server": ("testserver", 80), "client": ("10.0.0.1", 1),
    }  # fmt: skip
    anyio.run(app, scope, receive, send)
    assert sent[0]["status"] == 401
    assert not read


@ONE
def test_strangers_get_the_sign_in_page_for_pages_only(client):
    html = {"Accept": "text/html,application/xhtml+xml"}
    page = client.get("/batches/5", headers=html)
    assert page.status_code == 401
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["cache-control"] == "no-store"
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    nonce = policy.split("'nonce-")[1].split("'")[0]
    assert f'<style nonce="{nonce}">' in page.text
    assert nonce not in client.get("/batches/5", headers=html).text
    assert client.get("/api/v1/packages", headers=html).headers["content-type"] == "application/problem+json"


def test_changes_from_a_browser_need_the_csrf_token(client_as):
    one = client_as("A", "reviewer")
    good = one.headers.pop("X-CSRF-Token")
    for given in ({}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": "x" * len(good)}, {"X-CSRF-Token": "令牌".encode()}):
        answer = one.post(TOKENS, json={"name": "x"}, headers=given)
        assert (answer.status_code, answer.json()["code"]) == (403, "csrf")
    other = client_as("B", "reviewer").headers["X-CSRF-Token"]
    assert one.post(TOKENS, json={"name": "x"}, headers={"X-CSRF-Token": other}).status_code == 403
    assert one.get(TOKENS).json()["items"] == []
    assert one.post(TOKENS, json={"name": "x"}, headers={"X-CSRF-Token": good}).status_code == 201


def test_a_token_is_shown_once_works_and_is_taken_back(client_as, client, service):
    one = client_as("A", "reviewer")
    made = one.post(TOKENS, json={"name": " 夜间上传 ", "days": 30}).json()
    assert (made["name"], made["scope"], made["last_used_at"]) == ("夜间上传", "api", None)
    secret = {"Authorization": f"Bearer {made['token']}"}
    me = client.get("/api/v1/auth/me", headers=secret).json()
    assert (me["user"]["login"], me["csrf"]) == ("reviewer-a", None)
    (listed,) = one.get(TOKENS).json()["items"]
    assert listed["last_used_at"] is not None
    assert "token" not in listed
    with service.store.begin() as session:
        assert made["token"] not in session.scalars(select(ApiToken.hash)).one()
    assert one.delete(f"{TOKENS}/{made['id']}").status_code == 204
    assert client.get("/api/v1/auth/me", headers=secret).status_code == 401
    assert one.delete(f"{TOKENS}/{made['id']}").status_code == 404


def test_tokens_end_in_time_and_with_the_account(client, token_as, service, people):
    secret = token_as("A", "reviewer")
    for table, change in (
        (ApiToken, {"expires_at": now() - timedelta(seconds=1)}),
        (User, {"disabled": True}),
    ):
        assert client.get("/api/v1/auth/me", headers=secret).status_code == 200
        with service.store.begin() as session:
            session.execute(update(table).values(**change))
        assert client.get("/api/v1/auth/me", headers=secret).status_code == 401
        with service.store.begin() as session:
            session.execute(update(ApiToken).values(expires_at=None))


@ONE
def test_a_token_cannot_make_itself_lasting(client, token_as, people):
    secret = token_as("A", "admin")
    assert client.post(TOKENS, json={"name": "x"}, headers=secret).status_code == 403
    assert client.delete(f"{TOKENS}/x", headers=secret).status_code == 403
    change = {"old": "a", "new": "b"}
    assert client.post("/api/v1/auth/password", json=change, headers=secret).status_code == 403
    assert client.get(TOKENS, headers=secret).status_code == 200
    assert client.get("/api/v1/users", headers=secret).status_code == 200


@ONE
@pytest.mark.parametrize("header", ["Bearer wrong", "Bearer ", "bearer", "Basic YTpi", "", "Bearer zz_" + "x" * 5000])
def test_a_wrong_token_is_not_made_good_by_a_cookie(client_as, header):
    one = client_as("A", "reviewer")
    assert one.get("/api/v1/auth/me", headers={"Authorization": header}).status_code == 401


def test_calendar_tokens_open_the_calendar_only(client, service, people):
    with service.store.begin() as session:
        _, calendar = create_token(session, people["A", "reviewer"], name="日历", scope="calendar", days=None)
        _, full = create_token(session, people["A", "reviewer"], name="全部", scope="api", days=None)
    feed = "/api/v1/watch.ics"
    assert client.get(feed, params={"token": calendar}).status_code != 401
    assert client.get(feed, params={"token": full}).status_code == 401
    assert client.get(feed, params={"token": "x"}).status_code == 401
    assert client.get(feed).status_code == 401
    for path in ("/api/v1/auth/me", "/", "/api/v1/packages"):
        assert client.get(path, params={"token": calendar}).status_code == 401
        assert client.get(path, headers={"Authorization": f"Bearer {calendar}"}).status_code == 401


@ONE
def test_the_metrics_token_opens_two_addresses(settings):
    app = create_app(settings.model_copy(update={"metrics_token": "geheim-42"}))
    with TestClient(app) as client:
        good = {"Authorization": "Bearer geheim-42"}
        assert client.get("/metrics", headers=good).status_code == 200
        assert client.get("/readyz", headers=good).status_code in (200, 503)
        assert client.get("/api/v1/auth/me", headers=good).status_code == 401
        assert client.get("/metrics", headers={"Authorization": "Bearer geheim-43"}).status_code == 401
        assert client.get("/metrics").status_code == 401


@ONE
def test_every_answer_carries_the_security_headers(client, client_as):
    for answer in (
        client_as("A", "reviewer").get("/api/v1/auth/me"),
        client_as("A", "reviewer").get("/no-such-page"),
        client.get("/api/v1/auth/me"),
        client.get("/healthz"),
    ):
        head = answer.headers
        assert head["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in head["content-security-policy"]
        assert "unsafe" not in head["content-security-policy"]
        assert head["referrer-policy"] == "same-origin"
        assert head["cache-control"] == "no-store"


@ONE
def test_a_database_out_of_reach_is_said_so(client, client_as, service, monkeypatch):
    one = client_as("A", "reviewer")
    broken = Store(service.store.engine)

    def begin():
        from sqlite3 import OperationalError as Raw

        from sqlalchemy.exc import OperationalError

        raise OperationalError("select", {}, Raw("database is locked"))

    monkeypatch.setattr(type(broken), "begin", lambda self: begin())
    answer = one.get("/api/v1/auth/me")
    assert (answer.status_code, answer.json()["code"]) == (503, "not-ready")


@ONE
def test_bodies_have_a_limit(client_as):
    one = client_as("A", "reviewer")
    answer = one.post(TOKENS, content=b'"' + b"x" * 9_000_000 + b'"', headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")

    def unending():
        while True:
            yield b"x" * 1_000_000

    parts = (part for part, _ in zip(unending(), range(12), strict=False))
    answer = one.post(TOKENS, content=parts, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 413)
