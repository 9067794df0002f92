"""The layout engine: Typst markup in, page images or a born-digital PDF out.

Fonts are those installed on the machine; at least one Chinese font must be there.
"""

from __future__ import annotations

import io
import json
import math
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import byref, c_double, create_string_buffer
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
import pypdfium2.raw as raw
import typst
from PIL import Image, ImageFont

from extractor.model import Box

Pixels = npt.NDArray[np.uint8]
"""RGB image, shape (height, width, 3), dtype uint8."""

# Families by role, best first; each is Debian-packaged (fonts-noto-cjk, fonts-wqy-*, fonts-arphic-*)
# or comes with Windows/macOS.
SONG = ("AR PL SungtiL GB", "AR PL UMing", "Noto Serif CJK SC", "SimSun", "Songti SC")
KAI = ("AR PL KaitiM GB", "AR PL UKai", "KaiTi", "Kaiti SC", "STKaiti")
HEI = ("Noto Sans CJK SC", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "SimHei", "PingFang SC")


class NoChineseFontError(RuntimeError):
    """No installed font can draw Chinese."""


class LayoutError(RuntimeError):
    """The layout engine refused the markup."""


@dataclass(frozen=True)
class SynthDocument:
    """A synthetic document before rendering.

    ``type`` and the keys of ``fields`` are those of ``fields.yaml``; ``source`` is Typst
    markup, ``assets`` the images it names. ``layout`` names the variety, for error analysis.
    ``sheet`` holds rows when the document can also be written as a spreadsheet.
    """

    type: str
    source: str
    fields: dict[str, Any]
    assets: dict[str, bytes] = field(default_factory=dict)
    layout: str = ""
    title: str = ""
    sheet: tuple[tuple[str | int | float | None, ...], ...] = ()
    excluded: bool = False
    """The paper must prove nothing (notice, specimen, template)."""
    held_out: bool = False
    """A layout that no rule may be written against: it measures how well the reader generalises."""


@dataclass(frozen=True)
class TruePage:
    """What truly stands on a laid-out page; boxes are fractions of the page, origin top left.

    ``width`` and ``height`` in points; ``lines``: (text, box) in reading order; ``marks``: field key →
    boxes, one for each line of each place where the value stands (``markup.mark``).
    """

    width: float
    height: float
    lines: tuple[tuple[str, Box], ...]
    marks: dict[str, tuple[Box, ...]]


@dataclass(frozen=True)
class LaidOut:
    """A document laid out: the born-digital PDF and the truth of its pages."""

    pdf: bytes
    pages: tuple[TruePage, ...]


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """The fonts of the machine, searched for once."""
    return typst.Fonts()


@lru_cache(maxsize=1)
def _installed() -> dict[str, tuple[str, int]]:
    found: dict[str, tuple[str, int]] = {}
    for info in _fonts().fonts():
        if info.path is not None and info.style == "normal" and (info.family not in found or info.weight == 400):
            found[info.family] = (str(info.path), int(info.index))
    return found


def families(role: tuple[str, ...]) -> tuple[str, ...]:
    """The installed families of a role (``SONG``, ``KAI``, ``HEI``), or any Chinese ones.

    Raises:
        NoChineseFontError: no font of any role is installed.
    """
    have = tuple(name for name in role if name in _installed())
    if have:
        return have
    other = tuple(name for name in (*SONG, *KAI, *HEI) if name in _installed())
    if not other:
        raise NoChineseFontError(
            "没有找到中文字体，无法生成示例文档。请安装后重试：Debian/Ubuntu 执行 "
            "`apt-get install fonts-noto-cjk fonts-wqy-zenhei fonts-arphic-ukai fonts-arphic-uming`。"
        )
    return other


def has_chinese_font() -> bool:
    """Whether documents can be generated on this machine."""
    try:
        families(SONG)
    except NoChineseFontError:
        return False
    return True


@lru_cache(maxsize=64)
def pil_font(role: tuple[str, ...], size: int) -> ImageFont.FreeTypeFont:
    """The first installed font of a role for drawing seals and backgrounds; ``size`` in pixels."""
    path, index = _installed()[families(role)[0]]
    return ImageFont.truetype(path, size, index=index)


def text(value: str) -> str:
    """Markup that shows ``value`` literally, whatever characters it holds."""
    return f"#{json.dumps(value, ensure_ascii=False)};"


def png(pixels: Pixels | Image.Image) -> bytes:
    """PNG bytes of an image (RGB array or PIL image)."""
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=1)
    return out.getvalue()


def _compile(document: SynthDocument, kind: Literal["pdf", "png"], ppi: float | None) -> Any:
    with tempfile.TemporaryDirectory(prefix="synth-") as root:
        for name, data in document.assets.items():
            (Path(root) / name).write_bytes(data)
        main = Path(root) / "main.typ"
        main.write_text(document.source, encoding="utf-8")
        try:
            return typst.Compiler(root=root, font_paths=_fonts()).compile(str(main), format=kind, ppi=ppi)
        except typst.TypstError as error:
            raise LayoutError(f"{document.type} ({document.layout}): {error}") from error


def render(document: SynthDocument, dpi: float = 200.0) -> list[Pixels]:
    """The pages as RGB images, ``dpi`` pixels per inch of paper."""
    families(SONG)
    made = _compile(document, "png", float(dpi))
    pages = made if isinstance(made, list) else [made]
    return [np.asarray(Image.open(io.BytesIO(page)).convert("RGB"), dtype=np.uint8).copy() for page in pages]


def to_pdf(document: SynthDocument) -> bytes:
    """The document as a born-digital PDF with a true text layer, without any marks; same document, same bytes."""
    return _pdf(document, _UNMARKED)


def lay_out(document: SynthDocument) -> LaidOut:
    """Lay the document out: its PDF, and the true lines and the boxes of the marks of every page.

    Raises:
        LayoutError: the layout engine refused the markup.
    """
    with _opened(_pdf(document, _PLAIN)) as pdf:
        pages = tuple(_true_page(page) for page in _each_page(pdf))
    return LaidOut(pdf=to_pdf(document), pages=pages)


def raster(laid_out: LaidOut, dpi: float) -> list[Pixels]:
    """The pages of a laid-out document as RGB images, ``dpi`` pixels per inch of paper."""
    made = []
    with _opened(laid_out.pdf) as pdf:
        for page in _each_page(pdf):
            bitmap = page.render(scale=dpi / 72, rev_byteorder=True, draw_annots=False)
            made.append(np.ascontiguousarray(bitmap.to_numpy()[..., :3], dtype=np.uint8).copy())
            bitmap.close()
    return made


# Without a date the same source gives the same bytes; links are the marks of ``markup.mark``, which no paper shows.
_PLAIN = "#set document(date: none)\n"
_UNMARKED = _PLAIN + "#show link: it => it.body\n"


def _pdf(document: SynthDocument, head: str) -> bytes:
    families(SONG)
    made: bytes = _compile(replace(document, source=head + document.source), "pdf", None)
    return made


@contextmanager
def _opened(data: bytes) -> Iterator[pdfium.PdfDocument]:
    pdf = pdfium.PdfDocument(data)
    try:
        yield pdf
    finally:
        pdf.close()


def _each_page(pdf: pdfium.PdfDocument) -> Iterator[pdfium.PdfPage]:
    for number in range(len(pdf)):
        page = pdf[number]
        try:
            yield page
        finally:
            page.close()


@dataclass(frozen=True)
class _Glyph:
    """A printed character: ``box`` as (left, bottom, right, top) in points, ``em`` its size, ``angle`` in degrees."""

    char: str
    box: Box
    em: float
    angle: float

    @property
    def middle(self) -> tuple[float, float]:
        return (self.box[0] + self.box[2]) / 2, (self.box[1] + self.box[3]) / 2


def _true_page(page: pdfium.PdfPage) -> TruePage:
    text_page = page.get_textpage()
    try:
        lines = _runs(_glyphs(text_page))
    finally:
        text_page.close()
    width, height = page.get_size()

    def fractions(box: Box) -> Box:
        return box[0] / width, 1 - box[3] / height, box[2] / width, 1 - box[1] / height

    printed = [glyph for line in lines for glyph in line if not glyph.char.isspace()]
    marks: dict[str, list[Box]] = {}
    for key, area in _links(page):
        # The rectangle of a link is as high as the line spacing: only what is printed in it counts.
        held = [g for g in printed if _inside(g.middle, area) and g.angle % 90 == 0]
        if held:
            marks.setdefault(key, []).append(fractions(_around([g.box for g in held])))
    said = [("".join(g.char for g in line).strip(), fractions(_around([g.box for g in line if g.char != " "]))) for line in lines]
    return TruePage(width, height, tuple(_in_order(said)), {key: tuple(boxes) for key, boxes in marks.items()})


def _glyphs(page: pdfium.PdfTextpage) -> list[_Glyph]:
    """The characters in the order of the text; a generated line break becomes a newline."""
    made = []
    for k in range(page.count_chars()):
        char = chr(raw.FPDFText_GetUnicode(page, k))
        if char in "\r\n":
            made.append(_Glyph("\n", (0, 0, 0, 0), 0, 0))
            continue
        matrix = raw.FS_MATRIX()
        raw.FPDFText_GetMatrix(page, k, byref(matrix))
        em = raw.FPDFText_GetFontSize(page, k) * math.hypot(matrix.c, matrix.d)
        angle = round(math.degrees(raw.FPDFText_GetCharAngle(page, k))) % 360
        x0, y0, x1, y1 = page.get_charbox(k)
        if angle == 0 and not char.isspace():
            # A dash or a dot is as high as the digits beside it.
            x, y = c_double(), c_double()
            raw.FPDFText_GetCharOrigin(page, k, byref(x), byref(y))
            y0, y1 = min(y0, y.value), max(y1, y.value + 0.7 * em)
        made.append(_Glyph(" " if char.isspace() else char, (x0, y0, x1, y1), em, angle))
    return made


def _runs(glyphs: list[_Glyph]) -> list[list[_Glyph]]:
    """Characters grouped into runs on one base line without a gap wider than a character or so."""
    runs: list[list[_Glyph]] = [[]]
    last: _Glyph | None = None
    for glyph in glyphs:
        if glyph.char == "\n":
            last = None
        elif glyph.char == " ":
            if last is not None:
                runs[-1].append(glyph)
        else:
            if last is None or not _adjoin(last, glyph):
                runs.append([])
            runs[-1].append(glyph)
            last = glyph
    return [run for run in runs if run]


def _adjoin(a: _Glyph, b: _Glyph) -> bool:
    if a.angle != b.angle:
        return False
    if a.angle:
        return math.dist(a.middle, b.middle) < 2.2 * a.em
    gap = b.box[0] - a.box[2]
    # Chinese titles are spread out; figures that far apart are two cells of a table.
    reach = 1.3 if min(a.char, b.char) > "\u2e80" else 0.7
    return -0.5 * a.em < gap < reach * max(a.em, b.em) and abs(a.middle[1] - b.middle[1]) < 0.5 * a.em


def _links(page: pdfium.PdfPage) -> Iterator[tuple[str, Box]]:
    """(field key, rectangle in points) of every mark; a mark over several lines has one for each."""
    at, link = raw.c_int(0), raw.FPDF_LINK()
    while raw.FPDFLink_Enumerate(page, byref(at), byref(link)):
        action = raw.FPDFLink_GetAction(link)
        size = raw.FPDFAction_GetURIPath(page.pdf, action, None, 0)
        target = create_string_buffer(max(1, size))
        raw.FPDFAction_GetURIPath(page.pdf, action, target, size)
        area = raw.FS_RECTF()
        raw.FPDFLink_GetAnnotRect(link, byref(area))
        kind, _, key = target.value.decode("utf-8").partition(":")
        if kind == "field":
            yield key, (area.left, area.bottom, area.right, area.top)


def _inside(point: tuple[float, float], area: Box) -> bool:
    return area[0] <= point[0] <= area[2] and area[1] <= point[1] <= area[3]


def _around(boxes: list[Box]) -> Box:
    """The smallest box around all ``boxes``."""
    left, low, right, high = zip(*boxes, strict=True)
    return min(left), min(low), max(right), max(high)


def _in_order(lines: list[tuple[str, Box]]) -> list[tuple[str, Box]]:
    """Lines row by row, top to bottom, each row left to right."""
    rows: list[list[tuple[str, Box]]] = []
    for line in sorted(lines, key=lambda line: line[1][1] + line[1][3]):
        middle = (line[1][1] + line[1][3]) / 2
        if rows and rows[-1][0][1][1] <= middle <= rows[-1][0][1][3]:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda line: line[1][0])]
