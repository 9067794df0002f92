"""Papers without fields: contracts, standards, brochures, awards, reports, notices, empty pages; and notices that end rights."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from corpora.synth import dates, ids
from corpora.training import invent as v
from corpora.training.paper import Entry, Paper
from corpora.training.papers_attachments import approval, award, contract, product, prose, standard
from corpora.training.pen import Rich, rich
from corpora.training.wordings import tables, words

_ENDING_LABELS = tables("others", "ending_labels")
_NOTICE_TITLES = words("others", "notice_titles")
_APPLICATION_TITLES = words("others", "application_titles")


def notice(rng: Random) -> Paper:
    """A notice that grants nothing: filings, fees, audits to come, decisions still open."""
    paper = Paper("other", name="notice", plain=rng.random() < 0.5)
    day, who = v.dater(rng), v.company(rng)
    paper.title = rich(v.choose(rng, _NOTICE_TITLES))
    paper.entries = [
        Entry(a, rich(b))
        for a, b in rng.sample(
            (
                ("申请号", ids.patent_no(rng, "invention", 2020)[2:]),
                ("申请日", day(v.day(rng))),
                ("申请人", who),
                ("发明创造名称", v.goods(rng) + "装置"),
                ("发文日", day(v.day(rng))),
                ("受理编号", v.code(rng, 12)),
                ("代理机构", v.company(rng)),
            ),
            rng.randint(2, 6),
        )
    ]
    paper.body = [
        rich(
            rng.choice(
                (
                    f"{who}：你单位报送的申请，经审查符合规定，现予受理。",
                    "根据专利法第三十九条及实施细则第五十四条的规定，作出授予专利权的通知，申请人应在期限内办理登记手续。",
                    "应缴费用合计：" + str(rng.randint(100, 2000)) + ".00元，期满未缴纳的，该申请视为撤回。",
                    f"贵单位管理体系认证证书应于{day(v.day(rng))}前接受监督审核，逾期将暂停认证证书。",
                )
            )
        )
    ]
    paper.foot = [
        rich(rng.choice(("国家知识产权局", "国家知识产权局商标局", "国家税务总局税务局", v.company(rng)))),
        rich(day(v.day(rng))),
    ]
    return paper


_ENDS: dict[str, tuple[tuple[str, str], ...]] = {
    "patent_no": (
        ("专利权终止通知书", "终止"),
        ("无效宣告请求审查决定书", "无效"),
        ("视为放弃取得专利权通知书", "视为放弃"),
        ("专利权中止程序通知书", "中止"),
        ("专利权终止公告", "终止"),
    ),
    "registration_no": (
        ("商标注销公告", "注销"),
        ("关于注册商标无效宣告的决定", "无效"),
        ("计算机软件著作权登记撤销通知书", "撤销"),
        ("关于撤销注册商标的决定", "撤销"),
        ("商标专用权终止通知", "终止"),
    ),
    "certificate_no": (
        ("管理体系认证证书暂停通知书", "暂停"),
        ("认证证书撤销通知书", "撤销"),
        ("认证证书注销通知", "注销"),
        ("证书暂停决定书", "暂停"),
        ("关于撤销高新技术企业证书的公告", "取消"),
    ),
}


def ending(rng: Random) -> Paper:
    """A notice that ends, suspends or voids a right: its number, status and day are read."""
    key = rng.choice(tuple(_ENDS))
    title, word = rng.choice(_ENDS[key])
    day, who, when = v.dater(rng), v.company(rng), v.day(rng)
    number = {
        "patent_no": ids.patent_no(rng, v.choose(rng, "invention|utility"), rng.randint(2010, 2021)),
        "registration_no": rng.choice((str(rng.randint(10**6, 7 * 10**7)), ids.software_registration_no(rng, 2019))),
        "certificate_no": rng.choice((ids.iso_number(rng, rng.choice("QES"), 2021, False), ids.high_tech_no(rng, 2020))),
    }[key]
    label = {
        "patent_no": "专利号|申请号/专利号",
        "registration_no": "注册号|登记号|商标注册号",
        "certificate_no": "证书编号|证书号|注册号",
    }[key]
    paper = Paper("other", name="ending", plain=rng.random() < 0.4)
    at = title.find(word)
    status: Rich = rich(title[:at], (word, "legal_status"), title[at + len(word) :]) if at >= 0 else rich(title)
    paper.title = status
    listed = rng.random() < 0.55
    if listed:
        paper.entries = [
            Entry(v.choose(rng, label), rich((number, key))),
            Entry(v.choose(rng, "权利人|单位名称|专利权人|获证组织|注册人"), rich(who)),
        ]
        if rng.random() < 0.7:
            paper.entries.append(Entry(v.choose(rng, _ENDING_LABELS["date"]), rich((day(when), "date"))))
        paper.entries += (
            [Entry("发文日", rich(day(dates.plus_years(when, 0, -rng.randint(5, 60)))))] if rng.random() < 0.5 else []
        )
        paper.body = [rich(v.choose(rng, "现将有关事项通知如下。|特此通知。|根据有关规定，作出上述决定。"))]
    else:
        paper.body = [
            rich(f"{who}："),
            rich(
                v.choose(rng, "贵单位|你单位|上述权利人")
                + v.choose(rng, "持有的|的|所有的")
                + v.choose(rng, "第|编号为|（编号："),
                (number, key),
                v.choose(rng, "号|）|的") + v.choose(rng, "因未按期缴纳年费，|因未接受监督审核，|经审查，|") + "自",
                (day(when), "date"),
                "起",
                v.choose(rng, "予以|"),
                (word, "legal_status"),
                "。",
            ),
        ]
    paper.foot = [
        rich(rng.choice(("国家知识产权局", "认证有限公司", v.company(rng), "全国高新技术企业认定管理工作领导小组办公室"))),
        rich(day(dates.plus_years(when, 0, -rng.randint(5, 60)))),
    ]
    return paper


_FIGURES = words("others", "figures")


def application(rng: Random) -> Paper:
    """A page of an application form: figures as declared, no evidence."""
    paper = Paper("application_form", name="application", starts=rng.random() < 0.6, ordered=True)
    if paper.starts:
        paper.title = rich(v.choose(rng, _APPLICATION_TITLES))
        paper.entries = [
            Entry(a, rich(b))
            for a, b in (
                ("企业名称", v.company(rng)),
                ("统一社会信用代码", v.uscc(rng)),
                ("注册地址", v.address(rng)),
                ("法定代表人", v.person(rng)),
                ("注册资本（万元）", str(rng.randint(100, 9000))),
                ("联系人", v.person(rng)),
            )[: rng.randint(3, 6)]
        ]
    paper.entries += [
        Entry(v.choose(rng, "|2020年|2023年|上年度") + a, rich(f"{rng.uniform(1, 9000):.2f}"))
        for a in rng.sample(_FIGURES, rng.randint(3, 9))
    ]
    paper.foot = [rich("企业（盖章）：" + v.company(rng))] if rng.random() < 0.4 else []
    return paper


def blank(rng: Random) -> Paper:
    """An empty page, perhaps with its number or a word or two showing through."""
    paper = Paper("blank", name="blank", starts=False, plain=True)
    if rng.random() < 0.5:
        paper.body = [rich(v.choose(rng, "- 2 -|3|（以下空白）|此页无正文|...|l|第 4 页"))]
    return paper


MAKERS: tuple[tuple[Callable[[Random], Paper], int], ...] = (
    (contract, 22),
    (prose, 26),
    (standard, 14),
    (award, 12),
    (product, 16),
    (approval, 34),
    (notice, 20),
    (ending, 60),
    (application, 12),
    (blank, 10),
)


def make(rng: Random) -> Paper:
    """One of these papers, by weight."""
    return rng.choices([maker for maker, _ in MAKERS], [weight for _, weight in MAKERS])[0](rng)
