"""Pages become documents: classify each page, open and continue documents, then read their fields.

Wherever the boundaries fall: one scan holding everything, one photo per page, two certificates
on one page, blank backs. What fits no type is named by the nearest attachment type or ``other``.
"""

from __future__ import annotations

import logging
import math
import os
import re
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal

from extractor.documents import not_evidence
from extractor.documents.audit_report import is_firm_attachment
from extractor.documents.base import Continues, Cue, DocumentType, Extraction, OpensNew
from extractor.documents.fusion import fused, is_heard, with_doubted_rows
from extractor.documents.fusion_tags import Tagging
from extractor.documents.lapse_notice import notice_fields, untitled_notice
from extractor.documents.regions import split_page
from extractor.documents.registry import ATTACHMENT_MULTI_PAGE, STATEMENT_FAMILY, TYPES
from extractor.documents.rows import Same, fold, rows
from extractor.documents.second_opinion import GUESSED, borne_out, guessed_type
from extractor.model import Box, Document, Line, Page, PageRef
from extractor.values.chinese import squeeze

LOG = logging.getLogger(__name__)
UNREAD = "（程序出错，字段未能读出）"
"""Ends the title of a document whose fields could not be read because of a mistake in the program."""
SURE = 0.5
FORMS = re.compile(r"年度检查报告|年检报告|年度工作报告|年度报告摘要|申报书|申请书|(?<!纳税)申报表|申请表|自评表")
"""Forms that hold statements of their own filling in: such pages belong to the form."""
_TILT_SPREAD = 9.0
_TILT_MOST = 35.0
_TILT_SHARE = 0.7
FRONT_ROWS = 15
"""A cue-less page with fewer rows before a report is its cover or a separator."""
_WITH_COVER = STATEMENT_FAMILY | {"tax_return", "application_form"}
_NO_FRONT = re.compile(r"证书|此证|许可证|执照|专利|商标|有效期")
"""On a certificate whose title was not read, never on a cover."""
_OWN_PAGE = 0.85
"""A page that belongs to a type this surely is not taken by a document of another type."""
_ANNEX = re.compile(r"(?:附[件页表录]|续[页表])(?:[一二三四五六七八九十\d]{1,2}|\(.{0,12}\))?$|^附[件页表录]|annex|appendix")


PartKey = tuple[int, int, int]
"""File, page (1-based) and which paper of that page (0-based; a page may hold two certificates)."""


@dataclass(frozen=True, slots=True)
class Forced:
    """What a person said of the paper that stands at one place.

    ``opens``: it begins a document (True), continues the one before it (False), or the page decides (None).
    ``type``: the type of the document that begins there; None: its pages decide.
    """

    opens: bool | None = None
    type: str | None = None


@dataclass(slots=True)
class Piece:
    """A document being put together."""

    type: str
    score: float
    title: str = ""
    number: str = ""
    pages: list[Page] = field(default_factory=list)
    body: bool = False
    """Whether an ``inside`` page has been seen: the next cover opens another report."""
    excluded: str | None = None
    guessed: bool = False
    """No page of it had a cue."""
    forced: bool = False
    """A person said that it begins where it does."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What one page shows: its best cue per type and its attachment type."""

    page: Page
    cues: dict[str, Cue]
    attachment: not_evidence.Attachment | None

    def best(self, role: Literal["start", "inside"] | None = None) -> tuple[str, Cue] | None:
        """The surest type (and its cue), of one role or any."""
        fitting = [(t, c) for t, c in self.cues.items() if c.score >= SURE and role in (None, c.role)]
        return max(fitting, key=lambda x: x[1].score, default=None)


def level_only(page: Page) -> Page:
    """The page without slanted lines (watermarks, seals), which disturb labels and rows."""
    if not any(line.slant for line in page.lines):
        return page
    return page.model_copy(update={"lines": tuple(line for line in page.lines if not line.slant)})


def tilted(page: Page) -> float:
    """Degrees by which nearly all text of a page is slanted (a photo that could not be set upright); 0 for other pages."""
    slants = sorted((line.slant, len(line.text)) for line in page.lines)
    half, count = sum(n for _, n in slants) / 2, 0
    middle = 0.0
    for slant, n in slants:
        count += n
        if count >= half:
            middle = slant
            break
    close = sum(n for slant, n in slants if abs(slant - middle) <= _TILT_SPREAD)
    return middle if middle and abs(middle) <= _TILT_MOST and close >= _TILT_SHARE * 2 * half else 0.0


def _turned(page: Page, degrees: float) -> Page:
    """A tilted page with its lines set level: good for what the page is, its boxes are not those of the picture."""
    angle, wide, high = math.radians(degrees), page.width, page.height
    cos, sin = math.cos(angle), math.sin(angle)

    def level(line: Line) -> Line:
        x, y = line.cx * wide, line.cy * high
        across, down = line.width * wide, line.height * high
        lean, up = abs(sin), cos
        long = (across * up - down * lean) / (up * up - lean * lean)
        thick = max((down * up - across * lean) / (up * up - lean * lean), 0.3 * across / max(1, len(line.text)))
        cx, cy = (x * cos + y * sin) / wide, (y * cos - x * sin) / high
        box: Box = (cx - long / 2 / wide, cy - thick / 2 / high, cx + long / 2 / wide, cy + thick / 2 / high)
        return line.model_copy(update={"box": box, "spans": (), "slant": 0.0})

    kept = [level(x) for x in page.lines if abs(x.slant - degrees) <= _TILT_SPREAD]
    return page.model_copy(update={"lines": tuple(sorted(kept, key=lambda x: (round(x.box[1], 2), x.box[0])))})


def look(page: Page) -> Seen:
    """Ask every type about a page; kept for the last pages, as a package is put together several times."""
    return _look(Same(page))


@lru_cache(maxsize=512)
def _look(same: Same) -> Seen:
    page = same.page
    tilt = tilted(page)
    level = _turned(page, tilt) if tilt else level_only(page)
    cues = {name: cue for name, t in TYPES.items() if (cue := t.cue(level)) is not None}
    note = not_evidence.attachment_type(level) or (untitled_notice(level) if not cues else None)
    return Seen(page, cues, note)


def split(pages: Sequence[Page], names: Sequence[str] = (), forced: Mapping[PartKey, Forced] | None = None) -> list[Piece]:
    """Put pages together to documents, in package order.

    Args:
        pages: all read pages of the package, file by file.
        names: file names by file index; photos named alike (``审计报告_01.jpg``) may continue each other.
        forced: what persons said of single places; places that no page has are left out of account.
    """
    said = forced or {}
    pieces: list[Piece] = []
    current: Piece | None = None
    for page in pages:
        if page.source == "blank":
            continue
        for n, part in enumerate(split_page(page)):
            part = part.model_copy(update={"part": n}) if n else part
            word = said.get((part.file, part.page, n), Forced())
            if word.opens is False and pieces:
                current = pieces[-1]
                current.pages.append(part)
            elif word.opens:
                current = _open_forced(look(part), word.type, pieces)
            else:
                if current is not None and not _may_continue(current, part, names):
                    current = None
                current = _place(look(part), current, pieces)
    return [_retyped(piece, said) for piece in _with_fronts(pieces)] if said else _with_fronts(pieces)


def _open_forced(seen: Seen, kind: str | None, pieces: list[Piece]) -> Piece:
    """A document that a person opened, of a type that the person or the page itself gives."""
    piece = _place(seen, None, pieces)
    if kind is not None and kind != piece.type:
        cue = seen.cues.get(kind)
        pieces[-1] = piece = Piece(kind, 1.0, cue.title if cue else "", cue.number if cue else "", pages=piece.pages)
    piece.forced = True
    return piece


def _retyped(piece: Piece, said: Mapping[PartKey, Forced]) -> Piece:
    """The piece with the type that a person gave the document beginning at its first page; its pages stay."""
    kind = said.get(first_place(piece.pages), Forced()).type
    if kind is None:
        return piece
    cue = look(piece.pages[0]).cues.get(kind)
    title = piece.title if kind == piece.type or cue is None else cue.title
    return replace(piece, type=kind, score=1.0, title=title)


def first_place(pages: Sequence[Page]) -> PartKey:
    """Where a document begins."""
    page = pages[0]
    return (page.file, page.page, page.part)


def _place(seen: Seen, current: Piece | None, pieces: list[Piece]) -> Piece:
    """Add a page to the current document or open a new one; returns the one that is current then."""
    page = seen.page
    if current is not None and current.type in STATEMENT_FAMILY and is_firm_attachment(level_only(page)):
        current.pages.append(page)
        return current
    note = seen.attachment
    start = seen.best("start")
    if current is not None and start is not None and start[0] == "financial_statements" and _is_form(current):
        current.pages.append(page)
        return current
    if note is not None and note.excluded and (start is None or note.score >= start[1].score):
        return _open(pieces, Piece(note.type, note.score, note.title, excluded=note.excluded), page)
    inside = _inside_of(seen, current)
    if inside is not None and (start is None or inside.score >= start[1].score - 0.15 or start[0] in STATEMENT_FAMILY):
        assert current is not None
        own = seen.cues.get(current.type)
        if own is None or own.role == "inside" or not _opens(current, own, page):
            current.pages.append(page)
            current.body = True
            current.score = max(current.score, inside.score)
            return current
    if start is not None and (note is None or start[1].score >= note.score):
        kind, cue = start
        if current is not None and current.type == kind and TYPES[kind].multi_page and not _opens(current, cue, page):
            current.pages.append(page)
            current.number = current.number or cue.number
            current.score = max(current.score, cue.score)
            return current
        return _open(pieces, Piece(kind, cue.score, cue.title, cue.number), page)
    if note is not None and note.score >= SURE:
        return _open(pieces, Piece(note.type, note.score, note.title), page)
    alone = seen.best("inside")
    if current is not None and _is_annex(seen, current):
        current.pages.append(page)
        return current
    if alone is not None and _leaves(alone, current, page):
        return _open(pieces, Piece(alone[0], min(alone[1].score, 0.7), alone[1].title, alone[1].number, body=True), page)
    if current is not None and _takes_cueless(current, page):
        current.pages.append(page)
        return current
    return _open(pieces, Piece("other", SURE, guessed=True), page)


def _is_form(current: Piece) -> bool:
    """Whether the current document is a form, by what its first page calls itself."""
    if current.type == "application_form":
        return True
    if current.type != "other":
        return False
    first = current.pages[0]
    large = sorted(first.lines, key=lambda x: -x.height)[:6]
    return bool(FORMS.search(squeeze("".join(x.text for x in sorted(large, key=lambda x: (x.cy, x.box[0]))))))


def _is_annex(seen: Seen, current: Piece) -> bool:
    """Whether a page calls itself an annex and shows the number of the current document."""
    if len(current.number) < 6 or current.type not in TYPES:
        return False
    called = any(_ANNEX.search(t.key) for t in not_evidence.heads(seen.page))
    return called and fold(current.number) in fold(seen.page.text)


def _leaves(inside: tuple[str, Cue], current: Piece | None, page: Page) -> bool:
    """Whether a page that can only continue a paper opens one: its first page was not known, or lies elsewhere.

    Else the current document takes it, as it takes pages without any cue.
    """
    if current is None or not _takes_cueless(current, page):
        return True
    kind, cue = inside
    related = kind == current.type or {kind, current.type} <= STATEMENT_FAMILY
    return cue.score >= _OWN_PAGE and not related and not _is_form(current)


def _open(pieces: list[Piece], piece: Piece, page: Page) -> Piece:
    piece.pages.append(page)
    pieces.append(piece)
    return piece


def _inside_of(seen: Seen, current: Piece | None) -> Cue | None:
    """The cue by which the page continues the current document, if it has one."""
    if current is None:
        return None
    own = seen.cues.get(current.type)
    if own is not None and own.role == "inside" and own.score >= SURE:
        return own
    if current.type in STATEMENT_FAMILY:
        # 研发费用加计扣除优惠明细表 could be a table of the report, were its form number not that of a tax return
        best = seen.best("inside")
        return best[1] if best is not None and best[0] in STATEMENT_FAMILY else None
    return None


def _opens(current: Piece, cue: Cue, page: Page) -> bool:
    """Whether a ``start`` page of the current document's own type opens another document."""
    known = TYPES[current.type]
    if isinstance(known, OpensNew):
        return known.opens_new([level_only(p) for p in current.pages], level_only(page))
    if cue.number and current.number:
        return cue.number != current.number
    return current.body


def _takes_cueless(current: Piece, page: Page) -> bool:
    known = TYPES.get(current.type)
    if isinstance(known, Continues):
        return known.continues([level_only(p) for p in current.pages], level_only(page))
    return known.multi_page if known is not None else current.type in ATTACHMENT_MULTI_PAGE


def _may_continue(current: Piece, page: Page, names: Sequence[str]) -> bool:
    """Within a file always; across files only for photos named alike."""
    last = current.pages[-1]
    if last.file == page.file:
        return last.region is None or page.region is None or last.page != page.page
    if last.source == "sheet" or page.source == "sheet" or page.page != 1:
        return False
    if not names or max(last.file, page.file) >= len(names):
        return False
    return _stem(names[last.file]) == _stem(names[page.file]) != ""


def _stem(name: str) -> str:
    """Folder and name without number and ending: ``审计/报告_01.jpg`` gives ``审计/报告``."""
    folder, base = os.path.split(name)
    stem = os.path.splitext(base)[0].rstrip("0123456789 _-()（）第页p").rstrip()
    return f"{folder}/{stem}" if stem or folder else ""


def _with_fronts(pieces: list[Piece]) -> list[Piece]:
    """Covers and separators without a cue go to the report that follows them in the same file."""
    out: list[Piece] = []
    for piece in pieces:
        before = out[-1] if out else None
        if (
            before is not None
            and before.guessed
            and not piece.forced
            and piece.type in _WITH_COVER
            and before.pages[-1].file == piece.pages[0].file
            and before.pages[0].page == 1
            and sum(len(rows(p)) for p in before.pages) <= FRONT_ROWS * len(before.pages)
            and not any(_NO_FRONT.search(squeeze(p.text)) for p in before.pages)
        ):
            out.pop()
            piece.pages[:0] = before.pages
        out.append(piece)
    return out


def read_documents(
    pages: Sequence[Page],
    names: Sequence[str] = (),
    progress: Callable[[int, int], None] | None = None,
    forced: Mapping[PartKey, Forced] | None = None,
    tagging: Tagging | None = None,
) -> tuple[Document, ...]:
    """Classify, split and read all documents of a package; ids ``d1``, ``d2``, … in package order.

    ``forced``: see ``split``. ``tagging``: the field tagger that is heard beside the rules (``fusion``); None: rules alone.
    """
    pieces = split(pages, names, forced)
    documents = []
    for n, piece in enumerate(pieces, 1):
        documents.append(_guessed(f"d{n}", piece, tagging) or _document(f"d{n}", piece, tagging))
        if progress is not None:
            progress(n, len(pieces))
    return tuple(documents)


def _guessed(ident: str, piece: Piece, tagging: Tagging | None) -> Document | None:
    """A paper that no rule knows, as the page classifier names it, where its fields bear that out; else None."""
    if tagging is None or piece.type != "other" or not piece.guessed or piece.excluded or piece.forced:
        return None
    guess = guessed_type(piece.pages, tagging)
    if guess is None:
        return None
    document = _document(ident, replace(piece, type=guess[0], score=guess[1]), tagging)
    if document.excluded or not borne_out(document):
        return None
    return document.model_copy(update={"title": document.title + GUESSED})


def reread(document: Document, pages: Sequence[Page]) -> Document | None:
    """The document with its fields read anew from its (corrected) pages; its type, title and exclusion stay.

    So does what the field tagger said, which is never of figures. None where the type reads no fields, or its rules failed.
    """
    known = TYPES.get(document.type)
    found = _extracted(known, [level_only(p) for p in pages]) if known is not None else None
    if found is None:
        return None
    heard = {key: field for key, field in document.fields.items() if is_heard(field)}
    fields = with_doubted_rows(document.type, {**found.fields, **heard}) if heard else found.fields
    return document.model_copy(update={"fields": fields, "secondary": found.secondary})


def _extracted(known: DocumentType, level: Sequence[Page]) -> Extraction | None:
    """What a type reads; None after a mistake in its rules, which must not hide the other papers of the package."""
    try:
        return known.extract(level)
    except Exception as error:
        # Where, and not what: the message may hold what stands on the page.
        at = traceback.extract_tb(error.__traceback__)[-1]
        LOG.error("fields of a %s: %s in %s, line %s", known.type, type(error).__name__, at.name, at.lineno)
        return None


def _document(ident: str, piece: Piece, tagging: Tagging | None = None) -> Document:
    refs = tuple(PageRef(file=p.file, page=p.page, region=p.region) for p in piece.pages)
    known = TYPES.get(piece.type)
    level = [level_only(p) for p in piece.pages]
    if known is None:
        return Document(
            id=ident,
            type=piece.type,
            confidence=round(piece.score, 3),
            title=piece.title,
            pages=refs,
            fields=notice_fields(level) if piece.excluded else {},
            excluded=piece.excluded,
        )
    found = _extracted(known, level)
    if found is None:
        return Document(id=ident, type=piece.type, confidence=0.0, title=piece.title + UNREAD, pages=refs, fields={})
    excluded = piece.excluded or found.excluded or not_evidence.excluded_reason(piece.pages)
    # What proves nothing is left as the rules read it: no tag can make evidence of it.
    fields = found.fields if tagging is None or excluded else fused(piece.type, found.fields, level, tagging)
    return Document(
        id=ident,
        type=piece.type,
        confidence=round(piece.score, 3),
        title=found.title or piece.title,
        pages=refs,
        fields=fields,
        secondary=found.secondary,
        excluded=excluded,
    )
