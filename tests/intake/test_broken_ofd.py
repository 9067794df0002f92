"""Broken and hostile OFD files: each gives one plain reason. ``docs/broken-input.md`` names these tests row by row."""

from __future__ import annotations

from pathlib import Path

import ofd_files as o
import pytest
from intake_files import Opener, refused

from extractor.intake import BrokenFile, IntakeError, Limits, TooLarge
from extractor.intake.errors import UnsafeFile
from extractor.intake.ofd import OfdFile
from extractor.intake.ofd_objects import content

LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "haha">'
    + "".join(f'<!ENTITY a{n} "{("&a" + (str(n - 1) if n else "") + ";") * 10}">' for n in range(10))
    + "]><OFD><DocBody><DocRoot>&a9;</DocRoot></DocBody></OFD>"
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><OFD><DocBody><DocRoot>&a;</DocRoot></DocBody></OFD>'


def page_fails(tmp_path: Path, members: o.Members, kind: type[IntakeError], i: int = 0, limits: Limits | None = None) -> str:
    """The reason why page ``i`` alone cannot be read."""
    path = tmp_path / "x.ofd"
    path.write_bytes(o.zipped(members))
    with OfdFile(path, limits) as ofd:
        with pytest.raises(kind) as caught:
            content(ofd, i)
        assert "请" in caught.value.message
        return caught.value.message


def good() -> o.Members:
    return o.package([o.page(o.text("一")), o.page(o.text("二"))])


@pytest.mark.parametrize(
    "data", [b"<ofd:OFD/>", b"", b"<OFD/>", b"<OFD><DocBody/></OFD>", b"<OFD><DocBody><DocRoot>x.xml</DocRoot></DocBody></OFD>"]
)
def test_ofd_without_documents(only: Opener, data: bytes) -> None:
    file = only("发票.ofd", o.zipped(good() | {"OFD.xml": data}))
    assert file.media_type == "application/ofd"
    refused(file, "OFD")


def test_ofd_truncated(only: Opener) -> None:
    data = o.zipped(good())
    refused(only("发票.ofd", data[: len(data) // 2]))


def test_ofd_with_cut_document(only: Opener) -> None:
    members = good()
    members["Doc_0/Document.xml"] = members["Doc_0/Document.xml"][:200]
    refused(only("发票.ofd", o.zipped(members)), "OFD 文件已损坏")


def test_ofd_without_pages(only: Opener) -> None:
    refused(only("发票.ofd", o.zipped(o.package([]))), "没有页面")


def test_ofd_with_too_many_pages(only: Opener) -> None:
    refused(only("发票.ofd", o.zipped(good()), Limits(max_pages_per_file=1)), "页数过多")


def test_ofd_with_password(only: Opener) -> None:
    encrypted = o.root("OFD", "<ofd:Encryptions>Encryptions.xml</ofd:Encryptions>" + o.body("Doc_0/Document.xml"))
    refused(only("发票.ofd", o.zipped(good() | {"OFD.xml": encrypted})), "加密")


def test_ofd_with_two_files_of_one_name(only: Opener) -> None:
    data = o.zipped(good(), again={"Doc_0/Pages/Page_0/Content.xml": o.page(o.text("另一份"))})
    refused(only("发票.ofd", data), "同名")


@pytest.mark.parametrize("data", [LAUGHS, OUTSIDE])
def test_ofd_with_entities(only: Opener, tmp_path: Path, data: str) -> None:
    refused(only("发票.ofd", o.zipped(good() | {"OFD.xml": data.encode()})), "实体")
    page = data.replace("OFD>", "Page>").encode()
    page_fails(tmp_path, good() | {"Doc_0/Pages/Page_0/Content.xml": page}, UnsafeFile)


def test_ofd_bomb(only: Opener) -> None:
    refused(only("发票.ofd", o.zipped(good() | {"Doc_0/Res/a.bin": bytes(30_000_000)})), "解开后过大")


def test_one_broken_ofd_page_fails_alone(tmp_path: Path) -> None:
    members = good()
    members["Doc_0/Pages/Page_0/Content.xml"] = members["Doc_0/Pages/Page_0/Content.xml"][:150]
    assert "第1页" in page_fails(tmp_path, members, BrokenFile)
    with OfdFile(tmp_path / "x.ofd") as ofd:
        assert content(ofd, 1).objects


def test_ofd_page_that_is_missing(tmp_path: Path) -> None:
    members = good()
    del members["Doc_0/Pages/Page_1/Content.xml"]
    assert "缺少文件" in page_fails(tmp_path, members, BrokenFile, 1)


def test_ofd_template_that_is_missing(tmp_path: Path) -> None:
    page = o.page(o.text("一"), templates='<ofd:Template TemplateID="77"/>')
    assert "模板" in page_fails(tmp_path, o.package([page]), BrokenFile)


def test_ofd_templates_in_a_circle(tmp_path: Path) -> None:
    use = '<ofd:Template TemplateID="1"/>'
    members = o.package([o.page(templates=use)], templates={"1": o.page(o.text("圈"), templates=use)})
    assert "互相引用" in page_fails(tmp_path, members, BrokenFile)


def test_ofd_page_of_giant_size(tmp_path: Path) -> None:
    assert "尺寸异常" in page_fails(tmp_path, o.package([o.page(o.text("一"), area="0 0 99999999 10")]), TooLarge)


def test_ofd_page_with_too_much_on_it(tmp_path: Path) -> None:
    members = o.package([o.page(*[o.text("一")] * 40)])
    assert "过大" in page_fails(tmp_path, members, TooLarge, limits=Limits(max_xml_tags=100))
    unit = '<ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="40"><ofd:Content>{}</ofd:Content></ofd:CompositeGraphicUnit>'
    units = "".join(
        unit.replace("40", str(40 + n)).format(f'<ofd:CompositeObject ResourceID="{41 + n}" Boundary="0 0 9 9"/>' * 30)
        for n in range(8)
    )
    page = o.page('<ofd:CompositeObject ResourceID="40" Boundary="0 0 9 9"/>')
    members = o.package(
        [page], resources=units.replace("</ofd:CompositeGraphicUnit>", "</ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits>")
    )
    assert "过多" in page_fails(tmp_path, members, TooLarge)
