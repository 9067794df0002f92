"""Small OFD packages (GB/T 33190-2016), built from scratch for the tests, signed ones too."""

from __future__ import annotations

import base64
import hashlib
import io
import warnings
import zipfile
from collections.abc import Mapping, Sequence

NS = "http://www.ofdspec.org/2016"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
SIGNATURE = "Doc_0/Signs/Sign_0/Signature.xml"

Members = dict[str, bytes]


def root(name: str, body: str, attributes: str = "") -> bytes:
    """An XML file with that root element."""
    return f'{HEAD}<ofd:{name} xmlns:ofd="{NS}" {attributes}>{body}</ofd:{name}>'.encode()


def text(
    words: str,
    x: float = 20,
    y: float = 30,
    *,
    size: float = 4,
    dx: str | None = None,
    dy: str | None = None,
    attributes: str = "",
    inside: str = "",
    font: str = "1",
    boundary: str | None = None,
) -> str:
    """A text whose first base line point is (x, y) on the page; characters ``size`` apart where ``dx`` and ``dy`` say nothing."""
    if dx is None and dy is None and len(words) > 1:
        dx = f"g {len(words) - 1} {size}"
    deltas = (f' DeltaX="{dx}"' if dx else "") + (f' DeltaY="{dy}"' if dy else "")
    edge = boundary if boundary is not None else f"{x} {y - size} 180 {size * 2}"
    ox, oy = map(float, edge.split()[:2])
    code = f'<ofd:TextCode X="{x - ox:g}" Y="{y - oy:g}"{deltas}>{words}</ofd:TextCode>'
    return f'<ofd:TextObject ID="9" Boundary="{edge}" Font="{font}" Size="{size}" {attributes}>{inside}{code}</ofd:TextObject>'


def image(resource: str, box: str, *, ctm: str | None = "fill", attributes: str = "") -> str:
    """A picture that fills ``box`` (x y width height), or with a matrix of its own, or with none."""
    _, _, w, h = box.split()
    matrix = "" if ctm is None else f'CTM="{f"{w} 0 0 {h} 0 0" if ctm == "fill" else ctm}"'
    return f'<ofd:ImageObject ID="8" ResourceID="{resource}" Boundary="{box}" {matrix} {attributes}/>'


def bar(box: str, colour: str = "0 0 0", attributes: str = "") -> str:
    """A filled box."""
    _, _, w, h = box.split()
    data = f"M 0 0 L {w} 0 L {w} {h} L 0 {h} C"
    fill = f'<ofd:FillColor Value="{colour}"/><ofd:AbbreviatedData>{data}</ofd:AbbreviatedData>'
    return f'<ofd:PathObject ID="7" Boundary="{box}" Fill="true" Stroke="false" {attributes}>{fill}</ofd:PathObject>'


def rule(x0: float, y0: float, x1: float, y1: float) -> str:
    """A stroked line on the page."""
    data = f"M {x0} {y0} L {x1} {y1}"
    return f'<ofd:PathObject ID="6" Boundary="0 0 210 297"><ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>'


def page(*objects: str, area: str = "0 0 210 297", templates: str = "", layer: str = "", before: str = "") -> bytes:
    """A page's content; ``area`` empty: without a size of its own."""
    size = f"<ofd:Area><ofd:PhysicalBox>{area}</ofd:PhysicalBox></ofd:Area>" if area else ""
    body = f"{size}{before}{templates}<ofd:Content><ofd:Layer ID='5' {layer}>{''.join(objects)}</ofd:Layer></ofd:Content>"
    return root("Page", body)


def package(
    pages: Sequence[bytes],
    *,
    templates: Mapping[str, bytes] | None = None,
    fonts: str = '<ofd:Font ID="1" FontName="宋体"/>',
    media: Mapping[str, str] | None = None,
    resources: str = "",
    files: Mapping[str, bytes] | None = None,
    more: str = "",
    public: bool = True,
) -> Members:
    """The files of an OFD with one document. ``media``: resource ID to file under ``Doc_0/Res``; ``more``: in Document.xml."""
    members: Members = dict(files or {})
    uses = "<ofd:PublicRes>PublicRes.xml</ofd:PublicRes><ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>"
    for key, content in (templates or {}).items():
        members[f"Doc_0/Tpls/{key}.xml"] = content
        uses += f'<ofd:TemplatePage ID="{key}" BaseLoc="Tpls/{key}.xml"/>'
    listed = ""
    for n, content in enumerate(pages):
        members[f"Doc_0/Pages/Page_{n}/Content.xml"] = content
        listed += f'<ofd:Page ID="{100 + n}" BaseLoc="Pages/Page_{n}/Content.xml"/>'
    common = f"<ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>{uses}</ofd:CommonData>"
    members["Doc_0/Document.xml"] = root("Document", f"{common}<ofd:Pages>{listed}</ofd:Pages>{more}")
    pictures = "".join(
        f'<ofd:MultiMedia ID="{key}" Type="Image"><ofd:MediaFile>{name}</ofd:MediaFile></ofd:MultiMedia>'
        for key, name in (media or {}).items()
    )
    if public:
        members["Doc_0/PublicRes.xml"] = root("Res", f"<ofd:Fonts>{fonts}</ofd:Fonts>", 'BaseLoc="Res"')
    members["Doc_0/DocumentRes.xml"] = root("Res", f"<ofd:MultiMedias>{pictures}</ofd:MultiMedias>{resources}", 'BaseLoc="Res"')
    members["OFD.xml"] = root("OFD", body("Doc_0/Document.xml"))
    return members


def body(document: str, signatures: str = "") -> str:
    """A ``DocBody`` of OFD.xml."""
    signs = f"<ofd:Signatures>{signatures}</ofd:Signatures>" if signatures else ""
    return f"<ofd:DocBody><ofd:DocInfo/><ofd:DocRoot>{document}</ofd:DocRoot>{signs}</ofd:DocBody>"


def renamed(members: Members, prefix: str) -> Members:
    """The same with another namespace prefix; an empty one: with a default namespace, of an older edition."""
    new = f"{prefix}:".encode() if prefix else b""
    out = {}
    for name, data in members.items():
        changed = data.replace(b"<ofd:", b"<" + new).replace(b"</ofd:", b"</" + new)
        xmlns = b"xmlns:" + prefix.encode() + b"=" if prefix else b"xmlns="
        out[name] = (
            changed.replace(b"xmlns:ofd=", xmlns) if prefix else changed.replace(b"xmlns:ofd=", xmlns).replace(b"/2016", b"")
        )
    return out


def zipped(members: Members, again: Members | None = None) -> bytes:
    """The package; ``again``: files written a second time under their names."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, data in [*members.items(), *(again or {}).items()]:
            z.writestr(name, data)
    return out.getvalue()


# --- signatures --------------------------------------------------------------------


def der(tag: int, *parts: bytes) -> bytes:
    """One DER value."""
    content = b"".join(parts)
    size = len(content)
    long = size.to_bytes(max(1, (size.bit_length() + 7) // 8), "big")
    return bytes([tag, size]) + content if size < 128 else bytes([tag, 0x80 | len(long)]) + long + content


def certificate(name: str) -> bytes:
    """As much of an X.509 certificate as tells its subject."""
    attribute = der(0x31, der(0x30, der(6, bytes([0x55, 4, 3])), der(0x0C, name.encode())))
    times = der(0x30, der(0x17, b"200101000000Z"), der(0x17, b"300101000000Z"))
    issuer = der(0x30, der(0x31, der(0x30, der(6, bytes([0x55, 4, 3])), der(0x0C, b"CA"))))
    return der(0x30, der(0x30, der(0xA0, der(2, b"\2")), der(2, b"\1"), der(0x30), issuer, times, der(0x30, attribute)))


def seal_info(name: str, picture: bytes, kind: str) -> bytes:
    """SES_SealInfo of GB/T 38540."""
    header = der(0x30, der(0x16, b"ES"), der(2, b"\4"), der(0x16, b"test"))
    stamp = der(0x18, b"20200101000000Z")
    owner = der(0x30, der(2, b"\3"), der(0x0C, name.encode()), der(2, b"\1"), der(0x30), stamp, stamp, stamp)
    shown = der(0x30, der(0x16, kind.encode()), der(4, picture), der(2, b"\x1e"), der(2, b"\x14"))
    return der(0x30, header, der(0x16, b"1"), owner, shown)


def signed_value(
    description: bytes, seal: str, signer: str, picture: bytes = b"", kind: str = "png", *, old: bool = False
) -> bytes:
    """SES_Signature of GB/T 38540, or of GM/T 0031 (``old``), with a signature that is none."""
    eseal = der(0x30, seal_info(seal, picture, kind), der(4, certificate("制章机构")))
    held = der(3, b"\0", hashlib.sha256(description).digest())
    oid, junk = der(6, b"\x2a\x81\x1c"), der(3, b"\0" * 9)
    if old:
        when = der(3, b"\0" + b"20200723130907Z")
        signed = der(0x30, der(2, b"\1"), eseal, when, held, der(0x16, b"x"), der(4, certificate(signer)), oid)
        return der(0x30, signed, junk)
    signed = der(0x30, der(2, b"\4"), eseal, der(0x18, b"20200723130907Z"), held, der(0x16, b"x"))
    return der(0x30, signed, der(4, certificate(signer)), oid, junk)


def signed(
    members: Members,
    *,
    method: str = "2.16.840.1.101.3.4.2.1",
    name: str = "sha256",
    leave_out: Sequence[str] = (),
    stamp: str = '<ofd:StampAnnot ID="1" PageRef="100" Boundary="90 8 30 20"/>',
    picture: bytes = b"",
    old: bool = False,
) -> Members:
    """The package with a seal over all its files but ``leave_out``; OFD.xml is not among them."""
    out = dict(members)
    references = "".join(
        f'<ofd:Reference FileRef="/{path}"><ofd:CheckValue>{_digest(name, data)}</ofd:CheckValue></ofd:Reference>'
        for path, data in members.items()
        if path != "OFD.xml" and path not in leave_out
    )
    info = (
        '<ofd:Provider ProviderName="test"/><ofd:SignatureMethod>1.2.156.10197.1.501</ofd:SignatureMethod>'
        "<ofd:SignatureDateTime>20200723130907Z</ofd:SignatureDateTime>"
        f'<ofd:References CheckMethod="{method}">{references}</ofd:References>{stamp}'
    )
    description = root("Signature", f"<ofd:SignedInfo>{info}</ofd:SignedInfo><ofd:SignedValue>SignedValue.dat</ofd:SignedValue>")
    out[SIGNATURE] = description
    out["Doc_0/Signs/Sign_0/SignedValue.dat"] = signed_value(description, "某某税务局", "某某证书", picture, old=old)
    listed = '<ofd:Signature ID="1" Type="Seal" BaseLoc="Sign_0/Signature.xml"/>'
    out["Doc_0/Signs/Signatures.xml"] = root("Signatures", listed)
    out["OFD.xml"] = root("OFD", body("Doc_0/Document.xml", "/Doc_0/Signs/Signatures.xml"))
    return out


def _digest(name: str, data: bytes) -> str:
    return base64.b64encode(hashlib.new(name, data).digest()).decode()
