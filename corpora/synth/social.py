"""Social-security papers of a unit: lists of insured persons, payments, certificates of the total."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from corpora.synth import ids, names, seals, social_forms, social_layouts, social_sheet, social_unseen
from corpora.synth import markup as m
from corpora.synth import social_unseen_more as more
from corpora.synth import social_unseen_totals as sums
from corpora.synth.engine import SynthDocument
from corpora.synth.social_sheet import Roll

FORMS: dict[str, Callable[[Random, Roll], list[str]]] = {
    "list": social_forms.members,
    "detail": social_forms.payments,
    "certificate": social_forms.certificate,
    "insured": social_layouts.insured,
    "pairs": social_layouts.pairs,
    "ticks": social_layouts.ticks,
    "tax": social_layouts.tax,
    "paged": social_unseen.paged,
    "months": social_layouts.months,
    "totals": social_layouts.totals,
    "record": social_unseen.record,
    "portal": social_unseen.portal,
    "letter": more.letter,
    "roster": more.roster,
    "printer": more.printer,
    "ticket": more.ticket,
    "ledger": sums.ledger,
    "assessed": sums.assessed,
    "board": sums.board,
}
LAYOUTS = tuple(FORMS)
HELD_OUT = frozenset(name for name, form in FORMS.items() if "_unseen" in form.__module__)
SHARE = 1 / 4
"""How often a paper is drawn in a held-out layout where any may be: many layouts measure, most papers train."""
UNNAMED = frozenset({"certificate", "tax", "totals", "ledger", "assessed", "board"})
"""Layouts that give the total without naming anybody."""
LONG = frozenset({"months", "record", "ledger"})
"""Layouts over several months, unless it is January."""
LETTERS = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def make(
    rng: Random,
    owner: names.Enterprise,
    *,
    headcount: int | None = None,
    layout: str | None = None,
    year: int | None = None,
    month: int | None = None,
    total: int | None = None,
    inset: float | None = None,
    masked: bool | None = None,
    layouts: str = "all",
) -> SynthDocument:
    """A social-security paper of ``owner``.

    ``layout``: one of ``LAYOUTS``; else one at random, of all (``SHARE`` of them held out), only the ``seen``
    or only the ``held_out`` ``layouts``. ``total`` printed may differ from the persons listed (a trap, in lists only). ``year``
    and ``month``: the last month of the period. ``inset``: points above and below each row. ID numbers
    are masked or full synthetic ones; labels carry them masked.
    """
    layout = layout or _choose(rng, layouts, listed=total is not None)
    named = layout not in UNNAMED
    n = headcount or (rng.randint(8, 45) if named else rng.randint(12, 400))
    year, month = year or rng.randint(2019, 2025), month or rng.randint(1, 12)
    masked = rng.random() < 0.5 if masked is None else masked
    period = f"{year}-{month:02d}"
    long = (layout in LONG and month > 1) or (layout == "tax" and rng.random() < 0.5)
    issuer = f"{owner.city}社会保险" + rng.choice(("中心", "管理中心", "事业管理局", "基金管理中心", "事业中心"))
    values = {
        "organization": owner.name,
        "uscc": owner.uscc,
        "period_from": f"{year}-{max(1, month - 5):02d}" if long else period,
        "period_to": period,
        "headcount": total if total is not None else n,
        "issuer": issuer,
        "verification_code": "".join(rng.choice(LETTERS) for _ in range(rng.choice((12, 16, 20)))),
    }
    people = social_sheet.people(rng, n, owner.uscc[2:6], masked, year) if named else ()
    roll = Roll(owner, values, people, m.choose_fonts(rng, 10), inset or rng.uniform(3, 5.5), total is not None)
    pages = FORMS[layout](rng, roll)
    stamp = rng.choice(("", "业务专用章", "参保证明专用章")) if layout != "tax" else rng.choice(("征税专用章", "业务专用章"))
    assets = {"seal.png": seals.round_seal(rng, str(values["issuer"]), middle=stamp)} | roll.assets
    fields = roll.fields | {"listed_persons": len(people) or None}
    if people:
        source = "".join(pages)
        # A list that prints since when each is insured shows them insured from then on.
        dated = all(_prints_month(source, p.since) for p in people)
        fields["persons"] = [
            {
                "name": p.name,
                "id_masked": (p.shown_id if masked else ids.mask_id(p.shown_id)) if p.shown_id in source else None,
                "from": p.since if dated else values["period_from"],
                "to": values["period_to"],
            }
            for p in people
        ]
    return SynthDocument(
        "social_security_list",
        m.doc(roll.fonts, *pages),
        fields,
        assets,
        f"{layout}{'-masked' if masked and people else ''}",
        "参保人员名单",
        tuple(roll.sheet) if people else (),
        held_out=layout in HELD_OUT,
    )


def _prints_month(source: str, month: str) -> bool:
    """Whether the markup shows a month (``YYYY-MM``) in any of the usual notations."""
    forms = {re.escape(social_sheet.month_text(month, form)) for form in social_sheet.MONTHS}
    return re.search(rf"(?<![\d.-])(?:{'|'.join(sorted(forms))})(?!\d)", source) is not None


def _choose(rng: Random, layouts: str, listed: bool) -> str:
    if layouts == "all":
        layouts = "held_out" if rng.random() < SHARE else "seen"
    held = {"seen": False, "held_out": True}[layouts]
    return rng.choice([name for name in LAYOUTS if (name in HELD_OUT) == held and not (listed and name in UNNAMED)])
