"""Label Studio tasks, pre-annotated from the product's own output.

One task per page, because document types are chosen by page. The image is the page as the product shows
it: upright and levelled; ``data`` keeps the turns, so that corrected regions find back to the page as stored.
Format: https://labelstud.io/guide/task_format and /guide/predictions (regions in percent of the image;
what belongs to one region shares its ``id``). The way back is ``label_studio_import``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import quoteattr

from corpora.catalogue import FieldSpec, all_fields, known_types, spec_of
from corpora.field_values import to_text
from extractor.model import Box, Document, Evidence, Field, PageRef, Result, union
from extractor.values.chinese import squeeze

PAGE, TYPE, START, PROOF, PART, FIELD, TEXT, PERIOD, ABSENT = (
    "page",
    "type",
    "start",
    "proof",
    "part",
    "field",
    "text",
    "period",
    "absent",
)
"""Names of the tags of the labeling configuration, as they come back in ``from_name``."""
FIRST, NEXT, NO_PROOF = "first", "next", "excluded"
UNLABELLED_KINDS = frozenset({"row", "declaration"})
"""Kinds that are no text beside a box: lists of persons, declared figures."""
_WHOLE: Box = (0.0, 0.0, 1.0, 1.0)
_PERIOD_KEY = re.compile(r"\d{4}(?:-\d{2})?")


@dataclass(frozen=True, slots=True)
class PageImage:
    """The picture of a page that a task shows.

    ``file``: path of the file in the corpus; ``index``: its place in ``Result.files``. ``url``: what Label
    Studio fetches. ``width``/``height``: pixels of the picture. ``rotation``, ``skew``: the clockwise turns
    (degrees) that made it upright and level; ``warp``: what then set it straight; as in ``extractor.model.Page``.
    ``of``: pictured pages of the file.
    """

    file: str
    index: int
    page: int
    of: int
    url: str
    width: int
    height: int
    rotation: int = 0
    skew: float = 0.0
    warp: tuple[float, ...] = ()
    blank: bool = False


def tasks(result: Result, images: Iterable[PageImage], enterprise: str | None = None) -> list[dict[str, Any]]:
    """One task per picture, with what the product read as prediction.

    Args:
        result: what the product made of the files.
        images: the pictures, in the order in which they should be labelled.
        enterprise: whose papers these are; kept in the labels, so that splits never cut it.
    """
    by_page: dict[tuple[int, int], list[tuple[Document, PageRef]]] = {}
    for document in result.documents:
        for ref in document.pages:
            by_page.setdefault((ref.file, ref.page), []).append((document, ref))
    return [_task(image, by_page.get((image.index, image.page), []), enterprise) for image in images]


def _task(image: PageImage, documents: Sequence[tuple[Document, PageRef]], enterprise: str | None) -> dict[str, Any]:
    data: dict[str, Any] = {
        "image": image.url,
        "title": f"{image.file.removeprefix('files/')} 第{image.page}页",
        "file": image.file,
        "page": image.page,
        "of": image.of,
        "rotation": image.rotation,
        "skew": image.skew,
        "warp": list(image.warp),
    }
    if enterprise:
        data["enterprise"] = enterprise
    return {"data": data, "predictions": [{"model_version": "zuozheng", "result": list(_prediction(image, documents))}]}


# --- predictions ------------------------------------------------------------------


def _prediction(image: PageImage, documents: Sequence[tuple[Document, PageRef]]) -> Iterator[dict[str, Any]]:
    if not documents:
        if image.blank:
            yield _choice(TYPE, "blank")
        return
    ordered = sorted(documents, key=lambda item: (item[1].region or _WHOLE)[1])
    first, ref = ordered[0]
    yield _choice(TYPE, first.type)
    yield _choice(START, FIRST if _is_first_page(first, ref) else NEXT)
    if any(document.excluded for document, _ in documents):
        yield _choice(PROOF, NO_PROOF)
    if len(ordered) > 1:
        for k, (document, ref) in enumerate(ordered):
            yield _rectangle(image, f"part{k}", PART, document.type, _part(document, ref), document.confidence)
    number = 0
    for document, ref in ordered:
        for region in _regions(document, ref):
            yield from _field_items(image, f"region{number}", region)
            number += 1


@dataclass(frozen=True, slots=True)
class _Region:
    """A box of a field with the texts that a person is to correct."""

    key: str
    box: Box
    texts: tuple[str, ...]
    period: str | None
    confidence: float


def _regions(document: Document, ref: PageRef) -> Iterator[_Region]:
    """The regions of a document's fields on one page."""
    for key, read in document.fields.items():
        spec = spec_of(document.type, key)
        if spec is None or spec.kind in UNLABELLED_KINDS:
            continue
        if spec.rows:
            for period, figure in (read.periods or {}).items():
                if _PERIOD_KEY.fullmatch(period):
                    yield from _field_regions(spec, figure, ref, period)
        else:
            yield from _field_regions(spec, read, ref, None)


def _field_regions(spec: FieldSpec, read: Field, ref: PageRef, period: str | None) -> Iterator[_Region]:
    shared = _shared(spec, read)
    for texts, evidence in zip(shared, read.evidence, strict=True):
        if (evidence.file, evidence.page) == (ref.file, ref.page) and _inside(evidence.box, ref.region):
            yield _Region(spec.key, evidence.box, texts, period, read.confidence)


def _shared(spec: FieldSpec, read: Field) -> list[tuple[str, ...]]:
    """The texts of each evidence: its own elements of a list, or the one value at every place.

    An element that no evidence shows (it runs over two lines, or is written otherwise) goes to the first.
    """
    if not isinstance(read.value, list):
        texts = () if read.value is None or isinstance(read.value, dict) else (to_text(spec, read.value),)
        return [texts for _ in read.evidence]
    parts: list[list[str]] = [[] for _ in read.evidence]
    for value in read.value:
        text = to_text(spec, value)
        homes = [k for k, evidence in enumerate(read.evidence) if _shows(evidence, text)] or [0]
        for k in homes[: len(parts)]:
            parts[k].append(text)
    return [tuple(part) for part in parts]


def _shows(evidence: Evidence, text: str) -> bool:
    return squeeze(text) in squeeze(evidence.text)


def _inside(box: Box, region: Box | None) -> bool:
    if region is None:
        return True
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return region[0] <= x <= region[2] and region[1] <= y <= region[3]


def _is_first_page(document: Document, ref: PageRef) -> bool:
    return ref == next(page for page in document.pages if page.file == ref.file)


def _part(document: Document, ref: PageRef) -> Box:
    """Where on the page a document stands: its region, else around what was read of it, else the page."""
    if ref.region is not None:
        return ref.region
    boxes = [
        evidence.box
        for read in document.fields.values()
        for evidence in read.evidence
        if (evidence.file, evidence.page) == (ref.file, ref.page)
    ]
    return union(boxes) if boxes else _WHOLE


# --- result items -------------------------------------------------------------------


def _choice(name: str, value: str) -> dict[str, Any]:
    return {"id": name, "from_name": name, "to_name": PAGE, "type": "choices", "value": {"choices": [value]}}


def _item(image: PageImage, region: str, name: str, kind: str, box: Box, extra: Mapping[str, Any]) -> dict[str, Any]:
    left, top, right, bottom = (min(max(v, 0.0), 1.0) for v in box)
    place = {"x": left, "y": top, "width": right - left, "height": bottom - top}
    return {
        "id": region,
        "from_name": name,
        "to_name": PAGE,
        "type": kind,
        "original_width": image.width,
        "original_height": image.height,
        "image_rotation": 0,
        "value": {**{key: round(v * 100, 4) for key, v in place.items()}, "rotation": 0, **extra},
    }


def _rectangle(image: PageImage, region: str, name: str, label: str, box: Box, score: float) -> dict[str, Any]:
    return {**_item(image, region, name, "rectanglelabels", box, {"rectanglelabels": [label]}), "score": round(score, 4)}


def _field_items(image: PageImage, region: str, found: _Region) -> Iterator[dict[str, Any]]:
    yield _rectangle(image, region, FIELD, found.key, found.box, found.confidence)
    if found.texts:
        yield _item(image, region, TEXT, "textarea", found.box, {"text": list(found.texts)})
    if found.period is not None:
        yield _item(image, region, PERIOD, "textarea", found.box, {"text": [found.period]})


# --- labeling configuration -----------------------------------------------------------


def labeling_config() -> str:
    """The XML that goes into Label Studio's Settings → Labeling Interface → Code."""
    types = "\n".join(f"      <Choice value={quoteattr(kind)}/>" for kind in _types())
    parts = "\n".join(f'      <Label value={quoteattr(kind)} background="#999999"/>' for kind in _types())
    fields = "\n".join(
        f"      <Label value={quoteattr(spec.key)} hint={quoteattr(_hint(spec))}/>"
        for spec in all_fields().values()
        if spec.kind not in UNLABELLED_KINDS
    )
    return _CONFIG.format(types=types, parts=parts, fields=fields)


def _types() -> list[str]:
    return sorted(known_types(), key=lambda kind: (kind in ("other", "blank"), kind))


def _hint(spec: FieldSpec) -> str:
    options = f"：{'、'.join(spec.options)}" if spec.options else ""
    return f"{spec.label}（{spec.kind}{options}）"


_CONFIG = """<View style="display: flex;">
  <View style="flex: 65%;">
    <Header value="$title"/>
    <Image name="page" value="$image" zoom="true" zoomControl="true" rotateControl="false"/>
    <Header value="字段：选字段，框出值，在右侧写值。金额写元数或带单位（8123.45万元）；日期 2021-05-06；列表一项一条。"/>
    <RectangleLabels name="field" toName="page" canRotate="true" showInline="true">
{fields}
    </RectangleLabels>
    <Header value="一页有几份材料时：先框出每一份"/>
    <RectangleLabels name="part" toName="page" canRotate="false" showInline="true" fillOpacity="0.05">
{parts}
    </RectangleLabels>
  </View>
  <View style="flex: 35%;">
    <Header value="这一页是什么材料"/>
    <Choices name="type" toName="page" choice="single-radio" required="true">
{types}
    </Choices>
    <Header value="是这份材料的首页，还是接着上一页"/>
    <Choices name="start" toName="page" choice="single-radio">
      <Choice value="first"/>
      <Choice value="next"/>
    </Choices>
    <Choices name="proof" toName="page" choice="multiple">
      <Choice value="excluded" hint="受理通知书、样本、草稿等，不能作为证据"/>
    </Choices>
    <Header value="确实没有的字段（写字段代码，一项一条）"/>
    <TextArea name="absent" toName="page" editable="true"/>
    <Header value="选中的框：值"/>
    <TextArea name="text" toName="page" perRegion="true" editable="true" displayMode="region-list"/>
    <Header value="选中的框：年度（只用于报表金额，如 2022）"/>
    <TextArea name="period" toName="page" perRegion="true" editable="true" maxSubmissions="1" displayMode="region-list"/>
  </View>
</View>
"""
