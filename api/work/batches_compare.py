"""What repeats across the packages of a batch, and in earlier packages of the organisation; kept until a package changes.

Comparing takes a fraction of a second for some hundred packages, seconds for many thousand earlier ones. Workers do it while
a batch is on its way (``refresh_batches``); whoever looks at a finished batch before them does it then (``comparison``).
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVarTuple

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from api.store.engine import Store
from api.store.tables import LIVE_STATES, Batch, Comparison, MarkRow, PackageRow, Run, RunFile, now
from extractor.prescreen.marks import Mark, PackageMarks
from extractor.prescreen.repeats import Repeat, repeats

Ts = TypeVarTuple("Ts")
LOG = logging.getLogger(__name__)
_LEAST_S, _SHARE = 10.0, 20.0
"""A batch on its way is compared again after ten seconds at the earliest, and so that it takes a twentieth of the time."""
_BLOCK = 500
_LOOK = 64
"""Length of a picture's fingerprint; other values have a prefix."""


def comparison(store: Store, batch: Batch) -> Comparison | None:
    """The comparison as it stands; of a batch that nobody works on any more always the latest. None: nothing to compare yet."""
    with store.begin() as session:
        kept, live = session.get(Comparison, batch.id), _is_live(session, batch.id)
        if kept is not None and (live or kept.key == _key(session, batch)):
            return kept
    return None if live else compare(store, batch)


def compare(store: Store, batch: Batch) -> Comparison | None:
    """Compare the packages of a batch anew and keep what was found; None where none of them has a result."""
    began, at = time.monotonic(), now()
    with store.begin() as session:
        key = _key(session, batch)
        own = _own(session, batch)
        if not own:
            return None
        shared = _shared(session, batch)
        packages = [*own, *_earlier_ones(session, batch, own, shared)]
        marks = _marks(session, own, shared)
    labels = _labels(packages)
    found = repeats(
        PackageMarks(package=labels[p.id], enterprise=p.enterprise, uscc=p.uscc, marks=marks.get(p.id, ())) for p in packages
    )
    by_label = {labels[p.id]: p for p in packages}
    told = [r for r in found if any(by_label[name].own for name in r.packages)]
    with store.begin() as session:
        indexes = _indexes(session, {(by_label[at.package], at.file) for r in told for at in r.places})
    alarmed = {by_label[name].id for r in told if r.severity == "alarm" for name in r.packages if by_label[name].own}
    made = Comparison(
        batch_id=batch.id, org_id=batch.org_id, key=key, at=at, seconds=round(time.monotonic() - began, 3),
        repeats=[_shape(r, by_label, indexes) for r in told], alarmed=sorted(alarmed),
    )  # fmt: skip
    _keep(store, batch, made)
    return made


class _Outdated(Exception):
    """What was compared is no longer so."""


def _keep(store: Store, batch: Batch, made: Comparison) -> None:
    """Keep a comparison, unless a package of it was judged anew or deleted meanwhile."""
    try:
        with store.begin() as session:
            session.merge(made)
            session.flush()
            # Looked at while the row is held: whoever deletes a package after this removes the row, too.
            if _key(session, batch) != made.key:
                raise _Outdated
    except (_Outdated, IntegrityError):
        LOG.info("a package of the batch has changed meanwhile, or another process has just compared it")


def refresh_batches(store: Store) -> None:
    """Compare the batches in which a package was judged since they were last compared; called by workers now and then."""
    judged = (
        select(Batch, Comparison)
        .join(Comparison, Comparison.batch_id == Batch.id, isouter=True)
        .where(
            select(PackageRow.id)
            .where(PackageRow.batch_id == Batch.id, or_(Comparison.at.is_(None), PackageRow.judged_at > Comparison.at))
            .where(PackageRow.result.is_not(None))
            .exists()
        )
    )
    with store.begin() as session:
        found = [(b, c, _is_live(session, b.id)) for b, c in session.execute(judged)]
    for batch, kept, live in found:
        pause = timedelta(seconds=max(_LEAST_S, _SHARE * kept.seconds)) if kept is not None and live else timedelta()
        if kept is None or abs(now() - kept.at) >= pause:
            compare(store, batch)


def repeats_told(kept: Comparison | None) -> list[Repeat]:
    """The repeats of a comparison, with the ids of packages in place of their names."""
    return [
        Repeat.model_validate(
            {**r, "places": [{"package": p["id"], **{k: p[k] for k in ("enterprise", "file", "page")}} for p in r["places"]]}
        )
        for r in (kept.repeats if kept is not None else ())
    ]


# --- what is compared ------------------------------------------------------------------


def _is_live(session: Session, batch_id: str) -> bool:
    live = select(Run.id).join(PackageRow, PackageRow.run_id == Run.id)
    return session.scalar(live.where(PackageRow.batch_id == batch_id, Run.state.in_(LIVE_STATES)).limit(1)) is not None


def _earlier(found: Select[*Ts], batch: Batch) -> Select[*Ts]:
    """Of packages that were handed in before the batch, on their own or in another one."""
    return found.where(
        PackageRow.org_id == batch.org_id,
        PackageRow.created_at < batch.created_at,
        or_(PackageRow.batch_id.is_(None), PackageRow.batch_id != batch.id),
        PackageRow.result.is_not(None),
    )


def _key(session: Session, batch: Batch) -> str:
    """Changes with every new judgement of a package of the batch or an earlier one, and when one is deleted."""
    own = select(PackageRow.id, PackageRow.version).where(PackageRow.batch_id == batch.id, PackageRow.result.is_not(None))
    before = _earlier(select(func.count(), func.sum(PackageRow.version), func.max(PackageRow.judged_at)), batch)
    number, versions, last = session.execute(before).one()
    lines = [f"{i}:{v}" for i, v in session.execute(own.order_by(PackageRow.id))]
    lines.append(f"{number}:{versions}:{last.isoformat() if last else ''}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@dataclass(frozen=True)
class _One:
    """A package that is compared; ``own``: of the batch itself."""

    id: str
    name: str
    enterprise: str
    uscc: str | None
    run: str
    created_at: datetime
    own: bool


def _ones(session: Session, found: Select[str, str, str | None, str | None, str | None, datetime], *, own: bool) -> list[_One]:
    rows = session.execute(found.order_by(PackageRow.created_at, PackageRow.id))
    return [_One(i, name, who or "", uscc, run or "", at, own) for i, name, who, uscc, run, at in rows]


_COLUMNS = (PackageRow.id, PackageRow.name, PackageRow.enterprise, PackageRow.uscc, PackageRow.result_run, PackageRow.created_at)


def _own(session: Session, batch: Batch) -> list[_One]:
    """The batch's packages with results, in their order."""
    found = select(*_COLUMNS).where(PackageRow.batch_id == batch.id, PackageRow.result.is_not(None))
    return _ones(session, found, own=True)


def _earlier_ones(session: Session, batch: Batch, own: Sequence[_One], shared: Mapping[str, str]) -> list[_One]:
    """Earlier packages that share something with the batch, and those of the same enterprises."""
    codes = {p.uscc for p in own if p.uscc}
    names = {p.enterprise for p in own if p.enterprise}
    same = select(PackageRow.id).where(or_(PackageRow.uscc.in_(codes), PackageRow.enterprise.in_(names)))
    wanted = {*shared.values(), *session.scalars(_earlier(same, batch))}
    found: list[_One] = []
    for block in _blocks(wanted):
        found += _ones(session, select(*_COLUMNS).where(PackageRow.id.in_(block)), own=False)
    return sorted(found, key=lambda p: (p.created_at, p.id))


def _shared(session: Session, batch: Batch) -> dict[str, str]:
    """Marks of earlier packages that are also in the batch: id to the package's."""
    ours, theirs = aliased(MarkRow), MarkRow
    mine = select(PackageRow.id).where(PackageRow.batch_id == batch.id).scalar_subquery()
    same = (
        select(theirs.id, theirs.package_id)
        .join(PackageRow, PackageRow.id == theirs.package_id)
        .join(ours, and_(ours.org_id == theirs.org_id, ours.kind == theirs.kind, ours.value == theirs.value))
        .where(ours.package_id.in_(mine))
        .distinct()
    )
    found = {mark: package for mark, package in session.execute(_earlier(same, batch))}
    pictures = (
        select(MarkRow.id, MarkRow.package_id, MarkRow.value)
        .join(PackageRow, PackageRow.id == MarkRow.package_id)
        .where(MarkRow.kind == "page_image", func.length(MarkRow.value) == _LOOK)
    )
    of_batch = session.execute(pictures.where(PackageRow.batch_id == batch.id)).all()
    before = session.execute(_earlier(pictures, batch)).all() if of_batch else []
    from extractor.prescreen.alike import alike  # loads NumPy

    for group in alike([value for _, _, value in (*of_batch, *before)]):
        if min(group) < len(of_batch):
            found |= {before[i - len(of_batch)][0]: before[i - len(of_batch)][1] for i in group if i >= len(of_batch)}
    return found


def _marks(session: Session, own: Sequence[_One], shared: Mapping[str, str]) -> dict[str, tuple[Mark, ...]]:
    """All marks of the batch's packages, and of earlier ones those that are shared."""
    found: dict[str, list[Mark]] = defaultdict(list)
    wanted = select(MarkRow.package_id, MarkRow.mark).order_by(MarkRow.id)
    for column, ids in ((MarkRow.package_id, [p.id for p in own]), (MarkRow.id, shared)):
        for block in _blocks(ids):
            for package, mark in session.execute(wanted.where(column.in_(block))):
                found[package].append(Mark.model_validate(mark))
    return {package: tuple(marks) for package, marks in found.items()}


def _labels(packages: Sequence[_One]) -> dict[str, str]:
    """A name of its own for every package, since people and the comparison tell packages by names."""
    labels: dict[str, str] = {}
    taken: set[str] = set()
    for p in packages:
        label = first = p.name if p.own else f"{p.name}（{p.created_at:%Y-%m-%d} 交来）"
        number = 1
        while label in taken:
            number += 1
            label = f"{first}（{number}）"
        taken.add(label)
        labels[p.id] = label
    return labels


def _indexes(session: Session, places: Collection[tuple[_One, str]]) -> dict[tuple[str, str], int]:
    """Positions of files in results, by package and name."""
    runs = {p.run: p.id for p, _ in places}
    wanted = {(p.id, file[:1000]) for p, file in places}
    found: dict[tuple[str, str], int] = {}
    for block in _blocks(runs):
        rows = select(RunFile.run_id, RunFile.name, RunFile.position).where(RunFile.run_id.in_(block)).order_by(RunFile.position)
        for run, name, position in session.execute(rows):
            if (runs[run], name) in wanted:
                found.setdefault((runs[run], name), position)
    return found


def _shape(repeat: Repeat, by_label: Mapping[str, _One], indexes: Mapping[tuple[str, str], int]) -> dict[str, Any]:
    """As answered (``batches_shapes.RepeatShape``)."""
    places = [
        {
            "id": by_label[at.package].id,
            "package": at.package,
            "enterprise": at.enterprise,
            "file": at.file,
            "index": indexes.get((by_label[at.package].id, at.file[:1000])),
            "page": at.page,
            "earlier": not by_label[at.package].own,
        }
        for at in repeat.places
    ]
    return {**repeat.model_dump(mode="json", exclude={"places"}), "places": places}


def _blocks(ids: Iterable[str]) -> Iterator[list[str]]:
    """So many at a time as every database takes."""
    every = sorted(ids)
    for start in range(0, len(every), _BLOCK):
        yield every[start : start + _BLOCK]
