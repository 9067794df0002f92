"""More layouts of certificates that stay unseen: tables with vertical captions, tiles, a foot line, listed sites."""

from __future__ import annotations

from random import Random

from corpora.synth import dates, names
from corpora.synth import markup as m
from corpora.synth.engine import text
from corpora.synth.iso_sheet import Sheet, accreditations, days, paper
from corpora.synth.iso_unseen_more import ABROAD, AT_HOME, BREAK, COLOURS, renamed


def footline(rng: Random, sheet: Sheet) -> list[str]:
    """A solemn text in the middle; number and days stand in one line at the very foot."""
    renamed(rng, sheet, AT_HOME)
    first, issue, last = days(rng, sheet, "num")
    number = rng.choice(("证书编号 ", "No.", "编号："))
    sep = text(rng.choice(("　|　", "　　", " ； ", " / ")))
    parts = [
        text(number) + sheet.say("certificate_no"),
        text(rng.choice(("初次获证 ", "首发："))) + sheet.say("first_issue_date", first) if rng.random() < 0.6 else "",
        text(rng.choice(("颁证 ", "本次签发：", "发证 "))) + sheet.say("issue_date", issue),
        text(rng.choice(("有效至 ", "截止：", "止于 "))) + sheet.say("valid_until", last),
    ]
    if rng.random() < 0.4:
        parts = [*parts[1:], parts[0]]
    strip = f"#text(size: 9pt)[{m.centred(sep.join(part for part in parts if part))}]"
    wide = rng.random() < 0.5
    code = text("（统一社会信用代码 ") + sheet.say("uscc") + text("）")
    seal = m.sealed(sheet.say("issuer", size=13, font=sheet.fonts.title), "seal.png", 3.8, over=rng.random() < 0.3)
    body = [
        m.centred(m.picture("logo.png", 2.0)),
        m.centred(
            m.styled(rng.choice(("认 证 证 书", "荣获认证", "证 书")), 32, bold=True, font=sheet.fonts.title, tracking="3pt")
        ),
        m.gap(0.3),
        m.centred(sheet.say("holder", size=20, bold=True, font=sheet.fonts.accent)),
        m.centred(code),
        m.centred(m.styled(sheet.owner.address, 10)),
        m.gap(0.3),
        m.centred(text(rng.choice(("在", "于"))) + sheet.say("scope") + text(rng.choice(("方面实施的", "活动中运行的")))),
        m.centred(sheet.say("system", sheet.info.zh, 15, bold=True)),
        m.centred(text(rng.choice(("经现场审核，达到", "业经评定，合于"))) + sheet.standards(" 暨 ") + text(" 之全部要求")),
        "#v(1fr)",
        m.grid(
            "1fr, auto, 1fr",
            accreditations(sheet, 2.0) or " ",
            m.seal_box(9, 3.9, seal),
            m.right(m.picture("qr.png", 1.7)),
            options="align: horizon",
        ),
        "#line(length: 100%, stroke: 0.5pt)",
        strip,
    ]
    return [paper(rng, sheet, body, flipped=wide, margin="(x: 2.8cm, top: 2.4cm, bottom: 2.3cm)")]


def _down(word: str) -> str:
    """A caption written from top to bottom."""
    return BREAK.join(text(c) for c in word)


def _group(caption: str, rows: list[tuple[str, str]]) -> str:
    """Rows of a table under one caption that runs down their left side."""
    cells = f"table.cell(rowspan: {len(rows)}, align: center + horizon)[{_down(caption)}],"
    return cells + "\n".join(f"[{text(label)}],[{value}]," for label, value in rows)


def _sections(rng: Random, sheet: Sheet) -> list[tuple[str, list[tuple[str, str]]]]:
    """The groups of ``grouped``: caption and rows (label, markup)."""
    first, issue, last = days(rng, sheet)
    address = text(sheet.owner.address)
    who = [
        (rng.choice(("名　　称", "组织全称", "单位全称")), sheet.say("holder", bold=True)),
        (rng.choice(("代　　码", "信用代码", "统一代码")), sheet.say("uscc")),
        ("住　　所", address),
        ("运营场所", address),
    ]
    what = [
        (rng.choice(("体系类别", "认证类别", "认证领域")), sheet.say("system", sheet.info.zh)),
        (rng.choice(("所依标准", "认证准则", "标准代号")), sheet.standards(rng.choice((" idt ", "、", " / ")))),
        (rng.choice(("业务活动", "覆盖产品", "活动范围")), sheet.say("scope")),
    ]
    when = [
        (rng.choice(("初　　次", "首次通过")), sheet.say("first_issue_date", first)),
        (rng.choice(("本　　次", "换发日期", "核发日期")), sheet.say("issue_date", issue)),
        (rng.choice(("期　　满", "有效截止", "到期之日")), sheet.say("valid_until", last)),
    ]
    return [("获证方", who), *rng.choice(([("认证内容", what), ("期限", when)], [("期限", when), ("认证内容", what)]))]


def grouped(rng: Random, sheet: Sheet) -> list[str]:
    """A form: groups of rows, each with a caption that runs down its left side; the sealed body in the last row."""
    renamed(rng, sheet, AT_HOME)
    groups = _sections(rng, sheet)
    number = sheet.say("certificate_no", bold=True)
    inside = rng.random() < 0.5
    if inside:
        groups.insert(0, ("证书", [("登 记 号", number), ("状　　态", text("有效"))]))
    seal = m.seal_box(9, 4.1, m.sealed(sheet.say("issuer"), "seal.png", 3.8, over=rng.random() < 0.3), text("（盖章）"))
    rows = "\n".join(_group(*group) for group in groups)
    rows += f"\ntable.cell(align: center + horizon)[{_down('发证机构')}],table.cell(colspan: 2)[{m.right(seal)}],"
    table = (
        f"#block(width: 100%)[#set text(size: {rng.uniform(10.5, 12):.1f}pt)\n#table(columns: (1.1cm, 2.9cm, 1fr), "
        "align: (center + horizon, center + horizon, left + horizon), stroke: 0.7pt, "
        f"inset: (x: 6pt, y: {rng.uniform(9, 15):.1f}pt),\n{rows})]"
    )
    title = rng.choice(("管理体系认证证书", "体系认证登记证", "管理体系认证登记表"))
    body = [
        m.centred(m.styled(title, 23, bold=True, font=sheet.fonts.title)),
        "" if inside else m.grid("1fr, auto", m.styled(rng.choice(("（正本）", "（副本）", "")), 10), text("登记号 ") + number),
        table,
        m.grid("1fr, auto", accreditations(sheet, 2.0) or " ", m.picture("qr.png", 1.6), options="align: horizon"),
    ]
    return [paper(rng, sheet, body, plain=rng.random() < 0.6)]


GREY = "#777777"


def _tiles(rng: Random, sheet: Sheet, days_: tuple[str, str, str]) -> list[tuple[str, str]]:
    """The small tiles of ``tiles``: caption and markup."""
    first, issue, last = days_
    made = [
        ("证书号", sheet.say("certificate_no", size=10)),
        (rng.choice(("体系", "认证种类")), sheet.say("system", sheet.info.zh, 10)),
        (rng.choice(("首次获得", "初次颁发")), sheet.say("first_issue_date", first, 10)),
        (rng.choice(("颁发", "签发日")), sheet.say("issue_date", issue, 10)),
        (rng.choice(("失效日", "有效期止")), sheet.say("valid_until", last, 10)),
        ("当前状态", m.styled("有效", 10)),
    ]
    return made if rng.random() < 0.5 else [made[5], *made[2:5], *made[:2]]


def _bearer(rng: Random, sheet: Sheet, below: bool) -> str:
    """Who holds the electronic certificate, its caption on top or ``below``."""
    name, code = sheet.say("holder", size=15, bold=True), sheet.say("uscc", size=10)
    if below:
        return BREAK.join((name, code, m.styled("获证单位及其统一社会信用代码", 8, fill=GREY)))
    caption = m.styled(rng.choice(("持证人", "获证主体", "持有者")), 8, fill=GREY)
    return BREAK.join((caption, name, m.styled(sheet.owner.address, 9.5), code))


def tiles(rng: Random, sheet: Sheet) -> list[str]:
    """An electronic certificate: a head with a big QR code, then tiles with a small caption above or below each value."""
    renamed(rng, sheet, AT_HOME)
    shown, below = days(rng, sheet, "num"), rng.random() < 0.5
    colour, tint = rng.choice((("#1565c0", "#eef4fb"), ("#00796b", "#eaf6f3"), ("#ad1457", "#fbeff4"), ("#424242", "#f4f4f4")))

    def tile(caption: str, value: str) -> str:
        parts = [m.styled(caption, 8, fill=GREY), value]
        inner = BREAK.join(parts[::-1] if below else parts)
        return f'#block(width: 100%, height: 100%, fill: rgb("{tint}"), radius: 4pt, inset: 8pt)[{inner}]'

    name = m.styled(rng.choice(("电子认证证书", "认证证书·电子版", "体系认证电子证照")), 22, bold=True, fill="#ffffff")
    head = m.grid("1fr, auto", name, m.styled("E-CERTIFICATE", 10, fill="#ffffff"), options="align: horizon")
    code = f'#stack(spacing: 5pt, image("qr.png", width: 3.2cm), [{m.styled("扫码核验本电子证书", 8, fill=GREY)}])'
    when = f"{sheet.issue:%Y-%m-%d} {rng.randint(9, 17):02d}:{rng.randint(0, 59):02d}"
    seal = m.seal_box(8.5, 4, m.sealed(sheet.say("issuer"), "seal.png", 3.8, over=True))
    height = rng.uniform(1.5, 2.0)
    small = "".join(f"[{tile(*fact)}]" for fact in _tiles(rng, sheet, shown))
    body = [
        f'#block(width: 100%, fill: rgb("{colour}"), inset: 12pt, radius: 4pt)[{head}]',
        m.grid("1fr, 4cm", _bearer(rng, sheet, below), m.centred(code), options="align: horizon, column-gutter: 0.4cm"),
        f"#grid(columns: (1fr, 1fr), gutter: 0.25cm, rows: ({height:.2f}cm,) * 3){small}",
        m.gap(0.2),
        f"#block(width: 100%, height: {height + 0.1:.2f}cm)[{tile('采用标准', sheet.standards('，', 12))}]",
        f"#block(width: 100%, height: 2.4cm)[{tile(rng.choice(('覆盖业务', '业务与活动')), sheet.say('scope'))}]",
        "#v(1fr)",
        m.grid("1fr, auto", accreditations(sheet, 2.0) or " ", seal, options="align: horizon"),
        m.styled(f"数字签名：{rng.getrandbits(64):016X}　时间戳：{when}", 7.5, fill=GREY),
    ]
    return [paper(rng, sheet, body, plain=True, margin="(x: 1.8cm, y: 1.6cm)")]


def _front(rng: Random, sheet: Sheet, appendix: str) -> list[str]:
    """The first page of ``sites``."""
    first, issue, last = days(rng, sheet)
    start, end = rng.choice((("颁发于", "有效直到"), ("签发日", "到期日"), ("批准日期", "效力截止日期")))
    terms = [text(f"{start}　") + sheet.say("issue_date", issue), text(f"{end}　") + sheet.say("valid_until", last)]
    signed = m.seal_box(6, 4, m.sealed(m.picture("sign.png", 2.8), "seal.png", 3.8, over=True))
    issuer = sheet.say("issuer", size=16, font=sheet.fonts.title)
    return [
        m.grid("2.4cm, 1fr", m.picture("logo.png", 2.1), issuer, options="align: horizon"),
        m.gap(1.2),
        sheet.title(f"{sheet.info.zh}认证证书", 26 if len(sheet.info.zh) < 9 else 20),
        m.gap(0.8),
        "#set par(leading: 0.9em, spacing: 1.2em)",
        text(rng.choice(("授予", "颁予"))),
        sheet.say("holder", size=18, bold=True),
        text(f"总部设在{sheet.owner.address}，统一社会信用代码 ") + sheet.say("uscc") + text("。"),
        text(f"该组织总部及{appendix}所列场所的体系，经抽样审核，与 ")
        + sheet.standards(" 及 ", bold=True)
        + text(" 的要求相符。"),
        text(f"各场所的业务活动见{appendix}，{appendix}与本页不可分割。"),
        m.gap(0.6),
        m.grid("auto, auto", *terms, options="column-gutter: 1.5cm"),
        text(rng.choice(("首次授予　", "最早注册　"))) + sheet.say("first_issue_date", first) if rng.random() < 0.6 else "",
        text("注册编号　") + sheet.say("certificate_no"),
        "#v(1fr)",
        m.grid("1fr, auto", accreditations(sheet, 2.1) or " ", signed, options="align: horizon"),
    ]


def sites(rng: Random, sheet: Sheet) -> list[str]:
    """A short front page; a second page lists the covered places, and only there the activities are told."""
    renamed(rng, sheet, AT_HOME)
    appendix = rng.choice(("附录", "附表", "证书附页"))
    front = paper(rng, sheet, _front(rng, sheet, appendix))
    return [front, paper(rng, sheet, _places(rng, sheet, appendix), plain=rng.random() < 0.5)]


def _places(rng: Random, sheet: Sheet, appendix: str) -> list[str]:
    """The second page of ``sites``: numbered sub-certificates, places, activities."""
    owner, number = sheet.owner, str(sheet.values["certificate_no"])
    kinds = ("总部", *rng.sample(("生产厂区", "仓储中心", "销售办事处", "研发中心", "临时场所"), rng.randint(1, 3)))
    activities = ("仓储、发运", "产品销售及售后服务", "产品试制", "部件装配", "采购与检验")
    rows = [[m.styled(head, bold=True) for head in ("子证号", "场所", "地址", "活动")]]
    for k, kind in enumerate(kinds):
        told = sheet.say("scope") if k == 0 else text(rng.choice(activities))
        place = owner.address if k == 0 else names.enterprise(rng).address
        code = sheet.say("certificate_no") if k == 0 else text(f"{number}-{k:02d}")
        rows.append([code, text(kind), text(place), told])
    return [
        m.centred(m.styled(f"{appendix}　覆盖场所一览", 16, bold=True, font=sheet.fonts.title)),
        text("持证组织　") + sheet.say("holder"),
        m.table(
            rows,
            ["auto", "1fr", "1.6fr", "1.6fr"],
            ["left + horizon"] * 4,
            size=9.5,
            inset="(x: 4pt, y: 7pt)",
            ruled=rng.choice(("grid", "three", "horizontal")),
        ),
        m.gap(0.5),
        m.right(sheet.say("issuer") + BREAK + m.styled("第2页/共2页", 8)),
    ]


def _told(rng: Random, sheet: Sheet, system: str) -> list[str]:
    """The sentences of ``appraisal``."""
    style = rng.choice((dates.chinese, dates.arabic))
    first, issue, last = (style(day) for day in (sheet.first, sheet.issue, sheet.last))
    start, middle, end = rng.choice(
        (("本证书自", "起生效，有效至", "。"), ("有效期限由", "起算，至", "为止。"), ("证书效力始于", "，终于", "。"))
    )
    grade = rng.choice(("，评定等级为 A 级。", "，评定等级为 AA 级。")) if sheet.info.letter == "AIII" else "。"
    code = text("（统一社会信用代码 ") + sheet.say("uscc") + text(f"，地址 {sheet.owner.address}）的")
    verdict = sheet.say("system", system) + text("符合 ") + sheet.standards(" 和 ", bold=True) + text(f" 标准{grade}")
    business = text(rng.choice(("该体系所涉业务为：", "所评体系与下列业务有关："))) + sheet.say("scope") + text("。")
    earlier = text("首次通过评定的日期为") + sheet.say("first_issue_date", first) + text("。") if rng.random() < 0.6 else ""
    term = text(start) + sheet.say("issue_date", issue) + text(middle) + sheet.say("valid_until", last) + text(end)
    return [
        text("经评定，") + sheet.say("holder", bold=True) + code + verdict,
        business,
        earlier,
        term,
        text("在此期间，贵组织应接受年度监督。特颁此证。"),
    ]


def appraisal(rng: Random, sheet: Sheet) -> list[str]:
    """A verdict in sentences, in the manner of appraisals: grade, then the term in the last but one sentence."""
    renamed(rng, sheet, AT_HOME)
    info, colour, titled = sheet.info, rng.choice(COLOURS), sheet.fonts.title
    fused = info.letter == "AIII"
    system = "两化融合管理体系" if fused else info.zh
    seal = m.seal_box(8.5, 4.2, m.sealed(sheet.say("issuer", size=13), "seal.png", 4.0, over=rng.random() < 0.3))
    before, after = rng.choice((("编　号：", ""), ("证字第 ", " 号"), ("No. ", "")))
    number = text(before) + sheet.say("certificate_no") + text(after)
    top = rng.random() < 0.6
    codes = m.picture("qr.png", 1.9) + accreditations(sheet, 2.0)
    body = [
        m.grid("1fr, auto", m.picture("logo.png", 2.0), number if top else " ", options="align: horizon"),
        m.centred(f'#text(fill: rgb("{colour}"))[{sheet.say("system", system, 20, bold=True, font=titled)}]'),
        m.centred(m.styled("评 定 证 书" if fused else "认 证 证 书", 34, bold=True, font=titled, fill=colour)),
        m.gap(0.6),
        f"#set text(size: {rng.uniform(12.5, 14):.1f}pt, font: {sheet.fonts.accent})\n#set par(leading: 1em, spacing: 1.3em)",
        *("#h(2em)" + part for part in _told(rng, sheet, system) if part),
        "#v(1fr)",
        "#set text(size: 11pt)",
        m.grid("1fr, auto", codes + ("" if top else "\n\n" + number), seal, options="align: horizon"),
    ]
    return [paper(rng, sheet, body, margin="(x: 3.2cm, y: 3cm)")]


def _facts(rng: Random, sheet: Sheet) -> list[tuple[str, str, str]]:
    """Chinese caption, English caption and markup of the facts of ``stacked``."""
    first, issue, last = days(rng, sheet, rng.choice(("zh", "num", "en")))
    return [
        (rng.choice(("证书号", "注册编号")), "Registration number", sheet.say("certificate_no")),
        ("统一社会信用代码", "Unified social credit code", sheet.say("uscc")),
        (rng.choice(("首次注册", "始发日期")), "Initial registration", sheet.say("first_issue_date", first)),
        (rng.choice(("换证日期", "现行证书生效")), "Current issue", sheet.say("issue_date", issue)),
        (rng.choice(("证书有效至", "注册期满")), "Registration expires", sheet.say("valid_until", last)),
    ]


def stacked(rng: Random, sheet: Sheet) -> list[str]:
    """Each line in Chinese with its English line right below, values too; facts in captioned pairs at the foot or on top."""
    renamed(rng, sheet, (*AT_HOME, *ABROAD))
    owner, info = sheet.owner, sheet.info
    align = rng.choice((m.centred, lambda body: body))

    def pair(zh: str, en: str) -> str:
        return align(zh + BREAK + m.styled(en, 8.5, fill="#444444"))

    cells = [
        f"#grid(columns: (auto, 1fr), column-gutter: 6pt, align: horizon)[{text(zh)}{BREAK}{m.styled(en, 7)}][{value}]"
        for zh, en, value in _facts(rng, sheet)
    ]
    facts = f"#text(size: 10pt)[{m.grid('1.2fr, 1fr', *cells, options='row-gutter: 0.35cm, column-gutter: 0.4cm')}]"
    top, long = rng.random() < 0.5, len(info.zh) > 8
    seal = m.sealed(sheet.say("issuer", size=11), "seal.png", 3.7, over=rng.random() < 0.3)
    signed = m.picture("sign.png", 2.6) + BREAK + m.styled("签署 Authorized signature", 8)
    body = [
        align(sheet.say("system", f"{info.zh}注册证书", 17 if long else 22, bold=True, font=sheet.fonts.title)),
        align(m.styled(f"Registration Certificate of {info.en}", 11)),
        facts if top else "",
        pair(text(rng.choice(("本证书授予", "我们确认"))), "This registration is granted to"),
        pair(sheet.say("holder", size=15, bold=True), owner.english),
        pair(text(owner.address), sheet.address_en()),
        pair(
            text(rng.choice(("因其管理体系经证实符合", "其管理体系经审定满足"))),
            "whose management system was found to conform to",
        ),
        align(sheet.standards(rng.choice((" · ", "  |  ", " & ")), 14, bold=True)),
        pair(text(rng.choice(("就以下业务而言", "注册的业务为"))), "for the following activities"),
        pair(sheet.say("scope"), sheet.scope_en),
        "" if top else facts,
        "#v(1fr)",
        m.grid("1fr, auto", signed, m.seal_box(8.6, 3.8, seal), options="align: horizon"),
        m.grid("1fr, auto", accreditations(sheet, 2.0) or " ", m.picture("qr.png", 1.6), options="align: horizon"),
    ]
    return [paper(rng, sheet, body, plain=rng.random() < 0.4, margin="(x: 3cm, y: 2.8cm)")]
