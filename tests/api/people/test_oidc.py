"""Signing in through an identity provider; the provider runs inside the test."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey
from sqlalchemy import select, update
from starlette.testclient import TestClient

from api.app import create_app
from api.people import oidc
from api.people.accounts import linked_subject
from api.store.tables import AuditEntry, User

ISSUER = "https://id.example.cn/realms/office"
CLIENT, SECRET = "zuozheng-client", "client-secret-42"
START, CALLBACK = "/api/v1/auth/oidc/start", "/api/v1/auth/oidc/callback"
KEYS = [RSAKey.generate_key(2048, {"kid": f"k{n}", "use": "sig"}) for n in range(2)]

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class FakeIssuer:
    """Answers discovery, keys and tokens as a provider does; what it says of the person can be bent."""

    def __init__(self) -> None:
        self.key = KEYS[0]
        self.subject = "u-1001"
        self.claims: dict[str, object] = {}
        self.signed_with: object | None = None
        self.down = False
        self.issuer = ISSUER
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []

    def transport(self) -> httpx2.MockTransport:
        return httpx2.MockTransport(self._answer)

    def approve(self, url: str) -> dict[str, str]:
        """What the person's browser brings back after saying yes at ``url``."""
        query = {k: v[0] for k, v in parse_qs(urlsplit(url).query).items()}
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        assert query["client_id"] == CLIENT
        assert "openid" in query["scope"].split()
        self.codes["code-1"] = query
        return {"code": "code-1", "state": query["state"]}

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path
        self.asked.append(path)
        if self.down:
            raise httpx2.ConnectError("no route")
        if path.endswith("/openid-configuration"):
            ends = {name: f"{ISSUER}/{end}" for name, end in zip(oidc._ENDPOINTS, ("auth", "token", "keys"), strict=True)}
            return httpx2.Response(200, json={"issuer": self.issuer} | ends)
        if path.endswith("/keys"):
            return httpx2.Response(200, json=KeySet([self.key]).as_dict(private=False))
        return self._token(request)

    def _token(self, request: httpx2.Request) -> httpx2.Response:
        form = {k: v[0] for k, v in parse_qs(request.content.decode()).items()}
        known = self.codes.pop(form.get("code", ""), None)
        login = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {login}" or known is None:
            return httpx2.Response(401, json={"error": "invalid_client"})
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        if challenge != known["code_challenge"] or form["redirect_uri"] != known["redirect_uri"]:
            return httpx2.Response(400, json={"error": "invalid_grant"})
        moment = int(time.time())
        claims = {
            "iss": ISSUER, "sub": self.subject, "aud": CLIENT, "iat": moment, "exp": moment + 300, "nonce": known["nonce"],
        } | self.claims  # fmt: skip
        key = self.signed_with or self.key
        header = {"alg": "HS256"} if isinstance(key, OctKey) else {"alg": "RS256", "kid": self.key.kid}
        token = jwt.encode(header, {k: v for k, v in claims.items() if v is not None}, key, algorithms=["HS256", "RS256"])
        return httpx2.Response(200, json={"access_token": "at", "token_type": "Bearer", "id_token": token})


@pytest.fixture
def issuer(monkeypatch):
    made = FakeIssuer()
    monkeypatch.setattr(oidc, "TRANSPORT", made.transport())
    return made


@pytest.fixture
def settings(settings):
    return settings.model_copy(
        update={"oidc_issuer": ISSUER, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET, "oidc_name": "粤政易登录"}
    )


@pytest.fixture
def linked(service, people):
    with service.store.begin() as session:
        who = session.get_one(User, people["A", "reviewer"].user_id)
        who.oidc_subject = linked_subject(ISSUER, "u-1001")
    return people["A", "reviewer"]


def go(client: TestClient, target: str = "/batches"):
    return client.get(START, params={"next": target}, follow_redirects=False)


def come_back(client: TestClient, answer: dict[str, str]):
    return client.get(CALLBACK, params=answer, follow_redirects=False)


def test_there_and_back(client, issuer, linked):
    page = client.get("/batches", headers={"Accept": "text/html"})
    assert "粤政易登录" in page.text
    assert f"{START}?next=/batches" in page.text
    leave = go(client)
    assert leave.status_code == 303
    assert leave.headers["location"].startswith(f"{ISSUER}/auth?")
    assert "HttpOnly" in leave.headers["set-cookie"]
    done = come_back(client, issuer.approve(leave.headers["location"]))
    assert (done.status_code, done.headers["location"]) == (303, "/batches")
    me = client.get("/api/v1/auth/me").json()
    assert me["user"]["login"] == "reviewer-a"
    assert me["csrf"]
    assert "zz_oidc" not in client.cookies
    go(client)
    assert issuer.asked.count("/realms/office/.well-known/openid-configuration") == 1, "asked once"


def test_somebody_unknown_is_told_how_to_be_linked(client, issuer, people, service):
    issuer.subject = "u-<b>9</b>"
    done = come_back(client, issuer.approve(go(client).headers["location"]))
    assert done.status_code == 403
    assert "u-&lt;b&gt;9&lt;/b&gt;" in done.text
    assert "管理员" in done.text
    assert client.get("/api/v1/auth/me").status_code == 401
    with service.store.begin() as session:
        assert session.scalars(select(AuditEntry.action)).all() == ["sign_in_failed"]


def test_an_admin_links_and_unlinks(client, issuer, client_as, people):
    admin = client_as("A", "admin")
    new = {"login": "li", "name": "李", "role": "reviewer", "oidc_subject": "u-1001"}
    made = admin.post("/api/v1/users", json=new).json()
    assert made["one_time_password"] is None
    assert made["user"]["oidc_linked"]
    assert not made["user"]["must_change_password"]
    assert admin.post("/api/v1/users", json=new | {"login": "li2"}).status_code == 409
    come_back(client, issuer.approve(go(client).headers["location"]))
    me = client.get("/api/v1/auth/me").json()
    assert me["user"]["login"] == "li"
    head = {"X-CSRF-Token": me["csrf"]}
    change = {"old": "x", "new": "xin-kouling-2468"}
    assert client.post("/api/v1/auth/password", json=change, headers=head).status_code == 409
    assert client.post("/api/v1/auth/sign-in", json={"login": "li", "password": "x"}).status_code == 401
    path = f"/api/v1/users/{made['user']['id']}"
    assert admin.patch(path, json={"oidc_subject": ""}).json()["user"]["oidc_linked"] is False
    assert come_back(client, issuer.approve(go(client).headers["location"])).status_code == 403


def test_a_one_time_password_left_over_is_void(client, issuer, linked, service):
    with service.store.begin() as session:
        session.execute(update(User).where(User.id == linked.user_id).values(must_change_password=True))
    come_back(client, issuer.approve(go(client).headers["location"]))
    assert client.get("/api/v1/auth/me").json()["user"]["must_change_password"] is False
    with service.store.begin() as session:
        assert session.get_one(User, linked.user_id).password_hash is None


def test_closed_accounts_stay_closed(client, issuer, linked, service):
    with service.store.begin() as session:
        session.execute(update(User).values(disabled=True))
    assert come_back(client, issuer.approve(go(client).headers["location"])).status_code == 403


@pytest.mark.parametrize(
    "bend",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another-client"},
        {"aud": None},
        {"iss": "https://evil.example"},
        {"exp": 1000},
        {"exp": None},
        {"iat": int(time.time()) + 9999},
        {"sub": None},
        {"sub": ""},
        {"sub": 5},
    ],
)
def test_proofs_that_are_not_for_us_now_are_refused(client, issuer, linked, bend):
    issuer.claims = bend
    done = come_back(client, issuer.approve(go(client).headers["location"]))
    assert done.status_code == 401, bend
    assert 'role="alert"' in done.text
    assert client.get("/api/v1/auth/me").status_code == 401


def test_proofs_signed_by_others_are_refused(client, issuer, linked):
    for key in (KEYS[1], OctKey.import_key(SECRET)):
        issuer.signed_with = key
        assert come_back(client, issuer.approve(go(client).headers["location"])).status_code == 401


def test_unsigned_proofs_are_refused(client, issuer, linked, monkeypatch):
    leave = go(client).headers["location"]
    answer = issuer.approve(leave)
    nonce = issuer.codes["code-1"]["nonce"]
    moment = int(time.time())
    parts = [{"alg": "none"}, {"iss": ISSUER, "sub": "u-1001", "aud": CLIENT, "iat": moment, "exp": moment + 99, "nonce": nonce}]
    token = ".".join(base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=").decode() for p in parts) + "."
    body = {"access_token": "at", "token_type": "Bearer", "id_token": token}
    monkeypatch.setattr(issuer, "_token", lambda request: httpx2.Response(200, json=body))
    assert come_back(client, answer).status_code == 401


def test_keys_that_were_changed_are_asked_for_again(client, issuer, linked):
    come_back(client, issuer.approve(go(client).headers["location"]))
    issuer.key = KEYS[1]
    assert come_back(client, issuer.approve(go(client).headers["location"])).status_code == 303


def test_answers_for_another_browser_are_refused(app, client, issuer, linked):
    answer = issuer.approve(go(client).headers["location"])
    with TestClient(app) as other:
        assert come_back(other, answer).status_code == 401, "never left"
        go(other)
        assert come_back(other, answer).status_code == 401, "left with another state"
    for wrong in ({"state": answer["state"]}, {"code": "code-1"}, {"error": "access_denied", "state": answer["state"]}):
        assert come_back(client, wrong).status_code == 401
        go(client)


def test_a_bent_cookie_is_refused(client, issuer, linked):
    answer = issuer.approve(go(client).headers["location"])
    client.cookies.clear()
    for value in ("x", "e30", base64.urlsafe_b64encode(b"[1]").decode(), "\xe4"):
        client.cookies.set("zz_oidc", value.encode("latin-1").decode("latin-1") if value.isascii() else "%E4")
        assert come_back(client, answer).status_code == 401


def test_a_provider_out_of_reach_leaves_the_other_way_in(client, issuer, linked):
    issuer.down = True
    answer = go(client)
    assert answer.status_code == 503
    assert 'name="password"' in answer.text
    issuer.down = False
    left = issuer.approve(go(client).headers["location"])
    issuer.down = True
    assert come_back(client, left).status_code == 503


def test_a_provider_that_names_another_issuer_is_not_trusted(client, issuer, linked):
    issuer.issuer = "https://evil.example"
    assert go(client).status_code == 503


def test_targets_elsewhere_are_not_followed(client, issuer, linked):
    done = come_back(client, issuer.approve(go(client, "https://evil.example/").headers["location"]))
    assert done.headers["location"] == "/"


def test_nothing_of_it_is_there_when_it_is_not_set(settings, client_as, issuer, people):
    app = create_app(settings.model_copy(update={"oidc_issuer": ""}))
    with TestClient(app) as client:
        assert go(client).status_code == 401
        assert "oidc" not in client.get("/", headers={"Accept": "text/html"}).text
        client.cookies = client_as("A", "reviewer").cookies
        assert go(client).status_code == 404
