"""How long each page of a package takes, by source, and the reading worker's peak memory.

``python -m eval.bench_package [PACKAGE]`` (the sample package by default).
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections import defaultdict
from pathlib import Path

from eval.bench_engines import SAMPLE
from extractor.documents.split import read_documents
from extractor.intake import open_package, page_sources
from extractor.model import Page
from extractor.reading.worker import ReadingWorker


def main() -> None:
    """Print milliseconds per page for each page source, and peak memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("package", nargs="?", type=Path, default=SAMPLE)
    args = parser.parse_args()
    times: dict[str, list[float]] = defaultdict(list)
    with open_package(args.package) as package, ReadingWorker() as worker:
        sources = [s for f in package.files for s in page_sources(f)]
        pages: list[Page] = []
        for source in sources:
            # One page at a time: with several in flight the waiting would be counted.
            start = time.perf_counter()
            pages += list(worker.read([source]))
            times[pages[-1].source].append(time.perf_counter() - start)
        start = time.perf_counter()
        documents = read_documents(pages, [f.name for f in package.files])
        seconds = time.perf_counter() - start
        rss = worker.peak_rss()
    for kind, values in sorted(times.items()):
        first, rest = values[0], values[1:] or values
        sys.stdout.write(
            f"{kind}: {len(values)} pages, median {1000 * statistics.median(rest):.0f} ms, "
            f"mean {1000 * statistics.mean(rest):.0f} ms, "
            f"slowest {1000 * max(rest):.0f} ms (first, with start-up: {1000 * first:.0f} ms)\n"
        )
    sys.stdout.write(
        f"documents: {len(documents)} from {len(pages)} pages in {seconds:.2f} s "
        f"({1000 * seconds / max(len(pages), 1):.0f} ms per page)\n"
        f"peak memory of the reading worker: {rss / 1e6:.0f} MB\n"
    )


if __name__ == "__main__":
    main()
