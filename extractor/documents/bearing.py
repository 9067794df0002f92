"""Which pages must be read in full, and which can bear nothing: inside notes, contracts and other running text.

A page waits only where everything speaks for it: by itself it shows nothing of a paper, a mark or a wanted figure
(``glanced``), it belongs to the page before (running head, page number, a numbered note), and the paper it falls into
takes nothing from such pages. Anything else is read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from extractor.documents import audit_signs as signs
from extractor.documents import not_evidence
from extractor.documents.glanced import FIGURES, PAGE_NUMBER, Looks, Title, without_frame
from extractor.documents.registry import ATTACHMENT_MULTI_PAGE
from extractor.documents.split import Piece, level_only, look
from extractor.documents.statements.reader import read_statements
from extractor.documents.statements.titles import may_have_title
from extractor.model import Glance, Page
from extractor.values.chinese import squeeze
from extractor.values.line_rows import FULL, in_frame
from extractor.values.paper_words import PAPER

Place = tuple[int, int]
"""File and page (1-based)."""

STATEMENT_PAPERS = frozenset({"audit_report", "financial_statements"})
MAY_WAIT = ATTACHMENT_MULTI_PAGE | STATEMENT_PAPERS
"""Types of paper that take nothing from pages of running text. Special audits, returns, lists and forms do."""
SAME_HEAD, SAME_PLACE = 90.0, 0.03
"""Likeness (0..100) of two running heads, and how far apart on their pages they may stand (of the height)."""
NEAR = 4
"""A running head or page number is held against those of so many pages before."""
LOW, LONG = 0.5, 0.45
"""Of the page: below the former stand headings whose table may go on overleaf; none is longer than the latter."""
FRONT = 4
"""Pages at the front of a report from which its number, firm, entity and title may be taken."""

_APP = re.compile(r"扫描|创建|生成|scan|app", re.IGNORECASE)
"""What scanning apps print below every page tells nothing."""


@dataclass(frozen=True, slots=True)
class Bearing:
    """Whether a page must be read, and why (or why not), in plain Chinese.

    ``beside``: it is not the page itself that says so but its neighbours, and more may be known when those are read.
    ``tables``: of a page that may wait: figures in columns stand on it.
    """

    read: bool
    reason: str
    beside: bool = False
    tables: bool = False


# --- by looks -------------------------------------------------------------------------------------


def by_looks(seen: Sequence[Page | Glance], looks: Sequence[Looks | None]) -> list[Bearing]:
    """What each page of a package is by its looks; those that were read need no reading.

    Args:
        seen: read pages and glances at others, file by file in order.
        looks: ``looks_of`` each glance; None for pages that were read.
    """
    return [
        Bearing(False, "已读") if isinstance(x, Page) or own is None else _bearing(seen, i, own)
        for i, (x, own) in enumerate(zip(seen, looks, strict=True))
    ]


def _bearing(seen: Sequence[Page | Glance], i: int, own: Looks) -> Bearing:
    """The bearing of the glanced page ``i``."""
    page = _page(seen[i])
    before = [p for x in seen[max(0, i - NEAR) : i] if (p := _page(x)).file == page.file]
    if own.reason:
        return Bearing(True, own.reason)
    if own.opens and not own.titles and not page.seals:
        return Bearing(False, "合同的首页")
    if not before:
        return Bearing(True, "文件的首页")
    if _runs_over(before[-1]):
        return Bearing(True, "前页末尾的标题之下可能有所需数字")
    frame, heads = frame_of(page), [frame_of(p) for p in before]
    counted = frame.total is not None and frame.total == heads[-1].total and _follows(frame, heads[-1:])
    if page.seals and not (_silent(before[-1]) if own.loose else before[-1].seals or counted):
        return Bearing(True, "有印章", beside=True)
    if any(not _repeated(title, before) for title in own.titles):
        return Bearing(True, "有不明的标题行", beside=True)
    if own.loose:
        return Bearing(False, "没有材料标题的图文页，短行均已浏览")
    if not own.noted and not _follows(frame, heads):
        return Bearing(True, "看不出与前页相连", beside=True)
    return Bearing(False, "附注或正文的续页，没有标题、印章和所需数字", tables=own.tables)


def _silent(page: Page) -> bool:
    """Whether a sealed page says nothing of a paper: what follows it may be stamped all over, as brochures are."""
    level = without_frame(page)
    seen = look(level)
    short = (squeeze(x.text) for x in level.lines if x.width < LONG)
    return bool(page.seals) and not seen.cues and seen.attachment is None and not any(map(PAPER.search, short))


def _page(seen: Page | Glance) -> Page:
    return seen.page if isinstance(seen, Glance) else seen


def _runs_over(page: Page) -> bool:
    """Whether a heading low on a page may have its table, or more of it, on the next."""
    return any(line.box[1] > LOW and line.width < LONG and FIGURES.search(squeeze(line.text)) for line in page.lines)


# --- running heads and page numbers ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands above and below a page's text: running heads and feet without the page number, and that number."""

    heads: tuple[str, ...]
    number: int | None
    total: int | None = None
    """Of how many pages it is one, where that is printed (第2页 共6页)."""


def frame_of(page: Page) -> Frame:
    """The running heads and the page number of a page, by its outermost lines."""
    heads: list[str] = []
    number = total = None
    for line in page.lines:
        key = squeeze(line.text)
        if line.slant or not in_frame(line.box, prose=line.width >= FULL) or _APP.search(key):
            continue
        if match := PAGE_NUMBER.fullmatch(key):
            number, total = int(match[1]), int(match[2]) if match[2] else None
        elif len(key) >= 4:
            heads.append(key)
    return Frame(tuple(heads), number, total)


def _same(a: str, b: str) -> bool:
    """Whether two running heads are one: alike, and of the same years."""
    years = [set(re.findall(r"(?:19|20)\d{2}|二[〇○零O0].{2}年", x)) for x in (a, b)]
    return years[0] == years[1] and fuzz.ratio(a, b) >= SAME_HEAD


def _repeated(title: Title, before: Sequence[Page]) -> bool:
    """Whether a line stands at the same place on a page before: a running head. What names a paper must be small for that."""
    key = squeeze(title.line.text)
    if PAPER.search(key) and (title.large or not in_frame(title.line.box, prose=False)):
        return False
    lines = (x for p in before for x in p.lines if abs(x.cy - title.line.cy) < SAME_PLACE)
    return any(_same(key, squeeze(x.text)) for x in lines)


def _follows(frame: Frame, before: Sequence[Frame]) -> bool:
    """Whether a page goes on with one of the pages before it: numbered on, or under the same running head."""
    for back, other in enumerate(reversed(before), 1):
        if frame.number is not None and other.number is not None:
            return 1 <= frame.number - other.number <= back
    return any(_same(a, b) for a in frame.heads for b in (before[-1].heads if before else ()))


# --- by papers ------------------------------------------------------------------------------------


def by_papers(pieces: Sequence[Piece]) -> dict[Place, str]:
    """Deferred pages that must be read because of the paper in which they fall: place to reason, in plain Chinese.

    Args:
        pieces: the documents that all pages make (``split``), deferred ones among them.
    """
    found: dict[Place, str] = {}
    for n, piece in enumerate(pieces):
        waiting = [p for p in piece.pages if p.deferred]
        if not waiting:
            continue
        after = pieces[n + 1] if n + 1 < len(pieces) else None
        reason = _whole(piece)
        if reason:
            found |= {(p.file, p.page): reason for p in waiting}
            continue
        if piece.pages[0].deferred and piece.type != "contract":
            found[_place(piece.pages[0])] = "可能是一份材料的首页"
        if piece.pages[-1].deferred and after is not None and (after.guessed or after.score < 0.75):
            found[_place(piece.pages[-1])] = "与后一份材料的分界不清"
        if piece.type in STATEMENT_PAPERS:
            found |= _before_notes(piece)
    return found


def to_be_clean(pieces: Sequence[Piece]) -> set[Place]:
    """The deferred pages on which a mark would matter: one on any page of a report makes all of it a draft."""
    return {_place(p) for piece in pieces if piece.type in STATEMENT_PAPERS for p in piece.pages if p.deferred}


def _place(page: Page) -> Place:
    return page.file, page.page


def _whole(piece: Piece) -> str:
    """Why all of a paper must be read; empty where its running text can wait."""
    if piece.type not in MAY_WAIT:
        return "所属材料须通读"
    if piece.excluded:
        return "所属材料是通知一类，须通读"
    # Marks on half of its pages make a report a draft, so that those of unread pages count.
    marked = (not_evidence.excluded_reason([p]) for p in piece.pages if not p.deferred)
    if piece.type in STATEMENT_PAPERS and not_evidence.excluded_reason(piece.pages) is None and any(marked):
        return "所属材料有样本、草稿一类字样，须通读"
    return ""


def _before_notes(piece: Piece) -> dict[Place, str]:
    """Deferred pages of a report that its front, its opinion or its statements may need."""
    pages = [level_only(p) for p in piece.pages]
    index = {_place(p): i for i, p in enumerate(pages)}
    statements = read_statements(pages)
    places = {index[place] for s in statements for place in s.pages}
    first = {
        kind: min((index[s.pages[0]] for s in statements if s.kind == kind and s.pages), default=None)
        for kind in ("balance", "income")
    }
    begun = max((len(pages) if i is None else i for i in first.values()), default=len(pages))
    opinion = {index[_place(p)] for p in signs.opinion_pages(pages, (place for s in statements for place in s.pages))}
    found: dict[Place, str] = {}
    for i, page in enumerate(pages):
        if not page.deferred:
            continue
        if i <= max(begun, FRONT - 1):
            found[_place(page)] = "报表之前（或报表未齐）"
        elif i - 1 in places or may_have_title(pages[i - 1]):
            found[_place(page)] = "紧接报表"
        elif i in opinion:
            found[_place(page)] = "审计意见部分"
    return found
