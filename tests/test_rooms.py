"""Data goes one way through the rooms: a room imports only from rooms to its left."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ORDER = ["model", "values", "intake", "reading", "documents", "claims", "criteria", "reports"]
WHOLE = [*ORDER, "prescreen", "review", "conclude", "triage", "unchanged", "pipeline", "template"]
MAY = {
    "model": set(),
    "values": {"model"},
    "intake": {"model"},
    "reading": {"model", "values", "intake", "models"},
    "documents": {"model", "values", "models"},
    "claims": {"model", "values"},
    "criteria": {"model", "values"},
    "review": {"model", "values", "documents", "claims", "criteria", "models"},
    "prescreen": {"model", "values"},
    "reports": {"model", "values"},
    "conclude": {*ORDER, "review", "models"},
    "triage": {"model", "values", "documents"},
    "unchanged": {"model", "intake", "reading"},
    "pipeline": {*ORDER, "conclude", "triage", "unchanged", "review", "models"},
    "template": {*ORDER},
    "cli": {*WHOLE, "models", "corpora", "eval", "api"},
    "api": {*WHOLE, "models", "corpora"},
    "models": {"model", "values"},
    "corpora": {"model", "values"},
}


def room_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    if parts[0] == "extractor" and len(parts) > 1:
        return "cli" if parts[1].startswith("cli_") else parts[1]
    return parts[0]


def imported_rooms(path: Path) -> set[str]:
    rooms = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{a.name}" for a in node.names]
        for name in names:
            head, *rest = name.split(".")
            if head == "extractor" and rest:
                rooms.add("cli" if rest[0].startswith("cli_") else rest[0])
            elif head in ("models", "corpora", "eval", "api"):
                rooms.add(head)
    return rooms


FILES = sorted(p for room in ("extractor", "models", "corpora", "api") for p in (ROOT / room).rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_go_one_way(path):
    room = room_of(path)
    if room == "__init__":
        return
    allowed = MAY[room] | {room}
    assert imported_rooms(path) <= allowed
