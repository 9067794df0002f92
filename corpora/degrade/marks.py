"""What is pressed or printed on pages after they were made: seals, paging seals, watermarks, scanner-app marks."""

from __future__ import annotations

import io
from random import Random

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from corpora.degrade.effects import Rng, u8
from corpora.synth import names, ornaments, seals
from corpora.synth.engine import HEI, Pixels, pil_font

Ink = npt.NDArray[np.uint8]
"""A mark with its alpha, shape (height, width, 4)."""

APP_MARKS = (
    "扫描全能王 创建",
    "由 扫描全能王 扫描创建",
    "CS扫描全能王",
    "夸克扫描王",
    "WPS 扫描",
    "由 布丁扫描 创建",
)
WATERMARKS = ("仅供本次项目申报使用", "申报专用", "仅限申报材料使用 他用无效", "再次复印无效")


def stamp(image: Pixels, mark: Ink, x: int, y: int) -> Pixels:
    """Press an RGBA ``mark`` (h, w, 4) with its top left at (x, y); ink multiplies, so text below stays visible.

    What lies outside the page is cut off.
    """
    out = image.copy()
    x0, y0 = max(0, x), max(0, y)
    x1, y1 = min(out.shape[1], x + mark.shape[1]), min(out.shape[0], y + mark.shape[0])
    if x1 <= x0 or y1 <= y0:
        return out
    part = mark[y0 - y : y1 - y, x0 - x : x1 - x]
    alpha = part[..., 3:].astype(np.float32) / 255
    ink = 255 - alpha * (255 - part[..., :3].astype(np.float32))
    out[y0:y1, x0:x1] = u8(out[y0:y1, x0:x1] * ink / 255)
    return out


def company_seal(rng: Rng, side: int, owner: str | None = None) -> Ink:
    """A round company seal, ``side`` pixels wide; of an invented company where ``owner`` is not given."""
    state = Random(int(rng.integers(2**32)))
    data = seals.round_seal(state, owner or names.enterprise(state).name, size=420)
    mark = np.asarray(Image.open(io.BytesIO(data)).convert("RGBA"))
    return np.asarray(cv2.resize(mark, (side, side), interpolation=cv2.INTER_AREA), np.uint8)


def seal_over_text(page: Pixels, rng: Rng, seal: Ink) -> Pixels:
    """``page`` with the seal somewhere on its lower two thirds, as companies stamp copies."""
    height, width = page.shape[:2]
    return stamp(
        page,
        seal,
        int(rng.uniform(0.35, 0.85) * width) - seal.shape[1] // 2,
        int(rng.uniform(0.4, 0.88) * height) - seal.shape[0] // 2,
    )


def paging_seal(pages: list[Pixels], rng: Rng, seal: Ink, group: int = 8) -> list[Pixels]:
    """One seal across the right edges of the fanned pages (骑缝章): every page shows its slice.

    ``group``: that many pages at most share a seal; a single page has none.
    """
    if len(pages) < 2:
        return pages
    parts = -(-len(pages) // group)
    height = rng.uniform(0.3, 0.65)
    out = []
    for chunk in np.array_split(np.arange(len(pages)), parts):
        width = seal.shape[1] / len(chunk)
        for place, k in enumerate(chunk):
            page = pages[k]
            piece = seal[:, round(place * width) : round((place + 1) * width)]
            y = int((height + rng.normal(0, 0.003)) * page.shape[0]) - seal.shape[0] // 2
            out.append(stamp(page, piece, page.shape[1] - piece.shape[1], y))
    return out


def watermark(page: Pixels, rng: Rng, text: str, grey: int) -> Pixels:
    """Slanted pale words over the whole page or once across it."""
    state = Random(int(rng.integers(2**32)))
    made = ornaments.watermark(
        Image.fromarray(page), text, state, grey=grey, angle=-float(rng.uniform(25, 45)), repeat=bool(rng.random() < 0.6)
    )
    return np.asarray(made, np.uint8)


def app_mark(picture: Pixels, rng: Rng, text: str) -> Pixels:
    """The small grey words that scanner apps leave in a lower corner."""
    height, width = picture.shape[:2]
    size = max(13, int(min(height, width) * rng.uniform(0.014, 0.02)))
    font = pil_font(HEI, size)
    long = int(font.getlength(text)) + 4
    layer = Image.new("L", (long, int(size * 1.6)), 255)
    ImageDraw.Draw(layer).text((2, size * 0.15), text, font=font, fill=int(rng.integers(140, 200)))
    x = width - long - int(size * rng.uniform(0.6, 2)) if rng.random() < 0.8 else int(size * rng.uniform(0.6, 2))
    y = height - layer.height - int(size * rng.uniform(0.2, 0.9))
    grey = np.asarray(layer)
    mark = np.dstack([np.zeros((*grey.shape, 3), np.uint8), 255 - grey])
    return stamp(picture, mark, max(0, x), max(0, y))
