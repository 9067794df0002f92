"""What all reports look up in a ``Result``: order by risk, claims by id, where evidence stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from extractor.model import (
    Check,
    Claim,
    Document,
    Evidence,
    FileInfo,
    Finding,
    PageRef,
    Result,
    Verdict,
)
from extractor.reports import labels
from extractor.reports.text import one_line


def by_risk(result: Result) -> list[Finding]:
    """All findings, the riskiest verdict first; within a verdict as declared."""
    rank = {verdict: i for i, verdict in enumerate(labels.VERDICTS)}
    return sorted(result.findings, key=lambda f: rank[f.verdict])


def counts(result: Result) -> dict[Verdict, int]:
    """How many findings have each verdict, riskiest first; verdicts without any are left out."""
    found = Counter(f.verdict for f in result.findings)
    return {verdict: found[verdict] for verdict in labels.VERDICTS if found[verdict]}


def claims_of(result: Result, finding: Finding) -> list[Claim]:
    """The claims that a finding rests on, in its order."""
    known = {claim.id: claim for claim in result.claims}
    return [known[claim_id] for claim_id in finding.claims if claim_id in known]


def file_name(result: Result, index: int) -> str:
    """The file's name on one line."""
    if 0 <= index < len(result.files):
        return one_line(result.files[index].name, 120)
    return f"文件 {index + 1}"


def place(result: Result, at: Evidence | PageRef) -> str:
    """``审计报告.pdf 第6页``."""
    return f"{file_name(result, at.file)} 第{at.page}页"


def places(result: Result, evidence: Iterable[Evidence], most: int = 3) -> str:
    """The distinct places of some evidence, at most ``most``, saying how many more there are."""
    distinct = list(dict.fromkeys(place(result, e) for e in evidence))
    rest = f" 等 {len(distinct)} 处" if len(distinct) > most else ""
    return "、".join(distinct[:most]) + rest


def page_ranges(result: Result, document: Document) -> str:
    """A document's pages, runs joined: ``扫描件.pdf 第3–6、9页``."""
    pages_by_file: dict[int, list[int]] = {}
    for ref in document.pages:
        pages_by_file.setdefault(ref.file, []).append(ref.page)
    return "；".join(f"{file_name(result, file)} 第{_runs(pages)}页" for file, pages in pages_by_file.items())


def document_title(document: Document) -> str:
    """``审计报告`` or, where the paper's own title says more, ``其他材料（厂房租赁合同）``."""
    kind = one_line(labels.document_label(document.type), 60)
    title = one_line(document.title, 60)
    return f"{kind}（{title}）" if title and title != kind else kind


def paper_at(result: Result, at: Evidence) -> str:
    """The title of the document on whose page a piece of evidence lies; empty where it is in none."""
    found = (d for d in result.documents if any((r.file, r.page) == (at.file, at.page) for r in d.pages))
    return next((document_title(d) for d in found), "")


def failed_files(result: Result) -> list[FileInfo]:
    """Files that could not be read."""
    return [f for f in result.files if f.error is not None]


def noted_files(result: Result) -> list[FileInfo]:
    """Files that were read with a remark."""
    return [f for f in result.files if f.error is None and f.note]


def checks_by_status(result: Result) -> list[Check]:
    """All checks, failures first."""
    rank = {status: i for i, status in enumerate(labels.CHECK_STATUS)}
    return sorted(result.checks, key=lambda c: rank[c.status])


def _runs(pages: list[int]) -> str:
    """``[3, 4, 5, 9]`` → ``3–5、9``."""
    runs: list[list[int]] = []
    for page in sorted(set(pages)):
        if runs and page == runs[-1][1] + 1:
            runs[-1][1] = page
        else:
            runs.append([page, page])
    return "、".join(str(a) if a == b else f"{a}–{b}" for a, b in runs)
