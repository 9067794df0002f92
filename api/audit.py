"""The append-only log: who did what to which thing. Each line's hash covers the line before, so none can be changed unseen.

Triggers in the database refuse to change or remove lines (migration 0002). Whoever gets around them is found by ``verify``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel
from pydantic import Field as _F
from sqlalchemy import ColumnElement, event, func, select, text, update
from sqlalchemy.orm import Session

from api.access import Identity
from api.store.engine import Store
from api.store.tables import AuditEntry, Keyed, now
from extractor.values.persons import mask_ids

START = "0" * 64
"""What the first line has as ``previous``."""
HEAD = "audit_head"
"""Row of ``keyed`` with number and hash of the last line: by it a cut-off end is seen, and writers take turns at it."""
_WAITING = "audit_waiting"
_BLOCK = 1000

ACTIONS = {
    "sign_in": "登录",
    "sign_in_failed": "登录失败",
    "sign_out": "退出登录",
    "password_changed": "修改口令",
    "password_reset": "重置口令",
    "user_created": "新建账号",
    "user_changed": "修改账号",
    "token_created": "新建访问令牌",
    "token_revoked": "撤销访问令牌",
    "organisation_created": "新建单位",
    "upload": "上传材料包",
    "batch": "上传批次",
    "open": "查看材料包",
    "unmask": "查看未遮盖的页面",
    "download": "下载原件",
    "edit": "修改材料包信息",
    "revise": "更正识别结果",
    "undo": "撤回更正",
    "review": "复核申报数据",
    "condition": "认定条件判断",
    "decide": "作出审核结论",
    "withdraw": "撤回审核结论",
    "change_noted": "登记企业变更",
    "change_reported": "登记变更报告情况",
    "export": "导出",
    "delete": "删除",
    "cancel": "取消处理",
    "retry": "重新处理",
    "retention": "按期删除",
    "review_withdrawn": "撤回对申报数据的意见",
    "backup": "备份",
    "restore": "从备份恢复",
}
"""Names of actions for people; each action that is recorded anywhere has one."""


@dataclass(frozen=True)
class _Waiting:
    """A line to be written when its transaction is committed."""

    at: datetime
    org_id: str | None
    user_id: str | None
    action: str
    subject: str
    detail: Mapping[str, Any]


class AuditProof(BaseModel):
    """Whether the log is whole."""

    ok: bool = _F(description="日志是否完整、未被改动")
    entries: int = _F(description="核对过的记录条数")
    first_bad: int | None = _F(default=None, description="第一条有问题的记录编号")
    reason: str = _F(description="结论说明")
    head: str = _F(description="最后一条记录的校验值，可抄录留存以备比对")


def record(session: Session, who: Identity | None, action: str, subject: str = "", **detail: Any) -> None:
    """Log an action. The line is written when the caller's transaction commits, and goes with it where it is rolled back.

    It is written at the very end because all writers wait for one another at the log: so nobody waits longer than a commit,
    and no two transactions can lock each other out.

    Args:
        session: of ``Store.begin``.
        who: who did it; None: the system, or a stranger.
        action: short English word, best one of ``ACTIONS``.
        subject: ``package:<id>``, ``user:<id>`` …
        detail: what else matters, as JSON values. Never personal data: ids instead of names, no values from papers.

    Raises:
        TypeError: ``detail`` is no JSON.
    """
    line = _Waiting(
        now(),
        who.org_id if who else None,
        who.user_id if who else None,
        action[:60],
        subject[:200],
        _plain(detail),
    )
    if _WAITING not in session.info:
        session.info[_WAITING] = []
        event.listen(session, "before_commit", _write)
        event.listen(session, "after_rollback", _forget)
    session.info[_WAITING].append(line)


def _plain(value: Any) -> Any:
    """The same as JSON values; ID numbers that slipped in are masked."""
    return _masked(json.loads(_canonical(value)))


def _masked(value: Any) -> Any:
    match value:
        case str():
            return mask_ids(value)
        case list():
            return [_masked(v) for v in value]
        case dict():
            return {k: _masked(v) for k, v in value.items()}
    return value


def _write(session: Session) -> None:
    waiting: list[_Waiting] = session.info[_WAITING]
    # A savepoint's end is none of ours: its transaction may still be rolled back.
    if not waiting or session.in_nested_transaction():
        return
    lines, waiting[:] = list(waiting), []
    session.flush()
    last, previous = _take_turn(session)
    for line in lines:
        last += 1
        entry = AuditEntry(id=last, previous=previous, **{**asdict(line), "detail": dict(line.detail)})
        entry.hash = previous = entry_hash(entry)
        session.add(entry)
    session.execute(update(Keyed).where(Keyed.key == HEAD).values(value=f"{last}:{previous}"))
    session.flush()


def _forget(session: Session) -> None:
    session.info[_WAITING].clear()


def _take_turn(session: Session) -> tuple[int, str]:
    """Number and hash of the last line, locked until the commit: one statement that writes the row, whatever the database."""
    value = session.scalars(
        text(
            "INSERT INTO keyed (key, value) VALUES (:key, :first) "
            "ON CONFLICT (key) DO UPDATE SET value = keyed.value RETURNING value"
        ),
        {"key": HEAD, "first": f"0:{START}"},
    ).one()
    number, _, last = str(value).partition(":")
    return int(number), last


def _canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def entry_hash(entry: AuditEntry) -> str:
    """SHA-256 (hex) over the line and the hash before it."""
    return hashlib.sha256(
        _canonical(
            [
                entry.previous,
                entry.id,
                entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
                entry.org_id,
                entry.user_id,
                entry.action,
                entry.subject,
                entry.detail,
            ]
        ).encode()
    ).hexdigest()


def verify(store: Store, noted: str | None = None) -> AuditProof:
    """Recompute the whole chain, in blocks; the service may go on writing meanwhile.

    Args:
        store: the database.
        noted: ``AuditProof.head`` of an earlier time, kept outside the database: it must stand in the chain. Without it
            somebody with full power over the database could write the whole log anew, or empty it together with its head.
    """
    with store.begin() as session:
        head = session.get(Keyed, HEAD)
        expected, expected_hash = _parse(head.value) if head else (0, START)
        count, previous, found = 0, START, expected == 0
        missing = noted not in (None, START)
        for number, entry in _all(session):
            reason = _fault(entry, count + 1, previous) if entry is not None else f"第 {number} 条的内容无法读出，已被改动"
            if entry is None or reason:
                return AuditProof(ok=False, entries=count, first_bad=number, reason=str(reason), head=previous)
            count, previous = entry.id, entry.hash
            missing = missing and previous != noted
            if count == expected:
                if previous != expected_hash:
                    return AuditProof(
                        ok=False, entries=count, first_bad=count, reason=f"第 {count} 条与登记的校验值不符", head=previous
                    )  # fmt: skip
                found = True
    if not found:
        return AuditProof(
            ok=False, entries=count, first_bad=count + 1, head=previous,
            reason=f"日志末尾缺少记录：应有 {expected} 条，只有 {count} 条",
        )  # fmt: skip
    if head is None and count:
        return AuditProof(ok=False, entries=count, first_bad=count, reason="登记日志末尾的记录被删除", head=previous)
    if missing:
        return AuditProof(
            ok=False, entries=count, head=previous, reason="抄录的校验值不在日志中：日志被整个重写或清空，或抄录有误"
        )  # fmt: skip
    return AuditProof(ok=True, entries=count, reason=f"共 {count} 条记录，前后相连，未被改动", head=previous)


def _parse(value: str) -> tuple[int, str]:
    number, _, last = value.partition(":")
    return (int(number) if number.isdigit() else -1), last


def _all(session: Session) -> Iterator[tuple[int, AuditEntry | None]]:
    """Number and line, in order; None for a line that cannot be read any more."""
    last: int | None = None
    while True:
        after: ColumnElement[bool] | None = None if last is None else AuditEntry.id > last
        wanted = select(AuditEntry.id).order_by(AuditEntry.id).limit(_BLOCK)
        numbers = session.scalars(wanted if after is None else wanted.where(after)).all()
        if not numbers:
            return
        yield from _lines(session, numbers)
        last = numbers[-1]
        session.expunge_all()


def _lines(session: Session, numbers: Sequence[int]) -> Iterator[tuple[int, AuditEntry | None]]:
    """The lines of these numbers; where one of them is no line any more (no JSON, no time), one by one."""
    wanted = select(AuditEntry).where(AuditEntry.id.between(numbers[0], numbers[-1])).order_by(AuditEntry.id)
    try:
        found: list[AuditEntry | None] = list(session.scalars(wanted))
        if len(found) == len(numbers):
            yield from zip(numbers, found, strict=True)
            return
    except (ValueError, TypeError, AttributeError):
        session.expunge_all()
    for number in numbers:
        try:
            yield number, session.get(AuditEntry, number)
        except (ValueError, TypeError, AttributeError):
            yield number, None


def _fault(entry: AuditEntry, number: int, previous: str) -> str | None:
    """What is wrong with a line, None where nothing is."""
    if entry.id != number:
        return f"第 {number} 条记录缺失（下一条是第 {entry.id} 条）"
    if entry.previous != previous:
        return f"第 {entry.id} 条与前一条不相连"
    try:
        whole = entry.hash == entry_hash(entry)
    except (ValueError, TypeError, AttributeError):
        whole = False  # no text, number or time that was ever written here
    return None if whole else f"第 {entry.id} 条的内容被改动"


def entries(
    session: Session, org_id: str, *, subject: str | None = None, page: int = 1, page_size: int = 50
) -> tuple[list[AuditEntry], int]:
    """An organisation's lines, newest first: (those of the page, how many in all).

    Args:
        session: of ``Store.begin``.
        org_id: whose lines.
        subject: only about this thing.
        page: from 1.
        page_size: at least 1.
    """
    mine = [AuditEntry.org_id == org_id] + ([AuditEntry.subject == subject] if subject else [])
    total = session.scalar(select(func.count()).select_from(AuditEntry).where(*mine)) or 0
    wanted = select(AuditEntry).where(*mine).order_by(AuditEntry.id.desc()).offset((page - 1) * page_size).limit(page_size)
    return list(session.scalars(wanted)), total
