"""The common social-security papers: list of persons, payments of a month, certificate of the total."""

from __future__ import annotations

from random import Random

from corpora.synth import markup as m
from corpora.synth import social_sheet as s
from corpora.synth.engine import text
from corpora.synth.social_sheet import Column, Person, Roll


def _total(rng: Random, roll: Roll) -> str:
    before, after = rng.choice((("参保人数：", "人"), ("合计：", "人"), ("本页打印的参保总人数：", " 人"), ("参保人数合计 ", "")))
    return roll.headcount(before, after)


def _listed(rng: Random, roll: Roll, title: str, columns: list[Column], flipped: bool) -> list[str]:
    above = rng.random() < 0.5
    body = [roll.title(title), m.gap(0.2), s.head_lines(rng, roll)]
    total = _total(rng, roll) if above else ""
    table = s.listing(rng, roll, columns)
    tail = [total or _total(rng, roll)]
    body += [*tail, table] if above else [table, *tail]
    body += [m.gap(0.6) + "\n" + s.stamped(rng, roll), s.verification(rng, roll)]
    return [s.paper(rng, body, flipped=flipped)]


def members(rng: Random, roll: Roll) -> list[str]:
    """The list of insured persons, each with insurances and the first month."""
    insured = rng.choice((["养老保险", "失业保险", "工伤保险"], ["参保险种"], ["参保状态"]))
    since = rng.choice(("参保起始时间", "本单位参保时间"))
    said = "企业养老、工伤、失业" if insured[0] == "参保险种" else rng.choice(("√", "参保缴费", "正常"))
    columns = [
        s.serial(),
        s.name_column(),
        s.id_column(rng),
        *(Column(kind, "1fr", "center", lambda k, p: said) for kind in insured),
        Column(since, "1fr", "center", lambda k, p: p.since.replace("-", "")),
        Column("备注", "1fr", "center", lambda k, p: ""),
    ]
    own = f"{roll.owner.city}社会保险单位参保证明"
    title = rng.choice(("单位参保人员名单", "社会保险参保人员名册", own, "参保单位职工花名册"))
    return _listed(rng, roll, title, columns, False)


RATES = (("养老保险（单位）", 0.16), ("养老保险（个人）", 0.08), ("失业保险", 0.01), ("工伤保险", 0.004))


def paid(person: Person, rate: float) -> float:
    """The contribution of a month in yuan, to the fen."""
    return round(person.base * rate, 2)


def payments(rng: Random, roll: Roll) -> list[str]:
    """The payments of one month, each insurance in a column of its own; landscape."""
    month = s.month_text(roll.values["period_to"], rng.choice(("%Y%m", "%Y-%m", "%Y年%m月", "%Y.%m")))

    def part(label: str, rate: float) -> Column:
        return Column(label, "1fr", "right", lambda k, p: paid(p, rate))

    columns = [
        s.serial(),
        s.name_column(),
        s.id_column(rng),
        Column("缴费月份", "1fr", "right", lambda k, p: month),
        Column("缴费基数", "1fr", "right", lambda k, p: p.base),
        *(part(label, rate) for label, rate in RATES),
        Column("合计", "1fr", "right", lambda k, p: round(sum(paid(p, rate) for _, rate in RATES), 2)),
    ]
    title = rng.choice(("社会保险费缴费明细", "单位职工社会保险缴费明细表", "社会保险个人缴费明细表（单位）"))
    return _listed(rng, roll, title, columns, True)


def certificate(rng: Random, roll: Roll) -> list[str]:
    """A letter that certifies the number of insured persons, often with a small table by insurance."""
    month = roll.values["period_to"]
    heading = rng.choice(("社会保险单位参保证明", f"{roll.owner.province}社会保险参保证明（单位专用）", "单位参保缴费证明"))
    head = [roll.title(heading), m.gap(0.2), s.head_lines(rng, roll)]
    count = roll.say("headcount")
    if rng.random() < 0.5:
        words = (
            text("兹证明 ")
            + roll.say("organization")
            + text("（统一社会信用代码：")
            + roll.say("uscc")
            + text("）已在我中心办理社会保险登记，截至")
            + roll.say("period_to", s.month_text(month, "%Y年%c月"))
            + text("，该单位参加基本养老保险人数为 ")
            + count
            + text(" 人，参加工伤保险人数为 ")
            + count
            + text(" 人。特此证明。")
        )
    else:
        words = (
            roll.say("organization")
            + text("，统一社会信用代码")
            + roll.say("uscc")
            + text("，")
            + roll.say("period_to", s.month_text(month, "%Y年%m月"))
            + text("参保缴费人数")
            + count
            + text("人，无欠费。")
        )
    rows = [[m.centred(text(h)) for h in ("险种", "参保人数", "缴费状态")]] + [
        [m.centred(text(kind)), m.centred(count), m.centred(text("正常缴费"))] for kind in ("养老保险", "失业保险", "工伤保险")
    ]
    table = m.table(rows, ["1fr", "1fr", "1fr"], ["center"] * 3, size=10.5) if rng.random() < 0.6 else ""
    body = [*head, m.gap(0.5), f"#h(2em){words}", m.gap(0.3), table, m.gap(1.2), s.stamped(rng, roll, width=4.2)]
    return [s.paper(rng, [*body, s.verification(rng, roll, 9)], flow=False)]
