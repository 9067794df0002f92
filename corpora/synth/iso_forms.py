"""Certificates in the four common forms: Chinese, bilingual, two columns, English."""

from __future__ import annotations

from random import Random

from corpora.synth import iso_sheet as s
from corpora.synth import markup as m
from corpora.synth.engine import text
from corpora.synth.iso_sheet import Sheet, days, foot, line, paper


def _joined(rng: Random) -> str:
    return rng.choice(("/", " / ", "　", " idt "))


def holder(rng: Random, sheet: Sheet) -> list[str]:
    """The certified organisation, with a label or in a sentence."""
    big = sheet.say("holder", size=16, bold=True)
    if rng.random() < 0.6:
        return [line(rng.choice(s.HOLDER_LABELS), sheet.say("holder"))]
    return rng.choice(
        (
            [m.centred(text("兹证明")), m.centred(big)],
            [text("兹证明："), m.centred(big)],
            [sheet.say("holder", size=14, bold=True)],
        )
    )


def identity(rng: Random, sheet: Sheet) -> list[str]:
    """Social credit code (mostly) and addresses."""
    lines = []
    if rng.random() < 0.7:
        label = rng.choice(("统一社会信用代码", "统一社会信用代码", "统一社会信用代码/组织机构代码", "统一信用代码证号"))
        lines.append(line(label, sheet.say("uscc")))
    return lines + [m.label_value(label, sheet.owner.address) for label in rng.choice(s.PLACES)]


def _conformity(rng: Random, sheet: Sheet) -> list[str]:
    zh, joined = sheet.info.zh, _joined(rng)
    shape = rng.randrange(5)
    if shape == 0:
        return [
            text("建立的") + sheet.say("system", zh) + text("符合标准："),
            m.centred(sheet.standards(joined, 13, bold=True)),
        ]
    if shape == 1:
        return [sheet.say("system", zh) + text("符合"), m.centred(sheet.standards(joined)), text("标准的要求")]
    if shape == 4:
        return [
            m.centred(text("经评审，公司所建立的") + sheet.say("system", zh) + text("符合")),
            m.centred(sheet.standards(joined, bold=True) + m.styled(f"《{zh} 要求》标准要求", bold=True)),
        ]
    return [line("认证标准" if shape == 2 else "认证依据", sheet.standards(joined))]


def _scope(rng: Random, sheet: Sheet) -> list[str]:
    value = sheet.say("scope")
    return rng.choice(
        (
            [line(rng.choice(("认证范围", "证书覆盖范围", "认证覆盖范围")), value)],
            [text("通过认证范围如下："), m.centred(value)],
            [m.centred(text("认证范围")), m.centred(value)],
            [text("该管理体系适用于："), value],
        )
    )


def chinese_blocks(rng: Random, sheet: Sheet) -> list[str]:
    """Logo, title, number and the Chinese statements, without the foot."""
    zh = sheet.info.zh
    label = rng.choice(("证书编号", "证书号", "注册号", "证书注册号")) + rng.choice(("：", ":"))
    long = len(zh) > 8
    size = 19 if long else 24
    general = long and rng.random() < 0.3
    title = (
        m.centred(m.styled("管理体系认证证书", size, bold=True, font=sheet.fonts.title))
        if general
        else sheet.title(f"{zh}认证证书", size)
    )
    middle = [
        *holder(rng, sheet),
        *identity(rng, sheet),
        *([line("认证类别", sheet.say("system", zh))] if general else []),
        *_conformity(rng, sheet),
        *_scope(rng, sheet),
        *(line(k, v) for k, v in s.date_lines(rng, sheet)),
    ]
    gap = m.gap(rng.uniform(0.15, 0.4))
    return [
        m.centred(m.picture("logo.png", 2.2)) if rng.random() < 0.7 else "",
        title,
        f"#align({rng.choice(('center', 'right', 'left'))})[{text(label)}{sheet.say('certificate_no')}]",
        m.gap(0.4),
        *(block + gap for block in middle),
    ]


def chinese(rng: Random, sheet: Sheet) -> list[str]:
    """The Chinese certificate with labels or sentences."""
    blocks = chinese_blocks(rng, sheet)
    blocks.append(foot(rng, sheet, rng.choice(s.SIGNERS)))
    if rng.random() < 0.3:
        blocks.append(m.centred(sheet.say("issuer", size=12)))
    return [paper(rng, sheet, [*blocks, m.styled(rng.choice(s.NOTES), 8)])]


def bilingual(rng: Random, sheet: Sheet) -> list[str]:
    """Every statement in Chinese and English on one line or two."""
    owner, info = sheet.owner, sheet.info
    label = f"{rng.choice(('证书编号', '证书号'))}/Certificate No.："
    _, issue, last = days(rng, sheet, "num")
    issued, until = sheet.say("issue_date", issue), sheet.say("valid_until", last)
    when = rng.choice(
        (
            [text("发证日期/Date of issue：") + issued, text("有效期至/Valid until：") + until],
            [text("颁证日期 Issue Date: ") + issued + text("　　有效期至 Expiry Date: ") + until],
            [text("有效期 Validity：") + issued + text(" 至/to ") + until],
        )
    )
    blocks = [
        m.centred(m.picture("logo.png", 1.9)),
        sheet.title(f"{info.zh}认证证书", 21),
        m.centred(sheet.say("system", f"{info.en.upper()} CERTIFICATE", 11)),
        m.centred(text(label) + sheet.say("certificate_no")),
        m.gap(0.3),
        m.centred(text("兹证明 This is to certify that")),
        m.centred(sheet.say("holder", size=15, bold=True)),
        m.centred(sheet.say("holder", owner.english, 12)),
        m.centred(m.styled(f"地址/Address：{owner.address}", 9.5)),
        m.gap(0.3),
        m.centred(text(f"{info.zh}符合标准 has established and maintains a management system conforming to")),
        m.centred(sheet.standards(_joined(rng), 13, bold=True)),
        m.gap(0.2),
        m.centred(text("认证范围 Scope of certification")),
        m.centred(sheet.say("scope")),
        *([m.centred(text(sheet.scope_en))] if rng.random() < 0.5 else []),
        m.gap(0.4),
        *when,
        foot(rng, sheet, "签发 Signed："),
    ]
    return [paper(rng, sheet, blocks)]


def columns(rng: Random, sheet: Sheet) -> list[str]:
    """Chinese statements at the left, the same in English at the right."""
    owner, info = sheet.owner, sheet.info
    _, zh_issue, zh_last = days(rng, sheet)
    _, en_issue, en_last = days(rng, sheet, "en")
    pairs = (
        (text("兹证明："), text("This is to certify that:")),
        (sheet.say("holder", bold=True), sheet.say("holder", owner.english, 10, bold=True)),
        (text(f"地址：{owner.address}"), text(f"Address: {sheet.address_en()}")),
        (sheet.say("system", info.zh) + text("符合标准："), text(f"The {info.en} conforms to:")),
        (sheet.standards(" / "), sheet.standards(" / ")),
        (text("认证范围："), text("Scope:")),
        (sheet.say("scope"), text(sheet.scope_en)),
        (text("发证日期：") + sheet.say("issue_date", zh_issue), text("Issue date: ") + sheet.say("issue_date", en_issue)),
        (text("有效期至：") + sheet.say("valid_until", zh_last), text("Valid until: ") + sheet.say("valid_until", en_last)),
    )
    cells = "".join(f"[{a}][#text(size: 10pt)[{b}]]" for a, b in pairs)
    blocks = [
        sheet.title(f"{info.zh}认证证书", 21),
        m.centred(sheet.say("system", f"Certificate of {info.en}", 12)),
        m.grid("1fr, 1fr", *(text(k) + sheet.say("certificate_no") for k in ("证书编号：", "Certificate No.: "))),
        m.gap(0.5),
        f"#grid(columns: (1fr, 1fr), column-gutter: 0.6cm, row-gutter: 0.45cm){cells}",
        foot(rng, sheet, ""),
    ]
    return [paper(rng, sheet, blocks)]


ENGLISH_DATES = (
    ("Initial certification date", "Date of issue", "Date of expiry"),
    ("Original Approval", "Current Certificate", "Certificate Expiry"),
    ("First issued", "Issue date", "Valid until"),
    ("", "Issued on", "Expiry date"),
)
ENGLISH_OPENINGS = (
    "This is to certify that",
    "We hereby certify that the organization:",
    "This is to certify that the management system of",
)
ENGLISH_LEADS = (
    "for the following scope:",
    "The certificate is valid for the following scope",
    "Scope of certification",
)


def english_dates(rng: Random, sheet: Sheet) -> list[str]:
    """Lines of dates as English certificates word them."""
    keys = ("first_issue_date", "issue_date", "valid_until")
    labels, shown = rng.choice(ENGLISH_DATES), days(rng, sheet, "en")
    return [text(f"{label}: ") + sheet.say(key, day) for label, key, day in zip(labels, keys, shown, strict=True) if label]


def english(rng: Random, sheet: Sheet) -> list[str]:
    """The certificate in English only."""
    en = sheet.info.en
    title = rng.choice((f"{en.upper()} CERTIFICATE", "CERTIFICATE", "Certificate of Registration"))
    label = rng.choice(("Certificate No.", "Certificate Number", "Registration No."))
    if rng.random() < 0.5:
        fits = text("has been assessed and found to conform to the ") + sheet.say("system", en) + text(" standard:")
    else:
        fits = text("is in conformity with the ") + sheet.say("system", en) + text(" Standard")
    code = rng.random() < 0.6
    blocks = [
        m.centred(m.picture("logo.png", 2.4)),
        m.centred(m.styled(title, 19, bold=True)),
        m.centred(text(f"{label}: ") + sheet.say("certificate_no")),
        m.gap(0.6),
        m.centred(text(rng.choice(ENGLISH_OPENINGS))),
        m.centred(sheet.say("holder", size=16, bold=True)),
        *([m.centred(text("Unified Social Credit Code: ") + sheet.say("uscc"))] if code else []),
        m.centred(m.styled(sheet.address_en(), 9.5)),
        m.gap(0.4),
        m.centred(fits),
        m.centred(sheet.standards(_joined(rng), 14, bold=True)),
        m.gap(0.4),
        m.centred(text(rng.choice(ENGLISH_LEADS))),
        m.centred(sheet.say("scope")),
        m.gap(0.5),
        *english_dates(rng, sheet),
        foot(rng, sheet, "General Manager:"),
    ]
    return [paper(rng, sheet, blocks)]
