"""Patent certificates of all layouts since 2007, and certified copies of the patent register."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from random import Random
from typing import Any

import numpy as np

from corpora.synth import dates, forms, ids, names, patent_layouts, patent_register, patent_unseen
from corpora.synth import markup as m
from corpora.synth.engine import SynthDocument
from corpora.synth.patent_parts import KINDS, Drawn, Patent

PUBLISHED, ELECTRONIC = date(2018, 12, 1), date(2023, 1, 3)
"""First days of the layouts with a publication number, and of electronic certificates."""
FIRST, LAST = date(2007, 1, 1), date(2025, 9, 30)
"""Days of grant that are drawn at random."""


@dataclass(frozen=True)
class Form:
    """A layout: who draws it, the days of grant on which it was in use, the kinds that it serves."""

    draw: Callable[[Random, Patent, m.Fonts], Drawn]
    first: date
    last: date
    kinds: tuple[str, ...] = tuple(KINDS)


FORMS = {
    "red": Form(patent_layouts.red, FIRST, date(2010, 6, 30)),
    "old": Form(patent_layouts.old, date(2010, 1, 1), date(2018, 11, 30)),
    "register": Form(patent_layouts.register, PUBLISHED, date(2022, 12, 31)),
    "electronic": Form(patent_layouts.electronic, ELECTRONIC, LAST),
    "electronic_full": Form(patent_layouts.electronic_full, ELECTRONIC, LAST),
    "picture": Form(patent_layouts.picture, date(2010, 1, 1), LAST, ("design",)),
    "two_up": Form(patent_layouts.two_up, PUBLISHED, LAST),
    "register_copy": Form(patent_register.register_copy, date(2010, 1, 1), LAST),
    "duplicate": Form(patent_unseen.duplicate, FIRST, LAST),
    "booklet": Form(patent_unseen.booklet, FIRST, date(2018, 11, 30)),
    "plain_print": Form(patent_unseen.plain_print, PUBLISHED, LAST),
}
LAYOUTS: tuple[str, ...] = tuple(FORMS)
HELD_OUT: frozenset[str] = frozenset(("duplicate", "booklet", "plain_print"))

# Certificate numbers run on by kind: (year, number) points, roughly as they were.
SERIALS = {
    "invention": ((2005, 190_000), (2010, 700_000), (2018, 3_100_000), (2023, 5_900_000), (2026, 8_300_000)),
    "utility": ((2005, 650_000), (2010, 1_500_000), (2018, 7_500_000), (2021, 13_000_000), (2026, 24_000_000)),
    "design": ((2005, 450_000), (2010, 1_200_000), (2018, 4_800_000), (2026, 9_300_000)),
}
DESIGNS = ("包装盒", "压力变送器外壳", "数控机床护罩", "台灯（多功能）", "水质检测仪", "机器人（搬运）", "阀体", "传感器外壳")


def make(
    rng: Random,
    owner: names.Enterprise,
    *,
    kind: str | None = None,
    layout: str | None = None,
    layouts: str = "all",
    granted: date | None = None,
    co_owner: str | None = None,
    number: str | None = None,
    status: str = "in_force",
) -> SynthDocument:
    """A patent certificate held by ``owner`` (and ``co_owner``); ``granted`` fixes the grant day.

    ``layout``: one of ``LAYOUTS``; by default a random one of ``layouts`` (all, seen, held_out) that
    was in use on the grant day. ``status``: legal status, which only ``register_copy`` prints; any
    other than ``in_force`` makes such a copy, and the paper proves nothing.

    Raises:
        UnknownLayoutError: no such layout, or none for this kind and day.
    """
    layout = "register_copy" if layout is None and status != "in_force" else layout
    name = forms.pick(rng, LAYOUTS, HELD_OUT, layout, layouts, lambda n: fits(n, kind, granted))
    form = FORMS[name]
    if status != "in_force" and name != "register_copy":
        raise forms.UnknownLayoutError(f"版式“{name}”不载明法律状态，请用 register_copy。")
    patent = _patent(rng, owner, kind or rng.choice(form.kinds), form, granted, co_owner, number)
    if name == "register_copy":
        patent = replace(patent, fields={**patent.fields, "legal_status": status})
    fonts = m.choose_fonts(rng, 11.5)
    drawn = form.draw(rng, patent, fonts)
    return SynthDocument(
        "patent_certificate",
        m.doc(fonts, *drawn.pages),
        {key: None if key in drawn.without else value for key, value in patent.fields.items()},
        drawn.assets,
        f"{name}-{patent.kind}",
        drawn.title or f"{patent.zh}专利证书",
        excluded=status != "in_force",
        held_out=name in HELD_OUT,
    )


def fits(name: str, kind: str | None, granted: date | None) -> bool:
    """Whether layout ``name`` serves ``kind`` and was in use on the day of grant (``None``: any)."""
    form = FORMS[name]
    if granted is not None:  # days before the first layout or after the last get the nearest one
        granted = min(max(granted, FIRST), LAST)
    return (kind is None or kind in form.kinds) and (granted is None or form.first <= granted <= form.last)


def _patent(
    rng: Random,
    owner: names.Enterprise,
    kind: str,
    form: Form,
    granted: date | None,
    co_owner: str | None,
    number: str | None,
) -> Patent:
    granted = granted or dates.between(rng, form.first, form.last)
    filed = (dates.plus_years(granted, -3 if kind == "invention" else -1), dates.plus_years(granted, 0, 150))
    if number is not None:  # its first four digits are the year of filing
        year = int(number[2:6])
        within = (max(filed[0], date(year, 1, 1)), min(filed[1], date(year, 12, 31)))
        filed = within if within[0] <= within[1] else filed
    application = dates.between(rng, *filed)
    patentees = [owner.name] + ([co_owner] if co_owner else [])
    years, serials = zip(*SERIALS[kind], strict=True)
    run = float(np.interp(granted.year + granted.month / 12, years, serials))
    fields: dict[str, Any] = {
        "kind": kind,
        "certificate_no": str(int(run * rng.uniform(0.97, 1.03))),
        "title": rng.choice(DESIGNS) if kind == "design" else names.invention_title(rng),
        "patent_no": number or ids.patent_no(rng, kind, application.year),
        "application_date": application.isoformat(),
        "patentees": patentees,
        "inventors": names.people(rng, rng.choice((1, 2, 3, 4, 5, 7))),
        "grant_date": granted.isoformat(),
        "grant_no": ids.grant_no(rng, kind, granted.year),
    }
    # A bought patent was filed by somebody else: the continuation sheet still names them.
    bought = rng.random() < 0.2
    return Patent(
        kind=kind,
        application=application,
        granted=granted,
        fields=fields,
        address=f"{rng.randint(100000, 859999)} {owner.address}",
        director=names.person(rng),
        filed_by=(names.enterprise(rng).name,) if bought else tuple(patentees),
    )
