"""Two certificates on one page: cut the page between their titles."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from extractor.documents.titles import titles
from extractor.model import Box, Line, Page, union
from extractor.values.chinese import squeeze

_TITLE = re.compile(
    r"(?:专利证书|商标注册证|续展注册证明|著作权登记证书?|高新技术企业(?:认定)?证书|营业执照|(?:认证|评定)证书|管理体系证书|获奖证书|荣誉证书)$"
)
"""Chinese only: the English title of a bilingual certificate is not another paper."""
_LONGEST = 30
_LARGE = 1.25
_APART = 0.2
"""Titles closer than this in both directions belong to one paper (a title and its second reading)."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a title stands."""

    text: str
    box: Box

    @property
    def cx(self) -> float:
        """Horizontal centre."""
        return (self.box[0] + self.box[2]) / 2

    @property
    def cy(self) -> float:
        """Vertical centre."""
        return (self.box[1] + self.box[3]) / 2


def certificate_titles(page: Page) -> list[Place]:
    """Titles of certificates: such a word alone, in print larger than the page's usual.

    On one line each; then those broken over two lines (高新技术企业 / 证书) or spaced out into several.
    """
    level = [line for line in page.lines if not line.slant]
    if not any("证" in line.text or "照" in line.text for line in level):
        return []
    usual = sorted(line.height for line in level)[len(level) // 2]
    found: list[Place] = []
    used: set[int] = set()
    large = sorted((line for line in level if line.height >= _LARGE * usual), key=lambda x: (x.box[1], x.box[0]))
    for printed in (*((line,) for line in large), *_stacked(large)):
        text = "".join(line.text for line in printed)
        if _is_title(squeeze(text)):
            used |= {id(line) for line in printed}
            _keep(found, Place(text, union(line.box for line in printed)))
    for title in titles(page, 1.0):
        lines = {id(line) for run in title.runs for line in run.lines}
        if title.size >= _LARGE and not lines & used and _is_title(squeeze(title.text)):
            _keep(found, Place(title.text, union(run.box for run in title.runs)))
    return found


def _stacked(lines: Sequence[Line]) -> list[tuple[Line, Line]]:
    """Lines that stand one below the other like a title on two lines, the second no title by itself."""
    return [
        (a, b)
        for a in lines
        for b in lines
        if 0 < b.cy - a.cy < 2.2 * max(a.height, b.height)
        and abs(a.cx - b.cx) < 0.5 * max(a.width, b.width)
        and not _is_title(squeeze(b.text))
    ]


def _is_title(text: str) -> bool:
    return len(text) <= _LONGEST and bool(_TITLE.search(text))


def _keep(found: list[Place], place: Place) -> None:
    """Add a title unless it is a second reading of one already found."""
    if all(abs(place.cx - o.cx) > _APART or abs(place.cy - o.cy) > _APART for o in found):
        found.append(place)


def split_page(page: Page) -> list[Page]:
    """The page itself, or its parts where it holds several certificates (side by side or stacked)."""
    places = certificate_titles(page) if page.source not in ("sheet", "blank") else []
    if len(places) < 2:
        return [page]
    spread_x = max(t.cx for t in places) - min(t.cx for t in places)
    spread_y = max(t.cy for t in places) - min(t.cy for t in places)
    if spread_x > 0.25 and spread_y > 0.25 and len(places) >= 3:
        parts = []
        for half in _cut(page, places, 1):
            parts += _cut(half, [t for t in places if _holds(half.region, t)], 0)
        return parts
    return _cut(page, places, 0 if spread_x > spread_y else 1)


def _holds(region: Box | None, line: Line | Place) -> bool:
    l, t, r, b = region or (0.0, 0.0, 1.0, 1.0)
    return l <= line.cx <= r and t <= line.cy <= b


def _cut(page: Page, places: Sequence[Place], axis: int) -> list[Page]:
    """Cut across ``axis`` (0: side by side, 1: stacked) at the white between two papers."""
    centres = sorted({round((t.box[axis] + t.box[axis + 2]) / 2, 2) for t in places})
    groups = [centres[0]]
    for c in centres[1:]:
        if c - groups[-1] > _APART:
            groups.append(c)
    if len(groups) < 2:
        return [page]
    l, t, r, b = page.region or (0.0, 0.0, 1.0, 1.0)
    low = l if axis == 0 else t
    high = r if axis == 0 else b
    cuts = [low]
    for a, z in pairwise(groups):
        cuts.append(_gap(page.lines, axis, a, z, cuts[-1]))
    cuts.append(high)
    parts = []
    for a, z in pairwise(cuts):
        region: Box = (a, t, z, b) if axis == 0 else (l, a, r, z)
        lines = tuple(line for line in page.lines if _holds(region, line))
        seals = tuple(s for s in page.seals if a <= (s.box[axis] + s.box[axis + 2]) / 2 < z)
        parts.append(page.model_copy(update={"lines": lines, "seals": seals, "tables": (), "region": region}))
    return parts


def _gap(lines: Sequence[Line], axis: int, first: float, second: float, start: float) -> float:
    """Where to cut between two titles: the middle of a stretch that no line covers, else the expected place.

    Papers of one size have their titles equally far from their edges, which gives the expected place; a
    stretch counts by its width and less the farther it is from there, so that white inside a paper does not win.
    """
    expected = second - (first - start)
    spans = sorted(
        (x.box[axis], x.box[axis + 2]) for x in lines if not x.slant and x.box[axis + 2] > first and x.box[axis] < second
    )
    best, at, reach = 0.0, min(max(expected, first), second), first
    for a, z in [*spans, (second, second)]:
        middle = (a + reach) / 2
        worth = (a - reach) * (1 - abs(middle - expected) / (second - first)) ** 2
        if worth > best:
            best, at = worth, middle
        reach = max(reach, z)
    return at
