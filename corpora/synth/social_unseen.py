"""Social-security papers that stay unseen while rules are written."""

from __future__ import annotations

from random import Random

from corpora.synth import dates
from corpora.synth import markup as m
from corpora.synth import social_sheet as s
from corpora.synth.engine import text
from corpora.synth.social_forms import paid
from corpora.synth.social_sheet import Column, Roll


def paged(rng: Random, roll: Roll) -> list[str]:
    """Landscape pages, each with its own head, a subtotal and 第x页/共y页; the total on the last."""
    n = len(roll.people)
    per = rng.randint(17, 23)
    count = -(-n // per)
    month = s.month_text(roll.values["period_to"], "%Y%m")
    columns = [
        s.serial(),
        s.number_column(rng),
        s.name_column(),
        s.id_column(rng),
        Column("缴费年月", "1fr", "center", lambda k, p: month),
        Column("基数", "1fr", "right", lambda k, p: float(p.base)),
        Column("单位应缴", "1fr", "right", lambda k, p: paid(p, 0.16)),
        Column("个人应缴", "1fr", "right", lambda k, p: paid(p, 0.08)),
        Column("到账情况", "1fr", "center", lambda k, p: "已到账"),
    ]
    if rng.random() < 0.4:
        columns[1:4] = [columns[3], columns[2]]
    heading = rng.choice(("职工基本养老保险缴费名册", "单位缴费人员清册", "企业职工社会保险缴费核定名册"))
    heads = [m.styled(c.head, bold=True) for c in columns]
    unit = s.facts(rng, roll)
    pages = []
    for at in range(count):
        first, last = at * per, min(n, (at + 1) * per)
        rows = [heads] + [[s.shown(c.cell(k, roll.people[k])) for c in columns] for k in range(first, last)]
        part = roll.people[first:last]
        sums = {"单位应缴": sum(paid(p, 0.16) for p in part), "个人应缴": sum(paid(p, 0.08) for p in part)}
        rows.append([text(f"{sums[c.head]:.2f}" if c.head in sums else "小计" if k == 0 else "") for k, c in enumerate(columns)])
        table = m.table(
            rows,
            [c.width for c in columns],
            [f"{c.align} + horizon" for c in columns],
            size=9,
            inset=f"(x: 3pt, y: {min(roll.inset, 4.4):.1f}pt)",
        )
        body = [
            m.grid(
                "1fr, auto, 1fr",
                "",
                m.styled(heading, 15, bold=True, font=roll.fonts.title),
                m.right(text(f"第{at + 1}页/共{count}页")),
            ),
            m.grid("auto, auto, auto", *(text(f"{a}：") + b for a, b in unit[:3]), options="column-gutter: 0.7cm"),
            table,
            text(f"本页小计：{last - first}人"),
        ]
        if at == count - 1:
            body += [roll.headcount("总计：", "人"), s.verification(rng, roll), s.stamped(rng, roll, width=3.6)]
        pages.append(m.page("\n\n".join(body), margin="(x: 1.6cm, y: 1.4cm)", flipped=True))
    roll.sheet.clear()
    return pages


def record(rng: Random, roll: Roll) -> list[str]:
    """A provincial record of rights: a box with persons by insurance, then everybody with months from to and their number."""
    owner, values = roll.owner, roll.values
    span = s.months(values["period_from"], values["period_to"])
    first, last = (s.month_text(month, "%Y%m") for month in (span[0], span[-1]))
    kinds = rng.choice((("养老保险", "工伤保险", "失业保险"), ("企业养老保险", "失业保险", "工伤保险")))
    count = roll.say("headcount")
    asked = rng.choice(("查询时间", "权益区间", "查询区间"))
    box = [
        [text("参保单位全称"), roll.say("organization"), text("现参保地"), text(rng.choice((owner.city, owner.district)))],
        [text("统一社会信用代码"), roll.say("uscc"), text(asked), _span(rng, roll, first, last)],
    ]
    totals = [
        [text(rng.choice(("单位参保险种", "参保险种"))), *(text(kind) for kind in kinds)],
        [text(rng.choice(("缴费总人数", "参保缴费人数"))), *[count] * len(kinds)],
    ]
    columns = [
        s.serial(),
        s.name_column(),
        Column(rng.choice(("公民身份号码（社会保障号）", "社会保障号码")), "2fr", "center", lambda k, p: p.shown_id),
        Column("缴费起止年月", "1.5fr", "center", lambda k, p: f"{first}-{last}" if first != last else f"{last}-{last}"),
        Column("缴费月数", "0.8fr", "center", lambda k, p: len(span)),
    ]
    if rng.random() < 0.3:
        columns[1:3] = columns[2:0:-1]
    inset = "(x: 4pt, y: 5pt)"
    body = [
        roll.title(f"{owner.province}社会保险权益记录单", 18),
        m.centred(m.styled(rng.choice(("（单位参保）", "（参保单位）")), 13)),
        m.styled("请使用官方手机客户端扫描验证", 8) if rng.random() < 0.4 else "",
        m.table(
            box, ["3.4cm", "1.6fr", "2.2cm", "1fr"], ["center + horizon", "left + horizon"] * 2, size=9.5, header=0, inset=inset
        ),
        m.gap(-0.3),
        m.table(totals, ["3.4cm", "1fr", "1fr", "1fr"], ["center + horizon"] * 4, size=9.5, header=0, inset=inset),
        m.gap(0.1),
        s.listing(rng, roll, columns, ruled="grid", size=9.5),
        *(m.styled(note, 8) for note in RECORD_NOTES),
        m.grid("1fr, auto", s.verification(rng, roll), s.stamped(rng, roll)),
    ]
    roll.sheet.clear()
    return [s.paper(rng, body)]


RECORD_NOTES = (
    "说明：1.本权益单涉及单位及参保职工个人信息，单位应妥善保管。",
    "　　　2.本权益单为打印时参保情况。",
    "　　　3.本权益单已加盖电子印章，不再加盖鲜章，可在官方网站验证真伪。",
)


def _span(rng: Random, roll: Roll, first: str, last: str) -> str:
    """Both ends of the period, even of a single month."""
    return roll.say("period_from", first) + text(rng.choice(("-", "至", "—"))) + roll.say("period_to", last)


def portal(rng: Random, roll: Roll) -> list[str]:
    """A page of an online hall printed from the browser: a card of the unit, a striped table, records counted below."""
    owner = roll.owner
    form = rng.choice(("%Y-%m", "%Y%m", "%Y年%m月"))
    shade, band = rng.choice((("#2f6fb2", "#eef4fb"), ("#3a7d5c", "#eef6f1"), ("#55606e", "#f2f3f5"), ("#b5442e", "#fbf1ee")))
    kinds = rng.choice((("养老", "工伤", "失业"), ("企业养老", "失业", "工伤", "医疗")))
    said = rng.choice(("参保缴费", "正常参保", "已参保"))
    heads = [rng.choice(("证件号码", "社会保障号码")), "姓名", "证件类型", *kinds, "本期缴费基数"]
    widths = ["2.3fr", "1fr", "1.3fr", *["1.1fr"] * len(kinds), "1.2fr"]
    order = list(range(len(heads)))
    if rng.random() < 0.5:  # the wage base before the insurances
        order = [0, 1, 2, len(heads) - 1, *range(3, len(heads) - 1)]
    if rng.random() < 0.4:
        order[0], order[2] = order[2], order[0]
    cells = "".join(f"[{m.styled(heads[k], bold=True, fill='#ffffff')}]," for k in order)
    cells = f"table.header({cells}),\n" if rng.random() < 0.5 else cells  # some browsers repeat it on every page
    for p in roll.people:
        row = [p.shown_id, p.name, "居民身份证", *[said] * len(kinds), f"{p.base:,}.00"]
        cells += "".join(f"[{text(row[k])}]," for k in order) + "\n"
    table = (
        f"#block(width: 100%)[#set text(size: {rng.uniform(7.8, 8.6):.1f}pt)\n#set par(leading: 0.35em)\n"
        f"#table(columns: ({', '.join(widths[k] for k in order)},), align: center + horizon, stroke: none, "
        f"inset: (x: 3pt, y: {roll.inset + 0.6:.1f}pt), "
        f'fill: (x, y) => if y == 0 {{ rgb("{shade}") }} else if calc.even(y) {{ rgb("{band}") }},\n{cells})]'
    )
    card = [
        text("单位名称　") + roll.say("organization", bold=True),
        text("统一社会信用代码　") + roll.say("uscc"),
        text("查询年月　") + roll.period(rng, (form,)),
        text("经办机构　") + roll.say("issuer"),
    ]
    grid = m.grid("1.25fr, 1fr", *card, options="row-gutter: 0.28cm, column-gutter: 0.4cm")
    day = dates.arabic(roll.printed)
    before, after = rng.choice((("共 ", " 条记录"), ("共查询到 ", " 人"), ("合计 ", " 人")))
    heading = rng.choice(("单位参保人员查询", "单位在保人员信息查询", "单位职工参保缴费信息"))
    hall = f"{owner.province}人力资源和社会保障网上服务大厅"
    seal = m.picture("seal.png", 3.6)
    body = [
        f"#text(size: 8pt)[{m.grid('1fr, auto', text(day), text(hall))}]",
        f'#block(width: 100%, inset: (y: 4pt), stroke: (bottom: 1.5pt + rgb("{shade}")))[{m.styled(heading, 14, bold=True)}]',
        f'#block(width: 100%, fill: rgb("{band}"), inset: 8pt, radius: 3pt)[#text(size: 9pt)[{grid}]]',
        table,
        m.right(roll.headcount(before, after)),
        m.grid(
            "1fr, auto",
            s.verification(rng, roll) + "#linebreak()" + m.styled("本页由网上服务大厅生成，与窗口打印具有同等效力。", 8),
            seal,
        ),
    ]
    roll.sheet.clear()  # printed from a screen, not exported
    return [s.paper(rng, body)]
