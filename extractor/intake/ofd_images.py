"""Pictures of an OFD page: decoded within limits, once each."""

from __future__ import annotations

import warnings
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from extractor.intake import ofd_xml as xml
from extractor.intake.errors import BrokenFile, IntakeError
from extractor.intake.image_probe import FORMATS
from extractor.intake.ofd import OfdFile
from extractor.intake.ofd_objects import Content, Drawn
from extractor.intake.ofd_xml import Matrix, Rect

RGBA = NDArray[np.uint8]
"""Height x width x 4, straight alpha."""

_FAILURES = (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, OverflowError, MemoryError)


class Pictures:
    """The pictures that a page draws, by resource; those that cannot be decoded are None."""

    def __init__(self, ofd: OfdFile, content: Content) -> None:
        """Nothing is decoded yet."""
        self._ofd = ofd
        self._content = content
        self._known: dict[str, RGBA | None] = {}
        self._room = ofd.limits.max_pixels

    def of(self, drawn: Drawn) -> RGBA | None:
        """The picture of an image object; None where there is none, its format is not read, or it is too large."""
        key = drawn.node.get("ResourceID") or ""
        if key not in self._known:
            self._known[key] = self._masked(drawn, key)
        return self._known[key]

    def _masked(self, drawn: Drawn, key: str) -> RGBA | None:
        picture = self._decoded(key)
        mask = self._decoded(drawn.node.get("ImageMask") or "")
        if picture is None or mask is None:
            return picture
        small = Image.fromarray(mask[..., 0]).resize((picture.shape[1], picture.shape[0]))
        out = picture.copy()
        out[..., 3] = np.minimum(out[..., 3], np.asarray(small))
        return out

    def _decoded(self, key: str) -> RGBA | None:
        resource = self._content.resources.get(key)
        if resource is None or not resource.path:
            return None
        try:
            data = self._ofd.read(resource.path)
        except BrokenFile:
            return None
        picture = decode(data, self._room)
        # All pictures of a page together stay within the limit for one page.
        self._room -= 0 if picture is None else picture.shape[0] * picture.shape[1]
        return picture


def decode(data: bytes, max_pixels: int) -> RGBA | None:
    """A picture file as RGBA; None where it is damaged, of another format (JBIG2) or has more than ``max_pixels``."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(BytesIO(data), formats=FORMATS) as im:
                if im.size[0] * im.size[1] > max_pixels or min(im.size) < 1:
                    return None
                return np.array(im.convert("RGBA"))
    except (*_FAILURES, IntakeError, Image.DecompressionBombError):
        return None


def placed(drawn: Drawn) -> Matrix:
    """The unit square of a picture to the page. Without a ``CTM`` a picture fills its boundary."""
    if xml.matrix(drawn.node.get("CTM")) is not None:
        return drawn.matrix
    edge = xml.box(drawn.node.get("Boundary"))
    width, height = (edge[2] - edge[0], edge[3] - edge[1]) if edge else (1.0, 1.0)
    return xml.then((width, 0.0, 0.0, height, 0.0, 0.0), drawn.matrix)


def area(drawn: Drawn) -> Rect | None:
    """What a picture covers of the page at most; None where nothing of it is seen."""
    l, t, r, b = xml.bounds(placed(drawn), (0.0, 0.0, 1.0, 1.0))
    left, top, right, bottom = max(l, drawn.clip[0]), max(t, drawn.clip[1]), min(r, drawn.clip[2]), min(b, drawn.clip[3])
    return (left, top, right, bottom) if right > left and bottom > top and drawn.alpha > 0 else None


def pixels(drawn: Drawn, picture: RGBA, points: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Colours (n x 3) and opacities (n, 0..1) of the picture at points (n x 2) of the page; opacity 0 beside it."""
    a, b, c, d, e, f = placed(drawn)
    det = a * d - b * c
    if abs(det) < 1e-12:
        return np.zeros((len(points), 3)), np.zeros(len(points))
    x, y = points[:, 0] - e, points[:, 1] - f
    u, v = (d * x - c * y) / det, (a * y - b * x) / det
    h, w = picture.shape[:2]
    seen = picture[np.clip(v * h, 0, h - 1).astype(int), np.clip(u * w, 0, w - 1).astype(int)].astype(np.float64)
    within = (u >= 0) & (u < 1) & (v >= 0) & (v < 1)
    return seen[:, :3], np.where(within, seen[:, 3] / 255 * drawn.alpha, 0.0)
