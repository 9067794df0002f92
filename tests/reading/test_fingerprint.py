"""The same page again, in another file, has nearly the same fingerprint; other pages have not."""

import itertools

import cv2
import numpy as np
import pytest

from extractor.intake import open_package, page_sources
from extractor.reading.fingerprint import fingerprint
from extractor.values.page_looks import LOOK_BITS, look_distance

SAME = 20
"""Bits by which two pictures of one page may differ."""


@pytest.fixture(scope="module")
def certificates(sample):
    with open_package(sample) as package:
        return [s.image() for f in package.files for s in page_sources(f) if f.name.endswith(".jpg")]


def jpeg(image, quality=60, scale=1.0, darker=0, margin=0):
    out = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    out = np.clip(out.astype(np.int16) - darker, 0, 255).astype(np.uint8)
    out = cv2.copyMakeBorder(out, margin, 0, 0, margin, cv2.BORDER_CONSTANT, value=(255, 255, 255))
    _, data = cv2.imencode(".jpg", out, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)


@pytest.mark.parametrize("how", [{"quality": 40}, {"scale": 0.5}, {"darker": 12}, {"scale": 0.75, "quality": 50, "margin": 30}])
def test_the_same_page_again_is_known(certificates, how):
    for image in certificates:
        assert look_distance(fingerprint(image), fingerprint(jpeg(image, **how))) <= SAME


def test_other_papers_are_told_apart(certificates):
    looks = [fingerprint(image) for image in certificates]
    assert len(looks) >= 4
    assert all(len(look) * 4 == LOOK_BITS for look in looks)
    assert min(look_distance(a, b) for a, b in itertools.combinations(looks, 2)) > 2 * SAME


def test_a_page_without_print_has_none():
    assert fingerprint(np.full((1600, 1200, 3), 255, np.uint8)) == ""
    assert fingerprint(np.zeros((10, 10, 3), np.uint8)) == ""


@pytest.mark.parametrize("other", ["", "zz"])
def test_without_a_fingerprint_there_is_no_distance(other):
    with pytest.raises(ValueError):
        look_distance("00" * 32, other)
