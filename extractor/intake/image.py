"""Pictures: any colour mode to upright RGB, refusing what is damaged or too big.

Pillow decodes; a truncated file raises instead of giving a half grey page.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile, ImageOps

from extractor.intake.errors import BrokenFile, IntakeError, UnsupportedFile
from extractor.intake.image_probe import DAMAGED, check_size, opened
from extractor.intake.limits import Limits

RGB = NDArray[np.uint8]


def load(path: Path, limits: Limits, *, frame: int = 0, member: str = "") -> RGB:
    """Frame ``frame`` as an upright H x W x 3 RGB array; ``member`` names a part of a DOCX.

    Raises BrokenFile (truncated, undecodable), TooLarge (over ``max_pixels``).
    """
    with opened(path, member) as im:
        im.seek(frame)
        check_size(im, limits)
        jpeg = im.format in {"JPEG", "MPO"}
        if jpeg and _zero_filled(im):
            raise BrokenFile(DAMAGED)
        im.load()
        if jpeg and _grey_ending(im):
            raise BrokenFile(DAMAGED)
        upright = ImageOps.exif_transpose(im)
        rgb = _to_rgb(upright)
        return np.array(_square_pixels(rgb, im, limits) if im.format == "TIFF" else rgb)


def dpi(path: Path, *, frame: int = 0, member: str = "") -> float | None:
    """The resolution that the file claims, if it is a believable one (30..2400)."""
    try:
        with opened(path, member) as im:
            im.seek(frame)
            return _believable_dpi(im)
    except IntakeError:
        return None


def _zero_filled(im: ImageFile.ImageFile) -> bool:
    """Whether a JPEG ends in zero bytes with no end marker before them, as broken downloads do."""
    stream = im.fp
    if stream is None:
        return False
    here = stream.tell()
    size = stream.seek(0, 2)
    stream.seek(max(size - 4096, 0))
    tail = stream.read(4096)
    stream.seek(here)
    kept = tail.rstrip(b"\0")
    return len(tail) - len(kept) >= 64 and not kept.endswith(b"\xff\xd9")


def _grey_ending(im: Image.Image) -> bool:
    """Whether the last 5 % of the rows are the exact mid grey that libjpeg fills missing data with."""
    width, height = im.size
    rows = max(height // 20, 16)
    if rows >= height:
        return False
    extrema = im.crop((0, height - rows, width, height)).convert("RGB").getextrema()
    return extrema == ((128, 128), (128, 128), (128, 128))


def _to_rgb(im: Image.Image) -> Image.Image:
    """Any mode to RGB: 16-bit and float scaled, transparency laid on white."""
    if im.mode.startswith("I") or im.mode == "F":
        im = _scaled_to_8_bits(im)
    if im.mode in {"RGBA", "LA", "PA", "RGBa", "La"} or "transparency" in im.info:
        rgba = im.convert("RGBA")
        paper = Image.new("RGBA", rgba.size, (255, 255, 255, 255))
        return Image.alpha_composite(paper, rgba).convert("RGB")
    if im.mode in {"RGB", "L", "1", "P", "CMYK", "YCbCr", "HSV"}:
        return im.convert("RGB")
    raise UnsupportedFile(f"不支持的图片颜色模式（{im.mode}），请另存为普通 JPG 或 PNG 后重新上传")


def _scaled_to_8_bits(im: Image.Image) -> Image.Image:
    """Grey of more than 8 bits to 8 bits (Pillow's own conversion would clip to white)."""
    a = np.asarray(im, dtype=np.float64)
    top = float(a.max(initial=0.0))
    full = 1.0 if top <= 1.0 else 255.0 if top <= 255 else 65535.0 if top <= 65535 else top
    return Image.fromarray(np.clip(a * (255.0 / full), 0, 255).astype(np.uint8))


def _square_pixels(rgb: Image.Image, source: Image.Image, limits: Limits) -> Image.Image:
    """Stretch fax pages, whose lines lie wider apart than their dots (ITU-T T.4: 204 x 98 dpi)."""
    x, y = _resolution(source)
    if not (x and y) or 0.8 < x / y < 1.25 or not 0.25 < x / y < 4:
        return rgb
    width, height = rgb.size
    grown = (width, round(height * x / y)) if x > y else (round(width * y / x), height)
    room = (limits.max_pixels / (grown[0] * grown[1])) ** 0.5
    size = (int(grown[0] * room), int(grown[1] * room)) if room < 1 else grown
    return rgb.resize((max(size[0], 1), max(size[1], 1)), Image.Resampling.BICUBIC)


def _resolution(im: Image.Image) -> tuple[float, float]:
    value = im.info.get("dpi")
    try:
        x, y = (float(v) for v in value)  # type: ignore[union-attr]
    except (TypeError, ValueError, ZeroDivisionError):
        return (0.0, 0.0)
    return (x, y) if np.isfinite(x) and np.isfinite(y) else (0.0, 0.0)


def _believable_dpi(im: Image.Image) -> float | None:
    x, y = _resolution(im)
    best = max(x, y)
    return best if 30 <= best <= 2400 else None
