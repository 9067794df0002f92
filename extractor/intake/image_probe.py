"""A picture looked at from outside: how many pages, how many pixels. Nothing is decoded."""

from __future__ import annotations

import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageFile

from extractor.intake.errors import BrokenFile, IntakeError, TooLarge
from extractor.intake.limits import Limits

FORMATS = ("JPEG", "PNG", "TIFF", "WEBP", "BMP", "DIB", "GIF")
# What Pillow's decoders raise on damaged files (UnidentifiedImageError is an OSError)
_DECODER_ERRORS: tuple[type[Exception], ...] = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    OverflowError,
    MemoryError,
    struct.error,
    zlib.error,
    zipfile.BadZipFile,
)
DAMAGED = "图片已损坏或不完整，请重新扫描或重新导出后上传"


def probe(path: Path, limits: Limits) -> int:
    """The number of pages (TIFF frames; else 1). Only headers are read.

    Raises BrokenFile, TooLarge.
    """
    _refuse_many_frames(path, limits.max_pages_per_file)
    with opened(path, "") as im:
        pages = int(getattr(im, "n_frames", 1)) if im.format == "TIFF" else 1
        if pages == 1:
            check_size(im, limits)
        return pages


@contextmanager
def opened(path: Path, member: str) -> Iterator[ImageFile.ImageFile]:
    """Open with only the expected decoders; every decoder failure becomes an IntakeError."""
    try:
        with warnings.catch_warnings():
            # own limit (max_pixels) comes before decoding; odd tags of scanners are no news
            warnings.simplefilter("ignore")
            source: Path | BytesIO = path
            if member:
                with zipfile.ZipFile(path) as z:
                    source = BytesIO(z.read(member))
            with Image.open(source, formats=FORMATS) as im:
                yield im
    except IntakeError:
        raise
    except Image.DecompressionBombError as e:
        raise TooLarge("图片像素过多，请以 300 DPI 重新扫描后上传") from e
    except _DECODER_ERRORS as e:
        raise BrokenFile(DAMAGED) from e


def check_size(im: Image.Image, limits: Limits) -> None:
    """Raise TooLarge for more than ``max_pixels``, BrokenFile for none at all; by the header."""
    width, height = im.size
    if width * height > limits.max_pixels:
        raise TooLarge(
            f"图片过大（{width}×{height} 像素，上限 {limits.max_pixels // 1_000_000} 百万像素），请以 300 DPI 重新扫描后上传"
        )
    if width < 1 or height < 1:
        raise BrokenFile(DAMAGED)


def _refuse_many_frames(path: Path, most: int) -> None:
    """Follow the directories of a TIFF (TIFF 6.0, 2; BigTIFF): Pillow's way of counting takes the square of their number."""
    with path.open("rb") as f:
        head = f.read(16)
        order = {b"II": "<", b"MM": ">"}.get(head[:2])
        if order is None or head[2:4] not in (b"*\0", b"\0*", b"+\0", b"\0+"):
            return
        big = b"+" in head[2:4]
        count, entry, link = (f"{order}Q", 20, f"{order}Q") if big else (f"{order}H", 12, f"{order}L")
        try:
            (at,) = struct.unpack_from(link, head, 8 if big else 4)
            seen: set[int] = set()
            while at and at not in seen:
                seen.add(at)
                if len(seen) > most:
                    raise TooLarge(f"页数过多（超过上限 {most} 页），请拆成几个文件后上传")
                f.seek(at)
                (entries,) = struct.unpack(count, f.read(struct.calcsize(count)))
                f.seek(entries * entry, 1)
                (at,) = struct.unpack(link, f.read(struct.calcsize(link)))
        except (struct.error, OverflowError, OSError):
            return  # cut off; Pillow tells
