"""Who works there and since when: social-security list, licence; and papers that prove nothing of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from corpora.packages.expected import Headcount, years_between
from corpora.packages.plan import Plan
from corpora.synth import audit, licence, names, others, social


def plan_people(rng: Random, plan: Plan) -> None:
    """A list of the insured (its total may disagree with its rows) and the headcount declared."""
    state = rng.choices(("sound", "headcount_wrong", "headcount_rows", "other_entity", "no_evidence"), (66, 12, 9, 6, 7))[0]
    n = rng.randint(9, 38)
    if state != "no_evidence":
        month = plan.as_of.month - 1
        total = n + rng.choice((-2, -1, 1, 2, 3)) if state == "headcount_rows" else n
        holder = plan.stranger if state == "other_entity" else plan.owner
        options: dict[str, Any] = {"headcount": n, "year": plan.as_of.year, "month": month}
        truth: dict[str, Any] = {"headcount": total, "organization": holder.name, "period_to": f"{plan.as_of:%Y}-{month:02d}"}
        if state == "headcount_rows":
            options["total"] = total
            truth["listed_persons"] = n
        plan.add(social.make, holder, options=options, truth=truth)
        rows = n if state == "headcount_rows" else None
        plan.facts.lists.append(Headcount(total, rows, holder is plan.owner))
        n = total
    wrong = max(1, n + rng.choice((-5, -1, 1, 2, 7, 10)))
    plan.declare("employees", "now", wrong if state == "headcount_wrong" else n, "人", state if state != "sound" else None)
    if rng.random() < 0.2:
        plan.declare("rd_staff", "now", max(1, n // 5), "人")
    if rng.random() < 0.1:
        plan.declare("rd_staff_ratio", "now", Decimal(n // 5 * 10_000 // n).scaleb(-2), "%")


def plan_licence(rng: Random, plan: Plan) -> None:
    """The business licence, and the years and the day declared from it."""
    state = rng.choices(("own", "other_entity", "no_evidence"), (70, 6, 24))[0]
    own_day = date.fromisoformat(plan.owner.established)
    if state != "no_evidence":
        holder = plan.owner if state == "own" else plan.stranger
        plan.add(licence.make, holder, truth={"uscc": holder.uscc, "established": holder.established})
        plan.facts.founded.append((date.fromisoformat(holder.established), state == "own"))
    if state == "no_evidence" and rng.random() < 0.75:
        return
    years = years_between(own_day, plan.as_of)
    slip = "years_rounded_up" if state == "own" and rng.random() < 0.12 else None
    plan.declare("registered_years", "now", years + 1 if slip else years, "年", slip)
    if rng.random() < 0.6:
        slip = "wrong_date" if state == "own" and rng.random() < 0.12 else None
        day = replace_year(own_day, own_day.year - 1) if slip else own_day
        plan.declare("registration_date", "now", day, "date", slip)


def replace_year(day: date, year: int) -> date:
    """The same day of another year (29 February becomes 28)."""
    return day.replace(year=year, day=min(day.day, 28))


def plan_distractors(rng: Random, plan: Plan) -> None:
    """Papers that look like evidence and prove nothing; the audit firm's own licence bound into the report."""
    report = next((p for p in plan.papers if p.maker is audit.make and not p.word), None)
    if report is not None and rng.random() < 0.08 and any(own for _, own in plan.facts.founded):
        firm = replace(names.enterprise(rng), name=names.audit_firm(rng), scope="审查企业会计报表，出具审计报告")
        plan.add(licence.make, firm, truth={"uscc": firm.uscc})
        plan.facts.founded.append((date.fromisoformat(firm.established), False))
    if rng.random() < 0.15:
        rows = [
            {"metric": r.metric, "period": r.period, "value": str(r.value), "unit": r.unit}
            for r in plan.rows
            if r.metric in others.METRIC_ZH
        ]
        plan.add(others.application_form, options={"declared": rows, "year": plan.year})
    elif rng.random() < 0.4:
        plan.add(rng.choice((others.honour, others.contract, others.test_report, others.surveillance)))
