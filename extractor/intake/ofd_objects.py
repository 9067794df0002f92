"""What is drawn on an OFD page, in the order it is drawn: texts, paths and pictures, each with its place.

Templates, layers, blocks, composite units and annotations are taken apart; coordinates are millimetres from the top
left corner of the page's physical box (GB/T 33190, 7.5 and 8: object space, then ``CTM``, then ``Boundary``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from extractor.intake import ofd_xml as xml
from extractor.intake.errors import BrokenFile, TooLarge
from extractor.intake.ofd import OfdFile, PageParts, Resource
from extractor.intake.ofd_paths import points_of
from extractor.intake.ofd_xml import BROKEN, IDENTITY, Matrix, Rect

Colour = tuple[int, int, int]
"""RGB, 0..255."""
Part = Literal["page", "annotation", "mark"]
"""``mark``: an annotation of type Watermark or Stamp."""

BLACK: Colour = (0, 0, 0)
UNKNOWN: Colour = (128, 128, 128)
"""Stands for a pattern or a shading: something is seen."""
MAX_OBJECTS = 50_000
_MAX_DEPTH = 16
_ORDER = {"Background": 0, "Body": 1, "Foreground": 2}
_OBJECTS = {"TextObject", "PathObject", "ImageObject", "CompositeObject"}


@dataclass(frozen=True, slots=True)
class Drawn:
    """A text, path or picture. ``matrix`` takes object space to the page; outside ``clip`` nothing is seen.

    ``fill`` and ``stroke`` are None where the inside or the outline is not drawn; ``alpha`` is 0..1;
    ``line_width`` is in object space.
    """

    kind: Literal["text", "path", "image"]
    node: Any
    matrix: Matrix
    clip: Rect
    alpha: float
    fill: Colour | None
    stroke: Colour | None
    line_width: float
    part: Part = "page"


@dataclass(slots=True)
class Content:
    """All that is drawn on a page (first drawn first), its resources, and how many characters are switched off."""

    width: float
    height: float
    objects: list[Drawn] = field(default_factory=list)
    resources: dict[str, Resource] = field(default_factory=dict)
    fonts: dict[str, str] = field(default_factory=dict)
    """ID to path of the fonts that the package brings along."""
    hidden: Counter[str] = field(default_factory=Counter)
    """Characters that are not shown, by reason in plain Chinese."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """What objects inherit from what they lie in."""

    matrix: Matrix
    clip: Rect
    alpha: float = 1.0
    param: str = ""
    part: Part = "page"
    depth: int = 0


def content(ofd: OfdFile, i: int) -> Content:
    """Everything drawn on page ``i`` (0-based). Raises BrokenFile, TooLarge for this page."""
    page = ofd.page(i)
    left, top, right, bottom = page.area
    found = Content(right - left, bottom - top, resources=ofd.resources(page))
    found.fonts = {key: r.path for key, r in found.resources.items() if xml.name(r.node) == "Font" and r.path and ofd.has(r.path)}
    matrix: Matrix = (1.0, 0.0, 0.0, 1.0, -left, -top)
    frame = _Frame(matrix, xml.bounds(matrix, page.shown))
    walker = _Walker(found)
    behind, before = _templates(ofd, page)
    for node in behind:
        walker.layers(node, frame)
    walker.layers(page.node, frame)
    for node in before:
        walker.layers(node, frame)
    for annotation in _annotations(ofd, page):
        walker.annotation(annotation, frame)
    return found


def _templates(ofd: OfdFile, page: PageParts) -> tuple[list[Any], list[Any]]:
    """Template pages behind and before the page's own content; a template's own templates lie behind it."""
    behind: list[Any] = []
    before: list[Any] = []
    for use in xml.children(page.node, "Template"):
        found = ofd.template(page.doc, use.get("TemplateID") or "")
        if found is None:
            raise BrokenFile("OFD 页面引用的模板缺失，请重新下载或重新导出后上传")
        node, order = found
        if any(True for _ in xml.children(node, "Template")):
            # The standard has no templates of templates; reading half a page would be worse than none.
            raise BrokenFile("OFD 模板互相引用，无法读取，请用 OFD 阅读器另存为 PDF 后重新上传")
        (before if (use.get("ZOrder") or order) == "Foreground" else behind).append(node)
    return behind, before


def _annotations(ofd: OfdFile, page: PageParts) -> Iterator[Any]:
    """The page's annotations. Raises BrokenFile where they are named but cannot be read."""
    listed = xml.resolve(page.doc.folder, xml.text(xml.child(page.doc.node, "Annotations")))
    if not listed:
        return
    folder = listed.rpartition("/")[0]
    for entry in xml.children(ofd.parsed(listed), "Page"):
        if entry.get("PageID") == page.id:
            path = xml.resolve(folder, xml.text(xml.child(entry, "FileLoc")))
            yield from xml.children(ofd.parsed(path), "Annot")


class _Walker:
    """Collects objects into a :class:`Content`."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._seen = 0

    def layers(self, node: Any, frame: _Frame) -> None:
        """The layers of a page or template: background, body, foreground; in each kind as written."""
        found = xml.child(node, "Content")
        layers = [] if found is None else list(xml.children(found, "Layer"))
        for layer in sorted(layers, key=lambda x: _ORDER.get(x.get("Type") or "Body", 1)):
            self.block(layer, replace(frame, param=layer.get("DrawParam") or ""))

    def annotation(self, node: Any, frame: _Frame) -> None:
        """An annotation's appearance, drawn at its boundary."""
        appearance = xml.child(node, "Appearance")
        if appearance is None:
            return
        if not xml.flag(node.get("Visible"), True):
            self._hide(appearance)
            return
        part: Part = "mark" if node.get("Type") in {"Watermark", "Stamp"} else "annotation"
        self.block(appearance, replace(self._placed(appearance, frame), part=part))

    def block(self, node: Any, frame: _Frame) -> None:
        """The objects of a layer, a block or a composite unit, in order."""
        if frame.depth > _MAX_DEPTH:
            raise BrokenFile(BROKEN)
        for item in node:
            kind = xml.name(item)
            if kind == "PageBlock":
                self.block(item, replace(frame, depth=frame.depth + 1))
            elif kind in _OBJECTS:
                self._object(item, kind, frame)

    def _object(self, node: Any, kind: str, frame: _Frame) -> None:
        self._seen += 1
        if self._seen > MAX_OBJECTS:
            raise TooLarge("OFD 页面内容过多，请另存为 PDF 后重新上传")
        if not xml.flag(node.get("Visible"), True):
            self._hide(node)
            return
        inner = self._placed(node, frame)
        match kind:
            case "CompositeObject":
                unit = self._content.resources.get(node.get("ResourceID") or "")
                inside = None if unit is None else xml.child(unit.node, "Content")
                if inside is not None:
                    self.block(inside, replace(inner, depth=frame.depth + 1))
            case "TextObject":
                self._keep("text", node, inner, fill=True, stroke=False)
            case "PathObject":
                self._keep("path", node, inner, fill=False, stroke=True)
            case _:
                self._keep("image", node, inner, fill=False, stroke=False)

    def _keep(self, kind: Literal["text", "path", "image"], node: Any, frame: _Frame, *, fill: bool, stroke: bool) -> None:
        filled = xml.flag(node.get("Fill"), fill)
        stroked = xml.flag(node.get("Stroke"), stroke)
        chain = self._params(node, frame.param)
        inside, fill_alpha = self._colour(chain, "FillColor") if filled else (None, 1.0)
        outline, stroke_alpha = self._colour(chain, "StrokeColor") if stroked else (None, 1.0)
        width = next((xml.number(n.get("LineWidth"), 0.353) for n in chain if n.get("LineWidth")), 0.353)
        alpha = frame.alpha * (fill_alpha if filled else stroke_alpha)
        self._content.objects.append(Drawn(kind, node, frame.matrix, frame.clip, alpha, inside, outline, width, frame.part))

    def _placed(self, node: Any, frame: _Frame) -> _Frame:
        """The frame inside a node with a boundary: moved there, clipped to it, with its own opacity."""
        edge = xml.numbers(node.get("Boundary"))
        here = frame.matrix
        clip = frame.clip
        if len(edge) == 4:
            x, y, width, height = edge
            # Writers of invoices give right-aligned texts a negative width, and some none at all.
            if width and height:
                box = (min(x, x + width), min(y, y + height), max(x, x + width), max(y, y + height))
                clip = _cut(clip, xml.bounds(here, box))
            here = xml.then((1.0, 0.0, 0.0, 1.0, x, y), here)
        inner = xml.then(xml.matrix(node.get("CTM")) or IDENTITY, here)
        for region in _clips(node, inner, here):
            clip = _cut(clip, region)
        alpha = min(max(xml.number(node.get("Alpha"), 255.0) / 255.0, 0.0), 1.0)
        param = node.get("DrawParam") or frame.param
        return replace(frame, matrix=inner, clip=clip, alpha=frame.alpha * alpha, param=param)

    def _hide(self, node: Any) -> None:
        count = sum(len(xml.text(n)) for n in node.iter() if xml.name(n) == "TextCode")
        if count:
            self._content.hidden["设为不可见"] += count

    def _params(self, node: Any, param: str) -> list[Any]:
        """The object and the drawing parameters it inherits, nearest first."""
        chain = [node]
        while param and len(chain) < _MAX_DEPTH:
            found = self._content.resources.get(param)
            if found is None:
                break
            chain.append(found.node)
            param = found.node.get("Relative") or ""
        return chain

    def _colour(self, chain: list[Any], which: str) -> tuple[Colour, float]:
        """Colour and opacity: the nearest that is given, else black."""
        for node in chain:
            found = xml.child(node, which)
            if found is not None:
                alpha = min(max(xml.number(found.get("Alpha"), 255.0) / 255.0, 0.0), 1.0)
                return self._rgb(found), alpha
        return BLACK, 1.0

    def _rgb(self, node: Any) -> Colour:
        """An RGB colour. GB/T 33190, 8.3: value of one (grey), three (RGB) or four (CMYK) components, or palette index."""
        values = xml.numbers(node.get("Value"))
        space = self._content.resources.get(node.get("ColorSpace") or "")
        if not values and node.get("Index") and space is not None:
            palette = xml.child(space.node, "Palette")
            entries = [] if palette is None else list(xml.children(palette, "CV"))
            at = int(xml.number(node.get("Index"), -1))
            values = xml.numbers(xml.text(entries[at])) if 0 <= at < len(entries) else []
        bits = xml.number(space.node.get("BitsPerComponent"), 8) if space is not None else 8
        top = 2 ** min(max(bits, 1), 16) - 1
        v = [min(max(x / top, 0.0), 1.0) for x in values]
        match len(v):
            case 1:
                r = g = b = v[0]
            case 3:
                r, g, b = v
            case 4:
                r, g, b = ((1 - x) * (1 - v[3]) for x in v[:3])
            case _:
                return UNKNOWN if any(True for _ in node) or node.get("Index") else BLACK
        return (round(255 * r), round(255 * g), round(255 * b))


def _clips(node: Any, inner: Matrix, outer: Matrix) -> Iterator[Rect]:
    """The rectangles around an object's clip paths (GB/T 33190, 8.4); clips made of text are not looked at."""
    clips = xml.child(node, "Clips")
    if clips is None:
        return
    base = inner if xml.flag(clips.get("TransFlag"), True) else outer
    for clip in xml.children(clips, "Clip"):
        regions = []
        for area in xml.children(clip, "Area"):
            path = xml.child(area, "Path")
            edge = None if path is None else xml.box(path.get("Boundary"))
            if path is None or edge is None:
                return
            corners = points_of(xml.text(xml.child(path, "AbbreviatedData")))
            if not corners:
                return
            xs, ys = [p[0] for p in corners], [p[1] for p in corners]
            rect = (min(xs) + edge[0], min(ys) + edge[1], max(xs) + edge[0], max(ys) + edge[1])
            regions.append(xml.bounds(xml.then(xml.matrix(area.get("CTM")) or IDENTITY, base), rect))
        if regions:
            yield (
                min(r[0] for r in regions),
                min(r[1] for r in regions),
                max(r[2] for r in regions),
                max(r[3] for r in regions),
            )


def _cut(a: Rect, b: Rect) -> Rect:
    return (max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3]))
