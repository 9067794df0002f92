"""Organisations and their people."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api.access import Identity, Role
from api.audit import record
from api.errors import Conflict, NotFound, Unusable
from api.people.passwords import hash_password, one_time_password
from api.people.sign_in import end_sessions, login_key
from api.store.engine import Store
from api.store.tables import Organisation, User

_LOGIN = re.compile(r"[\w][\w.@-]{1,63}")


class BadLogin(Unusable):
    """The login cannot be used as such."""

    code = "bad-login"


class LastAdmin(Conflict):
    """The organisation would be left without an administrator."""

    code = "last-admin"


@dataclass(frozen=True)
class NewAccount:
    """A new person, and the password to be told them once; None where they sign in another way."""

    user: User
    password: str | None


@dataclass(frozen=True)
class Change:
    """What is to be changed about a person; None: stays as it is."""

    name: str | None = None
    role: Role | None = None
    disabled: bool | None = None
    reset_password: bool = False
    oidc_subject: str | None = None
    """Empty: no longer linked."""


def usable_login(login: str) -> str:
    """The login as stored.

    Raises:
        BadLogin: it has other characters than letters, digits and ``._@-``, or not 2 to 64 of them.
    """
    key = login_key(login)
    if not _LOGIN.fullmatch(key):
        raise BadLogin("登录名须为 2 至 64 个字母、汉字、数字或 . _ @ -，以字母、汉字或数字开头；请换一个")
    return key


def linked_subject(issuer: str, subject: str) -> str:
    """A person's number at the identity provider, as stored: numbers of another provider mean nobody."""
    return f"{issuer} {subject}"


def list_users(session: Session, who: Identity, *, page: int, page_size: int) -> tuple[list[User], int]:
    """The organisation's people by login: (those of the page, how many in all)."""
    total = session.scalar(select(func.count()).where(User.org_id == who.org_id)) or 0
    wanted = select(User).where(User.org_id == who.org_id).order_by(User.login).offset((page - 1) * page_size).limit(page_size)
    return list(session.scalars(wanted)), total


def own_user(session: Session, who: Identity, user_id: str) -> User:
    """A person of the asker's organisation, locked until the end of the transaction.

    Raises:
        NotFound: nobody, or another organisation's.
    """
    user = session.scalar(select(User).where(User.id == user_id, User.org_id == who.org_id).with_for_update())
    if user is None:
        raise NotFound("没有这个账号；请回到账号列表重新选择")
    return user


def create_user(
    session: Session,
    who: Identity,
    *,
    login: str,
    name: str,
    role: Role,
    org_id: str | None = None,
    oidc_subject: str | None = None,
) -> NewAccount:
    """A new person with a one-time password, or linked to the identity provider and without one.

    Args:
        session: of ``Store.begin``.
        who: the administrator, or the operator.
        login: unique in the whole service.
        name: as people call them.
        role: what they may do.
        org_id: where; None: in the asker's organisation.
        oidc_subject: see ``linked_subject``.

    Raises:
        BadLogin: the login cannot be used.
        Conflict: the login, or the number at the identity provider, is somebody's already.
    """
    password = None if oidc_subject else one_time_password()
    user = User(
        org_id=org_id or who.org_id, login=usable_login(login), name=name.strip(), role=role, oidc_subject=oidc_subject,
        password_hash=password and hash_password(password), must_change_password=password is not None,
    )  # fmt: skip
    session.add(user)
    _flush_unique(session, f"登录名“{user.login}”或统一身份编号已被使用；请换一个")
    record(session, who, "user_created", f"user:{user.id}", role=role)
    return NewAccount(user, password)


def change_user(session: Session, who: Identity, user_id: str, change: Change) -> NewAccount:
    """Change a person; closing the account or a new password ends their browser sessions.

    Raises:
        NotFound: nobody of this organisation.
        LastAdmin: nobody would be left to administer.
        Conflict: one closes one's own account; the number at the identity provider is somebody's already.
    """
    # One after another, or two administrators could demote each other at the same moment.
    session.scalar(select(Organisation).where(Organisation.id == who.org_id).with_for_update())
    user = own_user(session, who, user_id)
    if user.id == who.user_id and (change.disabled or change.role not in (None, user.role)):
        raise Conflict("不能停用自己的账号或更改自己的角色；请由另一位管理员操作")
    user.name = user.name if change.name is None else change.name.strip()
    user.role = change.role or user.role
    user.disabled = user.disabled if change.disabled is None else change.disabled
    if change.oidc_subject is not None:
        user.oidc_subject = change.oidc_subject or None
    password = None
    if change.reset_password:
        password = one_time_password()
        user.password_hash, user.must_change_password = hash_password(password), True
        record(session, who, "password_reset", f"user:{user.id}")
    if user.disabled or change.reset_password:
        end_sessions(session, user.id)
    _flush_unique(session, "这个统一身份编号已绑定在别的账号上；请先解除")
    if not _has_admin(session, who.org_id):
        raise LastAdmin("本单位至少要有一位可用的管理员；请先指定另一位管理员")
    record(session, who, "user_changed", f"user:{user.id}", role=user.role, disabled=user.disabled)
    return NewAccount(user, password)


def reset_password(store: Store, login: str) -> str:
    """A new one-time password for somebody whom no administrator can help; their browser sessions end.

    For whoever runs the machine, so nobody's name is in the log.

    Args:
        store: the database; the service may be running.
        login: whose.

    Raises:
        NotFound: there is no such login.
        Conflict: the account is closed, or signs in through the identity provider alone.
    """
    with store.begin() as session:
        user = session.scalar(select(User).where(User.login == login_key(login)).with_for_update())
        if user is None:
            raise NotFound(f"没有登录名为“{login}”的账号；第一次启动时建立的管理员是 admin")
        if user.disabled:
            raise Conflict(f"账号“{user.login}”已停用，不能登录；请由另一位管理员先启用")
        if user.password_hash is None:
            raise Conflict(f"账号“{user.login}”用统一身份登录，没有口令；请到统一身份平台重置")
        password = one_time_password()
        user.password_hash, user.must_change_password = hash_password(password), True
        end_sessions(session, user.id)
        record(session, None, "password_reset", f"user:{user.id}", console=True)
    return password


def _has_admin(session: Session, org_id: str) -> bool:
    admins = select(func.count()).where(User.org_id == org_id, User.role == "admin", User.disabled.is_(False))
    return bool(session.scalar(admins))


def _flush_unique(session: Session, message: str) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict(message) from error


def list_organisations(session: Session, *, page: int, page_size: int) -> tuple[list[tuple[Organisation, int]], int]:
    """All organisations by name with the number of their people: (those of the page, how many in all)."""
    people = select(func.count()).where(User.org_id == Organisation.id).correlate(Organisation).scalar_subquery()
    wanted = select(Organisation, people).order_by(Organisation.name).offset((page - 1) * page_size).limit(page_size)
    rows = session.execute(wanted).all()
    return [(row[0], row[1] or 0) for row in rows], session.scalar(select(func.count()).select_from(Organisation)) or 0


def create_organisation(
    session: Session, who: Identity, *, name: str, admin_login: str, admin_name: str
) -> tuple[Organisation, NewAccount]:
    """A new organisation with its first administrator.

    Raises:
        BadLogin: the login cannot be used.
        Conflict: name or login is taken.
    """
    organisation = Organisation(name=name.strip())
    session.add(organisation)
    _flush_unique(session, f"已有名为“{organisation.name}”的单位；请换一个名称")
    account = create_user(session, who, login=admin_login, name=admin_name, role="admin", org_id=organisation.id)
    record(session, who, "organisation_created", f"organisation:{organisation.id}")
    return organisation, account
