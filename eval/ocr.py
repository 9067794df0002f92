"""Text engines on the pages of a corpus whose true lines are labelled: character errors and seconds per page."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from corpora.format import Corpus, CorpusError, TextLine
from eval.places import level_box
from eval.text_errors import Run, TextErrors, compare_lines
from extractor.intake import ImagePage, PageSource, PdfPage, open_package, page_sources
from extractor.intake.pdf import PdfFile
from extractor.model import Page
from extractor.reading.ocr_page import Recogniser, read_image
from extractor.reading.pdf_page import render_for_ocr
from extractor.reading.upright import Image
from models.ocr import create_engine

_LINES = TypeAdapter(list[TextLine])
ORDER = ("clean", "scan", "photo", "hard", "")
"""Difficulties in the order shown; empty: not labelled."""


@dataclass(frozen=True, slots=True)
class TruePage:
    """A page of the corpus with its true lines (boxes on the page after its quarter turn)."""

    name: str
    page: int
    difficulty: str
    source: PageSource
    lines: tuple[TextLine, ...]


@dataclass(slots=True)
class Score:
    """One engine on the pages of one difficulty. Characters as in ``TextErrors``; seconds of wall time."""

    engine: str
    version: str
    difficulty: str
    pages: int = 0
    characters: int = 0
    errors: int = 0
    extra: int = 0
    seconds: float = 0.0

    @property
    def cer(self) -> float:
        """Character error rate on the labelled lines (may exceed 1)."""
        return self.errors / self.characters if self.characters else 0.0

    @property
    def seconds_per_page(self) -> float:
        """Mean seconds of wall time per page."""
        return self.seconds / self.pages if self.pages else 0.0

    def add(self, found: TextErrors, seconds: float) -> None:
        """Count a page."""
        self.pages += 1
        self.characters += found.characters
        self.errors += found.errors
        self.extra += found.extra
        self.seconds += seconds


@dataclass(slots=True)
class OcrReport:
    """Scores by engine and difficulty; ``worst``: the pages with the most errors per engine."""

    scores: list[Score] = field(default_factory=list)
    worst: dict[str, list[tuple[str, int, int]]] = field(default_factory=dict)
    """Engine name to (page name, errors, characters), most errors first."""


def true_pages(corpus: Corpus, limit: int | None = None) -> list[TruePage]:
    """The pages with true lines, at most ``limit`` of each difficulty, in the order of the labels.

    Raises:
        CorpusError: a file of lines is missing or does not follow the format, or its page cannot be opened.
        IntakeError: a labelled file is missing.
    """
    found: list[TruePage] = []
    counts: dict[str, int] = defaultdict(int)
    for label in corpus.files:
        difficulty = label.difficulty or ""
        if label.text is None or label.file is None or (limit is not None and counts[difficulty] >= limit):
            continue
        by_page: dict[int, list[TextLine]] = defaultdict(list)
        for line in _lines(corpus.root / label.text):
            by_page[line.page].append(line)
        sources = {source.page: source for source in _sources(corpus.root / label.file)}
        for number, lines in sorted(by_page.items()):
            if number not in sources:
                raise CorpusError(f"标注了 {label.file} 第{number}页的文字，但该页无法读取；请检查文件或重新生成语料")
            if limit is None or counts[difficulty] < limit:
                counts[difficulty] += 1
                found.append(TruePage(label.file, number, difficulty, sources[number], tuple(lines)))
    return found


def score_engines(
    pages: Sequence[TruePage],
    engines: Sequence[str],
    *,
    threads: int | None = None,
    progress: Callable[[int, int, str], None] = lambda done, total, what: None,
) -> OcrReport:
    """Read every page with every engine as the product would read a scan of it.

    The first page is read once more at the start of each engine and not counted: loading takes no part.

    Args:
        pages: at least one.
        engines: names of ``models.ocr.ENGINES``.
        threads: CPU threads; None: all.
        progress: called as (pages done, pages in all, what is being read).

    Raises:
        EngineError: an unknown engine, or one that is not installed; before anything is read.
        IntakeError: a page cannot be decoded.
    """
    # All are made first: a missing one must not show after an hour of reading with the others.
    made = [create_engine(name, threads=threads) for name in engines]
    report = OcrReport()
    for n, engine in enumerate(made):
        # Every engine can find and read lines apart, which is what reading a page takes.
        reader: Recogniser = engine  # type: ignore[assignment]
        scores: dict[str, Score] = {}
        misses: list[tuple[str, int, int]] = []
        for i, page in enumerate(pages):
            progress(n * len(pages) + i, len(made) * len(pages), f"{engine.name} {page.name} 第{page.page}页")
            image = page_image(page.source)
            if i == 0:
                read_image(reader, image)
            found, seconds = score_page(reader, image, page.lines)
            key = page.difficulty
            scores.setdefault(key, Score(engine.name, engine.version, key)).add(found, seconds)
            misses.append((f"{page.name} 第{page.page}页", found.errors, found.characters))
        report.scores += [scores[key] for key in (*ORDER, *sorted({*scores} - {*ORDER})) if key in scores]
        report.worst[engine.name] = sorted(misses, key=lambda m: -m[1])[:10]
    progress(len(made) * len(pages), len(made) * len(pages), "")
    return report


def score_page(engine: Recogniser, image: Image, lines: Sequence[TextLine]) -> tuple[TextErrors, float]:
    """The errors of one page image, and the seconds of reading it."""
    start = time.perf_counter()
    read = read_image(engine, image)
    seconds = time.perf_counter() - start
    height, width = read.image.shape[:2]
    page = Page(file=0, page=1, width=width, height=height, source="ocr", rotation=read.rotation, skew=read.skew, warp=read.warp)
    true = [Run(line.text, level_box(line.box, page)) for line in lines if line.text.strip()]
    kept = [Run(line.text, line.box, line.confidence) for line in read.lines if not line.slant]
    return compare_lines(true, kept), seconds


def page_image(source: PageSource) -> Image:
    """The page as a picture, PDF pages rendered as for reading a scan.

    Raises:
        IntakeError: it cannot be decoded.
        CorpusError: a spreadsheet or running text has no picture.
    """
    if isinstance(source, ImagePage):
        return source.image()
    if isinstance(source, PdfPage):
        with PdfFile(source.path, source.limits) as pdf:
            return render_for_ocr(pdf, source.index)
    raise CorpusError(f"{source.path.name} 不是页面图像，不能用于识别率评测；请从标注中去掉它的 text")


def as_json(report: OcrReport) -> str:
    """The scores as one JSON object."""
    scores = [{**asdict(s), "cer": s.cer, "seconds_per_page": s.seconds_per_page} for s in report.scores]
    worst = {
        engine: [{"page": page, "errors": errors, "characters": characters} for page, errors, characters in pages]
        for engine, pages in report.worst.items()
    }
    return json.dumps({"scores": scores, "worst": worst}, ensure_ascii=False, indent=1)


def _lines(path: Path) -> list[TextLine]:
    try:
        return _LINES.validate_json(path.read_text(encoding="utf-8"))
    except (OSError, ValidationError) as error:
        raise CorpusError(f"行文本标注 {path.name} 缺失或不合格式，请重新生成语料：{error}") from error


def _sources(path: Path) -> Iterator[PageSource]:
    with open_package(path) as package:
        for file in package.files:
            yield from page_sources(file)
