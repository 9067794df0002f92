"""An application form as ``--declared``: Word file, text PDF and scan, through the command."""

import json
import re
import shutil
from datetime import date
from random import Random

import pytest
from typer.testing import CliRunner

from corpora import files
from corpora.synth import application, names
from corpora.synth.engine import has_chinese_font
from extractor.cli import app

runner = CliRunner()
pytestmark = pytest.mark.skipif(not has_chinese_font(), reason="no Chinese font to draw forms with")


@pytest.fixture(scope="module")
def form():
    rng = Random(5)
    return application.make_form(rng, names.enterprise(rng), layout="official", filed=date(2021, 4, 30))


def write(form, kind, folder):
    path = folder / f"申请书{'.docx' if kind == 'docx' else '.pdf'}"
    if kind == "docx":
        path.write_bytes(application.to_docx(form))
    elif kind == "pdf":
        files.write_pdf(application.to_document(form), path)
    else:
        shot = files.capture(application.to_document(form), files.device("scan", Random(1)), Random(1))
        files.write_shots([shot], path)
    return path


@pytest.mark.parametrize("kind", ["docx", "pdf", "scan"])
def test_a_form_declares_and_is_no_evidence(form, kind, sample, tmp_path):
    certificate = next(sample.glob("04_*.jpg"))
    shutil.copy(certificate, tmp_path / "证书.jpg")
    path = write(form, kind, tmp_path)
    run = runner.invoke(app, ["check", str(tmp_path), "--declared", str(path), "--json", "--threads", "1"])
    assert run.exit_code == 1, run.stderr
    result = json.loads(run.stdout)
    assert [f["name"] for f in result["files"]] == ["证书.jpg"]
    got = {(f["metric"], f["period"]): (f["declared"]["value"], f["declared"]["unit"]) for f in result["findings"]}
    truth = {(d["metric"], d["period"]): (d["value"], d["unit"]) for d in form.declared}
    truth |= {(d["metric"], d["period"]): (d["value"], d["unit"]) for d in form.answers.ticked()}
    truth["rd_institution_count", "now"] = (int(form.answers.centres[1]), "项")
    assert {k: v for k, v in got.items() if truth.get(k) != v} == {}
    assert len(got) >= (0.9 if kind == "scan" else 1.0) * len(form.declared)
    assert all(d["type"] != "application_form" for d in result["documents"])
    if kind != "scan":
        assert result["package"]["as_of"] == "2021-04-30"
        assert result["package"]["enterprise"] == form.owner.name
    assert "注意：" in run.stderr


def test_other_papers_and_broken_files_are_refused_in_one_line(form, sample, tmp_path):
    other = tmp_path / "审计报告.docx"
    plain = [application.Paragraph("审计报告"), *form.blocks[1:]]
    other.write_bytes(application.docx_bytes(plain))
    broken = tmp_path / "申请书.pdf"
    broken.write_bytes(b"%PDF-1.4 broken")
    empty = tmp_path / "空白.docx"
    empty.write_bytes(application.docx_bytes([application.Paragraph("专精特新“小巨人”企业申请书")]))
    for path, word in ((other, "看不出是申请书"), (broken, "申请书.pdf"), (empty, "没有读到可以核对的申报数据")):
        run = runner.invoke(app, ["check", str(sample), "--declared", str(path)])
        assert run.exit_code == 2
        assert word in run.stderr
        said = [line for line in run.stderr.splitlines() if not re.match(r"\d+/\d+ 页", line)]
        assert len(said) == 1, said
