"""Taking a package in: files to blobs, the declaration read where it can be, a row and a run; then the workers go on.

What was uploaded is never lost to a mistake in the declaration: the package is kept, the mistake stands in its remarks,
and the declaration can be handed in again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from api import audit
from api.access import Identity
from api.errors import Unusable
from api.service import Service
from api.store.tables import PackageRow, Run, UploadedFile
from api.work.clean import checked
from api.work.declarations import declaration_of_file, declaration_of_text, is_form_file, not_used
from api.work.file_names import clean_name, distinct, without_common_folder
from extractor.claims.declared import DECLARED_NAMES, DeclarationError
from extractor.criteria.package import choose
from extractor.intake.names import is_clutter
from extractor.model import Declaration

if TYPE_CHECKING:
    from api.work.forms import Form, Taken

_MOST_NAME = 300


@dataclass(frozen=True)
class Stored:
    """A file of a package whose bytes are kept: its name inside the package, its blob, its bytes."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Draft:
    """A package about to be taken in.

    ``declared_file``: index among ``files`` of the one that holds the declaration. ``as_of`` None: the declaration's day,
    else the day on which it is judged.
    """

    name: str
    files: Sequence[Stored]
    declaration: Declaration | None = None
    declared_file: int | None = None
    as_of: date | None = None
    policies: Sequence[str] = ()
    remarks: Sequence[str] = field(default=())


def take_package(service: Service, who: Identity, form: Form) -> str:
    """Take in the package of an upload form (``files``, ``declared``, ``declaration``, ``name``, ``as_of``, ``policies``).

    Returns:
        The package's id; its run is queued.

    Raises:
        Unusable: there is no file, or a name, day or policy that cannot be used; nothing is kept then.
    """
    day, policies = day_of(form.text("as_of")), known_policies(form.texts("policies"))
    given = form.named("declared")
    named = [(clean_name(t.name), t) for t in form.named("files")]
    folder, names = without_common_folder([n for n, _ in named])
    evidence = [(n, t) for n, (_, t) in zip(names, named, strict=True) if not is_clutter(n)]
    if not evidence:
        raise Unusable("没有收到材料文件；请选择文件、文件夹或 ZIP 再上传")
    names = distinct([n for n, _ in evidence] + ([clean_name(given[-1].name)] if given else []))
    taken = [t for _, t in evidence] + given[-1:]
    declared = len(taken) - 1 if given else next((names.index(n) for n in DECLARED_NAMES if n in names), None)
    remarks: list[str] = []
    declaration = None
    try:
        declaration = _declaration(form, names, taken, declared, day)
    except DeclarationError as error:
        remarks.append(not_used(error))
    draft = Draft(
        name=_name(form, folder, names, declaration),
        files=store_files(service, names, taken),
        declaration=declaration,
        declared_file=declared,
        as_of=day,
        policies=policies,
        remarks=remarks,
    )
    with service.store.begin() as session:
        row = add_package(session, who, draft)
        run_id = str(row.run_id)
    put_back(service, [(f.sha256, t.path) for f, t in zip(draft.files, taken, strict=True)])
    service.jobs.submit(run_id)
    return row.id


def store_files(service: Service, names: Sequence[str], taken: Sequence[Taken]) -> list[Stored]:
    """Keep the bytes of files under these names."""
    return [Stored(name, *service.blobs.put(t.path)) for name, t in zip(names, taken, strict=True)]


def put_back(service: Service, files: Iterable[tuple[str, Path]]) -> None:
    """Keep files again that went between being kept and the commit of the rows that speak of them.

    A package with the same bytes may have been deleted just then: the deletion saw nobody else who needs them, and here
    they were there already. After the commit it sees the rows, so once is enough.

    Args:
        service: the parts.
        files: SHA-256 and a path with the bytes.
    """
    for sha256, path in files:
        if not service.blobs.exists(sha256):
            service.blobs.put(path)


def add_package(
    session: Session, who: Identity, draft: Draft, *, batch_id: str | None = None, interactive: bool = True
) -> PackageRow:
    """Write the rows of a package and of its first run, which is queued by ``Jobs.submit`` once this is committed."""
    declaration = draft.declaration
    row = PackageRow(
        org_id=who.org_id,
        batch_id=batch_id,
        name=draft.name[:_MOST_NAME],
        policies=list(draft.policies),
        remarks=list(draft.remarks),
        created_by=who.user_id,
        declared_file=draft.declared_file,
        as_of=draft.as_of,
        version=0,
    )
    set_declaration(row, declaration)
    session.add(row)
    session.flush()
    session.add_all(
        UploadedFile(package_id=row.id, position=i, name=f.name, sha256=f.sha256, size=f.size)
        for i, f in enumerate(draft.files)
    )  # fmt: skip
    run = Run(package_id=row.id, org_id=who.org_id, interactive=interactive)
    session.add(run)
    session.flush()
    row.run_id = run.id
    audit.record(session, who, "upload", f"package:{row.id}", files=len(draft.files), declared=declaration is not None)
    return row


def set_declaration(row: PackageRow, declaration: Declaration | None) -> None:
    """Let the package declare this; None: nothing."""
    row.declaration = None if declaration is None else declaration.model_dump(mode="json")
    if declaration is not None:
        row.enterprise = declaration.name[:200] or None
        row.uscc = declaration.uscc if declaration.uscc and len(declaration.uscc) <= 18 else None
        row.as_of = date.fromisoformat(declaration.as_of)


def day_of(text: str | None) -> date | None:
    """An ISO date from a form.

    Raises:
        Unusable: it is none.
    """
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Unusable("核验基准日应写成 2026-06-30 这样的日期") from error


def known_policies(ids: Sequence[str]) -> list[str]:
    """Ids of policies, each once.

    Raises:
        UnknownPolicy: there is no such policy.
    """
    return [p.id for p in choose(ids).policies]


def _declaration(
    form: Form, names: Sequence[str], taken: Sequence[Taken], declared: int | None, day: date | None
) -> Declaration | None:
    """What is declared by file or text; None where nothing is, or only an application form that the workers read."""
    text = form.text("declaration")
    if text is not None and not form.named("declared"):
        return declaration_of_text(text, day)
    if declared is None or is_form_file(taken[declared].path, names[declared]):
        return None
    return declaration_of_file(taken[declared].path, names[declared], day)


def _name(form: Form, folder: str, names: Sequence[str], declaration: Declaration | None) -> str:
    """As given, else by the folder, the enterprise, the only file, or the day."""
    given = form.text("name")
    if given is not None:
        try:
            return str(checked(given))
        except ValueError as error:
            raise Unusable(f"名称{error}") from error
    only = PurePosixPath(names[0]).stem if len(names) == 1 else ""
    return folder or (declaration.name if declaration else "") or only or f"材料包 {datetime.now():%Y-%m-%d %H:%M}"
