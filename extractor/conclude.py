"""From read pages to the whole result, without reading anything: pages → documents → claims → findings → policies.

Pure, so that a service can conclude again at once when a person corrects something.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from extractor.claims.checks import run_checks
from extractor.claims.crosscheck import cross_check
from extractor.claims.derive import derive_claims
from extractor.claims.summary import count_verdicts, summarise
from extractor.criteria.package import Judging, judge_package
from extractor.documents.fusion_tags import Tagging
from extractor.documents.split import UNREAD
from extractor.intake import NothingReadable, SourceFile
from extractor.model import Declaration, Document, FileInfo, Finding, PackageInfo, Page, Result, Summary
from extractor.review.apply import Papers, revised
from extractor.review.revisions import Revision
from models.calibration import Calibration


def conclude(
    *,
    name: str,
    files: Sequence[SourceFile],
    pages: Sequence[Page],
    declaration: Declaration | None,
    day: date,
    calibration: Calibration,
    judging: Judging | None = None,
    revisions: Sequence[Revision] = (),
    seconds: float = 0.0,
    papers: Papers | None = None,
    tagging: Tagging | None = None,
) -> Result:
    """Everything that follows from the pages of a package.

    Args:
        name: the package's name.
        files: its files, numbered from 0 in order (``SourceFile.index``).
        pages: all their read pages, file by file.
        declaration: the declared figures; None: only documents, claims and checks.
        day: the day on which things must be valid.
        calibration: what confidences mean.
        judging: the policies to judge by (``criteria.package.choose``); None: none.
        revisions: what persons corrected, oldest first; to undo one, leave it out.
        seconds: how long reading took, for the summary.
        papers: of the same pages, kept from an earlier judgement to save time; they bring their own tagging.
        tagging: the field tagger's tags on these pages, heard beside the rules; None: rules alone.

    Raises:
        NothingReadable: every file failed.
        RevisionError: what a revision corrects is not there, or its value is none for that field.
    """
    infos = file_infos(files, pages)
    if infos and all(f.error for f in infos):
        raise NothingReadable(f"没有可读取的文件：《{infos[0].name}》{infos[0].error}")
    papers = papers or Papers(pages, tagging)
    documents = revised(pages, infos, revisions, calibration, papers).documents
    claims = derive_claims(documents, declaration, day)
    findings: tuple[Finding, ...] = ()
    if declaration is not None:
        unread = _unreadable(infos, pages, documents)
        findings = cross_check(
            declaration, claims, documents, day, unreadable=unread, supported_at=calibration.supported_at
        )  # fmt: skip
    result = Result(
        package=PackageInfo(
            name=name,
            as_of=day.isoformat(),
            enterprise=declaration.name if declaration else None,
            uscc=declaration.uscc if declaration else None,
        ),
        files=infos,
        documents=documents,
        claims=claims,
        findings=findings,
        checks=run_checks(documents),
        summary=_summary(findings, pages, seconds, papers.tagging),
    )
    judged = judge_package(result, declaration, judging or Judging(), supported_at=calibration.supported_at)
    verdict = summarise(findings, result.checks, judged)
    return result.model_copy(
        update={"policies": judged, "summary": result.summary.model_copy(update={"verdict": verdict})}
    )  # fmt: skip


def _summary(findings: Sequence[Finding], pages: Sequence[Page], seconds: float, tagging: Tagging | None) -> Summary:
    """The totals; the verdict is known when the policies have been judged."""
    return Summary(
        verdict="review",
        findings=count_verdicts(findings),
        pages=len(pages),
        pages_ocr=sum(p.source in ("ocr", "mixed") for p in pages),
        seconds=round(seconds, 2),
        engines=tuple(sorted({p.engine for p in pages if p.engine})),
        models=(tagging.name,) if tagging is not None and tagging.name else (),
    )


def file_infos(files: Sequence[SourceFile], pages: Sequence[Page]) -> tuple[FileInfo, ...]:
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
        # Of pages that were read, each doubt is told once: hidden text, fonts that may lie.
        doubts = dict.fromkeys(p.note for p in mine if p.note and p.source != "blank")
        note = "；".join([*([note] if note else []), *(d for d in doubts if d and d not in (note or ""))]) or None
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
