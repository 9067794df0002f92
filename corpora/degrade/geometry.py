"""Where every point of a page goes: bent paper, perspective, skew, quarter turns.

Points are (x, y) as fractions of a picture's width and height, origin top left.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, cast

import cv2
import numpy as np
import numpy.typing as npt

from corpora.degrade.effects import Field, Rng, u8
from corpora.synth.engine import Pixels

Points = npt.NDArray[np.float64]
"""Shape (n, 2)."""
Matrix = npt.NDArray[np.float64]
"""A homography, 3 x 3, of continuous pixel coordinates (the middle of the first pixel is 0.5, 0.5)."""

WHITE = (255, 255, 255)


@dataclass(frozen=True)
class Bend:
    """Paper that does not lie flat, in fractions of the page; both moves can be undone exactly.

    ``curl``: height of the waves down the page, ``waves`` of them over the width from ``phase``.
    ``kink``: how far the part below the fold at ``fold`` leans sideways.
    """

    curl: float = 0.0
    waves: float = 1.0
    phase: float = 0.0
    kink: float = 0.0
    fold: float = 0.5

    def forward(self, x: Any, y: Any) -> tuple[Any, Any]:
        """Flat to bent."""
        y = y + self._wave(x)
        return x + self._lean(y), y

    def back(self, x: Any, y: Any) -> tuple[Any, Any]:
        """Bent to flat."""
        x = x - self._lean(y)
        return x, y - self._wave(x)

    def _wave(self, x: Any) -> Any:
        return self.curl * np.sin(math.pi * (self.waves * x + self.phase))

    def _lean(self, y: Any) -> Any:
        return self.kink * np.maximum(y - self.fold, 0)


@dataclass(frozen=True)
class Geometry:
    """The way from a clean page of ``page`` pixels to a picture of ``size`` (width, height), then a quarter turn."""

    page: tuple[int, int]
    size: tuple[int, int]
    matrix: Matrix
    bend: Bend | None = None
    turn: int = 0

    def points(self, page: Points) -> Points:
        """Fractions of the clean page to fractions of the picture as stored."""
        x, y = np.asarray(page, np.float64).reshape(-1, 2).T
        if self.bend is not None:
            x, y = self.bend.forward(x, y)
        flat = np.stack([x * self.page[0], y * self.page[1], np.ones_like(x)])
        u, v, w = self.matrix @ flat
        return turned(np.stack([u / w / self.size[0], v / w / self.size[1]], axis=1), self.turn)

    def draw(self, image: Pixels, ground: Pixels | tuple[int, int, int]) -> Pixels:
        """The page as it lies on ``ground`` (an image of ``size``, or one colour), not yet turned."""
        half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
        if self.bend is None:
            matrix = np.linalg.inv(half) @ self.matrix @ half
            paper = cv2.warpPerspective(image, matrix, self.size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
            cover = cv2.warpPerspective(np.full(image.shape[:2], 255, np.uint8), matrix, self.size)
        else:
            across, down = self._sources()
            paper = cv2.remap(image, across, down, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
            cover = cv2.remap(np.full(image.shape[:2], 255, np.uint8), across, down, cv2.INTER_LINEAR)
        out = np.where((cover == 0)[..., None], np.asarray(ground, np.uint8), paper)
        # Both mix along the edges of the page only: the rest, nearly all, need not be reckoned.
        edge = (cover > 0) & (cover < 255)
        share = (cover[edge].astype(np.float32) / 255)[:, None]
        under = np.broadcast_to(np.asarray(ground, np.float32), paper.shape)[edge]
        out[edge] = u8(paper[edge] * share + under * (1 - share))
        return out

    def _sources(self) -> tuple[Field, Field]:
        """For each pixel of the picture the pixel of the page it shows."""
        assert self.bend is not None
        u, v = np.meshgrid(np.arange(self.size[0]) + 0.5, np.arange(self.size[1]) + 0.5)
        m = np.linalg.inv(self.matrix)
        w = m[2, 0] * u + m[2, 1] * v + m[2, 2]
        x = (m[0, 0] * u + m[0, 1] * v + m[0, 2]) / w / self.page[0]
        y = (m[1, 0] * u + m[1, 1] * v + m[1, 2]) / w / self.page[1]
        x, y = self.bend.back(x, y)
        return (x * self.page[0] - 0.5).astype(np.float32), (y * self.page[1] - 0.5).astype(np.float32)


def turned(points: Points, degrees: int) -> Points:
    """Points after the picture is turned clockwise by 0, 90, 180 or 270 degrees."""
    x, y = points[:, 0], points[:, 1]
    u, v = {0: (x, y), 90: (1 - y, x), 180: (1 - x, 1 - y), 270: (y, 1 - x)}[degrees % 360]
    return np.stack([u, v], axis=1)


def rotate(image: Pixels, degrees: int) -> Pixels:
    """Turn clockwise by 0, 90, 180 or 270 degrees."""
    return np.ascontiguousarray(np.rot90(image, -(degrees // 90) % 4))


def on_glass(page: tuple[int, int], degrees: float, room: float = 1.0, turn: int = 0) -> Geometry:
    """A page on a scanner, turned clockwise by ``degrees`` about its middle.

    ``room``: how much of the corners that stick out the picture takes in (0: none, 1: all).
    """
    width, height = page
    angle = math.radians(degrees)
    out_x, out_y = height * abs(math.sin(angle)) * room, width * abs(math.sin(angle)) * room
    size = (round(width + out_x), round(height + out_y))
    cos, sin = math.cos(angle), math.sin(angle)
    matrix = np.array(
        [
            [cos, -sin, size[0] / 2 - cos * width / 2 + sin * height / 2],
            [sin, cos, size[1] / 2 - sin * width / 2 - cos * height / 2],
            [0, 0, 1],
        ]
    )
    return Geometry(page, size, matrix, turn=turn)


def before_camera(
    page: tuple[int, int], rng: Rng, degrees: float, tilt: float, margin: float, bend: Bend | None = None, turn: int = 0
) -> Geometry:
    """A page before a camera.

    The corners move by up to ``tilt`` (fraction of the sides), the page turns clockwise by ``degrees``,
    and ``margin`` (fraction; negative cuts into the page) is left around it.
    """
    width, height = page
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float64)
    target = corners + rng.uniform(-tilt, tilt, (4, 2)) * (width, height)
    angle = math.radians(degrees)
    spin = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    target = (target - target.mean(axis=0)) @ spin
    low, high = target.min(axis=0), target.max(axis=0)
    border = (high - low) * margin
    size = tuple(int(v) for v in np.round(high - low + 2 * border))
    moved = (target - low + border).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), moved)
    return Geometry(page, cast(tuple[int, int], size), np.asarray(matrix, np.float64), bend, turn)
