"""``report.html`` of an evaluation: one self-contained page with intervals, plots and the worst errors.

No script and nothing from outside; a content security policy forbids both. Every text is escaped.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from eval import plots
from eval.bootstrap import Estimate
from eval.compare_runs import number
from eval.gallery import Exhibit, exhibits, worst
from eval.metrics import MEASURES, Metrics
from eval.records import Records
from extractor.model import Box, union
from extractor.reports.crops import Picture, Shot

_TEMPLATES = Path(__file__).parent / "templates"
_SLICED = (
    "page_type.accuracy", "boundary.f1", "fields.exact_match", "key_fields.exact_match", "boxes.hit_rate", "ocr.cer",
    "findings.accuracy", "findings.false_supported_rate", "findings.coverage", "calibration.ece",
)  # fmt: skip
_OF_FIELDS = ("fields.exact_match", "fields.precision", "fields.recall", "boxes.hit_rate", "calibration.ece")
DIFFICULTIES = ("clean", "scan", "photo", "hard")


@dataclass(frozen=True, slots=True)
class Frame:
    """One crop with the boxes drawn on it, in its own pixels; ``view`` is the part to show."""

    picture: Picture
    view: Box
    got: Box | None
    truth: Box | None


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot with its Chinese caption."""

    title: str
    note: str
    svg: Markup


def render(records: Records, metrics: Metrics, corpus: Path) -> str:
    """The page as HTML text; crops are cut from the files under ``corpus``."""
    shown = exhibits(worst(records), records.pages, corpus)
    css = (_TEMPLATES / "eval.css").read_text(encoding="utf-8")
    return _environment().get_template("eval.html.j2").render(
        run=metrics.run,
        rows=[(MEASURES[name].label, name, _cells(name, e), e.n) for name, e in metrics.scores.items() if e.value is not None],
        slices=_slice_tables(metrics),
        plots=_plots(metrics),
        exhibits=[(e.mistake, _frames(e)) for e in shown],
        failed=metrics.failed,
        memory=f"{metrics.run.peak_rss / 1e6:.0f} MB" if metrics.run.peak_rss else "-",
        css=Markup(css),  # our own file
    )  # fmt: skip


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["base64"] = lambda data: base64.b64encode(data).decode("ascii")
    return environment


def _cells(name: str, found: Estimate | None) -> tuple[str, str]:
    """The value and its interval in words."""
    if found is None or found.value is None:
        return "-", ""
    interval = f"{number(name, found.low)} – {number(name, found.high)}" if found.low is not None else ""
    return number(name, found.value), interval


def _slice_tables(metrics: Metrics) -> list[tuple[str, list[str], list[tuple[str, list[tuple[str, str]]]]]]:
    """(title, column labels, rows) of each sliced table that has rows."""
    tables = (
        ("按难度", metrics.by_difficulty, _SLICED),
        ("按版式：见过的与留出的", metrics.by_layout_group, _SLICED),
        ("按文件类型", metrics.by_type, ("page_type.accuracy", "documents.type_accuracy", *_OF_FIELDS)),
        ("按埋设的错误", metrics.by_planted, ("findings.accuracy", "findings.false_supported_share_of_unsupported")),
        ("按字段类别", metrics.by_kind, _OF_FIELDS),
        ("按字段", metrics.by_field, _OF_FIELDS),
    )
    out = []
    for title, found, names in tables:
        used = [n for n in names if any(n in scores for scores in found.values())]
        rows = [(key, [_cells(n, scores.get(n)) for n in used]) for key, scores in _ordered(found)]
        if rows and used:
            out.append((title, [MEASURES[n].label for n in used], rows))
    return out


def _ordered(found: dict[str, dict[str, Estimate]]) -> list[tuple[str, dict[str, Estimate]]]:
    """Difficulties from easy to hard, everything else by name."""
    rank = {name: i for i, name in enumerate(DIFFICULTIES)}
    return sorted(found.items(), key=lambda item: (rank.get(item[0], len(rank)), item[0]))


def _plots(metrics: Metrics) -> list[Plot]:
    """The plots that have something to show."""
    made: list[Plot] = []

    def add(title: str, note: str, svg: str) -> None:
        made.append(Plot(title, note, Markup(svg)))  # drawn here from numbers and identifiers

    if metrics.risk_coverage:
        add(
            "风险—覆盖率",
            "只保留置信度最高的“相符”时，误判所占比例与覆盖率；虚线为允许的风险。",
            plots.risk_coverage(metrics.risk_coverage),
        )
    if metrics.reliability:
        add("置信度可靠性", "字段置信度与实际正确率；落在对角线上即校准良好。", plots.reliability(metrics.reliability))
    if metrics.confusion:
        add("结论混淆矩阵", "行为标注，列为产品给出的结论。", plots.confusion(metrics.confusion, "verdicts"))
    for name, title, latin in (
        ("fields.exact_match", "字段完全一致率，按难度", "fields exact, %"),
        ("findings.coverage", "覆盖率，按难度", "coverage, %"),
    ):
        rows = [(key, scores[name]) for key, scores in _ordered(metrics.by_difficulty) if name in scores]
        if rows:
            add(title, "横线为 95% 区间。", plots.bars(rows, name.replace(".", "-"), latin))
    rows = [(key, scores["fields.exact_match"]) for key, scores in metrics.by_type.items() if "fields.exact_match" in scores]
    if rows:
        add("字段完全一致率，按文件类型", "横线为 95% 区间。", plots.bars(rows, "types", "fields exact, %"))
    if metrics.page_confusion:
        add("页面类型混淆矩阵", "行为标注，列为识别结果。", plots.confusion(metrics.page_confusion, "pages"))
    return made


def _frames(exhibit: Exhibit) -> list[Frame]:
    """One frame where both boxes lie on one crop, else one for each."""
    got, truth = exhibit.got, exhibit.truth
    if got is not None and truth is not None and got.crop.id == truth.crop.id and got.crop.jpeg == truth.crop.jpeg:
        return [Frame(got.crop, union((got.view, truth.view)), got.box, truth.box)]
    return [*_frame(got, is_truth=False), *_frame(truth, is_truth=True)]


def _frame(shot: Shot | None, *, is_truth: bool) -> list[Frame]:
    if shot is None:
        return []
    return [Frame(shot.crop, shot.view, None if is_truth else shot.box, shot.box if is_truth else None)]
