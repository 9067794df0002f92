"""More social-security papers without names that stay unseen: months of a unit, assessments, boards of figures."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from corpora.synth import dates
from corpora.synth import markup as m
from corpora.synth import social_sheet as s
from corpora.synth.engine import text
from corpora.synth.social_sheet import Roll
from corpora.synth.social_unseen_more import BREAK, checked, closing, in_words, office, unlined
from extractor.values.money import format_chinese_amount

RATES = (0.16, 0.08, 0.005, 0.005, 0.004)
"""Of the wages: pension (unit, person), unemployment (unit, person), injury."""


def _account(rng: Random, roll: Roll, span: list[str], form: str) -> str:
    """The table of ``ledger``: a heading of two rows, a row for each month, sums."""

    def over(head: str, size: str) -> str:
        return f"table.cell({size})[{m.styled(head, bold=True)}],"

    counts, wage = [int(roll.values["headcount"])], rng.randint(38, 92) * 100
    for _ in span[1:]:
        counts.insert(0, max(3, counts[0] + rng.choice((-3, -1, 0, 0, 1, 2))))
    top = over("费款所属年月", "rowspan: 2") + over(rng.choice(("缴费人数", "人数", "参保人数")), "rowspan: 2")
    top += over("养老保险费", "colspan: 2") + over("失业保险费", "colspan: 2") + over("工伤", "colspan: 1")
    top += over("到账日期", "rowspan: 2") + "".join(f"[{text(head)}]," for head in ("单位", "个人", "单位", "个人", "单位"))
    rows, sums = [], [0.0] * len(RATES)
    for month, count in zip(span, counts, strict=True):
        amounts = [round(count * wage * rate, 2) for rate in RATES]
        sums = [a + b for a, b in zip(sums, amounts, strict=True)]
        shown = roll.say("headcount") if month == span[-1] else text(str(count))
        cells = [text(s.month_text(month, form)), shown, *(text(f"{v:,.2f}") for v in amounts)]
        rows.append("".join(f"[{cell}]," for cell in (*cells, text(f"{month}-{rng.randint(8, 25):02d}"))))
    if rng.random() < 0.5:
        rows.reverse()
    rows.append(f"[{text('小计')}],[{text('—')}]," + "".join(f"[{text(f'{v:,.2f}')}]," for v in sums) + "[],")
    return (
        "#block(width: 100%)[#set text(size: 8.6pt)\n#table(columns: (1.3fr, 0.9fr, 1.3fr, 1.3fr, 1.1fr, 1.1fr, 1.1fr, 1.2fr), "
        f"align: center + horizon, stroke: 0.5pt, inset: (x: 2pt, y: 6pt),\ntable.header({top}),\n" + "\n".join(rows) + ")]"
    )


def ledger(rng: Random, roll: Roll) -> list[str]:
    """The unit's account, a row for each month with persons and amounts; the last month's number in words below."""
    office(rng, roll)
    span = s.months(roll.values["period_from"], roll.values["period_to"])
    form = rng.choice(("%Y%m", "%Y-%m", "%Y.%m"))
    asked = text(rng.choice(("查询起止：", "对账区间：", "账期："))) + roll.say("period_from", s.month_text(span[0], form))
    asked += text(rng.choice((" 至 ", " - ", "～"))) + roll.say("period_to", s.month_text(span[-1], form))
    said = text(rng.choice(("期末在册参保职工（大写）：", "最近一个月实缴人数：")))
    facts = [
        text(rng.choice(("户名：", "对账单位："))) + roll.say("organization"),
        text("信用代码：") + roll.say("uscc"),
        asked,
        text(f"单位账号：{rng.randint(10**8, 10**9)}"),
    ]
    title = rng.choice(("单位社会保险缴费对账单", "参保单位缴费历史台账", "单位历月缴费情况查询结果"))
    body = [
        m.centred(m.styled(title, 17, bold=True, font=roll.fonts.title)),
        m.grid("1fr, auto", *facts, options="row-gutter: 0.25cm, column-gutter: 0.4cm"),
        _account(rng, roll, span, form),
        said + roll.say("headcount", in_words(int(roll.values["headcount"]))) + text("人"),
        m.gap(0.5),
        m.grid("1fr, auto", checked(rng, roll), closing(rng, roll), options="align: horizon"),
    ]
    return [s.paper(rng, body, flow=False, flipped=rng.random() < 0.4)]


KINDS = (("企业职工基本养老保险", 0.16, 0.08), ("失业保险", 0.005, 0.005), ("工伤保险", 0.004, 0.0))


def _changes(rng: Random, roll: Roll) -> tuple[str, str]:
    """The tables of ``assessed``: persons before, added, removed and now with amounts; the sum in words and figures."""
    now, wage = int(roll.values["headcount"]), rng.randint(38, 92) * 100
    added = rng.randint(0, min(6, now - 1))
    removed = rng.randint(0, 5)
    before = now - added + removed
    last = rng.choice(("本月应缴人数", "核定人数", "期末"))
    heads = ("征收项目", rng.choice(("上月人数", "期初")), "增加", "减少", last, "基数总额", "单位应缴", "个人应缴")
    rows = [[m.styled(head, bold=True) for head in heads]]
    total = Decimal(0)
    for kind, unit, own in KINDS:
        amounts = [round(now * wage * rate, 2) for rate in (1, unit, own)]
        total += sum(Decimal(f"{v:.2f}") for v in amounts[1:])
        shown = [text(kind), text(str(before)), text(str(added)), text(str(removed)), roll.say("headcount")]
        rows.append([*shown, *(text(f"{v:.2f}" if v else "—") for v in amounts)])
    widths = ["2.1fr", "0.8fr", "0.6fr", "0.6fr", "1fr", "1.5fr", "1.4fr", "1.4fr"]
    table = m.table(rows, widths, ["center + horizon"] * 8, size=8.8, inset="(x: 2pt, y: 7pt)")
    sums = [[text("金额合计（大写）"), text(format_chinese_amount(total))], [text("（小写）"), text(f"￥{total:,.2f}")]]
    return table, unlined(sums, ["3.4cm", "1fr"], ["left + horizon"] * 2, size=10, inset="(x: 4pt, y: 6pt)")


def assessed(rng: Random, roll: Roll) -> list[str]:
    """The notice of an assessment: persons before, added, removed and now; amounts by insurance, the sum in words."""
    office(rng, roll)
    unit = [
        [text(rng.choice(("被核定单位", "缴费义务人", "单位全称"))), roll.say("organization")],
        [text("社会信用代码"), roll.say("uscc")],
        [text(rng.choice(("核定所属期", "征收期", "申报月份"))), roll.period(rng)],
    ]
    title = rng.choice(("社会保险费核定通知单", "社会保险费征收专用核定表", "社会保险费申报核定单（单位留存联）"))
    number = m.styled(f"№ {roll.printed.year}{rng.randint(10**6, 10**7)}", 10, fill="#b03030")
    table, sums = _changes(rng, roll)
    body = [
        m.centred(m.styled(title, 17, bold=True, font=roll.fonts.title)),
        m.right(number),
        unlined(unit, ["3.4cm", "1fr"], ["left + horizon"] * 2, size=10, inset="(x: 4pt, y: 6pt)"),
        m.gap(-0.35),
        table,
        m.gap(-0.35),
        sums,
        m.styled("请于通知之日起十五日内缴纳。逾期按日加收滞纳金。", 9),
        m.gap(0.3),
        m.grid("1fr, auto", checked(rng, roll), closing(rng, roll), options="align: horizon"),
    ]
    return [s.paper(rng, body, flow=False, flipped=rng.random() < 0.6, margin="(x: 2cm, y: 1.8cm)")]


GREY = "#777777"


def _figures(rng: Random, roll: Roll) -> str:
    """The big figures of ``board`` with small captions below."""

    def tile(value: str, caption: str) -> str:
        inner = f"#align(center + horizon)[{value}{BREAK}{m.styled(caption, 8.5, fill=GREY)}]"
        return f'#block(width: 100%, height: 100%, stroke: 0.5pt + rgb("#cccccc"), radius: 4pt, inset: 6pt)[{inner}]'

    month = roll.period(rng, (rng.choice(("%Y年%m月", "%Y-%m")),))
    count = roll.say("headcount", size=20, bold=True)
    tiles = [
        tile(count, rng.choice(("在保职工（人）", "本期参保职工数", "在职参保（人）"))),
        tile(m.styled(str(rng.randint(0, 4)), 20, bold=True), rng.choice(("本期新增（人）", "退休人员（人）"))),
        tile(f"#text(size: 10.5pt)[{month}]", rng.choice(("数据月份", "统计月份"))),
    ]
    if rng.random() < 0.5:
        tiles = [tiles[2], *tiles[:2]]
    return m.grid("1fr, 1fr, 1fr", *tiles, options="column-gutter: 0.3cm, rows: 1.9cm")


def board(rng: Random, roll: Roll) -> list[str]:
    """A portal's board of the unit: big figures with small captions below, then the state of each insurance in words."""
    office(rng, roll)
    shade = rng.choice(("#1e66b4", "#c0392b", "#16796f", "#6a4c93"))
    wages = int(roll.values["headcount"]) * rng.randint(38, 92) * 100
    state = rng.choice(("正常缴费，无欠费记录", "参保缴费状态正常", "已足额到账"))
    lines = [
        f'#text(fill: rgb("{shade}"))[{text("●")}]' + text(f" {kind}：{state}，费款 {wages * (unit + own):,.2f} 元")
        for kind, unit, own in KINDS
    ]
    facts = [
        roll.say("organization", size=14, bold=True),
        m.styled(rng.choice(("社会信用代码　", "统一代码 ")), 9, fill=GREY) + roll.say("uscc", size=9.5),
        m.styled(rng.choice(("参保地经办机构　", "属地经办：")), 9, fill=GREY) + roll.say("issuer", size=9.5),
    ]
    until = dates.arabic(dates.plus_years(roll.printed, 1))
    made = f"{roll.printed:%Y-%m-%d} {rng.randint(8, 17):02d}:{rng.randint(0, 59):02d}"
    hall = m.styled(f"{roll.owner.province}政务服务网 · 社会保险", 10, fill="#ffffff")
    body = [
        f'#block(width: 100%, fill: rgb("{shade}"), inset: 9pt)[{hall}]',
        m.styled(rng.choice(("单位参保证明", "单位社保概况", "我的单位 / 参保概览")), 17, bold=True),
        m.grid("1fr, 4.8cm", BREAK.join(facts), checked(rng, roll, 2.4), options="align: horizon"),
        _figures(rng, roll),
        m.gap(0.2),
        *lines,
        m.gap(0.3),
        m.styled(f"生成时间 {made}。本页可凭编码在线核对，{until}前有效。", 8.5, fill=GREY),
        m.right(m.picture("seal.png", 3.7)),
    ]
    return [s.paper(rng, body, flow=False, margin="(x: 1.9cm, y: 1.6cm)")]
