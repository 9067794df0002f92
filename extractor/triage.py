"""Reading less without losing a claim: look at all pages, read those that may bear something, conclude, read what is still open.

A page waits only where nothing on it can matter (``documents.bearing``); whatever the findings leave open for want of
such a page is read after all, until nothing is open. Pure: looking, reading and concluding are given as callables.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from extractor.documents.bearing import Bearing, Place, by_looks, by_papers, to_be_clean
from extractor.documents.glanced import looks_of, opens_contract, without_frame
from extractor.documents.split import look, split
from extractor.model import Document, Field, Finding, Glance, Page, Result, Verdict
from extractor.values.chinese import squeeze
from extractor.values.mark_words import is_draft_mark
from extractor.values.paper_words import UNCLEAR

Read = Callable[[Sequence[int]], Iterable[Page]]
"""Reads the pages with these indexes in full, in this order."""
Marks = Callable[[Sequence[tuple[int, Page]]], Iterable[Page]]
"""Adds the marks across them (``reading.glance.with_marks``) to glanced pages, given with their indexes."""
Conclude = Callable[[Sequence[Page]], Result]

_NEEDED = ("entity", "opinion", "fiscal_year", "revenue", "total_assets")
"""A report of which one of these is missing was not understood: all of it is read."""
_NUMBER = r"(?:附?注?释?[\d一二三四五六七八九十()（）、.．]{0,9})"
_FROM_NOTES = (
    (
        "main_revenue",
        re.compile(_NUMBER + r"(?:主营业务|营业总?)收入(?:[和及、与/](?:主营业务|营业)?总?成本)?(?:情况|明细){0,2}:?"),
    ),
    ("rd_expense", re.compile(_NUMBER + r"(?:研发|研究开发|研究与开发)费用?(?:情况|明细){0,2}:?")),
)
"""Figures that notes may show, and the heading of the note."""


@dataclass(frozen=True)
class Outcome:
    """What came of it: all pages (some deferred), the result, why each page was read or not, and how often it was concluded."""

    pages: tuple[Page, ...]
    result: Result
    bearings: tuple[Bearing, ...]
    rounds: int

    @property
    def deferred(self) -> tuple[Place, ...]:
        """The pages that were only looked at."""
        return tuple((p.file, p.page) for p in self.pages if p.deferred)


def promising(first: Page | Glance) -> bool:
    """Whether, by its first page, pages of a file are worth looking at.

    Contracts, brochures and what nothing is known of are; not so what is read through or is mostly front and statements:
    reports, lists, forms and certificates, which say so on their first page. A glance that leaves it open says no.
    """
    if isinstance(first, Glance):
        return first.doubt == UNCLEAR or not looks_of(first).reason
    if first.note or first.source != "ocr":
        return not first.note
    seen = look(first)
    return opens_contract(first) or (not seen.cues and seen.attachment is None)


def settle(
    seen: Sequence[Page | Glance],
    read: Read,
    conclude: Conclude,
    names: Sequence[str] = (),
    *,
    marks: Marks | None = None,
) -> Outcome:
    """Read as few of the glanced pages as the result needs.

    Args:
        seen: read pages and glances at the others, file by file in order.
        read: reads pages by their index in ``seen``.
        conclude: everything that follows from pages; asked again whenever more were read.
        names: file names by file index (``documents.split``).
        marks: looks for marks on glanced pages; None: pages that may have one where it matters are read.
    """
    desk = _Desk(seen, read, marks, names)
    desk.by_looks()
    rounds = 0
    while True:
        desk.by_papers()
        rounds += 1
        result = conclude(desk.pages)
        wanted = still_open(result, desk.pages, {p for p, b in desk.bearings.items() if b.tables})
        if not wanted:
            return Outcome(tuple(desk.pages), result, tuple(desk.bearings.values()), rounds)
        desk.fetch(wanted)


class _Desk:
    """The pages as they are known so far, and why each was read or not."""

    def __init__(self, seen: Sequence[Page | Glance], read: Read, marks: Marks | None, names: Sequence[str]) -> None:
        self._seen = list(seen)
        self._looks = [looks_of(x) if isinstance(x, Glance) else None for x in seen]
        self._marked = {(x.page.file, x.page.page) for x in seen if isinstance(x, Glance) and x.marked}
        self._read, self._marks = read, marks
        self._names = names
        self.pages = [x.page if isinstance(x, Glance) else x for x in seen]
        self._index = {(p.file, p.page): i for i, p in enumerate(self.pages)}
        self.bearings: dict[Place, Bearing] = {}
        self._changed: set[int] = set()
        """Files of which pages were read since they were last split."""

    def by_looks(self) -> None:
        """Read what must be read by its looks: first the pages that say so themselves, as others are judged beside them."""
        while True:
            found = dict(zip(self._index, by_looks(self._seen, self._looks), strict=True))
            self.bearings = found | {p: b for p, b in self.bearings.items() if b.read}
            wanted = {p: b for p, b in found.items() if b.read}
            own = {p: b for p, b in wanted.items() if not b.beside}
            if not wanted:
                break
            self._fetch(own or wanted)
        # Running heads have said what they can; where little else was read they would be taken for titles.
        loose = {(x.page.file, x.page.page) for x in self._seen if isinstance(x, Glance) and x.loose}
        self.pages = [without_frame(p) if p.deferred and (p.file, p.page) not in loose else p for p in self.pages]
        self._changed = {p.file for p in self.pages if p.deferred}

    def by_papers(self) -> None:
        """Read what must be read for the paper that it falls into. Papers run over two files only as single photos."""
        while self._changed:
            files, self._changed = self._changed, set()
            wanted: dict[Place, str] = {}
            clean: set[Place] = set()
            for file in sorted(files):
                mine = [p for p in self.pages if p.file == file]
                if any(p.deferred for p in mine):
                    pieces = split(mine, self._names)
                    asked = by_papers(pieces)
                    wanted |= asked
                    clean |= set() if asked else to_be_clean(pieces) & self._marked
            # All files' pages at once: processes that read side by side then have enough to do.
            self.fetch(wanted)
            self._clean(clean)

    def _clean(self, places: set[Place]) -> None:
        """Look for marks on these pages; read those that have one that matters."""
        self._marked -= places
        order = sorted(self._index[place] for place in places)
        if self._marks is None:
            self.fetch(dict.fromkeys(places, "可能有大字标记"))
            return
        for i, page in zip(order, self._marks([(i, self.pages[i]) for i in order]), strict=True):
            self.pages[i] = page
            if not page.deferred:  # the search failed, and with it the page
                self._put(i, page, Bearing(True, "未能查找大字标记"))
        self.fetch({(p.file, p.page): "有大字标记" for p in (self.pages[i] for i in order) if p.deferred and _marked(p)})

    def fetch(self, wanted: dict[Place, str]) -> None:
        """Read further pages, for these reasons."""
        self._fetch({place: Bearing(True, reason) for place, reason in wanted.items()})

    def _fetch(self, wanted: dict[Place, Bearing]) -> None:
        if not wanted:
            return
        order = sorted((self._index[place], bearing) for place, bearing in wanted.items())
        for (i, bearing), page in zip(order, self._read([i for i, _ in order]), strict=True):
            self._put(i, page, bearing)

    def _put(self, i: int, page: Page, bearing: Bearing) -> None:
        """Page ``i`` as it was read."""
        self._seen[i] = self.pages[i] = page
        self._looks[i] = None
        self.bearings[page.file, page.page] = bearing
        self._changed.add(page.file)


def _marked(page: Page) -> bool:
    """Whether a mark across a page says sample or draft."""
    return any(line.slant and is_draft_mark(line.text) for line in page.lines)


def still_open(result: Result, pages: Sequence[Page], tables: set[Place]) -> dict[Place, str]:
    """Deferred pages that could change what was concluded: place to reason, in plain Chinese.

    Args:
        result: concluded from ``pages``.
        pages: all pages, some deferred.
        tables: deferred pages with figures in columns.
    """
    known = {(p.file, p.page): p for p in pages}
    found: dict[Place, str] = {}
    for document in result.documents:
        own = {(r.file, r.page): known[r.file, r.page] for r in document.pages}
        waiting = {place for place, p in own.items() if p.deferred}
        if not waiting or document.type != "audit_report" or document.excluded is not None:
            continue
        if any(_missing(document.fields.get(key)) for key in _NEEDED) or _no_unit(document):
            found |= dict.fromkeys(waiting, "报告的要素未读全")
            continue
        for key, heading in _FROM_NOTES:
            if _open(document, key, sum(_heads(p, heading) for p in _notes(document, own) if not p.deferred)):
                found |= dict.fromkeys(waiting & tables, "附注中可能有未读到的数字")
    return found


def _missing(field: Field | None) -> bool:
    return field is None or field.value is None


def _no_unit(document: Document) -> bool:
    """Whether the statements print no unit: the notes may state one."""
    unit = document.fields.get("statement_unit")
    return unit is None or unit.method == "assumed"


def _open(document: Document, key: str, headed: int) -> bool:
    """Whether a note that was not read might show or confirm a figure; ``headed``: pages read that such a note heads."""
    scopes = [document.fields, document.secondary] if "revenue" in document.secondary else [document.fields]
    if headed >= len(scopes):
        return False
    return any(_unsure(rows.get(key)) for rows in scopes)


def _notes(document: Document, own: dict[Place, Page]) -> list[Page]:
    """The pages of a report behind its statements."""
    rows = (f for f in document.fields.values() if f.method == "statement_row")
    last = max((e.file, e.page) for f in rows for e in f.evidence)
    return [p for place, p in own.items() if place > last]


def _unsure(field: Field | None) -> bool:
    """Whether a figure is missing, or in some period not borne out by any sum."""
    if field is None or field.value is None:
        return True
    return any(f.gate != "ok" for f in (field.periods or {"": field}).values())


def _heads(page: Page, heading: re.Pattern[str]) -> bool:
    """Whether a line of a page is the heading of a note."""
    return any(heading.fullmatch(squeeze(line.text)) for line in page.lines)


# --- telling --------------------------------------------------------------------------------------


def with_deferred(result: Result, pages: Sequence[Page]) -> Result:
    """The result saying how many pages were only looked at, also where a finding rests on something not being there."""
    count = sum(p.deferred for p in pages)
    if not count:
        return result
    told = f"（另有 {count} 页附注、合同等正文只浏览了标题，未逐字识别）"
    findings = tuple(f.model_copy(update={"reason": f.reason + told}) if _by_absence(f) else f for f in result.findings)
    read = result.summary.pages_ocr - count
    summary = result.summary.model_copy(update={"pages_deferred": count, "pages_ocr": read})
    return result.model_copy(update={"findings": findings, "summary": summary})


def _by_absence(finding: Finding) -> bool:
    return finding.verdict in (Verdict.MISSING, Verdict.WRONG_ENTITY, Verdict.EXPIRED)
