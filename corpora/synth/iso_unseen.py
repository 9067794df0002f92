"""Layouts of certificates that stay unseen while rules are written."""

from __future__ import annotations

from random import Random

from corpora.synth import iso_sheet as s
from corpora.synth import markup as m
from corpora.synth import names
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


def letterhead(rng: Random, sheet: Sheet) -> list[str]:
    """The body's letterhead on top, number and dates in a strip below it; the statements as one letter."""
    info, owner = sheet.info, sheet.owner
    first, issue, last = days(rng, sheet)
    words = rng.choice(
        (
            ("初次发证", "本次发证", "有效期至"),
            ("首次认证日期", "本次认证日期", "认证到期日期"),
            ("初评日期", "颁发日期", "失效日期"),
        )
    )
    left = [text("证书编号：") + sheet.say("certificate_no", bold=True), text("信用代码：") + sheet.say("uscc")]
    left.append(text(words[0] + "：") + sheet.say("first_issue_date", first))
    right = [
        text(words[1] + "：") + sheet.say("issue_date", issue),
        text(words[2] + "：") + sheet.say("valid_until", last, bold=rng.random() < 0.5),
        text(
            rng.choice(
                ("证书状态：有效", "版次：A/0", "发证机构批准号：CNCA-R-20" + f"{rng.randint(2, 23):02d}-{rng.randint(100, 399)}")
            )
        ),
    ]
    breaks = "#linebreak()"
    strip = m.grid("1.35fr, 1fr", breaks.join(left), breaks.join(right), options="column-gutter: 0.5cm")
    rule = "#line(length: 100%, stroke: 0.7pt)"
    sites = rng.choice(
        (
            [m.styled(f"地址：{owner.address}", 10)],
            [m.styled(f"注册地址：{owner.address}", 10), m.styled(f"生产地址：{owner.address}", 10)],
        )
    )
    system = sheet.say("system", info.zh, 12.5, bold=True)
    body = [
        m.grid(
            "2.1cm, 1fr",
            m.picture("logo.png", 1.8),
            sheet.say("issuer", size=19, bold=True, font=sheet.fonts.title)
            + breaks
            + m.styled("认证机构  CERTIFICATION BODY", 9),
            options="align: horizon",
        ),
        rule,
        f"#text(size: 10pt)[{strip}]",
        rule,
        m.gap(0.6),
        m.centred(
            m.styled(rng.choice(("管理体系认证证书", "认 证 证 书", "体系认证证书")), 26, bold=True, font=sheet.fonts.title)
        ),
        m.gap(0.5),
        f"#set text(size: {rng.uniform(11.5, 13):.1f}pt)\n#set par(leading: 0.9em, spacing: 1.3em)",
        sheet.say("holder", size=15, bold=True) + text("："),
        *sites,
        m.gap(0.3),
        rng.choice(
            (
                "#h(2em)" + text("贵单位建立的") + system + text("经本机构审核，符合下列标准的要求，准予认证。"),
                "#h(2em)" + text("经现场审核与评定，贵单位的") + system + text("满足下列标准，特发此证。"),
            )
        ),
        "#h(2em)" + sheet.standards(rng.choice(("　", " / ", "；")), 13, bold=True),
        "#h(2em)" + text(rng.choice(("认证所覆盖的业务：", "本证书适用于：", "审核范围："))) + sheet.say("scope"),
        "#v(1fr)",
        m.grid(
            "1fr, auto",
            m.picture("qr.png", 1.8) + accreditations(sheet, 2.0),
            m.seal_box(6.5, 4.1, m.sealed(m.picture("sign.png", 2.8), "seal.png", 3.9, over=True), text("（发证机构印章）")),
            options="align: horizon",
        ),
        rule,
        m.styled(f"{rng.choice(('地址', '机构地址'))}：{names.enterprise(rng).address}　　邮编：{rng.randint(100, 859)}000", 8),
        m.styled(rng.choice(s.NOTES), 8),
    ]
    return [paper(rng, sheet, body, plain=rng.random() < 0.6)]


def banded(rng: Random, sheet: Sheet) -> list[str]:
    """A coloured band with the body's name down the left edge; values below their labels, number and dates in a row."""
    info, owner = sheet.info, sheet.owner
    first, issue, last = days(rng, sheet, "num")
    colour = rng.choice(("#7a2a6e", "#14507a", "#2c6b3f", "#a4602a", "#3b3f66"))
    brand = "#linebreak()".join(text(c) for c in str(sheet.values["body"])[:2] + "认证")
    band = (
        f'#place(top + left, dx: -3.4cm, dy: -2.2cm)[#rect(width: 2.2cm, height: 29.7cm, fill: rgb("{colour}"))['
        f"#align(center)[#v(2cm)#text(fill: white, size: 22pt, font: {sheet.fonts.title})[{brand}]]]]"
    )
    foreign = rng.random() < 0.6

    def block(label: str, english: str, value: str) -> str:
        head = m.styled(f"{label} {english}" if foreign else label, 9, fill=colour)
        return f"{head}#linebreak(){value}#v({gap:.2f}cm)"

    gap = rng.uniform(0.15, 0.4)
    stated = [
        block(rng.choice(("持证组织", "获证客户", "认证客户")), "Certified client", sheet.say("holder", size=16, bold=True)),
        block("统一社会信用代码", "Unified social credit code", sheet.say("uscc")),
        block(rng.choice(("地址", "注册及经营地址")), "Address", text(owner.address)),
        block(rng.choice(("管理体系", "认证领域")), "Management system", sheet.say("system", info.zh, bold=True)),
        block(rng.choice(("认证准则", "符合标准", "依据标准")), "Standard", sheet.standards(" / ", 14, bold=True)),
        block(rng.choice(("体系覆盖范围", "业务范围", "认证范围")), "Scope", sheet.say("scope")),
    ]
    if rng.random() < 0.4:
        stated[3], stated[4] = stated[4], stated[3]
    cells = [
        ("证书编号", "Certificate No.", sheet.say("certificate_no", size=9.5)),
        (rng.choice(("初始认证", "首次颁证")), "First issued", sheet.say("first_issue_date", first, 9.5)),
        (rng.choice(("本次颁证", "生效日期", "签发日期")), "Issued", sheet.say("issue_date", issue, 9.5)),
        (rng.choice(("截止日期", "有效期至", "失效日期")), "Expires", sheet.say("valid_until", last, 9.5)),
    ]
    if rng.random() < 0.35:
        cells = [*cells[1:], cells[0]]
    heads = [m.styled(zh, 9, bold=True) + (f"#linebreak(){m.styled(en, 7)}" if foreign else "") for zh, en, _ in cells]
    row = m.table(
        [heads, [value for *_, value in cells]],
        ["1.6fr" if zh == "证书编号" else "1fr" for zh, *_ in cells],
        ["left"] * 4,
        ruled=rng.choice(("horizontal", "three")),
        inset="(x: 3pt, y: 5pt)",
    )
    seal = m.sealed(sheet.say("issuer", size=11), "seal.png", 3.8, over=rng.random() < 0.3)
    body = [
        band,
        m.styled(rng.choice(("认证证书", "证  书", "管理体系证书")), 30, bold=True, font=sheet.fonts.title),
        m.styled(rng.choice(("CERTIFICATE", "Certificate of Registration")), 12, fill="#555555"),
        m.gap(0.6),
        *stated,
        "#v(1fr)",
        row,
        m.grid(
            "auto, 1fr, auto",
            m.picture("qr.png", 1.8),
            accreditations(sheet, 2.0),
            m.seal_box(7.5, 3.9, seal),
            options="align: horizon",
        ),
        m.styled(rng.choice(s.NOTES), 7.5),
    ]
    return [paper(rng, sheet, body, plain=True, margin="(left: 3.4cm, right: 1.8cm, top: 2.2cm, bottom: 1.5cm)")]
