"""Pictures of every mode come out as upright RGB."""

from __future__ import annotations

from pathlib import Path

import intake_files as make
import numpy as np
import pytest
from intake_files import Opener
from PIL import Image

from extractor.intake import ImagePage, Limits, page_sources
from extractor.intake.image import RGB, load


def loaded(tmp_path: Path, data: bytes) -> RGB:
    """Decode ``data`` by way of a file."""
    (tmp_path / "x").write_bytes(data)
    return load(tmp_path / "x", Limits())


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("fmt", ["JPEG", "PNG", "WEBP"])
def test_exif_orientation(tmp_path: Path, orientation: int, fmt: str) -> None:
    upright = Image.open(_file(tmp_path, make.picture("PNG"))).convert("RGB")
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = upright.transpose(undo[orientation]) if orientation > 1 else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    pixels = loaded(tmp_path, make.encoded(stored, fmt, exif=exif))
    assert pixels.shape == (48, 64, 3)
    corners = [pixels[5, 5], pixels[5, -5], pixels[-5, 5], pixels[-5, -5]]
    expected = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)]
    assert np.abs(np.array(corners, int) - np.array(expected)).max() < 40


def _file(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "upright"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("mode", ["RGB", "L", "1", "P", "RGBA", "LA", "CMYK"])
def test_modes_become_rgb(tmp_path: Path, mode: str) -> None:
    im = Image.new("RGB", (20, 10), "white")
    im.paste("black", (0, 0, 10, 10))
    pixels = loaded(tmp_path, make.encoded(im.convert(mode), "TIFF"))
    assert pixels.shape == (10, 20, 3)
    assert pixels.dtype == np.uint8
    assert pixels[5, 2].max() < 60
    assert pixels[5, 15].min() > 250


def test_transparency_lies_on_white(tmp_path: Path) -> None:
    im = Image.new("RGBA", (20, 10), (0, 0, 0, 0))
    im.paste((255, 0, 0, 255), (0, 0, 10, 10))
    pixels = loaded(tmp_path, make.encoded(im, "PNG"))
    assert tuple(pixels[5, 15]) == (255, 255, 255)
    assert tuple(pixels[5, 5]) == (255, 0, 0)
    palette = im.convert("RGB").quantize(4)
    assert loaded(tmp_path, make.encoded(palette, "PNG", transparency=palette.getpixel((15, 5))))[5, 15].min() > 250


def test_sixteen_bits_are_scaled_not_clipped(tmp_path: Path) -> None:
    grey = np.full((10, 20), 40_000, np.uint16)
    grey[:, :10] = 3000
    for fmt in ("PNG", "TIFF"):
        pixels = loaded(tmp_path, make.encoded(Image.fromarray(grey), fmt))
        assert abs(int(pixels[5, 15, 0]) - 155) <= 2
        assert abs(int(pixels[5, 5, 0]) - 11) <= 2


def test_fax_lines_are_stretched_to_square_pixels(tmp_path: Path) -> None:
    fax = Image.new("1", (200, 100), 1)
    pixels = loaded(tmp_path, make.encoded(fax, "TIFF", compression="group4", dpi=(204, 98)))
    assert pixels.shape == (208, 200, 3)


def test_multi_page_tiff(only: Opener) -> None:
    file = only("扫描.tif", make.tiff(3))
    assert file.pages == 3
    shapes = [p.image().shape for p in page_sources(file) if isinstance(p, ImagePage)]
    assert shapes == [(30, 10, 3), (30, 20, 3), (30, 30, 3)]


def test_animation_gives_its_first_picture(only: Opener) -> None:
    frames = [Image.new("RGB", (20, 20), c) for c in ("red", "blue")]
    file = only("a.gif", make.encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    (page,) = page_sources(file)
    assert isinstance(page, ImagePage)
    assert tuple(page.image()[5, 5]) == (255, 0, 0)


def test_resolution(only: Opener) -> None:
    def dpi(data: bytes) -> float | None:
        (page,) = page_sources(only("a.jpg", data))
        assert isinstance(page, ImagePage)
        return page.dpi

    assert dpi(make.picture("JPEG", dpi=(300, 300))) == pytest.approx(300)
    assert dpi(make.picture("JPEG", dpi=(1, 1))) is None
    assert dpi(make.picture("JPEG")) is None


def test_bytes_after_the_end_do_no_harm(tmp_path: Path) -> None:
    assert loaded(tmp_path, make.noise("JPEG") + bytes(1000)).shape == (200, 200, 3)
    assert loaded(tmp_path, make.noise("JPEG") + b"trailer of a camera" * 50).shape == (200, 200, 3)
