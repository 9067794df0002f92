"""Results to take away: JSON, HTML, XLSX, office files, labels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import StreamingResponse

from api import audit
from api.access import Identity, identity, require
from api.desk.build import build_desk
from api.errors import Conflict, NotFound
from api.problems import responses
from api.service import Service, service
from api.work.downloads import streamed, whole
from api.work.exporting import KINDS, What, export
from api.work.labelling import Labelled, corpus_zip, labelled, rows_of
from api.work.lookup import own_package
from api.work.results import current

router = APIRouter(tags=["导出"])

Parts = Annotated[Service, Depends(service)]
Who = Annotated[Identity, Depends(identity)]
Reviewer = Annotated[Identity, Depends(require("reviewer"))]

_BINARY = {"schema": {"type": "string", "format": "binary"}}
_MEDIA = sorted({k.media_type.partition(";")[0] for k in KINDS.values()})


@router.get(
    "/packages/{package_id}/export/{what}",
    operation_id="export_package",
    summary="导出报告",
    description="`what`：result.json、report.html（带截图）、report.xlsx、supplement（补正通知）、precheck（初核表）、materials（材料清单）。",
    responses={
        200: {"description": "文件，名称见 Content-Disposition", "content": {m: _BINARY for m in _MEDIA}},
        **responses(NotFound, Conflict),
    },
    response_class=StreamingResponse,
)
def export_package(parts: Parts, who: Who, package_id: str, what: What) -> StreamingResponse:
    """A report of the package."""
    with parts.store.begin() as session:
        row = own_package(session, who, package_id)
        found = current(session, parts, row)
        desk = build_desk(session, parts, who, row)
        audit.record(session, who, "export", f"package:{row.id}", what=what, version=row.version)
    data = export(parts, what, found, str(row.result_run), desk)
    kind = KINDS[what]
    return whole(data, f"{row.name} {kind.name}", ascii_name=kind.ascii_name, media_type=kind.media_type)


_ZIP = {
    200: {"description": "标注语料（ZIP）：corpus.json、labels.jsonl、files/", "content": {"application/zip": _BINARY}},
    **responses(NotFound, Conflict),
}


@router.get(
    "/packages/{package_id}/labels.zip",
    operation_id="export_package_labels",
    summary="导出一个材料包的标注",
    description="只含经人确认或更正的内容；附原件，请按材料同等保密。须审核员。",
    responses=_ZIP,
    response_class=StreamingResponse,
)
def package_labels(parts: Parts, who: Reviewer, package_id: str) -> StreamingResponse:
    """The labels of one package as a corpus."""
    with parts.store.begin() as session:
        row = own_package(session, who, package_id)
        found = labelled(session, parts, who, row)
        audit.record(session, who, "export", f"package:{row.id}", what="labels.zip", version=row.version)
    stream, size = corpus_zip(parts, row.name, [found] if found else [])
    return streamed(stream, size, f"{row.name} 标注.zip", ascii_name="labels.zip", media_type="application/zip")


@router.get(
    "/labels.zip",
    operation_id="export_labels",
    summary="导出本单位的全部标注",
    description="本单位所有材料包里经人确认或更正的内容。须审核员。",
    responses=_ZIP,
    response_class=StreamingResponse,
)
def all_labels(parts: Parts, who: Reviewer) -> StreamingResponse:
    """The labels of all packages as a corpus."""
    with parts.store.begin() as session:
        ids = [row.id for row in rows_of(session, who)]
        audit.record(session, who, "export", "", what="labels.zip", packages=len(ids))

    def each() -> Iterator[Labelled]:
        for package_id in ids:
            with parts.store.begin() as session:
                found = labelled(session, parts, who, own_package(session, who, package_id))
            if found is not None:
                yield found

    stream, size = corpus_zip(parts, "reviewed", each())
    return streamed(stream, size, "标注.zip", ascii_name="labels.zip", media_type="application/zip")
