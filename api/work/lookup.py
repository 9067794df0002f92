"""Finding things, always within the organisation of who asks; what is another's is not there."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access import Identity
from api.desk.shapes import PersonName
from api.errors import Conflict, NotFound
from api.store.tables import LIVE_STATES, PackageRow, Run, User

_NOT_THERE = "没有这个材料包，可能已被删除；请回到列表重新选择"


def own_package(session: Session, who: Identity, package_id: str) -> PackageRow:
    """A package of the organisation; to a submitter only their own are there.

    Raises:
        NotFound: there is none, or it is not theirs to see.
    """
    row = session.get(PackageRow, package_id) if is_id(package_id) else None
    if row is None or not may_see(who, row):
        raise NotFound(_NOT_THERE)
    return row


def may_see(who: Identity, row: PackageRow) -> bool:
    """Whether the package is there for this person."""
    return row.org_id == who.org_id and (who.may("reviewer") or row.created_by == who.user_id)


def is_id(text: str) -> bool:
    """Whether a text is an id as this service writes them."""
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def latest_run(session: Session, row: PackageRow) -> Run | None:
    """The package's latest run."""
    return session.get(Run, row.run_id) if row.run_id else None


def is_live(run: Run | None) -> bool:
    """Whether a run is under way or waits."""
    return run is not None and run.state in LIVE_STATES


def same_version(row: PackageRow, version: int | None) -> None:
    """Check that the person has seen the current state; None: they do not say.

    Raises:
        Conflict: it has changed meanwhile.
    """
    if version is not None and version != row.version:
        raise Conflict("这个材料包刚被重新核对或被别人修改，您看到的不是最新结果；已载入最新结果，请核对后再操作")


def undecided(row: PackageRow) -> None:
    """Check that the package may still be changed.

    Raises:
        Conflict: a decision has been signed.
    """
    if row.decision is not None:
        raise Conflict("已作出审核结论，内容不能再改；确需修改请先撤回结论")


def names_of(session: Session, ids: Iterable[str | None]) -> dict[str, str]:
    """Names of people by id; one whose account is gone is told so."""
    wanted = {i for i in ids if i}
    found = {i: name for i, name in session.execute(select(User.id, User.name).where(User.id.in_(wanted)))} if wanted else {}
    return {i: found.get(i, "（已删除的账号）") for i in wanted}


def person(names: dict[str, str], user_id: str) -> PersonName:
    """Somebody as answers name them."""
    return PersonName(id=user_id, name=names.get(user_id, "（已删除的账号）"))
