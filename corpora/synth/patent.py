"""Patent certificates: layouts before December 2018, 2018 to 2022, and electronic since 2023."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

from corpora.synth import dates, ids, names, ornaments, seals
from corpora.synth import markup as m
from corpora.synth.engine import SynthDocument, text

KINDS = {
    "invention": ("发明", "发明名称", "发明人", "二十"),
    "utility": ("实用新型", "实用新型名称", "发明人", "十"),
    "design": ("外观设计", "外观设计名称", "设计人", "十"),
}
LAYOUTS = ("old", "register", "electronic")
SERIALS = {
    "invention": (1_900_000, 6_800_000),
    "utility": (4_000_000, 21_000_000),
    "design": (3_000_000, 8_500_000),
}

STATUS = (
    "    专利证书记载专利权登记时的法律状况。专利权的转移、质押、无效、终止、恢复和专利权人的姓名或名称、"
    "国籍、地址变更等事项记载在专利登记簿上。"
)


def _spaced(number: str) -> str:
    return f"ZL {number[2:6]} {number[6]} {number[7:]}"


def _grant_text(kind: str, layout: str, application: date) -> str:
    zh, _, _, years = KINDS[kind]
    review = "进行审查" if kind == "invention" else "经过初步审查"
    law = "专利法" if layout != "old" else "中华人民共和国专利法"
    if kind == "design" and application >= date(2021, 6, 1):
        years = "十五"
    if layout == "old":
        return (
            f"    本{zh}经过本局依照{law}{review}，决定授予专利权，"
            "颁发本证书并在专利登记簿上予以登记。专利权自授权公告之日起生效。\n"
            f"    本专利的专利权期限为{years}年，自申请日起算。"
            "专利权人应当依照专利法及其实施细则规定缴纳年费。本专利的年费应当在每年"
            f"{application.month:02d}月{application.day:02d}日前缴纳。未按照规定缴纳年费的，专利权自应当缴纳年费期满之日起终止。\n"
            + STATUS
        )
    return (
        f"    国家知识产权局依照中华人民共和国{law}{review}，决定授予专利权，"
        f"颁发{zh}专利证书并在专利登记簿上予以登记。"
        f"专利权自授权公告之日起生效。专利权期限为{years}年，自申请日起算。\n" + STATUS
    )


def make(
    rng: Random,
    owner: names.Enterprise,
    *,
    kind: str | None = None,
    layout: str | None = None,
    granted: date | None = None,
    co_owner: str | None = None,
    number: str | None = None,
) -> SynthDocument:
    """A patent certificate held by ``owner`` (and ``co_owner``); ``granted`` fixes the grant day."""
    kind = kind or rng.choice(tuple(KINDS))
    if granted is None:
        span = {
            "old": (date(2012, 1, 1), date(2018, 11, 30)),
            "register": (date(2018, 12, 1), date(2022, 12, 31)),
            "electronic": (date(2023, 1, 3), date(2025, 9, 30)),
            None: (date(2013, 1, 1), date(2025, 6, 30)),
        }[layout]
        granted = dates.between(rng, *span)
    layout = layout or ("old" if granted < date(2018, 12, 1) else "register" if granted.year < 2023 else "electronic")
    application = dates.between(
        rng, dates.plus_years(granted, -3 if kind == "invention" else -1), dates.plus_years(granted, 0, 150)
    )
    number = number or ids.patent_no(rng, kind, application.year)
    inventors = names.people(rng, rng.choice((1, 2, 3, 4, 5, 7)))
    title = (
        names.invention_title(rng)
        if kind != "design"
        else rng.choice(("包装盒", "压力变送器外壳", "数控机床护罩", "台灯（多功能）"))
    )
    fields: dict[str, Any] = {
        "kind": kind,
        "certificate_no": str(rng.randint(*SERIALS[kind])),
        "title": title,
        "patent_no": number,
        "application_date": application.isoformat(),
        "patentees": [owner.name] + ([co_owner] if co_owner else []),
        "inventors": inventors,
        "grant_date": granted.isoformat(),
        "grant_no": None if layout == "old" else ids.grant_no(rng, kind, granted.year),
    }
    return _draw(rng, owner, kind, layout, application, granted, fields)


def _lines(
    rng: Random,
    owner: names.Enterprise,
    kind: str,
    layout: str,
    application: date,
    granted: date,
    fields: dict[str, Any],
) -> list[str]:
    _, name_label, inventor_label, _ = KINDS[kind]
    pad = rng.random() < 0.6
    sep = rng.choice((";", "；", "、")) if layout != "old" else rng.choice((";", "；"))
    values = {
        name_label: fields["title"],
        inventor_label: sep.join(fields["inventors"]),
        "专利号": _spaced(str(fields["patent_no"])),
        "专利申请日": dates.arabic(application, pad=True, spaced=pad),
        "专利权人": sep.join(fields["patentees"]),
        "授权公告日": dates.arabic(granted, pad=True, spaced=pad),
    }
    lines = [m.label_value(k, str(v), width=2.9, value_font="") for k, v in values.items() if k != "授权公告日"]
    last = m.label_value("授权公告日", values["授权公告日"], width=2.9)
    if layout == "old":
        return [*lines, last]
    address = m.label_value("地址", f"{rng.randint(100000, 859999)} {owner.address}", width=2.9)
    number = str(fields["grant_no"])
    granted_no = m.label_value("授权公告号", f"CN {number[2:-1]} {number[-1]}")
    pair = f"#grid(columns: (1fr, 1fr))[{last}][{granted_no}]"
    if layout == "register":
        return [*lines, address, pair]
    return [
        lines[0],
        lines[4],
        address,
        lines[1],
        f"#grid(columns: (1fr, 1fr))[{lines[2]}][{granted_no}]",
        f"#grid(columns: (1fr, 1fr))[{lines[3]}][{last}]",
    ]


def _assets(rng: Random, layout: str, number: str) -> dict[str, bytes]:
    ink = (60, 60, 60) if layout == "old" and rng.random() < 0.5 else rng.choice(((64, 122, 84), (150, 110, 40), (60, 100, 150)))
    paper = (253, 253, 250) if layout == "old" else rng.choice(ornaments.TINTS)
    office = "中华人民共和国国家知识产权局" if layout == "old" else "国家知识产权局"
    return {
        "bg.png": ornaments.certificate_paper(
            rng, (1000, 1414), ink, paper, mark="" if layout == "old" else "CNIPA", waves=layout != "old"
        ),
        "logo.png": ornaments.logo(rng),
        "seal.png": seals.round_seal(rng, office, emblem=True),
        "qr.png": ornaments.qr(f"https://example.invalid/p/{number}"),
        "sign.png": seals.signature(rng),
        "bar.png": ornaments.bars(number[2:]),
    }


def _draw(
    rng: Random,
    owner: names.Enterprise,
    kind: str,
    layout: str,
    application: date,
    granted: date,
    fields: dict[str, Any],
) -> SynthDocument:
    fonts = m.choose_fonts(rng, 11.5)
    assets = _assets(rng, layout, str(fields["patent_no"]))
    zh = KINDS[kind][0]
    director = names.person(rng)
    code = m.place(m.picture("qr.png", 1.9), 0, 0, "top + right") if layout != "old" else ""
    seal_date = m.sealed(
        m.styled(dates.arabic(granted, pad=True, spaced=True), 11),
        "seal.png",
        4.2,
        dy=-0.4,
        over=rng.random() < 0.3,
    )
    gap = rng.uniform(0.42, 0.62) if layout == "old" else rng.uniform(0.22, 0.4)
    body = [
        text(f"证书号第{fields['certificate_no']}号")
        if rng.random() < 0.5
        else text(f"证 书 号 第 {fields['certificate_no']} 号"),
        code,
        m.gap(0.2),
        m.centred(m.picture("logo.png", 2.3)),
        m.centred(m.styled(f"{zh}专利证书", 25, bold=True, font=fonts.title, tracking="3pt")),
        m.gap(0.7),
        *(line + m.gap(gap) for line in _lines(rng, owner, kind, layout, application, granted, fields)),
        m.gap(0.2),
        _legal(fonts, _grant_text(kind, layout, application)),
        m.gap(0.3),
        "#v(1fr)",
        '#image("bar.png", width: 5.5cm, height: 0.55cm, fit: "stretch")',
        m.grid(
            "auto, 1fr, auto",
            f"{text('局长')}#linebreak(){text(director)}",
            m.picture("sign.png", 3.6),
            m.seal_box(6, 4.2, seal_date),
            options="column-gutter: 0.5cm, align: horizon",
        ),
    ]
    count = "第 1 页（共 1 页）" if layout == "old" else rng.choice(("第 1 页 (共 2 页)", "第1页(共1页)"))
    pages = [
        m.page(
            "\n\n".join(body),
            background="bg.png",
            margin="(x: 2.6cm, top: 2.3cm, bottom: 2.4cm)",
            footer=m.styled(count, 9),
        )
    ]
    if "共 2" in count:
        pages.append(_second_page(fields, application, owner))
    return SynthDocument("patent_certificate", m.doc(fonts, *pages), fields, assets, f"{layout}-{kind}", f"{zh}专利证书")


def _legal(fonts: m.Fonts, wording: str) -> str:
    paragraphs = "\n\n".join(text(p.strip()) for p in wording.split("\n"))
    rules = f"#set text(font: {fonts.accent}, size: 10.5pt)\n#set par(first-line-indent: 2em, leading: 0.9em)"
    return f"#block[{rules}\n{paragraphs}]"


def _second_page(fields: dict[str, Any], application: date, owner: names.Enterprise) -> str:
    people = ";".join(fields["inventors"])
    body = [
        m.centred(m.styled("专利证书", 18, bold=True)),
        m.gap(0.8),
        text(f"证书号第{fields['certificate_no']}号"),
        m.gap(0.5),
        text(
            f"专利权人应当依照专利法及其实施细则规定缴纳年费。本专利的年费应当在每年{application.month:02d}月{application.day:02d}日前缴纳。"
            "未按照规定缴纳年费的，专利权自应当缴纳年费期满之日起终止。"
        ),
        m.gap(0.5),
        text("申请日时本专利记载的申请人、发明人信息如下："),
        text("申请人："),
        text(owner.name),
        text("发明人："),
        text(people),
    ]
    return m.page(
        "\n\n".join(body),
        background="bg.png",
        margin="(x: 2.8cm, top: 3cm, bottom: 2.4cm)",
        footer=m.styled("第 2 页 (共 2 页)", 9),
    )
