"""Cutting evidence out of page images: a legible strip around each box, each strip once.

A crop is as wide as the page where its text stays legible at ``CROP_WIDTH`` pixels, so that
a figure stands beside its row label and column; on dense or large pages it is narrower.
Boxes are drawn later, by the report, as vectors over the crop.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError

from extractor.model import Box, union

PageImage = Callable[[int, int], bytes | None]
"""(file index, 1-based page) → JPEG bytes of the upright page, or None."""

CROP_WIDTH = 900
CROP_HEIGHT = 1100
THUMB_SIZE = (140, 190)
_CROP_QUALITY = 70
_THUMB_QUALITY = 55
_MAX_CROPS = 240
"""Crops of one report: about 12 MB. What lies beyond is named by page only, and the report says so."""

_NEAR, _STRIP = (
    0.05,
    0.45,
)  # fractions of the page height: views this close join, up to this height
_ROW = 0.04  # a box up to this fraction of the page height is one row of a list
_LEGIBLE = 15.0  # pixels of text height in the finished crop
_PIXEL = 18  # a blurred page is averaged over blocks of this many pixels


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """A box on a page of a file, in page fractions."""

    file: int
    page: int
    box: Box


@dataclass(frozen=True, slots=True)
class Picture:
    """An encoded JPEG and its size in pixels."""

    id: str
    jpeg: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Shot:
    """Where a spot is shown: the crop with the box in crop pixels, the page's thumbnail likewise.

    ``view`` is the part of the crop (pixels) to show for this spot: neighbouring spots of a
    page share one crop, each with its own view.
    """

    crop: Picture
    view: Box
    box: Box
    thumb: Picture
    thumb_box: Box
    blurred: bool


@dataclass(frozen=True, slots=True)
class Album:
    """All pictures of a report and the shot of each spot that could be shown."""

    pictures: tuple[Picture, ...]
    shots: dict[Spot, Shot]
    left_out: int
    """Spots beyond the limit of crops."""


def make_album(
    spots: Iterable[Spot],
    page_image: PageImage,
    private_pages: Collection[tuple[int, int]] = frozenset(),
) -> Album:
    """Crop every spot, asking for each page image once.

    On ``private_pages`` (lists of persons) everything but the row of a one-line box is blurred.
    A spot without a shot has no page image, or lies beyond the limit (then counted in ``left_out``).
    """
    by_page: dict[tuple[int, int], list[Spot]] = {}
    for spot in dict.fromkeys(spots):
        by_page.setdefault((spot.file, spot.page), []).append(spot)
    pictures: list[Picture] = []
    shots: dict[Spot, Shot] = {}
    crops = left_out = 0
    for (file, page), on_page in by_page.items():
        if crops >= _MAX_CROPS:
            left_out += len(on_page)
            continue
        image = _decode(page_image(file, page))
        if image is None:
            continue
        found = _shoot(image, on_page, f"p{file}-{page}", private=(file, page) in private_pages)
        shots.update(found)
        new = list({s.crop.id: s.crop for s in found.values()}.values())
        crops += len(new)
        pictures += [*new, next(iter(found.values())).thumb]
    return Album(tuple(pictures), shots, left_out)


def window(box: Box, size: tuple[int, int]) -> Box:
    """The part of a page (pixels) to show around a box (pixels).

    ``size`` is the page's (width, height). The box stands right of the centre, as row labels
    stand left of figures; two or three rows of context above and below.
    """
    page_width, page_height = size
    left, top, right, bottom = box
    text = min(bottom - top, 0.02 * page_height)
    wanted = max(CROP_WIDTH / _LEGIBLE * text, 1.15 * (right - left), 0.35 * page_width)
    width = min(float(page_width), wanted)
    room = 0.05 * (right - left)
    x = min((left + right) / 2 - 0.6 * width, left - room)
    x = min(max(x, right + room - width, 0.0), page_width - width)
    pad = min(max(3 * text, 0.022 * page_height), 0.06 * page_height)
    return (
        x,
        max(0.0, top - pad),
        min(float(page_width), x + width),
        min(float(page_height), bottom + pad),
    )


def _shoot(image: Image.Image, spots: list[Spot], prefix: str, *, private: bool) -> dict[Spot, Shot]:
    """The shots of one page; neighbouring spots share a crop."""
    boxes = {spot: _pixels(spot.box, image.size) for spot in spots}
    views = {spot: window(box, image.size) for spot, box in boxes.items()}
    if private:
        image = _blurred(image, [b for b in boxes.values() if b[3] - b[1] <= _ROW * image.height])
    thumb = _encode(image, THUMB_SIZE, f"{prefix}-t", _THUMB_QUALITY)
    whole = (0.0, 0.0, float(image.width), float(image.height))
    shots: dict[Spot, Shot] = {}
    for i, (part, members) in enumerate(_shared(views, image.height)):
        crop = _crop(image, part, f"{prefix}-{i}")
        for spot in members:
            shots[spot] = Shot(
                crop=crop,
                view=_moved(views[spot], part, crop),
                box=_moved(boxes[spot], part, crop),
                thumb=thumb,
                thumb_box=_moved(boxes[spot], whole, thumb),
                blurred=private,
            )
    return shots


def _shared(views: dict[Spot, Box], page_height: int) -> list[tuple[Box, list[Spot]]]:
    """Views of one page grouped from top to bottom into parts to cut out, each with its spots.

    Views join when one spans the other sideways, they nearly touch, and the whole stays a strip:
    joined views of different width would lose sharpness, and of distant rows waste bytes.
    """
    parts: list[tuple[Box, list[Spot]]] = []
    for spot, view in sorted(views.items(), key=lambda item: (item[1][1], item[1][0])):
        for i, (part, members) in enumerate(parts):
            both = union((part, view))
            same_width = both[2] - both[0] <= 1.1 * min(part[2] - part[0], view[2] - view[0])
            near = view[1] - part[3] <= _NEAR * page_height
            if same_width and near and both[3] - both[1] <= _STRIP * page_height:
                parts[i] = (both, [*members, spot])
                break
        else:
            parts.append((view, [spot]))
    return parts


def _decode(data: bytes | None) -> Image.Image | None:
    """The page image, or None where there is none or it is no image; the report then says so."""
    if not data:
        return None
    try:
        return Image.open(io.BytesIO(data)).convert("RGB")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        return None


def _pixels(box: Box, size: tuple[int, int]) -> Box:
    """Page fractions as pixels, ordered, inside the page and at least 2 pixels each way."""
    width, height = size
    xs = sorted(min(max(v, 0.0), 1.0) * width for v in (box[0], box[2]))
    ys = sorted(min(max(v, 0.0), 1.0) * height for v in (box[1], box[3]))
    x, y = min(xs[0], width - 2.0), min(ys[0], height - 2.0)
    return (x, y, max(xs[1], x + 2), max(ys[1], y + 2))


def _crop(image: Image.Image, part: Box, name: str) -> Picture:
    """The encoded part, never enlarged."""
    left, top, right, bottom = part
    cut = image.crop(
        (
            int(left),
            int(top),
            max(int(right), int(left) + 1),
            max(int(bottom), int(top) + 1),
        )
    )
    return _encode(cut, (CROP_WIDTH, CROP_HEIGHT), name, _CROP_QUALITY)


def _encode(image: Image.Image, limit: tuple[int, int], name: str, quality: int) -> Picture:
    """A JPEG of at most ``limit`` (width, height) pixels."""
    small = image.copy()
    small.thumbnail(limit, Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=quality, optimize=True)
    return Picture(name, buffer.getvalue(), small.width, small.height)


def _moved(box: Box, part: Box, picture: Picture) -> Box:
    """A box in page pixels as pixels of the picture that shows ``part`` of the page."""
    sx, sy = picture.width / (part[2] - part[0]), picture.height / (part[3] - part[1])
    return (
        (box[0] - part[0]) * sx,
        (box[1] - part[1]) * sy,
        (box[2] - part[0]) * sx,
        (box[3] - part[1]) * sy,
    )


def _blurred(image: Image.Image, keep: list[Box]) -> Image.Image:
    """The page in coarse blocks, but for the full-width rows of the boxes to keep."""
    coarse = image.resize(
        (max(1, image.width // _PIXEL), max(1, image.height // _PIXEL)),
        Image.Resampling.BOX,
    )
    page = coarse.resize(image.size, Image.Resampling.NEAREST)
    for box in keep:
        room = 0.15 * (box[3] - box[1])
        row = (
            0,
            max(0, int(box[1] - room)),
            image.width,
            min(image.height, int(box[3] + room) + 1),
        )
        page.paste(image.crop(row), (row[0], row[1]))
    return page
