"""Red seals are found and taken away; ID numbers never leave the room in clear."""

import cv2
import numpy as np

from extractor.model import Line
from extractor.reading.ocr_page import _joined
from extractor.reading.page_reader import hide_persons, is_blank
from extractor.reading.privacy import mask_line
from extractor.reading.seals import find_seals, without_red


def paper(h=1400, w=1000):
    return np.full((h, w, 3), 255, np.uint8)


def test_a_round_seal_is_found_and_a_red_headline_is_not():
    image = paper()
    cv2.circle(image, (700, 1000), 110, (210, 30, 40), 8)
    cv2.circle(image, (700, 1000), 35, (210, 30, 40), -1)
    cv2.rectangle(image, (100, 80), (900, 110), (210, 30, 40), -1)
    (seal,) = [s for s in find_seals(image) if s.box[2] - s.box[0] > 0.15]
    assert abs((seal.box[0] + seal.box[2]) / 2 - 0.7) < 0.02
    assert abs((seal.box[1] + seal.box[3]) / 2 - 1000 / 1400) < 0.02


def test_red_ink_goes_and_black_ink_stays():
    image = paper(60, 60)
    image[10:20] = (220, 40, 50)
    image[30:40] = (20, 20, 20)
    clean = without_red(image)
    assert clean[15].min() >= 200
    assert clean[35].max() <= 40


def test_two_halves_of_a_line_under_a_seal_are_joined():
    a = Line(text="Date of issue: 22-03-201", box=(0.1, 0.1, 0.5, 0.12), confidence=0.95)
    b = Line(text="ateofissue:22-03-2019", box=(0.12, 0.1, 0.52, 0.12), confidence=0.97)
    joined = _joined(a, b)
    assert joined is not None
    assert joined.text == "Dateofissue:22-03-2019"


def test_readings_that_disagree_are_not_joined():
    a = Line(text="2018年12月28日", box=(0.1, 0.1, 0.5, 0.12))
    assert _joined(a, a.model_copy(update={"text": "2013年12月26日"})) is None


def test_id_numbers_are_masked_and_told_apart():
    one = mask_line(Line(text="张三 11010519491231002X", box=(0, 0, 1, 1)), b"k")
    two = mask_line(Line(text="李四 440308199901101512", box=(0, 0, 1, 1)), b"k")
    assert one.text == "张三 1101**********002X"
    assert one.person != two.person
    assert "19491231" not in one.model_dump_json()
    assert mask_line(Line(text="张三 11010519491231002X", box=(0, 0, 1, 1)), b"other").person != one.person


def test_id_numbers_are_blacked_out_in_pictures():
    spans = tuple((i / 18, (i + 1) / 18) for i in range(18))
    line = Line(text="1101**********002X", box=(0.0, 0.4, 1.0, 0.6), spans=spans, person="x")
    shown = hide_persons(paper(100, 180), [line])
    assert shown[50, 90].max() == 0
    assert shown[50, 5].min() == 255


def test_blank_pages():
    image = paper(800, 600)
    assert is_blank(image)
    noisy = np.clip(image.astype(int) - np.random.default_rng(1).integers(0, 18, image.shape), 0, 255).astype(np.uint8)
    assert is_blank(noisy)
    cv2.putText(image, "PAGE 12 TEXT", (60, 400), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (0, 0, 0), 2)
    assert not is_blank(image)
