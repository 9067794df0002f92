"""The whole desk of a package, put together from its result and from what people said of it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access import Identity
from api.desk import documents
from api.desk.findings import finding_keys, finding_shapes, groups
from api.desk.revisions import summary, superseded
from api.desk.shapes import CanShape, Desk, FindingReviewShape, RevisionShape, UploadShape
from api.service import Service
from api.store.tables import FindingReview, PackageRow, RevisionRow, UploadedFile
from api.work.lookup import names_of, person
from api.work.packages import package_shape
from api.work.results import Current, current
from extractor.model import Result
from extractor.review.revisions import revisions_of


def build_desk(session: Session, service: Service, who: Identity, row: PackageRow) -> Desk:
    """The desk; without a result it holds the package and its uploads alone.

    Raises:
        BlobStoreError: the result cannot be read.
    """
    found = current(session, service, row) if row.result is not None else None
    result = found.result if found else None
    findings = finding_shapes(result, _said(session, row, result)) if result else []
    return Desk(
        package=package_shape(session, row),
        version=row.version,
        groups=groups(result, findings) if result else [],
        findings=findings,
        documents=documents.document_shapes(result) if result else [],
        files=documents.file_shapes(result) if result else [],
        uploads=_uploads(session, row),
        pages=documents.page_shapes(result, found.pages) if result and found else [],
        checks=documents.check_shapes(result) if result else [],
        policies=documents.policy_dicts(result) if result else [],
        materials=documents.material_shapes(found.office) if found else [],
        revisions=_revisions(session, row, found) if found else [],
        document_types=documents.type_shapes(),
        editable=documents.editable_shapes(),
        can=_can(who),
    )


def _can(who: Identity) -> CanShape:
    reviewer = who.may("reviewer")
    return CanShape(review=reviewer, decide=reviewer, unmask=reviewer, delete=who.may("admin"))


def _uploads(session: Session, row: PackageRow) -> list[UploadShape]:
    files = session.scalars(select(UploadedFile).where(UploadedFile.package_id == row.id).order_by(UploadedFile.position))
    return [
        UploadShape(position=f.position, name=f.name, size=f.size, declared=f.position == row.declared_file) for f in files
    ]  # fmt: skip


def _said(session: Session, row: PackageRow, result: Result) -> dict[str, list[FindingReviewShape]]:
    """By finding, what reviewers said, oldest first."""
    said = session.scalars(
        select(FindingReview)
        .where(FindingReview.package_id == row.id, FindingReview.withdrawn_at.is_(None))
        .order_by(FindingReview.made_at, FindingReview.id)
    ).all()
    names = names_of(session, [s.made_by for s in said])
    verdicts = dict(zip(finding_keys(result.findings), (f.verdict.value for f in result.findings), strict=True))
    out: dict[str, list[FindingReviewShape]] = {}
    for s in said:
        out.setdefault(s.finding, []).append(
            FindingReviewShape(
                action=s.action,  # type: ignore[arg-type]  # one of the three
                comment=s.comment,
                by=person(names, s.made_by),
                at=s.made_at,
                stale=s.version != row.version and verdicts.get(s.finding) != s.verdict,
            )
        )
    return out


def _revisions(session: Session, row: PackageRow, found: Current) -> list[RevisionShape]:
    rows: Sequence[RevisionRow] = session.scalars(
        select(RevisionRow)
        .where(RevisionRow.package_id == row.id, RevisionRow.undone_at.is_(None))
        .order_by(RevisionRow.sequence)
    ).all()
    revisions = revisions_of([r.revision for r in rows])
    void = superseded(revisions, found.result)
    names = names_of(session, [r.made_by for r in rows])
    return [
        RevisionShape(
            id=made.id,
            kind=revision.kind,
            summary=summary(revision, found.result),
            by=person(names, made.made_by),
            at=made.made_at,
            why=revision.why,
            superseded=revision.id in void,
        )
        for made, revision in zip(rows, revisions, strict=True)
    ]
