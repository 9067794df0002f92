"""A package's result written down: one transaction that first moves ``PackageRow.version`` on; whoever was slower starts over."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from api.errors import Conflict
from api.ops.retention import release
from api.service import Service
from api.store.blobs import BlobStoreError
from api.store.tables import ChangeNotice, MarkRow, PackageRow, WatchRow, now
from extractor.model import Page, Result
from extractor.prescreen.marks import PackageMarks, marked
from extractor.prescreen.ranking import Screened, screen
from extractor.prescreen.reading_time import DEFAULT_PACE, Pace
from extractor.prescreen.watching import Change, WatchRules, watch_items
from extractor.reports.json_report import json_text

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Prepared:
    """All that is worked out before the transaction that stores a result, so that nobody waits for it meanwhile."""

    result: Result
    sha256: str
    screened: Screened
    marks: PackageMarks


def prepare(
    service: Service, package: PackageRow, result: Result, pages: Sequence[Page], office: Sequence[Mapping[str, Any]] = ()
) -> Prepared:
    """Keep the bytes of a result and work out its short forms.

    Args:
        service: the parts.
        package: whose result it is.
        result: revisions applied.
        pages: the read pages it rests on.
        office: ``criteria.package.office_texts`` of its policies.
    """
    materials = [m for policy in office for m in policy["materials"]]
    screened = screen(result, package=package.name, materials=materials, pace=_pace(service.settings.minutes_per_page))
    sha, _ = service.blobs.put(_kept(result, pages, office))
    return Prepared(result, sha, screened, marked(result, pages, package.name))


def store_result(session: Session, package: PackageRow, prepared: Prepared, run_id: str) -> None:
    """Make this the package's result, inside ``storing``: short forms, marks, dates to watch; the version goes up by one.

    Args:
        session: the caller's transaction.
        package: as it was looked up; its ``version`` must still be the current one.
        prepared: see ``prepare``.
        run_id: the run that read the pages.

    Raises:
        Conflict: the package has been changed meanwhile.
    """
    result, marks = prepared.result, prepared.marks
    claim(session, package)
    package.result = prepared.sha256
    package.result_run = run_id
    package.judged_at = now()
    package.verdict = result.summary.verdict
    package.risk = prepared.screened.risk
    package.screened = prepared.screened.model_dump(mode="json")
    package.as_of = date.fromisoformat(result.package.as_of)
    if package.declaration is None:
        package.enterprise, package.uscc = marks.enterprise[:200] or None, (marks.uscc or "")[:18] or None
    session.execute(delete(MarkRow).where(MarkRow.package_id == package.id))
    session.add_all(
        MarkRow(org_id=package.org_id, package_id=package.id, kind=m.kind, value=m.value[:300], mark=m.model_dump(mode="json"))
        for m in marks.marks
    )
    store_watch(session, package, result)


def store_watch(session: Session, package: PackageRow, result: Result) -> None:
    """Write the dates to watch anew: from the result, the decision, and changes that have not been reported yet.

    The day on which a title was given stands in an announcement that is not in the package. The day of a positive decision
    stands in for it, which comes before it: the review is told rather too early than too late, and says what it is counted from.
    """
    noticed = session.scalars(
        select(ChangeNotice).where(ChangeNotice.package_id == package.id, ChangeNotice.reported_on.is_(None))
    )  # fmt: skip
    changes = [Change(what=n.what, on=n.happened_on) for n in noticed]
    at = package.decided_at if package.decision == "recommend" else None
    decided = at.astimezone().date() if at is not None else None
    names = [str(p.get("name", p["id"])) for p in result.policies]
    rules = WatchRules(title=f"{names[0]}{'等' if len(names) > 1 else ''}") if names else WatchRules()
    items = watch_items(result, recognised_on=decided, changes=changes, rules=rules)
    estimate = (
        f"以本单位 {decided} 作出推荐结论起 {rules.validity_years} 年估算；称号自认定公告之日起算，请以公告和当年复核通知为准"
    )
    session.execute(delete(WatchRow).where(WatchRow.package_id == package.id))
    for item in items:
        told = item.model_copy(update={"basis": estimate}) if item.kind == "review_due" else item
        session.add(
            WatchRow(
                org_id=package.org_id, package_id=package.id, kind=told.kind, due=told.due, item=told.model_dump(mode="json")
            )
        )


@contextmanager
def storing(service: Service, package: PackageRow, prepared: Prepared) -> Iterator[None]:
    """Around the transaction that stores a result: whatever comes of it, no result stays that no package has.

    Args:
        service: the parts.
        package: as it was looked up, with the result before.
        prepared: the result to be stored; its bytes go, too, where that fails.
    """
    before = {package.result} if package.result else set()
    try:
        yield
    finally:
        try:
            release(service.store, service.blobs, before | {prepared.sha256})
        except BlobStoreError as error:
            LOG.warning("a result that is no longer needed could not be removed; the daily pass will", exc_info=error)


def claim(session: Session, package: PackageRow) -> None:
    """Move the version on, if it is still the one that was seen.

    Raises:
        Conflict: it is not.
    """
    seen = package.version
    moved = session.execute(
        update(PackageRow)
        .where(PackageRow.id == package.id, PackageRow.version == seen)
        .values(version=seen + 1)
        .execution_options(synchronize_session=False)
    )
    if cast(CursorResult[Any], moved).rowcount != 1:
        raise Conflict("这个材料包刚被重新核对或被别人修改；请载入最新结果后再操作")
    session.refresh(package, ["version"])


def _pace(minutes_per_page: float) -> Pace:
    """The usual pace, as much slower or faster as the setting says."""
    usual = {kind: minutes * minutes_per_page for kind, minutes in DEFAULT_PACE.minutes.items()}
    return Pace(usual, DEFAULT_PACE.other * minutes_per_page, DEFAULT_PACE.open_point)


def _kept(result: Result, pages: Sequence[Page], office: Sequence[Mapping[str, Any]]) -> bytes:
    """The blob of a result (``work.results``): ``result.json``, the sizes of its pages, what office files say of its policies."""
    beside = json.dumps([[_page_view(p) for p in pages], list(office)], ensure_ascii=False)
    return f'{{"result": {json_text(result)}, "beside": {beside}}}'.encode("utf-8", "replace")


def _page_view(page: Page) -> dict[str, Any]:
    return {
        "file": page.file, "page": page.page, "width": page.width, "height": page.height, "source": page.source,
        "note": page.note, "name": page.name,
    }  # fmt: skip
