"""Whether the fonts that an OFD brings along draw the characters that their codes say.

The counterpart of ``pdf_page.strip_agrees``: every glyph that a page uses is drawn and read by the text engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from rapidfuzz.distance import Levenshtein

from extractor.intake import ofd_fonts
from extractor.intake.errors import IntakeError
from extractor.intake.ofd import OfdFile
from extractor.intake.ofd_fonts import Glyph
from extractor.intake.ofd_objects import Content
from extractor.intake.ofd_text import UNKNOWN_GLYPH, Char, estimate
from extractor.reading.ocr_page import Recogniser
from extractor.values.chinese import squeeze, to_halfwidth

SIMILARITY = 0.8
PER_STRIP = 24
MAX_GLYPHS = 600
"""Glyphs of one font that are looked at; a page that uses more is a page of print, not a trick."""
FONT_UNREAD = "嵌入字体无法读取"
FONT_LIES = "嵌入字体显示的字与文字编码不一致"
NO_SHAPE = "嵌入字体里没有这个字"


def doubts(
    ofd: OfdFile, content: Content, chars: Sequence[Char], engine: Callable[[], Recogniser]
) -> dict[tuple[str, Glyph], str]:
    """What is doubtful about (font, glyph), for the embedded fonts of a page; what is not there is in order."""
    used: dict[str, dict[Glyph, None]] = {}
    for char in chars:
        if char.font in content.fonts and char.text.strip() and char.glyph != UNKNOWN_GLYPH:
            used.setdefault(char.font, {})[(char.text, char.glyph)] = None
    found: dict[tuple[str, Glyph], str] = {}
    for font, glyphs in used.items():
        try:
            data = ofd.read(content.fonts[font])
        except IntakeError:
            data = b""
        for glyph, why in check(data, list(glyphs), engine).items():
            found[(font, glyph)] = why
    return found


def check(font: bytes, glyphs: Sequence[Glyph], engine: Callable[[], Recogniser]) -> dict[Glyph, str]:
    """What is doubtful about the glyphs of one font."""
    narrow = [g for g in glyphs[:MAX_GLYPHS] if estimate(g[0]) < 1]
    wide = [g for g in glyphs[:MAX_GLYPHS] if estimate(g[0]) >= 1]
    found = {g: FONT_UNREAD for g in glyphs[MAX_GLYPHS:]}
    drawn, strips = [], []
    for part in (*_parts(narrow), *_parts(wide)):
        # A little air between digits: side by side they would touch in fonts that are wider than usual.
        strip = ofd_fonts.strip(font, part, [max(0.7, 1.1 * estimate(g[0])) for g in part])
        if strip is None:
            return dict.fromkeys(glyphs, FONT_UNREAD)
        image, inked = strip
        found |= {g: NO_SHAPE for g, ink in zip(part, inked, strict=True) if not ink}
        shown = [g for g, ink in zip(part, inked, strict=True) if ink]
        if shown:
            drawn.append(shown)
            strips.append(image)
    if not strips:
        return found
    read = [squeeze(to_halfwidth(line.text)) for line in engine().recognise(strips)]
    meant = [squeeze(to_halfwidth("".join(g[0] for g in part))) for part in drawn]
    if not agrees(meant, read):
        found |= {g: FONT_LIES for part in drawn for g in part}
    return found


def agrees(meant: Sequence[str], read: Sequence[str]) -> bool:
    """Whether what was read is what is meant: alike on the whole, and no digit another digit."""
    total = sum(max(len(m), len(r)) for m, r in zip(meant, read, strict=True))
    apart = 0
    for m, r in zip(meant, read, strict=True):
        for step in Levenshtein.editops(m, r):
            apart += 1
            if step.tag == "replace" and m[step.src_pos].isdigit() and r[step.dest_pos].isdigit():
                return False
    return apart <= (1 - SIMILARITY) * total


def _parts(glyphs: Sequence[Glyph]) -> Iterable[Sequence[Glyph]]:
    return [glyphs[k : k + PER_STRIP] for k in range(0, len(glyphs), PER_STRIP)]
