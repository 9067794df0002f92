"""``docs/contract.md`` says what the code does: commands, keys, verdicts, metrics, both ways round."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest
import typer
import yaml

from extractor.claims.declared import load_declaration
from extractor.claims.metrics import CERTIFICATE_PREFIX, DOCUMENT_TYPES, METRICS, metric_of
from extractor.claims.summary import exit_code
from extractor.cli import DECLARED_NAMES, app
from extractor.documents.registry import TYPES
from extractor.model import (
    Check,
    Claim,
    DeclaredValue,
    Document,
    Evidence,
    Field,
    FileInfo,
    Finding,
    Frozen,
    PackageInfo,
    PageRef,
    Result,
    Summary,
    Verdict,
)
from models.ocr import ENGINES

DOC = Path(__file__).parents[1] / "docs" / "contract.md"
TEXT = DOC.read_text("utf-8")

MODELS: dict[str, type[Frozen]] = {
    "package": PackageInfo,
    "files": FileInfo,
    "documents": Document,
    "a field": Field,
    "evidence": Evidence,
    "claims": Claim,
    "findings": Finding,
    "checks": Check,
    "summary": Summary,
}
INNER: dict[tuple[str, str], type[Frozen]] = {
    ("documents", "pages"): PageRef,
    ("findings", "declared"): DeclaredValue,
}


def section(title: str) -> str:
    """The text under a heading."""
    parts = re.split(r"^## ", TEXT, flags=re.MULTILINE)
    (found,) = [p for p in parts if p.split("\n", 1)[0].startswith(title)]
    return found.split("\n", 1)[1]


def table(title: str) -> list[list[str]]:
    """The cells of the table under a heading, without its head."""
    lines = [line for line in section(title).splitlines() if line.startswith("|")]
    return [[c.strip() for c in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[2:]]


def keys(text: str) -> list[str]:
    """The names in backticks, list marks taken off, outside brackets."""
    return [k for k in re.findall(r"`([^`]+?)(?:\[\])?`", re.sub(r"\([^()]*\)", "", text)) if k.isidentifier()]


def aliases(model: type[Frozen]) -> set[str]:
    """The keys of a type in JSON."""
    return {info.alias or name for name, info in model.model_fields.items() if not info.exclude}


RESULT = {re.sub(r"[`\[\]]", "", row[0]): row[1] for row in table("`result.json`")}


def commands() -> dict[str, Any]:
    """The commands of the program."""
    group: Any = typer.main.get_command(app)
    found = dict(group.commands)
    # `eval CORPUS` is `eval run CORPUS`.
    found["eval"] = found["eval"].commands["run"]
    return found


def described() -> dict[str, str]:
    """The usage line of each command in the table."""
    return {row[0].strip("`").split()[1]: row[0].strip("`") for row in table("Commands")}


def test_every_command_is_described() -> None:
    assert set(described()) == set(commands())


@pytest.mark.parametrize("name", sorted(set(described()) - {"corpus"}))
def test_arguments_and_options_of_a_command(name: str) -> None:
    usage = described()[name]
    parameters = commands()[name].params
    shared = {"--engine", "--threads", "--cache"}
    options = {o for p in parameters if p.param_type_name == "option" for o in p.opts} - {"--help"}
    assert shared <= options
    # `read` takes a day as well, which only matters for what is in force
    assert set(re.findall(r"--[a-z-]+", usage)) <= options
    if name == "check":
        assert options - shared == set(re.findall(r"--[a-z-]+", usage))
    required = re.sub(r"\[.*?\]", "", usage).split()[2:]
    assert len(required) == sum(p.param_type_name == "argument" for p in parameters)


def test_engines() -> None:
    (named,) = re.findall(r"`--engine ([a-z|]+)`", section("Commands"))
    assert set(named.split("|")) == set(ENGINES)


def test_exit_codes_follow_the_findings() -> None:
    said = Finding(
        metric="revenue",
        period="2020",
        declared=DeclaredValue(value=1, unit="元"),
        verdict=Verdict.SUPPORTED,
        confidence=1.0,
        reason="",
    )
    assert exit_code([said]) == 0
    for verdict in set(Verdict) - {Verdict.SUPPORTED}:
        assert exit_code([said, said.model_copy(update={"verdict": verdict})]) == 1


def test_top_level_keys() -> None:
    assert set(RESULT) - {"a field", "evidence"} == aliases(Result)
    assert keys(section("`result.json`"))[:1] == ["schema"]
    assert Result.model_fields["schema_"].default in RESULT["schema"]


@pytest.mark.parametrize("row", sorted(MODELS))
def test_keys_of_each_part(row: str) -> None:
    named = keys(RESULT[row])
    assert len(named) == len(set(named))
    assert set(named) == aliases(MODELS[row])


@pytest.mark.parametrize(("row", "key"), sorted(INNER))
def test_keys_in_brackets(row: str, key: str) -> None:
    (inside,) = re.findall(rf"`{key}(?:\[\])?` \(([^()]*)\)", RESULT[row])
    assert set(keys(inside)) == aliases(INNER[row, key])


@pytest.mark.parametrize(("row", "key", "model"), [("checks", "status", Check), ("summary", "verdict", Summary)])
def test_values_in_brackets(row: str, key: str, model: type[Frozen]) -> None:
    (inside,) = re.findall(rf"`{key}` \(([^()]*)\)", RESULT[row])
    assert set(inside.split(", ")) == set(get_args(model.model_fields[key].annotation))


def test_verdicts() -> None:
    assert re.findall(r"`([a-z_]+)` \(", section("Verdicts")) == [v.value for v in Verdict]


def metric_rows() -> dict[str, tuple[str, str, tuple[str, ...]]]:
    """Label, unit and evidence of each metric in the table."""
    return {
        key: (label.strip(), unit, tuple(re.findall(r"`([a-z_]+)`", evidence)))
        for metrics, unit, evidence in table("Metrics")
        for key, label in re.findall(r"`([^`]+)` ([^`·]+)", metrics)
    }


def test_metrics() -> None:
    rows = metric_rows()
    dated = rows.pop(f"{CERTIFICATE_PREFIX}<number>")
    assert rows == {m.key: (m.label, m.unit, m.evidence) for m in METRICS.values()}
    assert dated[1] == metric_of(f"{CERTIFICATE_PREFIX}A1").unit


def test_the_declared_example_loads(tmp_path: Path) -> None:
    (example,) = re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)
    path = tmp_path / "declared.json"
    path.write_text(example, "utf-8")
    loaded = load_declaration(path, default_as_of=date(2000, 1, 1))
    raw = json.loads(example)
    assert loaded.name == raw["enterprise"]["name"]
    assert loaded.as_of == raw["as_of"]
    assert [d.metric for d in loaded.declared] == [d["metric"] for d in raw["declared"]]
    assert all(d.metric in METRICS for d in loaded.declared)


def test_the_declared_columns_load(tmp_path: Path) -> None:
    columns = re.findall(r"([一-鿿]+)/([a-z]+)", section("What goes in"))
    path = tmp_path / "declared.csv"
    for language in (0, 1):
        head = ",".join(c[language] for c in columns)
        path.write_text(f"企业名称,福建示例制造有限公司\n截止日期,2024-06-30\n{head}\n营业收入,2023,100.50,万元\n", "utf-8")
        loaded = load_declaration(path, default_as_of=date(2000, 1, 1))
        assert (loaded.name, loaded.as_of) == ("福建示例制造有限公司", "2024-06-30")
        (only,) = loaded.declared
        assert (only.metric, only.period, only.unit, only.decimals) == ("revenue", "2023", "万元", 2)


def test_names_of_the_declaration_in_a_folder() -> None:
    (named,) = re.findall(r"`(declared\.[a-z|]+)`", TEXT)
    assert {f"declared.{ending}" for ending in named.split(".")[1].split("|")} == set(DECLARED_NAMES)


def test_files_that_are_named_exist() -> None:
    for link in re.findall(r"\]\(([^)]+)\)", TEXT):
        assert (DOC.parent / link).is_file(), link
    for path in re.findall(r"`([a-z]+/[a-z_/]+\.yaml)`", TEXT):
        assert (DOC.parents[1] / path).is_file(), path


def test_document_types_of_the_field_catalogue() -> None:
    (path,) = re.findall(r"`(extractor/[a-z_/]+\.yaml)`", TEXT)
    catalogue = yaml.safe_load((DOC.parents[1] / path).read_text("utf-8"))
    assert set(TYPES) <= set(catalogue)
    assert set(TYPES) == set(DOCUMENT_TYPES)
