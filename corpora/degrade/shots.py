"""From clean pages to pictures of them, with the way that every point goes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from corpora.degrade import effects, marks
from corpora.degrade.devices import Conditions, Mode, conditions
from corpora.degrade.effects import Rng
from corpora.degrade.geometry import Bend, Geometry, Points, before_camera, on_glass, rotate, turned
from corpora.format import Difficulty, Place
from corpora.synth.engine import Pixels
from extractor.model import Box

Raster = Callable[[int], list[Pixels]]
"""dpi → the clean pages of one document."""

SEAL_INCHES = 1.6
"""Diameter of a company seal: 40 to 42 mm."""


@dataclass(frozen=True)
class Shot:
    """A page as it ends up in a file.

    ``warp``: points (n, 2) as fractions of the clean page → fractions of ``image`` as stored.
    ``rotation``: the clockwise quarter turn of ``image`` (0, 90, 180, 270).
    ``quality``: the JPEG quality that ``image`` already went through (None: no loss); stored once more
    with it, it hardly changes. ``dpi``: pixels per inch of paper, roughly.
    """

    image: Pixels
    warp: Callable[[Points], Points]
    rotation: int
    level: int
    mode: Mode
    quality: int | None
    dpi: int


def shoot(raster: Raster, difficulty: Difficulty, rng: Rng, *, level: int | None = None, owner: str | None = None) -> list[Shot]:
    """Pictures of all pages of one document, made by one device; the same ``rng`` state gives the same bytes.

    ``owner``: the company named on seals that are pressed over the pages; None: an invented one.

    Raises:
        ValueError: the difficulty has no such level.
    """
    return capture(raster, conditions(difficulty, rng, level), rng, owner=owner)


def capture(raster: Raster, given: Conditions, rng: Rng, *, owner: str | None = None) -> list[Shot]:
    """As ``shoot``, under conditions that are given."""
    clean = raster(given.dpi)
    pages = _printed(clean, given, rng, owner)
    return [_shot(page, given, _of_page(given, rng), rng) for page in pages]


def place(box: Box, shot: Shot, page: int) -> Place:
    """Where ``box`` of the clean page is found on page number ``page`` (1-based) of the file."""
    left, top, right, bottom = box
    corners = shot.warp(np.array([(left, top), (right, top), (right, bottom), (left, bottom)]))
    # Bent paper bends the sides, so the box goes around points along them.
    t = np.linspace(0, 1, 9)
    x, y = left + (right - left) * t, top + (bottom - top) * t
    rim = np.concatenate(
        [np.stack([x, np.full_like(x, v)], 1) for v in (top, bottom)]
        + [np.stack([np.full_like(y, u), y], 1) for u in (left, right)]
    )
    upright = np.clip(turned(shot.warp(rim), -shot.rotation), 0, 1)
    low, high = upright.min(axis=0), upright.max(axis=0)
    a, b, c, d = ((round(float(u), 5), round(float(v), 5)) for u, v in corners)
    return Place(
        page=page,
        box=(round(float(low[0]), 5), round(float(low[1]), 5), round(float(high[0]), 5), round(float(high[1]), 5)),
        quad=(a, b, c, d),
    )


def _of_page(given: Conditions, rng: Rng) -> Conditions:
    """Every page lies a little differently, and feeders and people turn some the wrong way round."""
    turn = given.turn
    if rng.random() < given.odd_turns:
        turn = int(rng.choice((90, 180, 270)))
    # Half of the skew is the document's, half the page's, to either side.
    skew = given.skew * rng.uniform(0.5, 1) * rng.choice((-1, 1))
    return replace(given, turn=turn, skew=float(skew))


def _printed(clean: Sequence[Pixels], given: Conditions, rng: Rng, owner: str | None) -> list[Pixels]:
    """The sheets before they are scanned: paper, ink, what shines through, and what was pressed on them."""
    pages = [effects.fade(page, given.fade) if given.fade else page for page in clean]
    if given.watermark:
        grey = int(rng.integers(205, 232))
        pages = [marks.watermark(page, rng, given.watermark, grey) for page in pages]
    if given.bleed:
        # The back of a sheet is the next page, or the one before on even pages; the last may be blank.
        backs = [k + 1 if k % 2 == 0 else k - 1 for k in range(len(pages))]
        pages = [
            effects.bleed_through(page, pages[back], given.bleed) if back < len(pages) else page
            for page, back in zip(pages, backs, strict=True)
        ]
    pages = [effects.tint(page, given.paper) for page in pages]
    seal_side = round(SEAL_INCHES * given.dpi)
    if given.seal:
        pages = [marks.seal_over_text(page, rng, marks.company_seal(rng, seal_side, owner)) for page in pages]
    if given.paging_seal:
        pages = marks.paging_seal(pages, rng, marks.company_seal(rng, seal_side, owner))
    return pages


def _shot(sheet: Pixels, given: Conditions, page: Conditions, rng: Rng) -> Shot:
    size = (sheet.shape[1], sheet.shape[0])
    if given.device == "none":
        geometry = Geometry(size, size, np.eye(3))
        image = sheet
    elif given.device in ("scanner", "fax"):
        geometry = on_glass(size, page.skew, page.room, page.turn)
        image = _scanned(sheet, geometry, page, rng)
    else:
        image, geometry = _photographed(sheet, page, rng)
    image = rotate(image, geometry.turn)
    if page.app_mark:
        image = marks.app_mark(image, rng, page.app_mark)
    if page.mode == "grey":
        image = effects.grey(image)
    if page.quality is not None:
        image = effects.jpeg(image, page.quality)
    return Shot(image, geometry.points, geometry.turn, page.level, page.mode, page.quality, page.dpi)


def _scanned(sheet: Pixels, geometry: Geometry, page: Conditions, rng: Rng) -> Pixels:
    image = _folded(sheet, page, None, rng)
    image = geometry.draw(image, (28, 28, 28) if page.dark_lid else page.paper)
    image = effects.lamp(image, rng, page.lamp)
    image = _sensed(image, page, rng)
    image = effects.streaks(effects.specks(image, rng, page.specks), rng, page.streaks)
    if page.border:
        image = effects.black_border(image, rng, page.border)
    if page.device == "fax":
        return effects.fax(image, rng, page.fax_rows)
    return effects.bilevel(image) if page.mode == "bilevel" else image


def _photographed(sheet: Pixels, page: Conditions, rng: Rng) -> tuple[Pixels, Geometry]:
    bend = None
    if page.curl or page.folds:
        bend = Bend(
            curl=page.curl,
            waves=float(rng.uniform(0.7, 1.6)),
            phase=float(rng.uniform(0, 2)),
            kink=float(rng.uniform(-0.012, 0.012)) * page.level / 3 if page.folds else 0.0,
            fold=float(rng.uniform(0.35, 0.65)),
        )
    image = _folded(sheet, page, bend, rng)
    geometry = before_camera((sheet.shape[1], sheet.shape[0]), rng, page.skew, page.tilt, page.margin, bend, page.turn)
    image = geometry.draw(image, effects.table_top(rng, geometry.size[1], geometry.size[0]))
    image = effects.lamp(image, rng, page.lamp)
    if page.shadow:
        image = effects.cast_shadow(image, rng, page.shadow)
    image = effects.white_balance(image, page.gains)
    image = _sensed(image, page, rng)
    return (effects.whiten(image, page.whiten) if page.whiten else image), geometry


def _folded(sheet: Pixels, page: Conditions, bend: Bend | None, rng: Rng) -> Pixels:
    """Creases: the first across the page where it bends, the second down the middle, the third in the last third."""
    image = sheet
    for k in range(page.folds):
        at = (bend.fold if bend else rng.uniform(0.35, 0.65), rng.uniform(0.42, 0.58), rng.uniform(0.68, 0.8))[k]
        image = effects.crease(image, rng, float(at), page.fold_depth, across=k == 1)
    return image


def _sensed(image: Pixels, page: Conditions, rng: Rng) -> Pixels:
    """Blur and noise of the sensor; blur grows with the resolution, so that the print suffers alike."""
    scale = page.dpi / 150
    image = effects.motion(effects.blur(image, page.blur * scale), rng, page.motion * scale)
    return effects.noise(image, rng, page.noise, page.blotches)
