"""One line per package: a score, what speaks against it, and how urgently a person must look.

The score orders packages for pre-screening, the risk orders a reviewer's queue; neither changes a verdict.
``docs/batches.md`` explains both in the users' words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import prod
from typing import Any, Literal

from pydantic import Field as _F

from extractor.model import Frozen, Result, Verdict
from extractor.prescreen.reading_time import DEFAULT_PACE, Pace, hours_saved
from extractor.prescreen.repeats import Repeat

State = Literal["pass", "review", "fail", "error"]
"""A package's verdict, or ``error`` where it could not be checked at all."""

WORDS: Mapping[Verdict, str] = {
    Verdict.CONTRADICTED: "不符",
    Verdict.WRONG_ENTITY: "非本企业",
    Verdict.EXPIRED: "已失效",
    Verdict.UNSURE: "待核",
    Verdict.MISSING: "缺证据",
    Verdict.SUPPORTED: "相符",
}
"""Verdicts in the order in which reasons are told."""

_CREDIT: Mapping[Verdict, float] = {Verdict.SUPPORTED: 1.0, Verdict.UNSURE: 0.5, Verdict.MISSING: 0.25}
"""How far a figure counts as shown. A refuted one counts nothing; a missing one can still be handed in."""
_POLICY_CREDIT: Mapping[str, float] = {"met": 1.0, "undetermined": 0.5}
_WEIGHTS: Mapping[str, float] = {"figures": 60.0, "policies": 30.0, "reading": 10.0}
_NAMES: Mapping[str, str] = {"figures": "申报数据有证据", "policies": "政策条件", "reading": "材料可读、勾稽通过"}

_RISK: Mapping[Verdict, float] = {
    Verdict.CONTRADICTED: 0.5,
    Verdict.WRONG_ENTITY: 0.4,
    Verdict.EXPIRED: 0.35,
    Verdict.UNSURE: 0.12,
    Verdict.MISSING: 0.08,
}
"""How much of the doubt one finding adds; risks add up as independent chances do."""
_RISK_POLICY: Mapping[str, float] = {"not_met": 0.35, "undetermined": 0.08}
_RISK_FILE, _RISK_CHECK, _RISK_ALARM = 0.12, 0.15, 0.6
_ORDER: Mapping[State, int] = {"pass": 0, "review": 1, "fail": 2, "error": 3}
_MISSING_STATES: Mapping[str, str] = {
    "missing": "缺",
    "expired": "已过期",
    "wrong_year": "年份不符",
    "wrong_entity": "非本企业",
}


class ScorePart(Frozen):
    """One part of the score: ``points`` of ``full``, and why."""

    key: Literal["figures", "policies", "reading"]
    name: str
    points: float
    full: float
    why: str


class PolicyStanding(Frozen):
    """How a package stands to one policy; ``status``: met, not_met or undetermined."""

    id: str
    name: str
    status: str
    tier: str | None = None


class Screened(Frozen):
    """A package in the ranked table.

    ``score`` 0..100 (None with ``error``), the sum of ``parts``. ``risk`` 0..1: how urgently a person must look.
    ``reasons``: short Chinese lines, most important first. ``hours_saved``: an estimate (``reading_time``).
    """

    package: str
    enterprise: str = ""
    uscc: str | None = None
    verdict: State
    error: str | None = None
    score: float | None = None
    parts: tuple[ScorePart, ...] = ()
    risk: float
    reasons: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    findings: dict[str, int] = _F(default_factory=dict)
    policies: tuple[PolicyStanding, ...] = ()
    files: int = 0
    unread_files: int = 0
    pages: int = 0
    seconds: float = 0.0
    hours_saved: float = 0.0


def screen(
    result: Result,
    *,
    package: str = "",
    materials: Iterable[Mapping[str, Any]] = (),
    pace: Pace = DEFAULT_PACE,
) -> Screened:
    """The line of a checked package.

    Args:
        result: the checked package.
        package: its name in the batch; the result's own where empty.
        materials: how the materials of its policies stand (``criteria.completeness.MaterialAnswer.to_dict``).
        pace: minutes that a person needs, for ``hours_saved``.
    """
    named = dict.fromkeys(m for m in map(_material, materials) if m)
    return Screened(
        package=package or result.package.name,
        enterprise=result.package.enterprise or "",
        uscc=result.package.uscc,
        verdict=result.summary.verdict,
        score=round(sum(p.points for p in _parts(result)), 1),
        parts=_parts(result),
        risk=_rounded(_risk(result)),
        reasons=_reasons(result),
        missing=tuple(named) or _missing_figures(result),
        findings={v.value: n for v in WORDS if (n := sum(f.verdict is v for f in result.findings))},
        policies=tuple(
            PolicyStanding(id=p["id"], name=p.get("name", p["id"]), status=p["status"], tier=p.get("tier"))
            for p in result.policies
        ),
        files=len(result.files),
        unread_files=sum(f.error is not None for f in result.files),
        pages=result.summary.pages,
        seconds=result.summary.seconds,
        hours_saved=hours_saved(result, pace),
    )


def not_read(package: str, error: str, *, enterprise: str = "", uscc: str | None = None) -> Screened:
    """The line of a package that could not be checked; ``error`` is plain Chinese with a remedy."""
    return Screened(
        package=package, enterprise=enterprise, uscc=uscc, verdict="error", error=error, risk=1.0, reasons=(error,)
    )  # fmt: skip


def rank(rows: Iterable[Screened]) -> list[Screened]:
    """Best first: by verdict (pass, review, fail, error), then score, then least risk, then name."""
    return sorted(rows, key=lambda r: (_ORDER[r.verdict], -(r.score or 0.0), r.risk, r.package))


def with_repeats(rows: Iterable[Screened], repeats: Sequence[Repeat]) -> list[Screened]:
    """The lines with what repeats across packages; an alarm needs a person, so it takes a ``pass`` away."""
    told: dict[str, list[str]] = {}
    for repeat in repeats:
        if repeat.severity == "alarm":
            for package in repeat.packages:
                told.setdefault(package, []).append(repeat.told_to(package))
    return [_alarmed(row, told[row.package]) if row.package in told else row for row in rows]


def _alarmed(row: Screened, lines: Sequence[str]) -> Screened:
    """The line with alarms in front; one that could not be checked stays what it is."""
    risk = 1 - (1 - row.risk) * (1 - _RISK_ALARM) ** len(lines)
    return row.model_copy(
        update={
            "verdict": "review" if row.verdict == "pass" else row.verdict,
            "risk": _rounded(max(row.risk, risk)),
            "reasons": (*lines, *row.reasons),
        }
    )


def _rounded(risk: float) -> float:
    return round(min(1.0, risk), 3)


def _parts(result: Result) -> tuple[ScorePart, ...]:
    """The parts of the score; those that nobody asked about give their weight to the others."""
    shares: dict[str, tuple[float, str]] = {"reading": _reading(result)}
    if result.findings:
        credit = sum(_CREDIT.get(f.verdict, 0.0) for f in result.findings)
        good = sum(f.verdict is Verdict.SUPPORTED for f in result.findings)
        shares["figures"] = credit / len(result.findings), f"{len(result.findings)} 项中 {good} 项相符"
    if result.policies:
        credit = sum(_POLICY_CREDIT.get(p["status"], 0.0) for p in result.policies)
        met = sum(p["status"] == "met" for p in result.policies)
        shares["policies"] = credit / len(result.policies), f"{len(result.policies)} 项政策中 {met} 项达标"
    whole = sum(_WEIGHTS[k] for k in shares)
    parts = []
    for key in ("figures", "policies", "reading"):
        if key in shares:
            share, why = shares[key]
            full = 100 * _WEIGHTS[key] / whole
            parts.append(
                ScorePart(key=key, name=_NAMES[key], points=round(share * full, 2), full=round(full, 2), why=why)
            )  # fmt: skip
    return tuple(parts)


def _reading(result: Result) -> tuple[float, str]:
    """Share of files read and of checks that did not fail."""
    unread = sum(f.error is not None for f in result.files)
    failed = sum(c.status == "failed" for c in result.checks)
    read = 1 - unread / len(result.files) if result.files else 0.0
    sound = 1 - failed / len(result.checks) if result.checks else 1.0
    said = [f"{unread} 个文件未能读取"] if unread else []
    said += [f"{failed} 项勾稽未通过"] if failed else []
    return read * sound, "、".join(said) or "全部读取，勾稽无误"


def _risk(result: Result) -> float:
    """Chance-like sum of everything that wants a person; a refuted package is never below one half."""
    doubts = [_RISK[f.verdict] for f in result.findings if f.verdict in _RISK]
    doubts += [_RISK_POLICY[p["status"]] for p in result.policies if p["status"] in _RISK_POLICY]
    doubts += [_RISK_FILE for f in result.files if f.error is not None]
    doubts += [_RISK_CHECK for c in result.checks if c.status == "failed"]
    risk = 1 - prod(1 - d for d in doubts)
    least = {"fail": 0.5, "review": 0.1, "pass": 0.0}[result.summary.verdict]
    return max(risk, least)


def _reasons(result: Result) -> tuple[str, ...]:
    """What speaks against the package: refuted figures, failed checks, policies, then what is open or missing."""
    by_verdict = {v: [f"{word}：{f.reason}" for f in result.findings if f.verdict is v] for v, word in WORDS.items()}
    refuted = [x for v in (Verdict.CONTRADICTED, Verdict.WRONG_ENTITY, Verdict.EXPIRED) for x in by_verdict[v]]
    policies = [f"政策未达标：{p.get('name', p['id'])}" for p in result.policies if p["status"] == "not_met"]
    checks = [f"勾稽未通过：{c.reason}" for c in result.checks if c.status == "failed"]
    files = [f"未能读取《{f.name}》：{f.error}" for f in result.files if f.error is not None]
    open_policies = [f"政策待定：{p.get('name', p['id'])}" for p in result.policies if p["status"] == "undetermined"]
    left = [*by_verdict[Verdict.UNSURE], *by_verdict[Verdict.MISSING]]
    nothing = [] if result.findings or result.policies else ["没有申报数据，只读取了材料，没有核对"]
    return (*nothing, *refuted, *policies, *checks, *files, *left, *open_policies)


def _missing_figures(result: Result) -> tuple[str, ...]:
    """Where no policy lists materials: what the findings without evidence ask for."""
    asked = (part for f in result.findings if f.verdict is Verdict.MISSING for part in f.reason.split("；"))
    return tuple(dict.fromkeys(p.removeprefix("请补交") for p in asked if p.startswith("请补交")))


def _material(material: Mapping[str, Any]) -> str:
    """``缺：近两年审计报告``; empty where the material is there, not asked for, or to be looked at."""
    word = _MISSING_STATES.get(material["state"], "")
    years = "、".join(f"{y} 年" for y in material.get("missing_years", ()))
    return f"{word}：{material['name']}{f'（{years}）' if years else ''}" if word else ""
