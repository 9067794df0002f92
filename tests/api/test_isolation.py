"""Every route of the service: closed to strangers, closed to other organisations, closed to lesser roles.

``RULES`` names each route with the least role it needs and what it is about. A route that is not named there fails the
first test: whoever adds one decides here who may use it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from sqlalchemy import select
from starlette.testclient import TestClient

from api.people.guard import SAFE_METHODS
from api.store.tables import AuditEntry, PackageRow
from tests.api.batches import make_batch
from tests.api.packages import MARKER, POLICY

API = "/api/v1"
RANK = ("submitter", "reviewer", "admin", "operator")


@dataclass(frozen=True)
class Rule:
    """Who may use a route.

    ``about``: ``package``, ``person`` and ``thing`` stand for an object in the address; ``list`` for what belongs to the
    organisation; ``self`` for one's own account; ``page`` for an HTML page without data; ``open`` for everybody, ``door``
    for strangers who want to come in. ``send``: arguments that the route accepts; ``slow``: not tried out on one's own object.
    """

    role: Literal["submitter", "reviewer", "admin", "operator"]
    about: Literal["package", "person", "thing", "list", "self", "page", "open", "door"]
    send: dict[str, Any] | None = None
    slow: bool = False


DECLARED = (
    '{"enterprise": {"name": "某公司"}, "as_of": "2023-05-06", "declared": '
    '[{"metric": "revenue", "period": "2022", "value": 1, "unit": "万元"}]}'
).encode()
PLACE = {"file": 0, "sha256": "0" * 64, "page": 1, "part": 0}
PACKAGE = f"{API}/packages/{{package_id}}"
RULES: dict[str, Rule] = {
    "GET /openapi.json": Rule("submitter", "open"),
    "GET /healthz": Rule("submitter", "open"),
    "GET /readyz": Rule("operator", "self"),
    "GET /metrics": Rule("operator", "self"),
    # pages
    "GET /": Rule("submitter", "page"),
    "GET /packages/{package_id}": Rule("submitter", "page"),
    "GET /batches": Rule("submitter", "page"),
    "GET /batches/{batch_id}": Rule("submitter", "page"),
    "GET /watch": Rule("submitter", "page"),
    "GET /admin": Rule("admin", "page"),
    "GET /account": Rule("submitter", "page"),
    "GET /static/{path}": Rule("submitter", "page"),
    # one's own account
    f"POST {API}/auth/sign-in": Rule("submitter", "door"),
    f"GET {API}/auth/oidc/start": Rule("submitter", "self"),
    f"GET {API}/auth/oidc/callback": Rule("submitter", "self"),
    f"POST {API}/auth/sign-out": Rule("submitter", "self"),
    f"GET {API}/auth/me": Rule("submitter", "self"),
    f"POST {API}/auth/password": Rule("submitter", "self"),
    f"GET {API}/tokens": Rule("submitter", "self"),
    f"POST {API}/tokens": Rule("submitter", "self"),
    f"DELETE {API}/tokens/{{token_id}}": Rule("submitter", "person"),
    # people
    f"GET {API}/users": Rule("admin", "list"),
    f"POST {API}/users": Rule("admin", "self", {"json": {"login": "neu", "name": "新", "role": "submitter"}}),
    f"PATCH {API}/users/{{user_id}}": Rule("admin", "person", {"json": {"name": "新"}}),
    f"GET {API}/organisations": Rule("operator", "self"),
    f"POST {API}/organisations": Rule("operator", "self", {"json": {"name": "新", "admin": {"login": "neu", "name": "新"}}}),
    f"GET {API}/audit": Rule("admin", "list"),
    f"GET {API}/audit/proof": Rule("admin", "list"),
    # packages
    f"POST {API}/packages": Rule("submitter", "self"),
    f"GET {API}/packages": Rule("submitter", "list"),
    f"GET {PACKAGE}": Rule("submitter", "package"),
    f"PATCH {PACKAGE}": Rule("submitter", "package", {"json": {"name": "新名"}}),
    f"DELETE {PACKAGE}": Rule("admin", "package"),
    f"POST {PACKAGE}/declaration": Rule("submitter", "package", {"files": {"declared": ("declared.json", DECLARED)}}),
    f"GET {PACKAGE}/progress": Rule("submitter", "package"),
    f"POST {PACKAGE}/cancel": Rule("submitter", "package"),
    f"POST {PACKAGE}/retry": Rule("submitter", "package"),
    f"GET {PACKAGE}/result": Rule("submitter", "package"),
    f"GET {PACKAGE}/pages/{{file}}/{{page}}/picture": Rule("submitter", "package", slow=True),
    f"GET {PACKAGE}/pages/{{file}}/{{page}}/text": Rule("submitter", "package"),
    f"GET {PACKAGE}/files/{{position}}": Rule("reviewer", "package"),
    # the desk
    f"GET {PACKAGE}/desk": Rule("submitter", "package"),
    f"POST {PACKAGE}/findings/{{finding:path}}/review": Rule("reviewer", "package", {"json": {"action": "accept", "version": 1}}),
    f"DELETE {PACKAGE}/findings/{{finding:path}}/review": Rule("reviewer", "package"),
    f"POST {PACKAGE}/revisions": Rule(
        "reviewer", "package", {"json": {"kind": "exclusion", "place": PLACE, "reason": "样本", "version": 1}}
    ),
    f"DELETE {PACKAGE}/revisions/{{revision_id}}": Rule("reviewer", "package"),
    f"PUT {PACKAGE}/conditions": Rule("reviewer", "package", {"json": {"condition": "a", "status": "met", "why": "现场核实"}}),
    f"DELETE {PACKAGE}/conditions": Rule("reviewer", "package", {"params": {"condition": "a"}}),
    f"POST {PACKAGE}/decision": Rule(
        "reviewer", "package", {"json": {"decision": "return", "note": "请补正", "signature": "王", "version": 1}}
    ),
    f"GET {PACKAGE}/history": Rule("submitter", "package"),
    f"GET {API}/policies": Rule("submitter", "list"),
    f"GET {API}/policies/{{policy_id}}/template.xlsx": Rule("submitter", "list"),
    # taking away
    f"GET {PACKAGE}/export/{{what}}": Rule("submitter", "package"),
    f"GET {PACKAGE}/labels.zip": Rule("reviewer", "package", slow=True),
    f"GET {API}/labels.zip": Rule("reviewer", "list"),
    # batches and the calendar
    f"POST {API}/batches": Rule("reviewer", "self", {"files": {"files": ("甲/1.jpg", b"x")}}),
    f"GET {API}/batches": Rule("reviewer", "list"),
    f"GET {API}/batches/{{batch_id}}": Rule("reviewer", "thing"),
    f"GET {API}/batches/{{batch_id}}/progress": Rule("reviewer", "thing"),
    f"POST {API}/batches/{{batch_id}}/cancel": Rule("reviewer", "thing"),
    f"GET {API}/batches/{{batch_id}}/export.xlsx": Rule("reviewer", "thing"),
    f"GET {API}/watch": Rule("submitter", "list"),
    f"GET {API}/watch.ics": Rule("submitter", "list"),
    f"POST {API}/watch/changes": Rule(
        "reviewer", "self", {"json": {"package": "0", "what": "企业更名", "happened_on": "2023-01-05"}}
    ),
    f"PATCH {API}/watch/changes/{{change_id}}": Rule("reviewer", "thing", {"json": {"reported_on": "2023-01-09"}}),
}


def routes(app: FastAPI) -> Iterator[str]:
    """Every route as ``METHOD /path``; a mounted folder as one."""
    for route in iter_route_contexts(app.routes):
        if route.methods is None:
            yield f"GET {route.path}/{{path}}"
        for method in route.methods or ():
            if method != "HEAD":
                yield f"{method} {route.path}"


def known(app: FastAPI, *about: str) -> list[tuple[str, str, Rule]]:
    """The routes about such things: (method, path, rule)."""
    return [(*r.split(" ", 1), RULES[r]) for r in sorted(set(routes(app))) if r in RULES and RULES[r].about in about]


def address(path: str, **ids: str) -> str:
    """The address with real ids in it."""
    given = {"file": "0", "page": "1", "position": "0", "what": "result.json", "path": "app.css", "finding:path": "revenue|2022"}
    for name, value in (given | {"revision_id": "0", "batch_id": "0", "change_id": "0", "policy_id": POLICY} | ids).items():
        path = path.replace(f"{{{name}}}", value.replace("|", "%7C"))
    assert "{" not in path, f"no id for {path}"
    return path


def call(client: TestClient, method: str, path: str, rule: Rule):
    return client.request(method, path, **(rule.send or {}), follow_redirects=False)


@pytest.fixture
def ids(client_as, people, service, finished_package) -> dict[str, str]:
    """Things of organisation A."""
    token = client_as("A", "reviewer").post(f"{API}/tokens", json={"name": "x"}).json()
    package = finished_package("A")
    change = {"package": package, "what": "企业更名", "happened_on": "2023-01-05"}
    noted = client_as("A", "reviewer").post(f"{API}/watch/changes", json=change).json()
    batch = make_batch(service, people["A", "reviewer"], MARKER)
    return {
        "package_id": package, "user_id": people["A", "reviewer"].user_id, "token_id": token["id"], "batch_id": batch,
        "change_id": noted["id"],
    }  # fmt: skip


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_route_is_named_here(app):
    unknown = sorted(set(routes(app)) - set(RULES))
    assert not unknown, "decide in RULES who may use these routes"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_strangers_get_nowhere(app, client):
    for method, path, rule in known(app, "package", "person", "thing", "list", "self", "page", "door", "open"):
        answer = call(client, method, address(path, package_id="1", user_id="1", token_id="1"), rule)
        expected = 200 if rule.about == "open" else 401
        assert answer.status_code == expected, f"{method} {path}"
        for accept in ("text/html", "*/*"):
            page = client.request(method, address(path, package_id="1", user_id="1", token_id="1"), headers={"Accept": accept})
            assert page.status_code == expected, f"{method} {path}"


def test_other_organisations_find_nothing(app, client_as, people, service, ids):
    stranger = client_as("B", "admin")
    with service.store.begin() as session:
        before = session.get_one(PackageRow, ids["package_id"]).version
    for method, path, rule in known(app, "package", "person", "thing"):
        answer = call(stranger, method, address(path, **ids), rule)
        assert answer.status_code == 404, f"{method} {path}: {answer.status_code} {answer.text[:300]}"
        assert answer.headers["content-type"] == "application/problem+json"
        assert MARKER not in answer.text
    with service.store.begin() as session:
        row = session.get_one(PackageRow, ids["package_id"])
        assert (row.version, row.decision) == (before, None)
        told = session.scalars(
            select(AuditEntry.action).where(
                AuditEntry.subject == f"package:{ids['package_id']}", AuditEntry.org_id == people.org["B"]
            )
        ).all()
    assert not told, "B did nothing to it"


def test_lists_hold_the_own_organisation_only(app, client_as, people, ids):
    theirs = [*ids.values(), people.org["A"], MARKER, *(i.user_id for (org, _), i in people.items() if org == "A")]
    for method, path, rule in known(app, "list", "self", "page"):
        if method != "GET" or rule.role == "operator":
            continue
        answer = call(client_as("B", "admin"), method, address(path, **ids | {"package_id": "0", "batch_id": "0"}), rule)
        assert answer.status_code < 500
        assert not [x for x in theirs if x.encode() in answer.content], f"{method} {path}"


def test_the_things_of_these_tests_are_really_there(app, client_as, ids):
    """Without this, a wrong address would pass for a refusal."""
    for method, path, rule in known(app, "package", "person", "thing"):
        if method == "GET" and not rule.slow:
            answer = call(client_as("A", "admin"), method, address(path, **ids), rule)
            assert answer.status_code == 200, f"{method} {path}: {answer.text[:300]}"


def test_lesser_roles_are_refused(app, client_as, ids, finished_package):
    own = ids | {"package_id": finished_package("A", by="submitter")}
    for method, path, rule in known(app, "package", "person", "thing", "list", "self", "page"):
        for role in ("submitter", "reviewer", "admin"):
            if RANK.index(role) >= RANK.index(rule.role):
                continue
            # A is run by its admin; B's admin is no operator.
            who = client_as("B" if rule.role == "operator" else "A", role)
            answer = call(who, method, address(path, **own), rule)
            assert answer.status_code == 403, f"{role} {method} {path}: {answer.status_code} {answer.text[:300]}"


def test_submitters_find_their_own_packages_only(app, client_as, ids, finished_package):
    own = finished_package("A", by="submitter")
    one = client_as("A", "submitter")
    for method, path, rule in known(app, "package"):
        if rule.role == "submitter":
            answer = call(one, method, address(path, **ids), rule)
            assert answer.status_code == 404, f"{method} {path}: {answer.status_code}"
            if method == "GET" and not rule.slow:
                assert call(one, method, address(path, **ids | {"package_id": own}), rule).status_code == 200, path
    listed = one.get(f"{API}/packages").json()
    assert [p["id"] for p in listed["items"]] == [own]
    assert client_as("A", "reviewer").get(f"{API}/packages").json()["total"] == 2


def test_browsers_change_nothing_without_the_csrf_token(app, client_as, ids):
    one = client_as("A", "admin")
    del one.headers["X-CSRF-Token"]
    for method, path, rule in known(app, "package", "person", "thing", "list", "self", "page"):
        if method not in SAFE_METHODS:
            answer = call(one, method, address(path, **ids), rule)
            assert (answer.status_code, answer.json()["code"]) == (403, "csrf"), f"{method} {path}"
