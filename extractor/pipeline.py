"""The whole way on one screen: a package in, a checked result out.

files → pages → documents → claims → findings → reports. Each room has its own package beside
this file; read them in that order.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from types import TracebackType

from extractor.claims.checks import run_checks
from extractor.claims.crosscheck import cross_check
from extractor.claims.derive import derive_claims
from extractor.claims.summary import count_verdicts, summarise
from extractor.documents.calibrated import calibrate
from extractor.documents.split import read_documents
from extractor.intake import Limits, PageSource, SourceFile, open_package, page_sources
from extractor.model import Declaration, FileInfo, PackageInfo, Page, Result, Summary
from extractor.reading.cache import PageCache
from extractor.reading.worker import ReadingWorker
from extractor.reports.html_report import write_html
from extractor.reports.json_report import write_json
from extractor.reports.xlsx_report import write_xlsx
from models.calibration import Calibration, load_calibration

Progress = Callable[[int, int, str], None]
"""Called as (pages done, pages in all, what is being read)."""


class NothingReadable(Exception):
    """Not one file of the package could be read; the message is one line of plain Chinese."""


@dataclass(frozen=True)
class Settings:
    """How to read: engine name (``models.ocr.ENGINES``), its threads (None: all cores), intake limits.

    ``cache``: folder in which read pages are kept, so that no page is read twice; None: nowhere.
    ``calibration``: what confidences mean; None: the one that ships.
    """

    engine: str = "openvino"
    threads: int | None = None
    limits: Limits = field(default_factory=Limits)
    cache: Path | None = None
    calibration: Calibration | None = None


class Session:
    """Checks packages with one reading worker; a context manager.

    >>> with Session() as session:                                  # doctest: +SKIP
    ...     checked = session.check(Path("package"), declaration)
    ...     checked.write(Path("out"))
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self._settings = settings or Settings()
        chosen = self._settings
        self._calibration = chosen.calibration or load_calibration()
        self._cache = PageCache(chosen.cache, chosen.engine) if chosen.cache is not None else None
        self._worker = ReadingWorker(chosen.engine, chosen.threads, self._cache.secret if self._cache else None)

    def __enter__(self) -> Session:
        """Return itself."""
        self._worker.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        """Stop the worker."""
        self._worker.__exit__(kind, value, trace)

    def peak_rss(self) -> int:
        """Peak memory of the reading worker, in bytes."""
        return self._worker.peak_rss()

    def check(
        self,
        path: Path,
        declaration: Declaration | None,
        *,
        as_of: date | None = None,
        out: Path | None = None,
        leave_out: Path | None = None,
        progress: Progress = lambda done, total, what: None,
        seen: Callable[[Page], None] | None = None,
    ) -> Result:
        """Read a package and hold the declared figures against it.

        Args:
            path: folder, ZIP or single file.
            declaration: the declared figures; None only reads.
            as_of: the day on which things must be valid, where there is no declaration; today if None.
            out: where to write ``result.json``, ``report.html``, ``report.xlsx``; None: nowhere.
            leave_out: a file inside the package that is no evidence (the declaration itself).
            progress: see ``Progress``.
            seen: called with every read page, for evaluation; a result holds no page texts.

        Raises:
            PackageNotFound, EmptyFile: there is nothing at ``path``.
            NothingReadable: every file of it failed.
            CacheError: the cache folder cannot be written.
        """
        started = time.monotonic()
        limits = self._settings.limits
        day = date.fromisoformat(declaration.as_of) if declaration else as_of or date.today()
        with open_package(path, limits) as package:
            files = _without(package.files, leave_out)
            sources = [s for f in files for s in _sources(f, limits)]
            pages = self._read(sources, files, progress)
            if seen is not None:
                for page in pages:
                    seen(page)
            infos = _file_infos(files, pages)
            if infos and all(f.error for f in infos):
                raise NothingReadable(f"没有可读取的文件：《{infos[0].name}》{infos[0].error}")
            progress(len(pages), len(pages), "识别材料类型与字段")
            documents = calibrate(read_documents(pages, [f.name for f in files]), self._calibration)
            claims = derive_claims(documents, declaration, day)
            findings = (
                cross_check(
                    declaration, claims, documents, day,
                    unreadable=_unreadable(infos, pages), supported_at=self._calibration.supported_at,
                )
                if declaration
                else ()
            )  # fmt: skip
            checks = run_checks(documents)
            result = Result(
                package=PackageInfo(
                    name=package.name,
                    as_of=day.isoformat(),
                    enterprise=declaration.name if declaration else None,
                    uscc=declaration.uscc if declaration else None,
                ),
                files=infos,
                documents=documents,
                claims=claims,
                findings=findings,
                checks=checks,
                summary=Summary(
                    verdict=summarise(findings, checks),
                    findings=count_verdicts(findings),
                    pages=len(pages),
                    pages_ocr=sum(p.source in ("ocr", "mixed") for p in pages),
                    seconds=round(time.monotonic() - started, 2),
                ),
            )
            if out is not None:
                progress(len(pages), len(pages), "生成报告")
                self._write(result, out, sources, pages)
        return result

    def _read(self, sources: Sequence[PageSource], files: Sequence[SourceFile], progress: Progress) -> list[Page]:
        pages: list[Page] = []
        progress(0, len(sources), "")
        sha = {f.index: f.sha256 for f in files}
        cache = self._cache
        known = [cache.get(s, sha[s.file]) if cache else None for s in sources]
        fresh = self._worker.read(s for s, page in zip(sources, known, strict=True) if page is None)
        for source, kept in zip(sources, known, strict=True):
            page = kept or next(fresh)
            if cache and kept is None:
                cache.put(source, sha[source.file], page)
            pages.append(page)
            progress(len(pages), len(sources), f"{files[source.file].name} 第{source.page}页")
        return pages

    def _write(self, result: Result, out: Path, sources: Sequence[PageSource], pages: Sequence[Page]) -> None:
        known = {(s.file, s.page): (s, p) for s, p in zip(sources, pages, strict=True)}

        def picture(file: int, page: int) -> bytes | None:
            pair = known.get((file, page))
            return self._worker.picture(*pair) if pair else None

        out.mkdir(parents=True, exist_ok=True)
        write_json(result, out / "result.json")
        write_xlsx(result, out / "report.xlsx")
        write_html(result, out / "report.html", picture)


def _without(files: Sequence[SourceFile], path: Path | None) -> tuple[SourceFile, ...]:
    if path is None:
        return tuple(files)
    kept = [f for f in files if f.path.resolve() != path.resolve()]
    return tuple(replace(f, index=i) for i, f in enumerate(kept))


def _sources(file: SourceFile, limits: Limits) -> list[PageSource]:
    return list(page_sources(file, limits))


def _file_infos(files: Sequence[SourceFile], pages: Sequence[Page]) -> tuple[FileInfo, ...]:
    """Files as reported; one whose every page failed carries the first page's reason."""
    out = []
    for f in files:
        mine = [p for p in pages if p.file == f.index]
        failed = [p for p in mine if p.note and p.source == "blank"]
        error, note = f.error, f.note
        if mine and len(failed) == len(mine):
            error = failed[0].note
        elif failed:
            some = "、".join(f"第{p.page}页" for p in failed[:5])
            note = "；".join(x for x in (note, f"{some}等{len(failed)}页未能读取：{failed[0].note}") if x)
        out.append(FileInfo(name=f.name, sha256=f.sha256, media_type=f.media_type, pages=f.pages, error=error, note=note))
    return tuple(out)


def _unreadable(files: Sequence[FileInfo], pages: Sequence[Page]) -> list[str]:
    """Files and pages that nobody has read, as a person would name them."""
    names = [f"《{f.name}》" for f in files if f.error]
    names += [
        f"《{files[p.file].name}》第{p.page}页" for p in pages if p.note and p.source == "blank" and files[p.file].error is None
    ]
    return names
