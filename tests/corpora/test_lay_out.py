"""What truly stands on a laid-out page: lines, marks, the PDF without marks, its picture."""

from __future__ import annotations

import io
from random import Random

import numpy as np
import pypdf
import pytest

from corpora.synth import markup
from corpora.synth.engine import LaidOut, SynthDocument, lay_out, raster

LONG = "苏州鸿川信息技术集团" * 8 + "有限公司"


def document(*bodies: str) -> SynthDocument:
    fonts = markup.choose_fonts(Random(1))
    return SynthDocument("audit_report", markup.doc(fonts, *(markup.page(body) for body in bodies)), {})


@pytest.fixture(scope="module")
def laid_out() -> LaidOut:
    cells = [["项目", "期末", "期初"], ["营业收入", markup.mark("revenue/2020", "12,345.67"), "8.00"], ["营业成本", "—", "1.00"]]
    return lay_out(
        document(
            "编制单位：" + markup.mark("company_name", markup.text(LONG)) + "\n\n" + markup.spread("名称", 4),
            markup.table(cells, ["3cm", "2.2cm", "2cm"], ["left", "right", "right"])
            + markup.place("#rotate(-30deg)[仅供申报]", 3, 6)
            + markup.mark("company_name", "第二处"),
        )
    )


def ink(laid_out: LaidOut, page: int, box: tuple[float, float, float, float]) -> np.ndarray:
    """Rows and columns of the box where something is printed."""
    image = raster(laid_out, 144)[page].min(axis=2)
    h, w = image.shape
    return image[round(box[1] * h) : round(box[3] * h), round(box[0] * w) : round(box[2] * w)] < 128


def test_lines_are_what_is_printed_in_reading_order(laid_out):
    first, second = ([text for text, _ in page.lines] for page in laid_out.pages)
    assert "".join(first[:-2]) == "编制单位：" + LONG
    assert first[-2:] == ["名", "称"]
    assert second[:9] == ["项目", "期末", "期初", "营业收入", "12,345.67", "8.00", "营业成本", "—", "1.00"]
    assert "仅供申报" in second


def test_pages_have_their_size_in_points(laid_out):
    assert laid_out.pages[0].width == pytest.approx(595, abs=1)
    assert laid_out.pages[0].height == pytest.approx(842, abs=1)


def test_a_mark_has_a_tight_box_for_each_line_it_takes(laid_out):
    """A long name wraps; the figure's box begins and ends with its digits."""
    assert len(laid_out.pages[0].marks["company_name"]) >= 2
    (box,) = laid_out.pages[1].marks["revenue/2020"]
    assert box == next(b for text, b in laid_out.pages[1].lines if text == "12,345.67")
    inside = ink(laid_out, 1, box)
    assert inside.any(axis=1).mean() > 0.8
    assert inside[:, 0:3].any()
    assert inside[:, -3:].any()
    around = ink(laid_out, 1, (box[0] - 0.004, box[1] - 0.003, box[2] + 0.004, box[3] + 0.003))
    assert not around[0].any()
    assert not around[-1].any()


def test_the_same_key_may_stand_on_several_pages(laid_out):
    assert len(laid_out.pages[1].marks["company_name"]) == 1


def test_the_pdf_shows_no_marks_and_keeps_its_text(laid_out):
    pages = pypdf.PdfReader(io.BytesIO(laid_out.pdf)).pages
    assert all("/Annots" not in page for page in pages)
    assert b"field:" not in laid_out.pdf
    assert "12,345.67" in pages[1].extract_text()


def test_same_document_same_bytes():
    one = document("甲" + markup.mark("k", "乙"))
    assert lay_out(one) == lay_out(one)


def test_raster_has_the_size_of_the_paper(laid_out):
    pages = raster(laid_out, 72)
    assert [page.dtype for page in pages] == [np.uint8, np.uint8]
    assert pages[0].shape == pytest.approx((842, 596, 3), abs=1)
