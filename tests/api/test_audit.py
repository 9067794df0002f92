"""The audit log: a chain that the database protects and that shows what gets around it."""

from __future__ import annotations

import ast
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

import api
from api.audit import ACTIONS, HEAD, entries, record, verify
from api.store.engine import Store, make_engine
from api.store.tables import AuditEntry, Keyed, Organisation


@pytest.fixture
def store(database_url):
    made = Store(make_engine(database_url))
    yield made
    made.engine.dispose()


def write(store: Store, count: int, **detail: object) -> None:
    for number in range(count):
        with store.begin() as session:
            record(session, None, "open", f"package:{number}", **detail)


def without_triggers(store: Store, statement: str) -> None:
    """What somebody with full power over the database could do."""
    with store.engine.begin() as connection:
        if store.engine.dialect.name == "postgresql":
            connection.execute(text("ALTER TABLE audit DISABLE TRIGGER ALL"))
            connection.execute(text(statement))
            connection.execute(text("ALTER TABLE audit ENABLE TRIGGER ALL"))
            return
        triggers = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
        for name, _ in triggers:
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(text(statement))
        for _, sql in triggers:
            connection.execute(text(sql))


def test_an_empty_log_is_whole(store):
    assert verify(store).ok
    assert verify(store).entries == 0


def test_lines_are_numbered_and_chained(store):
    write(store, 3, note="查看", pages=2, nested={"b": [1, None, True], "a": 0.5})
    with store.begin() as session:
        rows = list(session.scalars(select(AuditEntry).order_by(AuditEntry.id)))
    assert [r.id for r in rows] == [1, 2, 3]
    assert [r.previous for r in rows] == ["0" * 64, rows[0].hash, rows[1].hash]
    assert rows[0].detail == {"note": "查看", "pages": 2, "nested": {"b": [1, None, True], "a": 0.5}}
    proof = verify(store)
    assert (proof.ok, proof.entries, proof.first_bad, proof.head) == (True, 3, None, rows[2].hash)


def test_several_lines_of_one_transaction_keep_their_order(store):
    with store.begin() as session:
        for action in ("upload", "open", "export"):
            record(session, None, action)
    with store.begin() as session:
        assert list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id))) == ["upload", "open", "export"]
    assert verify(store).ok


def test_what_is_rolled_back_leaves_no_line(store):
    write(store, 1)

    def fails() -> None:
        with store.begin() as session:
            session.add(Organisation(name="甲"))
            record(session, None, "organisation_created")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    write(store, 1)
    proof = verify(store)
    assert (proof.ok, proof.entries) == (True, 2)
    with store.begin() as session:
        assert session.scalar(select(func.count()).select_from(Organisation)) == 0


def test_what_a_savepoint_holds_is_written_once_at_the_end(store):
    with store.begin() as session:
        with session.begin_nested():
            record(session, None, "upload")
        record(session, None, "open")
    proof = verify(store)
    assert (proof.ok, proof.entries) == (True, 2)


def test_details_must_be_json(store):
    with pytest.raises(TypeError), store.begin() as session:
        record(session, None, "open", what=object())


def test_id_numbers_never_enter(store):
    with store.begin() as session:
        record(session, None, "open", note="身份证 11010519491231002X", many=["11010519491231002X"])
    with store.begin() as session:
        detail = session.scalars(select(AuditEntry.detail)).one()
    assert "19491231" not in str(detail)
    assert detail["many"] == ["1101**********002X"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET action = 'x' WHERE id = 2",
        "DELETE FROM audit WHERE id = 2",
        "DELETE FROM audit",
        "INSERT INTO audit (id, at, action, subject, detail, previous, hash) "
        "SELECT 2, at, 'x', subject, detail, previous, hash FROM audit",
    ],
)
def test_the_database_refuses_changes(store, statement):
    write(store, 3)
    with pytest.raises(DBAPIError), store.engine.begin() as connection:
        connection.execute(text(statement))
    assert verify(store).ok


def test_sqlite_refuses_replacing_and_postgresql_truncating(store):
    write(store, 2)
    statement = (
        "TRUNCATE audit"
        if store.engine.dialect.name == "postgresql"
        else "INSERT OR REPLACE INTO audit (id, at, action, subject, detail, previous, hash) "
        "SELECT id, at, 'x', subject, detail, previous, hash FROM audit WHERE id = 1"
    )
    with pytest.raises(DBAPIError, match="append-only"), store.engine.begin() as connection:
        connection.execute(text(statement))
    assert verify(store).entries == 2


@pytest.mark.parametrize(
    ("statement", "first_bad"),
    [
        ("UPDATE audit SET action = 'x' WHERE id = 3", 3),
        ("UPDATE audit SET at = (SELECT at FROM audit WHERE id = 1) WHERE id = 4", 4),
        ("UPDATE audit SET user_id = 'somebody' WHERE id = 1", 1),
        ("UPDATE audit SET org_id = 'other' WHERE id = 5", 5),
        ("UPDATE audit SET subject = 'package:7' WHERE id = 2", 2),
        ("UPDATE audit SET hash = previous WHERE id = 5", 5),
        ("UPDATE audit SET previous = hash WHERE id = 3", 3),
        ("DELETE FROM audit WHERE id = 3", 4),
        ("DELETE FROM audit WHERE id = 1", 2),
        ("DELETE FROM audit WHERE id = 5", 5),
        ("DELETE FROM audit", 1),
        ("DELETE FROM keyed WHERE key = 'audit_head'", 5),
    ],
)
def test_tampering_is_found_where_it_was_done(store, statement, first_bad):
    write(store, 5, note="甲")
    without_triggers(store, statement)
    proof = verify(store)
    assert not proof.ok
    assert proof.first_bad == first_bad
    assert proof.reason


def test_detail_that_was_tampered_with_is_found(store):
    write(store, 3, note="甲")
    without_triggers(store, """UPDATE audit SET detail = '{"note":"乙"}' WHERE id = 2""")
    assert verify(store).first_bad == 2


def test_a_whole_chain_written_anew_is_found_by_its_head(store):
    write(store, 2)
    with store.begin() as session:
        session.get_one(Keyed, HEAD).value = "2:" + "a" * 64
    assert verify(store).first_bad == 2


def test_writers_at_the_same_time_make_one_chain(store):
    writers, each = 8, 6
    errors: list[BaseException] = []
    start = threading.Barrier(writers)

    def work(number: int) -> None:
        try:
            start.wait()
            for k in range(each):
                with store.begin() as session:
                    # Both orders of other work and logging: neither may lock the other out.
                    if k % 2:
                        record(session, None, "open", f"package:{number}")
                    session.add(Organisation(name=f"{number}-{k}"))
                    session.flush()
                    if not k % 2:
                        record(session, None, "open", f"package:{number}")
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not errors
    proof = verify(store)
    assert (proof.ok, proof.entries) == (True, writers * each)


def test_verifying_goes_on_beside_writers(store):
    write(store, 3)
    with store.begin() as session:
        record(session, None, "open")
        session.flush()
        assert verify(store).entries == 3
    assert verify(store).entries == 4


# --- over the API --------------------------------------------------------------


def test_an_admin_sees_the_lines_of_the_organisation_only(client_as, service, people):
    with service.store.begin() as session:
        record(session, people["A", "reviewer"], "unmask", "package:1", page=3)
        record(session, people["B", "reviewer"], "unmask", "package:2")
        record(session, None, "retention", "package:3")
    page = client_as("A", "admin").get("/api/v1/audit", params={"subject": "package:1"}).json()
    assert page["total"] == 1
    (line,) = page["items"]
    assert (line["action"], line["action_label"], line["detail"]) == ("unmask", "查看未遮盖的页面", {"page": 3})
    assert line["user"] == {"id": people["A", "reviewer"].user_id, "name": "Areviewer"}
    assert client_as("A", "admin").get("/api/v1/audit", params={"subject": "package:2"}).json()["items"] == []
    everything = client_as("A", "admin").get("/api/v1/audit").json()
    assert {"package:2", "package:3"}.isdisjoint(x["subject"] for x in everything["items"])


def test_pages_of_the_log_follow_one_another(service, people):
    with service.store.begin() as session:
        for number in range(7):
            record(session, people["A", "admin"], "open", f"package:{number}")
    with service.store.begin() as session:
        first, total = entries(session, people.org["A"], page=1, page_size=3)
        last, _ = entries(session, people.org["A"], page=3, page_size=3)
    assert total == 7
    assert [e.subject for e in first] == ["package:6", "package:5", "package:4"]
    assert [e.subject for e in last] == ["package:0"]


@pytest.mark.parametrize("role", ["reviewer", "submitter"])
def test_the_log_is_for_admins(client_as: Callable[..., object], role):
    one = client_as("A", role)
    assert one.get("/api/v1/audit").status_code == 403
    assert one.get("/api/v1/audit/proof").status_code == 403


def test_proof_over_the_api(client_as, service):
    one = client_as("B", "admin")
    assert one.get("/api/v1/audit/proof").json()["ok"] is True
    without_triggers(service.store, "UPDATE audit SET action = 'x' WHERE id = 1")
    proof = one.get("/api/v1/audit/proof").json()
    assert (proof["ok"], proof["first_bad"]) == (False, 1)


def recorded_actions() -> set[str]:
    """Every action that the code records: the third argument of ``record``, and ``action=`` where one is handed on."""
    found = set()
    for path in Path(api.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            given = [*node.args[2:3], *(k.value for k in node.keywords if k.arg == "action")] if name == "record" else []
            given += [k.value for k in node.keywords if k.arg == "action" and name == "delete_package"]
            found |= {a.value for a in given if isinstance(a, ast.Constant)}
    return found


def test_every_action_has_a_name_for_people():
    found = recorded_actions()
    assert {"upload", "backup", "retention", "review_withdrawn"} <= found
    assert not found - set(ACTIONS)
