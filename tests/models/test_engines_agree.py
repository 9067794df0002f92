"""Both engines run the same weights, so their texts must agree (needs the extra ``paddle``)."""

import cv2
import numpy as np
import pytest

from eval.bench_engines import SURE, difference, plain
from models.ocr import create_engine

pytestmark = [pytest.mark.engines, pytest.mark.filterwarnings("default")]


def test_engines_agree_on_the_sample(sample):
    pytest.importorskip("paddleocr")
    fast, reference = create_engine("openvino"), create_engine("paddleocr")
    different = total = 0
    for path in sorted(sample.glob("*.jpg")):
        image = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR)[:, :, ::-1].copy()
        ours, theirs = fast.read(image), reference.read(image)
        different += difference(ours, theirs, SURE)
        total += sum(len(plain(line.text)) for line in theirs)
    assert total > 500
    assert different <= 0.002 * total
