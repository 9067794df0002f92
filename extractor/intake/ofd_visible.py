"""Which characters of an OFD page a person sees: not those that are off the page, uncoloured, tiny or covered.

A viewer shows a page's picture; a reader of its text must not find more on it. What is left out is counted by reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from extractor.intake import ofd_images
from extractor.intake import ofd_xml as xml
from extractor.intake.errors import TooLarge
from extractor.intake.ofd_images import Pictures
from extractor.intake.ofd_objects import UNKNOWN, Content, Drawn
from extractor.intake.ofd_paths import Shape, outlines
from extractor.intake.ofd_text import ASCENT, DESCENT, Char
from extractor.intake.ofd_xml import Rect

MIN_ALPHA = 0.1
MIN_SIZE = 0.6
"""Millimetres (1.7 points): smaller print cannot be read."""
LIKE = 24
"""Levels by which two colours must differ, in one channel at least, to be told apart."""
COVERING = 0.5
"""Opacity from which on something hides what lies under it."""
SAME_SIZE = 2.5
"""Letters of a watermark are larger than the print that they lie on by more than this."""
ON_PICTURE = "文字与背景的颜色无法分辨"
UNDER_PICTURE = "文字上盖有无法解码的图片"
UNDER_PARTLY = "文字被部分遮盖"
ON_TOP = "文字互相重叠"

_MOST_WORK = 100_000_000
_SAME = "与底色相同"
BLOCKS = range(0x2580, 0x25B0)
"""Characters that are blocks: they cover whatever size they have."""
_SAMPLES = ((0.5, 0.5), (0.3, 0.3), (0.7, 0.3), (0.3, 0.7), (0.7, 0.7))
"""Where a character is looked at, in shares of its width and height."""


@dataclass(frozen=True)
class _Cover:
    """A shape or a picture, in page coordinates."""

    order: int
    box: Rect
    drawn: Drawn
    shape: Shape | None


@dataclass(frozen=True)
class _Grounds:
    """What is drawn under and over characters, at five points of each.

    ``colours`` (n x 5 x 3) lie under them; ``covered`` (n x 5) says what lies over them: 0 nothing, 1 a shape, 2 a
    picture. ``under``, ``over`` (n): a picture that cannot be decoded does.
    """

    colours: NDArray[np.float64]
    covered: NDArray[np.int8]
    under: NDArray[np.bool_]
    over: NDArray[np.bool_]


def visible(content: Content, chars: Sequence[Char], pictures: Pictures) -> tuple[list[Char], Counter[str]]:
    """The characters that are seen, with doubts where that is not sure, and how many are not, by reason.

    Raises TooLarge for a page with more shapes over more text than can be looked at.
    """
    hidden = Counter(content.hidden)
    judged = [(c, _by_itself(c, content) if c.text.strip() else "") for c in chars]
    look = [k for k, (c, reason) in enumerate(judged) if c.text.strip() and not reason]
    grounds = _grounds([judged[k][0] for k in look], _covers(content), pictures)
    for n, k in enumerate(look):
        char = judged[k][0]
        reason, doubt = _by_others(content.objects[char.order], grounds, n)
        judged[k] = (replace(char, doubts=char.doubts | {doubt}) if doubt else char, reason)
    hidden.update(reason for _, reason in judged if reason)
    return _without_collisions(judged), hidden


def _by_itself(char: Char, content: Content) -> str:
    """Why the character cannot be seen, whatever is around it; else empty."""
    drawn = content.objects[char.order]
    x, y = char.centre
    a, b, c, d = char.matrix[:4]
    slack = 0.3 * char.size
    left, top, right, bottom = drawn.clip
    if not (0 <= x <= content.width and 0 <= y <= content.height):
        return "在页面以外"
    if drawn.fill is None and drawn.stroke is None:
        return "没有着色"
    if drawn.alpha < MIN_ALPHA:
        return "完全透明"
    if char.size < MIN_SIZE:
        return "字号过小"
    if not (left - slack <= x <= right + slack and top - slack <= y <= bottom + slack):
        return "在显示范围以外"
    return "左右颠倒" if a * d - b * c < 0 else ""


def _grounds(chars: Sequence[Char], covers: Sequence[_Cover], pictures: Pictures) -> _Grounds:
    """Lay all shapes and pictures on all characters, in drawing order."""
    n = len(chars)
    spots = [xml.apply(c.matrix, u * c.width, v * (ASCENT + DESCENT) - ASCENT) for c in chars for u, v in _SAMPLES]
    points = np.array(spots, np.float64).reshape(-1, 2)
    orders = np.repeat(np.array([c.order for c in chars], np.int64), len(_SAMPLES))
    colours, covered = np.full((len(points), 3), 255.0), np.zeros(len(points), np.int8)
    under, over = np.zeros(len(points), bool), np.zeros(len(points), bool)
    work = 0
    for cover in covers:
        l, t, r, b = cover.box
        at = np.flatnonzero((points[:, 0] >= l) & (points[:, 0] <= r) & (points[:, 1] >= t) & (points[:, 1] <= b))
        work += len(points) + (cover.shape.work if cover.shape and len(at) else 0)
        if work > _MOST_WORK:
            raise TooLarge("OFD 页面内容过多，请另存为 PDF 后重新上传")
        if not len(at):
            continue
        painted = _painted(cover, pictures, points[at])
        if painted is None:
            over[at] |= orders[at] < cover.order
            under[at] |= orders[at] > cover.order
            continue
        ink, alpha = painted
        later = orders[at] > cover.order
        share = np.where(later, alpha, 0.0)[:, None]
        colours[at] = share * ink + (1 - share) * colours[at]
        hides = ~later & (alpha >= COVERING) & (orders[at] < cover.order)
        covered[at[hides]] = 1 if cover.shape else 2
    shape = (n, len(_SAMPLES))
    return _Grounds(
        colours=colours.reshape(*shape, 3),
        covered=covered.reshape(shape),
        under=np.asarray(under.reshape(shape).any(axis=1), bool),
        over=np.asarray(over.reshape(shape).any(axis=1), bool),
    )


def _painted(
    cover: _Cover, pictures: Pictures, points: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Colours and opacities that a cover draws at points; None for a picture that cannot be decoded."""
    drawn = cover.drawn
    if cover.shape is None:
        picture = pictures.of(drawn)
        return None if picture is None else ofd_images.pixels(drawn, picture, points)
    line, fill = cover.shape.at(points)
    ink = np.where(line[:, None], drawn.stroke or UNKNOWN, drawn.fill or UNKNOWN).astype(np.float64)
    return ink, np.where(line | fill, drawn.alpha, 0.0)


def _by_others(drawn: Drawn, grounds: _Grounds, n: int) -> tuple[str, str]:
    """(why the n-th character is not seen, what is doubtful about it), from what is drawn over and under it."""
    covered = grounds.covered[n]
    count = int((covered > 0).sum())
    if count >= 4:
        return "被图片遮盖" if int((covered == 2).sum()) * 2 > count else "被色块遮盖", ""
    doubt = UNDER_PICTURE if grounds.over[n] else UNDER_PARTLY if count == 3 else ""
    ink = drawn.fill if drawn.fill is not None else drawn.stroke or UNKNOWN
    ground = grounds.colours[n]
    # The letter's own colour is laid on what lies under it: a faint one is nearly that.
    shown = drawn.alpha * np.array(ink) + (1 - drawn.alpha) * ground
    if (np.abs(shown - ground).max(axis=1) >= LIKE).any():
        return "", ON_PICTURE if grounds.under[n] else doubt
    return ("", ON_PICTURE) if grounds.under[n] else (_SAME, "")


def _without_collisions(judged: Sequence[tuple[Char, str]]) -> list[Char]:
    """The characters that are seen, with a doubt where a later one may cover them: a block, or one in the paper's colour.

    Texts that are seen on one another are told by their words (``reading.ofd_page``): single characters have more room
    than ink.
    """
    others = [c for c, reason in judged if reason == _SAME or (not reason and ord(c.text[0]) in BLOCKS)]
    boxes = _array([c.box for c in others])
    kept = []
    for char, reason in judged:
        if reason:
            continue
        x, y = char.centre
        here = _meeting(boxes, (x, y, x, y)) if char.text.strip() else []
        if any(_may_cover(others[k], char) for k in here):
            char = replace(char, doubts=char.doubts | {ON_TOP})
        kept.append(char)
    return kept


def _may_cover(other: Char, char: Char) -> bool:
    """Whether ``other`` (over the middle of ``char``) may hide it."""
    if other.order <= char.order:
        return False
    near = max(abs(a - b) for a, b in zip(char.matrix[4:], other.matrix[4:], strict=True)) < 0.2 * char.size
    if other.text == char.text and near:
        return False
    alike = max(char.size, other.size) <= SAME_SIZE * min(char.size, other.size)
    return alike or ord(other.text[0]) in BLOCKS


def _covers(content: Content) -> list[_Cover]:
    """Shapes and pictures, in drawing order."""
    found = []
    for order, drawn in enumerate(content.objects):
        if drawn.alpha <= 0:
            continue
        if drawn.kind == "image":
            box = ofd_images.area(drawn)
            if box is not None:
                found.append(_Cover(order, box, drawn, None))
        elif drawn.kind == "path":
            shape = _shape(drawn)
            edge = shape.bounds
            if edge is not None:
                l, t, r, b = drawn.clip
                box = (max(edge[0], l), max(edge[1], t), min(edge[2], r), min(edge[3], b))
                found.append(_Cover(order, box, drawn, shape))
    return found


def _shape(drawn: Drawn) -> Shape:
    """A path on the page."""
    node, matrix = drawn.node, drawn.matrix
    figures = outlines(xml.text(xml.child(node, "AbbreviatedData")))
    placed = [([xml.apply(matrix, x, y) for x, y in points], closed) for points, closed in figures]
    size = abs(matrix[0] * matrix[3] - matrix[1] * matrix[2]) ** 0.5
    wide = drawn.line_width * size if drawn.stroke is not None else 0.0
    return Shape(placed, wide, filled=drawn.fill is not None, even_odd=(node.get("Rule") or "").lower() == "even-odd")


def _array(boxes: Sequence[Rect]) -> NDArray[np.float64]:
    return np.array(boxes, np.float64).reshape(-1, 4)


def _meeting(boxes: NDArray[np.float64], box: Rect) -> list[int]:
    """The boxes that share a point with ``box``."""
    l, t, r, b = box
    found = np.flatnonzero((boxes[:, 0] <= r) & (boxes[:, 2] >= l) & (boxes[:, 1] <= b) & (boxes[:, 3] >= t))
    return [int(k) for k in found]
