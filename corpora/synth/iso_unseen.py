"""Layouts of certificates that stay unseen while rules are written: sidebar, classical text, two halves."""

from __future__ import annotations

from random import Random

from corpora.synth import iso_sheet as s
from corpora.synth import markup as m
from corpora.synth.engine import text
from corpora.synth.iso_sheet import Sheet, accreditations, days, paper, term


def sidebar(rng: Random, sheet: Sheet) -> list[str]:
    """A tinted strip with number, code, dates and logos under small captions; the statements beside it."""
    info = sheet.info
    first, issue, last = days(rng, sheet, "num")
    facts = [
        ("证书编号", sheet.say("certificate_no", size=9.5)),
        ("统一社会信用代码", sheet.say("uscc", size=9)),
        ("初次获证", sheet.say("first_issue_date", first)),
        ("本次颁证", sheet.say("issue_date", issue)),
        (rng.choice(("证书到期", "有效期至")), sheet.say("valid_until", last)),
    ]
    if rng.random() < 0.4:
        facts = [*facts[1:], facts[0]]
    captions = "".join(f"{m.styled(k, 8, fill='#555555')}#linebreak(){v}#v(0.35cm)" for k, v in facts)
    tint = rng.choice(("#e8eef6", "#eef3e8", "#f4efe4", "#eeeeee"))
    strip = (
        f'#block(width: 100%, height: 100%, fill: rgb("{tint}"), inset: 9pt)[{m.picture("logo.png", 1.9)}#v(0.6cm){captions}'
        f"#v(1fr){accreditations(sheet, 2.1, stacked=True)}#v(0.3cm){m.picture('qr.png', 2.1)}]"
    )
    seal = m.sealed(sheet.say("issuer", size=12), "seal.png", 4.0, over=rng.random() < 0.3)
    name = m.styled(sheet.owner.address, 10)
    main = [
        m.gap(1),
        m.styled("认证证书", 30, bold=True, font=sheet.fonts.title),
        m.styled("CERTIFICATE", 12, tracking="4pt", fill="#666666"),
        m.gap(1),
        sheet.say("holder", size=17, bold=True),
        name,
        m.gap(0.5),
        text("上述组织运行的") + sheet.say("system", info.zh, 12, bold=True) + text("经本机构审核，满足以下标准的全部适用要求"),
        sheet.standards(" / ", 14, bold=True),
        m.gap(0.5),
        text(rng.choice(("涉及的产品、过程和活动", "覆盖业务", "证书所覆盖的业务范围"))),
        sheet.say("scope"),
        "#v(1fr)",
        m.seal_box(8, 4, m.picture("sign.png", 2.8), seal),
        m.styled(rng.choice(s.NOTES), 7.5),
    ]
    parts = ("5cm, 1fr", strip, "\n\n".join(main)) if rng.random() < 0.6 else ("1fr, 5cm", "\n\n".join(main), strip)
    body = f"#block(height: 100%)[{m.grid(parts[0], *parts[1:], options='column-gutter: 0.8cm, rows: 100%')}]"
    return [paper(rng, sheet, [body], plain=True, margin="(x: 1.4cm, y: 1.4cm)")]


def classical(rng: Random, sheet: Sheet) -> list[str]:
    """Text only, every line centred, sentences instead of labels."""
    info = sheet.info
    stands = f"（统一社会信用代码{rng.choice((' ', '：'))}"
    before, after = rng.choice((("第 ", " 号"), ("注册号 ", ""), ("证字第 ", " 号")))
    opened = rng.random() < 0.5
    _, issue, last = days(rng, sheet)
    valid = (
        [text("本证书有效期自") + sheet.say("issue_date", issue) + text("起至") + sheet.say("valid_until", last) + text("止")]
        if opened
        else [
            text("本证书于") + sheet.say("issue_date", issue) + text("颁发，"),
            text("在持续接受监督的条件下，有效至") + sheet.say("valid_until", last),
        ]
    )
    seal = m.sealed(sheet.say("issuer", size=14, bold=True), "seal.png", 4.1, over=rng.random() < 0.3)
    lines = [
        m.gap(0.6),
        m.styled("认证证书", 34, bold=True, font=sheet.fonts.title, tracking="10pt"),
        text(before) + sheet.say("certificate_no") + text(after),
        m.gap(0.5),
        m.styled(rng.choice(("兹 证 明", "特此证明", "兹  证  实")), 13),
        sheet.say("holder", size=18, bold=True, font=sheet.fonts.accent),
        text(stands) + sheet.say("uscc") + text("）") if rng.random() < 0.6 else "",
        text(f"位于{sheet.owner.address}"),
        m.gap(0.3),
        text("其") + sheet.say("system", info.zh, 13, bold=True) + text("经评定符合"),
        sheet.standards("、" if rng.random() < 0.5 else " / ", 15, bold=True),
        text("之规定"),
        m.gap(0.3),
        text("适用于下列产品和服务"),
        sheet.say("scope", size=12),
        m.gap(0.5),
        *valid,
        "#v(1fr)",
        m.seal_box(9, 4, m.picture("sign.png", 2.6), seal),
        m.gap(0.2),
    ]
    return [paper(rng, sheet, [m.centred(part) if part and not part.startswith("#v") else part for part in lines])]


def split(rng: Random, sheet: Sheet) -> list[str]:
    """A wide sheet of two halves with a rule between: Chinese certificate, English translation."""
    owner, info = sheet.owner, sheet.info
    zh_first, zh_issue, zh_last = days(rng, sheet)
    en_first, en_issue, en_last = days(rng, sheet, "en")
    ranged = rng.random() < 0.4
    number = ("证书编号 ", "Certificate No. ")
    left = [
        m.centred(sheet.say("system", f"{info.zh}认证证书", 17 if len(info.zh) < 9 else 14, bold=True, font=sheet.fonts.title)),
        m.centred(text(number[0]) + sheet.say("certificate_no")),
        text("经审核，"),
        m.centred(sheet.say("holder", size=13, bold=True)),
        m.styled(f"（注册及经营地址：{owner.address}）", 9),
        text("的管理体系符合 ") + sheet.standards("/") + text(" 标准，该体系覆盖："),
        sheet.say("scope"),
        text("有效期：") + term(rng, sheet)
        if ranged
        else text("首次获证：") + sheet.say("first_issue_date", zh_first) + text("；颁证：") + sheet.say("issue_date", zh_issue),
        "" if ranged else text("到期：") + sheet.say("valid_until", zh_last),
        "#v(1fr)",
        m.centred(m.seal_box(8, 4, m.sealed(sheet.say("issuer"), "seal.png", 3.6, over=rng.random() < 0.3))),
        m.picture("qr.png", 1.6) + accreditations(sheet, 1.9, 7),
    ]
    right = [
        m.centred(sheet.say("system", f"Certificate of {info.en}", 14, bold=True)),
        m.centred(text(number[1]) + sheet.say("certificate_no")),
        text("Following an audit, the management system of"),
        m.centred(sheet.say("holder", owner.english, 13, bold=True)),
        m.styled(f"({sheet.address_en()})", 9),
        text("complies with ") + sheet.standards("/") + text(", covering"),
        text(sheet.scope_en),
        text("Validity: ") + term(rng, sheet, "en")
        if ranged
        else text("Initially certified ")
        + sheet.say("first_issue_date", en_first)
        + text("; issued ")
        + sheet.say("issue_date", en_issue),
        "" if ranged else text("Expires ") + sheet.say("valid_until", en_last),
        "#v(1fr)",
        m.centred(m.picture("sign.png", 2.8)),
        m.centred(m.styled("General Manager", 9)),
    ]
    rule = "#line(angle: 90deg, length: 100%, stroke: 0.5pt)"
    halves = m.grid("1fr, 0.4cm, 1fr", "\n\n".join(left), rule, "\n\n".join(right), options="column-gutter: 0.4cm, rows: 100%")
    return [paper(rng, sheet, [f"#block(height: 100%)[{halves}]"], flipped=True, margin="(x: 2.8cm, y: 2.2cm)")]
