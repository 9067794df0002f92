"""The re-check calendar: dates to watch, as a list and as iCalendar, and changes at enterprises that have to be reported."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import TypeVarTuple

from pydantic import Field as _F
from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import Session

from api import audit
from api.access import Identity
from api.desk.shapes import Shape
from api.errors import NotFound, Unusable
from api.service import Service
from api.store.tables import ChangeNotice, PackageRow, RunFile, WatchRow
from api.work.lookup import is_id, own_package
from api.work.results import current
from api.work.storing import store_watch
from extractor.prescreen.watching import WatchItem, WatchKind, WatchPlace, to_ics

Ts = TypeVarTuple("Ts")
_SHOWN_AFTER = timedelta(days=366)
"""How long after its day an item stays in the calendar feed."""
_MOST_IN_FEED = 5000


class PackageName(Shape):
    """A package by its name."""

    id: str
    name: str


class WatchShape(Shape):
    """A day to watch."""

    id: str
    kind: WatchKind = _F(
        description="certificate_expires 证书到期、high_tech_expires 高企证书到期、patent_expires 专利期满、"
        "licence_expires 执照到期、review_due 称号复核、change_report_due 变更报告"
    )
    due: date
    title: str
    basis: str = _F(description="依据；估算的日期会写明")
    enterprise: str
    uscc: str | None
    place: WatchPlace | None = _F(description="出处")
    index: int | None = _F(description="出处文件在结果 files 中的序号")
    package: PackageName
    change: str | None = _F(description="变更登记的编号（change_report_due）")
    reported_on: date | None = _F(description="已报告的日期；已报告的变更不再列出")


class WatchList(Shape):
    """A page of the calendar."""

    items: list[WatchShape]
    total: int
    page: int
    page_size: int


class ChangeShape(Shape):
    """A change at an enterprise that has to be reported."""

    id: str
    package: PackageName
    what: str
    happened_on: date
    reported_on: date | None = _F(description="哪一天报告的；null：还没有")


def watch_list(
    session: Session, who: Identity, *, until: date | None, kind: WatchKind | None, page: int, page_size: int
) -> WatchList:  # fmt: skip
    """The days to watch, earliest first; to a submitter those of their own packages."""
    found = _visible(select(WatchRow, PackageRow.name, PackageRow.result_run), who)
    if until is not None:
        found = found.where(WatchRow.due <= until)
    if kind is not None:
        found = found.where(WatchRow.kind == kind)
    total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    wanted = found.order_by(WatchRow.due, WatchRow.id).offset((page - 1) * page_size).limit(page_size)
    rows = [(row, WatchItem.model_validate(row.item), name, run) for row, name, run in session.execute(wanted)]
    indexes = _indexes(session, {(run, i.place.file[:1000]) for _, i, _, run in rows if i.place is not None and run})
    notices = _notices(session, [row.package_id for row, item, _, _ in rows if item.kind == "change_report_due"])
    items = [
        WatchShape(
            **item.model_dump(exclude={"key"}),
            id=row.id,
            index=indexes.get((run or "", item.place.file[:1000])) if item.place is not None else None,
            package=PackageName(id=row.package_id, name=name),
            change=notices.get((row.package_id, item.key)) if item.kind == "change_report_due" else None,
            reported_on=None,
        )
        for row, item, name, run in rows
    ]
    return WatchList(items=items, total=total, page=page, page_size=page_size)


def calendar(session: Session, who: Identity, stamp: datetime) -> str:
    """The days to watch as iCalendar. The same thing found in several packages is there once, as the latest one has it."""
    since = stamp.date() - _SHOWN_AFTER
    wanted = _visible(select(WatchRow), who).where(WatchRow.due >= since)
    rows = session.scalars(wanted.order_by(PackageRow.created_at.desc(), WatchRow.due, WatchRow.id).limit(_MOST_IN_FEED))
    found: dict[str, WatchItem] = {}
    for row in rows:
        item = WatchItem.model_validate(row.item)
        found.setdefault(item.uid, item)
    return to_ics(sorted(found.values(), key=lambda i: (i.due, i.uid)), stamp=stamp, name="佐证核对：到期与复核")


def note_change(service: Service, who: Identity, package_id: str, what: str, happened_on: date) -> ChangeShape:
    """Note a change at an enterprise; the day by which it must be reported is watched from then on.

    Raises:
        NotFound: there is no such package.
        Conflict: it has no result yet.
        Unusable: nothing is said, or it lies in the future.
    """
    if not what.strip():
        raise Unusable("请写明变更内容，如：企业更名")
    _not_in_future(happened_on, "发生日期")
    with service.store.begin() as session:
        package = own_package(session, who, package_id)
        notice = ChangeNotice(package_id=package.id, what=what.strip(), happened_on=happened_on, made_by=who.user_id)
        session.add(notice)
        session.flush()
        _renew(session, service, package)
        audit.record(session, who, "change_noted", f"package:{package.id}", change=notice.id, on=happened_on.isoformat())
        return _shape(notice, package)


def report_change(service: Service, who: Identity, change_id: str, reported_on: date | None) -> ChangeShape:
    """Note on which day a change was reported; None: it was not, after all.

    Raises:
        NotFound: there is no such notice.
        Unusable: the day lies before the change, or in the future.
    """
    with service.store.begin() as session:
        notice = session.get(ChangeNotice, change_id) if is_id(change_id) else None
        if notice is None:
            raise NotFound(_NO_NOTICE)
        try:
            package = own_package(session, who, notice.package_id)
        except NotFound as error:
            raise NotFound(_NO_NOTICE) from error
        if reported_on is not None:
            _not_in_future(reported_on, "报告日期")
            if reported_on < notice.happened_on:
                raise Unusable(f"报告日期早于变更发生的 {notice.happened_on}；请核对后重填")
        notice.reported_on = reported_on
        session.flush()
        _renew(session, service, package)
        audit.record(
            session, who, "change_reported", f"package:{package.id}", change=notice.id,
            on=reported_on.isoformat() if reported_on else None,
        )  # fmt: skip
        return _shape(notice, package)


_NO_NOTICE = "没有这条变更登记，可能已被删除；请刷新页面"


def _renew(session: Session, service: Service, package: PackageRow) -> None:
    store_watch(session, package, current(session, service, package).result)


def _not_in_future(day: date, what: str) -> None:
    # The reader's day may have begun before the server's.
    if day > date.today() + timedelta(days=1):
        raise Unusable(f"{what}不能晚于今天；请核对后重填")


def _shape(notice: ChangeNotice, package: PackageRow) -> ChangeShape:
    return ChangeShape(
        id=notice.id,
        package=PackageName(id=package.id, name=package.name),
        what=notice.what,
        happened_on=notice.happened_on,
        reported_on=notice.reported_on,
    )


def _visible(found: Select[*Ts], who: Identity) -> Select[*Ts]:
    """Of packages that are there for this person."""
    found = found.join(PackageRow, PackageRow.id == WatchRow.package_id).where(WatchRow.org_id == who.org_id)
    return found if who.may("reviewer") else found.where(PackageRow.created_by == who.user_id)


def _indexes(session: Session, places: Collection[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Positions of files in results, by run and name; the first one of a name."""
    if not places:
        return {}
    wanted = select(RunFile.run_id, RunFile.name, RunFile.position).where(tuple_(RunFile.run_id, RunFile.name).in_(places))
    rows = session.execute(wanted.order_by(RunFile.position.desc()))
    return {(run, name): position for run, name, position in rows}


def _notices(session: Session, packages: Sequence[str]) -> dict[tuple[str, str], str]:
    """Ids of changes that have not been reported, by package and ``WatchItem.key``."""
    if not packages:
        return {}
    rows = session.scalars(
        select(ChangeNotice)
        .where(ChangeNotice.package_id.in_(packages), ChangeNotice.reported_on.is_(None))
        .order_by(ChangeNotice.made_at.desc())
    )
    return {(n.package_id, f"{n.what}@{n.happened_on}"): n.id for n in rows}
