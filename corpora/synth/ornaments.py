"""Certificate decoration: guilloche paper, frames, watermarks, emblems, QR and bar codes."""

from __future__ import annotations

import io
import math
from random import Random

import numpy as np
import zxingcpp
from PIL import Image, ImageDraw

from corpora.synth.engine import HEI, pil_font, png

Colour = tuple[int, int, int]
TINTS: tuple[Colour, ...] = (
    (232, 242, 232),
    (240, 236, 222),
    (228, 238, 246),
    (248, 238, 226),
    (238, 232, 244),
    (250, 250, 246),
)
INKS: tuple[Colour, ...] = (
    (64, 122, 84),
    (150, 110, 40),
    (40, 90, 150),
    (160, 50, 40),
    (90, 90, 96),
    (20, 120, 130),
)


def css(colour: Colour) -> str:
    """``#rrggbb``, as markup writes colours."""
    return "#" + bytes(colour).hex()


def guilloche(
    rng: Random, width: int, height: int, ink: Colour, paper: Colour = (255, 255, 255), strength: float = 0.16
) -> Image.Image:
    """Security-paper waves over a tinted ground."""
    image = Image.new("RGB", (width, height), paper)
    draw = ImageDraw.Draw(image)
    line = tuple(int(p + (i - p) * strength) for p, i in zip(paper, ink, strict=True))
    step, amp, wave = rng.randint(9, 16), rng.uniform(8, 26), rng.uniform(90, 260)
    for family in range(rng.choice((1, 2))):
        for base in range(-40, height + 40, step):
            points = [
                (x, base + amp * math.sin(x * 2 * math.pi / wave + family * 1.7 + base * 0.011)) for x in range(0, width + 12, 12)
            ]
            draw.line(points, fill=line, width=1)
    return image


def rosette(image: Image.Image, ink: Colour, strength: float = 0.2) -> Image.Image:
    """Draw a faint rosette in the middle of ``image``."""
    draw = ImageDraw.Draw(image)
    cx, cy, r = image.width / 2, image.height / 2, min(image.size) * 0.28
    paper = image.getpixel((5, 5))
    assert isinstance(paper, tuple)
    line = tuple(int(p + (i - p) * strength) for p, i in zip(paper, ink, strict=True))
    for k in range(36):
        phase = k * math.pi / 18
        points = [
            (
                cx + r * (0.62 + 0.36 * math.sin(6 * t + phase)) * math.cos(t),
                cy + r * (0.62 + 0.36 * math.sin(6 * t + phase)) * math.sin(t),
            )
            for t in np.linspace(0, 2 * math.pi, 90)
        ]
        draw.line(points, fill=line, width=1)
    return image


def frame(image: Image.Image, rng: Random, ink: Colour, inset: float = 0.035, style: int | None = None) -> Image.Image:
    """Draw a certificate frame: chained circles, Greek key, double line, or scrolls at the corners."""
    draw = ImageDraw.Draw(image)
    pad = int(min(image.size) * inset)
    band = max(10, int(min(image.size) * 0.028))
    style = rng.randrange(4) if style is None else style
    outer = (pad, pad, image.width - pad, image.height - pad)
    inner = (pad + band, pad + band, image.width - pad - band, image.height - pad - band)
    draw.rectangle(outer, outline=ink, width=3)
    draw.rectangle(inner, outline=ink, width=2)
    along_x, along_y = (
        range(outer[0], outer[2] - band // 2, band),
        range(outer[1], outer[3] - band // 2, band),
    )
    cells = [(x, y) for x in along_x for y in (outer[1], outer[3] - band)] + [
        (x, y) for y in along_y for x in (outer[0], outer[2] - band)
    ]
    for x, y in cells:
        if style == 0:
            draw.ellipse((x + 2, y + 2, x + band - 2, y + band - 2), outline=ink, width=2)
            draw.ellipse((x + band // 3, y + band // 3, x + 2 * band // 3, y + 2 * band // 3), fill=ink)
        elif style == 1:
            q = band // 5
            draw.line(
                [
                    (x + q, y + 4 * q),
                    (x + q, y + q),
                    (x + 4 * q, y + q),
                    (x + 4 * q, y + 3 * q),
                    (x + 2 * q, y + 3 * q),
                ],
                fill=ink,
                width=2,
            )
        elif style == 2:
            draw.arc((x, y, x + band, y + band), 0, 180, fill=ink, width=2)
            draw.arc(
                (x + band // 4, y + band // 4, x + 3 * band // 4, y + 3 * band // 4),
                180,
                360,
                fill=ink,
                width=2,
            )
    reach = band * 4
    for x, y, start in (
        (inner[0], inner[1], 0),
        (inner[2], inner[1], 90),
        (inner[2], inner[3], 180),
        (inner[0], inner[3], 270),
    ):
        for k in range(1, 4):
            r = reach * k / 3
            draw.arc((x - r, y - r, x + r, y + r), start, start + 90, fill=ink, width=2)
    return image


def watermark(
    image: Image.Image, label: str, rng: Random, grey: int = 226, angle: float = -32.0, repeat: bool = True
) -> Image.Image:
    """Write a slanted watermark over the paper; once or repeated."""
    size = max(24, image.width // (16 if repeat else max(5, len(label) + 2)))
    font = pil_font(HEI, size)
    layer = Image.new("L", (image.width * 2, image.height * 2), 255)
    draw = ImageDraw.Draw(layer)
    if repeat:
        for y in range(0, layer.height, size * 8):
            for x in range((y // (size * 8) % 2) * size * 5, layer.width, size * (len(label) + 6)):
                draw.text((x, y), label, font=font, fill=grey)
    else:
        draw.text((layer.width / 2, layer.height / 2), label, font=font, fill=grey, anchor="mm")
    turned = layer.rotate(-angle, fillcolor=255).crop(
        (
            image.width // 2,
            image.height // 2,
            image.width // 2 + image.width,
            image.height // 2 + image.height,
        )
    )
    shade = np.asarray(turned, dtype=np.float32)[..., None] / 255.0
    return Image.fromarray((np.asarray(image.convert("RGB"), dtype=np.float32) * shade).astype(np.uint8))


def certificate_paper(
    rng: Random,
    size: tuple[int, int],
    ink: Colour,
    paper: Colour,
    style: int | None = None,
    mark: str = "",
    waves: bool = True,
) -> bytes:
    """A full certificate background (guilloche, rosette, frame, watermark) as PNG; ``size`` in pixels."""
    image = guilloche(rng, *size, ink, paper) if waves else Image.new("RGB", size, paper)
    if waves and rng.random() < 0.5:
        image = rosette(image, ink)
    image = frame(image, rng, ink, style=style)
    return png(watermark(image, mark, rng) if mark else image)


def emblem(size: int = 220, colour: Colour = (200, 30, 30), gold: Colour = (226, 170, 40)) -> bytes:
    """A round emblem-like ornament (not the national emblem), PNG."""
    image = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    draw.ellipse((4, 4, size - 4, size - 4), fill=(*gold, 255))
    draw.ellipse((size * 0.12, size * 0.1, size * 0.88, size * 0.84), fill=(*colour, 255))
    for k, r in enumerate((0.12, 0.05, 0.05, 0.05)):
        x, y = size * (0.5, 0.3, 0.5, 0.7)[k], size * (0.34, 0.48, 0.55, 0.48)[k]
        draw.regular_polygon((x, y, size * r), 5, fill=(*gold, 255))
    draw.rectangle((size * 0.2, size * 0.7, size * 0.8, size * 0.78), fill=(*gold, 255))
    return png(image)


def logo(rng: Random, size: int = 200) -> bytes:
    """A swoosh logo of an office or a certification body, PNG."""
    image = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    first, second = rng.choice(INKS), rng.choice(INKS)
    draw.ellipse((size * 0.1, size * 0.1, size * 0.9, size * 0.9), outline=(*first, 255), width=size // 14)
    draw.chord(
        (size * 0.2, size * 0.2, size * 0.8, size * 0.8),
        rng.randint(0, 90),
        rng.randint(150, 260),
        fill=(*second, 255),
    )
    return png(image)


def qr(content: str) -> bytes:
    """A QR code, PNG."""
    code = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode)
    return png(Image.fromarray(np.asarray(code.to_image(scale=6))).convert("L"))


def bars(content: str) -> bytes:
    """A Code 128 bar code, PNG."""
    code = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.Code128)
    return png(Image.fromarray(np.asarray(code.to_image(scale=3))).convert("L"))


def _curl(draw: ImageDraw.ImageDraw, x: float, y: float, sx: int, sy: int, reach: float, ink: Colour) -> None:
    """A scroll ornament at a corner; ``sx`` and ``sy`` (±1) point into the page."""
    for k, (u, v, r) in enumerate(
        ((0.3, 0.3, 0.3), (0.75, 0.16, 0.16), (0.16, 0.75, 0.16), (1.15, 0.08, 0.1), (0.08, 1.15, 0.1))
    ):
        cx, cy, radius = x + sx * u * reach, y + sy * v * reach, r * reach
        points = [
            (cx + radius * (1 - t / 11) * math.cos(t + k) * sx, cy + radius * (1 - t / 11) * math.sin(t + k) * sy)
            for t in np.linspace(0, 10, 60)
        ]
        draw.line(points, fill=ink, width=max(2, int(reach / 45)))


def scrolled_paper(
    rng: Random,
    size: tuple[int, int],
    ink: Colour,
    paper: Colour,
    mark: str = "",
    foot: float = 0.0,
    corners: str = "bottom",
) -> bytes:
    """Certificate paper with a double hairline frame, scrolls at the ``corners`` (bottom, all) and a shaded foot.

    ``foot``: how dark the foot gets, 0 to 1. PNG, ``size`` in pixels.
    """
    width, height = size
    ground = np.empty((height, width, 3), np.float32)
    ground[:] = paper
    ramp = np.clip((np.arange(height) / height - 0.66) / 0.34, 0, 1)[:, None, None] * foot
    image = Image.fromarray((ground * (1 - ramp) + np.asarray(ink, np.float32) * ramp).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    pad, gap = int(min(size) * rng.uniform(0.05, 0.068)), max(4, int(min(size) * 0.008))
    draw.rectangle((pad, pad, width - pad, height - pad), outline=ink, width=4)
    draw.rectangle((pad + gap, pad + gap, width - pad - gap, height - pad - gap), outline=ink, width=2)
    reach = min(size) * 0.07
    for x, sx in ((pad, 1), (width - pad, -1)):
        _curl(draw, x, height - pad, sx, -1, reach, ink)
        if corners == "all":
            _curl(draw, x, pad, sx, 1, reach, ink)
    for k in (-1, 1):  # two curls meet above the middle of the upper edge
        _curl(draw, width / 2 + k * reach * 1.3, pad, -k, -1, reach * 0.45, ink)
        _curl(draw, width / 2 + k * reach * 0.1, pad, k, -1, reach * 0.45, ink)
    return png(watermark(image, mark, rng) if mark else image)


def banded_paper(rng: Random, size: tuple[int, int], ink: Colour, paper: Colour, second: Colour | None = None) -> bytes:
    """Certificate paper with a broad coloured band of lozenges around it (the look before 2010), PNG."""
    width, height = size
    image = Image.new("RGB", size, paper)
    draw = ImageDraw.Draw(image)
    pad, band = int(min(size) * 0.035), int(min(size) * rng.uniform(0.03, 0.045))
    draw.rectangle((pad, pad, width - pad, height - pad), outline=ink, width=band)
    light = second or tuple(int(c + (255 - c) * 0.7) for c in ink)
    half = band / 2
    lefts, tops = (np.linspace(pad + half, side - pad - half, int((side - 2 * pad) / band)) for side in size)
    spots = [(x, y) for x in lefts for y in (tops[0], tops[-1])]
    spots += [(x, y) for y in tops[1:-1] for x in (lefts[0], lefts[-1])]
    for x, y in spots:
        draw.polygon(((x, y - half * 0.6), (x + half * 0.6, y), (x, y + half * 0.6), (x - half * 0.6, y)), outline=light, width=2)
    inner = pad + band + max(5, band // 4)
    draw.rectangle((inner, inner, width - inner, height - inner), outline=ink, width=2)
    return png(image)


def side_by_side(*papers: bytes) -> bytes:
    """Equally high PNG papers joined from left to right into one PNG."""
    images = [Image.open(io.BytesIO(paper)).convert("RGB") for paper in papers]
    joined = Image.new("RGB", (sum(i.width for i in images), images[0].height), (255, 255, 255))
    x = 0
    for image in images:
        joined.paste(image, (x, 0))
        x += image.width
    return png(joined)


def product_view(rng: Random, size: tuple[int, int] = (640, 420)) -> bytes:
    """A line drawing of some box-shaped product, as design patents show it, PNG."""
    image = Image.new("RGB", size, (255, 255, 255))
    draw = ImageDraw.Draw(image)
    w, h, d = (rng.uniform(a, b) * size[1] for a, b in ((0.5, 0.75), (0.3, 0.5), (0.15, 0.3)))
    x, y = size[0] * 0.28, size[1] * 0.42
    edges = (
        [(x, y), (x + w, y), (x + w, y + h), (x, y + h), (x, y)],
        [(x, y), (x + d, y - d * 0.7), (x + w + d, y - d * 0.7), (x + w, y)],
        [(x + w + d, y - d * 0.7), (x + w + d, y + h - d * 0.7), (x + w, y + h)],
    )
    for points in edges:
        draw.line(points, fill=(40, 40, 40), width=3)
    for _ in range(rng.randint(2, 4)):
        r, cx, cy = rng.uniform(0.05, 0.14) * h, x + rng.uniform(0.2, 0.8) * w, y + rng.uniform(0.25, 0.75) * h
        draw.ellipse((cx - r, cy - r, cx + r, cy + r), outline=(40, 40, 40), width=2)
    for k in range(rng.randint(2, 5)):
        draw.line([(x + w * 0.1, y + h * (0.1 + 0.05 * k)), (x + w * 0.35, y + h * (0.1 + 0.05 * k))], fill=(90, 90, 90), width=2)
    return png(image)
