"""More social-security papers with names that stay unseen while rules are written."""

from __future__ import annotations

from random import Random

from corpora.synth import dates, ornaments
from corpora.synth import markup as m
from corpora.synth import social_sheet as s
from corpora.synth.engine import text
from corpora.synth.social_forms import paid
from corpora.synth.social_sheet import Person, Roll
from extractor.values.chinese import numeral

BREAK = "#linebreak()"


def in_words(number: int) -> str:
    """A number in capital Chinese numerals, as forms write sums: 86 → 捌拾陆."""
    return numeral(number, capitals=True)


def office(rng: Random, roll: Roll) -> None:
    """Let another kind of office issue the paper: district offices, human-resources bureaus, service centres."""
    owner = roll.owner
    roll.values["issuer"] = rng.choice(
        (
            f"{owner.city}人力资源和社会保障局",
            f"{owner.city}{owner.district}社会保险事业服务中心",
            f"{owner.city}社会保险经办服务中心",
            f"{owner.province}社会保险基金管理局{owner.city}分局",
            f"{owner.city}{owner.district}人力资源社会保障公共服务中心",
            f"{owner.city}职工社会保险征缴稽核处",
        )
    )


def checked(rng: Random, roll: Roll, width: float = 2.2) -> str:
    """A QR code with the code to check under it."""
    roll.assets["qr.png"] = ornaments.qr(roll.values["verification_code"])
    label = rng.choice(("防伪验证码", "核验码：", "证明编码 ", "授权码："))
    code = m.styled(label, 8) + roll.say("verification_code", size=8)
    return f'#stack(spacing: 5pt, image("qr.png", width: {width}cm), [{code}])'


def closing(rng: Random, roll: Roll, width: float = 3.8) -> str:
    """Seal, issuer and day, the issuer with a caption of its own."""
    label = rng.choice(("", "经办机构：", "出具单位（盖章）：")) if len(roll.values["issuer"]) < 15 else ""
    day = dates.chinese(roll.printed) if rng.random() < 0.3 else dates.arabic(roll.printed)
    seal = m.sealed(text(label) + roll.say("issuer"), "seal.png", width, over=rng.random() < 0.4)
    return m.seal_box(8.6, width + 0.2, seal, text(day))


def unlined(rows: list[list[str]], columns: list[str], align: list[str], **style: str | float) -> str:
    """A table without any heading row; ``style`` as of ``markup.table``."""
    table = m.table(rows, columns, align, header=0, **style)  # type: ignore[arg-type]
    return table.replace("table.header(),\n", "")


def _told(rng: Random, roll: Roll) -> str:
    """The sentence of ``letter``: unit, number and period."""
    number = int(roll.values["headcount"])
    unit = roll.say("organization", bold=rng.random() < 0.5) + text("（统一社会信用代码 ") + roll.say("uscc") + text("）")
    count = roll.say("headcount", rng.choice((str(number), in_words(number))))
    month = roll.period(rng, ("%Y年%m月", "%Y年%c月"))
    shape = rng.randrange(3)
    if shape == 0:
        paid_until = text(" 名职工办理了社会保险，费款缴至 ") + month
        return text("兹有") + unit + text("在我处为 ") + count + paid_until + text("，无欠缴。职工名单附后。")
    if shape == 1:
        tail = text("职工身份参加企业职工基本养老、失业、工伤保险，详见所附名单。")
        return text("经查，") + month + text(" 有 ") + count + text(" 名人员以") + unit + tail
    middle = text(" 实际缴纳社会保险费的职工为 ")
    return unit + text("：经核对系统数据，你单位 ") + month + middle + count + text(" 人，现将人员名单开列于后。")


def letter(rng: Random, roll: Roll) -> list[str]:
    """A letter that tells the number in a sentence; the names follow as an annex, several to a row."""
    office(rng, roll)
    across, numbered, shown = rng.choice((3, 4, 5)), rng.random() < 0.5, rng.random() < 0.6
    told = _told(rng, roll)
    cells = [
        (text(f"{k + 1}．") if numbered else "") + text(p.name) + (BREAK + m.styled(p.shown_id, 7.5) if shown else "")
        for k, p in enumerate(roll.people)
    ]
    cells += [""] * (-len(cells) % across)
    rows = [cells[k : k + across] for k in range(0, len(cells), across)]
    table = unlined(
        rows,
        ["1fr"] * across,
        ["center + horizon"] * across,
        ruled=rng.choice(("grid", "none")),
        size=9.5,
        inset=f"(x: 3pt, y: {roll.inset:.1f}pt)",
    )
    number = f"{rng.choice(('社险证', '参保证', '社证'))}〔{roll.printed.year}〕{rng.randint(100, 99999)}号"
    title = rng.choice(("参 保 证 明", "关于职工参加社会保险情况的证明", "社会保险参保凭证"))
    body = [
        m.centred(m.styled(title, 20, bold=True, font=roll.fonts.title)),
        m.right(m.styled(number, 9)),
        m.gap(0.3),
        f"#block[#set par(leading: 0.9em)\n#h(2em){told}]",
        m.gap(0.2),
        m.styled(rng.choice(("附：职工名单", "附件　参保人员", "人员名单如下：")), bold=True),
        table,
        m.gap(0.3),
        m.grid("1fr, auto", checked(rng, roll), closing(rng, roll), options="align: bottom"),
    ]
    roll.sheet.clear()
    return [s.paper(rng, body, margin="(x: 2.4cm, y: 2cm)")]


def _woman(person: Person) -> bool:
    """The last digit but one of a resident ID number tells."""
    return int(person.shown_id[-2]) % 2 == 0


KINDS = (("养老保险", 0.16, 0.08), ("失业保险", 0.005, 0.005), ("工伤保险", 0.004, 0.0), ("医疗保险", 0.08, 0.02))


def roster(rng: Random, roll: Roll) -> list[str]:
    """A wide roster: a heading of two rows, several insurances with the unit's and the person's part, sums at the foot."""
    office(rng, roll)
    kinds = KINDS[: rng.choice((2, 3, 4))]
    parts = [(kind, who, rate) for kind, unit, own in kinds for who, rate in (("单位", unit), ("个人", own)) if rate]
    base = rng.choice(("缴费工资", "申报工资", "核定基数"))
    fixed = ["序号", "姓名", "性别", rng.choice(("公民身份号码", "社保卡号/身份证号")), "参保年月", base]
    top = "".join(f"table.cell(rowspan: 2)[{m.styled(h, bold=True)}]," for h in fixed)
    for kind, *_ in kinds:
        top += f"table.cell(colspan: {sum(p[0] == kind for p in parts)})[{m.styled(kind, bold=True)}],"
    top += f"table.cell(rowspan: 2)[{m.styled('应缴合计', bold=True)}]," + "".join(f"[{text(who)}]," for _, who, _ in parts)
    lines = []
    for k, p in enumerate(roll.people):
        sums = [paid(p, rate) for *_, rate in parts]
        cells = [str(k + 1), p.name, "女" if _woman(p) else "男", p.shown_id, p.since.replace("-", ""), str(p.base)]
        lines.append("".join(f"[{text(c)}]," for c in (*cells, *(f"{v:.2f}" for v in (*sums, round(sum(sums), 2))))))
    totals = [round(sum(paid(p, rate) for p in roll.people), 2) for *_, rate in parts]
    words = rng.random() < 0.5
    count = roll.say("headcount", in_words(int(roll.values["headcount"])) if words else "")
    total = text(rng.choice(("合计 ", "总计：", "共 "))) + count + text(" 人")
    lines.append(
        f"table.cell(colspan: {len(fixed)})[{total}],"
        + "".join(f"[{text(f'{v:.2f}')}]," for v in (*totals, round(sum(totals), 2)))
    )
    widths = ", ".join(("auto", "1.3fr", "auto", "3.1fr", "1.2fr", "1.1fr", *["1.2fr"] * len(parts), "1.4fr"))
    table = (
        f"#block(width: 100%)[#set text(size: 8pt)\n#table(columns: ({widths}), align: center + horizon, stroke: 0.5pt, "
        f"inset: (x: 2pt, y: {roll.inset:.1f}pt),\ntable.header({top}),\n" + "\n".join(lines) + ")]"
    )
    unit = [
        text(rng.choice(("填报单位：", "用人单位：", "单位（全称）："))) + roll.say("organization"),
        text("统一社会信用代码：") + roll.say("uscc"),
        text(rng.choice(("结算年月：", "缴费所属月份：", "费款所属："))) + roll.period(rng),
    ]
    body = [
        m.centred(
            m.styled(
                rng.choice(("参保人员花名册", "社会保险费征收花名册（单位专用）", "职工社会保险缴费工资申报名册")),
                17,
                bold=True,
                font=roll.fonts.title,
            )
        ),
        m.grid("1fr, auto, auto", *unit, options="column-gutter: 0.5cm"),
        table,
        m.grid("1fr, 1fr, 1fr", text("单位负责人："), text("填表人："), text("单位：元")),
        m.grid("1fr, auto", checked(rng, roll, 1.9), closing(rng, roll, 3.6), options="align: horizon"),
    ]
    roll.sheet.clear()
    return [s.paper(rng, body, flipped=True, margin="(x: 1.5cm, y: 1.4cm)")]


def _printed(rng: Random, roll: Roll) -> str:
    """The list of ``printer``: columns without lines."""
    base = rng.choice(("月缴费工资", "缴费基数"))
    heads = ("序号", rng.choice(("个人代码", "职工代码")), "姓名", "身份证号", base, "单位缴", "个人缴")
    cells = "".join(f"[{text(head)}]," for head in heads)
    for k, p in enumerate(roll.people):
        row = (f"{k + 1:04d}", p.personal_no, p.name, p.shown_id, f"{p.base}.00", f"{paid(p, 0.16):.2f}", f"{paid(p, 0.08):.2f}")
        cells += "".join(f"[{text(cell)}]," for cell in row) + "\n"
    shade = rng.choice(("none", '(x, y) => if calc.rem(y, 4) > 1 { rgb("#e9f5ea") }'))
    return (
        "#block(width: 100%)[#set text(size: 8.8pt)\n#table(columns: (1fr, 2fr, 1.5fr, 3.2fr, 1.7fr, 1.5fr, 1.4fr), "
        f"stroke: none, fill: {shade}, align: (left, left, left, left, right, right, right), "
        f"inset: (x: 2pt, y: {roll.inset * 0.75:.1f}pt),\n{cells})]"
    )


def printer(rng: Random, roll: Roll) -> list[str]:
    """Endless paper of a line printer: spaced heading, rules of dashes, no lines, a total between stars."""
    office(rng, roll)
    month, mono = rng.choice(("%Y%m", "%Y.%m")), rng.random() < 0.7
    font = m.stack("Noto Sans Mono CJK SC", "Noto Sans CJK SC") if mono else roll.fonts.body
    rule = m.styled((rng.choice("-=") if mono else "-") * 100, 9)
    title = rng.choice(("单 位 职 工 缴 费 清 单", "企 业 参 保 职 工 名 册", "基 本 养 老 保 险 缴 费 人 员 打 印 单"))
    facts = [
        text("单位名称: ") + roll.say("organization"),
        text("信用代码: ") + roll.say("uscc"),
        text(rng.choice(("结算期: ", "打印月份: ", "应缴月份: "))) + roll.period(rng, (month,)),
        text(f"操作员: {rng.randint(1, 99):03d}   单位编码: {rng.randint(10**5, 10**7)}"),
    ]
    stars = rng.choice((("*** 总计人数: ", " ***"), ("** 人数合计 ", " 人 **"), ("== 本清单共打印 ", " 人 ==")))
    body = [
        f"#set text(font: {font})",
        m.centred(m.styled(title, 14, bold=rng.random() < 0.3)),
        m.grid("1.5fr, 1fr", *facts, options="row-gutter: 0.22cm, column-gutter: 0.4cm"),
        rule,
        _printed(rng, roll),
        rule,
        m.centred(roll.headcount(*stars)),
        text(f"打印日期: {roll.printed:%Y-%m-%d}    ") + text("查验码: ") + roll.say("verification_code"),
        m.right(closing(rng, roll, 3.7)),
    ]
    roll.sheet.clear()
    return [s.paper(rng, body, margin="(x: 1.9cm, y: 1.6cm)")]


CODES = (("110", "企业职工基本养老保险"), ("210", "失业保险"), ("310", "城镇职工基本医疗保险"), ("410", "工伤保险"))


def _coded(rng: Random, roll: Roll, joined: str) -> str:
    """The list of ``ticket``, in which everybody has the insurances ``joined``."""
    last = s.month_text(roll.values["period_to"], "%Y%m")
    spans = rng.random() < 0.6
    heads = ["姓名", rng.choice(("身份证件号码", "有效证件号")), "险种代码", "缴费时段" if spans else "起缴年月"]
    rows = [[m.styled(head, bold=True) for head in heads]]
    for p in roll.people:
        start = p.since.replace("-", "")
        rows.append([text(c) for c in (p.name, p.shown_id, joined, f"{start}-{last}" if spans else start)])
    order = rng.choice(((0, 1, 2, 3), (1, 0, 2, 3), (2, 0, 1, 3), (3, 0, 1, 2)))
    widths = ("1fr", "1.9fr", "1.5fr", "1.5fr")
    return m.table(
        [[row[k] for k in order] for row in rows],
        [widths[k] for k in order],
        ["center + horizon"] * 4,
        ruled=rng.choice(("horizontal", "three", "grid")),
        inset=f"(x: 3pt, y: {roll.inset:.1f}pt)",
    )


def ticket(rng: Random, roll: Roll) -> list[str]:
    """A proof with a bar code on top; insurances stand in the list as codes that a legend explains."""
    office(rng, roll)
    roll.assets["bars.png"] = ornaments.bars(roll.values["verification_code"])
    codes = [CODES[k] for k in rng.choice(((0, 1, 3), (0, 1, 2, 3), (0, 3)))]
    facts = [
        [text(rng.choice(("用人单位", "参保主体", "单位"))), roll.say("organization")],
        [text(rng.choice(("社会信用代码", "统一代码"))), roll.say("uscc")],
        [text(rng.choice(("证明时段", "数据时段", "统计月份"))), roll.period(rng, ("%Y%m", "%Y年%m月"))],
        [text(rng.choice(("在参人数", "现参保职工数", "有效参保人数"))), roll.say("headcount")],
    ]
    facts = facts if rng.random() < 0.6 else [facts[3], *facts[:3]]
    ruled = rng.choice(("none", "horizontal"))
    legend = "险种代码：" + "；".join(f"{code} {name}" for code, name in codes) + "。"
    code = m.styled("证明编号 ", 8) + roll.say("verification_code", size=8)
    title = f"{roll.owner.province}社会保险" + rng.choice(("单位参保凭单", "缴费凭证（单位）", "参保情况打印单"))
    body = [
        f'#align(right)[#stack(spacing: 4pt, image("bars.png", width: 5.6cm), [{code}])]',
        m.centred(m.styled(title, 17, bold=True)),
        unlined(facts, ["3.6cm", "1fr"], ["left + horizon"] * 2, ruled=ruled, size=10, inset="(x: 4pt, y: 5pt)"),
        _coded(rng, roll, " ".join(code for code, _ in codes)),
        m.styled(legend, 8),
        m.styled("本凭单由参保单位自助打印，盖章与否不影响效力；信息以经办机构数据库为准。", 8),
        m.right(closing(rng, roll)),
    ]
    roll.sheet.clear()
    return [s.paper(rng, body)]
