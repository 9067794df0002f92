"""Synthetic documents as files: born-digital PDF, scan, photo or spreadsheet, with the truth about each page."""

from __future__ import annotations

import csv
import io
import json
import time
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import openpyxl
from PIL import Image

from corpora import degrade
from corpora.format import Difficulty, Label, LabelledDocument, Place, TextLine
from corpora.synth.engine import LaidOut, Pixels, SynthDocument, lay_out, raster
from extractor.model import Box

_DAY = time.gmtime(1_577_836_800)
_KINDS: dict[Difficulty, tuple[str, ...]] = {
    "clean": (".jpg", ".png"),
    "scan": (".jpg", ".jpg", ".jpg", ".png", ".webp", ".tif"),
    "photo": (".jpg",),
    "hard": (".jpg", ".jpg", ".jpg", ".webp"),
}
"""Image files for single pages."""
_LOSSLESS = 92
"""JPEG quality of pages that have not lost anything yet."""
_IN_PRINT_ONLY = ("issuer", "verification_code")
"""Fields of a social-security list that its spreadsheet does not hold."""


@dataclass
class Content:
    """What a file holds: its labelled documents, true lines of text, and how strongly it was degraded."""

    documents: list[LabelledDocument] = field(default_factory=list)
    lines: list[TextLine] = field(default_factory=list)
    level: int = 0


@dataclass(frozen=True)
class Captured:
    """A document's pages as scanned or photographed; ``shots`` and ``laid_out.pages`` run in parallel."""

    document: SynthDocument
    laid_out: LaidOut
    shots: list[degrade.Shot]


def numpy_rng(rng: Random) -> np.random.Generator:
    """A NumPy generator that follows ``rng``."""
    return np.random.default_rng(rng.getrandbits(63))


def image_pdf(pages: Sequence[Pixels], quality: int = 72, dpi: int = 200, bilevel: bool = False) -> bytes:
    """A scanned PDF: one image per page, no text layer; the same pages give the same bytes."""
    images = [Image.fromarray(page) for page in pages]
    images = [image.convert("1") for image in images] if bilevel else images
    out = io.BytesIO()
    more: dict[str, Any] = {"append_images": images[1:], "resolution": dpi, "creationDate": _DAY, "modDate": _DAY}
    if not bilevel:  # 1-bit pages are stored as CCITT fax, which has no quality
        more["quality"] = quality
    images[0].save(out, "PDF", save_all=True, **more)
    return out.getvalue()


def image_bytes(page: Pixels, kind: str, quality: int) -> bytes:
    """One page as ``jpg``, ``png``, ``webp``, ``tif`` or ``bmp``."""
    out = io.BytesIO()
    name = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "tif": "TIFF", "bmp": "BMP"}[kind]
    Image.fromarray(page).save(out, name, **({"quality": quality} if kind in ("jpg", "webp") else {}))
    return out.getvalue()


def sheet_bytes(document: SynthDocument, kind: str) -> bytes:
    """The document's rows as ``xlsx`` or ``csv`` (GB18030, as Chinese systems export it); same rows, same bytes."""
    if kind == "csv":
        text = io.StringIO()
        csv.writer(text).writerows(document.sheet)
        return text.getvalue().encode("gb18030")
    book = openpyxl.Workbook()
    book.properties.created = book.properties.modified = datetime(*_DAY[:6])
    page = book.active
    assert page is not None
    for row in document.sheet:
        page.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return _undated(out.getvalue())


def _undated(xlsx: bytes) -> bytes:
    """The workbook without the moment of its making."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            body = old.read(name)
            if name == "docProps/core.xml":  # saving stamps ``modified`` over what was set
                head, tag, rest = body.partition(b"<dcterms:modified")
                body = head + tag + rest[: rest.index(b">") + 1] + b"2020-01-01T00:00:00Z" + rest[rest.index(b"</") :]
            new.writestr(zipfile.ZipInfo(name, _DAY[:6]), body)
    return out.getvalue()


def device(difficulty: Difficulty, rng: Random) -> degrade.Conditions:
    """A scanner or a camera, and how it is used."""
    return degrade.conditions(difficulty, numpy_rng(rng))


def capture(document: SynthDocument, given: degrade.Conditions, rng: Random, owner: str | None = None) -> Captured:
    """Lay the document out and scan or photograph its pages; ``owner``: whose seal is pressed on them, if any."""
    laid_out = lay_out(document)
    return Captured(document, laid_out, degrade.capture(lambda dpi: raster(laid_out, dpi), given, numpy_rng(rng), owner=owner))


def label(captured: Captured, first: int, content: Content) -> None:
    """Add a captured document that starts on page ``first`` of its file to the file's ``content``."""
    boxes: dict[str, list[Place]] = {}
    for k, (page, shot) in enumerate(zip(captured.laid_out.pages, captured.shots, strict=True)):
        number = first + k
        for key, marks in page.marks.items():
            boxes.setdefault(key, []).extend(degrade.place(box, shot, number) for box in marks)
        content.lines += [TextLine(page=number, text=t, box=degrade.place(box, shot, number).box) for t, box in page.lines]
        content.level = max(content.level, shot.level)
    content.documents.append(_document(captured.document, range(first, first + len(captured.shots)), boxes))


def _document(document: SynthDocument, pages: Sequence[int], boxes: dict[str, list[Place]]) -> LabelledDocument:
    return LabelledDocument(
        type=document.type,
        pages=list(pages),
        fields=document.fields,
        # What is printed and not labelled (an opinion page bound into another kind of report) has no box.
        boxes={key: places for key, places in boxes.items() if key.split("/")[0] in document.fields},
        excluded=document.excluded,
        layout=document.layout,
        held_out=document.held_out,
    )


def _corners(box: Box) -> tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]:
    left, top, right, bottom = box
    return (left, top), (right, top), (right, bottom), (left, bottom)


def write_pdf(document: SynthDocument, path: Path) -> Content:
    """Write the born-digital PDF; the boxes are its own."""
    laid_out = lay_out(document)
    path.write_bytes(laid_out.pdf)
    content, boxes = Content(), dict[str, list[Place]]()
    for number, page in enumerate(laid_out.pages, 1):
        for key, marks in page.marks.items():
            boxes.setdefault(key, []).extend(Place(page=number, box=box, quad=_corners(box)) for box in marks)
        content.lines += [TextLine(page=number, text=text, box=box) for text, box in page.lines]
    content.documents.append(_document(document, range(1, len(laid_out.pages) + 1), boxes))
    return content


def write_sheet(document: SynthDocument, path: Path) -> Content:
    """Write the document's rows as a spreadsheet (``.xlsx`` or ``.csv``), which has no boxes."""
    path.write_bytes(sheet_bytes(document, path.suffix.removeprefix(".")))
    made = _document(document, [1], {})
    fields = {key: value for key, value in document.fields.items() if key not in _IN_PRINT_ONLY}
    return Content([made.model_copy(update={"fields": fields})])


def write_shots(captured: Sequence[Captured], path: Path) -> Content:
    """Write captured documents into one file, an image (one page) or a PDF of images; blank sheets get no label."""
    content, shots = Content(), list[degrade.Shot]()
    for one in captured:
        if one.document.type != "blank":
            label(one, len(shots) + 1, content)
        shots += one.shots
    quality = shots[0].quality or _LOSSLESS
    if path.suffix != ".pdf":
        path.write_bytes(image_bytes(shots[0].image, path.suffix.removeprefix("."), quality))
        return content
    bilevel = all(shot.mode == "bilevel" for shot in shots)
    path.write_bytes(image_pdf([shot.image for shot in shots], quality, shots[0].dpi, bilevel))
    return content


def write_document(
    document: SynthDocument, stem: Path, difficulty: Difficulty, rng: Random, owner: str | None = None
) -> tuple[Path, Content]:
    """Write one document in a manner that fits the difficulty; ``stem``: path without suffix."""
    if difficulty == "clean" and document.sheet and rng.random() < 0.6:
        path = with_suffix(stem, rng.choice((".xlsx", ".csv")))
        return path, write_sheet(document, path)
    if difficulty == "clean" and rng.random() < 0.75:
        path = with_suffix(stem, ".pdf")
        return path, write_pdf(document, path)
    captured = capture(document, device(difficulty, rng), rng, owner)
    single = len(captured.shots) == 1 and (difficulty in ("clean", "photo") or rng.random() < 0.6)
    kinds = _KINDS[difficulty] if captured.shots[0].mode != "bilevel" else (".png", ".tif")
    path = with_suffix(stem, rng.choice(kinds) if single else ".pdf")
    return path, write_shots([captured], path)


def with_suffix(stem: Path, suffix: str) -> Path:
    """``stem`` with ``suffix`` after it; a dot in the name stays."""
    return stem.with_name(stem.name + suffix)


def file_label(out: Path, path: Path, content: Content, difficulty: Difficulty, enterprise: str) -> Label:
    """The label of a written file; its true lines go to ``truth/``, beside ``files/``."""
    name = path.relative_to(out / "files")
    text = None
    if content.lines:
        text = Path("truth") / name.with_name(name.name + ".json")
        (out / text).parent.mkdir(parents=True, exist_ok=True)
        lines = [line.model_dump(mode="json") for line in content.lines]
        (out / text).write_text(json.dumps(lines, ensure_ascii=False) + "\n", encoding="utf-8")
    return Label(
        file=(Path("files") / name).as_posix(),
        enterprise=enterprise,
        difficulty=difficulty,
        level=content.level,
        text=text.as_posix() if text else None,
        documents=content.documents,
    )
