"""Packages: upload, list, progress, pages, deletion."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field as _F
from sqlalchemy import select
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from api import audit
from api.access import Identity, identity, require
from api.desk.sent import PackageChanges
from api.desk.shapes import Package, Packages, PageLine, PageText
from api.errors import BadRequest, Conflict, Forbidden, NotFound, TooLarge, Unusable
from api.ops.retention import delete_package
from api.problems import responses
from api.service import Service, service
from api.store.pictures import THUMBNAIL_WIDTH, NoPicture
from api.store.tables import Run, RunFile, UploadedFile
from api.work import forms
from api.work.changing import Changes, change_package, declare
from api.work.clean import CleanText
from api.work.declarations import declaration_in_body
from api.work.downloads import streamed
from api.work.forms import Form, upload_form
from api.work.lookup import is_live, latest_run, own_package, undecided
from api.work.packages import Sort, StateFilter, Wanted, list_packages, package_shape
from api.work.progress import events
from api.work.results import current
from api.work.upload import take_package
from extractor.reports.json_report import json_text

router = APIRouter(tags=["材料包"])

Parts = Annotated[Service, Depends(service)]
Who = Annotated[Identity, Depends(identity)]
Reviewer = Annotated[Identity, Depends(require("reviewer"))]
Admin = Annotated[Identity, Depends(require("admin"))]
Uploaded = Annotated[Form, Depends(upload_form)]
Number = Annotated[int, _F(ge=0, le=1_000_000)]
PageNumber = Annotated[int, _F(ge=1, le=1_000_000)]
PageQuery = Annotated[int, Query(ge=1, le=1_000_000, description="第几页")]
SizeQuery = Annotated[int, Query(ge=1, le=200, description="每页几条")]


@router.post(
    "/packages",
    status_code=201,
    operation_id="upload_package",
    summary="上传材料包",
    description="收下一家企业的材料并开始处理。`files` 可重复，文件名带相对路径（`材料/证书/1.jpg`）；可以是 ZIP。"
    "`declared` 是申报数据（JSON、CSV、XLSX 或申请书 DOCX、PDF、图片），也可以用 `declaration` 直接给 JSON；两者都没有时"
    "用材料包顶层的 declared.json、declared.xlsx 或 declared.csv。申报数据有误时材料照收，原因写在 `remarks`，可用 "
    "`POST /packages/{package_id}/declaration` 重新提交。",
    responses=responses(BadRequest, TooLarge, Unusable),
    openapi_extra={"requestBody": forms.UPLOAD_BODY},
)
def upload(parts: Parts, who: Who, form: Uploaded) -> Package:
    """Take in one enterprise's files and start the run."""
    package_id = take_package(parts, who, form)
    with parts.store.begin() as session:
        return package_shape(session, own_package(session, who, package_id))


@router.get(
    "/packages", operation_id="list_packages", summary="材料包列表", description="本单位的材料包；填报人只看到自己上传的。"
)
def packages(
    parts: Parts,
    who: Who,
    state: Annotated[StateFilter | None, Query(description="最近一次处理的状态；live 处理中、open 待审、decided 已办结")] = None,
    verdict: Annotated[str | None, Query(pattern="^(pass|fail|review)$", description="结论")] = None,
    batch: Annotated[CleanText | None, Query(max_length=36, description="批次编号")] = None,
    q: Annotated[CleanText | None, Query(max_length=200, description="按名称、企业、信用代码查找")] = None,
    sort: Annotated[Sort, Query(description="risk 风险高的在前、-created 新的在前、created、name")] = "-created",
    page: PageQuery = 1,
    page_size: SizeQuery = 50,
) -> Packages:
    """The packages that the caller may see."""
    with parts.store.begin() as session:
        return list_packages(session, who, Wanted(state, verdict, batch, q, sort, page, page_size))


@router.get("/packages/{package_id}", operation_id="get_package", summary="一个材料包", description="材料包的概况。")
def package(parts: Parts, who: Who, package_id: str) -> Package:
    """One package."""
    with parts.store.begin() as session:
        return package_shape(session, own_package(session, who, package_id))


async def _body(request: Request) -> bytes:
    return await request.body()


@router.patch(
    "/packages/{package_id}",
    operation_id="change_package",
    summary="修改材料包",
    description="改名称、核验基准日、所按政策或申报数据；已有结果时立即重新核对。填报人只能在审核结论作出前改自己上传的材料包。",
    responses=responses(BadRequest, NotFound, Conflict, Unusable),
)
def change(parts: Parts, who: Who, package_id: str, body: PackageChanges, raw: Annotated[bytes, Depends(_body)]) -> Package:
    """Change a package; it is judged anew where it has a result."""
    declaration = declaration_in_body(raw, body.as_of) if body.declaration is not None else None
    changes = Changes(body.name, body.as_of, body.policies, declaration)
    change_package(parts, who, package_id, changes, body.version)
    with parts.store.begin() as session:
        return package_shape(session, own_package(session, who, package_id))


@router.post(
    "/packages/{package_id}/declaration",
    operation_id="declare_package",
    summary="重新提交申报数据",
    description="用新的申报数据文件（`declared`，JSON、CSV、XLSX）替换原有申报数据；已有结果时立即重新核对。",
    responses=responses(BadRequest, NotFound, Conflict, TooLarge, Unusable),
    openapi_extra={"requestBody": forms.DECLARATION_BODY},
)
def redeclare(parts: Parts, who: Who, package_id: str, form: Uploaded) -> Package:
    """Replace the declared figures."""
    declare(parts, who, package_id, form)
    with parts.store.begin() as session:
        return package_shape(session, own_package(session, who, package_id))


@router.delete(
    "/packages/{package_id}",
    status_code=204,
    operation_id="delete_package",
    summary="删除材料包",
    description="彻底删除：文件、读取结果、核对结果、审核记录；审计日志只留删除这件事。须管理员。",
    responses=responses(NotFound),
)
def delete(parts: Parts, who: Admin, package_id: str) -> Response:
    """Delete a package for good."""
    with parts.store.begin() as session:
        row = own_package(session, who, package_id)
    delete_package(parts, row.id, who)
    return Response(status_code=204)


# --- on the way ---------------------------------------------------------------------------


@router.get(
    "/packages/{package_id}/progress",
    operation_id="package_progress",
    summary="处理进度（SSE）",
    description="逐页报告进度；断开后重新连接即可。",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "事件 progress：{state, pages_done, pages_total, doing, error}；处理结束时以事件 end 收尾",
            "content": {
                "text/event-stream": {
                    "schema": {"type": "string"},
                    "example": 'event: progress\ndata: {"state":"reading","pages_done":3,"pages_total":17,'
                    '"doing":"审计报告.pdf 第3页","error":null}\n\n',
                }
            },
        },
        **responses(NotFound),
    },
)
async def progress(request: Request, parts: Parts, who: Who, package_id: str) -> StreamingResponse:
    """Progress, page by page."""

    def run_id() -> str | None:
        with parts.store.begin() as session:
            return own_package(session, who, package_id).run_id

    run = await run_in_threadpool(run_id)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(events(parts.store, run, request), media_type="text/event-stream", headers=headers)


@router.post(
    "/packages/{package_id}/cancel",
    operation_id="cancel_package",
    summary="停止处理",
    description="请求停止；正在读的那一页读完后生效。",
    responses=responses(NotFound, Conflict),
)
def cancel(parts: Parts, who: Who, package_id: str) -> Package:
    """Ask that the run be stopped."""
    with parts.store.begin() as session:
        row = own_package(session, who, package_id)
        run = latest_run(session, row)
        if run is None or not is_live(run):
            raise Conflict("没有正在进行的处理，不用停止")
        audit.record(session, who, "cancel", f"package:{row.id}", run=run.id)
    parts.jobs.cancel(run.id)
    with parts.store.begin() as session:
        return package_shape(session, own_package(session, who, package_id))


@router.post(
    "/packages/{package_id}/retry",
    operation_id="retry_package",
    summary="重新处理",
    description="重新读取未能读取的页并重新核对；已读过的页不会再读。更正与审核意见保留。",
    responses=responses(NotFound, Conflict),
)
def retry(parts: Parts, who: Who, package_id: str) -> Package:
    """Read and judge again."""
    with parts.store.begin() as session:
        row = own_package(session, who, package_id)
        undecided(row)
        if is_live(latest_run(session, row)):
            raise Conflict("该材料包正在处理，请等它结束，或先停止再重新处理")
        audit.record(session, who, "retry", f"package:{row.id}")
    parts.jobs.retry(row.id)
    with parts.store.begin() as session:
        return package_shape(session, own_package(session, who, package_id))


# --- what it holds ------------------------------------------------------------------------


@router.get(
    "/packages/{package_id}/result",
    operation_id="package_result",
    summary="核对结果（result.json）",
    description="当前结果，含已作的更正。",
    responses={
        200: {"description": "格式见契约 zuozheng.result/1", "content": {"application/json": {"schema": {"type": "object"}}}},
        **responses(NotFound, Conflict),
    },
    response_class=Response,
)
def result(parts: Parts, who: Who, package_id: str) -> Response:
    """``result.json`` with all corrections."""
    with parts.store.begin() as session:
        found = current(session, parts, own_package(session, who, package_id))
    return Response(json_text(found.result), media_type="application/json")


@router.get(
    "/packages/{package_id}/pages/{file}/{page}/picture",
    operation_id="page_picture",
    summary="一页的图片",
    description="`file` 是结果 files 中的序号，`page` 从 1 起。",
    responses={
        200: {
            "description": "正立的 JPEG 图片，个人证件号码已遮盖",
            "content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}},
        },
        **responses(NotFound, NoPicture),
    },
    response_class=Response,
)
def picture(
    parts: Parts,
    who: Who,
    package_id: str,
    file: Number,
    page: PageNumber,
    unmasked: Annotated[bool, Query(description="显示完整证件号码：须审核员，会记入日志")] = False,
    width: Annotated[
        int | None, Query(ge=THUMBNAIL_WIDTH, le=THUMBNAIL_WIDTH, description=f"{THUMBNAIL_WIDTH}：缩略图；空：原大小")
    ] = None,
) -> Response:
    """The picture of a page."""
    if unmasked and width is not None:
        raise Unusable("缩略图只有遮盖证件号码的；请去掉 width 或 unmasked")
    with parts.store.begin() as session:
        row = own_package(session, who, package_id)
        run_id = row.result_run or row.run_id
        if unmasked:
            if not who.may("reviewer"):
                raise Forbidden("显示完整证件号码须审核员权限；请联系本单位管理员")
            audit.record(session, who, "unmask", f"package:{row.id}", file=file, page=page)
    if run_id is None:
        raise NotFound("还没有读到这一页")
    if width is not None:
        data = parts.pictures.thumbnail(parts.store, run_id, file, page)
    else:
        data = parts.pictures.picture(parts.store, run_id, file, page, masked=not unmasked)
    # The same page of the same run never changes; what is unmasked stays nowhere.
    keep = "no-store" if unmasked else "private, max-age=600"
    return Response(data, media_type="image/jpeg", headers={"Cache-Control": keep})


@router.get(
    "/packages/{package_id}/pages/{file}/{page}/text",
    operation_id="page_text",
    summary="一页的文字",
    description="识别出的各行文字及位置；证件号码已遮盖。",
    responses=responses(NotFound),
)
def text(parts: Parts, who: Who, package_id: str, file: Number, page: PageNumber) -> PageText:
    """The text of a page."""
    with parts.store.begin() as session:
        row = own_package(session, who, package_id)
        run = session.get(Run, row.result_run or row.run_id or "")
        found = session.scalar(select(RunFile).where(RunFile.run_id == run.id, RunFile.position == file)) if run else None
    if run is None or found is None:
        raise NotFound("没有这一页，材料包可能已重新处理；请刷新后重试")
    reader = run.reader or parts.pages.reader
    read = parts.pages.page(found.sha256, page, file, reader=reader, run_id=run.id) if found.sha256 else None
    if read is None:
        raise NotFound("这一页还没有读到，或没有这一页")
    return PageText(width=read.width, height=read.height, lines=[PageLine(text=x.text, box=x.box) for x in read.lines])


@router.get(
    "/packages/{package_id}/files/{position}",
    operation_id="download_file",
    summary="下载上传的原件",
    description="`position` 是 Desk.uploads 中的序号。须审核员，会记入日志。",
    responses={
        200: {
            "description": "原件",
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        },
        **responses(NotFound),
    },
    response_class=StreamingResponse,
)
def download(parts: Parts, who: Reviewer, package_id: str, position: Number) -> StreamingResponse:
    """A file as it was handed in."""
    with parts.store.begin() as session:
        row = own_package(session, who, package_id)
        found = session.scalar(select(UploadedFile).where(UploadedFile.package_id == row.id, UploadedFile.position == position))
        if found is None:
            raise NotFound("没有这个文件；请刷新页面")
        audit.record(session, who, "download", f"package:{row.id}", position=position, sha256=found.sha256)
    return streamed(parts.blobs.open(found.sha256), found.size, found.name.rpartition("/")[2])
