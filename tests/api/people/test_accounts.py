"""People and organisations: who may set up whom."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select

from api.errors import Conflict, NotFound
from api.people.accounts import Change, change_user, reset_password
from api.store.tables import AuditEntry, User
from tests.api.conftest import PASSWORD

USERS, ORGANISATIONS, TOKENS = "/api/v1/users", "/api/v1/organisations", "/api/v1/tokens"
ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def enter(client, login, password):
    return client.post("/api/v1/auth/sign-in", json={"login": login, "password": password})


def test_an_admin_makes_people_of_the_own_organisation(client_as, client, people):
    one = client_as("A", "admin")
    answer = one.post(USERS, json={"login": "Wang.Fang", "name": " 王芳 ", "role": "reviewer"})
    assert answer.status_code == 201
    made = answer.json()
    assert (made["user"]["login"], made["user"]["name"], made["user"]["must_change_password"]) == ("wang.fang", "王芳", True)
    me = enter(client, "wang.fang", made["one_time_password"]).json()
    assert me["organisation"]["id"] == people.org["A"]
    assert me["user"]["must_change_password"]
    listed = one.get(USERS).json()
    assert listed["total"] == 4
    assert "password" not in str(listed["items"]).replace("must_change_password", "")
    assert {u["login"] for u in client_as("B", "admin").get(USERS).json()["items"]} == {"admin-b", "reviewer-b", "submitter-b"}


@ONE
@pytest.mark.parametrize(
    ("new", "status"),
    [
        ({"login": "reviewer-b", "name": "x", "role": "reviewer"}, 409),
        ({"login": "REVIEWER-A", "name": "x", "role": "reviewer"}, 409),
        ({"login": "a b", "name": "x", "role": "reviewer"}, 422),
        ({"login": "-ab", "name": "x", "role": "reviewer"}, 422),
        ({"login": "a\x00b", "name": "x", "role": "reviewer"}, 422),
        ({"login": "neu", "name": "  ", "role": "reviewer"}, 422),
        ({"login": "neu", "name": "x", "role": "owner"}, 422),
        ({"login": "neu", "name": "x"}, 422),
    ],
)
def test_unusable_people_are_refused(client_as, new, status):
    answer = client_as("A", "admin").post(USERS, json=new)
    assert answer.status_code == status, answer.text
    assert client_as("A", "admin").get(USERS).json()["total"] == 3


def test_roles_closing_and_new_passwords(client_as, client, people):
    admin, other = client_as("A", "admin"), client_as("A", "reviewer")
    path = f"{USERS}/{people['A', 'reviewer'].user_id}"
    assert admin.patch(path, json={"role": "submitter"}).json()["user"]["role"] == "submitter"
    assert other.get("/api/v1/auth/me").json()["user"]["role"] == "submitter", "at once"
    reset = admin.patch(path, json={"reset_password": True}).json()
    assert reset["one_time_password"]
    assert other.get("/api/v1/auth/me").status_code == 401, "sessions end"
    assert enter(client, "reviewer-a", PASSWORD).status_code == 401
    assert enter(client, "reviewer-a", reset["one_time_password"]).status_code == 200
    closed = admin.patch(path, json={"disabled": True}).json()
    assert closed["user"]["disabled"]
    assert client.get("/api/v1/auth/me").status_code == 401
    assert enter(client, "reviewer-a", reset["one_time_password"]).status_code == 401
    admin.patch(path, json={"disabled": False})
    assert enter(client, "reviewer-a", reset["one_time_password"]).status_code == 200


@ONE
def test_nobody_locks_everybody_out(client_as, people):
    admin = client_as("A", "admin")
    me = f"{USERS}/{people['A', 'admin'].user_id}"
    assert admin.patch(me, json={"disabled": True}).status_code == 409
    assert admin.patch(me, json={"role": "reviewer"}).status_code == 409
    assert admin.patch(me, json={"name": "新名字"}).json()["user"]["name"] == "新名字"
    assert admin.patch(me, json={"role": "admin"}).status_code == 200


def test_two_admins_cannot_demote_each_other_at_once(service, people, client_as):
    client_as("A", "admin").patch(f"{USERS}/{people['A', 'reviewer'].user_id}", json={"role": "admin"})
    pair = [people["A", "admin"], people["A", "reviewer"]]
    start = threading.Barrier(2)
    done: list[str] = []

    def demote(who, whom):
        start.wait()
        try:
            with service.store.begin() as session:
                change_user(session, who, whom.user_id, Change(role="submitter"))
            done.append("done")
        except Conflict:
            done.append("refused")

    threads = [threading.Thread(target=demote, args=(a, b)) for a, b in (pair, pair[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(done) == ["done", "refused"]


@ONE
def test_people_of_others_are_not_there(client_as, people):
    one = client_as("B", "admin")
    path = f"{USERS}/{people['A', 'reviewer'].user_id}"
    assert one.patch(path, json={"disabled": True}).status_code == 404
    assert one.get(TOKENS, params={"user": people["A", "reviewer"].user_id}).status_code == 404
    token = client_as("A", "reviewer").post(TOKENS, json={"name": "x"}).json()
    assert one.delete(f"{TOKENS}/{token['id']}").status_code == 404
    assert client_as("A", "submitter").delete(f"{TOKENS}/{token['id']}").status_code == 404
    assert client_as("A", "reviewer").get("/api/v1/auth/me").status_code == 200


def test_an_admin_looks_after_the_tokens_of_others(client_as, people):
    token = client_as("A", "reviewer").post(TOKENS, json={"name": "x"}).json()
    admin = client_as("A", "admin")
    whose = {"user": people["A", "reviewer"].user_id}
    assert [t["id"] for t in admin.get(TOKENS, params=whose).json()["items"]] == [token["id"]]
    assert client_as("A", "submitter").get(TOKENS, params=whose).status_code == 404
    assert admin.delete(f"{TOKENS}/{token['id']}").status_code == 204


@ONE
def test_there_is_an_end_to_tokens(client_as):
    one = client_as("A", "reviewer")
    codes = [one.post(TOKENS, json={"name": str(n)}).status_code for n in range(51)]
    assert codes == [201] * 50 + [409]


def test_the_operator_sets_up_organisations(client_as, client, people):
    operator = client_as("A", "admin")
    new = {"name": "示范区科技局", "admin": {"login": "kjj", "name": "李管理"}}
    answer = operator.post(ORGANISATIONS, json=new)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert made["admin"]["user"]["role"] == "admin"
    assert not made["admin"]["user"]["operator"]
    me = enter(client, "kjj", made["admin"]["one_time_password"]).json()
    assert me["organisation"] == {"id": made["organisation"]["id"], "name": "示范区科技局"}
    assert operator.post(ORGANISATIONS, json=new).status_code == 409
    taken = {"name": "另一个局", "admin": {"login": "kjj", "name": "x"}}
    assert operator.post(ORGANISATIONS, json=taken).status_code == 409
    listed = operator.get(ORGANISATIONS).json()
    assert {o["name"]: o["users"] for o in listed["items"]} == {
        "A市工业和信息化局": 3,
        "B市工业和信息化局": 3,
        "示范区科技局": 1,
    }
    for organisation, role in (("B", "admin"), ("A", "reviewer")):
        other = client_as(organisation, role)
        assert other.get(ORGANISATIONS).status_code == 403
        assert other.post(ORGANISATIONS, json=new).status_code == 403


def test_whoever_runs_the_machine_can_help_a_lone_administrator(client_as, client, service, people):
    before = client_as("A", "admin")
    password = reset_password(service.store, " ADMIN-A ")
    assert before.get("/api/v1/auth/me").status_code == 401, "sessions end"
    assert enter(client, "admin-a", PASSWORD).status_code == 401
    assert enter(client, "admin-a", password).json()["user"]["must_change_password"]
    with service.store.begin() as session:
        (line,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "password_reset"))
        assert (line.user_id, line.subject) == (None, f"user:{people['A', 'admin'].user_id}")


@ONE
def test_nobody_is_let_in_who_could_not_sign_in_before(service, people):
    with pytest.raises(NotFound, match="admin"):
        reset_password(service.store, "niemand")
    with service.store.begin() as session:
        session.get_one(User, people["A", "reviewer"].user_id).disabled = True
        session.get_one(User, people["A", "submitter"].user_id).password_hash = None
    for login, why in (("reviewer-a", "停用"), ("submitter-a", "统一身份")):
        with pytest.raises(Conflict, match=why):
            reset_password(service.store, login)
