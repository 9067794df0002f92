"""File names: order as people count, clutter to skip, ZIP names in Chinese encodings."""

from __future__ import annotations

import re
import struct
import unicodedata
import zlib
from zipfile import ZipInfo

_UTF8_FLAG = 0x800
_UNICODE_PATH = 0x7075
_CLUTTER = {"thumbs.db", "desktop.ini", "__macosx", "ehthumbs.db"}
_DEVICE = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
_DRIVE = re.compile(r"^[A-Za-z]:")


def natural_key(name: str) -> tuple[tuple[tuple[int, int, str], ...], ...]:
    """Sort key by path part in which ``第2页`` comes before ``第10页``."""
    parts = unicodedata.normalize("NFKC", name).casefold().split("/")
    return tuple(
        tuple((0, int(t), "") if t.isascii() and t.isdigit() else (1, 0, t) for t in re.split(r"([0-9]+)", part) if t)
        for part in parts
    )


def is_clutter(name: str) -> bool:
    """Whether the path is a hidden or system file that people never mean to hand in."""
    for part in name.split("/"):
        low = part.casefold()
        hidden = part.startswith(".") and part not in {".", ".."}
        if hidden or low in _CLUTTER or low.startswith(("~$", "~wrl")):
            return True
    return False


def is_unsafe(name: str) -> bool:
    """Whether an archive member's name is absolute or climbs out of its folder."""
    return name.startswith("/") or bool(_DRIVE.match(name)) or ".." in name.split("/")


def no_device(part: str) -> str:
    """One part of a path; a name that Windows takes for a device gets a sign before it."""
    return f"_{part}" if _DEVICE.fullmatch(part) else part


def printable(name: str) -> str:
    """The name without control, direction-changing and line-ending characters, for screens and logs."""
    return "".join("_" if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"} else c for c in name)


def member_name(info: ZipInfo) -> str:
    """The member's name with ``/`` between folders.

    Order of trust: the Unicode path extra field 0x7075 (APPNOTE 4.6.9), the UTF-8 flag
    (APPNOTE appendix D), then guesses by :func:`decode_name`.
    """
    if info.flag_bits & _UTF8_FLAG:
        name = info.orig_filename
    else:
        raw = info.orig_filename.encode("cp437", errors="replace")
        name = _unicode_path(info.extra, raw) or decode_name(raw)
    return name.replace("\\", "/").split("\0")[0]


def decode_name(raw: bytes) -> str:
    """Decode an unmarked name: UTF-8 (macOS), else GB18030 (Windows in China), else cp437.

    Two-byte GBK characters can form valid UTF-8 by chance (模 is ``ģ``, 路 is ``·``); where
    UTF-8 gives no Chinese character and GB18030 gives nothing but Chinese and ASCII, GB18030
    is meant. Names of the common characters (GB 2312, level 1) are never ambiguous then.
    """
    utf8, gb = _try(raw, "utf-8"), _try(raw, "gb18030")
    if utf8 is not None:
        accidental = not utf8.isascii() and not any(map(_is_character, utf8))
        if accidental and gb is not None and all(c.isascii() or _is_han(c) for c in gb):
            return gb
        return utf8
    return gb if gb is not None else raw.decode("cp437")


def _try(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_character(c: str) -> bool:
    return "\u4e00" <= c <= "\u9fff"


def _is_han(c: str) -> bool:
    return _is_character(c) or c in "（）、《》—·，。"


def _unicode_path(extra: bytes, raw: bytes) -> str | None:
    """The UTF-8 name in extra field 0x7075, if it belongs to ``raw`` by its CRC."""
    pos = 0
    while pos + 4 <= len(extra):
        tag, size = struct.unpack_from("<HH", extra, pos)
        body = extra[pos + 4 : pos + 4 + size]
        if tag == _UNICODE_PATH and len(body) > 5 and struct.unpack_from("<BI", body) == (1, zlib.crc32(raw)):
            return _try(body[5:], "utf-8")
        pos += 4 + size
    return None
