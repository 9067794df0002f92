"""Corrected Label Studio tasks back to labels. The way there is ``label_studio``.

All faults are collected, each naming its task; nothing is guessed: a text that is no value of its
field's kind, a box without a value, a page without a type are faults, not gaps in the labels.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from corpora.catalogue import FieldSpec, known_types, spec_of
from corpora.exchange import label_studio as tags
from corpora.exchange.geometry import place, rectangle
from corpora.field_values import PERIOD, ValueTextError, from_text
from corpora.format import Label, LabelledDocument, Place, Point
from extractor.values.chinese import squeeze


class LabelStudioError(ValueError):
    """An export that cannot become labels. ``problems``: one line of Chinese each, naming the task."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Imported:
    """Labels of the files whose pages are all annotated; ``unfinished``: of the others, the pages still to do."""

    labels: list[Label]
    unfinished: dict[str, list[int]]


class _Loose(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Value(_Loose):
    x: float = 0.0
    y: float = 0.0
    width: float = 0.0
    height: float = 0.0
    rotation: float = 0.0
    rectanglelabels: list[str] = []
    choices: list[str] = []
    text: list[str] | str = []

    @property
    def texts(self) -> list[str]:
        """Label Studio writes a single text as a bare string in some versions."""
        return [self.text] if isinstance(self.text, str) else self.text


class _Item(_Loose):
    id: str = ""
    from_name: str = ""
    type: str = ""
    value: _Value = _Value()
    original_width: int = 0
    original_height: int = 0
    image_rotation: int = 0


class _Annotation(_Loose):
    result: list[_Item] = []
    was_cancelled: bool = False
    ground_truth: bool = False
    updated_at: str = ""


class _Data(_Loose):
    file: str
    page: int = Field(ge=1)
    of: int = Field(ge=1)
    rotation: int = 0
    skew: float = 0.0
    warp: tuple[float, ...] = ()
    enterprise: str | None = None


class _Task(_Loose):
    id: int | str = ""
    data: _Data
    annotations: list[_Annotation] = []

    @property
    def name(self) -> str:
        number = f"任务 {self.id}" if self.id != "" else "任务"
        return f"{number}（{self.data.file} 第{self.data.page}页）"


_TASKS = TypeAdapter(list[_Task])


@dataclass
class _Document:
    """A document in the making, over the pages of one file."""

    type: str
    pages: list[int]
    excluded: bool = False
    values: dict[str, list[tuple[Any, str]]] = field(default_factory=dict)
    """By key (``revenue/2020`` for a row): the values with the task that says so."""
    empty: dict[str, str] = field(default_factory=dict)
    """Keys with a box but no text yet, and the task."""
    absent: dict[str, str] = field(default_factory=dict)
    boxes: dict[str, list[Place]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Region:
    """A rectangle with its texts; ``corners`` in pixels of the picture."""

    label: str
    corners: list[Point]
    texts: tuple[str, ...]
    period: str
    size: tuple[int, int]
    """(width, height) of the picture."""

    @property
    def centre(self) -> Point:
        return sum(x for x, _ in self.corners) / 4, sum(y for _, y in self.corners) / 4

    def holds(self, point: Point) -> bool:
        xs, ys = zip(*self.corners, strict=True)
        return bool(min(xs) <= point[0] <= max(xs) and min(ys) <= point[1] <= max(ys))

    @property
    def area(self) -> float:
        xs, ys = zip(*self.corners, strict=True)
        return float((max(xs) - min(xs)) * (max(ys) - min(ys)))


def labels_from(text: str | bytes) -> Imported:
    """Labels from the JSON that Label Studio exports (format "JSON").

    Raises:
        LabelStudioError: it is no such export, or annotations cannot become labels; all faults at once.
    """
    try:
        found = _TASKS.validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise LabelStudioError(
            [f"不是本产品任务的 Label Studio 导出（{where} {first['msg']}）；请选 Export → JSON，不要选 JSON-MIN"]
        ) from error
    by_file: dict[str, dict[int, _Task]] = {}
    problems: list[str] = []
    for task in found:
        pages = by_file.setdefault(task.data.file, {})
        if task.data.page in pages and pages[task.data.page].annotations and task.annotations:
            problems.append(f"{task.name}：同一页有两个任务，请只导出一个")
        if task.data.page not in pages or task.annotations:
            pages[task.data.page] = task
    labels, unfinished = [], {}
    for file, pages in by_file.items():
        chosen = [(task, _chosen(task)) for _, task in sorted(pages.items())]
        open_pages = [task.data.page for task, annotation in chosen if annotation is None]
        missing = max(task.data.of for task in pages.values()) - len(pages)
        if open_pages or missing > 0:
            unfinished[file] = open_pages
            continue
        labels.append(_label(file, [(task, annotation) for task, annotation in chosen if annotation], problems))
    if problems:
        raise LabelStudioError(problems)
    return Imported(labels, unfinished)


def _chosen(task: _Task) -> _Annotation | None:
    """The annotation that counts: ground truth before others, then the newest; cancelled ones never."""
    done = [annotation for annotation in task.annotations if not annotation.was_cancelled]
    return max(done, key=lambda a: (a.ground_truth, a.updated_at), default=None)


def _label(file: str, pages: Iterable[tuple[_Task, _Annotation]], problems: list[str]) -> Label:
    documents: list[_Document] = []
    current: _Document | None = None
    enterprise: str | None = None
    for task, annotation in pages:
        enterprise = enterprise or task.data.enterprise
        current = _read_page(task, annotation, documents, current, problems)
    return Label(file=file, enterprise=enterprise, documents=[_finished(document, problems) for document in documents])


def _read_page(
    task: _Task, annotation: _Annotation, documents: list[_Document], current: _Document | None, problems: list[str]
) -> _Document | None:
    """Put one page into ``documents``; returns the document that a next page may continue."""
    parts, fields = _regions(task, annotation, problems)
    kind = _one_choice(annotation, tags.TYPE)
    if kind == "blank" and not parts and not fields:
        return current
    if kind is None and not parts:
        problems.append(f"{task.name}：没有选材料类型")
        return None
    goes_on = _one_choice(annotation, tags.START) == tags.NEXT
    kinds = [part.label for part in parts] or [str(kind)]
    unknown = [name for name in kinds if name not in known_types()]
    if unknown:
        problems.append(f"{task.name}：不认识的材料类型“{unknown[0]}”")
        return None
    if goes_on and current is not None and current.type != kinds[0]:
        problems.append(f"{task.name}：选了“接着上一页”，但上一页是 {current.type}，这一页是 {kinds[0]}；请改其中之一")
        return None
    here: list[_Document] = []
    for k, name in enumerate(kinds):
        if k == 0 and goes_on and current is not None:
            current.pages.append(task.data.page)
            here.append(current)
        else:
            here.append(_Document(name, [task.data.page]))
            documents.append(here[-1])
    excluded = tags.NO_PROOF in _choices(annotation, tags.PROOF)
    for document in here:
        document.excluded = document.excluded or excluded
    for region in fields:
        home = _home(region, parts, here)
        if home is None:
            problems.append(f"{task.name}：字段 {region.label} 的框不在任何一份材料的框内")
        else:
            _add(home, region, task, problems)
    _absent(task, annotation, here, problems)
    return here[-1]


def _choices(annotation: _Annotation, name: str) -> list[str]:
    return [choice for item in annotation.result if item.from_name == name for choice in item.value.choices]


def _one_choice(annotation: _Annotation, name: str) -> str | None:
    return next(iter(_choices(annotation, name)), None)


# --- regions --------------------------------------------------------------------------


def _regions(task: _Task, annotation: _Annotation, problems: list[str]) -> tuple[list[_Region], list[_Region]]:
    """(documents on the page from top to bottom, fields); what belongs to one region shares its id."""
    texts: dict[tuple[str, str], list[str]] = {}
    for item in annotation.result:
        if item.type == "textarea":
            texts.setdefault((item.from_name, item.id), []).extend(item.value.texts)
    parts: list[_Region] = []
    fields: list[_Region] = []
    for item in annotation.result:
        if item.from_name not in (tags.PART, tags.FIELD):
            continue
        if item.type != "rectanglelabels" or len(item.value.rectanglelabels) != 1:
            problems.append(f"{task.name}：框 {item.id} 须是带一个标签的矩形")
            continue
        if item.image_rotation % 360 or item.original_width <= 0 or item.original_height <= 0:
            problems.append(f"{task.name}：框 {item.id} 画在转动过的图片上，或缺少图片尺寸；请把图片转回后重画")
            continue
        region = _Region(
            item.value.rectanglelabels[0],
            _pixels(item),
            tuple(text.strip() for text in texts.get((tags.TEXT, item.id), ()) if text.strip()),
            "".join(texts.get((tags.PERIOD, item.id), ())).strip(),
            (item.original_width, item.original_height),
        )
        (parts if item.from_name == tags.PART else fields).append(region)
    return sorted(parts, key=lambda part: min(y for _, y in part.corners)), fields


def _pixels(item: _Item) -> list[Point]:
    sx, sy, value = item.original_width / 100, item.original_height / 100, item.value
    return rectangle(value.x * sx, value.y * sy, value.width * sx, value.height * sy, value.rotation)


def _home(region: _Region, parts: Sequence[_Region], documents: Sequence[_Document]) -> _Document | None:
    """The document a field belongs to: the smallest part around its centre whose type has the field."""
    if not parts:
        return documents[0]
    around = [(part.area, k) for k, part in enumerate(parts) if part.holds(region.centre)]
    fitting = [item for item in around if spec_of(documents[item[1]].type, region.label)]
    return documents[min(fitting or around)[1]] if around else None


def _add(document: _Document, region: _Region, task: _Task, problems: list[str]) -> None:
    spec = spec_of(document.type, region.label)
    if spec is None or spec.kind in tags.UNLABELLED_KINDS:
        problems.append(f"{task.name}：{document.type} 没有可标的字段“{region.label}”")
        return
    key = region.label
    if spec.rows:
        if not PERIOD.fullmatch(region.period):
            problems.append(f"{task.name}：{spec.label} 的框须写年度（如 2022），现为“{region.period}”")
            return
        key = f"{key}/{region.period}"
    found = place(task.data.page, region.corners, region.size, task.data.rotation, task.data.skew, task.data.warp)
    if found is None:
        problems.append(f"{task.name}：字段 {key} 的框没有面积或在页面之外")
        return
    document.boxes.setdefault(key, []).append(found)
    if not region.texts:
        document.empty.setdefault(key, task.name)
    for text in region.texts:
        try:
            value = from_text(spec, text)
        except ValueTextError as error:
            problems.append(f"{task.name}：字段 {key}（{spec.label}）{error}")
        else:
            document.values.setdefault(key, []).append((value, task.name))


def _absent(task: _Task, annotation: _Annotation, documents: Sequence[_Document], problems: list[str]) -> None:
    for item in annotation.result:
        if item.from_name != tags.ABSENT:
            continue
        for key in (part for text in item.value.texts for part in text.split()):
            homes = [document for document in documents if spec_of(document.type, key)]
            if not homes:
                problems.append(f"{task.name}：“确实没有”中的“{key}”不是这一页材料的字段")
            for document in homes:
                document.absent.setdefault(key, task.name)


# --- values ---------------------------------------------------------------------------


def _finished(document: _Document, problems: list[str]) -> LabelledDocument:
    fields: dict[str, Any] = {}
    for key, found in document.values.items():
        name, _, period = key.partition("/")
        spec = spec_of(document.type, name)
        if spec is None:
            continue
        value = _one_value(spec, key, found, problems)
        if period:
            fields.setdefault(name, {})[period] = value
        else:
            fields[key] = value
    for key, task in document.empty.items():
        if key not in document.values:
            problems.append(f"{task}：字段 {key} 有框没有值；请写值，或删去框")
    for key, task in document.absent.items():
        if key in fields:
            problems.append(f"{task}：字段 {key} 标为没有，却在 {document.type} 中有值")
        fields.setdefault(key, None)
    return LabelledDocument(
        type=document.type, pages=document.pages, fields=fields, boxes=document.boxes, excluded=document.excluded
    )


def _one_value(spec: FieldSpec, key: str, found: Sequence[tuple[Any, str]], problems: list[str]) -> Any:
    """The list of distinct values of a field that repeats; else the one value that all places show."""
    distinct: dict[str, tuple[Any, str]] = {}
    for value, task in found:
        distinct.setdefault(squeeze(value) if isinstance(value, str) else repr(value), (value, task))
    values = [value for value, _ in distinct.values()]
    if spec.many:
        return values
    if len(values) > 1:
        places = "；".join(f"{task} 为“{value}”" for value, task in distinct.values())
        problems.append(f"字段 {key} 在同一份材料中值不同：{places}")
    return values[0]
