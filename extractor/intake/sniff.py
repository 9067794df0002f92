"""What a file is, by its content. The extension decides nothing, except for plain lists.

Signatures: the formats' own specifications; ZIP-based formats by their parts (ECMA-376,
GB/T 33190 for OFD), OLE compound files by their root streams ([MS-CFB]).
"""

from __future__ import annotations

import zipfile
from pathlib import Path

import olefile

from extractor.intake import archive
from extractor.intake.errors import BrokenFile, EmptyFile, EncryptedFile
from extractor.intake.text import looks_like_table, sample_text

PDF = "application/pdf"
JPEG, PNG, TIFF = "image/jpeg", "image/png", "image/tiff"
WEBP, BMP, GIF = "image/webp", "image/bmp", "image/gif"
JPEG2000 = "image/jp2"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLS = "application/vnd.ms-excel"
CSV = "text/csv"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ZIP = "application/zip"
OFD = "application/ofd"
UNKNOWN = "application/octet-stream"

IMAGES = frozenset({JPEG, PNG, TIFF, WEBP, BMP, GIF})

_ARCHIVE = "不支持这种压缩格式，请解压后改为 ZIP 重新上传"
_OLD_WORD = "旧版 Word（DOC）或 WPS 文字文件不支持，请另存为 DOCX 或 PDF 后重新上传"
_SLIDES = "演示文稿不支持，请另存为 PDF 后重新上传"
_MEDIA = "这是音频或视频，不是证明材料，请改为上传文件扫描件"
_PROGRAM = "这是程序文件，不是证明材料，请移除"
_OTHER_OFFICE = "不支持这种表格或文档格式，请另存为 XLSX、DOCX 或 PDF 后重新上传"

UNSUPPORTED: dict[str, str] = {
    "application/vnd.rar": "不支持 RAR，请解压后改为 ZIP 重新上传",
    "application/x-7z-compressed": "不支持 7z，请解压后改为 ZIP 重新上传",
    "application/gzip": _ARCHIVE,
    "application/x-tar": _ARCHIVE,
    "application/x-bzip2": _ARCHIVE,
    "application/x-xz": _ARCHIVE,
    "application/msword": _OLD_WORD,
    "application/vnd.ms-powerpoint": _SLIDES,
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": _SLIDES,
    "application/vnd.ms-excel.sheet.binary.macroenabled.12": _OTHER_OFFICE,
    "application/vnd.oasis.opendocument": _OTHER_OFFICE,
    "application/rtf": "RTF 不支持，请另存为 DOCX 或 PDF 后重新上传",
    "application/x-ole-storage": "无法识别的旧版 Office 文件，请另存为 XLSX、DOCX 或 PDF 后重新上传",
    "image/heic": "手机 HEIC 照片暂不支持，请转为 JPG 后重新上传",
    JPEG2000: "JPEG 2000 图片不支持，请转为 JPG 或 PDF 后重新上传",
    "image/vnd.adobe.photoshop": "Photoshop 文件不支持，请导出为 JPG 或 PDF 后重新上传",
    "image/vnd.dwg": "CAD 图纸不支持，请导出为 PDF 后重新上传",
    "video/mp4": _MEDIA,
    "video/x-msvideo": _MEDIA,
    "video/x-matroska": _MEDIA,
    "audio/mpeg": _MEDIA,
    "application/x-msdownload": _PROGRAM,
    "application/x-executable": _PROGRAM,
    "text/html": "这是网页内容（常见于系统导出的 .xls），请用 Excel 打开后另存为 XLSX，或打印为 PDF 后上传",
    "text/xml": "XML 不支持，请打开后另存为 XLSX 或 PDF 后重新上传",
    "application/json": "JSON 数据不是证明材料，请上传原件扫描件；申报数据请用 --declared 指定",
    "text/plain": "纯文本不支持，请另存为 DOCX 或 PDF；若是名单请另存为 CSV 或 XLSX",
    UNKNOWN: "无法识别的文件类型，请另存为 PDF、JPG 或 XLSX 后重新上传",
}

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"II*\0", TIFF),
    (b"MM\0*", TIFF),
    (b"II+\0", TIFF),
    (b"MM\0+", TIFF),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b\x08", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\0", "application/x-xz"),
    (b"{\\rtf", "application/rtf"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", JPEG2000),
    (b"\xff\x4f\xff\x51", JPEG2000),
    (b"8BPS", "image/vnd.adobe.photoshop"),
    (b"AC10", "image/vnd.dwg"),
    (b"\x1aE\xdf\xa3", "video/x-matroska"),
    (b"FLV\x01", "video/x-matroska"),
    (b"0&\xb2u\x8ef\xcf\x11", "video/x-msvideo"),
    (b"ID3", "audio/mpeg"),
    (b"\x7fELF", "application/x-executable"),
    (b"\xcf\xfa\xed\xfe", "application/x-executable"),
    (b"#!", "application/x-executable"),
)
_BROKEN_ZIP: tuple[type[Exception], ...] = (BrokenFile, *archive.DAMAGED)
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_EXTENSIONS: dict[str, frozenset[str]] = {
    PDF: frozenset({"pdf"}),
    JPEG: frozenset({"jpg", "jpeg", "jpe", "jfif"}),
    PNG: frozenset({"png"}),
    TIFF: frozenset({"tif", "tiff"}),
    WEBP: frozenset({"webp"}),
    BMP: frozenset({"bmp", "dib"}),
    GIF: frozenset({"gif"}),
    XLSX: frozenset({"xlsx", "xlsm", "xltx"}),
    XLS: frozenset({"xls", "et", "xlt"}),
    CSV: frozenset({"csv", "tsv", "txt"}),
    DOCX: frozenset({"docx", "docm", "dotx"}),
    OFD: frozenset({"ofd"}),
}


def sniff(path: Path, name: str = "") -> str:
    """The media type of ``path``; ``name`` only helps to tell a one-column list from prose.

    Raises EmptyFile, BrokenFile or EncryptedFile where the content is none at all.
    """
    with path.open("rb") as f:
        head = f.read(64 * 1024)
    if not head:
        raise EmptyFile("文件是空的（0 字节），请重新导出或重新上传")
    if not head.strip(b"\0"):
        raise BrokenFile("文件内容全是空字节，可能没有下载完整，请重新下载后上传")
    # Containers first: a ZIP whose first member is stored unpacked has that member's signature near its beginning.
    return _container(head, path) or _binary(head) or _textual(head, name)


def mismatch_note(media_type: str, name: str) -> str | None:
    """A remark when the extension promises something else than the content."""
    stem, dot, ext = name.rpartition(".")
    known = _EXTENSIONS.get(media_type)
    if not dot or not stem or known is None or ext.lower() in known:
        return None
    kind = media_type_label(media_type)
    return f"扩展名是 .{ext[:8]}，内容其实是 {kind}，已按内容读取"


def media_type_label(media_type: str) -> str:
    """A short name for reviewers, such as ``PDF`` or ``JPEG``."""
    labels = {XLSX: "XLSX", XLS: "XLS", CSV: "CSV", DOCX: "DOCX", ZIP: "ZIP", OFD: "OFD"}
    return labels.get(media_type, media_type.rpartition("/")[2].upper())


def _binary(head: bytes) -> str | None:
    for magic, media_type in _MAGIC:
        if head.startswith(magic):
            return media_type
    if head[:2] == b"MZ" and b"PE\0\0" in head[:4096]:
        return "application/x-msdownload"
    if head[:2] == b"BM" and len(head) >= 26 and head[6:10] == b"\0\0\0\0":
        return BMP
    if head[:4] == b"RIFF":
        return {b"WEBP": WEBP, b"AVI ": "video/x-msvideo"}.get(head[8:12], UNKNOWN)
    if head[4:8] == b"ftyp":
        heic = head[8:12] in {b"heic", b"heix", b"mif1", b"msf1", b"hevc", b"avif"}
        return "image/heic" if heic else "video/mp4"
    if head[257:262] == b"ustar":
        return "application/x-tar"
    if b"%PDF-" in head[:1024]:  # some mailers put bytes before the header (ISO 32000-1, annex H)
        return PDF
    return None


def _container(head: bytes, path: Path) -> str | None:
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _zip_kind(path)
    if head.startswith(_OLE_MAGIC):
        return _ole_kind(path)
    return None


def _zip_kind(path: Path) -> str:
    """DOCX, XLSX, OFD … by the parts inside, else ZIP."""
    try:
        with archive.opened(path) as z:
            names = set(z.namelist())
            odf = _start_of(z, "mimetype") if "mimetype" in names else b""
    except _BROKEN_ZIP as e:
        raise BrokenFile("压缩包或 Office 文件不完整（也可能是分卷压缩的一部分），请重新压缩或另存后上传") from e
    if odf.startswith(b"application/vnd.oasis.opendocument"):
        return "application/vnd.oasis.opendocument"
    low = {n.lower().replace("\\", "/") for n in names}
    if "ofd.xml" in low:
        return OFD
    if "[content_types].xml" not in low:
        return ZIP
    if "xl/workbook.bin" in low:
        return "application/vnd.ms-excel.sheet.binary.macroenabled.12"
    folders = {n.partition("/")[0] for n in low}
    if "ppt" in folders:
        return "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    if "word" in folders:
        return DOCX
    return XLSX if "xl" in folders else ZIP


def _start_of(z: zipfile.ZipFile, member: str) -> bytes:
    with z.open(member) as f:
        return f.read(60)


def _ole_kind(path: Path) -> str:
    """XLS, DOC, PPT by root streams; an encrypted OOXML file is an OLE file too."""
    try:
        with olefile.OleFileIO(str(path)) as ole:
            roots = {entry[0].lower() for entry in ole.listdir(streams=True, storages=True)}
    except (OSError, IndexError, ValueError, TypeError, AttributeError, RecursionError) as e:
        raise BrokenFile("旧版 Office 文件已损坏，请用 Excel 或 Word 打开后另存为 XLSX 或 DOCX") from e
    if {"encryptedpackage", "encryptioninfo"} & roots:
        raise EncryptedFile("Office 文件设有打开密码，请取消密码后重新上传")
    if "worddocument" in roots:
        return "application/msword"
    if "powerpoint document" in roots:
        return "application/vnd.ms-powerpoint"
    return XLS if {"workbook", "book"} & roots else "application/x-ole-storage"


def _textual(head: bytes, name: str) -> str:
    text = sample_text(head)
    if text is None:
        return UNKNOWN
    start = text.lstrip().lower()
    if start.startswith(("<!doctype html", "<html", "<table", "<meta")) or "<table" in start[:4000]:
        return "text/html"
    if start.startswith("<"):
        return "text/xml"
    if start.startswith(("{", "[")) and '"' in start[:200]:
        return "application/json"
    listed = name.lower().endswith((".csv", ".tsv"))
    return CSV if listed or looks_like_table(text) else "text/plain"
