"""Batches: many packages at once, ranked."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, BackgroundTasks, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from api import audit
from api.errors import BadRequest, Conflict, NotFound, TooLarge, Unusable
from api.problems import responses
from api.routes.packages import PageQuery, Parts, Reviewer, SizeQuery, Uploaded
from api.work import forms
from api.work.batches import batch_detail, batch_progress, batch_shapes, batch_workbook, cancel_batch, list_batches, own_batch
from api.work.batches_intake import take_batch
from api.work.batches_shapes import BatchDetail, Batches, BatchShape
from api.work.downloads import whole
from api.work.progress import followed

router = APIRouter(tags=["批量初筛"])

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LOOK_S = 1.0
"""Seconds between two looks at a batch: its figures are sums over all its packages."""


def _submit(parts: Parts, runs: list[str]) -> None:
    for run in runs:
        parts.jobs.submit(run)


@router.post(
    "/batches",
    status_code=201,
    operation_id="upload_batch",
    summary="上传一批材料包",
    description="`files`：一个 ZIP（里面每个文件夹或 ZIP 是一家企业），或许多带相对路径的文件（每个子文件夹或 ZIP 是一家企业）。"
    "`declared`：申报总表（XLSX、CSV），列为企业名称、统一社会信用代码、材料包、指标、期间、申报值、单位，一行一个数；"
    "不给时用各材料包里的 declared.json、.xlsx、.csv。对不上的行、材料包、文件写在 `remarks`。须审核员。",
    responses=responses(BadRequest, TooLarge, Unusable),
    openapi_extra={"requestBody": forms.BATCH_BODY},
)
def upload(parts: Parts, who: Reviewer, form: Uploaded, later: BackgroundTasks) -> BatchShape:
    """Take in many packages and start their runs."""
    batch_id, runs = take_batch(parts, who, form)
    # Queuing hundreds takes seconds; what is not queued when this process ends, a worker queues by its rows.
    later.add_task(_submit, parts, runs)
    with parts.store.begin() as session:
        return batch_shapes(session, [own_batch(session, who, batch_id)])[0]


@router.get("/batches", operation_id="list_batches", summary="批次列表", description="本单位的批次，新的在前。须审核员。")
def batches(parts: Parts, who: Reviewer, page: PageQuery = 1, page_size: SizeQuery = 50) -> Batches:
    """The organisation's batches."""
    with parts.store.begin() as session:
        return list_batches(session, who, page, page_size)


@router.get(
    "/batches/{batch_id}",
    operation_id="get_batch",
    summary="一个批次",
    description="初筛排名（`ranked`）和不同企业材料中重复的内容（`repeats`）。须审核员。",
    response_model=BatchDetail,
    responses=responses(NotFound),
)
def batch(parts: Parts, who: Reviewer, batch_id: str) -> Response:
    """One batch with its ranked table."""
    found = batch_detail(parts, who, batch_id)
    return Response(found.model_dump_json(by_alias=True), media_type="application/json")


@router.get(
    "/batches/{batch_id}/progress",
    operation_id="batch_progress",
    summary="批次进度（SSE）",
    description="断开后重新连接即可。须审核员。",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "事件 progress：{state, finished, packages, pages_done, pages_total, doing}；处理完以事件 end 收尾",
            "content": {
                "text/event-stream": {
                    "schema": {"type": "string"},
                    "example": 'event: progress\ndata: {"state":"live","finished":3,"packages":20,"pages_done":61,'
                    '"pages_total":90,"doing":"闽江精密：审计报告.pdf 第3页"}\n\n',
                }
            },
        },
        **responses(NotFound),
    },
)
async def progress(request: Request, parts: Parts, who: Reviewer, batch_id: str) -> StreamingResponse:
    """How far a batch is."""

    def check() -> str:
        with parts.store.begin() as session:
            return own_batch(session, who, batch_id).id

    known = await run_in_threadpool(check)

    def look() -> dict[str, Any] | None:
        return batch_progress(parts, known)

    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    stream = followed(look, request, live=("live",), every_s=_LOOK_S)
    return StreamingResponse(stream, media_type="text/event-stream", headers=headers)


@router.post(
    "/batches/{batch_id}/cancel",
    operation_id="cancel_batch",
    summary="取消处理一批",
    description="停止这一批里还没有处理完的材料包；已有的结果保留。须审核员。",
    responses=responses(NotFound, Conflict),
)
def cancel(parts: Parts, who: Reviewer, batch_id: str) -> BatchShape:
    """Stop what goes on."""
    cancel_batch(parts, who, batch_id)
    with parts.store.begin() as session:
        return batch_shapes(session, [own_batch(session, who, batch_id)])[0]


@router.get(
    "/batches/{batch_id}/export.xlsx",
    operation_id="export_batch",
    summary="导出初筛汇总",
    description="排名、理由、缺少的材料、跨企业重复、统计图。须审核员。",
    responses={
        200: {"description": "初筛汇总.xlsx", "content": {_XLSX: {"schema": {"type": "string", "format": "binary"}}}},
        **responses(NotFound),
    },
    response_class=StreamingResponse,
)
def export(parts: Parts, who: Reviewer, batch_id: str) -> StreamingResponse:
    """The ranked table as a workbook."""
    found = batch_detail(parts, who, batch_id)
    data = batch_workbook(found)
    with parts.store.begin() as session:
        audit.record(session, who, "export", f"batch:{found.id}", what="export.xlsx")
    return whole(data, f"{found.name} 初筛汇总.xlsx", ascii_name="batch.xlsx", media_type=_XLSX)
