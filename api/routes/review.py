"""The reviewer's desk: findings, corrections, decisions."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Annotated

from fastapi import APIRouter, Body, Path, Query
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import Response, StreamingResponse

from api import audit
from api.access import Identity
from api.desk.build import build_desk
from api.desk.sent import ConditionIn, DecisionIn, ReviewIn, RevisionIn
from api.desk.shapes import Desk, History, HistoryEntry, Package, Policies, PolicyChoice
from api.errors import BadRequest, Conflict, NotFound, TooManyAttempts, Unusable
from api.problems import responses
from api.routes.packages import PageQuery, Parts, Reviewer, SizeQuery, Who
from api.service import Service
from api.store.tables import AuditEntry, PackageRow, now
from api.work.changing import decide_condition, revise, undo
from api.work.clean import CleanText
from api.work.downloads import whole
from api.work.exporting import XLSX, blank_form
from api.work.lookup import names_of, own_package, person
from api.work.packages import package_shape
from api.work.reviewing import decide, review_finding, withdraw_review
from extractor.criteria.load import load_policies
from extractor.criteria.package import version_note

router = APIRouter(tags=["审核"])

_CHANGES = responses(BadRequest, NotFound, Conflict, Unusable)
_SEEN_FOR = timedelta(hours=12)
"""How long opening a package again is the same visit."""
_BINARY = {"schema": {"type": "string", "format": "binary"}}
VersionQuery = Annotated[int | None, Query(ge=0, le=2**31 - 1, description="所看到的版本")]


@router.get(
    "/packages/{package_id}/desk",
    operation_id="get_desk",
    summary="审核台",
    description="审核台显示的一切：分组的申报数据、证据位置、材料、条件、清单、更正。还没有结果时只有概况与上传的文件。",
    response_model=Desk,
    responses=responses(NotFound),
)
def desk(parts: Parts, who: Who, package_id: str) -> Response:
    """Everything that the desk shows."""
    with parts.store.begin() as session:
        row = own_package(session, who, package_id)
        _opened(session, who, row)
        answer = _answer(session, parts, who, row)
    if row.result is not None:
        parts.pictures.warm()  # the desk shows a page at once
    return answer


@router.post(
    "/packages/{package_id}/findings/{finding:path}/review",
    operation_id="review_finding",
    summary="对一项申报数据表态",
    description="accept 同意系统结论、reject 不同意（须写理由）、comment 意见。`finding` 是 findings[].key，须按 URL 编码。",
    response_model=Desk,
    responses=_CHANGES,
)
def review(
    parts: Parts, who: Reviewer, package_id: str, finding: Annotated[CleanText, Path(max_length=300)], body: ReviewIn
) -> Response:
    """What a reviewer says of a finding."""
    review_finding(parts, who, package_id, finding, body)
    return _fresh(parts, who, package_id)


@router.delete(
    "/packages/{package_id}/findings/{finding:path}/review",
    operation_id="withdraw_review",
    summary="撤回对一项申报数据的意见",
    description="撤回本人对这一项的全部表态（同意、不同意、意见）；他人的不变。操作记录保留。",
    response_model=Desk,
    responses=responses(NotFound, Conflict, Unusable),
)
def remove_review(
    parts: Parts,
    who: Reviewer,
    package_id: str,
    finding: Annotated[CleanText, Path(max_length=300)],
    version: VersionQuery = None,
) -> Response:
    """Take back what the caller said of a finding."""
    withdraw_review(parts, who, package_id, finding, version)
    return _fresh(parts, who, package_id)


@router.post(
    "/packages/{package_id}/revisions",
    operation_id="revise",
    summary="更正识别结果",
    description="更正字段、材料类型、是否作为证据，或重新拆分、合并材料；随即重新核对。",
    response_model=Desk,
    responses=_CHANGES,
)
def add_revision(parts: Parts, who: Reviewer, package_id: str, body: Annotated[RevisionIn, Body()]) -> Response:
    """Correct something."""
    revise(parts, who, package_id, body.model_dump(mode="json", exclude={"version"}), body.version)
    return _fresh(parts, who, package_id)


@router.delete(
    "/packages/{package_id}/revisions/{revision_id}",
    operation_id="undo_revision",
    summary="撤回更正",
    description="撤回一条更正；随即重新核对。",
    response_model=Desk,
    responses=responses(NotFound, Conflict, Unusable),
)
def remove_revision(
    parts: Parts, who: Reviewer, package_id: str, revision_id: str, version: VersionQuery = None
) -> Response:  # fmt: skip
    """Take a correction back."""
    undo(parts, who, package_id, revision_id, version)
    return _fresh(parts, who, package_id)


@router.put(
    "/packages/{package_id}/conditions",
    operation_id="decide_condition",
    summary="人工判定一个条件",
    description="系统不能判定、或判定有误的条件由人判定，须写理由；`condition` 是条件树中的 key。对否决情形，met 表示触及。",
    response_model=Desk,
    responses=_CHANGES,
)
def put_condition(parts: Parts, who: Reviewer, package_id: str, body: ConditionIn) -> Response:
    """Decide a condition by hand."""
    decide_condition(parts, who, package_id, body.condition, body.status, body.why, body.version)
    return _fresh(parts, who, package_id)


@router.delete(
    "/packages/{package_id}/conditions",
    operation_id="withdraw_condition",
    summary="撤回人工判定",
    description="撤回后由系统按证据判定。",
    response_model=Desk,
    responses=responses(NotFound, Conflict, Unusable),
)
def delete_condition(
    parts: Parts,
    who: Reviewer,
    package_id: str,
    condition: Annotated[CleanText, Query(max_length=200, description="条件编号")],
    version: VersionQuery = None,
) -> Response:
    """Take such a decision back."""
    decide_condition(parts, who, package_id, condition, None, "", version)
    return _fresh(parts, who, package_id)


@router.post(
    "/packages/{package_id}/decision",
    operation_id="decide_package",
    summary="作出或撤回审核结论",
    description="recommend 推荐、return 退回补正、reject 不予推荐（后两者须写理由），withdraw 撤回。"
    "作出结论后内容不能再改，须先撤回。",
    responses=responses(BadRequest, NotFound, Conflict, Unusable, TooManyAttempts),
)
def decide_package(parts: Parts, who: Reviewer, package_id: str, body: DecisionIn) -> Package:
    """Sign or withdraw the decision."""
    decide(parts, who, package_id, body)
    with parts.store.begin() as session:
        return package_shape(session, own_package(session, who, package_id))


@router.get(
    "/packages/{package_id}/history",
    operation_id="package_history",
    summary="操作记录",
    description="谁在何时对该材料包做了什么，新的在前。",
    responses=responses(NotFound),
)
def history(parts: Parts, who: Who, package_id: str, page: PageQuery = 1, page_size: SizeQuery = 50) -> History:
    """Who did what to the package."""
    with parts.store.begin() as session:
        row = own_package(session, who, package_id)
        lines, total = audit.entries(session, who.org_id, subject=f"package:{row.id}", page=page, page_size=page_size)
        names = names_of(session, [e.user_id for e in lines])
        items = [
            HistoryEntry(
                id=e.id,
                at=e.at,
                by=person(names, e.user_id) if e.user_id else None,
                action=e.action,
                action_label=audit.ACTIONS.get(e.action, e.action),
                detail=e.detail,
            )
            for e in lines
        ]
    return History(items=items, total=total, page=page, page_size=page_size)


@router.get(
    "/policies",
    operation_id="list_policies",
    summary="可选的政策",
    description="随软件附带的认定政策；`in_force` 为今天适用的。",
    response_model=Policies,
)
def policies(who: Who) -> Response:
    """The policies that ship."""
    return Response(_policies_on(date.today()), media_type="application/json")


@lru_cache(maxsize=1)
def _policies_on(today: date) -> bytes:
    """Every page with a choice of policies asks for them, and they change with the day alone."""
    book = load_policies()
    told = Policies(
        items=[
            PolicyChoice(
                id=p.id,
                name=p.name,
                jurisdiction=p.jurisdiction,
                tier=p.tier or "",
                doc_no=p.doc_no or "",
                status=p.status or "",
                kind=p.kind,
                in_force=not version_note(p, book, today),
            )
            for p in book
        ]
    )
    return told.model_dump_json().encode()


@router.get(
    "/policies/{policy_id}/template.xlsx",
    operation_id="policy_template",
    summary="申报数据表（模板）",
    description="该政策条件需要的每一个数值，填好“申报值”一列后作为 `declared` 上传；与 `zuozheng template` 生成的相同。"
    "`as_of` 是申报截止日，决定“上年”“近两年”是哪几年，默认今天。",
    responses={
        200: {"description": "XLSX 文件，名称见 Content-Disposition", "content": {XLSX: _BINARY}},
        **responses(NotFound),
    },
    response_class=StreamingResponse,
)
def template(who: Who, policy_id: str, as_of: date | None = None) -> StreamingResponse:
    """The form with every figure that a policy asks for."""
    data, name = blank_form(policy_id, as_of or date.today())
    return whole(data, f"申报数据表 {name}.xlsx", ascii_name="declared.xlsx", media_type=XLSX)


def _fresh(parts: Service, who: Identity, package_id: str) -> Response:
    with parts.store.begin() as session:
        return _answer(session, parts, who, own_package(session, who, package_id))


def _answer(session: Session, parts: Service, who: Identity, row: PackageRow) -> Response:
    """The desk as JSON, written once: it is large, and the framework would go over it twice."""
    return Response(build_desk(session, parts, who, row).model_dump_json(), media_type="application/json")


def _opened(session: Session, who: Identity, row: PackageRow) -> None:
    """Log that somebody looks at a package, once a visit."""
    subject = f"package:{row.id}"
    seen = select(AuditEntry.id).where(
        AuditEntry.subject == subject,
        AuditEntry.user_id == who.user_id,
        AuditEntry.action == "open",
        AuditEntry.at > now() - _SEEN_FOR,
    )
    if session.scalar(seen.limit(1)) is None:
        audit.record(session, who, "open", subject)
