"""The audit log."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel
from pydantic import Field as _F
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access import Identity, require
from api.audit import ACTIONS, AuditProof, entries, verify
from api.service import Service, service
from api.store.tables import AuditEntry, User

router = APIRouter(tags=["审计"])
Parts = Annotated[Service, Depends(service)]
Admin = Annotated[Identity, Depends(require("admin"))]


class Actor(BaseModel):
    """Who did it."""

    id: str
    name: str


class AuditLine(BaseModel):
    """One line of the log."""

    id: int = _F(description="记录编号，全系统连续")
    at: datetime
    user: Actor | None = _F(description="操作人，空：系统")
    action: str = _F(description="英文代码")
    action_label: str = _F(description="中文名称")
    subject: str = _F(description="对象，如 package:编号、user:编号")
    detail: dict[str, Any]
    hash: str = _F(description="校验值，涵盖本条与前一条")


class AuditPage(BaseModel):
    """Lines, newest first."""

    items: list[AuditLine]
    total: int
    page: int
    page_size: int


def audit_lines(session: Session, rows: list[AuditEntry]) -> list[AuditLine]:
    """Lines with the names of those who did it."""
    ids = {row.user_id for row in rows if row.user_id}
    names: dict[str, str] = {user: name for user, name in session.execute(select(User.id, User.name).where(User.id.in_(ids)))}
    return [
        AuditLine(
            id=row.id, at=row.at, user=Actor(id=row.user_id, name=names.get(row.user_id, "")) if row.user_id else None,
            action=row.action, action_label=ACTIONS.get(row.action, row.action), subject=row.subject, detail=row.detail,
            hash=row.hash,
        )
        for row in rows
    ]  # fmt: skip


@router.get("/audit", operation_id="list_audit", summary="审计日志（管理员）")
def get_audit(
    parts: Parts,
    who: Admin,
    subject: Annotated[str | None, Query(max_length=200, description="只看某个对象，如 package:编号")] = None,
    page: Annotated[int, Query(ge=1, le=100_000, description="第几页，从 1 起")] = 1,
    page_size: Annotated[int, Query(ge=1, le=200, description="每页条数")] = 50,
) -> AuditPage:
    """The organisation's lines, newest first."""
    with parts.store.begin() as session:
        rows, total = entries(session, who.org_id, subject=subject, page=page, page_size=page_size)
        items = audit_lines(session, rows)
    return AuditPage(items=items, total=total, page=page, page_size=page_size)


@router.get(
    "/audit/proof",
    operation_id="audit_proof",
    summary="核对审计日志的完整性（管理员）",
    description="从头重算整条校验链，不返回任何单位的内容。",
)
def get_proof(parts: Parts, who: Admin) -> AuditProof:
    """Whether the log is whole."""
    return verify(parts.store)
