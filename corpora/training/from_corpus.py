"""Pages of labelled corpora as training pages: true lines of text, and fields by their places or their printed text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from corpora.catalogue import FieldSpec, spec_of
from corpora.field_values import ValueTextError, from_text
from corpora.format import Corpus, CorpusError, Label, LabelledDocument, TextLine, load
from corpora.training.pen import as_detected, char_width
from corpora.training.tagging import find, squeezed, value_spans, without_overlap
from extractor.model import Box, LabelledPage, Line, Page, Tag
from extractor.values.chinese import to_halfwidth

_LINES = TypeAdapter(list[TextLine])
_SKIPPED = frozenset({"persons", "declarations", "listed_persons"})
_AS_PRINTED = frozenset({"text", "company", "person", "patent_no", "uscc"})
"""Kinds that are printed as they are labelled."""
_NEAR = 3
"""So many characters a place may be off at either end."""
_FIGURE = re.compile(
    r"[-－(（]?[\d,.，]*\d[\d,.，]*[)）]?"
    r"|[零壹贰叁肆伍陆柒捌玖拾佰仟万亿元圆角分整人民币\d.,]+(?:万元整?|元整?|万元人民币|万人民币)?"
)
_YEAR, _MONTH = re.compile(r"\d{4}"), re.compile(r"\d.*[\d月]")
_DAY = re.compile(r"[\d一二〇○零A-Za-z].*[\d日号A-Za-z]")
_WORDS = {
    "statement_unit": {
        "yuan": ("元", "人民币元"),
        "thousand_yuan": ("千元", "人民币千元"),
        "ten_thousand_yuan": ("万元", "人民币万元"),
        "million_yuan": ("百万元", "人民币百万元"),
    },
    "kind": {
        "invention": ("发明", "发明专利"),
        "utility": ("实用新型", "实用新型专利"),
        "design": ("外观设计", "外观设计专利"),
    },
}
"""How papers print the values of an enum; of others, what stands in the place counts."""


def corpus_pages(root: Path) -> Iterator[LabelledPage]:
    """The pages of a corpus that have true lines, but those of held-out layouts.

    A page is ``tagged=False`` where a labelled place meets no line, and where a field of a document of one page is found nowhere
    (of several pages, it may stand on another one).

    Raises:
        CorpusError: the corpus or its lines cannot be read.
    """
    corpus = load(root)
    for label in corpus.files:
        if label.text is None or not label.documents or any(d.held_out for d in label.documents):
            continue
        by_page: dict[int, list[TextLine]] = {}
        for line in _true_lines(corpus, label):
            if line.text.strip():
                by_page.setdefault(line.page, []).append(line)
        for number, lines in sorted(by_page.items()):
            shown = [d for d in label.documents if _pages(d, by_page) is None or number in (_pages(d, by_page) or ())]
            if len(shown) == 1:  # pages that two documents share cannot be told apart by lines alone
                yield _page(shown[0], number, lines, _pages(shown[0], by_page) or sorted(by_page))


def _true_lines(corpus: Corpus, label: Label) -> list[TextLine]:
    try:
        return _LINES.validate_json((corpus.root / str(label.text)).read_bytes())
    except (OSError, ValidationError) as error:
        raise CorpusError(f"不能读取逐行文字 {label.text}；请先运行 zuozheng corpus check：{error}") from error


def _pages(document: LabelledDocument, by_page: dict[int, list[TextLine]]) -> list[int] | None:
    return document.pages


def _page(document: LabelledDocument, number: int, lines: Sequence[TextLine], pages: Sequence[int]) -> LabelledPage:
    tags, lost = _tags(document, number, lines)
    wanted = {k for k, value in document.fields.items() if value is not None and k not in _SKIPPED}
    alone = len(pages) == 1
    whole = not lost and not (alone and wanted - {tag.key for tag in tags} - _derived(document))
    page = Page(
        file=0,
        page=number,
        width=1654,
        height=2339,
        source="ocr",
        lines=tuple(Line(text=line.text, box=as_detected(line.box, 2339 / 1654), origin="ocr") for line in lines),
    )
    return LabelledPage(
        page=page,
        type=document.type,
        starts=number == min(pages),
        tags=tuple(tags) if whole else (),
        tagged=whole,
        layout=document.layout or "labelled",
    )


def _derived(document: LabelledDocument) -> set[str]:
    """Fields whose value need not be printed anywhere: counted rows, and those of one of a few words."""
    found = {"listed_persons", "period_from"}
    for key in document.fields:
        spec = spec_of(document.type, key)
        if spec is None or spec.kind in ("enum", "boolean"):
            found.add(key)
    return found


def _tags(document: LabelledDocument, number: int, lines: Sequence[TextLine]) -> tuple[list[Tag], bool]:
    """The tags of a page, and whether a place of some field met no line."""
    found: list[Tag] = []
    lost = False
    for key, places in document.boxes.items():
        spec = spec_of(document.type, bare := key.partition("/")[0])
        if bare in _SKIPPED or spec is None:
            continue
        part, before = 0, None
        for place in (place for place in places if place.page == number):
            at = _at(place.box, lines, spec, document.fields.get(bare))
            if at is None:
                lost = True
                continue
            line, start, end = at
            below = before is not None and 0 < place.box[1] - before[1] < 4.5 * (before[3] - before[1])
            part = part + 1 if below and found and _goes_on(document, bare, lines, found) else 0
            spans = value_spans(spec, document.fields.get(bare), lines[line].text[start:end])
            found += [Tag(line=line, start=start + a, end=start + b, key=bare, part=part) for a, b in spans]
            before = place.box
    boxed = {key.partition("/")[0] for key in document.boxes}
    for key in sorted(document.fields.keys() - boxed):
        for value in _printed(document, key):
            found += [Tag(line=k, start=a, end=b, key=key) for k, (a, b) in _by_text(value, lines)]
    return without_overlap(found), lost


def _goes_on(document: LabelledDocument, key: str, lines: Sequence[TextLine], found: Sequence[Tag]) -> bool:
    """Whether the last tag's text is only the beginning of a value."""
    last = found[-1]
    said = to_halfwidth(lines[last.line].text[last.start : last.end])
    return any(to_halfwidth(v) != said and said and said in to_halfwidth(v) for v in _printed(document, key))


def _printed(document: LabelledDocument, key: str) -> list[str]:
    """The values of a field that are printed as labelled."""
    spec, value = spec_of(document.type, key), document.fields.get(key)
    if spec is None or spec.kind not in _AS_PRINTED or key in _SKIPPED:
        return []
    return [
        str(item).strip() for item in (value if isinstance(value, list) else [value]) if isinstance(item, str) and item.strip()
    ]


def _by_text(value: str, lines: Sequence[TextLine]) -> list[tuple[int, tuple[int, int]]]:
    found = []
    for k, line in enumerate(lines):
        at = to_halfwidth(line.text).find(to_halfwidth(value))
        if at >= 0:
            found.append((k, (at, at + len(value))))
    return found


def _at(box: Box, lines: Sequence[TextLine], spec: FieldSpec, value: Any) -> tuple[int, int, int] | None:
    """(line, start, end) of the value that stands in a place; None where nothing there agrees with the labelled value."""
    best, most = None, 0.0
    for k, line in enumerate(lines):
        high = min(line.box[3], box[3]) - max(line.box[1], box[1])
        wide = min(line.box[2], box[2]) - max(line.box[0], box[0])
        if high >= 0.5 * min(line.box[3] - line.box[1], box[3] - box[1]) and wide > most:
            best, most = k, wide
    inside = _by_width(lines[best], box) if best is not None else None
    exact = _exact(lines[best].text, inside, spec, value) if best is not None and inside else None
    return (best, *exact) if best is not None and exact else None


def _exact(text: str, inside: tuple[int, int], spec: FieldSpec, value: Any) -> tuple[int, int] | None:
    """The characters near ``inside`` that are the value: places by even width, and on slanted lines, are only about right."""
    if spec.kind in ("enum", "boolean") and spec.key not in _WORDS:
        return inside
    found = []
    for start in range(max(0, inside[0] - _NEAR), min(len(text), inside[0] + _NEAR) + 1):
        for end in range(max(start + 1, inside[1] - _NEAR), min(len(text), inside[1] + _NEAR) + 1):
            said = text[start:end]
            if said == said.strip() and _agrees(text, start, end, spec, value):
                found.append((-(end - start), abs(start - inside[0]) + abs(end - inside[1]), start, end))
    return min(found)[2:] if found else None


def _agrees(text: str, start: int, end: int, spec: FieldSpec, value: Any) -> bool:
    said = text[start:end]
    if spec.rows or spec.kind in ("money", "integer"):
        # A whole figure, none of its neighbours cut off.
        whole = (text[start - 1 : start] + text[end : end + 1]).strip("年月日人元项类万号第（）()：: 、，")
        return bool(_FIGURE.fullmatch(said)) and not any(c.isdigit() or c in ",." for c in whole)
    if spec.kind in ("enum", "boolean"):
        return said in _WORDS[spec.key].get(str(value), ())
    if spec.kind in _AS_PRINTED:
        items = value if isinstance(value, list) else [value]
        if spec.many and any(find(said, str(item)) for item in items):
            return True
        return any(squeezed(to_halfwidth(said)) in squeezed(to_halfwidth(str(item))) for item in items)
    shape = _YEAR if spec.kind == "period" and len(str(value)) == 4 else _MONTH if spec.kind == "period" else _DAY
    try:
        return bool(shape.fullmatch(said) and from_text(spec, said) == value)
    except ValueTextError:
        return False


def _by_width(line: TextLine, box: Box) -> tuple[int, int] | None:
    widths = [char_width(c) for c in line.text]
    scale, x, inside = (line.box[2] - line.box[0]) / (sum(widths) or 1.0), line.box[0], []
    for k, width in enumerate(widths):
        if box[0] <= x + width * scale / 2 <= box[2] and not line.text[k].isspace():
            inside.append(k)
        x += width * scale
    return (inside[0], inside[-1] + 1) if inside else None
