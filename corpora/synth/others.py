"""Papers that must not count as certificates, and the application form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

from corpora.synth import dates, ids, iso, names, ornaments, patent, seals
from corpora.synth import markup as m
from corpora.synth.engine import SynthDocument, text


def _letter(
    rng: Random,
    title: str,
    paragraphs: list[str],
    who: str,
    day: date,
    *,
    kind: str = "other",
    head: str = "",
    rows: str = "",
    layout: str = "",
) -> SynthDocument:
    fonts = m.choose_fonts(rng, 11)
    assets = {"seal.png": seals.round_seal(rng, who)}
    sign = m.sealed(text(who), "seal.png", 4.1, over=rng.random() < 0.3)
    body = [
        m.styled(head, 10) if head else "",
        m.gap(0.4),
        m.centred(m.styled(title, 19, bold=True, font=fonts.title)),
        m.gap(0.5),
        rows,
        *(f"#h(2em){text(p)}" for p in paragraphs),
        m.gap(1.2),
        m.right(m.seal_box(7.5, 4, sign, text(dates.written(rng, day)))),
    ]
    return SynthDocument(
        kind,
        m.doc(fonts, m.page("#set par(leading: 1em, spacing: 1.2em)\n" + "\n\n".join(body))),
        {},
        assets,
        layout or title,
        title,
        excluded=True,
    )


def _filing(rng: Random, owner: names.Enterprise, day: date, kind: str | None = None) -> tuple[str, str, str]:
    kind = kind or rng.choice(("invention", "utility"))
    number = ids.patent_no(rng, kind, day.year)[2:]
    title = names.invention_title(rng)
    rows = [
        [text(a), text(b)]
        for a, b in (
            ("申请号", number),
            ("申请日", dates.arabic(day, pad=True)),
            ("申请人", owner.name),
            ("发明创造名称", title),
        )
    ]
    return number, title, m.table(rows, ["3.2cm", "1fr"], ["left", "left"], size=10.5)


def acceptance_notice(rng: Random, owner: names.Enterprise, day: date | None = None, kind: str | None = None) -> SynthDocument:
    """专利申请受理通知书: an application was filed; nothing is granted."""
    day = day or dates.between(rng, date(2018, 1, 1), date(2025, 1, 1))
    number, title, rows = _filing(rng, owner, day, kind)
    return _letter(
        rng,
        "专利申请受理通知书",
        [
            f"根据专利法第28条及其实施细则第38条、第39条的规定，申请人提出的专利申请已由国家知识产权局受理。现将确定的申请号、申请日、申请人和发明创造名称通知如下：申请号{number}，名称：{title}。",
            "提示：申请人收到专利申请受理通知书之后，认为其记载的内容与申请人所提交的相应内容不一致时，可以向国家知识产权局请求更正。",
        ],
        "国家知识产权局",
        day,
        rows=rows,
        head="国家知识产权局",
        layout="acceptance",
    )


def fee_notice(rng: Random, owner: names.Enterprise) -> SynthDocument:
    """缴纳申请费通知书 / 缴费通知书."""
    day = dates.between(rng, date(2018, 1, 1), date(2025, 1, 1))
    _, _, rows = _filing(rng, owner, day)
    return _letter(
        rng,
        rng.choice(("缴纳申请费通知书", "专利年费缴费通知书", "费用减缴审批通知书")),
        [
            "根据专利法及其实施细则的规定，申请人应当在期限届满前缴纳上述费用，期满未缴纳或未缴足的，该申请被视为撤回。",
            f"应缴费用合计：{rng.randint(200, 1800)}.00元。",
        ],
        "国家知识产权局",
        day,
        rows=rows,
        layout="fee",
    )


def grant_notice(rng: Random, owner: names.Enterprise) -> SynthDocument:
    """授予发明专利权通知书: the certificate itself is still to come."""
    day = dates.between(rng, date(2018, 1, 1), date(2025, 1, 1))
    _, _, rows = _filing(rng, owner, day)
    return _letter(
        rng,
        rng.choice(("授予发明专利权通知书", "办理登记手续通知书", "授予实用新型专利权通知书")),
        [
            "根据专利法第39条及实施细则第54条的规定，上述专利申请经审查，没有发现驳回理由，现作出授予专利权的通知。",
            "申请人收到本通知书后，应当按照办理登记手续通知书的规定办理登记手续并缴纳费用，期满未办理的，视为放弃取得专利权的权利。",
        ],
        "国家知识产权局",
        day,
        rows=rows,
        layout="grant-notice",
    )


def trademark_notice(rng: Random, owner: names.Enterprise) -> SynthDocument:
    """商标注册申请受理通知书."""
    day = dates.between(rng, date(2018, 1, 1), date(2025, 1, 1))
    return _letter(
        rng,
        "商标注册申请受理通知书",
        [
            f"{owner.name}：",
            f"你单位于{dates.arabic(day)}报送的第{rng.choice((7, 9, 12))}类“{owner.name[2:4]}”商标注册申请，"
            f"经审查符合规定，现予受理，申请号为{rng.randint(10**7, 7 * 10**7)}。",
            "特别提示：此通知书仅证明该商标注册申请已被受理，不代表该商标已获准注册。",
        ],
        "国家知识产权局",
        day,
        layout="trademark-notice",
    )


def honour(rng: Random, owner: names.Enterprise) -> SynthDocument:
    """荣誉证书 (a prize)."""
    day = dates.between(rng, date(2017, 1, 1), date(2025, 1, 1))
    praise = (
        f"荣获{day.year}年度“专精特新”成长之星称号，特发此证，以资鼓励。",
        f"在{day.year}年度科技创新评选中荣获一等奖，特颁此证。",
        f"被评为{day.year - 1}—{day.year}年度纳税先进企业。",
    )
    fonts = m.choose_fonts(rng, 15)
    giver = f"{owner.city}{rng.choice(('工业和信息化局', '工商业联合会', '机械工业协会'))}"
    assets = {
        "bg.png": ornaments.certificate_paper(rng, (1414, 1000), (190, 40, 40), (255, 250, 238)),
        "seal.png": seals.round_seal(rng, giver),
    }
    body = [
        m.gap(0.6),
        m.centred(m.styled("荣 誉 证 书", 36, bold=True, font=fonts.title, fill="#c01818")),
        m.gap(0.8),
        m.styled(f"{owner.name}：", 16, bold=True),
        "#h(2em)" + text(rng.choice(praise)),
        "#v(1fr)",
        m.right(m.seal_box(8, 4, m.sealed(text(giver), "seal.png", 4.0), text(dates.chinese(day)))),
    ]
    return SynthDocument(
        "award_certificate",
        m.doc(fonts, m.page("\n\n".join(body), flipped=True, background="bg.png", margin="(x: 3.4cm, y: 2.6cm)")),
        {},
        assets,
        "honour",
        "荣誉证书",
        excluded=True,
    )


def specimen(rng: Random, owner: names.Enterprise) -> SynthDocument:
    """A certificate with 样本/样张/SAMPLE across it: proves nothing."""
    made = rng.choice(
        (patent.make(rng, owner, kind="utility", layouts="seen"), iso.make(rng, owner, language="zh", system="quality"))
    )
    word = rng.choice(("样本", "样张", "样  本", "SAMPLE", "仅供参考 样本"))
    letters = f'#text(size: 72pt, fill: rgb(200, 30, 30, 110), weight: "bold")[{text(word)}]'
    across = f"#set page(foreground: rotate(-30deg)[{letters}])\n"
    return replace(made, excluded=True, source=across + made.source, fields={}, layout=f"specimen-{made.layout}")


def surveillance(rng: Random, owner: names.Enterprise) -> SynthDocument:
    """年度监督审核通知 / 保持认证注册资格通知书."""
    day = dates.between(rng, date(2019, 1, 1), date(2025, 1, 1))
    body = names.certification_body(rng)
    return _letter(
        rng,
        rng.choice(("年度监督审核通知书", "监督审核合格通知", "保持认证注册资格通知书", "年度审核通知")),
        [
            f"{owner.name}：",
            f"贵单位质量管理体系认证证书（编号：{ids.iso_number(rng, 'Q', day.year - 1, False)}）应于"
            f"{dates.arabic(day)}前接受第{rng.choice('一二')}次监督审核，请予配合。"
            "逾期未接受监督审核的，本机构将按规定暂停认证证书。",
        ],
        body,
        day,
        layout="surveillance",
    )


def contract(rng: Random, owner: names.Enterprise) -> SynthDocument:
    """采购合同."""
    day = dates.between(rng, date(2018, 1, 1), date(2025, 1, 1))
    buyer = names.enterprise(rng).name
    return _letter(
        rng,
        rng.choice(("采购合同", "产品购销合同", "销售合同")),
        [
            f"甲方（需方）：{buyer}",
            f"乙方（供方）：{owner.name}",
            f"一、产品名称：{owner.product}，数量{rng.randint(10, 900)}套，"
            f"合同总金额人民币{rng.randint(10, 900)}.{rng.randint(10, 99)}万元。",
            "二、质量标准：按国家标准及双方确认的技术协议执行。",
            "三、交货期限：合同生效后60日内。",
            f"四、签订日期：{dates.arabic(day)}",
        ],
        owner.name,
        day,
        kind="contract",
        head=f"合同编号：HT{day:%Y%m%d}{rng.randint(1, 99):02d}",
        layout="contract",
    )


def test_report(rng: Random, owner: names.Enterprise) -> SynthDocument:
    """检测报告."""
    day = dates.between(rng, date(2018, 1, 1), date(2025, 1, 1))
    lab = f"{owner.city}产品质量检验所"
    cells = [[m.centred(text(h)) for h in ("序号", "检验项目", "技术要求", "检验结果", "单项结论")]] + [
        [
            text(str(k + 1)),
            text(n),
            text(f"≤{rng.randint(2, 9)}.0"),
            text(f"{rng.uniform(0.2, 1.9):.2f}"),
            text("合格"),
        ]
        for k, n in enumerate(("外观质量", "尺寸偏差", "表面粗糙度", "抗拉强度", "耐压试验"))
    ]
    rows = m.table(cells, ["auto", "1.5fr", "1fr", "1fr", "1fr"], ["center"] * 5, size=10)
    return _letter(
        rng,
        rng.choice(("检验报告", "检测报告")),
        [
            f"委托单位：{owner.name}",
            f"样品名称：{owner.product}",
            f"检验依据：GB/T {rng.randint(1000, 30000)}-{rng.randint(2005, 2019)}",
            "检验结论：所检项目符合标准要求。（以下空白）",
        ],
        lab,
        day,
        rows=rows,
        head=f"报告编号：{day:%Y}-WT-{rng.randint(1000, 9999)}",
        layout="test-report",
    )


def blank(rng: Random, owner: names.Enterprise) -> SynthDocument:
    """The empty back of a sheet."""
    del owner
    return SynthDocument("blank", m.doc(m.choose_fonts(rng), m.page(text(" "))), {}, {}, "blank", "")


METRIC_ZH = {
    "revenue": "营业收入",
    "main_revenue": "主营业务收入",
    "net_profit": "净利润",
    "total_assets": "资产总额",
    "total_liabilities": "负债总额",
    "rd_expense": "研发费用",
    "employees": "从业人数",
    "invention_patents": "发明专利数",
    "utility_patents": "实用新型专利数",
    "design_patents": "外观设计专利数",
    "software_copyrights": "软件著作权数",
    "management_system_certs": "有效管理体系认证数",
    "rd_staff": "研发人员数",
    "trademarks": "注册商标数",
    "high_tech_enterprise": "高新技术企业",
    "debt_ratio": "资产负债率",
    "registered_years": "成立年限",
}


def application_form(
    rng: Random, owner: names.Enterprise, *, declared: list[dict[str, Any]] | None = None, year: int = 2020
) -> SynthDocument:
    """An application form (申请书) stating declared figures: never evidence for itself."""
    declared = declared or [
        {
            "metric": "revenue",
            "period": str(year),
            "value": round(rng.uniform(2000, 30000), 2),
            "unit": "万元",
        },
        {
            "metric": "net_profit",
            "period": str(year),
            "value": round(rng.uniform(100, 3000), 2),
            "unit": "万元",
        },
        {"metric": "invention_patents", "period": "now", "value": rng.randint(1, 9), "unit": "项"},
        {"metric": "employees", "period": "now", "value": rng.randint(20, 300), "unit": "人"},
    ]
    fonts = m.choose_fonts(rng, 11)
    assets = {"seal.png": seals.round_seal(rng, owner.name)}
    basics = (
        ("企业名称", owner.name),
        ("统一社会信用代码", owner.uscc),
        ("注册地址", owner.address),
        ("法定代表人", owner.legal_representative),
        ("注册资本（万元）", f"{owner.capital_yuan / 10000:.2f}"),
    )
    rows = [[text(a), text(b)] for a, b in basics]
    rows += [
        [
            text(
                ("" if d["period"] == "now" else f"{d['period']}年")
                + f"{METRIC_ZH.get(str(d['metric']), str(d['metric']))}（{d['unit']}）"
            ),
            m.mark("declarations", text(f"{d['value']}")),
        ]
        for d in declared
    ]
    title = rng.choice(("专精特新“小巨人”企业申请书", "专精特新中小企业申请书", "省级专精特新中小企业认定申报书"))
    body = [
        m.centred(m.styled(title, 18, bold=True, font=fonts.title)),
        m.gap(0.4),
        m.table(rows, ["6cm", "1fr"], ["left", "left"], size=10.5),
        m.gap(0.6),
        text("真实性声明：本企业对以上申报内容的真实性负责。"),
        f"#align(right)[{m.sealed(text('企业（盖章）：' + owner.name), 'seal.png', 4.1)}]",
    ]
    return SynthDocument(
        "application_form",
        m.doc(fonts, m.page("\n\n".join(body))),
        {"declarations": declared},
        assets,
        "form",
        title,
    )


NEGATIVES: tuple[Callable[[Random, names.Enterprise], SynthDocument], ...] = (
    acceptance_notice,
    fee_notice,
    grant_notice,
    trademark_notice,
    honour,
    specimen,
    surveillance,
    contract,
    test_report,
)
