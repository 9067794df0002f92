"""Reading less against reading everything: the same documents, claims and verdicts, and what it saves.

``python -m eval.bench_triage CORPUS [--cache DIR] [--real] [--as-scans] [--limit N] [--show]``

Every package of a labelled corpus (or one folder, ZIP or file) is read in full, once with a cache; then triage is run on
the same pages. Glances are simulated by the boxes of the lines that were read, or taken with the text engine (``--real``).
Exit code 1 where anything differs.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import cast

import cv2

from corpora.format import CorpusError, load
from eval.observe import units
from extractor.claims.declared import load_declaration
from extractor.conclude import conclude
from extractor.intake import Limits, PageSource, SourceFile, open_package, page_sources
from extractor.model import Declaration, Glance, Page, Result
from extractor.pipeline import Session, Settings
from extractor.reading.glance import COLUMN, FIRST, FIXED, MOST_LOOSE, MOST_READ, SIDE, glance, lines_only, with_marks
from extractor.reading.ocr_page import Recogniser
from extractor.reading.package_pages import FRONT, LONG, WORTH
from extractor.reading.page_reader import PageReader
from extractor.triage import Outcome, promising, settle
from extractor.values.chinese import squeeze
from extractor.values.line_rows import FEW_ROWS, shape_of, short_lines, telling
from extractor.values.paper_words import PAPER, UNCLEAR
from models.calibration import Calibration, load_calibration
from models.ocr.detection import MIN_PIXELS, network_size
from models.ocr.recognition import HEIGHT, MAX_WIDTH, padded

Look = Callable[[int, Page], Glance]
"""Looks at a page by its index in the package; the page as it was read is given along."""
MarksOf = Callable[[int, Page], Page]


@dataclass(frozen=True)
class Case:
    """A package that was read in full."""

    name: str
    files: tuple[SourceFile, ...]
    sources: tuple[PageSource, ...]
    pages: tuple[Page, ...]
    declaration: Declaration | None
    day: date


@dataclass(frozen=True)
class Compared:
    """What triage made of a package: shares of pages and of cost that it spared, and every difference."""

    name: str
    outcome: Outcome
    pages: int
    glanced: int
    deferred: int
    cost: float
    """Of reading everything, glances included."""
    differences: tuple[str, ...]


# --- what a page costs ----------------------------------------------------------------------


def reading_cost(page: Page) -> float:
    """What reading a page costs, in thousand pixels of the detector (``reading.glance``)."""
    high, wide = network_size(page.height, page.width, MIN_PIXELS)
    return high * wide / 1000 + FIXED + COLUMN * sum(_columns(page, x.box) for x in page.lines)


def _columns(page: Page, box: Sequence[float]) -> float:
    """The columns that a line takes in the recogniser."""
    width, height = (box[2] - box[0]) * page.width, max(1e-6, (box[3] - box[1]) * page.height)
    columns = min(max(round(HEIGHT * width / height), 8), MAX_WIDTH)
    return padded(columns)


# --- glances without an engine ---------------------------------------------------------------


def simulated(page: Page) -> Glance:
    """What a glance would show of a page that was read: the same lines, by their boxes alone."""
    level = [x for x in page.lines if not x.slant and x.origin in ("ocr", "text")]
    ratio = min(1.0, SIDE / max(page.width, page.height))
    seen = ratio**2 * page.width * page.height / 1000 + FIXED
    blank = page.model_copy(update={"lines": (), "tables": (), "deferred": True, "source": "ocr"})
    whole = reading_cost(page)
    if not level or page.rotation:
        return Glance(page=blank, doubt=UNCLEAR, cost=seen / whole)
    level = [level[i] for i in lines_only([x.box for x in level])]
    shape = shape_of([x.box for x in level], page.height / page.width)
    loose = len(shape.rows) < FEW_ROWS
    told = short_lines(shape) if loose else list(telling(shape))
    read = [level[i] for i in told]
    if not told or len(told) > (MOST_LOOSE if loose else MOST_READ):
        return Glance(page=blank, doubt="版面零碎", cost=seen / whole)
    if loose and any(PAPER.search(squeeze(x.text)) for x in read[:FIRST]):
        return Glance(page=blank, doubt="有材料的标题", cost=seen / whole)
    kept = sorted([*read, *(x for x in page.lines if x.slant)], key=lambda x: (round(x.box[1], 2), x.box[0]))
    cost = (seen + COLUMN * sum(_columns(page, x.box) for x in read)) / whole
    return Glance(
        page=blank.model_copy(update={"lines": tuple(kept)}), boxes=tuple(x.box for x in level), loose=loose, cost=round(cost, 4)
    )  # fmt: skip


def with_engine(case: Case) -> tuple[Look, MarksOf]:
    """Glances taken with the text engine, and the search for marks."""
    from models.ocr import create_engine

    cv2.setNumThreads(1)
    engine = cast(Recogniser, create_engine("openvino", threads=1))
    reader = PageReader(lambda: engine, b"")

    def look(i: int, page: Page) -> Glance:
        image = reader.picture(case.sources[i], 0, 0.0)
        assert image is not None
        return glance(engine, image, file=page.file, page=page.page)

    def marks(i: int, page: Page) -> Page:
        image = reader.picture(case.sources[i], 0, 0.0)
        return page if image is None else with_marks(engine, image, page)

    return look, marks


# --- comparing ---------------------------------------------------------------------------------


def compare(
    case: Case,
    calibration: Calibration,
    look: Look,
    marks: MarksOf | None = None,
    *,
    as_scans: bool = False,
    long: int = LONG,
) -> Compared:
    """Run triage on a package that was read in full and hold the two results against each other.

    Args:
        case: the package.
        calibration: what confidences mean.
        look: gives glances.
        marks: gives the marks across glanced pages; None: pages that may have one are read.
        as_scans: pages with a text layer count as scans.
        long: files of so many pages are looked at whatever their first page says (``PackagePages.seen``).
    """

    def concluded(pages: Sequence[Page]) -> Result:
        return conclude(
            name=case.name, files=case.files, pages=pages, declaration=case.declaration, day=case.day, calibration=calibration
        )  # fmt: skip

    seen, wasted = _looked(case, look, {"ocr", "text"} if as_scans else {"ocr"}, long)
    read: list[int] = []

    def fetch(indexes: Sequence[int]) -> Iterator[Page]:
        read.extend(indexes)
        return (case.pages[i] for i in indexes)

    def marked(pages: Sequence[tuple[int, Page]]) -> Iterator[Page]:
        assert marks is not None
        return (marks(i, p) for i, p in pages)

    outcome = settle(seen, fetch, concluded, [f.name for f in case.files], marks=marked if marks else None)
    costs = [reading_cost(p) for p in case.pages]
    spent = wasted + sum(costs[i] for i in read)
    spent += sum(x.cost * c if isinstance(x, Glance) else c for x, c in zip(seen, costs, strict=True))
    return Compared(
        case.name,
        outcome,
        len(seen),
        sum(isinstance(x, Glance) for x in seen),
        len(outcome.deferred),
        spent / max(sum(costs), 1e-9),
        tuple(differences(concluded(case.pages), outcome.result)),
    )


def _looked(case: Case, look: Look, scanned: set[str], long: int) -> tuple[list[Page | Glance], float]:
    """What a package is seen as first (``PackagePages.seen``), and the cost of looks that led to reading the file."""
    count = Counter(p.file for p in case.pages)
    seen: list[Page | Glance] = list(case.pages)
    worth: dict[int, bool] = {}
    wasted = 0.0
    for i, p in enumerate(case.pages):
        if p.source not in scanned or count[p.file] < WORTH:
            continue
        if p.file not in worth:
            found = look(i, p)
            wide = promising(found)
            worth[p.file] = wide or promising(p)
            if wide:
                seen[i] = found
            else:
                wasted += found.cost * reading_cost(p)
        elif worth[p.file] or (count[p.file] >= long and p.page > FRONT):
            seen[i] = look(i, p)
    return seen, wasted


def differences(whole: Result, triaged: Result) -> Iterator[str]:
    """Documents, claims and verdicts that are only in one of two results."""
    for what, told in (("document", _documents), ("claim", _claims), ("finding", _findings)):
        full, less = told(whole), told(triaged)
        for mark, here, there in (("-", full, less), ("+", less, full)):
            rest = list(there)
            for item in here:
                if item in rest:
                    rest.remove(item)
                else:
                    yield f"{mark} {what} {item}"


def _documents(result: Result) -> list[str]:
    return [
        f"{d.type} {[f'{p.file}/{p.page}' for p in d.pages]} {'excluded' if d.excluded else ''}".strip() for d in result.documents
    ]  # fmt: skip


def _claims(result: Result) -> list[str]:
    return [f"{c.metric} {c.period} {c.value} {c.subject} {c.scope} {c.gate} {c.doubt}" for c in result.claims]


def _findings(result: Result) -> list[str]:
    return [f"{f.metric} {f.period} {f.verdict}" for f in result.findings]


# --- packages -----------------------------------------------------------------------------------


def cases(path: Path, session: Session, limit: int | None) -> Iterator[Case]:
    """The packages of a corpus, or the one at ``path``, read in full."""
    try:
        corpus = load(path)
    except CorpusError:
        yield from _case(path, None, session)
        return
    for unit in units(corpus)[:limit]:
        declared = unit.label.declared if unit.label else None
        yield from _case(corpus.root / unit.path, corpus.root / declared if declared else None, session)


def _case(path: Path, declared: Path | None, session: Session) -> Iterator[Case]:
    """One package; its files are there until the next is asked for."""
    declaration = load_declaration(declared, default_as_of=date.today()) if declared else None
    pages: list[Page] = []
    session.check(path, declaration, seen=pages.append)
    with open_package(path, Limits()) as package:
        files = tuple(package.files)
        sources = tuple(s for f in files for s in page_sources(f, Limits()))
        day = date.fromisoformat(declaration.as_of) if declaration else date.today()
        yield Case(path.name, files, sources, tuple(pages), declaration, day)


def main() -> None:
    """Print, for each package, what triage deferred and saved, and every difference; exit 1 where there is one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path, help="labelled corpus, or one package")
    parser.add_argument("--cache", type=Path, help="folder of read pages")
    parser.add_argument("--real", action="store_true", help="glances by the text engine")
    parser.add_argument("--as-scans", action="store_true", help="look at pages with a text layer as if they were scans")
    parser.add_argument("--limit", type=int, help="at most so many packages")
    parser.add_argument("--show", action="store_true", help="what was decided about each page")
    args = parser.parse_args()
    calibration, found = load_calibration(), []
    with tempfile.TemporaryDirectory() as spare, Session(Settings(cache=args.cache or Path(spare), read_all=True)) as session:
        for case in cases(args.corpus, session, args.limit):
            look, marks = with_engine(case) if args.real else ((lambda i, page: simulated(page)), None)
            found.append(compare(case, calibration, look, marks, as_scans=args.as_scans))
            sys.stdout.write(told(found[-1], case, show=args.show))
            sys.stdout.flush()
    pages = sum(f.pages for f in found)
    deferred, differing = sum(f.deferred for f in found), sum(bool(f.differences) for f in found)
    sys.stdout.write(f"{len(found)} packages, {pages} pages, {deferred} deferred, {differing} packages differ\n")
    sys.exit(1 if differing else 0)


def told(found: Compared, case: Case, *, show: bool) -> str:
    """The lines for one package."""
    lines = [
        f"{found.name}: {found.pages} pages, {found.glanced} looked at, {found.deferred} deferred, "
        f"cost {100 * found.cost:.0f} % of reading all, concluded {found.outcome.rounds} times, "
        f"{len(found.differences)} differences"
    ]
    lines += [f"  {x}" for x in found.differences]
    if show:
        lines += [
            f"  {case.files[p.file].name} {p.page} {'deferred' if p.deferred else 'read'} {b.reason}"
            for p, b in zip(found.outcome.pages, found.outcome.bearings, strict=True)
        ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
