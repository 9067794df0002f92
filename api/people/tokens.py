"""Tokens for programs: shown once, kept as a hash, with an end, taken back at any time."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Literal

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from api.access import Identity
from api.audit import record
from api.errors import Conflict, NotFound
from api.people.sign_in import identity_of, secret_hash
from api.store.tables import ApiToken, User, now

Scope = Literal["api", "calendar"]
PREFIX = "zz_"
CALENDAR_PATH = "/api/v1/watch.ics"
"""The one address that takes a token in its query, for calendars can send no header."""
MAX_TOKENS = 50
_USE_NOTED = timedelta(minutes=1)


def create_token(session: Session, who: Identity, *, name: str, scope: Scope, days: int | None) -> tuple[ApiToken, str]:
    """A new token of one's own: (row, the secret, which is never shown again).

    Args:
        session: of ``Store.begin``.
        who: whose.
        name: what it is for.
        scope: ``api`` (all that the person may do) or ``calendar`` (the iCalendar feed only).
        days: valid for so many days; None: without end.

    Raises:
        Conflict: the person has too many.
    """
    if (session.scalar(select(func.count()).where(ApiToken.user_id == who.user_id)) or 0) >= MAX_TOKENS:
        raise Conflict(f"访问令牌最多 {MAX_TOKENS} 个；请先撤销不用的")
    secret = PREFIX + secrets.token_urlsafe(32)
    row = ApiToken(
        user_id=who.user_id,
        name=name,
        scope=scope,
        hash=secret_hash(secret),
        expires_at=now() + timedelta(days=days) if days else None,
    )
    session.add(row)
    session.flush()
    record(session, who, "token_created", f"token:{row.id}", scope=scope, days=days)
    return row, secret


def list_tokens(session: Session, who: Identity, user_id: str | None = None) -> list[ApiToken]:
    """One's own tokens, newest first; an administrator also sees those of others of the organisation.

    Raises:
        NotFound: no such person, or not theirs to see.
    """
    if user_id is None or user_id == who.user_id:
        user_id = who.user_id
    elif not who.may("admin") or session.scalar(select(User.id).where(User.id == user_id, User.org_id == who.org_id)) is None:
        raise NotFound("没有这个账号；请回到账号列表重新选择")
    return list(session.scalars(select(ApiToken).where(ApiToken.user_id == user_id).order_by(ApiToken.created_at.desc())))


def revoke_token(session: Session, who: Identity, token_id: str) -> None:
    """Take back a token: one's own, or, for an administrator, of anybody in the organisation.

    Raises:
        NotFound: no such token, or not theirs.
    """
    wanted = select(ApiToken).join(User, User.id == ApiToken.user_id).where(ApiToken.id == token_id, User.org_id == who.org_id)
    if not who.may("admin"):
        wanted = wanted.where(ApiToken.user_id == who.user_id)
    row = session.scalar(wanted)
    if row is None:
        raise NotFound("没有这个访问令牌，可能已经撤销；请刷新列表")
    session.execute(delete(ApiToken).where(ApiToken.id == row.id))
    record(session, who, "token_revoked", f"token:{row.id}", owner=row.user_id)


def token_identity(session: Session, secret: str, scope: Scope) -> Identity | None:
    """Who owns a token of this scope; None where it is unknown, over, or the account is closed. Notes its use by the minute."""
    found = session.execute(
        select(ApiToken, User)
        .join(User, User.id == ApiToken.user_id)
        .where(ApiToken.hash == secret_hash(secret), ApiToken.scope == scope)
    ).first()
    if found is None:
        return None
    row, user = found
    moment = now()
    if user.disabled or (row.expires_at is not None and row.expires_at <= moment):
        return None
    if row.last_used_at is None or moment - row.last_used_at > _USE_NOTED:
        row.last_used_at = moment
    return identity_of(user)
