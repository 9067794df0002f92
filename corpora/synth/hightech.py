"""High-tech enterprise certificates (three seals of the approving bodies)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any

from corpora.synth import dates, forms, hightech_unseen, ids, names, ornaments, seals
from corpora.synth import markup as m
from corpora.synth.engine import SynthDocument, text
from corpora.synth.hightech_parts import GOLD, Body, Certificate, seals_row

LAYOUTS = ("landscape", "bilingual", "portrait", "stacked", "folder")
HELD_OUT = frozenset({"folder"})


def make(
    rng: Random,
    owner: names.Enterprise,
    *,
    issued: date | None = None,
    layout: str | None = None,
    layouts: str = "all",
) -> SynthDocument:
    """A 高新技术企业证书 of ``owner``; valid for three years from the day of issue.

    The term stands in words (三年): its place is the place of ``valid_until``. ``layout``: one of
    ``LAYOUTS``; by default a random one of ``layouts`` (all, seen, held_out).

    Raises:
        UnknownLayoutError: no such layout.
    """
    name = forms.pick(rng, LAYOUTS, HELD_OUT, layout, layouts)
    day = issued or dates.between(rng, date(2016, 10, 1), date(2024, 12, 20))
    fields: dict[str, Any] = {
        "certificate_no": ids.high_tech_no(rng, day.year, owner.province_code),
        "holder": owner.name,
        "issue_date": day.isoformat(),
        "valid_until": dates.plus_years(day, 3).isoformat(),
    }
    fonts = m.choose_fonts(rng, 13)
    place = owner.province
    # The tax offices of state and province became one in June 2018.
    tax = f"国家税务总局{place}税务局" if day >= date(2018, 6, 15) else f"{place}国家税务局"
    bodies = (
        f"{place}科学技术厅" if "省" in place else f"{place}科学技术委员会",
        f"{place}财政厅" if "省" in place else f"{place}财政局",
        tax,
    )
    notations = (dates.chinese(day), dates.chinese(day, "○"), dates.arabic(day), dates.arabic(day, spaced=True))
    item = Certificate(
        holder=forms.marked("holder", owner.name),
        number=forms.marked("certificate_no", str(fields["certificate_no"])),
        issued=forms.marked("issue_date", rng.choice(notations)),
        term=forms.marked("valid_until", rng.choice(("三年", "三年", "叁年"))),
        bodies=bodies,
    )
    body, paper, flipped, margin = DRAW[name](rng, item, fonts)
    assets = {f"s{k}.png": seals.round_seal(rng, body_name) for k, body_name in enumerate(bodies)}
    assets |= {"bg.png": paper, "logo.png": ornaments.logo(rng)}
    source = m.doc(fonts, m.page("\n\n".join(body), flipped=flipped, background="bg.png", margin=margin))
    return SynthDocument("high_tech_certificate", source, fields, assets, name, "高新技术企业证书", held_out=name in HELD_OUT)


def _landscape(rng: Random, item: Certificate, fonts: m.Fonts) -> Body:
    """The national form: two columns of particulars."""
    paper = ornaments.certificate_paper(rng, (1414, 1000), (190, 160, 80), (254, 253, 248), waves=rng.random() < 0.5)
    colon = rng.choice(("：", "：", ":"))
    cells = [
        forms.line("企业名称", item.holder, colon=colon),
        forms.line("证书编号", item.number, colon=colon),
        forms.line(rng.choice(("发证时间", "发证日期")), item.issued, colon=colon),
        forms.line(rng.choice(("有 效 期", "有效期")), item.term, colon=colon),
        text("批准机关" + colon),
        "",
    ]
    body = [
        m.gap(0.4),
        m.centred(m.picture("logo.png", 1.7)),
        m.centred(m.styled("高新技术企业", 36, bold=True, font=fonts.title, fill=GOLD, tracking="8pt")),
        m.centred(m.styled("证书", 26, bold=True, font=fonts.title, fill=GOLD, tracking="14pt")),
        m.gap(0.5),
        '#set text(weight: "bold")\n' + m.grid("1.5fr, 1fr", *cells, options="row-gutter: 0.55cm"),
        m.gap(0.3),
        seals_row(3.2),
    ]
    return body, paper, True, "(x: 3.4cm, y: 2.0cm)"


def _bilingual(rng: Random, item: Certificate, fonts: m.Fonts) -> Body:
    """Landscape with an English line below each Chinese label."""
    ink = rng.choice(((170, 40, 40), (40, 90, 150), (150, 110, 40)))
    paper = ornaments.scrolled_paper(rng, (1414, 1000), ink, (254, 254, 250), foot=rng.choice((0.0, 0.1)), corners="all")

    def cell(label: str, english: str, value: str) -> str:
        head = f"{m.styled(label, bold=True)}#linebreak(){m.styled(english, 8.5, fill='#555555')}"
        return f"#grid(columns: (3.5cm, 1fr), align: top)[{head}][{value}]"

    cells = [
        cell("企业名称：", "Name of Enterprise", item.holder),
        cell("证书编号：", "Certificate No.", item.number),
        cell("发证时间：", "Date of Issue", item.issued),
        cell("有效期：", "Valid for", item.term + m.styled(" (3 years)", 9) if rng.random() < 0.5 else item.term),
    ]
    bodies = m.grid("1fr, 1fr, 1fr", *(m.centred(m.styled(name, 10)) for name in item.bodies))
    body = [
        m.gap(1.0),
        m.centred(m.styled("高新技术企业证书", 34, bold=True, font=fonts.title, fill=ornaments.css(ink), tracking="5pt")),
        m.centred(m.styled("HIGH-TECH ENTERPRISE CERTIFICATE", 14, fill="#444444", tracking="1pt")),
        m.gap(0.9),
        m.grid("1.35fr, 1fr", *cells, options="row-gutter: 0.7cm, column-gutter: 0.5cm"),
        m.gap(0.4),
        f"{m.styled('批准机关：', bold=True)} {m.styled('Approved by', 8.5, fill='#555555')}",
        bodies,
        m.gap(-0.2),
        seals_row(3.2),
    ]
    return body, paper, True, "(x: 3.1cm, y: 2.2cm)"


def _portrait(rng: Random, item: Certificate, fonts: m.Fonts) -> Body:
    """One column on an upright page, seals below each other's bodies."""
    paper = ornaments.banded_paper(rng, (1000, 1414), rng.choice(((150, 30, 40), (170, 130, 50), (40, 80, 150))), (254, 253, 247))
    draw = forms.underlined if rng.random() < 0.4 else forms.line
    lines = [
        draw("证书编号", item.number, width=2.6),
        draw("企业名称", item.holder, width=2.6),
        draw(rng.choice(("发证时间", "发证日期")), item.issued, width=2.6),
        draw("有效期", item.term, width=2.6),
    ]
    if rng.random() < 0.5:
        lines = [lines[1], lines[0], *lines[2:]]
    body = [
        m.gap(0.6),
        m.centred(m.picture("logo.png", 2.2)),
        m.gap(0.2),
        m.centred(m.styled("高新技术企业", 34, bold=True, font=fonts.title, fill=GOLD, tracking="6pt")),
        m.centred(m.styled("证  书", 28, bold=True, font=fonts.title, fill=GOLD)),
        m.gap(1.5),
        *(line + m.gap(0.6) for line in lines),
        m.gap(0.3),
        text("批准机关："),
        m.gap(0.3),
        seals_row(3.7),
        "#v(1fr)",
    ]
    return body, paper, False, "(x: 3.0cm, y: 2.8cm)"


def _stacked(rng: Random, item: Certificate, fonts: m.Fonts) -> Body:
    """The holder in large type as a sentence, the other particulars below their labels."""
    paper = ornaments.certificate_paper(rng, (1414, 1000), (60, 110, 170), (252, 254, 255), waves=False)

    def column(label: str, value: str) -> str:
        return m.centred(f"{m.styled(label, 10.5, fill='#555555')}#linebreak(){value}")

    columns = [column("证书编号", item.number), column("发证日期", item.issued), column("有效期", item.term)]
    issuers = [
        m.seal_box(7, 3.6, m.sealed(text(name), f"s{k}.png", 3.4, over=rng.random() < 0.3)) for k, name in enumerate(item.bodies)
    ]
    body = [
        m.gap(0.7),
        m.centred(m.styled("高新技术企业证书", 34, bold=True, font=fonts.title, tracking="6pt")),
        m.gap(0.9),
        m.centred(f"#text(size: 20pt)[{item.holder}]"),
        m.gap(0.1),
        m.centred(text("经审核，认定为高新技术企业，特发此证。")),
        m.gap(0.9),
        m.grid("1.2fr, 1fr, 0.8fr", *columns),
        "#v(1fr)",
        "#set text(size: 10.5pt)\n" + m.grid("1fr, 1fr, 1fr", *(m.centred(cell) for cell in issuers)),
    ]
    return body, paper, True, "(x: 2.6cm, y: 2.2cm)"


DRAW: dict[str, Callable[[Random, Certificate, m.Fonts], Body]] = {
    "landscape": _landscape,
    "bilingual": _bilingual,
    "portrait": _portrait,
    "stacked": _stacked,
    "folder": hightech_unseen.folder,
}
