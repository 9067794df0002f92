"""The pictures and shapes of an OFD page as one image, without its texts, for reading scans and drawn letters."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from extractor.intake import ofd_images
from extractor.intake import ofd_xml as xml
from extractor.intake.errors import TooLarge
from extractor.intake.limits import Limits
from extractor.intake.ofd_images import RGBA, Pictures
from extractor.intake.ofd_objects import Content, Drawn
from extractor.intake.ofd_paths import outlines
from extractor.intake.ofd_xml import Rect

RGB = NDArray[np.uint8]

DPI, MAX_DPI = 200, 300
MM = 25.4
_GRID = 64
_MOST_WORK = 2e9
_FRACTION = 4  # bits below a pixel, for shapes
_LETTER_POINTS = 12
"""A filled shape with fewer corners is a bar or a box, not a letter."""


def coverage(content: Content, pictures: Pictures) -> tuple[float, float]:
    """Shares (0..1) of the page under pictures that can be shown, and under ones that cannot, on a 64 x 64 grid."""
    shown, lost = np.zeros((_GRID, _GRID), bool), np.zeros((_GRID, _GRID), bool)
    for drawn in content.objects:
        box = ofd_images.area(drawn) if drawn.kind == "image" else None
        if box is not None and drawn.alpha >= 0.1:
            grid = lost if pictures.of(drawn) is None else shown
            x = slice(*_cells(box[0], box[2], content.width))
            grid[slice(*_cells(box[1], box[3], content.height)), x] = True
    return float(shown.mean()), float(lost.mean())


def _cells(low: float, high: float, size: float) -> tuple[int, int]:
    return max(0, round(_GRID * low / size)), min(_GRID, round(_GRID * high / size))


def letters(content: Content) -> int:
    """How many filled shapes look like letters: 红头 and texts turned into outlines."""
    count = 0
    for drawn in content.objects:
        if drawn.kind == "path" and drawn.fill is not None and drawn.alpha >= 0.1 and min(drawn.fill) < 200:
            figures = outlines(xml.text(xml.child(drawn.node, "AbbreviatedData")))
            count += sum(len(points) for points, _ in figures) > _LETTER_POINTS
    return count


def image(content: Content, pictures: Pictures, limits: Limits) -> RGB:
    """Pictures and shapes in drawing order on white, at 200 dpi (finer scans up to 300), within ``max_pixels``."""
    scale = min(_dpi(content, pictures) / MM, (limits.max_pixels / (content.width * content.height)) ** 0.5 * 0.999)
    width, height = max(1, round(content.width * scale)), max(1, round(content.height * scale))
    canvas = np.full((height, width, 3), 255, np.uint8)
    work = 0.0
    for drawn in content.objects:
        if drawn.alpha <= 0:
            continue
        if drawn.kind == "image":
            picture = pictures.of(drawn)
            work += 0 if picture is None else _lay(canvas, drawn, picture, scale)
        elif drawn.kind == "path":
            work += _shape(canvas, drawn, scale)
        if work > _MOST_WORK:
            raise TooLarge("OFD 页面的图形过多，请另存为 PDF 后重新上传")
    return canvas


def _dpi(content: Content, pictures: Pictures) -> float:
    """The resolution of the page's finest large picture, between the two bounds."""
    best = float(DPI)
    for drawn in content.objects:
        box = ofd_images.area(drawn) if drawn.kind == "image" else None
        picture = pictures.of(drawn) if box is not None else None
        if box is None or picture is None or (box[2] - box[0]) * (box[3] - box[1]) < 0.25 * content.width * content.height:
            continue
        best = max(best, MM * max(picture.shape[:2]) / max(box[2] - box[0], box[3] - box[1]))
    return min(best, MAX_DPI)


def _lay(canvas: RGB, drawn: Drawn, picture: RGBA, scale: float) -> float:
    """Draw a picture at its place, by its opacity, within its clip; what that took, in pixels of a plain shape."""
    window = _window(drawn.clip, canvas, scale)
    if window is None:
        return 0.0
    l, t, r, b = window
    a, b_, c, d, e, f = ofd_images.placed(drawn)
    h, w = picture.shape[:2]
    # Averaging first keeps thin strokes that sampling would step over.
    ratio = min(1.0, max(np.hypot(a, b_) * scale / w, np.hypot(c, d) * scale / h))
    if ratio < 0.75:
        size = (max(1, round(w * ratio)), max(1, round(h * ratio)))
        picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
        h, w = picture.shape[:2]
    matrix = np.array([[a * scale / w, c * scale / h, e * scale - l], [b_ * scale / w, d * scale / h, f * scale - t]])
    drawn_on = cv2.warpAffine(picture, matrix, (r - l, b - t), flags=cv2.INTER_LINEAR, borderValue=(0, 0, 0, 0))
    opacity = drawn_on[..., 3:].astype(np.float32) * (drawn.alpha / 255)
    part = canvas[t:b, l:r]
    part[:] = np.round(part * (1 - opacity) + drawn_on[..., :3] * opacity).astype(np.uint8)
    return float(10 * ((r - l) * (b - t) + h * w))


def _shape(canvas: RGB, drawn: Drawn, scale: float) -> float:
    """Fill and stroke a path, within its clip; what that took, in pixels and edges per row."""
    figures = outlines(xml.text(xml.child(drawn.node, "AbbreviatedData")))
    if not figures:
        return 0.0
    placed = [np.array([xml.apply(drawn.matrix, x, y) for x, y in points], np.float64) for points, _ in figures]
    a, b_, c, d = drawn.matrix[:4]
    wide = drawn.line_width * abs(a * d - b_ * c) ** 0.5
    low, high = np.min([p.min(axis=0) for p in placed], axis=0) - wide, np.max([p.max(axis=0) for p in placed], axis=0) + wide
    near = (max(drawn.clip[0], low[0]), max(drawn.clip[1], low[1]), min(drawn.clip[2], high[0]), min(drawn.clip[3], high[1]))
    window = _window(near, canvas, scale)
    if window is None:
        return 0.0
    l, t, r, b = window
    before = canvas[t:b, l:r]
    part = before.copy()
    pixels = [_fixed(points * scale - (l, t)) for points in placed]
    if drawn.fill is not None:
        cv2.fillPoly(part, pixels, drawn.fill, lineType=cv2.LINE_AA, shift=_FRACTION)
    if drawn.stroke is not None:
        thick = min(255, max(1, round(wide * scale)))
        for points, (_, closed) in zip(pixels, figures, strict=True):
            cv2.polylines(part, [points], closed, drawn.stroke, thick, cv2.LINE_AA, _FRACTION)
    before[:] = part if drawn.alpha >= 1 else np.round(before * (1 - drawn.alpha) + part * drawn.alpha).astype(np.uint8)
    rows = sum(float(np.abs(np.diff(points[:, 1])).sum()) for points in placed) * scale
    return (r - l) * (b - t) + 300 * rows


def _fixed(points: NDArray[np.float64]) -> NDArray[np.int32]:
    """Pixels as whole numbers with ``_FRACTION`` bits below the point."""
    bound = 1 << 24
    return np.asarray(np.clip(np.round(points * (1 << _FRACTION)), -bound, bound), np.int32)


def _window(clip: Rect, canvas: RGB, scale: float) -> tuple[int, int, int, int] | None:
    """The clip in whole pixels of the canvas; None where nothing is left."""
    h, w = canvas.shape[:2]
    l, t = max(0, int(clip[0] * scale)), max(0, int(clip[1] * scale))
    r, b = min(w, int(clip[2] * scale) + 1), min(h, int(clip[3] * scale) + 1)
    return (l, t, r, b) if r > l and b > t else None
