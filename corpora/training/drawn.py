"""Drawn pages: synthetic documents of seen layouts, laid out, with the marks of their values as tags.

Nothing is rasterised. A mark is matched through the characters of the laid-out PDF: those whose middle lies in its box.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium

from corpora.catalogue import FieldSpec, spec_of
from corpora.field_values import ValueTextError, from_text
from corpora.synth import (
    audit,
    hightech,
    iso,
    licence,
    names,
    others,
    patent,
    rdaudit,
    social,
    software,
    tax,
    trademark,
)
from corpora.synth.engine import LaidOut, SynthDocument, TruePage, lay_out
from corpora.training.pen import as_detected
from corpora.training.tagging import squeezed, value_spans, without_overlap
from extractor.model import Box, LabelledPage, Line, Page, Tag

Maker = Callable[[Random, names.Enterprise], SynthDocument]
_SKIPPED = frozenset({"persons", "declarations"})


def _seen(make: Callable[..., SynthDocument], **more: Any) -> Maker:
    return lambda rng, owner: make(rng, owner, layouts="seen", **more)


MAKERS: tuple[tuple[Maker, int], ...] = (
    (_seen(iso.make), 10),
    (_seen(social.make), 7),
    (_seen(patent.make), 4),
    (_seen(software.make), 2),
    (_seen(trademark.make), 2),
    (_seen(hightech.make), 2),
    (_seen(licence.make), 3),
    (_seen(audit.make, brief=True), 2),
    (_seen(audit.make), 1),
    (_seen(audit.bare_statements), 1),
    (_seen(rdaudit.make), 2),
    (_seen(tax.make), 2),
    (others.application_form, 1),
    (lambda rng, owner: rng.choice(others.NEGATIVES)(rng, owner), 3),
)


def drawn_pages(rng: Random) -> list[LabelledPage]:
    """The pages of one synthetic document; of a layout that is not held out."""
    while True:
        made = rng.choices([m for m, _ in MAKERS], [w for _, w in MAKERS])[0](rng, names.enterprise(rng))
        if not made.held_out:
            return list(labelled(made, lay_out(made)))


def labelled(document: SynthDocument, laid_out: LaidOut) -> Iterator[LabelledPage]:
    """The pages of a laid-out document with their tags."""
    pdf = pdfium.PdfDocument(laid_out.pdf)
    try:
        for k, true in enumerate(laid_out.pages):
            chars = _chars(pdf[k])
            lines = [_with_positions(text, box, chars) for text, box in true.lines]
            shape = true.height / true.width
            tags, complete = tags_of(document, true, lines)
            page = Page(
                file=0,
                page=k + 1,
                width=round(true.width * 2.5),
                height=round(true.height * 2.5),
                source="ocr",
                lines=tuple(Line(text=line.text, box=as_detected(line.box, shape), origin="ocr") for line in lines),
            )
            kind = document.type if page.lines else "blank"
            yield LabelledPage(
                page=page, type=kind, starts=k == 0 and kind != "blank", tags=tuple(tags), tagged=complete, layout=document.layout
            )
    finally:
        pdf.close()


# --- characters and their places -----------------------------------------------------------


@dataclass(frozen=True)
class Placed:
    """A line with the middle (x) of each of its characters, as fractions of the page; none where print differs."""

    text: str
    box: Box
    middles: tuple[float, ...]


@dataclass(frozen=True)
class _Chars:
    """The printed characters of a page: signs, and shape (n, 2) middles as fractions."""

    signs: list[str]
    middles: npt.NDArray[np.float64]


def _chars(page: pdfium.PdfPage) -> _Chars:
    width, height = page.get_size()
    text = page.get_textpage()
    try:
        signs, middles = [], []
        whole = text.get_text_range()
        count = text.count_chars()
        exact = len(whole) == count
        for k in range(count):
            sign = whole[k] if exact else text.get_text_range(k, 1)
            if sign.isspace() or not sign:
                continue
            left, low, right, high = text.get_charbox(k)
            signs.append(sign)
            middles.append(((left + right) / 2 / width, 1 - (low + high) / 2 / height))
    finally:
        text.close()
        page.close()
    return _Chars(signs, np.array(middles, dtype=np.float64).reshape(-1, 2))


def _with_positions(text: str, box: Box, chars: _Chars) -> Placed:
    m, slack = chars.middles, 1e-4
    inside = np.flatnonzero(
        (m[:, 0] >= box[0] - slack) & (m[:, 0] <= box[2] + slack) & (m[:, 1] >= box[1] - slack) & (m[:, 1] <= box[3] + slack)
    )
    order = inside[np.argsort(m[inside, 0], kind="stable")]
    wanted = [c for c in text if not c.isspace()]
    if [chars.signs[k] for k in order] != wanted:
        return Placed(text, box, ())
    places = iter(m[order, 0].tolist())
    return Placed(text, box, tuple(-1.0 if c.isspace() else next(places) for c in text))


# --- marks to tags --------------------------------------------------------------------------


@dataclass(frozen=True)
class _Piece:
    line: int
    start: int
    end: int
    box: Box


def tags_of(document: SynthDocument, true: TruePage, lines: Sequence[Placed]) -> tuple[list[Tag], bool]:
    """The tags of a page, in order, and whether every mark was found.

    Of marks over the same text (a single month is first and last of the period) the last of the catalogue counts.
    """
    found: list[Tag] = []
    complete = True
    for key, boxes in true.marks.items():
        bare = key.partition("/")[0]
        spec = spec_of(document.type, bare)
        if spec is None or bare in _SKIPPED or bare not in document.fields:
            continue
        pieces = [_piece(box, lines) for box in boxes]
        complete &= None not in pieces
        for group in _grouped(spec, document.fields[bare], [p for p in pieces if p], lines):
            found += _tags(spec, document.fields[bare], group, lines)
    if document.type == "audit_report":
        found += _named_words(lines)
    return without_overlap(found), complete


_SCOPE = re.compile(r"^\s*(合\s*并)\s*(?:及.{0,6})?(?:资\s*产\s*负\s*债\s*表|利\s*润\s*表|损益表|现金流量表)")
_OPINION = re.compile(r"^[一二三四五（(\d]*[)）]?[、.]?\s*((?:标准的?)?无保留意见|保留意见|否定意见|无法(?:表示|发表)意见)$")


def _named_words(lines: Sequence[Placed]) -> list[Tag]:
    """Words printed without marks: consolidated statements by their titles, unusual opinions by their headings."""
    found = []
    for k, line in enumerate(lines):
        for key, pattern in (("consolidated", _SCOPE), ("opinion", _OPINION)):
            if at := pattern.match(line.text):
                found.append(Tag(line=k, start=at.start(1), end=at.end(1), key=key))
    return found


def _piece(box: Box, lines: Sequence[Placed]) -> _Piece | None:
    best: _Piece | None = None
    for k, line in enumerate(lines):
        height = min(line.box[3], box[3]) - max(line.box[1], box[1])
        if height < 0.5 * min(line.box[3] - line.box[1], box[3] - box[1]) or not line.middles:
            continue
        inside = [n for n, x in enumerate(line.middles) if box[0] <= x <= box[2]]
        if inside and (best is None or inside[-1] - inside[0] + 1 > best.end - best.start):
            best = _Piece(k, inside[0], inside[-1] + 1, box)
    return best


def _grouped(spec: FieldSpec, value: Any, pieces: Sequence[_Piece], lines: Sequence[Placed]) -> list[list[_Piece]]:
    """The lines of each place where the value stands: a line below goes on with a text that is not whole yet."""
    groups: list[list[_Piece]] = []
    for piece in pieces:
        before = groups[-1][-1] if groups else None
        if before is None or _whole(spec, value, _said(groups[-1], lines)):
            groups.append([piece])
        elif (
            piece.line == before.line
            and piece.start >= before.end
            and not lines[piece.line].text[before.end : piece.start].strip()
        ):
            groups[-1][-1] = replace(before, end=piece.end)
        elif piece.line != before.line and _below(before.box, piece.box):
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return groups


def _below(a: Box, b: Box) -> bool:
    tall = max(a[3] - a[1], b[3] - b[1])
    return 0 < b[1] - a[1] < 4.5 * tall


def _said(pieces: Sequence[_Piece], lines: Sequence[Placed]) -> str:
    return "".join(lines[p.line].text[p.start : p.end] for p in pieces)


def _whole(spec: FieldSpec, value: Any, said: str) -> bool:
    if spec.rows:
        return True
    values = value if isinstance(value, list) else [value]
    if all(squeezed(str(item)) in squeezed(said) for item in values):
        return True
    if spec.kind in ("text", "company", "person"):
        return False
    try:
        return bool(from_text(spec, said) == values[0])
    except ValueTextError:
        return spec.kind not in ("date", "patent_no", "uscc")


def _tags(spec: FieldSpec, value: Any, group: Sequence[_Piece], lines: Sequence[Placed]) -> list[Tag]:
    """The tags of one place; values of a list one by one where they are printed as labelled."""
    chars = [(p.line, n) for p in group for n in range(p.start, p.end)]
    said = "".join(lines[k].text[n] for k, n in chars)
    spans = value_spans(spec, value, said)
    return [tag for start, end in spans for tag in _of_chars(spec.key, chars[start:end], lines)]


def _of_chars(key: str, chars: Sequence[tuple[int, int]], lines: Sequence[Placed]) -> list[Tag]:
    runs: list[list[int]] = []
    for k, n in chars:
        if runs and runs[-1][0] == k:
            runs[-1][2] = n + 1
        else:
            runs.append([k, n, n + 1])
    tags: list[Tag] = []
    for k, start, end in runs:
        while start < end and lines[k].text[start].isspace():
            start += 1
        while end > start and lines[k].text[end - 1].isspace():
            end -= 1
        if end > start:
            tags.append(Tag(line=k, start=start, end=end, key=key, part=len(tags)))
    return tags
