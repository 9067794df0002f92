"""Large slanted print across a page is read, and a page without any costs no search."""

import cv2
import numpy as np
import pytest

from extractor.reading.marks import find_marks, from_afar, has_large_ink
from extractor.reading.ocr_page import read_image
from extractor.reading.seals import overlap
from extractor.reading.upright import deskew
from models.ocr import create_engine


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


@pytest.mark.parametrize("degrees", [30, 40])
@pytest.mark.parametrize("colour", [(210, 30, 30), (90, 90, 90)])
def test_a_slanted_mark_is_read(engine, certificate, degrees, colour):
    found = find_marks(engine, marked(certificate, degrees, colour))
    assert any("SAMPLE" in line.text.upper() for line in found)
    assert all(line.slant for line in found)


def test_a_certificate_without_mark_has_none(engine, certificate):
    assert not any("SAMPLE" in line.text for line in find_marks(engine, certificate))


def test_small_print_is_no_large_ink():
    page = np.full((1600, 1100, 3), 255, np.uint8)
    for i in range(30):
        cv2.putText(page, "small print of a report", (100, 100 + 45 * i), cv2.FONT_HERSHEY_SIMPLEX, 0.7, (0, 0, 0), 1)
    assert not has_large_ink(from_afar(page))


def test_a_mark_over_small_print_is_kept_on_the_page(engine, certificate):
    page = marked(certificate, 30, (210, 30, 30))
    read = read_image(engine, page)
    large = [line for line in read.lines if line.slant and "SAMPLE" in line.text.upper()]
    assert large
    assert any(overlap(line.box, large[0].box) > 0.8 for line in read.lines if not line.slant)
