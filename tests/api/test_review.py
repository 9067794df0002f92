"""The desk: corrections, conditions, remarks, the decision."""

from __future__ import annotations

import io
import threading

import pytest
from openpyxl import load_workbook

from api.desk.findings import finding_keys
from api.store.tables import MarkRow, PackageRow, RevisionRow, WatchRow
from extractor.model import DeclaredValue, Finding, Verdict
from tests.api.packages import POLICY

API = "/api/v1/packages"
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def desk(client_as, finished_package):
    """(client, address, desk) of a finished package."""
    client, package = client_as("A", "reviewer"), finished_package("A")
    answer = client.get(f"{API}/{package}/desk")
    assert answer.status_code == 200, answer.text
    return client, f"{API}/{package}", answer.json()


def finding(desk, metric):
    return next(f for f in desk["findings"] if f["metric"] == metric)


def correction(desk, metric, value, **more):
    """A field correction of the first field that feeds a finding."""
    field = finding(desk, metric)["fields"][0]
    body = {"kind": "field", "place": field["document_place"], "value": value, "version": desk["version"], "why": "看原件"}
    return body | {k: field[k] for k in ("document_type", "field", "period", "secondary")} | more


def test_the_desk_shows_findings_with_evidence_and_fields(desk):
    client, address, shown = desk
    assert [f["verdict"] for f in shown["findings"]] == ["contradicted", "missing", "supported"]
    revenue = finding(shown, "revenue")
    assert revenue["declared"]["text"].endswith("万元")
    assert revenue["evidence"][0]["document"] == shown["documents"][0]["id"]
    assert {(f["field"], f["period"]) for f in revenue["fields"]} == {("revenue", "2022")}
    grouped = [key for group in shown["groups"] for key in group["findings"]]
    assert sorted(grouped) == sorted(f["key"] for f in shown["findings"])
    assert {g["policy"] for g in shown["groups"]} == {POLICY}
    bare = client.patch(address, json={"policies": []})
    assert bare.status_code == 200
    (rest,) = client.get(f"{address}/desk").json()["groups"]
    assert (rest["title"], rest["condition"], len(rest["findings"])) == ("其他申报数据", None, 3)
    assert [p["page"] for p in shown["pages"]] == [1, 2, 3]
    assert all(p["picture"] and p["document"] for p in shown["pages"])
    assert shown["policies"][0]["title"]
    assert shown["materials"]
    assert "revenue" in {f["key"] for f in shown["editable"]["audit_report"]}
    assert shown["can"] == {"review": True, "decide": True, "unmask": True, "delete": False}


def test_a_package_without_result_has_an_empty_desk(client_as):
    client = client_as("A", "reviewer")
    made = client.post(API, files=[("files", ("a.pdf", b"x"))]).json()
    shown = client.get(f"{API}/{made['id']}/desk").json()
    assert (shown["findings"], shown["uploads"][0]["name"]) == ([], "a.pdf")
    assert client.get(f"{API}/{made['id']}/result").status_code == 409
    assert client.get(f"{API}/{made['id']}/export/report.html").status_code == 409
    review = {"action": "accept", "version": 0}
    assert client.post(f"{API}/{made['id']}/findings/x/review", json=review).status_code == 409


def test_a_correction_changes_the_verdict_and_undo_takes_it_back(desk, service):
    client, address, shown = desk
    declared = finding(shown, "total_assets")["declared"]["value"]
    answer = client.post(f"{address}/revisions", json=correction(shown, "total_assets", f"{declared}万元"))
    assert answer.status_code == 200, answer.text
    after = answer.json()
    assert after["version"] == shown["version"] + 1
    assert finding(after, "total_assets")["verdict"] == "supported"
    (revision,) = after["revisions"]
    assert "资产总" in revision["summary"]
    assert revision["why"] == "看原件"
    stale = client.post(f"{address}/revisions", json=correction(shown, "revenue", 1))
    assert (stale.status_code, stale.json()["code"]) == (409, "conflict")
    undone = client.delete(f"{address}/revisions/{revision['id']}", params={"version": after["version"]})
    assert undone.status_code == 200, undone.text
    assert finding(undone.json(), "total_assets")["verdict"] == "contradicted"
    assert undone.json()["revisions"] == []
    assert client.delete(f"{address}/revisions/{revision['id']}").status_code == 404
    actions = [e["action"] for e in client.get(f"{address}/history").json()["items"]]
    assert actions[:2] == ["undo", "revise"]
    with service.store.begin() as session:
        row = session.get_one(RevisionRow, revision["id"])
        assert row.undone_by is not None
        package = session.get_one(PackageRow, shown["package"]["id"])
        assert package.version == shown["version"] + 2
        assert session.query(MarkRow).filter_by(package_id=package.id).count() > 0
        assert session.query(WatchRow).filter_by(package_id=package.id).count() == 0
        # Results that were replaced are not left behind: the upload's bytes and one result are all.
        kept = [p for p in (service.settings.data_dir / "blobs" / "sha256").rglob("*") if p.is_file()]
        assert len(kept) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"value": "不是数"},
        {"field": "no_such_field"},
        {"place": {"file": 0, "sha256": "0" * 64, "page": 1}},
        {"kind": "document_type", "document_type": "nonsense"},
        {"kind": "join"},
    ],
)
@ON_SQLITE
def test_corrections_that_do_not_fit_are_told(desk, change):
    client, address, shown = desk
    body = correction(shown, "revenue", 1) | {"why": ""} | change
    if body["kind"] != "field":
        body = {k: v for k, v in body.items() if k in ("kind", "place", "version", "why", *change)}
    answer = client.post(f"{address}/revisions", json=body)
    assert answer.status_code == 422, answer.text
    assert client.get(f"{address}/desk").json()["version"] == shown["version"]


@ON_SQLITE
def test_papers_are_retyped_and_excluded(desk):
    client, address, shown = desk
    place = shown["documents"][0]["place"]
    body = {"kind": "exclusion", "place": place, "reason": "样本", "version": shown["version"]}
    after = client.post(f"{address}/revisions", json=body).json()
    assert after["documents"][0]["excluded"] == "样本"
    assert finding(after, "revenue")["verdict"] != "supported"
    body = {"kind": "split", "place": {**place, "page": 2}, "version": after["version"]}
    split = client.post(f"{address}/revisions", json=body).json()
    assert len(split["documents"]) == len(shown["documents"]) + 1


def test_what_reviewers_say_of_a_finding(desk):
    client, address, shown = desk
    key = finding(shown, "total_assets")["key"]
    said = {"action": "reject", "comment": "", "version": shown["version"]}
    assert client.post(f"{address}/findings/{key}/review", json=said).status_code == 422
    after = client.post(f"{address}/findings/{key}/review", json=said | {"comment": "单位看错"}).json()
    assert after["version"] == shown["version"]
    assert finding(after, "total_assets")["review"]["comment"] == "单位看错"
    assert client.post(f"{address}/findings/no|2020/review", json=said | {"comment": "x"}).status_code == 404
    declared = finding(shown, "total_assets")["declared"]["value"]
    changed = client.post(f"{address}/revisions", json=correction(shown, "total_assets", f"{declared}万元")).json()
    assert finding(changed, "total_assets")["review"]["stale"] is True
    old = client.post(f"{address}/findings/{key}/review", json={"action": "accept", "version": shown["version"]})
    assert old.status_code == 409


@ON_SQLITE
def test_photos_are_split_and_joined_by_page(client_as, finished_package):
    """One photo a page: the paper goes on over files, so most files begin none."""
    client, address = client_as("A", "reviewer"), f"{API}/{finished_package('A', photos=True)}"
    shown = client.get(f"{address}/desk").json()
    (report,) = shown["documents"]
    assert [(p["file"], p["page"]) for p in report["pages"]] == [(0, 1), (1, 1), (2, 1)]
    second = {"file": 1, "sha256": shown["files"][1]["sha256"], "page": 1, "part": 0}
    body = {"kind": "split", "place": second, "document_type": "audit_report", "version": shown["version"]}
    split = client.post(f"{address}/revisions", json=body)
    assert split.status_code == 200, split.text
    split = split.json()
    assert [[p["file"] for p in d["pages"]] for d in split["documents"]] == [[0], [1, 2]]
    assert split["documents"][1]["place"] == second
    assert "2.png》第1页" in split["revisions"][0]["summary"]
    body = {"kind": "join", "place": second, "version": split["version"]}
    joined = client.post(f"{address}/revisions", json=body)
    assert joined.status_code == 200, joined.text
    assert [[p["file"] for p in d["pages"]] for d in joined.json()["documents"]] == [[0, 1, 2]]


def test_a_view_of_a_finding_is_taken_back_by_who_said_it(client_as, finished_package, service):
    package = finished_package("A")
    one, other = client_as("A", "reviewer"), client_as("A", "admin")
    shown = one.get(f"{API}/{package}/desk").json()
    key = finding(shown, "total_assets")["key"]
    path = f"{API}/{package}/findings/{key}/review"
    assert one.delete(path).status_code == 404
    for client, action in ((other, "accept"), (one, "comment"), (one, "reject")):
        said = {"action": action, "comment": "单位看错", "version": shown["version"]}
        assert client.post(path, json=said).status_code == 200
    assert one.delete(path, params={"version": shown["version"] + 1}).status_code == 409
    left = one.delete(path, params={"version": shown["version"]})
    assert left.status_code == 200, left.text
    left = finding(left.json(), "total_assets")
    assert (left["review"]["action"], [c["by"]["name"] for c in left["comments"]]) == ("accept", ["Aadmin"])
    assert one.delete(path).status_code == 404
    none = finding(other.delete(path).json(), "total_assets")
    assert (none["review"], none["comments"]) == (None, [])
    items = one.get(f"{API}/{package}/history").json()["items"]
    assert [(e["action"], e["by"]["name"]) for e in items[:2]] == [
        ("review_withdrawn", "Aadmin"),
        ("review_withdrawn", "Areviewer"),
    ]
    assert one.post(path, json={"action": "accept", "version": shown["version"]}).status_code == 200
    decided = {"decision": "recommend", "signature": "李"}
    assert one.post(f"{API}/{package}/decision", json=decided).status_code == 200
    assert one.delete(path).status_code == 409


@ON_SQLITE
def test_results_that_were_replaced_or_not_stored_are_not_kept(desk, service, client_as):
    client, address, shown = desk
    kept = service.settings.data_dir / "blobs"
    stale = threading.Barrier(2)

    def send(value):
        stale.wait()
        client.post(f"{address}/revisions", json=correction(shown, "revenue", value))

    threads = [threading.Thread(target=send, args=(v,)) for v in (1000.0, 2000.0)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert len([p for p in (kept / "sha256").rglob("*") if p.is_file()]) == 2, "the upload and one result"
    assert client_as("A", "admin").delete(address).status_code == 204
    assert [p for p in kept.rglob("*") if p.is_file()] == []


def test_a_person_decides_a_condition(desk):
    client, address, shown = desk

    def leaves(node):
        return [leaf for child in node["children"] for leaf in leaves(child)] if node.get("children") else [node]

    open_ones = [n for n in leaves(shown["policies"][0]["conditions"]) if n["status"] == "undetermined"]
    key = open_ones[0]["key"]
    answer = client.put(
        f"{address}/conditions", json={"condition": key, "status": "met", "why": "见原件", "version": shown["version"]}
    )
    assert answer.status_code == 200, answer.text
    node = next(n for n in leaves(answer.json()["policies"][0]["conditions"]) if n["key"] == key)
    assert (node["status"], node["decision"]["who"], node["decision"]["why"]) == ("met", "Areviewer", "见原件")
    again = client.delete(f"{address}/conditions", params={"condition": key})
    assert next(n for n in leaves(again.json()["policies"][0]["conditions"]) if n["key"] == key)["status"] == "undetermined"
    assert client.delete(f"{address}/conditions", params={"condition": key}).status_code == 404
    wrong = client.put(f"{address}/conditions", json={"condition": "x#y", "status": "met", "why": "?"})
    assert wrong.status_code == 422


def test_a_decision_freezes_the_package(desk):
    client, address, shown = desk
    decide = f"{address}/decision"
    assert client.post(decide, json={"decision": "recommend"}).status_code == 422
    assert client.post(decide, json={"decision": "return", "signature": "李"}).status_code == 422
    assert client.post(decide, json={"decision": "withdraw"}).status_code == 409
    wrong = client.post(decide, json={"decision": "recommend", "signature": "李", "password": "falsch"})
    assert wrong.status_code == 409
    signed = client.post(
        decide, json={"decision": "return", "note": "缺发明专利", "signature": "李审核", "password": "mimi-hao-9876"}
    )
    assert signed.status_code == 200, signed.text
    assert signed.json()["decision"]["signature"] == "李审核"
    assert client.post(f"{address}/revisions", json=correction(shown, "revenue", 1)).status_code == 409
    assert client.patch(address, json={"name": "x"}).status_code == 409
    assert client.post(f"{address}/retry").status_code == 409
    assert client.post(decide, json={"decision": "recommend", "signature": "李"}).status_code == 409
    assert client.post(decide, json={"decision": "withdraw"}).json()["decision"] is None
    assert client.patch(address, json={"name": "x"}).status_code == 200


def test_two_reviewers_at_once_make_one_new_version(desk):
    client, address, shown = desk
    answers = []

    def send(value):
        answers.append(client.post(f"{address}/revisions", json=correction(shown, "revenue", value)).status_code)

    threads = [threading.Thread(target=send, args=(v,)) for v in (1000.0, 2000.0, 3000.0)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(answers) == [200, 409, 409]
    assert client.get(f"{address}/desk").json()["version"] == shown["version"] + 1


@ON_SQLITE
def test_opening_is_logged_once_a_visit_and_unmasking_every_time(desk, service, monkeypatch):
    client, address, _ = desk
    monkeypatch.setattr(type(service.pictures), "picture", lambda *a, masked=True, **k: b"masked" if masked else b"clear")
    client.get(f"{address}/desk")
    for _ in range(2):
        seen = client.get(f"{address}/pages/0/1/picture", params={"unmasked": True})
        assert (seen.content, seen.headers["cache-control"]) == (b"clear", "no-store")
    assert client.get(f"{address}/pages/0/1/picture").content == b"masked"
    actions = [e["action"] for e in client.get(f"{address}/history").json()["items"]]
    assert (actions.count("open"), actions.count("unmask")) == (1, 2)


@ON_SQLITE
def test_policies_to_choose(client_as):
    items = client_as("A", "submitter").get("/api/v1/policies").json()["items"]
    assert POLICY in {p["id"] for p in items}
    assert any(p["in_force"] for p in items)


def test_finding_keys_are_short_and_distinct():
    def made(metric, period):
        value = DeclaredValue(value=1, unit="元")
        return Finding(metric=metric, period=period, declared=value, verdict=Verdict.MISSING, confidence=1, reason="")

    keys = finding_keys([made("revenue", "2020"), made("revenue", "2020"), made("很长" * 200, "now"), made("很长" * 200, "2020")])
    assert keys[0] == "revenue|2020"
    assert len(set(keys)) == 4
    assert all(len(k) <= 200 for k in keys)


@ON_SQLITE
def test_the_declaration_form_of_a_policy(client_as):
    client = client_as("A", "submitter")
    answer = client.get(f"/api/v1/policies/{POLICY}/template.xlsx", params={"as_of": "2021-05-06"})
    assert answer.status_code == 200, answer.text
    assert "declared.xlsx" in answer.headers["content-disposition"]
    form = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    cells = [str(c.value) for row in form.iter_rows() for c in row if c.value]
    assert "revenue@2020" in cells or "main_revenue@2020" in cells
    missing = client.get("/api/v1/policies/no-such-policy/template.xlsx")
    assert (missing.status_code, missing.json()["code"]) == (404, "not-found")
