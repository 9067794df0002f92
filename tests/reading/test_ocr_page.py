"""Pages turned and skewed are read upright; boxes refer to the upright page."""

import cv2
import numpy as np
import pytest

from extractor.reading.ocr_page import read_image
from extractor.reading.upright import deskew, make_upright, turn
from models.ocr import create_engine


@pytest.fixture(scope="module")
def engine():
    return create_engine("openvino")


@pytest.fixture(scope="module")
def certificate(sample):
    path = next(sample.glob("04_*.jpg"))
    image = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR)[:, :, ::-1]
    return np.ascontiguousarray(image)


def title_of(page):
    return next(line for line in page.lines if "质量管理体系认证证书" in line.text.replace(" ", ""))


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_quarter_turns(engine, certificate, degrees):
    page = read_image(engine, turn(certificate, degrees))
    assert (page.rotation + degrees) % 360 == 0
    title = title_of(page)
    assert title.cy < 0.4
    assert title.width > title.height


@pytest.mark.parametrize("degrees", [-9.5, -4, 2, 10])
def test_skew(engine, certificate, degrees):
    page = read_image(engine, deskew(certificate, degrees))
    assert page.skew == pytest.approx(-degrees, abs=0.7)
    title = title_of(page)
    assert title.height < 0.1
    assert abs(title.cx - 0.5) < 0.12


def test_turn_and_skew_can_be_repeated_for_showing(engine, certificate):
    source = deskew(turn(certificate, 90), 3)
    page = read_image(engine, source)
    again = make_upright(source, page.rotation, page.skew)
    assert again.shape[:2] == page.image.shape[:2]


def test_a_small_picture_is_read_too(engine, certificate):
    h, w = certificate.shape[:2]
    small = cv2.resize(certificate, (round(w * 700 / h), 700), interpolation=cv2.INTER_AREA)
    page = read_image(engine, small)
    assert title_of(page).confidence > 0.9
