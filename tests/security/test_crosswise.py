"""Two organisations: every route, every method, every identifier of the one tried by everybody of the other, and by strangers.

The routes are those of the running application and the rules of ``tests/api/test_isolation.py``, where a route that
nobody has decided about fails; here parameters that nobody has looked at fail, too.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select, update
from starlette.testclient import TestClient

from api.app import create_app
from api.people.tokens import create_token
from api.service import Service
from api.store.tables import ApiToken, AuditEntry, PackageRow, SignIn, User, now
from tests.api.conftest import ClientAs, People, clients_of, make_people, settings_for
from tests.api.test_isolation import API, RULES, address, call, known
from tests.security.answers import given_away
from tests.security.world import Side, build

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
QUERIES = {
    # names of things, which are tried with every identifier
    "subject": True, "user": True, "batch": True, "q": True, "condition": True, "token": True, "revision": True,
    # choices, numbers, days
    "page": False, "page_size": False, "state": False, "verdict": False, "sort": False, "unmasked": False, "width": False,
    "until": False, "kind": False, "as_of": False, "version": False, "next": False, "everywhere": False,
}  # fmt: skip
"""Every query parameter of the service, and whether it can name a thing of somebody's."""
PLACEHOLDERS = re.compile(r"\{([^}]+)\}")


@pytest.fixture
def sides(service, people: People, client_as: ClientAs, monkeypatch) -> dict[str, Side]:
    """For tests that take something away."""
    return {letter: build(letter, service, people, client_as, monkeypatch) for letter in "AB"}


@dataclass(frozen=True)
class World:
    """Both organisations in one running service, and who may ask it."""

    app: FastAPI
    service: Service
    people: People
    client_as: ClientAs
    sides: dict[str, Side]


@pytest.fixture(scope="module")
def world(sqlite_template, tmp_path_factory) -> Iterator[World]:
    """Once for all tests that only try."""
    data = tmp_path_factory.mktemp("world") / "data"
    data.mkdir()
    shutil.copy(sqlite_template, data / "zuozheng.sqlite")
    app = create_app(settings_for("sqlite://", data))
    service = app.state.service
    with pytest.MonkeyPatch.context() as patch, TestClient(app, raise_server_exceptions=False):
        people = make_people(service)
        with clients_of(app, people) as client_as:
            yield World(app, service, people, client_as, {s: build(s, service, people, client_as, patch) for s in "AB"})


def tried(path: str, ids: dict[str, str]) -> Iterator[str]:
    """The address with every identifier in every place that takes one, the right kind first."""
    names = [n for n in PLACEHOLDERS.findall(path) if n in ids]
    yield address(path, **ids)
    for name in names:
        for other in set(ids.values()) - {ids[name]}:
            yield address(path, **ids | {name: other})


def nothing_of(side: Side, answer, what: str) -> None:
    found = given_away(answer, side.secrets)
    assert not found, f"{what}: {answer.status_code} {found} {answer.text[:300]}"


def test_every_parameter_has_been_looked_at(world: World):
    document = world.app.openapi()
    given = {
        p["name"]
        for item in document["paths"].values()
        for op in item.values()
        for p in op.get("parameters", ())
        if p["in"] == "query"
    }
    assert given <= set(QUERIES), "say in QUERIES whether these can name somebody's thing"
    placed = {name for rule in RULES for name in PLACEHOLDERS.findall(rule)}
    assert not {n for n in placed if re.search("sha|hash|blob|key|run", n)}, "nothing is had by its hash"


def test_everything_of_a_is_closed_to_everybody_of_b(world: World):
    app, service, client_as, a, b = world.app, world.service, world.client_as, world.sides["A"], world.sides["B"]
    with service.store.begin() as session:
        _, secret = create_token(session, world.people["B", "admin"], name="x", scope="api", days=None)
    program = TestClient(app, raise_server_exceptions=False, headers={"Authorization": f"Bearer {secret}"})
    others = {role: client_as("B", role) for role in ("admin", "reviewer", "submitter")} | {"token": program}
    before = _state(service)
    for method, path, rule in known(app, "package", "person", "thing"):
        for who, client in others.items():
            # Identifiers of a wrong kind are tried by whoever may most.
            for at in tried(path, a.ids) if who == "admin" else [address(path, **a.ids)]:
                answer = call(client, method, at, rule)
                # A program with a token is refused some things, a lesser role many, before anything is looked up.
                assert answer.status_code in ((404,) if who == "admin" else (403, 404)), (
                    f"{who} {method} {at}: {answer.text[:300]}"
                )
                nothing_of(a, answer, f"{who} {method} {at}")
        # B's own package with A's things beneath it: finding, revision, file.
        mixed = address(path, **a.ids | {n: b.ids[n] for n in ("package_id", "batch_id")})
        if "package_id" in path and mixed != address(path, **b.ids) and method == "DELETE" and "revision" in path:
            answer = call(others["admin"], method, mixed, rule)
            assert answer.status_code == 404
            nothing_of(a, answer, mixed)
    assert _state(service) == before, "nothing has changed"


def test_no_other_method_opens_anything(world: World):
    a, admin = world.sides["A"], world.client_as("B", "admin")
    for path in sorted({rule.split(" ", 1)[1] for rule in RULES}):
        own = {r.split(" ", 1)[0] for r in RULES if r.split(" ", 1)[1] == path}
        at = address(path, **{"package_id": "0", "user_id": "0", "token_id": "0"} | a.ids)
        for method in set(METHODS) - own:
            answer = admin.request(method, at, follow_redirects=False)
            harmless = method == "HEAD" and path in ("/static/{path}", "/openapi.json")
            assert answer.status_code in ((200,) if harmless else (404, 405)), f"{method} {at}: {answer.status_code}"
            nothing_of(a, answer, f"{method} {at}")


def test_lists_pages_searches_and_comparisons_hold_nothing_of_a(world: World):
    app, client_as, a, b = world.app, world.client_as, world.sides["A"], world.sides["B"]
    for role in ("admin", "reviewer", "submitter"):
        client = client_as("B", role)
        for method, path, rule in known(app, "list", "self", "page", "open"):
            if method == "GET" and path != f"{API}/labels.zip":
                # Pages name what was asked for, and ask the API for it: here for B's own.
                nothing_of(a, call(client, method, address(path, **b.ids), rule), f"{role} {path}")
    admin, reviewer = client_as("B", "admin"), client_as("B", "reviewer")
    for method, path, rule in known(app, "package", "person", "thing"):
        if method == "GET" and not rule.slow:
            answer = call(admin, method, address(path, **b.ids), rule)
            assert answer.status_code == 200, f"{path}: {answer.text[:300]}"
            nothing_of(a, answer, path)
    for what in ("report.html", "report.xlsx", "supplement", "precheck", "materials"):
        if what != "report.html":  # its pictures come from a child process that takes seconds to start
            answer = reviewer.get(f"{API}/packages/{b.ids['package_id']}/export/{what}")
            assert answer.status_code == 200
            nothing_of(a, answer, what)
    repeats = reviewer.get(f"{API}/batches/{b.ids['batch_id']}").json()["repeats"]
    assert {r["kind"] for r in repeats} >= {"patent_no"}, "there is something to compare"


def test_a_search_for_what_a_has_finds_nothing(world: World):
    app, a, admin = world.app, world.sides["A"], world.client_as("B", "admin")
    wanted = {**a.ids, **a.secrets}
    for path, item in app.openapi()["paths"].items():
        for p in item.get("get", {}).get("parameters", ()):
            if p["in"] != "query" or not QUERIES[p["name"]] or "{" in path:
                continue
            for name, value in wanted.items():
                subjects = (value, f"package:{value}") if p["name"] == "subject" else (value,)
                for given in subjects:
                    answer = admin.get(path, params={p["name"]: given})
                    assert answer.status_code in (200, 401, 404, 422), f"{path} {p['name']}={name}"
                    if answer.status_code == 200 and "items" in (body := answer.json()):
                        # A token is no filter, and B has findings under the same key.
                        assert body["items"] == [] or p["name"] == "token", f"{path} {p['name']}={name}"
                    nothing_of(a, answer, f"{path} {p['name']}={name}")


def test_things_named_in_a_body_must_be_ones_own(world: World):
    client_as, a, b = world.client_as, world.sides["A"], world.sides["B"]
    reviewer = client_as("B", "reviewer")
    noted = {"package": a.ids["package_id"], "what": "企业更名", "happened_on": "2023-01-05"}
    answer = reviewer.post(f"{API}/watch/changes", json=noted)
    assert answer.status_code == 404
    nothing_of(a, answer, "change")
    data = "甲方密文".encode()
    assert client_as("A", "reviewer").post(f"{API}/packages", files=[("files", ("甲方密.txt", data))]).status_code == 201
    desk = reviewer.get(f"{API}/packages/{b.ids['package_id']}/desk").json()
    place = {"file": 0, "sha256": hashlib.sha256(data).hexdigest(), "page": 1, "part": 0}
    wrong = {"kind": "exclusion", "place": place, "reason": "样本", "version": desk["version"]}
    answer = reviewer.post(f"{API}/packages/{b.ids['package_id']}/revisions", json=wrong)
    assert answer.status_code == 422
    nothing_of(a, answer, "place")


@ONE
def test_who_knows_the_bytes_gets_the_own_package_only(client_as: ClientAs, sides, finished_package):
    """Pages and pictures lie under the hash of the file, once for all: to have the bytes is to see one's own names for them."""
    a, admin = sides["A"], client_as("B", "admin")
    mine = finished_package("B", name="再交一次")
    for path in ("desk", "result", "pages/0/1/text", "history", "files/0"):
        answer = admin.get(f"{API}/packages/{mine}/{path}")
        assert answer.status_code == 200
        nothing_of(a, answer, path)
    client_as("A", "admin").delete(f"{API}/packages/{a.ids['package_id']}")
    assert admin.get(f"{API}/packages/{mine}/pages/0/1/text").status_code == 200, "what one deletes stays with the other"


@pytest.fixture
def gone(app, client_as: ClientAs, sides, service, people) -> dict[str, dict[str, dict[str, str]]]:
    """Credentials of A that once were good, as arguments of a request."""
    signed_out = client_as("A", "reviewer")
    cookie = dict(signed_out.cookies)
    csrf = {"X-CSRF-Token": signed_out.headers["X-CSRF-Token"]}
    assert signed_out.post(f"{API}/auth/sign-out").status_code == 204
    over = dict(client_as("A", "submitter").cookies)
    closed = dict(client_as("A", "admin").cookies)
    revoked, expired = sides["A"].tokens["api"], _token(service, people)
    with service.store.begin() as session:
        session.execute(update(SignIn).where(SignIn.user_id == people["A", "submitter"].user_id).values(expires_at=now()))
        session.execute(update(User).where(User.id == people["A", "admin"].user_id).values(disabled=True))
        session.delete(session.get_one(ApiToken, sides["A"].ids["token_id"]))
        session.execute(update(ApiToken).where(ApiToken.name == "abgelaufen").values(expires_at=now() - timedelta(seconds=1)))
    return {
        "nobody": {}, "signed out": {"cookies": cookie, "headers": csrf}, "session over": {"cookies": over},
        "account closed": {"cookies": closed}, "token revoked": {"headers": {"Authorization": f"Bearer {revoked}"}},
        "token expired": {"headers": {"Authorization": f"Bearer {expired}"}},
        "calendar token": {"headers": {"Authorization": f"Bearer {sides['A'].tokens['calendar']}"}},
    }  # fmt: skip


def _token(service, people) -> str:
    with service.store.begin() as session:
        return create_token(session, people["A", "reviewer"], name="abgelaufen", scope="api", days=None)[1]


@ONE
def test_strangers_and_what_once_was_good_open_nothing(app, client, sides, gone):
    a = sides["A"]
    for what, given in gone.items():
        stranger = TestClient(app, raise_server_exceptions=False, **given)
        for method, path, rule in known(app, "package", "person", "thing", "list", "self", "page"):
            if path == "/static/{path}" or (what == "calendar token" and path == f"{API}/watch.ics"):
                continue  # style sheets hold no data, and a browser that was seen may fetch them for another minute
            answer = call(stranger, method, address(path, **a.ids), rule)
            assert answer.status_code == 401, f"{what} {method} {path}: {answer.status_code}"
            nothing_of(a, answer, f"{what} {method} {path}")


def _state(service) -> list[object]:
    """What would show that somebody has changed something of A's."""
    with service.store.begin() as session:
        rows = session.execute(select(PackageRow.id, PackageRow.version, PackageRow.decision).order_by(PackageRow.id)).all()
        people = session.execute(select(User.id, User.role, User.disabled, User.name).order_by(User.id)).all()

        return [
            rows,
            people,
            session.scalar(select(func.count()).select_from(ApiToken)),
            session.scalar(select(func.max(AuditEntry.id))),
        ]
