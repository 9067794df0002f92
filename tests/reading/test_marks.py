"""Large print across a page is read, on dense pages too, and a page without any costs no search."""

import cv2
import numpy as np
import pytest
from PIL import Image as Pil
from PIL import ImageDraw, ImageFont

from corpora.synth.engine import HEI, has_chinese_font, pil_font
from extractor.model import Line
from extractor.reading.mark_views import large_ink, likely_slants, mark_views
from extractor.reading.marks import find_marks, spaced
from extractor.reading.ocr_page import _repeats, read_image
from extractor.reading.seals import overlap
from extractor.reading.upright import deskew
from models.ocr import create_engine

needs_font = pytest.mark.skipif(not has_chinese_font(), reason="no Chinese font")


@pytest.fixture(scope="module")
def engine():
    return create_engine("openvino")


@pytest.fixture(scope="module")
def certificate(sample):
    path = next(sample.glob("04_*.jpg"))
    return np.ascontiguousarray(cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR)[:, :, ::-1])


def marked(page, degrees, colour):
    """The page with SAMPLE across its middle, the text below still showing through."""
    h, w = page.shape[:2]
    plain = np.full((200, 760, 3), 255, np.uint8)
    cv2.putText(plain, "SAMPLE", (20, 150), cv2.FONT_HERSHEY_DUPLEX, 5.0, colour, 14, cv2.LINE_AA)
    turned = deskew(plain, -degrees)
    th, tw = turned.shape[:2]
    out = page.copy()
    top, left = (h - th) // 2, (w - tw) // 2
    window = out[top : top + th, left : left + tw]
    window[:] = np.minimum(window, np.clip(turned.astype(int) // 2 + 127, 0, 255).astype(np.uint8))
    return out


def statement(rows=46):
    """A dense ruled statement: more lines than a certificate has."""
    page = np.full((1640, 1160, 3), 255, np.uint8)
    for i in range(rows + 1):
        y = 120 + 30 * i
        cv2.line(page, (80, y), (1080, y), (0, 0, 0), 1)
        if i < rows:
            for x, text in (
                (90, f"Item number {i}"),
                (520, f"{7_129_431 * (i + 3) % 99_999_999:,}.27"),
                (800, f"{311 * i:,}.40"),
            ):
                cv2.putText(page, text, (x, y + 21), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (0, 0, 0), 1, cv2.LINE_AA)
    return page


def with_word(page, word, degrees, *, pt=150, ink=(200, 30, 30), share=0.4, gap=0.0):
    """The page with a Chinese word over it, ``gap`` character widths between its characters."""
    h, w = page.shape[:2]
    font: ImageFont.FreeTypeFont = pil_font(HEI, pt)
    layer = Pil.new("L", (w, h), 0)
    step = pt * (1 + gap)
    for k, ch in enumerate(word):
        ImageDraw.Draw(layer).text((w / 2 + (k - (len(word) - 1) / 2) * step, h / 2), ch, font=font, fill=255, anchor="mm")
    strength = np.asarray(layer.rotate(-degrees, resample=Pil.Resampling.BICUBIC), np.float32)[:, :, None] / 255 * share
    return np.clip(page * (1 - strength) + np.array(ink, np.float32) * strength, 0, 255).astype(np.uint8)


def words(lines):
    return ["".join(line.text.split()) for line in lines]


@pytest.mark.parametrize("degrees", [30, 40])
@pytest.mark.parametrize("colour", [(210, 30, 30), (90, 90, 90)])
def test_a_slanted_mark_is_read(engine, certificate, degrees, colour):
    found = find_marks(engine, marked(certificate, degrees, colour))
    assert any("SAMPLE" in line.text.upper() for line in found)
    assert all(line.slant for line in found)


def test_a_certificate_without_mark_has_none(engine, certificate):
    assert not any("SAMPLE" in line.text for line in find_marks(engine, certificate))


@needs_font
@pytest.mark.parametrize(("word", "degrees"), [("初稿", -45), ("样本", 0), ("征求意见稿", 30), ("作废", 30), ("草稿", -58)])
def test_marks_on_a_dense_statement_are_read(engine, word, degrees):
    assert word in words(find_marks(engine, with_word(statement(), word, degrees)))


@needs_font
def test_a_mark_of_spaced_characters_is_read_as_one(engine):
    assert "样本" in words(find_marks(engine, with_word(statement(), "样本", -45, gap=1.0)))


@needs_font
def test_a_pale_grey_mark_is_read(engine):
    assert "初稿" in words(find_marks(engine, with_word(statement(), "初稿", -45, pt=220, ink=(128, 128, 128), share=0.25)))


@needs_font
def test_the_mark_of_a_dense_page_is_on_the_read_page(engine):
    read = read_image(engine, with_word(statement(), "初稿", -45))
    assert len([line for line in read.lines if not line.slant]) > 80
    assert any(line.slant and line.text == "初稿" for line in read.lines)


def test_dense_print_rulings_and_shading_are_no_large_ink():
    page = statement()
    page[120:150, 80:1080] = np.minimum(page[120:150, 80:1080], 205)
    assert all(large_ink(view) is None for _, view in mark_views(page))


def test_a_lone_round_seal_is_no_large_ink():
    page = statement()
    cv2.circle(page, (800, 1200), 115, (210, 40, 40), 5, cv2.LINE_AA)
    star = [(800 + r * np.sin(k * np.pi / 5), 1200 - r * np.cos(k * np.pi / 5)) for k, r in enumerate([40, 16] * 5)]
    cv2.fillPoly(page, [np.array(star, np.int32)], (210, 40, 40), cv2.LINE_AA)
    assert all(large_ink(view) is None for _, view in mark_views(page))


@needs_font
@pytest.mark.parametrize("degrees", [-50, -30, 20, 40])
def test_the_slant_is_told_from_the_strokes(degrees):
    page = with_word(np.full((1640, 1160, 3), 255, np.uint8), "样本", degrees)
    view = dict(mark_views(page))["pale"]
    ink = large_ink(view)
    assert ink is not None
    assert any(abs(turn + degrees) <= 4 for turn in likely_slants(view, ink))


def square(x, y, side):
    return np.array([(x, y), (x + side, y), (x + side, y + side), (x, y + side)], np.float32)


def test_characters_at_equal_steps_make_a_line_and_others_do_not():
    line = spaced([square(100, 100, 40), square(180, 150, 40), square(260, 200, 40)])
    assert max(float(np.linalg.norm(q[1] - q[0])) for q in line) > 200
    assert not spaced([square(100, 100, 40), square(180, 150, 90)])
    assert not spaced([square(100, 100, 40), square(105, 200, 40)])


def test_a_mark_over_a_title_is_kept_and_another_look_at_the_title_is_not():
    title = Line(text="高新技术企业证书", box=(0.2, 0.1, 0.8, 0.15), confidence=0.99)
    mark = Line(text="样本", box=(0.4, 0.1, 0.6, 0.15), slant=0.1)
    again = Line(text="高新支术企业", box=(0.2, 0.1, 0.7, 0.15), slant=0.1)
    assert not _repeats(mark, [title])
    assert _repeats(again, [title])


def test_a_mark_over_small_print_is_kept_on_the_page(engine, certificate):
    page = marked(certificate, 30, (210, 30, 30))
    read = read_image(engine, page)
    large = [line for line in read.lines if line.slant and "SAMPLE" in line.text.upper()]
    assert large
    assert any(overlap(line.box, large[0].box) > 0.8 for line in read.lines if not line.slant)
