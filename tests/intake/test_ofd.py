"""OFD pages: texts at their exact places, whatever way the file is written."""

from __future__ import annotations

from pathlib import Path

import intake_files as make
import ofd_files as o
import pytest
from hypothesis import given
from hypothesis import strategies as st
from intake_files import Opener

from extractor.intake import Limits, OfdPage, page_sources
from extractor.intake.errors import BrokenFile
from extractor.intake.ofd import OfdFile, attachments
from extractor.intake.ofd_objects import content
from extractor.intake.ofd_text import NO_GLYPHS, NO_STEPS, NOTE, Word, chars, steps, words


@pytest.fixture
def read(tmp_path: Path):
    """The words of one page of a package, before anything is left out."""

    def read_words(members: o.Members, i: int = 0) -> list[Word]:
        path = tmp_path / "x.ofd"
        path.write_bytes(o.zipped(members))
        with OfdFile(path) as ofd:
            return words(chars(content(ofd, i)))

    return read_words


def one(found: list[Word]) -> Word:
    (word,) = found
    return word


def test_characters_stand_where_the_steps_say(read) -> None:
    word = one(read(o.package([o.page(o.text("总额12.5", 20, 30, size=4, dx="g 2 4 g 3 2"))])))
    assert word.text == "总额12.5"
    assert [round(a, 3) for a, _ in word.spans] == [20, 24, 28, 30, 32, 34]
    assert word.spans[-1][1] == pytest.approx(36)
    left, top, right, bottom = word.box
    assert (left, right) == (20, pytest.approx(36))
    assert top < 30 - 3 < 30 < bottom < 31
    assert not word.doubts


@given(st.lists(st.one_of(st.floats(-99, 99).map(lambda d: (1, d)), st.tuples(st.integers(0, 9), st.floats(-99, 99)))))
def test_groups_are_their_steps_written_out(groups: list[tuple[int, float]]) -> None:
    short = " ".join(str(d) if n == 1 else f"g {n} {d}" for n, d in groups)
    assert steps(short, 1000) == [d for n, d in groups for _ in range(n)]


@given(st.text(alphabet="g0123456789.-eE nainf,", max_size=60), st.integers(0, 50))
def test_steps_of_anything_are_few_and_finite(value: str, limit: int) -> None:
    found = steps(value, limit)
    assert len(found) <= limit
    assert all(abs(x) < 1e9 for x in found)


def test_two_rows_in_one_text_are_two_words(read) -> None:
    found = read(o.package([o.page(o.text("甲乙丙丁", 20, 30, size=4, dx="4 -4 4", dy="0 5 0"))]))
    assert [w.text for w in found] == ["甲乙", "丙丁"]
    assert found[1].box[1] == pytest.approx(found[0].box[1] + 5)


def test_columns_amounts_and_far_texts_stay_apart(read) -> None:
    found = read(o.package([o.page(o.text("营业收入", 20, 30), o.text("8123.45", 60, 30, dx="g 6 2"), o.text("净利润", 20, 40))]))
    assert [w.text for w in found] == ["营业收入", "8123.45", "净利润"]


def test_pieces_of_a_line_drawn_one_by_one_are_joined(read) -> None:
    pieces = [o.text(c, 20 + 4 * k, 30) for k, c in enumerate("某某公司")]
    assert [w.text for w in read(o.package([o.page(*reversed(pieces))]))] == ["某某公司"]


def test_a_text_drawn_twice_to_look_bold_counts_once(read) -> None:
    found = read(o.package([o.page(o.text("审计报告", 20, 30), o.text("审计报告", 20.1, 30))]))
    assert [w.text for w in found] == ["审计报告"]


def test_written_downwards_is_one_column(read) -> None:
    word = one(read(o.package([o.page(o.text("购买方", 20, 30, size=4, dy="6 6"))])))
    assert (word.text, word.slant, word.spans) == ("购买方", 0, ())
    assert word.box[3] - word.box[1] > 12 > word.box[2] - word.box[0]


def test_a_matrix_turns_scales_and_moves(read) -> None:
    turned = '<ofd:TextObject ID="1" Boundary="50 60 100 100" Font="1" Size="2" CTM="0 2 -2 0 10 0">'
    turned += '<ofd:TextCode X="1" Y="0" DeltaX="g 1 2">样本</ofd:TextCode></ofd:TextObject>'
    word = one(read(o.package([o.page(turned)])))
    assert word.slant == pytest.approx(90)
    # The base line runs down the page from (60, 62): 1 along it, times two.
    assert word.box[1] == pytest.approx(62)
    assert word.box[3] == pytest.approx(70)
    assert word.box[0] < 60 < word.box[2]


def test_turned_characters(read) -> None:
    word = one(read(o.package([o.page(o.text("竖排", 40, 30, dy="4", attributes='CharDirection="90"'))])))
    assert word.slant == pytest.approx(90)


@pytest.mark.parametrize("prefix", ["ofd", "o", ""])
def test_any_namespace_prefix(read, prefix: str) -> None:
    members = o.renamed(o.package([o.page(o.text("证书编号", 20, 30))]), prefix)
    assert one(read(members)).text == "证书编号"


@pytest.mark.parametrize(
    "loc", ["/Doc_0/Pages/Page_0/Content.xml", "./Pages/Page_0/Content.xml", "../Doc_0/Pages/Page_0/Content.xml",
            "Pages\\Page_0\\Content.xml", "pages/page_0/content.xml"]
)  # fmt: skip
def test_any_way_to_write_a_path(read, loc: str) -> None:
    members = o.package([o.page(o.text("证书", 20, 30))])
    members["Doc_0/Document.xml"] = members["Doc_0/Document.xml"].replace(b"Pages/Page_0/Content.xml", loc.encode())
    assert one(read(members)).text == "证书"


def test_cdata_and_line_breaks_of_the_writer(read) -> None:
    texts = o.text("<![CDATA[A<1>]]>", 20, 30, dx="g 3 2"), o.text("\n   公章\n  ", 20, 50, dx="4")
    assert [w.text for w in read(o.package([o.page(*texts)]))] == ["A<1>", "公章"]


def test_a_boundary_of_negative_width_moves_its_text(read) -> None:
    right = o.text("9.91", 156.5, 62, size=3, dx="g 3 1.5", boundary="162.5 58 -6 5")
    word = one(read(o.package([o.page(right)])))
    assert word.box[0] == pytest.approx(156.5)


def test_two_documents_in_one_package(read) -> None:
    members = o.package([o.page(o.text("第一份", 20, 30))])
    second = o.package([o.page(o.text("第二份", 20, 30)), o.page(o.text("第二页", 20, 30))])
    members |= {k.replace("Doc_0", "Doc_1"): v for k, v in second.items() if k != "OFD.xml"}
    members["OFD.xml"] = o.root("OFD", o.body("Doc_0/Document.xml") + o.body("/Doc_1/Document.xml"))
    assert [one(read(members, i)).text for i in range(3)] == ["第一份", "第二份", "第二页"]


def test_without_resources(read) -> None:
    assert one(read(o.package([o.page(o.text("无字体", 20, 30))], public=False))).text == "无字体"


def test_templates_lie_behind_and_before(tmp_path: Path) -> None:
    templates = {"1": o.page(o.text("背景", 20, 30)), "2": o.page(o.text("前景", 20, 50))}
    uses = '<ofd:Template TemplateID="2" ZOrder="Foreground"/><ofd:Template TemplateID="1" ZOrder="Background"/>'
    path = tmp_path / "x.ofd"
    path.write_bytes(o.zipped(o.package([o.page(o.text("正文", 20, 40), templates=uses)], templates=templates)))
    with OfdFile(path) as ofd:
        assert [w.text for w in words(chars(content(ofd, 0)))] == ["背景", "正文", "前景"]


def test_the_size_of_a_page_is_its_own_then_its_templates_then_the_documents(tmp_path: Path) -> None:
    templates = {"1": o.page(area="0 0 100 50")}
    use = '<ofd:Template TemplateID="1"/>'
    pages = [o.page(area="0 0 80 40"), o.page(area="", templates=use), o.page(area="")]
    path = tmp_path / "x.ofd"
    path.write_bytes(o.zipped(o.package(pages, templates=templates)))
    with OfdFile(path) as ofd:
        found = [content(ofd, i) for i in range(3)]
    assert [(c.width, c.height) for c in found] == [(80, 40), (100, 50), (210, 297)]


def test_places_count_from_the_corner_of_the_physical_box(read) -> None:
    word = one(read(o.package([o.page(o.text("角", 25, 40), area="10 20 100 100")])))
    assert word.box[0] == pytest.approx(15)


def test_layers_are_drawn_background_first(tmp_path: Path) -> None:
    layers = "".join(
        f"<ofd:Layer ID='{n}' Type='{kind}'>{o.text(kind, 20, 30 + 9 * n, dx='2 ' * 9)}</ofd:Layer>"
        for n, kind in enumerate(["Foreground", "Body", "Background"])
    )
    members = o.package([o.root("Page", f"<ofd:Content>{layers}</ofd:Content>")])
    path = tmp_path / "x.ofd"
    path.write_bytes(o.zipped(members))
    with OfdFile(path) as ofd:
        found = chars(content(ofd, 0))
    assert "".join(c.text for c in found) == "BackgroundBodyForeground"


def test_blocks_and_composite_units(read) -> None:
    inside = f"<ofd:PageBlock><ofd:PageBlock>{o.text('块', 20, 30)}</ofd:PageBlock></ofd:PageBlock>"
    unit = f'<ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="40"><ofd:Content>{o.text("组", 5, 6, size=3)}</ofd:Content>'
    unit += "</ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits>"
    use = '<ofd:CompositeObject ID="3" ResourceID="40" Boundary="50 60 30 30" CTM="2 0 0 2 0 0"/>'
    found = read(o.package([o.page(inside, use)], resources=unit))
    assert [w.text for w in found] == ["块", "组"]
    assert found[1].box[0] == pytest.approx(60)


def test_what_steps_do_not_say_is_doubtful(read) -> None:
    code = '<ofd:TextObject ID="1" Boundary="20 20 80 20" Font="1" Size="4"><ofd:TextCode X="0" Y="5">无间距</ofd:TextCode>'
    word = one(read(o.package([o.page(code + "</ofd:TextObject>")])))
    assert word.doubts == {NO_STEPS}


def test_glyph_numbers_without_a_font_are_doubtful(read) -> None:
    change = '<ofd:CGTransform CodePosition="0" CodeCount="2" GlyphCount="2"><ofd:Glyphs>5 6</ofd:Glyphs></ofd:CGTransform>'
    assert one(read(o.package([o.page(o.text("12", 20, 30, dx="2", inside=change))]))).doubts == {NO_GLYPHS}


def test_annotations_are_read_as_such(read) -> None:
    notes = {
        "Doc_0/Annots/Annotations.xml": o.root(
            "Annotations", '<ofd:Page PageID="100"><ofd:FileLoc>Page_0/A.xml</ofd:FileLoc></ofd:Page>'
        ),
        "Doc_0/Annots/Page_0/A.xml": o.root(
            "PageAnnot",
            f'<ofd:Annot Type="Highlight" ID="1"><ofd:Appearance Boundary="10 10 80 20">{o.text("批", 5, 6)}</ofd:Appearance>'
            f'</ofd:Annot><ofd:Annot Type="Watermark" ID="2"><ofd:Appearance Boundary="0 0 99 99">{o.text("样本", 50, 60)}'
            "</ofd:Appearance></ofd:Annot>",
        ),
    }
    more = "<ofd:Annotations>Annots/Annotations.xml</ofd:Annotations>"
    note, mark = read(o.package([o.page()], files=notes, more=more))
    assert (note.text, note.part, note.doubts) == ("批", "annotation", {NOTE})
    assert note.box[0] == pytest.approx(15)
    assert (mark.text, mark.part, mark.doubts) == ("样本", "mark", set())


def test_attachments_are_named_and_never_opened(only: Opener) -> None:
    listed = '<ofd:Attachment ID="1" Name="原件"><ofd:FileLoc>a.exe</ofd:FileLoc></ofd:Attachment>'
    files = {"Doc_0/Attachs/Attachments.xml": o.root("Attachments", listed)}
    more = "<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments>"
    file = only("发票.ofd", o.zipped(o.package([o.page()], files=files, more=more)))
    assert file.note is not None
    assert "含附件（未打开，不作为证据）：a.exe" in file.note
    with OfdFile(file.path) as ofd:
        assert attachments(ofd) == ["a.exe"]


def test_pages_are_listed(only: Opener) -> None:
    file = only("证书.ofd", o.zipped(o.package([o.page(o.text("一")), o.page(o.text("二"))])))
    assert (file.media_type, file.pages, file.error, file.note) == ("application/ofd", 2, None, None)
    assert [(type(s), s.page) for s in page_sources(file)] == [(OfdPage, 1), (OfdPage, 2)]


def test_another_extension_is_remarked(only: Opener) -> None:
    file = only("证书.pdf", o.zipped(o.package([o.page(o.text("一"))])))
    assert file.error is None
    assert file.note is not None
    assert "OFD" in file.note


MUTABLE = o.package(
    [o.page(o.text("总额12.5"), o.image("20", "10 10 50 50"), o.bar("1 1 5 5"), templates='<ofd:Template TemplateID="1"/>')],
    templates={"1": o.page(o.text("模板"))},
    media={"20": "a.png"},
    files={"Doc_0/Res/a.png": make.picture()},
)


@given(st.data())
def test_damaged_xml_never_crashes(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    from extractor.intake import IntakeError
    from extractor.intake.ofd import probe
    from extractor.intake.ofd_images import Pictures
    from extractor.intake.ofd_visible import visible

    members = dict(o.signed(MUTABLE))
    name = data.draw(st.sampled_from(sorted(members)))
    damaged = bytearray(members[name])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        damaged[at : at + data.draw(st.integers(0, 6))] = data.draw(
            st.sampled_from([b"", b"-", b"9999999999", b"nan", b'"', b"<", b"0", b" ", b"\xff", b"1e308", b"ofd:Page"])
        )
    members[name] = bytes(damaged)
    path = tmp_path_factory.getbasetemp() / "damaged.ofd"
    path.write_bytes(o.zipped(members))
    try:
        probe(path, Limits())
        with OfdFile(path) as ofd:
            found = content(ofd, 0)
            kept, _ = visible(found, chars(found), Pictures(ofd, found))
            words(kept)
    except IntakeError as error:
        if "请" not in error.message:
            raise


def test_a_resource_file_that_is_missing_hides_nothing_else(read) -> None:
    members = o.package([o.page(o.text("仍在", 20, 30))])
    del members["Doc_0/DocumentRes.xml"]
    assert one(read(members)).text == "仍在"


def test_a_composite_unit_that_holds_itself(tmp_path: Path) -> None:
    use = '<ofd:CompositeObject ID="3" ResourceID="40" Boundary="0 0 30 30"/>'
    unit = f'<ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="40"><ofd:Content>{use}</ofd:Content>'
    unit += "</ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits>"
    path = tmp_path / "x.ofd"
    path.write_bytes(o.zipped(o.package([o.page(use)], resources=unit)))
    with OfdFile(path) as ofd, pytest.raises(BrokenFile):
        content(ofd, 0)
