"""Signing in and out: browser sessions, the limit on attempts, changing one's password."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from api.access import Identity, Role
from api.audit import record
from api.errors import Conflict, NotSignedIn, TooManyAttempts
from api.people.passwords import WeakPassword, check_new, check_password, hash_password, outdated
from api.settings import ServiceSettings
from api.store.engine import Store
from api.store.tables import SignIn, SignInAttempt, User, now

COOKIE = "zz_session"
"""The browser's session; see ``cookie_name``."""
WINDOW = timedelta(minutes=15)
_WRONG = "登录名或口令不对；请核对大小写后重试，忘记口令请联系本单位管理员重置"


class NotTheOldPassword(Conflict):
    """The password given as one's present one is wrong. No 401: the browser session is good and stays."""

    code = "wrong-password"


@dataclass(frozen=True)
class SignedIn:
    """A fresh browser session: the cookie's value, and who it is."""

    cookie: str
    who: Identity


def cookie_name(settings: ServiceSettings) -> str:
    """The session's cookie. Over HTTPS alone its name has ``__Host-``: no other host, page or plain connection can set it."""
    return f"__Host-{COOKIE}" if settings.secure_cookies else COOKIE


def login_key(login: str) -> str:
    """The login as stored: letters of one width, lower case, no blanks around."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def secret_hash(secret: str) -> str:
    """SHA-256 (hex) of a random secret, as kept in the database; passwords go another way."""
    return hashlib.sha256(secret.encode()).hexdigest()


def identity_of(user: User, session: SignIn | None = None) -> Identity:
    """The person behind a row, and the browser session they use."""
    return Identity(
        user_id=user.id,
        org_id=user.org_id,
        login=user.login,
        name=user.name,
        role=cast(Role, user.role),
        operator=user.operator,
        must_change_password=user.must_change_password,
        sign_in=session.id if session else None,
        csrf=session.csrf if session else None,
    )


def sign_in(
    store: Store, settings: ServiceSettings, *, login: str, password: str, address: str, old_cookie: str | None = None
) -> SignedIn:
    """Check login and password and open a browser session.

    Args:
        store: the database.
        settings: how many attempts, how many hours.
        login: as typed.
        password: as typed.
        address: where the request comes from, for the limit.
        old_cookie: the session the browser had before; it ends.

    Raises:
        TooManyAttempts: too many wrong ones within 15 minutes, for this login or this address.
        NotSignedIn: wrong.
    """
    login = login_key(login)
    keys = (secret_hash(f"login {login}"), secret_hash(f"address {address}"))
    attempt = _count_attempt(store, settings.sign_in_attempts, keys)
    with store.begin() as session:
        user = session.scalar(select(User).where(User.login == login))
    stored = user.password_hash if user is not None and not user.disabled else None
    right = check_password(stored, password)
    if not right or user is None or stored is None:
        with store.begin() as session:
            record(session, identity_of(user) if user else None, "sign_in_failed", f"user:{user.id}" if user else "")
        raise NotSignedIn(_WRONG)
    renewed = hash_password(password) if outdated(stored) else stored
    with store.begin() as session:
        fresh = session.get_one(User, user.id)
        if fresh.password_hash == stored:
            fresh.password_hash = renewed
        session.execute(delete(SignInAttempt).where((SignInAttempt.key == keys[0]) | SignInAttempt.id.in_(attempt)))
        return open_session(session, settings, fresh, old_cookie)


def open_session(session: Session, settings: ServiceSettings, user: User, old_cookie: str | None) -> SignedIn:
    """A new browser session for somebody whose identity has been proved; always with a new secret."""
    cookie = secrets.token_urlsafe(32)
    started = now()
    if old_cookie:
        session.execute(delete(SignIn).where(SignIn.id == secret_hash(old_cookie)))
    session.execute(delete(SignIn).where(SignIn.expires_at < started))
    row = SignIn(
        id=secret_hash(cookie), user_id=user.id, csrf=secrets.token_urlsafe(24),
        expires_at=started + timedelta(hours=settings.session_hours),
    )  # fmt: skip
    session.add(row)
    who = identity_of(user, row)
    record(session, who, "sign_in", f"user:{user.id}")
    return SignedIn(cookie, who)


def _count_attempt(store: Store, limit: int, keys: tuple[str, ...]) -> list[int]:
    """Note an attempt before the password is looked at; the new rows' ids.

    It is committed before all are counted, so that many at once cannot pass one another unseen. A refused attempt
    is taken out again: whoever waits gets in.
    """
    moment = now()
    # Attempts of the future are from before the clock was set back; they would lock people out until it has caught up.
    outside = (SignInAttempt.at < moment - WINDOW) | (SignInAttempt.at > moment + WINDOW)
    with store.begin() as session:
        session.execute(delete(SignInAttempt).where(outside))
        rows = [SignInAttempt(key=key) for key in keys]
        session.add_all(rows)
        session.flush()
        ids = [row.id for row in rows]
    with store.begin() as session:
        per_key = select(func.count()).where(SignInAttempt.key.in_(keys)).group_by(SignInAttempt.key)
        refused = any(count > limit for count in session.scalars(per_key))
        if refused:
            session.execute(delete(SignInAttempt).where(SignInAttempt.id.in_(ids)))
    if refused:
        raise TooManyAttempts("口令试错次数过多；请 15 分钟后再试，或联系本单位管理员重置口令")
    return ids


def session_identity(session: Session, cookie: str) -> Identity | None:
    """Who has this browser session; None where it has ended, or the account is closed."""
    found = session.execute(
        select(SignIn, User).join(User, User.id == SignIn.user_id).where(SignIn.id == secret_hash(cookie))
    ).first()
    if found is None:
        return None
    row, user = found
    return identity_of(user, row) if row.expires_at > now() and not user.disabled else None


def sign_out(store: Store, who: Identity, *, everywhere: bool = False) -> None:
    """End the browser session; ``everywhere``: all of the person's, at other browsers, too."""
    with store.begin() as session:
        if everywhere:
            end_sessions(session, who.user_id)
        session.execute(delete(SignIn).where(SignIn.id == who.sign_in))
        record(session, who, "sign_out", f"user:{who.user_id}", **({"everywhere": True} if everywhere else {}))


def end_sessions(session: Session, user_id: str, *, but: str | None = None) -> None:
    """End a person's browser sessions, all or all but one."""
    session.execute(delete(SignIn).where(SignIn.user_id == user_id, SignIn.id != (but or "")))


def change_password(store: Store, settings: ServiceSettings, who: Identity, *, old: str, new: str) -> None:
    """Change one's own password; all other browser sessions of the person end.

    Raises:
        Conflict: the person has none.
        TooManyAttempts: too many wrong old ones.
        NotTheOldPassword: the old one is wrong.
        WeakPassword: the new one breaks a rule.
    """
    with store.begin() as session:
        user = session.get_one(User, who.user_id)
    if user.password_hash is None:
        raise Conflict("此账号用统一身份认证登录，没有本系统的口令；请在统一身份认证处修改")
    attempt = _count_attempt(store, settings.sign_in_attempts, (secret_hash(f"login {user.login}"),))
    if not check_password(user.password_hash, old):
        raise NotTheOldPassword("原口令不对；请重新输入")
    check_new(new, user.login)
    if new == old:
        raise WeakPassword("新口令与原口令相同；请换一个")
    hashed = hash_password(new)
    with store.begin() as session:
        fresh = session.get_one(User, who.user_id)
        fresh.password_hash = hashed
        fresh.must_change_password = False
        session.execute(delete(SignInAttempt).where(SignInAttempt.id.in_(attempt)))
        end_sessions(session, who.user_id, but=who.sign_in)
        record(session, who, "password_changed", f"user:{who.user_id}")


def confirm_password(store: Store, settings: ServiceSettings, who: Identity, password: str) -> None:
    """Check the password of somebody signed in once more, before a signature.

    Raises:
        TooManyAttempts: too many wrong ones.
        NotTheOldPassword: wrong.
    """
    with store.begin() as session:
        user = session.get_one(User, who.user_id)
    attempt = _count_attempt(store, settings.sign_in_attempts, (secret_hash(f"login {user.login}"),))
    if not check_password(user.password_hash, password):
        raise NotTheOldPassword("口令不对；请重新输入")
    with store.begin() as session:
        session.execute(delete(SignInAttempt).where(SignInAttempt.id.in_(attempt)))
