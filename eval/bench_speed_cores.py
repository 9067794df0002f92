"""What one core does: born-digital pages in one thread, and one reading process against two."""

from __future__ import annotations

import argparse
import os
import secrets
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import cv2

from corpora import files
from corpora.synth import audit, names, rdaudit, social, tax
from corpora.synth.engine import SynthDocument
from eval.bench_speed_corpus import Maker, draw_pages
from eval.bench_speed_figures import in_columns
from eval.bench_speed_papers import with_notes
from eval.bench_speed_processes import cpu_seconds
from eval.bench_speed_told import progress
from extractor.intake import ImagePage, Limits, PdfPage
from extractor.reading.page_reader import PageReader
from extractor.reading.worker import ReadingWorker
from models.ocr import TextEngine, create_engine

NOTES = 16
"""Pages of notes behind a born-digital report."""


def _report(rng: Random, owner: names.Enterprise) -> SynthDocument:
    year = rng.randint(2019, 2023)
    return with_notes(rng, audit.make(rng, owner, year=year), owner, year, NOTES)


DIGITAL: tuple[Maker, ...] = (_report, social.make, audit.bare_statements, tax.make, _report, rdaudit.make)
"""Papers that come as PDF with text and tables, in turns."""


# --- born-digital pages ----------------------------------------------------------------------


def add_digital_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ``digital``."""
    parser.add_argument("--pages", type=int, default=200)


def run_digital(args: argparse.Namespace) -> dict[str, Any]:
    """Read born-digital PDF pages in this process with one thread; print and return pages per second."""
    with tempfile.TemporaryDirectory(prefix="bench-speed-") as name:
        sources = digital_pages(args.pages, args.seed, Path(name))
        told = measure_digital(sources)
    rows = [["pages that are", "pages", "pages/s", "pages/CPU s", "ms/page", "with tables"]]
    for kind, one in told["by_source"].items():
        cells = [
            f"{one['pages_per_second']:.1f}",
            f"{one['pages_per_cpu_second']:.1f}",
            f"{1000 * one['seconds'] / one['pages']:.1f}",
        ]
        rows.append([kind, str(one["pages"]), *cells, str(one["with_tables"])])
    sys.stdout.write(in_columns(rows))
    return told


def digital_pages(n: int, seed: int, folder: Path) -> list[PdfPage]:
    """``n`` pages of born-digital PDFs, drawn into ``folder``: reports, statements, lists, tax returns."""
    show, made = progress("draw"), list[PdfPage]()
    for k in count():
        if len(made) >= n:
            return made
        rng = Random(f"speed/digital/{seed}/{k}")
        path = folder / f"{k:04d}.pdf"
        content = files.write_pdf(DIGITAL[k % len(DIGITAL)](rng, names.enterprise(rng)), path)
        pages = len(content.documents[0].pages or ())
        made += [PdfPage(k, number, path, Limits()) for number in range(1, pages + 1)][: n - len(made)]
        show(len(made), n)
    raise AssertionError


def measure_digital(sources: Sequence[PdfPage]) -> dict[str, Any]:
    """Pages per wall second and per processor second, tables included, by how the page was read.

    ``text`` pages need their text layer only; of ``text, checked`` ones a strip of the layer was read by OCR, as of
    every file's first; ``mixed`` ones have pictures that are read; ``ocr`` is what became of a layer that was not
    trusted. Loading the model is not counted.
    """
    cv2.setNumThreads(1)
    engine = _Watched(create_engine("openvino", threads=1))
    for part in (sources[:1], sources):  # the first reading only loads
        reader = PageReader(lambda: engine, secrets.token_bytes(16))  # type: ignore[arg-type, return-value]
        taken = _taken(reader, engine, part)
        reader.close()
    return {"pages": len(sources), "by_source": {kind: _rates(taken[kind]) for kind in sorted(taken, key=lambda k: k == "all")}}


class _Watched:
    """An engine that remembers whether it was asked to read."""

    def __init__(self, engine: TextEngine) -> None:
        self._engine = engine
        self.used = False

    def __getattr__(self, name: str) -> Any:
        self.used |= name in ("detect", "recognise")
        return getattr(self._engine, name)


def _taken(reader: PageReader, engine: _Watched, sources: Sequence[PdfPage]) -> dict[str, list[tuple[float, float, bool]]]:
    """Wall seconds, processor seconds and whether there are tables, of each page by how it was read."""
    taken: dict[str, list[tuple[float, float, bool]]] = defaultdict(list)
    for source in sources:
        engine.used = False
        cpu, wall = time.process_time(), time.perf_counter()
        page = reader.read(source)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        checked = ", checked" if page.source == "text" and engine.used else ""
        for kind in (page.source + checked, "all"):
            taken[kind].append((wall, cpu, bool(page.tables)))
    return taken


def _rates(taken: Sequence[tuple[float, float, bool]]) -> dict[str, float]:
    wall, cpu = sum(w for w, _, _ in taken), sum(c for _, c, _ in taken)
    return {
        "pages": len(taken),
        "seconds": wall,
        "cpu_seconds": cpu,
        "pages_per_second": len(taken) / wall,
        "pages_per_cpu_second": len(taken) / cpu,
        "median_seconds": statistics.median(w for w, _, _ in taken),
        "with_tables": sum(tables for _, _, tables in taken),
    }


# --- one reading process against two ---------------------------------------------------------


def add_workers_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ``workers``."""
    parser.add_argument("--pages", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=3)


def run_workers(args: argparse.Namespace) -> dict[str, Any]:
    """One reading process of one thread and two of them read the same scanned pages in turns; print and return both."""
    seconds: dict[int, list[float]] = {1: [], 2: []}
    cpu = dict.fromkeys(seconds, 0.0)
    with tempfile.TemporaryDirectory(prefix="bench-speed-") as name:
        pages = draw_pages(args.pages, args.seed, Path(name), progress("draw"))
        sources = [ImagePage(k, 1, page.path, Limits()) for k, page in enumerate(pages)]
        with ExitStack() as stack:
            workers = {n: stack.enter_context(ReadingWorker(threads=n, processes=n)) for n in seconds}
            for n, worker in workers.items():
                list(worker.read(sources[:1] * n))  # a page for every process: it starts and loads
            show, done = progress("read"), 0
            for turn in range(args.rounds):
                for n in (1, 2) if turn % 2 == 0 else (2, 1):
                    before, start = cpu_seconds(os.getpid()), time.perf_counter()
                    list(workers[n].read(sources))
                    seconds[n].append(time.perf_counter() - start)
                    cpu[n] += cpu_seconds(os.getpid()) - before
                    done += len(sources)
                    show(done, 2 * args.rounds * len(sources))
    rates = {n: args.rounds * len(sources) / sum(taken) for n, taken in seconds.items()}
    rows = [["processes", "pages/s", "CPU s/page"]]
    rows += [[str(n), f"{rates[n]:.3f}", f"{cpu[n] / args.rounds / len(sources):.2f}"] for n in rates]
    sys.stdout.write(in_columns(rows) + f"two against one: {rates[2] / rates[1]:.2f} times the pages per second\n")
    return {
        "pages": len(sources),
        "rounds": args.rounds,
        "pages_per_second": {str(n): rate for n, rate in rates.items()},
        "seconds_of_rounds": {str(n): taken for n, taken in seconds.items()},
        "ratio": rates[2] / rates[1],
    }
