"""Certificate decoration: guilloche paper, frames, watermarks, emblems, QR and bar codes."""

from __future__ import annotations

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
