"""How certification bodies word and lay out their certificates: Chinese, bilingual, two columns, English."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from corpora.synth import dates, names
from corpora.synth import markup as m
from corpora.synth.engine import text

MARK_NOTE = "本证书信息可在国家认证认可监督管理委员会官方网站（www.cnca.gov.cn）查询"


@dataclass(frozen=True)
class System:
    """A management system: Chinese and English names, letter in certificate numbers, standards."""

    zh: str
    en: str
    letter: str
    standards: tuple[tuple[str, ...], ...]


SYSTEMS = {
    "quality": System(
        "质量管理体系",
        "Quality Management System",
        "Q",
        (("GB/T 19001-2016", "ISO 9001:2015"), ("GB/T19001-2016", "ISO9001:2015"), ("ISO 9001:2015",)),
    ),
    "environment": System(
        "环境管理体系",
        "Environmental Management System",
        "E",
        (("GB/T 24001-2016", "ISO 14001:2015"), ("ISO 14001:2015",)),
    ),
    "ohs": System(
        "职业健康安全管理体系",
        "Occupational Health and Safety Management System",
        "S",
        (("GB/T 45001-2020", "ISO 45001:2018"), ("ISO 45001:2018",)),
    ),
    "information_security": System(
        "信息安全管理体系",
        "Information Security Management System",
        "IS",
        (("GB/T 22080-2016", "ISO/IEC 27001:2013"), ("ISO/IEC 27001:2022",)),
    ),
    "energy": System("能源管理体系", "Energy Management System", "En", (("GB/T 23331-2020", "ISO 50001:2018"),)),
    "food_safety": System("食品安全管理体系", "Food Safety Management System", "FSMS", (("ISO 22000:2018",),)),
    "automotive": System("汽车行业质量管理体系", "Automotive Quality Management System", "A", (("IATF 16949:2016",),)),
    "medical": System(
        "医疗器械质量管理体系",
        "Medical Devices Quality Management System",
        "MD",
        (("YY/T 0287-2017", "ISO 13485:2016"),),
    ),
    "weapon": System("武器装备质量管理体系", "", "J", (("GJB 9001C-2017",),)),
    "ip": System("知识产权管理体系", "Intellectual Property Management System", "IP", (("GB/T 29490-2013",),)),
    "integration_two": System("信息化和工业化融合管理体系", "", "AIII", (("GB/T 23001-2017",),)),
}


@dataclass(frozen=True)
class Sheet:
    """What one certificate says; a form adds to ``fields`` what it prints and drops what it leaves out."""

    owner: names.Enterprise
    info: System
    fields: dict[str, Any]
    first: date
    issue: date
    last: date
    fonts: m.Fonts


def _marks(fields: dict[str, Any]) -> str:
    cells = "".join(
        f'#box(width: 2.2cm)[#align(center)[#image("acc{k}.png", width: 1.2cm)#text(size: 8pt)[{text(n)}]]]'
        for k, n in enumerate(fields.get("accreditation", ()))
    )
    return cells


def _foot(rng: Random, fields: dict[str, Any], label: str) -> str:
    seal = m.sealed(m.styled(str(fields["issuer"]), 11), "seal.png", 4.0, dy=-0.3, over=rng.random() < 0.25)
    signed = m.grid("auto, auto", text(label), m.picture("sign.png", 2.8), options="align: horizon")
    left = m.picture("qr.png", 1.9) + _marks(fields)
    return "#v(1fr)\n" + m.grid("1fr, auto", left, m.seal_box(8, 4, signed + seal), options="align: horizon")


def _standard(rng: Random, fields: dict[str, Any]) -> str:
    return rng.choice(("/", " / ", "　", " idt ")).join(fields["standards"])


def _date_lines(rng: Random, sheet: Sheet) -> list[tuple[str, str]]:
    """Chinese validity lines in one of the usual wordings; records what is printed in ``fields``."""
    first, issue, last = sheet.first, sheet.issue, sheet.last
    state = rng.getrandbits(32)

    def w(day: date) -> str:
        return dates.written(Random(state), day)

    shape = rng.randrange(6)
    if shape == 0:
        lines = [("发证日期", w(issue)), ("有效期至", w(last))]
    elif shape == 1:
        lines = [
            (
                rng.choice(("有效期", "证书有效期", "本证书有效期")),
                f"{rng.choice(('', '自'))}{w(issue)}{rng.choice(('至', ' 至 ', '～', '—'))}{w(last)}",
            )
        ]
    elif shape == 2:
        lines = [("首次发证日期", w(first)), ("本次发证日期", w(issue)), ("证书有效期至", w(last))]
    elif shape == 3:
        lines = [("颁证日期", w(issue)), ("证书有效期", w(last))]
    elif shape == 4:
        lines = [("初次获证日期", w(first)), ("换证日期", w(issue)), ("注册有效期限至", w(last))]
    else:
        lines = [("首次注册日期", w(first)), ("注册有效日期", w(last))]
    if shape in (2, 4, 5):
        sheet.fields["first_issue_date"] = first.isoformat()
    if shape == 5:
        sheet.fields.pop("issue_date")
    return lines


def _holder(rng: Random, name: str) -> list[str]:
    big = m.centred(m.styled(name, 16, bold=True))
    labels = (
        "获证组织",
        "持证单位",
        "认证组织",
        "组织名称",
        "受审核方名称",
        "单位名称",
        "证书持有者",
        "获证组织名称",
    )
    labelled = [m.label_value(rng.choice(labels), name)]
    certified = ([m.centred(text("兹证明")), big], [text("兹证明："), big], [m.styled(name, 14, bold=True)])
    return labelled if rng.random() < 0.6 else rng.choice(certified)


def _identity(rng: Random, sheet: Sheet) -> list[str]:
    lines = []
    if rng.random() < 0.7:
        sheet.fields["uscc"] = sheet.owner.uscc
        label = rng.choice(("统一社会信用代码", "统一社会信用代码", "统一社会信用代码/组织机构代码"))
        lines.append(m.label_value(label, sheet.owner.uscc))
    places = (
        ("注册地址", "经营地址"),
        ("地址",),
        ("注册地址", "审核地址"),
        ("注册/审核地址",),
        ("生产地址",),
    )
    return lines + [m.label_value(label, sheet.owner.address) for label in rng.choice(places)]


def _conformity(rng: Random, sheet: Sheet) -> list[str]:
    zh, standard = sheet.info.zh, _standard(rng, sheet.fields)
    wordings = (
        [text(f"建立的{zh}符合标准："), m.centred(m.styled(standard, 13, bold=True))],
        [text(f"{zh}符合"), m.centred(text(standard)), text("标准的要求")],
        [m.label_value("认证标准", standard)],
        [m.label_value("认证依据", standard)],
        [
            m.centred(text(f"经评审，公司所建立的{zh}符合")),
            m.centred(m.styled(f"{standard}《{zh} 要求》标准要求", 11, bold=True)),
        ],
    )
    return rng.choice(wordings)


def _scope(rng: Random, scope: str) -> list[str]:
    wordings = (
        [m.label_value(rng.choice(("认证范围", "证书覆盖范围", "认证覆盖范围")), scope)],
        [text("通过认证范围如下："), m.centred(text(scope))],
        [m.centred(text("认证范围")), m.centred(text(scope))],
        [text("该管理体系适用于："), text(scope)],
    )
    return rng.choice(wordings)


def _chinese(rng: Random, sheet: Sheet) -> list[str]:
    zh, fields = sheet.info.zh, sheet.fields
    label = rng.choice(("证书编号", "证书号", "注册号", "证书注册号")) + rng.choice(("：", ":"))
    number = text(f"{label}{fields['certificate_no']}")
    long = len(zh) > 8
    name = "管理体系认证证书" if long and rng.random() < 0.3 else f"{zh}认证证书"
    title = m.centred(m.styled(name, 19 if long else 24, bold=True, font=sheet.fonts.title))
    blocks = [
        *_holder(rng, sheet.owner.name),
        *_identity(rng, sheet),
        *_conformity(rng, sheet),
        *_scope(rng, sheet.owner.scope),
        *(m.label_value(k, v) for k, v in _date_lines(rng, sheet)),
    ]
    gap = m.gap(rng.uniform(0.15, 0.4))
    foot = _foot(rng, fields, rng.choice(("签发人：", "总经理：", "授权人：", "主任：")))
    issuer = [m.centred(m.styled(str(fields["issuer"]), 12))] if rng.random() < 0.3 else []
    return [
        m.centred(m.picture("logo.png", 2.2)) if rng.random() < 0.7 else "",
        title,
        f"#align({rng.choice(('center', 'right', 'left'))})[{number}]",
        m.gap(0.4),
        *(block + gap for block in blocks),
        foot,
        *issuer,
        m.styled(MARK_NOTE, 8),
    ]


def _bilingual(rng: Random, sheet: Sheet) -> list[str]:
    owner, info, fields = sheet.owner, sheet.info, sheet.fields
    number = f"{rng.choice(('证书编号', '证书号'))}/Certificate No.：{fields['certificate_no']}"
    state = rng.getrandbits(32)
    w = [dates.written(Random(state), d, "num") for d in (sheet.issue, sheet.last)]
    top = [
        m.centred(m.picture("logo.png", 1.9)),
        m.centred(m.styled(f"{info.zh}认证证书", 21, bold=True, font=sheet.fonts.title)),
        m.centred(m.styled(f"{info.en.upper()} CERTIFICATE", 11)),
        m.centred(text(number)),
        m.gap(0.3),
    ]
    middle = [
        m.centred(text("兹证明 This is to certify that")),
        m.centred(m.styled(owner.name, 15, bold=True)),
        m.centred(m.styled(owner.english, 12)),
        m.centred(m.styled(f"地址/Address：{owner.address}", 9.5)),
        m.gap(0.3),
        m.centred(text(f"{info.zh}符合标准 has established and maintains a management system conforming to")),
        m.centred(m.styled(_standard(rng, fields), 13, bold=True)),
        m.gap(0.2),
        m.centred(text("认证范围 Scope of certification")),
        m.centred(text(owner.scope)),
        m.gap(0.4),
        *rng.choice(
            (
                [text(f"发证日期/Date of issue：{w[0]}"), text(f"有效期至/Valid until：{w[1]}")],
                [text(f"颁证日期 Issue Date: {w[0]}　　有效期至 Expiry Date: {w[1]}")],
                [text(f"有效期 Validity：{w[0]} 至/to {w[1]}")],
            )
        ),
    ]
    return [
        *top,
        *middle,
        _foot(rng, fields, "签发 Signed："),
    ]


def _columns(rng: Random, sheet: Sheet) -> list[str]:
    owner, info, fields = sheet.owner, sheet.info, sheet.fields
    state = rng.getrandbits(32)
    zh = [dates.written(Random(state), d) for d in (sheet.issue, sheet.last)]
    en = [dates.written(Random(state), d, "en") for d in (sheet.issue, sheet.last)]
    left = [
        "兹证明：",
        owner.name,
        f"地址：{owner.address}",
        f"{info.zh}符合标准：",
        " / ".join(fields["standards"]),
        "认证范围：",
        owner.scope,
        f"发证日期：{zh[0]}",
        f"有效期至：{zh[1]}",
    ]
    right = [
        "This is to certify that:",
        owner.english,
        f"Address: No.{rng.randint(1, 99)} Industrial Road, P.R. China",
        f"The {info.en} conforms to:",
        " / ".join(fields["standards"]),
        "Scope:",
        "Design, manufacture and sale of industrial products",
        f"Issue date: {en[0]}",
        f"Valid until: {en[1]}",
    ]
    cells = "".join(
        f"[{m.styled(a, 11, bold=k == 1)}][{m.styled(b, 10, bold=k == 1)}]"
        for k, (a, b) in enumerate(zip(left, right, strict=True))
    )
    return [
        m.centred(m.styled(f"{info.zh}认证证书", 21, bold=True, font=sheet.fonts.title)),
        m.centred(m.styled(f"Certificate of {info.en}", 12)),
        m.grid("1fr, 1fr", *(text(f"{k}{fields['certificate_no']}") for k in ("证书编号：", "Certificate No.: "))),
        m.gap(0.5),
        f"#grid(columns: (1fr, 1fr), column-gutter: 0.6cm, row-gutter: 0.45cm){cells}",
        _foot(rng, fields, ""),
    ]


ENGLISH_DATES = (
    ("Initial certification date", "Date of issue", "Date of expiry"),
    ("Original Approval", "Current Certificate", "Certificate Expiry"),
    ("First issued", "Issue date", "Valid until"),
    ("", "Issued on", "Expiry date"),
)
ENGLISH_OPENINGS = (
    "This is to certify that",
    "We hereby certify that the organization:",
    "This is to certify that the management system of",
)
ENGLISH_SCOPES = (
    "for the following scope:",
    "The certificate is valid for the following scope",
    "Scope of certification",
)


def _english(rng: Random, sheet: Sheet) -> list[str]:
    owner, info, fields = sheet.owner, sheet.info, sheet.fields
    state = rng.getrandbits(32)
    w = [dates.written(Random(state), d, "en") for d in (sheet.first, sheet.issue, sheet.last)]
    labels = rng.choice(ENGLISH_DATES)
    when = [text(f"{label}: {d}") for label, d in zip(labels, w, strict=True) if label]
    if labels[0]:
        fields["first_issue_date"] = sheet.first.isoformat()
    if rng.random() < 0.6:
        fields["uscc"] = owner.uscc
    title = rng.choice((f"{info.en.upper()} CERTIFICATE", "CERTIFICATE", "Certificate of Registration"))
    number = rng.choice(("Certificate No.", "Certificate Number", "Registration No."))
    fits = rng.choice((f"has been assessed and found to conform to the {info.en} standard:", "is in conformity with"))
    place = f"No.{rng.randint(1, 99)} Industrial Road, High-tech Zone, P.R. China"
    return [
        m.centred(m.picture("logo.png", 2.4)),
        m.centred(m.styled(title, 19, bold=True)),
        m.centred(text(f"{number}: {fields['certificate_no']}")),
        m.gap(0.6),
        m.centred(text(rng.choice(ENGLISH_OPENINGS))),
        m.centred(m.styled(owner.english, 16, bold=True)),
        *([m.centred(text(f"Unified Social Credit Code: {owner.uscc}"))] if "uscc" in fields else []),
        m.centred(m.styled(place, 9.5)),
        m.gap(0.4),
        m.centred(text(fits)),
        m.centred(m.styled(_standard(rng, fields), 14, bold=True)),
        m.gap(0.4),
        m.centred(text(rng.choice(ENGLISH_SCOPES))),
        m.centred(text(str(fields["scope"]))),
        m.gap(0.5),
        *when,
        _foot(rng, fields, "General Manager:"),
    ]


FORMS: dict[str, Callable[[Random, Sheet], list[str]]] = {
    "zh": _chinese,
    "bilingual": _bilingual,
    "columns": _columns,
    "en": _english,
}
