"""Audit reports, page by page."""

from __future__ import annotations

from random import Random

from corpora.training import invent as v
from corpora.training.paper import Entry, Grid, Paper
from corpora.training.papers_statements import statement
from corpora.training.pen import Rich, rich
from corpora.training.wordings import pairs, tables, words

_FIRM = words("accounts", "firm")
_OPINIONS = pairs("accounts", "opinions")
STOCK_WORDS = words("accounts", "long")


_COVER_LABELS = tables("audit", "cover_labels")


def firm(rng: Random) -> str:
    """An invented audit firm."""
    return (
        rng.choice(("", "", rng.choice(v.CITIES), rng.choice(v.PROVINCES)[:2]))
        + "".join(rng.sample(v.BRAND, rng.choice((2, 2, 3, 4))))
        + v.choose(rng, _FIRM)
    )


def report_no(rng: Random, who: str, year: int) -> str:
    """The number of a report."""
    stem = who[:2] + v.choose(rng, "审字|会审字|专审字|会字|审|财审字|年审字|专字|会师审字|审报字")
    a, b = rng.choice((("[", "]"), ("〔", "〕"), ("（", "）"), ("【", "】"), ("(", ")"), ("", "")))
    n = rng.choice(
        (
            f"{rng.randint(1, 999):03d}",
            f"{rng.randint(1, 9999):04d}",
            f"{rng.choice('ABC')}-{rng.randint(1, 300):03d}",
            f"{rng.randint(1, 99)}-{rng.randint(1, 300)}",
            f"{rng.randint(10000, 99999)}",
        )
    )
    return f"{stem}{a}{year}{b}{v.choose(rng, '第||第 ')}{n}{v.choose(rng, '号| 号')}"


def audit_page(rng: Random) -> Paper:
    """One page of an audit report: cover, opinion, signatures, statements, notes."""
    return rng.choices((_cover, _opinion, _signed, _statement, _notes), (32, 26, 8, 26, 8))[0](rng)


def _cover(rng: Random) -> Paper:
    year, who, entity = rng.randint(2015, 2024), firm(rng), v.company(rng)
    paper = Paper(
        "audit_report",
        name="audit-cover",
        title=rich(v.choose(rng, "审计报告|审 计 报 告|年度审计报告|财务报表审计报告|审计报告书")),
    )
    named = rich((entity, "entity"))
    paper.body = (
        [named, rich((str(year), "fiscal_year"), v.choose(rng, "年度|年度财务报表|年度审计报告|年1-12月"))]
        if rng.random() < 0.7
        else [named]
    )
    paper.entries = [
        Entry(a, rich(b))
        for a, b in (
            (v.choose(rng, "报告文号|文号|报告编号|报告书编号|审计报告文号"), (report_no(rng, who, year + 1), "report_no")),
            (v.choose(rng, "被审计单位|被审计单位名称|委托单位|客户名称|被审验单位名称"), (entity, "entity")),
            (v.choose(rng, "审计单位|会计师事务所|事务所名称|审计机构|会计师事务所名称|报告单位"), (who, "firm")),
            (v.choose(rng, "报告日期|报告日|签署日期|出具日期"), (v.dater(rng)(v.day(rng, year + 1, year + 1)), "report_date")),
            (v.choose(rng, "报告年度|审计年度|会计年度|报告所属年度"), (str(year), "fiscal_year")),
        )
        if rng.random() < 0.5
    ]
    if rng.random() < 0.8:
        paper.entries.append(
            Entry(v.choose(rng, _COVER_LABELS["report_code"]), rich((v.code(rng, rng.choice((10, 12, 16, 18))), "report_code")))
        )
    if rng.random() < 0.3:
        kind = v.choose(rng, "标准无保留意见|无保留意见|标准的无保留意见|保留意见|带强调事项段的无保留意见|无法表示意见|否定意见")
        paper.entries.append(Entry(v.choose(rng, _COVER_LABELS["opinion"]), rich((kind, "opinion"))))
    if rng.random() < 0.35:
        paper.entries.append(
            Entry(
                v.choose(rng, _COVER_LABELS["auditors"]),
                rich((v.person(rng), "auditors"), v.choose(rng, "、|，| |；"), (v.person(rng), "auditors")),
            )
        )
    if rng.random() < 0.3:
        paper.entries += [
            Entry(a, rich(b))
            for a, b in rng.sample(
                (
                    ("事务所电话", v.phone(rng)),
                    ("传真", v.phone(rng)),
                    ("通讯地址", v.address(rng)),
                    ("电子邮箱", "audit@example.com"),
                    ("网址", v.url(rng)),
                    ("业务类型", "年报审计"),
                    ("报备日期", v.dater(rng)(v.day(rng, year + 1, year + 1))),
                ),
                rng.randint(1, 3),
            )
        ]
    if not any(k == "firm" for e in paper.entries for _, k in e.value):
        paper.foot = [rich((who, "firm"))]
    if rng.random() < 0.5 and not any(k == "report_date" for e in paper.entries for _, k in e.value):
        paper.foot.append(rich((v.dater(rng)(v.day(rng, year + 1, year + 1)), "report_date")))
    return paper


def _asked(rng: Random, entity: str, year: int) -> Rich:
    """What was audited, in words."""
    return rng.choice(
        (
            rich(
                "我们审计了",
                (entity, "entity"),
                "（以下简称贵公司）财务报表，包括",
                (str(year), "fiscal_year"),
                "年12月31日的资产负债表，",
                (str(year), "fiscal_year"),
                "年度的利润表、现金流量表、所有者权益变动表以及相关财务报表附注。",
            ),
            rich(
                "我们审计了后附的",
                (entity, "entity"),
                "（以下简称“公司”）财务报表，包括",
                (str(year), "fiscal_year"),
                "年12月31日的",
                v.choose(rng, "合并|") + "资产负债表，",
                (str(year), "fiscal_year"),
                "年度的利润表、现金流量表和股东权益变动表以及财务报表附注。",
            ),
            rich(
                "我们接受委托，审计了",
                (entity, "entity"),
                "的财务报表，包括",
                (str(year), "fiscal_year"),
                "年12月31日的资产负债表，",
                (str(year), "fiscal_year"),
                "年度的利润表及附注。",
            ),
        )
    )


def _opinion(rng: Random) -> Paper:
    year, who, entity = rng.randint(2014, 2024), firm(rng), v.company(rng)
    paper = Paper(
        "audit_report",
        name="audit-opinion",
        title=rich(v.choose(rng, "审计报告|审 计 报 告|独立审计报告|审  计  报  告")),
        plain=True,
    )
    paper.top = [rich((report_no(rng, who, year + 1), "report_no"))] if rng.random() < 0.85 else []
    head, words = rng.choices(_OPINIONS, (3, 3, 4, 4, 2))[0]
    number, _, opinion = head.partition("、")
    before, _, after = words.partition("{e}")
    shown = opinion if opinion != "审计意见" else ""
    clear = rich(
        *((before, "贵公司", after) if "{e}" in words else (words,)),
        *rng.choice(
            (
                (
                    "贵公司",
                    (str(year), "fiscal_year"),
                    "年12月31日的财务状况以及",
                    (str(year), "fiscal_year"),
                    "年度的经营成果和现金流量。",
                ),
                (),
            )
        ),
    )
    heading = rich(number + "、", (opinion, "opinion")) if shown else rich(head)
    paper.body = [
        rich((entity, "entity"), v.choose(rng, "：|全体股东：|董事会：|股东会：")),
        heading,
        _asked(rng, entity, year),
        clear,
        *(rich(t) for t in rng.sample(STOCK_WORDS, rng.randint(1, 6))),
    ]
    if rng.random() < 0.35:
        _sign(rng, paper, who, year)
    return paper


def _sign(rng: Random, paper: Paper, who: str, year: int) -> None:
    label = v.choose(
        rng, "中国注册会计师：|中国注册会计师:|中国·注册会计师：|签字注册会计师：|注册会计师：|中国注册会计师（项目合伙人）："
    )
    paper.foot = [
        rich((who, "firm")),
        rich(label, (v.person(rng), "auditors")),
        rich(label, (v.person(rng), "auditors")),
        rich(v.choose(rng, "中国·|中国 |") + rng.choice(v.CITIES)),
        rich((v.dater(rng)(v.day(rng, year + 1, year + 1)), "report_date")),
    ]
    if rng.random() < 0.25:
        del paper.foot[rng.choice((1, 2, 3))]
    if rng.random() < 0.3:
        rng.shuffle(paper.foot)


def _signed(rng: Random) -> Paper:
    """The last page of the report's words, with the signatures."""
    year = rng.randint(2014, 2024)
    paper = Paper("audit_report", name="audit-signed", starts=False, plain=True)
    paper.body = [rich(t) for t in rng.sample(STOCK_WORDS, rng.randint(0, 5))]
    _sign(rng, paper, firm(rng), year)
    return paper


def _notes(rng: Random) -> Paper:
    """A page of notes: words and small tables, nothing to read."""
    year = rng.randint(2015, 2024)
    paper = Paper(
        "audit_report",
        name="audit-notes",
        starts=False,
        plain=True,
        title=rich(v.choose(rng, "财务报表附注||五、财务报表主要项目注释|会计报表附注")),
    )
    words = (
        "本公司以人民币为记账本位币。",
        "应收款项坏账准备的确认标准和计提方法：期末按账龄分析法计提坏账准备。",
        "固定资产按年限平均法计提折旧，残值率为5%。",
        "存货发出采用加权平均法。",
        "本公司会计年度采用公历年度，即每年自1月1日起至12月31日止。",
        "收入在客户取得相关商品控制权时确认。",
        "公司在职员工人数为" + str(rng.randint(10, 600)) + "人。",
        "本公司于" + v.dater(rng)(v.day(rng, 1999, 2015)) + "成立，注册资本" + str(rng.randint(100, 9000)) + "万元。",
    )
    paper.body = [rich(f"{k + 1}、{t}") for k, t in enumerate(rng.sample(words, rng.randint(2, 6)))]
    items = rng.sample(
        (
            "银行存款",
            "库存现金",
            "1年以内",
            "1-2年",
            "原材料",
            "库存商品",
            "房屋建筑物",
            "机器设备",
            "职工薪酬",
            "办公费",
            "差旅费",
            "合计",
        ),
        rng.randint(3, 7),
    )
    paper.grids = [
        Grid(
            ("项目", rng.choice(("期末余额", f"{year}年12月31日", "本期发生额")), v.choose(rng, "期初余额|上期发生额")),
            tuple((rich(i), rich(v.amount(v.money(rng))), rich(v.amount(v.money(rng)))) for i in items),
            (9, 8, 8),
            "right",
        )
    ]
    return paper


def _statement(rng: Random) -> Paper:
    paper = statement(rng, "audit_report")
    paper.starts, paper.name = False, "audit-statement"
    return paper
