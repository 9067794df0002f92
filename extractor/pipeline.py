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

from extractor.claims.application import ReadDeclaration, read_application
from extractor.claims.checks import run_checks
from extractor.claims.crosscheck import cross_check
from extractor.claims.declared import DeclarationError
from extractor.claims.derive import derive_claims
from extractor.claims.summary import count_verdicts, summarise
from extractor.criteria.package import choose, judge_package, office_texts
from extractor.documents.application_form import looks_like_form
from extractor.documents.application_form_fields import COVER, SIGNED, form_entries
from extractor.documents.calibrated import calibrate
from extractor.documents.split import UNREAD, read_documents
from extractor.intake import IntakeError, Limits, PageSource, SourceFile, open_package, page_sources, sniff
from extractor.model import Declaration, Document, FileInfo, Finding, PackageInfo, Page, Result, Summary
from extractor.reading.cache import PageCache
from extractor.reading.worker import ReadingWorker
from extractor.reports.html_report import write_html
from extractor.reports.json_report import write_json
from extractor.reports.office import write_office_files
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
        leave_out: Path | None = None,
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
            leave_out: a file inside the package that is no evidence (the declaration itself).
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
                    unreadable=_unreadable(infos, pages, documents), supported_at=self._calibration.supported_at,
                )
                if declaration
                else ()
            )  # fmt: skip
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
                checks=run_checks(documents),
                summary=_summary(findings, pages),
            )
            judged = judge_package(result, declaration, judging, supported_at=self._calibration.supported_at)
            result = _concluded(result.model_copy(update={"policies": judged}), time.monotonic() - started)
            if out is not None:
                progress(len(pages), len(pages), "生成报告")
                self._write(result, out, sources, pages)
                if judged:
                    supported_at = self._calibration.supported_at
                    write_office_files(result, office_texts(result, declaration, judging, supported_at=supported_at), out)
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


def _summary(findings: Sequence[Finding], pages: Sequence[Page]) -> Summary:
    """The totals; ``_concluded`` adds the verdict."""
    return Summary(
        verdict="review",
        findings=count_verdicts(findings),
        pages=len(pages),
        pages_ocr=sum(p.source in ("ocr", "mixed") for p in pages),
        seconds=0.0,
    )


def _concluded(result: Result, seconds: float) -> Result:
    """The result with its verdict."""
    verdict = summarise(result.findings, result.checks, result.policies)
    return result.model_copy(
        update={"summary": result.summary.model_copy(update={"verdict": verdict, "seconds": round(seconds, 2)})}
    )


def is_form(path: Path) -> bool:
    """Whether a file, by its content, can only be read as an application form: DOCX, PDF or picture."""
    try:
        return sniff.sniff(path, path.name) in {sniff.DOCX, sniff.PDF, *sniff.IMAGES}
    except (IntakeError, OSError):
        return False  # the declaration's own reader says what is wrong


def _without(files: Sequence[SourceFile], *paths: Path | None) -> tuple[SourceFile, ...]:
    """The files that are evidence, numbered anew where one is taken out."""
    out = {p.resolve() for p in paths if p is not None}
    kept = [f for f in files if f.path.resolve() not in out]
    return tuple(replace(f, index=i) for i, f in enumerate(kept)) if out else tuple(files)


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


def _unreadable(files: Sequence[FileInfo], pages: Sequence[Page], documents: Sequence[Document]) -> list[str]:
    """Files, pages and papers that nobody has read, as a person would name them."""
    names = [f"《{f.name}》" for f in files if f.error]
    names += [
        f"《{files[p.file].name}》第{p.page}页" for p in pages if p.note and p.source == "blank" and files[p.file].error is None
    ]
    names += [f"《{files[d.pages[0].file].name}》第{d.pages[0].page}页 {d.title}" for d in documents if d.title.endswith(UNREAD)]
    return names
