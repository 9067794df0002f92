"""What nobody sees on an OFD page is left out and counted; what may be seen is kept."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import intake_files as make
import ofd_files as o
import pytest
from PIL import Image

from extractor.intake import Limits, TooLarge, ofd_drawing
from extractor.intake.ofd import OfdFile
from extractor.intake.ofd_images import Pictures
from extractor.intake.ofd_objects import content
from extractor.intake.ofd_text import chars
from extractor.intake.ofd_visible import ON_PICTURE, ON_TOP, UNDER_PICTURE, visible

WHITE = '<ofd:FillColor Value="255 255 255"/>'


def plain(colour: tuple[int, ...], size: tuple[int, int] = (40, 40)) -> bytes:
    return make.encoded(Image.new("RGBA" if len(colour) == 4 else "RGB", size, colour), "PNG")


@pytest.fixture
def seen(tmp_path: Path):
    """(the text that is seen, what is not by reason, doubts) of a page of these objects."""

    def look(*objects: str, **how) -> tuple[str, Counter[str], set[str]]:
        area = how.pop("page", {})
        path = tmp_path / "x.ofd"
        path.write_bytes(o.zipped(o.package([o.page(*objects, **area)], **how)))
        with OfdFile(path) as ofd:
            found = content(ofd, 0)
            kept, hidden = visible(found, chars(found), Pictures(ofd, found))
        return "".join(c.text for c in kept), hidden, {d for c in kept for d in c.doubts}

    return look


@pytest.mark.parametrize(
    ("attributes", "inside", "reason"),
    [
        ('Visible="false"', "", "设为不可见"),
        ('Alpha="0"', "", "完全透明"),
        ("", '<ofd:FillColor Value="0 0 0" Alpha="5"/>', "完全透明"),
        ('Fill="false"', "", "没有着色"),
        ("", WHITE, "与底色相同"),
        ("", '<ofd:FillColor Value="250"/>', "与底色相同"),
        ("", '<ofd:FillColor Value="0 0 0 0"/>', "与底色相同"),
        ('CTM="-1 0 0 1 10 0"', "", "左右颠倒"),
        ('CTM="0.1 0 0 0.1 0 0"', "", "字号过小"),
    ],
)
def test_not_seen_by_itself(seen, attributes: str, inside: str, reason: str) -> None:
    text, hidden, _ = seen(o.text("假", attributes=attributes, inside=inside), o.text("真", 20, 60))
    assert text == "真"
    assert hidden == {reason: 1}


def test_parameters_are_inherited(seen) -> None:
    params = '<ofd:DrawParams><ofd:DrawParam ID="60" Relative="61"/><ofd:DrawParam ID="61">' + WHITE
    params += "</ofd:DrawParam></ofd:DrawParams>"
    text, hidden, _ = seen(o.text("假"), resources=params, page={"layer": 'DrawParam="60"'})
    assert (text, hidden) == ("", {"与底色相同": 1})


@pytest.mark.parametrize("x", [-10, 215])
def test_off_the_page(seen, x: float) -> None:
    assert seen(o.text("假", x, 50)) == ("", {"在页面以外": 1}, set())


def test_outside_its_boundary_or_clip(seen) -> None:
    clip = '<ofd:Clips><ofd:Clip><ofd:Area><ofd:Path Boundary="0 0 5 5"><ofd:AbbreviatedData>M 0 0 L 1 0 L 1 1 L 0 1 C'
    clip += "</ofd:AbbreviatedData></ofd:Path></ofd:Area></ofd:Clip></ofd:Clips>"
    outside, clipped = o.text("外", 50, 50, boundary="20 20 10 10"), o.text("裁", 20, 80, inside=clip)
    text, hidden, _ = seen(outside, clipped, o.text("真", 20, 60))
    assert (text, hidden) == ("真", {"在显示范围以外": 2})


def test_outside_the_part_that_is_shown(seen) -> None:
    before = (
        "<ofd:Area><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox><ofd:ApplicationBox>0 0 210 250</ofd:ApplicationBox></ofd:Area>"
    )
    text, _, _ = seen(o.text("假", 20, 280), o.text("真"), page={"area": "", "before": before})
    assert text == "真"


def test_under_a_bar(seen) -> None:
    text, hidden, _ = seen(o.text("100"), o.bar("15 20 40 20", "255 255 255"), o.text("900", 20, 30, dx="2 2"))
    assert (text, hidden) == ("900", {"被色块遮盖": 3})


def test_shapes_that_hide_nothing(seen) -> None:
    ring = '<ofd:PathObject ID="7" Boundary="15 20 40 20" Fill="true"><ofd:AbbreviatedData>M 0 0 L 40 0 L 40 20 L 0 20 C '
    ring += "M 1 1 L 1 19 L 39 19 L 39 1 C</ofd:AbbreviatedData></ofd:PathObject>"
    faint, line = o.bar("15 20 40 20", attributes='Alpha="30"'), o.rule(15, 28, 90, 28)
    assert seen(o.text("真"), ring, faint, line)[:2] == ("真", {})


def test_light_print_on_a_dark_bar_is_seen(seen) -> None:
    assert seen(o.bar("15 20 60 20", "0 0 120"), o.text("表头", inside=WHITE)) == ("表头", {}, set())


def test_dark_print_on_a_dark_bar_is_not(seen) -> None:
    assert seen(o.bar("15 20 60 20", "0 0 10"), o.text("假"))[:2] == ("", {"与底色相同": 1})


def test_under_a_picture(seen) -> None:
    how = {"media": {"20": "a.png"}, "files": {"Doc_0/Res/a.png": plain((200, 0, 0))}}
    over = o.image("20", "10 10 60 60")
    assert seen(o.text("假"), over, **how)[:2] == ("", {"被图片遮盖": 1})
    assert seen(over, o.text("真"), **how)[:2] == ("真", {})
    assert seen(o.text("真"), o.image("20", "10 10 60 60", attributes='Alpha="60"'), **how)[:2] == ("真", {})


def test_under_a_seal_with_holes(seen) -> None:
    how = {"media": {"20": "a.png"}, "files": {"Doc_0/Res/a.png": plain((255, 0, 0, 40))}}
    assert seen(o.text("真"), o.image("20", "10 10 60 60"), **how) == ("真", {}, set())


def test_beside_a_turned_picture(seen) -> None:
    # A quarter turn about the boundary's corner leaves the picture left of it, off the text.
    how = {"media": {"20": "a.png"}, "files": {"Doc_0/Res/a.png": plain((9, 9, 9))}}
    turned = o.image("20", "60 10 50 50", ctm="0 50 -50 0 0 0", attributes="")
    assert seen(o.text("真", 70, 30), turned, **how)[:2] == ("真", {})


def test_under_shapes_that_are_no_boxes(seen) -> None:
    round_ = '<ofd:PathObject ID="7" Boundary="10 10 60 60" Fill="true" Stroke="false"{}><ofd:FillColor Value="255 255 255"/>'
    round_ += (
        "<ofd:AbbreviatedData>M 0 20 Q 0 0 20 0 Q 40 0 40 20 Q 40 40 20 40 Q 0 40 0 20 C{}</ofd:AbbreviatedData></ofd:PathObject>"
    )
    assert seen(o.text("假"), round_.format("", ""))[:2] == ("", {"被色块遮盖": 1})
    # The same with a hole where the text stands, by either rule of filling.
    hole = " M 8 8 L 8 30 L 30 30 L 30 8 C"
    assert seen(o.text("真"), round_.format(' Rule="Even-Odd"', hole))[:2] == ("真", {})
    assert seen(o.text("真"), round_.format("", hole))[:2] == ("真", {})
    filled = " M 8 8 L 30 8 L 30 30 L 8 30 C"
    assert seen(o.text("假"), round_.format("", filled))[:2] == ("", {"被色块遮盖": 1})


def test_under_a_broad_line(seen) -> None:
    line = '<ofd:PathObject ID="6" Boundary="0 0 210 297" LineWidth="8"><ofd:StrokeColor Value="255 255 255"/>'
    line += "<ofd:AbbreviatedData>M 10 28 L 90 28</ofd:AbbreviatedData></ofd:PathObject>"
    assert seen(o.text("假"), line)[:2] == ("", {"被色块遮盖": 1})


def test_characters_that_may_cover_raise_doubts(seen) -> None:
    assert seen(o.text("壹"), o.text("玖", 20.5, 30, inside=WHITE))[2] == {ON_TOP}
    assert seen(o.text("壹"), o.text("█", 19, 31, size=6, inside=WHITE))[2] == {ON_TOP}
    assert seen(o.text("壹"), o.text("█", 10, 40, size=30, inside='<ofd:FillColor Value="90 90 90"/>'))[2] == {ON_TOP}
    # Drawn before they cover nothing; nor does a layer of the same text, or a pale large watermark.
    assert seen(o.text("玖", 20.5, 30, inside=WHITE), o.text("壹"))[2] == set()
    assert seen(o.text("壹"), o.text("壹", 20.2, 30, inside=WHITE))[2] == set()
    assert seen(o.text("壹"), o.text("样", 10, 40, size=30, inside='<ofd:FillColor Value="245 245 245"/>'))[2] == set()


def test_on_a_picture_of_its_own_colour(seen) -> None:
    how = {"media": {"20": "a.png"}, "files": {"Doc_0/Res/a.png": plain((0, 0, 0))}}
    assert seen(o.image("20", "10 10 60 60"), o.text("假"), **how)[:2] == ("", {"与底色相同": 1})
    assert seen(o.image("20", "10 10 60 60"), o.text("真", inside=WHITE), **how)[:2] == ("真", {})


def test_pictures_that_cannot_be_decoded_raise_doubts(seen) -> None:
    how = {"media": {"20": "a.jb2"}, "files": {"Doc_0/Res/a.jb2": b"\x97JB2\r\n"}}
    assert seen(o.text("下"), o.image("20", "10 10 60 60"), **how) == ("下", {}, {UNDER_PICTURE})
    assert seen(o.image("20", "10 10 60 60"), o.text("上", inside=WHITE), **how) == ("上", {}, {ON_PICTURE})


def test_a_composite_that_is_transparent_hides_all_in_it(seen) -> None:
    unit = f'<ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="40"><ofd:Content>{o.text("假", 5, 6)}</ofd:Content>'
    unit += "</ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits>"
    use = '<ofd:CompositeObject ID="3" ResourceID="40" Boundary="50 60 90 90" Alpha="0"/>'
    assert seen(use, resources=unit)[:2] == ("", {"完全透明": 1})


def test_more_shapes_over_text_than_can_be_looked_at(seen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extractor.intake.ofd_visible._MOST_WORK", 100)
    with pytest.raises(TooLarge, match="请"):
        seen(*[o.bar("0 0 210 297", "250 250 250")] * 30, o.text("某某公司"))


def test_more_shapes_than_can_be_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extractor.intake.ofd_drawing._MOST_WORK", 1e7)
    path = tmp_path / "x.ofd"
    path.write_bytes(o.zipped(o.package([o.page(*[o.bar("0 0 210 297", "250 250 250")] * 9)])))
    with OfdFile(path) as ofd:
        found = content(ofd, 0)
        with pytest.raises(TooLarge, match="请"):
            ofd_drawing.image(found, Pictures(ofd, found), Limits())
