"""What the field tagger is worth: rules alone, the tagger alone and both fused, on the same read pages (``docs/fusion.md``).

Alone, the tagger gets the documents as the rules found them and makes every field from tags. Statement rows and persons are
never made from tags and therefore left out of the comparison of fields; findings are compared whole.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from corpora.format import Corpus
from eval.bootstrap import Estimate, Tally, difference, estimate, tally
from eval.metrics.measures import _f1
from eval.metrics.risk import coverage_at_risk
from eval.observe import Seen, Unit, _check, _observe_unit, units
from eval.records import FieldRecord, FindingRecord, Records
from extractor.claims.declared import load_declaration
from extractor.conclude import conclude
from extractor.documents.fusion_tags import Tagger, Tagging, Thresholds, mentions, together
from extractor.documents.fusion_values import readable
from extractor.documents.kinds import kind_of
from extractor.documents.regions import split_page
from extractor.documents.registry import TYPES
from extractor.documents.split import level_only
from extractor.intake import SourceFile
from extractor.model import Box, Document, Field, Page, Result, Tag, Verdict
from extractor.pipeline import Session
from extractor.review.apply import Papers
from models.calibration import Calibration

RULES, MODEL, FUSED = "rules", "model", "fused"
WAYS = (RULES, MODEL, FUSED)
GROUPS = ("all", "seen", "held_out")
RISK = 0.005
ALONE_AT = 0.5
"""From which confidence on a tag makes a field where the tagger is alone."""


@dataclass(slots=True)
class Timed:
    """A tagger that tells how long each page takes (seconds, on the thread that asks)."""

    tagger: Tagger
    seconds: list[float] = field(default_factory=list)

    def tag(self, page: Page) -> tuple[Tag, ...]:
        """As the tagger."""
        started = time.perf_counter()
        found = self.tagger.tag(page)
        self.seconds.append(time.perf_counter() - started)
        return found

    def guess(self, page: Page) -> tuple[str, float, float] | None:
        """As the tagger, where it guesses types (not timed: a page in ten is asked for)."""
        asked = getattr(self.tagger, "guess", None)
        return None if asked is None else asked(page)


@dataclass(slots=True)
class Observed:
    """The records of each way, and the seconds that each tagged page took."""

    ways: dict[str, Records] = field(default_factory=lambda: {way: Records() for way in WAYS})
    seconds: list[float] = field(default_factory=list)


def observe(
    corpus: Corpus,
    session: Session,
    tagger: Tagger,
    calibrations: Mapping[str, Calibration],
    progress: Callable[[int, int, str], None] = lambda done, total, what: None,
    *,
    limit: int | None = None,
    thresholds: Thresholds | None = None,
) -> Observed:
    """Check every unit of a corpus once, and conclude it in each way from the same pages.

    Args:
        corpus: the loaded corpus, or a part of it.
        session: reads the pages; everything is read, no tagger is heard.
        tagger: the one to measure.
        calibrations: what confidences mean in each way; a way that is not named takes that of ``rules``.
        progress: called as (units done, units in all, what is read next).
        limit: at most so many packages and single files.
        thresholds: from which confidence on tags count; None: as the product has them.

    Raises:
        DeclarationError: a declaration of the corpus cannot be read.
        CorpusError: a file of true text cannot be read.
    """
    observed, timed = Observed(), Timed(tagger)
    todo = units(corpus)[:limit]
    for n, unit in enumerate(todo):
        progress(n, len(todo), unit.path)
        seen = _check(corpus.root, unit, session)
        tagging = Tagging(timed, thresholds=thresholds or Thresholds())
        for way in WAYS:
            own = _concluded(corpus.root, unit, seen, way, tagging, calibrations.get(way, calibrations[RULES]))
            observed.ways[way].extend(_observe_unit(corpus.root, unit, own))
    progress(len(todo), len(todo), "")
    observed.seconds = timed.seconds
    return observed


def _concluded(root: Path, unit: Unit, seen: Seen, way: str, tagging: Tagging, calibration: Calibration) -> Seen:
    """The unit as concluded in one way."""
    before = seen.result
    if before is None:
        return seen
    pages = [seen.pages[at] for at in sorted(seen.pages)]
    names = [f.name for f in before.files]
    papers = Papers(pages, tagging if way == FUSED else None)
    if way == MODEL:
        papers.know(names, alone(papers.documents(names, {}), pages, tagging))
    result = _conclude(root, unit, before, papers, calibration)
    return Seen(result=result, pages=seen.pages, seconds=seen.seconds)


def _conclude(root: Path, unit: Unit, before: Result, papers: Papers, calibration: Calibration) -> Result:
    declared = root / unit.label.declared if unit.label is not None and unit.label.declared else None
    declaration = load_declaration(declared, default_as_of=date.today()) if declared else None
    files = [
        SourceFile(i, f.name, f.sha256, f.media_type, f.pages, f.error, None, Path(f.name)) for i, f in enumerate(before.files)
    ]  # fmt: skip
    return conclude(
        name=before.package.name, files=files, pages=papers.pages, declaration=declaration,
        day=date.fromisoformat(before.package.as_of), calibration=calibration, papers=papers,
    )  # fmt: skip


# --- the tagger alone --------------------------------------------------------


def alone(documents: Sequence[Document], pages: Sequence[Page], tagging: Tagging) -> tuple[Document, ...]:
    """The documents as the rules found them, every field made from tags; what proves nothing stays as it is."""
    parts: dict[tuple[int, int, Box | None], Page] = {}
    for page in pages:
        for part in split_page(page) if page.source != "blank" else ():
            parts[part.file, part.page, part.region] = level_only(part)
    out = []
    for document in documents:
        if document.excluded or document.type not in TYPES:
            out.append(document)
            continue
        own = [parts[at] for p in document.pages if (at := (p.file, p.page, p.region)) in parts]
        out.append(document.model_copy(update={"fields": tagged_fields(document.type, own, tagging), "secondary": {}}))
    return tuple(out)


def tagged_fields(document_type: str, pages: Sequence[Page], tagging: Tagging) -> dict[str, Field]:
    """Every field for which there is a tag of at least ``ALONE_AT``: the surest one, all of a field that repeats."""
    fields = {}
    for key, found in mentions(document_type, pages, tagging).items():
        sure = [m for m in found if m.confidence >= ALONE_AT]
        if sure:
            many = kind_of(document_type, key).many
            fields[key] = (together(sure) if many else max(sure, key=lambda m: m.confidence)).field()
    return fields


# --- figures -------------------------------------------------------------------


def compared_fields(records: Records, group: str = "all") -> list[FieldRecord]:
    """The fields that tags can give, of all layouts, of those that rules may know, or of held-out ones."""
    return [f for f in records.fields if readable(f.type, f.field) and _in_group(f.held_out, group)]


def _in_group(held_out: bool, group: str) -> bool:
    return group == "all" or held_out is (group == "held_out")


def compare(observed: Observed) -> dict[str, Any]:
    """All figures as plain values: per group of layouts and way, then the differences fused minus rules."""
    report: dict[str, Any] = {"risk": RISK, "groups": {}, "tagging": _speed(observed.seconds)}
    for group in GROUPS:
        by_way = {way: _figures(observed.ways[way], group) for way in WAYS}
        before, after = (_field_tally(compared_fields(observed.ways[way], group)) for way in (RULES, FUSED))
        gained = difference(before, after)[0]
        report["groups"][group] = {**by_way, "gain": gained.model_dump()}
    report["changed"] = _changed(observed)
    return report


def _figures(records: Records, group: str) -> dict[str, Any]:
    fields = compared_fields(records, group)
    findings = [f for f in records.findings if _in_group(f.held_out, group)]
    types = sorted({f.type for f in fields})
    by_type = {t: scores(f for f in fields if f.type == t) for t in types}
    known = [s["f1"] for s in by_type.values() if s["f1"] is not None]
    return {
        "micro": {**scores(fields), **_interval(estimate(_field_tally(fields)))},
        "macro_f1": sum(known) / len(known) if known else None,
        "by_type": by_type,
        "by_field": {
            name: scores(f for f in fields if f"{f.type}.{f.field}" == name)
            for name in sorted({f"{f.type}.{f.field}" for f in fields})
        },
        "coverage_at_risk": coverage(fields, RISK),
        "risk_coverage": _curve(fields),
        "findings": _findings(findings),
    }


def scores(fields: Iterable[FieldRecord]) -> dict[str, Any]:
    """Counts, precision, recall and F1 of fields; a value where none is labelled counts as given and wrong."""
    each = list(fields)
    right = sum(f.exact and f.present for f in each)
    given = sum(f.present for f in each)
    labelled = sum(f.expected is not None for f in each)
    return {
        "right": right,
        "given": given,
        "labelled": labelled,
        "precision": right / given if given else None,
        "recall": right / labelled if labelled else None,
        "f1": 2 * right / (given + labelled) if given + labelled else None,
    }


def _field_tally(fields: Sequence[FieldRecord]) -> Tally:
    stats = [(float(f.exact and f.present), float(f.present), float(f.expected is not None)) for f in fields]
    return tally([f.unit for f in fields], stats, _f1, base=2)


def _interval(found: Estimate) -> dict[str, Any]:
    return {"low": found.low, "high": found.high}


def coverage(fields: Sequence[FieldRecord], risk: float) -> float | None:
    """The largest share of the labelled fields that is right and kept while at most ``risk`` of what is kept is wrong."""
    points = [p for p in _curve(fields) if p[2] <= risk + 1e-12]
    return max((p[1] for p in points), default=0.0) if any(f.expected is not None for f in fields) else None


def _curve(fields: Sequence[FieldRecord]) -> list[tuple[float, float, float]]:
    """(confidence, coverage, risk) from the surest values to all of them, one point for each confidence (to 1/1000)."""
    labelled = sum(f.expected is not None for f in fields)
    levels: dict[float, list[int]] = {}
    for f in fields:
        if f.present:
            levels.setdefault(round(f.confidence, 3), [0, 0])[not f.exact] += 1
    right = wrong = 0
    points = []
    for level in sorted(levels, reverse=True):
        right, wrong = right + levels[level][0], wrong + levels[level][1]
        points.append((level, right / labelled if labelled else 0.0, wrong / (right + wrong)))
    return points


def _findings(findings: Sequence[FindingRecord]) -> dict[str, Any]:
    """Of declared figures: how many as labelled, called supported, wrongly so, and what may be kept at the allowed risk."""
    given = [f for f in findings if f.got == Verdict.SUPPORTED]
    wrong = [f for f in given if f.expected != Verdict.SUPPORTED]
    kept = estimate(coverage_at_risk(findings, RISK)).value if findings else None
    return {
        "n": len(findings),
        "right": sum(f.expected == f.got for f in findings),
        "supported": len(given),
        "false_supported": len(wrong),
        "coverage_at_risk": kept,
        "wrong": [f"{f.package} {f.metric} {f.period}: {f.expected} -> {f.got}" for f in wrong],
    }


def _speed(seconds: Sequence[float]) -> dict[str, Any]:
    """Milliseconds per tagged page; the first one, for which the network is prepared, is left out."""
    ordered = sorted(seconds[1:] or seconds)
    if not ordered:
        return {"pages": 0, "mean_ms": None, "p95_ms": None}
    return {
        "pages": len(seconds),
        "mean_ms": round(1000 * sum(ordered) / len(ordered), 2),
        "p95_ms": round(1000 * ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))], 2),
    }


def _changed(observed: Observed) -> dict[str, list[str]]:
    """Which fields fusion made right or wrong, one line each: what to look at first."""
    found: dict[str, list[str]] = {"better": [], "worse": []}
    for a, b in zip(compared_fields(observed.ways[RULES]), compared_fields(observed.ways[FUSED]), strict=True):
        if a.exact != b.exact:
            told = f"{a.package} {a.file} {a.type}.{a.field}: {a.expected!r}; rules {a.got!r}, fused {b.got!r} ({b.method})"
            found["better" if b.exact else "worse"].append(told)
    return found
