"""When a PDF page's text layer is taken, and when the page is read by its picture."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from extractor.intake.pdf import TextQuality, Word
from extractor.reading.pdf_page import choose, drawn_rulings, main_turn, render_for_ocr, strip_agrees, text_lines


@dataclass
class Ruled:
    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def horizontal(self):
        return self.y0 == self.y1


@dataclass
class Picture:
    dpi: float


@dataclass
class Stub:
    """Stands in for an open PDF: what ``choose`` asks of it."""

    quality: TextQuality = field(default_factory=lambda: TextQuality(chars=800, fonts=("Song",)))
    coverage: tuple[float, float] = (0.0, 0.0)
    extras: int = 0
    words: tuple[Word, ...] = ()
    size: tuple[float, float] = (595.0, 842.0)
    lines: tuple[Ruled, ...] = ()
    pictures: tuple[Picture, ...] = ()
    scale: float = 0.0

    def text_quality(self, i):
        return self.quality

    def image_coverage(self, i):
        return self.coverage

    def drawn_extras(self, i):
        return self.extras

    def text_words(self, i, turn=0):
        return self.words

    def page_size(self, i, turn=0):
        return self.size

    def rulings(self, i, turn=0):
        return list(self.lines)

    def images(self, i):
        return list(self.pictures)

    def render(self, i, scale, *, rows=None):
        self.scale = scale
        height = self.size[1] if rows is None else rows[1] - rows[0]
        return np.full((round(height * scale), round(self.size[0] * scale), 3), 255, np.uint8)


def yes(pdf, i):
    return True


@pytest.mark.parametrize(
    ("stub", "how"),
    [
        (Stub(), "text"),
        (Stub(quality=TextQuality(chars=5)), "ocr"),
        (Stub(quality=TextQuality(chars=900, invisible=900), coverage=(1.0, 1.0)), "ocr"),
        (Stub(quality=TextQuality(chars=500, unmapped=60)), "ocr"),
        (Stub(quality=TextQuality(chars=500, private_use=40)), "ocr"),
        (Stub(quality=TextQuality(chars=60), coverage=(0.95, 0.95)), "mixed"),
        (Stub(coverage=(0.3, 0.3)), "mixed"),
        (Stub(coverage=(0.01, 0.01)), "text"),
        (Stub(coverage=(0.07, 0.026)), "text"),  # two seals and a logo
        (Stub(coverage=(0.07, 0.06)), "mixed"),
        (Stub(coverage=(0.2, 0.03)), "mixed"),
        (Stub(extras=3), "mixed"),
    ],
)
def test_choice(stub, how):
    assert choose(stub, 0, yes) == how


def test_a_layer_that_does_not_match_its_picture_is_not_taken():
    assert choose(Stub(), 0, lambda pdf, i: False) == "ocr"


@dataclass
class Read:
    text: str
    confidence: float = 0.99
    spans: tuple = ()


class Engine:
    def __init__(self, text):
        self.text = text
        self.widths = []

    def recognise(self, crops):
        self.widths += [crop.shape[1] / crop.shape[0] for crop in crops]
        return [Read(self.text) for _ in crops]


def word(text, left=50.0, top=100.0, turn=0):
    width = 10.0 * len(text)
    chars = tuple((left + 10 * i, left + 10 * i + 10) for i in range(len(text)))
    return Word(text, (left, top, left + width, top + 12), chars if turn == 0 else (), "Song", 10.5, turn)


def test_strip_check_compares_with_the_picture():
    stub = Stub(words=(word("营业收入增长情况说明"),))
    assert strip_agrees(stub, 0, Engine("营业收入增长"))
    assert not strip_agrees(stub, 0, Engine("甲乙丙丁戊己庚辛"))


def test_the_strip_check_reads_no_more_than_the_beginning_of_a_long_line():
    text = "营业收入增长情况说明及其他需要说明的事项和对外担保情况"
    engine = Engine(text[:6])
    assert strip_agrees(Stub(words=(word(text),)), 0, engine)
    assert engine.widths == [pytest.approx(60 / (12 * 1.3), rel=0.1)]


def test_words_become_lines_with_the_places_of_their_characters():
    (line,) = text_lines(Stub(words=(word("资产总计"),)), 0, 0)
    assert line.text == "资产总计"
    assert len(line.spans) == 4
    assert line.box == pytest.approx((50 / 595, 100 / 842, 90 / 595, 112 / 842))


def test_a_page_of_sideways_text_is_turned():
    assert main_turn(Stub(words=(word("很长的一行横排文字", turn=90), word("页码"))), 0) == 270
    assert main_turn(Stub(words=(word("正常"),)), 0) == 0


def test_cell_borders_drawn_one_by_one_are_one_rule():
    lines = tuple(Ruled(50 + 100 * i, 200, 150 + 100 * i, 200) for i in range(4))
    (rule,) = drawn_rulings(Stub(lines=lines), 0, 0).horizontal
    assert rule[1:] == pytest.approx((50 / 595, 450 / 595))


def test_a_photo_in_a_small_page_box_keeps_its_pixels():
    stub = Stub(size=(200.0, 280.0), pictures=(Picture(dpi=400.0),))
    render_for_ocr(stub, 0)
    assert stub.scale == pytest.approx(400 / 72, rel=0.02)


def test_leader_dots_say_nothing_about_the_fonts():
    leaders = word("第一节重要提示" + "." * 40)
    stub = Stub(words=(word("营业收入增长情况说明"), leaders))
    assert strip_agrees(stub, 0, Engine("营业收入增长"))
    assert not strip_agrees(stub, 0, Engine("甲乙丙丁戊己庚辛"))
