"""Both text engines on the same scanned pages in one run: ratio of times, and how far the texts differ.

``python -m eval.bench_engines [PACKAGE]`` (the sample package by default; needs the extra ``paddle``).
Times are only compared within a run: pages alternate between the engines.
"""

from __future__ import annotations

import argparse
import sys
import time
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from rapidfuzz.distance import Levenshtein

from extractor.intake import ImagePage, PdfPage, open_package, page_sources
from extractor.intake.pdf import PdfFile
from extractor.reading.ocr_page import fit
from extractor.reading.pdf_page import choose, render_for_ocr
from extractor.reading.upright import Image
from models.ocr import TextEngine, TextLine, create_engine

SAMPLE = Path(__file__).parent.parent / "corpora" / "samples" / "minjiang" / "evidence"
SURE = 0.7
"""Below it what is read is no text: borders, leader dots, scraps of seals."""
NEAR = 40.0
"""Pixels: centres of the same line in both engines are closer than this."""


def scanned_pages(package: Path) -> Iterator[tuple[str, Image]]:
    """The page images of a package that need OCR."""
    with open_package(package) as opened:
        for file in opened.files:
            for source in page_sources(file):
                if isinstance(source, ImagePage):
                    yield f"{file.name} {source.page}", fit(source.image())
                elif isinstance(source, PdfPage):
                    with PdfFile(source.path, source.limits) as pdf:
                        if choose(pdf, source.index, lambda _pdf, _i: True) == "ocr":
                            yield f"{file.name} {source.page}", fit(render_for_ocr(pdf, source.index))


def plain(text: str) -> str:
    """Half width and without blanks: what no person would call a difference."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def difference(ours: Sequence[TextLine], theirs: Sequence[TextLine], sure: float = 0.0) -> int:
    """Characters that differ, lines matched by their place (the order of lines is no difference).

    Lines of which neither engine is ``sure`` (borders, leader dots read as letters) are left out.
    """
    left = list(ours)
    total = 0
    for line in theirs:
        gaps = [float(np.abs(x.quad.mean(axis=0) - line.quad.mean(axis=0)).sum()) for x in left]
        best = int(np.argmin(gaps)) if gaps else -1
        if best >= 0 and gaps[best] < NEAR:
            other = left.pop(best)
            if max(other.confidence, line.confidence) >= sure:
                total += Levenshtein.distance(plain(other.text), plain(line.text))
        elif line.confidence >= sure:
            total += len(plain(line.text))
    return total + sum(len(plain(x.text)) for x in left if x.confidence >= sure)


def timed(engine: TextEngine, image: Image) -> tuple[list[TextLine], float, float]:
    """Lines, wall seconds and CPU seconds of one page."""
    wall, cpu = time.perf_counter(), time.process_time()
    lines = engine.read(image)
    return lines, time.perf_counter() - wall, time.process_time() - cpu


def main() -> None:
    """Print one line per page and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("package", nargs="?", type=Path, default=SAMPLE)
    parser.add_argument("--pages", type=int, default=40, help="read at most so many pages")
    args = parser.parse_args()
    pages = [page for page, _ in zip(scanned_pages(args.package), range(args.pages), strict=False)]
    fast, reference = create_engine("openvino"), create_engine("paddleocr")
    for engine in (fast, reference):
        engine.read(pages[0][1])
    wall, cpu = {"fast": 0.0, "reference": 0.0}, {"fast": 0.0, "reference": 0.0}
    different = raw = characters = 0
    for name, image in pages:
        ours, w1, c1 = timed(fast, image)
        theirs, w2, c2 = timed(reference, image)
        wall["fast"] += w1
        wall["reference"] += w2
        cpu["fast"] += c1
        cpu["reference"] += c2
        d = difference(ours, theirs, SURE)
        different += d
        raw += difference(ours, theirs)
        characters += sum(len(plain(line.text)) for line in theirs)
        sys.stdout.write(f"{name}: {w1:.2f} s, {w2:.2f} s, {d} characters differ\n")
    sys.stdout.write(
        f"{len(pages)} pages; {fast.version} against {reference.version}\n"
        f"seconds per page: {wall['fast'] / len(pages):.2f} against {wall['reference'] / len(pages):.2f}\n"
        f"time ratio: wall {wall['fast'] / wall['reference']:.3f}, cpu {cpu['fast'] / cpu['reference']:.3f}\n"
        f"characters that differ: {different} of {characters} ({100 * different / max(characters, 1):.3f} %); "
        f"with lines that neither engine is sure of: {raw}\n"
    )


if __name__ == "__main__":
    main()
