"""``zuozheng batch``: many packages on the command line; small born-digital papers, no text recognition."""

from __future__ import annotations

import io
import json
import os
import signal
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from docx import Document
from intake_files import xlsx, zipped, zipped_raw
from typer.testing import CliRunner

from extractor import cli_batch
from extractor.claims.declared import DeclarationError
from extractor.cli import app
from extractor.cli_batch_jobs import Job
from extractor.cli_batch_workers import Event, run_jobs
from extractor.intake.batch import Parcel
from extractor.values.checkdigits import patent_check

A, B, C = "福建闽江精密机械有限公司", "江西赣水阀门制造有限公司", "湖南衡山泵业有限公司"
runner = CliRunner()


def certificate(owner: str, body: str) -> bytes:
    """A utility model certificate as DOCX."""
    paper = Document()
    rows = ("证书号第7012345号", "实用新型专利证书", "实用新型名称：一种带自锁机构的升降平台", "发明人：陈明远；林小雨",
            f"专利号：ZL{body}.{patent_check(body)}", "专利申请日：2018年05月18日", f"专利权人：{owner}",
            "授权公告日：2018年11月20日", "国家知识产权局")  # fmt: skip
    for text in rows:
        paper.add_paragraph(text)
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def declared(owner: str, patents: int = 1) -> bytes:
    row = {"metric": "utility_patents", "period": "now", "value": patents, "unit": "项"}
    return json.dumps({"enterprise": {"name": owner}, "as_of": "2021-05-06", "declared": [row]}).encode()


def files(owner: str, body: str, patents: int = 1) -> dict[str, bytes]:
    return {"专利.docx": certificate(owner, body), "declared.json": declared(owner, patents)}


def write(folder: Path, members: dict[str, bytes]) -> Path:
    folder.mkdir(parents=True)
    for name, data in members.items():
        (folder / name).write_bytes(data)
    return folder


def run(*args: object):
    done = runner.invoke(app, ["batch", *map(str, args)])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def value_of(done) -> dict:
    return json.loads(done.stdout)


def by_name(value: dict) -> dict[str, dict]:
    return {p["package"]: p for p in value["packages"]}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A folder batch of two workers with a shared patent, a contradiction, a broken ZIP, a loose file; run once."""
    root = tmp_path_factory.mktemp("batch")
    source = root / "申报材料"
    shared = certificate(A, "201820654321")
    write(source / "甲公司", {"专利.docx": shared, "declared.json": declared(A)})
    write(source / "乙公司", {"专利.docx": shared, "declared.json": declared(B)})
    write(source / "丙公司", files(C, "201820700001", patents=5))
    (source / "丁公司.zip").write_bytes(zipped(files(C, "201820700002") | {"缺损.pdf": b"%PDF-1.4 broken"}))
    (source / "戊公司.zip").write_bytes(b"PK\x03\x04broken")
    (source / "说明.txt").write_text("通知", "utf-8")
    out = root / "结果"
    return source, out, run(source, "--out", out, "--workers", 2, "--json")


def test_every_package_has_a_line_in_rank_order(whole):
    _, _, done = whole
    value = value_of(done)
    assert done.exit_code == 1
    assert value["schema"] == "zuozheng.batch/1"
    assert {n: p["verdict"] for n, p in by_name(value).items()} == {
        "甲公司": "review", "乙公司": "fail", "丙公司": "fail", "丁公司": "pass", "戊公司": "error",
    }  # fmt: skip
    assert [p["rank"] for p in value["packages"]] == [1, 2, 3, 4, 5]
    assert value["packages"][0]["package"] == "丁公司"
    assert value["loose"] == ["说明.txt"]


def test_a_broken_package_is_a_line_with_its_reason(whole):
    broken = by_name(value_of(whole[2]))["戊公司"]
    assert "压缩" in broken["error"]
    assert "[" in whole[2].stderr
    assert "Traceback" not in whole[2].stderr


def test_a_shared_patent_is_an_alarm_and_takes_the_pass_away(whole):
    value = value_of(whole[2])
    alarms = [r for r in value["repeats"] if r["severity"] == "alarm"]
    assert [r["kind"] for r in alarms] == ["patent_no", "file"]
    assert {p["package"] for r in alarms for p in r["places"]} == {"甲公司", "乙公司"}
    assert "相同的" in by_name(value)["甲公司"]["reasons"][0]


def test_a_declaration_inside_a_zip_is_used_and_is_no_evidence(whole):
    _, out, _ = whole
    result = json.loads((out / "丁公司" / "result.json").read_text("utf-8"))
    assert sorted(f["name"] for f in result["files"]) == ["专利.docx", "缺损.pdf"]
    assert result["package"]["enterprise"] == C


def test_reports_of_each_package_and_the_workbook_are_written(whole):
    _, out, _ = whole
    for name in ("甲公司", "乙公司", "丙公司", "丁公司"):
        assert {"result.json", "report.html", "report.xlsx", "state.json"} <= {p.name for p in (out / name).iterdir()}
    assert not (out / "戊公司").exists()
    assert not [p for p in out.iterdir() if p.name.startswith(".")]
    book = openpyxl.load_workbook(out / "初筛汇总.xlsx")
    assert book.sheetnames == ["初筛排名", "理由", "缺少的材料", "跨企业重复", "统计"]
    assert book["初筛排名"].max_row == 6
    assert book["初筛排名"].auto_filter.ref
    assert json.loads((out / "batch.json").read_text("utf-8")) == value_of(whole[2])


def test_a_second_run_reads_nothing_again_and_says_the_same(whole, monkeypatch):
    source, out, first = whole
    asked = []
    monkeypatch.setattr(cli_batch, "run_jobs", lambda jobs, *rest: asked.extend(j.parcel.name for j in jobs))
    again = by_name(value_of(run(source, "--out", out, "--json")))
    assert asked == ["戊公司"]  # what failed is tried again
    before = by_name(value_of(first))
    assert {n: p for n, p in again.items() if n != "戊公司"} == {n: p for n, p in before.items() if n != "戊公司"}


@pytest.mark.parametrize("change", ["file", "policy", "day", "result"])
def test_what_changed_is_done_again_and_only_that(whole, monkeypatch, tmp_path, change):
    source, out, _ = whole
    asked = []
    monkeypatch.setattr(cli_batch, "run_jobs", lambda jobs, *rest: asked.extend(j.parcel.name for j in jobs))
    more: list[str] = []
    expected = {"戊公司", "丙公司"}
    if change == "file":
        (source / "丙公司" / "declared.json").write_bytes(declared(C, 4))
    elif change == "result":
        (out / "丙公司" / "result.json").rename(tmp_path / "result.json")
    else:
        more = ["--policy", "cn-2021-little-giant-batch3"] if change == "policy" else ["--as-of", "2021-06-01"]
        expected = {"甲公司", "乙公司", "丙公司", "丁公司", "戊公司"}
    try:
        run(source, "--out", out, "--json", *more)
    finally:
        if change == "result":
            (tmp_path / "result.json").rename(out / "丙公司" / "result.json")
        if change == "file":
            write_back = files(C, "201820700001", patents=5)["declared.json"]
            place = source / "丙公司" / "declared.json"
            place.write_bytes(write_back)
    assert expected <= set(asked)
    assert len(asked) == len(set(asked))


def test_a_zip_of_zips_with_gbk_names(tmp_path):
    inner = {
        f"材料/{n}.zip".encode("gbk"): zipped(files(o, b))
        for n, o, b in (("甲公司", A, "201820654321"), ("乙公司", B, "201820700003"))
    }
    inner["材料/丙公司/专利.docx".encode("gbk")] = certificate(C, "201820700004")
    inner["材料/丙公司/declared.json".encode("gbk")] = declared(C)
    (tmp_path / "全部.zip").write_bytes(zipped_raw(inner))
    done = run(tmp_path / "全部.zip", "--out", tmp_path / "out", "--json")
    value = value_of(done)
    assert {n: p["verdict"] for n, p in by_name(value).items()} == {"甲公司": "pass", "乙公司": "pass", "丙公司": "pass"}
    assert done.exit_code == 0
    assert value["repeats"] == []


def test_one_sheet_declares_for_all(tmp_path):
    source = tmp_path / "in"
    for name, owner, body in (("甲公司", A, "201820654321"), ("02_" + B, B, "201820700005"), ("丙公司", C, "201820700006")):
        write(source / name, {"专利.docx": certificate(owner, body)})
    head = ["企业名称", "统一社会信用代码", "材料包", "指标", "年度/期间", "数值", "单位"]
    rows = [
        [A, "", "甲公司", "实用新型专利数", "目前", 1, "项"],
        [B, "", "", "实用新型专利数", "目前", 2, "项"],
        [C, "", "丙公司", "实用新型专利数", "目前", "很多", "项"],
        ["浙江钱塘电机有限公司", "", "己公司", "实用新型专利数", "目前", 1, "项"],
    ]
    (source / "总表.xlsx").write_bytes(xlsx({"申报": [head, *rows]}))
    value = value_of(
        run(source, "--declared", source / "总表.xlsx", "--out", tmp_path / "out", "--as-of", "2021-05-06", "--json")
    )
    lines = by_name(value)
    assert lines["甲公司"]["verdict"] == "pass"
    assert lines["02_" + B]["verdict"] == "fail"
    assert "第4行" in lines["丙公司"]["error"]
    assert "没有它的材料包" in lines["（缺）己公司"]["error"]
    assert value["loose"] == []


def test_nothing_readable_and_nothing_there_end_with_2(tmp_path):
    (tmp_path / "in").mkdir()
    assert run(tmp_path / "in").exit_code == 2
    assert run(tmp_path / "none").exit_code == 2
    (tmp_path / "in" / "坏.zip").write_bytes(b"PK\x03\x04broken")
    done = run(tmp_path / "in", "--out", tmp_path / "out", "--json")
    assert done.exit_code == 2
    assert value_of(done)["summary"]["verdicts"]["error"] == 1
    assert run(tmp_path / "in", "--policy", "no-such").exit_code == 2


def test_help_teaches():
    text = runner.invoke(app, ["batch", "--help"]).stdout
    for word in ("例：", "退出码", "中断"):
        assert word in text


# --- worker processes -------------------------------------------------------


def job(name: str, target: Path) -> Job:
    return Job(Parcel(name, Path(name), ""), target / name, "", None)


@contextmanager
def pretending(folder: Path):
    """Checks that leave a file, die by SIGKILL, die once, or fail, by the package's name."""

    def check(job, progress):
        tried = folder / f"{job.parcel.name}.tried"
        first = not tried.exists()
        tried.touch()
        if job.parcel.name.startswith("killed") or (job.parcel.name.startswith("once") and first):
            os.kill(os.getpid(), signal.SIGKILL)
        if job.parcel.name.startswith("bad"):
            raise DeclarationError("申报数据有误，请更正")
        if job.parcel.name.startswith("mistake"):
            raise ZeroDivisionError
        progress(1, 1, "页")
        (folder / job.parcel.name).touch()

    yield check


def test_a_killed_worker_process_costs_one_package_at_most(tmp_path):
    names = ["a", "killed", "once", "bad", "mistake", "b", "c"]
    events: list[Event] = []
    run_jobs([job(n, tmp_path) for n in names], 2, partial(pretending, tmp_path), events.append)
    ends = {e.job.parcel.name: (e.kind, e.text) for e in events if e.kind in ("finished", "failed")}
    assert {n for n, (kind, _) in ends.items() if kind == "finished"} == {"a", "once", "b", "c"}
    assert "异常退出" in ends["killed"][1]
    assert ends["bad"][1] == "申报数据有误，请更正"
    assert "ZeroDivisionError" in ends["mistake"][1]
    assert sum(e.kind == "started" and e.job.parcel.name == "once" for e in events) == 2


def test_an_interruption_ends_the_children_and_leaves_what_is_done(tmp_path):
    def interrupt(event: Event) -> None:
        if event.kind == "finished":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_jobs([job(n, tmp_path) for n in ("a", "b", "c")], 1, partial(pretending, tmp_path), interrupt)
    assert (tmp_path / "a").exists()
    assert not (tmp_path / "c").exists()


def test_ctrl_c_says_how_to_go_on(whole, monkeypatch, tmp_path):
    def stopped(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli_batch, "run_jobs", stopped)
    done = run(whole[0], "--out", tmp_path / "new")
    assert done.exit_code == 130
    assert "再运行同一条命令" in done.stderr


def test_a_member_that_cannot_be_taken_out_is_told(tmp_path):
    data = zipped(
        {"甲公司/专利.docx": certificate(A, "201820654321"), "甲公司/declared.json": declared(A), "乙公司/a.csv": b"x,y\n1,2\n"}
    )
    with ZipFile(io.BytesIO(data)) as z:
        info = z.getinfo("甲公司/专利.docx")
        start = info.header_offset + 40
    spoiled = bytearray(data)
    spoiled[start + 60 : start + 90] = b"\xff" * 30
    (tmp_path / "全部.zip").write_bytes(bytes(spoiled))
    line = by_name(value_of(run(tmp_path / "全部.zip", "--out", tmp_path / "out", "--json")))["甲公司"]
    assert line["verdict"] in ("review", "error", "fail")
    assert line["reasons"]
