"""``/healthz`` for everybody; ``/readyz`` and ``/metrics`` for who has the metrics token, and for who runs the service."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel
from pydantic import Field as _F
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from starlette.types import Scope

from api.access import operator
from api.errors import NotReady, ServiceError
from api.ops.metrics import exposition
from api.problems import responses
from api.service import Service, service
from api.settings import ServiceSettings
from api.store.tables import Worker, now

router = APIRouter(tags=["运行"])
ServiceDep = Annotated[Service, Depends(service)]
WATCHED = frozenset({"/readyz", "/metrics"})
"""What the metrics token opens."""
_PROBE = "0" * 64
TEXT = "text/plain; version=0.0.4; charset=utf-8"


class Alive(BaseModel):
    """The web process answers."""

    status: Literal["ok"] = _F(default="ok", description="在运行")


class Ready(BaseModel):
    """The service can take work."""

    status: Literal["ready"] = _F(default="ready", description="可以受理")
    workers: int = _F(description="在岗的处理进程个数；0 时上传照收，等有处理进程再办")
    waiting: int = _F(description="排队的任务数")


def has_metrics_token(scope: Scope, settings: ServiceSettings) -> bool:
    """Whether the request is for one of ``WATCHED`` and carries the metrics token as Bearer."""
    if not settings.metrics_token or scope["path"] not in WATCHED:
        return False
    given = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
    kind, _, token = given.partition(b" ")
    return kind.lower() == b"bearer" and secrets.compare_digest(token.strip(), settings.metrics_token.encode())


def watcher(request: Request, parts: ServiceDep) -> None:
    """Let in who has the metrics token, and who runs the service: the numbers are those of all organisations together.

    Raises:
        NotSignedIn, Forbidden: all others.
    """
    if not has_metrics_token(request.scope, parts.settings):
        operator(request)


@router.get(
    "/healthz",
    operation_id="healthz",
    summary="是否在运行（公开）",
    description="网页进程能应答即返回 200；不查数据库，适合存活探测。",
)
def healthz() -> Alive:
    """The process answers."""
    return Alive()


@router.get(
    "/readyz",
    operation_id="readyz",
    summary="能否受理",
    description="数据库、材料存储可用，且自带的处理进程没有反复启动失败时返回 200，否则 503 并说明原因。",
    dependencies=[Depends(watcher)],
    responses=responses(NotReady),
)
def readyz(request: Request, parts: ServiceDep) -> Ready:
    """Database and blobs can be used, and the embedded workers start.

    Raises:
        NotReady: one of these is not so.
    """
    supervisor = getattr(request.app.state, "supervisor", None)
    trouble = supervisor.trouble if supervisor is not None else None
    if trouble:
        raise NotReady(trouble)
    try:
        with parts.store.begin() as session:
            recent = Worker.beat_at > now() - timedelta(seconds=parts.settings.dead_after_s)
            workers = session.scalar(select(func.count()).select_from(Worker).where(recent, Worker.pid != 0)) or 0
        waiting = sum(parts.jobs.depth().values())
    except SQLAlchemyError as error:
        raise NotReady("数据库无法访问；请检查数据库是否运行、磁盘是否已满") from error
    try:
        parts.blobs.exists(_PROBE)
    except ServiceError as error:
        raise NotReady(error.detail) from error
    return Ready(workers=workers, waiting=waiting)


@router.get(
    "/metrics",
    operation_id="metrics",
    summary="运行指标（Prometheus）",
    description="排队、处理、耗时、内存等指标；不含任何材料内容。",
    dependencies=[Depends(watcher)],
    response_class=Response,
    responses={200: {"description": "Prometheus 文本格式", "content": {"text/plain": {"schema": {"type": "string"}}}}},
)
def metrics(request: Request, parts: ServiceDep) -> Response:
    """Prometheus' text format."""
    return Response(exposition(parts, request.app.state.request_metrics), media_type=TEXT)
