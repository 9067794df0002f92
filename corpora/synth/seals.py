"""Draw seals (round, oval, square) with arc text, as transparent PNG images."""

from __future__ import annotations

import math
from random import Random

import numpy as np
from PIL import Image, ImageDraw

from corpora.synth.engine import HEI, KAI, SONG, pil_font, png

RED = (206, 24, 32)
BLUE = (32, 60, 170)


def _star(draw: ImageDraw.ImageDraw, centre: float, radius: float, colour: tuple[int, int, int, int]) -> None:
    points = []
    for k in range(10):
        r = radius if k % 2 == 0 else radius * 0.382
        angle = -math.pi / 2 + k * math.pi / 5
        points.append((centre + r * math.cos(angle), centre + r * math.sin(angle)))
    draw.polygon(points, fill=colour)


def _glyph(char: str, size: int, width: float, colour: tuple[int, int, int, int], role: tuple[str, ...]) -> Image.Image:
    cell = Image.new("RGBA", (size * 2, size * 2), (0, 0, 0, 0))
    ImageDraw.Draw(cell).text((size, size), char, font=pil_font(role, size), fill=colour, anchor="mm")
    return cell.resize((max(2, int(size * 2 * width)), size * 2), Image.Resampling.LANCZOS)


def _arc(
    canvas: Image.Image,
    label: str,
    radius: float,
    size: int,
    span: float,
    colour: tuple[int, int, int, int],
    role: tuple[str, ...],
    bottom: bool = False,
) -> None:
    centre = canvas.width / 2
    n = len(label)
    pitch = span / max(1, n - 1) if n > 1 else 0.0
    width = min(1.0, radius * math.radians(pitch or 90) / size)
    for k, char in enumerate(label):
        offset = -span / 2 + k * pitch
        angle = 90 - offset if bottom else -90 + offset
        glyph = _glyph(char, size, width, colour, role).rotate(
            offset if bottom else -offset, resample=Image.Resampling.BICUBIC, expand=True
        )
        x = centre + radius * math.cos(math.radians(angle)) - glyph.width / 2
        y = centre + radius * math.sin(math.radians(angle)) - glyph.height / 2
        canvas.alpha_composite(glyph, (int(x), int(y)))


def _wear(image: Image.Image, rng: Random) -> Image.Image:
    """Uneven ink: patches where the stamp pressed less."""
    state = np.random.default_rng(rng.getrandbits(32))
    coarse = state.random((9, 9)).astype(np.float32)
    patch = np.asarray(Image.fromarray((coarse * 255).astype(np.uint8)).resize(image.size, Image.Resampling.BICUBIC))
    speckle = state.random((image.height, image.width))
    array = np.asarray(image).copy()
    keep = 0.55 + 0.45 * (patch / 255.0)
    array[..., 3] = (array[..., 3] * keep * (speckle > 0.06)).astype(np.uint8)
    return Image.fromarray(array)


def round_seal(
    rng: Random,
    name: str,
    middle: str = "",
    code: str = "",
    size: int = 420,
    colour: tuple[int, int, int] = RED,
    emblem: bool = False,
) -> bytes:
    """A round seal as PNG: ring, ``name`` on an arc, star or emblem, ``middle`` line, ``code`` below."""
    ink = (*colour, rng.randint(190, 245))
    canvas = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    draw = ImageDraw.Draw(canvas)
    ring = max(4, size // 52)
    draw.ellipse((ring, ring, size - ring, size - ring), outline=ink, width=ring)
    if rng.random() < 0.3:
        gap = ring * 3
        draw.ellipse((gap, gap, size - gap, size - gap), outline=ink, width=max(1, ring // 3))
    char = max(14, min(size // 8, int(size * 2.05 / max(8, len(name)))))
    role = rng.choice((SONG, SONG, HEI))
    _arc(canvas, name, size * 0.375, char, min(275.0, 22.0 * len(name)), ink, role)
    if emblem:
        draw.ellipse((size * 0.31, size * 0.31, size * 0.69, size * 0.69), outline=ink, width=ring)
        for k in range(5):
            draw.arc(
                (size * (0.34 + k * 0.02), size * (0.36 + k * 0.03), size * (0.66 - k * 0.02), size * 0.66),
                200,
                340,
                fill=ink,
                width=2,
            )
        _star(draw, size / 2, size * 0.07, ink)
    else:
        _star(draw, size / 2, size * 0.15, ink)
    if middle:
        draw.text(
            (size / 2, size * 0.73),
            middle,
            font=pil_font(role, max(12, min(size // 11, int(size * 0.6 / len(middle))))),
            fill=ink,
            anchor="mm",
        )
    if code:
        _arc(canvas, code, size * 0.43, max(10, size // 26), 62.0, ink, HEI, bottom=True)
    turned = canvas.rotate(rng.uniform(-14, 14), resample=Image.Resampling.BICUBIC)
    return png(_wear(turned, rng) if rng.random() < 0.7 else turned)


def name_stamp(rng: Random, name: str, suffix: str = "印", size: int = 150) -> bytes:
    """A square name stamp of a person (2 x 2 characters) or a CPA stamp, PNG."""
    ink = (*RED, rng.randint(200, 245))
    canvas = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    draw = ImageDraw.Draw(canvas)
    draw.rectangle((3, 3, size - 4, size - 4), outline=ink, width=max(3, size // 28))
    chars = (name + suffix)[:4].ljust(4)
    font = pil_font(rng.choice((KAI, SONG)), int(size * 0.4))
    for k, char in enumerate(chars):
        x, y = (0.73 if k < 2 else 0.27), (0.27 if k % 2 == 0 else 0.73)
        draw.text((size * x, size * y), char, font=font, fill=ink, anchor="mm")
    return png(_wear(canvas, rng))


def cpa_stamp(rng: Random, name: str, number: str, size: tuple[int, int] = (300, 170)) -> bytes:
    """The rectangular stamp of a certified public accountant with name and number, PNG."""
    ink = (*RED, rng.randint(200, 245))
    canvas = Image.new("RGBA", size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(canvas)
    draw.rectangle((3, 3, size[0] - 4, size[1] - 4), outline=ink, width=4)
    for text, y, scale in (("中国注册会计师", 0.24, 0.21), (name, 0.52, 0.27), (number, 0.81, 0.2)):
        draw.text((size[0] / 2, size[1] * y), text, font=pil_font(SONG, int(size[1] * scale)), fill=ink, anchor="mm")
    return png(_wear(canvas, rng))


def signature(rng: Random, size: tuple[int, int] = (330, 130)) -> bytes:
    """An illegible pen signature, PNG."""
    canvas = Image.new("RGBA", size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(canvas)
    x, y = size[0] * 0.08, size[1] * 0.5
    for _ in range(rng.randint(4, 7)):
        points = [(x, y)]
        for _ in range(rng.randint(3, 6)):
            x += rng.uniform(-0.05, 0.14) * size[0]
            y = min(size[1] * 0.92, max(size[1] * 0.08, y + rng.uniform(-0.5, 0.5) * size[1]))
            points.append((x, y))
        draw.line(_smooth(points), fill=(15, 15, 25, 255), width=rng.randint(2, 5), joint="curve")
        x = min(x, size[0] * 0.85)
    return png(canvas)


def _smooth(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Catmull-Rom interpolation of a polyline."""
    padded = [points[0], *points, points[-1]]
    out: list[tuple[float, float]] = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        for k in range(8):
            t = k / 8
            out.append((_spline(a[0], b[0], c[0], d[0], t), _spline(a[1], b[1], c[1], d[1], t)))
    return out


def _spline(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)
