"""Every rate that an evaluation reports, by its stable name, as a tally over records (``docs/metrics.md``)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from eval.bootstrap import Array, Tally, divide, ratio, tally
from eval.metrics.risk import coverage_at_risk
from eval.records import FieldRecord, PageRecord, Record, Records
from extractor.model import Verdict
from models.calibration.measure import BINS

SUPPORTED = Verdict.SUPPORTED.value


@dataclass(frozen=True, slots=True)
class Measure:
    """A metric: its label for people, how it is counted, and which direction is better."""

    label: str
    count: Callable[[Records], Tally]
    higher_is_better: bool = True
    percent: bool = True


def _share(records: Iterable[Record], right: Sequence[bool]) -> Tally:
    units = [r.unit for r in records]
    return tally(units, [(float(x), 1.0) for x in right], ratio, rate=True)


# --- pages and documents -----------------------------------------------------


def _typed(r: Records) -> list[PageRecord]:
    return [p for p in r.pages if p.expected_type is not None]


def _page_accuracy(r: Records) -> Tally:
    pages = _typed(r)
    return _share(pages, [p.expected_type == p.got_type for p in pages])


def _page_macro_f1(r: Records) -> Tally:
    pages = _typed(r)
    classes = sorted({str(p.expected_type) for p in pages})
    at = {c: i for i, c in enumerate(classes)}
    # For each class: right ones, labelled ones, given ones; the number of pages last.
    stats = np.zeros((len(pages), 3 * len(classes) + 1))
    for row, page in zip(stats, pages, strict=True):
        row[-1] = 1.0
        row[3 * at[str(page.expected_type)] + 1] = 1.0
        if page.got_type in at:
            row[3 * at[page.got_type] + 2] = 1.0
            row[3 * at[page.got_type]] = float(page.expected_type == page.got_type)

    def value(sums: Array) -> Array:
        right, labelled, given = sums[..., 0:-1:3], sums[..., 1:-1:3], sums[..., 2:-1:3]
        f1 = divide(2 * right, labelled + given)
        # A class that a draw does not hold has no F1 there.
        there = labelled > 0
        return divide(np.where(there, np.nan_to_num(f1), 0.0).sum(axis=-1), there.sum(axis=-1).astype(np.float64))

    return tally([p.unit for p in pages], stats, value)


def _starts(inner: bool) -> Callable[[Records], Tally]:
    def count(r: Records) -> Tally:
        pages = [p for p in r.pages if p.expected_starts is not None and not (inner and p.page == 1)]
        expected = [p.expected_starts or 0 for p in pages]
        got = [p.got_starts or 0 for p in pages]
        return tally([p.unit for p in pages], [(min(e, g), g, e) for e, g in zip(expected, got, strict=True)], _f1)

    return count


def _document_accuracy(r: Records) -> Tally:
    return _share(r.documents, [d.right for d in r.documents])


# --- fields ------------------------------------------------------------------


def _precision(sums: Array) -> Array:
    return divide(sums[..., 0], sums[..., 1])


def _recall(sums: Array) -> Array:
    return divide(sums[..., 0], sums[..., 2])


def _f1(sums: Array) -> Array:
    return divide(2 * sums[..., 0], sums[..., 1] + sums[..., 2])


def _fields(r: Records, key_only: bool) -> list[FieldRecord]:
    return [f for f in r.fields if f.key] if key_only else r.fields


def _field_exact(key_only: bool) -> Callable[[Records], Tally]:
    def count(r: Records) -> Tally:
        fields = _fields(r, key_only)
        return _share(fields, [f.exact for f in fields])

    return count


def _field_prf(value: Callable[[Array], Array], base: int) -> Callable[[Records], Tally]:
    """Columns: right values, values given, values labelled. A value where none is labelled (null) is a false positive."""

    def count(r: Records) -> Tally:
        stats = [(float(f.exact and f.present), float(f.present), float(f.expected is not None)) for f in r.fields]
        return tally([f.unit for f in r.fields], stats, value, base=base)

    return count


def _claims(value: Callable[[Array], Array], base: int) -> Callable[[Records], Tally]:
    def count(r: Records) -> Tally:
        stats = [
            (float(c.right and c.got is not None), float(c.got is not None), float(c.expected is not None)) for c in r.claims
        ]
        return tally([c.unit for c in r.claims], stats, value, base=base)

    return count


def _boxes(hit: Callable[[FieldRecord], bool]) -> Callable[[Records], Tally]:
    def count(r: Records) -> Tally:
        boxed = [f for f in r.fields if f.box_hit is not None]
        return _share(boxed, [hit(f) for f in boxed])

    return count


def _ocr(read_only: bool) -> Callable[[Records], Tally]:
    """Edits over true characters; ``read_only``: of pages read from a picture."""

    def count(r: Records) -> Tally:
        pages = [p for p in r.pages if p.chars and not (read_only and p.source == "text")]
        return tally([p.unit for p in pages], [(float(p.edits or 0), float(p.chars or 0)) for p in pages], ratio)

    return count


# --- findings ----------------------------------------------------------------


def _verdicts(r: Records) -> Tally:
    return _share(r.findings, [f.expected == f.got for f in r.findings])


def _false_of_given(r: Records) -> Tally:
    given = [f for f in r.findings if f.got == SUPPORTED]
    return _share(given, [f.expected != SUPPORTED for f in given])


def _false_of_unsupported(r: Records) -> Tally:
    others = [f for f in r.findings if f.expected != SUPPORTED]
    return _share(others, [f.got == SUPPORTED for f in others])


def _coverage(r: Records) -> Tally:
    true = [f for f in r.findings if f.expected == SUPPORTED]
    return _share(true, [f.got == SUPPORTED for f in true])


def _coverage_at(risk: float) -> Callable[[Records], Tally]:
    return lambda r: coverage_at_risk(r.findings, risk)


# --- confidence, speed -------------------------------------------------------


def _ece(r: Records) -> Tally:
    """Equally wide bins over 0..1 (``models.calibration.measure``): per bin n, sum of confidences, number right."""
    fields = [f for f in r.fields if f.present]
    stats = np.zeros((len(fields), 3 * BINS + 1))
    for row, f in zip(stats, fields, strict=True):
        confidence = min(max(f.confidence, 0.0), 1.0)
        at = 3 * min(max(int(np.ceil(round(confidence * BINS, 9))) - 1, 0), BINS - 1)
        row[at : at + 3] = 1.0, confidence, float(f.exact)
        row[-1] = 1.0

    def value(sums: Array) -> Array:
        gap = np.abs(sums[..., 1:-1:3] - sums[..., 2:-1:3]).sum(axis=-1)
        return divide(gap, sums[..., -1])

    return tally([f.unit for f in fields], stats, value)


def _brier(r: Records) -> Tally:
    fields = [f for f in r.fields if f.present]
    return tally([f.unit for f in fields], [((f.confidence - f.exact) ** 2, 1.0) for f in fields], ratio)


def _seconds(r: Records) -> Tally:
    """Wall seconds over pages; nothing where pages may come from a cache, which says nothing about reading."""
    timed = [p for p in r.packages if p.pages and not r.run.cached]
    return tally([p.unit for p in timed], [(p.seconds, float(p.pages)) for p in timed], ratio)


MEASURES: dict[str, Measure] = {
    "page_type.accuracy": Measure("页面类型准确率", _page_accuracy),
    "page_type.macro_f1": Measure("页面类型宏平均 F1", _page_macro_f1),
    "boundary.f1": Measure("文件起始页 F1", _starts(inner=False)),
    "boundary.inner_f1": Measure("文件起始页 F1（不含各文件首页）", _starts(inner=True)),
    "documents.type_accuracy": Measure("文件类型准确率", _document_accuracy),
    "fields.exact_match": Measure("字段完全一致率", _field_exact(False)),
    "fields.precision": Measure("字段精确率", _field_prf(_precision, 1)),
    "fields.recall": Measure("字段召回率", _field_prf(_recall, 2)),
    "fields.f1": Measure("字段 F1", _field_prf(_f1, 2)),
    "key_fields.exact_match": Measure("关键字段完全一致率", _field_exact(True)),
    "statement_claims.precision": Measure("报表数据精确率", _claims(_precision, 1)),
    "statement_claims.recall": Measure("报表数据召回率", _claims(_recall, 2)),
    "boxes.hit_rate": Measure("证据框命中率", _boxes(lambda f: bool(f.box_hit))),
    "boxes.iou_hit_rate": Measure("证据框 IoU≥0.5 的比例", _boxes(lambda f: (f.best_iou or 0.0) >= 0.5)),
    "ocr.cer": Measure("文字识别字符错误率（图像页）", _ocr(True), higher_is_better=False),
    "ocr.cer_all_pages": Measure("字符错误率（含文本层页）", _ocr(False), higher_is_better=False),
    "findings.accuracy": Measure("结论与标注一致率", _verdicts),
    "findings.false_supported_rate": Measure("误判相符率（占全部“相符”）", _false_of_given, higher_is_better=False),
    "findings.false_supported_share_of_unsupported": Measure(
        "误判相符（占全部不应相符）", _false_of_unsupported, higher_is_better=False
    ),
    "findings.coverage": Measure("覆盖率（应相符而判相符）", _coverage),
    "findings.coverage_at_0.5pct_risk": Measure("风险≤0.5% 时的覆盖率", _coverage_at(0.005)),
    "findings.coverage_at_0.2pct_risk": Measure("风险≤0.2% 时的覆盖率", _coverage_at(0.002)),
    "calibration.ece": Measure("置信度校准误差 ECE", _ece, higher_is_better=False),
    "calibration.brier": Measure("Brier 分数", _brier, higher_is_better=False, percent=False),
    "speed.seconds_per_page": Measure("每页秒数", _seconds, higher_is_better=False, percent=False),
}
"""All measures by their stable names, in the order shown."""
