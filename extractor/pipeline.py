"""The whole way on one screen: a package in, a checked result out.

files → pages → documents → claims → findings → reports. Each room has its own package beside this file;
read them in that order. What follows from read pages is in ``conclude.py``. Rooms are entered, and loaded, when a
package is there: the command line answers at once where none is read.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from extractor.claims.declared import DeclarationError
from extractor.criteria.package import choose, office_texts
from extractor.intake import IntakeError, Limits, PageSource, SourceFile, open_package, page_sources, sniff
from extractor.model import Declaration, Glance, Page, Result
from extractor.reading.cache import PageCache, PageKeeper
from extractor.unchanged import KeptResults, lasting, result_name
from models.calibration import Calibration, load_calibration
from models.registry import open_tagger, tagger_setting

if TYPE_CHECKING:
    from extractor.claims.application import ReadDeclaration
    from extractor.documents.fusion_tags import Tagging
    from extractor.reading.package_pages import PackagePages
    from extractor.reading.worker import ReadingWorker

Progress = Callable[[int, int, str], None]
"""Called as (pages done, pages in all, what is being read)."""
LATER_ROOMS = ("extractor.conclude", "extractor.triage", "extractor.reports.office")
"""Modules that take a while to load and are not needed before the pages are there."""


@dataclass(frozen=True)
class Settings:
    """How to read: engine name (``models.ocr.ENGINES``), processors to read with (None: all), intake limits.

    ``processes``: how many read pages side by side; None: one for each processor, as far as free memory carries them.
    ``cache``: folder or store in which read pages are kept, so that no page is read twice; None: nowhere.
    ``calibration``: what confidences mean; None: the one that ships.
    ``limits``: of what is handed in; by default as the environment sets them (``docs/limits.md``).
    ``read_all``: every page is read in full, also those that no finding needs (``extractor.triage``).
    ``tagger``: the field tagger that is heard beside the rules (``docs/fusion.md``): ``off``, ``auto`` (the one that comes with
    the product, where one does) or a model's folder; by default as the environment sets it.
    """

    engine: str = "openvino"
    threads: int | None = None
    processes: int | None = None
    limits: Limits = field(default_factory=Limits.from_environment)
    cache: Path | PageKeeper | None = None
    calibration: Calibration | None = None
    read_all: bool = False
    tagger: str = field(default_factory=tagger_setting)


class Session:
    """Checks packages with one reading worker; a context manager.

    >>> with Session() as session:                                  # doctest: +SKIP
    ...     checked = session.check(Path("package"), declaration)
    ...     checked.write(Path("out"))

    Raises:
        ModelMissing, ModelDamaged: the field tagger that was asked for is not there, or not what was recorded.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self._settings = settings or Settings()
        chosen = self._settings
        self._calibration = chosen.calibration or load_calibration()
        kept = chosen.cache
        self._cache: PageKeeper | None = PageCache(kept, chosen.engine) if isinstance(kept, Path) else kept
        self._results = KeptResults(kept) if isinstance(kept, Path) else None
        self._tagger = open_tagger(chosen.tagger)
        self._started = ExitStack()

    @cached_property
    def _worker(self) -> ReadingWorker:
        """What reads; made when something is to be read, or shown."""
        from extractor.reading.worker import ReadingWorker

        chosen, secret = self._settings, self._cache.secret if self._cache else None
        return self._started.enter_context(ReadingWorker(chosen.engine, chosen.threads, secret, chosen.processes))

    def __enter__(self) -> Session:
        """Return itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        """Stop the worker."""
        self._started.__exit__(kind, value, trace)

    def peak_rss(self) -> int:
        """Peak memory of the largest reading process, in bytes."""
        return self._worker.peak_rss()

    def read_form(
        self, path: Path, *, default_as_of: date, progress: Progress = lambda done, total, what: None
    ) -> ReadDeclaration:
        """Read the declared figures of an application form (申请书) as DOCX, PDF or picture.

        Args:
            path: the form.
            default_as_of: the day on which things must be valid where the form shows no day of filing.
            progress: see ``Progress``.

        Raises:
            DeclarationError: it cannot be read, is no application form, or declares nothing that can be checked.
        """
        from extractor.claims.application import read_application
        from extractor.documents.application_form import looks_like_form
        from extractor.documents.application_form_fields import COVER, SIGNED, form_entries

        with open_package(path, self._settings.limits) as package:
            (file,) = package.files[:1]
            if file.error:
                raise DeclarationError(f"申请书“{path.name}”：{file.error}")
            pages = self._pages(package.files, _sources(file, self._settings.limits), progress).read_all()
        if not looks_like_form(pages):
            raise DeclarationError(
                f"“{path.name}”看不出是申请书：没有申请书、申报书一类的标题；请核对文件，或用 JSON、CSV、XLSX 填报"
            )
        paged = file.media_type != sniff.DOCX
        return read_application(form_entries(pages), default_as_of=default_as_of, signed=SIGNED, cover=COVER, paged=paged)

    def check(
        self,
        path: Path,
        declaration: Declaration | None,
        *,
        as_of: date | None = None,
        out: Path | None = None,
        leave_out: Path | str | None = None,
        policies: Sequence[str] = (),
        decisions: Path | None = None,
        progress: Progress = lambda done, total, what: None,
        seen: Callable[[Page], None] | None = None,
    ) -> Result:
        """Read a package and hold the declared figures against it.

        Args:
            path: folder, ZIP or single file.
            declaration: the declared figures; None only reads.
            as_of: the day on which things must be valid, where there is no declaration; today if None.
            out: where to write ``result.json``, ``report.html``, ``report.xlsx``; None: nowhere.
            leave_out: a file inside the package that is no evidence (the declaration itself), as path or by its name there.
            policies: ids of policies by which to judge the enterprise, too.
            decisions: a JSON file with what persons decided about conditions of these policies.
            progress: see ``Progress``.
            seen: called with every page, for evaluation; a result holds no page texts. Pages that were only looked at
                (``Page.deferred``) are among them unless everything is read.

        Raises:
            PackageNotFound, EmptyFile: there is nothing at ``path``.
            NothingReadable: every file of it failed.
            CacheError: the cache folder cannot be written.
            UnknownPolicy: there is no such policy; nothing has been read yet.
            DecisionError: the file of decisions cannot be used; nothing has been read yet.
        """
        started = time.monotonic()
        judging = choose(policies, decisions)
        limits = self._settings.limits
        day = date.fromisoformat(declaration.as_of) if declaration else as_of or date.today()
        with open_package(path, limits) as package:
            files = _without(package.files, leave_out, decisions)
            sources = [s for f in files for s in _sources(f, limits)]
            judges = tuple(p.id for p in judging.policies), sorted(judging.decisions.items())
            heard = self._tagger.name if self._tagger is not None else ""
            chosen = (judges, self._calibration, self._settings.engine, self._settings.read_all, limits, heard)
            key = result_name(package.name, files, declaration, day, chosen)
            before = self._results.get(key) if self._results is not None and seen is None else None
            if before is not None and out is None:
                return _with_seconds(before, time.monotonic() - started)
            known = self._pages(files, sources, progress)
            tagging = self._tagging()

            def concluded(pages: Sequence[Page]) -> Result:
                from extractor.conclude import conclude

                known.say("识别材料类型与字段")
                return conclude(
                    name=package.name, files=files, pages=pages, declaration=declaration, day=day,
                    judging=judging, calibration=self._calibration, tagging=tagging,
                )  # fmt: skip

            pages: Sequence[Page | None] = known.held()
            if before is not None and pages.count(None) <= before.summary.pages_deferred:
                result = before
            else:
                pages, result = found = self._settled(known, concluded, [f.name for f in files])
                if self._results is not None and lasting(files, found[0]):
                    self._results.put(key, result)
                if seen is not None:
                    for page in found[0]:
                        seen(page)
            progress(len(pages), len(pages), "识别材料类型与字段")
            result = _with_seconds(result, time.monotonic() - started)
            if out is not None:
                progress(len(pages), len(pages), "生成报告")
                self._write(result, out, sources, pages)
                if result.policies:
                    from extractor.reports.office import write_office_files

                    supported_at = self._calibration.supported_at
                    write_office_files(result, office_texts(result, declaration, judging, supported_at=supported_at), out)
        return result

    def _pages(self, files: Sequence[SourceFile], sources: Sequence[PageSource], progress: Progress) -> PackagePages:
        from extractor.reading.package_pages import PackagePages

        return PackagePages(self._worker, self._cache, files, sources, progress)

    def _tagging(self) -> Tagging | None:
        """The tags of one package, made when they are wanted and kept while it is concluded again and again."""
        if self._tagger is None:
            return None
        from extractor.documents.fusion_tags import Tagging

        return Tagging(self._tagger, self._tagger.name)

    def _settled(
        self, known: PackagePages, concluded: Callable[[Sequence[Page]], Result], names: Sequence[str]
    ) -> tuple[Sequence[Page], Result]:
        """All pages, of which as many were read as the result needs, and that result."""
        if self._settings.read_all:
            pages = known.read_all(meanwhile=LATER_ROOMS)
            return pages, concluded(pages)
        seen = known.seen(_promising, meanwhile=LATER_ROOMS)
        from extractor.triage import settle, with_deferred

        outcome = settle(seen, known.read, concluded, names, marks=known.marked)
        return outcome.pages, with_deferred(outcome.result, outcome.pages)

    def _write(self, result: Result, out: Path, sources: Sequence[PageSource], pages: Sequence[Page | None]) -> None:
        from extractor.reports.html_report import write_html
        from extractor.reports.json_report import write_json
        from extractor.reports.xlsx_report import write_xlsx

        known = {(s.file, s.page): (s, p) for s, p in zip(sources, pages, strict=True) if p is not None}

        def picture(file: int, page: int) -> bytes | None:
            pair = known.get((file, page))
            # Personal numbers are hidden by the lines that were read: not all of a deferred page's.
            return self._worker.picture(*pair) if pair and not pair[1].deferred else None

        out.mkdir(parents=True, exist_ok=True)
        write_json(result, out / "result.json")
        write_xlsx(result, out / "report.xlsx")
        write_html(result, out / "report.html", picture)


def _with_seconds(result: Result, seconds: float) -> Result:
    return result.model_copy(update={"summary": result.summary.model_copy(update={"seconds": round(seconds, 2)})})


def _promising(first: Page | Glance) -> bool:
    from extractor.triage import promising

    return promising(first)


def is_form(path: Path) -> bool:
    """Whether a file, by its content, can only be read as an application form: DOCX, PDF or picture."""
    try:
        return sniff.sniff(path, path.name) in {sniff.DOCX, sniff.PDF, *sniff.IMAGES}
    except (IntakeError, OSError):
        return False  # the declaration's own reader says what is wrong


def _without(files: Sequence[SourceFile], *which: Path | str | None) -> tuple[SourceFile, ...]:
    """The files that are evidence, numbered anew where one is taken out."""
    out = {p.resolve() for p in which if isinstance(p, Path)}
    named = {p for p in which if isinstance(p, str)}
    kept = [f for f in files if f.path.resolve() not in out and f.name not in named]
    return tuple(replace(f, index=i) for i, f in enumerate(kept)) if out or named else tuple(files)


def _sources(file: SourceFile, limits: Limits) -> list[PageSource]:
    return list(page_sources(file, limits))
