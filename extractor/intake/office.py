"""What DOCX and XLSX have in common: a ZIP of XML parts (ECMA-376 part 2), looked through before a library opens it.

Part 2, 8.1.4 forbids document type declarations, which entities need: a part that has one refuses the file. Elements
are counted, since a megabyte of them packs into a kilobyte and fills a gigabyte as a tree.
"""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from extractor.intake import archive
from extractor.intake.errors import BrokenFile, EncryptedFile, IntakeError, TooLarge, UnsafeFile
from extractor.intake.limits import Limits

_XML = (".xml", ".rels", ".vml")
_BLOCK = 1 << 20
_FORBIDDEN = (b"<!DOCTYPE", b"<!ENTITY")
_MACROS = ("vbaproject.bin", "vbadata.xml")
_MACRO_SHEETS = ("xl/macrosheets/", "xl/dialogsheets/")
_EMBEDDED = ("/embeddings/", "/activex/")


def look_through(path: Path, kind: str, limits: Limits, counted: Callable[[str], bool]) -> str | None:
    """A remark about macros and embedded files, which are never run nor read; None where there are none.

    Args:
        path: the file.
        kind: what to call it, such as ``Word``.
        limits: bounds.
        counted: whether the elements of a part of this name count to ``max_xml_tags``.

    Raises:
        BrokenFile, EncryptedFile: it cannot be unpacked.
        TooLarge: it unpacks to too much, or to too many elements.
        UnsafeFile: it defines XML entities, or has two parts of one name.
    """
    tags = 0
    with archive.opened(path, limits.max_zip_entries) as z:
        infos = z.infolist()
        _refuse(infos, path, kind, limits)
        for info in infos:
            if info.filename.lower().endswith(_XML):
                found = _tags(z, info, kind)
                tags += found if counted(info.filename) else 0
                if tags > limits.max_xml_tags:
                    raise TooLarge(
                        f"{kind} 文件内容过多（超过 {limits.max_xml_tags} 个 XML 元素），请另存为 PDF 或拆成几个文件后上传"
                    )
    return _remark([i.filename for i in infos])


def _refuse(infos: list[zipfile.ZipInfo], path: Path, kind: str, limits: Limits) -> None:
    """By the directory alone."""
    if any(info.flag_bits & 0x1 for info in infos):
        raise EncryptedFile("Office 文件设有打开密码，请取消密码后重新上传")
    if max(Counter(i.filename.lower() for i in infos).values(), default=1) > 1:
        raise UnsafeFile(f"{kind} 文件里有同名的部分（不同软件会看到不同内容），没有读，请用 Office 或 WPS 打开后另存，再上传")
    unpacked, packed = sum(i.file_size for i in infos), max(path.stat().st_size, 1)
    if unpacked > limits.max_file_bytes or unpacked > max(archive.RATIO_FROM, packed * limits.max_zip_ratio):
        raise TooLarge(f"{kind} 文件解开后过大，请另存为 PDF 后重新上传")


def _tags(z: zipfile.ZipFile, info: zipfile.ZipInfo, kind: str) -> int:
    """The number of ``<`` in a part. Encodings of two and four bytes are read without their zeros."""
    tags, rest = 0, b""
    try:
        with z.open(info) as part:
            while block := part.read(_BLOCK):
                text = rest + block.replace(b"\0", b"")
                if any(f in text for f in _FORBIDDEN):
                    raise UnsafeFile(
                        f"{kind} 文件里有 XML 实体定义（正常文件没有，疑似攻击），没有读，请用 Office 或 WPS 打开后另存，再上传"
                    )
                tags += text.count(b"<") - rest.count(b"<")
                rest = text[-max(map(len, _FORBIDDEN)) :]
    except IntakeError:
        raise
    except archive.DAMAGED as e:
        raise BrokenFile(f"{kind} 文件已损坏，请用 Office 或 WPS 打开后另存，再上传") from e
    return tags


def _remark(parts: list[str]) -> str | None:
    low = [p.lower() for p in parts]
    found = []
    if any(p.endswith(_MACROS) or p.startswith(_MACRO_SHEETS) for p in low):
        found.append("含宏（没有运行）")
    if any(e in f"/{p}" for p in low for e in _EMBEDDED):
        found.append("含嵌入的其他文件或控件（没有读，如是证明材料请单独上传）")
    return "；".join(found) or None
