"""Management system certificates: many bodies, layouts, wordings, languages and date notations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any

from corpora.synth import dates, iso_forms, iso_layouts, iso_sheet, iso_unseen, names, ornaments, seals
from corpora.synth import iso_unseen_more as more
from corpora.synth import iso_unseen_sheets as sheets
from corpora.synth import markup as m
from corpora.synth.engine import SynthDocument
from corpora.synth.iso_sheet import SYSTEMS, Sheet

ACCREDITATION = ("CNAS", "IAF", "UKAS", "ANAB", "JAS-ANZ", "DAkkS")
FORMS: dict[str, Callable[[Random, Sheet], list[str]]] = {
    "zh": iso_forms.chinese,
    "bilingual": iso_forms.bilingual,
    "columns": iso_forms.columns,
    "en": iso_forms.english,
    "landscape": iso_layouts.landscape,
    "ruled": iso_layouts.ruled,
    "foreign": iso_layouts.foreign,
    "annex": iso_layouts.annex,
    "surveillance": iso_layouts.surveillance,
    "sidebar": iso_unseen.sidebar,
    "classical": iso_layouts.classical,
    "split": iso_unseen.split,
    "letterhead": iso_unseen.letterhead,
    "banded": iso_unseen.banded,
    "assessor": more.assessor,
    "strip": more.strip,
    "inquiry": more.inquiry,
    "diploma": more.diploma,
    "traditional": more.traditional,
    "footline": sheets.footline,
    "grouped": sheets.grouped,
    "tiles": sheets.tiles,
    "sites": sheets.sites,
    "appraisal": sheets.appraisal,
    "stacked": sheets.stacked,
}
LAYOUTS = tuple(FORMS)
HELD_OUT = frozenset(name for name, form in FORMS.items() if "_unseen" in form.__module__)
SHARE = 2 / 7
"""How often a certificate is drawn in a held-out layout where any may be: many layouts measure, most papers train."""
ENGLISH = frozenset({"en", "foreign"})
"""Layouts that name the holder in English only."""


def make(
    rng: Random,
    owner: names.Enterprise,
    *,
    system: str | None = None,
    issued: date | None = None,
    until: date | None = None,
    language: str | None = None,
    number: str | None = None,
    layout: str | None = None,
    layouts: str = "all",
    english: bool = True,
) -> SynthDocument:
    """A management system certificate of ``owner``.

    ``layout``: one of ``LAYOUTS``; else one at random, of all (``SHARE`` of them held out), only the ``seen``
    or only the ``held_out`` ``layouts``, without those in English only unless ``english``. ``language`` (zh,
    bilingual, columns, en) names the layouts of that name.
    """
    layout = layout or language or _choose(rng, layouts, english)
    system = system or rng.choices(tuple(SYSTEMS), (30, 18, 15, 5, 5, 4, 6, 5, 3, 5, 4))[0]
    info = SYSTEMS[system]
    issue = issued or dates.between(rng, date(2017, 1, 1), date(2025, 3, 1))
    last = until or dates.plus_years(issue, 3, rng.choice((1, 1, 0)))
    first = dates.plus_years(issue, -rng.choice((3, 6))) if rng.random() < 0.35 else issue
    body = names.certification_body(rng)
    abroad = layout == "foreign" or (layout == "en" and rng.random() < 0.5)
    values: dict[str, Any] = {
        "certificate_no": number or iso_sheet.number(rng, info, issue.year, abroad),
        "system": system,
        "standards": list(rng.choice(info.standards)),
        "holder": owner.name,
        "uscc": owner.uscc,
        "issuer": body,
        "first_issue_date": first.isoformat(),
        "issue_date": issue.isoformat(),
        "valid_until": last.isoformat(),
        "scope": owner.scope,
        "accreditation": rng.sample(ACCREDITATION, rng.choice((0, 1, 1, 2))),
        "body": body,
    }
    sheet = Sheet(owner, info, values, first, issue, last, m.choose_fonts(rng, 11))
    if layout in ENGLISH:
        values |= {"holder": owner.english, "scope": sheet.scope_en, "issuer": rng.choice(iso_sheet.FOREIGN_BODIES)}
    pages = FORMS[layout](rng, sheet)
    return SynthDocument(
        "iso_certificate",
        m.doc(sheet.fonts, *pages),
        sheet.fields,
        _assets(rng, values) | sheet.assets,
        f"{layout}-{system}",
        f"{info.zh}认证证书",
        held_out=layout in HELD_OUT,
    )


def _choose(rng: Random, layouts: str, english: bool) -> str:
    if layouts == "all":
        layouts = "held_out" if rng.random() < SHARE else "seen"
    held = {"seen": False, "held_out": True}[layouts]
    return rng.choice([name for name in LAYOUTS if (name in HELD_OUT) == held and (english or name not in ENGLISH)])


def _assets(rng: Random, values: dict[str, Any]) -> dict[str, bytes]:
    logos = values["accreditation"]
    assets = {
        "logo.png": ornaments.logo(rng),
        "seal.png": seals.round_seal(rng, str(values["body"])),
        "qr.png": ornaments.qr(str(values["certificate_no"])),
        "sign.png": seals.signature(rng),
    }
    return assets | {f"acc{k}.png": ornaments.logo(rng, 120) for k in range(len(logos))}
