"""Tiny good files from which the fuzzer mutates: PDF, pictures, XLS. Made here, the same on every machine."""

from __future__ import annotations

import io
import struct
import zlib
from functools import lru_cache

from PIL import Image

_A4_SMALL = "0 0 240 120"
_WORDS = b"BT /F1 9 Tf 10 100 Td (Revenue of the year 2020: 8,123.45) Tj 0 -14 Td [(Net)-120(profit 1)] TJ ET"
_RULES = b" 10 20 200 0.5 re f 10 20 m 10 60 l S q 40 0 0 20 180 40 cm /Im1 Do Q"


# --- PDF ------------------------------------------------------------------------


def pdf_file(objects: dict[int, bytes], trailer: bytes = b"") -> bytes:
    """A PDF of these objects; object 1 is its catalogue."""
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    rows = []
    for number, body in sorted(objects.items()):
        rows.append(b"%d 1\n%010d 00000 n \n" % (number, len(out)))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 1\n0000000000 65535 f \n" + b"".join(rows)
    out += b"trailer << /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (max(objects) + 1, trailer, start)
    return bytes(out)


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """A stream object."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), entries, content)


def _pages(*kids: bytes) -> dict[int, bytes]:
    refs = b" ".join(b"%d 0 R" % (10 + 2 * i) for i in range(len(kids)))
    made = {1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"<< /Type /Pages /Kids [%s] /Count %d >>" % (refs, len(kids))}
    return made | {10 + 2 * i: kid for i, kid in enumerate(kids)}


def _page(contents: int, resources: bytes, more: bytes = b"") -> bytes:
    box = _A4_SMALL.encode()
    return b"<< /Type /Page /Parent 2 0 R /MediaBox [%s] /Resources << %s >> /Contents %d 0 R %s >>" % (
        box, resources, contents, more,
    )  # fmt: skip


def _pdf_texts() -> bytes:
    font = b"/Font << /F1 3 0 R >> /XObject << /Im1 4 0 R >>"
    objects = _pages(_page(11, font), _page(13, font, b"/Rotate 90"))
    objects[3] = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    picture = b"/Type /XObject /Subtype /Image /Width 4 /Height 2 /ColorSpace /DeviceRGB /BitsPerComponent 8"
    objects[4] = stream(bytes(range(24)), picture)
    objects[11] = stream(_WORDS + _RULES)
    objects[13] = stream(zlib.compress(_WORDS, 9), b"/Filter /FlateDecode")
    return pdf_file(objects)


def _pdf_chinese() -> bytes:
    """A page whose font tells its characters by a map to Unicode; a form and an annotation besides."""
    objects = _pages(_page(11, b"/Font << /F1 3 0 R >>", b"/Annots [20 0 R 21 0 R]"))
    objects[1] = b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [20 0 R] /NeedAppearances true >> >>"
    objects[3] = (
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Sim /Encoding /Identity-H /DescendantFonts [5 0 R] /ToUnicode 6 0 R >>"
    )
    objects[5] = (
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Sim /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) "
        b"/Supplement 0 >> /DW 1000 /W [1 [500 600]] /FontDescriptor 7 0 R >>"
    )
    objects[6] = stream(
        b"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange "
        b"2 beginbfchar <0001> <84259E1A> <0002> <6267> endbfchar 1 beginbfrange <0003> <0030> <0031> endbfrange endcmap"
    )
    objects[7] = b"<< /Type /FontDescriptor /FontName /Sim /Flags 4 /FontBBox [0 -200 1000 900] /Ascent 900 /Descent -200 >>"
    objects[11] = stream(b"BT /F1 10 Tf 1 0 0.2 1 10 80 Tm <000100020003000400050006> Tj 3 Tr 0 -20 Td <0007000800090001> Tj ET")
    objects[20] = (
        b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /V (8123.45) /Rect [10 10 90 24] /P 10 0 R /DA (/Helv 8 Tf) >>"
    )
    objects[21] = b"<< /Type /Annot /Subtype /FreeText /Rect [100 10 200 24] /Contents (note) /DA (/Helv 8 Tf) >>"
    return pdf_file(objects)


def _pdf_scan() -> bytes:
    """A page that is a picture, told by an object stream and a cross-reference stream; scripts and a file besides."""
    jpeg = picture("JPEG", (24, 12))
    head = b"/Type /XObject /Subtype /Image /Width 24 /Height 12 /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode"
    inside = {
        1: b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> /Names << /EmbeddedFiles "
        b"<< /Names [(a.txt) << /Type /Filespec /F (a.txt) /EF << /F 6 0 R >> >>] >> >> >>",
        2: b"<< /Type /Pages /Kids [10 0 R] /Count 1 >>",
        10: _page(11, b"/XObject << /Im1 4 0 R >>"),
    }
    numbers, body = b"", b""
    for number, text in inside.items():
        numbers += b"%d %d " % (number, len(body))
        body += text + b" "
    packed = stream(
        zlib.compress(numbers + body, 9),
        b"/Type /ObjStm /N %d /First %d /Filter /FlateDecode" % (len(inside), len(numbers)),
    )
    plain = {4: stream(jpeg, head), 6: stream(b"hello"), 8: packed, 11: stream(b"q 240 0 0 120 0 0 cm /Im1 Do Q")}
    out, places = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), {}
    for number, text in plain.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    places[12] = start = len(out)
    rows = b""
    for number in range(13):
        if number in inside:
            rows += struct.pack(">BHB", 2, 8, list(inside).index(number))
        else:
            rows += struct.pack(">BHB", 1 if number in places else 0, places.get(number, 0), 0)
    table = stream(rows, b"/Type /XRef /Size 13 /W [1 2 1] /Root 1 0 R")
    out += b"12 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (table, start)
    return bytes(out)


@lru_cache(maxsize=1)
def pdfs() -> tuple[bytes, ...]:
    """PDFs: texts and a picture, Chinese by a map, a scan."""
    return _pdf_texts(), _pdf_chinese(), _pdf_scan()


# --- pictures -------------------------------------------------------------------


def _drawn(size: tuple[int, int]) -> Image.Image:
    im = Image.new("RGB", size, "white")
    im.paste((200, 10, 10), (2, 2, size[0] // 2, size[1] // 2))
    im.paste((0, 0, 0), (size[0] // 2, 2, size[0] - 2, 4))
    return im


def picture(fmt: str, size: tuple[int, int] = (24, 16), mode: str = "RGB", **save: object) -> bytes:
    """A picture in a format and colour mode."""
    out = io.BytesIO()
    _drawn(size).convert(mode).save(out, fmt, **save)
    return out.getvalue()


def png_chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    """The chunks of a PNG (kind, content), as far as they can be told (PNG 5.3)."""
    chunks, at = [], 8
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        chunks.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + length]))
        at += 12 + length
    return chunks


def png_of(chunks: list[tuple[bytes, bytes]]) -> bytes:
    """A PNG of these chunks, with right checksums."""
    body = b"".join(
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


def _exif() -> bytes:
    made = Image.Exif()
    made[0x0112], made[0x011A], made[0x0128] = 6, 300, 2
    return made.tobytes()


@lru_cache(maxsize=1)
def pngs() -> tuple[bytes, ...]:
    """PNGs of several colour modes."""
    grey = io.BytesIO()
    Image.new("I;16", (9, 7), 40000).save(grey, "PNG")
    plain = picture("PNG")
    texts = [*png_chunks(plain)[:1], (b"pHYs", struct.pack(">IIB", 11811, 11811, 1)), (b"tEXt", b"Title\0x")]
    return (
        png_of([*texts, (b"zTXt", b"a\0\0" + zlib.compress(b"b")), *png_chunks(plain)[1:]]),
        picture("PNG", mode="P", transparency=1),
        picture("PNG", mode="RGBA"),
        picture("PNG", mode="1"),
        grey.getvalue(),
    )


@lru_cache(maxsize=1)
def jpegs() -> tuple[bytes, ...]:
    """JPEGs: plain and turned by EXIF, progressive, CMYK, grey."""
    return (
        picture("JPEG", exif=_exif(), dpi=(300, 300)),
        picture("JPEG", progressive=True, quality=60),
        picture("JPEG", mode="CMYK"),
        picture("JPEG", mode="L", restart_marker_blocks=1),
    )


@lru_cache(maxsize=1)
def tiffs() -> tuple[bytes, ...]:
    """TIFFs: two frames, fax, LZW, packed, JPEG, tiled by strips of a big-endian camera."""
    frames = io.BytesIO()
    _drawn((20, 10)).save(frames, "TIFF", save_all=True, append_images=[_drawn((8, 8))])
    return (
        frames.getvalue(),
        picture("TIFF", mode="1", compression="group4", dpi=(204, 98)),
        picture("TIFF", mode="P", compression="tiff_lzw"),
        picture("TIFF", mode="CMYK", compression="packbits"),
        picture("TIFF", compression="tiff_adobe_deflate", big_tiff=True),
        picture("TIFF", compression="jpeg"),
    )


@lru_cache(maxsize=1)
def other_pictures() -> tuple[bytes, ...]:
    """BMP, WebP and GIF."""
    return (
        picture("BMP"),
        picture("BMP", mode="P"),
        picture("BMP", mode="1"),
        picture("WEBP", quality=50),
        picture("WEBP", lossless=True, mode="RGBA"),
        picture("GIF", mode="P"),
    )


# --- XLS ------------------------------------------------------------------------


@lru_cache(maxsize=1)
def xlss() -> tuple[bytes, ...]:
    """XLS: a workbook of texts and numbers ([MS-XLS]), in a compound file ([MS-CFB])."""
    return (_xls("申报表", [["指标", "值"], ["营业收入", 8123.45], ["人数", 12.0]]), _xls("a", [["x"]]))


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _xls(name: str, rows: list[list[str | float]]) -> bytes:
    bof = [_record(0x809, struct.pack("<HHHHII", 0x600, kind, 0, 0, 0, 6)) for kind in (5, 0x10)]
    title = bytes([len(name), 1]) + name.encode("utf-16-le")
    codepage = _record(0x42, struct.pack("<H", 1200))
    start = len(bof[0]) + len(codepage) + 4 + 6 + len(title) + 4
    book = bof[0] + codepage + _record(0x85, struct.pack("<IBB", start, 0, 0) + title) + _record(0x0A, b"")
    page = bof[1] + _record(0x200, struct.pack("<IIHHH", 0, len(rows), 0, max(map(len, rows)), 0))
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            place = struct.pack("<HHH", r, c, 0)
            if isinstance(value, str):
                page += _record(0x204, place + struct.pack("<HB", len(value), 1) + value.encode("utf-16-le"))
            else:
                page += _record(0x203, place + struct.pack("<d", value))
    page += _record(0xE5, struct.pack("<HHHHH", 1, 0, 0, 0, 1)) + _record(0x0A, b"")
    return compound({"Workbook": book + page})


def compound(streams: dict[str, bytes]) -> bytes:
    """An OLE compound file with these root streams, each padded to 4096 bytes."""
    sector, end, free = 512, 0xFFFFFFFE, 0xFFFFFFFF
    fat = [0xFFFFFFFD, end]  # sector 0: this table; sector 1: the directory
    entries = [_entry("Root Entry", 5, end, 0, child=1)]
    body = b""
    for i, (name, data) in enumerate(streams.items(), 1):
        chunk = data.ljust(max(4096, -(-len(data) // sector) * sector), b"\0")
        first, count = len(fat), len(chunk) // sector
        fat += [*range(first + 1, first + count), end]
        entries.append(_entry(name, 2, first, len(chunk), right=i + 1 if i < len(streams) else free))
        body += chunk
    entries += [b"\0" * 68 + b"\xff" * 12 + b"\0" * 48] * (4 - len(entries))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    head += struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end, 0)
    head += struct.pack("<109I", 0, *[free] * 108)
    return head + struct.pack("<128I", *(fat + [free] * 128)[:128]) + b"".join(entries) + body


def _entry(name: str, kind: int, start: int, size: int, *, child: int = 0xFFFFFFFF, right: int = 0xFFFFFFFF) -> bytes:
    raw = name.encode("utf-16-le") + b"\0\0"
    told = struct.pack("<HBBIII16xI8x8xIQ", len(raw), kind, 1, 0xFFFFFFFF, right, child, 0, start, size)
    return raw.ljust(64, b"\0") + told
