"""PDF pages: sizes, pictures, words with their places, and hints on trust."""

from __future__ import annotations

import math
import zlib
from pathlib import Path

import intake_files as make
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.intake.pdf import PdfFile, Word

MONEY = "BT /F1 10 Tf 72 700 Td (Revenue) Tj ET BT /F1 10 Tf 300 700 Td (1,234.00) Tj ET"


@pytest.fixture
def pdf(tmp_path: Path) -> PdfMaker:
    """A maker of open PDFs."""
    return PdfMaker(tmp_path)


class PdfMaker:
    """Writes a PDF and opens it."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "x.pdf"

    def __call__(self, *contents: str, **options: object) -> PdfFile:
        """Pages with the given content streams."""
        self._path.write_bytes(make.pdf(contents, **options))  # type: ignore[arg-type]
        return PdfFile(self._path)


def turned_text(degrees: float, x: float, y: float, text: str, size: int = 10) -> str:
    """Text turned counter-clockwise in user space."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return f"BT /F1 {size} Tf {c:.5f} {s:.5f} {-s:.5f} {c:.5f} {x} {y} Tm ({text}) Tj ET "


def texts(words: tuple[Word, ...]) -> list[str]:
    """Only the texts."""
    return [w.text for w in words]


def test_words_and_their_places(pdf: PdfMaker) -> None:
    with pdf(MONEY) as file:
        label, money = file.text_words(0)
    assert (label.text, money.text) == ("Revenue", "1,234.00")
    assert (label.font, label.size, label.turn) == ("Helvetica", 10, 0)
    assert label.box[0] == pytest.approx(72, abs=1)
    assert money.box[0] == pytest.approx(300, abs=1)
    assert label.box[1] < 842 - 700 < label.box[3]
    assert len(money.chars) == len(money.text)
    # Helvetica digits are 0.556 em wide, the comma and the point 0.278 em
    assert [round(r - left, 1) for left, r in money.chars[:2]] == [5.6, 2.8]


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_rotated_pages_come_upright(pdf: PdfMaker, rotate: int) -> None:
    """``/Rotate`` turns clockwise; text drawn against it reads upright."""
    start = {0: (100, 700), 90: (100, 100), 180: (500, 100), 270: (500, 700)}[rotate]
    with pdf(turned_text(rotate, *start, "UPRIGHT"), rotate=rotate) as file:
        width, height = file.page_size(0)
        (word,) = file.text_words(0)
        picture = file.render(0, 1.0)
    assert (width, height) == ((842, 595) if rotate % 180 else (595, 842))
    assert picture.shape == (round(height), round(width), 3)
    assert (word.text, word.turn) == ("UPRIGHT", 0)
    ink = np.argwhere(picture.min(axis=2) < 128)
    top, left = ink.min(axis=0)
    bottom, right = ink.max(axis=0)
    assert word.box[0] - 2 <= left
    assert right <= word.box[2] + 2
    assert word.box[1] - 2 <= top
    assert bottom <= word.box[3] + 2
    assert word.box[2] - word.box[0] < 1.3 * (right - left)


def test_page_whose_content_lies_on_its_side(pdf: PdfMaker) -> None:
    """A landscape table on a portrait page: turning it further makes it read."""
    content = turned_text(90, 300, 100, "Total assets") + turned_text(90, 300, 400, "5,000.00")
    with pdf(content) as file:
        sideways = file.text_words(0)
        assert {w.turn for w in sideways} == {270}
        assert all(w.chars == () for w in sideways)
        assert file.text_quality(0).turned == len("Totalassets5,000.00")
        upright = file.text_words(0, turn=90)
        assert texts(upright) == ["Total assets", "5,000.00"]
        assert all(w.turn == 0 and len(w.chars) == len(w.text) for w in upright)
        assert upright[0].box[0] < upright[1].box[0]
        assert upright[0].box[1] == pytest.approx(upright[1].box[1], abs=1)
        assert file.page_size(0, turn=90) == (842, 595)
        picture = file.render(0, 1.0, turn=90)
    assert picture.shape == (595, 842, 3)
    left, top, right, bottom = (round(v) for v in upright[0].box)
    assert picture[top:bottom, left:right].min() < 128


def test_mediabox_that_does_not_start_at_zero(pdf: PdfMaker) -> None:
    with pdf("BT /F1 10 Tf 172 700 Td (X) Tj ET", mediabox=(100, 50, 695, 892)) as file:
        (word,) = file.text_words(0)
        assert file.page_size(0) == (595, 842)
    assert word.box[0] == pytest.approx(72, abs=1)
    assert word.box[1] < 892 - 700 < word.box[3]


def test_slanted_watermark_is_kept_apart(pdf: PdfMaker) -> None:
    with pdf(MONEY + " " + turned_text(45, 100, 300, "WATERMARK", 60)) as file:
        assert texts(file.text_words(0)) == ["Revenue", "1,234.00"]
        quality = file.text_quality(0)
    assert (quality.oblique, quality.oblique_text) == (9, "WATERMARK")


def test_slightly_skewed_lines_are_words(pdf: PdfMaker) -> None:
    with pdf(turned_text(1.5, 72, 700, "Scanned text layer")) as file:
        assert texts(file.text_words(0)) == ["Scanned text layer"]


def test_size_jump_starts_a_word(pdf: PdfMaker) -> None:
    with pdf("BT /F1 12 Tf 72 700 Td (m) Tj /F1 6 Tf 0 0 Td 10.0 0 Td (2) Tj ET") as file:
        assert texts(file.text_words(0)) == ["m", "2"]


def test_characters_drawn_one_by_one_and_backwards(pdf: PdfMaker) -> None:
    pieces = [f"BT /F1 10 Tf {72 + 5.56 * i:.2f} 700 Td ({c}) Tj ET" for i, c in enumerate("20210506")]
    with pdf(" ".join(reversed(pieces))) as file:
        assert texts(file.text_words(0)) == ["20210506"]


def test_text_drawn_twice_to_look_bold_is_read_once(pdf: PdfMaker) -> None:
    twice = " ".join(f"BT /F1 10 Tf {x} 700 Td (Total 11,111.00) Tj ET" for x in (72, 72.3))
    with pdf(twice) as file:
        assert texts(file.text_words(0)) == ["Total 11,111.00"]


def test_amounts_in_neighbouring_columns_stay_apart(pdf: PdfMaker) -> None:
    with pdf("BT /F1 10 Tf 72 700 Td (1,234.00 5,678.00) Tj ET") as file:
        assert texts(file.text_words(0)) == ["1,234.00", "5,678.00"]


@given(gap=st.floats(0.7, 20))
@settings(max_examples=20, deadline=None)
def test_wide_gaps_always_split(tmp_path_factory: pytest.TempPathFactory, gap: float) -> None:
    x = 72 + 7 * 5.56 + gap * 10
    content = f"BT /F1 10 Tf 72 700 Td (1234567) Tj ET BT /F1 10 Tf {x:.3f} 700 Td (7654321) Tj ET"
    with PdfMaker(tmp_path_factory.mktemp("gap"))(content) as file:
        assert texts(file.text_words(0)) == ["1234567", "7654321"]


def test_invisible_ocr_layer_is_counted(pdf: PdfMaker) -> None:
    with pdf("BT 3 Tr /F1 10 Tf 72 700 Td (hidden) Tj ET") as file:
        assert texts(file.text_words(0)) == ["hidden"]
        assert file.text_quality(0).invisible == 6


def test_font_without_unicode_map_is_counted(pdf: PdfMaker) -> None:
    font = (
        b"<< /Type /Font /Subtype /Type0 /BaseFont /ABCDEF+Hidden /Encoding /Identity-H /DescendantFonts [8 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /ABCDEF+Hidden /CIDSystemInfo "
        b"<< /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor 9 0 R /DW 1000 >>",
        b"<< /Type /FontDescriptor /FontName /ABCDEF+Hidden /Flags 4 /FontBBox [0 0 1000 1000] "
        b"/ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >>",
    )
    content = "BT /F2 10 Tf 72 700 Td <004100420043> Tj ET"
    with pdf(content, extra=font, resources="/Font << /F2 7 0 R >>") as file:
        quality = file.text_quality(0)
    assert quality.bad == 3
    assert quality.unmapped_fonts == ("Hidden",)


def test_clean_text_has_no_bad_characters(pdf: PdfMaker) -> None:
    with pdf(MONEY) as file:
        quality = file.text_quality(0)
    assert (quality.chars, quality.bad, quality.fonts) == (15, 0, ("Helvetica",))


def image_object(width: int, height: int) -> bytes:
    """A grey picture as a PDF object."""
    data = zlib.compress(bytes(width * height))
    head = b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray " % (
        width,
        height,
    )
    return head + b"/BitsPerComponent 8 /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (
        len(data),
        data,
    )


def test_image_coverage(pdf: PdfMaker) -> None:
    objects, names = [image_object(100, 200)], "/XObject << /Im 7 0 R >>"
    with pdf("q 595 0 0 421 0 0 cm /Im Do Q", extra=objects, resources=names) as file:
        assert file.image_coverage(0) == pytest.approx((0.5, 0.5), abs=0.02)
        (image,) = file.images(0)
    assert (image.width, image.height) == (100, 200)
    assert image.box == pytest.approx((0, 421, 595, 842), abs=1)
    assert image.dpi == pytest.approx(72 * 100 / 595, abs=0.1)


def test_tiles_that_touch_are_one_picture_and_those_apart_are_not(pdf: PdfMaker) -> None:
    objects, names = [image_object(10, 10)], "/XObject << /Im 7 0 R >>"
    drawn = "q 100 0 0 100 {} 400 cm /Im Do Q "
    with pdf(drawn.format(50) + drawn.format(150), extra=objects, resources=names) as file:
        share, largest = file.image_coverage(0)
        assert share == largest == pytest.approx(2 * 100 * 100 / (595 * 842), rel=0.2)
    with pdf(drawn.format(50) + drawn.format(350), extra=objects, resources=names) as file:
        share, largest = file.image_coverage(0)
        assert share == pytest.approx(2 * largest, rel=0.1)


def test_a_strip_of_a_page_is_drawn_alone(pdf: PdfMaker) -> None:
    with pdf(MONEY) as file:
        page, strip = file.render(0, 2.0), file.render(0, 2.0, rows=(100.0, 300.0))  # the text stands at 142
    assert strip.shape == (400, page.shape[1], 3)
    assert abs(page[200:600].astype(int) - strip).mean() < 1


def test_image_inside_a_form(pdf: PdfMaker) -> None:
    form = (
        b"<< /Type /XObject /Subtype /Form /BBox [0 0 1 1] /Matrix [595 0 0 842 0 0] "
        b"/Resources << /XObject << /Im 7 0 R >> >> /Length 6 >>\nstream\n/Im Do\nendstream"
    )
    objects, names = [image_object(10, 10), form], "/XObject << /Fm 8 0 R >>"
    with pdf("q /Fm Do Q", extra=objects, resources=names) as file:
        assert file.image_coverage(0) == pytest.approx((1.0, 1.0), abs=0.02)


def test_page_without_images(pdf: PdfMaker) -> None:
    with pdf(MONEY) as file:
        assert file.image_coverage(0) == (0, 0)
        assert file.images(0) == []


def test_rulings(pdf: PdfMaker) -> None:
    line, box, frame = "72 700 m 300 700 l S", "100 500 200 0.5 re f", "100 300 200 100 re S"
    curve = "0 0 m 10 80 90 120 300 200 c S"
    with pdf(f"{line} {box} {frame} {curve}") as file:
        rulings = file.rulings(0)
    across = sorted(round(r.y0) for r in rulings if r.horizontal)
    down = sorted(round(r.x0) for r in rulings if not r.horizontal)
    assert across == [142, 342, 442, 542]
    assert down == [100, 300]


def test_render_gives_rgb_at_scale(pdf: PdfMaker) -> None:
    with pdf("1 0 0 rg 0 421 595 421 re f") as file:
        pixels = file.render(0, 2.0)
    assert pixels.shape == (1684, 1190, 3)
    assert pixels.dtype == np.uint8
    assert tuple(pixels[100, 100]) == (255, 0, 0)
    assert tuple(pixels[-100, 100]) == (255, 255, 255)


def test_pages_in_any_order(pdf: PdfMaker) -> None:
    pages = [f"BT /F1 10 Tf 72 700 Td (Page{i}) Tj ET" for i in range(4)]
    with pdf(*pages) as file:
        assert file.page_count == 4
        assert [texts(file.text_words(i)) for i in (3, 0, 2, 2)] == [
            ["Page3"],
            ["Page0"],
            ["Page2"],
            ["Page2"],
        ]


def test_annotations_are_counted(pdf: PdfMaker) -> None:
    with pdf(MONEY) as file:
        assert file.drawn_extras(0) == 0
