"""The text of an OFD page: characters with exact places, joined into runs on one base line.

Places come from ``X``, ``Y`` and the differences in ``DeltaX`` and ``DeltaY`` (GB/T 33190, 11.3); no font is needed
for them. What cannot be taken at face value carries its doubts in plain Chinese; ``ofd_visible`` leaves out what
nobody sees.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from extractor.intake import ofd_xml as xml
from extractor.intake.errors import TooLarge
from extractor.intake.ofd_objects import Content, Drawn, Part
from extractor.intake.ofd_xml import Matrix, Rect

ASCENT, DESCENT = 0.86, 0.14
"""Em above and below the base line, as Chinese fonts have them."""
BREAK_GAP = 0.6  # em: a wider gap starts a new word
SPACE_GAP = 0.12  # em: a blank over at least this gap is kept as one space
SIZE_JUMP = 1.3
BASE_TOLERANCE = 0.25  # em
ANGLE_TOLERANCE = 3.0  # degrees
MAX_CHARS = 100_000
_DOUBLES = 64  # texts alike that are looked at for doubles: these are drawn soon after each other
NO_STEPS = "字的位置没有写明"
NO_GLYPHS = "字形编号没有嵌入字体可核对"
NOTE = "是批注里的文字"

UNKNOWN_GLYPH = -1
"""A glyph number is given that cannot be attributed to one character."""


@dataclass(frozen=True, slots=True)
class Char:
    """One character. ``matrix`` takes em space (origin at its base line, x right, y down) to the page in millimetres.

    ``width`` is in em; ``glyph`` is the number in font ``font`` that is drawn, None where the code decides;
    ``order`` is the object's place in drawing order.
    """

    text: str
    matrix: Matrix
    width: float
    font: str
    glyph: int | None
    order: int
    part: Part
    doubts: frozenset[str] = frozenset()

    @property
    def size(self) -> float:
        """The font size on the page, in millimetres."""
        return math.hypot(self.matrix[2], self.matrix[3])

    @property
    def box(self) -> Rect:
        """The upright rectangle around it."""
        return xml.bounds(self.matrix, (0.0, -ASCENT, self.width, DESCENT))

    @property
    def centre(self) -> tuple[float, float]:
        """The middle of its box."""
        return xml.apply(self.matrix, self.width / 2, (DESCENT - ASCENT) / 2)

    @property
    def angle(self) -> float:
        """Degrees clockwise off level, 0 to 360."""
        return math.degrees(math.atan2(self.matrix[1], self.matrix[0])) % 360


@dataclass(frozen=True, slots=True)
class Word:
    """A run of characters; ``box`` and ``spans`` in millimetres of the page turned upright.

    Written downwards or aslant: without spans. ``slant`` is in degrees off level.
    """

    text: str
    box: Rect
    spans: tuple[tuple[float, float], ...]
    slant: float
    size: float
    doubts: frozenset[str]
    part: Part


def chars(content: Content) -> list[Char]:
    """All characters of a page, blanks too, in drawing order; nothing is left out. Raises TooLarge."""
    found: list[Char] = []
    for order, drawn in enumerate(content.objects):
        if drawn.kind == "text":
            found += _of_object(drawn, order, content)
            if len(found) > MAX_CHARS:
                raise TooLarge("OFD 页面内容过多，请另存为 PDF 后重新上传")
    return found


def _of_object(drawn: Drawn, order: int, content: Content) -> Iterator[Char]:
    node = drawn.node
    size = xml.number(node.get("Size"), 0.0)
    scale = xml.number(node.get("HScale"), 1.0)
    if size <= 0 or scale <= 0:
        return
    font = node.get("Font") or ""
    codes = list(xml.children(node, "TextCode"))
    glyphs = _glyphs(node, len(codes))
    embedded = font in content.fonts
    angle = math.radians(xml.number(node.get("CharDirection"), 0.0))
    cos, sin = math.cos(angle), math.sin(angle)
    em: Matrix = (size * scale * cos, size * scale * sin, -size * sin, size * cos, 0.0, 0.0)
    x = y = 0.0
    for code in codes:
        text = code.text or ""
        # A line break in the file is the writer's layout, not a character.
        text = text.strip() if "\n" in text else text
        x, y = xml.number(code.get("X"), x), xml.number(code.get("Y"), y)
        places, whole = _places(code, text, x, y, size, scale)
        for k, (char, (px, py)) in enumerate(zip(text, places, strict=True)):
            glyph = glyphs.get(k)
            doubts = set() if whole else {NO_STEPS}
            if glyph is not None and (glyph == UNKNOWN_GLYPH or not embedded):
                doubts.add(NO_GLYPHS)
            if drawn.part == "annotation":
                doubts.add(NOTE)
            matrix = xml.then((em[0], em[1], em[2], em[3], px, py), drawn.matrix)
            width = _width(char, k, places, size * scale)
            yield Char(char, matrix, width, font, glyph, order, drawn.part, frozenset(doubts))


def _places(code: Any, text: str, x: float, y: float, size: float, scale: float) -> tuple[list[tuple[float, float]], bool]:
    """The place of each character in object space, and whether the file gives all of them."""
    along, down = steps(code.get("DeltaX"), len(text)), steps(code.get("DeltaY"), len(text))
    need = len(text) - 1
    whole = need <= 0 or max(len(along), len(down)) >= need
    if not along and not down:
        # By the standard all characters would stand on one spot: viewers set them by their widths.
        along = [estimate(c) * size * scale for c in text[:-1]]
    places = [(x, y)]
    for k in range(max(need, 0)):
        dx = along[k] if k < len(along) else (along[-1] if along and not whole else 0.0)
        dy = down[k] if k < len(down) else (down[-1] if down and not whole else 0.0)
        places.append((places[-1][0] + dx, places[-1][1] + dy))
    return places[: len(text)], whole


def steps(value: str | None, limit: int) -> list[float]:
    """The differences of ``DeltaX``/``DeltaY``; ``g n d`` stands for n times d. At most ``limit``."""
    parts = (value or "").replace(",", " ").split()
    found: list[float] = []
    at = 0
    while at < len(parts) and len(found) < limit:
        if parts[at].lower() == "g":
            group = xml.numbers(" ".join(parts[at + 1 : at + 3]))
            if len(group) != 2 or group[0] < 0:
                break
            found += [group[1]] * int(min(group[0], limit - len(found)))
            at += 3
        else:
            one = xml.numbers(parts[at])
            if not one:
                break
            found += one
            at += 1
    return found


def _glyphs(node: Any, codes: int) -> dict[int, int]:
    """Glyph numbers by the character's place, from ``CGTransform`` (GB/T 33190, 11.4)."""
    found: dict[int, int] = {}
    for change in xml.children(node, "CGTransform"):
        start = int(xml.number(change.get("CodePosition"), 0))
        count = int(min(xml.number(change.get("CodeCount"), 1), MAX_CHARS))
        numbers = xml.numbers(xml.text(xml.child(change, "Glyphs")))
        # Several texts in one object: the standard does not say which of them is counted.
        plain = codes == 1 and len(numbers) == count
        for k in range(count):
            found[start + k] = int(numbers[k]) if plain else UNKNOWN_GLYPH
    return found


def estimate(char: str) -> float:
    """The width of a character in em, as Chinese fonts have it."""
    return 1.0 if unicodedata.east_asian_width(char) in "WFA" else 0.5


def _width(char: str, k: int, places: Sequence[tuple[float, float]], em: float) -> float:
    """The distance to the next character on the line where that can be a width, else an estimate."""
    guess = estimate(char)
    if k + 1 < len(places) and abs(places[k + 1][1] - places[k][1]) < BASE_TOLERANCE * em:
        step = (places[k + 1][0] - places[k][0]) / em
        if 0.5 * guess <= step <= 1.3 * guess:
            return step
    return guess


# --- words -----------------------------------------------------------------------


def turning(turn: int, width: float, height: float) -> Matrix:
    """The matrix that turns a page of that size by ``turn`` degrees clockwise (0, 90, 180, 270)."""
    moves: dict[int, Matrix] = {
        0: xml.IDENTITY,
        90: (0.0, 1.0, -1.0, 0.0, height, 0.0),
        180: (-1.0, 0.0, 0.0, -1.0, width, height),
        270: (0.0, -1.0, 1.0, 0.0, 0.0, width),
    }
    return moves[turn]


def turned(char: Char, matrix: Matrix) -> Char:
    """The character on the page after ``matrix``."""
    return replace(char, matrix=xml.then(char.matrix, matrix))


def words(found: Sequence[Char]) -> list[Word]:
    """Runs of characters on one base line; columns of characters written downwards; slanted texts as one each."""
    runs: list[list[Char]] = []
    blank = False
    for char in found:
        if not char.text.strip():
            blank = True
            continue
        last = runs[-1] if runs else None
        if last is not None and (_level(last[-1], char) or _down(last, char)):
            if blank and _gap(last[-1], char) > SPACE_GAP and not _down(last, char):
                last.append(_space(last[-1]))
            last.append(char)
        else:
            runs.append([char])
        blank = False
    return [_word(run) for run in _joined(_without_doubles(runs))]


def _axis(char: Char) -> tuple[float, float, float, float]:
    """The unit vectors along and across the base line."""
    a, b, c, d = char.matrix[:4]
    along, across = math.hypot(a, b) or 1.0, math.hypot(c, d) or 1.0
    return (a / along, b / along, c / across, d / across)


def _offset(a: Char, b: Char) -> tuple[float, float]:
    """From the origin of ``a`` to that of ``b``, along and across the line of ``a``, in em."""
    ux, uy, vx, vy = _axis(a)
    dx, dy = b.matrix[4] - a.matrix[4], b.matrix[5] - a.matrix[5]
    size = a.size or 1.0
    return ((dx * ux + dy * uy) / size, (dx * vx + dy * vy) / size)


def _reach(char: Char) -> float:
    """The width of a character in units of its size."""
    return char.width * math.hypot(char.matrix[0], char.matrix[1]) / (char.size or 1.0)


def _gap(a: Char, b: Char) -> float:
    return _offset(a, b)[0] - _reach(a)


def _alike(a: Char, b: Char) -> bool:
    small, large = sorted((a.size, b.size))
    return (
        large <= SIZE_JUMP * small
        and abs((a.angle - b.angle + 180) % 360 - 180) < ANGLE_TOLERANCE
        and a.part == b.part
        and (a.doubts == b.doubts)
    )


def _level(a: Char, b: Char) -> bool:
    along, across = _offset(a, b)
    return _alike(a, b) and abs(across) <= BASE_TOLERANCE and along >= 0 and -0.5 <= along - _reach(a) <= BREAK_GAP


def _down(run: Sequence[Char], b: Char) -> bool:
    """Whether ``b`` stands under the last of a column of characters of one object (vertical writing)."""
    a = run[-1]
    if a.order != b.order or not _alike(a, b) or (len(run) > 1 and _level(run[-2], a)):
        return False
    along, across = _offset(a, b)
    # Lines of one character each, set wide apart, are a column, too: 购 买 方 beside a table.
    return abs(along) <= 0.3 and 0.7 <= across <= 2.2


def _space(after: Char) -> Char:
    at = xml.apply(after.matrix, after.width, 0.0)
    return replace(after, text=" ", width=0.0, matrix=(*after.matrix[:4], *at))


def _key(char: Char) -> tuple[int, float, float]:
    """For sorting: angle, base line, place along it."""
    ux, uy, vx, vy = _axis(char)
    x, y = char.matrix[4:]
    return (round(char.angle / ANGLE_TOLERANCE), x * vx + y * vy, x * ux + y * uy)


def _without_doubles(runs: Sequence[list[Char]]) -> list[list[Char]]:
    """Drop runs drawn again on the same spot to look bold."""
    seen: dict[str, list[Char]] = {}
    kept = []
    for run in runs:
        same = seen.setdefault("".join(c.text for c in run), [])
        if not any(_alike(c, run[0]) and max(map(abs, _offset(c, run[0]))) < 0.15 for c in same[-_DOUBLES:]):
            same.append(run[0])
            kept.append(run)
    return kept


def _joined(runs: list[list[Char]]) -> list[list[Char]]:
    """Join neighbours on a line that are drawn as objects of their own or out of order."""
    joined: list[list[Char]] = []
    lines: list[list[list[Char]]] = []
    for run in sorted(runs, key=lambda r: _key(r[0])):
        last = lines[-1][0][0] if lines else None
        if last is not None and _alike(last, run[0]) and abs(_offset(last, run[0])[1]) <= BASE_TOLERANCE:
            lines[-1].append(run)
        else:
            lines.append([run])
    for line in lines:
        current: list[Char] | None = None
        for run in sorted(line, key=lambda r: _key(r[0])[2]):
            if current is not None and not _column(current) and not _column(run) and _level(current[-1], run[0]):
                current += run
            else:
                current = list(run)
                joined.append(current)
    return joined


def _column(run: Sequence[Char]) -> bool:
    return len(run) > 1 and _offset(run[0], run[-1])[1] > 0.5


def _word(run: Sequence[Char]) -> Word:
    boxes = [c.box for c in run]
    box = (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))
    angle = run[0].angle
    level = min(angle, 360 - angle) <= ANGLE_TOLERANCE
    spans = tuple((b[0], b[2]) for b in boxes) if level and not _column(run) else ()
    doubts = frozenset().union(*(c.doubts for c in run))
    return Word("".join(c.text for c in run), box, spans, 0.0 if level else angle, run[0].size, doubts, run[0].part)
