"""Cookies, sessions, headers, bodies: what stands before every answer of the service."""

from __future__ import annotations

import re

import anyio
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.app import create_app
from api.people.guard import BODY_LIMIT
from tests.api.conftest import PASSWORD, ClientAs
from tests.api.packages import POLICY
from tests.api.test_isolation import API, RULES, address, call, known

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

EVERYWHERE = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


def guarded(answer, what: str) -> None:
    head = answer.headers
    for name, value in EVERYWHERE.items():
        assert head.get(name) == value, f"{what}: {name}"
    policy = head["content-security-policy"]
    assert "frame-ancestors 'none'" in policy, what
    assert "unsafe" not in policy, what
    assert "*" not in policy, what
    if answer.content:
        assert head.get("content-type"), what
    assert "server" not in head, what
    assert "access-control-allow-origin" not in head, what


def test_every_route_answers_with_the_headers_whoever_asks(app: FastAPI, client, client_as: ClientAs, finished_package):
    """The own package, another's, a stranger: answers, refusals and mistakes alike."""
    own = finished_package("A")
    ids = {"package_id": own, "user_id": "0", "token_id": "0"}
    admin = client_as("A", "admin")
    for who, one in (("stranger", client), ("admin", admin)):
        for method, path, rule in known(app, *{r.about for r in RULES.values()}):
            if who == "admin" and (rule.slow or method == "DELETE" or path.endswith(("/sign-out", "/cancel", "/retry"))):
                continue
            answer = call(one, method, address(path, **ids), rule)
            what = f"{who} {method} {path} {answer.status_code}"
            guarded(answer, what)
            if path.startswith("/api/"):
                assert answer.headers["content-security-policy"].startswith("default-src 'none'"), what
            if "/static/" not in path and "/picture" not in path:
                assert answer.headers["cache-control"] == "no-store", what
    for odd in ("/no/such/page", f"{API}/packages/{own}/nothing", "/static/nothing.js"):
        guarded(admin.get(odd), odd)
    guarded(admin.post(f"{API}/tokens", content=b"{", headers={"Content-Type": "application/json"}), "no JSON")
    guarded(admin.request("BREW", "/"), "no method")


def test_what_opens_on_its_own_can_run_nothing(client_as: ClientAs, finished_package):
    """Originals, exports and data are no pages: they lie in a sandbox, and are handed out as files."""
    client, package = client_as("A", "reviewer"), finished_package("A")
    exports = [f"export/{what}" for what in ("result.json", "report.xlsx", "supplement", "precheck", "materials")]
    for path in ("files/0", *exports, "result"):
        answer = client.get(f"{API}/packages/{package}/{path}")
        assert answer.status_code == 200, path
        assert "sandbox" in answer.headers["content-security-policy"]
        assert not answer.headers["content-type"].startswith("text/html")
        if path != "result":
            assert answer.headers["content-disposition"].startswith("attachment;")
    original = client.get(f"{API}/packages/{package}/files/0")
    assert original.headers["content-type"] == "application/octet-stream"
    form = client.get(f"{API}/policies/{POLICY}/template.xlsx")
    assert form.headers["content-disposition"].startswith("attachment;")


@pytest.fixture
def behind_tls(settings, people):
    app = create_app(settings.model_copy(update={"secure_cookies": True}))
    with TestClient(app, base_url="https://testserver", raise_server_exceptions=False) as one:
        yield one


def test_over_https_the_cookie_is_bound_to_the_host(behind_tls):
    answer = behind_tls.post(f"{API}/auth/sign-in", json={"login": "reviewer-a", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    name = re.match("[^=]+", cookie)
    assert name is not None
    assert name[0] == "__Host-zz_session"
    flags = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"secure", "httponly", "samesite=lax", "path=/"} <= flags
    assert not any(flag.startswith("domain") for flag in flags)
    assert answer.headers["strict-transport-security"].startswith("max-age=31536000")
    assert behind_tls.get(f"{API}/auth/me").status_code == 200
    value = behind_tls.cookies["__Host-zz_session"]
    plain = TestClient(behind_tls.app, base_url="https://testserver", cookies={"zz_session": value})
    assert plain.get(f"{API}/auth/me").status_code == 401, "another page's cookie under the plain name means nothing"
    csrf = {"X-CSRF-Token": answer.json()["csrf"]}
    gone = behind_tls.post(f"{API}/auth/sign-out", headers=csrf)
    assert gone.headers["set-cookie"].startswith('__Host-zz_session="";')
    assert behind_tls.get(f"{API}/auth/me").status_code == 401


def test_signing_out_everywhere_ends_all_sessions_of_the_person(app, client_as: ClientAs, people):
    here, other = client_as("A", "reviewer"), client_as("A", "submitter")
    there = TestClient(app)
    assert there.post(f"{API}/auth/sign-in", json={"login": "reviewer-a", "password": PASSWORD}).status_code == 200
    assert here.post(f"{API}/auth/sign-out", params={"everywhere": "true"}).status_code == 204
    assert here.get(f"{API}/auth/me").status_code == 401
    assert there.get(f"{API}/auth/me").status_code == 401
    assert other.get(f"{API}/auth/me").status_code == 200, "nobody else's"


def test_signing_out_ends_this_session_only(app, client_as: ClientAs):
    here, there = client_as("A", "reviewer"), TestClient(app)
    assert there.post(f"{API}/auth/sign-in", json={"login": "reviewer-a", "password": PASSWORD}).status_code == 200
    assert here.post(f"{API}/auth/sign-out").status_code == 204
    assert there.get(f"{API}/auth/me").status_code == 200


def test_a_lesser_role_counts_at_once(client_as: ClientAs, people):
    reviewer, admin = client_as("A", "reviewer"), client_as("A", "admin")
    assert reviewer.get(f"{API}/batches").status_code == 200
    changed = admin.patch(f"{API}/users/{people['A', 'reviewer'].user_id}", json={"role": "submitter"})
    assert changed.status_code == 200
    assert reviewer.get(f"{API}/batches").status_code == 403


@pytest.mark.parametrize("path", ["tokens", "watch/changes", "auth/password", "auth/sign-in"])
def test_a_form_where_none_is_taken_is_a_body_like_any(app: FastAPI, client_as: ClientAs, path):
    """Only uploads are read in pieces; whatever else is held in memory has a limit, whatever it calls itself."""
    admin = client_as("A", "admin")
    headers = {
        "content-type": "multipart/form-data; boundary=x", "x-csrf-token": admin.headers["X-CSRF-Token"],
        "cookie": "; ".join(f"{name}={value}" for name, value in admin.cookies.items()),
    }  # fmt: skip
    taken, sent = 0, []

    async def receive():
        nonlocal taken
        taken += 1 << 20
        assert taken < 4 * BODY_LIMIT, "it is read without end"
        return {"type": "http.request", "body": b"x" * (1 << 20), "more_body": True}

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http", "method": "POST", "path": f"{API}/{path}", "raw_path": f"{API}/{path}".encode(), "query_string": b"",
        "headers": [(k.encode(), v.encode()) for k, v in headers.items()], "http_version": "1.1", "scheme": "http",
        "root_path": "", "server": ("testserver", 80), "client": ("10.0.0.1", 1),
    }  # fmt: skip
    anyio.run(app, scope, receive, send)
    assert sent[0]["status"] in (400, 401, 413)
    assert taken <= BODY_LIMIT + (2 << 20)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "text/html", "application/xml"])
def test_json_is_taken_as_json_only(client_as: ClientAs, kind):
    """What a foreign form can send without asking is no JSON here, token or not."""
    answer = client_as("A", "admin").post(f"{API}/tokens", content=b'{"name": "x"}', headers={"Content-Type": kind})
    assert answer.status_code == 422


def test_nothing_about_the_inside_is_told_by_a_mistake(app, client_as: ClientAs, service, monkeypatch):
    one = client_as("A", "admin")

    def fails(*args, **kwargs):
        raise RuntimeError("密码 geheim-42 /srv/zuozheng/data")

    monkeypatch.setattr("api.routes.packages.list_packages", fails)
    answer = one.get(f"{API}/packages")
    assert answer.status_code == 500
    for secret in ("geheim", "/srv", "Traceback", "RuntimeError", "packages.py"):
        assert secret not in answer.text
    assert answer.json()["request_id"]
    guarded(answer, "500")
