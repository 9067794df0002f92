"""A mistake in the rules of one type of paper must not hide the others."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from extractor.cli import app
from extractor.documents.split import TYPES, UNREAD, read_documents
from tests.documents.conftest import make_page
from tests.documents.statement_layouts import Layout, balance_page

SECRET = "张三350102199001011234"


def fails(_pages: object) -> None:
    """Stand in for rules with a mistake."""
    raise KeyError(SECRET)


def test_the_paper_is_listed_as_unread_and_nothing_of_it_is_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    kind = read_documents([balance_page(Layout())])[0].type
    monkeypatch.setattr(TYPES[kind], "extract", fails, raising=False)
    found = read_documents([balance_page(Layout()), make_page(("厂房租赁合同", 0.4, 0.1, 0.03)).model_copy(update={"file": 1})])
    assert found[0].title.endswith(UNREAD)
    assert not found[0].fields
    assert len(found) == 2
    assert "KeyError" in caplog.text
    assert SECRET not in caplog.text


def test_the_check_goes_on_and_says_what_was_not_read(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    (tmp_path / "社保参保名单.csv").write_text(
        "单位参保人员名单,,\n单位名称：福建甲机械有限公司,,\n序号,姓名,参保状态\n1,陈明远,正常参保\n2,林小雨,正常参保\n", "utf-8"
    )
    declared = {"enterprise": {"name": "福建甲机械有限公司"}, "as_of": "2021-05-06"}
    rows = [{"metric": "employees", "period": "now", "value": 2, "unit": "人"}]
    (tmp_path / "declared.json").write_text(json.dumps({**declared, "declared": rows}), "utf-8")
    monkeypatch.setattr(TYPES["social_security_list"], "extract", fails, raising=False)
    run = CliRunner().invoke(app, ["check", str(tmp_path), "--json"])
    assert run.exit_code == 1
    result = json.loads(run.stdout)
    assert result["findings"][0]["verdict"] == "unsure"
    assert [d["title"].endswith(UNREAD) for d in result["documents"]] == [True]
