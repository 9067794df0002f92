"""Pages for the speed benchmark: drawn anew, scanned or photographed, with their true lines; or pictures from a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from corpora import degrade, files
from corpora.format import Difficulty, TextLine
from corpora.synth import audit, hightech, iso, licence, names, patent, social, software, trademark
from corpora.synth.engine import SynthDocument
from eval.bench_speed_figures import spread
from extractor.model import Box

Progress = Callable[[int, int], None]
Maker = Callable[[Random, names.Enterprise], SynthDocument]
Points = NDArray[np.float64]

CERTIFICATES: tuple[Maker, ...] = (patent.make, iso.make, software.make, trademark.make, hightech.make, licence.make)
KINDS: tuple[tuple[str, Maker], ...] = (
    ("statements", audit.bare_statements),
    ("certificate", lambda rng, owner: rng.choice(CERTIFICATES)(rng, owner)),
    ("list", social.make),
)
"""What is drawn, in turns."""
LEVELS: tuple[Difficulty, ...] = ("scan", "photo")
PER_DOCUMENT = 2
"""Pages taken of one document at most."""
PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp"})
DPI = 200
_GRID = 21


@dataclass(frozen=True)
class Truth:
    """What stands on a drawn page.

    ``lines``: as corpora label them, boxes on the page after its quarter turn. ``printed``: the same lines with
    their boxes on the clean page, in fractions of it. ``back``: shape (10, 2), the way from places on the picture
    as stored to places on the clean page (``on_paper``). ``turn``: the quarter turn of the picture in degrees.
    """

    kind: str
    difficulty: str
    turn: int
    lines: tuple[TextLine, ...]
    printed: tuple[tuple[str, Box], ...]
    back: Points


@dataclass(frozen=True)
class PageFile:
    """A page as a picture file, and what truly stands on it where that is known."""

    path: Path
    dpi: int
    truth: Truth | None = None


def draw_pages(n: int, seed: int, folder: Path, progress: Progress = lambda done, total: None) -> list[PageFile]:
    """Draw ``n`` pages and write them as PNG into ``folder``; the same seed gives the same pages.

    Statements, certificates and lists in turns, of invented enterprises, every layout; scans and photographs
    alternate, with the turns, skews, shadows and seals of the corpora.

    Raises:
        NoChineseFontError: no installed font can draw Chinese.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made: list[PageFile] = []
    for k in count():
        if len(made) >= n:
            return made
        kind, maker = KINDS[k % len(KINDS)]
        difficulty = LEVELS[k // len(KINDS) % len(LEVELS)]
        rng = Random(f"speed/{seed}/{k}")
        owner = names.enterprise(rng)
        taken = files.capture(maker(rng, owner), files.device(difficulty, rng), rng, owner.name)
        pairs = list(zip(taken.laid_out.pages, taken.shots, strict=True))[: min(PER_DOCUMENT, n - len(made))]
        for page, shot in pairs:
            path = folder / f"{len(made):04d}.png"
            Image.fromarray(shot.image).save(path, dpi=(shot.dpi, shot.dpi), compress_level=1)
            lines = tuple(TextLine(page=1, text=text, box=degrade.place(box, shot, 1).box) for text, box in page.lines)
            truth = Truth(kind, difficulty, shot.rotation, lines, page.lines, way_back(shot.warp))
            made.append(PageFile(path, shot.dpi, truth))
            progress(len(made), n)
    raise AssertionError


def folder_pages(folder: Path, n: int) -> list[PageFile]:
    """At most ``n`` pictures of a folder (all for 0), spread evenly over them in the order of their names.

    Raises:
        FileNotFoundError: there is none.
    """
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in PICTURES)
    if not found:
        raise FileNotFoundError(f"{folder} 中没有图片（{'、'.join(sorted(PICTURES))}）")
    return [PageFile(found[k], DPI) for k in spread(len(found), n)]


def image_pdf(pages: Sequence[PageFile], path: Path) -> Path:
    """One PDF of the pictures, each at its own size, hardly compressed; no text layer."""
    for k, page in enumerate(pages):
        with Image.open(page.path) as image:
            image.convert("RGB").save(path, "PDF", append=k > 0, resolution=page.dpi, quality=95)
    return path


def way_back(warp: Callable[[Points], Points]) -> Points:
    """The coefficients of ``on_paper`` for pages whose points went the way of ``warp`` (fractions to fractions)."""
    x, y = np.meshgrid(np.linspace(0, 1, _GRID), np.linspace(0, 1, _GRID))
    paper = np.stack([x.ravel(), y.ravel()], axis=1)
    return np.asarray(np.linalg.lstsq(_terms(warp(paper)), paper, rcond=None)[0], np.float64)


def on_paper(points: Points, back: Points) -> Points:
    """Points (n, 2) of the picture, in fractions of it, as points of the clean page."""
    return np.asarray(_terms(points) @ back, np.float64)


def _terms(points: Points) -> Points:
    """Cubic: skew, perspective and curl of the corpora come out within about a thousandth of the page."""
    x, y = points[:, 0], points[:, 1]
    one = np.ones_like(x)
    return np.stack([one, x, y, x * x, x * y, y * y, x**3, x * x * y, x * y * y, y**3], axis=1)


def turned(pages: Iterable[PageFile]) -> int:
    """How many of the pages do not stand upright."""
    return sum(page.truth is not None and page.truth.turn != 0 for page in pages)
