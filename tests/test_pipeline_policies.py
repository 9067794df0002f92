"""A package without scans through the whole pipeline with policies."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from extractor.cli import app

POLICY = "cn-2021-little-giant-batch3"


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    folder = tmp_path_factory.mktemp("材料")
    (folder / "说明.csv").write_text("项目,内容\n企业,福建甲机械有限公司\n", "utf-8")
    declared = {"enterprise": {"name": "福建甲机械有限公司"}, "as_of": "2021-05-06"}
    rows = [{"metric": "revenue", "period": "2020", "value": 8000, "unit": "万元"}]
    (folder / "declared.json").write_text(json.dumps({**declared, "declared": rows}), "utf-8")
    return folder


def test_policies_are_judged_shown_and_warned_about(package, tmp_path):
    words = ["check", str(package), "--policy", POLICY, "--policy", "cn-2026-little-giant", "--policy", POLICY]
    run = CliRunner().invoke(app, [*words, "--json", "--out", str(tmp_path)])
    assert run.exit_code == 1
    result = json.loads(run.stdout)
    assert result == json.loads((tmp_path / "result.json").read_text("utf-8"))
    assert [p["id"] for p in result["policies"]] == [POLICY, "cn-2026-little-giant"]
    assert [p["in_force"] for p in result["policies"]] == [True, False]
    assert {p["status"] for p in result["policies"]} == {"undetermined"}
    assert result["summary"]["verdict"] == "review"
    assert "cn-2026-little-giant 在 2021-05-06 不是现行政策" in run.stderr
    shown = CliRunner().invoke(app, words)
    text = "".join(shown.stdout.split())
    for part in ("待定", "条已判定", "条待人工", "否决情形5条须由人工排除", "注意：cn-2026-little-giant", "请提供审计报告"):
        assert part in text


def test_without_policies_nothing_changes(package):
    run = CliRunner().invoke(app, ["check", str(package), "--json"])
    result = json.loads(run.stdout)
    assert result["policies"] == []
    assert result["summary"]["verdict"] == "review"


def test_policies_without_declared_figures(package, tmp_path):
    (tmp_path / "说明.csv").write_bytes((package / "说明.csv").read_bytes())
    run = CliRunner().invoke(app, ["check", str(tmp_path), "--policy", POLICY, "--as-of", "2021-05-06", "--json"])
    assert run.exit_code == 1
    (policy,) = json.loads(run.stdout)["policies"]
    assert policy["status"] == "undetermined"
    assert "不知道是哪家企业" in run.stderr
