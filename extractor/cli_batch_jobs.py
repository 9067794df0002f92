"""One package of a batch: whether it must be checked again, checking it, and what is kept of it on disk.

A package's folder is put in place whole, its ``state.json`` inside, so that whoever stops the batch at any
moment finds finished packages or none.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import metadata
from pathlib import Path

from pydantic import ValidationError

from extractor.claims.declared import DECLARED_NAMES, load_declaration
from extractor.criteria.package import choose, office_texts
from extractor.intake import Limits
from extractor.intake.batch import Parcel, own_declaration, unpacked
from extractor.intake.errors import work_folder_error
from extractor.model import Declaration, Frozen, Page
from extractor.pipeline import Progress, Session, Settings
from extractor.prescreen.marks import PackageMarks, marked
from extractor.prescreen.ranking import Screened, screen
from extractor.reading.cache import reader_version
from extractor.reading.capacity import shares
from extractor.reports.files import ReportWriteError, write_atomically
from models.calibration import load_calibration
from models.registry import tagger_name, tagger_setting

STATE = "state.json"
_ROOT = Path(__file__).resolve().parent


class Kept(Frozen):
    """What ``state.json`` holds of a finished package."""

    fingerprint: str
    row: Screened
    marks: PackageMarks


@dataclass(frozen=True)
class Job:
    """A package to check into ``target``; ``declaration`` from the batch's sheet, None: its own file, if any."""

    parcel: Parcel
    target: Path
    fingerprint: str
    declaration: Declaration | None
    policies: tuple[str, ...] = ()
    as_of: date | None = None


Check = Callable[[Job, Progress], None]


def fingerprint(parcel: Parcel, declaration: Declaration | None, policies: tuple[str, ...], day: date | None, engine: str) -> str:
    """What the result rests on, as one digest: files, declaration, policies, day as asked for, and the product's version."""
    parts = [
        parcel.name, parcel.stamp, declaration.model_dump_json() if declaration else "", list(policies),
        day.isoformat() if day else "", engine, tagger_name(tagger_setting()), product_version(),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


@lru_cache(maxsize=1)
def product_version() -> str:
    """The version, and a digest of the rules and policies that ship: a corrected rule makes old results outdated."""
    digest = hashlib.sha256()
    for path in sorted(p for end in ("*.py", "*.yaml") for p in _ROOT.rglob(end)):
        digest.update(path.relative_to(_ROOT).as_posix().encode())
        digest.update(path.read_bytes())
    return f"{metadata.version('zuozheng')}/{reader_version()}/{digest.hexdigest()[:16]}"


def kept(target: Path, wanted: str) -> Kept | None:
    """What an earlier run left of the package; None where nothing fits or any part is missing."""
    try:
        found = Kept.model_validate_json((target / STATE).read_bytes())
    except (OSError, ValidationError):
        return None
    whole = all((target / name).is_file() for name in ("result.json", "report.html", "report.xlsx"))
    return found if found.fingerprint == wanted and whole else None


@contextmanager
def checking(engine: str, workers: int, cache: Path | None) -> Iterator[Check]:
    """A session that checks one job after the other; ``workers`` of them share the machine."""
    processes, threads = shares(sharers=workers)
    # Repeats across packages are found by what stands on the pages, on those that no finding needs, too.
    settings = Settings(engine=engine, threads=processes * threads, processes=processes, cache=cache, read_all=True)
    with Session(settings) as session:
        yield lambda job, progress: check_job(session, job, progress)


def check_job(session: Session, job: Job, progress: Progress) -> None:
    """Check a package and put its folder in place.

    Raises:
        IntakeError, NothingReadable, WorkFolderError, DeclarationError, ReportWriteError, CacheError, EngineError: as
            ``Session.check``.
    """
    limits = Limits.from_environment()
    with _work_folder() as work, unpacked(job.parcel, limits, work) as (path, lost):
        declaration, leave_out = job.declaration, None
        own = own_declaration(path, DECLARED_NAMES, limits, work)
        if own is not None:
            leave_out = own[1]
            if declaration is None:
                declaration = load_declaration(own[0], default_as_of=job.as_of or date.today())
        if declaration is not None and job.as_of is not None:
            declaration = declaration.model_copy(update={"as_of": job.as_of.isoformat()})
        part = job.target.with_name(f".{job.target.name}.part")
        try:
            with _writing(job.target):
                shutil.rmtree(part, ignore_errors=True)
                part.mkdir(parents=True)
            _check_into(session, job, path, declaration, leave_out, lost, part, progress)
            with _writing(job.target):
                _put_in_place(part, job.target)
        finally:
            shutil.rmtree(part, ignore_errors=True)


@contextmanager
def _work_folder() -> Iterator[Path]:
    """A folder for temporary copies. Raises WorkFolderError."""
    try:
        folder = tempfile.TemporaryDirectory(prefix="batch-")
    except OSError as error:
        raise work_folder_error(error) from error
    with folder as name:
        yield Path(name)


@contextmanager
def _writing(target: Path) -> Iterator[None]:
    """Turn a failure of the disk into one that names a remedy."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ReportWriteError(f"结果写入失败：{target}（{reason}）。请检查输出目录是否可写，磁盘空间是否足够。") from error


def _check_into(
    session: Session,
    job: Job,
    path: Path,
    declaration: Declaration | None,
    leave_out: str | None,
    lost: tuple[str, ...],
    part: Path,
    progress: Progress,
) -> None:
    """Write reports and state into ``part``."""
    pages: list[Page] = []
    result = session.check(
        path, declaration, as_of=job.as_of, out=part, leave_out=leave_out, policies=job.policies,
        progress=progress, seen=pages.append,
    )  # fmt: skip
    texts = office_texts(result, declaration, choose(job.policies), supported_at=load_calibration().supported_at)
    row = screen(result, package=job.parcel.name, materials=[m for t in texts for m in t["materials"]])
    if lost:
        verdict = "review" if row.verdict == "pass" else row.verdict
        row = row.model_copy(update={"reasons": (*row.reasons, *lost), "verdict": verdict})
    state = Kept(fingerprint=job.fingerprint, row=row, marks=marked(result, pages, job.parcel.name))
    write_atomically(part / STATE, state.model_dump_json(indent=1).encode())


def _put_in_place(part: Path, target: Path) -> None:
    """Exchange an older folder of the package for the new one."""
    old = target.with_name(f".{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    part.rename(target)
    shutil.rmtree(old, ignore_errors=True)
