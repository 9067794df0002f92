"""Make clean page images look scanned or photographed.

Pure functions on RGB images: arrays (height, width, 3), dtype uint8. Whatever is random comes
from a ``numpy.random.Generator``, so a seed gives the same picture again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Rng = np.random.Generator


def _u8(values: npt.NDArray[Any]) -> Pixels:
    return cast(Pixels, np.clip(values, 0, 255).astype(np.uint8))


def jpeg(image: Pixels, quality: int) -> Pixels:
    """Compress and decompress as JPEG; ``quality`` 1..100."""
    ok, data = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not ok:
        raise ValueError("JPEG encoding failed")
    return cast(Pixels, cv2.cvtColor(cv2.imdecode(data, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB))  # type: ignore[arg-type]


def blur(image: Pixels, sigma: float) -> Pixels:
    """Gaussian blur; ``sigma`` in pixels."""
    return image if sigma <= 0 else cast(Pixels, cv2.GaussianBlur(image, (0, 0), sigma))


def noise(image: Pixels, rng: Rng, sigma: float) -> Pixels:
    """Additive Gaussian sensor noise; ``sigma`` in grey levels."""
    if sigma <= 0:
        return image
    grain = rng.normal(0.0, sigma, image.shape[:2]).astype(np.float32)
    return _u8(image.astype(np.float32) + grain[..., None])


def tint(image: Pixels, colour: tuple[int, int, int]) -> Pixels:
    """Paper colour: white becomes ``colour``, black stays."""
    return _u8(image.astype(np.float32) * (np.array(colour, np.float32) / 255.0))


def shadow(image: Pixels, rng: Rng, strength: float) -> Pixels:
    """Uneven light: a smooth darkening of up to ``strength`` (0..1)."""
    coarse = rng.random((3, 3)).astype(np.float32)
    field = cv2.resize(coarse, (image.shape[1], image.shape[0]), interpolation=cv2.INTER_CUBIC)
    return _u8(image.astype(np.float32) * (1.0 - strength * np.clip(field, 0, 1))[..., None])


def skew(image: Pixels, degrees: float, fill: tuple[int, int, int] = (255, 255, 255)) -> Pixels:
    """Turn clockwise by up to 10 degrees, same size; corners filled with ``fill``."""
    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)
    return cast(Pixels, cv2.warpAffine(image, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=fill))


def rotate(image: Pixels, degrees: int) -> Pixels:
    """Turn clockwise by 0, 90, 180 or 270 degrees."""
    return np.ascontiguousarray(np.rot90(image, -(degrees // 90) % 4))


def resize(image: Pixels, factor: float) -> Pixels:
    """Scale both sides by ``factor``."""
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return cast(Pixels, cv2.resize(image, None, fx=factor, fy=factor, interpolation=how))


def table_top(rng: Rng, height: int, width: int) -> Pixels:
    """A desk surface to lay a photographed paper on."""
    base = np.array(((120, 92, 66), (90, 94, 100), (160, 150, 136), (58, 44, 38))[int(rng.integers(4))], np.float32)
    grain = cv2.resize(rng.normal(0, 14, (max(2, height // 6), max(2, width // 90))).astype(np.float32), (width, height))
    return _u8(base[None, None, :] + grain[..., None])


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
    return _u8(paper.astype(np.float32) * mask + desk.astype(np.float32) * (1.0 - mask))


def bleed_through(image: Pixels, back: Pixels, strength: float) -> Pixels:
    """The mirrored ``back`` of the sheet shining through by ``strength`` (0..0.3)."""
    mirrored = cv2.resize(back[:, ::-1], (image.shape[1], image.shape[0])).astype(np.float32)
    ghost = cv2.GaussianBlur(255.0 - mirrored, (0, 0), 2.0) * strength
    return _u8(image.astype(np.float32) - ghost)


def black_border(image: Pixels, rng: Rng, share: float = 0.02) -> Pixels:
    """Dark edges as scanners leave with the lid open; up to ``share`` of the side."""
    out = image.copy()
    height, width = out.shape[:2]
    left, right, top, bottom = (int(rng.uniform(0, share) * side) for side in (width, width, height, height))
    out[:, :left] = out[:top] = 18
    if right:
        out[:, -right:] = 18
    if bottom:
        out[-bottom:] = 18
    return out


def specks(image: Pixels, rng: Rng, count: int) -> Pixels:
    """Dust: ``count`` small dark dots."""
    out = image.copy()
    for _ in range(count):
        x, y = int(rng.integers(out.shape[1])), int(rng.integers(out.shape[0]))
        cv2.circle(out, (x, y), int(rng.integers(1, 3)), (70, 70, 70), -1)
    return out


def grey(image: Pixels) -> Pixels:
    """Grey levels, still three channels."""
    return cast(Pixels, cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB))


def bilevel(image: Pixels, block: int = 41, offset: int = 14) -> Pixels:
    """Black and white by a local threshold (1-bit scans and fax), three channels."""
    one = cv2.adaptiveThreshold(
        cv2.cvtColor(image, cv2.COLOR_RGB2GRAY),
        255,
        cv2.ADAPTIVE_THRESH_GAUSSIAN_C,
        cv2.THRESH_BINARY,
        block | 1,
        offset,
    )
    return cast(Pixels, cv2.cvtColor(one, cv2.COLOR_GRAY2RGB))


def stamp(image: Pixels, mark: npt.NDArray[np.uint8], x: int, y: int) -> Pixels:
    """Press an RGBA ``mark`` (h, w, 4) at (x, y); ink multiplies, so text below stays visible."""
    out = image.copy()
    h, w = min(mark.shape[0], out.shape[0] - y), min(mark.shape[1], out.shape[1] - x)
    if h <= 0 or w <= 0:
        return out
    alpha = mark[:h, :w, 3:].astype(np.float32) / 255.0
    ink = 255.0 - alpha * (255.0 - mark[:h, :w, :3].astype(np.float32))
    out[y : y + h, x : x + w] = _u8(out[y : y + h, x : x + w].astype(np.float32) * ink / 255.0)
    return out


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
