"""Titles: what a paper calls itself, in large or centred print near its top.

Used for cues. A title may be letter-spaced, broken over two rows (高新技术企业 / 证书) or hold an OCR slip;
the same words inside running text are no title.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from rapidfuzz.distance import Levenshtein

from extractor.documents.rows import Run, Same, fold, rows
from extractor.model import Page

_SENTENCE = re.compile(r"[，。；,;]")
_EDGE = "《》【】<>“”\"'—-_.·*★☆"


@dataclass(frozen=True)
class Title:
    """A title-like text: its rows, its size against the page's usual text, whether centred and alone."""

    text: str
    runs: tuple[Run, ...]
    size: float
    centred: bool
    top: float

    @cached_property
    def key(self) -> str:
        """Folded for comparing."""
        return fold(self.text).strip(_EDGE)


@dataclass(frozen=True, slots=True)
class TitleHit:
    """A wanted title found: which one, and how surely it is the paper's title (0..1)."""

    name: str
    title: Title
    score: float


def body_size(page_rows: Sequence[Run]) -> float:
    """Usual text height of the page (fraction), by characters."""
    heights = sorted((r.box[3] - r.box[1], min(len(r), 40)) for r in page_rows)
    half = sum(n for _, n in heights) / 2
    for height, n in heights:
        half -= n
        if half <= 0:
            return height
    return 0.0


def titles(page: Page, depth: float = 0.62) -> tuple[Title, ...]:
    """Title candidates down to ``depth`` of the page (or region), largest first, two-row ones joined as well.

    Candidates: rows (or parts of rows) of up to 40 characters without sentence marks.
    """
    return _titles(Same(page), depth)


@lru_cache(maxsize=32)
def _singles(same: Same) -> tuple[Title, ...]:
    """The candidates of one row each, in reading order."""
    page_rows = rows(same.page)
    usual = body_size(page_rows)
    if not usual:
        return ()
    cut = [row.segments(6.0) for row in page_rows]
    found = (_single(part, usual, alone=len(parts) == 1) for parts in cut for part in parts)
    return tuple(title for title in found if title is not None)


@lru_cache(maxsize=64)
def _titles(same: Same, depth: float) -> tuple[Title, ...]:
    """The title candidates of a page."""
    region = same.page.region
    top, bottom = (region[1], region[3]) if region else (0.0, 1.0)
    singles = [title for title in _singles(same) if (title.top - top) / (bottom - top) <= depth]
    pairs = [_pair(a, b) for k, a in enumerate(singles) for b in singles[k + 1 : k + 4]]
    found = singles + [p for p in pairs if p is not None]
    return tuple(sorted(found, key=lambda t: (-round(t.size, 1), t.top)))


def _single(part: Run, usual: float, *, alone: bool) -> Title | None:
    """The part of a row as a title candidate."""
    if not 2 <= len(part) <= 40 or _SENTENCE.search(part.key):
        return None
    left, top, right, bottom = part.box
    region = part.page.region
    middle = (region[0] + region[2]) / 2 if region else 0.5
    centred = alone and abs((left + right) / 2 - middle) < 0.06
    return Title(part.text, (part,), (bottom - top) / usual, centred, top)


def _pair(a: Title, b: Title) -> Title | None:
    """Two rows as one title: close together, both centred or alike in size, both larger than the text."""
    ha, hb = (t.runs[0].box[3] - t.runs[0].box[1] for t in (a, b))
    gap = b.top - a.runs[0].box[3]
    if not -0.4 * ha < gap < 1.2 * max(ha, hb) or min(a.size, b.size) < 1.1 or max(ha, hb) > 2.2 * min(ha, hb):
        return None
    ca, cb = ((t.runs[0].box[0] + t.runs[0].box[2]) / 2 for t in (a, b))
    if abs(ca - cb) > 0.06:
        return None
    return Title(a.text + b.text, a.runs + b.runs, min(a.size, b.size), a.centred and b.centred, a.top)


def find_title(page: Page, names: Iterable[str], *, depth: float = 0.62) -> TitleHit | None:
    """The best of ``names`` that stands as a title.

    Score: 0.97 for exactly this text in large or centred print, less where it is part of a longer title
    (by how much longer), where it is small and not centred, or read with a slip. None below 0.5.
    """
    best: TitleHit | None = None
    candidates = titles(page, depth)
    for name in names:
        wanted = fold(name)
        for title in candidates:
            score = _score(wanted, title)
            if score >= 0.5 and (best is None or (score, len(name)) > (best.score, len(best.name))):
                best = TitleHit(name, title, round(score, 3))
    return best


def _score(wanted: str, title: Title) -> float:
    """How surely ``title`` is ``wanted``."""
    key = title.key
    large = title.size >= 1.3
    if key == wanted:
        likeness = 1.0
    elif wanted in key:
        likeness = max(0.62, 1.0 - 0.03 * (len(key) - len(wanted)))
        if not key.endswith(wanted) and not large:
            likeness -= 0.12
    else:
        allowed = 0 if len(wanted) < 4 else 1 if len(wanted) < 7 else 2
        slips = Levenshtein.distance(wanted, key, score_cutoff=allowed)
        if not allowed or slips > allowed:
            return 0.0
        likeness = 1.0 - 0.1 * slips
    place = 0.97 if large else 0.9 if title.centred else 0.75
    if title.size >= 1.3 and title.top > 0.5:
        place -= 0.1
    return likeness * place


def title_text(page: Page) -> str:
    """The most prominent title of a page as printed, or an empty text."""
    found = [
        t for t in titles(page, 0.5) if t.size >= 1.25 and len(t.runs) == 1 and re.search(r"[\u4e00-\u9fffA-Za-z]{2}", t.key)
    ]
    return found[0].text if found else ""
