"""The re-check calendar: dates from results, decisions and changes, as a list and as a feed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

from api.store.tables import AuditEntry
from extractor.model import Claim, Evidence
from tests.api.batches import judge, make_package
from tests.prescreen.builders import OWN, OWN_USCC, result

API = "/api/v1/watch"
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
UNKNOWN = "00000000-0000-4000-8000-000000000000"


def certificate(until: str, number: str = "00125Q30021R1M", file: int = 1) -> Claim:
    return Claim(
        id="c1", metric="management_system_certs", period="now", value=1, unit="项", subject=OWN, document="d1", confidence=0.97,
        method="certificate", key=number, valid_until=until, evidence=(Evidence(file=file, page=2, box=(0, 0, 1, 1), text="至"),),
    )  # fmt: skip


@pytest.fixture
def package(service, people):
    made = make_package(service, people["A", "reviewer"], "闽江精密")
    judge(service, made, result(uscc=OWN_USCC, errors=(None, None), claims=[certificate("2027-03-01")], policies=[POLICY]))
    return made


POLICY = {"id": "cn-2021-little-giant-batch3", "name": "小巨人（第三批）", "status": "met", "conditions": {}}


def items(client, **query):
    answer = client.get(API, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def test_certificates_are_listed_with_their_place(client_as, package):
    client = client_as("A", "submitter")
    assert items(client) == [], "it is not theirs"
    client = client_as("A", "reviewer")
    (item,) = items(client)
    assert (item["kind"], item["due"], item["enterprise"], item["uscc"]) == ("certificate_expires", "2027-03-01", OWN, OWN_USCC)
    assert item["package"] == {"id": package, "name": "闽江精密"}
    assert (item["place"], item["index"], item["change"]) == ({"file": "f1.pdf", "page": 2}, 1, None)
    assert items(client, until="2027-02-28") == items(client, kind="review_due") == []
    assert len(items(client, until="2027-03-01", kind="certificate_expires")) == 1
    assert client.get(API, params={"kind": "nonsense"}).status_code == 422
    assert items(client_as("B", "admin")) == []


def test_a_recommendation_is_reviewed_after_three_years_and_says_that_this_is_an_estimate(client_as, finished_package):
    client, package = client_as("A", "reviewer"), finished_package("A")
    decision = {"decision": "recommend", "note": "", "signature": "王"}
    answer = client.post(f"/api/v1/packages/{package}/decision", json=decision)
    assert answer.status_code == 200, answer.text
    (item,) = items(client, kind="review_due")
    today = date.today()
    assert abs(date.fromisoformat(item["due"]) - today.replace(year=today.year + 3, day=min(today.day, 28))) < timedelta(days=5)
    assert "估算" in item["basis"]
    assert "公告" in item["basis"]
    client.post(f"/api/v1/packages/{package}/decision", json={"decision": "withdraw", "note": "", "signature": ""})
    assert items(client, kind="review_due") == []


def test_changes_are_due_after_thirty_days_until_they_are_reported(client_as, service, package):
    client = client_as("A", "reviewer")
    on = date.today() - timedelta(days=3)
    answer = client.post(f"{API}/changes", json={"package": package, "what": "企业更名", "happened_on": on.isoformat()})
    assert answer.status_code == 201, answer.text
    (item,) = items(client, kind="change_report_due")
    assert (item["due"], item["change"]) == ((on + timedelta(days=30)).isoformat(), answer.json()["id"])
    address = f"{API}/changes/{item['change']}"
    for wrong in (on - timedelta(days=1), date.today() + timedelta(days=9)):
        assert client.patch(address, json={"reported_on": wrong.isoformat()}).status_code == 422
    done = client.patch(address, json={"reported_on": date.today().isoformat()})
    assert (done.status_code, done.json()["reported_on"]) == (200, date.today().isoformat())
    assert items(client, kind="change_report_due") == []
    assert client.patch(address, json={"reported_on": None}).status_code == 200
    assert len(items(client, kind="change_report_due")) == 1
    with service.store.begin() as session:
        found = select(AuditEntry.action).where(AuditEntry.subject == f"package:{package}").order_by(AuditEntry.id)
        assert session.scalars(found).all() == ["change_noted", "change_reported", "change_reported"]


def test_changes_survive_a_new_judgement(client_as, service, package):
    client = client_as("A", "reviewer")
    client.post(f"{API}/changes", json={"package": package, "what": "迁移", "happened_on": "2026-01-05"})
    judge(service, package, result(uscc=OWN_USCC, claims=[certificate("2028-03-01", file=0)]))
    assert [(i["kind"], i["due"]) for i in items(client)] == [
        ("change_report_due", "2026-02-04"), ("certificate_expires", "2028-03-01"),
    ]  # fmt: skip


@ON_SQLITE
def test_changes_belong_to_the_organisation_and_to_reviewers(client_as, service, people, package):
    body = {"package": package, "what": "企业更名", "happened_on": "2026-01-05"}
    made = client_as("A", "reviewer").post(f"{API}/changes", json=body).json()["id"]
    stranger = client_as("B", "admin")
    assert stranger.post(f"{API}/changes", json=body).status_code == 404
    assert stranger.patch(f"{API}/changes/{made}", json={"reported_on": "2026-01-09"}).status_code == 404
    assert client_as("A", "submitter").post(f"{API}/changes", json=body).status_code == 403
    reviewer = client_as("A", "reviewer")
    assert reviewer.post(f"{API}/changes", json=body | {"package": UNKNOWN}).status_code == 404
    assert reviewer.patch(f"{API}/changes/{UNKNOWN}", json={"reported_on": None}).status_code == 404
    assert reviewer.post(f"{API}/changes", json=body | {"what": " "}).status_code == 422
    assert reviewer.post(f"{API}/changes", json=body | {"happened_on": "2999-01-01"}).status_code == 422
    waiting = make_package(service, people["A", "reviewer"], "还在读", state="reading")
    assert reviewer.post(f"{API}/changes", json=body | {"package": waiting}).status_code == 409


def test_the_feed_takes_a_calendar_token_and_holds_each_thing_once(client_as, client, service, people, package):
    again = make_package(service, people["A", "reviewer"], "再次申报")
    judge(service, again, result(uscc=OWN_USCC, claims=[certificate("2027-05-01", file=0)]))
    made = client_as("A", "reviewer").post("/api/v1/tokens", json={"name": "日历", "scope": "calendar", "days": 30}).json()
    answer = client.get("/api/v1/watch.ics", params={"token": made["token"]})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    events = [e for e in Calendar.from_ical(answer.content).walk("VEVENT")]
    assert [e.decoded("dtstart") for e in events] == [date(2027, 5, 1)], "as the latest package has it"
    assert client.get("/api/v1/watch.ics", params={"token": "zz_wrong"}).status_code == 401
    assert client.get(API, params={"token": made["token"]}).status_code == 401
