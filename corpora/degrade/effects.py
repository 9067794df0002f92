"""Effects on pixels that move nothing: light, ink, sensor, compression.

Pure functions on RGB images: arrays (height, width, 3), dtype uint8. Whatever is random comes
from a ``numpy.random.Generator``, so a seed gives the same picture again.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, cast

import cv2
import numpy as np
import numpy.typing as npt

from corpora.synth.engine import Pixels

Rng = np.random.Generator
Field = npt.NDArray[np.float32]
"""A value for each pixel, shape (height, width)."""


def u8(values: npt.NDArray[Any]) -> Pixels:
    """Clipped to 0..255."""
    return cast(Pixels, np.clip(values, 0, 255).astype(np.uint8))


def _mapped(image: Pixels, levels: npt.NDArray[Any]) -> Pixels:
    """Every grey level (or level of each colour) replaced: ``levels`` has shape (256,) or (256, 3).

    Far faster than reckoning with every pixel, with the same outcome.
    """
    return cast(Pixels, cv2.LUT(image, u8(levels) if levels.ndim == 1 else u8(levels)[None]))


_LEVELS = np.arange(256, dtype=np.uint8)


def _by_strips(values: Callable[[slice], npt.NDArray[np.float32]], shape: tuple[int, ...], height: int = 64) -> Pixels:
    """An image of ``shape`` from the values of its rows, a strip at a time: whole pages of floats do not fit the cache."""
    out = np.empty(shape, np.uint8)
    for top in range(0, shape[0], height):
        rows = slice(top, top + height)
        strip = values(rows)
        out[rows] = np.clip(strip, 0, 255, out=strip)
    return out


def darken(image: Pixels, field: Field) -> Pixels:
    """Multiply by ``field`` (1 leaves a pixel as it is)."""
    factor = np.asarray(field, np.float32)
    return _by_strips(lambda rows: image[rows] * factor[rows, :, None], image.shape)


def jpeg(image: Pixels, quality: int) -> Pixels:
    """Compress and decompress as JPEG; ``quality`` 1..100."""
    ok, data = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not ok:
        raise ValueError("JPEG encoding failed")
    return cast(Pixels, cv2.cvtColor(cv2.imdecode(data, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB))  # type: ignore[arg-type]


def blur(image: Pixels, sigma: float) -> Pixels:
    """Gaussian blur; ``sigma`` in pixels."""
    return image if sigma <= 0 else cast(Pixels, cv2.GaussianBlur(image, (0, 0), sigma))


def motion(image: Pixels, rng: Rng, length: float) -> Pixels:
    """The blur of a shaken hand: ``length`` pixels in some direction."""
    if length < 1:
        return image
    side = 2 * math.ceil(length / 2) + 3
    angle = rng.uniform(0, math.pi)
    reach = np.array((math.cos(angle), math.sin(angle))) * length / 2
    path = np.linspace(-1, 1, 33)[:, None] * reach + side // 2
    kernel = np.zeros((side, side), np.float32)
    for x, y in path:  # each point shared out over its four neighbours, so that the kernel stays centred
        for i, j in ((0, 0), (0, 1), (1, 0), (1, 1)):
            cx, cy = math.floor(x) + i, math.floor(y) + j
            kernel[cy, cx] += (1 - abs(x - cx)) * (1 - abs(y - cy))
    return cast(Pixels, cv2.filter2D(image, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REPLICATE))


def noise(image: Pixels, rng: Rng, sigma: float, colour: float = 0.0) -> Pixels:
    """Additive Gaussian sensor noise; ``sigma`` in grey levels, ``colour`` that of coloured blotches."""
    height, width = image.shape[:2]
    grain = rng.standard_normal((height, width), np.float32)[..., None] if sigma > 0 else None
    blotches = None
    if colour > 0:
        coarse = rng.standard_normal((height // 3 + 1, width // 3 + 1, 3), np.float32) * np.float32(colour)
        blotches = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)

    def strip(rows: slice) -> npt.NDArray[np.float32]:
        out = image[rows].astype(np.float32)
        if grain is not None:
            out += grain[rows] * np.float32(sigma)
        if blotches is not None:
            out += blotches[rows]
        return out

    return _by_strips(strip, image.shape)


def tint(image: Pixels, colour: tuple[int, int, int]) -> Pixels:
    """Paper colour: white becomes ``colour``, black stays."""
    return image if colour == (255, 255, 255) else _mapped(image, _LEVELS[:, None] * (np.array(colour, np.float32) / 255))


def fade(image: Pixels, black: int) -> Pixels:
    """Thin toner: black becomes the grey level ``black``, white stays."""
    return _mapped(image, black + _LEVELS * np.float32((255 - black) / 255))


def shadow(image: Pixels, rng: Rng, strength: float) -> Pixels:
    """Uneven light: a smooth darkening of up to ``strength`` (0..1)."""
    coarse = rng.random((3, 3)).astype(np.float32)
    field = cv2.resize(coarse, (image.shape[1], image.shape[0]), interpolation=cv2.INTER_CUBIC)
    return darken(image, (1.0 - strength * np.clip(field, 0, 1)).astype(np.float32))


def lamp(image: Pixels, rng: Rng, strength: float) -> Pixels:
    """Light from one side that falls off by ``strength`` (0..1) towards the other, with dark corners."""
    height, width = image.shape[:2]
    y, x = np.mgrid[0:64, 0:64].astype(np.float32) / 63 - 0.5
    angle = rng.uniform(0, 2 * math.pi)
    slope = x * math.cos(angle) + y * math.sin(angle)
    field = 1 - strength * (0.5 + slope * 0.7) - strength * 0.4 * (x * x + y * y)
    return darken(image, cv2.resize(field.astype(np.float32), (width, height)))


def cast_shadow(image: Pixels, rng: Rng, strength: float) -> Pixels:
    """The soft shadow of a hand, head or phone from one edge: darker by ``strength`` (0..1)."""
    height, width = image.shape[:2]
    side = 96
    mask = np.zeros((side, side), np.float32)
    middle = np.array((0.5, 0.5)) + rng.uniform(-0.2, 0.2, 2)
    angle = rng.uniform(0, 2 * math.pi)
    outward = np.array((math.cos(angle), math.sin(angle)))
    across = np.array((-outward[1], outward[0]))
    broad = rng.uniform(0.15, 0.4)
    shape = [
        middle + across * broad * k + outward * (1.2 if abs(k) > 1 else rng.uniform(0, 0.12)) for k in (-1.6, -0.8, 0, 0.8, 1.6)
    ]
    cv2.fillPoly(mask, [np.array(np.array(shape) * side, np.int32)], (1.0,))
    soft = cv2.GaussianBlur(mask, (0, 0), rng.uniform(4.0, 9.0), borderType=cv2.BORDER_REPLICATE)
    return darken(image, 1 - np.float32(strength) * cv2.resize(soft, (width, height), interpolation=cv2.INTER_CUBIC))


def crease(image: Pixels, rng: Rng, at: float, strength: float, across: bool = False) -> Pixels:
    """A fold at ``at`` (fraction): one side darker near it, a worn pale or dark line on it.

    ``across``: the fold runs from top to bottom. ``strength`` 0..1.
    """
    height, width = image.shape[:2]
    length = width if across else height
    distance = (np.arange(length, dtype=np.float32) + 0.5) / length - at
    fall = strength * np.exp(-np.abs(distance) / 0.05) * np.where(distance > 0, 1.0, -0.25)
    line = np.exp(-((distance * length / rng.uniform(0.8, 1.6)) ** 2)) * strength * 0.5
    profile = (1 - fall - line).astype(np.float32)
    field = np.broadcast_to(profile if across else profile[:, None], (height, width))
    return darken(image, field)


def white_balance(image: Pixels, gains: tuple[float, float, float]) -> Pixels:
    """The colour of the light: ``gains`` of red, green, blue."""
    return _mapped(image, _LEVELS[:, None] * np.array(gains, np.float32))


def whiten(image: Pixels, strength: float) -> Pixels:
    """What a scanner app does to a photo: the ground becomes evenly white, ink darker; ``strength`` 0..1."""
    height, width = image.shape[:2]
    small = cv2.resize(image, (max(8, width // 12), max(8, height // 12)), interpolation=cv2.INTER_AREA)
    ground = cv2.GaussianBlur(cv2.dilate(small, np.ones((7, 7), np.uint8)), (0, 0), 4.0)
    ground = np.maximum(cv2.resize(ground, (width, height)), 40).astype(np.float32)
    flat = np.minimum(image / ground * 255, 255)
    flat = 255 - (255 - flat) * 1.15 - 4
    return u8(image * np.float32(1 - strength) + flat * np.float32(strength))


def table_top(rng: Rng, height: int, width: int) -> Pixels:
    """A desk surface to lay a photographed paper on."""
    base = np.array(((120, 92, 66), (90, 94, 100), (160, 150, 136), (58, 44, 38))[int(rng.integers(4))], np.float32)
    grain = cv2.resize(rng.normal(0, 14, (max(2, height // 6), max(2, width // 90))).astype(np.float32), (width, height))
    return u8(base[None, None, :] + grain[..., None])


def bleed_through(image: Pixels, back: Pixels, strength: float) -> Pixels:
    """The mirrored ``back`` of the sheet shining through by ``strength`` (0..0.3)."""
    mirrored = cv2.resize(back[:, ::-1], (image.shape[1], image.shape[0]))
    ghost = cv2.GaussianBlur(255 - mirrored, (0, 0), 2.0) * np.float32(strength)
    return u8(image - ghost)


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
    """Dust: ``count`` small spots, most of them faint, one in six as black as print."""
    out = image.copy()
    for _ in range(count):
        x, y = int(rng.integers(out.shape[1] * 8)), int(rng.integers(out.shape[0] * 8))  # eighths of a pixel
        axes = (int(rng.integers(4, 14)), int(rng.integers(3, 9)))
        shade = 50 if rng.random() < 0.16 else int(rng.integers(90, 200))
        cv2.ellipse(out, (x, y), axes, float(rng.uniform(0, 180)), 0, 360, (shade,) * 3, -1, cv2.LINE_AA, 3)
    return out


def streaks(image: Pixels, rng: Rng, count: int, strength: float = 0.25) -> Pixels:
    """Dirt on the glass of a feeder: ``count`` thin vertical lines over the whole page."""
    profile = np.ones(image.shape[1], np.float32)
    for _ in range(count):
        at = int(rng.integers(image.shape[1]))
        profile[at : at + int(rng.integers(1, 3))] = 1 - strength * rng.uniform(0.4, 1)
    return darken(image, np.broadcast_to(profile, image.shape[:2]))


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


def fax(image: Pixels, rng: Rng, rows: float) -> Pixels:
    """A fax: ``rows`` of each line sent (0.5..1), each printed wider to fill the page; a few lines damaged."""
    height, width = image.shape[:2]
    sent = bilevel(cv2.resize(image, (width, max(1, round(height * rows))), interpolation=cv2.INTER_AREA))  # type: ignore[arg-type]
    for _ in range(int(rng.integers(0, 4))):
        at, start = int(rng.integers(sent.shape[0])), int(rng.integers(width))
        sent[at, start : start + int(rng.integers(width // 20, width // 4))] = 255
    return cast(Pixels, cv2.resize(sent, (width, height), interpolation=cv2.INTER_NEAREST))
