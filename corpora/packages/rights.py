"""What is counted: patents, software, trademarks, certificates; valid, over, others', twice, only announced."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from corpora.packages import notices
from corpora.packages.expected import Right, numbers
from corpora.packages.plan import Plan
from corpora.synth import dates, hightech, ids, iso, names, others, patent, software, trademark
from corpora.synth.engine import SynthDocument

PATENTS = {"invention_patents": "invention", "utility_patents": "utility", "design_patents": "design"}
_YEARS = {"invention": 20, "utility": 10, "design": 10}

# How often a counted metric is in which state.
STATES: dict[str, int] = {
    "plain": 58,
    "co_owner": 5,
    "overclaimed": 3,
    "expired": 6,
    "other_holder": 3,
    "other_entity": 4,
    "duplicate": 4,
    "after_as_of": 3,
    "notice": 5,
    "specimen": 4,
    "lapsed": 5,
    "false_check_digit": 4,
    "no_evidence": 3,
}
_BESIDE = frozenset({"overclaimed", "other_holder", "duplicate", "after_as_of"})
"""States that need a valid certificate beside them: without one the contract names another reason."""


@dataclass(frozen=True)
class Kind:
    """A counted metric: ``put`` adds one certificate to the plan; ``states`` are those that it can be in."""

    metric: str
    put: Callable[[Random, Plan, str], None]
    states: frozenset[str]


def _patent(metric: str) -> Callable[[Random, Plan, str], None]:
    kind = PATENTS[metric]

    def put(rng: Random, plan: Plan, state: str) -> None:
        as_of = plan.as_of
        granted = dates.between(rng, date(as_of.year - 5, 1, 1), dates.plus_years(as_of, -1))
        until = None
        if state == "expired":
            last = date(as_of.year - _YEARS[kind] - 1, 1, 1)
            granted = dates.between(rng, max(patent.FIRST, dates.plus_years(last, -3)), last)
            until = dates.plus_years(granted, _YEARS[kind])
        elif state == "after_as_of":
            granted = as_of + timedelta(days=rng.randint(20, 160))
        filed = str((granted - timedelta(days=600 if kind == "invention" else 260)).year)
        number = ids.patent_no(rng, kind, int(filed))
        if state == "false_check_digit":
            number = number[:-1] + rng.choice([c for c in "0123456789" if c != number[-1]])
        holder, partner = plan.owner, None
        if state in ("other_entity", "other_holder"):
            holder = plan.stranger
        elif state == "co_owner":
            holder, partner = names.enterprise(rng), plan.owner.name
        elif rng.random() < 0.1:
            partner = names.enterprise(rng).name
        options = {"kind": kind, "granted": granted, "number": number, "co_owner": partner}
        truth = {"patent_no": number, "kind": kind, "grant_date": granted.isoformat(), "application_date": _within(filed)}
        truth["patentees"] = [holder.name, partner] if partner else [holder.name]
        _add(plan, patent.make, holder, state, options, truth)
        if state == "lapsed" and rng.random() < 0.5:
            plan.add(notices.termination, options={"number": number, "day": _before(rng, as_of)})
        elif state == "lapsed":
            plan.add(patent.make, options={**options, "status": "terminated"}, truth={**truth, "legal_status": "terminated"})
        _count(plan, metric, number, granted, until, state)

    return put


def _iso(rng: Random, plan: Plan, state: str) -> None:
    as_of = plan.as_of
    issued = dates.between(rng, dates.plus_years(as_of, -2), dates.plus_years(as_of, 0, 240))
    if state == "expired":
        issued = dates.between(rng, dates.plus_years(as_of, -6), dates.plus_years(as_of, -3, 60))
    elif state == "after_as_of":
        issued = as_of + timedelta(days=rng.randint(20, 160))
    until = dates.plus_years(issued, 3, 1)
    system, letter = rng.choice((("quality", "Q"), ("quality", "Q"), ("environment", "E"), ("ohs", "S"), ("ip", "IP")))
    number = ids.iso_number(rng, letter, issued.year, False)
    holder = plan.stranger if state in ("other_entity", "other_holder") else plan.owner
    # A holder's English name says nothing about whose it is: what then follows is open.
    options = {"system": system, "issued": issued, "until": until, "number": number, "english": False}
    truth = {"certificate_no": number, "holder": holder.name, "issue_date": issued.isoformat()}
    truth["valid_until"] = until.isoformat()
    _add(plan, iso.make, holder, state, options, truth)
    if state == "lapsed":
        plan.add(notices.withdrawal, options={"number": number, "day": _before(rng, as_of)})
    _count(plan, "management_system_certs", number, issued, until, state)


def _high_tech(rng: Random, plan: Plan, state: str) -> None:
    as_of = plan.as_of
    issued = dates.between(rng, dates.plus_years(as_of, -2), dates.plus_years(as_of, 0, 60))
    if state == "expired":
        issued = dates.between(rng, dates.plus_years(as_of, -5), dates.plus_years(as_of, -3, 30))
    holder = plan.stranger if state == "other_entity" else plan.owner
    truth = {"holder": holder.name, "issue_date": issued.isoformat()}
    _add(plan, hightech.make, holder, state, {"issued": issued}, truth)
    _count(plan, "high_tech_enterprise", f"high-tech {len(plan.papers)}", issued, dates.plus_years(issued, 3), state)


def _software(rng: Random, plan: Plan, state: str) -> None:
    as_of = plan.as_of
    day = dates.between(rng, date(as_of.year - 4, 1, 1), dates.plus_years(as_of, 0, 40))
    if state == "after_as_of":
        day = as_of + timedelta(days=rng.randint(20, 160))
    holder = plan.stranger if state in ("other_entity", "other_holder") else plan.owner
    truth = {"owners": [holder.name], "registration_date": day.isoformat()}
    _add(plan, software.make, holder, state, {"registered": day}, truth)
    _count(plan, "software_copyrights", f"software {len(plan.papers)}", day, None, state)


def _trademark(rng: Random, plan: Plan, state: str) -> None:
    as_of = plan.as_of
    start = dates.between(rng, dates.plus_years(as_of, -9), dates.plus_years(as_of, -1))
    if state == "expired":
        start = dates.between(rng, dates.plus_years(as_of, -14), dates.plus_years(as_of, -10, 60))
    until = dates.plus_years(start, 10, 1)
    holder = plan.stranger if state in ("other_entity", "other_holder") else plan.owner
    truth = {"owner": holder.name, "valid_from": start.isoformat(), "valid_until": until.isoformat()}
    _add(plan, trademark.make, holder, state, {"valid_from": start}, truth)
    _count(plan, "trademarks", f"trademark {len(plan.papers)}", start, until, state)


def _add(
    plan: Plan,
    maker: Callable[..., SynthDocument],
    holder: names.Enterprise,
    state: str,
    options: dict[str, Any],
    truth: Mapping[str, object],
) -> None:
    """Put in the certificate: twice if that is the trick, with 样本 across it if it is a specimen."""
    word, copies = "样本" if state == "specimen" else "", 2 if state == "duplicate" else 1
    plan.add(maker, holder, word=word, copies=copies, options=options, truth=dict(truth))


def _count(plan: Plan, metric: str, number: str, since: date, until: date | None, state: str) -> None:
    """Remember what the certificate proves: a specimen nothing."""
    if state != "specimen":
        own = state not in ("other_entity", "other_holder")
        sound, ended = state != "false_check_digit", state == "lapsed"
        plan.facts.rights.append(Right(metric, number, since, until, own, ended, sound))


def _within(year: str) -> Callable[[object], bool]:
    """A date of that year: the number of a patent says when it was filed."""
    return lambda found: str(found).startswith(year)


def _before(rng: Random, day: date) -> date:
    return day - timedelta(days=rng.randint(15, 90))


_NOT_PATENTS = frozenset(STATES) - {"co_owner", "false_check_digit"}
KINDS: tuple[tuple[Kind, float], ...] = (
    (Kind("invention_patents", _patent("invention_patents"), frozenset(STATES) - {"expired"}), 0.42),
    (Kind("utility_patents", _patent("utility_patents"), frozenset(STATES)), 0.4),
    (Kind("design_patents", _patent("design_patents"), frozenset(STATES)), 0.15),
    (Kind("management_system_certs", _iso, _NOT_PATENTS - {"notice"}), 0.6),
    (Kind("software_copyrights", _software, _NOT_PATENTS - {"expired", "lapsed", "notice"}), 0.24),
    (Kind("trademarks", _trademark, _NOT_PATENTS - {"lapsed", "after_as_of"}), 0.2),
    (Kind("high_tech_enterprise", _high_tech, frozenset({"plain", "expired", "other_entity", "no_evidence"})), 0.33),
)
"""The counted metrics, each with the share of packages that declare it."""


def plan_rights(rng: Random, plan: Plan) -> None:
    """Certificates of several kinds, and the numbers of them declared."""
    for kind, share in KINDS:
        if rng.random() < share:
            states = sorted(kind.states)
            _plan_kind(rng, plan, kind, rng.choices(states, [STATES[s] for s in states])[0])
    _terms(rng, plan)


def _plan_kind(rng: Random, plan: Plan, kind: Kind, state: str) -> None:
    """The papers of one metric in the given state, and the declared number."""
    flag = kind.metric == "high_tech_enterprise"
    beside = 1 if state in _BESIDE else rng.choice((0, 1)) if state not in ("plain", "other_entity", "no_evidence") else 0
    if state in ("duplicate", "overclaimed"):
        beside = 0  # the certificate itself is the valid one
    for _ in range(0 if flag else beside):
        kind.put(rng, plan, "plain")
    if state == "notice":
        _announce(rng, plan, kind.metric)
    elif state != "no_evidence":
        kind.put(rng, plan, state)
    if state == "plain" and not flag and rng.random() < 0.3:
        kind.put(rng, plan, "plain")
    right = len(numbers(plan.facts.rights, kind.metric, plan.as_of))
    if state in ("plain", "co_owner"):
        plan.declare(kind.metric, "now", 1 if right == 1 or rng.random() < 0.15 else right, "项")
    else:
        plan.declare(kind.metric, "now", right + 1, "项", state)


def _announce(rng: Random, plan: Plan, metric: str) -> None:
    """A notice that something was applied for or will be granted."""
    if metric == "trademarks":
        plan.add(others.trademark_notice)
    elif rng.random() < 0.6:
        plan.add(
            others.acceptance_notice,
            options={"day": _before(rng, plan.as_of), "kind": PATENTS[metric] if metric != "design_patents" else None},
        )
    else:
        plan.add(others.grant_notice)


def _terms(rng: Random, plan: Plan) -> None:
    """Last days of the management system certificates; sometimes of one that is not there."""
    for right in plan.facts.rights:
        if right.metric != "management_system_certs" or right.until is None or rng.random() < 0.45:
            continue
        slip, day = None, right.until
        if right.until < plan.as_of:
            slip = "expired"
        elif right.own and rng.random() < 0.3:
            slip, day = (
                "wrong_date",
                dates.plus_years(day, rng.choice((-1, 1))) if rng.random() < 0.5 else day + timedelta(days=rng.choice((1, 30))),
            )
        plan.declare(f"certificate_valid_until:{right.number}", "now", day, "date", slip)
    if rng.random() < 0.06:
        number = ids.iso_number(rng, "Q", plan.as_of.year - 1, False)
        plan.declare(f"certificate_valid_until:{number}", "now", dates.plus_years(plan.as_of, 1), "date", "no_evidence")
