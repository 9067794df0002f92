"""Attachments: contracts, standards, brochures, awards, product certificates, reports, approvals; they have no fields."""

from __future__ import annotations

from random import Random

from corpora.training import invent as v
from corpora.training.paper import Entry, Grid, Paper
from corpora.training.pen import Rich, rich
from corpora.training.wordings import words

_CONTRACT = words("others", "contract")
_PROSE = words("others", "prose")
_STANDARD = words("others", "standard")


_CONTRACT_TITLES = words("attachments", "contract_titles")
_PROSE_TITLES = words("attachments", "prose_titles")
_PRODUCT_TITLES = words("attachments", "product_titles")


def contract(rng: Random) -> Paper:
    """A page of a contract: the first, or a later one."""
    first = rng.random() < 0.5
    paper = Paper("contract", name="contract", starts=first, plain=True)
    paper.body = [rich(t) for t in rng.sample(_CONTRACT, rng.randint(4, 11))]
    if first:
        paper.title = rich(v.choose(rng, _CONTRACT_TITLES))
        paper.entries = [
            Entry(v.choose(rng, "甲方|甲方（需方）|买方|委托方|出租方"), rich(v.company(rng))),
            Entry(v.choose(rng, "乙方|乙方（供方）|卖方|受托方|承租方"), rich(v.company(rng))),
        ]
        paper.top = [rich("合同编号：" + v.code(rng, 10))] if rng.random() < 0.6 else []
    else:
        paper.foot = (
            [
                rich("甲方（盖章）：" + v.company(rng)),
                rich("乙方（盖章）：" + v.company(rng)),
                rich("日期：" + v.dater(rng)(v.day(rng))),
            ]
            if rng.random() < 0.6
            else []
        )
    if rng.random() < 0.3:
        paper.grids = [
            Grid(
                ("序号", "产品名称", "规格", "数量", "单价", "金额"),
                tuple(
                    (
                        rich(str(k + 1)),
                        rich(v.goods(rng)),
                        rich(v.code(rng, 6)),
                        rich(str(rng.randint(1, 900))),
                        rich(v.amount(v.money(rng, 10, 1e4))),
                        rich(v.amount(v.money(rng, 1e3, 1e6))),
                    )
                    for k in range(rng.randint(1, 7))
                ),
            )
        ]
    return paper


def prose(rng: Random) -> Paper:
    """A page of a brochure, a report, minutes or a manual."""
    paper = Paper("other", name="prose", plain=True, starts=rng.random() < 0.3)
    paper.body = [
        rich(rng.choice(("", f"{rng.randint(1, 5)}.{rng.randint(1, 9)} ", "（一）")) + t.format(v.goods(rng)))
        for t in rng.sample(_PROSE, rng.randint(2, 9))
    ]
    if paper.starts or rng.random() < 0.3:
        paper.title = rich(v.choose(rng, _PROSE_TITLES))
    return paper


def standard(rng: Random) -> Paper:
    """A page of a product standard."""
    first = rng.random() < 0.4
    paper = Paper("standard_document", name="standard", plain=True, starts=first)
    if first:
        paper.title = rich(
            rng.choice(
                (
                    "中华人民共和国国家标准",
                    "企业标准",
                    "中华人民共和国行业标准",
                    "团体标准",
                    "中国国家标准化管理委员会",
                    "Q/" + v.code(rng, 4) + " 企业产品标准",
                )
            )
        )
        paper.body = [
            rich(v.goods(rng)),
            rich(f"GB/T {rng.randint(1000, 40000)}—{rng.randint(2005, 2023)}"),
            rich(f"{rng.randint(2005, 2023)}-12-31 发布　　　　{rng.randint(2006, 2024)}-07-01 实施"),
        ]
    paper.body += [rich(t.replace("{p}", v.person(rng)).format(v.goods(rng))) for t in rng.sample(_STANDARD, rng.randint(2, 9))]
    return paper


def award(rng: Random) -> Paper:
    """A prize or a title of honour."""
    paper = Paper("award_certificate", name="award")
    paper.title = rich(v.choose(rng, "荣誉证书|荣 誉 证 书|获奖证书|奖　状|证书|科学技术奖励证书|专精特新“小巨人”企业|奖牌|聘书"))
    who, year = v.company(rng), rng.randint(2012, 2025)
    paper.body = [
        rich(who + "："),
        rich(
            rng.choice(
                (
                    f"荣获{year}年度“专精特新”成长之星称号，特发此证，以资鼓励。",
                    f"在{year}年度科技创新评选中荣获一等奖，特颁此证。",
                    f"被评为{year - 1}—{year}年度纳税先进企业。",
                    f"你单位被认定为{year}年度省级专精特新中小企业，有效期三年。",
                    f"“{v.goods(rng)}”项目荣获科学技术进步奖三等奖。",
                )
            )
        ),
    ]
    paper.foot = [
        rich(rng.choice(v.CITIES) + v.choose(rng, "市工业和信息化局|市人民政府|市工商业联合会|机械工业协会|市科学技术局")),
        rich(v.dater(rng)(v.day(rng))),
    ]
    paper.top = [rich("证书编号：" + v.code(rng, 10))] if rng.random() < 0.4 else []
    return paper


def product(rng: Random) -> Paper:
    """A product certificate (CCC, CE, energy saving) or a test report."""
    test = rng.random() < 0.5
    # A report of tests is no certificate of a product.
    paper = Paper("other" if test else "product_certificate", name="test-report" if test else "product")
    paper.title = rich(
        v.choose(rng, "检验报告|检测报告|TEST REPORT|校准证书|委托检验报告") if test else v.choose(rng, _PRODUCT_TITLES)
    )
    day = v.dater(rng)
    many = (
        ("证书编号", v.code(rng, 16)),
        ("委托人名称、地址", v.company(rng)),
        ("生产企业名称、地址", v.company(rng)),
        ("产品名称和系列、规格、型号", v.goods(rng)),
        ("产品标准和技术要求", f"GB {rng.randint(1000, 30000)}-2015"),
        ("认证模式", "型式试验+获证后监督"),
        ("发证日期", day(v.day(rng))),
        ("有效期至", day(v.day(rng))),
        ("首次颁证日期", day(v.day(rng))),
        ("申请人", v.company(rng)),
        ("报告编号", v.code(rng, 10)),
        ("样品名称", v.goods(rng)),
        ("受检单位", v.company(rng)),
        ("检验依据", f"GB/T {rng.randint(1000, 30000)}-2012"),
        ("检验类别", "委托检验"),
        ("检验结论", "所检项目符合标准要求"),
        ("签发日期", day(v.day(rng))),
    )
    paper.entries = [Entry(a, rich(b)) for a, b in rng.sample(many[8:] if test else many[:10], rng.randint(4, 8))]
    paper.foot = [rich(rng.choice(v.CITIES) + v.choose(rng, "市产品质量监督检验所|质量认证中心|检测技术有限公司|计量测试研究院"))]
    if test and rng.random() < 0.6:
        paper.grids = [
            Grid(
                ("序号", "检验项目", "技术要求", "检验结果", "单项结论"),
                tuple(
                    (
                        rich(str(k + 1)),
                        rich(n),
                        rich(f"≤{rng.randint(2, 9)}.0"),
                        rich(f"{rng.uniform(0.2, 1.9):.2f}"),
                        rich("合格"),
                    )
                    for k, n in enumerate(("外观质量", "尺寸偏差", "表面粗糙度", "抗拉强度", "耐压试验")[: rng.randint(2, 5)])
                ),
            )
        ]
    return paper


def approval(rng: Random) -> Paper:
    """An approval of a research institution, a proof of market share, a credit report."""
    kind = v.choose(rng, "rd_institution_approval|market_share_proof|credit_report")
    paper = Paper(kind, name=kind.replace("_", "-"), plain=rng.random() < 0.6, starts=rng.random() < 0.8)
    who, year, place = v.company(rng), rng.randint(2014, 2025), rng.choice(v.CITIES)
    if kind == "rd_institution_approval":
        paper.title = rich(
            rng.choice(
                (
                    f"关于公布{year}年度市级企业技术中心认定名单的通知",
                    "省级企业工程技术研究中心认定证书",
                    "企业技术中心证书",
                    "关于认定省级工程研究中心的批复",
                    "博士后科研工作站备案通知",
                    "院士工作站",
                )
            )
        )
        told: list[Rich] = [
            rich(f"各县（市、区）工信局：经审核，认定{who}等{rng.randint(5, 60)}家企业技术中心为市级企业技术中心。"),
            rich(f"{who}技术中心被认定为{place}市企业技术中心，特发此证。"),
        ]
        paper.body = told[: rng.randint(1, 2)]
        paper.foot = [
            rich(place + v.choose(rng, "市工业和信息化局|市科学技术局|市发展和改革委员会")),
            rich(v.dater(rng)(v.day(rng))),
        ]
    elif kind == "market_share_proof":
        paper.title = rich(v.choose(rng, "市场占有率证明|主导产品市场占有率证明|证  明|关于产品市场占有率的证明|行业排名证明"))
        share, place_no = f"{rng.randint(2, 60)}.{rng.randint(0, 99):02d}%", rng.choice("一二三四五")
        paper.body = [
            rich(f"兹证明{who}生产的{v.goods(rng)}，{year}年度在国内同类产品市场占有率为{share}，排名第{place_no}位。"),
            rich("特此证明。"),
        ]
        paper.foot = [
            rich(rng.choice(("中国", place + "市")) + v.choose(rng, "机械工业协会|塑料加工工业协会|行业协会")),
            rich(v.dater(rng)(v.day(rng))),
        ]
    else:
        paper.title = rich(v.choose(rng, "企业信用报告|企业信用报告（自主查询版）|公共信用信息报告|信用等级证书|企业征信报告"))
        paper.entries = [
            Entry(a, rich(b))
            for a, b in (
                ("企业名称", who),
                ("统一社会信用代码", v.uscc(rng)),
                ("报告编号", v.code(rng, 16)),
                ("查询时间", v.dater(rng)(v.day(rng))),
                ("信用等级", "AAA"),
                ("登记状态", "存续"),
                ("成立日期", v.dater(rng)(v.day(rng, 1999, 2015))),
                ("法定代表人", v.person(rng)),
            )[: rng.randint(4, 8)]
        ]
        paper.notes = ["本报告仅供参考，不作为信贷决策的唯一依据。"]
    return paper
