"""Batches made without reading: packages with given results."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, select

from api.access import Identity
from api.service import Service
from api.store.tables import Batch, PackageRow, Run, RunFile, new_id, now
from api.work.storing import prepare, store_result
from extractor.model import Page, Result

API = "/api/v1/batches"
DECLARED = "企业名称,统一社会信用代码,材料包,指标,期间,申报值,单位\n"


def zipped(members: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def hand_in(client, *files: tuple[str, bytes], declared: bytes | None = None, **fields):
    parts = [("files", (name, data, "application/octet-stream")) for name, data in files]
    parts += [("declared", ("申报总表.csv", declared, "text/csv"))] if declared is not None else []
    return client.post(API, files=parts, data=fields)


def packages_of(service: Service, batch: str) -> dict[str, PackageRow]:
    with service.store.begin() as session:
        rows = session.scalars(select(PackageRow).where(PackageRow.batch_id == batch)).all()
        return {r.name: r for r in rows}


def make_batch(service: Service, who: Identity, name: str = "第一批", *, at: datetime | None = None) -> str:
    with service.store.begin() as session:
        batch = Batch(org_id=who.org_id, name=name, created_by=who.user_id, created_at=at or now())
        session.add(batch)
        session.flush()
        return batch.id


def make_package(
    service: Service, who: Identity, name: str, *, batch: str | None = None, state: str = "done", at: datetime | None = None
) -> str:
    run_id, package_id = new_id(), new_id()
    with service.store.begin() as session:
        row = PackageRow(
            id=package_id, org_id=who.org_id, batch_id=batch, name=name, created_by=who.user_id, run_id=run_id,
            created_at=at or now(),
        )  # fmt: skip
        session.add(row)
        session.flush()
        session.add(Run(id=run_id, package_id=package_id, org_id=who.org_id, interactive=False, state=state, pages_total=3))
    return package_id


def judge(service: Service, package_id: str, result: Result, pages: Sequence[Page] = ()) -> None:
    """Store a result as the package's, with files of its own; its run is done."""
    files = tuple(f.model_copy(update={"sha256": f"{package_id}{i}"}) for i, f in enumerate(result.files))
    result = result.model_copy(update={"files": files})
    with service.store.begin() as session:
        row = session.get_one(PackageRow, package_id)
    prepared = prepare(service, row, result, pages)
    with service.store.begin() as session:
        row = session.get_one(PackageRow, package_id)
        run = session.get_one(Run, row.run_id)
        run.state, run.pages_done = "done", run.pages_total
        store_result(session, row, prepared, run.id)
        session.execute(delete(RunFile).where(RunFile.run_id == run.id))
        for i, file in enumerate(result.files):
            session.add(
                RunFile(run_id=run.id, position=i, name=file.name, sha256="0" * 64, media_type=file.media_type, pages=file.pages)
            )  # fmt: skip
