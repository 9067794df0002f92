"""The re-check calendar."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict
from pydantic import Field as _F
from starlette.responses import Response

from api.errors import BadRequest, Conflict, NotFound, Unusable
from api.problems import responses
from api.routes.packages import PageQuery, Parts, Reviewer, SizeQuery, Who
from api.store.tables import now
from api.work.clean import CleanText
from api.work.watch import ChangeShape, WatchList, calendar, note_change, report_change, watch_list
from extractor.prescreen.watching import WatchKind

router = APIRouter(tags=["复核日历"])


class ChangeIn(BaseModel):
    """A change to be noted."""

    model_config = ConfigDict(extra="forbid")

    package: CleanText = _F(max_length=36, description="材料包编号")
    what: CleanText = _F(min_length=1, max_length=300, description="变更内容，如：企业更名")
    happened_on: date = _F(description="发生日期")


class ReportedIn(BaseModel):
    """When a change was reported."""

    model_config = ConfigDict(extra="forbid")

    reported_on: date | None = _F(description="报告日期；null：尚未报告（撤回登记）")


@router.get(
    "/watch",
    operation_id="list_watch",
    summary="复核日历",
    description="证书到期、称号复核、变更报告的日期，早的在前，含已过的；填报人只看到自己上传的材料包的。",
)
def watch(
    parts: Parts,
    who: Who,
    until: Annotated[date | None, Query(description="到这一天为止（含）")] = None,
    kind: Annotated[WatchKind | None, Query(description="事项种类")] = None,
    page: PageQuery = 1,
    page_size: SizeQuery = 50,
) -> WatchList:
    """Days to watch."""
    with parts.store.begin() as session:
        return watch_list(session, who, until=until, kind=kind, page=page, page_size=page_size)


@router.get(
    "/watch.ics",
    operation_id="watch_calendar",
    summary="日历订阅（iCalendar）",
    description="供日历程序订阅：在“我的账号”新建日历令牌（scope 为 calendar），把它作为 `token` 写在地址里。"
    "过期一年以上的事项不再列出；同一事项出现在几个材料包时以最新的为准。",
    responses={200: {"description": "RFC 5545 日历", "content": {"text/calendar": {"schema": {"type": "string"}}}}},
    response_class=Response,
)
def feed(
    parts: Parts,
    who: Who,
    token: Annotated[str, Query(max_length=200, description="日历令牌；已登录或用 Bearer 时不需要")] = "",
) -> Response:
    """The calendar feed; the guard has looked at ``token``."""
    with parts.store.begin() as session:
        text = calendar(session, who, now())
    headers = {"Content-Disposition": 'attachment; filename="zuozheng.ics"'}
    return Response(text, media_type="text/calendar; charset=utf-8", headers=headers)


@router.post(
    "/watch/changes",
    status_code=201,
    operation_id="note_change",
    summary="登记企业变更",
    description="更名、重组、迁移等须在规定期限内报告的变更；登记后报告期限出现在日历里。须审核员。",
    responses=responses(BadRequest, NotFound, Conflict, Unusable),
)
def change(parts: Parts, who: Reviewer, body: ChangeIn) -> ChangeShape:
    """Note a change."""
    return note_change(parts, who, body.package, body.what, body.happened_on)


@router.patch(
    "/watch/changes/{change_id}",
    operation_id="report_change",
    summary="登记变更已报告",
    description="写明哪一天报告的，之后不再提醒；null 撤回。须审核员。",
    responses=responses(BadRequest, NotFound, Conflict, Unusable),
)
def reported(parts: Parts, who: Reviewer, change_id: str, body: ReportedIn) -> ChangeShape:
    """Note that a change was reported."""
    return report_change(parts, who, change_id, body.reported_on)
