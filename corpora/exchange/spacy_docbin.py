"""Labels as spaCy training data: one ``Doc`` per page, fields as spans.

Text: the page's true lines (``Label.text``), or lines as read that the caller gives; one line of print is
one line of text. Spans: group ``fields`` (``doc.spans["fields"]``) with the field key as label; they may
overlap. ``doc.user_data["zuozheng"]``: file, page, document types, and of every line its characters and box.
spaCy is an optional extra and imported only here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from corpora.catalogue import spec_of
from corpora.format import Corpus, CorpusError, Label, LabelledDocument, Place, TextLine
from extractor.model import Box
from extractor.values.chinese import to_halfwidth

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, DocBin

GROUP = "fields"
USER_DATA = "zuozheng"
_ON_LINE = 0.5
"""Share of the lower height by which a line and a place must overlap to be on one row."""
_TEXT_LINES = TypeAdapter(list[TextLine])
_FOUND_AS_TEXT = frozenset({"text", "company", "person", "patent_no", "uscc"})
"""Kinds that are printed as they are labelled, so that their text is found even without boxes."""

Lines = Mapping[tuple[str, int], Sequence[TextLine]]
"""Lines by (file, page)."""


class SpacyMissing(ImportError):
    """spaCy is not installed; the message is Chinese and says how to install it."""


@dataclass(frozen=True, slots=True)
class Exported:
    """The collection and what is in it. ``without_text``: files that have no lines; ``unplaced``: fields found nowhere."""

    docs: DocBin
    pages: int
    spans: int
    without_text: list[str]
    unplaced: int


def blank() -> Language:
    """The pipeline whose tokens are used: Chinese, character by character.

    Raises:
        SpacyMissing: spaCy is not installed.
    """
    try:
        import spacy
    except ImportError as error:
        raise SpacyMissing("没有安装 spaCy；请运行：pip install 'zuozheng[spacy]'") from error
    return spacy.blank("zh")


def export(corpus: Corpus, read: Lines | None = None) -> Exported:
    """All pages of a corpus that have text, as a ``DocBin`` with user data.

    Args:
        corpus: any corpus.
        read: lines as read, used where a file has no true ones; their boxes as in ``Place``.

    Raises:
        SpacyMissing: spaCy is not installed.
        CorpusError: a file of text lines cannot be read.
    """
    nlp = blank()
    from spacy.tokens import DocBin

    collected = DocBin(attrs=["ORTH", "SPACY"], store_user_data=True)
    pages = spans = unplaced = 0
    without_text = []
    for label in corpus.files:
        by_page = _by_page(true_lines(corpus, label) if label.text else _read_lines(label, read or {}))
        if not by_page:
            without_text.append(str(label.file))
        placed: set[tuple[int, str]] = set()
        for page, lines in sorted(by_page.items()):
            doc, found = page_doc(nlp, label, page, lines)
            collected.add(doc)
            pages, spans = pages + 1, spans + len(doc.spans[GROUP])
            placed |= found
        if by_page:
            wanted = {(k, key) for k, d in enumerate(label.documents or []) for key in _labelled(d)}
            unplaced += len(wanted - placed)
    return Exported(collected, pages, spans, without_text, unplaced)


def true_lines(corpus: Corpus, label: Label) -> list[TextLine]:
    """The true lines of a file. Raises CorpusError."""
    try:
        return _TEXT_LINES.validate_json((corpus.root / str(label.text)).read_bytes())
    except (OSError, ValidationError) as error:
        raise CorpusError(f"不能读取逐行文字 {label.text}；请先运行 zuozheng corpus check：{error}") from error


def page_doc(nlp: Language, label: Label, page: int, lines: Sequence[TextLine]) -> tuple[Doc, set[tuple[int, str]]]:
    """One page as a ``Doc``, and the (document number, field key) pairs that were found on it."""
    starts, text = [], ""
    for line in lines:
        starts.append(len(text))
        text += line.text + "\n"
    doc = nlp.make_doc(text.removesuffix("\n"))
    spans, found = [], set()
    documents = [(k, d) for k, d in enumerate(label.documents or []) if d.pages is None or page in d.pages]
    for k, document in documents:
        for key, start, end in _ranges(document, page, lines, starts):
            span = doc.char_span(start, end, label=key, alignment_mode="expand")
            if span is not None and len(span):
                spans.append(span)
                found.add((k, key))
    doc.spans[GROUP] = sorted(set(spans), key=lambda span: (span.start, span.end, span.label_))
    doc.user_data[USER_DATA] = {
        "file": label.file,
        "page": page,
        "types": [document.type for _, document in documents],
        "lines": [
            {"start": start, "end": start + len(line.text), "box": list(line.box)}
            for start, line in zip(starts, lines, strict=True)
        ],
    }
    return doc, found


def _by_page(lines: Iterable[TextLine]) -> dict[int, list[TextLine]]:
    pages: dict[int, list[TextLine]] = {}
    for line in lines:
        if line.text.strip():
            pages.setdefault(line.page, []).append(line)
    return pages


def _read_lines(label: Label, read: Lines) -> list[TextLine]:
    return [line for (file, _), lines in sorted(read.items()) if file == label.file for line in lines]


def _labelled(document: LabelledDocument) -> set[str]:
    """Keys that may be found in text: those with places, and values that are printed as labelled."""
    keys = {key.partition("/")[0] for key, places in document.boxes.items() if places}
    return keys | {key for key in document.fields if _printed(document, key)}


# --- where a field stands in the text ---------------------------------------------------


def _ranges(
    document: LabelledDocument, page: int, lines: Sequence[TextLine], starts: Sequence[int]
) -> Iterable[tuple[str, int, int]]:
    """(field key, first character, end) of every place of a field on the page; by its boxes, else by its text."""
    boxed = set()
    for key, places in document.boxes.items():
        name = key.partition("/")[0]
        for place in (place for place in places if place.page == page):
            boxed.add(name)
            for line, start in zip(lines, starts, strict=True):
                part = _part(line, place, _printed(document, name))
                if part is not None:
                    yield name, start + part[0], start + part[1]
    for key in document.fields.keys() - {name.partition("/")[0] for name in document.boxes} - boxed:
        for value in _printed(document, key):
            for line, start in zip(lines, starts, strict=True):
                at = to_halfwidth(line.text).find(to_halfwidth(value))
                if at >= 0:
                    yield key, start + at, start + at + len(value)


def _printed(document: LabelledDocument, key: str) -> list[str]:
    """The values of a field that are printed as they are labelled; empty for numbers, dates and the like."""
    spec = spec_of(document.type, key)
    value = document.fields.get(key)
    if spec is None or spec.kind not in _FOUND_AS_TEXT:
        return []
    return [
        str(item).strip() for item in (value if isinstance(value, list) else [value]) if isinstance(item, str) and item.strip()
    ]


def _part(line: TextLine, place: Place, values: Sequence[str]) -> tuple[int, int] | None:
    """The characters of a line that lie in a place; None where it is another line."""
    left, top, right, bottom = line.box
    height = min(bottom, place.box[3]) - max(top, place.box[1])
    if height < _ON_LINE * min(bottom - top, place.box[3] - place.box[1]) or min(right, place.box[2]) <= max(left, place.box[0]):
        return None
    plain = to_halfwidth(line.text)
    for value in values:
        at = plain.find(to_halfwidth(value))
        if at >= 0:
            return at, at + len(value)
    return _by_width(line, place.box)


def _by_width(line: TextLine, box: Box) -> tuple[int, int] | None:
    """The characters whose middle lies in the box; Latin characters are taken to be half as wide as Chinese ones."""
    widths = [0.5 if char.isascii() else 1.0 for char in line.text]
    scale = (line.box[2] - line.box[0]) / sum(widths)
    inside, x = [], line.box[0]
    for k, width in enumerate(widths):
        if box[0] <= x + width * scale / 2 <= box[2] and not line.text[k].isspace():
            inside.append(k)
        x += width * scale
    return (inside[0], inside[-1] + 1) if inside else None


def user_data(doc: Doc) -> dict[str, Any]:
    """What ``page_doc`` noted about the page."""
    data: dict[str, Any] = doc.user_data[USER_DATA]
    return data
