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

from extractor.claims.declared import DECLARED_NAMES, load_declaration
from extractor.claims.metrics import CERTIFICATE_PREFIX, DOCUMENT_TYPES, METRICS, metric_of
from extractor.claims.summary import exit_code
from extractor.cli import app
from extractor.criteria.decisions import load_decisions
from extractor.criteria.kleene import Status
from extractor.criteria.load import load_policies
from extractor.criteria.package import choose, judge_package
from extractor.criteria.policy_json import policy_row
from extractor.criteria.self_report import self_report
from extractor.documents.registry import TYPES
from extractor.model import (
    Check,
    Claim,
    Declaration,
    Declared,
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
    found["models"] = found["models"].commands["list"]
    found["policies"] = found["policies"].commands["list"]
    found["audit"] = found["audit"].commands["verify"]
    return found


def described() -> dict[str, str]:
    """The usage line of each command in the table, with the options that the text beside it names."""
    rows = [(row[0].strip("`"), row[1] if "policies list" in row[0] else "") for row in table("Commands")]
    return {usage.split()[1]: " ".join([usage, *(f"[{o}]" for o in re.findall("--[a-z-]+", text))]) for usage, text in rows}


def test_every_command_is_described() -> None:
    assert set(described()) == set(commands())


READING = {"check", "read", "eval", "selftest"}
"""The commands that read pages."""


@pytest.mark.parametrize("name", sorted(set(described()) - {"corpus"}))
def test_arguments_and_options_of_a_command(name: str) -> None:
    usage = described()[name]
    parameters = commands()[name].params
    shared = {"--engine", "--threads", "--cache"} if name in READING else set()
    options = {o for p in parameters if p.param_type_name == "option" for o in p.opts if o.startswith("--")} - {"--help"}
    assert shared <= options
    # `read` takes a day as well, which only matters for what is in force
    assert set(re.findall(r"--[a-z-]+", usage)) <= options
    if name not in ("read", "eval"):
        assert options - shared == set(re.findall(r"--[a-z-]+", usage))
    required = re.sub(r"\[.*?\]|--[a-z]+ [A-Z]+", "", usage).split()[3 if name in ("models", "policies", "audit") else 2 :]
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


POLICY = "cn-2021-little-giant-batch3"


def in_order(text: str) -> list[str]:
    """The first words in backticks, brackets included."""
    return re.findall(r"`([a-z_]+)(?:\[\])?`", text)


def test_keys_of_a_policy() -> None:
    policy = judged()
    assert set(in_order(RESULT["policies"])) == set(policy) - {"doc_no", "confidence"} | {"score"}
    (statuses,) = re.findall(r"`status` \(([^()]*)\)", RESULT["policies"])
    assert set(statuses.split(", ")) == set(get_args(Status))


def test_keys_of_a_condition() -> None:
    found = {key for node in walk_dict(judged()["conditions"]) for key in node}
    text = section("Policies").split("By evidence")[0]
    nodes = {"kind", *re.sub(r"\([^()]*\)", "", text.split("`kind`")[1]).replace("[]", "").split("`")[1::2]}
    assert found <= nodes | {"label", "metric_label", "note"}
    assert nodes - found <= {"findings", "claims", "evidence", "decision"}


def test_the_decisions_example_loads(tmp_path: Path) -> None:
    (example,) = re.findall(r"```json\n(.*?)```", section("Policies"), re.DOTALL)
    path = tmp_path / "decisions.json"
    path.write_text(example, "utf-8")
    ((key, decision),) = load_decisions(path, load_policies()).items()
    assert key.startswith(POLICY)
    assert decision.status == "met"


def test_keys_of_a_self_test_and_of_a_list() -> None:
    text = section("Policies").split("`zuozheng selftest --json`")[1]
    report = self_report(DECLARATION, load_policies())
    assert {k for k in report if k not in text} == {"schema"}
    for placement in report["placements"]:
        assert {k for k in placement if k not in text} == set()
    (listed,) = re.findall(r"`zuozheng policies list --json` is an array of (.*?)\.", text)
    assert in_order(listed) == list(policy_row(load_policies().get(POLICY)))


DECLARATION = Declaration(
    name="福建示例制造有限公司",
    as_of="2021-05-06",
    declared=(
        Declared(metric="revenue", period="2020", value=8000, unit="万元"),
        Declared(metric="utility_patents", period="now", value=4, unit="项"),
    ),
)


def judged() -> dict[str, Any]:
    """A package without evidence, judged by a policy."""
    result = Result(
        package=PackageInfo(name="材料", as_of="2021-05-06"),
        files=(),
        documents=(),
        summary=Summary(verdict="review", findings={}, pages=0, pages_ocr=0, seconds=0),
    )
    (found,) = judge_package(result, DECLARATION, choose([POLICY]), supported_at=0.9)
    return found


def walk_dict(node: dict[str, Any]) -> list[dict[str, Any]]:
    """A node and all under it."""
    return [node, *(n for c in node.get("children", ()) for n in walk_dict(c))]


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
    (example,) = re.findall(r"```json\n(.*?)```", section("What goes in"), re.DOTALL)
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
