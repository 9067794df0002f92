"""Signatures and electronic seals of an OFD: who, when, and whether the signed files are still the same.

Checked: the digest of every referenced file (``References``), and the digest of the signature's own description that
the signed value holds. Not checked, and never claimed: the signature value itself, the certificate, its chain or its
revocation. Formats: GB/T 33190, 18 (Signatures.xml, Signature.xml); GB/T 38540 and GM/T 0031 (SES_Signature);
GM/T 0010 (SM2 signed data).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from extractor.intake import names, ofd_der
from extractor.intake import ofd_xml as xml
from extractor.intake.errors import BrokenFile, IntakeError
from extractor.intake.ofd import Doc, OfdFile
from extractor.intake.ofd_xml import Rect

UNVERIFIED = "签名值和证书是否有效未验证"
CHANGED = "签章后文件被改动"
_MAX_SIGNATURES = 200
_MAX_SHOWN = 3
# Digest by the OID or name in CheckMethod; the standard's own default is MD5.
_METHODS = {
    "1.2.156.10197.1.401": "sm3",
    "sm3": "sm3",
    "1.3.14.3.2.26": "sha1",
    "sha1": "sha1",
    "2.16.840.1.101.3.4.2.4": "sha224",
    "sha224": "sha224",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "sha256": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "sha384": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
    "sha512": "sha512",
    "1.2.840.113549.2.5": "md5",
    "md5": "md5",
    "": "md5",
}
_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
_TIME = re.compile(r"^(\d{4})-?(\d{2})-?(\d{2})[T ]?(?:(\d{2}):?(\d{2}))?")


@dataclass(frozen=True)
class Stamp:
    """Where a seal is shown: the page (0-based, of the package) and its box in millimetres of that page's coordinates."""

    page: int
    box: Rect


@dataclass(frozen=True)
class Signature:
    """One signature as far as it could be read.

    ``changed``: referenced files that are missing or no longer have the stated digest. ``same``: those that have it.
    ``unchecked``: why the digests could not be compared, else empty. ``described``: whether the signed value holds the
    digest of the signature's description; None where none was found. ``picture`` is the seal's own, of ``picture_kind``.
    """

    signer: str = ""
    seal: str = ""
    time: str = ""
    method: str = ""
    same: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchecked: str = ""
    described: bool | None = None
    stamps: tuple[Stamp, ...] = ()
    picture: bytes = b""
    picture_kind: str = ""

    @property
    def broken(self) -> bool:
        """Whether something was surely altered after signing."""
        return bool(self.changed) or self.described is False

    @property
    def title(self) -> str:
        """What it is and whose, for a reviewer."""
        who = f"“{self.seal or self.signer}”" if self.seal or self.signer else ""
        when = f"（{self.time}）" if self.time else ""
        return f"{'电子印章' if self.seal or self.stamps else '电子签名'}{who}{when}"


def signatures(ofd: OfdFile, doc: Doc) -> list[Signature]:
    """The signatures of one document; what cannot be read is one that says so. Raises nothing of its own."""
    if not doc.signatures:
        return []
    try:
        root = ofd.parsed(doc.signatures)
    except IntakeError:
        return [Signature(unchecked="签章清单无法读取")]
    folder = doc.signatures.rpartition("/")[0]
    found = []
    for item in list(xml.children(root, "Signature"))[:_MAX_SIGNATURES]:
        path = xml.resolve(folder, item.get("BaseLoc") or "")
        try:
            found.append(_signature(ofd, doc, path))
        except IntakeError:
            found.append(Signature(unchecked="签章信息无法读取"))
    return found


def notes(ofd: OfdFile) -> list[str]:
    """What a reviewer must know about the signatures, in plain Chinese; alterations first."""
    said: list[str] = []
    for number, doc in enumerate(ofd.docs, 1):
        found = signatures(ofd, doc)
        said += [_note(s) for s in sorted(found, key=lambda s: not s.broken)]
        if found:
            covered = {path for s in found for path in s.same}
            open_ = [p for p in used(ofd, doc) if p not in covered]
            where = f"第{number}份文档的" if len(ofd.docs) > 1 else ""
            if open_ and not all(s.unchecked for s in found):
                said.append(f"{where}{_some(open_)}不在签章保护的范围内")
    return said


def altered(ofd: OfdFile, doc: Doc) -> str:
    """Why the content of a document is not what was signed; empty where it is, or where that is not known."""
    broken = next((s for s in signatures(ofd, doc) if s.broken), None)
    return "" if broken is None else f"{broken.title}{CHANGED}"


def used(ofd: OfdFile, doc: Doc) -> list[str]:
    """The files that make up a document's pages, as far as they are there."""
    common = xml.child(doc.node, "CommonData")
    paths = [doc.root, *(path for _, path in doc.pages), *(path for path, _ in doc.templates.values())]
    listed = xml.resolve(doc.folder, xml.text(xml.child(doc.node, "Annotations")))
    resources = [] if common is None else list(xml.children(common, "PublicRes", "DocumentRes"))
    paths += [xml.resolve(doc.folder, xml.text(node)) for node in resources]
    paths += [r.path for r in ofd.common_resources(doc).values()]
    if listed:
        paths += [listed, *_annotation_files(ofd, listed)]
    return [p for p in dict.fromkeys(paths) if p and ofd.has(p)]


def _annotation_files(ofd: OfdFile, listed: str) -> Iterator[str]:
    try:
        root = ofd.parsed(listed)
    except IntakeError:
        return
    for entry in xml.children(root, "Page"):
        yield xml.resolve(listed.rpartition("/")[0], xml.text(xml.child(entry, "FileLoc")))


def _note(s: Signature) -> str:
    if s.broken:
        what = f"（{_some(s.changed)}与签章时不一致）" if s.changed else "（签章信息与签名值不一致）"
        return f"注意：{s.title}{CHANGED}{what}，请向出具单位索取原件核对"
    if s.unchecked:
        return f"{s.title}：{s.unchecked}，未能核对文件是否被改动，{UNVERIFIED}"
    weak = "（该算法已不安全）" if s.method in {"md5", "sha1"} else ""
    return f"{s.title}：{len(s.same)} 个文件的 {s.method.upper()} 摘要与签章时一致{weak}，{UNVERIFIED}"


def _some(paths: tuple[str, ...] | list[str]) -> str:
    shown = "、".join(names.printable(p)[-60:] for p in paths[:_MAX_SHOWN])
    return f"{shown}等 {len(paths)} 个文件" if len(paths) > _MAX_SHOWN else shown


# --- one signature -----------------------------------------------------------------


def _signature(ofd: OfdFile, doc: Doc, path: str) -> Signature:
    """Raises IntakeError where the description cannot be read."""
    data = ofd.read(path)
    root = xml.parse(data)
    info = xml.child(root, "SignedInfo")
    if info is None:
        raise BrokenFile(xml.BROKEN)
    folder = path.rpartition("/")[0]
    references = xml.child(info, "References")
    wanted = "" if references is None else (references.get("CheckMethod") or "")
    method = _METHODS.get(wanted.strip().lower().replace("-", ""), "")
    same, changed, unchecked = _compared(ofd, references, folder, method)
    signer, seal, described, kind, picture = _value(ofd, root, info, folder, data)
    return Signature(
        signer=signer,
        seal=seal,
        time=_time(xml.text(xml.child(info, "SignatureDateTime"))),
        method=method,
        same=same,
        changed=changed,
        unchecked=unchecked,
        described=described,
        stamps=tuple(_stamps(ofd, doc, info)),
        picture=picture,
        picture_kind=kind,
    )


def _compared(ofd: OfdFile, references: Any | None, folder: str, method: str) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """(files with the stated digest, files without, why none could be compared)."""
    listed = [] if references is None else list(xml.children(references, "Reference"))
    if not listed:
        return (), (), "没有列出受保护的文件"
    if not method or method not in hashlib.algorithms_available:
        return (), (), "摘要算法不支持"
    same: list[str] = []
    changed: list[str] = []
    for reference in listed:
        path = xml.resolve(folder, reference.get("FileRef") or "")
        stated = _decoded(xml.text(xml.child(reference, "CheckValue")))
        try:
            good = bool(stated) and ofd.digest(path, method) == stated
        except IntakeError:
            good = False
        (same if good else changed).append(path)
    return tuple(same), tuple(changed), ""


def _decoded(value: str) -> bytes:
    try:
        return base64.b64decode("".join(value.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _stamps(ofd: OfdFile, doc: Doc, info: Any) -> Iterator[Stamp]:
    for stamp in xml.children(info, "StampAnnot"):
        page = ofd.page_of(doc, stamp.get("PageRef") or "")
        box = xml.box(stamp.get("Boundary"))
        if page is not None and box is not None:
            yield Stamp(page, box)


def _time(value: str) -> str:
    """As written, to the minute. Whether it is UTC or local differs between writers in spite of ``Z``."""
    found = _TIME.match(value)
    if not found:
        return ""
    year, month, day, hour, minute = found.groups()
    return f"{year}-{month}-{day}" + (f" {hour}:{minute}" if hour else "")


def _value(ofd: OfdFile, root: Any, info: Any, folder: str, description: bytes) -> tuple[str, str, bool | None, str, bytes]:
    """(signer, seal's name, whether the description's digest is held, picture's kind, picture) of the signed value."""
    signer = seal = kind = ""
    described: bool | None = None
    picture = b""
    own = xml.child(info, "Seal", "BaseLoc")
    for path in (xml.text(xml.child(root, "SignedValue")), xml.text(own)):
        try:
            node = ofd_der.parse(ofd.read(xml.resolve(folder, path))) if path else None
        except (IntakeError, ofd_der.DerError):
            continue
        if node is None:
            continue
        if described is None and (held := _held_digest(node)):
            described = any(held == d for d in _digests(description, len(held)))
        signer = signer or _signer(node)
        if not seal:
            seal, kind, picture = _seal(node)
    return signer[:80], seal[:80], described, kind, picture


def _digests(data: bytes, length: int) -> Iterator[bytes]:
    """The digests of ``data`` of that length, by every method known."""
    for method in dict.fromkeys(_METHODS.values()):
        if method in hashlib.algorithms_available:
            digest = hashlib.new(method, data, usedforsecurity=False).digest()
            if len(digest) == length:
                yield digest


def _held_digest(node: ofd_der.Node) -> bytes:
    """The digest of the description: ``dataHash`` of a TBS_Sign, or the message digest of signed data; else empty."""
    for part in ofd_der.walk(node):
        if len(part.children) == 2 and part.children[0].oid == _MESSAGE_DIGEST:
            return next((n.bits for n in ofd_der.walk(part.children[1]) if n.tag == ofd_der.OCTET_STRING), b"")
    signed = node.children[0].children if node.children else ()
    if len(signed) >= 5 and signed[1].tag == ofd_der.SEQUENCE and signed[3].tag in {ofd_der.BIT_STRING, ofd_der.OCTET_STRING}:
        return signed[3].bits
    return b""


def _signer(node: ofd_der.Node) -> str:
    """Whom the signer's certificate names (GB/T 38540: after the signed part; GM/T 0031: in it; signed data: ``[0]``)."""
    signed = node.children[0].children if node.children else ()
    for holder in (*node.children[1:2], *signed[5:6]):
        if holder.tag == ofd_der.OCTET_STRING and (name := ofd_der.subject(holder.data)):
            return names.printable(name)
    for part in ofd_der.walk(node):
        if part.tag == 0xA0 and part.children and (name := ofd_der.subject_of(part.children[0])):
            return names.printable(name)
    return ""


def _seal(node: ofd_der.Node) -> tuple[str, str, bytes]:
    """(name, picture's kind, picture) of the seal: the part whose header begins with ``ES`` (SES_SealInfo)."""
    for part in ofd_der.walk(node):
        inner = part.children
        if len(inner) < 4 or not inner[0].children or inner[0].children[0].text != "ES":
            continue
        name = next((n.text for n in inner[2].children if n.tag != ofd_der.INTEGER and n.text), "")
        kind = next((n.text.lower() for n in inner[3].children if n.text), "")
        picture = next((n.data for n in inner[3].children if n.tag == ofd_der.OCTET_STRING), b"")
        return names.printable(name), kind, picture
    return "", "", b""
