"""The whole way on one screen: a package in, a checked result out.

files → pages → documents → claims → findings → reports. Each room has its own package beside this file;
read them in that order. What follows from read pages is in ``conclude.py``. Rooms are entered, and loaded, when a
package is there: the command line answers at once where none is read.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from extractor.claims.declared import DeclarationError
from extractor.criteria.package import choose, office_texts
from extractor.intake import IntakeError, Limits, PageSource, SourceFile, open_package, page_sources, sniff
from extractor.model import Declaration, Page, Result
from extractor.reading.cache import PageCache, PageKeeper
from models.calibration import Calibration, load_calibration

if TYPE_CHECKING:
    from extractor.claims.application import ReadDeclaration

Progress = Callable[[int, int, str], None]
"""Called as (pages done, pages in all, what is being read)."""
LATER_ROOMS = ("extractor.conclude", "extractor.reports.office")
"""Modules that take a while to load and are not needed before the pages are there."""


@dataclass(frozen=True)
class Settings:
    """How to read: engine name (``models.ocr.ENGINES``), processors to read with (None: all), intake limits.

    ``processes``: how many read pages side by side; None: one for each processor, as far as free memory carries them.
    ``cache``: folder or store in which read pages are kept, so that no page is read twice; None: nowhere.
    ``calibration``: what confidences mean; None: the one that ships.
    """

    engine: str = "openvino"
    threads: int | None = None
    processes: int | None = None
    limits: Limits = field(default_factory=Limits)
    cache: Path | PageKeeper | None = None
    calibration: Calibration | None = None


class Session:
    """Checks packages with one reading worker; a context manager.

    >>> with Session() as session:                                  # doctest: +SKIP
    ...     checked = session.check(Path("package"), declaration)
    ...     checked.write(Path("out"))
    """

    def __init__(self, settings: Settings | None = None) -> None:
        from extractor.reading.worker import ReadingWorker

        self._settings = settings or Settings()
        chosen = self._settings
        self._calibration = chosen.calibration or load_calibration()
        kept = chosen.cache
        self._cache: PageKeeper | None = PageCache(kept, chosen.engine) if isinstance(kept, Path) else kept
        secret = self._cache.secret if self._cache else None
        self._worker = ReadingWorker(chosen.engine, chosen.threads, secret, chosen.processes)

    def __enter__(self) -> Session:
        """Return itself."""
        self._worker.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        """Stop the worker."""
        self._worker.__exit__(kind, value, trace)

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
            pages = self._read(_sources(file, self._settings.limits), package.files, progress)
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
            seen: called with every read page, for evaluation; a result holds no page texts.

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
            pages = self._read(sources, files, progress, meanwhile=LATER_ROOMS)
            from extractor.conclude import conclude, with_seconds
            from extractor.reports.office import write_office_files

            if seen is not None:
                for page in pages:
                    seen(page)
            progress(len(pages), len(pages), "识别材料类型与字段")
            result = conclude(
                name=package.name, files=files, pages=pages, declaration=declaration, day=day,
                judging=judging, calibration=self._calibration,
            )  # fmt: skip
            result = with_seconds(result, time.monotonic() - started)
            if out is not None:
                progress(len(pages), len(pages), "生成报告")
                self._write(result, out, sources, pages)
                if result.policies:
                    supported_at = self._calibration.supported_at
                    write_office_files(result, office_texts(result, declaration, judging, supported_at=supported_at), out)
        return result

    def _read(
        self, sources: Sequence[PageSource], files: Sequence[SourceFile], progress: Progress, *, meanwhile: Sequence[str] = ()
    ) -> list[Page]:
        """The pages in order, from the cache or read. ``meanwhile``: modules to be loaded while the first pages are read."""
        pages: list[Page] = []
        progress(0, len(sources), "")
        sha = {f.index: f.sha256 for f in files}
        cache = self._cache
        known = [cache.get(s, sha[s.file]) if cache else None for s in sources]
        fresh = self._worker.read(s for s, page in zip(sources, known, strict=True) if page is None)
        for module in meanwhile:
            import_module(module)
        for source, kept in zip(sources, known, strict=True):
            page = kept or next(fresh)
            if cache and kept is None:
                cache.put(source, sha[source.file], page)
            pages.append(page)
            progress(len(pages), len(sources), f"{files[source.file].name} 第{source.page}页")
        return pages

    def _write(self, result: Result, out: Path, sources: Sequence[PageSource], pages: Sequence[Page]) -> None:
        from extractor.reports.html_report import write_html
        from extractor.reports.json_report import write_json
        from extractor.reports.xlsx_report import write_xlsx

        known = {(s.file, s.page): (s, p) for s, p in zip(sources, pages, strict=True)}

        def picture(file: int, page: int) -> bytes | None:
            pair = known.get((file, page))
            return self._worker.picture(*pair) if pair else None

        out.mkdir(parents=True, exist_ok=True)
        write_json(result, out / "result.json")
        write_xlsx(result, out / "report.xlsx")
        write_html(result, out / "report.html", picture)


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
