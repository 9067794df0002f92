"""The worst errors of a run with what was to be seen: expected, got, and the place on the page.

Crops come from the corpus itself, through the reading worker, which blacks out persons' ID numbers; lists of
persons show only the row in question.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.records import DocumentRecord, FieldRecord, FindingRecord, PageRecord, Records, Spot
from extractor.intake import IntakeError, PageSource, open_package, page_sources
from extractor.model import Page, Verdict
from extractor.reading.worker import ReadingWorker
from extractor.reports.crops import Shot, make_album
from extractor.reports.crops import Spot as CropSpot

MOST = 40
ALIKE = 3
"""Errors of the same field or metric that are shown."""
_PRIVATE_TYPES = frozenset({"social_security_list"})
_HIDDEN_KINDS = frozenset({"row", "id_masked"})
"""Kinds of field whose values are persons' data and are not shown."""
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Mistake:
    """One wrong thing. ``package`` and ``spot`` say where to look; ``true_spot``: where the right value stands."""

    kind: str
    what: str
    expected: str
    got: str
    confidence: float | None
    note: str
    package: str
    file: str
    difficulty: str
    spot: Spot | None = None
    true_spot: Spot | None = None
    private: bool = False

    @property
    def place(self) -> str:
        """File and page for people."""
        spot = self.spot or self.true_spot
        inside = f" {self.file}" if self.file and not self.package.endswith(self.file) else ""
        return f"{self.package}{inside}" + (f" 第{spot.page}页" if spot else "")


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A mistake with its crop: ``got`` shows the product's box, ``truth`` the true one (on the same crop or its own)."""

    mistake: Mistake
    got: Shot | None
    truth: Shot | None


def worst(records: Records, most: int = MOST) -> list[Mistake]:
    """The worst errors first: wrong ``supported``, other wrong verdicts, papers not found, then fields by harm.

    Of fields, those on which claims rest go first, and those read wrong with the highest confidence; at most
    ``ALIKE`` of the same field or metric and outcome, so that one flaw does not fill the page.
    """
    chosen: list[Mistake] = []
    seen: Counter[tuple[str, ...]] = Counter()
    for alike, mistake in _ranked(records):
        seen[alike] += 1
        if seen[alike] <= ALIKE:
            chosen.append(mistake)
        if len(chosen) == most:
            break
    return chosen


def _ranked(records: Records) -> Iterator[tuple[tuple[str, ...], Mistake]]:
    wrong = [f for f in records.findings if f.expected != f.got]
    for f in sorted(wrong, key=lambda f: (f.got != Verdict.SUPPORTED, -f.confidence)):
        yield ("finding", f.metric, f.expected, f.got), _finding(f)
    for d in records.documents:
        if not d.right:
            yield ("document", str(d.expected), str(d.got)), _document(d)
    bad = [f for f in records.fields if not f.exact and f.kind not in _HIDDEN_KINDS]
    for field in sorted(bad, key=lambda f: (not (f.key and f.present), not f.key, -f.confidence)):
        yield ("field", field.type, field.field, str(field.present)), _field(field)


def _finding(f: FindingRecord) -> Mistake:
    kind = "误判相符" if f.got == Verdict.SUPPORTED else "结论不同"
    said = "；".join(x for x in (f"申报 {f.declared}" if f.declared else "", f"材料 {f.evidenced}" if f.evidenced else "") if x)
    note = "。".join(x for x in (said, f.reason, f"埋设错误：{f.planted}" if f.planted else "") if x)
    file = f.spot.file if f.spot else ""
    return Mistake(
        kind, f"{f.metric} {f.period}", f.expected, f.got, f.confidence, note, f.package, file, f.difficulty, f.spot,
        private=f.metric == "employees",
    )  # fmt: skip


def _document(d: DocumentRecord) -> Mistake:
    kind = "文件类型" if d.expected else "多识别的文件"
    return Mistake(
        kind, d.title, d.expected or "（未标注）", d.got or "（未识别）", d.confidence, d.layout, d.package, d.file, d.difficulty,
        None, d.spot, private=_PRIVATE_TYPES.intersection((d.expected, d.got)) != set(),
    )  # fmt: skip


def _field(f: FieldRecord) -> Mistake:
    return Mistake(
        "关键字段" if f.key else "字段", f"{f.type}.{f.name}", _shown(f.expected), _shown(f.got),
        f.confidence if f.present else None, f.layout, f.package, f.file, f.difficulty, f.spot, f.expected_spot,
        private=f.type in _PRIVATE_TYPES,
    )  # fmt: skip


def _shown(value: object) -> str:
    if value is None:
        return "（无）"
    text = "、".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


# --- crops ---------------------------------------------------------------------


def exhibits(mistakes: Sequence[Mistake], pages: Iterable[PageRecord], corpus: Path) -> list[Exhibit]:
    """The mistakes with crops of the pages, where these have pictures and the files are still there."""
    known = {(p.package, p.file, p.page): p for p in pages}
    shots: dict[int, Exhibit] = {}
    by_package: dict[str, list[int]] = {}
    for i, mistake in enumerate(mistakes):
        by_package.setdefault(mistake.package, []).append(i)
    with ReadingWorker(threads=1) as worker:
        for package, members in by_package.items():
            try:
                with open_package(corpus / package) as opened:
                    sources = {(f.name, s.page): s for f in opened.files for s in page_sources(f)}
                    for i in members:
                        shots[i] = _exhibit(mistakes[i], _pictures(worker, sources, known, mistakes[i]))
            except IntakeError:
                # The error stays in the list without a picture; that a file cannot be read is among the failures.
                shots |= {i: Exhibit(mistakes[i], None, None) for i in members}
    return [shots[i] for i in range(len(mistakes))]


def _pictures(
    worker: ReadingWorker,
    sources: dict[tuple[str, int], PageSource],
    known: dict[tuple[str, str, int], PageRecord],
    mistake: Mistake,
) -> Callable[[str, int], bytes | None]:
    def picture(file: str, page: int) -> bytes | None:
        source, record = sources.get((file, page)), known.get((mistake.package, file, page))
        if source is None or record is None:
            return None
        shown = Page(
            file=source.file, page=page, width=1, height=1, source="ocr", lines=record.hidden,
            rotation=record.rotation, skew=record.skew, warp=record.warp,
        )  # fmt: skip
        return worker.picture(source, shown)

    return picture


def _exhibit(mistake: Mistake, picture: Callable[[str, int], bytes | None]) -> Exhibit:
    spots = [s for s in (mistake.spot, mistake.true_spot) if s is not None]
    files = list(dict.fromkeys(s.file for s in spots))
    wanted = {id(s): CropSpot(files.index(s.file), s.page, s.box) for s in spots}
    private = {(w.file, w.page) for w in wanted.values()} if mistake.private else set()
    album = make_album(wanted.values(), lambda file, page: picture(files[file], page), private)
    got, truth = ((album.shots.get(wanted[id(s)]) if s is not None else None) for s in (mistake.spot, mistake.true_spot))
    return Exhibit(mistake, got, truth)
