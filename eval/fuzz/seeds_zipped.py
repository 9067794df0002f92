"""Tiny good files that are ZIPs: packages, XLSX, DOCX, OFD. Made here, the same on every machine."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from functools import lru_cache

from eval.fuzz.seeds import picture, pngs

HEAD = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org"
_RELS = f"{_OFFICE}/officeDocument/2006/relationships"
_TYPES = f"{_OFFICE}/package/2006/content-types"
_PACKAGE_RELS = f"{_OFFICE}/package/2006/relationships"
_WHEN = (2021, 5, 6, 0, 0, 0)


def zipped(members: Mapping[str, bytes], stored: bool = False) -> bytes:
    """A ZIP of these members; always the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as z:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, _WHEN)
            info.compress_type = z.compression
            z.writestr(info, data)
    return out.getvalue()


def _relations(*targets: tuple[str, str, str]) -> bytes:
    listed = "".join(f'<Relationship Id="{i}" Type="{_RELS}/{kind}" Target="{to}"/>' for i, kind, to in targets)
    return HEAD + f'<Relationships xmlns="{_PACKAGE_RELS}">{listed}</Relationships>'.encode()


def _types(overrides: Mapping[str, str]) -> bytes:
    listed = "".join(f'<Override PartName="{part}" ContentType="{kind}"/>' for part, kind in overrides.items())
    plain = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    plain += '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
    return HEAD + f'<Types xmlns="{_TYPES}">{plain}{listed}</Types>'.encode()


# --- XLSX -----------------------------------------------------------------------


def _cell(place: str, value: str | float, style: int = 0) -> str:
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr" s="{style}"><is><t>{value}</t></is></c>'
    return f'<c r="{place}" s="{style}"><v>{value}</v></c>'


def xlsx(rows: list[list[str | float]], *, merged: str = "", shared: bool = False) -> bytes:
    """A workbook with one sheet of these rows and a hidden one; ``shared``: the first text is a shared one."""
    body = ""
    for r, row in enumerate(rows, 1):
        cells = [_cell(f"{chr(65 + c)}{r}", v, 1 if isinstance(v, float) else 0) for c, v in enumerate(row)]
        if shared and r == 1:
            cells[0] = '<c r="A1" t="s"><v>0</v></c>'
        body += f'<row r="{r}">{"".join(cells)}</row>'
    main = f"{_OFFICE}/spreadsheetml/2006/main"
    merge = f'<mergeCells count="1"><mergeCell ref="{merged}"/></mergeCells>' if merged else ""
    sheet = f'<worksheet xmlns="{main}"><sheetData>{body}</sheetData>{merge}</worksheet>'
    second = f'<worksheet xmlns="{main}"><sheetData><row r="1">{_cell("A1", "x")}</row></sheetData></worksheet>'
    book = (
        f'<workbook xmlns="{main}" xmlns:r="{_RELS}"><sheets><sheet name="申报表" sheetId="1" r:id="r1"/>'
        '<sheet name="附" sheetId="2" state="hidden" r:id="r2"/></sheets></workbook>'
    )
    styles = (
        f'<styleSheet xmlns="{main}"><numFmts count="1"><numFmt numFmtId="170" formatCode="0.00%;[Red]-0.0"/></numFmts>'
        '<fonts count="1"><font/></fonts><fills count="1"><fill><patternFill/></fill></fills>'
        '<borders count="1"><border/></borders>'
        '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf numFmtId="0"/>'
        '<xf numFmtId="170" applyNumberFormat="1"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0"/></cellStyles></styleSheet>'
    )
    texts = f'<sst xmlns="{main}" count="1" uniqueCount="1"><si><t>{rows[0][0]}</t></si></sst>'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    return zipped(
        {
            "[Content_Types].xml": _types(
                {
                    "/xl/workbook.xml": f"{kind}.sheet.main+xml",
                    "/xl/worksheets/sheet1.xml": f"{kind}.worksheet+xml",
                    "/xl/worksheets/sheet2.xml": f"{kind}.worksheet+xml",
                    "/xl/styles.xml": f"{kind}.styles+xml",
                    "/xl/sharedStrings.xml": f"{kind}.sharedStrings+xml",
                }
            ),
            "_rels/.rels": _relations(("r1", "officeDocument", "xl/workbook.xml")),
            "xl/workbook.xml": HEAD + book.encode(),
            "xl/_rels/workbook.xml.rels": _relations(
                ("r1", "worksheet", "worksheets/sheet1.xml"),
                ("r2", "worksheet", "worksheets/sheet2.xml"),
                ("r3", "styles", "styles.xml"),
                ("r4", "sharedStrings", "sharedStrings.xml"),
            ),
            "xl/worksheets/sheet1.xml": HEAD + sheet.encode(),
            "xl/worksheets/sheet2.xml": HEAD + second.encode(),
            "xl/styles.xml": HEAD + styles.encode(),
            "xl/sharedStrings.xml": HEAD + texts.encode(),
        }
    )


@lru_cache(maxsize=1)
def xlsxs() -> tuple[bytes, ...]:
    """Workbooks as evidence."""
    people: list[list[str | float]] = [["姓名", "工号"], ["张三", 7], ["李四", 44197.5], ["合计", 0.125]]
    return xlsx(people, merged="A3:B3"), xlsx(people, shared=True)


# --- DOCX -----------------------------------------------------------------------


def _paragraph(text: str, more: str = "") -> str:
    return f"<w:p>{more}<w:r><w:t>{text}</w:t></w:r></w:p>"


def _table(rows: list[list[str]]) -> str:
    made = "".join(f"<w:tr>{''.join(f'<w:tc><w:tcPr/>{_paragraph(c)}</w:tc>' for c in row)}</w:tr>" for row in rows)
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{made}</w:tbl>"


def docx(body: str, *, with_picture: bool = False) -> bytes:
    """A document with this body."""
    word = f"{_OFFICE}/wordprocessingml/2006/main"
    drawn = ""
    if with_picture:
        drawn = (
            '<w:p><w:r><w:drawing><a:blip xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" r:embed="p1"/>'
            "</w:drawing></w:r></w:p>"
        )
    text = f'<w:document xmlns:w="{word}" xmlns:r="{_RELS}"><w:body>{body}{drawn}<w:sectPr/></w:body></w:document>'
    styles = (
        f'<w:styles xmlns:w="{word}"><w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/></w:style></w:styles>'
    )
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    return zipped(
        {
            "[Content_Types].xml": _types(
                {"/word/document.xml": f"{kind}.document.main+xml", "/word/styles.xml": f"{kind}.styles+xml"}
            ),
            "_rels/.rels": _relations(("r1", "officeDocument", "word/document.xml")),
            "word/_rels/document.xml.rels": _relations(("r1", "styles", "styles.xml"), ("p1", "image", "media/1.png")),
            "word/document.xml": HEAD + text.encode(),
            "word/styles.xml": HEAD + styles.encode(),
            "word/media/1.png": pngs()[1],
        }
    )


@lru_cache(maxsize=1)
def docxs() -> tuple[bytes, ...]:
    """Documents as evidence: paragraphs, a table with spans, a picture, content controls, insertions."""
    spans = (
        '<w:tbl><w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>'
        f'{_paragraph("主要指标")}</w:tc></w:tr><w:tr><w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr>{_paragraph("收入")}'
        f"</w:tc><w:tc>{_paragraph('8123.45')}</w:tc></w:tr><w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>"
    )
    controls = (
        f"<w:sdt><w:sdtContent>{_paragraph('甲')}</w:sdtContent></w:sdt><w:ins>{_paragraph('乙')}</w:ins><w:del>x</w:del>"
        '<w:p><w:r><w:sym w:font="Wingdings 2" w:char="F052"/><w:tab/><w:br/><w:noBreakHyphen/></w:r></w:p>'
    )
    heading = _paragraph("审计报告", '<w:pPr><w:pStyle w:val="1"/></w:pPr>')
    return docx(heading + spans, with_picture=True), docx(heading + controls + spans)


@lru_cache(maxsize=1)
def forms() -> tuple[bytes, ...]:
    """An application form as DOCX."""
    who = [["企业名称", "福建闽江精密机械股份有限公司", "统一社会信用代码", "91350100M000100Y43"]]
    figures = [
        ["指标", "2019年", "2020年"],
        ["营业收入（万元）", "7039.96", "8181.32"],
        ["研发费用总额（万元）", "402.15", "512.88"],
        ["全职员工数量（人）", "120", "134"],
        ["发明专利数量（项）", "3", "5"],
        ["是否高新技术企业", "□是 ☑否", "☑是 □否"],
    ]
    body = _paragraph("专精特新“小巨人”企业申请书") + _table(who) + _paragraph("填报日期：2021年4月30日") + _table(figures)
    return (docx(body),)


# --- OFD (GB/T 33190-2016) ------------------------------------------------------


def _ofd(name: str, body: str, attributes: str = "") -> bytes:
    return HEAD + f'<ofd:{name} xmlns:ofd="http://www.ofdspec.org/2016" {attributes}>{body}</ofd:{name}>'.encode()


def _ofd_page(objects: str, template: str = "") -> bytes:
    area = "<ofd:Area><ofd:PhysicalBox>0 0 80 40</ofd:PhysicalBox></ofd:Area>"
    return _ofd("Page", f'{area}{template}<ofd:Content><ofd:Layer ID="5">{objects}</ofd:Layer></ofd:Content>')


def _ofd_members() -> dict[str, bytes]:
    text = (
        '<ofd:TextObject ID="9" Boundary="5 5 70 8" Font="1" Size="4"><ofd:FillColor Value="0 0 0"/>'
        '<ofd:TextCode X="0" Y="4" DeltaX="g 9 4">发票金额8123.45</ofd:TextCode></ofd:TextObject>'
        '<ofd:TextObject ID="10" Boundary="5 15 70 8" Font="1" Size="3" CTM="1 0 0 1 2 0" Alpha="200">'
        '<ofd:CGTransform CodePosition="0" CodeCount="1" GlyphCount="1"><ofd:Glyphs>5</ofd:Glyphs></ofd:CGTransform>'
        '<ofd:TextCode X="0" Y="3" DeltaX="3 3" DeltaY="0 1">甲乙丙</ofd:TextCode></ofd:TextObject>'
    )
    drawn = (
        '<ofd:PathObject ID="7" Boundary="0 0 80 40" Fill="true" LineWidth="0.3"><ofd:FillColor Value="255 0 0" Alpha="9"/>'
        "<ofd:AbbreviatedData>M 1 1 L 70 1 Q 5 5 9 9 B 1 2 3 4 5 6 A 2 2 0 1 0 9 9 C</ofd:AbbreviatedData></ofd:PathObject>"
        '<ofd:ImageObject ID="8" ResourceID="20" Boundary="60 20 15 10" CTM="15 0 0 10 0 0"/>'
        '<ofd:CompositeObject ID="11" ResourceID="30" Boundary="0 0 10 10"/>'
    )
    layer = '<ofd:PageBlock ID="12">' + drawn + "</ofd:PageBlock>"
    listed = "".join(f'<ofd:Page ID="{100 + n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(2))
    common = (
        "<ofd:CommonData><ofd:MaxUnitID>200</ofd:MaxUnitID><ofd:PageArea><ofd:PhysicalBox>0 0 80 40</ofd:PhysicalBox>"
        "</ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes><ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>"
        '<ofd:TemplatePage ID="40" BaseLoc="Tpls/T.xml"/></ofd:CommonData>'
    )
    unit = f'<ofd:CompositeGraphicUnit ID="30" Width="9" Height="9"><ofd:Content>{text}</ofd:Content></ofd:CompositeGraphicUnit>'
    more = "<ofd:Attachments>Attachs.xml</ofd:Attachments><ofd:Annotations>Annots.xml</ofd:Annotations>"
    return {
        "OFD.xml": _ofd(
            "OFD",
            "<ofd:DocBody><ofd:DocInfo><ofd:Title>x</ofd:Title></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>"
            "<ofd:Signatures>/Doc_0/Signs/Signatures.xml</ofd:Signatures></ofd:DocBody>",
            'Version="1.1" DocType="OFD"',
        ),
        "Doc_0/Document.xml": _ofd("Document", f"{common}<ofd:Pages>{listed}</ofd:Pages>{more}"),
        "Doc_0/PublicRes.xml": _ofd("Res", '<ofd:Fonts><ofd:Font ID="1" FontName="宋体"/></ofd:Fonts>', 'BaseLoc="Res"'),
        "Doc_0/DocumentRes.xml": _ofd(
            "Res",
            '<ofd:MultiMedias><ofd:MultiMedia ID="20" Type="Image"><ofd:MediaFile>a.png</ofd:MediaFile></ofd:MultiMedia>'
            f"</ofd:MultiMedias><ofd:CompositeGraphicUnits>{unit}</ofd:CompositeGraphicUnits>",
            'BaseLoc="Res"',
        ),
        "Doc_0/Res/a.png": picture("PNG", (12, 8)),
        "Doc_0/Tpls/T.xml": _ofd_page(text),
        "Doc_0/Pages/Page_0/Content.xml": _ofd_page(text + layer, '<ofd:Template TemplateID="40" ZOrder="Background"/>'),
        "Doc_0/Pages/Page_1/Content.xml": _ofd_page(layer),
        "Doc_0/Annots.xml": _ofd(
            "Annotations", '<ofd:Page PageID="100"><ofd:FileLoc>Annots/Page_0/Annotation.xml</ofd:FileLoc></ofd:Page>'
        ),
        "Doc_0/Annots/Page_0/Annotation.xml": _ofd(
            "PageAnnot",
            f'<ofd:Annot ID="60" Type="Stamp"><ofd:Appearance Boundary="50 5 20 20">{drawn}</ofd:Appearance></ofd:Annot>',
        ),
        "Doc_0/Attachs.xml": _ofd(
            "Attachments", '<ofd:Attachment ID="1" Name="a.xml"><ofd:FileLoc>a.xml</ofd:FileLoc></ofd:Attachment>'
        ),
    }


def _der(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    size = len(content)
    long = size.to_bytes(max(1, (size.bit_length() + 7) // 8), "big")
    return bytes([tag, size]) + content if size < 128 else bytes([tag, 0x80 | len(long)]) + long + content


def _seal(description: bytes) -> bytes:
    """SES_Signature of GB/T 38540, with a signature that is none."""
    from hashlib import sha256

    name = _der(0x30, _der(0x31, _der(0x30, _der(6, bytes([0x55, 4, 3])), _der(0x0C, "闽江公司".encode()))))
    times = _der(0x30, _der(0x17, b"200101000000Z"), _der(0x17, b"300101000000Z"))
    certificate = _der(
        0x30, _der(0x30, _der(0xA0, _der(2, b"\2")), _der(2, b"\1"), _der(0x30), name, times, name)
    )  # fmt: skip
    stamp = _der(0x18, b"20200101000000Z")
    header = _der(0x30, _der(0x16, b"ES"), _der(2, b"\4"), _der(0x16, b"test"))
    owner = _der(0x30, _der(2, b"\3"), _der(0x0C, "发票专用章".encode()), _der(2, b"\1"), _der(0x30), stamp, stamp, stamp)
    shown = _der(0x30, _der(0x16, b"png"), _der(4, picture("PNG", (8, 8))), _der(2, b"\x1e"), _der(2, b"\x14"))
    seal = _der(0x30, _der(0x30, header, _der(0x16, b"1"), owner, shown), _der(4, certificate))
    held = _der(3, b"\0", sha256(description).digest())
    signed = _der(0x30, _der(2, b"\4"), seal, _der(0x18, b"20200723130907Z"), held, _der(0x16, b"x"))
    return _der(0x30, signed, _der(4, certificate), _der(6, b"\x2a\x81\x1c"), _der(3, b"\0" * 9))


@lru_cache(maxsize=1)
def ofds() -> tuple[bytes, ...]:
    """OFDs: with all kinds of objects; the same sealed."""
    members = _ofd_members()
    signature = _ofd(
        "Signature",
        '<ofd:SignedInfo><ofd:Provider ProviderName="test"/><ofd:SignatureMethod>1.2.156.10197.1.501</ofd:SignatureMethod>'
        "<ofd:SignatureDateTime>20200723130907Z</ofd:SignatureDateTime>"
        '<ofd:References CheckMethod="2.16.840.1.101.3.4.2.1"><ofd:Reference FileRef="/Doc_0/Document.xml"><ofd:CheckValue>'
        "AAAA</ofd:CheckValue></ofd:Reference></ofd:References>"
        '<ofd:StampAnnot ID="1" PageRef="100" Boundary="50 8 20 20"/></ofd:SignedInfo>'
        "<ofd:SignedValue>SignedValue.dat</ofd:SignedValue>",
    )
    signs = '<ofd:MaxSignId>1</ofd:MaxSignId><ofd:Signature ID="1" Type="Seal" BaseLoc="Sign_0/Signature.xml"/>'
    sealed = members | {
        "Doc_0/Signs/Signatures.xml": _ofd("Signatures", signs),
        "Doc_0/Signs/Sign_0/Signature.xml": signature,
        "Doc_0/Signs/Sign_0/SignedValue.dat": _seal(signature),
    }
    signs_of = b"<ofd:Signatures>/Doc_0/Signs/Signatures.xml</ofd:Signatures>"
    return zipped(members | {"OFD.xml": members["OFD.xml"].replace(signs_of, b"")}), zipped(sealed)


# --- packages -------------------------------------------------------------------


@lru_cache(maxsize=1)
def packages() -> tuple[bytes, ...]:
    """ZIPs as they are handed in: files and folders, a ZIP in a ZIP, members stored as they are."""
    table = "姓名,工号\n张三,7\n".encode()
    inner = zipped({"专利/1.png": pngs()[1], "a.csv": table})
    named = zipped({"甲/declared.json": b"{}", "甲/1.csv": table, "乙/2.csv": table})
    return zipped({"1.csv": table, "材料/2.png": pngs()[3], "证书.zip": inner}), zipped({"x.csv": table}, stored=True), named
