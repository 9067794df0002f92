"""Small files of every kind, built from scratch for the tests, and what the tests ask of bad ones."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence

import openpyxl
import pytest
from docx import Document
from PIL import Image
from pypdf import PdfReader, PdfWriter

from extractor.intake import ImagePage, IntakeError, Package, SourceFile, page_sources

SIZE = (64, 48)

Opener = Callable[..., SourceFile]
PackageOpener = Callable[..., Package]


def refused(file: SourceFile, *words: str) -> None:
    """Assert that the file is listed with a reason that holds ``words`` and names a remedy."""
    assert file.error is not None
    assert file.pages == 0
    assert list(page_sources(file)) == []
    for word in words:
        assert word in file.error, file.error
    assert "请" in file.error, "no remedy"


def failing_image(file: SourceFile, page: int = 0) -> IntakeError:
    """The error of the loader of one page of a file that opened."""
    assert file.error is None
    source = list(page_sources(file))[page]
    assert isinstance(source, ImagePage)
    with pytest.raises(IntakeError) as caught:
        source.image()
    return caught.value


def picture(fmt: str = "PNG", size: tuple[int, int] = SIZE, **save: object) -> bytes:
    """A picture whose top left quarter is red, top right green, bottom left blue, the rest white."""
    im = Image.new("RGB", size, "white")
    w, h = size[0] // 2, size[1] // 2
    im.paste((255, 0, 0), (0, 0, w, h))
    im.paste((0, 255, 0), (w, 0, size[0], h))
    im.paste((0, 0, 255), (0, h, w, size[1]))
    return encoded(im, fmt, **save)


def noise(fmt: str, size: tuple[int, int] = (200, 200), **save: object) -> bytes:
    """A picture that does not compress, so that cutting the file cuts the picture."""
    return encoded(Image.effect_noise(size, 80).convert("RGB"), fmt, **save)


def encoded(im: Image.Image, fmt: str, **save: object) -> bytes:
    """``im`` as a file in format ``fmt``."""
    out = io.BytesIO()
    im.save(out, fmt, **save)
    return out.getvalue()


def tiff(pages: int) -> bytes:
    """A TIFF with ``pages`` frames, each of its own width (10, 20, ...)."""
    frames = [Image.new("RGB", (10 * (i + 1), 30), "white") for i in range(pages)]
    return encoded(frames[0], "TIFF", save_all=True, append_images=frames[1:])


def pdf(
    contents: Sequence[str | bytes] = ("BT /F1 12 Tf 72 720 Td (Revenue 1,234.00) Tj ET",),
    *,
    rotate: int = 0,
    mediabox: tuple[int, int, int, int] = (0, 0, 595, 842),
    resources: str = "",
    extra: Sequence[bytes] = (),
) -> bytes:
    """A PDF with one page per content stream; font F1 is Helvetica; ``extra`` objects follow (7 0 obj on)."""
    n = len(contents)
    kids = " ".join(f"{100 + 2 * i} 0 R" for i in range(n))
    objects: dict[int, bytes] = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: f"<< /Type /Pages /Kids [{kids}] /Count {n} >>".encode(),
        3: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    }
    for i, content in enumerate(contents):
        box = " ".join(map(str, mediabox))
        objects[100 + 2 * i] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] /Rotate {rotate} "
            f"/Resources << /Font << /F1 3 0 R >> {resources} >> /Contents {101 + 2 * i} 0 R >>"
        ).encode()
        stream = content.encode("latin-1") if isinstance(content, str) else content
        objects[101 + 2 * i] = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream)
    objects |= {7 + i: body for i, body in enumerate(extra)}
    return _pdf_file(objects)


def _pdf_file(objects: dict[int, bytes]) -> bytes:
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    offsets = {}
    for number, body in sorted(objects.items()):
        offsets[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 1\n0000000000 65535 f \n"
    for number, offset in sorted(offsets.items()):
        out += b"%d 1\n%010d 00000 n \n" % (number, offset)
    size = max(objects) + 1
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start)
    return bytes(out)


def encrypted_pdf(user: str, owner: str = "owner") -> bytes:
    """A PDF that opens only with ``user`` (an empty one opens for everybody)."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf())))
    writer.encrypt(user, owner, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def xlsx(sheets: Mapping[str, Sequence[Sequence[object]]] | None = None) -> bytes:
    """A workbook with the given sheets."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in (sheets or {"名单": [["姓名", "工号"], ["张三", 7]]}).items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def docx(text: str = "申请书", picture_bytes: bytes | None = None) -> bytes:
    """A DOCX: a paragraph, a table with a merged head row, perhaps a picture, a last paragraph."""
    document = Document()
    document.add_paragraph(text)
    table = document.add_table(2, 2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "主要指标"
    table.cell(1, 0).text, table.cell(1, 1).text = "营业收入", "8123.45"
    if picture_bytes:
        document.add_picture(io.BytesIO(picture_bytes))
    document.add_paragraph("（盖章）")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def zipped(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP with UTF-8 names."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as z:
        for name, data in members.items():
            z.writestr(name, data)
    return out.getvalue()


def zipped_raw(members: dict[bytes, bytes], flags: int = 0, extra: bytes = b"", mode: int = 0) -> bytes:
    """A stored ZIP with the names as given bytes, as Windows tools write them."""
    body, directory = bytearray(), bytearray()
    for name, data in members.items():
        offset, crc, size = len(body), zlib.crc32(data), len(data)
        common = struct.pack("<HHHHHIIIHH", 20, flags, 0, 0, 33, crc, size, size, len(name), len(extra))
        body += b"PK\x03\x04" + common + name + extra + data
        tail = struct.pack("<HHHII", 0, 0, 0, mode << 16, offset)
        directory += b"PK\x01\x02" + struct.pack("<H", 0x0314) + common + tail + name + extra
    n = len(members)
    end = struct.pack("<HHHHIIH", 0, 0, n, n, len(directory), len(body), 0)
    return bytes(body + directory + b"PK\x05\x06" + end)


def ole(streams: dict[str, bytes]) -> bytes:
    """An OLE compound file ([MS-CFB]) with the given root streams, each padded to 4096 bytes or more."""
    sector, end, free = 512, 0xFFFFFFFE, 0xFFFFFFFF
    chunks = {k: v.ljust(max(4096, -(-len(v) // sector) * sector), b"\0") for k, v in streams.items()}
    fat = [0xFFFFFFFD, end]  # sector 0: this table; sector 1: the directory
    entries = [_ole_entry("Root Entry", 5, end, 0, child=1 if chunks else free)]
    body = b""
    for i, (name, data) in enumerate(chunks.items(), 1):
        first, count = len(fat), len(data) // sector
        fat += [*range(first + 1, first + count), end]
        right = i + 1 if i < len(chunks) else free
        entries.append(_ole_entry(name, 2, first, len(data), right=right))
        body += data
    entries += [b"\0" * 68 + b"\xff" * 12 + b"\0" * 48] * (4 - len(entries))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    head += struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end, 0)
    head += struct.pack("<109I", 0, *[free] * 108)
    table = struct.pack("<128I", *(fat + [free] * 128)[:128])
    return head + table + b"".join(entries) + body


def _ole_entry(name: str, kind: int, start: int, size: int, *, child: int = 0xFFFFFFFF, right: int = 0xFFFFFFFF) -> bytes:
    raw = name.encode("utf-16-le") + b"\0\0"
    return raw.ljust(64, b"\0") + struct.pack("<HBBIII16xI8x8xIQ", len(raw), kind, 1, 0xFFFFFFFF, right, child, 0, start, size)


def xls(cells: Mapping[tuple[int, int], str | float], name: str = "Sheet1", *, password: bool = False) -> bytes:
    """A BIFF8 workbook ([MS-XLS]) with one sheet of LABEL and NUMBER records.

    ``password`` adds the FILEPASS record that marks an encrypted workbook.
    """

    def record(kind: int, data: bytes) -> bytes:
        return struct.pack("<HH", kind, len(data)) + data

    def bof(kind: int) -> bytes:
        return record(0x809, struct.pack("<HHHHII", 0x600, kind, 0, 0, 0, 6))

    title = bytes([len(name), 1]) + name.encode("utf-16-le")
    bound_size = 4 + 6 + len(title)
    locked = record(0x2F, struct.pack("<HHHH", 1, 1, 1, 1) + bytes(46)) if password else b""
    start = len(bof(5) + locked) + bound_size + 4
    book = bof(5) + locked + record(0x85, struct.pack("<IBB", start, 0, 0) + title) + record(0x0A, b"")
    page = bof(0x10)
    for (row, col), value in cells.items():
        place = struct.pack("<HHH", row, col, 0)
        if isinstance(value, str):
            page += record(0x204, place + struct.pack("<HB", len(value), 1) + value.encode("utf-16-le"))
        else:
            page += record(0x203, place + struct.pack("<d", value))
    return ole({"Workbook": book + page + record(0x0A, b"")})


def xlsx_with_cell(place: str, *, empty: bool = False) -> bytes:
    """A workbook with text in A1 and one more cell far out, with a value or only a format."""
    cell = f'<c r="{place}" s="0"/>' if empty else f'<c r="{place}"><v>1</v></c>'
    row = place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row>'
        f'<row r="{row}">{cell}</row></sheetData></worksheet>'
    )
    return replaced(xlsx(), "xl/worksheets/sheet1.xml", sheet.encode())


def replaced(package: bytes, member: str, data: bytes) -> bytes:
    """The ZIP with one member replaced or added."""
    with zipfile.ZipFile(io.BytesIO(package)) as z:
        members = {n: z.read(n) for n in z.namelist()}
    return zipped(members | {member: data})
