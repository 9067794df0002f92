"""Taking a batch in: taken apart, its packages written down at once with runs that give way to single uploads.

One package that cannot be used never stops the others; whatever was noticed stands in the remarks of the batch or the package.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from itertools import islice
from pathlib import Path, PurePosixPath

from sqlalchemy.orm import Session

from api import audit
from api.access import Identity
from api.errors import Unusable
from api.service import Service
from api.settings import MB
from api.store.tables import Batch, Run, now
from api.work.batches_split import Piece, Sheet, Split, split
from api.work.clean import checked
from api.work.declarations import not_used, on_day
from api.work.file_names import clean_name, distinct, without_common_folder
from api.work.forms import Form, Taken
from api.work.upload import Draft, Stored, add_package, day_of, known_policies, put_back
from extractor.claims.declared import DeclarationError
from extractor.claims.declared_many import Entry
from extractor.intake.batch import ARCHIVES
from extractor.intake.names import is_clutter, natural_key
from extractor.model import Declaration

_MOST_PACKAGES = 2000
_MOST_NAME = 200
_UNPACKED_TIMES = 4
"""So many times the largest upload may come out of a ZIP: scans and PDFs hardly shrink when packed."""
_SHOWN = 20
_WRITERS = 8
_NO_PACKAGE = "没有材料包：每家企业放一个子文件夹或一个 ZIP，选择上一级文件夹或打成一个 ZIP 再上传"
_UNNAMED = "未命名"


def take_batch(service: Service, who: Identity, form: Form) -> tuple[str, list[str]]:
    """Take in the batch of an upload form (``files``, ``declared``, ``name``, ``as_of``, ``policies``).

    Returns:
        The batch's id, and the runs to be queued.

    Raises:
        Unusable, TooLarge: there is no package in it, or ZIP, sheet, name, day or policy cannot be used; nothing is kept then.
    """
    day, policies = day_of(form.text("as_of")), known_policies(form.texts("policies"))
    folder, outer, loose = _grouped([(clean_name(t.name), t) for t in form.named("files")])
    name = _name(form, folder)
    into = form.files[0].path.parent / "split"
    into.mkdir()
    most = _UNPACKED_TIMES * service.settings.max_upload_mb * MB
    found = split(outer, _sheet(form, day), into, most, service.settings.intake)
    if len(found.pieces) > _MOST_PACKAGES:
        raise Unusable(f"一批最多 {_MOST_PACKAGES} 个材料包，这次有 {len(found.pieces)} 个；请分成几批上传")
    stored, shared = _stored(service, found.pieces)
    drafts = [_draft(p, stored[i], _entry(found, i), day, policies) for i, p in enumerate(found.pieces)]
    remarks = [*_remarks(found, bool(form.named("declared"))), *_loose([*loose, *found.loose])]
    with service.store.begin() as session:
        batch = Batch(
            org_id=who.org_id, name=name, created_by=who.user_id, as_of=day, policies=list(policies), remarks=remarks
        )  # fmt: skip
        session.add(batch)
        session.flush()
        audit.record(session, who, "batch", f"batch:{batch.id}", packages=len(drafts), declared=bool(form.named("declared")))
        runs = [_add(session, who, batch, draft, p.error) for draft, p in zip(drafts, found.pieces, strict=True)]
    put_back(service, shared)
    return batch.id, [r for r in runs if r is not None]


def _grouped(named: Sequence[tuple[str, Taken]]) -> tuple[str, tuple[Path, str] | Split, list[str]]:
    """The folder around everything, the packages (or the one ZIP that holds them), and names of files that belong to none."""
    named = [(n, t) for n, t in named if not is_clutter(n)]
    if not named:
        raise Unusable("没有收到材料文件；请选择文件夹或 ZIP 再上传")
    folder, names = without_common_folder([n for n, _ in named])
    groups: dict[str, list[tuple[str, Taken]]] = {}
    loose: list[str] = []
    for name, (_, taken) in zip(names, named, strict=True):
        top, _, inside = name.partition("/")
        if inside or _is_packed(top):
            groups.setdefault(top if inside else f"{top}/", []).append((inside or top, taken))
        else:
            loose.append(name)
    packed = [key for key in groups if key.endswith("/")]
    if len(groups) == 1 and packed:
        (inner, taken), *_ = groups[packed[0]]
        return folder or PurePosixPath(inner).stem, (taken.path, inner), loose
    if folder and not packed and len(groups) < 2:
        # One folder with what is one enterprise's, perhaps in a sub-folder.
        groups, loose = {folder: [(n, t) for n, (_, t) in zip(names, named, strict=True)]}, []
    if not groups:
        raise Unusable(_NO_PACKAGE)
    order = sorted(groups, key=natural_key)
    called = distinct([PurePosixPath(k).stem if k.endswith("/") else k for k in order])
    pieces = [Piece(c, tuple((n, t.path) for n, t in groups[k])) for k, c in zip(order, called, strict=True)]
    return folder, Split(tuple(pieces), ()), loose


def _is_packed(name: str) -> bool:
    return PurePosixPath(name).suffix.lower() in ARCHIVES


def _name(form: Form, folder: str) -> str:
    """As given, else by the folder or ZIP, else the day."""
    try:
        given = str(checked(form.text("name") or ""))
    except ValueError as error:
        raise Unusable(f"名称{error}") from error
    return (given or folder or f"批次 {datetime.now():%Y-%m-%d %H:%M}")[:_MOST_NAME]


def _sheet(form: Form, day: date | None) -> Sheet | None:
    given = form.named("declared")
    return Sheet(given[-1].path, PurePosixPath(clean_name(given[-1].name)).name, day or date.today()) if given else None


def _entry(found: Split, place: int) -> Entry | None:
    index = found.matched[place]
    return found.entries[index] if index is not None else None


def _draft(
    piece: Piece, files: Sequence[Stored], entry: Entry | None, day: date | None, policies: Sequence[str]
) -> Draft:  # fmt: skip
    """The package; what is wrong with its rows in the sheet stands in its remarks."""
    remarks = list(piece.lost)
    declaration: Declaration | None = None
    if entry is not None:
        try:
            if entry.declaration is None:
                raise DeclarationError(entry.error or "申报总表中这家企业的数据不能使用")
            declaration = on_day(entry.declaration, day)
        except DeclarationError as error:
            remarks.append(not_used(error))
    return Draft(name=piece.name, files=files, declaration=declaration, as_of=day, policies=policies, remarks=remarks)


def _stored(service: Service, pieces: Sequence[Piece]) -> tuple[list[list[Stored]], list[tuple[str, Path]]]:
    """The files of each package kept under names that are safe to lay out; and those whose bytes were there before.

    Copies out of a ZIP go as soon as they are kept. What was there before may just now be deleted with another package,
    so its copy is needed until the rows are committed (``put_back``).
    """
    shared: list[tuple[str, Path]] = []

    def keep(named: tuple[str, Path]) -> Stored:
        name, path = named
        sha, size, new = service.blobs.put_new(path)
        if new:
            path.unlink()
        else:
            shared.append((sha, path))
        return Stored(name, sha, size)

    names = [distinct([_safe(n, i) for i, (n, _) in enumerate(p.files)]) for p in pieces]
    every = [(n, path) for given, p in zip(names, pieces, strict=True) for n, (_, path) in zip(given, p.files, strict=True)]
    # Most of the time is waiting for the disk, or for a store far away.
    with ThreadPoolExecutor(_WRITERS) as pool:
        kept = pool.map(keep, every)
        return [list(islice(kept, len(p.files))) for p in pieces], shared


def _safe(name: str, number: int) -> str:
    """A member's name as kept; one that cannot be kept at all gets a number, so that the file is not lost."""
    try:
        return clean_name(name)
    except Unusable:
        suffix = PurePosixPath(name).suffix
        return f"{_UNNAMED}{number + 1}{suffix if suffix.isascii() and len(suffix) < 10 and suffix.isprintable() else ''}"


def _remarks(found: Split, with_sheet: bool) -> list[str]:
    """What does not fit together: packages without rows, rows without package, rows that cannot be used."""
    said = []
    for piece, index in zip(found.pieces, found.matched, strict=True):
        if piece.error is not None:
            said.append(f"材料包《{piece.name}》未能取出：{piece.error}")
        elif index is not None and (error := found.entries[index].error) is not None:
            said.append(f"材料包《{piece.name}》的申报数据未采用：{error}")
        elif with_sheet and index is None:
            said.append(f"申报总表中没有材料包《{piece.name}》；没有自带 declared 文件时只读取，不核对")
    twice = {i for i in found.matched if i is not None and found.matched.count(i) > 1}
    for i in sorted(twice):
        names = "、".join(f"《{p.name}》" for p, m in zip(found.pieces, found.matched, strict=True) if m == i)
        said.append(f"申报总表中“{_who(found.entries[i])}”的数据用于多个材料包：{names}；请确认是否都是这家企业的")
    used = set(found.matched)
    for i, entry in enumerate(found.entries):
        if i not in used:
            why = entry.error or "没有它的材料包；请核对“材料包”一列与文件夹或 ZIP 的名称"
            said.append(f"申报总表中的“{_who(entry)}”：{why}")
    return said


def _who(entry: Entry) -> str:
    return entry.package or entry.name or entry.uscc or "未写企业"


def _loose(names: Sequence[str]) -> list[str]:
    """One remark about files that belong to no package."""
    if not names:
        return []
    more = f" 等 {len(names)} 个文件" if len(names) > _SHOWN else ""
    return [f"不属于任何材料包，未读取：{'、'.join(f'《{n}》' for n in names[:_SHOWN])}{more}"]


def _add(session: Session, who: Identity, batch: Batch, draft: Draft, error: str | None) -> str | None:
    """Write down a package; the run to be queued, None where there is nothing to read."""
    row = add_package(session, who, draft, batch_id=batch.id, interactive=False)
    if error is None:
        return row.run_id
    run = session.get_one(Run, row.run_id)
    run.state, run.error, run.finished_at = "failed", error, now()
    return None
