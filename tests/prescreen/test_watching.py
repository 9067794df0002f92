"""Dates to watch and their calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from extractor.model import Claim, Evidence
from extractor.prescreen.watching import Change, WatchRules, to_ics, watch_items
from tests.prescreen.builders import OTHER, OWN, document, field, result

STAMP = datetime(2021, 5, 6, 8, 0, tzinfo=UTC)


def claim(metric: str, key: str, until: str | None, **more) -> Claim:
    given = {
        "id": key, "metric": metric, "period": "now", "value": 1, "unit": "项", "subject": OWN, "document": "d1",
        "confidence": 0.98, "method": "certificate", "key": key, "valid_until": until,
        "evidence": (Evidence(file=0, page=4, box=(0, 0, 1, 1), text=key),),
    }  # fmt: skip
    return Claim(**{**given, **more})


ISO = claim("management_system_certs", "00118Q30001R0M", "2022-03-01")


def items(*claims: Claim, documents=(), **more):
    return watch_items(result(claims=claims, documents=documents), **more)


def test_a_certificate_in_force_is_watched_with_its_place():
    (item,) = items(ISO, claim("certificate_valid_until:00118Q30001R0M", "00118Q30001R0M", "2022-03-01"))
    assert (item.kind, item.due, item.enterprise) == ("certificate_expires", date(2022, 3, 1), OWN)
    assert (item.place.file, item.place.page) == ("f0.pdf", 4)
    assert "00118Q30001R0M" in item.title


def test_what_had_ended_is_somebody_elses_or_proves_nothing_is_not_watched():
    paper = document("iso_certificate", excluded="样本", id="d9")
    assert items(claim("management_system_certs", "a", "2021-05-05")) == ()
    assert items(claim("management_system_certs", "a", None)) == ()
    assert items(claim("management_system_certs", "a", "2022-01-01", subject=OTHER)) == ()
    assert items(claim("management_system_certs", "a", "2022-01-01", document="d9"), documents=[paper]) == ()
    assert len(items(claim("management_system_certs", "a", "2022-01-01", subject=OTHER, co_subjects=(OWN,)))) == 1


def test_doubts_about_a_date_are_told():
    (item,) = items(claim("high_tech_enterprise", "GR202035000123", "2023-12-01", doubt="发证日期未识别"))
    assert item.kind == "high_tech_expires"
    assert "发证日期未识别" in item.basis


def test_patents_are_watched_on_demand_and_only_near_their_end():
    soon, late = claim("utility_patents", "ZL1", "2022-05-01"), claim("invention_patents", "ZL2", "2037-07-21")
    assert items(soon, late) == ()
    assert [i.key for i in items(soon, late, rules=WatchRules(patents_within=2))] == ["ZL1"]


def test_titles_are_reviewed_after_three_years_and_changes_reported_in_thirty_days():
    found = items(recognised_on=date(2020, 2, 29), changes=[Change(what="企业更名", on=date(2021, 6, 1))])
    assert [(i.kind, i.due) for i in found] == [
        ("change_report_due", date(2021, 7, 1)),
        ("review_due", date(2023, 2, 28)),
    ]
    (other,) = items(recognised_on=date(2020, 6, 1), rules=WatchRules(title="单项冠军", validity_years=5))
    assert other.due == date(2025, 6, 1)
    assert "单项冠军" in other.title


def test_a_licence_with_an_end_is_watched_one_without_is_not():
    def licence(value):
        return document("business_license", {"valid_until": field(value), "uscc": field("x")})

    assert [i.kind for i in items(documents=[licence("2030-01-01")])] == ["licence_expires"]
    assert items(documents=[licence("长期")]) == ()


def test_the_calendar_reads_back_with_all_day_events_and_reminders():
    found = items(ISO, recognised_on=date(2020, 6, 1))
    calendar = Calendar.from_ical(to_ics(found, stamp=STAMP))
    events = calendar.walk("VEVENT")
    assert [e.decoded("dtstart") for e in events] == [date(2022, 3, 1), date(2023, 6, 1)]
    assert all(
        type(e.decoded("dtstart")) is date and e.decoded("dtend") - e.decoded("dtstart") == timedelta(days=1) for e in events
    )
    assert [a.decoded("trigger") for a in calendar.walk("VALARM")] == [timedelta(days=-30)] * 2
    assert OWN in str(events[0]["summary"])
    assert not Calendar.from_ical(to_ics(found, stamp=STAMP, alarm_days=None)).walk("VALARM")


def test_uids_stay_when_a_date_is_corrected_and_differ_between_things():
    (first,), (second,) = items(ISO), items(ISO.model_copy(update={"valid_until": "2022-04-01"}))
    assert first.uid == second.uid
    found = items(ISO, claim("management_system_certs", "other", "2022-03-01"), recognised_on=date(2020, 6, 1))
    assert len({i.uid for i in found}) == 3


@settings(deadline=None)
@given(st.text(max_size=200), st.text(max_size=60))
def test_any_text_survives_the_calendar_as_one_event(what, title):
    found = items(changes=[Change(what=what, on=date(2021, 6, 1))], recognised_on=date(2020, 6, 1), rules=WatchRules(title=title))
    text = to_ics(found, stamp=STAMP)
    assert len(Calendar.from_ical(text).walk("VEVENT")) == 2
    assert text.count("BEGIN:VEVENT") == 2
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
