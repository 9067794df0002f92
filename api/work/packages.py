"""Packages as answers: one, or a page of a filtered and sorted list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, UnaryExpression, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from api.access import Identity
from api.desk.shapes import DecisionShape, Package, Packages, RunShape
from api.store.tables import LIVE_STATES, PackageRow, Run
from api.work.lookup import names_of, person

_Order = UnaryExpression[Any] | InstrumentedAttribute[str]
Sort = Literal["risk", "-created", "created", "name"]
StateFilter = Literal["live", "queued", "planning", "reading", "judging", "done", "failed", "cancelled", "open", "decided"]


@dataclass(frozen=True)
class Wanted:
    """Which packages, in which order.

    ``state``: of the latest run; ``live``: waiting or under way; ``open``: checked, and nobody has decided yet; ``decided``.
    """

    state: StateFilter | None = None
    verdict: str | None = None
    batch: str | None = None
    q: str | None = None
    sort: Sort = "-created"
    page: int = 1
    page_size: int = 50


def list_packages(session: Session, who: Identity, wanted: Wanted) -> Packages:
    """The organisation's packages; to a submitter only their own."""
    found = _filtered(select(PackageRow, Run).join(Run, Run.id == PackageRow.run_id, isouter=True), who, wanted)
    total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    rows = session.execute(
        found.order_by(*_order(wanted.sort)).offset((wanted.page - 1) * wanted.page_size).limit(wanted.page_size)
    ).all()
    return Packages(
        items=shapes(session, [(r[0], r[1]) for r in rows]), total=total, page=wanted.page, page_size=wanted.page_size
    )  # fmt: skip


def package_shape(session: Session, row: PackageRow) -> Package:
    """One package as answered."""
    run = session.get(Run, row.run_id) if row.run_id else None
    return shapes(session, [(row, run)])[0]


def shapes(session: Session, rows: Sequence[tuple[PackageRow, Run | None]]) -> list[Package]:
    """Packages as answered, names of people looked up together."""
    names = names_of(session, [i for row, _ in rows for i in (row.created_by, row.decided_by)])
    return [_shape(row, run, names) for row, run in rows]


def _shape(row: PackageRow, run: Run | None, names: dict[str, str]) -> Package:
    screened: dict[str, Any] = row.screened or {}
    return Package(
        id=row.id,
        name=row.name,
        enterprise=row.enterprise,
        uscc=row.uscc,
        as_of=row.as_of,
        policies=list(row.policies),
        batch=row.batch_id,
        created_at=row.created_at,
        created_by=person(names, row.created_by),
        run=_run(run) if run is not None else None,
        verdict=row.verdict,  # type: ignore[arg-type]  # written by the judgement alone
        risk=row.risk,
        counts=screened.get("findings", {}),
        score=screened.get("score"),
        reasons=screened.get("reasons", []),
        missing_materials=screened.get("missing", []),
        declared=len(row.declaration["declared"]) if row.declaration else None,
        remarks=list(row.remarks),
        decision=_decision(row, names),
        version=row.version,
    )


def _run(run: Run) -> RunShape:
    return RunShape(
        id=run.id,
        state=run.state,  # type: ignore[arg-type]  # written by the workers alone
        pages_done=run.pages_done,
        pages_total=run.pages_total,
        doing=run.doing,
        error=run.error,
        interactive=run.interactive,
        created_at=run.created_at,
        finished_at=run.finished_at,
    )


def _decision(row: PackageRow, names: dict[str, str]) -> DecisionShape | None:
    if row.decision is None or row.decided_by is None or row.decided_at is None:
        return None
    return DecisionShape(
        decision=row.decision,  # type: ignore[arg-type]  # one of the three
        note=row.decision_note or "",
        signature=row.signature or "",
        by=person(names, row.decided_by),
        at=row.decided_at,
    )


def _filtered(found: Select[PackageRow, Run], who: Identity, wanted: Wanted) -> Select[PackageRow, Run]:
    found = found.where(PackageRow.org_id == who.org_id)
    if not who.may("reviewer"):
        found = found.where(PackageRow.created_by == who.user_id)
    if wanted.state is not None:
        found = found.where(_in_state(wanted.state))
    if wanted.verdict is not None:
        found = found.where(PackageRow.verdict == wanted.verdict)
    if wanted.batch is not None:
        found = found.where(PackageRow.batch_id == wanted.batch)
    for word in (wanted.q or "").split():
        like = f"%{word.translate(_ESCAPED)}%"
        fields = (PackageRow.name, PackageRow.enterprise, PackageRow.uscc)
        found = found.where(or_(*(f.ilike(like, escape="\\") for f in fields)))
    return found


_ESCAPED = str.maketrans({"%": "\\%", "_": "\\_", "\\": "\\\\"})


def _in_state(state: StateFilter) -> ColumnElement[bool]:
    if state == "live":
        return Run.state.in_(LIVE_STATES)
    if state == "decided":
        return PackageRow.decision.is_not(None)
    if state == "open":
        return PackageRow.result.is_not(None) & PackageRow.decision.is_(None)
    return Run.state == state


def _order(sort: Sort) -> tuple[_Order, ...]:
    """The id at the end, so that pages never overlap."""
    newest: tuple[_Order, ...] = (PackageRow.created_at.desc(), PackageRow.id)
    if sort == "risk":
        # What nobody can judge yet comes last; databases disagree about where NULL stands.
        return (PackageRow.risk.is_(None).asc(), PackageRow.risk.desc(), *newest)
    if sort == "name":
        return (PackageRow.name.asc(), *newest)
    return newest if sort == "-created" else (PackageRow.created_at.asc(), PackageRow.id)
