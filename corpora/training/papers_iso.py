"""Management system certificates as any certification body might word them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from corpora.synth import dates, iso_sheet, names
from corpora.training import invent as v
from corpora.training.paper import Entry, Grid, Paper
from corpora.training.pen import Rich, rich
from corpora.training.wordings import pairs, tables, words

_ZH = tables("iso", "zh")
_EN = tables("iso", "en")
_SYSTEMS = tables("iso", "systems")
_STANDARDS = tables("iso", "standards")
_EN_SYSTEMS = {key: system.en for key, system in iso_sheet.SYSTEMS.items()} | {"other": "Management System"}
_BODY_STEM = words("iso", "body_stem")
_BODY_FORM = words("iso", "body_form")
_BODY_EN = words("iso", "body_en")
_NOT_VALUES = pairs("iso", "not_values")
_ACCREDITATION = words("iso", "accreditation")


_BODY_EN_TEXTS = words("iso", "body_en_texts")
_STANDARDS_TEXTS = words("iso", "standards_texts")
_SENTENCES_TEXTS = words("iso", "sentences_texts")
_SENTENCES_TEXTS_2 = words("iso", "sentences_texts_2")
_SENTENCES_TEXTS_3 = words("iso", "sentences_texts_3")


@dataclass(frozen=True)
class _Facts:
    system: str
    zh: str
    en: str
    standards: list[str]
    number: str
    holder: str
    holder_en: str
    first: date
    issue: date
    until: date


def body(rng: Random) -> str:
    """A certification body's Chinese name."""
    if rng.random() < 0.25:
        return names.certification_body(rng)
    return (
        v.choose(rng, "||北京|上海|深圳|福建|浙江|广东|山东|杭州|江苏|中国") + rng.choice(_BODY_STEM) + v.choose(rng, _BODY_FORM)
    )


def body_en(rng: Random) -> str:
    """A certification body's English name."""
    stem = v.choose(rng, _BODY_EN_TEXTS)
    return rng.choice(_BODY_EN).format(stem)


def number(rng: Random, system: str, year: int) -> str:
    """A certificate number of any shape."""
    letter = iso_sheet.SYSTEMS[system].letter if system in iso_sheet.SYSTEMS else v.choose(rng, "SA|ITSM|CX|SH")
    yy, n = f"{year % 100:02d}", rng.randint(1, 99999)
    if rng.random() < 0.45:
        info = iso_sheet.SYSTEMS.get(system) or iso_sheet.SYSTEMS["quality"]
        return iso_sheet.number(rng, info, year, rng.random() < 0.3)
    agency = f"{rng.randint(1, 599):03d}"
    word = "".join(rng.choice("ABCDEFGHJKLMNPQRSTUVXYZ") for _ in range(rng.randint(2, 5)))
    return rng.choice(
        (
            f"{agency}{yy}{letter}{n:05d}R{rng.randint(0, 5)}{rng.choice('SML')}",
            f"{agency}{yy}{letter}{n:05d}R{rng.randint(0, 5)}{rng.choice('SML')}-{rng.randint(1, 9)}",
            f"{word}{yy}{letter}{n:05d}R{rng.randint(0, 3)}{rng.choice('SM')}",
            f"{agency}-{year}-{letter}-{n}",
            f"{word}/{year}/{letter}/{n:04d}",
            f"{word}-{letter}-{n:06d}",
            f"{n:05d}{year}{letter}{word}",
            f"{word}{n:07d}",
            f"{rng.randint(10, 99)} {rng.randint(100, 999)} {rng.randint(10000, 999999)}",
            f"{word}-{yy}{n:05d}-{letter}",
            f"CN{rng.randint(100000, 999999)}-{letter}",
            f"{letter}-{agency}-{yy}-{n:05d}",
            f"{agency}{yy}{letter}{n:05d}-{rng.randint(1, 20):02d}R{rng.randint(0, 3)}M",
            f"{word} {rng.randint(100000, 999999)}",
            f"{rng.randint(10**7, 10**10)}",
            f"№ {n:06d}-{yy}",
            f"{year}{word}{n:06d}",
        )
    )


def annex(rng: Random) -> Paper:
    """The annex of a certificate: whose it is, and sites or parts of the scope, which are no values of their own."""
    paper = make_certificate(rng)
    kept = {"certificate_no": 1.0, "holder": 0.85, "issue_date": 0.3, "valid_until": 0.35, "uscc": 0.3}
    paper.entries = [e for e in paper.entries if rng.random() < max(kept.get(key, 0.0) for _, key in (*e.value, ("", "")))]
    paper.title, paper.title_en = (
        rich(v.choose(rng, "证书附件|附件|附 件|证书附页|认证证书附件|ANNEX|多场所清单|Annex to Certificate")),
        (),
    )
    heads = (
        "序号",
        v.choose(rng, "场所名称|名称|组织名称|Site"),
        v.choose(rng, "地址|场所地址|Address"),
        v.choose(rng, "认证范围|覆盖范围|Activities"),
    )
    rows = tuple(
        (rich(str(k + 1)), rich(v.company(rng)), rich(v.address(rng)), rich(v.scope(rng))) for k in range(rng.randint(1, 6))
    )
    paper.grids, paper.body, paper.starts, paper.name = [Grid(heads, rows, (2, 9, 10, 10), "left")], [], False, "iso-annex"
    return paper


def make(rng: Random) -> Paper:
    """A certificate, or now and then the annex of one."""
    return annex(rng) if rng.random() < 0.06 else make_certificate(rng)


def make_certificate(rng: Random) -> Paper:
    """A certificate, its content in random wordings."""
    system = rng.choices(list(_SYSTEMS), (30, 18, 16, 6, 4, 4, 5, 4, 3, 5, 4, 7))[0]
    issue = v.day(rng)
    until = dates.plus_years(issue, rng.choice((3, 3, 3, 3, 1, 5)), rng.choice((0, 1)))
    first = issue if rng.random() < 0.5 else dates.plus_years(issue, -rng.choice((1, 2, 3, 3, 6, 9)), rng.randint(-40, 40))
    english = rng.choices(("zh", "both", "en"), (58, 27, 15))[0]
    facts = _Facts(
        system,
        v.choose(rng, _SYSTEMS[system]),
        _EN_SYSTEMS[system],
        _standards(rng, system),
        number(rng, system, issue.year),
        v.company(rng),
        v.english(rng),
        first,
        issue,
        until,
    )
    paper = Paper("iso_certificate", name=f"iso-{english}")
    _title(rng, paper, facts, english)
    paper.entries = _entries(rng, facts, english)
    _sentences(rng, paper, facts, english)
    _distract(rng, paper, facts)
    _foot(rng, paper, english)
    return paper


def _standards(rng: Random, system: str) -> list[str]:
    known = _STANDARDS[system]
    if rng.random() < 0.35 and system in iso_sheet.SYSTEMS:
        return list(rng.choice(iso_sheet.SYSTEMS[system].standards))
    domestic = [s for s in known if s[:2] != "IS"]
    foreign = [s for s in known if s[:2] == "IS"]
    pick = [rng.choice(pool) for pool in (domestic, foreign) if pool]
    return pick if rng.random() < 0.55 else [rng.choice(pick)]


def standards(rng: Random, given: list[str]) -> Rich:
    """The standards joined, each its own value."""
    joined = rng.choice(("/", " / ", "　", " idt ", "、", "和", "，", ",", "\n", " IDT ", " ", " and "))
    made: list[str | tuple[str, str]] = []
    for k, name in enumerate(given):
        made += [joined] * (k > 0)
        made.append((name, "standards"))
    if rng.random() < 0.18:
        made.append(v.choose(rng, _STANDARDS_TEXTS))
    return rich(*made)


def _title(rng: Random, paper: Paper, facts: _Facts, english: str) -> None:
    ending = v.choose(rng, "认证证书|认证证书|认证证书|证书|注册证书|评定证书| 认 证 证 书")
    named = rich((facts.zh, "system"), ending)
    general = rich(v.choose(rng, "认证证书|管理体系认证证书|证书|认 证 证 书|证　书|认证注册证书"))
    en = rng.choice(
        (
            rich((facts.en.upper(), "system"), " CERTIFICATE"),
            rich((facts.en, "system"), " Certificate"),
            rich("Certificate of ", (facts.en, "system")),
            rich("CERTIFICATE"),
            rich("Certificate of Registration"),
            rich("CERTIFICATE OF CONFORMITY"),
            rich("CERTIFICATE OF APPROVAL"),
        )
    )
    zh = named if rng.random() < 0.72 else general
    paper.title = en if english == "en" else zh
    if english == "both" or (english == "zh" and rng.random() < 0.12):
        paper.title_en = en


def _entries(rng: Random, f: _Facts, english: str) -> list[Entry]:
    zh_day, en_day = v.dater(rng, "zh" if english == "zh" else v.choose(rng, "zh|num")), v.dater(rng, "en")
    if rng.random() < 0.5:
        en_day = v.dater(rng, "num")
    scope, scope_en = v.scope(rng), v.scope_en(rng)
    holder = rng.choice((f.holder_en, f.holder, f.holder_en)) if english == "en" else f.holder
    said: dict[str, tuple[Rich, Rich]] = {
        "certificate_no": (rich((f.number, "certificate_no")),) * 2,
        "holder": (rich((holder, "holder")), rich((f.holder_en, "holder"))),
        "uscc": (rich((v.uscc(rng), "uscc")),) * 2,
        # The scope's translation is no value of its own: it is labelled in one language.
        "scope": (rich((scope_en if english == "en" else scope, "scope")), rich(scope_en)),
        "standards": (standards(rng, f.standards),) * 2,
        "system": (rich((f.en if english == "en" else f.zh, "system")), rich((f.en, "system"))),
    }
    day = en_day if english == "en" else zh_day
    for key, moment in (("first_issue_date", f.first), ("issue_date", f.issue), ("valid_until", f.until)):
        said[key] = (rich((day(moment), key)), rich((en_day(moment), key)))
    leave = {
        "uscc": 0.35,
        "system": 0.75,
        "first_issue_date": 0.45,
        "standards": 0.2,
        "holder": 0.25,
        "scope": 0.12,
        "issue_date": 0.04,
    }
    made = [_entry(rng, key, *said[key], english) for key in said if rng.random() >= leave.get(key, 0.03)]
    if rng.random() < 0.28:
        made = _ranged(rng, made, f, day, english)
    return made


def _entry(rng: Random, key: str, zh: Rich, en: Rich, english: str) -> Entry:
    label, label_en = v.choose(rng, _ZH[key]), v.choose(rng, _EN[key])
    if english == "en":
        return Entry(label_en, zh)
    return Entry(label, zh, label_en, en if en != zh else ()) if english == "both" else Entry(label, zh)


def _ranged(rng: Random, made: list[Entry], f: _Facts, day: v.Dater, english: str) -> list[Entry]:
    """Issue and expiry as one range under one label."""
    kept = [e for e in made if not any(key in ("issue_date", "valid_until") for _, key in e.value)]
    until = v.choose(rng, " to | - | until | ~ ") if english == "en" else v.choose(rng, "至| 至 |～|—| - |~|到")
    value = rich(
        v.choose(rng, "||自") if english != "en" else "",
        (day(f.issue), "issue_date"),
        until,
        (day(f.until), "valid_until"),
        v.choose(rng, "||止") if english != "en" else "",
    )
    label = (
        v.choose(rng, "Validity|Period of validity|Valid")
        if english == "en"
        else v.choose(rng, "有效期|证书有效期|本证书有效期|有效期限|注册有效期|有效期间|证书有效期限")
    )
    return [*kept, Entry(label, value, "Validity" if english == "both" else "")]


def _sentences(rng: Random, paper: Paper, f: _Facts, english: str) -> None:
    """Some statements move from labels into sentences."""
    if rng.random() < 0.35:
        return
    used = {key for e in paper.entries for _, key in e.value}
    if english == "en" or (english == "both" and rng.random() < 0.3):
        holder = next((t for e in paper.entries for t, k in (*e.value, *e.value_en) if k == "holder"), f.holder_en)
        lead = v.choose(rng, _SENTENCES_TEXTS)
        fits = v.choose(rng, _SENTENCES_TEXTS_2)
        before, slot, after = fits.partition("{}")
        made = [
            rich(lead),
            rich((holder, "holder")),
            rich(before, (f.en, "system") if slot else "", after),
            standards(rng, f.standards),
        ]
    else:
        lead = v.choose(rng, "兹证明|兹证明：|兹 证 明|兹证明下列组织|特此证明|现证明|经审核，")
        fits = v.choose(rng, _SENTENCES_TEXTS_3)
        before, _, after = fits.partition("{}")
        made = [
            rich(lead),
            rich((f.holder, "holder")),
            rich(before, (f.zh, "system"), after),
            rich(*standards(rng, f.standards), v.choose(rng, "|| 标准的要求|标准|。")),
        ]
    if rng.random() < 0.25:
        made = [rich(*(part for piece in made for part in (*piece, " " if english == "en" else "")))]
    if rng.random() < 0.25:
        made.append(
            rich(v.choose(rng, "特发此证|特颁发此证书|准予注册，特发此证"))
            if english != "en"
            else rich("for the following scope:")
        )
    paper.body = made
    paper.entries = [
        e for e in paper.entries if not any(k in ("holder", "standards", "system") for _, k in e.value) or rng.random() < 0.12
    ]
    del used


def _distract(rng: Random, paper: Paper, f: _Facts) -> None:
    english = paper.name.rpartition("-")[2]
    for label, label_en in rng.sample(_NOT_VALUES, rng.choice((0, 1, 1, 2, 2, 3, 4))):
        value = _other_value(rng, label, english)
        shown = label_en if english == "en" else label
        paper.entries.insert(rng.randint(0, len(paper.entries)), Entry(shown, rich(value), label_en if english == "both" else ""))
    if rng.random() < 0.5:
        key = "accreditation"
        for name in dict.fromkeys(v.choose(rng, _ACCREDITATION) for _ in range(rng.choice((1, 1, 2, 2)))):
            paper.marks.append(
                rich((name, key))
                if rng.random() < 0.8
                else rich((name, key), v.choose(rng, " C021-M| 中国认可| MANAGEMENT SYSTEM| 管理体系"))
            )
    if rng.random() < 0.3:
        paper.marks.append(
            rich(
                rng.choice(
                    (
                        "中国认可",
                        "管理体系",
                        "MANAGEMENT SYSTEM",
                        f"CNAS C{rng.randint(1, 299):03d}-M",
                        "国际互认",
                        "扫码查询证书",
                        "IAF MLA",
                    )
                )
            )
        )
    del f


def _other_value(rng: Random, label: str, english: str) -> str:
    if "地址" in label:
        return v.address_en(rng) if english == "en" else v.address(rng)
    if "日期" in label or "周期" in label:
        return v.dater(rng, "en" if english == "en" else "zh")(v.day(rng))
    if label in ("生产厂", "委托方", "子公司"):
        return v.english(rng) if english == "en" else v.company(rng)
    if "网址" in label:
        return v.url(rng)
    if label == "电话":
        return v.phone(rng)
    if "邮" in label:
        return str(rng.randint(100000, 859999))
    if label in ("认可号", "机构批准号", "项目编号"):
        return rng.choice(
            (f"CNAS C{rng.randint(1, 299):03d}-M", f"CNCA-R-{rng.randint(2002, 2022)}-{rng.randint(1, 999):03d}", v.code(rng, 8))
        )
    return rng.choice(("有效", "A/0", "18.05.01", "29.11.04", str(rng.randint(5, 400)), "详见附件", "第1版", "4", "17A"))


_NOTES = words("iso", "notes")


def _foot(rng: Random, paper: Paper, english: str) -> None:
    issuer = body_en(rng) if english == "en" else body(rng)
    said = rich((issuer, "issuer"))
    if english != "en" and rng.random() < 0.2:
        said = rich(v.choose(rng, _ZH["issuer"]) + v.choose(rng, "：|:"), (issuer, "issuer"))
    (paper.top if rng.random() < 0.15 else paper.foot).append(said)
    if english == "both" or (english == "zh" and rng.random() < 0.15):
        paper.foot.append(rich((body_en(rng), "issuer")))
    if rng.random() < 0.4:
        sign = (
            "Authorized signature|General Manager:|Signed for and on behalf of|President|Managing Director"
            if english == "en"
            else "签发人：|总经理：|授权人：|主任：|签发：|批准人：|机构负责人："
        )
        paper.foot.insert(
            rng.randint(0, 1), rich(v.choose(rng, sign), v.person(rng) if rng.random() < 0.4 and english != "en" else "")
        )
    if rng.random() < 0.35:
        where = v.choose(rng, "地址：||Address: ") + (
            v.address_en(rng) if english == "en" or rng.random() < 0.3 else v.address(rng)
        )
        paper.foot.append(rich(where))
    if rng.random() < 0.3:
        paper.foot.append(rich(v.choose(rng, "电话：|Tel: |咨询电话：") + v.phone(rng) + rng.choice(("", "  " + v.url(rng)))))
    paper.notes = v.sample(rng, _NOTES, 0, 3)
