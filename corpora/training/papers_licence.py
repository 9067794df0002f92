"""Business licences and high-tech enterprise certificates."""

from __future__ import annotations

from datetime import date
from random import Random

from corpora.synth import dates, ids
from corpora.training import invent as v
from corpora.training.paper import Entry, Paper
from corpora.training.pen import rich
from corpora.training.wordings import tables, words

_TYPES = words("licence", "types")
_NOTES = words("licence", "notes")
_DIGITS = "零壹贰叁肆伍陆柒捌玖"


_LICENCE_LABELS = tables("licence", "licence_labels")
_HIGH_TECH_LABELS = tables("licence", "high_tech_labels")
_LICENCE_TITLES = words("licence", "licence_titles")
_HIGH_TECH_TITLES = words("licence", "high_tech_titles")


def capital(rng: Random) -> str:
    """A registered capital as licences print it."""
    wan = rng.choice((10, 50, 100, 200, 500, 666, 1000, 1250, 2000, 3000, 3680, 5000, 6018, 12000, 12800, 36000))
    words = _words(wan)
    return rng.choice(
        (
            f"{words}万元整",
            f"{words}万圆整",
            f"人民币{words}万元整",
            f"{wan}万元",
            f"{wan}万元人民币",
            f"{wan}万人民币",
            f"人民币{wan}万元",
            f"{wan}.0000万人民币",
            f"{wan}.{rng.randint(1, 99):02d}万元",
            f"{wan}.{rng.randint(1000, 9999)}万元人民币",
            f"人民币 {wan}.000000 万元",
            f"{wan}万美元",
            f"({words}万元整)",
            f"{wan} 万元",
            f"{wan}万元整",
        )
    )


def _words(number: int) -> str:
    """A whole number in capital numerals, without the unit."""
    made, zero = "", False
    digits = str(number)
    for k, c in enumerate(digits):
        place = len(digits) - 1 - k
        if c == "0":
            zero = bool(made)
            continue
        made += ("零" if zero else "") + _DIGITS[int(c)] + ("", "拾", "佰", "仟", "亿")[place]
        zero = False
    return made


def licence(rng: Random) -> Paper:
    """A business licence, old or new, original or duplicate."""
    made = v.day(rng, 1993, 2024)
    day = v.dater(rng)
    paper = Paper("business_license", name="licence", ordered=rng.random() < 0.6)
    paper.title = rich(v.choose(rng, _LICENCE_TITLES))
    code = rich((v.uscc(rng, spaced=0.05), "uscc"))
    if rng.random() < 0.55:
        paper.top.append(rich(v.choose(rng, "统一社会信用代码|统一社会信用代码：|统一社会信用代码 |注册号："), *code))
    elif rng.random() < 0.6:
        paper.top += [rich(v.choose(rng, "统一社会信用代码|信用代码")), code]
    else:
        paper.entries.append(Entry(v.choose(rng, "统一社会信用代码|注册号|统一社会信用代码/注册号|信用代码|社会信用代码"), code))
    entries = [
        Entry(v.choose(rng, _LICENCE_LABELS["name"]), rich((v.company(rng), "name"))),
        Entry(v.choose(rng, _LICENCE_LABELS["entity_type"]), rich((v.choose(rng, _TYPES), "entity_type"))),
        Entry(v.choose(rng, _LICENCE_LABELS["address"]), rich((v.address(rng), "address"))),
        Entry(v.choose(rng, _LICENCE_LABELS["legal_representative"]), rich((v.person(rng), "legal_representative"))),
        Entry(v.choose(rng, _LICENCE_LABELS["registered_capital"]), rich((capital(rng), "registered_capital"))),
        Entry(v.choose(rng, _LICENCE_LABELS["established"]), rich((day(made), "established"))),
        _term(rng, made, day),
        Entry(v.choose(rng, _LICENCE_LABELS["scope"]), rich((v.business_scope(rng), "scope"))),
    ]
    paper.entries += [e for e in entries if rng.random() < 0.93]
    if rng.random() < 0.3:
        paper.entries += _more(rng, day)
    place = rng.choice(v.CITIES) + "市"
    office = place + v.choose(
        rng, "市场监督管理局|工商行政管理局|行政审批局|市场监督管理委员会|行政审批服务局|场监督管理局高新分局"
    )
    paper.foot = [
        rich(v.choose(rng, "登记机关|登记机关：|") + rng.choice(("", office))),
        rich(v.choose(rng, "||发照日期：|核准日期：") + day(v.day(rng, 2014, 2025))),
    ]
    paper.notes = v.sample(rng, _NOTES, 0, 4)
    return paper


def _term(rng: Random, made: date, day: v.Dater) -> Entry:
    term = (
        f"{day(made)}至{day(dates.plus_years(made, 30))}",
        "长期",
        f"{day(made)}至长期",
        f"自{day(made)}至{day(dates.plus_years(made, 20, 1))}",
    )
    return Entry(v.choose(rng, "营业期限|经营期限|营业期限|合伙期限|营业期限自"), rich(rng.choice(term)))


def _more(rng: Random, day: v.Dater) -> list[Entry]:
    said = (
        ("实收资本", capital(rng)),
        ("登记状态", "存续（在营、开业、在册）"),
        ("核准日期", day(v.day(rng))),
        ("股东", v.person(rng)),
        ("所属行业", "制造业"),
        ("副本编号", "1-1"),
        ("企业联系电话", v.phone(rng)),
    )
    return [Entry(a, rich(b)) for a, b in rng.sample(said, rng.randint(1, 3))]


def high_tech(rng: Random) -> Paper:
    """A high-tech enterprise certificate, or one of its kin by province."""
    issue = v.day(rng, 2010, 2025)
    until = dates.plus_years(issue, 3, rng.choice((0, 1)))
    both = rng.random() < 0.15
    paper = Paper("high_tech_certificate", name="hightech", ordered=rng.random() < 0.7)
    paper.title = rich(v.choose(rng, _HIGH_TECH_TITLES))
    if both:
        paper.title_en = rich("High-tech Enterprise Certificate")
    day = v.dater(rng)
    no = ids.high_tech_no(
        rng, issue.year, f"{rng.choice((11, 12, 13, 21, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 50, 51, 61))}"
    )
    if rng.random() < 0.12:
        no = f"GF{no[2:]}"
    entries = _high_tech_entries(rng, no, day(issue), day(until))
    if not both:
        entries = [Entry(e.label, e.value) for e in entries]
    paper.entries = entries
    if rng.random() < 0.18:
        holder = entries[0].value[0]
        paper.body = [
            rich(
                v.choose(rng, "兹证明|经认定，|根据《高新技术企业认定管理办法》，认定"),
                holder,
                v.choose(rng, "为高新技术企业，特发此证。|为国家重点支持的高新技术领域内高新技术企业。"),
            )
        ]
        paper.entries = entries[1:]
    where = rng.choice(v.PROVINCES)
    paper.foot = [
        rich(v.choose(rng, "批准机关：|批准机关|发证机关：|认定机构：")),
        rich(f"{where}科学技术厅"),
        rich(f"{where}财政厅"),
        rich(rng.choice((f"国家税务总局{where}税务局", f"{where}国家税务局　{where}地方税务局"))),
    ]
    if rng.random() < 0.3:
        days = [day(v.day(rng)) for _ in range(2)]
        more = (("技术领域", "先进制造与自动化"), ("注册地址", v.address(rng)), ("复审时间", days[0]), ("更名日期", days[1]))
        paper.entries += [Entry(a, rich(b)) for a, b in rng.sample(more, 1)]
    paper.notes = v.sample(
        rng,
        ("全国高新技术企业认定管理工作领导小组办公室监制", "本证书由全国高新技术企业认定管理工作领导小组办公室统一印制"),
        0,
        1,
    )
    return paper


def _high_tech_entries(rng: Random, no: str, issue: str, until: str) -> list[Entry]:
    """Holder, number, and the term in one of its wordings."""
    entries = [
        Entry(v.choose(rng, _HIGH_TECH_LABELS["holder"]), rich((v.company(rng), "holder")), "Company Name"),
        Entry(v.choose(rng, _HIGH_TECH_LABELS["certificate_no"]), rich((no, "certificate_no")), "Certificate No."),
        Entry(v.choose(rng, _HIGH_TECH_LABELS["issue_date"]), rich((issue, "issue_date")), "Date of issue"),
    ]
    shape = rng.random()
    if shape < 0.3:
        entries.append(Entry(v.choose(rng, _HIGH_TECH_LABELS["valid_until"]), rich((until, "valid_until")), "Valid until"))
    elif shape < 0.5:
        entries[2] = Entry(
            v.choose(rng, "有效期|证书有效期|有效期限"),
            rich((issue, "issue_date"), v.choose(rng, "至|—|-"), (until, "valid_until")),
            "Validity",
        )
    else:
        entries.append(
            Entry(v.choose(rng, "有效期|有效期|证书有效期|有效期限"), rich(v.choose(rng, "三年|叁年|三 年|3年")), "Validity")
        )
    return entries
