"""Level a page whose printed rows still slope a little.

Half a degree left over on an A3 page lifts the last column by a whole row. Boxes are sheared for
grouping only; evidence is moved back to where it stands on the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extractor.documents.statements.cells import Amount
from extractor.documents.statements.shear import best_shear
from extractor.documents.statements.table import Entry
from extractor.model import Box, Evidence, Page

_STEPS = [k * 0.001 for k in range(-30, 31)]


def slope_of(page: Page) -> float:
    """How far rows fall per page width (page heights); 0 where level, unclear or known exactly.

    The slope at which most lines share their height with a neighbour wins, if it is clearly better than none.
    """
    if page.source == "text" or len(page.lines) < 30:
        return 0.0
    points = [(line.cy, line.cx) for line in page.lines if line.width > line.height * 0.5]
    heights = sorted(line.height for line in page.lines)
    close = 0.15 * heights[len(heights) // 2]
    return best_shear(points, _STEPS, close, 5)


def levelled(page: Page, slope: float) -> Page:
    """The page with the slope taken out of its boxes."""
    if not slope:
        return page
    lines = tuple(line.model_copy(update={"box": _moved(line.box, -slope)}) for line in page.lines)
    return page.model_copy(update={"lines": lines})


def _moved(box: Box, slope: float) -> Box:
    """A box lowered by the slope at its middle."""
    shift = slope * (box[0] + box[2]) / 2
    return (box[0], box[1] + shift, box[2], box[3] + shift)


def restore(evidence: Evidence, slope: float) -> Evidence:
    """Evidence found on a levelled page, back on the page itself."""
    return evidence.model_copy(update={"box": _moved(evidence.box, slope)}) if slope else evidence


def restored(entries: Sequence[Entry], slope: float) -> list[Entry]:
    """Entries with their evidence back on the page itself."""
    if not slope:
        return list(entries)
    return [replace(e, amounts={k: _back(a, slope) for k, a in e.amounts.items()}) for e in entries]


def _back(amount: Amount, slope: float) -> Amount:
    return replace(amount, evidence=restore(amount.evidence, slope))
