"""Make synthetic corpora: single labelled documents, or whole packages with expected findings.

``python -m corpora.make --kind documents --n 40 --seed 1 --out DIR``
"""

from __future__ import annotations

import argparse
import csv
import io
import time
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import openpyxl
from PIL import Image

from corpora import degrade
from corpora.format import CorpusInfo, Label, LabelledDocument, save
from corpora.synth import (
    audit,
    hightech,
    iso,
    licence,
    names,
    others,
    patent,
    rdaudit,
    social,
    software,
    tax,
    trademark,
)
from corpora.synth.engine import Pixels, SynthDocument, render, to_pdf

Maker = Callable[[Random, names.Enterprise], SynthDocument]

# (maker, weight): how often a type comes up in a corpus of single documents.
MAKERS: tuple[tuple[str, Maker, int], ...] = (
    ("audit_report", audit.make, 7),
    ("patent_certificate", patent.make, 7),
    ("iso_certificate", iso.make, 8),
    ("social_security_list", social.make, 5),
    ("business_license", licence.make, 4),
    ("software_copyright", software.make, 3),
    ("trademark_certificate", trademark.make, 3),
    ("high_tech_certificate", hightech.make, 3),
    ("rd_audit_report", rdaudit.make, 2),
    ("tax_return", tax.make, 2),
    ("financial_statements", audit.bare_statements, 1),
    ("application_form", others.application_form, 1),
    ("negative", lambda rng, owner: rng.choice(others.NEGATIVES)(rng, owner), 6),
)


def schedule(rng: Random, n: int) -> list[Maker]:
    """``n`` makers: every type before any is repeated beyond its weight, then shuffled."""
    pool: list[Maker] = []
    while len(pool) < n:
        turn = (
            [maker for _, maker, weight in MAKERS for _ in range(weight)]
            if len(pool) >= len(MAKERS)
            else [maker for _, maker, _ in MAKERS]
        )
        rng.shuffle(turn)
        pool += turn
    chosen = pool[:n]
    rng.shuffle(chosen)
    return chosen


def numpy_rng(rng: Random) -> np.random.Generator:
    """A NumPy generator that follows ``rng``."""
    return np.random.default_rng(rng.getrandbits(63))


def scanned(rng: Random, document: SynthDocument, preset: str) -> tuple[list[Pixels], degrade.Recipe]:
    """The pages of ``document`` after scanning by ``preset`` (a key of ``degrade.PRESETS``)."""
    state = numpy_rng(rng)
    recipe = degrade.PRESETS[preset](state)
    pages = render(document, recipe.dpi)
    return [degrade.apply(page, recipe, state, pages[k - 1] if k else None) for k, page in enumerate(pages)], recipe


def image_pdf(pages: Sequence[Pixels], quality: int = 72, dpi: int = 200, bilevel: bool = False) -> bytes:
    """A scanned PDF: one image per page, no text layer."""
    images = [Image.fromarray(page) for page in pages]
    images = [image.convert("1") for image in images] if bilevel else images
    out = io.BytesIO()
    # Fixed dates: the same pages give the same bytes.
    day = time.gmtime(1_577_836_800)
    more: dict[str, Any] = {"append_images": images[1:], "resolution": dpi, "creationDate": day, "modDate": day}
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
    """The document's rows as ``xlsx`` or ``csv`` (GB18030, as Chinese systems export it)."""
    if kind == "csv":
        text = io.StringIO()
        csv.writer(text).writerows(document.sheet)
        return text.getvalue().encode("gb18030")
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in document.sheet:
        page.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def write_document(rng: Random, document: SynthDocument, stem: Path) -> tuple[Path, LabelledDocument]:
    """Write one document as a scan, photo, PDF or spreadsheet; returns the file and its label."""
    if document.sheet and rng.random() < 0.3:
        kind = rng.choice(("xlsx", "csv"))
        path = stem.with_suffix(f".{kind}")
        path.write_bytes(sheet_bytes(document, kind))
        fields = {key: value for key, value in document.fields.items() if key not in ("issuer", "verification_code")}
        return path, LabelledDocument(type=document.type, pages=[1], fields=fields, excluded=document.excluded)
    if rng.random() < 0.2:
        path = stem.with_suffix(".pdf")
        path.write_bytes(to_pdf(document))
        return path, LabelledDocument(
            type=document.type,
            pages=list(range(1, len(render(document, 30)) + 1)),
            fields=document.fields,
            excluded=document.excluded,
        )
    preset = rng.choice(("clean", "clean", "worn", "worn", "phone"))
    pages, recipe = scanned(rng, document, preset)
    bilevel = recipe.mode == "bilevel"
    if len(pages) == 1 and rng.random() < 0.7:
        kind = rng.choice(("jpg", "jpg", "jpg", "png", "webp", "tif"))
        path = stem.with_suffix(f".{kind}")
        path.write_bytes(image_bytes(pages[0], kind, recipe.quality))
    else:
        path = stem.with_suffix(".pdf")
        path.write_bytes(image_pdf(pages, recipe.quality, recipe.dpi, bilevel))
    return path, LabelledDocument(
        type=document.type,
        pages=list(range(1, len(pages) + 1)),
        fields=document.fields,
        excluded=document.excluded,
        preset=preset,
    )  # type: ignore[call-arg]


def make_corpus(n: int, seed: int, out: Path) -> Path:
    """Write ``n`` labelled single-document files under ``out``; the same seed gives the same corpus."""
    files = out / "files"
    files.mkdir(parents=True, exist_ok=True)
    labels = []
    for k, maker in enumerate(schedule(Random(seed), n)):
        rng = Random(zlib.crc32(f"{seed}/{k}".encode()))
        document = maker(rng, names.enterprise(rng))
        path, label = write_document(rng, document, files / f"{k:03d}_{document.type}")
        labels.append(Label(file=f"files/{path.name}", documents=[label], layout=document.layout))  # type: ignore[call-arg]
    save(
        out,
        CorpusInfo(name=f"synthetic-documents-{seed}", licence="CC0-1.0", origin="synthetic", seed=seed),
        labels,
    )
    return out


def main(argv: Sequence[str] | None = None) -> int:
    """Command line: ``--kind documents|packages --n N --seed S --out DIR``."""
    from corpora.packages import make_packages

    parser = argparse.ArgumentParser(description="生成合成语料")
    parser.add_argument("--kind", choices=("documents", "packages"), default="documents")
    parser.add_argument("--n", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args(argv)
    (make_corpus if args.kind == "documents" else make_packages)(args.n, args.seed, args.out)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
