"""Layouts of patent certificates, from the red-framed ones before 2010 to electronic ones since 2023."""

from __future__ import annotations

from random import Random

from corpora.synth import forms, ornaments, seals
from corpora.synth import markup as m
from corpora.synth import patent_parts as parts
from corpora.synth.patent_parts import Drawn, Notation, Patent

GREEN, GOLD, STEEL, GREY = (40, 110, 78), (150, 110, 40), (60, 100, 150), (60, 60, 60)
STATE_OFFICE, OFFICE = "中华人民共和国国家知识产权局", "国家知识产权局"


def _rows(rng: Random, p: Patent, how: Notation, keys: tuple[str, ...], gap: float, width: float = 2.9) -> list[str]:
    values = parts.values(p, how)
    return [forms.line(values[k][0], values[k][1], width=width, colon=how.colon) + m.gap(gap) for k in keys]


def _pair(p: Patent, how: Notation, left: str, right: str, width: float = 2.9, spread: bool = True) -> str:
    values = parts.values(p, how)
    cells = [
        forms.line(*values[k], width=width if k == left or (spread and len(values[k][0]) < 5) else 0, colon=how.colon)
        for k in (left, right)
    ]
    return m.grid("1.05fr, 1fr", *cells, options="column-gutter: 0.3cm")


def old(rng: Random, p: Patent, fonts: m.Fonts) -> Drawn:
    """2010 to November 2018: one page, no address, fees in the wording."""
    how = parts.notation(rng)
    ink = rng.choice((GREY, GREY, GREEN, GOLD))
    if rng.random() < 0.6:
        paper = ornaments.scrolled_paper(rng, (1000, 1414), ink, (253, 253, 250), foot=rng.choice((0.0, 0.25)))
    else:
        paper = ornaments.certificate_paper(rng, (1000, 1414), ink, (253, 253, 250), waves=False)
    made = parts.assets(rng, p, STATE_OFFICE, paper)
    taxed = rng.random() < 0.5
    made["tax.png"] = seals.round_seal(rng, "北京市海淀区地方税务局", middle="代扣专用章", size=300)
    keys = ("title", "inventors", "patent_no", "application_date", "patentees", "grant_date")
    wordings = [
        parts.grant_clause(p, f"本{p.zh}经过本局", "本证书") + "专利权自授权公告之日起生效。",
        f"本专利的专利权期限为{p.years}年，自申请日起算。{parts.fee_clause(p)}",
        parts.STATUS,
    ]
    body = [
        parts.serial(rng, p),
        m.place(m.picture("tax.png", 2.3), 0, 0, "top + right") if taxed else "",
        m.gap(0.2),
        m.centred(m.picture("logo.png", 2.3)),
        parts.heading(p, 25, fonts.title),
        m.gap(0.7),
        *_rows(rng, p, how, keys, rng.uniform(0.42, 0.62)),
        m.gap(0.2),
        parts.paragraphs(wordings, fonts.accent),
        "#v(1fr)",
        parts.BARS,
        parts.foot(rng, p, how),
        m.centred(m.styled("第 1 页（共 1 页）", 9)),
    ]
    page = m.page("\n\n".join(body), background="bg.png", margin="(x: 2.6cm, top: 2.3cm, bottom: 1.9cm)")
    return Drawn([page], made, without=("grant_no",))


def red(rng: Random, p: Patent, fonts: m.Fonts) -> Drawn:
    """Before 2010: red or blue band, values on ruled lines, English name of the office."""
    how = parts.notation(rng)
    ink = rng.choice(((178, 34, 34), (178, 34, 34), (150, 40, 60), (40, 70, 140)))
    made = parts.assets(rng, p, STATE_OFFICE, ornaments.banded_paper(rng, (1000, 1414), ink, (252, 248, 238)))
    made["emblem.png"] = ornaments.emblem()
    values = parts.values(p, how)
    keys = ["title", "inventors", "patent_no", "application_date", "patentees", "grant_date"]
    if rng.random() < 0.5:
        keys = ["title", "patentees", "inventors", "patent_no", "application_date", "grant_date"]
    ruled = rng.random() < 0.6
    draw = forms.underlined if ruled else forms.line
    rows = [draw(values[k][0], values[k][1], width=2.9, colon=how.colon) + m.gap(0.5) for k in keys]
    wordings = [
        parts.grant_clause(p, f"本{p.zh}经过本局", "本证书") + "专利权自授权公告之日起生效。",
        f"本专利的专利权期限为{p.years}年，自申请日起算。{parts.fee_clause(p)}",
        "专利证书记载专利权登记时的法律状况。专利权的转让、继承、撤销、无效、终止和专利权人的姓名、名称、国籍、地址变更等事项记载在专利登记簿上。",
    ]
    name = m.centred(m.styled("STATE INTELLECTUAL PROPERTY OFFICE OF THE PEOPLE'S REPUBLIC OF CHINA", 8))
    fill = ornaments.css(ink) if rng.random() < 0.5 else ""
    body = [
        parts.serial(rng, p, size=10.5),
        m.gap(0.3),
        m.centred(m.picture("emblem.png", 2.2)),
        parts.heading(p, 30, fonts.title, fill=fill, tracking="6pt"),
        name if rng.random() < 0.5 else "",
        m.gap(0.7),
        *rows,
        m.gap(0.1),
        parts.paragraphs(wordings, fonts.body, 10),
        "#v(1fr)",
        parts.BARS if rng.random() < 0.4 else "",
        parts.foot(rng, p, how, width=4.0),
        m.centred(m.styled("第 1 页（共 1 页）", 9)),
    ]
    page = m.page("\n\n".join(body), background="bg.png", margin="(x: 3.0cm, top: 2.7cm, bottom: 2.3cm)")
    return Drawn([page], made, without=("grant_no",))


def _with_next(rng: Random, p: Patent, how: Notation, fonts: m.Fonts, body: list[str], margin: str, more: bool) -> list[str]:
    """The certificate's page, and its 续页 if there is one."""
    total = 2 if more else 1
    count = rng.choice(("第 {} 页 (共 {} 页)", "第 {} 页（共 {} 页）", "第{}页(共{}页)"))
    foot = [m.centred(m.styled(count.format(1, total), 9))]
    if more and rng.random() < 0.7:
        foot.append(m.centred(m.styled("其他事项参见续页", 9)))
    pages = [m.page("\n\n".join([*body, *foot]), background="bg.png", margin=margin)]
    if more:
        second = [
            m.centred(m.styled("专利证书", 18, bold=True)) if rng.random() < 0.6 else m.gap(1.5),
            m.gap(0.6),
            *parts.continuation(rng, p, how, fonts.body),
            "#v(1fr)",
            m.centred(m.styled(count.format(2, 2), 9)),
        ]
        pages.append(m.page("\n\n".join(second), background="bg.png", margin="(x: 2.8cm, top: 3cm, bottom: 1.9cm)"))
    return pages


def _modern_paper(rng: Random, ink: ornaments.Colour) -> bytes:
    """The green-and-cream paper with slanted CNIPA watermarks, or a wavier one."""
    paper = rng.choice(((253, 251, 243), (250, 250, 246), *ornaments.TINTS))
    if rng.random() < 0.6:
        return ornaments.scrolled_paper(rng, (1000, 1414), ink, paper, mark="CNIPA", foot=rng.choice((0.0, 0.12, 0.2)))
    return ornaments.certificate_paper(rng, (1000, 1414), ink, paper, mark="CNIPA")


def register(rng: Random, p: Patent, fonts: m.Fonts) -> Drawn:
    """December 2018 to 2022: address and publication number, QR code, often a continuation sheet."""
    how = parts.notation(rng)
    made = parts.assets(rng, p, OFFICE, _modern_paper(rng, rng.choice((GREEN, GREEN, GOLD, STEEL))))
    gap = rng.uniform(0.25, 0.42)
    keys = ("title", "inventors", "patent_no", "application_date", "patentees", "address")
    wordings = [
        parts.grant_clause(p, OFFICE, f"{p.zh}专利证书") + f"专利权自授权公告之日起生效。专利权期限为{p.years}年，自申请日起算。",
        parts.STATUS,
    ]
    body = [
        parts.serial(rng, p),
        m.place(m.picture("qr.png", 1.9), 0, 0, "top + right"),
        m.gap(0.2),
        m.centred(m.picture("logo.png", 2.3)),
        parts.heading(p, 25, fonts.title),
        m.gap(0.7),
        *_rows(rng, p, how, keys, gap),
        _pair(p, how, "grant_date", "grant_no"),
        m.gap(0.5),
        parts.paragraphs(wordings, fonts.accent),
        "#v(1fr)",
        parts.BARS,
        parts.foot(rng, p, how),
    ]
    margin = "(x: 2.7cm, top: 2.3cm, bottom: 1.9cm)"
    return Drawn(_with_next(rng, p, how, fonts, body, margin, rng.random() < 0.5), made)


SHORT_STATUS = "专利权自授权公告之日起生效。专利权有效性及专利权人变更等法律信息以专利登记簿记载为准。"


def electronic(rng: Random, p: Patent, fonts: m.Fonts) -> Drawn:
    """Since 2023: patentee before inventor, numbers in pairs, short wording."""
    how = parts.notation(rng)
    made = parts.assets(rng, p, OFFICE, _modern_paper(rng, rng.choice((GREEN, GOLD, STEEL))))
    wordings = [parts.grant_clause(p, OFFICE, ""), SHORT_STATUS]
    if rng.random() < 0.4:
        wordings = [
            parts.grant_clause(p, OFFICE, f"{p.zh}专利证书")
            + f"专利权自授权公告之日起生效。专利权期限为{p.years}年，自申请日起算。",
            parts.STATUS,
        ]
    body = [
        parts.serial(rng, p),
        m.place(m.picture("qr.png", 1.9), 0, 0, "top + right"),
        m.gap(0.2),
        m.centred(m.picture("logo.png", 2.3)),
        parts.heading(p, 25, fonts.title),
        m.gap(0.7),
        *_rows(rng, p, how, ("title", "patentees", "address", "inventors"), rng.uniform(0.25, 0.4)),
        _pair(p, how, "patent_no", "grant_no"),
        m.gap(0.35),
        _pair(p, how, "application_date", "grant_date"),
        m.gap(0.5),
        parts.paragraphs(wordings, fonts.accent),
        "#v(1fr)",
        parts.BARS if rng.random() < 0.6 else "",
        parts.foot(rng, p, how),
    ]
    margin = "(x: 2.7cm, top: 2.3cm, bottom: 1.9cm)"
    return Drawn(_with_next(rng, p, how, fonts, body, margin, rng.random() < 0.4), made)


def electronic_full(rng: Random, p: Patent, fonts: m.Fonts) -> Drawn:
    """Since 2023, all on one page: the applicants and inventors on the day of filing stand below."""
    how = parts.notation(rng)
    ink = rng.choice((GOLD, GREEN, (140, 60, 50)))
    paper = ornaments.scrolled_paper(
        rng, (1000, 1414), ink, (254, 252, 246), mark=rng.choice(("CNIPA", "")), foot=rng.choice((0.0, 0.1)), corners="all"
    )
    made = parts.assets(rng, p, OFFICE, paper)
    width, gap = 3.5, rng.uniform(0.22, 0.34)
    body = [
        m.grid("1fr, auto", parts.serial(rng, p), m.picture("qr.png", 2.1)),
        m.centred(m.picture("logo.png", 1.9)),
        parts.heading(p, 27, fonts.title, tracking="4pt"),
        m.gap(0.6),
        *_rows(rng, p, how, ("title", "patentees", "address", "inventors"), gap, width),
        m.grid(
            "1.1fr, 1fr",
            *(forms.line(*parts.values(p, how)[k], colon=how.colon) for k in ("patent_no", "grant_no")),
            *(forms.line(*parts.values(p, how)[k], colon=how.colon) for k in ("application_date", "grant_date")),
            options="column-gutter: 0.3cm, row-gutter: 0.5cm",
        ),
        m.gap(gap + 0.1),
        *_rows(rng, p, how, ("filed_by", "filed_people"), gap, width),
        m.gap(0.1),
        parts.paragraphs([parts.grant_clause(p, OFFICE, ""), SHORT_STATUS], fonts.accent, 11),
        "#v(1fr)",
        parts.foot(rng, p, how, width=3.8),
        m.centred(m.styled("第1页(共1页)", 9)),
    ]
    page = m.page("\n\n".join(body), background="bg.png", margin="(x: 2.7cm, top: 2.6cm, bottom: 1.9cm)")
    return Drawn([page], made)


def picture(rng: Random, p: Patent, fonts: m.Fonts) -> Drawn:
    """A design certificate that shows the product beside the particulars."""
    how = parts.notation(rng)
    office = OFFICE if p.granted.year >= 2019 else STATE_OFFICE
    made = parts.assets(rng, p, office, ornaments.certificate_paper(rng, (1000, 1414), GOLD, (254, 253, 247), waves=False))
    made["view.png"] = ornaments.product_view(rng)
    values = parts.values(p, how)
    keys = ("title", "inventors", "patent_no", "application_date", "patentees", "grant_date", "grant_no")
    view = m.picture("view.png", 5.2) + "#linebreak()" + m.styled(rng.choice(("立体图", "设计1立体图", "主视图")), 9)
    lines = [forms.line(*values[k], colon=how.colon) for k in keys]
    rows = "#stack(spacing: 0.5cm, " + ", ".join(f"[{row}]" for row in lines) + ")"
    body = [
        m.place(m.picture("qr.png", 1.9), 0, 0, "top + right"),
        m.gap(0.4),
        m.centred(m.picture("logo.png", 2.0)),
        parts.heading(p, 28, fonts.title, fill="#8a5a14", tracking="5pt"),
        m.centred(parts.serial(rng, p)),
        m.gap(0.7),
        m.grid("1fr, 5.3cm", rows, m.centred(view), options="column-gutter: 0.5cm, align: top"),
        m.gap(0.8),
        parts.paragraphs(
            [
                parts.grant_clause(p, OFFICE, f"{p.zh}专利证书")
                + f"专利权自授权公告之日起生效。专利权期限为{p.years}年，自申请日起算。",
                parts.STATUS,
            ],
            fonts.accent,
            11,
        ),
        "#v(1fr)",
        parts.foot(rng, p, how),
    ]
    return Drawn([m.page("\n\n".join(body), background="bg.png", margin="(x: 2.9cm, y: 2.6cm)")], made)


def two_up(rng: Random, p: Patent, fonts: m.Fonts) -> Drawn:
    """The certificate and its continuation sheet copied side by side onto one landscape page."""
    how = parts.notation(rng)
    ink = rng.choice((GREEN, GREY, STEEL))
    leaf = ornaments.scrolled_paper(rng, (1000, 1414), ink, (254, 254, 250), mark=rng.choice(("", "CNIPA")), foot=0.1)
    made = parts.assets(rng, p, OFFICE, ornaments.side_by_side(leaf, leaf))
    wordings = [
        parts.grant_clause(p, OFFICE, f"{p.zh}专利证书") + f"专利权自授权公告之日起生效。专利权期限为{p.years}年，自申请日起算。",
        parts.STATUS,
    ]
    front = forms.sheet(
        10.9,
        17.0,
        parts.serial(rng, p),
        m.place(m.picture("qr.png", 1.3), 0, 0, "top + right"),
        m.centred(m.picture("logo.png", 1.6)),
        parts.heading(p, 17, fonts.title, tracking="2pt"),
        m.gap(0.2),
        *_rows(rng, p, how, ("title", "inventors", "patent_no", "application_date", "patentees", "address"), 0.12, 2.0),
        _pair(p, how, "grant_date", "grant_no", 2.0, spread=False),
        m.gap(0.2),
        parts.paragraphs(wordings, fonts.accent, 7.6),
        "#v(1fr)",
        parts.foot(rng, p, how, width=2.9, sign=2.0, size=8),
        m.centred(m.styled("第 1 页 (共 2 页)", 6.5)),
        size=8.0,
    )
    back = forms.sheet(
        10.9,
        17.0,
        m.gap(0.4),
        *parts.continuation(rng, p, how, fonts.body, 8.0),
        "#v(1fr)",
        m.centred(m.styled("第 2 页 (共 2 页)", 6.5)),
        size=8.0,
    )
    body = m.grid("10.9cm, 1fr, 10.9cm", front, "", back)
    return Drawn([m.page(body, flipped=True, background="bg.png", margin="(x: 1.95cm, y: 2.0cm)")], made)
