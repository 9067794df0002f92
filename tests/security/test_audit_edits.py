"""Whatever is done to the audit log by somebody with full power over the database is found."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from api.audit import HEAD, START, entry_hash, record, verify
from api.store.engine import Store, make_engine
from api.store.tables import AuditEntry, Base, now
from tests.api.test_audit import without_triggers

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
LINES = 6
COLUMNS = ("at", "org_id", "user_id", "action", "subject", "detail", "previous", "hash")


@pytest.fixture
def store(database_url):
    made = Store(make_engine(database_url))
    yield made
    made.engine.dispose()


def write(store: Store, count: int = LINES) -> None:
    for number in range(count):
        with store.begin() as session:
            record(session, None, "open", f"package:{number}", page=number, note="甲")


def rows(store: Store) -> list[dict[str, Any]]:
    with store.engine.connect() as connection:
        return [dict(r) for r in connection.execute(text("SELECT * FROM audit ORDER BY id")).mappings()]


def put(store: Store, lines: list[dict[str, Any]]) -> None:
    """Replace the whole log by these lines, the triggers being out of the way."""
    with store.engine.begin() as connection:
        connection.execute(text("DELETE FROM audit"))
        for line in lines:
            names = ", ".join(line)
            connection.execute(text(f"INSERT INTO audit ({names}) VALUES ({', '.join(':' + n for n in line)})"), line)


@pytest.fixture(scope="module")
def bare(tmp_path_factory) -> Store:
    """A database without triggers, written once; every example puts its own log there."""
    path: Path = tmp_path_factory.mktemp("audit") / "bare.sqlite"
    made = Store(make_engine(f"sqlite:///{path}"))
    Base.metadata.create_all(made.engine)
    write(made)
    yield made
    made.engine.dispose()


@pytest.fixture(scope="module")
def good(bare: Store) -> list[dict[str, Any]]:
    return rows(bare)


ANY_TEXT = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["{", "{}", "[1", "null", "NaN", '{"page":NaN}', '"\\ud800"', '{"page": 1}', "2026-01-01 00:00:00.000000", "x", ""]
    ),
)


@settings(max_examples=150, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_edit_is_found(bare: Store, good: list[dict[str, Any]], data: st.DataObject) -> None:
    """Change a cell, take out lines, put some in, change their order, cut off the end: each alone and one after another."""
    lines = [dict(r) for r in good]
    for _ in range(data.draw(st.integers(1, 3))):
        what = data.draw(st.sampled_from(["cell", "delete", "copy", "swap", "cut"]))
        at = data.draw(st.integers(0, max(0, len(lines) - 1)))
        if what == "cell" and lines:
            lines[at][data.draw(st.sampled_from(COLUMNS))] = data.draw(ANY_TEXT)
        elif what == "delete" and lines:
            del lines[at]
        elif what == "copy" and lines:
            free = max(r["id"] for r in lines) + data.draw(st.integers(1, 3))
            lines.append(lines[at] | {"id": data.draw(st.sampled_from([free, 0, -1]))})
            lines = list({r["id"]: r for r in lines}.values())
        elif what == "swap" and len(lines) > 1:
            other = data.draw(st.integers(0, len(lines) - 1))
            lines[at], lines[other] = (
                lines[other] | {"id": lines[at]["id"]},
                lines[at] | {"id": lines[other]["id"]},
            )
        elif what == "cut":
            lines = lines[:at]
    put(bare, lines)
    proof = verify(bare)
    same = _meaning(lines) == _meaning(good)
    assert proof.ok == same, (lines, proof)
    if not same:
        assert proof.reason
        assert proof.first_bad is not None


def _meaning(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Equal where nothing that counts differs; here no two ways of writing the same thing are drawn."""
    return sorted(lines, key=lambda r: r["id"])


@settings(max_examples=40, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(keep=st.integers(0, LINES - 1), extra=st.integers(0, 2))
def test_a_log_written_anew_with_right_hashes_is_found_by_what_was_noted(bare, good, keep: int, extra: int) -> None:
    """Without a secret outside the database anybody can make a chain; only the noted value shows it."""
    put(bare, good)
    noted = verify(bare).head
    moment, previous = now(), good[keep - 1]["hash"] if keep else START
    lines = [dict(r) for r in good[:keep]]
    for number in range(keep + 1, keep + 1 + extra):
        entry = AuditEntry(
            id=number,
            at=moment + timedelta(seconds=number),
            action="open",
            subject="package:9",
            detail={"page": 9},
            previous=previous,
        )
        entry.hash = previous = entry_hash(entry)
        at = entry.at.strftime("%Y-%m-%d %H:%M:%S.%f")
        lines.append(good[0] | {"id": number, "at": at, "action": "open", "subject": "package:9", "detail": '{"page": 9}'})
        lines[-1] |= {"previous": entry.previous, "hash": entry.hash}
    put(bare, lines)
    with bare.engine.begin() as connection:
        kept = connection.execute(text("SELECT value FROM keyed WHERE key = :key"), {"key": HEAD}).scalar_one()
        connection.execute(text("UPDATE keyed SET value = :v WHERE key = :key"), {"v": f"{len(lines)}:{previous}", "key": HEAD})
    try:
        assert verify(bare).ok, "the chain itself is right"
        proof = verify(bare, noted)
        assert not proof.ok
        assert "抄录" in proof.reason
    finally:
        with bare.engine.begin() as connection:
            connection.execute(text("UPDATE keyed SET value = :v WHERE key = :key"), {"v": kept, "key": HEAD})


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET detail = '{' WHERE id = 3",
        "UPDATE audit SET detail = '{\"page\": NaN}' WHERE id = 3",
        'UPDATE audit SET detail = \'{"page": "\\ud800"}\' WHERE id = 3',
        "UPDATE audit SET at = 'gestern' WHERE id = 3",
        "UPDATE audit SET at = 7 WHERE id = 3",
        "UPDATE audit SET detail = x'ff' WHERE id = 3",
    ],
)
@ONE
def test_a_line_that_cannot_be_read_any_more_is_told_like_any_other(store, statement):
    write(store)
    without_triggers(store, statement)
    proof = verify(store)
    assert (proof.ok, proof.first_bad) == (False, 3), proof.reason


def test_an_emptied_log_is_found_by_what_was_noted(store):
    write(store, 3)
    noted = verify(store).head
    without_triggers(store, "DELETE FROM audit")
    without_triggers(store, f"DELETE FROM keyed WHERE key = '{HEAD}'")
    assert verify(store).ok, "nothing in the database tells"
    assert not verify(store, noted).ok
    write(store, 3)
    assert not verify(store, noted).ok


def test_what_was_noted_of_an_empty_log_or_an_earlier_day_stands(store):
    assert verify(store, START).ok
    write(store, 2)
    noted = verify(store).head
    write(store, 2)
    assert verify(store, noted).ok
    assert verify(store, START).ok
    assert not verify(store, "f" * 64).ok


@ONE
def test_the_command_compares_with_what_was_noted(store, tmp_path):
    from typer.testing import CliRunner

    from extractor.cli import app

    write(store, 2)
    noted = verify(store).head
    write(store, 2)
    home = ["audit", "verify", "--data-dir", str(tmp_path / "data")]
    for more, code in (([], 0), (["--noted", noted.upper()], 0), (["--noted", "f" * 64], 1)):
        done = CliRunner().invoke(app, [*home, *more])
        assert done.exit_code == code, done.output
        assert ("抄录的校验值不在日志中" in done.output) is (code == 1)
