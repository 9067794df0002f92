"""Two certificates on one page: cut the page between their titles."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from extractor.model import Box, Line, Page
from extractor.values.chinese import squeeze

_TITLE = re.compile(r"(专利证书|商标注册证|著作权登记证书|高新技术企业证书|营业执照|认证证书|管理体系证书|获奖证书|荣誉证书)$")
_APART = 0.2
"""Titles closer than this in both directions belong to one paper (a title and its second reading)."""


def certificate_titles(page: Page) -> list[Line]:
    """Lines that are certificate titles: such a word alone, in print larger than the page's usual."""
    level = [line for line in page.lines if not line.slant]
    if not level:
        return []
    usual = sorted(line.height for line in level)[len(level) // 2]
    out: list[Line] = []
    for line in sorted(level, key=lambda x: (x.box[1], x.box[0])):
        text = squeeze(line.text)
        if not _TITLE.search(text) or len(text) > 20 or line.height < 1.25 * usual:
            continue
        if all(abs(line.cx - o.cx) > _APART or abs(line.cy - o.cy) > _APART for o in out):
            out.append(line)
    return out


def split_page(page: Page) -> list[Page]:
    """The page itself, or its parts where it holds several certificates (side by side or stacked)."""
    titles = certificate_titles(page)
    if len(titles) < 2 or page.source in ("sheet", "blank"):
        return [page]
    spread_x = max(t.cx for t in titles) - min(t.cx for t in titles)
    spread_y = max(t.cy for t in titles) - min(t.cy for t in titles)
    if spread_x > 0.25 and spread_y > 0.25 and len(titles) >= 3:
        parts = []
        for half in _cut(page, titles, 1):
            parts += _cut(half, [t for t in titles if _holds(half.region, t)], 0)
        return parts
    return _cut(page, titles, 0 if spread_x > spread_y else 1)


def _holds(region: Box | None, line: Line) -> bool:
    l, t, r, b = region or (0.0, 0.0, 1.0, 1.0)
    return l <= line.cx <= r and t <= line.cy <= b


def _cut(page: Page, titles: Sequence[Line], axis: int) -> list[Page]:
    """Cut across ``axis`` (0: side by side, 1: stacked) at the widest white between two titles."""
    centres = sorted({round((t.box[axis] + t.box[axis + 2]) / 2, 2) for t in titles})
    groups = [centres[0]]
    for c in centres[1:]:
        if c - groups[-1] > _APART:
            groups.append(c)
    if len(groups) < 2:
        return [page]
    l, t, r, b = page.region or (0.0, 0.0, 1.0, 1.0)
    low = l if axis == 0 else t
    high = r if axis == 0 else b
    cuts = [low, *(_widest_gap(page.lines, axis, a, z) for a, z in pairwise(groups)), high]
    parts = []
    for a, z in pairwise(cuts):
        region: Box = (a, t, z, b) if axis == 0 else (l, a, r, z)
        lines = tuple(line for line in page.lines if _holds(region, line))
        seals = tuple(s for s in page.seals if a <= (s.box[axis] + s.box[axis + 2]) / 2 < z)
        parts.append(page.model_copy(update={"lines": lines, "seals": seals, "tables": (), "region": region}))
    return parts


def _widest_gap(lines: Sequence[Line], axis: int, low: float, high: float) -> float:
    """Middle of the widest stretch between low and high that no line covers; the middle if there is none."""
    spans = sorted((x.box[axis], x.box[axis + 2]) for x in lines if not x.slant and x.box[axis + 2] > low and x.box[axis] < high)
    best, at, reach = 0.0, (low + high) / 2, low
    for a, z in spans:
        if a - reach > best:
            best, at = a - reach, (a + reach) / 2
        reach = max(reach, z)
    if high - reach > best:
        at = (high + reach) / 2
    return at
