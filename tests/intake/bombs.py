"""Bombs, made when a test wants one: small files that grow, loop or lie. Each returns the bytes of one file.

ZIP: D. Fifield, "A better zip bomb" (WOOT 2019); 42.zip; R. Cox, "Zip Files All The Way Down" (2010). XML: billion
laughs, external entities (CWE-776, CWE-611). PDF: ISO 32000-1 7.3.8 (streams), 7.5.8 (cross-reference streams).
Pictures: sizes that the header only claims.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable
from functools import lru_cache

import intake_files as make

MB = 1024 * 1024
_LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">%s]><w:document
 xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&lol9;</w:t></w:r></w:p>
</w:body></w:document>""" % b"".join(
    b'<!ENTITY lol%d "%s">' % (n, (b"&lol%s;" % (b"%d" % (n - 1) if n > 1 else b"")) * 10) for n in range(1, 10)
)
_OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]><w:document
 xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&x;</w:t></w:r></w:p>
</w:body></w:document>"""


@lru_cache
def zeros_packed(size: int) -> bytes:
    """``size`` zero bytes as a raw deflate stream, made piecewise."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    parts = [packer.compress(bytes(MB)) for _ in range(size // MB)]
    return b"".join(parts) + packer.compress(bytes(size % MB)) + packer.flush()


def zeros_crc(size: int) -> int:
    """CRC-32 of ``size`` zero bytes."""
    crc = 0
    for _ in range(size // MB):
        crc = zlib.crc32(bytes(MB), crc)
    return zlib.crc32(bytes(size % MB), crc)


def _entry(name: bytes, packed: int, size: int, crc: int, at: int, method: int = 8) -> tuple[bytes, bytes]:
    """(local header, directory entry) of a member; APPNOTE 4.3.7, 4.3.12."""
    common = struct.pack("<HHHHHLLLHH", 20, 0, method, 0, 0, crc, packed, size, len(name), 0)
    return b"PK\x03\x04" + common + name, b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack(
        "<HHHLL", 0, 0, 0, 0, at
    ) + name


def _zip_end(directory: bytes, entries: int, at: int) -> bytes:
    return (
        directory
        + b"PK\x05\x06"
        + struct.pack("<HHHHLLH", 0, 0, min(entries, 0xFFFF), min(entries, 0xFFFF), len(directory), at, 0)
    )


def zip_overlap_full(members: int = 400, size: int = 8 * MB) -> bytes:
    """Fifield's first kind: every directory entry points at the same local header and kernel of zeros."""
    kernel, crc = zeros_packed(size), zeros_crc(size)
    local, _ = _entry(b"0.bmp", len(kernel), size, crc, 0)
    entries = [_entry(b"%d.bmp" % n, len(kernel), size, crc, 0)[1] for n in range(members)]
    return local + kernel + _zip_end(b"".join(entries), members, len(local) + len(kernel))


def zip_overlap_quoted(members: int = 250, size: int = 8 * MB) -> bytes:
    """Fifield's second kind: each file's stream quotes the next one's local header in a stored block, then runs on."""
    kernel = zeros_packed(size)
    names = [b"%03d.bmp" % n for n in range(members)]
    local_size = 30 + len(names[0])
    body, entries, packed, length = kernel, [], len(kernel), size
    for n in reversed(range(members)):
        if n < members - 1:
            quote = b"\x00" + struct.pack("<HH", local_size, local_size ^ 0xFFFF)
            body, packed, length = quote + body, packed + len(quote) + local_size, length + local_size
        # The checksum is left out: it would have to be computed over what nobody unpacks.
        local, entry = _entry(names[n], packed, length, 0, n * (local_size + 5))
        body = local + body
        entries.append(entry)
    return body + _zip_end(b"".join(reversed(entries)), members, len(body))


def zip_many_small(members: int = 200, size: int = 9 * MB) -> bytes:
    """Members that each stay below the size from which one member's ratio counts; 1.8 GB in all."""
    kernel, crc = zeros_packed(size), zeros_crc(size)
    parts, entries, at = list[bytes](), list[bytes](), 0
    for n in range(members):
        local, entry = _entry(b"%03d.bmp" % n, len(kernel), size, crc, at)
        parts += [local, kernel]
        entries.append(entry)
        at += len(local) + len(kernel)
    body = b"".join(parts)
    return body + _zip_end(b"".join(entries), members, len(body))


def zip_42(levels: int = 5, width: int = 16) -> bytes:
    """Like 42.zip: 16 archives in each of 5 archives in each …, 4 GB of zeros at the bottom of every branch."""
    size = 64 * MB
    local, entry = _entry(b"0.dll", len(kernel := zeros_packed(size)), size, zeros_crc(size), 0)
    inner = local + kernel + _zip_end(entry, 1, len(local) + len(kernel))
    for _ in range(levels):
        inner = make.zipped({f"lib {n}.zip": inner for n in range(width)})
    return inner


def zip_of_itself() -> bytes:
    """An archive whose member is an archive of the same name, and so on 60 times: what a quine does without an end."""
    inner = make.zipped({"r.txt": b"r"})
    for _ in range(60):
        inner = make.zipped({"r.zip": inner})
    return inner


def zip_of_entries(entries: int = 200_000) -> bytes:
    """A directory of nothing but entries: objects of hundreds of bytes each for whoever lists it."""
    directory = b"".join(_entry(b"a", 0, 0, 0, 31 * n, 0)[1] for n in range(entries))
    return b"PK\x03\x04" + bytes(31 * entries) + _zip_end(directory, entries, 4 + 31 * entries)


def zip_mimetype() -> bytes:
    """A member that programs read whole to learn what the ZIP is."""
    size = 256 * MB
    kernel = zeros_packed(size)
    local, entry = _entry(b"mimetype", len(kernel), size, 0, 0)
    return local + kernel + _zip_end(entry, 1, len(local) + len(kernel))


# --- office -------------------------------------------------------------------------------------


def docx_laughs() -> bytes:
    """Billion laughs in the document part."""
    return make.replaced(make.docx(), "word/document.xml", _LAUGHS)


def docx_laughs_utf16() -> bytes:
    """The same in UTF-16, where ``<!DOCTYPE`` is not to be found as bytes."""
    return make.replaced(make.docx(), "word/document.xml", _LAUGHS.decode().encode("utf-16"))


def docx_outside() -> bytes:
    """An entity that stands for a file of the machine."""
    return make.replaced(make.docx(), "word/document.xml", _OUTSIDE)


def docx_elements(number: int = 5_000_000) -> bytes:
    """Nothing but empty elements: small packed, gigabytes as a tree. Stays under the ratio by noise beside it."""
    head = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    document = head + b"<a/>" * number + b"</w:body></w:document>"
    return _with_noise(make.replaced(make.docx(), "word/document.xml", document), "word", len(document))


def _with_noise(package: bytes, folder: str, size: int) -> bytes:
    """With a part that does not pack, so that the ratio is harmless."""
    out = io.BytesIO(package)
    with zipfile.ZipFile(out, "a") as z:
        z.writestr(f"{folder}/media/noise.bin", make.noise("PNG", (60, 60)) * (size // 150 // 11_000 + 1), zipfile.ZIP_STORED)
    return out.getvalue()


def xlsx_laughs() -> bytes:
    """Billion laughs in the shared texts."""
    text = _LAUGHS.replace(b"w:document", b"sst").replace(b"xmlns:w", b"xmlns")
    return make.replaced(make.xlsx(), "xl/workbook.xml", text)


def xlsx_outside() -> bytes:
    """An entity that stands for a file of the machine, in the sheet."""
    return make.replaced(make.xlsx(), "xl/worksheets/sheet1.xml", _OUTSIDE)


def xlsx_texts(number: int = 3_000_000) -> bytes:
    """Shared texts without end, which readers keep in memory before any sheet is asked for."""
    texts = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' + b"<si><t/></si>" * number + b"</sst>"
    return _with_noise(make.replaced(make.xlsx(), "xl/sharedStrings.xml", texts), "xl", len(texts))


def xls_corners() -> bytes:
    """Two cells as far apart as they can be: half a gigabyte of cells in between."""
    return make.xls({(0, 0): "a", (65535, 255): "b"})


# --- PDF ----------------------------------------------------------------------------------------


def pdf_with(objects: dict[int, bytes]) -> bytes:
    """A PDF of these objects; 1 is the catalog."""
    return make._pdf_file(objects)


def flate(data: bytes | int, extra: bytes = b"") -> bytes:
    """A stream object, packed; a number stands for so many zeros."""
    packed = zlib.compress(data, 9) if isinstance(data, bytes) else b"\x78\xda" + zeros_packed(data) + bytes(4)
    return b"<</Filter/FlateDecode/Length %d%s>>stream\n%s\nendstream" % (len(packed), extra, packed)


def pdf_content(size: int = 512 * MB) -> bytes:
    """A page whose content unpacks to half a gigabyte."""
    return _one_page(flate(size))


def pdf_content_twice() -> bytes:
    """The same packed twice over: a kilobyte."""
    inner = b"\x78\xda" + zeros_packed(512 * MB) + bytes(4)
    packed = zlib.compress(inner, 9)
    return _one_page(b"<</Filter[/FlateDecode/FlateDecode]/Length %d>>stream\n%s\nendstream" % (len(packed), packed))


def _one_page(content: bytes, resources: bytes = b"<<>>", more: dict[int, bytes] | None = None) -> bytes:
    return pdf_with(
        {
            1: b"<</Type/Catalog/Pages 2 0 R>>",
            2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R/Resources %s>>" % resources,
            4: content,
            **(more or {}),
        }
    )


def pdf_table(size: int = 512 * MB) -> bytes:
    """A cross-reference stream that unpacks to half a gigabyte: read before anything else."""
    head = b"%PDF-1.5\n"
    body = b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    stream = flate(size, b"/Type/XRef/W[1 4 2]/Size %d/Root 1 0 R" % (size // 7))
    return head + body + b"3 0 obj" + stream + b"endobj\nstartxref\n%d\n%%%%EOF\n" % (len(head) + len(body))


def pdf_pages_in_a_ring() -> bytes:
    """A page tree whose branches hold each other."""
    return pdf_with(
        {
            1: b"<</Type/Catalog/Pages 2 0 R>>",
            2: b"<</Type/Pages/Kids[3 0 R 3 0 R]/Count 100>>",
            3: b"<</Type/Pages/Parent 2 0 R/Kids[2 0 R 2 0 R]/Count 100>>",
        }
    )


def pdf_tables_in_a_ring() -> bytes:
    """Cross-reference tables that each name the other as the one before."""
    whole = make.pdf()
    at = whole.rfind(b"xref", 0, whole.rfind(b"startxref"))
    return whole.replace(b"trailer\n<<", b"trailer\n<</Prev %d" % at).replace(b"trailer<<", b"trailer<</Prev %d" % at)


def pdf_forms(depth: int = 12, width: int = 10) -> bytes:
    """Forms that draw the next one ten times each: ten to the twelfth drawings."""
    forms = {
        10 + n: b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F %d 0 R>>>>/Length %d>>stream\n%s\nendstream"
        % (11 + n, len(b"/F Do " * width), b"/F Do " * width)
        for n in range(depth)
    }
    last = {10 + depth: b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Length 11>>stream\n0 0 1 1 re f\nendstream"}
    return _one_page(b"<</Length 5>>stream\n/F Do\nendstream", b"<</XObject<</F 10 0 R>>>>", forms | last)


def pdf_form_of_itself() -> bytes:
    """A form that draws itself."""
    form = b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F 10 0 R>>>>/Length 5>>stream\n/F Do\nendstream"
    return _one_page(b"<</Length 5>>stream\n/F Do\nendstream", b"<</XObject<</F 10 0 R>>>>", {10: form})


def pdf_count(pages: int = 2_000_000_000) -> bytes:
    """A page tree that claims two thousand million pages."""
    return make.pdf().replace(b"/Count 1", b"/Count %d" % pages)


def pdf_picture(side: int = 60_000) -> bytes:
    """A page with a picture of 3.6 thousand million pixels, packed zeros."""
    image = flate(
        200 * MB, b"/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8" % (side, side)
    )
    return _one_page(b"<</Length 25>>stream\n300 0 0 300 0 0 cm /I Do\nendstream", b"<</XObject<</I 10 0 R>>>>", {10: image})


# --- pictures -----------------------------------------------------------------------------------


def png(width: int = 60_000, height: int = 60_000) -> bytes:
    """A PNG that claims 3.6 thousand million pixels of one bit, and holds the first of them."""
    head = struct.pack(">LLBBBBB", width, height, 1, 0, 0, 0, 0)
    data = b"\x78\xda" + zeros_packed(50 * MB) + bytes(4)
    chunks = ((b"IHDR", head), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">L", len(d)) + k + d + struct.pack(">L", zlib.crc32(k + d)) for k, d in chunks
    )


def png_text(size: int = 256 * MB) -> bytes:
    """A small PNG with a packed remark that unpacks to a quarter of a gigabyte."""
    packed = b"\x78\xda" + zeros_packed(size) + bytes(4)
    whole = make.picture("PNG")
    data = b"Comment\0\0" + packed
    chunk = struct.pack(">L", len(data)) + b"zTXt" + data + struct.pack(">L", zlib.crc32(b"zTXt" + data))
    return whole[:33] + chunk + whole[33:]


def jpeg_2000(side: int = 65_000) -> bytes:
    """A JPEG 2000 codestream that claims 4.2 thousand million pixels (ISO/IEC 15444-1, A.5.1)."""
    size = struct.pack(">HHLLLLLLLLH3B", 41, 0, side, side, 0, 0, side, side, 0, 0, 1, 7, 1, 1)
    stream = b"\xff\x4f\xff\x51" + size + b"\xff\xd9"
    box = lambda kind, data: struct.pack(">L", len(data) + 8) + kind + data  # noqa: E731
    header = box(b"ihdr", struct.pack(">LLHBBBB", side, side, 1, 7, 7, 0, 0)) + box(b"colr", b"\1\0\0\0\0\0\x11")
    return b"\0\0\0\x0cjP  \r\n\x87\n" + box(b"ftyp", b"jp2 \0\0\0\0jp2 ") + box(b"jp2h", header) + box(b"jp2c", stream)


def _directory(entries: Iterable[tuple[int, int, int, int]], after: int) -> bytes:
    lines = [struct.pack("<HHLL", *e) for e in entries]
    return struct.pack("<H", len(lines)) + b"".join(lines) + struct.pack("<L", after)


def tiff_frames(frames: int = 10_000) -> bytes:
    """Frames that are each a directory and nothing else."""
    one = [
        (256, 3, 1, 8),
        (257, 3, 1, 8),
        (258, 3, 1, 8),
        (259, 3, 1, 1),
        (262, 3, 1, 1),
        (273, 4, 1, 0),
        (278, 3, 1, 8),
        (279, 4, 1, 8),
    ]
    size = len(_directory(one, 0))
    return (
        b"II*\0"
        + struct.pack("<L", 8)
        + b"".join(_directory(one, 8 + (n + 1) * size if n + 1 < frames else 0) for n in range(frames))
    )


def tiff_empty_frames(frames: int = 1_000_000) -> bytes:
    """A million directories of no entries."""
    return (
        b"II*\0"
        + struct.pack("<L", 8)
        + b"".join(struct.pack("<HL", 0, 8 + (n + 1) * 6 if n + 1 < frames else 0) for n in range(frames))
    )


def tiff_in_a_ring() -> bytes:
    """A directory that names itself as the next one."""
    return b"II*\0" + struct.pack("<L", 8) + _directory([(256, 3, 1, 8), (257, 3, 1, 8)], 8)


def tiff_tags(tags: int = 60_000) -> bytes:
    """Tags that each claim the whole file as their value."""
    size = 8 + 2 + tags * 12 + 4
    return b"II*\0" + struct.pack("<L", 8) + _directory(((n + 1000, 1, size, 0) for n in range(tags)), 0)


def tiff_pixels() -> bytes:
    """A claim of 10 thousand million pixels."""
    one = [
        (256, 4, 1, 100_000),
        (257, 4, 1, 100_000),
        (258, 3, 1, 8),
        (259, 3, 1, 1),
        (262, 3, 1, 1),
        (273, 4, 1, 8),
        (279, 4, 1, 8),
    ]
    return b"II*\0" + struct.pack("<L", 8) + _directory(one, 0)


REFUSED: dict[Callable[[], bytes], tuple[str, str]] = {
    zip_overlap_full: ("zip", "重叠"),
    zip_overlap_quoted: ("zip", "重叠"),
    zip_many_small: ("zip", "压缩比异常"),
    zip_42: ("zip", "嵌套"),
    zip_of_itself: ("zip", "嵌套"),
    zip_of_entries: ("zip", "条目过多"),
    zip_mimetype: ("zip", "过大"),
    docx_laughs: ("docx", "XML 实体"),
    docx_laughs_utf16: ("docx", "XML 实体"),
    docx_outside: ("docx", "XML 实体"),
    docx_elements: ("docx", "XML 元素"),
    xlsx_laughs: ("xlsx", "XML 实体"),
    xlsx_outside: ("xlsx", "XML 实体"),
    xlsx_texts: ("xlsx", "XML 元素"),
    xls_corners: ("xls", "异常退出"),
    pdf_table: ("pdf", "PDF 已损坏"),
    png: ("png", "像素"),
    png_text: ("png", "图片已损坏"),
    jpeg_2000: ("jp2", "JPEG 2000"),
    tiff_frames: ("tif", "页数过多"),
    tiff_empty_frames: ("tif", "页数过多"),
    tiff_in_a_ring: ("tif", "图片已损坏"),
    tiff_tags: ("tif", "图片已损坏"),
    tiff_pixels: ("tif", "像素"),
}
"""Refused when they are opened: the kind of file, and what the reason says."""
OPENING: tuple[Callable[[], bytes], ...] = (
    pdf_content,
    pdf_content_twice,
    pdf_pages_in_a_ring,
    pdf_tables_in_a_ring,
    pdf_forms,
    pdf_form_of_itself,
    pdf_count,
    pdf_picture,
)
"""They open; their pages go off, or turn out to be harmless."""
