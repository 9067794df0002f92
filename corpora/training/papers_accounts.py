"""Research audits and tax returns."""

from __future__ import annotations

from random import Random

from corpora.training import invent as v
from corpora.training.paper import Entry, Grid, Paper
from corpora.training.papers_audit import STOCK_WORDS, firm, report_no
from corpora.training.papers_statements import PROFIT_MORE
from corpora.training.pen import rich
from corpora.training.wordings import tables, words

_TAX_ROWS = words("accounts", "tax_rows")
_TAX_RD = words("accounts", "tax_rd")
_TAX_RELIEF = words("accounts", "tax_relief")
_TAX_COSTS = words("accounts", "tax_costs")
_TAX_FORM_TITLES = words("accounts", "tax_form_titles")


_RD_AUDIT_LABELS = tables("accounts", "rd_audit_labels")
_TAX_RETURN_LABELS = tables("accounts", "tax_return_labels")
_RD_AUDIT_TITLES = words("accounts", "rd_audit_titles")
_RD_AUDIT_TITLES_2 = words("accounts", "rd_audit_titles_2")
_TAX_RETURN_TITLES = words("accounts", "tax_return_titles")


def rd_audit(rng: Random) -> Paper:
    """A page of an audit of research expenses."""
    year, who, entity = rng.randint(2015, 2024), firm(rng), v.company(rng)
    paper = Paper("rd_audit_report", name="rdaudit", ordered=True)
    table = rng.random() < 0.55
    named = [f"{v.choose(rng, 'RD|RD|PS|')}{k + 1:02d}" + v.choose(rng, "| ") + _project(rng) for k in range(rng.randint(2, 6))]
    if table:
        paper.starts = rng.random() < 0.3
        paper.title = rich(v.choose(rng, _RD_AUDIT_TITLES_2))
        paper.entries = [
            Entry(v.choose(rng, _RD_AUDIT_LABELS["entity"]), rich((entity, "entity"))),
            Entry(v.choose(rng, "单位|金额单位"), rich(v.choose(rng, "元|万元|人民币元"))),
        ]
        heads = [
            v.choose(rng, "项目名称|研发项目|研发项目名称|研究开发项目"),
            *rng.sample(("人员人工", "直接投入", "折旧费用", "其他费用", "委托外部研发"), rng.choice((1, 2, 3))),
            v.choose(rng, "合计|研发费用|支出合计|小计"),
        ]
        rows = [(rich((n, "rd_projects")), *(rich(v.amount(v.money(rng, 1e4, 5e6))) for _ in heads[1:])) for n in named]
        total = (
            rich(v.choose(rng, "合计|总计|合 计|研发费用合计")),
            *(rich(v.amount(v.money(rng, 1e5, 5e7))) for _ in heads[2:]),
            rich((v.amount(v.money(rng, 1e5, 5e7)), "rd_expense")),
        )
        paper.grids = [Grid(tuple(heads), (*rows, total), (12.0, *(6.5 for _ in heads[1:])), "right")]
        paper.foot = [rich((who, "firm"))] if rng.random() < 0.4 else []
        return paper
    paper.plain = rng.random() < 0.6
    paper.title = rich(v.choose(rng, _RD_AUDIT_TITLES))
    paper.top = [rich((report_no(rng, who, year + 1), "report_no"))] if rng.random() < 0.85 else []
    paper.body = [
        rich((entity, "entity"), v.choose(rng, "：|全体股东：")),
        rich(f"我们接受委托，对贵公司{year}年度研究开发费用结构明细表进行了专项审计。", rng.choice(STOCK_WORDS)),
        rich(
            v.choose(rng, "经审计，|我们认为，|审计结果："),
            f"贵公司{year}年度研究开发费用",
            v.choose(rng, "总额为|合计|支出总额为人民币|发生额为"),
            (v.amount(v.money(rng, 1e5, 5e7)), "rd_expense"),
            "元",
            v.choose(rng, "，占同期销售收入的5.12%。|。"),
        ),
    ]
    if rng.random() < 0.35:
        paper.body += [rich(f"（{k + 1}）", (n, "rd_projects"), v.choose(rng, "|；|项目")) for k, n in enumerate(named)]
    paper.foot = [
        rich((who, "firm")),
        rich("中国注册会计师：" + v.person(rng)),
        rich(v.dater(rng)(v.day(rng, year + 1, year + 1))),
    ]
    return paper


def _project(rng: Random) -> str:
    return (
        v.choose(rng, "高性能|智能化|新型|节能环保型|高精度|轻量化|")
        + v.goods(rng)
        + v.choose(rng, "的研发|关键技术研究|研究与开发|工艺的研发|生产技术开发|的研制|")
    )


def tax_return(rng: Random) -> Paper:
    """A form of the yearly income tax return: its cover, the main form, or a schedule."""
    year = rng.randint(2015, 2024)
    paper = Paper("tax_return", name="tax", ordered=True)
    form = rng.choices(("cover", "main", "costs", "relief"), (35, 32, 12, 21))[0]
    title = v.choose(rng, _TAX_RETURN_TITLES if form in ("cover", "main") else _TAX_FORM_TITLES[2 * (form == "relief") :][:2])
    paper.title = rich(title)
    paper.entries = _taxpayer(rng, year)
    if form == "cover":
        paper.notes = ["谨声明：本纳税申报表是根据国家税收法律、法规、规章规定填报的，是真实的、可靠的、完整的。"]
        paper.foot = [
            rich("填报日期：" + v.dater(rng)(v.day(rng, year + 1, year + 1))),
            rich("法定代表人（签章）：" + v.person(rng)),
            rich("受理税务机关：国家税务总局" + rng.choice(v.CITIES) + "市税务局"),
        ]
    else:
        paper.starts = form == "main" or rng.random() < 0.2
        paper.grids = [_tax_rows(rng, form)]
    return paper


def _taxpayer(rng: Random, year: int) -> list[Entry]:
    when = (str(year), "fiscal_year")
    span = rng.choice(
        (
            rich(when, "年01月01日至", when, "年12月31日"),
            rich(when, f"-01-01至{year}-12-31"),
            rich(when, "年1月1日 至 ", when, "年12月31日"),
            rich(when, "年度"),
        )
    )
    code = "纳税人识别号|统一社会信用代码|纳税人统一社会信用代码|纳税人识别号（统一社会信用代码）"
    made = [
        Entry(v.choose(rng, "税款所属期间|税款所属期|所属时期|所属年度|税款所属期限"), span),
        Entry(v.choose(rng, _TAX_RETURN_LABELS["entity"]), rich((v.company(rng), "entity"))),
        Entry(v.choose(rng, code), rich(v.uscc(rng, spaced=0.1))),
        Entry("金额单位", rich("人民币元（列至角分）")),
    ]
    return [e for k, e in enumerate(made) if rng.random() < (0.9 if k < 2 else 0.6)]


def _tax_rows(rng: Random, form: str) -> Grid:
    """The rows of a form; of the schedules only the yearly subtotal of research costs is read, no relief and no part of it."""
    names = [("", name) for name in v.sample(rng, {"main": PROFIT_MORE, "costs": _TAX_COSTS}.get(form, _TAX_RELIEF), 5, 12)]
    if form == "main":
        names.insert(0, ("revenue", v.choose(rng, _TAX_ROWS)))
        if rng.random() < 0.5:
            names.insert(
                rng.randint(1, len(names)), ("rd_expense", v.choose(rng, "减：研发费用（填写A104000）|减：研发费用(填写A104000)"))
            )
    elif form == "relief":
        names.insert(rng.randint(2, len(names)), ("rd_expense", v.choose(rng, _TAX_RD)))
    rows = tuple(
        (rich(str(k + 1)), rich(name), rich((v.amount(v.money(rng)), key)) if key or rng.random() < 0.7 else rich())
        for k, (key, name) in enumerate(names)
    )
    heads = ("行次", v.choose(rng, "项目|项 目|项目名称"), v.choose(rng, "金额|金 额|本年金额|金额（数量）"))
    return Grid(heads, rows, (2.5, 18, 9), rng.choice(("right", "center")))
