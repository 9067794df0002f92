"""From records to ``metrics.json``: all measures, whole and sliced, with curves and tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from pydantic import Field as _F

from eval.bootstrap import Estimate, estimate
from eval.metrics.measures import MEASURES
from eval.metrics.risk import RiskPoint, risk_coverage
from eval.records import FieldRecord, FindingRecord, PageRecord, Record, Records, RunInfo
from extractor.documents.calibrated import field_group
from extractor.model import Frozen
from models.calibration.measure import reliability

SCHEMA = "zuozheng.metrics/1"
Slices = dict[str, dict[str, Estimate]]
"""Slice name → measure name → estimate."""

_OF_FIELDS = tuple(m for m in MEASURES if m.split(".")[0] in ("fields", "key_fields", "boxes", "calibration"))
_OF_TYPES = (
    "page_type.accuracy",
    "documents.type_accuracy",
    *_OF_FIELDS,
    "statement_claims.precision",
    "statement_claims.recall",
)
_OF_FINDINGS = tuple(m for m in MEASURES if m.startswith("findings."))
_ALL = tuple(MEASURES)


class Point(Frozen):
    """One bin of the reliability diagram: mean confidence and share of right values of ``n`` fields."""

    low: float
    high: float
    n: int
    confidence: float
    right: float


class Pair(Frozen):
    """How often ``expected`` was given as ``got``."""

    expected: str
    got: str
    count: int


class Metrics(Frozen):
    """Everything that was measured in one run; ``to_json`` gives the documented shape."""

    run: RunInfo
    scores: dict[str, Estimate]
    by_difficulty: Slices = _F(default_factory=dict)
    by_layout_group: Slices = _F(default_factory=dict)
    by_type: Slices = _F(default_factory=dict)
    by_field: Slices = _F(default_factory=dict)
    by_kind: Slices = _F(default_factory=dict)
    by_planted: Slices = _F(default_factory=dict)
    page_confusion: tuple[Pair, ...] = ()
    confusion: tuple[Pair, ...] = ()
    risk_coverage: tuple[RiskPoint, ...] = ()
    reliability: tuple[Point, ...] = ()
    failed: tuple[str, ...] = ()

    def value(self, name: str) -> float | None:
        """The value of a measure by its stable name (``findings.false_supported_rate``); None: nothing to judge."""
        return self.scores[name].value

    def to_json(self) -> dict[str, Any]:
        """The object of ``metrics.json``."""
        out: dict[str, Any] = {"schema": SCHEMA, "run": self.run.model_dump(by_alias=True, exclude={"record", "schema_"})}
        out |= _nested(self.scores)
        out["page_type"]["confusion"] = [p.model_dump() for p in self.page_confusion]
        out["findings"]["confusion"] = [p.model_dump() for p in self.confusion]
        out["findings"]["risk_coverage"] = [p.model_dump() for p in self.risk_coverage]
        out["calibration"]["reliability"] = [p.model_dump() for p in self.reliability]
        out["speed"]["peak_rss_bytes"] = self.run.peak_rss or None
        for name in ("by_difficulty", "by_layout_group", "by_type", "by_field", "by_kind", "by_planted"):
            out[name] = {key: _nested(scores) for key, scores in getattr(self, name).items()}
        out["failed"] = list(self.failed)
        return out


def compute(records: Records) -> Metrics:
    """All metrics of a run's records."""
    return Metrics(
        run=records.run,
        scores=scores(records),
        by_difficulty=_sliced(records, lambda r: r.difficulty or "unlabelled", _ALL),
        by_layout_group=_sliced(records, _layout_group, _ALL),
        by_type=_sliced(records, _type_of, _OF_TYPES),
        by_field=_sliced(records, _field, _OF_FIELDS),
        by_kind=_sliced(records, _group, _OF_FIELDS),
        by_planted=_sliced(
            records, lambda r: (getattr(r, "planted", None) or "none") if r.record == "finding" else None, _OF_FINDINGS
        ),
        page_confusion=_pairs((p.expected_type, p.got_type) for p in records.pages if p.expected_type is not None),
        confusion=_pairs((f.expected, f.got) for f in records.findings),
        risk_coverage=risk_coverage(records.findings),
        reliability=_reliability(records.fields),
        failed=tuple(f"{p.package}: {p.failed}" for p in records.packages if p.failed),
    )


def scores(records: Records, names: Iterable[str] = _ALL) -> dict[str, Estimate]:
    """The measures by name."""
    return {name: estimate(MEASURES[name].count(records)) for name in names}


def split(records: Records, key: Callable[[Record], str | None]) -> Iterator[tuple[str, Records]]:
    """The records in parts by ``key`` (None: in no part), in alphabetical order."""
    parts: dict[str, Records] = {}
    for record in records:
        name = key(record)
        if name is not None:
            parts.setdefault(name, Records(run=records.run)).add(record)
    yield from sorted(parts.items())


def _sliced(records: Records, key: Callable[[Record], str | None], names: tuple[str, ...]) -> Slices:
    """Measures by slice; those with nothing to judge in a slice are left out."""
    found = {}
    for name, part in split(records, key):
        kept = {m: e for m, e in scores(part, names).items() if e.value is not None}
        if kept:
            found[name] = kept
    return found


def _layout_group(record: Record) -> str | None:
    if record.record in ("package", "finding"):
        return "held_out" if record.held_out else "seen"
    return ("held_out" if record.held_out else "seen") if record.layout else None


def _type_of(record: Record) -> str | None:
    match record:
        case PageRecord():
            return record.expected_type
        case FieldRecord():
            return record.type
    if record.record == "claim":
        return record.type
    if record.record == "document":
        return record.expected or record.got
    return None


def _field(record: Record) -> str | None:
    return f"{record.type}.{record.field}" if isinstance(record, FieldRecord) else None


def _planted(record: Record) -> str | None:
    return (record.planted or "none") if isinstance(record, FindingRecord) else None


def _group(record: Record) -> str | None:
    """The kind of field as calibration groups them."""
    return field_group(record.type, record.field, record.gate, record.method) if isinstance(record, FieldRecord) else None


def _pairs(pairs: Iterable[tuple[str | None, str | None]]) -> tuple[Pair, ...]:
    counted = Counter((str(a), str(b)) for a, b in pairs)
    return tuple(Pair(expected=a, got=b, count=n) for (a, b), n in sorted(counted.items()))


def _reliability(fields: Iterable[FieldRecord]) -> tuple[Point, ...]:
    given = [f for f in fields if f.present]
    bins = reliability([f.confidence for f in given], [f.exact for f in given])
    return tuple(Point(low=b.low, high=b.high, n=b.n, confidence=b.confidence, right=b.right) for b in bins)


def _nested(found: dict[str, Estimate]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for name, each in found.items():
        group, _, rest = name.partition(".")
        out.setdefault(group, {})[rest] = each.model_dump()
    return out
