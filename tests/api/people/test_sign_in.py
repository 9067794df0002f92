"""Signing in: sessions, cookies, limits, passwords."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, update
from starlette.testclient import TestClient

from api.app import create_app
from api.errors import NotSignedIn, TooManyAttempts
from api.people import passwords
from api.people.passwords import WeakPassword, check_new, check_password, hash_password, one_time_password
from api.people.setup import first_start
from api.people.sign_in import sign_in
from api.people.sign_in_page import safe_target
from api.store.tables import AuditEntry, Organisation, SignIn, SignInAttempt, User, now
from tests.api.conftest import PASSWORD

SIGN_IN = "/api/v1/auth/sign-in"
ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def enter(client: TestClient, login: str, password: str = PASSWORD, **kw: object):
    return client.post(SIGN_IN, json={"login": login, "password": password}, **kw)


def test_sign_in_look_around_sign_out(client, people):
    answer = enter(client, "reviewer-a")
    assert answer.status_code == 200
    me = answer.json()
    assert me["user"]["role"] == "reviewer"
    assert me["organisation"]["name"] == "A市工业和信息化局"
    assert client.get("/api/v1/auth/me").json() == me
    assert client.post("/api/v1/auth/sign-out", headers={"X-CSRF-Token": me["csrf"]}).status_code == 204
    assert client.get("/api/v1/auth/me").status_code == 401


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client, people):
    cookie = enter(client, "reviewer-a").headers["set-cookie"]
    parts = {p.strip().lower() for p in cookie.split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/", "max-age=43200"} <= parts
    assert "secure" not in parts


@ONE
def test_the_cookie_is_for_https_only_where_set(settings, people):
    app = create_app(settings.model_copy(update={"secure_cookies": True}))
    with TestClient(app, base_url="https://testserver") as client:
        answer = enter(client, "reviewer-a")
        assert "; Secure" in answer.headers["set-cookie"]
        assert "max-age" in answer.headers["strict-transport-security"]
        assert client.get("/api/v1/auth/me").status_code == 200


def test_logins_do_not_mind_case_width_and_blanks(client, people):
    for login in ("REVIEWER-A", " reviewer-a ", "ｒｅｖｉｅｗｅｒ-ａ"):
        assert enter(client, login).status_code == 200


@pytest.mark.parametrize("login", ["reviewer-a", "nobody"])
def test_wrong_passwords_and_unknown_logins_look_the_same(client, people, login):
    answer = enter(client, login, "wrong-password-1")
    assert answer.status_code == 401
    body = answer.json()
    assert (body["code"], body["detail"]) == ("not-signed-in", enter(client, "reviewer-a", "wrong-2").json()["detail"])
    assert "set-cookie" not in answer.headers


@ONE
def test_unknown_logins_cost_a_hash_too(client, people, monkeypatch):
    hasher = passwords.HASHER
    asked: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, hash, password):
            asked.append(hash)
            return hasher.verify(hash, password)

        def hash(self, password, *, salt=None):
            return hasher.hash(password, salt=salt)

    monkeypatch.setattr(passwords, "HASHER", Counting())
    for login in ("reviewer-a", "nobody"):
        enter(client, login, "wrong-password-1")
    assert len(asked) == 2
    assert all(h.startswith("$argon2id$") for h in asked)


@ONE
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "application/json"),
        (b"{", "application/json"),
        (b"[1]", "application/json"),
        (b"null", "application/json"),
        (b'{"login": "reviewer-a"}', "application/json"),
        (b'{"login": 1, "password": 2}', "application/json"),
        (b'{"login": "a\\u0000", "password": "x"}', "application/json"),
        (b'{"login": "\\ud800", "password": "x"}', "application/json"),
        (b"[" * 9000, "application/json"),
        (b'{"login": "' + b"a" * 20000 + b'"}', "application/json"),
        (b"\xff\xfe", "application/x-www-form-urlencoded"),
        (b"login=reviewer-a", "application/x-www-form-urlencoded"),
        (b"login=%ED%A0%80&password=x", "application/x-www-form-urlencoded"),
        (b"&".join([b"a=b"] * 50), "application/x-www-form-urlencoded"),
        (b"--x\r\n", "multipart/form-data; boundary=x"),
        (b"login=reviewer-a&password=" + PASSWORD.encode() + b"x", ""),
    ],
)
def test_malformed_sign_ins_are_strangers(client, people, body, kind):
    answer = client.post(SIGN_IN, content=body, headers={"Content-Type": kind})
    assert answer.status_code == 401, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_form_works_without_scripts(client, people):
    page = client.get("/packages/7?tab=pages", headers={"Accept": "text/html"})
    assert page.status_code == 401
    assert 'name="next" value="/packages/7?tab=pages"' in page.text
    assert "<script" not in page.text
    form = {"login": "reviewer-a", "password": "wrong", "next": "/packages/7?tab=pages"}
    wrong = client.post(SIGN_IN, data=form, headers={"Accept": "text/html"})
    assert wrong.status_code == 401
    assert 'role="alert"' in wrong.text
    assert 'value="reviewer-a"' in wrong.text
    assert "wrong" not in wrong.text
    done = client.post(
        SIGN_IN, data=form | {"password": PASSWORD}, headers={"Accept": "text/html"}, follow_redirects=False
    )  # fmt: skip
    assert (done.status_code, done.headers["location"]) == (303, "/packages/7?tab=pages")
    assert client.get("/api/v1/auth/me").status_code == 200


@ONE
def test_what_was_typed_cannot_become_markup(client, people):
    form = {"login": '"><script>alert(1)</script>', "password": "x", "next": '/"><img src=x>'}
    page = client.post(SIGN_IN, data=form, headers={"Accept": "text/html"}).text
    assert "<script" not in page
    assert "<img" not in page


@pytest.mark.parametrize(
    ("target", "safe"),
    [
        ("/packages/7?x=1", "/packages/7?x=1"),
        ("/", "/"),
        (None, "/"),
        ("", "/"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/x\r\nSet-Cookie: a=b", "/"),
        ("/\tevil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/api/v1/packages", "/"),
    ],
)
def test_only_own_pages_are_targets(target, safe):
    assert safe_target(target) == safe


@given(st.text())
def test_targets_never_leave_the_site(target):
    safe = safe_target(target)
    assert safe.startswith("/")
    assert not safe.startswith(("//", "/\\"))
    assert not set(safe) & set("\r\n\t\\ ")


@ONE
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://other.testserver"}, 403),
        ({"Origin": "http://testserver"}, 200),
        ({"Origin": "https://testserver:443"}, 200),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://outside-name.example"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
    ],
)
def test_other_sites_cannot_sign_anybody_in(client, people, headers, status):
    assert enter(client, "reviewer-a", headers=headers).status_code == status


def test_a_session_begins_with_a_fresh_secret_and_ends_the_old_one(client, people, service):
    client.cookies.set("zz_session", "chosen-by-somebody-else")
    enter(client, "reviewer-a")
    first = client.cookies.get("zz_session", domain="testserver.local")
    assert first
    assert first != "chosen-by-somebody-else"
    client.cookies.clear()
    client.cookies.set("zz_session", first)
    enter(client, "reviewer-a")
    with TestClient(client.app) as thief:
        thief.cookies.set("zz_session", first)
        assert thief.get("/api/v1/auth/me").status_code == 401
    with service.store.begin() as session:
        assert session.scalar(select(func.count()).select_from(SignIn)) == 1


def test_the_database_holds_neither_cookie_nor_password(client, people, service):
    enter(client, "reviewer-a")
    cookie = client.cookies["zz_session"]
    with service.store.begin() as session:
        rows = session.scalars(select(SignIn)).all()
        users = session.scalars(select(User)).all()
    assert all(cookie not in (r.id, r.csrf) for r in rows)
    assert all(u.password_hash.startswith("$argon2id$") for u in users)


def test_sessions_end_in_time_and_with_the_account(client, people, service):
    enter(client, "reviewer-a")
    with service.store.begin() as session:
        session.execute(update(SignIn).values(expires_at=now() - timedelta(seconds=1)))
    assert client.get("/api/v1/auth/me").status_code == 401
    enter(client, "reviewer-a")
    assert client.get("/api/v1/auth/me").status_code == 200
    with service.store.begin() as session:
        session.execute(update(User).values(disabled=True))
    assert client.get("/api/v1/auth/me").status_code == 401
    assert enter(client, "reviewer-a").status_code == 401


def test_too_many_wrong_passwords_of_one_login(client, people, service, settings):
    for number in range(settings.sign_in_attempts):
        with pytest.raises(NotSignedIn):
            sign_in(service.store, settings, login="reviewer-a", password="wrong", address=f"10.0.0.{number}")
    with pytest.raises(TooManyAttempts):
        sign_in(service.store, settings, login="Reviewer-A", password=PASSWORD, address="10.1.1.1")
    assert sign_in(service.store, settings, login="reviewer-b", password=PASSWORD, address="10.1.1.1")
    with service.store.begin() as session:
        session.execute(update(SignInAttempt).values(at=now() - timedelta(minutes=16)))
    assert sign_in(service.store, settings, login="reviewer-a", password=PASSWORD, address="10.1.1.1")
    with service.store.begin() as session:
        assert session.scalar(select(func.count()).select_from(SignInAttempt)) == 0


def test_too_many_wrong_passwords_from_one_address(client, people, settings):
    codes = [enter(client, f"guess-{n}", "wrong").status_code for n in range(settings.sign_in_attempts + 2)]
    assert codes == [401] * settings.sign_in_attempts + [429] * 2
    answer = enter(client, "reviewer-a")
    assert answer.status_code == 429
    assert answer.json()["code"] == "too-many-attempts"


def test_right_passwords_do_not_count(client, people, settings):
    assert {enter(client, "reviewer-a").status_code for _ in range(settings.sign_in_attempts + 3)} == {200}


def test_many_at_once_cannot_pass_the_limit(service, people, settings):
    outcomes: list[type] = []
    start = threading.Barrier(24)

    def guess(number: int) -> None:
        start.wait()
        try:
            sign_in(service.store, settings, login="reviewer-a", password="wrong", address=f"10.0.0.{number}")
        except (NotSignedIn, TooManyAttempts) as error:
            outcomes.append(type(error))

    threads = [threading.Thread(target=guess, args=(n,)) for n in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(outcomes) == 24
    assert outcomes.count(NotSignedIn) <= settings.sign_in_attempts


def test_hashes_of_other_parameters_are_renewed(client, people, service):
    other = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    with service.store.begin() as session:
        session.execute(update(User).where(User.login == "reviewer-a").values(password_hash=other.hash(PASSWORD)))
    assert enter(client, "reviewer-a").status_code == 200
    with service.store.begin() as session:
        stored = session.scalars(select(User.password_hash).where(User.login == "reviewer-a")).one()
    assert "m=8,t=1" in stored
    assert enter(client, "reviewer-a").status_code == 200


def test_what_happens_at_the_door_is_logged_without_names(client, people, service):
    enter(client, "reviewer-a", "wrong-1")
    enter(client, "nobody-here", "wrong-2")
    enter(client, "reviewer-a")
    with service.store.begin() as session:
        rows = list(session.scalars(select(AuditEntry).order_by(AuditEntry.id)))
    assert [r.action for r in rows] == ["sign_in_failed", "sign_in_failed", "sign_in"]
    me = people["A", "reviewer"]
    assert [r.user_id for r in rows] == [me.user_id, None, me.user_id]
    assert "nobody" not in str([(r.subject, r.detail) for r in rows])


# --- passwords -----------------------------------------------------------------


def test_changing_ones_password(client_as, client, people):
    one = client_as("A", "reviewer")
    enter(client, "reviewer-a")
    change = {"old": PASSWORD, "new": "xin-kouling-2468"}
    assert one.post("/api/v1/auth/password", json=change | {"old": "wrong"}).json()["code"] == "wrong-password"
    assert one.post("/api/v1/auth/password", json=change).status_code == 204
    assert one.get("/api/v1/auth/me").status_code == 200, "this session goes on"
    assert client.get("/api/v1/auth/me").status_code == 401, "all others end"
    assert enter(client, "reviewer-a").status_code == 401
    assert enter(client, "reviewer-a", "xin-kouling-2468").status_code == 200


@ONE
@pytest.mark.parametrize("new", ["short-1", "a" * 12, "1234567890123", "aaaaaaaaaaaa1", "my-Reviewer-A-1", PASSWORD, "x1" * 101])
def test_weak_passwords_are_refused(client_as, new):
    answer = client_as("A", "reviewer").post("/api/v1/auth/password", json={"old": PASSWORD, "new": new})
    assert (answer.status_code, answer.json()["code"]) == (422, "weak-password")
    assert new not in answer.text


@pytest.mark.parametrize("good", ["correct horse battery", "口令要长一些才好呀123", "x7-kk-29-zz"])
def test_good_passwords_pass(good):
    check_new(good, "reviewer-a")


def test_guessing_the_old_password_is_limited(client_as, settings):
    one = client_as("A", "reviewer")
    tries = [
        one.post("/api/v1/auth/password", json={"old": "wrong", "new": "xin-kouling-2468"}).status_code
        for _ in range(settings.sign_in_attempts + 1)
    ]
    assert tries == [409] * settings.sign_in_attempts + [429]


def test_hashing():
    stored = hash_password("甲乙丙丁戊-123")
    assert stored.startswith("$argon2id$")
    assert check_password(stored, "甲乙丙丁戊-123")
    assert not check_password(stored, "甲乙丙丁戊-124")
    assert not check_password(None, "x")
    assert not check_password("not a hash", "x")


def test_one_time_passwords_differ_and_obey_the_rules():
    made = {one_time_password() for _ in range(50)}
    assert len(made) == 50
    for password in made:
        try:
            check_new(password, "admin")
        except WeakPassword as error:
            # Sixteen letters may by chance have no digit; the dashes are the second kind.
            pytest.fail(f"{password}: {error.detail}")


# --- the first start -----------------------------------------------------------


def test_the_first_start_makes_an_admin_who_must_change_the_password(client, service):
    admin = first_start(service.store)
    assert admin is not None
    assert first_start(service.store) is None
    me = enter(client, admin.login, admin.password).json()
    assert (me["user"]["role"], me["user"]["operator"], me["user"]["must_change_password"]) == ("admin", True, True)
    assert me["organisation"]["name"] == "本单位"
    head = {"X-CSRF-Token": me["csrf"]}
    blocked = client.get("/api/v1/users")
    assert (blocked.status_code, blocked.json()["code"]) == (403, "must-change-password")
    page = client.get("/", headers={"Accept": "text/html"}, follow_redirects=False)
    assert (page.status_code, page.headers["location"]) == (303, "/account")
    change = {"old": admin.password, "new": "xin-kouling-2468"}
    assert client.post("/api/v1/auth/password", json=change, headers=head).status_code == 204
    assert client.get("/api/v1/users").status_code == 200


def test_first_starts_at_the_same_moment_make_one_admin(service):
    found: list[object] = []
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        found.append(first_start(service.store))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len([x for x in found if x is not None]) == 1
    assert len(found) == 4
    with service.store.begin() as session:
        assert session.scalar(select(func.count()).select_from(User)) == 1
        assert session.scalar(select(func.count()).select_from(Organisation)) == 1
