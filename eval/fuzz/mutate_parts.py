"""Mutators that know how a format is put together: ZIPs by members, PNGs by chunks, PDFs by packed streams."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Sequence
from random import Random

from eval.fuzz.mutate import MOST_BYTES, mutated
from eval.fuzz.seeds import png_chunks, png_of, stream
from eval.fuzz.seeds_zipped import zipped

_NAMES = (
    "../zz-escaped", "../../../../zz-escaped", "/tmp/zz-escaped", "C:\\zz-escaped", "..\\..\\zz-escaped",
    "a/../../zz-escaped", "", ".", "..", "/", "x" * 300, "a\nb.csv", "a\0b.csv", "CON", "名" * 90+".csv", "\ud7ff.png",
    "__MACOSX/._a", ".DS_Store", "a/b/c/d/e/f.csv", "\u202egnp.exe", "[Content_Types].xml", "OFD.xml", "word/document.xml",
    "xl/workbook.xml", "xl/vbaProject.bin", "mimetype", "declared.json", "%2e%2e/zz-escaped",
)  # fmt: skip


def zip_mutated(rng: Random, data: bytes, seeds: Sequence[bytes], tokens: Sequence[bytes]) -> bytes:
    """Unpacked, one thing about its members changed, packed again; bytes that are no ZIP are mutated as bytes."""
    members = unpacked(data)
    if not members:
        return mutated(rng, data, seeds, tokens)
    names = list(members)
    name = rng.choice(names)
    match rng.randrange(12):
        case 0:
            del members[name]
        case 1:
            members = {rng.choice(_NAMES) if n == name else n: d for n, d in members.items()}
        case 2:
            members[rng.choice(_NAMES)] = members[name]
        case 3:
            members[name] = members[rng.choice(names)]
        case 4:
            return _odd_header(rng, _repacked(members))
        case 5:
            other = unpacked(rng.choice(seeds))
            members |= dict(rng.sample(sorted(other.items()), min(2, len(other))))
        case 6:
            rng.shuffle(names)
            members = {n: members[n] for n in names}
        case _:
            pieces = tuple(d for d in members.values() if d)
            if pieces:
                members[name] = _member_mutated(rng, members[name], pieces, tokens)
    return _repacked(members, stored=rng.random() < 0.2)


def _member_mutated(rng: Random, data: bytes, pieces: Sequence[bytes], tokens: Sequence[bytes]) -> bytes:
    for _ in range(rng.choice((1, 1, 2, 4))):
        if data.lstrip()[:1] == b"<" and rng.random() < 0.5:
            data = xml_mutated(rng, data)
        elif data.startswith(b"\x89PNG") and rng.random() < 0.5:
            data = png_mutated(rng, data, pieces, tokens)
        else:
            data = mutated(rng, data, pieces, tokens)
    return data


def unpacked(data: bytes) -> dict[str, bytes]:
    """The members of a ZIP that can be had; none where it is no ZIP."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as z:
            return {i.filename: z.read(i) for i in z.infolist()[:100] if i.file_size <= MOST_BYTES}
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError, struct.error, zlib.error):
        return {}


def _repacked(members: dict[str, bytes], stored: bool = False) -> bytes:
    return zipped({n.encode("utf-8", "replace").decode(): d for n, d in members.items()}, stored)


def _odd_header(rng: Random, data: bytes) -> bytes:
    """A field of a header, of the directory or of its end (APPNOTE 4.3.7, 4.3.12, 4.3.16)."""
    fields = {b"PK\x03\x04": (30, (4, 6, 8, 14, 18, 22, 26, 28)), b"PK\x01\x02": (46, (6, 8, 10, 16, 20, 24, 28, 30, 32, 38, 42)),
              b"PK\x05\x06": (22, (4, 6, 8, 10, 12, 16, 20))}  # fmt: skip
    mark = rng.choice(list(fields))
    places = [i for i in range(len(data)) if data.startswith(mark, i)]
    if not places:
        return data
    at = rng.choice(places) + rng.choice(fields[mark][1])
    value = rng.choice((b"\0\0", b"\xff\xff", b"\1\0", b"\x63\0", b"\x0c\0", b"\0\x08", rng.randbytes(2)))
    return data[:at] + value + data[at + 2 :]


def xml_mutated(rng: Random, data: bytes) -> bytes:
    """A tag of a text of XML taken out, repeated, nested in itself, or with other attributes."""
    parts = data.split(b"<")
    at = rng.randrange(1, len(parts)) if len(parts) > 1 else 0
    tag = parts[at]
    word = tag.split(b" ")[0].split(b">")[0].strip(b"/")
    match rng.randrange(9):
        case 0:
            del parts[at]
        case 1:
            parts.insert(at, tag)
        case 2:
            times = rng.choice((3, 50, 2000))
            opened = tag.split(b">")[0].rstrip(b"/")
            parts[at] = b"<".join([opened + b">"] * times) + b"<" + b"<".join([b"/" + word + b">"] * times)
        case 3:
            other = rng.randrange(len(parts))
            parts[at], parts[other] = parts[other], parts[at]
        case 4:
            parts[at] = tag.split(b" ")[0].split(b">")[0] + b"/>"
        case 5:
            values = tag.split(b'"')
            if len(values) > 2:
                values[rng.randrange(1, len(values), 2)] = rng.choice(
                    (b"", b"-1", b"1e309", b"0 0", b"NaN NaN NaN NaN", b"99999999999", b"x", b"/../../zz-escaped")
                )
            parts[at] = b'"'.join(values)
        case 6:
            parts[0] += rng.choice(
                (b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"<!-- -->", b"<?xml version='1.0' encoding='gbk'?>", b"<?x y?>")
            )
        case 7:
            parts[at] = tag.replace(
                b">", b">" + rng.choice((b"&b;", b"&#0;", b"&#xD800;", b"<![CDATA[x]]>", b"&lt;", b"\xe7", b"9" * 400)), 1
            )
        case _:
            encoding = rng.choice(("utf-16", "gb18030", "utf-32"))
            return data.decode("utf-8", "replace").encode(encoding, "replace")
    return b"<".join(parts)[:MOST_BYTES]


def png_mutated(rng: Random, data: bytes, seeds: Sequence[bytes], tokens: Sequence[bytes]) -> bytes:
    """A chunk changed, with checksums that fit again; what is packed is unpacked for it."""
    chunks = png_chunks(data)
    if not chunks:
        return mutated(rng, data, seeds, tokens)
    at = rng.randrange(len(chunks))
    kind, content = chunks[at]
    match rng.randrange(6):
        case 0:
            del chunks[at]
        case 1:
            chunks.insert(rng.randrange(len(chunks)), chunks[at])
        case 2:
            chunks.append(chunks.pop(at))
        case 3:
            kinds = (
                b"IHDR",
                b"PLTE",
                b"IDAT",
                b"IEND",
                b"tRNS",
                b"eXIf",
                b"iCCP",
                b"zTXt",
                b"iTXt",
                b"acTL",
                b"fcTL",
                b"fdAT",
                b"pHYs",
                b"gAMA",
            )
            chunks[at] = (rng.choice(kinds), content)
        case 4 if kind == b"IDAT":
            try:
                plain = zlib.decompress(content)
            except zlib.error:
                plain = content
            chunks[at] = (kind, zlib.compress(mutated(rng, plain, seeds, tokens), 1))
        case _:
            chunks[at] = (kind, mutated(rng, content, [c for _, c in chunks if c] or seeds, tokens))
    return png_of([(k.ljust(4)[:4], c) for k, c in chunks])[:MOST_BYTES]


def pdf_mutated(rng: Random, data: bytes, seeds: Sequence[bytes], tokens: Sequence[bytes]) -> bytes:
    """An object taken out, repeated or numbered otherwise; what a stream packs changed and packed again."""
    objects = data.split(b"endobj")
    at = rng.randrange(len(objects))
    match rng.randrange(5):
        case 0:
            del objects[at]
        case 1:
            objects.insert(rng.randrange(len(objects)), objects[at])
        case 2:
            numbers = [b"%d 0 R" % rng.choice((1, 2, 3, 4, 10, 11, 99)), b"%d 0 obj" % rng.choice((1, 2, 3, 4, 10, 11, 2**31))]
            new = rng.choice(numbers)
            found = objects[at].find(new[-5:])
            objects[at] = objects[at][: max(0, found - 4)] + b" " + new + objects[at][found + len(new[-5:]) :]
        case _:
            objects[at] = _stream_mutated(rng, objects[at], seeds, tokens)
    return b"endobj".join(objects)[:MOST_BYTES]


def _stream_mutated(rng: Random, text: bytes, seeds: Sequence[bytes], tokens: Sequence[bytes]) -> bytes:
    head, found, rest = text.partition(b"stream\n")
    content, _, tail = rest.rpartition(b"\nendstream")
    if not found:
        return mutated(rng, text, seeds, tokens)
    if b"/FlateDecode" not in head:
        return head + found + mutated(rng, content, seeds, tokens) + b"\nendstream" + tail
    try:
        plain = zlib.decompress(content)
    except zlib.error:
        plain = content
    made = zlib.compress(mutated(rng, plain, seeds, tokens), 1)
    if rng.random() < 0.5:
        number = head.partition(b"<<")[0]
        return number + stream(made, b"/Filter /FlateDecode") + tail
    return head + found + made + b"\nendstream" + tail
