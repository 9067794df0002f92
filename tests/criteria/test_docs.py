"""What docs/criteria.md says is so: its example works, its table lists every policy file."""

import re
from datetime import date
from pathlib import Path

import pytest
import yaml

from extractor.criteria.evaluate import evaluate
from extractor.criteria.facts import facts_from_declaration
from extractor.criteria.load import DATA, METRICS, load_policies
from extractor.criteria.versions import in_force
from extractor.model import Declaration, Declared

DOC = Path(__file__).parents[2] / "docs" / "criteria.md"
TEXT = DOC.read_text("utf-8")
EXAMPLE = re.search(r"```yaml\n(- id: .*?)```", TEXT, re.S)
FILES = sorted(p for p in DATA.glob("*.yaml") if p.name != METRICS)


def table():
    """The table as the data has it."""
    rows = ["| file | policies | document numbers | source texts |", "| --- | --- | --- | --- |"]
    for path in FILES:
        mine = [p for p in load_policies() if p.file == path.name]
        numbers = sorted({n for p in mine for n in re.split("[、；;]", p.doc_no) if n})
        texts = sorted({s.file.split("_")[0] for p in mine for s in p.source if s.file})
        cited = len({s.document for p in mine for s in p.source if s.document})
        shown = [*([f"seed {', '.join(texts)}"] if texts else []), *([f"{cited} cited documents"] if cited else [])]
        rows.append(f"| `{path.stem}` | {len(mine)} | {' · '.join(numbers) or '—'} | {'; '.join(shown)} |")
    return "\n".join(rows)


def test_every_policy_ships_once():
    ids = [p["id"] for path in FILES for p in yaml.safe_load(path.read_text("utf-8"))]
    assert len(ids) == len(set(ids)) == 182
    assert sorted(ids) == sorted(load_policies().policies)


def test_the_table_lists_what_ships():
    assert table() in TEXT, f"docs/criteria.md needs this table:\n{table()}"


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The policies with the example of the page as one more file."""
    folder = tmp_path_factory.mktemp("policies")
    for path in (*FILES, DATA / METRICS):
        (folder / path.name).write_text(path.read_text("utf-8"), "utf-8")
    assert EXAMPLE is not None
    (folder / "putian.yaml").write_text(EXAMPLE[1], "utf-8")
    return load_policies(folder)


def declared(book, revenue, rd, patents):
    rows = [
        Declared(metric="region_tag", period="now", value="莆田", unit=""),
        Declared(metric="revenue", period="2025", value=revenue, unit="万元"),
        Declared(metric="rd_expense", period="2025", value=rd, unit="万元"),
        Declared(metric="invention_patents", period="now", value=patents, unit="项"),
    ]
    return facts_from_declaration(Declaration(name="示例", as_of="2026-05-06", declared=tuple(rows)), book.metrics)


def test_the_example_is_read(book):
    assert len(book) == 183
    policy = book.get("cn-putian-2026-pool")
    assert policy in in_force(book, date(2026, 5, 6), "莆田")
    assert policy not in in_force(book, date(2028, 5, 6), "莆田")


@pytest.mark.parametrize(
    ("revenue", "rd", "patents", "status"),
    [
        (5000, 150, 0, "undetermined"),
        (4999.99, 150, 0, "not_met"),
        (5000, 149.99, 0, "not_met"),
        (5000, 149.99, 1, "undetermined"),
    ],
)
def test_the_example_is_judged_as_the_page_says(book, revenue, rd, patents, status):
    facts = declared(book, revenue, rd, patents)
    policy = book.get("cn-putian-2026-pool")
    assert evaluate(policy, facts, book, self_test=True).conditions.status == status
    by_evidence = evaluate(policy, facts, book)
    assert by_evidence.status == "undetermined"
    assert not by_evidence.declared_met
