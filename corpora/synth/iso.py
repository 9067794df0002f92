"""Management system certificates: many bodies, wordings, languages and date notations."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

from corpora.synth import dates, ids, names, ornaments, seals
from corpora.synth import markup as m
from corpora.synth.engine import SynthDocument
from corpora.synth.iso_forms import FORMS, SYSTEMS, Sheet

ACCREDITATION = ("CNAS", "IAF", "UKAS", "ANAB", "JAS-ANZ", "DAkkS")


def make(
    rng: Random,
    owner: names.Enterprise,
    *,
    system: str | None = None,
    issued: date | None = None,
    until: date | None = None,
    language: str | None = None,
    number: str | None = None,
) -> SynthDocument:
    """A management system certificate of ``owner``; ``language``: zh, bilingual, columns, en."""
    system = system or rng.choices(tuple(SYSTEMS), (30, 18, 15, 5, 5, 4, 6, 5, 3, 5, 4))[0]
    info = SYSTEMS[system]
    language = language or rng.choice(("zh", "zh", "zh", "bilingual", "columns", "en"))
    if not info.en:
        language = "zh"
    issue = issued or dates.between(rng, date(2017, 1, 1), date(2025, 3, 1))
    last = until or dates.plus_years(issue, 3, rng.choice((1, 1, 0)))
    first = dates.plus_years(issue, -rng.choice((3, 6))) if rng.random() < 0.35 else issue
    foreign = language == "en" and rng.random() < 0.5
    body = names.certification_body(rng)
    standards = rng.choice(info.standards)
    fields: dict[str, Any] = {
        "certificate_no": number or ids.iso_number(rng, info.letter, issue.year, foreign),
        "system": system,
        "standards": list(standards),
        "holder": owner.name,
        "issuer": body,
        "issue_date": issue.isoformat(),
        "valid_until": last.isoformat(),
        "scope": owner.scope,
    }
    if language == "en":
        fields["holder"], fields["scope"], fields["issuer"] = (
            owner.english,
            "Design, production and sales of industrial products",
            f"{owner.english.split()[0][::-1].title()} Certification Co., Ltd.",
        )
    logos = rng.sample(ACCREDITATION, rng.choice((0, 1, 1, 2)))
    if logos:
        fields["accreditation"] = logos
    fonts = m.choose_fonts(rng, 11)
    assets = _assets(rng, fields, body)
    content = FORMS[language](rng, Sheet(owner, info, fields, first, issue, last, fonts))
    margin = f"(x: {rng.uniform(2.4, 3.2):.1f}cm, y: {rng.uniform(2.3, 2.9):.1f}cm)"
    source = m.doc(fonts, m.page("\n\n".join(content), background="bg.png", margin=margin, flipped=False))
    return SynthDocument("iso_certificate", source, fields, assets, f"{language}-{system}", f"{info.zh}认证证书")


def _assets(rng: Random, fields: dict[str, Any], body: str) -> dict[str, bytes]:
    assets = {
        "bg.png": ornaments.certificate_paper(
            rng,
            (1000, 1414),
            rng.choice(ornaments.INKS),
            rng.choice(ornaments.TINTS),
            mark=rng.choice(("", "", "", body[:4])),
            waves=rng.random() < 0.7,
        ),
        "logo.png": ornaments.logo(rng),
        "seal.png": seals.round_seal(rng, body),
        "qr.png": ornaments.qr(str(fields["certificate_no"])),
        "sign.png": seals.signature(rng),
    }
    for k in range(len(fields.get("accreditation", ()))):
        assets[f"acc{k}.png"] = ornaments.logo(rng, 120)
    return assets
