"""FUNSD and XFUND annotations as labels.

FUNSD: one JSON per page, ``{"form": [entity, …]}``; XFUND: one JSON per language,
``{"documents": [{"img": {"fname", "width", "height"}, "document": [entity, …]}]}``. An entity has ``id``,
``box`` (left, top, right, bottom in pixels), ``text``, ``label`` (question, answer, header, other), ``words``
and ``linking`` (pairs of ids). Every page becomes one line of labels: its true text lines always; its fields
only where a mapping says which question is which field, because their forms are not evidence papers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from corpora.catalogue import catalogue, known_types, spec_of
from corpora.field_values import ValueTextError, from_text
from corpora.format import Label, LabelledDocument, Place, TextLine
from extractor.model import Box, union
from extractor.values.chinese import squeeze, to_halfwidth


class FunsdError(ValueError):
    """Annotations or a mapping that cannot be used; the message is Chinese."""


class Mapping(BaseModel):
    """Which question is which field. ``fields``: question as printed (colon and blanks do not count) to field key."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: str
    fields: dict[str, str]


class _Loose(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Word(_Loose):
    text: str
    box: Box


class _Entity(_Loose):
    id: int
    text: str
    box: Box
    label: str = "other"
    words: list[_Word] = []
    linking: list[tuple[int, int]] = []


class _Image(_Loose):
    fname: str
    width: int = 0
    height: int = 0


class _Page(_Loose):
    img: _Image
    document: list[_Entity]


class _Xfund(_Loose):
    documents: list[_Page]


class _Funsd(_Loose):
    form: list[_Entity]


@dataclass(frozen=True, slots=True)
class FormPage:
    """An annotated page: the name of its image, and entities in pixels."""

    image: str
    entities: tuple[_Entity, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """What a page becomes: ``lines`` go into the file that ``label.text`` names. ``doubts``: answers left out, in Chinese."""

    label: Label
    lines: list[TextLine]
    doubts: list[str]


def read_mapping(path: Path) -> Mapping:
    """A mapping file ``{"type": "business_license", "fields": {"名称": "name"}}``.

    Raises:
        FunsdError: the file cannot be read, or names an unknown type or field.
    """
    try:
        mapping = Mapping.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise FunsdError(
            f'不能使用字段对照 {path.name}；应为 {{"type": 文件类型, "fields": {{问题: 字段代码}}}}：{error}'
        ) from error
    if mapping.type not in known_types():
        raise FunsdError(f"字段对照中的类型“{mapping.type}”不认识；可用：{'、'.join(sorted(known_types()))}")
    unknown = [key for key in mapping.fields.values() if spec_of(mapping.type, key) is None]
    if unknown:
        raise FunsdError(f"{mapping.type} 没有字段“{unknown[0]}”；可用：{'、'.join(catalogue().get(mapping.type, {}))}")
    return mapping


def read_pages(path: Path) -> list[FormPage]:
    """The pages of one annotation file, FUNSD or XFUND; a FUNSD page's image has the annotation's name.

    Raises:
        FunsdError: the file is neither.
    """
    try:
        data = json.loads(path.read_bytes())
        if isinstance(data, dict) and "documents" in data:
            return [FormPage(page.img.fname, tuple(page.document)) for page in _Xfund.model_validate(data).documents]
        return [FormPage(path.stem, tuple(_Funsd.model_validate(data).form))]
    except (OSError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise FunsdError(f"{path.name} 不是 FUNSD 或 XFUND 标注（须有 form 或 documents）：{_first(error)}") from error


def _first(error: Exception) -> str:
    if isinstance(error, ValidationError):
        item = error.errors(include_url=False)[0]
        return f"{'.'.join(str(part) for part in item['loc'])} {item['msg']}"
    return str(error)


def label_page(page: FormPage, file: str, size: tuple[int, int], mapping: Mapping | None = None) -> Imported:
    """The label and true text lines of a page.

    Args:
        page: the annotated page.
        file: path of its image in the corpus.
        size: (width, height) of the image in pixels.
        mapping: which questions are which fields; None: the page is an ``other`` without fields.
    """
    lines = [TextLine(page=1, text=text, box=box) for e in page.entities for text, box in _lines(e, size)]
    name = f"text/{PurePosixPath(file).name}.json"
    document = LabelledDocument(type=mapping.type if mapping else "other", pages=[1])
    doubts: list[str] = []
    if mapping is not None:
        fields, boxes = _fields(page, size, mapping, doubts)
        document = document.model_copy(update={"fields": fields, "boxes": boxes})
    return Imported(Label(file=file, text=name, documents=[document]), lines, [f"{page.image}：{doubt}" for doubt in doubts])


# --- text lines -------------------------------------------------------------------


def _lines(entity: _Entity, size: tuple[int, int]) -> list[tuple[str, Box]]:
    """The printed lines of an entity: its words by height; without words the entity is one line."""
    words = [word for word in entity.words if word.text.strip()]
    if not words:
        box = _fraction(entity.box, size)
        return [(entity.text.strip(), box)] if box and entity.text.strip() else []
    rows: list[list[tuple[str, _Word]]] = []
    last: _Word | None = None
    for gap, word in zip(_gaps(entity.text, words), words, strict=True):
        middle = (word.box[1] + word.box[3]) / 2
        if last is not None and last.box[1] <= middle <= last.box[3] and word.box[0] >= last.box[0]:
            rows[-1].append((gap, word))
        else:
            rows.append([("", word)])
        last = word
    out = []
    for row in rows:
        box = _fraction(union(word.box for _, word in row), size)
        if box:
            out.append(("".join(f"{gap}{word.text.strip()}" for gap, word in row), box))
    return out


def _gaps(text: str, words: Sequence[_Word]) -> list[str]:
    """What stands before each word: a blank where the entity's text has one (XFUND's words are single characters)."""
    out, cursor = [], 0
    for word in words:
        at = text.find(word.text.strip(), cursor)
        if at < 0:
            out.append(" " if word.text.isascii() else "")
            continue
        out.append(" " if text[cursor:at].isspace() else "")
        cursor = at + len(word.text.strip())
    return out


def _fraction(box: Box, size: tuple[int, int]) -> Box | None:
    """Pixels as fractions of the page, clipped to it; None where nothing is left."""
    left, right = (min(max(v / size[0], 0.0), 1.0) for v in (box[0], box[2]))
    top, bottom = (min(max(v / size[1], 0.0), 1.0) for v in (box[1], box[3]))
    if left >= right or top >= bottom:
        return None
    return round(left, 5), round(top, 5), round(right, 5), round(bottom, 5)


# --- fields ------------------------------------------------------------------------


def _question(text: str) -> str:
    return squeeze(to_halfwidth(text)).strip(":*.()").lower()


def _fields(
    page: FormPage, size: tuple[int, int], mapping: Mapping, doubts: list[str]
) -> tuple[dict[str, Any], dict[str, list[Place]]]:
    wanted = {_question(question): key for question, key in mapping.fields.items()}
    fields: dict[str, Any] = {}
    boxes: dict[str, list[Place]] = {}
    for question in page.entities:
        key = wanted.get(_question(question.text)) if question.label == "question" else None
        answers = _answers(question, page.entities) if key else []
        if key is None or not answers:
            continue
        spec = spec_of(mapping.type, key)
        assert spec is not None  # read_mapping has made sure
        if spec.rows:
            doubts.append(f"“{question.text}”对应按年度的金额，表单没有年度，已略去")
            continue
        try:
            texts = [answer.text for answer in answers] if spec.many else [_joined(answers)]
            values = [from_text(spec, text) for text in texts]
        except ValueTextError as error:
            doubts.append(f"“{question.text}”的值已略去：{error}")
            continue
        if key in fields and not spec.many:
            doubts.append(f"“{question.text}”出现两次，只取第一次")
            continue
        fields[key] = [*fields.get(key, []), *values] if spec.many else values[0]
        places = [Place(page=1, box=box) for answer in answers if (box := _fraction(answer.box, size))]
        boxes.setdefault(key, []).extend(places)
    return fields, boxes


def _joined(answers: Sequence[_Entity]) -> str:
    """Several answers of one question, as one text: with a blank only between Latin words."""
    out = ""
    for answer in answers:
        text = answer.text.strip()
        out += f" {text}" if out and out[-1].isascii() and text[:1].isascii() else text
    return out


def _answers(question: _Entity, entities: Iterable[_Entity]) -> list[_Entity]:
    """The answers linked to a question, in reading order; a link may be noted on either side."""
    pairs = {tuple(pair) for entity in entities for pair in entity.linking}
    linked = [e for e in entities if e.label == "answer" and ((question.id, e.id) in pairs or (e.id, question.id) in pairs)]
    return sorted(linked, key=lambda entity: (entity.box[1], entity.box[0]))
