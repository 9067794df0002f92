"""The sample package from files to reports, through the command as users call it."""

import json
import re

import pytest
from intake_files import zipped_raw
from openpyxl import load_workbook
from typer.testing import CliRunner

from extractor.cli import app
from extractor.values.persons import find_ids
from tests.shared_pages import shared_folder

runner = CliRunner()


@pytest.fixture(scope="module")
def checked(sample, tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    command = ["check", str(sample), "--declared", str(sample.parent / "declared.json"), "--out", str(out), "--json"]
    run = runner.invoke(app, [*command, "--threads", "1", "--cache", str(shared_folder(tmp_path_factory))])
    return run, out


def test_standard_output_is_one_json_value(checked):
    run, out = checked
    assert run.exit_code == 1
    result = json.loads(run.stdout)
    assert result["schema"] == "zuozheng.result/1"
    assert result == json.loads((out / "result.json").read_text(encoding="utf-8"))


def test_every_planted_error_is_found(checked, sample):
    run, _ = checked
    expected = json.loads((sample.parent / "expected.json").read_text(encoding="utf-8"))
    expected = expected["findings"] if isinstance(expected, dict) else expected
    given = {(f["metric"], f["period"]): f["verdict"] for f in json.loads(run.stdout)["findings"]}
    assert given == {(f["metric"], f["period"]): f["verdict"] for f in expected}
    assert set(given.values()) == {"supported", "contradicted", "missing", "expired", "wrong_entity", "unsure"}


def test_every_claim_of_a_finding_has_a_box_inside_its_page(checked):
    result = json.loads(checked[0].stdout)
    claims = {c["id"]: c for c in result["claims"]}
    used = [claims[i] for f in result["findings"] for i in f["claims"]]
    assert used
    for claim in used:
        for e in claim["evidence"]:
            left, top, right, bottom = e["box"]
            assert 0 <= left < right <= 1
            assert 0 <= top < bottom <= 1
            assert 1 <= e["page"] <= result["files"][e["file"]]["pages"]


def test_no_id_number_leaves_in_clear(checked):
    run, out = checked
    # Coordinates are long digit strings too, but short enough not to look like numbers of persons.
    for text in (run.stdout, (out / "report.html").read_text(encoding="utf-8")):
        assert not find_ids(re.sub(r"base64,[A-Za-z0-9+/=]+", "", text))


def test_reports_are_written(checked):
    _, out = checked
    html = (out / "report.html").read_text(encoding="utf-8")
    assert "福建闽江精密机械股份有限公司" in html
    assert "<script" not in html
    assert "data:image/jpeg" in html
    assert "核对结果" in load_workbook(out / "report.xlsx").sheetnames


def test_a_zip_with_gbk_names_and_a_broken_file(sample, tmp_path):
    certificate = next(sample.glob("04_*.jpg"))
    package = tmp_path / "材料.zip"
    members = {"证书/质量.jpg": certificate.read_bytes(), "证书/坏.pdf": b"%PDF-1.4 broken"}
    package.write_bytes(zipped_raw({name.encode("gbk"): data for name, data in members.items()}))
    run = runner.invoke(app, ["read", str(package), "--json"])
    result = json.loads(run.stdout)
    assert {d["type"] for d in result["documents"]} == {"iso_certificate"}
    by_name = {f["name"].rsplit("/", 1)[-1]: f["error"] for f in result["files"]}
    assert by_name["质量.jpg"] is None
    assert by_name["坏.pdf"]


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda p: p / "nowhere", "找不到"),
        (lambda p: (p / "empty.pdf").touch() or p / "empty.pdf", "empty.pdf"),
        (lambda p: (p / "notes.bin").write_bytes(b"\x00\x01" * 99) and p / "notes.bin", "notes.bin"),
    ],
)
def test_unreadable_input_is_one_line_and_exit_code_2(tmp_path, make, word):
    run = runner.invoke(app, ["check", str(make(tmp_path))])
    assert run.exit_code == 2
    assert run.stdout == ""
    lines = [x for x in run.stderr.splitlines() if x.strip()]
    assert len(lines) == 1
    assert word in lines[0]
    assert "Traceback" not in run.stderr


def test_a_bad_declaration_names_what_is_wrong(sample, tmp_path):
    bad = tmp_path / "declared.json"
    bad.write_text('{"enterprise": {"name": "甲公司"}, "declared": [{"period": "2020", "value": 1}]}', encoding="utf-8")
    run = runner.invoke(app, ["check", str(sample), "--declared", str(bad)])
    assert run.exit_code == 2
    assert "metric" in run.stderr or "指标" in run.stderr


def test_help_teaches():
    for command in ("check", "read", "eval"):
        text = runner.invoke(app, [command, "--help"]).stdout
        assert "例：" in text
