"""Limits that the environment sets hold on the command line, too."""

import pytest
from typer.testing import CliRunner

from extractor.cli import app


@pytest.fixture
def package(tmp_path):
    for k in range(3):
        (tmp_path / f"名单{k}.csv").write_text("姓名,月份\n张三,2024-01\n", encoding="utf-8")
    return tmp_path


def test_a_limit_of_the_environment_holds(package, monkeypatch):
    monkeypatch.setenv("ZUOZHENG_INTAKE__MAX_FILES", "2")
    done = CliRunner().invoke(app, ["read", str(package), "--json"])
    assert "名单1.csv" in done.stdout
    assert "名单2.csv" not in done.stdout


@pytest.mark.parametrize("command", ["read", "batch"])
def test_a_limit_that_is_no_number_is_told_in_one_line(package, monkeypatch, command):
    monkeypatch.setenv("ZUOZHENG_INTAKE__MAX_FILES", "many")
    done = CliRunner().invoke(app, [command, str(package)])
    assert done.exit_code == 2
    assert "ZUOZHENG_INTAKE__MAX_FILES" in done.stderr
    assert "Traceback" not in done.stderr
