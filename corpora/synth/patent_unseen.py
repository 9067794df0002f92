"""Layouts of patent certificates kept out of sight: no rule may be written against them."""

from __future__ import annotations

from random import Random

from corpora.synth import dates, forms, ornaments
from corpora.synth import markup as m
from corpora.synth import patent_parts as parts
from corpora.synth.engine import text
from corpora.synth.patent_parts import Drawn, Patent

STATE_OFFICE, OFFICE = "中华人民共和国国家知识产权局", "国家知识产权局"


def duplicate(rng: Random, p: Patent, fonts: m.Fonts) -> Drawn:
    """The duplicate (副本) for a joint owner: labels and values in two columns parted by a rule, no colons."""
    how = parts.notation(rng)
    ink = rng.choice(((40, 80, 150), (20, 110, 130), (110, 60, 130)))
    office = OFFICE if p.granted.year >= 2019 else STATE_OFFICE
    made = parts.assets(rng, p, office, ornaments.banded_paper(rng, (1000, 1414), ink, (250, 252, 254)))
    values = parts.values(p, how)
    keys = ["patent_no", "title", "patentees", "inventors", "application_date", "grant_date", "address"]
    without = ("grant_no",) if p.granted.year < 2019 else ()
    if not without:
        keys.insert(5, "grant_no")
    cells = "".join(f"[{text(values[k][0])}][{values[k][1]}]" for k in keys)
    listing = (
        "#table(columns: (3.6cm, 1fr), align: (right + top, left + top), inset: (x: 8pt, y: 7pt), "
        f"stroke: (x, y) => if x == 0 {{ (right: 0.6pt) }}){cells}"
    )
    wordings = [
        parts.grant_clause(p, OFFICE, "专利证书") + f"专利权自授权公告之日起生效，期限为{p.years}年，自申请日起算。",
        "本副本与专利证书正本内容一致，发给共同专利权人。" + parts.STATUS,
    ]
    body = [
        m.grid("1fr, auto", m.picture("logo.png", 1.6), parts.serial(rng, p, size=11), options="align: horizon"),
        m.gap(0.4),
        parts.heading(p, 26, fonts.title, fill=ornaments.css(ink), tracking="5pt"),
        m.centred(m.styled(rng.choice(("（副本）", "（副  本）")), 14)),
        m.gap(0.7),
        listing,
        m.gap(0.5),
        parts.paragraphs(wordings, fonts.body, 10.5),
        "#v(1fr)",
        parts.foot(rng, p, how, width=4.0),
    ]
    return Drawn([m.page("\n\n".join(body), background="bg.png", margin="(x: 2.9cm, y: 2.7cm)")], made, without=without)


def booklet(rng: Random, p: Patent, fonts: m.Fonts) -> Drawn:
    """An opened booklet, landscape: the grant on the left leaf, the particulars on the right one."""
    how = parts.notation(rng)
    ink = rng.choice(((165, 35, 35), (120, 80, 30)))
    leaf = ornaments.scrolled_paper(rng, (1000, 1414), ink, (251, 246, 233), corners="all")
    made = parts.assets(rng, p, STATE_OFFICE, ornaments.side_by_side(leaf, leaf))
    made["emblem.png"] = ornaments.emblem()
    values = parts.values(p, how)
    keys = ("title", "patent_no", "application_date", "grant_date", "patentees", "inventors")
    day = dates.chinese(p.granted)
    sealed = m.sealed(forms.marked("grant_date", day, size=10), "seal.png", 3.4, dy=-0.5, over=rng.random() < 0.3)
    left = forms.sheet(
        10.2,
        16.2,
        m.gap(1.0),
        m.centred(m.picture("emblem.png", 2.0)),
        m.gap(0.2),
        parts.heading(p, 23, fonts.title, tracking="3pt"),
        m.gap(0.6),
        parts.paragraphs(
            [
                parts.grant_clause(p, f"本{p.zh}经过本局", "本证书") + "专利权自授权公告之日起生效。",
                f"本专利的专利权期限为{p.years}年，自申请日起算。",
            ],
            fonts.accent,
            11,
            1.0,
        ),
        "#v(1fr)",
        m.grid(
            "1fr, auto",
            f"{text('局长  ' + p.director)}#linebreak(){m.picture('sign.png', 2.8)}",
            m.seal_box(5.4, 3.6, sealed),
            options="align: horizon",
        ),
        size=10.0,
    )
    right = forms.sheet(
        10.2,
        16.2,
        m.gap(1.0),
        m.right(parts.serial(rng, p)),
        m.gap(0.9),
        *(forms.underlined(*values[k], width=2.6, colon=how.colon) + m.gap(0.45) for k in keys),
        m.gap(0.3),
        parts.paragraphs([parts.fee_clause(p), parts.STATUS], fonts.accent, 9.2, 0.8),
        size=10.0,
    )
    body = m.grid("10.2cm, 1fr, 10.2cm", left, "", right)
    return Drawn([m.page(body, flipped=True, background="bg.png", margin="(x: 2.3cm, y: 2.3cm)")], made, without=("grant_no",))


def plain_print(rng: Random, p: Patent, fonts: m.Fonts) -> Drawn:
    """An office print of the electronic certificate: black and white, particulars in a ruled table, four columns."""
    how = parts.notation(rng)
    made = parts.assets(rng, p, OFFICE, b"")
    del made["bg.png"]
    values = parts.values(p, how)

    def cells(*keys: str) -> str:
        span = "" if len(keys) > 1 else "table.cell(colspan: 3)"
        return "".join(f'[#text(weight: "bold")[{text(values[k][0])}]], {span}[{values[k][1]}], ' for k in keys)

    rows = [
        ("title",),
        ("patent_no", "grant_no"),
        ("application_date", "grant_date"),
        ("patentees",),
        ("address",),
        ("inventors",),
    ]
    if rng.random() < 0.6:
        rows += [("filed_by",), ("filed_people",)]
    listing = (
        "#table(columns: (3.1cm, 1fr, 2.9cm, 1fr), align: left + horizon, inset: (x: 5pt, y: 8pt), stroke: 0.5pt, "
        + "".join(cells(*row) for row in rows)
        + ")"
    )
    body = [
        m.grid(
            "1fr, auto",
            m.styled("国家知识产权局", 13, bold=True, font=fonts.title)
            + "#linebreak()"
            + m.styled("电子专利证书打印件", 9, fill="#555555"),
            m.picture("qr.png", 1.8),
            options="align: horizon",
        ),
        "#line(length: 100%, stroke: 1.2pt)",
        m.gap(0.4),
        parts.heading(p, 22, fonts.title, tracking="2pt"),
        m.centred(parts.serial(rng, p)),
        m.gap(0.4),
        f"#set text(size: 10.5pt)\n{listing}",
        m.gap(0.4),
        parts.paragraphs(
            [
                parts.grant_clause(p, OFFICE, "") + "专利权自授权公告之日起生效。"
                "专利权有效性及专利权人变更等法律信息以专利登记簿记载为准。",
                "电子专利证书与纸质专利证书具有同等法律效力，可扫描右上方二维码核验。",
            ],
            fonts.body,
            10,
        ),
        "#v(1fr)",
        parts.foot(rng, p, how, width=4.0),
    ]
    page = m.page("\n\n".join(body), margin="(x: 2.4cm, y: 2.2cm)", footer=m.styled("第 1 页 共 1 页", 8.5))
    return Drawn([page], made)
