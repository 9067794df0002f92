"""What must be so in the end, after processes were killed at random: uploads, results, the log, rounds of the batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from api.ops.verify import verify_all
from api.store.blobs import Blobs
from api.store.engine import Store
from api.store.tables import AuditEntry, Organisation, PackageRow, Run, UploadedFile, Worker
from eval.bench_kills_house import Desk

_UNLIKE = frozenset({"seconds", "sha256"})
"""What differs between two results by nature: how long it took, and the bytes of copies that must not be alike."""


@dataclass(frozen=True)
class Sent:
    """A package that was handed in: which sort of package, by which way, its files' SHA-256 by name."""

    sort: str
    way: str
    shas: dict[str, str]


@dataclass
class Handed:
    """All that was handed in: what was acknowledged, by the package's id; what of it came before the kills; what was cut off."""

    sent: dict[str, Sent] = field(default_factory=dict)
    before: set[str] = field(default_factory=set)
    unanswered: list[Sent] = field(default_factory=list)


@dataclass
class Told:
    """What was seen in the end; ``wrong``: every single thing that is not as it must be."""

    seconds: float = 0.0
    kills: dict[str, int] = field(default_factory=dict)
    acknowledged: int = 0
    unanswered: int = 0
    kept_unanswered: int = 0
    results: int = 0
    batch_rounds: int = 0
    batch_results: int = 0
    batch_asked_again: int = 0
    service_starts: int = 0
    batch_starts: int = 0
    taken_over: int = 0
    log_entries: int = 0
    wrong: list[str] = field(default_factory=list)


def look(store: Store, blobs: Blobs, hand: Handed, found: Mapping[str, Any], told: Told) -> None:
    """Everything that must be so of the service.

    Args:
        store: its database.
        blobs: its files.
        hand: what was handed in.
        found: ``comparable`` result of each package that was acknowledged, by its id; None where there is none.
        told: gets what was seen.
    """
    by_kind = {(hand.sent[i].sort, hand.sent[i].way): found[i] for i in hand.before}
    told.wrong += [f"no result without disturbance: {kind}" for kind, result in by_kind.items() if result is None]
    for ident, sent in hand.sent.items():
        told.wrong += _package_wrong(store, blobs, ident, sent)
        if ident not in hand.before and found[ident] != by_kind[sent.sort, sent.way]:
            other = difference(by_kind[sent.sort, sent.way], found[ident])
            told.wrong.append(f"package {ident} ({sent.sort}, {sent.way}) has another result than undisturbed: {other}")
    told.wrong += _strangers(store, hand, told)
    told.wrong += _log_wrong(store, hand)
    kept = verify_all(store, blobs)
    told.wrong += [f"damaged or missing: {lost.sha256}" for lost in (*kept.damaged, *kept.missing)]
    told.wrong += [f"the log: {kept.log.reason}"] * (not kept.log.ok)
    told.log_entries = kept.log.entries
    told.acknowledged, told.unanswered = len(hand.sent) - len(hand.before), len(hand.unanswered)
    told.results = sum(result is not None for ident, result in found.items() if ident not in hand.before)
    with store.begin() as session:
        told.taken_over = session.scalar(select(func.sum(Worker.taken_over))) or 0


def _package_wrong(store: Store, blobs: Blobs, ident: str, sent: Sent) -> list[str]:
    """What is not as it must be of one acknowledged package: its files, its run, how often it was judged."""
    with store.begin() as session:
        row = session.get(PackageRow, ident)
        if row is None:
            return [f"package {ident} was acknowledged and is gone"]
        runs = list(session.scalars(select(Run).where(Run.package_id == ident)))
        files = list(session.scalars(select(UploadedFile).where(UploadedFile.package_id == ident)))
    wrong = []
    if {f.name: f.sha256 for f in files} != sent.shas:
        wrong.append(f"package {ident} has other files than were sent")
    wrong += [f"package {ident}: the bytes of {f.name} are not there" for f in files if not blobs.whole(f.sha256)]
    if [r.state for r in runs] != ["done"]:
        wrong.append(f"package {ident}: runs {[(r.state, r.error) for r in runs]}")
    if row.version != 1:
        wrong.append(f"package {ident} was judged {row.version} times")
    return wrong


def _strangers(store: Store, hand: Handed, told: Told) -> list[str]:
    """Packages that nobody was told of: only uploads whose answer was cut off, each at most once."""
    with store.begin() as session:
        rows = [i for i in session.scalars(select(PackageRow.id)) if i not in hand.sent]
        shas = {i: set(session.scalars(select(UploadedFile.sha256).where(UploadedFile.package_id == i))) for i in rows}
        if session.scalar(select(func.count()).select_from(Organisation)) != 1:
            return ["there is another organisation than the first one"]
    left, wrong = [set(sent.shas.values()) for sent in hand.unanswered], []
    for ident, found in shas.items():
        if found in left:
            left.remove(found)
            told.kept_unanswered += 1
        else:
            wrong.append(f"package {ident} was never handed in, or is there twice")
    return wrong


def _log_wrong(store: Store, hand: Handed) -> list[str]:
    """Each acknowledged package stands in the log once."""
    with store.begin() as session:
        subjects = Counter(session.scalars(select(AuditEntry.subject).where(AuditEntry.action == "upload")))
    return [f"package {i} stands in the log {subjects[f'package:{i}']} times" for i in hand.sent if subjects[f"package:{i}"] != 1]


def look_at_batches(desk: Desk, first: dict[str, Any], told: Told) -> None:
    """Every finished round of ``zuozheng batch`` must say what the undisturbed one said."""
    told.batch_rounds, told.batch_asked_again = len(desk.results), desk.asked_again
    wanted = comparable(first["packages"])
    for number, found in enumerate(desk.results):
        told.batch_results += len(found["packages"])
        for name in sorted({*wanted, *found["packages"]}):
            if other := difference(wanted.get(name), comparable(found["packages"].get(name))):
                told.wrong.append(f"batch, round {number}: {name} has another result than undisturbed: {other}")
        if _ranked(found["batch"]) != _ranked(first["batch"]):
            told.wrong.append(f"batch, round {number}: the ranking is another one")
    told.wrong += [f"batch: {name} was left behind" for name in desk.left]


def _ranked(batch: dict[str, Any]) -> Any:
    return [(p["rank"], p["package"], p["verdict"], p["error"]) for p in batch["packages"]], batch["repeats"]


def comparable(told: Any) -> Any:
    """A result without what differs by nature."""
    if isinstance(told, dict):
        return {key: comparable(value) for key, value in told.items() if key not in _UNLIKE}
    return [comparable(value) for value in told] if isinstance(told, list) else told


def difference(wanted: Any, found: Any, at: str = "") -> str:
    """The first place where two results differ, empty where none does."""
    if isinstance(wanted, dict) and isinstance(found, dict) and wanted.keys() == found.keys():
        pairs = [(wanted[k], found[k], f"{at}/{k}") for k in wanted]
    elif isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        pairs = [(a, b, f"{at}/{n}") for n, (a, b) in enumerate(zip(wanted, found, strict=True))]
    else:
        return "" if wanted == found else f"{at}: {str(wanted)[:200]} → {str(found)[:200]}"
    return next((other for a, b, place in pairs if (other := difference(a, b, place))), "")
