"""DOCX: order, tables with merged cells, content controls, text boxes, tracked changes, pictures."""

from __future__ import annotations

import intake_files as make
import pytest
from intake_files import Opener

from extractor.intake import ImagePage, TextPage, page_sources
from extractor.intake.word import Block, Paragraph, TableBlock, TableCell

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'


def blocks(only: Opener, body: str) -> tuple[Block, ...]:
    """The blocks of a DOCX with the given body XML."""
    xml = f'<?xml version="1.0" encoding="UTF-8"?><w:document {W} {MC}><w:body>{body}</w:body></w:document>'
    file = only("a.docx", make.replaced(make.docx(), "word/document.xml", xml.encode()))
    assert file.error is None
    page = next(page_sources(file))
    assert isinstance(page, TextPage)
    return page.blocks


def p(text: str) -> str:
    """A paragraph with one run."""
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def cell(text: str, properties: str = "") -> str:
    """A table cell."""
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(text)}</w:tc>"


def test_document_order_and_pictures(only: Opener) -> None:
    file = only("申请书.docx", make.docx(picture_bytes=make.picture()))
    assert file.pages == 2
    text, picture = page_sources(file)
    assert isinstance(text, TextPage)
    first, table, _, last = text.blocks
    assert isinstance(first, Paragraph)
    assert isinstance(last, Paragraph)
    assert (first.text, last.text) == ("申请书", "（盖章）")
    assert isinstance(table, TableBlock)
    assert table.grid() == [["主要指标", ""], ["营业收入", "8123.45"]]
    assert isinstance(picture, ImagePage)
    assert (picture.page, picture.image().shape) == (2, (48, 64, 3))


def test_cells_merged_across_and_down(only: Opener) -> None:
    down, on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    body = (
        "<w:tbl><w:tr>" + cell("指标", down) + cell("2020年", '<w:gridSpan w:val="2"/>') + "</w:tr>"
        "<w:tr>" + cell("", on) + cell("申报") + cell("核定") + "</w:tr></w:tbl>"
    )
    (table,) = blocks(only, body)
    assert isinstance(table, TableBlock)
    assert (table.n_rows, table.n_cols) == (2, 3)
    assert table.cells[:2] == (TableCell(0, 0, "指标", 2, 1), TableCell(0, 1, "2020年", 1, 2))
    assert table.grid() == [["指标", "2020年", ""], ["", "申报", "核定"]]


def test_content_controls_are_read(only: Opener) -> None:
    inline = "<w:p><w:sdt><w:sdtContent><w:r><w:t>某公司</w:t></w:r></w:sdtContent></w:sdt></w:p>"
    block = f"<w:sdt><w:sdtContent>{p('第二段')}</w:sdtContent></w:sdt>"
    row = f"<w:tbl><w:tr><w:sdt><w:sdtContent>{cell('8123.45')}</w:sdtContent></w:sdt></w:tr></w:tbl>"
    first, second, table = blocks(only, inline + block + row)
    assert (first, second) == (Paragraph("某公司"), Paragraph("第二段"))
    assert isinstance(table, TableBlock)
    assert table.grid() == [["8123.45"]]


def test_tracked_changes_read_as_accepted(only: Opener) -> None:
    body = (
        "<w:p><w:del><w:r><w:delText>旧</w:delText></w:r></w:del><w:ins><w:r><w:t>新</w:t></w:r></w:ins>"
        "<w:moveFrom><w:r><w:t>移走</w:t></w:r></w:moveFrom></w:p>"
    )
    assert blocks(only, body) == (Paragraph("新"),)


def test_text_box_is_read_once(only: Opener) -> None:
    box = f"<w:txbxContent>{p('框内')}</w:txbxContent>"
    body = (
        "<w:p><w:r><mc:AlternateContent><mc:Choice>" + box + "</mc:Choice>"
        "<mc:Fallback>" + box + "</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert blocks(only, body) == (Paragraph("框内"),)


def test_tick_boxes(only: Opener) -> None:
    body = (
        '<w:p><w:r><w:sym w:font="Wingdings 2" w:char="F052"/><w:t>是</w:t>'
        '<w:sym w:font="Wingdings" w:char="F0A8"/><w:t>否</w:t></w:r></w:p>'
    )
    assert blocks(only, body) == (Paragraph("☑是□否"),)


@pytest.mark.parametrize("span", ["99999999", "-5"])
def test_absurd_spans(only: Opener, span: str) -> None:
    row = f"<w:tr>{cell('x', f'<w:gridSpan w:val={chr(34)}{span}{chr(34)}/>')}</w:tr>"
    (table,) = blocks(only, f"<w:tbl>{row}</w:tbl>")
    assert isinstance(table, TableBlock)
    assert table.n_cols <= 63
