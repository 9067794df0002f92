"""OFD packages (GB/T 33190-2016): a ZIP of XML files that name pages, templates, fonts and pictures.

Nothing is written to disk and nothing is run: attachments are named, never opened; actions (links, films) are ignored.
What is drawn on a page is in ``ofd_objects``, its text in ``ofd_text``, signatures and seals in ``ofd_seals``.
"""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any

from extractor.intake import archive, names
from extractor.intake import ofd_xml as xml
from extractor.intake.errors import BrokenFile, EmptyFile, EncryptedFile, TooLarge, UnsafeFile
from extractor.intake.limits import MB, Limits
from extractor.intake.ofd_xml import BROKEN, Rect

MAX_SIDE = 10_000.0
"""Millimetres: no page is longer than ten metres."""
_MAX_XML = 64 * MB
_BLOCK = 1 << 20
_MAX_SHOWN = 5
_WHOLE_PAGE: Rect = (0.0, 0.0, 210.0, 297.0)


@dataclass(frozen=True)
class Resource:
    """A font, a picture, a set of drawing parameters or a group of objects, by its ID; ``path`` of its file, if any."""

    node: Any
    path: str


@dataclass(frozen=True)
class Doc:
    """One document of the package: the folder of its root file, its parts and its pages (ID, path)."""

    root: str
    node: Any
    pages: tuple[tuple[str, str], ...]
    templates: dict[str, tuple[str, str]]
    """ID to (path, ZOrder)."""
    area: Rect
    signatures: str

    @property
    def folder(self) -> str:
        """The folder of the document's root file."""
        return self.root.rpartition("/")[0]


@dataclass(frozen=True)
class PageParts:
    """A page: its document, number (0-based) in it, content file, root element and size in millimetres."""

    doc: Doc
    id: str
    path: str
    node: Any
    area: Rect
    """Its physical box."""
    shown: Rect
    """The part of it that is shown (application box)."""


class OfdFile:
    """An open OFD; a context manager.

    Raises BrokenFile, EncryptedFile, EmptyFile, TooLarge, UnsafeFile on opening; page methods raise them for
    that page alone.
    """

    def __init__(self, path: Path, limits: Limits | None = None) -> None:
        """Open ``path`` and read what names its pages."""
        self.limits = limits or Limits()
        self._shared: dict[str, dict[str, Resource]] = {}
        try:
            self._zip = archive.open_zip(path, self.limits.max_zip_entries)
        except BrokenFile as e:
            raise BrokenFile(BROKEN) from e
        try:
            self._members = self._listed(path)
            self.docs = self._read_docs()
        except BaseException:
            self._zip.close()
            raise
        self._pages = [(doc, i) for doc in self.docs for i in range(len(doc.pages))]
        if not self._pages:
            self._zip.close()
            raise EmptyFile("OFD 里没有页面，请重新导出后上传")

    def __enter__(self) -> OfdFile:
        """Return itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        """Close the file."""
        self.close()

    def close(self) -> None:
        """Close the ZIP; the object is of no use afterwards."""
        self._zip.close()

    @property
    def page_count(self) -> int:
        """The number of pages of all documents in it."""
        return len(self._pages)

    def page(self, i: int) -> PageParts:
        """Page ``i`` (0-based) of the package. Raises BrokenFile where its content or size cannot be had."""
        doc, k = self._pages[i]
        page_id, path = doc.pages[k]
        node = self.parsed(path, f"OFD 第{i + 1}页已损坏，请重新导出该页")
        area = xml.child(node, "Area")
        physical = _box_of(area, "PhysicalBox") or self._of_template(doc, node) or doc.area
        if max(physical[2] - physical[0], physical[3] - physical[1]) > MAX_SIDE:
            raise TooLarge(f"OFD 第{i + 1}页的尺寸异常（超过 10 米），请重新导出该页")
        shown = _box_of(area, "ApplicationBox") or physical
        # Some writers leave a stale box there: one that shows less than half of the page is none.
        if _area(_inside(shown, physical)) < 0.5 * _area(physical):
            shown = physical
        return PageParts(doc, page_id, path, node, physical, _inside(shown, physical))

    def page_of(self, doc: Doc, page_id: str) -> int | None:
        """The number (0-based, in the package) of the page with an ID."""
        return next((n for n, (d, k) in enumerate(self._pages) if d is doc and d.pages[k][0] == page_id), None)

    # --- members -----------------------------------------------------------

    def has(self, path: str) -> bool:
        """Whether the package has the file."""
        return self._find(path) is not None

    def read(self, path: str) -> bytes:
        """The bytes of a file of the package. Raises BrokenFile (not there, damaged), EncryptedFile, TooLarge."""
        try:
            with self._zip.open(self._info(path)) as f:
                data = f.read(self.limits.max_file_bytes + 1)
        except archive.DAMAGED as e:
            raise BrokenFile(BROKEN) from e
        if len(data) > self.limits.max_file_bytes:
            raise archive.too_large(self.limits)
        return data

    def digest(self, path: str, method: str) -> bytes:
        """The digest of a file by a method of hashlib, read piece by piece. Raises as ``read``."""
        digest = hashlib.new(method, usedforsecurity=False)
        try:
            with self._zip.open(self._info(path)) as f:
                while block := f.read(_BLOCK):
                    digest.update(block)
        except archive.DAMAGED as e:
            raise BrokenFile(BROKEN) from e
        return digest.digest()

    def parsed(self, path: str, why: str = BROKEN) -> Any:
        """The root element of an XML file. Raises BrokenFile with ``why``, TooLarge, UnsafeFile."""
        data = self.read(path)
        if len(data) > _MAX_XML or data.count(b"<") > self.limits.max_xml_tags:
            raise TooLarge("OFD 的页面内容过大，请拆成几个文件后重新上传")
        try:
            return xml.parse(data)
        except BrokenFile as e:
            raise BrokenFile(why) from e

    def _listed(self, path: Path) -> dict[str, zipfile.ZipInfo]:
        """The files by path in the package. Two of one name would be read one way here and another way elsewhere."""
        # ``is_dir`` cannot take a name that is empty.
        infos = [i for i in self._zip.infolist() if i.filename and not i.is_dir()]
        if any(i.flag_bits & 0x1 for i in infos):
            raise EncryptedFile("OFD 设有密码，请取消密码后重新上传")
        unpacked, packed = sum(i.file_size for i in infos), max(path.stat().st_size, 1)
        if unpacked > self.limits.max_file_bytes or unpacked > max(archive.RATIO_FROM, packed * self.limits.max_zip_ratio):
            raise TooLarge("OFD 文件解开后过大，请另存为 PDF 后重新上传")
        found: dict[str, zipfile.ZipInfo] = {}
        for info in infos:
            key = xml.resolve("", names.member_name(info))
            if key in found:
                raise UnsafeFile("OFD 内有同名文件（不同软件会看到不同内容），没有读，请向出具单位索取原件")
            found[key] = info
        return found

    def _info(self, path: str) -> zipfile.ZipInfo:
        info = self._find(path)
        if info is None:
            raise BrokenFile(f"OFD 缺少文件 {names.printable(path)[:80]}，请重新下载或重新导出后上传")
        return info

    @cached_property
    def _folded(self) -> dict[str, str]:
        """Paths by their lower-case form; those that would be ambiguous are left out."""
        found: dict[str, str] = {}
        twice = set()
        for key in self._members:
            if found.setdefault(key.lower(), key) != key:
                twice.add(key.lower())
        return {low: key for low, key in found.items() if low not in twice}

    def _find(self, path: str) -> zipfile.ZipInfo | None:
        """The entry of a path. Writers on Windows do not always keep the case."""
        info = self._members.get(path)
        return info if info is not None else self._members.get(self._folded.get(path.lower(), ""))

    # --- documents ---------------------------------------------------------

    def _read_docs(self) -> tuple[Doc, ...]:
        if self._find("OFD.xml") is None:
            raise BrokenFile(BROKEN)
        root = self.parsed("OFD.xml")
        if any(xml.name(n) in {"Encryptions", "EncryptInfo"} for n in root.iter()):
            raise EncryptedFile("OFD 已加密，请用 OFD 阅读器解密或另存为 PDF 后重新上传")
        docs = []
        pages = 0
        for body in xml.children(root, "DocBody"):
            path = xml.resolve("", xml.text(xml.child(body, "DocRoot")))
            if not path:
                continue
            doc = self._doc(path, xml.resolve("", xml.text(xml.child(body, "Signatures"))))
            pages += len(doc.pages)
            if pages > self.limits.max_pages_per_file:
                bound = self.limits.max_pages_per_file
                raise TooLarge(f"OFD 页数过多（超过 {bound} 页），请拆成几个文件后上传")
            docs.append(doc)
        if not docs:
            raise BrokenFile(BROKEN)
        return tuple(docs)

    def _doc(self, path: str, signatures: str) -> Doc:
        node = self.parsed(path)
        folder = path.rpartition("/")[0]
        common = xml.child(node, "CommonData")
        found = xml.child(node, "Pages")
        pages = () if found is None else xml.children(found, "Page")
        templates = () if common is None else xml.children(common, "TemplatePage")
        area = None if common is None else xml.child(common, "PageArea")
        return Doc(
            root=path,
            node=node,
            pages=tuple((p.get("ID") or "", xml.resolve(folder, p.get("BaseLoc") or "")) for p in pages),
            templates={
                t.get("ID") or "": (xml.resolve(folder, t.get("BaseLoc") or ""), t.get("ZOrder") or "Background")
                for t in templates
            },
            area=_box_of(area, "PhysicalBox") or _WHOLE_PAGE,
            signatures=signatures,
        )

    def _of_template(self, doc: Doc, node: Any) -> Rect | None:
        """The size of the page's first template: pages made from one do not always repeat it."""
        for use in xml.children(node, "Template"):
            path, _ = doc.templates.get(use.get("TemplateID") or "", ("", ""))
            if path and self.has(path):
                return _box_of(xml.child(self.parsed(path), "Area"), "PhysicalBox")
        return None

    def template(self, doc: Doc, template_id: str) -> tuple[Any, str] | None:
        """(root element, ZOrder) of a template page, None where there is none of that ID. Raises BrokenFile."""
        path, order = doc.templates.get(template_id, ("", ""))
        return (self.parsed(path), order) if path else None

    # --- resources ---------------------------------------------------------

    def resources(self, page: PageParts) -> dict[str, Resource]:
        """Fonts, pictures, drawing parameters and composite units that a page may use, by ID.

        A resource file that cannot be read is left out: what needs it fails where it is used.
        """
        found = dict(self.common_resources(page.doc))
        templates = (page.doc.templates.get(use.get("TemplateID") or "") for use in xml.children(page.node, "Template"))
        parts = [(t[0], self.parsed(t[0])) for t in templates if t and self.has(t[0])]
        for path, node in [*parts, (page.path, page.node)]:
            folder = path.rpartition("/")[0]
            for use in xml.children(node, "PageRes"):
                found |= self._resource_file(xml.resolve(folder, xml.text(use)))
        return found

    def common_resources(self, doc: Doc) -> dict[str, Resource]:
        """The resources of the whole document, read once."""
        known = self._shared.get(doc.root)
        if known is None:
            known = {}
            common = xml.child(doc.node, "CommonData")
            for use in () if common is None else xml.children(common, "PublicRes", "DocumentRes"):
                known |= self._resource_file(xml.resolve(doc.folder, xml.text(use)))
            self._shared[doc.root] = known
        return known

    def _resource_file(self, path: str) -> dict[str, Resource]:
        try:
            root = self.parsed(path)
        except BrokenFile:
            return {}
        home = xml.resolve(path.rpartition("/")[0], root.get("BaseLoc") or ".")
        found = {}
        for item in (item for group in root for item in group):
            file = xml.text(xml.child(item, "MediaFile")) or xml.text(xml.child(item, "FontFile"))
            found[item.get("ID") or ""] = Resource(item, xml.resolve(home, file))
        return found


def attachments(ofd: OfdFile) -> list[str]:
    """The names of the attachments, as the package lists them. They are never opened."""
    found = []
    for doc in ofd.docs:
        listed = xml.resolve(doc.folder, xml.text(xml.child(doc.node, "Attachments")))
        if not listed or not ofd.has(listed):
            continue
        try:
            root = ofd.parsed(listed)
        except BrokenFile:
            found.append("（附件清单无法读取）")
            continue
        for item in xml.children(root, "Attachment"):
            file = xml.text(xml.child(item, "FileLoc")).rpartition("/")[2]
            found.append(names.printable(file or item.get("Name") or "未命名")[:80])
    return found


def probe(path: Path, limits: Limits) -> tuple[int, str | None]:
    """The page count, and what a reviewer must know: signatures, whether they still fit the content, attachments.

    Raises BrokenFile, EncryptedFile, EmptyFile, TooLarge, UnsafeFile.
    """
    from extractor.intake import ofd_seals

    with OfdFile(path, limits) as ofd:
        notes = [*ofd_seals.notes(ofd)]
        listed = attachments(ofd)
        if listed:
            more = f"等 {len(listed)} 个" if len(listed) > _MAX_SHOWN else ""
            notes.append(f"含附件（未打开，不作为证据）：{'、'.join(listed[:_MAX_SHOWN])}{more}")
        return ofd.page_count, "；".join(notes) or None


def _box_of(area: Any | None, which: str) -> Rect | None:
    return None if area is None else xml.box(xml.text(xml.child(area, which)))


def _inside(a: Rect, b: Rect) -> Rect:
    return (max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3]))


def _area(rect: Rect) -> float:
    return max(rect[2] - rect[0], 0.0) * max(rect[3] - rect[1], 0.0)
