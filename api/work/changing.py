"""What persons change: corrections, conditions, the package's own data. The result follows at once, as one new version."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from api import audit
from api.access import Identity
from api.errors import Conflict, NotFound, Unusable
from api.jobs.judge import Inputs, judged_anew, kept, package_inputs
from api.service import Service
from api.store.tables import ConditionDecision, PackageRow, RevisionRow, new_id, now
from api.work.declarations import NOT_USED, declaration_of_file, is_form_file
from api.work.file_names import clean_name
from api.work.forms import Form
from api.work.lookup import is_live, latest_run, own_package, same_version, undecided
from api.work.storing import claim, prepare, store_result, storing
from api.work.upload import day_of, known_policies, set_declaration
from extractor.criteria.answers import Decision
from extractor.criteria.decisions import decidable
from extractor.criteria.package import choose
from extractor.model import Declaration
from extractor.review.errors import RevisionError
from extractor.review.revisions import Revision, revisions_of


@dataclass(frozen=True)
class Changes:
    """New data of a package; None leaves what is there."""

    name: str | None = None
    as_of: date | None = None
    policies: list[str] | None = None
    declaration: Declaration | None = None

    @property
    def judged(self) -> bool:
        """Whether a result would come out differently."""
        return not (self.as_of is None and self.policies is None and self.declaration is None)


def revise(service: Service, who: Identity, package_id: str, body: dict[str, Any], version: int | None) -> None:
    """Add a correction and judge anew.

    Args:
        service: the parts.
        who: the reviewer.
        package_id: which package.
        body: ``kind``, ``place`` and what the kind needs (``extractor.review``); id, name and time are set here.
        version: the version that was looked at.

    Raises:
        NotFound: there is no such package.
        Conflict: it has changed, a decision has been signed, or there is no result yet.
        Unusable: the correction is not understood or does not fit.
    """
    ident = new_id()
    made = {**body, "id": ident, "who": who.name, "when": now().isoformat(timespec="seconds")}
    try:
        (revision,) = revisions_of([made])
    except RevisionError as error:
        raise Unusable(error.message) from error

    def with_it(inputs: Inputs) -> Inputs:
        return replace(inputs, revisions=(*inputs.revisions, revision))

    def write(session: Session, row: PackageRow) -> None:
        last = session.scalar(select(func.max(RevisionRow.sequence)).where(RevisionRow.package_id == row.id)) or 0
        session.add(
            RevisionRow(
                id=ident, package_id=row.id, sequence=last + 1, revision=_plain(revision), made_by=who.user_id, made_at=now()
            )
        )
        audit.record(session, who, "revise", f"package:{row.id}", revision=ident, kind=revision.kind, version=row.version)

    _again(service, who, package_id, version, with_it, write)


def undo(service: Service, who: Identity, package_id: str, revision_id: str, version: int | None) -> None:
    """Take a correction back and judge anew.

    Raises:
        NotFound: there is no such package or correction, or it was taken back before.
        Conflict, Unusable: as ``revise``; a later correction may rest on this one.
    """

    def without_it(inputs: Inputs) -> Inputs:
        left = tuple(r for r in inputs.revisions if r.id != revision_id)
        if len(left) == len(inputs.revisions):
            raise NotFound("没有这条更正，可能已被撤回；请刷新页面")
        return replace(inputs, revisions=left)

    def write(session: Session, row: PackageRow) -> None:
        made = session.get_one(RevisionRow, revision_id)
        made.undone_at, made.undone_by = now(), who.user_id
        audit.record(session, who, "undo", f"package:{row.id}", revision=revision_id, version=row.version)

    _again(service, who, package_id, version, without_it, write)


def decide_condition(
    service: Service,
    who: Identity,
    package_id: str,
    condition: str,
    status: Literal["met", "not_met"] | None,
    why: str,
    version: int | None,
) -> None:
    """Record what a person decided about a condition, or take it back (``status`` None), and judge anew.

    Raises:
        NotFound: there is no such package, or no decision to take back.
        Conflict: as ``revise``.
        Unusable: the policies of the package have no such condition.
    """

    def with_it(inputs: Inputs) -> Inputs:
        decisions = dict(inputs.judging.decisions)
        if status is None:
            if decisions.pop(condition, None) is None:
                raise NotFound("这一条件没有人工判定，或已被撤回；请刷新页面")
        else:
            if not any(condition.split("@")[0] in decidable(p) for p in inputs.judging.policies):
                raise Unusable("该材料包所选政策里没有这一编号的条件；请刷新页面后重新选择")
            decisions[condition] = Decision(status, who.name, now().date().isoformat(), why)
        return replace(inputs, judging=replace(inputs.judging, decisions=decisions))

    def write(session: Session, row: PackageRow) -> None:
        session.execute(
            delete(ConditionDecision).where(ConditionDecision.package_id == row.id, ConditionDecision.condition == condition)
        )
        if status is not None:
            session.add(
                ConditionDecision(package_id=row.id, condition=condition, status=status, why=why, made_by=who.user_id)
            )  # fmt: skip
        audit.record(
            session, who, "condition", f"package:{row.id}", condition=condition, status=status, version=row.version
        )  # fmt: skip

    _again(service, who, package_id, version, with_it, write)


def change_package(service: Service, who: Identity, package_id: str, changes: Changes, version: int | None) -> None:
    """Change name, day, policies or declared figures; where there is a result already it is judged anew.

    Raises:
        NotFound: there is no such package.
        Conflict: it has changed, or a decision has been signed.
        UnknownPolicy: there is no such policy.
    """
    policies = known_policies(changes.policies) if changes.policies is not None else None
    changes = replace(changes, policies=policies)
    with service.store.begin() as session:
        row = own_package(session, who, package_id)
        same_version(row, version)
        undecided(row)
        if row.result is None or not changes.judged or is_live(latest_run(session, row)):
            # A run under way sees from the version that it must judge by the new data.
            claim(session, row)
            _write_changes(row, changes)
            _record_changes(session, who, row, changes)
            return

    def with_them(inputs: Inputs) -> Inputs:
        return _changed(inputs, changes)

    def write(session: Session, row: PackageRow) -> None:
        _write_changes(row, changes)
        _record_changes(session, who, row, changes)

    _again(service, who, package_id, version, with_them, write)


def declare(service: Service, who: Identity, package_id: str, form: Form) -> None:
    """Replace the declared figures by those of a form's file ``declared`` (JSON, CSV, XLSX).

    Raises:
        NotFound: there is no such package.
        Conflict: it has changed, or a decision has been signed.
        DeclarationError, Unusable: the file is missing or cannot be used; nothing is changed then.
    """
    given = form.named("declared")
    version = form.text("version")
    if not given or (version is not None and not (version.isascii() and version.isdigit() and len(version) < 10)):
        raise Unusable("没有收到申报数据文件（declared），或 version 不是数字")
    path, name = given[-1].path, clean_name(given[-1].name)
    if is_form_file(path, name):
        raise Unusable("申请书（DOCX、PDF、图片）请随材料包一起上传；这里可用 JSON、CSV 或 XLSX")
    day = day_of(form.text("as_of"))
    declaration = declaration_of_file(path, name, day)
    changes = Changes(declaration=declaration, as_of=day)
    change_package(service, who, package_id, changes, int(version) if version is not None else None)


def _changed(inputs: Inputs, changes: Changes) -> Inputs:
    declaration = changes.declaration or inputs.declaration
    day = changes.as_of or inputs.day
    if declaration is not None and changes.as_of is not None:
        declaration = declaration.model_copy(update={"as_of": changes.as_of.isoformat()})
    judging = inputs.judging
    if changes.policies is not None:
        judging = replace(choose(changes.policies), decisions=inputs.judging.decisions)
    return replace(inputs, declaration=declaration, day=day, judging=judging, name=changes.name or inputs.name)


def _write_changes(row: PackageRow, changes: Changes) -> None:
    if changes.name is not None:
        row.name = changes.name
    if changes.policies is not None:
        row.policies = list(changes.policies)
    if changes.declaration is not None:
        set_declaration(row, changes.declaration)
        row.remarks = [r for r in row.remarks if not str(r).startswith(NOT_USED)]
    if changes.as_of is not None:
        row.as_of = changes.as_of
        if row.declaration is not None:
            row.declaration = {**row.declaration, "as_of": changes.as_of.isoformat()}


def _record_changes(session: Session, who: Identity, row: PackageRow, changes: Changes) -> None:
    what = [k for k in ("name", "as_of", "policies", "declaration") if getattr(changes, k) is not None]
    audit.record(session, who, "edit", f"package:{row.id}", changed=what, policies=changes.policies, version=row.version)


def _again(
    service: Service,
    who: Identity,
    package_id: str,
    version: int | None,
    change: Callable[[Inputs], Inputs],
    write: Callable[[Session, PackageRow], None],
) -> None:
    """Judge a package by changed inputs and store both the change and the result, or neither."""
    with service.store.begin() as session:
        row = own_package(session, who, package_id)
        same_version(row, version)
        undecided(row)
        if is_live(latest_run(session, row)):
            raise Conflict("正在重新处理，完成后才能更正；请稍候")
        inputs = package_inputs(session, row)
    judged = judged_anew(change(kept(service, inputs)))
    result = judged.result
    prepared = prepare(service, row, result, judged.inputs.pages, judged.office)
    with storing(service, row, prepared), service.store.begin() as session:
        row = own_package(session, who, package_id)
        same_version(row, inputs.version)
        undecided(row)
        store_result(session, row, prepared, inputs.run_id)
        write(session, row)


def _plain(revision: Revision) -> dict[str, Any]:
    return revision.model_dump(mode="json")
