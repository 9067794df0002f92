"""Red seals are found and taken away; ID numbers never leave the room in clear."""

import cv2
import numpy as np
import pytest

from extractor.model import Line
from extractor.reading.ocr_page import _joined, _merge, around_seal
from extractor.reading.page_reader import hide_persons, is_blank
from extractor.reading.privacy import mask_line, private_boxes
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


def test_what_is_seen_under_a_seal_cuts_no_line():
    seal = (0.6, 0.70, 0.75, 0.80)
    date = Line(text="2028年12月27日", box=(0.5, 0.74, 0.7, 0.76))
    label = Line(text="注册有效期至", box=(0.2, 0.74, 0.498, 0.76))
    above = Line(text="本证书所列商标经核准注册", box=(0.1, 0.3, 0.9, 0.32))
    left, top, right, bottom = around_seal(seal, [date, label, above])
    assert left < 0.2
    assert 0.75 < right < 1.0
    assert top < 0.70
    assert bottom > 0.80
    assert around_seal(seal, [above])[0] > 0.45


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


def test_a_dark_seal_leaves_the_paper_as_it_is_around_it():
    """Neither grey remains of dark red ink nor white patches on grey paper: both hide lines from the detector."""
    image = np.full((200, 200, 3), 205, np.uint8)
    image[60:70] = (170, 25, 35)
    image[120:130] = (40, 10, 12)
    clean = without_red(image)
    assert abs(int(clean[65, 100, 0]) - 205) <= 8
    assert clean[125].max() <= 60
    assert abs(int(clean[20, 100, 0]) - 205) <= 2


def test_pieces_of_a_line_give_way_to_the_whole_line():
    pieces = [
        Line(text="30,", box=(0.58, 0.30, 0.61, 0.312), confidence=0.99),
        Line(text="239,703.43", box=(0.61, 0.30, 0.70, 0.312), confidence=0.99),
        Line(text="38,530,971.33", box=(0.78, 0.30, 0.90, 0.312), confidence=0.99),
    ]
    _merge(pieces, Line(text="30,239,703.43", box=(0.58, 0.30, 0.70, 0.312), confidence=0.99, origin="ocr_red"))
    assert [x.text for x in pieces] == ["30,239,703.43", "38,530,971.33"]


def test_readings_that_differ_in_a_digit_stay_doubtful():
    lines = [Line(text="13,614,132.34", box=(0.5, 0.30, 0.7, 0.312), confidence=0.98)]
    _merge(lines, Line(text="13,614,182.34", box=(0.5, 0.30, 0.7, 0.312), confidence=0.98, origin="ocr_red"))
    (line,) = lines
    assert line.confidence <= 0.6
    assert {line.text, line.alt} == {"13,614,132.34", "13,614,182.34"}


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("联系电话：13800138000", "13800138000"),
        ("138 0013 8000", "138 0013 8000"),
        ("手机159-1234-5678（王）", "159-1234-5678"),
        ("13,800,138,000.00", ""),
        ("13800138000.00", ""),
        ("CN13800138000", ""),
        ("113800138000", ""),
        ("12800138000", ""),
        ("91350100M000100Y43", ""),
        ("ZL201820654321.X", ""),
    ],
)
def test_phone_numbers_are_hidden_in_pictures_and_figures_are_not(text, hidden):
    spans = tuple((i / len(text), (i + 1) / len(text)) for i in range(len(text)))
    boxes = private_boxes(Line(text=text, box=(0, 0, 1, 1), spans=spans))
    start = text.index(hidden) if hidden else 0
    expected = (((start / len(text)), 0, (start + len(hidden)) / len(text), 1),) if hidden else ()
    assert boxes == expected


def test_where_characters_have_no_place_the_whole_line_is_hidden():
    assert private_boxes(Line(text="电话13800138000", box=(0, 0.1, 1, 0.2))) == ((0, 0.1, 1, 0.2),)
