"""How many scanned pages per second the product and other readers read on the same pages, and how well."""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from eval.bench_speed_corpus import PageFile, draw_pages, folder_pages, image_pdf, on_paper, turned
from eval.bench_speed_figures import Ratio, chunks, in_columns, loose_errors, speed_ratio, turns
from eval.bench_speed_readers import PRODUCT, READERS, TAKES_PDF, Chunk, PageText, ReaderFailed, ReaderProcess, Reading, missing
from eval.bench_speed_told import note, progress
from eval.places import level_box
from eval.text_errors import Run, TextErrors, compare_lines
from extractor.values.persons import mask_ids


@dataclass
class Measured:
    """One reader: seconds of each chunk in the order of reading, and what it made of the pages."""

    name: str
    version: str
    seconds: list[float] = field(default_factory=list)
    cpu: float = 0.0
    pages: int = 0
    peak_rss: int = 0
    placed: list[TextErrors] = field(default_factory=list)
    loose: list[TextErrors] = field(default_factory=list)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ``pages``."""
    parser.add_argument("--pages", type=int, default=24)
    parser.add_argument("--rounds", type=int, default=2, help="how often every reader reads every page")
    parser.add_argument("--chunk", type=int, default=8, help="pages read in one go before the next reader's turn")
    parser.add_argument("--readers", default=",".join(READERS), help="names with commas between them")
    parser.add_argument(
        "--images", type=Path, help="folder of pictures to read instead of drawn pages; then no errors are counted"
    )


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Measure, print the table, and return everything."""
    wanted = [name for name in dict.fromkeys(args.readers.split(",")) if name]
    if unknown := sorted({*wanted} - {*READERS}):
        raise SystemExit(f"没有名为 {'、'.join(unknown)} 的读取程序，可用：{'、'.join(READERS)}")
    lacking = {name: f"not installed ({why})" for name in wanted if (why := missing(name))}
    with tempfile.TemporaryDirectory(prefix="bench-speed-") as name:
        folder = Path(name)
        pages = (
            folder_pages(args.images, args.pages) if args.images else draw_pages(args.pages, args.seed, folder, progress("draw"))
        )
        parts = chunks(pages, args.chunk)
        present = [name for name in wanted if name not in lacking]
        with_pdf = TAKES_PDF in present
        asked = [_chunk(part, folder / f"chunk{k}.pdf" if with_pdf else None) for k, part in enumerate(parts)]
        with ExitStack() as stack:
            readers = _started(present, _chunk(pages[:1], folder / "warm.pdf" if with_pdf else None), lacking, stack)
            found = _measure(readers, parts, asked, args.rounds)
    _print(found, lacking)
    return _told(found, lacking, pages, args)


def _chunk(pages: Sequence[PageFile], pdf: Path | None) -> Chunk:
    return Chunk(tuple(page.path for page in pages), pdf and image_pdf(pages, pdf))


def _started(names: Sequence[str], warm: Chunk, lacking: dict[str, str], stack: ExitStack) -> list[ReaderProcess]:
    """The readers, one after another; one that cannot start is told in ``lacking``."""
    readers = []
    for name in names:
        note(f"start {name}")
        try:
            readers.append(stack.enter_context(ReaderProcess(name, warm)))
        except ReaderFailed as error:
            lacking[name] = f"failed: {error}"
    return readers


def _measure(
    readers: Sequence[ReaderProcess], parts: Sequence[list[PageFile]], asked: Sequence[Chunk], rounds: int
) -> dict[str, Measured]:
    """Every reader reads every chunk in every round; the readers take turns within a chunk."""
    by_name = {reader.name: reader for reader in readers}
    found = {reader.name: Measured(reader.name, reader.version) for reader in readers}
    show, done = progress("read"), 0
    for turn in range(rounds):
        for k, (part, chunk) in enumerate(zip(parts, asked, strict=True)):
            for name in turns(list(by_name), turn + k):
                reading = by_name[name].read(chunk)
                _count(found[name], part, reading, score=turn == 0)
                done += len(part)
                show(done, len(by_name) * rounds * sum(map(len, parts)))
    for name, reader in by_name.items():
        found[name].peak_rss = reader.peak_rss()
    return found


def _count(found: Measured, part: Sequence[PageFile], reading: Reading, *, score: bool) -> None:
    found.seconds.append(reading.wall)
    found.cpu += reading.cpu
    found.pages += len(part)
    for page, read in zip(part, reading.pages, strict=True):
        # Readers that cannot turn pages read nothing there: that is no matter of their recognition.
        if score and page.truth is not None and page.truth.turn == 0:
            if (placed := placed_errors(page, read)) is not None:
                found.placed.append(placed)
            found.loose.append(text_errors(page, read))


def placed_errors(page: PageFile, read: PageText) -> TextErrors | None:
    """Character errors with the lines matched by place; None for readers that give no places.

    The product's lines are compared on the page as it levelled it, the others' on the clean page,
    to which the way that the page was drawn leads back.
    """
    truth = page.truth
    assert truth is not None
    if read.page is not None:
        true = [Run(mask_ids(line.text), level_box(line.box, read.page)) for line in truth.lines]
        return compare_lines(true, [Run(line.text, line.box, line.confidence) for line in read.page.lines if not line.slant])
    runs = []
    for line in read.lines:
        if line.corners is None:
            return None
        corners = on_paper(line.corners, truth.back)
        (left, top), (right, bottom) = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
        runs.append(Run(mask_ids(line.text), (left, top, right, bottom), line.confidence))
    return compare_lines([Run(mask_ids(text), box) for text, box in truth.printed], runs)


def text_errors(page: PageFile, read: PageText) -> TextErrors:
    """Character errors of the bare text (``loose_errors``): the same for every reader, places or not."""
    assert page.truth is not None
    lines = [line.text for line in read.page.lines if not line.slant] if read.page else [line.text for line in read.lines]
    return loose_errors([mask_ids(line.text) for line in page.truth.lines], [mask_ids(text) for text in lines])


def cer(pages: Sequence[TextErrors]) -> float | None:
    """The character error rate of all pages together; None without true characters."""
    characters = sum(page.characters for page in pages)
    return sum(page.errors for page in pages) / characters if characters else None


def _ratios(found: dict[str, Measured]) -> dict[str, Ratio]:
    if PRODUCT not in found:
        return {}
    ours = found[PRODUCT].seconds
    return {name: speed_ratio(ours, one.seconds) for name, one in found.items() if name != PRODUCT}


def _print(found: dict[str, Measured], lacking: dict[str, str]) -> None:
    ratios = _ratios(found)
    rows = [
        [
            "reader",
            "pages/s",
            "s/page",
            "CPU s/page",
            "peak MB",
            "CER by place",
            "CER text only",
            "times as fast",
            "CPU, times less",
        ]
    ]
    for name, one in found.items():
        wall = sum(one.seconds)
        cells = [f"{one.pages / wall:.3f}", f"{wall / one.pages:.2f}", f"{one.cpu / one.pages:.2f}", f"{one.peak_rss / 1e6:.0f}"]
        against = [str(ratios[name]), f"{one.cpu / found[PRODUCT].cpu:.2f}"] if name in ratios else []
        rows.append([name, *cells, _rate(cer(one.placed)), _rate(cer(one.loose)), *against])
    sys.stdout.write(in_columns(rows) + "the last two columns: the product against the reader of the row\n")
    sys.stdout.writelines(f"{name}: {why}\n" for name, why in lacking.items())
    sys.stdout.writelines(f"{one.name}: {one.version}\n" for one in found.values())


def _rate(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"


def _told(
    found: dict[str, Measured], lacking: dict[str, str], pages: Sequence[PageFile], args: argparse.Namespace
) -> dict[str, Any]:
    readers = {
        name: {
            "version": one.version,
            "pages_per_second": one.pages / sum(one.seconds),
            "cpu_seconds_per_page": one.cpu / one.pages,
            "seconds_of_chunks": one.seconds,
            "median_seconds_of_chunk": statistics.median(one.seconds),
            "peak_rss": one.peak_rss,
            "cer_by_place": cer(one.placed),
            "cer_text_only": cer(one.loose),
            "extra_by_place": sum(page.extra for page in one.placed),
            "extra_text_only": sum(page.extra for page in one.loose),
            "scored_pages": len(one.loose),
        }
        for name, one in found.items()
    }
    return {
        "pages": len(pages),
        "turned_pages": turned(pages),
        "rounds": args.rounds,
        "readers": readers,
        "not_measured": lacking,
        "ratios": {name: asdict(ratio) for name, ratio in _ratios(found).items()},
        "cpu_ratios": {name: found[name].cpu / found[PRODUCT].cpu for name in _ratios(found)},
    }
