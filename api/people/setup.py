"""The very first start: one organisation, one administrator."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from api.audit import record
from api.people.passwords import hash_password, one_time_password
from api.store.engine import Store
from api.store.tables import Organisation, User

FIRST_ORGANISATION = "本单位"
FIRST_LOGIN = "admin"


@dataclass(frozen=True)
class OneTimeAdmin:
    """What is shown once, on the console of whoever starts the service."""

    login: str
    password: str


def first_start(store: Store) -> OneTimeAdmin | None:
    """Make the organisation 本单位 and its administrator, who also runs the service, where there is none yet.

    The password works once: it has to be changed at the first sign-in. None: there are organisations already,
    or another process was first.
    """
    with store.begin() as session:
        if session.scalar(select(func.count()).select_from(Organisation)):
            return None
    password = one_time_password()
    try:
        with store.begin() as session:
            organisation = Organisation(name=FIRST_ORGANISATION)
            session.add(organisation)
            session.flush()
            user = User(
                org_id=organisation.id, login=FIRST_LOGIN, name="管理员", role="admin", operator=True,
                password_hash=hash_password(password), must_change_password=True,
            )  # fmt: skip
            session.add(user)
            session.flush()
            record(session, None, "user_created", f"user:{user.id}", role="admin", first=True)
    except IntegrityError:
        return None
    return OneTimeAdmin(FIRST_LOGIN, password)
