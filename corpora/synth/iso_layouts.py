"""Further layouts of certificates: landscape, ruled table, foreign bodies, sites annex, stickers, classical text."""

from __future__ import annotations

from random import Random

from corpora.synth import dates, names
from corpora.synth import iso_sheet as s
from corpora.synth import markup as m
from corpora.synth.engine import text
from corpora.synth.iso_forms import chinese_blocks, english_dates
from corpora.synth.iso_sheet import Sheet, accreditations, days, foot, line, paper

FRAMELESS = "(x: 2.4cm, y: 2.2cm)"
COLOURS = ("#1f4e8c", "#e2661a", "#0a7a5a", "#8c1d2f", "#35506b", "#005b96")


def landscape(rng: Random, sheet: Sheet) -> list[str]:
    """A wide certificate: statements at the left, codes, logos and the seal in a column at the right."""
    info, width = sheet.info, rng.choice((0.0, 2.9))
    stated = [
        line(rng.choice(s.HOLDER_LABELS[:4]), sheet.say("holder", size=13, bold=True), width=width),
        line("信用代码" if width else "统一社会信用代码", sheet.say("uscc"), width=width),
        m.label_value(rng.choice(("地址", "注册地址")), sheet.owner.address, width=width),
        line("认证标准", sheet.standards(rng.choice(("/", " / ", " idt "))), width=width),
        line("认证范围", sheet.say("scope"), width=width),
        *(line(label, value) for label, value in s.date_lines(rng, sheet)),
    ]
    lead = text("兹证明下列组织的") + sheet.say("system", info.zh) + text("经审核符合认证标准要求，特发此证。")
    seal = m.sealed(sheet.say("issuer", size=9), "seal.png", 3.9, dy=-0.4, over=rng.random() < 0.3)
    aside = [m.picture("qr.png", 2.1), accreditations(sheet, 2.1), m.gap(0.4), m.picture("sign.png", 2.6)]
    side = "#linebreak()".join(part for part in aside if part)
    blocks = [
        m.grid(
            "2.6cm, 1fr, 2.6cm", m.picture("logo.png", 2.0), sheet.title(f"{info.zh}认证证书", 24), "", options="align: horizon"
        ),
        m.centred(m.styled(f"{info.en.upper()} CERTIFICATE", 9)) if rng.random() < 0.5 else "",
        f"#align({rng.choice(('center', 'right'))})[{text(rng.choice(('证书编号：', '注册号：', '证书号码：')))}"
        f"{sheet.say('certificate_no')}]",
        m.gap(0.2),
        lead if rng.random() < 0.7 else "",
        m.grid(
            "1fr, 6.9cm",
            f"#set text(size: {rng.uniform(11.5, 13):.1f}pt)\n" + "\n\n".join(stated),
            m.centred(side) + "\n" + m.centred(m.seal_box(6.8, 4, seal)),
            options="column-gutter: 0.6cm",
        ),
        "#v(1fr)",
        m.centred(m.styled(rng.choice(s.NOTES), 7.5)),
    ]
    return [paper(rng, sheet, blocks, flipped=True, margin="(x: 2.7cm, y: 2.0cm)")]


RULED_LABELS = (
    ("获证组织名称", "Certified organization"),
    ("统一社会信用代码", "Unified social credit code"),
    ("注册地址", "Registered address"),
    ("经营地址", "Business address"),
    ("审核地址", "Audited site"),
    ("认证标准", "Standard"),
    ("认证范围", "Scope of certification"),
    ("首次获证日期", "First issued"),
    ("发证日期", "Date of issue"),
    ("有效期至", "Valid until"),
)


def ruled(rng: Random, sheet: Sheet) -> list[str]:
    """A two-column table 项目 | 内容, with English under the labels of some bodies."""
    first, issue, last = days(rng, sheet)
    values = [
        sheet.say("holder", bold=rng.random() < 0.5),
        sheet.say("uscc"),
        text(sheet.owner.address),
        text(sheet.owner.address),
        text(sheet.owner.address),
        sheet.standards(rng.choice(("/", " / ", "、", " idt "))),
        sheet.say("scope"),
        sheet.say("first_issue_date", first),
        sheet.say("issue_date", issue),
        sheet.say("valid_until", last),
    ]
    rows = list(zip(RULED_LABELS, values, strict=True))
    if rng.random() < 0.6:
        del rows[4]
    if rng.random() < 0.4:
        rows.append(rows.pop(-4))  # the scope last
    english = rng.random() < 0.4
    number = (("证书编号", "Certificate No."), sheet.say("certificate_no"))
    inside = rng.random() < 0.5
    cells = [[text("项目"), m.centred(text("内容"))]] if rng.random() < 0.4 else []
    for (zh, en), value in [number, *rows] if inside else rows:
        cells.append([text(zh) + (f"#linebreak(){m.styled(en, 7)}" if english else ""), value])
    said = text("兹证明下述组织建立的") + sheet.say("system", sheet.info.zh) + text("符合认证标准的要求。")
    plain = rng.random() < 0.4
    blocks = [
        m.centred(m.picture("logo.png", 1.9)) if rng.random() < 0.7 else "",
        sheet.title(f"{sheet.info.zh}认证证书", 22 if len(sheet.info.zh) < 9 else 18),
        "" if inside else m.right(text("证书编号：") + number[1]),
        said,
        m.table(
            cells,
            [rng.choice(("4.1cm", "4.4cm")), "1fr"],
            [rng.choice(("center + horizon", "left + horizon")), "left + horizon"],
            ruled=rng.choice(("grid", "grid", "horizontal")),
            size=rng.choice((10.5, 11.5)),
            inset=f"(x: 5pt, y: {rng.uniform(6, 11):.1f}pt)",
        ),
        foot(rng, sheet, rng.choice(s.SIGNERS)),
        m.styled(rng.choice(s.NOTES), 8),
    ]
    return [paper(rng, sheet, blocks, plain=plain)]


def _foreign_name(sheet: Sheet) -> list[str]:
    name = [sheet.say("holder", size=17, bold=True)]
    return [*name, m.styled(sheet.address_en(), 10)]


def _side_band(rng: Random, sheet: Sheet) -> list[str]:
    colour = rng.choice(COLOURS)
    brand = "".join(word[0] for word in str(sheet.values["issuer"]).split()[:3]).upper()
    _, issue, last = days(rng, sheet, "en")
    since = str(sheet.first.year)
    band = (
        f'#place(top + left, dx: -4.4cm, dy: -2cm)[#rect(width: 3.2cm, height: 29.7cm, fill: rgb("{colour}"))['
        f'#align(center + top)[#v(1.2cm)#text(fill: white, size: 30pt, weight: "bold")[{text(brand)}]]]]'
    )
    valid = rng.choice(
        (
            text("This certificate is valid from ")
            + sheet.say("issue_date", issue)
            + text(" until ")
            + sheet.say("valid_until", last)
            + text(" and remains valid subject to satisfactory surveillance audits."),
            text("Valid from ") + sheet.say("issue_date", issue) + text(" to ") + sheet.say("valid_until", last),
        )
    )
    blocks = [
        band,
        m.styled("Certificate ", 14) + sheet.say("certificate_no", size=14),
        m.gap(1.6),
        text(rng.choice(("The management system of", "This is to certify that the management system of"))),
        *_foreign_name(sheet),
        *([text("Unified Social Credit Code: ") + sheet.say("uscc")] if rng.random() < 0.5 else []),
        m.gap(0.8),
        text("has been assessed and certified as meeting the requirements of"),
        sheet.standards(" / ", 22, bold=True),
        sheet.say("system", sheet.info.en, 10),
        m.gap(0.9),
        m.styled("For the following activities", 10, bold=True),
        sheet.say("scope"),
        m.gap(0.5),
        valid,
        text(f"Issue {rng.randint(1, 6)}. Certified since {dates.MONTHS[sheet.first.month - 1]} {since}")
        if rng.random() < 0.6
        else "",
        "#v(1fr)",
        text("Authorised by"),
        m.picture("sign.png", 3.2),
        sheet.say("issuer", size=10),
        m.styled("12 Harbour Street, Certification House   www.certified-register.example", 8),
        accreditations(sheet, 2.4),
        m.right(m.styled("Page 1 of 1", 8)),
    ]
    return [paper(rng, sheet, blocks, plain=True, margin="(left: 4.8cm, right: 2cm, top: 2cm, bottom: 1.6cm)")]


def _top_band(rng: Random, sheet: Sheet) -> list[str]:
    colour, values = rng.choice(COLOURS), sheet.values
    head = (
        f'#block(width: 100%, fill: rgb("{colour}"), inset: 10pt)[#text(fill: white, size: 26pt, weight: "bold", tracking: 2pt)'
        f"[{text(rng.choice(('CERTIFICATE', 'Certificate of Approval', 'Certificate of Registration')))}]]"
    )
    rows = [
        ("Certificate holder:", "#linebreak()".join(_foreign_name(sheet))),
        ("Standard", sheet.standards(", ", bold=True)),
        ("Management system", sheet.say("system", sheet.info.en)),
        ("Certificate Registr. No.", sheet.say("certificate_no")),
        ("Scope:", sheet.say("scope")),
    ]
    if rng.random() < 0.5:
        rows[:2] = rows[1::-1]
    rows.append(("Validity:", "#linebreak()".join(english_dates(rng, sheet))))
    cells = "".join(f"[{m.styled(label, 10)}][{value}]" for label, value in rows)
    blocks = [
        head,
        m.gap(0.3),
        text(f"The certification body {values['issuer']} hereby certifies that the organization named below has established and")
        + text(" applies a management system. Proof has been furnished that the requirements of the standard are fulfilled."),
        m.gap(0.3),
        f"#grid(columns: (4.6cm, 1fr), row-gutter: {rng.uniform(0.75, 1.2):.2f}cm, column-gutter: 0.4cm){cells}",
        "#v(1fr)",
        m.grid(
            "1fr, auto",
            accreditations(sheet, 2.4),
            m.picture("sign.png", 3.2) + "#linebreak()" + sheet.say("issuer"),
            options="align: bottom",
        ),
        f'#line(length: 100%, stroke: 2pt + rgb("{colour}"))',
        m.styled("Validity of this certificate may be verified with the certification body.   1 / 1", 8),
    ]
    return [paper(rng, sheet, blocks, plain=True, margin=FRAMELESS)]


def foreign(rng: Random, sheet: Sheet) -> list[str]:
    """English certificates of bodies from abroad: a coloured band at the side, or on top with labels at the left."""
    return rng.choice((_side_band, _top_band))(rng, sheet)


def annex(rng: Random, sheet: Sheet) -> list[str]:
    """A Chinese certificate whose second page (附件) lists the sites."""
    word = rng.choice(("附件", "证书附件", "附页"))
    front = [
        *chinese_blocks(rng, sheet),
        m.styled(f"（本证书包含{word}1页，与正本同时使用有效）", 9),
        foot(rng, sheet, rng.choice(s.SIGNERS)),
    ]
    owner = sheet.owner
    activities = ("研发、生产", "销售", "仓储", "行政管理", "生产", "售后服务")
    places = [owner.address] + [names.enterprise(rng).address for _ in range(rng.randint(1, 3))]
    cells = [[m.centred(text(h)) for h in ("序号", rng.choice(("场所名称", "组织名称")), "地址", "覆盖活动")]]
    cells += [
        [text(str(k + 1)), text(owner.name if k == 0 else f"{owner.name}{k}号场所"), text(place), text(rng.choice(activities))]
        for k, place in enumerate(places)
    ]
    seal = m.sealed(sheet.say("issuer"), "seal.png", 4.0, over=rng.random() < 0.3)
    back = [
        m.centred(m.styled(f"{sheet.info.zh}认证证书{word}", 17, bold=True, font=sheet.fonts.title)),
        text("证书编号：") + sheet.say("certificate_no"),
        text("获证组织：") + sheet.say("holder"),
        text("多场所认证覆盖的场所及活动如下："),
        m.table(cells, ["auto", "1.1fr", "1.4fr", "1fr"], ["center + horizon"] * 4, size=9.5, inset="(x: 4pt, y: 6pt)"),
        "#v(1fr)",
        m.right(m.seal_box(8, 4, seal)),
        m.centred(m.styled("第 2 页 共 2 页", 8)),
    ]
    return [paper(rng, sheet, front), paper(rng, sheet, back)]


def _sticker(rng: Random, sheet: Sheet, k: int) -> str:
    """One box for a surveillance sticker, filled or still empty."""
    ordinal = "一二三"[k]
    if rng.random() < 0.5:
        day = dates.plus_years(sheet.issue, k + 1)
        stuck = [
            m.styled(rng.choice(("监督审核合格", "年度监督合格", "保持认证资格")), 10, bold=True, fill="#b01818"),
            m.styled(f"第{ordinal}次 {day.year}", 9, fill="#b01818"),
        ]
        inner = '#rect(stroke: 1pt + rgb("#b01818"), inset: 4pt)[' + "#linebreak()".join(stuck) + "]"
    else:
        inner = m.styled(f"第{ordinal}次监督审核合格标识粘贴处", 8.5, fill="#666666")
    return f"#rect(width: 100%, height: 2.1cm, stroke: 0.6pt)[#align(center + horizon)[{inner}]]"


def surveillance(rng: Random, sheet: Sheet) -> list[str]:
    """A Chinese certificate with boxes for the stickers of the yearly audits."""
    count = rng.choice((2, 2, 3))
    seal = m.sealed(sheet.say("issuer", size=11), "seal.png", 3.9, over=rng.random() < 0.3)
    boxes = m.grid(", ".join(["1fr"] * count), *(_sticker(rng, sheet, k) for k in range(count)), options="column-gutter: 0.3cm")
    blocks = [
        *chinese_blocks(rng, sheet),
        m.styled("监督审核情况：" if rng.random() < 0.5 else "本证书与年度监督审核合格标识共同使用方为有效", 9.5),
        boxes,
        "#v(1fr)",
        m.grid(
            "auto, 1fr, auto", m.picture("qr.png", 1.8), accreditations(sheet), m.seal_box(8.6, 4, seal), options="align: horizon"
        ),
        m.centred(m.styled(rng.choice(s.NOTES), 7.5)),
    ]
    return [paper(rng, sheet, blocks)]


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
