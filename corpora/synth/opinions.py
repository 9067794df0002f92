"""The auditor's opinion pages: wordings after 中国注册会计师审计准则第1501号 and 第1502号."""

from __future__ import annotations

import string
from datetime import date
from random import Random
from typing import Any

from corpora.synth import dates, statement_unseen
from corpora.synth import markup as m
from corpora.synth.engine import text
from corpora.synth.statement_marks import bold, marked, sized

Sections = list[tuple[str, list[str]]]
"""(title, paragraphs) of a report, in order."""

BASIS = (
    "我们按照中国注册会计师审计准则的规定执行了审计工作。审计报告的“注册会计师对财务报表审计的责任”部分进一步阐述了我们在这些准则下的责任。"
    "按照中国注册会计师职业道德守则，我们独立于{short}，并履行了职业道德方面的其他责任。我们相信，我们获取的审计证据是充分、适当的，为发表{kind}提供了基础。"
)
MANAGEMENT = (
    "{short}管理层（以下简称管理层）负责按照{rule}的规定编制财务报表，使其实现公允反映，并设计、执行和维护必要的内部控制，以使财务报表不存在由于舞弊或错误导致的重大错报。",
    "在编制财务报表时，管理层负责评估{short}的持续经营能力，披露与持续经营相关的事项（如适用），并运用持续经营假设，除非管理层计划进行清算、终止运营或别无其他现实的选择。",
)
DUTY = (
    "我们的目标是对财务报表整体是否不存在由于舞弊或错误导致的重大错报获取合理保证，并出具包含审计意见的审计报告。合理保证是高水平的保证，但并不能保证按照审计准则执行的审计在某一重大错报存在时总能发现。",
    "在按照审计准则执行审计工作的过程中，我们运用职业判断，并保持职业怀疑。同时，我们也执行以下工作：（1）识别和评估由于舞弊或错误导致的财务报表重大错报风险；（2）了解与审计相关的内部控制；（3）评价管理层选用会计政策的恰当性和作出会计估计及相关披露的合理性。",
)
HEADS = {
    "unqualified": ("审计意见", "形成审计意见的基础"),
    "qualified": ("保留意见", "形成保留意见的基础"),
    "adverse": ("否定意见", "形成否定意见的基础"),
    "disclaimer": ("无法表示意见", "形成无法表示意见的基础"),
}
FLAWS = (
    "{short}存放于异地仓库的存货账面价值{amount}万元，我们未能实施监盘，也无法通过其他审计程序就其数量和状况获取充分、适当的审计证据。",
    "{short}对部分长期未收回的应收账款{amount}万元未计提坏账准备，我们未能取得债务人的回函。",
)


def _opinion(kind: str, entity: str, short: str, year: int, sheets: str, rule: str) -> list[str]:
    audited = (
        f"我们审计了{entity}（以下简称“{short}”）财务报表，包括{year}年12月31日的{sheets}资产负债表，"
        f"{year}年度的{sheets}利润表、{sheets}现金流量表、{sheets}所有者权益变动表以及相关财务报表附注。"
    )
    fair = f"在所有重大方面按照{rule}的规定编制，公允反映了{short}{year}年12月31日的财务状况以及{year}年度的经营成果和现金流量。"
    if kind == "disclaimer":
        return [
            audited.replace("我们审计了", "我们接受委托，审计"),
            f"我们不对后附的{short}财务报表发表审计意见。由于“形成无法表示意见的基础”部分所述事项的重要性，我们无法获取充分、适当的审计证据以作为对财务报表发表审计意见的基础。",
        ]
    if kind == "adverse":
        return [
            audited,
            f"我们认为，由于“形成否定意见的基础”部分所述事项的重要性，后附的财务报表没有在所有重大方面按照{rule}的规定编制，未能公允反映{short}{year}年12月31日的财务状况以及{year}年度的经营成果和现金流量。",
        ]
    if kind == "qualified":
        return [
            audited,
            f"我们认为，除“形成保留意见的基础”部分所述事项可能产生的影响外，后附的财务报表{fair}",
        ]
    return [audited, f"我们认为，后附的财务报表{fair}"]


_LEGACY_KINDS = ("unqualified", "qualified")


def choose_form(rng: Random, forms: tuple[str, ...], kind: str) -> str:
    """One of the ``forms`` of the opinion page; the old wording exists for two kinds of opinion only."""
    return rng.choice([f for f in forms if f != "legacy" or kind in _LEGACY_KINDS])


def report_code(rng: Random, city: str) -> str:
    """An invented code of the unified platform for audit reports: 京26ABCDEFGH."""
    place = {"北京": "京", "上海": "沪", "福州": "闽", "厦门": "闽"}.get(city[:2], rng.choice("浙苏粤鲁皖"))
    return f"{place}{rng.randint(22, 26)}" + "".join(rng.choices(string.ascii_uppercase + string.digits, k=8))


def pages(rng: Random, fields: dict[str, Any], *, small: bool, form: str) -> list[str]:
    """The opinion page of the report that ``fields`` label, in one of the forms: signed, sealed and dated."""
    entity, year = str(fields["entity"]), int(fields["fiscal_year"])
    title = rng.choice(("审计报告", "审 计 报 告", "审　计　报　告"))
    who = rng.choice((f"{entity}全体股东：", f"{entity}董事会：", f"{entity}："))
    sections = _sections(rng, fields, "小企业会计准则" if small else "企业会计准则", form)
    spacing = rng.uniform(0.75, 1.0)
    body = [
        f"#set par(justify: true, leading: {spacing:.2f}em, spacing: {spacing + 0.1:.2f}em)",
        f"#set text(size: {rng.uniform(10, 11.2):.1f}pt)",
        *_top(rng, fields, form, title),
        bold(marked(who, entity=entity)),
    ]
    numbering = {"plain": "", "run_in": "", "centred": "（{}）", "headline": "{}. "}.get(form, "{}、")
    for k, (name, paragraphs) in enumerate(sections):
        shown = numbering.format("一二三四五六"[k] if form != "headline" else k + 1) + name
        texts = [marked(p, year, entity=entity) for p in paragraphs]
        if form == "run_in":
            body.append(f"#h(2em){bold(text(shown + '：'))}" + "#parbreak()#h(2em)".join(texts))
            continue
        indent = "" if form == "plain" else "#h(2em)"
        head = bold(text(shown))
        body.append(m.centred(head) if form == "centred" else head)
        body += [indent + t for t in texts]
    arrangement = {"plain": "right", "letterhead": "table", "centred": "list", "headline": "crossed"}.get(form) or rng.choice(
        ("side", "side", "right")
    )
    body.append(signature(rng, fields["firm"], fields["auditors"], date.fromisoformat(fields["report_date"]), arrangement))
    return [m.page("\n".join(body[:2]) + "\n\n" + "\n\n".join(body[2:]))]


def _top(rng: Random, fields: dict[str, Any], form: str, title: str) -> list[str]:
    """What stands above the addressee: letterhead or bar code, title, number."""
    number = m.mark("report_no", text(fields["report_no"]))
    firm = m.mark("firm", text(fields["firm"]))
    head = m.centred(sized(text(title), rng.uniform(18, 24), bold=True))
    if form == "letterhead":
        address = f"地址：{rng.choice(('中山路', '人民路', '解放大道', '五四路'))}{rng.randint(2, 399)}号{rng.randint(3, 28)}层"
        address += f"　　邮编：{rng.randint(100, 859)}000　　电话：{rng.randint(20_000_000, 88_999_999)}"
        return [
            m.centred(sized(firm, 17, bold=True, tracking="1pt")),
            m.centred(m.styled("CERTIFIED PUBLIC ACCOUNTANTS", 9, tracking="1.5pt")),
            "#line(length: 100%, stroke: 1.5pt)",
            m.centred(m.styled(address, 8.5)),
            m.gap(0.2),
            head,
            f"#align(right)[{number}]",
        ]
    if form == "headline":
        return statement_unseen.headline(rng, title, number, firm)
    if form == "barcode":
        code = m.mark("report_code", text(str(fields["report_code"])))
        words = (
            f"{text('报告编码：')}{code}#linebreak(){text('报告文号：')}{number}#linebreak()"
            f"{text('您可使用手机“扫一扫”或进入“注册会计师行业统一监管平台（http://acc.mof.gov.cn）”进行查验。')}"
        )
        bars = '#image("bars.png", width: 4.4cm, height: 1.2cm, fit: "stretch")'
        cells = (bars, f"#text(size: 8pt)[{words}]", m.picture("qr.png", 1.6))
        strip = m.grid("auto, 1fr, auto", *cells, options="column-gutter: 8pt, align: horizon")
        return [f"#block(stroke: 0.5pt, inset: 5pt, width: 100%)[#set par(leading: 0.5em)\n{strip}]", m.gap(0.3), head]
    corner = m.place(m.picture("qr.png", 1.6), 0, -0.6, "top + right") if rng.random() < 0.25 else ""
    if form == "plain":
        return [f"#align(left)[{number}]", m.gap(0.2), head, m.gap(0.2)]
    return [corner, head, f"#align({rng.choice(('right', 'center'))})[{number}]"]


def _sections(rng: Random, fields: dict[str, Any], rule: str, form: str) -> Sections:
    """The sections of the report after the auditing standards in force, or in the older order."""
    entity, year, kind = str(fields["entity"]), int(fields["fiscal_year"]), str(fields["opinion"])
    short = rng.choice((entity[:4] + "公司", "贵公司", entity[2:6]))
    sheets = "合并及母公司" if fields["consolidated"] else ""
    opinion_head, basis_head = HEADS[kind]
    flaw = [rng.choice(FLAWS).format(short=short, amount=f"{rng.uniform(80, 900):.2f}")] if kind != "unqualified" else []
    if form == "legacy":
        return _legacy(rng, entity, short, year, rule, sheets, flaw)
    basis = flaw + (
        [BASIS.format(short=short, kind=opinion_head if kind != "unqualified" else "审计意见")] if kind != "disclaimer" else []
    )
    return [
        (opinion_head, _opinion(kind, entity, short, year, sheets, rule)),
        (basis_head, basis),
        ("管理层和治理层对财务报表的责任", [p.format(short=short, rule=rule) for p in MANAGEMENT]),
        ("注册会计师对财务报表审计的责任", list(DUTY)),
    ]


def _legacy(rng: Random, entity: str, short: str, year: int, rule: str, sheets: str, flaw: list[str]) -> Sections:
    """The order used before 2017 and by small firms still: responsibilities first, opinion last."""
    took = rng.choice(("我们审计了后附的", "我们接受委托，审计了后附的"))
    audited = (
        f"{took}{entity}（以下简称{short}）财务报表，包括{year}年12月31日的{sheets}资产负债表，"
        f"{year}年度的{sheets}利润表、现金流量表以及财务报表附注。"
    )
    duty = (
        "我们的责任是在执行审计工作的基础上对财务报表发表审计意见。我们按照中国注册会计师审计准则的规定执行了审计工作。"
        "中国注册会计师审计准则要求我们遵守职业道德守则，计划和执行审计工作以对财务报表是否不存在重大错报获取合理保证。"
    )
    work = (
        "审计工作涉及实施审计程序，以获取有关财务报表金额和披露的审计证据。选择的审计程序取决于注册会计师的判断，"
        "包括对由于舞弊或错误导致的财务报表重大错报风险的评估。"
    )
    enough = "我们相信，我们获取的审计证据是充分、适当的，为发表审计意见提供了基础。"
    but = "除“三、导致保留意见的事项”段所述事项可能产生的影响外，" if flaw else ""
    fair = (
        f"我们认为，{but}{short}财务报表在所有重大方面按照{rule}的规定编制，公允反映了{short}{year}年12月31日的财务状况"
        f"以及{year}年度的经营成果和现金流量。"
    )
    return [
        ("管理层对财务报表的责任", [audited, f"编制和公允列报财务报表是{short}管理层的责任。"]),
        ("注册会计师的责任", [duty, work, enough]),
        *([("导致保留意见的事项", flaw)] if flaw else []),
        ("保留意见" if flaw else "审计意见", [fair]),
    ]


def signature(rng: Random, firm: str, auditors: list[str], reported: date, arrangement: str = "side") -> str:
    """Firm, seal, certified accountants and date.

    ``arrangement``: ``side`` (firm left, persons right), ``right`` (all at the right), ``table`` (ruled
    lines to sign on), ``list`` (all at the left), ``crossed`` (persons left, firm and date right).
    """
    shown = rng.choice((dates.arabic(reported), dates.chinese(reported), dates.arabic(reported, spaced=True)))
    day = m.mark("report_date", text(shown))
    place = rng.choice((f"中国·{firm[:2]}", f"中国  {firm[:2]}"))
    over = rng.random() < 0.25
    named = f"#box(width: 7.4cm)[{m.mark('firm', text(firm))}#linebreak()#v(0.2cm){text(place)}]"
    house = m.sealed(named, "firm.png", 4.1, over=over)
    stamps, typed = rng.random() < 0.5, rng.random() < 0.6
    label = rng.choice(("中国注册会计师：", "中国注册会计师：", "注册会计师："))
    people = []
    for k, name in enumerate(auditors):
        picture = f'#image("cpa{k}.png", width: 2.9cm)' if stamps else f'#image("sign{"" if k == 0 else "2"}.png", width: 2.4cm)'
        typed_name = m.mark("auditors", text(name)) if typed or not stamps else ""
        if arrangement == "table":
            line = f"#box(width: 100%, stroke: (bottom: 0.5pt), inset: (bottom: 3pt))[{typed_name}#h(1fr)#box[{picture}]]"
            people.append(m.grid("auto, 1fr", text(label), line, options="align: horizon"))
        else:
            people.append(
                m.grid("auto, auto, auto", text(label), typed_name, picture, options="align: horizon, column-gutter: 3pt")
            )
    persons = "#v(0.15cm)".join(people)
    if arrangement == "right":
        body = f"#grid(columns: (1fr, 1.25fr))[][{house}#v(0.3cm){persons}#v(0.2cm){day}]"
    elif arrangement == "list":
        body = f"{house}#v(0.3cm)#grid(columns: (1fr, 1fr), column-gutter: 8pt)" + "".join(f"[{p}]" for p in people)
        body += f"#v(0.2cm){text('报告日期：')}{day}"
    elif arrangement == "crossed":
        body = f"#grid(columns: (1fr, 1.1fr), align: horizon)[{persons}][{m.centred(house)}#v(0.2cm){m.centred(day)}]"
    else:
        body = f"#grid(columns: (1.2fr, 1fr), align: horizon)[{house}][{persons}#v(0.2cm){day}]"
    return f"#v({0.5 if arrangement in ('side', 'table') else 1.0}cm)\n#block(breakable: false, width: 100%)[{body}]"
