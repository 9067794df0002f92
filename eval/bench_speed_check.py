"""How long a large package takes until every declared figure has its verdict: as shipped, with everything read, again."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from PIL import Image

from eval.bench_speed_figures import chunks, estimate, in_columns, spread
from eval.bench_speed_package import Made, make_package
from eval.bench_speed_processes import cpu_seconds
from eval.bench_speed_readers import Chunk, ReaderFailed, ReaderProcess, missing
from eval.bench_speed_told import note, progress
from eval.ocr import page_image
from extractor.claims.declared import load_declaration
from extractor.intake import ImagePage, PageSource, PdfPage, open_package, page_sources
from extractor.model import Declaration, Finding, Result
from extractor.pipeline import Session, Settings

PEER = "paddleocr"
READ_ALL = "read_all"
"""The switch of ``Settings`` that has every page read before the verdicts."""
_CHUNK = 5


@dataclass(frozen=True)
class Checked:
    """One check in a session of its own, start-up counted: wall and processor seconds, children included."""

    result: Result
    wall: float
    cpu: float
    peak_rss: int


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ``package``."""
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--peer-pages", type=int, default=20, help="pages that PaddleOCR reads for its estimate; 0: all of them")
    parser.add_argument("--folder", type=Path, help="keep the package there; one that is there already is checked again")


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Make the package, measure, print the table, and return everything."""
    with tempfile.TemporaryDirectory(prefix="bench-speed-") as name:
        made = _package(args, args.folder or Path(name) / "package")
        declaration = load_declaration(made.declared, default_as_of=date.today())
        runs = _checks(made.evidence, declaration, Path(name) / "cache")
        peer = _peer(made.evidence, args.peer_pages, Path(name) / "peer")
    told = _told(runs, peer)
    _print(told)
    return told


def _package(args: argparse.Namespace, folder: Path) -> Made:
    evidence, declared = folder / "evidence", folder / "declared.json"
    if declared.exists():
        return Made(evidence, declared, len(_sources(evidence)))
    return make_package(args.pages, args.seed, folder, progress("draw"))


def _checks(evidence: Path, declaration: Declaration, cache: Path) -> dict[str, Checked]:
    """The checks by name. Writing the cache is counted in the first one."""
    found = {"as shipped": _check("as shipped", evidence, declaration, Settings(cache=cache))}
    found["again, same cache"] = _check("again", evidence, declaration, Settings(cache=cache))
    if READ_ALL in {f.name for f in fields(Settings)}:
        switch: dict[str, Any] = {READ_ALL: True}
        found["everything read"] = _check("everything read", evidence, declaration, Settings(**switch))
    return found


def _check(what: str, evidence: Path, declaration: Declaration, settings: Settings) -> Checked:
    show = progress(what)
    cpu, wall = cpu_seconds(os.getpid()), time.perf_counter()
    with Session(settings) as session:
        result = session.check(evidence, declaration, progress=lambda done, total, _: show(done, total))
        wall = time.perf_counter() - wall
        cpu = cpu_seconds(os.getpid()) - cpu
        note("")
        return Checked(result, wall, cpu, session.peak_rss())


def differing(ours: Sequence[Finding], others: Sequence[Finding]) -> list[str]:
    """Figures whose verdict or evidenced value differs between two checks, as ``metric period: verdict / verdict``."""

    def by_figure(findings: Sequence[Finding]) -> dict[tuple[str, str], tuple[str, object]]:
        return {(f.metric, f.period): (f.verdict.value, f.evidenced) for f in findings}

    a, b = by_figure(ours), by_figure(others)
    none = ("-", None)
    return [
        f"{metric} {period}: {a.get((metric, period), none)[0]} / {b.get((metric, period), none)[0]}"
        for metric, period in dict.fromkeys([*a, *b])
        if a.get((metric, period)) != b.get((metric, period))
    ]


def _sources(evidence: Path) -> list[PageSource]:
    with open_package(evidence) as package:
        return [source for file in package.files for source in page_sources(file)]


def _peer(evidence: Path, n: int, folder: Path) -> dict[str, Any]:
    """PaddleOCR on ``n`` of the package's pages, spread evenly, as pictures of the size that the product reads."""
    if lacking := missing(PEER):
        return {"not_measured": f"not installed ({lacking})"}
    sources = [source for source in _sources(evidence) if isinstance(source, (ImagePage, PdfPage))]
    folder.mkdir()
    paths = []
    for k in spread(len(sources), n):
        paths.append(folder / f"{k:05d}.png")
        Image.fromarray(page_image(sources[k])).save(paths[-1], compress_level=1)
    seconds = cpu = 0.0
    show = progress(PEER)
    try:
        with ExitStack() as stack:
            reader = stack.enter_context(ReaderProcess(PEER, Chunk((paths[0],))))
            for k, part in enumerate(chunks(paths, _CHUNK)):
                reading = reader.read(Chunk(tuple(part)))
                seconds, cpu = seconds + reading.wall, cpu + reading.cpu
                show(min((k + 1) * _CHUNK, len(paths)), len(paths))
    except ReaderFailed as error:
        return {"not_measured": f"failed: {error}"}
    return {
        "version": reader.version,
        "pages_read": len(paths),
        "pages": len(sources),
        "estimated": len(paths) < len(sources),
        "seconds": estimate(seconds, len(paths), len(sources)),
        "cpu_seconds": estimate(cpu, len(paths), len(sources)),
    }


def _told(runs: dict[str, Checked], peer: dict[str, Any]) -> dict[str, Any]:
    first = runs["as shipped"]
    told: dict[str, Any] = {
        name: {
            "seconds": one.wall,
            "cpu_seconds": one.cpu,
            "peak_rss": one.peak_rss,
            "pages": one.result.summary.pages,
            "pages_ocr": one.result.summary.pages_ocr,
            "findings": one.result.summary.findings,
            "differing_findings": differing(first.result.findings, one.result.findings),
        }
        for name, one in runs.items()
    }
    again = runs["again, same cache"]
    return {
        "pages": first.result.summary.pages,
        "checks": told,
        "read_all_switch": "everything read" in runs,
        "second_check_ratio": first.wall / again.wall,
        PEER: peer,
        f"product_faster_than_{PEER}": peer["seconds"] / first.wall if "seconds" in peer else None,
    }


def _print(told: dict[str, Any]) -> None:
    peer, pages = told[PEER], told["pages"]
    rows = [["", "seconds", "s/page", "CPU s", "by OCR", "peak MB", "findings"]]
    for name, one in told["checks"].items():
        same = "the same" if not one["differing_findings"] else f"{len(one['differing_findings'])} differ"
        cells = [f"{one['seconds']:.1f}", f"{one['seconds'] / pages:.3f}", f"{one['cpu_seconds']:.1f}"]
        # Nothing was read where every page came from the cache: no process was started.
        memory = f"{one['peak_rss'] / 1e6:.0f}" if one["peak_rss"] else "-"
        rows.append([name, *cells, str(one["pages_ocr"]), memory, same])
    if "seconds" in peer:
        cells = [f"{peer['seconds']:.1f}", f"{peer['seconds'] / peer['pages']:.3f}", f"{peer['cpu_seconds']:.1f}"]
        rows.append([PEER, *cells, str(peer["pages"])])
    sys.stdout.write(f"{pages} pages\n" + in_columns(rows))
    for one in told["checks"].values():
        sys.stdout.writelines(f"differs: {line}\n" for line in one["differing_findings"])
    if not told["read_all_switch"]:
        sys.stdout.write("everything read: there is no switch for it, as shipped every page is read\n")
    sys.stdout.write(f"second check with the same cache: {told['second_check_ratio']:.1f} times as fast\n")
    if "not_measured" in peer:
        sys.stdout.write(f"{PEER}: {peer['not_measured']}\n")
        return
    if peer["estimated"]:
        sys.stdout.write(f"{PEER}: an estimate from {peer['pages_read']} of {peer['pages']} pages, spread evenly\n")
    sys.stdout.write(f"as shipped against {PEER} on all pages: {told[f'product_faster_than_{PEER}']:.1f} times as fast\n")
