"""Degrading of single pages without their points; ``shoot`` is the way for new callers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np

from corpora.degrade.effects import (
    Rng,
    bilevel,
    black_border,
    bleed_through,
    blur,
    grey,
    noise,
    shadow,
    specks,
    table_top,
    tint,
    u8,
)
from corpora.degrade.geometry import rotate
from corpora.synth.engine import Pixels


def skew(image: Pixels, degrees: float, fill: tuple[int, int, int] = (255, 255, 255)) -> Pixels:
    """Turn clockwise by up to 10 degrees, same size; corners filled with ``fill``."""
    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)
    return cast(Pixels, cv2.warpAffine(image, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=fill))


def photo(image: Pixels, rng: Rng, warp: float = 0.05, margin: float = 0.08) -> Pixels:
    """A phone photo: perspective ``warp`` (fraction of the side) and a desk around the paper."""
    height, width = image.shape[:2]
    mx, my = int(width * margin), int(height * margin)
    target = np.array([(mx, my), (width + mx, my), (width + mx, height + my), (mx, height + my)], np.float32)
    target += rng.uniform(-warp, warp, (4, 2)).astype(np.float32) * np.array((width, height), np.float32) * 0.5
    source = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    matrix = cv2.getPerspectiveTransform(source, target)
    size = (width + 2 * mx, height + 2 * my)
    desk = table_top(rng, size[1], size[0])
    paper = cv2.warpPerspective(image, matrix, size, flags=cv2.INTER_CUBIC)
    mask = cv2.warpPerspective(np.full((height, width), 255, np.uint8), matrix, size).astype(np.float32)[..., None] / 255.0
    return u8(paper.astype(np.float32) * mask + desk.astype(np.float32) * (1.0 - mask))


@dataclass(frozen=True)
class Recipe:
    """One way of degrading. ``mode``: colour, grey, bilevel. ``rotation``: clockwise, 0, 90, 180 or 270."""

    dpi: int = 200
    quality: int = 75
    blur: float = 0.4
    noise: float = 3.0
    tint: tuple[int, int, int] = (255, 255, 255)
    shadow: float = 0.0
    skew: float = 0.0
    rotation: int = 0
    photo: float = 0.0
    border: bool = False
    bleed: float = 0.0
    specks: int = 0
    mode: str = "colour"


TINTS = ((255, 255, 255), (252, 250, 244), (248, 246, 238), (244, 246, 248), (250, 244, 230))


def clean(rng: Rng) -> Recipe:
    """An office scanner: 150..300 dpi, straight, mild compression."""
    return Recipe(
        dpi=int(rng.choice((150, 200, 200, 300))),
        quality=int(rng.integers(70, 93)),
        blur=float(rng.uniform(0, 0.5)),
        noise=float(rng.uniform(0, 3)),
        skew=float(rng.uniform(-0.6, 0.6)),
        tint=TINTS[int(rng.integers(2))],
    )


def worn(rng: Rng) -> Recipe:
    """A careless scan: skewed, shaded, dusty, sometimes grey or 1-bit, sometimes upside down."""
    return Recipe(
        dpi=int(rng.choice((130, 150, 200, 240))),
        quality=int(rng.integers(40, 80)),
        blur=float(rng.uniform(0.2, 0.9)),
        noise=float(rng.uniform(1, 8)),
        tint=TINTS[int(rng.integers(len(TINTS)))],
        shadow=float(rng.uniform(0, 0.25)),
        skew=float(rng.uniform(-3, 3)) if rng.random() < 0.8 else float(rng.uniform(-9.5, 9.5)),
        rotation=int(rng.choice((0, 0, 0, 0, 90, 180, 270))),
        border=bool(rng.random() < 0.3),
        bleed=float(rng.uniform(0.03, 0.1)) if rng.random() < 0.25 else 0.0,
        specks=int(rng.integers(0, 60)),
        mode=str(rng.choice(("colour", "colour", "colour", "grey", "bilevel"))),
    )


def phone(rng: Rng) -> Recipe:
    """A phone photo: perspective, uneven light, any orientation."""
    return Recipe(
        dpi=int(rng.choice((140, 170, 200))),
        quality=int(rng.integers(55, 88)),
        blur=float(rng.uniform(0.3, 1.0)),
        noise=float(rng.uniform(2, 7)),
        tint=TINTS[int(rng.integers(len(TINTS)))],
        shadow=float(rng.uniform(0.1, 0.4)),
        skew=float(rng.uniform(-2.5, 2.5)),
        rotation=int(rng.choice((0, 0, 90, 180, 270))),
        photo=float(rng.uniform(0.02, 0.08)),
    )


PRESETS: dict[str, Callable[[Rng], Recipe]] = {"clean": clean, "worn": worn, "phone": phone}


def apply(image: Pixels, recipe: Recipe, rng: Rng, back: Pixels | None = None) -> Pixels:
    """Degrade a page rendered at ``recipe.dpi``; ``back`` is the sheet's other side for bleed-through."""
    out = image
    if recipe.bleed > 0 and back is not None:
        out = bleed_through(out, back, recipe.bleed)
    out = tint(out, recipe.tint)
    if recipe.skew:
        out = skew(out, recipe.skew, recipe.tint if not recipe.border else (24, 24, 24))
    if recipe.photo > 0:
        out = photo(out, rng, recipe.photo)
    if recipe.shadow > 0:
        out = shadow(out, rng, recipe.shadow)
    out = specks(out, rng, recipe.specks)
    out = noise(blur(out, recipe.blur), rng, recipe.noise)
    if recipe.border:
        out = black_border(out, rng)
    if recipe.mode == "grey":
        out = grey(out)
    elif recipe.mode == "bilevel":
        out = bilevel(out)
    return rotate(out, recipe.rotation)
