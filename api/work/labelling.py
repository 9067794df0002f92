"""Corrected packages as a labelled corpus (``docs/corpora.md``), in one ZIP: only what a person confirmed or corrected."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access import Identity
from api.desk.build import build_desk
from api.desk.revisions import superseded
from api.desk.shapes import Desk, FindingShape
from api.errors import Conflict
from api.service import Service
from api.store.staging import run_files
from api.store.tables import PackageRow, RevisionRow
from api.work.results import Current, current
from extractor.model import Declaration, Declared
from extractor.review.labels import Confirmed, labels_of
from extractor.review.places import parts_of
from extractor.review.revisions import Place, revisions_of

_READ_SURELY = frozenset({"supported", "contradicted", "expired", "wrong_entity"})
"""Verdicts that rest on a value which was read: who accepts one has found the reading right."""


@dataclass(frozen=True)
class Labelled:
    """A package worth exporting: its labels as in ``labels.jsonl`` under ``files/`` of its own, and its files."""

    lines: list[dict[str, Any]]
    declared: str | None
    files: list[tuple[str, str]]
    """(name, sha256) of every file that was read."""


def labelled(session: Session, service: Service, who: Identity, row: PackageRow) -> Labelled | None:
    """The labels of a package; None where nobody has confirmed or corrected anything."""
    if row.result is None or row.result_run is None:
        return None
    found = current(session, service, row)
    desk = build_desk(session, service, who, row)
    lines = _lines(session, row, found, desk)
    if len(lines) == 1 and "findings" not in lines[0]:
        return None
    files = [(f.name, f.sha256) for f in run_files(service.store, row.result_run) if f.sha256 and f.error is None]
    return Labelled(lines, _declared(row), files)


def corpus_zip(service: Service, name: str, packages: Iterable[Labelled]) -> tuple[IO[bytes], int]:
    """The corpus as a ZIP in a nameless temporary file: (the file at its start, its bytes).

    Raises:
        Conflict: there is nothing to export.
        BlobStoreError: a file cannot be read.
    """
    home = service.settings.data_dir / "exports"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    out = tempfile.TemporaryFile(dir=home)  # noqa: SIM115  # closed by who sends it
    try:
        _write(out, service, name, packages)
        size = out.tell()
        out.seek(0)
    except BaseException:
        out.close()
        raise
    return out, size


def rows_of(session: Session, who: Identity) -> Sequence[PackageRow]:
    """The organisation's packages with a result, oldest first."""
    return session.scalars(
        select(PackageRow)
        .where(PackageRow.org_id == who.org_id, PackageRow.result.is_not(None))
        .order_by(PackageRow.created_at, PackageRow.id)
    ).all()


def _lines(session: Session, row: PackageRow, found: Current, desk: Desk) -> list[dict[str, Any]]:
    made = session.scalars(
        select(RevisionRow)
        .where(RevisionRow.package_id == row.id, RevisionRow.undone_at.is_(None))
        .order_by(RevisionRow.sequence)
    )
    revisions = revisions_of([r.revision for r in made])
    accepted = [f for f in desk.findings if f.review and f.review.action == "accept" and not f.review.stale]
    return labels_of(
        found.result,
        revisions,
        confirmed=list(_confirmed(found, accepted)),
        findings={(f.metric, f.period) for f in accepted},
        superseded=superseded(revisions, found.result),
    )


def _confirmed(found: Current, accepted: Sequence[FindingShape]) -> Iterator[Confirmed]:
    fields: dict[str, list[tuple[str, str | None]]] = {}
    for finding in accepted:
        if finding.verdict in _READ_SURELY:
            for ref in finding.fields:
                if not ref.secondary and ref.value is not None:
                    fields.setdefault(ref.document, []).append((ref.field, ref.period))
    parts = parts_of(found.result.documents)
    for document, keys in fields.items():
        file, page, part = parts[document][0]
        place = Place(file=file, sha256=found.result.files[file].sha256, page=page, part=part)
        yield Confirmed(place=place, fields=tuple(dict.fromkeys(keys)))


def _declared(row: PackageRow) -> str | None:
    """The declaration in the contract's JSON form; numbers as texts with the decimals they were declared with."""
    if row.declaration is None:
        return None
    declaration = Declaration.model_validate(row.declaration)
    data = {
        "enterprise": {
            "name": declaration.name,
            "uscc": declaration.uscc,
            "former_names": list(declaration.former_names),
        },
        "as_of": declaration.as_of,
        "declared": [{"metric": d.metric, "period": d.period, "value": _value(d), "unit": d.unit} for d in declaration.declared],
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _value(declared: Declared) -> float | int | str:
    if isinstance(declared.value, float) and declared.decimals:
        return f"{declared.value:.{declared.decimals}f}"
    return declared.value


def _write(out: IO[bytes], service: Service, name: str, packages: Iterable[Labelled]) -> None:
    lines: list[str] = []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive, tempfile.TemporaryDirectory() as folder:
        for number, package in enumerate(packages, start=1):
            home = f"files/p{number:04d}"
            for line in package.lines:
                for key in ("file", "package"):
                    if key in line:
                        line = {**line, key: home + line[key].removeprefix("files")}
                if "package" in line and package.declared is not None:
                    line = {**line, "declared": f"declared/p{number:04d}.json"}
                lines.append(json.dumps(line, ensure_ascii=False))
            if package.declared is not None:
                archive.writestr(f"declared/p{number:04d}.json", package.declared)
            for file, sha in package.files:
                archive.write(service.blobs.local(sha, Path(folder)), f"{home}/{file}")
        if not lines:
            raise Conflict("还没有确认或更正过的内容，没有可导出的标注；请先在审核台核对几项")
        info = {"name": name, "licence": "", "origin": "real"}
        archive.writestr("corpus.json", json.dumps(info, ensure_ascii=False, indent=1) + "\n")
        archive.writestr("labels.jsonl", "\n".join(lines) + "\n")
