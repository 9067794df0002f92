"""Social-security papers that stay unseen while rules are written: page subtotals, months across, totals by insurance."""

from __future__ import annotations

from random import Random

from corpora.synth import dates, ornaments
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
