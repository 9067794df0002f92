"""Fit a calibration on observed readings: curves on train enterprises, measured on test enterprises.

The threshold for ``supported`` lies on the scale of calibrated findings, so it takes a second round of
observations, made with the fitted curves (``again``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from corpora.format import Corpus, CorpusError
from corpora.split import groups, split
from eval.observe import observe
from eval.records import FieldRecord, FindingRecord, Records
from extractor.documents.calibrated import field_group
from extractor.model import Verdict
from extractor.pipeline import Session
from models.calibration import ALL, Calibration, Curve, FittedOn
from models.calibration.fit import Method, Pair, fit
from models.calibration.groups import ancestry
from models.calibration.measure import brier, ece
from models.calibration.threshold import FLOOR, TARGET_RISK, Outcome, choose_threshold, risk_at

SHOWN_THRESHOLDS = (0.0, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995)
"""Thresholds whose risk and coverage the report shows beside the chosen one."""


@dataclass(frozen=True, slots=True)
class Halves:
    """Observations of the enterprises to fit on, and of those to measure on; no enterprise is in both."""

    train: Records
    test: Records


Observe = Callable[[Calibration], Halves]
"""Observes the corpus with a calibration (``IDENTITY``: raw confidences)."""


def observer(
    corpus: Corpus,
    open_session: Callable[[Calibration], AbstractContextManager[Session]],
    progress: Callable[[int, int, str], None] = lambda done, total, what: None,
    test: Corpus | None = None,
) -> Observe:
    """Observes ``train`` and ``test`` of a corpus (``corpora.split``); ``dev`` is left for writing rules.

    With a ``test`` corpus of its own, the whole of ``corpus`` is for fitting; the enterprises must differ.

    Args:
        corpus: the loaded corpus.
        open_session: a session that checks with the given calibration; with a page cache the second
            round reads no page again.
        progress: called as (units done, units in all, what is read next), once for each half.
        test: the corpus to measure on, where it is another one.

    Raises:
        CorpusError: one of the halves is empty, or an enterprise is in both corpora.
    """
    if test is not None:
        shared = set(groups(corpus.labels)) & set(groups(test.labels))
        if shared:
            raise CorpusError(f"企业 {sorted(shared)[0]} 同时出现在拟合语料和检验语料中，请换一个检验语料")
    parts = split(corpus) if test is None else {"train": corpus, "test": test}
    for name in ("train", "test"):
        if not parts[name].labels:
            raise CorpusError(f"语料 {corpus.info.name} 的 {name} 部分没有任何材料，企业太少，无法拟合校准；请换更大的语料")

    def observed(calibration: Calibration) -> Halves:
        with open_session(calibration) as session:
            return Halves(observe(parts["train"], session, progress), observe(parts["test"], session, progress))

    return observed


def calibrate_from(
    raw: Halves,
    about: FittedOn,
    *,
    again: Observe | None = None,
    target_risk: float = TARGET_RISK,
    method: Method = "auto",
) -> tuple[Calibration, dict[str, Any]]:
    """A calibration and the report of how good it is.

    Args:
        raw: observations made with ``IDENTITY``, so that their confidences are raw.
        about: corpus, date, commit …; counts, target and threshold are filled in here.
        again: observes the same halves with the fitted curves, for the threshold; None leaves
            ``supported_at`` at 0.
        target_risk: allowed share of wrong ones among the findings called supported.
        method: of the curves.

    Raises:
        CalibrationError: too few readings or findings, or scikit-learn is not installed.
    """
    train = pairs_by_group(raw.train.fields)
    curves = fit(train, method)
    about = about.model_copy(
        update={
            "fields": sum(map(len, train.values())),
            "target_risk": target_risk,
            "product": about.product or raw.train.run.version,
        }
    )
    made = Calibration(version=_version(about, curves, 0.0), curves=curves, fitted_on=about)
    report: dict[str, Any] = {
        "groups": _groups_report(made, train, pairs_by_group(raw.test.fields)),
        "threshold": None,
    }
    if again is not None:
        observed = again(made)
        made, report["threshold"] = _with_threshold(made, outcomes(observed.train.findings), outcomes(observed.test.findings))
    report["version"] = made.version
    return made, report


def pairs_by_group(records: Iterable[FieldRecord]) -> dict[str, list[Pair]]:
    """(confidence, right) of every field that was read, by calibration group; unread ones claim nothing."""
    found: dict[str, list[Pair]] = {}
    for record in records:
        if record.present:
            group = field_group(record.type, record.field, record.gate, record.method)
            found.setdefault(group, []).append((record.confidence, record.exact))
    return found


def outcomes(records: Iterable[FindingRecord]) -> list[Outcome]:
    """(confidence, right) of every finding that the product called supported."""
    return [(r.confidence, r.expected == Verdict.SUPPORTED) for r in records if r.got == Verdict.SUPPORTED]


def _with_threshold(made: Calibration, train: Sequence[Outcome], test: Sequence[Outcome]) -> tuple[Calibration, dict[str, Any]]:
    """The calibration with its threshold chosen on ``train`` and measured on ``test``."""
    assert made.fitted_on is not None  # calibrate_from has set it
    choice = choose_threshold(train, made.fitted_on.target_risk)
    measured = risk_at(test, choice.threshold)
    about = made.fitted_on.model_copy(
        update={"findings": len(train), "rule": choice.rule, "train": choice.risk, "test": measured}
    )
    version = _version(about, made.curves, choice.threshold)
    done = made.model_copy(update={"version": version, "supported_at": choice.threshold, "fitted_on": about})
    report = {
        "supported_at": choice.threshold,
        "rule": choice.rule,
        "target_risk": choice.target_risk,
        "floor": FLOOR,
        "train": choice.risk.model_dump(),
        "test": measured.model_dump(),
        "others": [
            {"at": at, "train": risk_at(train, at).model_dump(), "test": risk_at(test, at).model_dump()}
            for at in SHOWN_THRESHOLDS
        ],
    }
    return done, report


def _groups_report(
    calibration: Calibration, train: Mapping[str, Sequence[Pair]], test: Mapping[str, Sequence[Pair]]
) -> dict[str, dict[str, Any]]:
    """Per group: readings, share of right ones, and how far confidences are off on test, before and after."""
    report: dict[str, dict[str, Any]] = {}
    everything: list[tuple[float, float, bool]] = []
    for group in sorted({*train, *test}):
        mine = [(raw, calibration.probability(raw, group), right) for raw, right in test.get(group, ())]
        everything += mine
        used = next((g for g in ancestry(group) if g in calibration.curves), None)
        report[group] = {
            "train": len(train.get(group, ())),
            "curve": used,
            "method": calibration.curves[used].method if used else None,
            **_measured(mine),
        }
    report[ALL] = {"train": sum(map(len, train.values())), "curve": None, "method": None, **_measured(everything)}
    return report


def _measured(rows: Sequence[tuple[float, float, bool]]) -> dict[str, Any]:
    """Of (raw, probability, right) rows; None where there are no rows."""
    if not rows:
        return {"test": 0, "right": None, "ece_raw": None, "ece": None, "brier_raw": None, "brier": None}
    raw, made, right = zip(*rows, strict=True)
    return {
        "test": len(rows),
        "right": sum(right) / len(rows),
        "ece_raw": ece(raw, right),
        "ece": ece(made, right),
        "brier_raw": brier(raw, right),
        "brier": brier(made, right),
    }


def _version(about: FittedOn, curves: Mapping[str, Curve], threshold: float) -> str:
    """Day and content: ``2025-06-01-1a2b3c4d``."""
    text = "".join(f"{group}{curve.knots}" for group, curve in sorted(curves.items())) + repr(threshold)
    return f"{about.date}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def print_report(calibration: Calibration, report: Mapping[str, Any], console: Console) -> None:
    """The groups and the threshold as tables."""
    table = Table(
        "字段种类",
        "拟合用字段",
        "测试字段",
        "正确率",
        "ECE（原始）",
        "ECE（校准后）",
        "曲线",
        title=f"校准 {calibration.version}",
    )
    for group, row in report["groups"].items():
        curve = f"{row['curve']}（{row['method']}）" if row["curve"] else "-"
        numbers = [_percent(row[key]) for key in ("right", "ece_raw", "ece")]
        table.add_row(group, str(row["train"]), str(row["test"]), *numbers, curve, style="bold" if group == ALL else "")
    console.print(table)
    found = report["threshold"]
    if found is None:
        console.print("没有选取“相符”的阈值。")
        return
    table = Table(
        "阈值", "train 误判", "train 覆盖", "test 误判", "test 覆盖", "test 误判上限（95%）", title="判“相符”所需的概率"
    )
    for row in ({"at": found["supported_at"], **found}, *found["others"]):
        train, test = row["train"], row["test"]
        table.add_row(
            f"{row['at']:.4g}", f"{train['wrong']}/{train['kept']}", _percent(train["coverage"]),
            f"{test['wrong']}/{test['kept']}", _percent(test["coverage"]), _percent(test["upper"]),
            style="bold" if row["at"] == found["supported_at"] else "",
        )  # fmt: skip
    console.print(table)
    console.print(_RULES[found["rule"]].format(target=_percent(found["target_risk"]), at=f"{found['supported_at']:.4g}"))


_RULES = {
    "bound": "阈值 {at}：误判比例的 95% 上限也不超过 {target}。",
    "share": "阈值 {at}：误判比例不超过 {target}；样本还不足以证明其 95% 上限也不超过。",
    "none": "没有任何阈值能把误判比例降到 {target} 以下，已取 {at}；请先查明这些误判的原因，不要使用这份校准。",
}


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.2f} %"
