"""Both engines run the same weights, so their texts must agree (needs the extra ``paddle``)."""

import unicodedata

import cv2
import numpy as np
import pytest
from rapidfuzz.distance import Levenshtein

from models.ocr import create_engine

pytestmark = [pytest.mark.engines, pytest.mark.filterwarnings("default")]


def plain(lines):
    return "".join("".join(unicodedata.normalize("NFKC", line.text).split()) for line in lines)


def test_engines_agree_on_the_sample(sample):
    pytest.importorskip("paddleocr")
    fast, reference = create_engine("openvino"), create_engine("paddleocr")
    different = total = 0
    for path in sorted(sample.glob("*.jpg")):
        image = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR)[:, :, ::-1].copy()
        ours, theirs = plain(fast.read(image)), plain(reference.read(image))
        different += Levenshtein.distance(ours, theirs)
        total += len(theirs)
    assert total > 500
    assert different <= 0.002 * total
