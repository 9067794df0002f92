"""Further social-security papers: by insurance and term, two to a row, ticks, months across, proofs of totals."""

from __future__ import annotations

from random import Random

from corpora.synth import dates, ornaments
from corpora.synth import markup as m
from corpora.synth import social_sheet as s
from corpora.synth.engine import text
from corpora.synth.social_forms import paid
from corpora.synth.social_sheet import Column, Person, Roll

KINDS = ("企业职工基本养老保险", "失业保险", "工伤保险")


def insured(rng: Random, roll: Roll) -> list[str]:
    """A provincial list with insurance, term and wage base; small lists take a row for each insurance of a person."""
    each = len(roll.people) <= 14 and rng.random() < 0.5
    end = rng.choice(("", roll.values["period_to"].replace("-", "")))
    span, dash = rng.random() < 0.6, rng.choice(("-", "—", "~"))
    kinds = KINDS if each else (rng.choice(("养老 失业 工伤", "养老、失业、工伤", "五险", "养老保险")),)

    def term(person: Person) -> str:
        start = person.since.replace("-", "")
        return f"{start}{dash}{end or '至今'}" if span else start

    who = [s.name_column(), s.id_column(rng)]
    if rng.random() < 0.35:
        who.append(s.number_column(rng))
    if rng.random() < 0.3:
        who = [who[1], who[0], *who[2:]]
    kind_column = Column(
        "险种" if each else "参保险种", "1.7fr" if each else "1.3fr", "center", lambda k, p: kinds[k % len(kinds)]
    )
    rest = [
        kind_column,
        Column("参保起止时间" if span else "参保开始年月", "1.5fr", "center", lambda k, p: term(p)),
        Column(rng.choice(("缴费基数", "缴费基数（元）", "月缴费基数")), "1fr", "right", lambda k, p: float(p.base)),
    ]
    if rng.random() < 0.4:
        rest.append(rest.pop(0))
    if rng.random() < 0.5:
        rest.append(Column("缴费状态", "1fr", "center", lambda k, p: "正常参保"))
    columns = [s.serial(), *who, *rest]
    boxed = rng.random() < 0.6
    heading = rng.choice((f"{roll.owner.province}社会保险参保缴费证明（单位）", "单位参保人员参保缴费情况", "参保人员名单"))
    body = [roll.title(heading, 17)]
    if boxed:
        pairs = s.facts(rng, roll)
        cells = [[text(a), b, text(c), d] for (a, b), (c, d) in zip(pairs[::2], pairs[1::2], strict=True)]
        size = roll.inset + 1
        body.append(
            m.table(cells, ["2.9cm", "1.5fr", "3.2cm", "1fr"], ["left + horizon"] * 4, inset=f"(x: 3pt, y: {size:.1f}pt)")
        )
    else:
        body.append(s.head_lines(rng, roll))
    rows = Roll(**{**roll.__dict__, "people": tuple(p for p in roll.people for _ in kinds)})
    body.append(s.listing(rng, rows, columns, ruled="grid" if boxed else ""))
    if each or roll.total or rng.random() < 0.7:
        body.append(roll.headcount(*rng.choice((("参保人数（人）：", ""), ("共计", "人"), ("以上参保人员共 ", " 人")))))
    notes = [
        "备注：1.本证明信息为打印时单位参保情况，供参考，由参保单位自行保管。",
        "　　　2.本证明出具后3个月内可在网上办事大厅进行验证。",
    ]
    body += [*(m.styled(note, 8) for note in notes), s.verification(rng, roll), s.stamped(rng, roll)]
    return [s.paper(rng, body)]


def pairs(rng: Random, roll: Roll) -> list[str]:
    """Payments of two persons in every row, running across or down."""
    amount = rng.random() < 0.7
    wide = rng.random() < 0.4
    columns = [
        Column("序号", "auto", "center", lambda k, p: k + 1),
        Column("姓名", "1.1fr", "center", lambda k, p: p.name),
        s.id_column(rng) if rng.random() < 0.75 else s.number_column(rng),
        Column("缴费基数", "1.1fr", "right", lambda k, p: p.base),
    ]
    if amount:
        columns.append(Column("个人缴费", "1.2fr", "right", lambda k, p: paid(p, 0.08)))
    n = len(roll.people)
    half = (n + 1) // 2
    across = rng.random() < 0.5
    heads = [m.centred(m.styled(c.head, bold=True)) for c in columns]
    rows = [heads * 2]
    for k in range(half):
        both = (2 * k, 2 * k + 1) if across else (k, half + k)
        rows.append([s.shown(c.cell(j, roll.people[j])) if j < n else "" for j in both for c in columns])
    table = m.table(
        rows,
        [c.width for c in columns] * 2,
        [f"{c.align} + horizon" for c in columns] * 2,
        size=8.6 if wide else 7.6,
        inset=f"(x: 2pt, y: {roll.inset:.1f}pt)",
    )
    heading = rng.choice(("社会保险缴费明细", "单位职工社会保险缴费花名册", f"{roll.owner.city}企业参保职工缴费明细表"))
    label = rng.choice((("合计人数：", "人"), ("缴费人数合计：", ""), ("总人数：", "人")))
    body = [
        roll.title(heading),
        m.gap(0.1),
        s.head_lines(rng, roll),
        table,
        roll.headcount(*label),
        s.stamped(rng, roll),
        s.verification(rng, roll),
    ]
    roll.sheet.clear()  # two persons to a row is a matter of paper; systems export one
    return [s.paper(rng, body, flipped=wide)]


def ticks(rng: Random, roll: Roll) -> list[str]:
    """Insurances as ticks under one spanning heading."""
    kinds = rng.choice((("养老", "失业", "工伤"), ("养老", "医疗", "失业", "工伤", "生育"), ("基本养老", "工伤", "失业")))
    tick = rng.choice(("√", "√", "●", "是"))
    who = (
        [("姓名", "1fr"), (rng.choice(s.ID_LABELS), "2.4fr")] if rng.random() < 0.8 else [("姓名", "1fr"), ("个人编号", "1.6fr")]
    )
    numbered = who[1][0] == "个人编号"
    tail = rng.choice(((), (("备注", "0.9fr"),), (("本单位参保年月", "1.3fr"),)))
    names_ = [("序号", "auto"), *who]
    bold = [m.styled(head, bold=True) for head, _ in (*names_, *tail)]
    top = [f"table.cell(rowspan: 2)[{b}]" for b in bold[: len(names_)]]
    top += [f"table.cell(colspan: {len(kinds)})[{m.styled(rng.choice(('参保险种', '参保情况', '险种')), bold=True)}]"]
    top += [f"table.cell(rowspan: 2)[{b}]" for b in bold[len(names_) :]] + [f"[{m.styled(kind, bold=True)}]" for kind in kinds]
    lines = []
    for k, p in enumerate(roll.people):
        cells = [str(k + 1), p.name, p.personal_no if numbered else p.shown_id, *[tick] * len(kinds)]
        cells += [p.since if head == "本单位参保年月" else "" for head, _ in tail]
        lines.append("".join(f"[{text(cell)}]," for cell in cells))
    widths = ", ".join([w for _, w in names_] + ["0.7fr"] * len(kinds) + [w for _, w in tail])
    table = (
        f"#block(width: 100%)[#set text(size: 9pt)\n#table(columns: ({widths}), align: center + horizon, stroke: 0.6pt, "
        f"inset: (x: 3pt, y: {roll.inset:.1f}pt),\ntable.header({', '.join(top)}),\n" + "\n".join(lines) + ")]"
    )
    heading = rng.choice(("参保职工花名册", "单位参保人员花名册", f"{roll.owner.city}社会保险参保人员情况表"))
    total = roll.headcount(*rng.choice((("参保总人数：", "人"), ("合计参保 ", " 人"), ("在册参保人数：", ""))))
    above = rng.random() < 0.4
    body = [
        roll.title(heading),
        m.gap(0.1),
        s.head_lines(rng, roll),
        total if above else "",
        table,
        "" if above else total,
        m.styled(f"说明：“{tick}”表示正常参保缴费。", 8.5),
        s.verification(rng, roll),
        s.stamped(rng, roll),
    ]
    roll.sheet.clear()  # a heading over two rows has no plain spreadsheet form
    return [s.paper(rng, body)]


def tax(rng: Random, roll: Roll) -> list[str]:
    """The tax bureau's proof of contributions: persons and amounts by insurance, no names."""
    owner = roll.owner
    roll.values["issuer"] = f"国家税务总局{owner.city}{owner.district}税务局"
    roll.assets["qr.png"] = ornaments.qr(roll.values["verification_code"])
    count, base = roll.say("headcount"), sum(rng.randint(3300, 9000) for _ in range(roll.values["headcount"]))
    names_ = ("企业职工基本养老保险费", "失业保险费", "工伤保险费")
    amounts = [round(base * rate, 2) for rate in (0.24, 0.01, 0.004)]
    when = roll.period(rng, ("%Y-%m", "%Y年%m月", "%Y%m"))
    heads = ("费种", "费款所属期", "缴费人数", "缴费基数", "实缴金额（元）")
    rows = [[m.styled(head, bold=True) for head in heads]]
    rows += [[text(k), when, count, text(f"{base:,.2f}"), text(f"{a:,.2f}")] for k, a in zip(names_, amounts, strict=True)]
    rows.append([text("合计"), "", "", "", text(f"{sum(amounts):,.2f}")])
    order = [0, 1, 2, 3, 4] if rng.random() < 0.6 else [1, 0, 2, 3, 4]
    rows = [[row[k] for k in order] for row in rows]
    widths = ["2fr", "2.2fr", "0.9fr", "1.3fr", "1.4fr"]
    label = rng.choice(("缴费单位", "缴费人名称", "纳税人名称"))
    unit = [[text(label), roll.say("organization")], [text("统一社会信用代码（纳税人识别号）"), roll.say("uscc")]]
    year = roll.values["period_to"][:4]
    no = f"（{year}）{rng.randint(10, 99)}社证{rng.randint(10**7, 10**8 - 1)}号"
    code = rng.choice(("验证码", "查询验证码", "校验码"))
    body = [
        roll.title(rng.choice(("社会保险费缴费证明", "社会保险费缴费证明", "社会保险费缴纳证明")), 19),
        m.right(m.styled(no, 9.5)),
        m.table(unit, ["5.8cm", "1fr"], ["left + horizon"] * 2, size=10, header=1, inset="(x: 4pt, y: 6pt)"),
        text("兹证明该缴费单位在下列期间已缴纳社会保险费，具体情况如下："),
        m.table(rows, [widths[k] for k in order], ["center + horizon"] * 5, size=9, inset="(x: 3pt, y: 6pt)"),
        text("本证明仅证明上述期间的缴费情况，不作为纳税人、缴费人资信的依据。"),
        m.gap(0.6),
        m.grid(
            "1fr, auto",
            m.picture("qr.png", 2.3) + "#linebreak()" + m.styled(f"{code}：", 8.5) + roll.say("verification_code", size=8.5),
            s.stamped(rng, roll, label=rng.choice(("", "税务机关："))),
        ),
    ]
    return [s.paper(rng, body, flow=False, margin="(x: 2.2cm, y: 2.2cm)")]


def months(rng: Random, roll: Roll) -> list[str]:
    """Persons down, months across: wage bases or ticks; persons at the foot of every month."""
    span = s.months(roll.values["period_from"], roll.values["period_to"])
    ticked = rng.random() < 0.5
    form = rng.choice(("%Y%m", "%Y.%m", "%Y-%m"))
    joined = [span[-1] if k % 9 == 8 else span[0] for k in range(len(roll.people))]
    heads = ["序号", "姓名", rng.choice(s.ID_LABELS), *(s.month_text(month, form) for month in span)]
    rows = [[m.styled(head, bold=True) for head in heads]]
    for k, (p, start) in enumerate(zip(roll.people, joined, strict=True)):
        cells = [("√" if ticked else str(p.base)) if month >= start else "—" for month in span]
        rows.append([text(cell) for cell in (str(k + 1), p.name, p.shown_id, *cells)])
    present = [sum(start <= month for start in joined) for month in span]
    if roll.values["headcount"] == len(roll.people):
        rows.append([text(""), text("人数"), text(""), *(text(str(c)) for c in present[:-1]), roll.say("headcount")])
    table = m.table(
        rows,
        ["auto", "1.1fr", "2.6fr", *["1fr"] * len(span)],
        ["center + horizon"] * len(heads),
        size=8.4,
        inset=f"(x: 2pt, y: {roll.inset:.1f}pt)",
    )
    period = text("统计期间：") + roll.period(rng, ("%Y年%m月", "%Y-%m", "%Y%m"))
    lead = [text(f"{a}：") + b for a, b in s.facts(rng, roll, period=False)]
    heading = rng.choice(("单位职工分月参保情况表", "参保职工月度缴费情况一览表", "社会保险分月缴费记录（单位）"))
    body = [
        m.centred(m.styled(heading, 16, bold=True, font=roll.fonts.title)),
        m.grid("1fr, 1fr", *lead, period, options="row-gutter: 0.25cm"),
        table,
        text(f"“{'√' if ticked else '数字'}”表示该月已缴费{'' if ticked else '（缴费基数，元）'}，“—”表示未参保。")
        if len(span) > 1
        else "",
        roll.headcount(f"截至{s.month_text(span[-1], '%Y年%c月')}在保人数 ", " 人"),
        s.stamped(rng, roll),
        s.verification(rng, roll),
    ]
    roll.sheet.clear()
    return [s.paper(rng, body, flipped=True)]


def totals(rng: Random, roll: Roll) -> list[str]:
    """A unit's certificate with totals by insurance only, a QR code and a code to check."""
    roll.assets["qr.png"] = ornaments.qr(roll.values["verification_code"])
    period = roll.values["period_to"]
    count = roll.say("headcount")
    kinds = rng.choice(
        (("养老保险", "工伤保险", "失业保险"), ("基本养老保险", "基本医疗保险", "工伤保险", "失业保险", "生育保险"))
    )
    across = rng.random() < 0.5
    if across:
        rows = [
            [text("险种"), *(text(k) for k in kinds)],
            [text("参保人数"), *[count] * len(kinds)],
            [text("欠费情况"), *[text("无")] * len(kinds)],
        ]
    else:
        rows = [[text(h) for h in ("参保险种", "参保状态", "当月缴费人数", "欠费月数")]]
        rows += [[text(k), text("参保缴费"), count, text("0")] for k in kinds]
    wide = len(rows[0])
    month = roll.period(rng, ("%Y年%m月", "%Y-%m"))
    stated = [
        [text("单位名称"), roll.say("organization"), text("单位类型"), text("企业")],
        [text("统一社会信用代码"), roll.say("uscc"), text("所属期"), month],
    ]
    body = [
        m.grid(
            "1fr, auto",
            m.styled(
                rng.choice(("参保单位社会保险权益记录单", "单位参保情况证明", "社会保险参保缴费情况证明（单位）")), 17, bold=True
            ),
            m.picture("qr.png", 2.0),
            options="align: horizon",
        ),
        m.styled("表单验证号码：", 9) + roll.say("verification_code", size=9),
        m.table(stated, ["3.4cm", "1.6fr", "2cm", "1fr"], ["left + horizon"] * 4, size=9.5, inset="(x: 4pt, y: 6pt)"),
        m.table(rows, ["1fr"] * wide, ["center + horizon"] * wide, size=10, inset="(x: 4pt, y: 7pt)"),
        m.styled(f"说明：以上为截至{dates.arabic(roll.printed)}系统记载的{s.month_text(period, '%Y年%c月')}数据。", 8.5),
        m.styled("请扫描二维码或登录网上服务大厅输入表单验证号码核验。", 8.5),
        m.gap(1.4),
        s.stamped(rng, roll, width=4.2),
    ]
    return [s.paper(rng, body, flow=False)]
