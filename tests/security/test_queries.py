"""What is searched for is a value: no query, no pattern, on either database."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from api.store.tables import AuditEntry, PackageRow, User
from tests.api.batches import make_package
from tests.security.hostile import LINES, MARKUP, SQL
from tests.security.hostile import NAMES as NAMES_ON_DISK

NAMES = ("100%_甲", "a\\b", "O'Brien'; DROP TABLE packages; --", "平常", '引"号', "x_y", "ab%%cd", "[a-z]", "(a|b)")


def test_a_search_finds_what_holds_the_words_and_nothing_else(client_as, people, service):
    for name in NAMES:
        make_package(service, people["A", "reviewer"], name)
    client = client_as("A", "reviewer")
    for wanted in (*SQL, "%_", "_y", "a\\b", "b%%c", "[a-z]", "a|b", "O'B", "drop table", "平", '"号'):
        answer = client.get("/api/v1/packages", params={"q": wanted, "page_size": 200})
        assert answer.status_code == 200, wanted
        words = wanted.casefold().split()
        found = {p["name"] for p in answer.json()["items"]}
        assert found == {n for n in NAMES if all(w in n.casefold() for w in words)}, wanted


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_any_text_in_any_query_is_a_value_or_refused(client_as, service, people):
    for text in (*SQL, *NAMES_ON_DISK, *MARKUP[:3], *LINES):
        if len(text) <= 200 and text not in (".", ".."):
            _ask_everything(client_as, service, text)


def test_both_databases_take_them_alike(client_as, service, people):
    for text in ("x\x00y", "' OR 1=1 --", "\\", "%_"):
        _ask_everything(client_as, service, text)


def _ask_everything(client_as, service, text: str) -> None:
    admin = client_as("A", "admin")
    with service.store.begin() as session:
        before = [session.scalar(select(func.count()).select_from(t)) for t in (PackageRow, User)]
    asked = (("packages", "q"), ("packages", "batch"), ("packages", "sort"), ("audit", "subject"), ("tokens", "user"))
    for path, name in asked:
        answer = admin.get(f"/api/v1/{path}", params={name: text})
        assert answer.status_code in (200, 404, 422), f"{path}?{name}: {answer.status_code}"
        if answer.status_code == 200:
            assert answer.json()["items"] == []
    for path in ("packages", "batches", "tokens", "users"):
        method = "GET" if path in ("packages", "batches") else "PATCH" if path == "users" else "DELETE"
        answer = admin.request(
            method, f"/api/v1/{path}/{_quoted(text)}", **({"json": {"name": "x"}} if method == "PATCH" else {})
        )
        assert answer.status_code in (404, 405, 422), f"{method} {path}: {answer.status_code}"
    with service.store.begin() as session:
        assert [session.scalar(select(func.count()).select_from(t)) for t in (PackageRow, User)] == before
        assert session.scalar(select(func.count()).select_from(AuditEntry)) is not None


def _quoted(text: str) -> str:
    from urllib.parse import quote

    return quote(text, safe="") or "x"
