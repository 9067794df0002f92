"""From read pages to a stored result: by a worker at a run's end, and anew when a person corrects something."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from api.errors import Conflict, Unusable
from api.jobs.documents import keep_documents, known_documents
from api.service import Service
from api.store.blobs import BlobMissing, Blobs
from api.store.engine import Store
from api.store.pages import PageStore
from api.store.staging import files_of_run, pages_of_run
from api.store.tables import (
    LIVE_STATES,
    ConditionDecision,
    PackageRow,
    RevisionRow,
    Run,
    UploadedFile,
    User,
    now,
)
from api.work.declarations import declaration_of_file, declaration_of_pages, not_used
from api.work.file_names import without_common_folder
from api.work.storing import prepare, store_result, storing
from api.work.upload import set_declaration
from extractor.claims.declared import DECLARED_NAMES, DeclarationError
from extractor.criteria.answers import Decision
from extractor.criteria.package import Judging, choose, office_texts
from extractor.intake import NothingReadable, SourceFile, sniff
from extractor.model import Declaration, Page, Result
from extractor.review.errors import RevisionError
from extractor.review.revisions import Revision, revisions_of
from models.calibration import load_calibration
from models.registry import open_tagger

if TYPE_CHECKING:
    from extractor.review.apply import Papers

LOG = logging.getLogger(__name__)
_TRIES = 5
_MOST_KEPT = 6
"""Packages whose pages stay in memory (some 20 MB for 300 pages)."""
_FORMS = frozenset({sniff.DOCX, sniff.PDF, *sniff.IMAGES})


@dataclass(frozen=True)
class Inputs:
    """What a judgement rests on. ``version`` is the package's when it was looked up."""

    run_id: str
    version: int
    name: str
    files: tuple[SourceFile, ...]
    pages: tuple[Page, ...]
    declaration: Declaration | None
    day: date | None
    judging: Judging
    revisions: tuple[Revision, ...]
    seconds: float
    declared_sha: str | None
    remarks: tuple[str, ...]
    papers: Papers | None = None
    """Of the evidence among the pages, where it is judged again and again."""


@dataclass(frozen=True)
class Judged:
    """A judgement and what its inputs turned into: a declaration read from a form, remarks."""

    result: Result
    office: tuple[Mapping[str, Any], ...]
    inputs: Inputs


def judge_run(service: Service, run_id: str) -> None:
    """Conclude a run whose pages are all read, and store the result; the run is ``done`` in the same transaction.

    Done twice it counts once. Nothing happens where the run was stopped or the package deleted meanwhile.

    Raises:
        NothingReadable: not one file could be read.
        PagesGone, BlobStoreError: read pages cannot be had.
        Conflict: somebody changes the package again and again.
    """
    for _ in range(_TRIES):
        with service.store.begin() as session:
            found = _of_run(session, run_id)
        if found is None:
            return
        judged = _tolerant(_with_papers(_with_declaration(service, loaded(service, found)), service.settings.tagger))
        # Before the result: a package that is done may be deleted, and what comes later would stay behind.
        keep_documents(service.blobs, judged.inputs)
        try:
            _store_run(service, judged)
            return
        except Conflict:
            LOG.info("the package was changed while it was judged; judging anew")
    raise Conflict("材料包一直在被修改，未能完成核对；请停止修改后点“重新处理”")


def judged_anew(inputs: Inputs) -> Judged:
    """Conclude at once; no file is opened.

    Raises:
        Unusable: a correction does not fit the package; the message says why.
    """
    try:
        return _judged(inputs)
    except RevisionError as error:
        raise Unusable(error.message) from error


def package_inputs(session: Session, package: PackageRow) -> Inputs:
    """What the current result of a package rests on; ``loaded`` adds files and pages, outside of the transaction.

    Raises:
        Conflict: it has no result yet.
    """
    if package.result is None or package.result_run is None:
        raise Conflict("还没有核对结果；请等处理完成后再操作")
    return _inputs(session, package, package.result_run)


def loaded(service: Service, inputs: Inputs) -> Inputs:
    """With the files and pages of the run.

    Raises:
        PagesGone, BlobStoreError: they cannot be had.
    """
    files = files_of_run(service.store, inputs.run_id)
    return replace(inputs, files=files, pages=tuple(pages_of_run(service.store, service.pages, inputs.run_id)))


def kept(service: Service, inputs: Inputs) -> Inputs:
    """``loaded``, from memory where this package was judged here a moment ago: a reviewer corrects one thing after another."""
    files = files_of_run(service.store, inputs.run_id)
    out = _declared_indexes(replace(inputs, files=files))
    names = tuple(f.name for f in files)
    tagger = service.settings.tagger
    pages, papers = _kept(service.store, service.pages, service.blobs, inputs.run_id, out, names, tagger)
    return replace(inputs, files=files, pages=pages, papers=papers)


@lru_cache(maxsize=_MOST_KEPT)
def _kept(
    store: Store, keeper: PageStore, blobs: Blobs, run_id: str, out: frozenset[int], names: tuple[str, ...], tagger: str
) -> tuple[tuple[Page, ...], Papers]:
    """All pages of a run, and the evidence among them; a run that is done has them for good."""
    pages = tuple(pages_of_run(store, keeper, run_id))
    papers = _papers(pages, out, tagger)
    documents = known_documents(blobs, run_id)
    if documents is not None:
        papers.know(names, documents)
    return pages, papers


def _papers(pages: Sequence[Page], out: frozenset[int], tagger: str) -> Papers:
    from extractor.documents.fusion_tags import Tagging
    from extractor.review.apply import Papers  # heavy, like ``conclude``

    heard = open_tagger(tagger)
    return Papers([p for p in pages if p.file not in out], Tagging(heard, heard.name) if heard is not None else None)


def _with_papers(inputs: Inputs, tagger: str) -> Inputs:
    return replace(inputs, papers=_papers(inputs.pages, _declared_indexes(inputs), tagger))


# --- what it rests on ------------------------------------------------------------------


def _of_run(session: Session, run_id: str) -> Inputs | None:
    """The inputs of a run that waits for its judgement."""
    run = session.get(Run, run_id)
    package = session.get(PackageRow, run.package_id) if run is not None else None
    if run is None or package is None or run.state not in LIVE_STATES or run.cancel:
        return None
    # Never less than none, though the clock may have been set back.
    seconds = max(0.0, (now() - run.started_at).total_seconds()) if run.started_at else 0.0
    return replace(_inputs(session, package, run.id), seconds=round(seconds, 2))


def _inputs(session: Session, package: PackageRow, run_id: str) -> Inputs:
    declared = package.declared_file
    rows = session.scalars(
        select(RevisionRow)
        .where(RevisionRow.package_id == package.id, RevisionRow.undone_at.is_(None))
        .order_by(RevisionRow.sequence)
    )
    summary = package.screened or {}
    return Inputs(
        run_id=run_id,
        version=package.version,
        name=package.name,
        files=(),
        pages=(),
        declaration=Declaration.model_validate(package.declaration) if package.declaration else None,
        day=package.as_of,
        judging=replace(choose(package.policies), decisions=_decisions(session, package.id)),
        revisions=revisions_of([r.revision for r in rows]),
        seconds=float(summary.get("seconds", 0.0)),
        declared_sha=None
        if declared is None
        else session.scalar(
            select(UploadedFile.sha256).where(UploadedFile.package_id == package.id, UploadedFile.position == declared)
        ),
        remarks=(),
    )


def _decisions(session: Session, package_id: str) -> dict[str, Decision]:
    """What persons decided about conditions."""
    rows = session.execute(
        select(ConditionDecision, User.name)
        .join(User, User.id == ConditionDecision.made_by, isouter=True)
        .where(ConditionDecision.package_id == package_id)
    )
    return {
        d.condition: Decision("met" if d.status == "met" else "not_met", name or "", d.made_at.date().isoformat(), d.why)
        for d, name in rows
    }


def _with_declaration(service: Service, inputs: Inputs) -> Inputs:
    """With the declared figures that only a worker can read: of a form, or of a file inside a ZIP."""
    if inputs.declaration is not None:
        return inputs
    own = [f for f in inputs.files if f.index in _declared_indexes(inputs)]
    if not own:
        return inputs
    file = own[0]
    try:
        pages = [p for p in inputs.pages if p.file == file.index]
        if file.name.rpartition("/")[2] in DECLARED_NAMES:
            with tempfile.TemporaryDirectory(prefix="declared-") as folder:
                path = service.blobs.local(file.sha256, Path(folder))
                return replace(inputs, declaration=declaration_of_file(path, file.name, inputs.day))
        if file.error is not None:
            raise DeclarationError(f"“{file.name}”：{file.error}")
        if file.media_type not in _FORMS:
            return inputs  # the web process could not use it; its remark says why
        read = declaration_of_pages(pages, file.name, file.media_type, inputs.day)
        return replace(inputs, declaration=read.declaration, remarks=read.notes)
    except (DeclarationError, BlobMissing) as error:
        return replace(inputs, remarks=(not_used(error),))


def _declared_indexes(inputs: Inputs) -> frozenset[int]:
    """Files that declare, and so prove nothing."""
    _, names = without_common_folder([f.name for f in inputs.files])
    return frozenset(
        f.index
        for f, name in zip(inputs.files, names, strict=True)
        if (f.sha256 and f.sha256 == inputs.declared_sha) or name in DECLARED_NAMES
    )


# --- the judgement ---------------------------------------------------------------------


def _judged(inputs: Inputs) -> Judged:
    from extractor.conclude import conclude  # heavy: the rules of all papers

    out = _declared_indexes(inputs)
    evidence = [f for f in inputs.files if f.index not in out]
    if not evidence:
        raise NothingReadable("材料包里只有申报数据，没有证明材料；请补充材料后重新上传")
    if all(f.error for f in evidence):
        raise NothingReadable(f"没有可读取的文件：《{evidence[0].name}》{evidence[0].error}")
    # Numbers stay, so that pages are found by what the run calls them.
    files = [replace(f, error=None, note="申报数据，不作为证据") if f.index in out else f for f in inputs.files]
    calibration = load_calibration()
    result = conclude(
        name=inputs.name,
        files=files,
        pages=[p for p in inputs.pages if p.file not in out],
        declaration=inputs.declaration,
        day=_day(inputs),
        judging=inputs.judging,
        calibration=calibration,
        revisions=inputs.revisions,
        seconds=inputs.seconds,
        papers=inputs.papers,
    )
    office = office_texts(result, inputs.declaration, inputs.judging, supported_at=calibration.supported_at)
    return Judged(result, office, inputs)


def _tolerant(inputs: Inputs) -> Judged:
    """The judgement without corrections that fit no more (a file was read otherwise); they are told in the remarks."""
    while True:
        try:
            return _judged(inputs)
        except RevisionError as error:
            left = tuple(r for r in inputs.revisions if r.id != error.revision)
            if len(left) == len(inputs.revisions):
                raise
            remark = f"有一条更正未能应用：{error.message}"
            inputs = replace(inputs, revisions=left, remarks=(*inputs.remarks, remark))


def _day(inputs: Inputs) -> date:
    if inputs.declaration is not None:
        return date.fromisoformat(inputs.declaration.as_of)
    return inputs.day or date.today()


# --- the writing -----------------------------------------------------------------------


def _store_run(service: Service, judged: Judged) -> None:
    """Store a run's result; nothing happens where the run is no longer live: stopped, or done by another worker.

    Raises:
        Conflict: the package has been changed meanwhile.
    """
    inputs = judged.inputs
    with service.store.begin() as session:
        package = session.get(PackageRow, session.scalar(select(Run.package_id).where(Run.id == inputs.run_id)) or "")
    if package is None:
        return
    prepared = prepare(service, package, judged.result, inputs.pages, judged.office)
    with storing(service, package, prepared), service.store.begin() as session:
        done = session.execute(
            update(Run)
            .where(Run.id == inputs.run_id, Run.state.in_(LIVE_STATES), Run.cancel.is_(False))
            .values(state="done", doing="", finished_at=now(), error=None)
        )
        if cast(CursorResult[Any], done).rowcount != 1:
            return
        package = session.get(PackageRow, package.id)
        if package is None:
            return
        if package.version != inputs.version:
            raise Conflict("材料包刚被修改")
        if package.declaration is None and inputs.declaration is not None:
            set_declaration(package, inputs.declaration)
        package.remarks = list(dict.fromkeys((*package.remarks, *inputs.remarks)))
        store_result(session, package, prepared, inputs.run_id)
