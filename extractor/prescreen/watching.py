"""Dates to watch after a package was checked: certificates that end, titles to be reviewed, changes to be reported.

The rules about titles differ from place to place; what is not given uses the most common ones, and the
text of every date says on which rule it rests.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from extractor.model import Claim, Document, Frozen, Result
from extractor.values.dates import add_years
from extractor.values.names import NameMatch, match_company

if TYPE_CHECKING:
    from icalendar import Event

WatchKind = Literal[
    "certificate_expires", "high_tech_expires", "patent_expires", "licence_expires", "review_due", "change_report_due"
]

_RIGHTS: dict[str, tuple[WatchKind, str, str]] = {
    "management_system_certs": ("certificate_expires", "管理体系认证证书", "证书上的有效期"),
    "trademarks": (
        "certificate_expires",
        "商标注册证",
        "注册商标有效期十年（商标法第三十九条），期满前十二个月内可续展（第四十条）",
    ),
    "high_tech_enterprise": ("high_tech_expires", "高新技术企业证书", "自发证之日起三年（高新技术企业认定管理办法第九条）"),
    "invention_patents": ("patent_expires", "发明专利", "自申请日起二十年（专利法第四十二条）；是否按期缴纳年费不在此列"),
    "utility_patents": ("patent_expires", "实用新型专利", "自申请日起十年（专利法第四十二条）；是否按期缴纳年费不在此列"),
    "design_patents": (
        "patent_expires",
        "外观设计专利",
        "自申请日起十五年（2021年6月1日前申请的十年）；是否按期缴纳年费不在此列",
    ),
}
"""Kind, name and rule by metric of a counted right."""


class Change(Frozen):
    """A change that an enterprise must report: what (更名, 重组 …) and the day on which it took place."""

    what: str
    on: date


@dataclass(frozen=True)
class WatchRules:
    """How long titles last and how soon changes are due.

    Defaults: three years (most titles of 优质中小企业 and 专精特新 are 有效期三年), 30 days (福建省中小企业培育库,
    厦门市; others say one month, the national rules three months: then 90). ``patents_within``: years ahead in which
    the end of a patent's term is shown; None: not at all.
    """

    title: str = "认定称号"
    validity_years: int = 3
    report_days: int = 30
    patents_within: int | None = None


class WatchPlace(Frozen):
    """Where the date stands: file and page (1-based)."""

    file: str
    page: int


class WatchItem(Frozen):
    """A day to watch. ``key`` tells it from the enterprise's other items of its kind and stays when the day is corrected."""

    kind: WatchKind
    due: date
    title: str
    basis: str
    enterprise: str
    uscc: str | None = None
    key: str
    place: WatchPlace | None = None

    @property
    def uid(self) -> str:
        """The same for the same thing in every export (RFC 5545, 3.8.4.7)."""
        what = "|".join((self.kind, self.uscc or self.enterprise, self.key))
        return f"{hashlib.sha256(what.encode()).hexdigest()[:32]}@zuozheng"


def watch_items(
    result: Result,
    *,
    recognised_on: date | None = None,
    changes: Sequence[Change] = (),
    rules: WatchRules | None = None,
) -> tuple[WatchItem, ...]:
    """The days to watch of one enterprise, earliest first.

    Certificates count when they are the enterprise's own and were in force on the package's day.

    Args:
        result: the checked package.
        recognised_on: the day on which the title was given; None where it was not.
        changes: what has changed since (更名, 重组, 迁移 …).
        rules: terms of titles and reports.
    """
    rule = rules or WatchRules()
    found = [*_certificates(result, rule), *_licences(result)]
    if recognised_on is not None:
        found.append(_review(result, recognised_on, rule))
    found += [_report(result, c, rule) for c in changes]
    return tuple(sorted(dict.fromkeys(found), key=lambda i: (i.due, i.kind, i.key)))


def _item(result: Result, kind: WatchKind, due: date, title: str, basis: str, key: str, **more: WatchPlace | None) -> WatchItem:
    who = result.package
    return WatchItem(
        kind=kind, due=due, title=title, basis=basis, key=key, enterprise=who.enterprise or who.name, uscc=who.uscc, **more
    )  # fmt: skip


def _certificates(result: Result, rules: WatchRules) -> Iterator[WatchItem]:
    """The ends of the enterprise's own rights; of patents only those that end soon enough."""
    day = date.fromisoformat(result.package.as_of)
    excluded = {d.id for d in result.documents if d.excluded is not None}
    for claim in result.claims:
        right = _RIGHTS.get(claim.metric)
        if right is None or claim.valid_until is None or claim.document in excluded or not _own(result, claim):
            continue
        kind, name, basis = right
        due = date.fromisoformat(claim.valid_until)
        if due < day:
            continue
        if kind == "patent_expires" and (rules.patents_within is None or due > add_years(day, rules.patents_within)):
            continue
        doubt = f"；读取存疑，请核对原件：{claim.doubt}" if claim.doubt else ""
        number = f" {claim.key}" if claim.key else ""
        place = next((WatchPlace(file=result.files[e.file].name, page=e.page) for e in claim.evidence), None)
        yield _item(result, kind, due, f"{name}{number} 到期", basis + doubt, claim.key or claim.document, place=place)


def _licences(result: Result) -> Iterator[WatchItem]:
    """The end of a business licence that has one (营业期限)."""
    for document in result.documents:
        field = document.fields.get("valid_until")
        if document.type != "business_license" or document.excluded is not None or field is None:
            continue
        try:
            due = date.fromisoformat(str(field.value))
        except ValueError:
            continue  # 长期, or not read
        place = next((WatchPlace(file=result.files[e.file].name, page=e.page) for e in field.evidence), None)
        yield _item(result, "licence_expires", due, "营业执照营业期限届满", "营业执照上的营业期限", _code(document), place=place)


def _code(document: Document) -> str:
    field = document.fields.get("uscc")
    return str(field.value) if field is not None and field.value else "licence"


def _review(result: Result, given: date, rules: WatchRules) -> WatchItem:
    """When a title must be reviewed: the day on which it runs out; the window is announced each year."""
    years = rules.validity_years
    basis = f"{given} 认定，有效期 {years} 年，到期由认定部门组织复核，通过的延长；办理时间以当年通知为准，请在期满前准备"
    return _item(result, "review_due", add_years(given, years), f"{rules.title}有效期满，应申请复核", basis, rules.title)


def _report(result: Result, change: Change, rules: WatchRules) -> WatchItem:
    """When a change must have been reported, counted from the day after it (民法典 第二百零一条)."""
    basis = f"{change.on} {change.what}；更名、重组、迁移等重大变化应在 {rules.report_days} 日内报告，逾期可能取消复核资格或称号"
    due = change.on + timedelta(days=rules.report_days)
    return _item(result, "change_report_due", due, f"{change.what}：报告期限", basis, f"{change.what}@{change.on}")


def _own(result: Result, claim: Claim) -> bool:
    """Whether the right is the enterprise's; where nobody said whose package it is, all are shown."""
    name = result.package.enterprise
    if not name:
        return True
    if claim.subject_id and result.package.uscc:
        return claim.subject_id == result.package.uscc
    return any(match_company(name, s) is not NameMatch.DIFFERENT for s in (claim.subject, *claim.co_subjects))


def to_ics(items: Iterable[WatchItem], *, stamp: datetime, name: str = "到期与复核", alarm_days: int | None = 30) -> str:
    """The items as an iCalendar text (RFC 5545): one all-day event each.

    Args:
        items: what to watch.
        stamp: when the calendar was made, with its time zone.
        name: of the calendar, as calendar programs show it.
        alarm_days: how many days before the day a reminder rings; None: none.
    """
    from icalendar import Calendar  # heavy

    calendar = Calendar()
    calendar.add("prodid", "-//zuozheng//watching//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    for item in items:
        calendar.add_component(_event(item, stamp, alarm_days))
    text: bytes = calendar.to_ical()
    return text.decode("utf-8")


def _event(item: WatchItem, stamp: datetime, alarm_days: int | None) -> Event:
    from icalendar import Alarm, Event

    event = Event()
    event.add("uid", item.uid)
    event.add("dtstamp", stamp)
    event.add("dtstart", item.due)
    event.add("dtend", item.due + timedelta(days=1))
    event.add("summary", f"{item.enterprise}：{item.title}")
    at = f"\n见 {item.place.file} 第{item.place.page}页" if item.place else ""
    event.add("description", f"{item.basis}{at}")
    event.add("categories", [item.kind])
    event.add("transp", "TRANSPARENT")
    if alarm_days is not None:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", item.title)
        alarm.add("trigger", timedelta(days=-alarm_days))
        event.add_component(alarm)
    return event
