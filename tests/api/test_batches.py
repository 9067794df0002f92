"""Batches: taken in whole, ranked, compared, stopped, exported."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from api.store.tables import AuditEntry, Comparison, Run, UploadedFile, now
from api.work.batches_compare import refresh_batches
from extractor.model import Verdict
from tests.api.batches import API, DECLARED, hand_in, judge, make_batch, make_package, packages_of, zipped
from tests.prescreen.builders import OTHER, OTHER_USCC, OWN, OWN_USCC, finding, look, patent, patent_no, result, statement

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PATENT = patent_no("202010123456")


@pytest.fixture
def reviewer(client_as):
    return client_as("A", "reviewer")


def detail(client, batch):
    answer = client.get(f"{API}/{batch}")
    assert answer.status_code == 200, answer.text
    return answer.json()


# --- taking in -------------------------------------------------------------------------


def test_a_zip_of_zips_and_folders_becomes_packages_at_once(reviewer, service):
    inner = zipped({"证书/1.jpg": b"one"})
    outer = zipped(
        {
            "申报/甲公司.zip": inner,
            "申报/乙公司/证书/1.jpg": b"one",
            "申报/乙公司/declared.json": b"{}",
            "申报/说明.txt": b"loose",
            "申报/.DS_Store": b"clutter",
        }
    )
    answer = hand_in(reviewer, ("第一批.zip", outer), as_of="2023-05-06", policies="cn-2021-little-giant-batch3")
    assert answer.status_code == 201, answer.text
    batch = answer.json()
    assert (batch["name"], batch["state"], batch["packages"], batch["finished"]) == ("第一批", "live", 2, 0)
    assert (batch["as_of"], batch["policies"]) == ("2023-05-06", ["cn-2021-little-giant-batch3"])
    assert [r for r in batch["remarks"] if "说明.txt" in r]
    rows = packages_of(service, batch["id"])
    assert set(rows) == {"甲公司", "乙公司"}
    with service.store.begin() as session:
        for name, files in (("甲公司", {"甲公司.zip": inner}), ("乙公司", {"证书/1.jpg": b"one", "declared.json": b"{}"})):
            found = session.scalars(select(UploadedFile).where(UploadedFile.package_id == rows[name].id)).all()
            assert {f.name: service.blobs.read(f.sha256) for f in found} == files
            run = session.get_one(Run, rows[name].run_id)
            assert (run.state, run.interactive) == ("queued", False)
    assert service.jobs.depth() == {"interactive": 0, "batch": 2}
    assert not list((service.settings.data_dir / "uploads").iterdir())
    assert {p["name"] for p in reviewer.get("/api/v1/packages", params={"batch": batch["id"]}).json()["items"]} == set(rows)


@pytest.mark.parametrize(
    ("names", "packages", "loose"),
    [
        (["甲/1.jpg", "乙/1.jpg", "乙/2.jpg"], {"甲": 1, "乙": 2}, 0),
        (["桌面/批次/甲/1.jpg", "桌面/批次/乙.zip", "桌面/批次/读我.txt"], {"甲": 1, "乙": 1}, 1),
        (["甲.zip", "甲/1.jpg"], {"甲": 1, "甲 (2)": 1}, 0),
        (["闽江/1.jpg", "闽江/证书/2.jpg"], {"闽江": 2}, 0),
        (["闽江/1.jpg", "读我.txt"], {"闽江": 1}, 1),
        (["a.zip", "b.rar"], {"a": 1, "b": 1}, 0),
    ],
)
@ON_SQLITE
def test_folders_and_packed_files_are_packages(reviewer, service, names, packages, loose):
    answer = hand_in(reviewer, *((n, b"x") for n in names))
    assert answer.status_code == 201, answer.text
    rows = packages_of(service, answer.json()["id"])
    with service.store.begin() as session:
        files = session.scalars(select(UploadedFile.package_id)).all()
    assert {name: files.count(row.id) for name, row in rows.items()} == packages
    assert len([r for r in answer.json()["remarks"] if "不属于任何材料包" in r]) == loose


@ON_SQLITE
def test_rows_go_to_packages_by_name_code_or_enterprise_and_nothing_is_lost(reviewer, service):
    sheet = DECLARED + (
        f"{OWN},,一号,revenue,2022,8123.40,万元\n"
        f",{OTHER_USCC},,revenue,2022,100,万元\n"
        "湖南衡山泵业有限公司,,,revenue,2022,5,万元\n"
        "没有来的有限公司,,,revenue,2022,5,万元\n"
        "写错的有限公司,,五号,revenue,2022,许多,万元\n"
    )
    files = [
        (f"批/{n}/1.jpg", b"x") for n in ("一号", f"二号 {OTHER_USCC}", "03_湖南衡山泵业有限公司（申报）", "谁也不认识", "五号")
    ]
    answer = hand_in(reviewer, *files, declared=sheet.encode(), as_of="2023-05-06")
    assert answer.status_code == 201, answer.text
    rows = packages_of(service, answer.json()["id"])
    declared = {name: row.declaration and row.declaration["declared"][0]["value"] for name, row in rows.items()}
    assert declared == {
        "一号": 8123.4, f"二号 {OTHER_USCC}": 100, "03_湖南衡山泵业有限公司（申报）": 5, "谁也不认识": None, "五号": None,
    }  # fmt: skip
    assert rows["一号"].enterprise == OWN
    assert rows["一号"].declaration["as_of"] == "2023-05-06"
    assert rows["五号"].remarks[0].startswith("申报数据未采用")
    said = "\n".join(answer.json()["remarks"])
    for name in ("没有来的有限公司", "谁也不认识", "五号"):
        assert name in said


@ON_SQLITE
def test_one_bad_package_stops_no_other(reviewer, service):
    outer = zipped({"好/1.jpg": b"x", "坏.zip": zipped({"a": b"a"})})
    place = outer.index("坏.zip".encode())
    damaged = bytearray(outer)
    damaged[place + len("坏.zip".encode()) + 5] ^= 0xFF  # in its data, so that it cannot be inflated, or its checksum is wrong
    answer = hand_in(reviewer, ("批.zip", bytes(damaged)))
    assert answer.status_code == 201, answer.text
    assert "坏" in answer.json()["remarks"][0]
    found = detail(reviewer, answer.json()["id"])
    assert [(r["package"], r["verdict"], r["state"]) for r in found["ranked"]] == [
        ("坏", "error", "failed"), ("好", None, "queued"),
    ]  # fmt: skip
    assert "损坏" in found["ranked"][0]["error"]
    assert (found["finished"], found["counts"]["error"]) == (1, 1)


@pytest.mark.parametrize(
    ("files", "declared", "status", "words"),
    [
        ([("a.pdf", b"x"), ("b.pdf", b"x")], None, 422, "子文件夹"),
        ([("批.zip", b"not a zip")], None, 422, "压缩"),
        ([("批.zip", zipped({}))], None, 422, "没有材料包"),
        ([("甲/1.jpg", b"x")], b"no,such,columns\n1,2,3\n", 422, "表头"),
        ([("../甲/1.jpg", b"x")], None, 422, "相对路径"),
        ([("批.zip", zipped({"甲/1.bmp": b"\0" * 5_000_000}))], None, 413, "展开"),
    ],
)
@ON_SQLITE
def test_what_cannot_be_used_leaves_nothing(reviewer, service, monkeypatch, files, declared, status, words):
    monkeypatch.setattr("api.work.batches_intake._UNPACKED_TIMES", 0.001)
    answer = hand_in(reviewer, *files, declared=declared)
    assert (answer.status_code, words in answer.json()["detail"]) == (status, True), answer.text
    assert reviewer.get(API).json()["total"] == 0
    assert not list((service.settings.data_dir / "uploads").iterdir())


@ON_SQLITE
def test_a_crash_on_opening_is_a_plain_error(reviewer, monkeypatch):
    monkeypatch.setattr("api.work.batches_split._child", _crash)
    answer = hand_in(reviewer, ("批.zip", zipped({"甲/1.jpg": b"x"})))
    assert answer.status_code == 422
    assert "异常退出" in answer.json()["detail"]


def _crash(*args):
    import os

    os._exit(9)


@ON_SQLITE
def test_only_reviewers_hand_in_and_see_batches(client_as, people, service):
    batch = make_batch(service, people["A", "reviewer"])
    one = client_as("A", "submitter")
    assert hand_in(one, ("甲/1.jpg", b"x")).status_code == 403
    assert one.get(API).status_code == 403
    assert client_as("B", "admin").get(f"{API}/{batch}").status_code == 404
    assert client_as("B", "admin").get(API).json()["items"] == []


# --- ranking and repeats ---------------------------------------------------------------


@pytest.fixture
def compared(service, people):
    """A batch of two enterprises with the same patent, of which only one is named in it; one that failed, one that waits."""
    who = people["A", "reviewer"]
    batch = make_batch(service, who)
    ids = {n: make_package(service, who, n, batch=batch) for n in ("好", "借", "坏", "等")}
    good = result(uscc=OWN_USCC, documents=[patent(PATENT, OWN)], findings=[finding(Verdict.SUPPORTED)])
    judge(service, ids["好"], good)
    other = {"enterprise": OTHER, "uscc": OTHER_USCC, "verdict": "review"}
    judge(service, ids["借"], result(**other, documents=[patent(PATENT, OWN, page=2)], findings=[finding(Verdict.UNSURE)]))
    with service.store.begin() as session:
        for name, state in (("坏", "failed"), ("等", "reading")):
            run = session.scalars(select(Run).where(Run.package_id == ids[name])).one()
            run.state, run.error = state, "压缩包损坏，请重新压缩" if state == "failed" else None
    return batch, ids


def test_the_ranked_table_holds_every_package_and_alarms_take_a_pass_away(reviewer, compared, service):
    batch, ids = compared
    refresh_batches(service.store)
    found = detail(reviewer, batch)
    assert [(r["id"], r["verdict"], r["state"]) for r in found["ranked"]] == [
        (ids["好"], "review", "done"),
        (ids["借"], "review", "done"),
        (ids["坏"], "error", "failed"),
        (ids["等"], None, "reading"),
    ]
    assert found["ranked"][2]["error"] == "压缩包损坏，请重新压缩"
    assert OTHER in found["ranked"][0]["reasons"][0]
    assert (found["state"], found["packages"], found["finished"]) == ("live", 4, 3)
    assert found["counts"] == {"pass": 0, "review": 2, "fail": 0, "error": 1}
    assert reviewer.get(API).json()["items"][0]["counts"] == found["counts"]
    assert found["hours_saved"] == pytest.approx(sum(r["hours_saved"] for r in found["ranked"]), abs=0.02)
    (repeat,) = found["repeats"]
    assert (repeat["kind"], repeat["severity"], repeat["value"]) == ("patent_no", "alarm", PATENT)
    places = {(p["id"], p["package"], p["index"], p["page"], p["earlier"]) for p in repeat["places"]}
    assert places == {(ids["好"], "好", 0, 1, False), (ids["借"], "借", 0, 2, False)}


def test_a_finished_batch_is_always_compared_with_its_latest_results(reviewer, compared, service, people):
    batch, ids = compared
    judge(service, ids["等"], result(enterprise="湖南衡山泵业有限公司", documents=[patent(PATENT, OWN, page=3)]))
    assert {p["id"] for p in detail(reviewer, batch)["repeats"][0]["places"]} == {ids["好"], ids["借"], ids["等"]}
    with service.store.begin() as session:
        before = session.get_one(Comparison, batch).at
    detail(reviewer, batch)
    refresh_batches(service.store)
    with service.store.begin() as session:
        assert session.get_one(Comparison, batch).at == before, "nothing has changed"
    judge(service, ids["等"], result(enterprise="湖南衡山泵业有限公司"))
    found = detail(reviewer, batch)
    assert {p["id"] for p in found["repeats"][0]["places"]} == {ids["好"], ids["借"]}
    assert found["state"] == "done"


def test_what_was_handed_in_before_counts_and_what_comes_later_does_not(reviewer, service, people):
    who = people["A", "reviewer"]
    early, late, theirs = now() - timedelta(days=300), now() + timedelta(seconds=5), people["B", "reviewer"]
    page = statement(OWN, number=2, look=look(1))
    old = make_package(service, who, "去年的", at=early)
    judge(service, old, result(enterprise=OTHER, uscc=OTHER_USCC, documents=[patent(PATENT, OWN)]), [page])
    again = make_package(service, who, "本批", at=early)
    judge(service, again, result(uscc=OWN_USCC))
    elsewhere = make_package(service, theirs, "外单位", at=early)
    judge(service, elsewhere, result(enterprise=OTHER, uscc=OTHER_USCC, documents=[patent(PATENT, OWN)]))
    batch = make_batch(service, who)
    new = make_package(service, who, "本批", batch=batch)
    judge(service, new, result(uscc=OWN_USCC, documents=[patent(PATENT, OWN)]), [page])
    later = make_package(service, who, "后来的", at=late)
    judge(service, later, result(enterprise=OTHER, uscc=OTHER_USCC, documents=[patent(PATENT, OWN)]))
    told = {r["kind"]: r for r in detail(reviewer, batch)["repeats"]}
    assert set(told) == {"patent_no", "page_image", "same_enterprise"}
    assert {(p["id"], p["earlier"]) for p in told["patent_no"]["places"]} == {(old, True), (new, False)}
    assert {p["id"] for p in told["page_image"]["places"]} == {old, new}
    assert told["same_enterprise"]["severity"] == "note"
    assert {p["id"] for p in told["same_enterprise"]["places"]} == {again, new}


def test_deleting_a_package_takes_it_out_of_every_comparison(reviewer, client_as, compared, service):
    batch, ids = compared
    judge(service, ids["等"], result(enterprise="湖南衡山泵业有限公司"))
    assert detail(reviewer, batch)["repeats"]
    answer = client_as("A", "admin").delete(f"/api/v1/packages/{ids['借']}")
    assert answer.status_code == 204, answer.text
    with service.store.begin() as session:
        kept = session.get(Comparison, batch)
        assert kept is None or ids["借"] not in json.dumps(kept.repeats)
    found = detail(reviewer, batch)
    assert (found["repeats"], found["packages"]) == ([], 3)
    assert found["ranked"][0]["verdict"] == "pass"


# --- progress, cancelling, export ------------------------------------------------------


def test_progress_ends_when_all_are_done(reviewer, compared, service):
    batch, ids = compared
    judge(service, ids["等"], result(enterprise="湖南衡山泵业有限公司"))
    with reviewer.stream("GET", f"{API}/{batch}/progress") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        events = "".join(answer.iter_text()).strip().split("\n\n")
    assert [e.split("\n")[0] for e in events] == ["event: progress", "event: end"]
    told = json.loads(events[0].split("data: ")[1])
    assert told == {"state": "done", "finished": 4, "packages": 4, "pages_done": 9, "pages_total": 12, "doing": ""}


def test_cancelling_stops_all_that_goes_on(reviewer, service):
    batch = hand_in(reviewer, ("批/甲/1.jpg", b"x"), ("批/乙/1.jpg", b"x")).json()["id"]
    answer = reviewer.post(f"{API}/{batch}/cancel")
    assert answer.status_code == 200, answer.text
    assert (answer.json()["state"], answer.json()["finished"]) == ("cancelled", 2)
    assert reviewer.post(f"{API}/{batch}/cancel").status_code == 409
    rows = detail(reviewer, batch)["ranked"]
    assert {(r["state"], r["verdict"]) for r in rows} == {("cancelled", "error")}
    assert reviewer.post(f"/api/v1/packages/{rows[0]['id']}/retry").status_code == 200
    assert detail(reviewer, batch)["state"] == "live"
    with service.store.begin() as session:
        actions = session.scalars(select(AuditEntry.action).where(AuditEntry.subject == f"batch:{batch}")).all()
    assert actions == ["batch", "cancel"]


@ON_SQLITE
def test_the_workbook_opens_and_names_every_package(reviewer, compared, service):
    batch, _ = compared
    refresh_batches(service.store)
    answer = reviewer.get(f"{API}/{batch}/export.xlsx")
    assert answer.status_code == 200, answer.text
    assert "filename*=UTF-8''" in answer.headers["content-disposition"]
    book = load_workbook(io.BytesIO(answer.content))
    assert [row[1].value for row in book["初筛排名"].iter_rows(min_row=2)] == ["好", "借", "坏", "等"]
    assert "尚未处理完" in book["初筛排名"]["G5"].value
    assert book["跨企业重复"]["C2"].value == "专利号"


@ON_SQLITE
def test_unknown_batches_are_not_there(reviewer):
    for path in ("x", "00000000-0000-4000-8000-000000000000"):
        for tail in ("", "/progress", "/export.xlsx"):
            assert reviewer.get(f"{API}/{path}{tail}").status_code == 404
        assert reviewer.post(f"{API}/{path}/cancel").status_code == 404
