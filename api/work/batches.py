"""Batches as answered: the list, one with its ranked table, its workbook, its progress; and stopping one."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from api import audit
from api.access import Identity
from api.errors import Conflict, NotFound, NotReady
from api.service import Service
from api.store.tables import LIVE_STATES, Batch, Comparison, PackageRow, Run, now
from api.work.batches_compare import comparison, repeats_told
from api.work.batches_shapes import BatchDetail, Batches, BatchShape, BatchState, Counts, RankedPackage, RepeatShape
from api.work.lookup import is_id, names_of, person
from extractor.intake.names import natural_key
from extractor.prescreen.ranking import Screened, not_read, rank, with_repeats
from extractor.reports.files import ReportWriteError
from extractor.reports.prescreen_labels import STATES

SCHEMA = "zuozheng.batch/1"
_STOPPED = "已取消处理，没有结果；需要时打开材料包点“重新处理”"
_FAILED = "处理失败；请打开材料包点“重新处理”"
_NOT_YET = "尚未处理完，没有结果"


def own_batch(session: Session, who: Identity, batch_id: str) -> Batch:
    """A batch of the organisation.

    Raises:
        NotFound: there is none, or it is another's.
    """
    row = session.get(Batch, batch_id) if is_id(batch_id) else None
    if row is None or row.org_id != who.org_id:
        raise NotFound("没有这个批次，可能已被删除；请回到批次列表重新选择")
    return row


def list_batches(session: Session, who: Identity, page: int, page_size: int) -> Batches:
    """The organisation's batches, newest first."""
    mine = Batch.org_id == who.org_id
    total = session.scalar(select(func.count()).select_from(Batch).where(mine)) or 0
    wanted = select(Batch).where(mine).order_by(Batch.created_at.desc(), Batch.id)
    rows = session.scalars(wanted.offset((page - 1) * page_size).limit(page_size)).all()
    return Batches(items=batch_shapes(session, rows), total=total, page=page, page_size=page_size)


def batch_shapes(session: Session, rows: Sequence[Batch]) -> list[BatchShape]:
    """Batches as answered in a list."""
    sums = _sums(session, [b.id for b in rows])
    names = names_of(session, [b.created_by for b in rows])
    return [_shape(b, sums.get(b.id, _NOTHING), names) for b in rows]


def batch_detail(service: Service, who: Identity, batch_id: str) -> BatchDetail:
    """A batch with its ranked table.

    Raises:
        NotFound: there is none.
    """
    with service.store.begin() as session:
        batch = own_batch(session, who, batch_id)
    kept = comparison(service.store, batch)
    with service.store.begin() as session:
        batch = own_batch(session, who, batch_id)
        head = batch_shapes(session, [batch])[0]
        lines = _lines(session, batch)
    return BatchDetail(
        **head.model_dump(by_alias=True),
        ranked=_ranked(lines, kept),
        repeats=[RepeatShape.model_validate(r) for r in (kept.repeats if kept is not None else ())],
    )


def batch_workbook(detail: BatchDetail) -> bytes:
    """``初筛汇总.xlsx``; what is not finished stands there as such.

    Raises:
        NotReady: it cannot be written.
    """
    from extractor.reports.prescreen_xlsx import write_prescreen  # heavy

    rows = [_row(r, i) for i, r in enumerate(detail.ranked, start=1)]
    value = {
        "schema": SCHEMA,
        "batch": detail.name,
        "as_of": detail.as_of.isoformat() if detail.as_of else None,
        "policies": detail.policies,
        "summary": {
            "packages": len(rows),
            "verdicts": {state: sum(r["verdict"] == state for r in rows) for state in STATES},
            "pages": sum(r["pages"] for r in rows),
            "hours_saved": detail.hours_saved,
            "alarms": sum(r.severity == "alarm" for r in detail.repeats),
        },
        "packages": rows,
        "repeats": [r.model_dump(mode="json") for r in detail.repeats],
    }
    with tempfile.TemporaryDirectory(prefix="export-") as folder:
        path = Path(folder) / "batch.xlsx"
        try:
            write_prescreen(value, path)
        except ReportWriteError as error:
            raise NotReady("汇总表暂时无法生成；请稍后重试，仍不行请管理员检查磁盘空间") from error
        return path.read_bytes()


def cancel_batch(service: Service, who: Identity, batch_id: str) -> None:
    """Ask that every run of the batch that goes on be stopped.

    Raises:
        NotFound: there is no such batch.
        Conflict: nothing goes on.
    """
    with service.store.begin() as session:
        batch = own_batch(session, who, batch_id)
        live = select(Run.id).join(PackageRow, PackageRow.run_id == Run.id)
        runs = list(session.scalars(live.where(PackageRow.batch_id == batch.id, Run.state.in_(LIVE_STATES))))
        if not runs:
            raise Conflict("这一批没有正在进行的处理，不用取消")
        batch.cancelled_at = now()
        audit.record(session, who, "cancel", f"batch:{batch.id}", runs=len(runs))
    for run in runs:
        service.jobs.cancel(run)


def batch_progress(service: Service, batch_id: str) -> dict[str, Any] | None:
    """How far a batch is, for those who watch; None where it is gone."""
    with service.store.begin() as session:
        batch = session.get(Batch, batch_id)
        if batch is None:
            return None
        shape = batch_shapes(session, [batch])[0]
        reading = (
            select(PackageRow.name, Run.doing)
            .join(Run, Run.id == PackageRow.run_id)
            .where(PackageRow.batch_id == batch_id, Run.state.in_(LIVE_STATES), Run.doing != "")
            .order_by(Run.started_at)
        )
        first = session.execute(reading.limit(1)).first()
    told = shape.model_dump(include={"state", "finished", "packages", "pages_done", "pages_total"})
    return {**told, "doing": f"{first[0]}：{first[1]}" if first else ""}


# --- sums ------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Sums:
    packages: int = 0
    live: int = 0
    cancelled: int = 0
    pages_done: int = 0
    pages_total: int = 0
    hours: float = 0.0
    counts: Mapping[str, int] | None = None


_NOTHING = _Sums()


def _sums(session: Session, batches: Sequence[str]) -> dict[str, _Sums]:
    """The figures of batches, in one look at their packages."""

    def number(what: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((what, 1), else_=0)), 0)

    live = Run.state.in_(LIVE_STATES)
    found = (
        select(
            PackageRow.batch_id,
            func.count(),
            number(live),
            number(Run.state == "cancelled"),
            func.coalesce(func.sum(Run.pages_done), 0),
            func.coalesce(func.sum(Run.pages_total), 0),
            func.coalesce(func.sum(PackageRow.screened["hours_saved"].as_float()), 0.0),
            number(PackageRow.verdict == "pass"),
            number(PackageRow.verdict == "review"),
            number(PackageRow.verdict == "fail"),
            number(PackageRow.verdict.is_(None) & ~live),
        )
        .join(Run, Run.id == PackageRow.run_id, isouter=True)
        .where(PackageRow.batch_id.in_(batches))
        .group_by(PackageRow.batch_id)
    )
    alarmed = _alarmed_passes(session, batches)
    sums = {}
    for batch, packages, going, stopped, done, total, hours, passed, review, fail, error in session.execute(found):
        moved = alarmed.get(batch, 0)
        counts = {"pass": passed - moved, "review": review + moved, "fail": fail, "error": error}
        sums[batch] = _Sums(packages, going, stopped, done, total, round(hours, 2), counts)
    return sums


def _alarmed_passes(session: Session, batches: Sequence[str]) -> dict[str, int]:
    """How many packages of each batch would pass but for an alarm."""
    kept = session.execute(select(Comparison.batch_id, Comparison.alarmed).where(Comparison.batch_id.in_(batches)))
    alarmed = {batch: set(ids) for batch, ids in kept if ids}
    rows = select(PackageRow.batch_id, PackageRow.id).where(PackageRow.batch_id.in_(alarmed), PackageRow.verdict == "pass")
    found: dict[str, int] = {}
    for batch, package in session.execute(rows) if alarmed else ():
        if batch is not None and package in alarmed[batch]:
            found[batch] = found.get(batch, 0) + 1
    return found


def _shape(batch: Batch, sums: _Sums, names: dict[str, str]) -> BatchShape:
    return BatchShape(
        id=batch.id,
        name=batch.name,
        created_at=batch.created_at,
        created_by=person(names, batch.created_by),
        as_of=batch.as_of,
        policies=list(batch.policies),
        remarks=list(batch.remarks),
        state=_state(batch.cancelled_at, sums),
        packages=sums.packages,
        finished=sums.packages - sums.live,
        pages_done=sums.pages_done,
        pages_total=sums.pages_total,
        counts=Counts.model_validate(sums.counts or {}),
        hours_saved=sums.hours,
    )


def _state(cancelled_at: datetime | None, sums: _Sums) -> BatchState:
    """Cancelled as long as something that was stopped has not been done after all."""
    if sums.live:
        return "live"
    return "cancelled" if cancelled_at is not None and sums.cancelled else "done"


# --- the ranked table ------------------------------------------------------------------


@dataclass(frozen=True)
class _Line:
    """A package of the batch. ``row`` is None where there is no result and none has failed to come yet."""

    id: str
    name: str
    state: str | None
    decision: str | None
    enterprise: str
    uscc: str | None
    row: Screened | None


def _lines(session: Session, batch: Batch) -> list[_Line]:
    columns = (
        PackageRow.id, PackageRow.name, PackageRow.enterprise, PackageRow.uscc, PackageRow.decision, PackageRow.screened,
        Run.state, Run.error,
    )  # fmt: skip
    found = (
        select(*columns)
        .join(Run, Run.id == PackageRow.run_id, isouter=True)
        .where(PackageRow.batch_id == batch.id)
        .order_by(PackageRow.created_at, PackageRow.id)
    )
    lines = []
    for id_, name, enterprise, uscc, decision, screened, state, error in session.execute(found):
        row: Screened | None = None
        if screened is not None:
            # The name may have been changed since; the id tells apart what has the same name.
            row = Screened.model_validate({**screened, "package": id_})
        elif state not in LIVE_STATES:
            why = _STOPPED if state == "cancelled" else error or _FAILED
            row = not_read(id_, why, enterprise=enterprise or "", uscc=uscc)
        lines.append(_Line(id_, name, state, decision, enterprise or "", uscc, row))
    return lines


def _ranked(lines: Sequence[_Line], kept: Comparison | None) -> list[RankedPackage]:
    """Best first; what has no result yet comes last."""
    by_id = {line.id: line for line in lines}
    rows = with_repeats([line.row for line in lines if line.row is not None], repeats_told(kept))
    # Equals stand in the order of their names, which need not be distinct.
    order = sorted(lines, key=lambda line: (natural_key(line.name), line.id))
    places = {line.id: f"{i:06d}" for i, line in enumerate(order)}
    ids = {place: id_ for id_, place in places.items()}
    ranked = rank(r.model_copy(update={"package": places[r.package]}) for r in rows)
    done = [_answered(by_id[ids[r.package]], r) for r in ranked]
    return done + [_waiting(line) for line in order if line.row is None]


def _answered(line: _Line, row: Screened) -> RankedPackage:
    told = row.model_dump() | {"id": line.id, "package": line.name, "state": line.state, "decision": line.decision}
    return RankedPackage.model_validate(told)


def _waiting(line: _Line) -> RankedPackage:
    """A package that nobody has judged yet."""
    empty = not_read(line.id, "", enterprise=line.enterprise, uscc=line.uscc)
    return _answered(line, empty).model_copy(update={"verdict": None, "error": None, "risk": None, "reasons": []})


def _row(package: RankedPackage, number: int) -> dict[str, Any]:
    """A package as ``batch.json`` has it; one that is not finished counts as not checked."""
    told = package.model_dump(mode="json", exclude={"id", "state", "decision"}) | {"rank": number, "folder": None}
    if package.verdict is None:
        told |= not_read(package.package, _NOT_YET, enterprise=package.enterprise, uscc=package.uscc).model_dump(mode="json")
    return told
