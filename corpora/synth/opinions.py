"""The auditor's opinion pages: wordings after 中国注册会计师审计准则第1501号 and 第1502号."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

from corpora.synth import dates
from corpora.synth import markup as m
from corpora.synth.engine import text

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


def pages(rng: Random, fields: dict[str, Any], *, small: bool) -> list[str]:
    """The opinion page of the report that ``fields`` label: signed, sealed and dated."""
    entity, year, consolidated = str(fields["entity"]), int(fields["fiscal_year"]), bool(fields["consolidated"])
    kind = fields["opinion"]
    rule = "小企业会计准则" if small else "企业会计准则"
    short = rng.choice((entity[:4] + "公司", "贵公司", entity[2:6]))
    sheets = "合并及母公司" if consolidated else ""
    opinion_head, basis_head = HEADS[kind]
    flaw = [rng.choice(FLAWS).format(short=short, amount=f"{rng.uniform(80, 900):.2f}")] if kind != "unqualified" else []
    basis = flaw + (
        [BASIS.format(short=short, kind=opinion_head if kind != "unqualified" else "审计意见")] if kind != "disclaimer" else []
    )
    who = rng.choice((f"{entity}全体股东：", f"{entity}董事会：", f"{entity}："))
    if kind == "unqualified" and rng.random() < 0.2:
        sections = _legacy(entity, short, year, rule, sheets)
    else:
        sections = [
            ("一、" + opinion_head, _opinion(kind, entity, short, year, sheets, rule)),
            ("二、" + basis_head, basis),
            ("三、管理层和治理层对财务报表的责任", [p.format(short=short, rule=rule) for p in MANAGEMENT]),
            ("四、注册会计师对财务报表审计的责任", list(DUTY)),
        ]
    head = m.styled(rng.choice(("审计报告", "审 计 报 告", "审　计　报　告")), 20, bold=True)
    code = m.place(m.picture("qr.png", 1.6), 0, -0.6, "top + right") if rng.random() < 0.4 else ""
    body = [
        code,
        m.centred(head),
        f"#align({rng.choice(('right', 'center'))})[{text(fields['report_no'])}]",
        m.styled(who, bold=True),
    ]
    for title, paragraphs in sections:
        body.append(m.styled(title, bold=True))
        body += [f"#h(2em){text(p)}" for p in paragraphs]
    body.append(signature(rng, fields["firm"], fields["auditors"], date.fromisoformat(fields["report_date"])))
    spacing = rng.uniform(0.75, 1.0)
    return [
        m.page(
            f"#set par(justify: true, leading: {spacing:.2f}em, spacing: {spacing + 0.1:.2f}em)\n"
            f"#set text(size: {rng.uniform(10, 11.2):.1f}pt)\n" + "\n\n".join(body)
        )
    ]


def _legacy(entity: str, short: str, year: int, rule: str, sheets: str) -> list[tuple[str, list[str]]]:
    """The order used before 2017 and by small firms still: responsibilities first, opinion last."""
    return [
        (
            "一、管理层对财务报表的责任",
            [
                f"我们审计了后附的{entity}（以下简称{short}）财务报表，包括{year}年12月31日的{sheets}资产负债表，{year}年度的{sheets}利润表、现金流量表以及财务报表附注。编制和公允列报财务报表是{short}管理层的责任。"
            ],
        ),
        (
            "二、注册会计师的责任",
            [
                "我们的责任是在执行审计工作的基础上对财务报表发表审计意见。我们按照中国注册会计师审计准则的规定执行了审计工作。",
                "我们相信，我们获取的审计证据是充分、适当的，为发表审计意见提供了基础。",
            ],
        ),
        (
            "三、审计意见",
            [
                f"我们认为，{short}财务报表在所有重大方面按照{rule}的规定编制，公允反映了{short}{year}年12月31日的财务状况以及{year}年度的经营成果和现金流量。"
            ],
        ),
    ]


def signature(rng: Random, firm: str, auditors: list[str], reported: date) -> str:
    """Firm, seal, certified accountants and date."""
    shown = rng.choice((dates.arabic(reported), dates.chinese(reported), dates.arabic(reported, spaced=True)))
    left = m.sealed(
        f"#box(width: 7cm)[{text(firm)}#linebreak()#v(0.2cm){text('中国·' + firm[:2])}]",
        "firm.png",
        4.1,
        over=rng.random() < 0.25,
    )
    stamps = rng.random() < 0.6
    lines = []
    for k, name in enumerate(auditors):
        label = rng.choice(("中国注册会计师：", "中国注册会计师：", "注册会计师："))
        mark = f'#image("cpa{k}.png", width: 3.1cm)' if stamps else f'#image("sign{"" if k == 0 else "2"}.png", width: 2.6cm)'
        lines.append(m.grid("auto, auto", text(label) + ("" if stamps else text(name)), mark, options="align: horizon"))
    right = "#linebreak()".join(lines) + f"#v(0.2cm){text(shown)}"
    return f"#v(0.5cm)\n#block(breakable: false)[#grid(columns: (1.2fr, 1fr), align: horizon)[{left}][{right}]]"
