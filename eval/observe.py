"""Run the product over a labelled corpus, each package once, and write down what it did as records.

Nothing here judges more than a single thing at a time; rates and intervals are ``eval.metrics``'s.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from corpora.format import Corpus, CorpusError, Label, LabelledDocument, TextLine
from corpora.split import groups
from eval.documents import is_evidence, match
from eval.fields import Context, claim_record, field_records, statement_claims, statement_records
from eval.pages import page_records
from eval.records import (
    DocumentRecord,
    FindingRecord,
    PackageRecord,
    Record,
    Records,
    RunInfo,
    Spot,
)
from extractor.claims.declared import load_declaration
from extractor.intake import IntakeError, NothingReadable
from extractor.intake.names import printable
from extractor.model import Document, Finding, Page, PageRef, Result
from extractor.pipeline import Session

ABSENT = "absent"
"""Given for a labelled finding that the product did not give."""
BLANK = "blank"
"""The label of an empty page: nothing to judge."""
_LINES: TypeAdapter[list[TextLine]] = TypeAdapter(list[TextLine])


@dataclass(frozen=True, slots=True)
class Unit:
    """What is checked at once: a package with the labelled files in it, or a single labelled file.

    ``cluster``: whose papers these are; papers of one enterprise are never taken for independent.
    """

    path: str
    label: Label | None
    files: tuple[Label, ...]
    cluster: str = ""


@dataclass(slots=True)
class Seen:
    """What one check showed; ``result`` None: it failed, ``failed`` says why."""

    result: Result | None = None
    failed: str | None = None
    pages: dict[tuple[int, int], Page] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def names(self) -> list[str]:
        """File names by index."""
        return [f.name for f in self.result.files] if self.result is not None else []


def units(corpus: Corpus) -> list[Unit]:
    """The checks that a corpus asks for, in the order of its labels; a file in a labelled package is read with it."""
    packages = [(f"{str(label.package).rstrip('/')}/", label) for label in corpus.packages]
    inside: dict[str, list[Label]] = {prefix: [] for prefix, _ in packages}
    found: list[Unit] = []
    for label, cluster in zip(corpus.labels, groups(corpus.labels), strict=True):
        if label.file is None:
            found.append(Unit(str(label.package), label, (), cluster))
            continue
        home = next((prefix for prefix, _ in packages if label.file.startswith(prefix)), None)
        if home is not None:
            inside[home].append(label)
        elif label.documents is not None:
            found.append(Unit(label.file, None, (label,), cluster))
    return [replace(u, files=tuple(inside[f"{u.path.rstrip('/')}/"])) if u.label else u for u in found]


def observe(
    corpus: Corpus,
    session: Session,
    progress: Callable[[int, int, str], None] = lambda done, total, what: None,
    *,
    run: RunInfo | None = None,
    limit: int | None = None,
) -> Records:
    """Check every unit of a corpus and record what came of it.

    Args:
        corpus: the loaded corpus (or the part of it that is to be measured).
        session: reads and checks; its worker's peak memory is recorded.
        progress: called as (units done, units in all, what is read next).
        run: what is known of the run beforehand.
        limit: at most so many packages and single files.

    Raises:
        DeclarationError: a declaration of the corpus cannot be read.
        CorpusError: a file of true text cannot be read.
    """
    started = time.monotonic()
    records = Records()
    todo = units(corpus)[:limit]
    for n, unit in enumerate(todo):
        progress(n, len(todo), unit.path)
        records.extend(_observe_unit(corpus.root, unit, _check(corpus.root, unit, session)))
    progress(len(todo), len(todo), "")
    known = run or RunInfo()
    records.run = known.model_copy(
        update={
            "corpus": corpus.info.name,
            "seed": corpus.info.seed,
            "seconds": round(time.monotonic() - started, 2),
            "pages": sum(p.pages for p in records.packages),
            "peak_rss": _peak_rss(session),
        }
    )
    return records


def _peak_rss(session: Session) -> int:
    """Peak memory of the reading process in bytes; 0 where it is not known, which must not lose the whole run."""
    try:
        return session.peak_rss()
    except BrokenProcessPool:
        return 0


def _check(root: Path, unit: Unit, session: Session) -> Seen:
    seen = Seen()

    def keep(page: Page) -> None:
        seen.pages[page.file, page.page] = page

    declared = root / unit.label.declared if unit.label is not None and unit.label.declared else None
    declaration = load_declaration(declared, default_as_of=date.today()) if declared else None
    started = time.monotonic()
    try:
        seen.result = session.check(root / unit.path, declaration, leave_out=declared, seen=keep)
    except (IntakeError, NothingReadable) as error:
        seen.failed = " ".join(str(getattr(error, "message", error)).split())
    seen.seconds = time.monotonic() - started
    return seen


def _observe_unit(root: Path, unit: Unit, seen: Seen) -> Iterator[Record]:
    summary = seen.result.summary if seen.result is not None else None
    common = _common(unit, unit.label)
    yield PackageRecord(
        **common,
        pages=summary.pages if summary else len(seen.pages),
        pages_ocr=summary.pages_ocr if summary else 0,
        seconds=round(seen.seconds, 3),
        failed=seen.failed,
    )
    for label in unit.files:
        yield from _observe_file(root, unit, label, seen)
    if unit.label is not None:
        yield from _findings(unit.label, seen, common)


def _common(unit: Unit, label: Label | None) -> dict[str, Any]:
    """What the records of a label share. A package without a difficulty of its own has that of its files, if they agree."""
    difficulty = label.difficulty if label else None
    if difficulty is None and unit.files:
        among = {f.difficulty for f in unit.files}
        difficulty = among.pop() if len(among) == 1 else None
    held_out = label is unit.label and any(d.held_out for f in unit.files for d in f.documents or ())
    return {
        "package": unit.path,
        "file": "",
        "cluster": unit.cluster or unit.path,
        "difficulty": difficulty or "",
        "held_out": held_out,
    }


# --- files -----------------------------------------------------------------


def _observe_file(root: Path, unit: Unit, label: Label, seen: Seen) -> Iterator[Record]:
    name = _name_inside(unit, label)
    index = _index(name, seen.names, alone=unit.label is None)
    labelled = [d for d in label.documents or () if d.type != BLANK]
    read = _of_file(seen.result.documents, index) if seen.result is not None else []
    claims = seen.result.claims if seen.result is not None else ()
    shown = seen.names[index] if index is not None and 0 <= index < len(seen.names) else name
    common = {**_common(unit, label), "file": shown}
    pairs, extra = match(labelled, read)
    for document_label, document in zip(labelled, pairs, strict=True):
        own = {**common, "layout": document_label.layout, "held_out": document_label.held_out}
        where = Context(own, index if index is not None else 0, seen.pages, seen.names or [name])
        yield _document_record(document_label, document, read, own)
        if document_label.excluded:
            continue  # what stands on a specimen or a notice is never used
        yield from field_records(document_label, document, where)
        yield from statement_records(document_label, document, claims, where)
    for document in extra:
        if not is_evidence(document):
            continue
        yield DocumentRecord(
            **common, expected=None, got=document.type, title=document.title, confidence=document.confidence, right=False,
            spot=Spot(file=shown, page=document.pages[0].page, box=(0.0, 0.0, 1.0, 1.0)),
        )  # fmt: skip
        for claim in statement_claims(document, claims):
            if claim.value is not None:
                yield claim_record(document.type, claim.metric, claim.period, None, claim, common)
    yield from page_records(labelled, _true_lines(root, label), _pages_of(seen.pages, index), read, seen.result, common)


def _document_record(
    label: LabelledDocument, document: Document | None, read: Sequence[Document], common: dict[str, Any]
) -> DocumentRecord:
    pages = label.pages or [1]
    near = document or next((d for d in read if {p.page for p in d.pages} & set(pages)), None)
    return DocumentRecord(
        **common,
        expected=label.type,
        got=near.type if near is not None else None,
        title=near.title if near is not None else "",
        confidence=near.confidence if near is not None else 0.0,
        right=document is not None,
        spot=Spot(file=common["file"], page=pages[0], box=(0.0, 0.0, 1.0, 1.0)),
    )


def _name_inside(unit: Unit, label: Label) -> str:
    """The labelled file's name inside the package, as intake writes it."""
    path = str(label.file)
    inside = path.removeprefix(f"{unit.path.rstrip('/')}/") if unit.label is not None else Path(path).name
    return printable(inside)


def _index(name: str, names: Sequence[str], *, alone: bool) -> int | None:
    """The file's index; None: a container checked alone, whose labels name no file; -1: a file that is not there."""
    if alone:
        return 0 if len(names) <= 1 else None
    return names.index(name) if name in names else -1


def _of_file(documents: Sequence[Document], index: int | None) -> list[Document]:
    """The documents on a file's pages, cut down to these; with None all of them."""
    if index is None:
        return list(documents)
    found = []
    for document in documents:
        mine: tuple[PageRef, ...] = tuple(p for p in document.pages if p.file == index)
        if mine:
            found.append(document.model_copy(update={"pages": mine}))
    return found


def _pages_of(pages: dict[tuple[int, int], Page], index: int | None) -> dict[int, Page]:
    """A file's pages by number; nothing for a container of several files, whose labels name no file."""
    return {number: page for (file, number), page in pages.items() if index is not None and file == index}


def _true_lines(root: Path, label: Label) -> list[TextLine]:
    if label.text is None:
        return []
    try:
        return _LINES.validate_json((root / label.text).read_bytes())
    except (OSError, ValidationError, json.JSONDecodeError) as error:
        raise CorpusError(f"语料中 {label.file} 的文本标注 {label.text} 读不到或不合格式，请重新生成语料") from error


# --- findings --------------------------------------------------------------


def _findings(label: Label, seen: Seen, common: dict[str, Any]) -> Iterator[FindingRecord]:
    given = {(f.metric, f.period): f for f in seen.result.findings} if seen.result is not None else {}
    for want in label.findings or ():
        finding = given.get((want.metric, want.period))
        base = {**common, "metric": want.metric, "period": want.period, "expected": want.verdict.value, "planted": want.planted}
        if finding is None or seen.result is None:
            yield FindingRecord(**base, got=ABSENT, reason=seen.failed or "")
            continue
        yield FindingRecord(
            **base,
            got=finding.verdict.value,
            confidence=finding.confidence,
            declared=f"{finding.declared.value} {finding.declared.unit}".strip(),
            evidenced="" if finding.evidenced is None else str(finding.evidenced),
            reason=finding.reason,
            spot=_evidence_spot(seen.result, finding),
        )


def _evidence_spot(result: Result, finding: Finding) -> Spot | None:
    claims = {c.id: c for c in result.claims}
    for ident in finding.claims:
        for e in claims[ident].evidence if ident in claims else ():
            return Spot(file=result.files[e.file].name, page=e.page, box=e.box)
    return None
