"""OFD pages as read: texts with their confidence, pictures by OCR, seals, and what must not be taken at face value."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import intake_files as make
import matplotlib
import numpy as np
import ofd_files as o
import pytest
from PIL import Image

from extractor.intake import BrokenFile, Limits, OfdPage
from extractor.intake.ofd_fonts import strip
from extractor.intake.ofd_text import NO_STEPS
from extractor.intake.ofd_visible import ON_TOP
from extractor.model import Line, Page
from extractor.reading.ofd_fonts import FONT_LIES, FONT_UNREAD, agrees, check
from extractor.reading.ofd_page import BLOCKED, UNSURE, picture, read_page
from extractor.reading.page_reader import PageReader
from models.ocr import create_engine

FONT = Path(matplotlib.get_data_path(), "fonts", "ttf", "DejaVuSans.ttf").read_bytes()
TEXT = o.text("审计报告", 20, 30)


@dataclass
class Read:
    text: str
    confidence: float = 0.9
    spans: tuple[tuple[float, float], ...] = ()


@dataclass
class Engine:
    """Stands in for the text engine: one line wherever it looks, and what it was shown."""

    says: str = ""
    quad: tuple[float, float, float, float] | None = None
    shown: list[np.ndarray] = field(default_factory=list)
    version: str = "stub"

    def detect(self, image):
        self.shown.append(image)
        if self.quad is None or len(self.shown) > 1:
            return []
        l, t, r, b = (v * s for v, s in zip(self.quad, [*image.shape[1::-1]] * 2, strict=True))
        return [np.array([[l, t], [r, t], [r, b], [l, b]], np.float32)]

    def recognise(self, crops):
        return [Read(self.says, spans=((0.0, 1.0),) * len(self.says)) for _ in crops]

    def turn_votes(self, crops):
        return [0.0 for _ in crops]


def no_engine():
    raise AssertionError("no text engine is needed here")


def no_ocr(image):
    raise AssertionError("this page is no picture")


@pytest.fixture
def source(tmp_path: Path):
    def write(members: o.Members, page: int = 1) -> OfdPage:
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.ofd"
        path.write_bytes(o.zipped(members))
        return OfdPage(3, page, path, Limits())

    return write


def flat(colour: tuple[int, ...], size: tuple[int, int] = (60, 60)) -> bytes:
    return make.encoded(Image.new("RGBA" if len(colour) == 4 else "RGB", size, colour), "PNG")


def with_picture(*objects: str, data: bytes | None = None, **how) -> o.Members:
    media = {"media": {"20": "a.png"}, "files": {"Doc_0/Res/a.png": data or make.picture()}}
    return o.package([o.page(*objects)], **media, **how)


def test_texts_are_lines_in_page_fractions(source) -> None:
    page = read_page(source(o.package([o.page(TEXT, o.text("12.5", 20, 60, dx="g 3 2"))])), no_engine, no_ocr)
    assert (page.file, page.page, page.source, page.note, page.rotation) == (3, 1, "text", None, 0)
    assert (page.width, page.height) == (595, 842)
    title, figure = page.lines
    assert (title.text, title.confidence, title.origin, title.slant) == ("审计报告", 1.0, "text", 0)
    assert title.box[0] == pytest.approx(20 / 210)
    assert title.box[1] < 30 / 297 < title.box[3]
    assert len(figure.spans) == 4
    assert figure.spans[1][0] == pytest.approx(22 / 210)


def test_a_page_that_reads_sideways_is_turned(source) -> None:
    lines = [
        o.text("某某有限公司", 20 + 20 * k, 20, attributes='CTM="0 1 -1 0 0 0"', boundary=f"{20 + 20 * k} 20 1 99")
        for k in range(3)
    ]
    page = read_page(source(o.package([o.page(*[x.replace('Boundary="', 'Boundary="', 1) for x in lines])])), no_engine, no_ocr)
    assert page.rotation == 270
    assert page.width > page.height
    assert all(x.slant == 0 and x.width > x.height for x in page.lines)


def test_ruled_tables(source) -> None:
    rules = [o.rule(20, y, 180, y) for y in range(20, 81, 10)] + [o.rule(x, 20, x, 80) for x in (20, 100, 180)]
    cells = [o.text(f"第{r}行{c}", 25 + 80 * c, 27 + 10 * r, size=3, dx="g 3 3") for r in range(6) for c in range(2)]
    page = read_page(source(o.package([o.page(*rules, *cells)])), no_engine, no_ocr)
    (table,) = page.tables
    assert (table.ruled, table.n_rows, table.n_cols) == (True, 6, 2)
    assert table.grid()[2] == ["第2行0", "第2行1"]


def test_what_is_not_seen_is_left_out_and_said(source) -> None:
    white = o.text("假数字", 20, 60, inside='<ofd:FillColor Value="255 255 255"/>')
    page = read_page(source(o.package([o.page(TEXT, white)])), no_engine, no_ocr)
    assert [x.text for x in page.lines] == ["审计报告"]
    assert page.note is not None
    assert "看不见的文字没有采用：与底色相同 3 字" in page.note


def test_a_page_of_hidden_text_alone_is_not_blank_without_a_word(source) -> None:
    page = read_page(source(o.package([o.page(o.text("假", attributes='Visible="false"'))])), no_engine, no_ocr)
    assert page.source == "blank"
    assert page.note is not None
    assert "请核对原件" in page.note


def test_an_empty_page_is_blank(source) -> None:
    page = read_page(source(o.package([o.page()])), no_engine, no_ocr)
    assert (page.source, page.note) == ("blank", None)


def test_doubtful_texts_are_not_sure(source) -> None:
    bare = '<ofd:TextObject ID="1" Boundary="20 80 80 20" Font="1" Size="4"><ofd:TextCode X="0" Y="5">无间距</ofd:TextCode>'
    page = read_page(source(o.package([o.page(TEXT, bare + "</ofd:TextObject>")])), no_engine, no_ocr)
    assert {x.text: x.confidence for x in page.lines} == {"审计报告": 1.0, "无间距": UNSURE}
    assert page.note is not None
    assert NO_STEPS in page.note


def test_texts_on_texts_are_not_sure(source) -> None:
    page = read_page(
        source(o.package([o.page(TEXT, o.text("100", 21, 30, dx="2 2"), o.text("900", 21, 30.5, dx="2 2"))])), no_engine, no_ocr
    )
    assert all(x.confidence == UNSURE for x in page.lines)
    assert page.note is not None
    assert ON_TOP in page.note


# --- pictures --------------------------------------------------------------------


def test_a_scan_is_read_from_its_picture(source) -> None:
    found: list[np.ndarray] = []

    def ocr(image):
        found.append(image)
        return Page(file=3, page=1, width=10, height=10, source="ocr")

    page = read_page(source(with_picture(o.image("20", "0 0 210 297"))), no_engine, ocr)
    assert page.source == "ocr"
    (image,) = found
    h, w = image.shape[:2]
    assert (w, h) == (round(210 / 25.4 * 200), round(297 / 25.4 * 200))
    assert [image[h // 4, w // 4].tolist(), image[h // 4, 3 * w // 4].tolist()] == [[255, 0, 0], [0, 255, 0]]


def test_a_turned_picture_is_drawn_as_its_matrix_says(source) -> None:
    # A quarter turn clockwise: the red top left comes to the top right.
    turned = o.image("20", "0 0 210 297", ctm="0 297 -210 0 210 0")
    image = picture(source(with_picture(turned)))
    assert image is not None
    h, w = image.shape[:2]
    assert image[h // 4, 3 * w // 4].tolist() == [255, 0, 0]
    assert image[3 * h // 4, 3 * w // 4].tolist() == [0, 255, 0]


def test_a_picture_without_a_matrix_fills_its_boundary_and_is_laid_by_its_opacity(source) -> None:
    image = picture(source(with_picture(o.image("20", "0 0 105 297", ctm=None), data=flat((255, 0, 0, 128)))))
    assert image is not None
    h, w = image.shape[:2]
    assert image[h // 2, w // 4] == pytest.approx([255, 127, 127], abs=2)
    assert image[h // 2, 3 * w // 4].tolist() == [255, 255, 255]


def test_bars_over_a_picture_hide_it(source) -> None:
    image = picture(source(with_picture(o.image("20", "0 0 210 297"), o.bar("0 0 210 200", "255 255 255"))))
    assert image is not None
    assert image[: int(image.shape[0] * 0.65)].min() == 255


def test_no_picture_of_a_page_with_texts(source) -> None:
    assert picture(source(with_picture(o.image("20", "0 0 210 297"), TEXT))) is None


def test_a_giant_page_is_drawn_small(source) -> None:
    members = o.package(
        [o.page(o.image("20", "0 0 9000 9000"), area="0 0 9000 9000")],
        media={"20": "a.png"},
        files={"Doc_0/Res/a.png": make.picture()},
    )
    image = picture(OfdPage(0, 1, source(members).path, Limits(max_pixels=1_000_000)))
    assert image is not None
    assert image.shape[0] * image.shape[1] <= 1_000_000


def test_texts_and_pictures_together(source) -> None:
    engine = Engine("印在图上", (0.2, 0.6, 0.5, 0.63))
    page = read_page(source(with_picture(o.image("20", "20 100 170 170"), TEXT)), lambda: engine, no_ocr)
    assert (page.source, page.engine) == ("mixed", "stub")
    assert {(x.text, x.origin) for x in page.lines} == {("审计报告", "text"), ("印在图上", "ocr")}


def test_the_text_layer_comes_before_what_ocr_reads_on_the_same_spot(source) -> None:
    engine = Engine("审计报吉", (20 / 210, 26 / 297, 36 / 210, 31 / 297))
    page = read_page(
        source(with_picture(o.image("20", "10 10 190 170"), o.bar("15 20 60 20", "255 255 255"), TEXT)), lambda: engine, no_ocr
    )
    assert [x.text for x in page.lines] == ["审计报告"]


def test_blocks_may_cover_what_a_picture_shows(source) -> None:
    block = o.text("█", 40, 40, inside='<ofd:FillColor Value="255 255 255"/>')
    white = {"data": flat((255, 255, 255))}
    scan = Page(file=3, page=1, width=9, height=9, source="ocr", lines=(Line(text="100", box=(0, 0, 1, 1), origin="ocr"),))
    page = read_page(source(with_picture(o.image("20", "0 0 210 297"), block, **white)), no_engine, lambda image: scan)
    assert [x.confidence for x in page.lines] == [UNSURE]
    engine = Engine("100", (0.2, 0.6, 0.5, 0.63))
    page = read_page(source(with_picture(o.image("20", "0 0 210 297"), TEXT, block, **white)), lambda: engine, no_ocr)
    assert {x.text: x.confidence for x in page.lines} == {"审计报告": 1.0, "100": UNSURE}
    assert page.note is not None
    assert BLOCKED in page.note


def test_letters_drawn_as_shapes_are_read_from_a_picture(source) -> None:
    curve = "M 0 0 B 1 0 2 1 2 2 B 2 4 1 5 0 5 B 3 2 1 1 4 4 L 0 5 C"
    shape = '<ofd:PathObject ID="7" Boundary="{} 20 9 9" Fill="true" Stroke="false"><ofd:FillColor Value="255 0 0"/>'
    shape += f"<ofd:AbbreviatedData>{curve}</ofd:AbbreviatedData></ofd:PathObject>"
    engine = Engine("某某市人民政府", (0.1, 0.06, 0.5, 0.1))
    page = read_page(
        source(o.package([o.page(*[shape.format(20 + 10 * k) for k in range(6)], o.text("正文", 20, 90))])),
        lambda: engine,
        no_ocr,
    )
    assert page.source == "mixed"
    assert {x.text for x in page.lines} == {"某某市人民政府", "正文"}
    assert page.seals == ()
    assert (engine.shown[0][..., 0] > engine.shown[0][..., 2].astype(int) + 100).any()


def test_a_picture_that_cannot_be_decoded(source) -> None:
    scan = source(with_picture(o.image("20", "0 0 210 297"), data=b"\x97JB2\r\n\x1a\n"))
    with pytest.raises(BrokenFile, match="请"):
        read_page(scan, no_engine, no_ocr)
    page = read_page(source(with_picture(o.image("20", "0 90 210 200"), TEXT, data=b"\x97JB2")), no_engine, no_ocr)
    assert page.note is not None
    assert "图片里的内容没有读" in page.note


# --- seals -----------------------------------------------------------------------


def test_an_electronic_seal_is_a_seal_on_its_page(source) -> None:
    members = o.signed(o.package([o.page(TEXT), o.page(TEXT)]), picture=flat((0, 0, 200)))
    page = read_page(source(members), no_engine, no_ocr)
    (seal,) = page.seals
    assert seal.box == pytest.approx((90 / 210, 8 / 297, 120 / 210, 28 / 297))
    assert seal.colour == "blue"
    assert page.lines[0].confidence == 1.0
    assert read_page(source(members, 2), no_engine, no_ocr).seals == ()


def test_nothing_is_sure_on_a_page_altered_after_signing(source) -> None:
    members = o.signed(o.package([o.page(TEXT)]))
    members["Doc_0/Pages/Page_0/Content.xml"] += b"\n"
    page = read_page(source(members), no_engine, no_ocr)
    assert [x.confidence for x in page.lines] == [UNSURE]
    assert page.seals == ()
    assert page.note is not None
    assert "签章后文件被改动" in page.note


# --- embedded fonts --------------------------------------------------------------


def with_font(*objects: str, font: bytes = FONT) -> o.Members:
    fonts = '<ofd:Font ID="1" FontName="X"><ofd:FontFile>x.ttf</ofd:FontFile></ofd:Font>'
    return o.package([o.page(*objects)], fonts=fonts, files={"Doc_0/Res/x.ttf": font})


def numbered(text: str, *glyphs: int) -> str:
    numbers = " ".join(map(str, glyphs))
    change = (
        f'<ofd:CGTransform CodePosition="0" CodeCount="{len(text)}" GlyphCount="{len(glyphs)}"><ofd:Glyphs>{numbers}</ofd:Glyphs>'
    )
    return o.text(text, 20, 30, dx=f"g {len(text) - 1} 2.5", inside=change + "</ofd:CGTransform>")


def test_glyphs_are_drawn_by_code_and_by_number() -> None:
    by_code, by_number = strip(FONT, [("1", None)], [1.0]), strip(FONT, [("1", 20)], [1.0])
    assert by_code is not None
    assert by_number is not None
    assert np.array_equal(by_code[0], by_number[0])
    assert by_code[1] == [True]
    assert strip(b"no font", [("1", None)], [1.0]) is None


@pytest.fixture(scope="module")
def engine():
    return create_engine("openvino", threads=1)


def test_an_honest_font_is_believed(source, engine) -> None:
    digits = "0123456789"
    for shown in (o.text(digits, 20, 30, dx="g 9 2.5"), numbered(digits, *range(19, 29))):
        page = read_page(source(with_font(shown)), lambda: engine, no_ocr)
        assert [(x.text, x.confidence, page.note) for x in page.lines] == [(digits, 1.0, None)]


def test_a_font_that_shows_other_digits_is_not(source, engine) -> None:
    swapped = [19, 28, *range(21, 28), 20]  # 1 is drawn as 9, 9 as 1
    page = read_page(source(with_font(numbered("0123456789", *swapped))), lambda: engine, no_ocr)
    assert [x.confidence for x in page.lines] == [UNSURE]
    assert page.note is not None
    assert FONT_LIES in page.note


def test_a_font_that_cannot_be_read(source) -> None:
    page = read_page(source(with_font(o.text("12", dx="2"), font=b"junk")), no_engine, no_ocr)
    assert [x.confidence for x in page.lines] == [UNSURE]
    assert page.note is not None
    assert FONT_UNREAD in page.note


@pytest.mark.parametrize(
    ("meant", "read", "good"),
    [
        (["0123456789"], ["0123456789"], True),
        (["0123456789"], ["0923456789"], False),
        (["采矿许可证有效期限"], ["采矿许可证有效期艰"], True),
        (["采矿许可证"], ["甲乙丙丁戊"], False),
        (["采矿许可证"], [""], False),
    ],
)
def test_alike_on_the_whole_and_no_digit_another(meant: list[str], read: list[str], good: bool) -> None:
    assert agrees(meant, read) is good


def test_every_glyph_is_looked_at() -> None:
    stub = Engine("一二三")
    assert check(FONT, [("1", None), ("2", None)], lambda: stub) == dict.fromkeys([("1", None), ("2", None)], FONT_LIES)


def test_the_page_reader_reads_ofd_and_masks_persons(source) -> None:
    reader = PageReader(no_engine, b"secret")
    number = o.text("11010519491231002X", 20, 60, dx="g 17 2")
    page = reader.read(source(o.package([o.page(TEXT, number)])))
    assert page.lines[1].text.startswith("1101")
    assert "*" in page.lines[1].text
    assert reader.picture(source(o.package([o.page(TEXT)])), 0, 0.0) is None
    scan = reader.picture(source(with_picture(o.image("20", "0 0 210 297"))), 0, 0.0)
    assert scan is not None
