"""What changes with many pages: seconds per page by the size of a package, and memory of a reading process for long."""

from __future__ import annotations

import argparse
import secrets
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from PIL import Image

from eval.bench_speed_corpus import PageFile, draw_pages
from eval.bench_speed_figures import chunks, in_columns, level_at, slope
from eval.bench_speed_processes import cores, rss
from eval.bench_speed_told import note, progress
from extractor.intake import ImagePage, Limits
from extractor.intake.process import ParserProcess
from extractor.model import Page
from extractor.pipeline import Session
from extractor.reading import worker

BASE_PAGES = 10
"""Different pages of the packages of ``growth``; larger ones have more copies of each."""
SIZES = (1.0, 0.6, 1.3, 0.8)
"""Sizes of the pages of ``soak`` against what they were drawn at."""
SETTLED = 0.1
"""Share of the pages after which the memory should grow no more."""


# --- packages of growing size ----------------------------------------------------------------


def add_growth_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ``growth``."""
    parser.add_argument("--sizes", default="10,100,1000", help="pages of the packages, with commas between them")


def run_growth(args: argparse.Namespace) -> dict[str, Any]:
    """Check packages of the same pages, ever more copies of them; print and return seconds per page by size."""
    sizes = [int(size) for size in args.sizes.split(",")]
    found = []
    with tempfile.TemporaryDirectory(prefix="bench-speed-") as name:
        base = draw_pages(BASE_PAGES, args.seed, Path(name) / "base", progress("draw"))
        warm = copies(base, cores(), Path(name) / "warm")
        for size in sizes:
            found.append(_grown(copies(base, size, Path(name) / str(size)), warm, size))
    rows = [["pages", "seconds", "s/page", "reading s/page", "rest s/page", "peak MB"]]
    for one in found:
        parts = [one["seconds"], one["reading_seconds"], one["seconds"] - one["reading_seconds"]]
        per_page = [f"{part / one['pages']:.3f}" for part in parts]
        rows.append([str(one["pages"]), f"{one['seconds']:.1f}", *per_page, f"{one['peak_rss'] / 1e6:.0f}"])
    sys.stdout.write(in_columns(rows))
    first, last = (one["seconds"] / one["pages"] for one in (found[0], found[-1]))
    sys.stdout.write(f"seconds per page, {sizes[-1]} pages against {sizes[0]}: {last / first:.2f}\n")
    return {"sizes": found, "ratio": last / first}


def copies(base: Sequence[PageFile], size: int, folder: Path) -> Path:
    """A folder of ``size`` pictures, the base pages in turns; no file's bytes twice."""
    folder.mkdir(parents=True)
    for k in range(size):
        page = base[k % len(base)]
        # Readers of PNG stop at its end mark, so bytes behind it make new content of the same page.
        (folder / f"{k + 1:04d}{page.path.suffix}").write_bytes(page.path.read_bytes() + b"%d" % k)
    return folder


def _grown(folder: Path, warm: Path, size: int) -> dict[str, Any]:
    """One package in a session of its own; start-up is not counted, ``warm`` has a page for every processor."""
    show, read = progress(f"{size} pages"), [0.0]
    with Session() as session:
        session.check(warm, None)
        start = time.perf_counter()

        def shown(done: int, total: int, _: str) -> None:
            # The last call with all pages done comes when reading is over.
            if done == total and not read[0]:
                read[0] = time.perf_counter() - start
            show(done, total)

        session.check(folder, None, progress=shown)
        seconds = time.perf_counter() - start
        return {"pages": size, "seconds": seconds, "reading_seconds": read[0], "peak_rss": session.peak_rss()}


# --- one process for long --------------------------------------------------------------------


def add_soak_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ``soak``."""
    parser.add_argument("--pages", type=int, default=10_000)
    parser.add_argument("--different", type=int, default=24, help="different pages that are read again and again")
    parser.add_argument("--every", type=int, default=0, help="pages between two looks at the memory; 0: a hundredth of all")
    parser.add_argument("--scale", type=float, default=1.0, help="size of all pages, for a quick try")
    parser.add_argument("--replace", action="store_true", help="replace the process now and then, as shipped")


def run_soak(args: argparse.Namespace) -> dict[str, Any]:
    """Let one reading process read for long; print and return how its memory went."""
    with tempfile.TemporaryDirectory(prefix="bench-speed-") as name:
        drawn = draw_pages(args.different, args.seed, Path(name) / "drawn", progress("draw"))
        paths = [_resized(page.path, args.scale * SIZES[k % len(SIZES)]) for k, page in enumerate(drawn)]
        sources = [ImagePage(k, 1, paths[k % len(paths)], Limits()) for k in range(args.pages)]
        process: _Kept | _Replaced = _Replaced() if args.replace else _Kept(args.pages)
        with process:
            samples, peak, seconds = soak(process, sources, args.every or max(1, args.pages // 100))
    after = [point for point in samples if point[0] >= SETTLED * args.pages]
    early, late, rise = level_at(samples, SETTLED), level_at(samples, 1.0), slope(after) * 1000
    sys.stdout.write(
        f"{args.pages} pages in {seconds:.0f} s, {len(paths)} different ones\n"
        f"memory after {SETTLED:.0%}: {early / 1e6:.0f} MB, at the end: {late / 1e6:.0f} MB (ratio {late / early:.3f}), "
        f"peak: {peak / 1e6:.0f} MB, rise since: {rise / 1e6:+.2f} MB per 1000 pages\n"
    )
    told = {"pages": args.pages, "seconds": seconds, "rss_settled": early, "rss_end": late, "ratio": late / early}
    return {**told, "peak_rss": peak, "bytes_per_1000_pages": rise, "samples": samples, "replaced": args.replace}


class _Reading(Protocol):
    """A single reading process."""

    def read(self, sources: Sequence[ImagePage]) -> list[Page]:
        """The pages, read in full."""
        ...

    def rss(self) -> int:
        """Resident bytes now."""
        ...

    def peak(self) -> int:
        """Resident bytes at most so far."""
        ...


def soak(process: _Reading, sources: Sequence[ImagePage], every: int) -> tuple[list[tuple[float, float]], int, float]:
    """Read all pages; (pages read, resident bytes of the process) whenever it idles, its peak, and the seconds.

    It idles after every ``every`` pages: memory in the middle of a page says little.
    """
    show, samples, done = progress("read"), list[tuple[float, float]](), 0
    start = time.perf_counter()
    for part in chunks(sources, every):
        for page in process.read(part):
            if page.note and page.source == "blank":
                note(f"page {page.file}: {page.note}")
        done += len(part)
        samples.append((float(done), float(process.rss())))
        show(done, len(sources))
    return samples, process.peak(), time.perf_counter() - start


class _Kept(AbstractContextManager["_Kept"]):
    """One process that is never replaced, whatever it holds, with all processors; it does what a worker's do."""

    def __init__(self, pages: int) -> None:
        args = ("openvino", cores(), secrets.token_bytes(16))
        self._process = ParserProcess(worker._prepare, args, tasks=pages + 1, memory=sys.maxsize)

    def __exit__(self, *_: object) -> None:
        self._process.stop()

    def read(self, sources: Sequence[ImagePage]) -> list[Page]:
        return [self._process.run(worker._read, source) for source in sources]

    def rss(self) -> int:
        return rss(self._process.pid or 0)

    def peak(self) -> int:
        return self._process.peak


class _Replaced(AbstractContextManager["_Replaced"]):
    """One process at a time, replaced as the product replaces it."""

    def __init__(self) -> None:
        self._worker = worker.ReadingWorker(processes=1)

    def __exit__(self, *_: object) -> None:
        self._worker.__exit__(None, None, None)

    def read(self, sources: Sequence[ImagePage]) -> list[Page]:
        return list(self._worker.read(sources))

    def rss(self) -> int:
        return sum(map(rss, self._worker.pids))

    def peak(self) -> int:
        return self._worker.peak_rss()


def _resized(path: Path, scale: float) -> Path:
    """The picture at another size, in its own place."""
    with Image.open(path) as image:
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        made = image.resize(size, Image.Resampling.LANCZOS)
    made.save(path, compress_level=1)
    return path
